"""Bylines: the line of a page that names its source and its times."""

from __future__ import annotations

import re

import msgspec

_BYLINE = re.compile(r"\(?(?P<source>[^()|]*?)\)?\s*\|?\s*(?P<updated>Updated\s*[:：]\s*\S.*)")


class Byline(msgspec.Struct, frozen=True):
    """What a byline says; the times are texts for `parse_timestamp`."""

    source: str | None = None
    authors: tuple[str, ...] = ()
    updated: str | None = None
    published: str | None = None


def looks_like_byline(text: str) -> bool:
    """Say whether a line is a byline, its time readable or not."""
    return _BYLINE.fullmatch(text) is not None


def parse_byline(text: str) -> Byline:
    """Read a byline like `(news.example.com) Updated : 2020-05-25`."""
    found = _BYLINE.fullmatch(text)
    if found is None:
        return Byline()
    return Byline(source=found["source"].strip() or None, updated=found["updated"])
