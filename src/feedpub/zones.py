"""IANA zones from the pinned tzdata package, never from the host's files."""

from __future__ import annotations

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

    `ZoneInfo(name)` prefers the host's files, so a feed would depend on the host.

    Raises:
        KeyError: There is no such zone.
    """
    if name not in zone_names():
        raise KeyError(name)
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as stream:
        return ZoneInfo.from_file(stream, key=name)
