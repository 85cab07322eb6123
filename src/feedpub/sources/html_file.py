"""An HTML file: one article page, identified first and read wholly when it is chosen."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

from feedpub.errors import Problem
from feedpub.model import Origin, SourceFile
from feedpub.settings import Source
from feedpub.sources.files import read_page_bytes, warn_of_guess
from feedpub.sources.raw import PageFields, Raw


def scan(file: SourceFile, source: Source) -> Iterator[Raw | Problem]:
    """Yield the page's record with its identifying fields, or all where `where` may see them."""
    # Deferred: the rules of pages are many, and not every site has pages.
    from feedpub.pages import decode_html, identify_html, read_html

    content = read_page_bytes(file)
    page = decode_html(content, source.encodings)
    yield from warn_of_guess(file, page.choice)
    if source.where is None:
        fields = identify_html(page.text, selectors=source.selectors)
    else:
        fields = read_html(page.text, selectors=source.selectors).fields
    yield Raw(Origin(file, 0, 1, single=True), PageFields(fields), zlib.crc32(content))


def load(file: SourceFile, source: Source, origins: Sequence[Origin]) -> Iterator[Raw]:
    """Yield the page's record again, whole."""
    from feedpub.pages import decode_html, read_html, tell_doubts

    for origin in origins:
        content = read_page_bytes(file)
        page = decode_html(content, source.encodings)
        fields, rules, doubts = read_html(page.text, selectors=source.selectors)
        page_fields = PageFields(fields, {}, rules, tell_doubts(origin.where, doubts))
        yield Raw(origin, page_fields, zlib.crc32(content))
