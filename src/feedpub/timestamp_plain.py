"""The plain forms that make up nearly all input, read at once.

Each is told apart by the places of its marks or by one pattern, so strictly that there is
nothing to decide; whatever is not sure, or needs words, is left to the long way.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

from feedpub.model import Precision, Timestamp

_MONTHS = {
    name: number
    for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)
}
_WEEKDAYS = {name: number for number, name in enumerate("Mon Tue Wed Thu Fri Sat Sun".split())}
_RFC822 = re.compile(
    rf"(?:({'|'.join(_WEEKDAYS)}), )?([0-9]{{1,2}}) ({'|'.join(_MONTHS)}) ([0-9]{{4}}) "
    r"([0-9]{2}):([0-9]{2})(?::([0-9]{2}))? (?:([+-])([01][0-9]|2[0-3])([0-5][0-9])|GMT|UTC|Z)"
)
_FRACTION = re.compile(r"^\.[0-9]{1,9}")
# Years beyond are sentinels, or in zones that kept local mean time: for the long way.
_YEARS = range(1971, 2200)
_DAY = timedelta(days=1)


def read_plain_form(text: str, zone: tzinfo) -> Timestamp | None:
    """Read a plain form, behind no or an "Updated:" label; None where it is none."""
    if text.startswith("Updated"):
        text = text[7:].lstrip(" ").removeprefix(":").strip(" ")
    if len(text) < 10:
        return None
    return _read_rfc3339(text, zone) if text[4] == "-" else _read_rfc822(text)


def _read_rfc3339(written: str, zone: tzinfo) -> Timestamp | None:
    """Read YYYY-MM-DD[(T| )HH:MM[:SS[.fraction]][Z|±HH:MM]]; the fraction is dropped.

    `fromisoformat` is fast and takes far more than that, so each place that tells the forms
    apart is looked at first. A regular expression alone takes as long as all of this.
    """
    text = written
    if len(text) > 20 and text[19] == ".":
        text = text[:19] + _FRACTION.sub("", text[19:], count=1)
    length = len(text)
    if text[7] != "-":
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
        # "2020-05-25 10:00-12:00" may be a span, so the minus is left to the long way.
        precision = "minute"
        aware = (length == 17 and text[16] == "Z") or (
            length == 22 and text[19] == ":" and text[16] == "+" and text[20] < "6"
        )
        if not aware:
            return None
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        return None  # the long way finds the words for it
    if value.year not in _YEARS:
        return None
    if aware:
        return Timestamp(value, precision, (), written, describe_offset())
    if zone.__class__ is not ZoneInfo and zone.__class__ is not timezone:
        return None
    offset = zone.utcoffset(value)
    # No clock change within a day on both sides: the wall time comes once.
    if (
        offset is None
        or zone.utcoffset(value - _DAY) != offset
        or zone.utcoffset(value + _DAY) != offset
    ):
        return None
    value = value.replace(tzinfo=fix_offset(offset))
    return Timestamp(value, precision, (), written, describe_local(precision, zone))


def _read_rfc822(text: str) -> Timestamp | None:
    """Read [Mon, ]25 May 2020 10:32[:15] (±HHMM|GMT|UTC|Z)."""
    found = _RFC822.fullmatch(text)
    if found is None:
        return None
    weekday, day, month, year, hour, minute, second, sign, hours, minutes = found.groups()
    offset = timedelta()
    if sign is not None:
        offset = timedelta(hours=int(hours), minutes=int(minutes))
    try:
        value = datetime(
            int(year),
            _MONTHS[month],
            int(day),
            int(hour),
            int(minute),
            int(second or 0),
            tzinfo=fix_offset(-offset if sign == "-" else offset),
        )
    except ValueError:
        return None
    if value.year not in _YEARS or (weekday is not None and _WEEKDAYS[weekday] != value.weekday()):
        return None
    precision: Precision = "minute" if second is None else "second"
    return Timestamp(value, precision, (), text, describe_offset())


@cache
def fix_offset(offset: timedelta) -> timezone:
    """Make the fixed zone of an offset.

    Values have these, never a zone with rules: two datetimes of one such zone compare by
    wall time, which is wrong in the hour that comes twice, and there they equal no other.
    """
    return timezone(offset)


@cache
def describe_local(precision: Precision, zone: tzinfo) -> str:
    """Say in words how a time without a zone was read."""
    if precision == "day":
        return f"date only, 00:00 in {zone}, the given zone"
    return f"date and time, in {zone}, the given zone"


def describe_offset() -> str:
    """Say in words how a time with an offset was read."""
    return "date and time, with the offset that is written"
