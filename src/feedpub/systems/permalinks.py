"""Links as site generators make them: names to slugs, dates and names into patterns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import msgspec

from feedpub import compile_late

MONTHS = (
    "January February March April May June July August September October November December"
).split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_SLASHES = compile_late(r"(?<!:)/{2,}")
_COLON_NAME = compile_late(r":([A-Za-z_]+)(\[[^\]]{0,100}\])?")
_PRETTY_KEPT = compile_late(r"[^\w._~!$&'()+,;=@-]+")
_NOT_WORD = compile_late(r"[^\w]+")


class Day(msgspec.Struct, frozen=True):
    """The date of a page, taken apart by the names that patterns have for it."""

    when: datetime

    def parts(self) -> Mapping[str, str]:
        """Name the parts, as Hugo, Jekyll and Hexo do."""
        when = self.when
        week = when.isocalendar()
        month, day = MONTHS[when.month - 1], DAYS[when.weekday()]
        return {
            "year": f"{when.year:04}",
            "short_year": f"{when.year % 100:02}",
            "month": f"{when.month:02}",
            "i_month": str(when.month),
            "monthname": month,
            "long_month": month,
            "short_month": month[:3],
            "day": f"{when.day:02}",
            "i_day": str(when.day),
            "weekday": str(when.isoweekday() % 7),
            "weekdayname": day,
            "long_day": day,
            "short_day": day[:3],
            "yearday": str(when.timetuple().tm_yday),
            "y_day": f"{when.timetuple().tm_yday:03}",
            "week": f"{week.week:02}",
            "w_year": str(week.year),
            "hour": f"{when.hour:02}",
            "minute": f"{when.minute:02}",
            "second": f"{when.second:02}",
        }


def format_day(when: datetime, pattern: str) -> str:
    """Write a date by a pattern of strftime, in English whatever the locale."""
    month, day = MONTHS[when.month - 1], DAYS[when.weekday()]
    offset = when.utcoffset() or timedelta()
    sign, minutes = "-" if offset < timedelta() else "+", abs(offset) // timedelta(minutes=1)
    written = {
        "Y": f"{when.year:04}",
        "y": f"{when.year % 100:02}",
        "m": f"{when.month:02}",
        "d": f"{when.day:02}",
        "e": f"{when.day:2}",
        "B": month,
        "b": month[:3],
        "h": month[:3],
        "A": day,
        "a": day[:3],
        "H": f"{when.hour:02}",
        "I": f"{(when.hour - 1) % 12 + 1:02}",
        "M": f"{when.minute:02}",
        "S": f"{when.second:02}",
        "p": "AM" if when.hour < 12 else "PM",
        "j": f"{when.timetuple().tm_yday:03}",
        "z": f"{sign}{minutes // 60:02}{minutes % 60:02}",
        "F": when.date().isoformat(),
        "T": f"{when:%H:%M:%S}",
        "%": "%",
    }
    return re.sub(
        r"%(-?)([A-Za-z%])",
        lambda found: (
            written[found[2]].lstrip("0") or "0"
            if found[1] and found[2] in written
            else written.get(found[2], found[0])
        ),
        pattern,
    )


def fill_pattern(pattern: str, value_of: Callable[[str, str], str | None]) -> str | None:
    """Fill a pattern of `:names`; None where it has a name that nothing is known of.

    Args:
        value_of: Gives the value of a name, given the text in brackets after it.
    """
    unknown: list[str] = []

    def fill(found: re.Match[str]) -> str:
        value = value_of(found[1], found[2] or "")
        if value is None:
            unknown.append(found[1])
        return value or ""

    filled = _COLON_NAME.sub(fill, pattern)
    return None if unknown else _SLASHES.sub("/", filled)


def urlize(text: str, *, lower: bool = True) -> str:
    """Make a part of a path as Hugo does: letters of any script stay, spaces become hyphens."""
    kept = []
    for char in unicodedata.normalize("NFC", text.strip()):
        category = unicodedata.category(char)
        if category[0] in "LN" or category in ("Mn", "Mc") or char in "._\\-#+~@%":
            kept.append(char)
        elif char.isspace():
            kept.append("-")
    slug = re.sub(r"-{2,}", "-", "".join(kept))
    return slug.lower() if lower else slug


def urlize_path(text: str, *, lower: bool = True) -> str:
    """Make a path as Hugo does, part by part."""
    return "/".join(urlize(part, lower=lower) for part in text.split("/"))


def slug_pretty(text: str) -> str:
    """Make a slug as Jekyll does for titles in links: case and punctuation of URLs stay."""
    return _PRETTY_KEPT.sub("-", text).strip("-")


def slug_words(text: str) -> str:
    """Make a slug of the words of a text in lower case; letters of any script stay."""
    return _NOT_WORD.sub("-", text.lower().replace("_", "-")).strip("-")


def slug_github(text: str) -> str:
    """Make a slug as GitHub and Astro do: punctuation goes, spaces become hyphens."""
    return re.sub(r"[^\w\- ]+", "", text.strip().lower()).replace(" ", "-")


def join_path(*parts: str) -> str:
    """Join parts of a path; empty ones go."""
    return "/".join(part.strip("/") for part in parts if part.strip("/"))
