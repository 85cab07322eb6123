"""Breadcrumbs: the labels that lead to a page and name its section."""

from __future__ import annotations

import re

from feedpub.text.plain import plain_text

_MARK = re.compile(r"[>›»＞]")
_PAGE_MARK = re.compile(r"[>›»＞/／]")
_HOME = frozenset({"home", "首页"})


def split_breadcrumb(text: str) -> list[str]:
    """List the labels of a breadcrumb, without Home."""
    return _split_labels(text, _MARK) if _MARK.search(text) else [text] if text else []


def read_page_breadcrumb(text: str) -> str | None:
    """Rewrite a page's breadcrumb, which can have `/` as a separator, with `>`."""
    return ">".join(_split_labels(text, _PAGE_MARK)) or None


def _split_labels(text: str, separators: re.Pattern[str]) -> list[str]:
    labels = (plain_text(label) for label in separators.split(text))
    return [label for label in labels if label and label.casefold() not in _HOME]
