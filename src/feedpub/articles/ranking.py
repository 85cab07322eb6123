"""The newest few of many articles, in the order in which a feed shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby, zip_longest
from math import inf
from operator import itemgetter
from typing import NamedTuple, TypeVar

from feedpub import compile_late

_DIGITS = compile_late(r"(\d+)")
_SPARE = 64  # articles that are held beyond twice as many as are shown

T = TypeVar("T")


class Place(NamedTuple):
    """The times that an article is ordered by, and its row."""

    order: int
    updated: int
    row: int


_find_times: Callable[[Place], tuple[int, int]] = itemgetter(0, 1)


class Ranking:
    """Ranks articles, and holds little more than as many as a feed shows.

    `newest` is the newest time of those that were added.

    Args:
        id_of: Gives the id of a row, which decides among articles of one time.
    """

    def __init__(self, limit: int, id_of: Callable[[int], str]) -> None:
        self.newest: int | None = None
        self._limit = limit
        self._id_of = id_of
        self._held: list[Place] = []
        self._removals: list[Place] = []
        self._from: float = -inf  # articles that come before this are surely not shown

    def add(self, place: Place, *, time: int, is_removal: bool) -> None:
        """Rank an article, or the notice that one was removed."""
        if self.newest is None or time > self.newest:
            self.newest = time
        if is_removal:
            self._removals.append(place)
        elif place[0] >= self._from:
            self._held.append(place)
            if len(self._held) > 2 * self._limit + _SPARE:
                self._drop()

    def list_rows(self, oldest_removal: int) -> list[int]:
        """List the rows of the articles that are shown, the newest first.

        Args:
            oldest_removal: The time before which what was removed is no longer told.
        """
        recent = [place for place in self._removals if place.updated >= oldest_removal]
        self._held += recent
        self._removals.clear()
        self._drop()
        return [place.row for place in self._sort(self._held)]

    def _drop(self) -> None:
        """Drop articles that are surely not shown."""
        if len(self._held) <= self._limit:
            return
        self._held.sort(reverse=True)
        last = self._held[self._limit - 1]
        self._from = last.order
        self._held = [place for place in self._held if place[:2] >= last[:2]]
        if len(self._held) > self._limit + _SPARE // 2:
            self._held = self._sort(self._held)

    def _sort(self, places: list[Place]) -> list[Place]:
        """Sort articles as they are shown, and leave out those beyond the limit."""
        found = sort_newest(places, _find_times, id_of=lambda place: self._id_of(place.row))
        return found[: self._limit]


def sort_newest(
    articles: Iterable[T], times_of: Callable[[T], tuple[int, int]], *, id_of: Callable[[T], str]
) -> list[T]:
    """Sort articles by their times, the newest first, and then by their ids."""

    def split_id(article: T) -> tuple[list[tuple[int, str]], str]:
        id = id_of(article)
        # The id itself comes last, because item-1 and item-01 have the same number.
        return split_numbers(id), id

    found: list[T] = []
    for _, same in groupby(sorted(articles, key=times_of, reverse=True), key=times_of):
        # Splitting digits is slow, so ids are compared only where times are equal.
        ties = list(same)
        found += sorted(ties, key=split_id, reverse=True) if len(ties) > 1 else ties
    return found


def split_numbers(text: str) -> list[tuple[int, str]]:
    """Split a text for sorting so that digits compare as numbers, and item 10 is after item 9."""
    # Texts and numbers alternate, and the number with more digits is greater (int() refuses very
    # long ones).
    parts = _DIGITS.split(text)
    numbers = ((len(digits), digits) for digits in (part.lstrip("0") for part in parts[1::2]))
    texts = ((0, part) for part in parts[::2])
    return [pair for pairs in zip_longest(texts, numbers, fillvalue=(0, "")) for pair in pairs]
