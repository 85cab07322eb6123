"""What the class and id of an element say about its part in the page."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from lxml import etree

from feedpub.pages.html_words import compile_words
from feedpub.text import PLACE_NAME, load_words

Part = Literal["comments", "noise", "beside", "heading", "body", ""]

_CREDIT = re.compile(PLACE_NAME, re.IGNORECASE)
_PRECEDENCE: tuple[Part, ...] = ("comments", "noise", "heading", "beside")
_NO_BODY = ("sidebar", "footer", "header", "comment", "related", "caption")
_TOKEN = re.compile(r"[A-Za-z0-9_-]+")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")

_MAX_NAMES = 1000  # characters


def name_tokens(element: etree._Element) -> tuple[str, ...]:
    """List the names on an element: its id, its classes, and the tag of a custom element."""
    tag = element.tag if "-" in element.tag else None
    return _split_names(tag, element.get("id"), element.get("class"))


@lru_cache(maxsize=8192)
def _split_names(*values: str | None) -> tuple[str, ...]:
    found = (_TOKEN.findall(value) for value in values if value and len(value) < _MAX_NAMES)
    return tuple(name for names in found for name in names)


def find_part(element: etree._Element) -> Part:
    """Find the part of the page that an element's names say it is; empty where they do not say."""
    part = _choose_part(name_tokens(element))
    return "body" if element.get("itemprop") == "articleBody" else part


@lru_cache(maxsize=8192)
def _choose_part(tokens: tuple[str, ...]) -> Part:
    parts = set(map(_part_of, tokens))
    order: tuple[Part, ...] = ("body", *_PRECEDENCE)
    return next((part for part in order if part in parts), "")


def hints_aside(element: etree._Element, *, below: bool = False) -> bool:
    """Say whether a word inside an element's names, or its schema, says that it is beside the text.

    It weighs little: `content-behind-paywall` has an article in it. `below` adds the words that
    count only below the text.
    """
    if element.get("itemprop") == "author" or (element.get("itemtype") or "").endswith("/Person"):
        return True
    return any(_hints_aside(token, below) for token in name_tokens(element))


@lru_cache(maxsize=8192)
def _hints_aside(token: str, below: bool) -> bool:
    words = {word.lower() for word in _WORD.findall(token)}
    words_of = load_words("feedpub.pages", "html_names")
    parts = ("hints", "noise", "below") if below else ("hints",)
    return any(not words.isdisjoint(words_of[part]) for part in parts)


def names_caption(element: etree._Element) -> bool:
    """Say whether an element has the name of a caption."""
    return element.get("itemprop") == "caption" or _have("caption", name_tokens(element))


def names_credit(element: etree._Element) -> bool:
    """Say whether an element has the name of an image credit."""
    return element.get("itemprop") in ("copyrightHolder", "creditText", "author") or any(
        map(_CREDIT.search, name_tokens(element))
    )


def names_picture(element: etree._Element) -> bool:
    """Say whether an element has the name of an image box."""
    return _have("picture", name_tokens(element))


def names_body(element: etree._Element) -> bool:
    """Say whether an element has the name of an article's text."""
    is_body = _choose_part(name_tokens(element)) == "body"
    return is_body or element.get("itemprop") == "articleBody"


@lru_cache(maxsize=8192)
def _have(table: str, tokens: tuple[str, ...]) -> bool:
    return any(map(compile_words("names", table).search, tokens))


@lru_cache(maxsize=8192)
def _part_of(token: str) -> Part:
    lower = token.lower()
    own = lower.partition("--")[0].rstrip("-_0123456789")
    # `article-body--wide` is the body too; `article-body__share` is not.
    if compile_words("names", "body").fullmatch(own) and not own.startswith(_NO_BODY):
        return "body"
    own = own.rpartition("__")[2]
    names = {lower, own, compile_words("names", "around").sub("", own)}
    names.update([name.replace("-", "").replace("_", "") for name in names])
    words_of = load_words("feedpub.pages", "html_names")
    for part in _PRECEDENCE:
        if not names.isdisjoint(words_of[part]):
            return part
    return ""
