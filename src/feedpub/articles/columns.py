"""Candidates in columns of numbers, so that a million of them take little memory."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import TypeAlias, TypeVar

from feedpub.model import Candidate, Origin, Precision, SourceFile, Status

Row: TypeAlias = tuple[int, Status | None, int, int, int]
"""The number of a row, its status, the number of its section names, when it was updated, and first.

The status is None where the candidate was removed.
"""

_NO_LINE = -1
# Its status, its precisions, whether it has a time of publishing, and whether it is alone.
_Kind: TypeAlias = tuple[Status, Precision, Precision | None, bool, bool]
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
        self._firsts = array("q")
        self._files = array("I")
        self._positions = array("q")
        self._lines = array("q")
        self._digests = array("I")  # of 32 bits
        self._all = (
            *(self._kinds, self._sections, self._updated, self._firsts),
            *(self._files, self._positions, self._lines, self._digests),
        )
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
            self._expiries[len(self)] = candidate.expires
        for column, value in zip(self._all, self._list_values(candidate), strict=True):
            column.append(value)

    def put(self, row: int, candidate: Candidate) -> None:
        """Replace the candidate of a row."""
        self._expiries.pop(row, None)
        if candidate.expires is not None:
            self._expiries[row] = candidate.expires
        for column, value in zip(self._all, self._list_values(candidate), strict=True):
            column[row] = value

    def remove(self, row: int) -> None:
        """Remove the candidate from a row, which stays."""
        self._kinds[row] = _REMOVED

    def get(self, row: int, id: str) -> Candidate | None:
        """Make the candidate of a row, with its id; None if it was removed."""
        if self._kinds[row] == _REMOVED:
            return None
        status, precision, published_precision, is_published, single = (
            self._kind_numbers.values_in_order[self._kinds[row] - _REMOVED - 1]
        )
        line = self._lines[row]
        return Candidate(
            id=id,
            sections=self._section_numbers.values_in_order[self._sections[row]],
            updated=self._updated[row],
            published=self._firsts[row] if is_published else None,
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
            self._firsts,
            strict=True,
        )

    def _list_values(self, candidate: Candidate) -> tuple[int, ...]:
        """List the values of a candidate, in the order of the columns."""
        origin = candidate.origin
        file, number = self._last_file
        if origin.file is not file:  # the digest of a file takes long
            number = self._file_numbers[origin.file]
            self._last_file = origin.file, number
        kind = (
            candidate.status,
            candidate.updated_precision,
            candidate.published_precision,
            candidate.published is not None,
            origin.single,
        )
        return (
            *(self._kind_numbers[kind], self._section_numbers[candidate.sections]),
            *(candidate.updated, candidate.first),
            *(number, origin.position, _NO_LINE if origin.line is None else origin.line),
            candidate.digest,
        )
