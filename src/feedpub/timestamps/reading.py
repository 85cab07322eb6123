"""The decisions: the parts of a chosen stamp → a point in time, or a refusal.

They are the order of day and month, two-digit years, the 12-hour clock, the zone, clock changes,
and leap seconds. The decided parts go to dateutil in a form that it reads in one way only. By
itself it borrows from today, reads GMT+8 as hours west, and takes CST from the host
(python-dateutil 4.0.0).
"""

from __future__ import annotations

import math
import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

from feedpub.errors import ConfigError, TimestampError
from feedpub.model import Precision, Timestamp
from feedpub.settings import DateOrder
from feedpub.timestamps.day_parts import turn_clock
from feedpub.timestamps.found import FoundTime, Stamp
from feedpub.timestamps.lines import choose_stamp
from feedpub.timestamps.plain import YEARS, describe_local
from feedpub.timestamps.relative import read_relative
from feedpub.timestamps.stamps import drop_comments, find_stamps
from feedpub.timestamps.text import MAX_LENGTH, tidy_text
from feedpub.timestamps.words import ERAS, LEAP_SECOND_DAYS, MONTHS
from feedpub.timestamps.zones import Zones

_ZERO_DAYS = frozenset(
    map(date.fromisoformat, ("1601-01-01", "1899-12-30", "1900-01-01", "2999-12-31"))
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
# Years of today in other calendars.
_FOREIGN_YEARS = (
    ("Persian calendar", range(1300, 1425)),
    ("Islamic calendar", range(1425, 1520)),
    ("Buddhist calendar", range(2443, 2663)),
    ("Korean calendar", range(4233, 4433)),
    ("Hebrew calendar", range(5660, 5860)),
)
_ORDERS: tuple[DateOrder, ...] = ("DMY", "MDY", "YMD")
_THAI = re.compile("[\u0e01-\u0e4e]")
_THAI_YEARS = range(2400, 2700)
_HAN_DIGITS = {char: str(number) for number, char in enumerate("〇一二三四五六七八九")} | {
    "零": "0"
}

# What programs write around the epoch: a file's "@", a .NET serializer's "/Date()/".
_EPOCH_TEXT = re.compile(
    r"@(?P<seconds>[0-9]{9,10})|/Date\((?P<milliseconds>[0-9]{12,13})(?:[-+][0-9]{4})?\)/"
)
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
        years: tuple[int, int] = YEARS,
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
        self._years = years

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
        if epoch := _EPOCH_TEXT.fullmatch(tidy):
            return _read_number(int(epoch["seconds"] or epoch["milliseconds"]))
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
        day = decide_date(stamp, self._order, str(self._zone))
        self._check_year(day.year)
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

    def _check_year(self, year: int) -> None:
        first, last = self._years
        if first <= year <= last:
            return
        calendar = next((name for name, years in _FOREIGN_YEARS if year in years), None)
        hint = f", which might be of the {calendar}" if calendar else ""
        raise TimestampError(
            "out-of-range",
            f"has the year {year}{hint}. Articles are from {first} to {last};"
            " correct the date at its source, or set years.",
            remedy="years",
        )


def decide_date(stamp: Stamp, order: DateOrder | None, zone: str) -> date:
    """Decide the date of a stamp.

    Raises:
        TimestampError: It is out of range, or more than one date.
    """
    parts = stamp.date
    if parts.get("big"):
        raise _out_of_range("a year beyond 9999")
    if parts.get("a"):
        return _decide_order(stamp, order, zone)
    if parts.get("yy"):
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
            raise _out_of_range(f"day {doy} of the year {year}")
        return date(year, 1, 1) + timedelta(days=int(doy) - 1)
    if week := parts.get("week"):
        try:
            return date.fromisocalendar(year, int(week), int(parts["wd"]))
        except (ValueError, OverflowError):
            raise _out_of_range(f"week {week} of the year {year}") from None
    month = _month_number(parts["mon"]) if parts.get("mon") else int(parts["m"])
    return _to_date(year, month, int(parts["d"]))


def _month_number(name: str) -> int:
    return MONTHS[name.lower().rstrip(".")]


def _to_common_year(year: int, text: str, zone: str) -> int:
    """Convert a year of the Thai calendar, which the script, "พ.ศ." or the zone tells."""
    thai = zone == "Asia/Bangkok" or _THAI.search(text)
    return year - 543 if thai and year in _THAI_YEARS else year


def _decide_era(era: str, parts: Mapping[str, str]) -> date:
    """Decide a date of a Japanese era, or of the calendar of Taiwan."""
    first, last = ERAS[era]
    number = 1 if parts["era_y"] == "元" else int(parts["era_y"])
    day = _to_date(first.year + number - 1, int(parts["m"]), int(parts["d"]))
    if day < first or (last is not None and day > last) or number > 150:
        raise _out_of_range(f"a day outside the era {era}")
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
    if parts.get("noon"):
        return Clock(12, 0, 0, "minute")
    hour, minute, second = (int(parts.get(key) or 0) for key in ("h", "mi", "s"))
    late = "unit" in parts  # 25時 is one o'clock of the next day, in Japan
    if minute > 59 or second > 60 or hour > (29 if late else 24):
        raise _out_of_range(f"the time {hour}:{minute:02}:{second:02}")
    if hour == 24 and (minute or second) and not late:
        raise _out_of_range(f"the time {hour}:{minute:02}:{second:02}")
    day_parts = [
        frozenset(map(int, parts[key].split())) for key in ("lead", "trail") if key in parts
    ]
    for hours in day_parts:
        turned = turn_clock(hour, hours)
        if hours is not day_parts[0] and turned != hour:
            raise TimestampError("inconsistent", "names two parts of the day. Use a 24-hour time.")
        hour = turned
    return Clock(hour, minute, second, "second" if "s" in parts else "minute")


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
    readings = _valid_dates(triples.values())
    if len(readings) == 1 and order is None:
        return readings[0]
    on_weekday = [day for day in readings if day.isoweekday() == stamp.weekday]
    if len(on_weekday) == 1 and order is None:
        return on_weekday[0]
    if not readings:
        raise _out_of_range(f"no valid day and month in {parts['a']} and {parts['b']}")
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
    if wall.date() in _ZERO_DAYS:
        raise _out_of_range(f"{wall.date()}, which means no time", "Leave the field out.")
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
