"""Breadcrumbs: the labels that lead to a page and name its section."""

from __future__ import annotations

import re
from functools import cache

from feedpub import compile_late
from feedpub.text.plain import plain_text
from feedpub.text.word_lists import load_words

_MARK = compile_late(r"[>›»＞→⟩⇒]")
_PAGE_MARK = compile_late(r"[>›»＞→⟩⇒/／]")
# Labels have these as well, so they part a breadcrumb only where it begins with Home.
_MARK_AFTER_HOME = compile_late(r"[>›»＞→⟩⇒|｜]|\s[·•]\s")
_PAGE_MARK_AFTER_HOME = compile_late(rf"{_MARK_AFTER_HOME.pattern}|[/／]")


def split_breadcrumb(text: str) -> list[str]:
    """List the labels of a breadcrumb, without Home."""
    if begins_with_home(text):
        return _split_labels(text, _MARK_AFTER_HOME)
    return _split_labels(text, _MARK) if _MARK.search(text) else [text] if text else []


def read_page_breadcrumb(text: str, title: str = "") -> str | None:
    """Rewrite a page's breadcrumb, whatever separates its labels, with `>`.

    Args:
        title: The headline of the page: as the last label, it names no section.
    """
    labels = _split_labels(text, _PAGE_MARK_AFTER_HOME if begins_with_home(text) else _PAGE_MARK)
    if len(labels) > 1 and labels[-1].casefold() == title.casefold():
        labels.pop()
    return ">".join(labels) or None


def begins_with_home(text: str) -> bool:
    """Say whether a line is a breadcrumb that begins with the home page."""
    return _home_start().match(text) is not None


@cache
def _home() -> frozenset[str]:
    return frozenset(load_words("feedpub.text", "breadcrumbs")["home"])


@cache
def _home_start() -> re.Pattern[str]:
    words = "|".join(map(re.escape, sorted(_home(), key=len, reverse=True)))
    return re.compile(rf"\s*(?:{words})\s*(?:{_PAGE_MARK_AFTER_HOME.pattern})", re.IGNORECASE)


def _split_labels(text: str, separators: re.Pattern[str]) -> list[str]:
    labels = (plain_text(label) for label in separators.split(text))
    return [label for label in labels if label and label.casefold() not in _home()]
