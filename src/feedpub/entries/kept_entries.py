"""Entries that are kept for the next run, with all that making them told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

import msgspec

from feedpub.entries.link_doubts import Doubts
from feedpub.entries.normalizing import Placement
from feedpub.errors import Problem
from feedpub.files import JsonForm, KeptValues, Unit, encode_json, read_state
from feedpub.images import MeasuredImage, MeasuredRecording
from feedpub.model import (
    Candidate,
    Entry,
    ImageReference,
    Origin,
    RecordingReference,
)
from feedpub.text import encode_text


class MadeEntry(msgspec.Struct, frozen=True, array_like=True):
    """An entry, what it was made of beside its record, and the warnings of that.

    Of an image or a recording that was left out, there is no measure.
    """

    entry: Entry
    problems: tuple[Problem, ...]
    doubts: Doubts
    images: tuple[tuple[ImageReference, MeasuredImage | None], ...] = ()
    recordings: tuple[tuple[RecordingReference, MeasuredRecording | None], ...] = ()

    @property
    def references(self) -> Iterator[ImageReference | RecordingReference]:
        """The images and recordings that its record names."""
        yield from (reference for reference, _ in self.images)
        yield from (reference for reference, _ in self.recordings)

    @property
    def is_whole(self) -> bool:
        """Whether nothing was left out, which another run might find."""
        return all(measured is not None for _, measured in (*self.images, *self.recordings))

    def move(self, lines: int) -> MadeEntry:
        """Move the warnings as if other lines came before the record."""
        if not lines:
            return self
        return msgspec.structs.replace(
            self,
            problems=tuple(problem.move(lines) for problem in self.problems),
            doubts=self.doubts.move(lines),
        )


_FORM = JsonForm(MadeEntry)


class KeptEntries:
    """The entries of records by what they are made of.

    Args:
        values: Keeps them.
        base: What all of them depend on.
        find_unit: Finds what a record is made of; None where it is not known.
    """

    def __init__(
        self, values: KeptValues, base: bytes, find_unit: Callable[[Origin], Unit | None]
    ) -> None:
        self._values = values
        self._base = base
        self._find_unit = find_unit

    @cached_property
    def _knows(self) -> bool:
        return self._values.knows_any

    def find(self, candidate: Candidate, placement: Placement) -> MadeEntry | None:
        """Find the entry of a candidate; None if it is not known."""
        unit = self._find_unit(candidate.origin) if self._knows else None
        if unit is None:
            return None
        content = self._values.find(self._make_key(unit, candidate, placement))
        return None if content is None else _FORM.unpack(content).move(unit.lines)

    def keep(self, candidate: Candidate, placement: Placement, made: MadeEntry) -> None:
        """Keep the entry of a candidate, unless its file changed before it was read again."""
        if not self._values.keeps or not made.is_whole:
            return
        unit = self._find_unit(candidate.origin)
        if unit is not None and unit.state == read_state(candidate.origin.file.path):
            key = self._make_key(unit, candidate, placement)
            self._values.keep(key, _FORM.pack(made.move(-unit.lines)))

    def _make_key(self, unit: Unit, candidate: Candidate, placement: Placement) -> bytes:
        file = candidate.origin.file
        about = (
            *(file.source, file.shown, file.below, candidate.origin.position - unit.begin),
            *(candidate.id, candidate.sections, candidate.status),
            *(candidate.updated, candidate.updated_precision),
            *(candidate.published, candidate.published_precision),
            *(placement.names, placement.slug),
        )
        return self._values.make_key(
            b"entry", self._base, encode_text(unit.digest), encode_json(about)
        )
