"""The decisions about a stamp's parts: its date and its time of day, or a refusal.

They are the order of day and month, two-digit years, calendars and eras, and the 12-hour clock.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache

import msgspec

from feedpub.errors import TimestampError
from feedpub.model import Precision
from feedpub.settings import DateOrder
from feedpub.timestamps.calendars import list_foreign_dates
from feedpub.timestamps.day_parts import turn_clock
from feedpub.timestamps.found import Stamp
from feedpub.timestamps.words import ERAS, MONTHS

MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_THAI = re.compile("[\u0e01-\u0e4e]")
_THAI_YEARS = range(2400, 2700)
_HAN_DIGITS = {char: str(number) for number, char in enumerate("〇一二三四五六七八九")} | {
    "零": "0"
}


class Clock(msgspec.Struct, frozen=True):
    """A decided time of day. `hour` can be 24 and `second` can be 60."""

    hour: int
    minute: int
    second: int
    precision: Precision


def decide_date(stamp: Stamp, calendar: str, order: DateOrder | None, zone: str) -> date:
    """Decide the date of a stamp.

    Args:
        calendar: The other calendar that it is of; empty for the common one.

    Raises:
        TimestampError: It is out of range, or more than one date.
    """
    parts = stamp.date
    if "y" in parts and "d" in parts and not calendar:
        year = int(parts["y"])
        if year in _THAI_YEARS:
            year = _to_common_year(year, stamp.text, zone)
        month = _month_number(parts["mon"]) if "mon" in parts else int(parts["m"])
        return _to_date(year, month, int(parts["d"]))
    if "big" in parts:
        raise out_of_range("a year beyond 9999")
    if calendar:
        days = list_foreign_dates(stamp, calendar, order, zone)
        if len(days) > 1:
            raise _order_doubt(days)
        return days[0]
    if "a" in parts:
        return _decide_order(stamp, order, zone)
    if "yy" in parts:
        return _decide_short_year(stamp, order)
    if han := parts.get("han_y"):
        year = int("".join(_HAN_DIGITS[char] for char in han))
        return _to_date(year, _read_han(parts["han_m"]), _read_han(parts["han_d"]))
    if era := parts.get("era"):
        return _decide_era(era, parts)
    if roc := parts.get("roc"):
        if zone != "Asia/Taipei":
            raise TimestampError(
                "incomplete",
                f"has the year {roc}, which might be of the calendar of Taiwan."
                " Write the year with four digits.",
            )
        return _to_date(1911 + int(roc), int(parts["m"]), int(parts["d"]))
    year = _to_common_year(int(parts["y"]), stamp.text, zone)
    if doy := parts.get("doy"):
        length = 366 if _has_leap_day(year) else 365
        if not 1 <= int(doy) <= length or year == 0:
            raise out_of_range(f"day {doy} of the year {year}")
        return date(year, 1, 1) + timedelta(days=int(doy) - 1)
    try:
        return date.fromisocalendar(year, int(parts["week"]), int(parts["wd"]))
    except (ValueError, OverflowError):
        raise out_of_range(f"week {parts['week']} of the year {year}") from None


def _month_number(name: str) -> int:
    return MONTHS[name.lower().rstrip(".")]


def _to_common_year(year: int, text: str, zone: str) -> int:
    """Convert a year of the Thai calendar, which the script, "พ.ศ." or the zone tells."""
    thai = year in _THAI_YEARS and (zone == "Asia/Bangkok" or _THAI.search(text))
    return year - 543 if thai else year


def _decide_era(era: str, parts: Mapping[str, str]) -> date:
    """Decide a date of a Japanese era, or of the calendar of Taiwan."""
    first, last = ERAS[era]
    number = 1 if parts["era_y"] == "元" else int(parts["era_y"])
    day = _to_date(first.year + number - 1, int(parts["m"]), int(parts["d"]))
    if day < first or (last is not None and day > last) or number > 150:
        raise out_of_range(f"a day outside the era {era}")
    if parts.get("same_y") not in (None, str(day.year)):
        raise TimestampError(
            "inconsistent", f"names two years, {day.year} and {parts['same_y']}. Keep one."
        )
    return day


def decide_clock(stamp: Stamp) -> Clock:
    """Decide the time of day of a stamp. A date alone is 00:00.

    Raises:
        TimestampError: It is out of range, or it contradicts AM or PM.
    """
    if stamp.time is None:
        return Clock(0, 0, 0, "day")
    parts = stamp.time
    if "noon" in parts:
        return Clock(12, 0, 0, "minute")
    hour, minute, second = int(parts["h"]), int(parts.get("mi", 0)), int(parts.get("s", 0))
    late = "unit" in parts  # 25時 is one o'clock of the next day, in Japan
    if minute > 59 or second > 60 or hour > (29 if late else 24):
        raise out_of_range(f"the time {hour}:{minute:02}:{second:02}")
    if hour == 24 and (minute or second) and not late:
        raise out_of_range(f"the time {hour}:{minute:02}:{second:02}")
    if "lead" in parts or "trail" in parts:
        hour = _decide_half(hour, parts)
    return Clock(hour, minute, second, "second" if "s" in parts else "minute")


def _decide_half(hour: int, parts: Mapping[str, str]) -> int:
    """Turn an hour to the one in the parts of the day beside it."""
    hours = [_read_hours(parts[key]) for key in ("lead", "trail") if key in parts]
    if "lead" in parts and hour == 0 and min(hours[0]) == 12:
        hour = 12  # 午後0時 is noon
    for place, part in enumerate(hours):
        turned = turn_clock(hour, part)
        if place and turned != hour:
            raise TimestampError("inconsistent", "names two parts of the day. Use a 24-hour time.")
        hour = turned
    return hour


@cache
def _read_hours(written: str) -> frozenset[int]:
    return frozenset(map(int, written.split()))


def _decide_order(stamp: Stamp, order: DateOrder | None, zone: str) -> date:
    """Decide between day and month, and the year if all three have two digits."""
    parts = stamp.date
    a, b = int(parts["a"]), int(parts["b"])
    if parts.get("y"):
        year = _to_common_year(int(parts["y"]), stamp.text, zone)
        triples = {"DMY": (year, b, a), "MDY": (year, a, b)}
    else:
        c = int(parts["c"])
        triples = {"DMY": (_expand_year(c), b, a), "MDY": (_expand_year(c), a, b)}
        if len(parts["a"]) == 2:
            triples["YMD"] = (_expand_year(a), b, c)
    if order in triples:
        return _to_date(*triples[order])
    readings = list_valid_dates(triples.values())
    if len(readings) == 1 and order is None:
        return readings[0]
    on_weekday = [day for day in readings if day.isoweekday() == stamp.weekday]
    if len(on_weekday) == 1 and order is None:
        return on_weekday[0]
    if not readings:
        raise out_of_range(f"no valid day and month in {parts['a']} and {parts['b']}")
    if len(readings) > 1 and parts.get("y") and parts.get("sep", "").strip() == ".":
        return _to_date(*triples["DMY"])  # no dotted date of 119 real ones began with the month
    if len(readings) == 1:
        raise TimestampError(
            "unparseable",
            f'does not fit date_order = "{order}". Correct one of the two.',
            remedy="date_order",
        )
    raise _order_doubt(readings)


def _decide_short_year(stamp: Stamp, order: DateOrder | None) -> date:
    """Decide "02-Nov-05", whose first number might be the year."""
    parts = stamp.date
    month = _month_number(parts["mon"])
    day, short = int(parts["d"]), int(parts["yy"])
    if _THAI.search(stamp.text):
        return _to_date(2500 + short - 543, month, day)
    plain = (_expand_year(short), month, day)
    swapped = (_expand_year(day), month, short)
    if order == "YMD":
        return _to_date(*swapped)
    readings = list_valid_dates([plain] if len(parts["d"]) < 2 else [plain, swapped])
    if order is not None or parts.get("mark") or not readings:
        return _to_date(*plain)
    on_weekday = [day for day in readings if day.isoweekday() == stamp.weekday]
    if len(readings) > 1 and len(on_weekday) == 1:
        return on_weekday[0]
    if len(readings) > 1 and not (stamp.rfc822 and (stamp.weekday is None or on_weekday)):
        raise _order_doubt(readings)
    return _to_date(*plain) if stamp.rfc822 else readings[0]


def _order_doubt(readings: list[date]) -> TimestampError:
    readings = sorted(readings)
    shown = " or ".join(f"{MONTH_NAMES[day.month - 1]} {day.day}" for day in readings)
    if len({day.year for day in readings}) > 1:
        shown = " or ".join(day.isoformat() for day in readings)
    return TimestampError(
        "ambiguous",
        f'is ambiguous: {shown}. Set date_order to "DMY" or "MDY".',
        readings=tuple(day.isoformat() for day in readings),
        remedy='date_order = "DMY" or "MDY"',
    )


def list_valid_dates(triples: Iterable[tuple[int, int, int]]) -> list[date]:
    """List the dates, once each, that triples of year, month, and day make."""
    valid: list[date] = []
    for triple in triples:
        try:
            day = date(*triple)
        except ValueError:
            continue
        if day not in valid:
            valid.append(day)
    return valid


def _to_date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        pass
    if not 1 <= year <= 9999:
        raise out_of_range(f"the year {year}")
    if not 1 <= month <= 12:
        raise out_of_range(f"month {month}")
    raise out_of_range(f"day {day} in month {month} of {year}")


def _expand_year(short: int) -> int:
    return 2000 + short if short < 50 else 1900 + short


def _read_han(numeral: str) -> int:
    """Read 一 to 三十一. Anything else is 0, which is not a month or a day."""
    tens, ten, ones = numeral.rpartition("十")
    if not ten:
        return int(_HAN_DIGITS[numeral]) if len(numeral) == 1 else 0
    if len(tens) > 1 or len(ones) > 1 or "十" in tens:
        return 0
    return 10 * int(_HAN_DIGITS[tens] if tens else 1) + int(_HAN_DIGITS[ones] if ones else 0)


def _has_leap_day(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def out_of_range(what: str, remedy: str = "Correct the date at its source.") -> TimestampError:
    """Create the error of a value that no time has."""
    return TimestampError("out-of-range", f"has {what}. {remedy}")
