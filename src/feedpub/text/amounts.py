"""Counts and ages, as people write and read them."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from feedpub import compile_late
from feedpub.settings import AGE

_NUMBERS = {10: compile_late(r"[+-]?[0-9]{1,18}"), 16: compile_late(r"[0-9A-Fa-f]{1,15}")}
_LARGE = 10**18
EPOCH = compile_late("1[0-9]{9}(?:[0-9]{3})?")
"""Seconds or milliseconds since 1970, of the years 2001 to 2033."""


def count(number: int, noun: str) -> str:
    """Write a number and its noun, in the plural if needed."""
    return f"{number:,} {noun if number == 1 else noun + 's'}"


def read_number(value: object, base: Literal[10, 16] = 10) -> int | None:
    """Read a whole number of anyone's: a text of ASCII digits, or a number without its fraction.

    None if it is not one, or has more than 18 digits: int() refuses thousands of them.
    """
    if isinstance(value, str):
        return int(value, base) if _NUMBERS[base].fullmatch(value) else None
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LARGE:
        return int(value)
    return None


def format_age(age: timedelta) -> str:
    """Write an age in its largest whole unit."""
    seconds = int(age.total_seconds())
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            return f"{count(seconds // size, unit)} ago"
    return "now" if seconds >= 0 else "in the future"


def parse_age(text: str) -> timedelta:
    """Read an age in days or hours, such as 180d or 12h.

    Raises:
        ValueError: It is not an age.
    """
    found = AGE.fullmatch(text)
    if found is None:
        raise ValueError(f'"{text}" is not an age. Write it like "180d" or "12h".')
    amount = read_number(found[1]) or 0
    return timedelta(days=amount) if found[2] == "d" else timedelta(hours=amount)
