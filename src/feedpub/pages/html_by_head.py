"""Identify the article of a page by its head, where nothing below the head can change the result.

Only the beginning of the page is parsed, up to the start of its body. Of the rest, a scan of the
bytes says whether it may tell something, too; whoever asks then reads the whole page.
"""

from __future__ import annotations

from typing import NamedTuple

from lxml import etree

from feedpub import compile_late
from feedpub.model import IDENTIFYING
from feedpub.pages.html_fields import (
    Found,
    count_told_words,
    read_article_body,
    read_link,
    read_linked_data,
    read_metas,
)
from feedpub.pages.html_head import Head
from feedpub.pages.html_linked_data import ARTICLE_TYPES, LinkedData, Node
from feedpub.pages.html_source import MAX_DEPTH, MAX_TEXT, parse_content
from feedpub.text import encode_text

_TOLD = ("title", "section", "updated", "published")
_LONGEST_TITLE = 2_000  # characters: a longer one may be too large for a record
_JSON_LD = b"ld+json"
# A page without these is not looked at closer: the names of most sections have the second.
_NEEDED = (_JSON_LD, b"section")
_BODY = compile_late(rb"<body(?=[\s/>])[^>]*>")
# Only where the parser takes it for a tag, nothing is begun before it that goes on behind it.
_MARK = b"feedpub-mark"
# Parts of a head, which the rest may have, too; and another body, whose attributes would count.
_OF_HEADS = (b"<meta", b"<body", _JSON_LD)
# A type that references may write, such as `ld&#43;json`.
_REFERENCES = compile_late(
    rb"""type(?<=[\s/"']type)\s*+=\s*+(?!"[^"&]*"|'[^'&]*'|[^\s"'&<>=]+[\s/>])"""
)
_MICRODATA = b"itemtype"
_ITEM_TYPE = compile_late(_MICRODATA + rb"""\s*+=\s*+(?:"([^"]*)"|'([^']*)')""")
_OF_ARTICLES = compile_late(encode_text("|".join(sorted(ARTICLE_TYPES)).lower()) + b"|&")


class HeadReading(NamedTuple):
    """What identifies an article, and the head of its page; `root` has no more of the page.

    The title is one that the page's data tell, not always the one that it shows.
    """

    fields: dict[str, object]
    head: Head
    root: etree._Element


def identify_by_head(content: bytes, address: str = "") -> HeadReading | None:
    """Identify the article of a page; None where more than its head may count.

    Args:
        content: What `bound_page` gives.
        address: Where the page is on its site, if that is known.
    """
    folded = content.lower()
    body = _BODY.search(folded)
    if body is None or not all(folded.find(part, 0, body.end()) >= 0 for part in _NEEDED):
        return None
    if not _is_bounded(content) or _may_tell_more(folded, body.end()):
        return None
    root = _parse_beginning(content[: body.end()])
    if root is None:
        return None
    head = Head(root, address)
    if head.canonical is None and folded.find(b"<link", body.end()) >= 0:
        return None
    data = LinkedData(head.schemas)
    articles = data.list_articles()
    found = _read_fields(head, data, articles[0]) if len(articles) == 1 else None
    if found is None:
        return None
    fields = {name: found.fields[name] for name in IDENTIFYING if name in found}
    return HeadReading(fields, head, root)


def _is_bounded(content: bytes) -> bool:
    """Say whether a page is surely within the limits that only its tree would show."""
    opened = content.count(b"<") - content.count(b"</")
    return 2 * opened + 10 < MAX_DEPTH and len(content) < MAX_TEXT  # a parser may add a tag to each


def _parse_beginning(beginning: bytes) -> etree._Element | None:
    if _MARK in beginning:
        return None
    root = parse_content(beginning + b"<" + _MARK + b">")
    return None if root.find(f".//{_MARK.decode()}") is None else root


def _may_tell_more(folded: bytes, begin: int) -> bool:
    """Say whether a page, in lower case, may have more of a head from a place on, or microdata."""
    if any(folded.find(mark, begin) >= 0 for mark in _OF_HEADS):
        return True
    if _REFERENCES.search(folded, begin):
        return True
    types = _ITEM_TYPE.findall(folded) if _MICRODATA in folded else []
    return len(types) < folded.count(_MICRODATA) or any(
        _OF_ARTICLES.search(kind) for pair in types for kind in pair
    )


def _read_fields(head: Head, data: LinkedData, node: Node) -> Found | None:
    """Read the fields as they are read of the whole page; None where it may give others."""
    found = Found()
    read_link(found, head)
    read_linked_data(found, data, node)
    read_metas(found, head)
    if not all(name in found for name in _TOLD):
        return None
    if any(len(text) > _LONGEST_TITLE for text, _ in found.titles):
        return None
    # A page that shows no text is refused where its data say that there is some.
    if count_told_words(node, None) and not read_article_body(node):
        return None
    found.part_section([], is_chosen=False)
    return found
