"""Candidates in columns of numbers, so that a million of them take little memory."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import TypeAlias, TypeVar

from feedpub.model import Candidate, Origin, Precision, SourceFile, Status

NEVER = -(2**63)
"""What a column of times has where a candidate has none; no calendar goes back so far."""

Row: TypeAlias = tuple[int, Status | None, int, int, int]
"""The number of a row, its status, the number of its section names, updated, and published.

The status is None where the candidate was removed; published is NEVER where it has none.
"""

_NO_LINE = -1
_Kind: TypeAlias = tuple[Status, Precision, Precision | None, bool]
_REMOVED = 0  # where a kind has its number

T = TypeVar("T")


class _Numbers(dict[T, int]):
    """Gives the few different values of a column their numbers."""

    def __init__(self, first: int = 0) -> None:
        self._first = first
        self.values_in_order: list[T] = []

    def __missing__(self, value: T) -> int:
        number = self[value] = self._first + len(self.values_in_order)
        self.values_in_order.append(value)
        return number


class Columns:
    """Candidates without their ids, by the numbers of their rows."""

    def __init__(self) -> None:
        self._kinds = array("B")
        self._sections = array("I")
        self._updated = array("q")
        self._published = array("q")
        self._files = array("I")
        self._positions = array("q")
        self._lines = array("q")
        self._digests = array("I")  # of 32 bits
        self._expiries: dict[int, int] = {}  # of the few that have one, by row
        self._kind_numbers: _Numbers[_Kind] = _Numbers(_REMOVED + 1)
        self._section_numbers: _Numbers[tuple[str, ...]] = _Numbers()
        self._file_numbers: _Numbers[SourceFile] = _Numbers()
        self._last_file: tuple[SourceFile | None, int] = (None, 0)

    def __len__(self) -> int:
        """Count the rows."""
        return len(self._kinds)

    @property
    def section_names(self) -> list[tuple[str, ...]]:
        """The section names that candidates have together, by number."""
        return self._section_numbers.values_in_order

    def append(self, candidate: Candidate) -> None:
        """Put a candidate into the next row."""
        if candidate.expires is not None:
            self._expiries[len(self._kinds)] = candidate.expires
        kind, sections, file = self._find_numbers(candidate)
        published, line = candidate.published, candidate.origin.line
        self._kinds.append(kind)
        self._sections.append(sections)
        self._updated.append(candidate.updated)
        self._published.append(NEVER if published is None else published)
        self._files.append(file)
        self._positions.append(candidate.origin.position)
        self._lines.append(_NO_LINE if line is None else line)
        self._digests.append(candidate.digest)

    def put(self, row: int, candidate: Candidate) -> None:
        """Replace the candidate of a row."""
        self._expiries.pop(row, None)
        if candidate.expires is not None:
            self._expiries[row] = candidate.expires
        kind, sections, file = self._find_numbers(candidate)
        published, line = candidate.published, candidate.origin.line
        self._kinds[row] = kind
        self._sections[row] = sections
        self._updated[row] = candidate.updated
        self._published[row] = NEVER if published is None else published
        self._files[row] = file
        self._positions[row] = candidate.origin.position
        self._lines[row] = _NO_LINE if line is None else line
        self._digests[row] = candidate.digest

    def remove(self, row: int) -> None:
        """Remove the candidate from a row, which stays."""
        self._kinds[row] = _REMOVED

    def get(self, row: int, id: str) -> Candidate | None:
        """Make the candidate of a row, with its id; None if it was removed."""
        if self._kinds[row] == _REMOVED:
            return None
        status, precision, published_precision, single = self._kind_numbers.values_in_order[
            self._kinds[row] - _REMOVED - 1
        ]
        published, line = self._published[row], self._lines[row]
        return Candidate(
            id=id,
            sections=self._section_numbers.values_in_order[self._sections[row]],
            updated=self._updated[row],
            published=None if published == NEVER else published,
            status=status,
            origin=Origin(
                self._file_numbers.values_in_order[self._files[row]],
                self._positions[row],
                None if line == _NO_LINE else line,
                single,
            ),
            digest=self._digests[row],
            updated_precision=precision,
            published_precision=published_precision,
            expires=self._expiries.get(row),
        )

    def scan(self) -> Iterator[Row]:
        """Yield the times and the sections of each row without making its candidate."""
        statuses = [None, *(kind[0] for kind in self._kind_numbers.values_in_order)]
        return zip(
            range(len(self)),
            map(statuses.__getitem__, self._kinds),
            self._sections,
            self._updated,
            self._published,
            strict=True,
        )

    def _find_numbers(self, candidate: Candidate) -> tuple[int, int, int]:
        """Find the numbers of a candidate's kind, of its section names, and of its file."""
        origin = candidate.origin
        file, number = self._last_file
        if origin.file is not file:  # the digest of a file takes long
            number = self._file_numbers[origin.file]
            self._last_file = origin.file, number
        kind = (
            candidate.status,
            candidate.updated_precision,
            candidate.published_precision,
            origin.single,
        )
        return self._kind_numbers[kind], self._section_numbers[candidate.sections], number
