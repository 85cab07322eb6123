"""Counts and ages, as people write and read them."""

from __future__ import annotations

from datetime import timedelta

from feedpub.settings import AGE


def count(number: int, noun: str) -> str:
    """Write a number and its noun, in the plural if needed."""
    return f"{number:,} {noun if number == 1 else noun + 's'}"


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
    amount = int(found[1])
    return timedelta(days=amount) if found[2] == "d" else timedelta(hours=amount)
