"""The newest version of every article."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence

import msgspec

from feedpub.articles.columns import CandidateTable, Columns, Row
from feedpub.articles.ids import Ids
from feedpub.articles.twins import is_twin
from feedpub.errors import Problem
from feedpub.model import ALWAYS, SHOWN, Candidate, SourceFile

_NONE = -1


class Rivals(msgspec.Struct, frozen=True):
    """Two versions with the same time and different bytes, and the warning about them."""

    one: Candidate
    other: Candidate
    warning: Problem


class Versions:
    """The newest version of every article, and the earlier ones where there are any.

    It holds numbers, and makes a candidate each time that one is asked for.

    Args:
        usual: What most ids begin with.
    """

    def __init__(self, usual: str = "") -> None:
        # An article has its number in the one and its row in the other.
        self._ids = Ids(usual)
        self._newest = Columns()
        self._number = 0  # of its rows
        self._earlier = Columns()
        self._last: dict[int, int] = {}  # the row of an article's last earlier version
        self._before = array("q")  # the row of the one before, for each earlier version

    def add(self, candidate: Candidate) -> Rivals | None:
        """Keep a version if it is the newest; warn of another with the same time that differs.

        Of a page and its AMP or print page, the page is kept, whatever the names of their files.
        """
        return self._add_to(self._ids.add(candidate.id), candidate)

    def add_all(self, table: CandidateTable, files: Sequence[SourceFile]) -> list[Rivals]:
        """Add the versions of a table, as `add` does each."""
        begin, rows = self._number, [self._ids.add(id) for id in table.ids]
        if rows == list(range(begin, begin + len(rows))):  # all are of new articles
            self._newest.extend(table, files)
            self._number += len(rows)
            return []
        candidates = table.list_candidates(files)
        found = [self._add_to(row, one) for row, one in zip(rows, candidates, strict=True)]
        return [rivals for rivals in found if rivals is not None]

    def _add_to(self, row: int, candidate: Candidate) -> Rivals | None:
        if row == self._number:
            self._number += 1
            self._newest.append(candidate)
            return None
        other = self._newest.get(row, candidate.id)
        if other is None:
            self._newest.put(row, candidate)
            return None
        last, first = sorted((candidate, other), key=_rank, reverse=True)
        self._newest.put(row, last)
        self._add_earlier(row, first)
        if last.updated != first.updated:
            return None
        if is_twin(first.origin.file.shown) and not is_twin(last.origin.file.shown):
            message = (
                f"is also in {first.origin.where}, which is named as the AMP or print page of this "
                "record and is left out. Exclude such pages from the source"
            )
        elif last.digest == first.digest:
            return None
        else:
            message = (
                f'is also in {first.origin.where}, with the same "updated" time but different '
                'content. This record is used. Give the correct record a later "updated".'
            )
        warning = Problem("warning", last.origin.where, "id", last.id, "duplicate", message)
        return Rivals(candidate, other, warning)

    def __iter__(self) -> Iterator[Candidate]:
        """Yield the newest version of every article."""
        for row in range(self._number):
            newest = self._newest.get(row, self._ids[row])
            if newest is not None:
                yield newest

    def __getitem__(self, id: str) -> Candidate:
        """Give the newest version of an article that is there."""
        newest = self.find(id)
        if newest is None:
            raise KeyError(id)
        return newest

    def find(self, id: str) -> Candidate | None:
        """Find the newest version of an article; None if there is none."""
        row = self._ids.find(id)
        return None if row is None else self._newest.get(row, id)

    def scan(self) -> Iterator[Row]:
        """Yield the times and the sections of the newest versions, without making them."""
        return self._newest.scan()

    def at(self, row: int) -> Candidate:
        """Give the newest version of the article of a row."""
        newest = self._newest.get(row, self._ids[row])
        if newest is None:
            raise IndexError(row)
        return newest

    def id_of(self, row: int) -> str:
        """Give the id of the article of a row."""
        return self._ids[row]

    def sections_of(self, number: int) -> tuple[str, ...]:
        """Give the section names of a number in rows."""
        return self._newest.section_names[number]

    @property
    def replaced(self) -> Iterator[Candidate]:
        """The newest versions of the articles that have earlier ones."""
        return map(self.at, self._last)

    def list_earlier(self, id: str) -> list[Candidate]:
        """List the superseded versions of an article, the newest first."""
        row = self._ids.find(id)
        return [] if row is None else sorted(self._list_earlier(row), key=_age, reverse=True)

    def merge(self, ids: Sequence[str], id: str) -> Candidate:
        """Make one article of several, under the id of one of them; give its newest version."""
        every: list[Candidate] = []
        for row in map(self._ids.add, ids):
            every += (self.at(row), *self._list_earlier(row))
            self._newest.remove(row)
            self._last.pop(row, None)
        every = [msgspec.structs.replace(candidate, id=id) for candidate in every]
        newest: Candidate = max(every, key=_rank)
        row = self._ids.add(id)
        self._newest.put(row, newest)
        for candidate in every:
            if candidate is not newest:
                self._add_earlier(row, candidate)
        return newest

    def place_withdrawals(self) -> None:
        """Add the last sections of a withdrawn article to those that its withdrawal names."""
        for row, status, *_ in self.scan():
            if status == "withdrawn" and row in self._last:
                candidate = self.at(row)
                shown = (c for c in self.list_earlier(candidate.id) if c.status in SHOWN)
                last = next(shown, candidate)
                sections = tuple(dict.fromkeys((*candidate.sections, *last.sections)))
                self._newest.put(row, msgspec.structs.replace(candidate, sections=sections))

    def group_shown(self) -> Iterator[tuple[Candidate, int]]:
        """Yield the oldest of the articles that have the same section names, and their number.

        Only articles that are shown count.
        """
        different = len(self._newest.section_names)
        numbers = array("Q", [0]) * different
        oldest = array("q", [ALWAYS]) * different
        rows = array("q", [_NONE]) * different
        for row, status, sections, _, first in self.scan():
            if status not in SHOWN:
                continue
            numbers[sections] += 1
            if first <= oldest[sections]:
                other = rows[sections]
                if first < oldest[sections] or other == _NONE or self._ids[row] < self._ids[other]:
                    oldest[sections], rows[sections] = first, row
        for row, number in zip(rows, numbers, strict=True):
            if row != _NONE:
                yield self.at(row), number

    def _list_earlier(self, row: int) -> list[Candidate]:
        """List the superseded versions of the article of a row, in the order they came."""
        id, last = self._ids[row], self._last.get(row, _NONE)
        found: list[Candidate] = []
        while last != _NONE:
            earlier = self._earlier.get(last, id)
            if earlier is not None:
                found.append(earlier)
            last = self._before[last]
        return found[::-1]

    def _add_earlier(self, row: int, candidate: Candidate) -> None:
        self._before.append(self._last.get(row, _NONE))
        self._last[row] = len(self._earlier)
        self._earlier.append(candidate)


def _rank(candidate: Candidate) -> tuple[int, bool, str, int]:
    updated, file, position = _age(candidate)
    return updated, not is_twin(file), file, position


def _age(candidate: Candidate) -> tuple[int, str, int]:
    return candidate.updated, candidate.origin.file.shown, candidate.origin.position
