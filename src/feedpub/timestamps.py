"""Text to Timestamp, strictly: what is not surely a timestamp is refused.

The plain forms (`timestamp_plain`) are read at once; a few more shapes are told apart here, and
dateutil parses their parts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo

from feedpub.errors import ConfigError, TimestampError
from feedpub.model import Precision, Timestamp
from feedpub.settings import DateOrder
from feedpub.timestamp_plain import describe_local, fix_offset, read_plain_form
from feedpub.zones import load_zone

_LABEL = re.compile(r"(?:(?:last )?updated|更新时间|更新) ?[:：]? ?", re.IGNORECASE)
_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?"
_SHAPES = (
    # May 25, 2020 10:32
    re.compile(
        rf"(?P<month>[A-Z][a-z]{{2,8}})\.? (?P<day>\d{{1,2}}), (?P<year>\d{{4}})(?:,? {_TIME})?"
    ),
    # 08:41, May 25, 2020
    re.compile(rf"{_TIME}, (?P<month>[A-Z][a-z]{{2,8}})\.? (?P<day>\d{{1,2}}), (?P<year>\d{{4}})"),
    # 2020年5月25日 10:32
    re.compile(rf"(?P<year>\d{{4}})年(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})日(?: ?{_TIME})?"),
)
_NUMBERS = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}")


def parse_timestamp(
    text: str | float,
    *,
    zone: str | tzinfo,
    date_order: DateOrder | None = None,
    abbreviations: Mapping[str, str] | None = None,
    now: datetime | None = None,
) -> Timestamp:
    """Read a timestamp as an aware datetime, in whole seconds.

    Args:
        text: The text of a field; a number is refused.
        zone: Zone of a value that names none: an IANA name or a tzinfo.
        date_order: Decides 05/06/2020; such a value is refused so far.
        abbreviations: Zone letters and their zone or offset: {"CST": "Asia/Shanghai"}.
        now: An aware datetime, for relative text; such text is refused so far.

    Raises:
        TimestampError: The text is no sure timestamp; `kind` says why.
        ConfigError: There is no such zone.

    Source: RFC 3339 section 5.6; RFC 822 section 5.
    """
    default = _load_default(zone) if isinstance(zone, str) else zone
    if not isinstance(text, str):
        raise TimestampError("unparseable", "is a number; expected a text")
    plain = read_plain_form(" ".join(text.split()), default)
    if plain is not None:
        return plain
    stripped = _LABEL.sub("", " ".join(text.split()), count=1)
    for shape in _SHAPES:
        found = shape.fullmatch(stripped)
        if found is not None:
            return _read_parts(found, default)
    if _NUMBERS.fullmatch(stripped):
        raise TimestampError("ambiguous", "is ambiguous: day and month are not told apart; set date_order")
    raise TimestampError("unparseable", 'is no sure timestamp, like "2020-05-25 10:32"')


def _read_parts(found: re.Match[str], zone: tzinfo) -> Timestamp:
    # Deferred: most input is in the plain forms.
    from dateutil.parser import ParserError, parse

    parts = found.groupdict()
    precision: Precision = "second" if parts["second"] else "minute" if parts["hour"] else "day"
    clock = f"{parts['hour'] or '00'}:{parts['minute'] or '00'}:{parts['second'] or '00'}"
    try:
        wall = parse(f"{parts['year']}-{parts['month']}-{parts['day']} {clock}", yearfirst=True)
    except (ParserError, OverflowError) as error:
        raise TimestampError("out-of-range", "is no date of the calendar") from error
    value = wall.replace(tzinfo=zone)
    fixed = value.replace(tzinfo=fix_offset(value.utcoffset() or timedelta()))
    return Timestamp(fixed, precision, (), found[0], describe_local(precision, zone))


def _load_default(name: str) -> tzinfo:
    try:
        return load_zone(name)
    except KeyError as error:
        raise ConfigError(f'timezone: "{name}" is no IANA zone') from error
