"""A large file that is scanned in parts, so that those that did not change are not read again."""

from __future__ import annotations

import time
from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

import msgspec

from feedpub.errors import Problem, UnreadableFile
from feedpub.files import FileState, KeptFile, Unit, is_settled, read_state
from feedpub.model import SourceFile
from feedpub.pipeline.scanned import Scanned, unpack
from feedpub.systems import OpenedSource


class KnownPart(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A part of a file: the digest of its bytes, its size, and its lines."""

    digest: str
    size: int
    lines: int


class PartPlace(NamedTuple):
    """Where a part is in its file: its number, its first byte, and the lines before it.

    `is_known` is whether the last run kept its findings.
    """

    number: int
    begin: int
    lines: int
    part: KnownPart
    is_known: bool


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[KnownPart]).decode


class PartedFile:
    """A file that is scanned in parts.

    `known` are the digests of the parts whose findings the last run kept.
    """

    def __init__(
        self, file: SourceFile, state: FileState, parts: Sequence[KnownPart], known: Container[str]
    ) -> None:
        self.file = file
        self.parts = parts
        self._known = known
        self.state = state
        self._began = time.time_ns()
        self._taken = 0
        self._is_ended = False
        self._found = 0

    def list_places(self) -> Iterator[PartPlace]:
        """List the places of the parts, in their order."""
        begin = lines = 0
        for number, part in enumerate(self.parts):
            yield PartPlace(number, begin, lines, part, part.digest in self._known)
            begin += part.size
            lines += part.lines

    def list_new_sizes(self) -> list[int]:
        """List the sizes of the parts whose findings are not known."""
        return [part.size for part in self.parts if part.digest not in self._known]

    def list_units(self) -> list[Unit]:
        """List what the records of each part are made of."""
        return [
            Unit(place.part.digest, self.state, place.begin, place.lines, not place.is_known)
            for place in self.list_places()
        ]

    def give(self, place: PartPlace) -> SourceFile:
        """Give the file, as the part at a place is scanned."""
        end = place.begin + place.part.size
        return msgspec.structs.replace(self.file, part=(place.begin, end))

    def take(self, place: PartPlace, packed: bytes) -> Iterator[Scanned]:
        """Yield the findings in a part, unless the file was at fault before it."""
        if self._is_ended:
            return
        scanned = unpack(packed, [self.file], place.begin, place.lines)
        self._is_ended = any(map(_is_of_file, scanned.problems))
        self._found += scanned.records + len(scanned.problems) + len(scanned.passed_over)
        yield scanned
        self._taken += 1

    def is_last(self, place: PartPlace) -> bool:
        """Say whether no part follows."""
        return place.number == len(self.parts) - 1

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found."""
        return not self._found

    @property
    def is_same(self) -> bool:
        """Whether the file surely is what it was when it was divided."""
        changed = max(self.state[2:])
        return is_settled(changed, self._began) and read_state(self.file.path) == self.state

    def complete(self) -> KeptFile | None:
        """Give the form in which the file is kept; None if it changed, or may have."""
        if self._is_ended or self._taken < len(self.parts) or not self.is_same:
            return None
        return KeptFile(self.state, "", _encode(self.parts))


def list_parts(known: KeptFile | None) -> list[KnownPart]:
    """List the parts of a file that is known by its parts."""
    return [] if known is None or known.digest else _decode(known.value)


def divide_file(opened: OpenedSource, file: SourceFile) -> list[KnownPart] | None:
    """Divide a file into parts; None where it is read as one."""
    try:
        parts = opened.divide(file)
    except (UnreadableFile, OSError):  # the scan says why
        return None
    return None if parts is None else [KnownPart(*part) for part in parts]


def _is_of_file(problem: Problem) -> bool:
    """Say whether a problem ends the reading of its file."""
    where = problem.where
    return problem.severity == "error" and where.line is None and where.record is None
