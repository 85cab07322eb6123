"""The decisions: the parts of a chosen stamp → a point in time, or a refusal.

They are the order of day and month, two-digit years, the 12-hour clock, the zone, clock changes,
and leap seconds. The decided parts go to dateutil in a form that it reads in one way only. By
itself it borrows from today, reads GMT+8 as hours west, and takes CST from the host
(python-dateutil 4.0.0).
"""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

from feedpub.errors import ConfigError, TimestampError
from feedpub.model import Precision, Timestamp
from feedpub.settings import DateOrder
from feedpub.timestamps.found import FoundTime, Stamp
from feedpub.timestamps.lines import choose_stamp
from feedpub.timestamps.plain import describe_local
from feedpub.timestamps.relative import read_relative
from feedpub.timestamps.stamps import drop_comments, find_stamps
from feedpub.timestamps.text import MAX_LENGTH, tidy_text
from feedpub.timestamps.words import ERAS, LEAP_SECOND_DAYS, MERIDIEMS, MONTHS
from feedpub.timestamps.zones import Zones

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_ORDERS: tuple[DateOrder, ...] = ("DMY", "MDY", "YMD")
_HAN_DIGITS = {char: str(number) for number, char in enumerate("〇一二三四五六七八九")} | {
    "零": "0"
}

# Seconds and milliseconds from 1973 to 2286. Smaller numbers look like 2020 and 20200525.
_SECONDS = range(100_000_000, 10_000_000_000)
_MILLISECONDS = range(100_000_000_000, 10_000_000_000_000)


class Clock(NamedTuple):
    """A decided time of day. `hour` can be 24 and `second` can be 60."""

    hour: int
    minute: int
    second: int
    precision: Precision


class Reader:
    """Reads texts by one set of rules: zone, order, zone letters, and current time."""

    def __init__(
        self,
        zone: tzinfo,
        *,
        date_order: DateOrder | None,
        abbreviations: Mapping[str, str],
        now: datetime | None,
    ) -> None:
        """Check the rules.

        Raises:
            ConfigError: One of them is wrong.
        """
        if date_order is not None and date_order not in _ORDERS:
            raise ConfigError(
                f'date_order: "{date_order}" is not valid. Use "DMY", "MDY", or "YMD".'
            )
        if now is not None and now.utcoffset() is None:
            raise ConfigError("now: is a naive datetime. Give it a tzinfo.")
        self._zone = zone
        self._order = date_order
        self._now = now
        self._zones = Zones(zone, abbreviations)

    def read(self, text: str | float | FoundTime) -> Timestamp:
        """Read one value. A found time is not searched for again.

        Raises:
            TimestampError: It is not a sure timestamp.
        """
        if isinstance(text, FoundTime):
            return self._read_stamp(text.take_stamp())
        if not isinstance(text, str):
            return _read_number(text)
        if len(text) > MAX_LENGTH:
            text = text[: MAX_LENGTH * 20].strip()  # without the white space of a page's source
        if len(text) > MAX_LENGTH:
            raise TimestampError(
                "unparseable", f"is longer than {MAX_LENGTH} characters. Give only the time."
            )
        tidy = tidy_text(text)
        if not tidy:
            raise TimestampError(
                "unparseable",
                "is empty. Write a date such as 2020-05-25."
                if tidy == ""
                else "has invalid characters. Export it as UTF-8.",
            )
        tidy = drop_comments(tidy)
        stamps = find_stamps(tidy, self._zones.letters)
        if not stamps and self._now is not None:
            relative = read_relative(tidy, zone=self._zone, now=self._now)
            if isinstance(relative, Timestamp):
                return relative
            if relative is not None:
                return self._read_stamp(choose_stamp(relative, find_stamps(relative)))
        return self._read_stamp(choose_stamp(tidy, stamps))

    def _read_stamp(self, stamp: Stamp) -> Timestamp:
        if stamp.ranging:
            raise TimestampError(
                "ambiguous",
                "is a time span or a time with an offset."
                " Write the offset after seconds, such as 10:00:00-05:00.",
            )
        day = decide_date(stamp, self._order)
        clock = decide_clock(stamp)
        wall = _read_wall(day, clock)
        value, flags, told = self._zones.place(wall, stamp)
        if clock.second == 60:
            value, flags = _pass_leap_second(value), (*flags, "leap-second")
        _refuse_sentinels(value, wall)
        weekday = wall.isoweekday() if clock.hour < 24 else (wall - timedelta(days=1)).isoweekday()
        if stamp.weekday not in (None, weekday) and not stamp.weekday_glued:
            flags = (*flags, "weekday-mismatch")
        rule = f'"{stamp.shape}", {told or describe_local(clock.precision, self._zone)}'
        return Timestamp(value, clock.precision, flags, stamp.text, rule)


