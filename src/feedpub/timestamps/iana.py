"""IANA zones from the pinned tzdata package, never from the host's files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo


@cache
def zone_names() -> frozenset[str]:
    """List the IANA names that the tzdata package knows."""
    listing = resources.files("tzdata").joinpath("zones").read_text(encoding="ascii")
    return frozenset(listing.split())


@cache
def load_zone(name: str) -> ZoneInfo:
    """Load a zone by its IANA name.

    `ZoneInfo(name)` prefers the host's files, so feeds would depend on the host.

    Raises:
        KeyError: The zone does not exist.
    """
    if name not in zone_names():
        raise KeyError(name)
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as stream:
        return ZoneInfo.from_file(stream, key=name)


def place_instant(instant: int, zone: tzinfo) -> datetime:
    """Convert an instant, in seconds since 1970, to a datetime in a zone.

    Its offset is in whole minutes, as RFC 3339 and RFC 822 require. Before standard time, zones
    kept local mean time (Shanghai +08:05:43).
    """
    moment = datetime.fromtimestamp(instant, UTC).astimezone(zone)
    offset = moment.utcoffset() or timedelta()
    if not offset.seconds % 60:
        return moment
    minutes = round(offset.total_seconds() / 60)
    return moment.astimezone(timezone(timedelta(minutes=minutes)))
