"""What pages say beside the stories, and how they write dates and numbers.

The words of a language are a file in `languages/`; how it writes dates is in `cldr.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache

import msgspec

from feedpub.feeds.parts import split_tag
from feedpub.model import Precision
from feedpub.text import load_tables, load_words

_PAGES = "feedpub.feeds.pages"
# The languages of the files in `languages/`; pages in any other are in English.
LANGUAGES = ("ar", "de", "en", "es", "fr", "ja", "pt", "zh", "zh-Hant")


class Words(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The words of a page in one language; `{}` stands for what the template puts in."""

    language: str
    skip: str
    sections: str
    latest: str
    latest_on: str
    all_stories: str
    nothing: str
    gone: str
    updated: str
    subscribe: str
    why: str
    readers: str
    reader_app: str
    home: str
    copy: str
    copy_of: str
    copied: str
    filter: str
    matches: str
    no_match: str
    opml: str
    times: str
    table: str
    stories: Mapping[str, str]
    page: str
    pages: str
    newest: str
    newer: str
    older: str
    before: str
    after: str
    near: str
    more: str


class Way(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a language writes dates, times of day, and numbers.

    `plurals` are the numbers of each plural form but "other", as spans: those below 100, and the
    last two digits of those above.
    """

    day: str
    clock: str
    time: str
    digits: str = "0123456789"
    months: tuple[str, ...] = ()
    plurals: Mapping[str, tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]] = {}


class _Cldr(msgspec.Struct, frozen=True):
    """What CLDR says: the usual script of a language, and of some regions, and their ways."""

    scripts: Mapping[str, str]
    ways: Mapping[str, Mapping[str, object]]


# ISO 8601, of a language that has no file: its dates must not look like those of another.
_NO_WAY = Way(
    day="{year:04}-{month:02}-{day:02}", clock="{hour:02}:{minute:02}", time="{date} {clock}"
)


def find_words(language: str) -> Words:
    """Find the words for a language tag; those of a language without a file are English."""
    return _load_page_words(_find_spoken(language) or "en")


def same_language(one: str, other: str) -> bool:
    """Say whether two language tags are of one language, whatever their regions and scripts."""
    return _primary(one) == _primary(other)


def direction_of(language: str) -> str:
    """Give the direction of a language tag's script: "ltr" or "rtl"."""
    script, tables = _script_of(language), _load_tables("right_to_left")
    if script is None:
        is_rtl = _primary(language) in tables["languages"]
    else:
        is_rtl = script.lower() in tables["scripts"]
    return "rtl" if is_rtl else "ltr"


def write_time(moment: datetime, precision: Precision, language: str) -> str:
    """Write a time as a language does, to the minute, or only the day where no time was given."""
    way = find_way(language)
    date = way.day.format(
        year=moment.year,
        month=moment.month,
        month_name=way.months[moment.month - 1] if way.months else "",
        day=moment.day,
    )
    if precision != "day":
        date = way.time.format(date=date, clock=_format_clock(moment, way))
    return _write_digits(date, way)


def write_clock(moment: datetime, language: str) -> str:
    """Write a time of day as a language does, to the minute, on the clock of 24 hours."""
    way = find_way(language)
    return _write_digits(_format_clock(moment, way), way)


def write_number(number: int | str, language: str) -> str:
    """Write a whole number in the digits of a language."""
    return _write_digits(str(number), find_way(language))


def count_stories(number: int, language: str) -> str:
    """Say how many stories there are, in the plural form of the number."""
    words = find_words(language)
    form = _find_plural(number, find_way(words.language))
    return words.stories[form].format(write_number(number, language))


@cache
def find_way(language: str) -> Way:
    """Find how a language, or a region of it, writes dates and numbers."""
    spoken = _find_spoken(language)
    if spoken is None:
        return _NO_WAY
    ways = _load_cldr().ways
    own = ways.get(f"{spoken}-{_region_of(language)}", {})
    return msgspec.convert({**ways[spoken], **own}, Way)


def _find_spoken(language: str) -> str | None:
    """Find the language of a file whose words a page in a language can have, in its script."""
    primary, scripts = _primary(language), _load_cldr().scripts
    usual = scripts.get(f"{primary}-{_region_of(language)}", scripts.get(primary))
    script = _script_of(language) or usual
    found = primary if script == scripts.get(primary) else f"{primary}-{script}"
    return found if found in LANGUAGES else None


def _find_plural(number: int, way: Way) -> str:
    for form, (small, last) in way.plurals.items():
        spans = small if number < 100 else last
        if any(first <= number % 100 <= end for first, end in spans):
            return form
    return "other"


def _format_clock(moment: datetime, way: Way) -> str:
    return way.clock.format(hour=moment.hour, minute=moment.minute)


def _write_digits(text: str, way: Way) -> str:
    if way.digits.isascii():
        return text
    return text.translate(str.maketrans("0123456789", way.digits))


@cache
def _load_cldr() -> _Cldr:
    return msgspec.convert(load_tables(_PAGES, "cldr"), _Cldr)


@cache
def _load_page_words(language: str) -> Words:
    tables = _load_tables(language)
    return msgspec.convert({**tables["words"], "stories": tables["stories"]}, Words)


def _load_tables(name: str) -> Mapping[str, Mapping[str, str]]:
    return load_words(_PAGES, f"languages/{name}")


def _primary(language: str) -> str:
    return split_tag(language)[0]


def _script_of(language: str) -> str | None:
    """Find the script that a language tag names (RFC 5646 section 2.2.3)."""
    parts = split_tag(language)[1:]
    return next((part.title() for part in parts if len(part) == 4 and part.isalpha()), None)


def _region_of(language: str) -> str | None:
    """Find the region that a language tag names (RFC 5646 section 2.2.4)."""
    parts = split_tag(language)[1:]
    regions = (part for part in parts if (len(part), part.isalpha()) in ((2, True), (3, False)))
    return next((region.upper() for region in regions), None)