def decide_date(stamp: Stamp, order: DateOrder | None) -> date:
    """Decide the date of a stamp.

    Raises:
        TimestampError: It is out of range, or more than one date.
    """
    parts = stamp.date
    if parts.get("big"):
        raise _out_of_range("a year beyond 9999")
    if parts.get("a"):
        return _decide_order(stamp, order)
    if parts.get("yy"):
        return _decide_short_year(stamp, order)
    if han := parts.get("han_y"):
        year = int("".join(_HAN_DIGITS[char] for char in han))
        return _to_date(year, _read_han(parts["han_m"]), _read_han(parts["han_d"]))
    if era := parts.get("era"):
        first, last = ERAS[era]
        number = 1 if parts["era_y"] == "元" else int(parts["era_y"])
        if number < 1 or (last is not None and number > last):
            raise _out_of_range(f"year {number} of the era {era}")
        return _to_date(first + number, int(parts["m"]), int(parts["d"]))
    year = int(parts["y"])
    if doy := parts.get("doy"):
        length = 366 if _has_leap_day(year) else 365
        if not 1 <= int(doy) <= length or year == 0:
            raise _out_of_range(f"day {doy} of the year {year}")
        return date(year, 1, 1) + timedelta(days=int(doy) - 1)
    if week := parts.get("week"):
        try:
            return date.fromisocalendar(year, int(week), int(parts["wd"]))
        except (ValueError, OverflowError):
            raise _out_of_range(f"week {week} of the year {year}") from None
    month = MONTHS[parts["mon"].lower()] if parts.get("mon") else int(parts["m"])
    return _to_date(year, month, int(parts["d"]))


def decide_clock(stamp: Stamp) -> Clock:
    """Decide the time of day of a stamp. A date alone is 00:00.

    Raises:
        TimestampError: It is out of range, or it contradicts AM or PM.
    """
    if stamp.time is None:
        return Clock(0, 0, 0, "day")
    parts = stamp.time
    if parts.get("noon"):
        return Clock(12, 0, 0, "minute")
    hour, minute, second = (int(parts.get(key) or 0) for key in ("h", "mi", "s"))
    marks = {f"{parts['ap'].lower()}m"} if parts.get("ap") else set()
    if parts.get("cap"):
        marks.add(MERIDIEMS[parts["cap"].lower()])
    if len(marks) > 1:
        raise TimestampError("inconsistent", "names two parts of the day. Use a 24-hour time.")
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        raise _out_of_range(f"the time {hour}:{minute:02}:{second:02}")
    if marks:
        hour = _turn_clock(hour, marks.pop())
    return Clock(hour, minute, second, "second" if "s" in parts else "minute")


def _turn_clock(hour: int, mark: str) -> int:
    """Convert the hour of a 12-hour clock."""
    hours = {
        "am": {**{hour: hour for hour in range(12)}, 12: 0},
        # 13:44 PM is sure; 0:30 PM is not.
        "pm": {**{hour: hour + 12 for hour in range(1, 12)}, **{h: h for h in range(12, 24)}},
        "early": {hour: hour for hour in range(12)},
        "late": {**{h: h + 12 for h in range(6, 12)}, **{h: h for h in range(18, 24)}},
        "noon": {11: 11, 12: 12, 1: 13, 13: 13},
    }[mark]
    if hour not in hours:
        raise TimestampError(
            "inconsistent",
            f"has the hour {hour} with AM, PM, or a part of the day. Use a 24-hour time.",
        )
    return hours[hour]


def _decide_order(stamp: Stamp, order: DateOrder | None) -> date:
    """Decide between day and month, and the year if all three have two digits."""
    parts = stamp.date
    a, b = int(parts["a"]), int(parts["b"])
    if parts.get("y"):
        year = int(parts["y"])
        triples = {"DMY": (year, b, a), "MDY": (year, a, b)}
    else:
        c = int(parts["c"])
        triples = {"DMY": (_expand_year(c), b, a), "MDY": (_expand_year(c), a, b)}
        if len(parts["a"]) == 2:
            triples["YMD"] = (_expand_year(a), b, c)
    if order in triples:
        return _to_date(*triples[order])
    readings = _valid_dates(triples.values())
    if len(readings) == 1 and order is None:
        return readings[0]
    on_weekday = [day for day in readings if day.isoweekday() == stamp.weekday]
    if len(on_weekday) == 1 and order is None:
        return on_weekday[0]
    if not readings:
        raise _out_of_range(f"no valid day and month in {parts['a']} and {parts['b']}")
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
    month = MONTHS[parts["mon"].lower()]
    day, short = int(parts["d"]), int(parts["yy"])
    plain = (_expand_year(short), month, day)
    swapped = (_expand_year(day), month, short)
    if order == "YMD":
        return _to_date(*swapped)
    readings = _valid_dates([plain] if len(parts["d"]) < 2 else [plain, swapped])
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
    shown = " or ".join(f"{_MONTH_NAMES[day.month - 1]} {day.day}" for day in readings)
    if len({day.year for day in readings}) > 1:
        shown = " or ".join(day.isoformat() for day in readings)
    return TimestampError(
        "ambiguous",
        f'is ambiguous: {shown}. Set date_order to "DMY" or "MDY".',
        readings=tuple(day.isoformat() for day in readings),
        remedy='date_order = "DMY" or "MDY"',
    )


