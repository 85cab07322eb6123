"""Parts of the day beside a time ("pm", "下午", "de la tarde"), and the hour that they make of it.

The words are CLDR's, with the hours that each names. A time on a twelve-hour clock has two
hours that it can be; a part of the day has to leave one of them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from feedpub.errors import TimestampError
from feedpub.text import CJK
from feedpub.timestamps.words import (
    PARTS_OF_DAY,
    SHORT_PARTS_OF_DAY,
    UTC_LETTERS,
    ZONE_LETTERS,
)

# The lengths of the names that begin with two characters, the longest first.
_LENGTHS: dict[str, tuple[int, ...]] = {}
for _length, _start in sorted({(len(name), name[:2]) for name in PARTS_OF_DAY}, reverse=True):
    _LENGTHS[_start] = (*_LENGTHS.get(_start, ()), _length)
_UNSPACED = re.compile(f"[{CJK}\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff]")
_MARK = re.compile(r" ?(?:$|[|,;·()\[\]/-])")
# "4:59 PMReina", "4:59 pmFiled": what a page lost its space before.
_GLUED_NAME = re.compile(r"(?:(?<=[ap]m)|(?<=[AP]M))[^\W\d_a-z][^\W\d_A-Z]")
_NOON = range(11, 14)


class DayPart(NamedTuple):
    """A part of the day in a tidy text: the hours that it names, and where it ends."""

    hours: frozenset[int]
    end: int


def find_day_part(text: str, pos: int, *, ahead: bool = False) -> DayPart | None:
    """Find the part of the day that begins here, after a time or `ahead` of one."""
    start = text[pos : pos + 2].lower()
    lengths = _LENGTHS.get(start, ())
    if len(start) > 1 and start[0] in _LENGTHS:  # a name of one letter
        lengths = (*lengths, 1)
    for length in lengths:
        name = text[pos : pos + length].lower()
        hours = PARTS_OF_DAY.get(name)
        if hours is None or name.upper() in ZONE_LETTERS or name.upper() in UTC_LETTERS:
            continue
        end = pos + len(name)
        if text[end : end + 1] == "." and not text[end + 1 : end + 2].isalnum():
            end += 1
        if _ends_here(text, end, name, ahead=ahead):
            return DayPart(hours, end)
    return None


def _ends_here(text: str, end: int, name: str, *, ahead: bool) -> bool:
    if name in SHORT_PARTS_OF_DAY:
        return not ahead and _MARK.match(text, end) is not None
    following = text[end : end + 1]
    if _UNSPACED.match(name[-1]) or not (
        following.isalpha() or (following.isdigit() and not ahead)
    ):
        return True
    return _UNSPACED.match(following) is not None or is_glued_behind(text, end)


def is_glued_behind(text: str, end: int) -> bool:
    """Say whether a name is glued to AM or PM that ends here ("4:59 PMReina")."""
    return _GLUED_NAME.match(text, end) is not None


def turn_clock(hour: int, hours: frozenset[int]) -> int:
    """Turn an hour to the one in a part of the day.

    Raises:
        TimestampError: No hour, or more than one, fits.
    """
    fitting = {hour} if hour > 12 or hour == 0 else {hour % 12, hour % 12 + 12}
    if hours == {0} and hour:  # is midnight of that day, or of the next?
        fitting = set()
    # 13:44 PM and 9:30 in the early morning are sure, although CLDR's hours may be narrower.
    fitting = {each for each in fitting if _fits(each, hours)}
    if len(fitting) != 1:
        raise TimestampError(
            "ambiguous" if 0 < hour <= 12 else "inconsistent",
            f"has the hour {hour} with AM, PM, or a part of the day. Use a 24-hour time.",
        )
    return fitting.pop()


def _fits(hour: int, hours: frozenset[int]) -> bool:
    if hour in hours:
        return True
    if len(hours) == 1 or hours <= set(_NOON):
        return 12 in hours and hour in _NOON
    if hour == 12 or hour == 0 or hour == 24:
        return False
    if max(hours) < 12:
        return hour < 12
    if min(hours) >= 18:
        return hour >= 17
    return min(hours) >= 12 and hour > 12
