"""Which parts of a body readers of its page do not see, by the attributes of its elements.

While a body is sanitized, each attribute that tells this becomes one word: `unseen` is hidden
wherever it is, `number` may be the number of a line of code, `permalink` a link to a heading.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from lxml import etree

from feedpub import compile_late
from feedpub.text import load_words

MARKS = ("hidden", "style", "class", "aria-hidden")

_UNSEEN_STYLE = compile_late(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_UNSELECTABLE = compile_late(r"user-select\s*:\s*none", re.IGNORECASE)
_CLASSES = {"unseen": "unseen", "number": "line_numbers", "permalink": "permalinks"}
_DIGITS = compile_late(r"[\s\d]+")
_INVISIBLE = compile_late("[\\s\u200b-\u200d\u2060\ufe0e\ufe0f\ufeff]")


def read_mark(tag: str, name: str, value: str) -> str | None:
    """Say in a word what one of `MARKS` tells of an element; None where it tells nothing."""
    if name == "hidden":
        return None if value.strip().lower() == "until-found" else "unseen"
    if name == "style":
        if _UNSEEN_STYLE.search(value):
            return "unseen"
        return "number" if _UNSELECTABLE.search(value) else None
    if name == "aria-hidden":
        return "permalink" if tag == "a" and value.strip().lower() == "true" else None
    known = _marks_of_classes()
    return next((known[word] for word in value.lower().split() if word in known), None)


def read_marks(element: etree._Element) -> frozenset[str]:
    """Read what the attributes of an element tell."""
    return _read_marks(
        element.tag,
        element.get("hidden"),
        element.get("style"),
        element.get("class"),
        element.get("aria-hidden"),
    )


@lru_cache(maxsize=8192)
def _read_marks(tag: str, *values: str | None) -> frozenset[str]:
    pairs = zip(MARKS, values, strict=True)
    found = (read_mark(tag, name, value) for name, value in pairs if value is not None)
    return frozenset(mark for mark in found if mark is not None)


def is_number(text: str) -> bool:
    """Say whether a text is only the numbers of lines."""
    return _DIGITS.fullmatch(text) is not None


def is_permalink(text: str, *, in_heading: bool) -> bool:
    """Say whether the text of a link is only the sign of a link to its own place."""
    shown = _INVISIBLE.sub("", text)
    if not shown or shown in _words("signs"):
        return True
    return in_heading and _link_words().fullmatch(" ".join(text.split())) is not None


@cache
def _marks_of_classes() -> Mapping[str, str]:
    return {word: mark for mark, table in _CLASSES.items() for word in _words(table)}


@cache
def _words(table: str) -> frozenset[str]:
    return frozenset(load_words("feedpub.markup", "hidden_marks")[table])


@cache
def _link_words() -> re.Pattern[str]:
    words = load_words("feedpub.markup", "hidden_marks")["link_words"]
    return re.compile("|".join(words), re.IGNORECASE)
