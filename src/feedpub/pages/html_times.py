"""The times that a page shows: near its headline, in its time elements, behind labels.

A date right below or above the headline is the article's, whatever its element is named: of 200
such dates on pages of others, none was another's. So such a line needs only to be short.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from itertools import chain

import msgspec
from lxml import etree

from feedpub.errors import TimestampError
from feedpub.model import Precision
from feedpub.pages.bylines import Line
from feedpub.pages.html_lines import PageLine
from feedpub.pages.html_names import name_tokens
from feedpub.pages.html_shown import article_around, is_inside_card, tight_text
from feedpub.pages.html_tree import PageTree
from feedpub.pages.html_words import compile_words
from feedpub.text import INLINE
from feedpub.timestamps import FoundTime, may_have_stamps, parse_timestamp

_MAY_DATE = re.compile(r"\d|[:：]|day\b|now\b|ago\b|[昨今前〇一二]")
# What an element writes out for machines beside a text for people.
_EXACT = re.compile(r"\s*\d{4}-\d\d?-\d\d?(?:[T ]\d\d?:\d\d.*)?\s*")
_DATED = re.compile(r"\d{2,4}[-/.年]|[A-Za-z]{3}")
_PARTED_AFTER = re.compile(r" ?(?:$|[|·•<>»(\[]|[-–—] )")
_CLOCK = re.compile(r"\d ?[:.h时時点] ?\d\d|\d ?[ap]\.?m\b", re.IGNORECASE)
_ADDRESS = re.compile(r"/((?:19|20)\d\d)[-/](\d\d?)[-/](\d\d?)(?:[-/]|$)")
_MAX_LABELED = 100  # characters: a longer line is a sentence
_TIMES = ("time", "relative-time")
_DATE_PROPERTY = re.compile(r"\bdate(?:Published|Modified)\b")
_NEAR_LABEL = 30  # characters


_PRECISIONS: tuple[Precision, ...] = ("day", "minute", "second")

Told = tuple[str | FoundTime, str]  # a time, and the rule that found it


class ShownTime(msgspec.Struct, frozen=True):
    """A time that a page shows, and the rule that found it; without a label, `field` is empty."""

    field: str
    value: str | FoundTime
    rule: str


def find_near_times(lines: Iterable[PageLine]) -> dict[str, ShownTime]:
    """Find the times in the lines near a headline, the nearest of each field."""
    found: dict[str, ShownTime] = {}
    for line in lines:
        for time in _read_exact(line) or _read_written(line):
            found.setdefault(time.field, time)
    return dict(sorted(found.items(), reverse=True))


def find_far_times(tree: PageTree, lines: Sequence[PageLine]) -> list[ShownTime]:
    """Find the times elsewhere on a page: in time elements of its article, or behind labels."""
    return [*_list_elements(tree), *_list_labeled(tree, lines)]


def choose_exact(shown: ShownTime, told: Iterable[Told]) -> Told:
    """Choose what the page's data say of a shown time, where it is the same day and as exact."""
    days, precision = _list_days(shown.value)
    for value, rule in told:
        told_days, told_precision = _list_days(value)
        is_exact = _PRECISIONS.index(told_precision) >= _PRECISIONS.index(precision)
        if is_exact and any(abs((a - b).days) <= 1 for a in days for b in told_days):
            return value, rule
    return shown.value, shown.rule


def _list_days(value: str | FoundTime) -> tuple[list[date], Precision]:
    """List the days that a time may be, in an unknown zone and order; and how exact it is."""
    try:
        time = parse_timestamp(value, zone="UTC")
    except TimestampError as error:
        return [date.fromisoformat(day) for day in error.readings], "day"
    return [time.value.date()], time.precision


def find_address_day(address: str) -> str:
    """Find the day that the path of an article's address has, as blogs put it there."""
    found = _ADDRESS.search(address)
    return "" if found is None else "-".join(part.zfill(2) for part in found.groups())


def _read_exact(line: PageLine) -> list[ShownTime]:
    times = []
    before = ""
    for text, element in line.parts:
        before += text
        for holder in _list_holders(element):
            for name, value in _list_attributes(holder):
                if _is_for_machines(name) and _EXACT.fullmatch(value):
                    field = _find_field(holder, before[-_NEAR_LABEL - len(text) :]) or "published"
                    rule = f"the {name} of an element near the headline"
                    times.append(ShownTime(field, value.strip(), rule))
    return times


def _list_attributes(element: etree._Element) -> list[tuple[str, str]]:
    return [(str(name), str(value)) for name, value in element.items()]


def _is_for_machines(name: str) -> bool:
    return name in ("datetime", "content", "title") or name.startswith("data-")


def _list_holders(element: etree._Element) -> Iterator[etree._Element]:
    """List an element that writes a part of a line, and the inline ones around it."""
    yield element
    place = element.getparent() if element.tag in INLINE else None
    while place is not None and place.tag in INLINE:
        yield place
        place = place.getparent()


