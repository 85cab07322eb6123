"""Dates of other calendars, which are read where the text says which calendar it is.

A name beside the date ("ه.ش", "단기") says it, or the name of the month ("خرداد"). Where that leaves
a doubt, the weekday has to agree: the start of an Islamic month differs by a day between
countries, Buddhists count years in two ways, and a month alone does not name the count of years.
hijridate and persiantools do the arithmetic; they are imported on first use.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache

import msgspec

from feedpub.errors import TimestampError
from feedpub.settings import DateOrder
from feedpub.text import UNSPACED
from feedpub.timestamps.found import Stamp
from feedpub.timestamps.text import lower
from feedpub.timestamps.words import CALENDARS, FOREIGN_MONTHS, MONTHS

_NAMES = re.compile("|".join(sorted(map(re.escape, CALENDARS), key=len, reverse=True)))
_UNSPACED = re.compile(f"[{UNSPACED}]")
# What may stand between a date and the name of its calendar, and between two dates of one day.
_BETWEEN = re.compile(r"[ ,:(]*")
_SAME_DAY = re.compile(
    r"[ |,/()-]*+(?:(?:ال)?موافق(?: ل)?|مطابق(?: با)?|برابر(?: با)?|corresponding to)?[ |,/()-]*+"
)
# Years of the common calendar that are counted from another year.
_EARLIER = {
    "Thai calendar": (543,),
    "Buddhist calendar": (543, 544),
    "Korean calendar": (2333,),
    "Japanese imperial years": (660,),
}
_MONTHS = frozenset({"Persian calendar", "Islamic calendar", "Ethiopian calendar"})
_READ = _MONTHS | _EARLIER.keys()
# Calendars whose name leaves no doubt.
_SURE = frozenset({"Thai calendar", "Persian calendar", "Ethiopian calendar", "Korean calendar"})
_THAI_ZONES = ("Asia/Bangkok", "Asia/Vientiane", "Asia/Phnom_Penh")
_SIGNS = {"Persian calendar": "ه.ش", "Ethiopian calendar": "ዓ.ም"}
# Where small years are of another calendar.
_ZONES = {
    "Asia/Tehran": "Persian calendar",
    "Asia/Kabul": "Persian calendar",
    "Asia/Riyadh": "Islamic calendar",
}
_START_OF_ETHIOPIA = 1724221 - 1721425  # its first day, as `date` counts days


def month_calendar(stamp: Stamp) -> str:
    """Name the other calendar that a stamp's month is of; empty for the common one."""
    month = stamp.date.get("mon")
    return FOREIGN_MONTHS.get(_fold(month), ("", 0))[0] if month else ""


def find_calendar(stamp: Stamp, zone: str) -> str:
    """Name the other calendar of a stamp, by its text or its zone; empty for the common one."""
    calendar = stamp.calendar or ("mon" in stamp.date and month_calendar(stamp)) or ""
    if not calendar and zone in _ZONES and "mon" not in stamp.date:
        small = stamp.date.get("y", "9") < "16"
        return _ZONES[zone] if small else ""
    return calendar


def take_calendar(text: str, stamp: Stamp) -> tuple[str, Stamp]:
    """Take the name of a calendar beside a stamp: the text without it, and the stamp with it.

    Raises:
        TimestampError: The calendar is not read, or its name is not right beside the stamp.
    """
    named = _find_name(text, stamp)
    if named is None:
        return text, stamp
    calendar = CALENDARS[named[0]]
    between = text[named.end() : stamp.start] or text[stamp.end : named.start()]
    if calendar not in _READ or not _BETWEEN.fullmatch(between):
        word = text[named.start() : named.end()]
        raise _refuse(f'has "{word}", which names the {calendar}')
    text = text[: named.start()] + "|" * len(named[0]) + text[named.end() :]
    return text, msgspec.structs.replace(stamp, calendar=calendar)


def _find_name(text: str, stamp: Stamp) -> re.Match[str] | None:
    """Find the name of a calendar before a stamp, or close behind it."""
    lowered = lower(text)
    for match in _NAMES.finditer(lowered):
        if match.start() >= stamp.end + 5:
            break
        if match.end() > stamp.start and match.start() < stamp.end:
            continue
        before, behind = lowered[match.start() - 1 : match.start()], lowered[match.end() :][:1]
        if not (before.isalpha() or behind.isalpha()) or _UNSPACED.match(match[0]):
            return match
    return None


