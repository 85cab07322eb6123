"""The plain forms of nearly all input, read without the tables.

A form belongs here only if it is sure by itself and gives exactly what the long way gives. A
test compares them. The long way reads everything else, and explains what it refuses.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

from feedpub.model import Precision, Timestamp
from feedpub.timestamps.found import Doubt, Stamp

_DAY = timedelta(days=1)
YEARS = (1600, 2100)  # that articles are from, where neither a site nor a clock says otherwise
_YEARS_AHEAD = 2
# The long way reads sentinels, other calendars, and times when zones kept local mean time.
_YEARS = range(1971, YEARS[1] + 1)
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = {
    name: number
    for number, names in enumerate(
        "January Jan/February Feb/March Mar/April Apr/May/June Jun/July Jul/August Aug/"
        "September Sept Sep/October Oct/November Nov/December Dec".split("/"),
        1,
    )
    for name in names.split()
}
_YEAR_FIRST_SHAPE = "year-month-day"
_CLOCK_PARTS = frozenset({"h", "mi", "s"})
_FRACTION = re.compile(r"\.[0-9]{1,9}")


def usual_years(now: datetime | None) -> tuple[int, int]:
    """Give the first and the last year of articles: two years ahead of `now`, or of any clock."""
    return YEARS if now is None else (YEARS[0], now.astimezone(UTC).year + _YEARS_AHEAD)


def read_plain_form(text: str, zone: tzinfo) -> Timestamp | None:
    """Read a plain form, with or without an "Updated:" label; None for any other text."""
    stamp = text
    if text.startswith("Updated"):
        stamp = text[7:].lstrip(" ").removeprefix(":").strip(" ")
    plain = _read_form(stamp, zone)
    if plain is None and "Updated" in text and (credited := _drop_credits(text)):
        plain = _read_form(credited, zone)
    return plain


def _read_form(text: str, zone: tzinfo) -> Timestamp | None:
    """Read a plain form; the character behind a year or a word says which it might be."""
    mark = text[4:5]
    if mark == "-" and (plain := _read_rfc3339(text, zone)):
        return plain
    return _read_usual_form(text.strip(" "), zone) if mark else None


def find_plain_stamp(text: str) -> Stamp:
    """Take YYYY-MM-DD[ HH:MM] apart, as the long way would."""
    time = {"h": text[11:13], "mi": text[14:16]} if len(text) > 10 else None
    date = {"y": text[:4], "m": text[5:7], "d": text[8:10]}
    return Stamp(start=0, end=len(text), text=text, shape=_YEAR_FIRST_SHAPE, date=date, time=time)


def place_plain_stamp(stamp: Stamp | Doubt, zone: tzinfo) -> Timestamp | None:
    """Place a stamp of only year, month, day, and time in a zone; None for any other stamp."""
    if isinstance(stamp, Doubt) or stamp.shape != _YEAR_FIRST_SHAPE:
        return None
    time = stamp.time or {}
    if stamp.zones or stamp.weekday or stamp.ranging or not time.keys() <= _CLOCK_PARTS:
        return None
    year, month, day = (int(stamp.date[name]) for name in ("y", "m", "d"))
    hour, minute, second = (int(time.get(name, 0)) for name in ("h", "mi", "s"))
    try:
        value = datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None
    precision: Precision = "second" if "s" in time else "minute" if time else "day"
    return _finish_local(value, precision, stamp.text, stamp.shape, zone)


def _read_rfc3339(written: str, zone: tzinfo) -> Timestamp | None:
    """Read YYYY-MM-DD[(T| )HH:MM[:SS[.fraction]][Z|±HH:MM]]; the fraction is dropped.

    `fromisoformat` is fast but accepts far more, even an offset of -12:60. So the characters
    that distinguish the forms are checked first. A regular expression alone takes a microsecond.
    """
    text = written
    if len(text) > 20 and text[19] == ".":
        text = text[:19] + _FRACTION.sub("", text[19:], count=1)
    length = len(text)
    if length < 10 or text[4] != "-" or text[7] != "-":
        return None
    aware = False
    if length == 10:
        precision: Precision = "day"
    elif length < 16 or text[13] != ":" or text[10] not in "T ":
        return None
    elif length == 16:
        precision = "minute"
    elif text[16] == ":":
        precision = "second"
        if length != 19:
            aware = (length == 20 and text[19] == "Z") or (
                length == 25 and text[22] == ":" and text[19] in "+-" and text[23] < "6"
            )
            if not aware:
                return None
    else:
        # "2020-05-25 10:00-12:00" might be a span, so the long way reads a minus.
        precision = "minute"
        aware = (length == 17 and text[16] == "Z") or (
            length == 22 and text[19] == ":" and text[16] == "+" and text[20] < "6"
        )
        if not aware:
            return None
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        return None  # the long way says why
    if aware:
        offset = "Z" if text[-1] == "Z" else text[-6:]
        return _finish_aware(value, precision, written, _YEAR_FIRST_SHAPE, offset)
    return _finish_local(value, precision, written, _YEAR_FIRST_SHAPE, zone)


_CHINESE = re.compile(
    r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日(?: ?([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?)?"
)
_YEAR_FIRST = re.compile(
    r"([0-9]{4})(?:/([0-9]{1,2})/|-([0-9]{1,2})-|\.([0-9]{1,2})\.)([0-9]{1,2})"
    r"(?: ([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?)?"
)
_ENGLISH = re.compile(
    r"([A-Z][a-z]{2,8}) ([0-9]{1,2}), ([0-9]{4})(?:,? ([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?)?"
)
_RFC822 = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), ([0-9]{1,2}) ([A-Z][a-z]{2}) ([0-9]{4})"
    r" ([0-9]{1,2}):([0-9]{2}):([0-9]{2}) (?:GMT|([+-])([0-9]{2})([0-9]{2}))"
)


def _read_usual_form(text: str, zone: tzinfo) -> Timestamp | None:
    """Read 2020年5月25日 10:32, 2020/5/25 10:32, May 25, 2020 10:32, or RFC 822."""
    text = text.strip(" ")
    offset: tzinfo | None = None
    weekday = None
    try:
        mark = text[4:5]  # behind a year
        if mark in "/-.":
            if not (match := _YEAR_FIRST.fullmatch(text)):
                return None
            year, slashed, dashed, dotted, day, hour, minute, second = match.groups()
            month, shape = int(slashed or dashed or dotted), _YEAR_FIRST_SHAPE
        elif mark == "年":
            if not (match := _CHINESE.fullmatch(text)):
                return None
            year, written, day, hour, minute, second = match.groups()
            month, shape = int(written), "年月日"
        elif text[3] == ",":
            if not (match := _RFC822.fullmatch(text)):
                return None
            weekday, day, name, year, hour, minute, second, sign, ahead, past = match.groups()
            month, shape = _MONTHS[name], "day month name year"
            offset = _load_offset(sign or "+", ahead or "00", past or "00")
        elif text[0] >= "A" and text[-1] <= "9":
            if not (match := _ENGLISH.fullmatch(text)):
                return None
            name, day, year, hour, minute, second = match.groups()
            month, shape = _MONTHS[name], "month name day, year"
        else:
            return None
        value = datetime(
            int(year), month, int(day), int(hour or 0), int(minute or 0), int(second or 0),
            tzinfo=offset,
        )  # fmt: skip
    except (ValueError, KeyError):
        return None
    precision: Precision = "second" if second else "minute" if hour else "day"
    if offset is None:
        return _finish_local(value, precision, text, shape, zone)
    if _WEEKDAYS[value.weekday()] != weekday:
        return None
    return _finish_aware(value, precision, text, shape, text.rpartition(" ")[2])


def _drop_credits(text: str) -> str | None:
    """Cut "(Xinhua) Updated: …" and "By A | B | Updated: …" down to the stamp.

    Without digits there is no other time before the label, so the label decides.
    """
    credits, label, stamp = text.rpartition("Updated")
    if not label or not text.isascii() or credits.rstrip(" ")[-1:] not in ("|", ")"):
        return None
    if any(char.isdigit() or char in "<&" for char in credits):
        return None
    return stamp.lstrip(" ").removeprefix(":").strip(" ")


def _finish_aware(
    value: datetime, precision: Precision, text: str, shape: str, offset: str
) -> Timestamp | None:
    if value.year not in _YEARS:
        return None
    return Timestamp(value, precision, (), text, describe_aware(shape, offset))


def _finish_local(
    value: datetime, precision: Precision, text: str, shape: str, zone: tzinfo
) -> Timestamp | None:
    """Place a wall time, unless a clock change might skip or repeat it."""
    if value.year not in _YEARS:
        return None
    offset = find_sure_offset(value, zone)
    if offset is None:
        return None
    value = attach_offset(value, offset)
    return Timestamp(value, precision, (), text, describe_local(shape, precision, str(zone)))


def find_sure_offset(wall: datetime, zone: tzinfo) -> timedelta | None:
    """Find the offset of a wall time far from any change of a zone's clock.

    It is None within a day of a change, and for zones of other makers, which might want to be part
    of the time. The changes of a zone are at least a week apart (tzdata 2025.2).
    """
    if zone.__class__ is not ZoneInfo and zone.__class__ is not timezone:
        return None
    offset = zone.utcoffset(wall)
    if zone.utcoffset(wall - _DAY) == offset == zone.utcoffset(wall + _DAY):
        return offset
    return None


def attach_offset(wall: datetime, offset: timedelta) -> datetime:
    """Give a naive datetime its offset. `replace` takes five times as long."""
    return datetime.combine(wall.date(), wall.time(), fix_offset(offset))


@cache
def _load_offset(sign: str, hours: str, minutes: str) -> timezone:
    if int(hours) > 23 or int(minutes) > 59:
        raise ValueError
    span = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-span if sign == "-" else span)


@cache
def fix_offset(offset: timedelta) -> timezone:
    """Create the fixed zone of an offset.

    Values have fixed zones, never zones with rules: two datetimes of one zone with rules compare
    by wall time, which is wrong in the hour that a clock change repeats.
    """
    return timezone(offset)


@cache
def describe_local(shape: str, precision: Precision, zone: str) -> str:
    """Describe how a stamp without a zone was read."""
    if precision == "day":
        return f'"{shape}", date only, 00:00 in {zone}'
    return f'"{shape}", date and time, in {zone}'


def describe_aware(shape: str, zone: str) -> str:
    """Describe how a stamp was read that names its zone."""
    return f'"{shape}", with the zone that is written, "{zone}"'
