"""Candidates in columns of numbers, so that a million of them take little memory."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias, TypeVar

import msgspec

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


class CandidateTable(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """The candidates of files that follow each other, in a form that is kept.

    `kinds`, `sections` and `files` have numbers: those of `kind_values`, of `section_names`, and of
    the files.
    """

    ids: list[str]
    kinds: list[int]
    kind_values: list[_Kind]
    sections: list[int]
    section_names: list[tuple[str, ...]]
    updated: list[int]
    firsts: list[int]
    files: list[int]
    positions: list[int]
    lines: list[int]
    digests: list[int]
    expiries: list[tuple[int, int]]  # rows and times

    def list_candidates(self, files: Sequence[SourceFile]) -> list[Candidate]:
        """List the candidates."""
        expiries = dict(self.expiries)
        columns = zip(
            *(range(len(self.ids)), self.ids, self.kinds, self.sections, self.updated),
            *(self.firsts, self.files, self.positions, self.lines, self.digests),
            strict=True,
        )
        return [
            _make_candidate(
                *(id, self.kind_values[kind], self.section_names[sections], updated, first),
                *(files[file], position, line, digest, expiries.get(row)),
            )
            for row, id, kind, sections, updated, first, file, position, line, digest in columns
        ]

    def move(self, positions: int, lines: int) -> CandidateTable:
        """Give the table as if other bytes and lines came before its records."""
        return msgspec.structs.replace(
            self,
            positions=[positions + position for position in self.positions],
            lines=[line if line == _NO_LINE else lines + line for line in self.lines],
        )


def tabulate(candidates: Iterable[tuple[int, Candidate]]) -> CandidateTable:
    """Put candidates into a table, each with the number of its file."""
    kinds: _Numbers[_Kind] = _Numbers()
    sections: _Numbers[tuple[str, ...]] = _Numbers()
    ids: list[str] = []
    expiries = []
    rows: list[tuple[int, ...]] = []
    for number, candidate in candidates:
        ids.append(candidate.id)
        if candidate.expires is not None:
            expiries.append((len(rows), candidate.expires))
        rows.append(_list_values(candidate, kinds, sections, number))
    columns: Iterable[list[int]] = map(list, zip(*rows, strict=True)) if rows else ([],) * 8
    numbers, names, updated, firsts, files, positions, lines, digests = columns
    return CandidateTable(
        ids=ids,
        kinds=numbers,
        kind_values=kinds.values_in_order,
        sections=names,
        section_names=sections.values_in_order,
        updated=updated,
        firsts=firsts,
        files=files,
        positions=positions,
        lines=lines,
        digests=digests,
        expiries=expiries,
    )


def _list_values(
    candidate: Candidate,
    kinds: Mapping[_Kind, int],
    sections: Mapping[tuple[str, ...], int],
    file: int,
) -> tuple[int, ...]:
    """List the values of a candidate but its id and its expiry, in the order of the columns."""
    origin = candidate.origin
    kind = (
        *(candidate.status, candidate.updated_precision, candidate.published_precision),
        *(candidate.published is not None, origin.single),
    )
    return (
        *(kinds[kind], sections[candidate.sections], candidate.updated, candidate.first),
        *(file, origin.position, _NO_LINE if origin.line is None else origin.line),
        candidate.digest,
    )


def _make_candidate(
    id: str,
    kind: _Kind,
    sections: tuple[str, ...],
    updated: int,
    first: int,
    file: SourceFile,
    position: int,
    line: int,
    digest: int,
    expires: int | None,
) -> Candidate:
    status, precision, published_precision, is_published, single = kind
    return Candidate(
        *(id, sections, updated, first if is_published else None, status),
        Origin(file, position, None if line == _NO_LINE else line, single),
        *(digest, precision, published_precision, expires),
    )


class _Files:
    """Files by number, some of which are only made when they are asked for."""

    def __init__(self) -> None:
        self._begins: list[int] = []
        self._stretches: list[Sequence[SourceFile]] = []
        self._single: list[SourceFile] = []  # the last stretch, if its files came one by one
        self._numbers: dict[int, int] = {}  # of those, by identity: their digest takes long
        self._number = 0

    def __getitem__(self, number: int) -> SourceFile:
        stretch = bisect_right(self._begins, number) - 1
        return self._stretches[stretch][number - self._begins[stretch]]

    def add(self, file: SourceFile) -> int:
        """Give the number of a file."""
        number = self._numbers.get(id(file))
        if number is None:
            if not self._single:
                self._add_stretch(self._single)
            self._single.append(file)
            number = self._numbers[id(file)] = self._number
            self._number += 1
        return number

    def extend(self, files: Sequence[SourceFile]) -> int:
        """Give the number of the first of files that get the next numbers."""
        begin = self._number
        self._add_stretch(files)
        self._single = []
        self._number += len(files)
        return begin

    def _add_stretch(self, files: Sequence[SourceFile]) -> None:
        self._begins.append(self._number)
        self._stretches.append(files)


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
        self._file_numbers = _Files()

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

    def extend(self, table: CandidateTable, files: Sequence[SourceFile]) -> None:
        """Put the candidates of a table into the next rows."""
        begin, first_file = len(self), self._file_numbers.extend(files)
        kinds = [self._kind_numbers[kind] for kind in table.kind_values]
        sections = [self._section_numbers[names] for names in table.section_names]
        self._kinds.extend(map(kinds.__getitem__, table.kinds))
        self._sections.extend(map(sections.__getitem__, table.sections))
        self._updated.extend(table.updated)
        self._firsts.extend(table.firsts)
        self._files.extend([first_file + number for number in table.files])
        self._positions.extend(table.positions)
        self._lines.extend(table.lines)
        self._digests.extend(table.digests)
        self._expiries.update((begin + row, time) for row, time in table.expiries)

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
        return _make_candidate(
            id,
            self._kind_numbers.values_in_order[self._kinds[row] - _REMOVED - 1],
            self._section_numbers.values_in_order[self._sections[row]],
            self._updated[row],
            self._firsts[row],
            self._file_numbers[self._files[row]],
            self._positions[row],
            self._lines[row],
            self._digests[row],
            self._expiries.get(row),
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
        number = self._file_numbers.add(candidate.origin.file)
        return _list_values(candidate, self._kind_numbers, self._section_numbers, number)
