"""The dates of feeds: RFC 822 (RSS), RFC 3339 (Atom), W3CDTF (Dublin Core)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from feedpub import compile_late
from feedpub.lint.findings import Faults

# The faults of a date, and its moment where that is certain.
Reading = tuple[Faults, datetime | None]

_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_WEEKDAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
# The zones that RFC 822 names, in hours from UTC.
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
_STRICT = compile_late(
    rf"(?:(?P<weekday>{'|'.join(_WEEKDAYS)}), )?"
    rf"(?P<day>[0-9]{{1,2}}) (?P<month>{'|'.join(_MONTHS)}) (?P<year>[0-9]{{4}}) "
    r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))? "
    rf"(?P<zone>[+-][0-9]{{2}}(?:00|15|30|45)|{'|'.join(_ZONES)})"
)
# What RFC 822 allows as well, and some readers cannot read: years of two digits, military zones,
# any case, any white space.
_LOOSE = compile_late(
    rf"(?:(?:{'|'.join(_WEEKDAYS)})\s*,\s*)?"
    rf"[0-9]{{1,2}}\s+(?:{'|'.join(_MONTHS)})\s+[0-9]{{2}}(?:[0-9]{{2}})?\s+"
    r"[0-9]{2}:[0-9]{2}(?::[0-9]{2})?\s+"
    rf"(?:[+-]?[0-9]{{4}}|{'|'.join(_ZONES)}|[A-IK-Z])",
    re.IGNORECASE,
)
_COMMENT = compile_late(r"\([^()]*\)")
_LONGEST = 120

_TIME = r"T(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})"
_SECOND = r":(?P<second>[0-9]{2})(?:\.[0-9]*)?"
_OFFSET = r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})"
_DAY = r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
_PARTS = r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2})"
_RFC3339 = compile_late(f"{_DAY}{_TIME}{_SECOND}{_OFFSET}")
_W3CDTF = compile_late(f"{_PARTS}(?:{_TIME}(?:{_SECOND})?{_OFFSET})?)?)?")
_ISO8601 = compile_late(f"{_PARTS}(?:{_TIME}(?:{_SECOND})?{_OFFSET}?)?)?)?")
_ISO_DAY = compile_late(_DAY)

# As nearly all times are: none of the forms of ISO 8601 has an error where this matches.
USUAL_TIME = compile_late(
    r"[12][0-9]{3}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30))"
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
_USUAL_CLOCK = compile_late(" (?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9] [+-][01][0-9](?:00|30)")
_DATE_LENGTH, _MOST_DATES = len("Mon, 25 May 2020"), 2000

_EPOCH = compile_late("1970-01-01|01 Jan 1970")
_EARLIEST = 1990
_NO_ZONE, _OTHER_FORM = "it has no time zone", "it is in another form"


def check_date(
    value: str, form: str, *, now: datetime | None = None, epoch_passes: bool = False
) -> Faults:
    """Check a date of a form that `FORMS` lists, and whether news can be of that date.

    Args:
        now: An aware datetime; dates more than a day later are doubted.
        epoch_passes: Accept the epoch, which dates a feed that has no entries yet.
    """
    faults, moment = FORMS[form](value)
    if moment is None or form in _UNBOUNDED:
        return faults
    is_early = moment.year < _EARLIEST and not (epoch_passes and _EPOCH.search(value))
    # The difference of two datetimes never overflows, as a sum does at the end of year 9999.
    is_late = now is not None and moment - now > timedelta(days=1)
    return (("date-implausible", ""),) if is_early or is_late else ()


def read_rfc822(text: str) -> Reading:
    """Read a date as RSS has it: RFC 822 with years of four digits."""
    found = _STRICT.fullmatch(text)
    if found is None:
        return (_judge_loose(text),), None
    day = _read_day(found, _MONTHS.index(found["month"]) + 1)
    if day is not None and found["weekday"] not in (None, _WEEKDAYS[day.weekday()]):
        return (("date-weekday-wrong", _WEEKDAYS[day.weekday()]),), None
    return _read_time(found, day, "date-rfc822-invalid")


def is_usual_rfc822(text: str) -> bool:
    """Say whether a time of RSS has no error and is as nearly all are.

    It says so of "Mon, 25 May 2020 02:32:00 +0800".
    """
    has_clock = _USUAL_CLOCK.fullmatch(text, _DATE_LENGTH) is not None
    return has_clock and _is_date(text[:_DATE_LENGTH])


@lru_cache(_MOST_DATES)
def _is_date(text: str) -> bool:
    return not read_rfc822(f"{text} 00:00:00 +0000")[0]


def _judge_loose(text: str) -> tuple[str, str]:
    if len(text) > _LONGEST:
        return "date-rfc822-invalid", "it is too long"
    bare, before = text, ""
    while bare != before:
        bare, before = _COMMENT.sub(" ", bare), bare
    if _LOOSE.fullmatch(bare.strip()):
        return "date-rfc822-loose", ""
    has_no_zone = _LOOSE.fullmatch(f"{bare.strip()} GMT")
    return "date-rfc822-invalid", _NO_ZONE if has_no_zone else _OTHER_FORM


def _make_iso_reader(pattern: re.Pattern[str], rule: str) -> Callable[[str], Reading]:
    def read(text: str) -> Reading:
        found = pattern.fullmatch(text)
        if found is None:
            fault = _NO_ZONE if pattern.fullmatch(text + "Z") else _OTHER_FORM
            return ((rule, fault),), None
        return _read_time(found, _read_day(found, int(found["month"] or 1)), rule)

    return read


def _read_day(found: re.Match[str], month: int) -> datetime | None:
    try:
        return datetime(int(found["year"]), month, int(found["day"] or 1), tzinfo=UTC)
    except ValueError:
        return None


def _read_time(found: re.Match[str], day: datetime | None, rule: str) -> Reading:
    if day is None:
        return ((rule, "there is no such day"),), None
    parts = found.groupdict()
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    zone = _read_zone(parts.get("zone") or "Z")
    if hour > 23 or minute > 59 or second > 60 or zone is None:
        return ((rule, "there is no such time of day"),), None
    return (), day.replace(hour=hour, minute=minute, second=min(second, 59), tzinfo=zone)


def _read_zone(text: str) -> timezone | None:
    if text in _ZONES:
        return timezone(timedelta(hours=_ZONES[text]))
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 23 or minutes > 59:
        return None
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)


_read_iso8601 = _make_iso_reader(_ISO8601, "date-w3cdtf-invalid")
# What is dated so may lie ahead, or long ago.
_UNBOUNDED = frozenset({"event-date"})
FORMS: dict[str, Callable[[str], Reading]] = {
    "rfc822": read_rfc822,
    "rfc3339": _make_iso_reader(_RFC3339, "date-rfc3339-invalid"),
    "w3cdtf": _make_iso_reader(_W3CDTF, "date-w3cdtf-invalid"),
    "iso8601": _read_iso8601,
    "iso-day": _make_iso_reader(_ISO_DAY, "date-w3cdtf-invalid"),
    "event-date": _read_iso8601,
}
