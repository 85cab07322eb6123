"""Write src/feedpub/timestamps/cldr.json; run as `python -m tools.cldr_words`.

The file has the names of months, weekdays, and parts of the day in every language of CLDR, as
Babel ships them: a name a line, and what it means. Where languages disagree about a month, the
widely written ones decide. A name that they use for two months or two weekdays is left out,
because nobody can be sure what it means. Weekdays and parts of the day are those of widely
written languages only: the others' are too often words or names of a byline.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from babel import Locale
from babel.localedata import locale_identifiers

CLDR = Path(__file__).resolve().parent.parent / "src/feedpub/timestamps/cldr.json"

# The languages that decide where others disagree: those that CLDR covers in full.
WIDELY_WRITTEN = frozenset(
    "af am ar as az be bg bn bs ca cs cy da de el en es et eu fa fi fil fr ga gl gu he hi hr hu hy"
    " id is it ja ka kk km kn ko ky lo lt lv mk ml mn mr ms my nb ne nl nn no or pa pl ps pt ro ru"
    " sd si sk sl so sq sr sv sw ta te th tk tr uk ur uz vi zh zu".split()
)
_UNITS = frozenset({"min"})  # a Sunday or a part of the day in two languages, minutes in all
_HALVES = {"am": range(12), "pm": range(12, 24), "noon": (12,), "midnight": (0,)}
Names = dict[str, dict[int, set[str]]]
Lister = Callable[[Locale], Iterable[tuple[int, str]]]


def render() -> str:
    """Render the file."""
    tables: dict[str, dict[str, int] | dict[str, str]] = {
        "months": _choose(_collect(_list_months), apart=_list_weekdays),
        "weekdays": _choose(_collect(_list_weekdays), apart=_list_months),
        "parts_of_day": {
            name: _write_hours(hours) for name, hours in sorted(_collect(_list_parts).items())
        },
    }
    return json.dumps(tables, ensure_ascii=False, indent=1) + "\n"


def _collect(list_names: Lister) -> Names:
    names: Names = defaultdict(lambda: defaultdict(set))
    for identifier in sorted(locale_identifiers()):
        if identifier == "root":
            continue
        locale = Locale.parse(identifier)
        for number, written in list_names(locale):
            name = " ".join(written.lower().split()).strip(". :\u200e\u200f")
            if name in _UNITS:
                continue
            # Short ASCII names are words of other languages: "to", "on", "de".
            if len(name) > 1 + name.isascii() and not any(char.isdigit() for char in name):
                names[name][number].add(locale.language)
    return names


def _list_months(locale: Locale) -> Iterator[tuple[int, str]]:
    """List months of one word: "tháng 5" is read by its number."""
    for widths in locale.months.values():
        for width in ("wide", "abbreviated"):
            for number, name in widths.get(width, {}).items():
                if not re.search(r"[\s/-]", name):
                    yield number, name


def _list_weekdays(locale: Locale) -> Iterator[tuple[int, str]]:
    if locale.language not in WIDELY_WRITTEN:
        return
    for widths in locale.days.values():
        for width in ("wide", "abbreviated"):
            for day, name in widths.get(width, {}).items():
                yield day + 1, name


def _list_parts(locale: Locale) -> Iterator[tuple[int, str]]:
    """List each hour of each part of the day."""
    if locale.language not in WIDELY_WRITTEN:
        return
    rules = locale.day_period_rules.get(None, {})
    for widths in locale.day_periods.values():
        for width in ("wide", "abbreviated"):
            for part, name in widths.get(width, {}).items():
                for hour in _HALVES.get(part) or _list_hours(rules.get(part, ())):
                    yield hour, name


def _list_hours(spans: Iterable[dict[str, int]]) -> set[int]:
    hours: set[int] = set()
    for span in spans:
        if "at" in span:
            hours.add(span["at"] // 3600 % 24)
            continue
        first, last = span.get("from", 0) // 3600, span.get("before", 0) // 3600
        hours |= {hour % 24 for hour in range(first, last if last > first else last + 24)}
    return hours


def _choose(names: Names, *, apart: Lister) -> dict[str, int]:
    """Choose what each name means, without the names that English has for something else."""
    english = {name.lower() for _, name in apart(Locale("en"))}
    chosen = {}
    for name, numbers in sorted(names.items()):
        if name in english:
            continue
        wide = {number for number, languages in numbers.items() if languages & WIDELY_WRITTEN}
        meanings = wide or set(numbers)
        if len(meanings) == 1:
            chosen[name] = meanings.pop()
    return chosen


def _write_hours(hours: Iterable[int]) -> str:
    """Write hours as "6-11" or "0-3 22-23"."""
    spans: list[list[int]] = []
    for hour in sorted(hours):
        if spans and spans[-1][1] == hour - 1:
            spans[-1][1] = hour
        else:
            spans.append([hour, hour])
    return " ".join(f"{first}-{last}" for first, last in spans)


if __name__ == "__main__":
    CLDR.write_text(render(), encoding="utf-8")
