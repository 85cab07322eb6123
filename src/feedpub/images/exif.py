"""EXIF: the GPS directories of TIFF structures, zeroed where they stand."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Literal, NamedTuple

from feedpub import compile_late
from feedpub.errors import PositionError

# TIFF 6.0 section 2; 13 is of TIFF Technical Note 1, 129 of Exif 3.0.
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 129: 1}
_UNKNOWN_SIZE = 2**32  # reaches beyond every block
_OFFSETS = frozenset({4, 13})

_GPS = 0x8825
_POINTERS = frozenset({0x8769, 0xA005, 0x014A, _GPS})  # Exif, interoperability, sub-directories
# Latitude and longitude of the camera, and of what it was pointed at (Exif 2.32, table 15).
_POSITION_TAGS = frozenset({2, 4, 20, 22})

# The last two have the wrong byte order, and Pillow reads them all the same.
_BLOCK = compile_late(rb"(?:Exif\0\0)?(II\*\0|MM\0\*|II\0\*|MM\*\0)?")
_HEADERS = (b"II*\0", b"MM\0*")

# Far more than any camera writes: a file beyond these was made to keep us busy.
_MAX_DIRECTORIES = 200
_MAX_ENTRIES = 5_000
_MAX_POINTERS = 32
_MAX_GPS_VALUES = 200
_MAX_STRUCTURES = 200

Span = tuple[int, int]
_Kind = Literal["chained", "single", "gps"]


class _Entry(NamedTuple):
    tag: int
    type: int
    value: Span
    is_inline: bool


def clear_block(block: bytes) -> bytes:
    """Zero what makes up the position of an EXIF block, which may begin with `Exif\\0\\0`.

    A position is a latitude or longitude; all else in its directory (altitude, time) goes with
    it.

    Raises:
        PositionError: There may be a position that cannot be told from the rest.

    Source: Exif 2.32 sections 4.5 and 4.6; TIFF 6.0 section 2.
    """
    found = _BLOCK.match(block)
    if found is None or found[1] is None:
        if block.removeprefix(b"Exif\0\0").strip(b"\0 "):
            raise doubt("its EXIF has no TIFF header")
        return block  # emptied by another tool
    return _zero(block, [(found.start(1), span) for span in _find_gps(block, found.start(1))])


def clear_structures(content: bytes) -> bytes:
    """Zero what makes up the position of every TIFF structure in a file, wherever it begins.

    Raises:
        PositionError: As for a block; or there are too many of them.
    """
    places: list[int] = []
    for header in _HEADERS:
        at = content.find(header)
        while at >= 0 and len(places) <= _MAX_STRUCTURES:
            places.append(at)
            at = content.find(header, at + 1)
    if len(places) > _MAX_STRUCTURES:
        raise doubt("it contains too many TIFF structures")
    return _zero(content, [(at, span) for at in places for span in _find_gps(content, at)])


def _zero(content: bytes, places: list[tuple[int, Span]]) -> bytes:
    if not places:
        return content
    cleared = bytearray(content)
    for at, (start, end) in places:
        cleared[at + start : at + end] = bytes(end - start)
    return bytes(cleared)


def _find_gps(content: bytes, at: int) -> list[Span]:
    """Find the bytes of the GPS directories with a position; they count from the header."""
    block = memoryview(content)[at:]
    position: list[Span] = []
    kept: list[Span] = [(0, 8)]
    for kind, table, entries in _walk(block):
        values = [entry.value for entry in entries if not entry.is_inline]
        if kind != "gps":
            kept += [table, *(value for value in values if value[1] <= len(block))]
        elif any(entry.tag in _POSITION_TAGS for entry in entries):
            if any(end > len(block) for _, end in values):
                raise doubt("a value of its GPS directory is out of reach")
            position += [table, *values]
    if len(position) > _MAX_GPS_VALUES:
        raise doubt("its GPS directories are too long")
    if any(start < last and first < end for start, end in position for first, last in kept):
        raise doubt("its GPS directory overlaps something else")
    return position


def _walk(block: memoryview) -> Iterator[tuple[_Kind, Span, list[_Entry]]]:
    """Yield every directory that a reader can reach, each once: its table, and its entries.

    What is out of reach is passed over, but for a GPS directory. One that is cut has the
    entries before the cut, as in Pillow.
    """
    reader = _Reader(block)
    pending: list[tuple[int, _Kind]] = [(reader.read("I", 4), "chained")]
    seen: set[tuple[int, _Kind]] = set()
    left = _MAX_ENTRIES
    while pending:
        at, kind = pending.pop()
        if (at == 0 and kind != "gps") or (at, kind) in seen:
            continue
        seen.add((at, kind))
        count = reader.read("H", at)
        fitting = min(count, max(len(block) - at - 2, 0) // 12)
        left -= fitting
        if left < 0 or len(seen) > _MAX_DIRECTORIES:
            raise doubt("its EXIF is too long")
        if kind == "gps" and (fitting < count or at + 2 > len(block)):
            raise doubt("its GPS directory is out of reach")
        end = at + 2 + 12 * fitting
        entries = [reader.read_entry(start) for start in range(at + 2, end, 12)]
        yield kind, (at, end), entries
        for entry in entries:
            if entry.tag in _POINTERS:
                pointed: _Kind = "gps" if entry.tag == _GPS else "single"
                pending += [(offset, pointed) for offset in reader.read_offsets(entry)]
        if kind == "chained" and fitting == count:
            pending.append((reader.read("I", end), kind))


class _Reader:
    """Reads numbers in the byte order of a TIFF structure; beyond its end, zeros."""

    def __init__(self, block: memoryview) -> None:
        self._block = block
        self._order = "<" if bytes(block[:1]) == b"I" else ">"

    def read(self, form: str, at: int) -> int:
        size = struct.calcsize(form)
        if at + size > len(self._block):
            return 0
        number: int
        (number,) = struct.unpack_from(self._order + form, self._block, at)
        return number

    def read_entry(self, at: int) -> _Entry:
        tag, type, count = struct.unpack_from(self._order + "HHI", self._block, at)
        size = _SIZES.get(type, _UNKNOWN_SIZE) * count
        start = at + 8 if size <= 4 else self.read("I", at + 8)
        return _Entry(tag, type, (start, start + size), size <= 4)

    def read_offsets(self, entry: _Entry) -> list[int]:
        start, end = entry.value
        if entry.type not in _OFFSETS or end > len(self._block) or end - start > 4 * _MAX_POINTERS:
            return [len(self._block)]  # out of reach
        return [self.read("I", at) for at in range(start, end, 4)]


def doubt(reason: str) -> PositionError:
    """Make the refusal of a file that may contain a position."""
    return PositionError(f"might contain a GPS position that can't be removed ({reason})")
