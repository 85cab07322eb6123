"""Texts and chosen stamps → points in time, or refusals.

`deciding` gives the date and the time of day; here are the bounds of years, the zone, leap
seconds, and numbers. The decided day goes to dateutil in ISO 8601, which it reads in one way only.
Its reader of other forms borrows from today, reads GMT+8 as hours west, and takes CST from the host
(python-dateutil 2.9.0).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

import msgspec
from dateutil import parser

from feedpub.errors import ConfigError, TimestampError
from feedpub.model import Timestamp
from feedpub.settings import DateOrder
from feedpub.timestamps.calendars import find_calendar
from feedpub.timestamps.deciding import (
    Clock,
    decide_clock,
    decide_date,
    list_valid_dates,
    out_of_range,
)
from feedpub.timestamps.found import FoundTime, Stamp
from feedpub.timestamps.lines import choose_stamp
from feedpub.timestamps.plain import describe_aware, describe_local
from feedpub.timestamps.relative import read_relative
from feedpub.timestamps.stamps import drop_comments, find_stamps
from feedpub.timestamps.text import MAX_LENGTH, tidy_text
from feedpub.timestamps.words import LEAP_SECOND_DAYS
from feedpub.timestamps.zones import Zones, fix_zone

_ZEROS = frozenset(
    map(datetime.fromisoformat, ("1601-01-01", "1899-12-30", "1900-01-01", "2999-12-31"))
)
_SURE_YEARS = range(1971, 2999)  # that no program writes where a time is missing
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Years of today in other calendars.
_FOREIGN_YEARS = (
    ("Persian calendar", range(1300, 1425)),
    ("Islamic calendar", range(1425, 1520)),
    ("Buddhist calendar", range(2443, 2663)),
    ("Korean calendar", range(4233, 4433)),
    ("Hebrew calendar", range(5660, 5860)),
)
_ORDERS: tuple[DateOrder, ...] = ("DMY", "MDY", "YMD")

# What programs write around the epoch: a file's "@", a .NET serializer's "/Date()/".
_EPOCH_TEXT = re.compile(
    r"@(?P<seconds>[0-9]{9,10})|/Date\((?P<milliseconds>[0-9]{12,13})(?:[-+][0-9]{4})?\)/"
)
# Seconds and milliseconds from 1973 to 2286. Smaller numbers look like 2020 and 20200525.
_SECONDS = range(100_000_000, 10_000_000_000)
_MILLISECONDS = range(100_000_000_000, 10_000_000_000_000)


class Reader:
    """Reads texts by one set of rules: zone, order, zone letters, and years."""

    def __init__(
        self,
        zone: tzinfo,
        *,
        date_order: DateOrder | None,
        abbreviations: Mapping[str, str],
        years: tuple[int, int],
    ) -> None:
        """Check the rules.

        Raises:
            ConfigError: One of them is wrong.
        """
        if date_order is not None and date_order not in _ORDERS:
            raise ConfigError(
                f'date_order: "{date_order}" is not valid. Use "DMY", "MDY", or "YMD".'
            )
        self._zone = zone
        self._zone_name = str(zone)
        self._order = date_order
        self._zones = Zones(zone, abbreviations)
        self._years = years

    def read(self, text: str | float | FoundTime, now: datetime | None = None) -> Timestamp:
        """Read one value. A found time is not searched for again.

        Raises:
            TimestampError: It is not a sure timestamp.
        """
        if isinstance(text, FoundTime):
            return self._read_stamp(text.take_stamp())
        if not isinstance(text, str):
            return self._read_number(text)
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
        if tidy[0] in "@/" and (epoch := _EPOCH_TEXT.fullmatch(tidy)):
            return self._read_number(int(epoch["seconds"] or epoch["milliseconds"]))
        if "(" in tidy:
            tidy = drop_comments(tidy)
        stamps = find_stamps(tidy, self._zones.letters)
        if not stamps and now is not None:
            relative = read_relative(tidy, zone=self._zone, now=now)
            if isinstance(relative, Timestamp):
                return msgspec.structs.replace(relative, value=fix_zone(relative.value))
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
        calendar = find_calendar(stamp, self._zone_name)
        day = decide_date(stamp, calendar, self._order, self._zone_name)
        self._check_year(day.year)
        clock = decide_clock(stamp)
        wall = _read_wall(day, clock)
        value, flags, written = self._zones.place(wall, stamp)
        if clock.second == 60:
            value, flags = _pass_leap_second(value), (*flags, "leap-second")
        if wall.year not in _SURE_YEARS:
            _refuse_sentinels(value, wall)
        weekday = None if stamp.weekday_glued else stamp.weekday
        if weekday is not None and weekday != day.isoweekday():
            flags = (*flags, "weekday-mismatch")
        if written:
            rule = describe_aware(stamp.shape, written)
        else:
            rule = describe_local(stamp.shape, clock.precision, self._zone_name)
        if calendar:
            rule += f", by the {calendar}"
        return Timestamp(value, clock.precision, flags, stamp.text, rule)

    def _read_number(self, number: float) -> Timestamp:
        stamp = _read_number(number)
        self._check_year(stamp.value.year)
        return stamp

    def _check_year(self, year: int) -> None:
        first, last = self._years
        if first <= year <= last:
            return
        if calendar := next((name for name, years in _FOREIGN_YEARS if year in years), None):
            raise TimestampError(
                "out-of-range",
                f"has the year {year}, which might be of the {calendar}."
                " Write the date by the common calendar.",
            )
        raise TimestampError(
            "out-of-range",
            f"has the year {year}. Articles are from {first} to {last};"
            " correct the date at its source, or set years.",
            remedy="years",
        )


def _read_wall(day: date, clock: Clock) -> datetime:
    """Let dateutil read the decided day, and add the time of day, which may be 24:00 or 25:00."""
    if clock.precision == "day":
        return _read_day(day)
    second = clock.second if clock.second < 60 else 59
    try:
        return _read_day(day) + timedelta(0, clock.hour * 3600 + clock.minute * 60 + second)
    except OverflowError:
        raise out_of_range("a day after the last") from None


@lru_cache(maxsize=4096)  # the records of a day share it, and dateutil is the dearest step
def _read_day(day: date) -> datetime:
    """Let dateutil read a day, in the one form that it reads in one way only."""
    return parser.isoparse(day.isoformat())


def _pass_leap_second(value: datetime) -> datetime:
    """Move 23:59:59 UTC on the day of a leap second to the second after the leap second."""
    try:
        utc = value.astimezone(UTC)
    except OverflowError:
        raise out_of_range("second 60") from None
    if utc.date() not in LEAP_SECOND_DAYS or utc.time().isoformat() != "23:59:59":
        raise out_of_range("second 60 without a leap second")
    return (utc + timedelta(seconds=1)).astimezone(value.tzinfo)


def _refuse_sentinels(value: datetime, wall: datetime) -> None:
    """Refuse what programs write where a time is missing."""
    try:
        utc = value.astimezone(UTC)
    except OverflowError:
        raise out_of_range("a moment outside the years 1 to 9999") from None
    if {value.year, utc.year, wall.year} & {1, 9999}:
        raise out_of_range("a year that means no time", "Leave the field out.")
    if wall in _ZEROS:
        raise out_of_range(f"{wall.date()}, which means no time", "Leave the field out.")
    # Midnight that day is the same zero, written by a host in another zone.
    if utc == _EPOCH or wall == datetime(1970, 1, 1):
        raise out_of_range("1970-01-01 00:00, which means no time", "Leave the field out.")


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
        if stamps and len(
            list_valid_dates([(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))])
        ):
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
