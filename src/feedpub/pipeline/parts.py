"""A large file that is scanned in parts, so that those that did not change are not read again."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from feedpub.errors import Problem, UnreadableFile
from feedpub.files import FileState, KeptFile, is_settled, read_state
from feedpub.model import SourceFile
from feedpub.pipeline.scanned import Scanned, unpack
from feedpub.systems import OpenedSource

# Bytes of findings in a file that are kept; those of millions of records would fill the memory.
_MOST_KEPT = 32 * 2**20


class KnownPart(msgspec.Struct, array_like=True):
    """A part of a file: the digest of its bytes, its size, its lines, and the findings in it.

    The findings are empty where they are not known.
    """

    digest: str
    size: int
    lines: int
    packed: bytes = b""


class PartPlace(NamedTuple):
    """Where a part is in its file: its number, its first byte, and the lines before it."""

    number: int
    begin: int
    lines: int


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[KnownPart]).decode


class PartedFile:
    """A file that is scanned in parts, and what was found so far."""

    def __init__(self, file: SourceFile, state: FileState, parts: Sequence[KnownPart]) -> None:
        self.file = file
        self.parts = parts
        self._state = state
        self._began = time.time_ns()
        self._done: list[KnownPart] = []
        self._size = 0
        self._is_ended = False
        self._found = 0

    def list_places(self) -> Iterator[PartPlace]:
        """List the places of the parts, in their order."""
        begin = lines = 0
        for number, part in enumerate(self.parts):
            yield PartPlace(number, begin, lines)
            begin += part.size
            lines += part.lines

    def give(self, place: PartPlace) -> SourceFile:
        """Give the file, as the part at a place is scanned."""
        end = place.begin + self.parts[place.number].size
        return msgspec.structs.replace(self.file, part=(place.begin, end))

    def take(self, place: PartPlace, packed: bytes) -> Iterator[Scanned]:
        """Yield the findings in a part, unless the file was at fault before it."""
        if self._is_ended:
            return
        for scanned in unpack(packed, self.file, place.begin, place.lines):
            self._is_ended = self._is_ended or any(map(_is_of_file, scanned.problems))
            self._found += scanned.records + len(scanned.problems) + len(scanned.passed_over)
            yield scanned
        self._size += len(packed)
        if self._size > _MOST_KEPT:
            self._done.clear()
        else:
            part = self.parts[place.number]
            self._done.append(msgspec.structs.replace(part, packed=packed))

    def is_last(self, place: PartPlace) -> bool:
        """Say whether no part follows."""
        return place.number == len(self.parts) - 1

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found."""
        return not self._found

    def complete(self) -> KeptFile | None:
        """Give the form in which the file is kept; None if it changed, or may have."""
        is_same = read_state(self.file.path) == self._state and is_settled(
            max(self._state[2:]), self._began
        )
        if not is_same or self._is_ended or len(self._done) < len(self.parts):
            return None
        return KeptFile(self._state, "", _encode(self._done))


def list_parts(known: KeptFile | None) -> list[KnownPart]:
    """List the parts of a file that is known by its parts."""
    return [] if known is None or known.digest else _decode(known.value)


def divide_file(
    opened: OpenedSource, file: SourceFile, known: KeptFile | None
) -> list[KnownPart] | None:
    """Divide a file into parts, with the findings that are known; None where it is read as one."""
    try:
        parts = opened.divide(file)
    except (UnreadableFile, OSError):  # the scan says why
        return None
    before = {part.digest: part.packed for part in list_parts(known)}
    return None if parts is None else [KnownPart(*p, before.get(p.digest, b"")) for p in parts]


def _is_of_file(problem: Problem) -> bool:
    """Say whether a problem ends the reading of its file."""
    where = problem.where
    return problem.severity == "error" and where.line is None and where.record is None
