"""Datelines: the place, day, and agency that the first paragraph of a report begins with."""

from __future__ import annotations

import re
from functools import cache

from feedpub.text import CJK, load_words

# Up to the mark that ends a dateline: BEIJING, May 25 (Xinhua) --
_HEAD = re.compile(
    r"\s*+(?P<head>[^\n.!?:;]{2,40}?(?:\.[^\n.!?:;]{1,30}?){0,2})\s*+(?:--+|[—–―]|(?<=\s)-\s)\s*\S"
)
_SLASHED = re.compile(r"\s*(?P<head>[^\n!?:;/]{2,40})/(?P<agency>[^/\s][^/]{0,30})/\s*[.:–—-]")
_AGENCY = re.compile(r"[(（/]\s*\w[^()（）/]{0,30}[)）/]\s*$")
_PLACE = re.compile(r"[^,(（/\d]+")
_DAY = re.compile(r"\d")
_CJK = re.compile(f"[{CJK}]")
_LONG = 120  # characters; those of Chinese count twice


def begins_with_dateline(text: str) -> bool:
    """Say whether a paragraph begins with a dateline.

    A place in capitals and a dash are one, and so is any name before a day or an agency.
    """
    if _beginnings().match(text.lstrip("（(【［[ \u3000")):
        return True
    if (slashed := _SLASHED.match(text)) is not None:
        return slashed["head"][:1].isupper()
    found = _HEAD.match(text)
    if found is None:
        return False
    head = found["head"].strip()
    place = _PLACE.match(head)
    if place is None or place[0].strip() in load_words("feedpub.pages", "datelines")["positions"]:
        return False
    name = place[0].strip()
    letters = [char for char in name if char.isalpha()]
    if len(letters) < 2:
        return False
    if all(char.isupper() for char in letters):
        return len(letters) > 2
    rest = head[place.end() :]
    is_name = letters[0].isupper() and len(name.split()) <= 4
    return is_name and (_AGENCY.search(head) is not None or _DAY.search(rest) is not None)


def is_long(text: str) -> bool:
    """Say whether a paragraph is longer than most captions."""
    return len(text) + len(_CJK.findall(text[: 2 * _LONG])) >= _LONG


@cache
def _beginnings() -> re.Pattern[str]:
    return re.compile("|".join(load_words("feedpub.pages", "datelines")["beginnings"]))
