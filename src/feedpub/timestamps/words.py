"""The words of `words.toml`, `calendars.toml`, and `cldr.json` as tables.

Only the long way loads them.
"""

from __future__ import annotations

from datetime import date

from feedpub.text import load_names, load_words
from feedpub.timestamps.text import spell_plainly

_WORDS = load_words("feedpub.timestamps", "words")
_CALENDARS = load_words("feedpub.timestamps", "calendars")
_CLDR = load_names("feedpub.timestamps", "cldr")


def _merge(table: str) -> dict[str, str]:
    """Merge a table of CLDR's words, spelled as tidy text is, with our own."""
    merged = {spell_plainly(name): str(value) for name, value in _CLDR[table].items()}
    return merged | dict(_WORDS[table])


# What names a calendar beside a date, and its months: the calendar, and the month's number.
CALENDARS = _CALENDARS["names"]
FOREIGN_MONTHS = {
    name: (f"{table.removesuffix('_months').title()} calendar", int(number))
    for table, words in _CALENDARS.items()
    if table != "names"
    for name, number in words.items()
}
# Tigrinya calls months of the common calendar by names of Ethiopian months.
MONTHS = {
    name: int(number) for name, number in _merge("months").items() if name not in FOREIGN_MONTHS
}
WEEKDAYS = {name: int(number) for name, number in _merge("weekdays").items()}  # Monday is 1
ENGLISH_DATE_WORDS = frozenset([*_WORDS["english_months"], *_WORDS["english_weekdays"]])
# RFC 822 section 5.1 allows only three letters for a month.
RFC822_MONTHS = frozenset(name for name in _WORDS["english_months"] if len(name) == 3)


def _list_hours(spans: str) -> frozenset[int]:
    """Read "6-11" or "0-3 22-23"."""
    ends = [span.split("-") for span in spans.split()]
    return frozenset(hour for first, last in ends for hour in range(int(first), int(last) + 1))


# Parts of the day: "pm", "下午", "de la tarde". The hours of the day that each names.
PARTS_OF_DAY = {name: _list_hours(spans) for name, spans in _merge("parts_of_day").items()}
SHORT_PARTS_OF_DAY = frozenset(_WORDS["short_parts_of_day"])

# Zone letters that are also words: without a time before them they are not a zone.
WORDLIKE_ZONES = frozenset(_WORDS["wordlike_zones"])

# Hours east of UTC.
RFC822_ZONES = {letters: int(hours) for letters, hours in _WORDS["rfc822_zones"].items()}
ZONE_LETTERS = {
    letters: tuple(map(float, hours.split())) for letters, hours in _WORDS["zone_letters"].items()
}
OWN_LETTERS = _WORDS["own_letters"]
SAME_LETTERS = {
    letters: frozenset(same.split()) for letters, same in _WORDS["same_letters"].items()
}
UTC_LETTERS = frozenset({"UTC", "GMT", "Z"})
ZONE_PHRASES = _WORDS["zone_phrases"]
ZONE_WORDS = frozenset(_WORDS["zone_words"])

# The first and the last day of each era (None: it continues).
ERAS = {
    era: (date.fromisoformat(days[:10]), date.fromisoformat(days[11:]) if days[10:] else None)
    for era, days in _WORDS["eras"].items()
}

# The days that ended with 23:59:60 UTC (IERS Bulletin C). There is none after 2016.
LEAP_SECOND_DAYS = frozenset(
    [date(year, 6, 30) for year in (1972, 1981, 1982, 1983, 1985, 1992, 1993, 1994, 1997,
                                    2012, 2015)]
    + [date(year, 12, 31) for year in (1972, 1973, 1974, 1975, 1976, 1977, 1978, 1979, 1987,
                                       1989, 1990, 1995, 1998, 2005, 2008, 2016)]
)  # fmt: skip
