"""The newest version of every article."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from feedpub.articles.choice import _age
from feedpub.articles.twins import is_twin
from feedpub.errors import Problem
from feedpub.model import SHOWN, Candidate


class Versions:
    """The newest version of every article, by id, and the earlier ones where there are any."""

    def __init__(self) -> None:
        self.newest: dict[str, Candidate] = {}
        self._earlier: dict[str, list[Candidate]] = {}

    def add(self, candidate: Candidate) -> Problem | None:
        """Keep a version if it is the newest; warn of another with the same time that differs.

        Of a page and its AMP or print page, the page is kept, whatever the names of their files.
        """
        other = self.newest.get(candidate.id)
        if other is None:
            self.newest[candidate.id] = candidate
            return None
        last, first = sorted((candidate, other), key=_rank, reverse=True)
        self.newest[candidate.id] = last
        self._earlier.setdefault(candidate.id, []).append(first)
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
        return Problem("warning", last.origin.where, "id", last.id, "duplicate", message)

    @property
    def replaced(self) -> Iterator[Candidate]:
        """The newest versions of the articles that have earlier ones."""
        return (self.newest[id] for id in self._earlier)

    def list_earlier(self, id: str) -> list[Candidate]:
        """List the superseded versions of an article, the newest first."""
        return sorted(self._earlier.get(id, ()), key=_age, reverse=True)

    def merge(self, ids: Sequence[str], id: str) -> Candidate:
        """Make one article of several, under the id of one of them; give its newest version."""
        every = [
            msgspec.structs.replace(candidate, id=id)
            for one in ids
            for candidate in (self.newest.pop(one), *self._earlier.pop(one, ()))
        ]
        newest: Candidate = max(every, key=_rank)
        self.newest[id] = newest
        self._earlier[id] = [candidate for candidate in every if candidate is not newest]
        return newest

    def place_withdrawals(self) -> None:
        """Add the last sections of a withdrawn article to those that its withdrawal names."""
        for id, candidate in self.newest.items():
            if candidate.status == "withdrawn":
                shown = (c for c in self.list_earlier(id) if c.status in SHOWN)
                last = next(shown, candidate)
                sections = tuple(dict.fromkeys((*candidate.sections, *last.sections)))
                self.newest[id] = msgspec.structs.replace(candidate, sections=sections)


def _rank(candidate: Candidate) -> tuple[int, bool, str, int]:
    updated, file, position = _age(candidate)
    return updated, not is_twin(file), file, position