def _read_written(line: PageLine) -> Iterator[ShownTime]:
    if not _MAY_DATE.search(line.text) or compile_words("times", "of_others").match(line.text):
        return
    # A link to another article has its headline beside the date.
    is_link = line.linked * 4 > len(line.text) * 3
    whole = line.parsed
    candidates = chain([whole], _list_parts(line)) if may_have_stamps(line.text) else iter(())
    parsed = next((one for one in candidates if one.is_dated()), None)
    if not is_link and whole.is_byline():
        parsed = whole
    if parsed is None:
        return
    byline = parsed.read_byline()
    if byline.updated is not None:
        field = "updated" if parsed.says_update else ""
        yield ShownTime(field, byline.updated, "the page's byline")
    if byline.published is not None:
        yield ShownTime("published", byline.published, "the page's byline")


def _cut_date(line: Line) -> tuple[str, str]:
    """Cut the one date from a line, if a mark parts it from the rest, and the text before it.

    `Filed by Anna | 25 May 2020 10:32 - 12 comments`: the text behind the mark is not about it.
    """
    if len(line.stamps) != 1 or len(line.tidy) > _MAX_LABELED:
        return "", ""
    stamp = line.stamps[0]
    before, after = line.tidy[: stamp.start], line.tidy[stamp.end :]
    # Digits behind a date may be its time, or the end of a span.
    is_open = stamp.time is None and re.match(r"\W*\d", after)
    is_sure = not is_open and _PARTED_AFTER.match(after) and not _CLOCK.search(before + after)
    return (before, stamp.text) if is_sure else ("", "")


@cache
def _parted_before() -> re.Pattern[str]:
    return compile_words("times", "before_dates", r"(?:^|[|·•>»\])]|[-–—] | @) ?(?:{} )?$")


def _list_parts(line: PageLine) -> Iterator[Line]:
    """List the parts of a line that elements or marks part, where the date may be alone."""
    is_short = len(line.text) <= _MAX_LABELED * 2
    before, date_text = _cut_date(line.parsed if is_short else Line(line.text[: _MAX_LABELED * 2]))
    if date_text and _parted_before().search(before):
        yield Line(date_text)
    for text, _ in line.parts:
        if text.strip() == line.text:
            continue
        # A clock in another part may belong to the date.
        if (
            may_have_stamps(text)
            and _DATED.search(text)
            and not _CLOCK.search(line.text.replace(text.strip(), ""))
        ):
            yield Line(text)


def _list_elements(tree: PageTree) -> Iterator[ShownTime]:
    scope = article_around(tree)
    for element in scope.iter(etree.Element):
        is_property = _DATE_PROPERTY.search(element.get("itemprop") or "") is not None
        if element.tag == "meta" or not (is_property or element.tag in _TIMES):
            continue
        exact = element.get("datetime") or element.get("content") or ""
        value = exact.strip() or tight_text(element)
        if re.search(r"\d", value) and _DATED.search(value) and not is_inside_card(element, tree):
            previous, parent = element.getprevious(), element.getparent()
            before = parent.text if previous is None and parent is not None else None
            before = before if previous is None else previous.tail
            field = _find_field(element, (before or "")[-_NEAR_LABEL:]) or "published"
            yield ShownTime(field, value, "a time element of the page")


def _list_labeled(tree: PageTree, lines: Sequence[PageLine]) -> Iterator[ShownTime]:
    label = ""
    for line in lines:
        text = f"{label} {line.text}" if label and _DATED.search(line.text) else line.text
        label = (
            line.text if line.text.endswith((":", "：")) and len(line.text) < _NEAR_LABEL else ""
        )
        if len(text) > _MAX_LABELED or not may_have_stamps(text) or not _MAY_DATE.search(text):
            continue
        for time in _read_labeled(line.parsed if text == line.text else Line(text)):
            if not is_inside_card(line.element, tree):
                yield time


def _read_labeled(parsed: Line) -> Iterator[ShownTime]:
    before, date_text = "", ""
    if not parsed.is_dated():
        before, date_text = _cut_date(parsed)
        if not date_text:
            return
        parsed = Line(before + date_text)
    rule = "a line of the page with a label"
    if parsed.is_dated():
        byline = parsed.read_byline()
        if byline.updated is not None and parsed.says_update:
            yield ShownTime("updated", byline.updated, rule)
        elif byline.published is not None:
            yield ShownTime("published", byline.published, rule)
        elif byline.updated is not None and byline.authors:
            yield ShownTime("", byline.updated, "a line of the page with its author")
    elif date_text and compile_words("times", "updates").search(before):
        yield ShownTime("updated", date_text, rule)


def _find_field(element: etree._Element, before: str) -> str:
    """Find the field of a time by the names of its element and the words before it."""
    near = " ".join((*name_tokens(element), element.get("itemprop") or ""))
    if compile_words("times", "updates").search(f"{near} {before}"):
        return "updated"
    return "published" if re.search("publi|posted|created", near, re.IGNORECASE) else ""
