"""EXIF blocks: where a TIFF structure keeps its GPS directory, and all that hangs on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from feedpub.errors import PositionError
from feedpub.images.position.spans import Span, SpanSet

# TIFF 6.0 section 2; 13 is of TIFF Technical Note 1, 16 to 18 of BigTIFF, 129 of Exif 3.0.
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_SIZES |= {16: 8, 17: 8, 18: 8, 129: 1}
_INTEGERS = frozenset({1, 3, 4, 6, 8, 9, 13, 16, 17, 18})
_SIGNED = frozenset({6, 8, 9, 17})

_GPS = 0x8825
_PACKET = 0x02BC
# Exif, interoperability and further directories. Maker notes have structures of their own.
_POINTERS = frozenset({0x8769, 0xA005, 0x014A, _GPS})
# Latitude and longitude, of the camera and of what it was pointed at (Exif 2.32, table 15).
_POSITION_TAGS = frozenset({2, 4, 20, 22})

_PREFIX = re.compile(rb"(?:Exif\0\0)*")
# The last two have the wrong byte order, and Pillow reads them all the same.
_HEADER = re.compile(rb"II\*\0|MM\0\*|II\0\*|MM\*\0")
_SURE_HEADER = re.compile(rb"II\*\0|MM\0\*")
# Far more than any camera writes.
_MAX_DIRECTORIES = 200
_MAX_ENTRIES = 20_000
_MAX_POINTERS = 32

_Kind = Literal["chained", "single", "gps"]


class ExifFinding(NamedTuple):
    """What a block holds: the bytes that make its position up, and the XMP packets inside."""

    position: tuple[Span, ...]
    packets: tuple[Span, ...]


class _Entry(NamedTuple):
    tag: int
    type: int
    value: Span | None  # None: of a type whose size nobody knows
    inline: Span


class _Directory(NamedTuple):
    table: Span
    entries: tuple[_Entry, ...]
    whole: bool
    following: int


def find_exif_position(block: bytes) -> ExifFinding:
    """Find what makes the position of an EXIF block up: zeroed, its GPS directory is empty.

    A GPS directory without latitude and longitude is no position. The block may begin with
    `Exif\\0\\0`, or have its TIFF header further in, as in AVIF.

    Raises:
        PositionError: There is or may be a position that cannot be told from the rest.

    Source: Exif 2.32 sections 4.5 and 4.6; TIFF 6.0 section 2.
    """
    start = _find_header(block)
    if start is None:
        return ExifFinding((), ())
    found = _Tiff(block[start:]).find_position()
    return ExifFinding(
        tuple(Span(start + span.start, start + span.end) for span in found.position),
        tuple(Span(start + span.start, start + span.end) for span in found.packets),
    )


def has_tiff_header(block: bytes) -> bool:
    """Tell whether a block begins with a TIFF header."""
    return _HEADER.match(block) is not None


def _find_header(block: bytes) -> int | None:
    prefix = _PREFIX.match(block)
    start = prefix.end() if prefix else 0
    if _HEADER.match(block, start):
        return start
    sure = _SURE_HEADER.search(block, start)
    if sure is not None:
        return sure.start()
    if block[start:].strip(b"\0 "):
        raise PositionError("may hold a GPS position, in EXIF that cannot be read")
    return None  # emptied by another tool


class _Tiff:
    """A TIFF structure from its header on; every offset in it counts from there."""

    def __init__(self, block: bytes) -> None:
        self._block = block
        self._order: Literal["little", "big"] = "little" if block[:2] == b"II" else "big"
        self._entries = 0

    def find_position(self) -> ExifFinding:
        plain, gps = self._walk()
        holding = [directory for directory in gps if _holds_position(directory)]
        packets = tuple(
            entry.value
            for directory in plain
            for entry in directory.entries
            if entry.tag == _PACKET and entry.value is not None and self._reaches(entry.value)
        )
        position = tuple(span for directory in holding for span in self._list_spans(directory))
        if position:
            kept = SpanSet(self._list_kept(plain))
            if any(kept.overlaps(span) for span in position):
                raise _broken("its GPS directory overlaps something else")
        return ExifFinding(position, packets)

    def _walk(self) -> tuple[list[_Directory], list[_Directory]]:
        """Read every directory that a reader can reach, each once: GPS ones, and all others."""
        first = self._read(4, 4)
        if first + 2 > len(self._block):
            if self._block[8:].strip(b"\0"):
                raise _broken("its first directory is out of reach")
            return [], []
        pending: list[tuple[int, _Kind]] = [(first, "chained")]
        seen: set[tuple[int, bool]] = set()
        plain: list[_Directory] = []
        gps: list[_Directory] = []
        while pending:
            offset, kind = pending.pop()
            if (offset, kind == "gps") in seen:
                continue
            seen.add((offset, kind == "gps"))
            if len(seen) > _MAX_DIRECTORIES:
                raise _broken("it has too many directories")
            if offset + 2 > len(self._block):
                if kind == "gps":
                    raise _broken("its GPS directory is out of reach")
                continue
            directory = self._read_directory(offset)
            (gps if kind == "gps" else plain).append(directory)
            pending += self._list_pointers(directory)
            if kind == "chained" and directory.following:
                pending.append((directory.following, "chained"))
        return plain, gps

    def _list_pointers(self, directory: _Directory) -> Iterator[tuple[int, _Kind]]:
        for entry in directory.entries:
            if entry.tag in _POINTERS:
                kind: _Kind = "gps" if entry.tag == _GPS else "single"
                for offset in self._read_pointers(entry):
                    yield offset, kind

    def _read_pointers(self, entry: _Entry) -> list[int]:
        is_gps = entry.tag == _GPS
        if entry.type not in _INTEGERS:
            # Some readers take the four bytes for an offset whatever their type is said to be.
            return [self._read(entry.inline.start, 4)] if is_gps else []
        if entry.value is None or not self._reaches(entry.value):
            if is_gps:
                raise _broken("its GPS directory is out of reach")
            return []
        size = _SIZES[entry.type]
        starts = range(entry.value.start, entry.value.end, size)[:_MAX_POINTERS]
        signed = entry.type in _SIGNED
        offsets = (self._read(start, size, signed=signed) for start in starts)
        return [offset for offset in offsets if offset >= 0]

    def _read_directory(self, start: int) -> _Directory:
        """Read a directory; one that is cut has the entries before the cut, as in Pillow."""
        count = self._read(start, 2)
        fitting = min(count, (len(self._block) - start - 2) // 12)
        self._entries += fitting
        if self._entries > _MAX_ENTRIES:
            raise _broken("it has too many entries")
        entries = tuple(self._read_entry(start + 2 + 12 * index) for index in range(fitting))
        end = start + 2 + 12 * fitting
        # Software that writes an orientation alone leaves the link to the next directory out.
        linked = fitting == count and end + 4 <= len(self._block)
        following = self._read(end, 4) if linked else 0
        return _Directory(Span(start, end), entries, fitting == count, following)

    def _read_entry(self, start: int) -> _Entry:
        kind = self._read(start + 2, 2)
        inline = Span(start + 8, start + 12)
        unit = _SIZES.get(kind)
        value = None
        if unit is not None:
            size = unit * self._read(start + 4, 4)
            at = inline.start if size <= 4 else self._read(inline.start, 4)
            value = Span(at, at + size)
        return _Entry(self._read(start, 2), kind, value, inline)

    def _list_spans(self, directory: _Directory) -> Iterator[Span]:
        """List what to zero: the directory's table and its values elsewhere."""
        if not directory.whole:
            raise _broken("its GPS directory is cut")
        yield directory.table
        for entry in directory.entries:
            if entry.value is None:
                raise _broken("its GPS directory has a value of an unknown type")
            if entry.value.start == entry.inline.start or entry.value.start == entry.value.end:
                continue
            if self._reaches(entry.value):
                yield entry.value
            elif entry.tag in _POSITION_TAGS:
                raise _broken("its latitude or longitude is out of reach")
            elif entry.value.start < len(self._block):
                yield Span(entry.value.start, len(self._block))

    def _list_kept(self, plain: list[_Directory]) -> Iterator[Span]:
        """List what must stay: the header, the other directories, their values and pictures."""
        yield Span(0, 8)
        for directory in plain:
            end = directory.table.end
            yield Span(directory.table.start, end + 4 if directory.following else end)
            for entry in directory.entries:
                if entry.value is not None and self._reaches(entry.value):
                    yield entry.value
            yield from self._list_pictures(directory)

    def _list_pictures(self, directory: _Directory) -> Iterator[Span]:
        tags = {entry.tag: entry for entry in directory.entries}
        for start_tag, length_tag in ((0x0201, 0x0202), (0x0111, 0x0117), (0x0144, 0x0145)):
            if start_tag in tags and length_tag in tags:
                starts = self._read_pointers(tags[start_tag])
                lengths = self._read_pointers(tags[length_tag])
                for start, length in zip(starts, lengths, strict=False):
                    yield Span(start, start + length)

    def _reaches(self, span: Span) -> bool:
        return span.end <= len(self._block)

    def _read(self, start: int, size: int, *, signed: bool = False) -> int:
        return int.from_bytes(self._block[start : start + size], self._order, signed=signed)


def _holds_position(directory: _Directory) -> bool:
    return any(entry.tag in _POSITION_TAGS for entry in directory.entries)


def _broken(reason: str) -> PositionError:
    return PositionError(
        f"may hold a GPS position that cannot be removed without loss (EXIF: {reason})"
    )