def drop_translation(text: str, stamps: list[Stamp]) -> tuple[str, list[Stamp]]:
    """Drop a date of another calendar beside the same day of the common one."""
    for foreign, common in (stamps, stamps[::-1]):
        if foreign.time is not None:
            continue
        between = text[foreign.end : common.start] or text[common.end : foreign.start]
        calendar = month_calendar(foreign)
        start, end = foreign.start, foreign.end
        if name := _NAMES.search(lower(between)):
            calendar = calendar or CALENDARS[name[0]]
            between = between[: name.start()] + between[name.end() :]
        elif foreign is stamps[1] and (
            name := _NAMES.match(lower(text), end + text.startswith(" ", end))
        ):
            calendar, end = calendar or CALENDARS[name[0]], name.end()
        if not calendar or month_calendar(common) or not _SAME_DAY.fullmatch(between):
            continue
        days = {day for triple in _list_triples(foreign) for day in list_days(calendar, *triple)}
        if days.isdisjoint(day for triple in _list_triples(common) for day in _try_date(*triple)):
            continue
        start, end = min(start, common.end), max(end, common.start)
        return text[:start] + "|" * (end - start) + text[end:], [common]
    return text, stamps


def _list_triples(stamp: Stamp, order: DateOrder | None = None) -> list[tuple[int, int, int]]:
    """List the years, months, and days that a stamp might mean."""
    parts = stamp.date
    if "y" not in parts:
        return []
    year = int(parts["y"])
    if "a" in parts:
        a, b = int(parts["a"]), int(parts["b"])
        orders = {"DMY": (year, b, a), "MDY": (year, a, b)}
        return [orders[order]] if order in orders else [*dict.fromkeys(orders.values())]
    if "d" not in parts:
        return []
    name = _fold(parts.get("mon", ""))
    month = int(parts.get("m") or (FOREIGN_MONTHS.get(name) or ("", MONTHS[name]))[1])
    return [(year, month, int(parts["d"]))]


def list_foreign_dates(
    stamp: Stamp, calendar: str, order: DateOrder | None, zone: str
) -> list[date]:
    """List the dates, by its orders of day and month, of a stamp of another calendar.

    Raises:
        TimestampError: It has no such day, or leaves a doubt.
    """
    if calendar not in _READ:
        raise _refuse(f"is a date of the {calendar}, which is not read")
    if "mon" in stamp.date and month_calendar(stamp) != (calendar if calendar in _MONTHS else ""):
        raise _refuse(f"has a month that the {calendar} does not have")
    if calendar == "Ethiopian calendar" and stamp.time is not None:
        raise _refuse(f"is a time of the {calendar}, whose hours count from the morning")
    found = [list_days(calendar, *triple) for triple in _list_triples(stamp, order)]
    found = [days for days in found if days]
    if not found:
        raise _refuse(f"is not a date of the {calendar}")
    weekday = None if stamp.weekday_glued else stamp.weekday
    on_weekday = [day for days in found for day in days if day.isoweekday() == weekday]
    if len(on_weekday) == 1:
        return on_weekday
    if stamp.calendar in _SURE or (calendar == "Buddhist calendar" and zone in _THAI_ZONES):
        return [days[0] for days in found]
    sign = "" if stamp.calendar or calendar not in _SIGNS else f' or "{_SIGNS[calendar]}"'
    raise _refuse(
        f"might be a date of the {calendar}, which is sure only with the weekday of the day{sign}"
    )


@lru_cache(maxsize=4096)
def list_days(calendar: str, year: int, month: int, day: int) -> tuple[date, ...]:
    """List the dates that a date of another calendar can be, the usual one first."""
    if calendar in _EARLIER:
        return tuple(
            found for years in _EARLIER[calendar] for found in _try_date(year - years, month, day)
        )
    try:
        if calendar == "Persian calendar" and 1278 <= year <= 1500:
            from persiantools.jdatetime import JalaliDate

            jalali = JalaliDate(year, month, day)  # type: ignore[no-untyped-call]  # persiantools 6.2
            return (jalali.to_gregorian(),)
        if calendar == "Islamic calendar" and 1343 <= year <= 1500 and 1 <= day <= 30:
            from hijridate import Hijri

            first = date(*Hijri(year, month, 1).to_gregorian().datetuple())
            return tuple(first + timedelta(days=day - 1 + late) for late in (0, -1, 1))
    except ValueError:
        return ()
    if calendar != "Ethiopian calendar" or not (1600 <= year <= 2100 and 1 <= month <= 13):
        return ()
    if not 1 <= day <= (30 if month < 13 else 5 + (year % 4 == 3)):
        return ()
    days = 365 * (year - 1) + year // 4 + 30 * (month - 1) + day - 1
    return (date.fromordinal(_START_OF_ETHIOPIA + days),)


def _try_date(year: int, month: int, day: int) -> tuple[date, ...]:
    try:
        return (date(year, month, day),)
    except ValueError:
        return ()


def _fold(month: str) -> str:
    return month.lower().rstrip(".")


def _refuse(what: str) -> TimestampError:
    return TimestampError("out-of-range", f"{what}. Write the date by the common calendar.")