def _valid_dates(triples: object) -> list[date]:
    valid: list[date] = []
    for triple in triples:  # type: ignore[attr-defined]
        try:
            day = date(*triple)
        except ValueError:
            continue
        if day not in valid:
            valid.append(day)
    return valid


def _to_date(year: int, month: int, day: int) -> date:
    if not 1 <= year <= 9999:
        raise _out_of_range(f"the year {year}")
    if not 1 <= month <= 12:
        raise _out_of_range(f"month {month}")
    if not 1 <= day <= monthrange(year, month)[1]:
        raise _out_of_range(f"day {day} in month {month} of {year}")
    return date(year, month, day)


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


@lru_cache(maxsize=4096)  # the records of a day share it, and dateutil is the dearest step
def _read_wall(day: date, clock: Clock) -> datetime:
    """Let dateutil read the decided parts, and check that it keeps them."""
    from dateutil import parser

    second = min(clock.second, 59)
    piece = (
        f"{day.day} {_MONTH_NAMES[day.month - 1]} {day.year:04}"
        f" {clock.hour % 24:02}:{clock.minute:02}:{second:02}"
    )
    wall = parser.parse(piece, default=datetime(1, 1, 1), tzinfos={})
    if wall.date() != day:  # "25 May 0050" becomes 2050 (python-dateutil 4.0.0)
        raise _out_of_range(f"the year {day.year}")
    try:
        return wall + timedelta(days=clock.hour // 24)
    except OverflowError:
        raise _out_of_range("a day after the last") from None


def _pass_leap_second(value: datetime) -> datetime:
    """Move 23:59:59 UTC on the day of a leap second to the second after the leap second."""
    try:
        utc = value.astimezone(UTC)
    except OverflowError:
        raise _out_of_range("second 60") from None
    if utc.date() not in LEAP_SECOND_DAYS or utc.time().isoformat() != "23:59:59":
        raise _out_of_range("second 60 without a leap second")
    return (utc + timedelta(seconds=1)).astimezone(value.tzinfo)


def _refuse_sentinels(value: datetime, wall: datetime) -> None:
    try:
        utc = value.astimezone(UTC)
    except OverflowError:
        raise _out_of_range("a moment outside the years 1 to 9999") from None
    if {value.year, utc.year, wall.year} & {1, 9999}:
        raise _out_of_range("a year that means no time", "Leave the field out.")
    # Midnight that day is the same zero, written by a host in another zone.
    if utc == _EPOCH or wall == datetime(1970, 1, 1):
        raise _out_of_range("1970-01-01 00:00, which means no time", "Leave the field out.")


def _read_number(number: float) -> Timestamp:
    """Read epoch seconds or milliseconds that cannot be a calendar date."""
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        raise TimestampError(
            "unparseable", "is neither text nor a number. Write a date such as 2020-05-25."
        )
    if isinstance(number, float) and not math.isfinite(number):
        raise TimestampError(
            "out-of-range", "is not a finite number. Write a date such as 2020-05-25."
        )
    whole = math.floor(number)
    if whole in _SECONDS:
        seconds, unit = whole, "seconds"
    elif whole in _MILLISECONDS:
        digits = str(whole)
        stamps = find_stamps(digits)
        if stamps and len(_valid_dates([(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))])):
            raise TimestampError(
                "ambiguous",
                "is a number, or a date without separators. Write text such as 2020-05-25.",
            )
        seconds, unit = whole // 1000, "milliseconds"
    elif 1000 <= whole < 100_000_000:
        raise TimestampError(
            "ambiguous",
            "is a number that might be a year or a date. Write text such as 2020-05-25.",
        )
    else:
        raise TimestampError(
            "out-of-range",
            "is not a number of seconds or milliseconds from 1973 to 2286. Write a date.",
        )
    value = _EPOCH + timedelta(seconds=seconds)
    return Timestamp(value, "second", (), str(number), f"epoch {unit}, in UTC")


def _out_of_range(what: str, remedy: str = "Correct the date at its source.") -> TimestampError:
    return TimestampError("out-of-range", f"has {what}. {remedy}")
