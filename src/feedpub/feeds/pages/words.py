"""What pages say beside the stories, and how they write dates: a TOML file for each language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache

import msgspec

from feedpub.feeds.parts import split_tag
from feedpub.model import Precision
from feedpub.text import load_words

# The languages of the files in `languages/`; pages in any other are in English.
LANGUAGES = ("en", "zh")
_ISO_DATES = {"day": "{year:04}-{month:02}-{day:02}", "time": "{date} {time}"}


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
    stories: str
    story: str
    page: str
    pages: str
    newest: str
    newer: str
    older: str
    before: str
    after: str
    near: str
    more: str


def find_words(language: str) -> Words:
    """Find the words for a language tag; those of a language without a file are English."""
    primary = _primary(language)
    return _load_page_words(primary if primary in LANGUAGES else "en")


def same_language(one: str, other: str) -> bool:
    """Say whether two language tags are of one language, whatever their regions and scripts."""
    return _primary(one) == _primary(other)


def direction_of(language: str) -> str:
    """Give the direction of a language tag's script: "ltr" or "rtl".

    Source: RFC 5646 section 2.2.3: a script is the subtag of four letters.
    """
    primary, *rest = split_tag(language)
    script = next((part for part in rest if len(part) == 4 and part.isalpha()), None)
    tables = _load_tables("right_to_left")
    is_rtl = primary in tables["languages"] if script is None else script in tables["scripts"]
    return "rtl" if is_rtl else "ltr"


def write_time(moment: datetime, precision: Precision, language: str) -> str:
    """Write a time as a language does, to the minute, or only the day where no time was given."""
    primary = _primary(language)
    tables = _load_tables(primary) if primary in LANGUAGES else {}
    forms, months = tables.get("dates", _ISO_DATES), tables.get("months", {})
    date = forms["day"].format(
        year=moment.year,
        month=moment.month,
        month_name=months.get(str(moment.month)),
        day=moment.day,
    )
    return date if precision == "day" else forms["time"].format(date=date, time=f"{moment:%H:%M}")


@cache
def _load_page_words(language: str) -> Words:
    return msgspec.convert(_load_tables(language)["words"], Words)


def _load_tables(name: str) -> Mapping[str, Mapping[str, str]]:
    return load_words("feedpub.feeds.pages", f"languages/{name}")


def _primary(language: str) -> str:
    return split_tag(language)[0]
