"""What the class, id and role of an element say of it: its part in the page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from lxml import etree

from feedpub.text import PLACE_NAME

Part = Literal["noise", "beside", "heading", "body", ""]

# Beyond doubt no part of an article, however much text they hold.
_NOISE = frozenset(
    """nav navi navbar navigation menu menus mainmenu submenu breadcrumb breadcrumbs breadcrum crumb
    crumbs footer foot colophon sitefooter masthead topbar comment comments commentlist commentform
    disqus respond share shares sharing sharebar sharebox sharedaddy sharetools addthis addtoany
    social socials socialshare related relateds relatedposts jp-relatedposts recommended recommend
    recommendation recommendations recirc outbrain taboola newsletter newsletters subscribe
    subscription signup mailchimp pagination pager paging postnav cookie cookies consent gdpr
    modal popup overlay lightbox login signin advert advertisement advertisements advertising
    advertorial ads adslot adunit adsense dfp gpt anzeige werbung publicidad publicite sponsored
    sponsor promo promos promotion readmore alsoread readalso seealso
    trending popular mostread mostviewed mostpopular ranking hotnews latestnews morestories
    toolbar printfriendly fontsize fontsizer textsize skiplink skip-link sitemap
    xgxw xgnews relatednews hotlist editor-info bdsharebuttonbox jiathis page-nav pagenav currpage
    authorbio authorbox bio aboutauthor avatar avatars gravatar visuallyhidden screenreader
    sronly offscreen noprint no-print searchform search copyright disclaimer donate donation
    publicidade publi pubblicita compartir comentarios comentario condividi partager
    commentaires teilen kommentare anuncio anuncios reklame annonce paywall regwall hub-peek
    feedback rating ratings votes poll""".split()
)
# Names of such parts that also stand on the wrapper of an article ("layout with-sidebar").
_BESIDE = frozenset(
    """ad banner sidebar side sidebars rail right-col rightcol aside widget widgets widget-area more
    tags tag taglist tagcloud tools tool header site-header top bottom links actions action
    buttons btn app hot latest recent follow extra supplement teaser teasers card cards promo-box
    box-more inline-related infobox factbox hidden editor print email mail pullquote pull-quote
    size topics keywords reactions meta-footer stay-tuned player audio""".split()
)
# The parts of an article that are read as fields.
_HEADING = frozenset(
    """byline bylines dateline timestamp datetime pubdate pub-date postmeta post-meta entry-meta
    meta article-meta article-info info story-date date date-source time times published posted
    posted-on submitted updated author authors credits writer reporter source kicker eyebrow
    cat-links categories category rubric section-label section-name topper standfirst dek deck
    subtitle subheadline subhead sub-headline strapline tagline excerpt entry-header
    firma fecha autor autoria datum data-ora entradilla bajada antetitulo volanta cintillo
    vorspann dachzeile unterzeile chapeau surtitre occhiello sommario live-flag article-source
    article-header""".split()
)
_BODY = re.compile(
    r"(?:.*[-_])?(?:article|story|post|entry|news|content|blog|single|text|main|page|feature)[-_]*"
    r"(?:content|body|text|copy|main|details?|txt)(?:[-_]+(?:wrapper|container|inner|content|text))?"
    r"|content|txt|trs_editor|richtext|rich-text|wysiwyg|(?:field-name-)?body|e-content|zoom"
    r"|content-?encoded|article-?(?:bd|con|cont)",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"caption|cutline|imgcap|(?:pic|photo|image|img|foto|bild|media)[-_]*(?:text|desc|title|legend"
    r"|info|cap\b)|legend|^cap$|tushuo|zhushi|^pie$|pie-?(?:de-?)?foto|bildunterschrift|bildtext|l[eé]gende|didascalia",
    re.IGNORECASE,
)
_CREDIT = re.compile(PLACE_NAME, re.IGNORECASE)
_PICTURE = re.compile(
    r"(?:^|[-_])(?:pics?|pictures?|photos?|images?|img|media|foto|fotos|figure|fig|bild|thumb"
    r"|thumbnail|hero|attachment|illustration|leadart)(?:$|[-_\d])"
    r"|(?:img|image|photo|pic)(?:wrap|box|holder|container|frame)|wp-caption",
    re.IGNORECASE,
)
_NAMES: Mapping[Part, frozenset[str]] = {"noise": _NOISE, "heading": _HEADING, "beside": _BESIDE}
_PRECEDENCE: tuple[Part, ...] = ("noise", "heading", "beside")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_TOKEN = re.compile(r"[A-Za-z0-9_-]+")
# What a build appends: a few signs, a digit or a capital among them.
_HASH = re.compile(r"(?=.*[0-9A-Z])[\w-]{2,8}")
_WORD = re.compile(r"[a-z]+")

_NOISE_ROLES = frozenset({"navigation", "search", "contentinfo", "banner", "dialog", "alert"})
_NAMING = ("id", "class", "data-testid", "data-component", "data-module", "data-qa", "property")


def name_tokens(element: etree._Element) -> tuple[str, ...]:
    """Give the names on an element: its id, classes and the like."""
    # The tag of a custom element is a name too.
    found = [element.tag] if "-" in element.tag else []
    for attribute in _NAMING:
        value = element.get(attribute)
        if value and len(value) < 1000:
            found += _TOKEN.findall(value)
    return tuple(found)


def local_names(element: etree._Element) -> tuple[str, ...]:
    """Give the names on an element, those of BEM and CSS modules without what stands around them.

    `k-story__byline--wide` is a `byline`, and so are `Byline_root__x1` and `Story_byline__a2`.
    """
    found: list[str] = []
    for token in name_tokens(element):
        block, parted, name = token.partition("--")[0].rpartition("__")
        if not parted:
            found.append(token)
        elif _HASH.fullmatch(name):
            found += block.split("_")
        else:
            found.append(name)
    return tuple(found)


def find_part(element: etree._Element) -> Part:
    """Say which part of a page an element's names make it; empty where they do not say."""
    role = element.get("role")
    if role is not None and role.lower() in _NOISE_ROLES:
        return "noise"
    parts = {_part_of(token) for token in name_tokens(element)}
    if element.get("itemprop") == "articleBody" or "body" in parts:
        return "body"
    for part in _PRECEDENCE:
        if part in parts:
            return part
    return ""


