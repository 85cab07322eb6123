"""The dates of feeds: RFC 822 (RSS), RFC 3339 (Atom), W3CDTF (Dublin Core)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

Fault = tuple[str, str]
# The faults of a date, and the moment that it tells where that is sure.
Reading = tuple[tuple[Fault, ...], datetime | None]

_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_WEEKDAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
_ZONES = {
    "UT": 0,
    "GMT": 0,
    "Z": 0,
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
}
_STRICT = re.compile(
    rf"(?:(?P<weekday>{'|'.join(_WEEKDAYS)}), )?"
    rf"(?P<day>[0-9]{{1,2}}) (?P<month>{'|'.join(_MONTHS)}) (?P<year>[0-9]{{4}}) "
    r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))? "
    rf"(?P<zone>[+-][0-9]{{2}}(?:00|15|30|45)|{'|'.join(_ZONES)})"
)
# What RFC 822 lets pass as well, and some readers do not: two-digit years, military zones, any
# case, any white space.
_LOOSE = re.compile(
    rf"(?:(?:{'|'.join(_WEEKDAYS)})\s*,\s*)?"
    rf"[0-9]{{1,2}}\s+(?:{'|'.join(_MONTHS)})\s+[0-9]{{2}}(?:[0-9]{{2}})?\s+"
    r"[0-9]{2}:[0-9]{2}(?::[0-9]{2})?\s+"
    rf"(?:[+-]?[0-9]{{4}}|{'|'.join(_ZONES)}|[A-IK-Z])",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"\([^()]*\)")
_LONGEST = 120

_TIME = r"T(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})"
_SECOND = r":(?P<second>[0-9]{2})(?:\.[0-9]*)?"
_OFFSET = r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})"
_DAY = r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
_RFC3339 = re.compile(f"{_DAY}{_TIME}{_SECOND}{_OFFSET}")
_PARTS = r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2})"
_W3CDTF = re.compile(f"{_PARTS}(?:{_TIME}(?:{_SECOND})?{_OFFSET})?)?)?")
_ISO8601 = re.compile(f"{_PARTS}(?:{_TIME}(?:{_SECOND})?{_OFFSET}?)?)?)?")
_ISO_DAY = re.compile(_DAY)


def read_rfc822(text: str) -> Reading:
    """Read a date as RSS has it: RFC 822 with years of four digits."""
    found = _STRICT.fullmatch(text)
    if found is None:
        return ((_judge_loose(text),), None)
    day, year = int(found["day"]), int(found["year"])
    try:
        weekday = date(year, _MONTHS.index(found["month"]) + 1, day).weekday()
    except ValueError:
        return ((("date-rfc822-invalid", "there is no such day"),), None)
    if found["weekday"] and found["weekday"] != _WEEKDAYS[weekday]:
        return ((("date-weekday-wrong", _WEEKDAYS[weekday]),), None)
    moment = _make_moment(found, _MONTHS.index(found["month"]) + 1)
    if moment is None:
        return ((("date-rfc822-invalid", "there is no such time of day"),), None)
    return ((), moment)


def _judge_loose(text: str) -> Fault:
    if len(text) > _LONGEST:
        return ("date-rfc822-invalid", "it is far too long")
    bare, before = text, ""
    while bare != before:
        bare, before = _COMMENT.sub(" ", bare), bare
    if _LOOSE.fullmatch(bare.strip()):
        return ("date-rfc822-loose", "")
    if _LOOSE.fullmatch(f"{bare.strip()} GMT"):
        return ("date-rfc822-invalid", "it names no zone")
    return ("date-rfc822-invalid", "its form is another")


def read_rfc3339(text: str) -> Reading:
    """Read a date as Atom has it: RFC 3339 in capitals, with seconds and a zone."""
    return _read_iso(_RFC3339, text, "date-rfc3339-invalid")


def read_w3cdtf(text: str) -> Reading:
    """Read a date as Dublin Core has it: a year, month or day, or a time with its zone."""
    return _read_iso(_W3CDTF, text, "date-w3cdtf-invalid")


def read_iso8601(text: str) -> Reading:
    """Read a date as W3CDTF, its zone optional."""
    return _read_iso(_ISO8601, text, "date-w3cdtf-invalid")


def read_iso_day(text: str) -> Reading:
    """Read a day: 2020-05-25."""
    return _read_iso(_ISO_DAY, text, "date-w3cdtf-invalid")


def _read_iso(pattern: re.Pattern[str], text: str, rule: str) -> Reading:
    found = pattern.fullmatch(text)
    if found is None:
        without_zone = pattern.fullmatch(text + "Z")
        return (((rule, "it names no zone" if without_zone else "its form is another"),), None)
    parts = found.groupdict()
    month, day = int(parts["month"] or 1), int(parts["day"] or 1)
    try:
        date(int(parts["year"]), month, day)
    except ValueError:
        return (((rule, "there is no such day"),), None)
    if parts.get("hour") is None:
        return ((), datetime(int(parts["year"]), month, day, tzinfo=UTC))
    moment = _make_moment(found, month)
    if moment is None:
        return (((rule, "there is no such time of day"),), None)
    return ((), moment)


def _make_moment(found: re.Match[str], month: int) -> datetime | None:
    parts = found.groupdict()
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    if hour > 23 or minute > 59 or second > 60:
        return None
    zone = _read_zone(parts.get("zone") or "Z")
    if zone is None:
        return None
    return datetime(
        int(parts["year"]), month, int(parts["day"]), hour, minute, min(second, 59), tzinfo=zone
    )


def _read_zone(text: str) -> timezone | None:
    if text in _ZONES:
        return timezone(timedelta(hours=_ZONES[text]))
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 23 or minutes > 59:
        return None
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)


# What is dated so may lie ahead, or long ago.
UNBOUNDED = frozenset({"event-date"})
READERS: dict[str, Callable[[str], Reading]] = {
    "rfc822": read_rfc822,
    "rfc3339": read_rfc3339,
    "w3cdtf": read_w3cdtf,
    "iso8601": read_iso8601,
    "iso-day": read_iso_day,
    "event-date": read_iso8601,
}
