"""The smallest parts: plain text, URLs, slugs, words, decoding.

In: text from anyone. Out: text to publish or compare. Opens only the word lists of the package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedpub import open_door

if TYPE_CHECKING:
    from feedpub.text.amounts import EPOCH, count, format_age, parse_age, read_number
    from feedpub.text.breadcrumbs import (
        begins_with_home,
        read_page_breadcrumb,
        split_breadcrumb,
    )
    from feedpub.text.charsets import find_codec
    from feedpub.text.credit_words import (
        AGENCIES,
        AGENCY_LETTERS,
        FOREIGN_KIND,
        KIND,
        PLACE_NAME,
        RARE_KIND,
        SOURCE,
    )
    from feedpub.text.decoding import (
        DAMAGE,
        Choice,
        DecodedText,
        TextStream,
        choose_encoding,
        decode,
        describe_bad_byte,
        describe_damage,
    )
    from feedpub.text.elements import BLOCKS, INLINE, OPTIONAL, PARTS, PUBLISHED, REMOVED, VOID
    from feedpub.text.hosts import HostKind, find_host_kind
    from feedpub.text.markup_signs import has_markup, unescape_markup
    from feedpub.text.masking import mask_argument, mask_secrets
    from feedpub.text.mediums import find_medium, names_image
    from feedpub.text.nesting import nests_too_deep
    from feedpub.text.octets import encode_text
    from feedpub.text.plain import plain_text, strip_forbidden
    from feedpub.text.references import resolve_references
    from feedpub.text.same_page import page_key
    from feedpub.text.scripts import CJK, HAN, UNSPACED
    from feedpub.text.shortening import shorten
    from feedpub.text.slugs import make_slug, section_key, slugify_words, tell_slug_apart
    from feedpub.text.urls import (
        DEFAULT_PORTS,
        WEB_SCHEMES,
        UrlError,
        absolute_url,
        article_url,
        encode_key,
        join_url,
        lacks_scheme,
        link_key,
        place_of_article,
        place_on_page,
        split_url,
    )
    from feedpub.text.word_lists import load_names, load_tables, load_words
    from feedpub.text.xml_trees import parse_xml
else:
    __getattr__ = open_door(
        __name__,
        amounts="EPOCH count format_age parse_age read_number",
        breadcrumbs="begins_with_home read_page_breadcrumb split_breadcrumb",
        charsets="find_codec",
        credit_words="AGENCIES AGENCY_LETTERS FOREIGN_KIND KIND PLACE_NAME RARE_KIND SOURCE",
        decoding="DAMAGE Choice DecodedText TextStream choose_encoding decode describe_bad_byte "
        "describe_damage",
        elements="BLOCKS INLINE OPTIONAL PARTS PUBLISHED REMOVED VOID",
        hosts="HostKind find_host_kind",
        markup_signs="has_markup unescape_markup",
        masking="mask_argument mask_secrets",
        mediums="find_medium names_image",
        nesting="nests_too_deep",
        octets="encode_text",
        plain="plain_text strip_forbidden",
        references="resolve_references",
        same_page="page_key",
        scripts="CJK HAN UNSPACED",
        shortening="shorten",
        slugs="make_slug section_key slugify_words tell_slug_apart",
        urls="DEFAULT_PORTS UrlError WEB_SCHEMES absolute_url article_url encode_key join_url "
        "lacks_scheme link_key place_of_article place_on_page split_url",
        word_lists="load_names load_tables load_words",
        xml_trees="parse_xml",
    )
