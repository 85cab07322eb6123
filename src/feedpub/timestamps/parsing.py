"""Text → Timestamp: never a wrong time and never a naive one.

A text that leaves any doubt is refused, with its kind. `plain` reads the forms of nearly all
input (2020-05-25, with a time, with an offset, after "Updated :") in about a microsecond. All
others go the long way:

1. `text` spells them plainly,
2. `stamps` finds the stamps in them, by the tables of `shapes`,
3. `lines` chooses the one that the text means, or refuses,
4. `reading` decides its parts and hands them to dateutil.

The long way is imported on first use.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from feedpub.errors import ConfigError
from feedpub.model import Timestamp
from feedpub.settings import DateOrder
from feedpub.timestamps.found import FoundTime
from feedpub.timestamps.iana import load_zone
from feedpub.timestamps.plain import place_plain_stamp, read_plain_form, usual_years

if TYPE_CHECKING:
    from feedpub.timestamps.reading import Reader


def parse_timestamp(
    text: str | float | FoundTime,
    *,
    zone: str | tzinfo,
    date_order: DateOrder | None = None,
    abbreviations: Mapping[str, str] | None = None,
    now: datetime | None = None,
    years: tuple[int, int] | None = None,
) -> Timestamp:
    """Read a timestamp as an aware datetime, in whole seconds.

    Args:
        text: The text of a field, or a whole byline; or an int or float where the field is
            a number (epoch seconds or milliseconds); or a time that a page's reader found.
        zone: Zone of a value without a zone: an IANA name or a tzinfo.
        date_order: Decides 05/06/2020. None refuses it.
        abbreviations: Zone letters and their zone or offset: {"CST": "Asia/Shanghai"}.
        now: An aware datetime. None refuses "2 hours ago".
        years: The first and the last year that an article can be from. The default is 1600 to
            two years after `now`, or to 2100 without it.

    Raises:
        TimestampError: The text is not a sure timestamp. `kind` says why.
        ConfigError: `zone`, `date_order`, `abbreviations`, or `now` is wrong.

    Source: RFC 3339 section 5.6; RFC 822 section 5; ISO 8601.
    """
    if now is not None and now.utcoffset() is None:
        raise ConfigError("now: is a naive datetime. Give it a tzinfo.")
    default = _load_default(zone) if isinstance(zone, str) else zone
    years = years or usual_years(now)
    # Configured letters win over GMT and Z, which the plain forms read.
    plain = None
    if isinstance(text, FoundTime):
        plain = place_plain_stamp(text.stamp, default)
    elif isinstance(text, str) and not (abbreviations and text[-1:].isalpha()):
        plain = read_plain_form(text, default)
    if plain is not None and years[0] <= plain.value.year <= years[1]:
        return plain
    written = tuple(abbreviations.items()) if abbreviations else ()
    # The zones of dateutil cannot be kept in a cache.
    kept = default.__class__.__hash__ is not None
    prepare = _prepare_reader if kept else _prepare_reader.__wrapped__
    return prepare(default, date_order, written, years).read(text, now)


@lru_cache(maxsize=64)  # the values of a source share it
def _prepare_reader(
    zone: tzinfo,
    date_order: DateOrder | None,
    abbreviations: tuple[tuple[str, str], ...],
    years: tuple[int, int],
) -> Reader:
    from feedpub.timestamps.reading import Reader

    return Reader(zone, date_order=date_order, abbreviations=dict(abbreviations), years=years)


@cache
def _load_default(name: str) -> tzinfo:
    try:
        return load_zone(name)
    except KeyError:
        raise ConfigError(
            f'timezone: "{name}" is not a time zone. Use an IANA name such as "Asia/Shanghai".'
        ) from None
