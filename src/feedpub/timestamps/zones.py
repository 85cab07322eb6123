"""Zones of a stamp: which one counts, whether they agree, and the time in it."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

from feedpub.errors import ConfigError, TimestampError
from feedpub.timestamps.found import Stamp, ZoneMark
from feedpub.timestamps.iana import load_zone
from feedpub.timestamps.plain import attach_offset, find_sure_offset, fix_offset
from feedpub.timestamps.words import (
    OWN_LETTERS,
    RFC822_ZONES,
    SAME_LETTERS,
    UTC_LETTERS,
    ZONE_LETTERS,
)

_OFFSET = re.compile(r"([+-])([0-9]{2}):?([0-9]{2})")


class Zones:
    """The zones of texts: the given zone, and what configured letters mean."""

    def __init__(self, default: tzinfo, abbreviations: Mapping[str, str]) -> None:
        """Look up the configured letters.

        Raises:
            ConfigError: The meaning of some letters is neither a zone nor an offset.
        """
        self._default = default
        self._configured = {
            letters.upper(): _load_configured(letters, meaning)
            for letters, meaning in abbreviations.items()
        }
        self.letters = frozenset(self._configured)

    def place(self, wall: datetime, stamp: Stamp) -> tuple[datetime, tuple[str, ...], str]:
        """Place a wall time in its zone, with a fixed offset, flags, and the zone that is written.

        An explicit offset wins. All other zones of the stamp must agree with it.

        Raises:
            TimestampError: A zone might mean several, or two zones contradict each other.
        """
        if not stamp.zones:
            return *localize(wall, self._default), ""
        marks: Sequence[ZoneMark] = stamp.zones
        if len(marks) > 1:
            marks = sorted(marks, key=lambda mark: mark.seconds is None)
        first = marks[0]
        value, flags = self._place_by(wall, first, stamp)
        for other in marks[1:]:
            if not self._agrees(wall, value, first, other):
                raise TimestampError(
                    "inconsistent",
                    f'names two zones that disagree, "{first.text}" and "{other.text}". Keep one.',
                )
        return value, flags, first.text

    def _place_by(
        self, wall: datetime, mark: ZoneMark, stamp: Stamp
    ) -> tuple[datetime, tuple[str, ...]]:
        if mark.seconds is not None:
            if abs(mark.seconds) >= 86400:
                raise TimestampError(
                    "out-of-range", f'has the offset "{mark.text}", beyond 23:59. Correct it.'
                )
            return attach_offset(wall, timedelta(seconds=mark.seconds)), ()
        meaning = self._find_meaning(mark, stamp, wall)
        value, flags = localize(wall, meaning)
        if mark.letters:
            if "ambiguous-local" in flags:
                # EST says which of the two 01:30 it is.
                named = [wall.replace(tzinfo=meaning, fold=fold) for fold in (0, 1)]
                telling = [local for local in named if local.tzname() == mark.letters]
                if len(telling) == 1:
                    value, flags = fix_zone(telling[0]), ()
            if meaning is self._default and _is_off_season(value.astimezone(meaning), mark.letters):
                flags = (*flags, "zone-letters-off-season")
        return value, flags

    def _find_meaning(self, mark: ZoneMark, stamp: Stamp, wall: datetime) -> tzinfo:
        if mark.name is not None:
            try:
                return load_zone(mark.name)
            except KeyError:
                raise _unknown(mark.text) from None
        letters = mark.letters or ""
        if letters in self._configured:
            return self._configured[letters]
        if letters in UTC_LETTERS:
            return UTC
        # The zones of dateutil cannot be kept in a cache.
        kept = isinstance(self._default, Hashable)
        listing = _list_letters if kept else _list_letters.__wrapped__
        own = listing(self._default, wall.year).get(letters)
        usual = RFC822_ZONES.get(letters)
        meant = None if usual is None else timedelta(hours=usual)
        if own is not None and (meant is None or meant in own):
            return self._default
        if own is None and meant is not None and stamp.rfc822:
            return timezone(meant)
        raise _unknown(mark.text)  # among others, CST of a site in Shanghai

    def _agrees(self, wall: datetime, value: datetime, first: ZoneMark, other: ZoneMark) -> bool:
        offset = value.utcoffset()
        assert offset is not None
        if other.seconds is not None:
            return offset == timedelta(seconds=other.seconds)
        if other.name is not None:
            try:
                return localize(wall, load_zone(other.name))[0].utcoffset() == offset
            except KeyError:
                raise _unknown(other.text) from None
        letters = other.letters or ""
        if letters in self._configured:
            return localize(wall, self._configured[letters])[0].utcoffset() == offset
        if letters in UTC_LETTERS:
            return offset == timedelta(0)
        hours = offset / timedelta(hours=1)
        # After an offset, unknown letters explain it.
        known = ZONE_LETTERS.get(letters)
        return hours in known if known else first.seconds is not None


def fix_zone(value: datetime) -> datetime:
    """Replace the zone of a value by the offset that it has then."""
    return value.replace(tzinfo=fix_offset(value.utcoffset() or timedelta()), fold=0)


def localize(wall: datetime, zone: tzinfo) -> tuple[datetime, tuple[str, ...]]:
    """Place a wall time in a zone, with the offset that it has then.

    A skipped time moves forward; of a repeated one, the first counts.

    Raises:
        TimestampError: The result is outside the years 1 to 9999.
    """
    if 1 < wall.year < 9999 and (offset := find_sure_offset(wall, zone)) is not None:
        return attach_offset(wall, offset), ()
    early = wall.replace(tzinfo=zone, fold=0).utcoffset()
    late = wall.replace(tzinfo=zone, fold=1).utcoffset()
    if early is None or late is None:
        raise ConfigError("zone: the tzinfo has no offset. Use an IANA name.")
    if early >= late:
        flags = ("ambiguous-local",) if early > late else ()
        return attach_offset(wall, early), flags
    try:
        moved = (wall - early).replace(tzinfo=UTC).astimezone(zone)
    except OverflowError:
        raise TimestampError(
            "out-of-range", "is outside the years 1 to 9999. Correct the date at its source."
        ) from None
    return fix_zone(moved), ("nonexistent",)


@lru_cache(maxsize=1024)
def _list_letters(zone: tzinfo, year: int) -> Mapping[str, frozenset[timedelta]]:
    """List the letters by which a zone is called in a year, with the offsets that they mean."""
    called: dict[str, set[timedelta]] = {}
    for month in range(1, 13):
        local = datetime(year, month, 15, 12, tzinfo=zone)
        name, offset = local.tzname() or "", local.utcoffset()
        if name.isalpha() and name not in UTC_LETTERS and offset is not None:
            called.setdefault(name, set()).add(offset)
    for same, meant in SAME_LETTERS.items():
        if meant <= called.keys():
            called[same] = set().union(*(called[name] for name in meant))
    for own, key in OWN_LETTERS.items():
        if key == str(zone):
            called[own] = set()
    return {name: frozenset(offsets) for name, offsets in called.items()}


def _is_off_season(value: datetime, letters: str) -> bool:
    """Say whether letters are those of the other half of the year ("EST" in July)."""
    return value.tzname() not in {letters, *SAME_LETTERS.get(letters, ())} and (
        letters not in OWN_LETTERS
    )


def _load_configured(letters: str, meaning: str) -> tzinfo:
    offset = _OFFSET.fullmatch(meaning)
    if offset and int(offset[2]) < 24 and int(offset[3]) < 60:
        span = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        return timezone(-span if offset[1] == "-" else span)
    try:
        return load_zone(meaning)
    except KeyError:
        raise ConfigError(
            f'abbreviations.{letters}: "{meaning}" is neither a zone nor an offset.'
            ' Use a value like "Asia/Shanghai" or "+08:00".'
        ) from None


def _unknown(letters: str) -> TimestampError:
    remedy = f'abbreviations = {{ {letters} = "…" }}'
    return TimestampError(
        "ambiguous-timezone",
        f'names the zone "{letters}", which might mean several. Set {remedy} to a zone or an offset.',
        remedy=remedy,
    )
