"""A page of a site that lies as a whole: an article, or a list of others."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec
from lxml import etree

from feedpub.pages.css_selectors import NO_SELECTORS
from feedpub.pages.html_by_head import identify_by_head
from feedpub.pages.html_entries import find_list
from feedpub.pages.html_head import Head
from feedpub.pages.html_page import Page
from feedpub.pages.html_source import bound_page
from feedpub.settings import Selectors

# By the classes that WordPress gives to a body, and the types of Open Graph.
_KINDS = (
    (re.compile(r"(?:^|\s)(?:page-id-\d+|page-template\S*)(?:\s|$)"), "pages"),
    (re.compile(r"(?:^|\s)attachment(?:id-\d+)?(?:\s|$)"), "attachments"),
)
# What only the page of an article says in its head.
_DATED = ("article:published_time", "parsely-pub-date")
_OTHER_TYPES = {"profile": "pages of authors", "product": "products"}


class SitePage(msgspec.Struct, frozen=True):
    """The fields of a page, what found each, and whether its data call it an article.

    `kind` says in the plural what it is where it is none; `doubts` are warnings by their fields.
    """

    fields: Mapping[str, object]
    rules: Mapping[str, str]
    is_told: bool
    kind: str | None = None
    doubts: Mapping[str, str] = {}


def read_site_page(
    text: str, *, address: str, selectors: Selectors, whole: bool, any_title: bool = False
) -> SitePage:
    """Read a page of a site by its text: what identifies it, or all.

    Args:
        address: Where the page is on its site: what its relative links begin from.
        any_title: Take any title that it has for its own where it is only identified.

    Raises:
        UnreadableFile: The page is not an article, or exceeds a limit.
    """
    content = bound_page(text)
    if any_title and not whole and selectors == NO_SELECTORS:
        told = identify_by_head(content, address)
        if told is not None and _is_dated(told.head):
            kind = _find_named_kind(told.root)
            return SitePage({} if kind else told.fields, {}, kind is None, kind)
    page = Page(text, content, selectors, address)
    page.read_head()
    if (kind := _find_kind(page, address)) is not None:
        return SitePage({}, {}, False, kind)
    if not whole:
        return SitePage(page.identify(), {}, page.is_told)
    fields, rules, doubts = page.read_rest()
    return SitePage(fields, rules, page.is_told, doubts=doubts)


def _find_kind(page: Page, address: str) -> str | None:
    kind = _find_named_kind(page.root)
    if kind is not None or _is_dated(page.head):
        return kind
    if (named := page.head.read("og:type")) in _OTHER_TYPES:
        return _OTHER_TYPES[named]
    own = (address, page.head.canonical or "")
    return "lists of articles" if find_list(page.root, page.data, own) else None


def _find_named_kind(root: etree._Element) -> str | None:
    """Find the kind of a page that the classes of its body name."""
    body = root.find("body")
    classes = "" if body is None else body.get("class") or ""
    if "single" in classes.split():
        return None
    return next((kind for pattern, kind in _KINDS if pattern.search(classes)), None)


def _is_dated(head: Head) -> bool:
    return any(head.read(name) for name in _DATED)