def names_caption(element: etree._Element) -> bool:
    """Say whether an element is named as a caption."""
    return element.get("itemprop") == "caption" or _any(_CAPTION, element)


def names_credit(element: etree._Element) -> bool:
    """Say whether an element is named as the source of an image."""
    return element.get("itemprop") in ("copyrightHolder", "creditText", "author") or _any(
        _CREDIT, element
    )


def names_picture(element: etree._Element) -> bool:
    """Say whether an element is named as the place of an image."""
    return _any(_PICTURE, element)


def names_body(element: etree._Element) -> bool:
    """Say whether an element is named as the text of an article."""
    return element.get("itemprop") == "articleBody" or any(
        _part_of(token) == "body" for token in name_tokens(element)
    )


def _any(pattern: re.Pattern[str], element: etree._Element) -> bool:
    return any(pattern.search(token) for token in name_tokens(element))


@lru_cache(maxsize=8192)
def _part_of(token: str) -> Part:
    lower = token.lower()
    # `article-body--wide` is the body too; `article-body__share` is not.
    if _BODY.fullmatch(token.split("--")[0].rstrip("-_0123456789")) and not lower.startswith(
        ("sidebar", "footer", "header", "comment", "related", "caption")
    ):
        return "body"
    flat = lower.replace("-", "").replace("_", "")
    split = _CAMEL.sub("-", token).lower().replace("_", "-")
    words = _WORD.findall(split)
    pairs = [first + "-" + second for first, second in pairwise(words)]
    joined = ["".join(pair.split("-")) for pair in pairs]
    names = {lower, flat, *words, *pairs, *joined}
    for part in _PRECEDENCE:
        if names & _NAMES[part]:
            return part
    return ""
