"""Chosen candidates to entries: reads records again, and makes each article once."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice
from pathlib import Path

from feedpub.articles import SectionNames
from feedpub.entries.kept_entries import KeptEntries, MadeEntry
from feedpub.entries.link_doubts import LinkDoubts
from feedpub.entries.normalizing import Placement
from feedpub.entries.record_maker import RecordMaker
from feedpub.errors import BUG, OutputError, Problem, UnreadableFile, guard_record
from feedpub.files import ProblemLog
from feedpub.images import ImageMeasurer
from feedpub.model import (
    Candidate,
    Entry,
    ImageReference,
    Reading,
    Record,
    RecordingReference,
    SourceFile,
)
from feedpub.settings import Config
from feedpub.systems import load_records, seeks

# Number of records that are read together, and whose remote images are requested together.
_BATCH = 200


class EntryMaker:
    """Makes entries of records, and the warnings that come with it."""

    def __init__(
        self,
        config: Config,
        names: SectionNames,
        measurer: ImageMeasurer,
        kept: KeptEntries | None = None,
    ) -> None:
        self.problems: list[Problem] = []  # of the record that is being made
        self.log = ProblemLog()  # of all records before it
        self._names = names
        self._measurer = measurer
        self._doubts = LinkDoubts(config.site)
        self._maker = RecordMaker(config, measurer, self._doubts)
        self._kept = kept

    @property
    def failed(self) -> int:
        """The number of entries that a bug in feedpub left out."""
        return self.log.count(BUG)

    @property
    def looked_for(self) -> frozenset[Path]:
        """The files that were found, and those looked for outside the folders of records."""
        return frozenset(self._measurer.places.looked_for)

    @property
    def fresh_until(self) -> int:
        """The time, in seconds since 1970, from which entries may come out otherwise."""
        return self._measurer.answers.fresh_until

    @property
    def unmeasured(self) -> Mapping[tuple[int, str], int]:
        """Number of images and recordings that only bodies name and that are not measured.

        They are by the index of the source, and what they are.
        """
        return self._maker.media.unmeasured

    def make_all(
        self, file: SourceFile, by_position: Mapping[int, Candidate]
    ) -> Iterator[tuple[Candidate, Entry | None]]:
        """Make the entries of a file's candidates, read again by their positions if need be.

        None means that a bug in feedpub left the entry out, with an error.

        Raises:
            OutputError: The file changed since it was identified.
        """
        positions = sorted(by_position)
        together = _BATCH if seeks(file) else max(len(positions), 1)
        for begin in range(0, len(positions), together):
            batch = positions[begin : begin + together]
            yield from self._make_batch(file, {place: by_position[place] for place in batch})

    def _make_batch(
        self, file: SourceFile, by_position: Mapping[int, Candidate]
    ) -> Iterator[tuple[Candidate, Entry | None]]:
        """Make entries that are in memory together, by positions that ascend."""
        known = self._find_known(file, by_position)
        missing = {place: c for place, c in by_position.items() if place not in known}
        made = self._make_missing(file, missing)
        for position, candidate in by_position.items():
            if position in known:
                yield candidate, self._reuse(known[position], file)
            else:
                yield next(made)
        yield from made

    def _find_known(
        self, file: SourceFile, by_position: Mapping[int, Candidate]
    ) -> Mapping[int, MadeEntry]:
        """Find the entries that are kept, of those whose images are what they were."""
        if self._kept is None:
            return {}
        found: dict[int, MadeEntry] = {}
        for position, candidate in by_position.items():
            made = self._kept.find(candidate, self._place(candidate))
            if made is not None:
                found[position] = made
        answers = self._measurer.answers
        if answers.asks:
            answers.ask_for((named, file) for made in found.values() for named in made.references)
        return {
            position: made
            for position, made in found.items()
            if self._maker.media.are_same(made.images, made.recordings, file)
        }

    def _make_missing(
        self, file: SourceFile, by_position: Mapping[int, Candidate]
    ) -> Iterator[tuple[Candidate, Entry | None]]:
        if not by_position:
            return
        origins = [candidate.origin for candidate in by_position.values()]
        records = self._read_ahead(load_records(file, origins), by_position)
        for candidate, record in _read_again(file, records, by_position):
            if record.failure is not None:
                self.log.append(record.failure)
                yield candidate, None
                continue
            make = partial(self.make, record, candidate)
            entry = guard_record(record.origin.where, make, self.problems)
            self.log.extend(self.problems)
            self.problems.clear()
            yield candidate, entry

    def find_media(self, file: SourceFile, by_position: Mapping[int, Candidate]) -> Iterator[str]:
        """Find the URLs of the images of a file's candidates that are copied to the output.

        Missing images are skipped, and no other host is contacted.

        Raises:
            OutputError: The file changed since it was identified.
        """
        origins = [candidate.origin for candidate in by_position.values()]
        records = load_records(file, origins)
        for candidate, record in _read_again(file, records, by_position):
            yield from self._maker.media.list_copied(record, candidate, self._place(candidate).slug)

    def _read_ahead(
        self, records: Iterator[Record], by_position: Mapping[int, Candidate]
    ) -> Iterator[Record]:
        """Yield records after requesting their remote images and recordings, many at once."""
        answers = self._measurer.answers
        if not answers.asks:
            yield from records
            return
        while batch := list(islice(records, _BATCH)):
            answers.ask_for(
                (reference, record.origin.file)
                for record in batch
                for reference in self._list_references(record, by_position)
            )
            yield from batch

    def _list_references(
        self, record: Record, by_position: Mapping[int, Candidate]
    ) -> Iterator[ImageReference | RecordingReference]:
        candidate = by_position[record.origin.position]
        return self._maker.media.list_references(record, candidate, self._place(candidate).slug)

    def make(self, record: Record, candidate: Candidate) -> Entry:
        """Make the entry of a record."""
        placement = self._place(candidate)
        made = self._maker.make(record, candidate, placement, self.problems)
        if self._kept is not None:
            self._kept.keep(candidate, placement, made)
        return self._note(made, record.origin.file)

    def _reuse(self, made: MadeEntry, file: SourceFile) -> Entry:
        """Tell of an entry that is kept as if it was made."""
        self.log.extend(made.problems)
        return self._note(made, file)

    def _note(self, made: MadeEntry, file: SourceFile) -> Entry:
        self._maker.media.count_unmeasured(made.images, made.recordings, file)
        self._doubts.note(made.doubts)
        return made.entry

    def list_logs(self) -> list[ProblemLog | list[Problem]]:
        """List all problems of records, and the warnings about links, once for each kind."""
        return [self.log, self._doubts.list_problems()]

    def list_notes(self) -> list[str]:
        """Say of the links of all entries how they are read."""
        return self._doubts.list_notes()

    def explain(self, record: Record, candidate: Candidate) -> list[Reading]:
        """Say how the values of an entry are made, including images that are left out.

        The candidate of a rejected record may lack an id, sections or times.
        """
        return self._maker.explain(record, candidate, self._place(candidate), self.problems)

    def _place(self, candidate: Candidate) -> Placement:
        return Placement.find(self._names, candidate)


def _read_again(
    file: SourceFile, records: Iterator[Record], by_position: Mapping[int, Candidate]
) -> Iterator[tuple[Candidate, Record]]:
    """Pair records with their candidates; every candidate must still have a record."""
    missing = dict(by_position)
    try:
        for record in records:
            yield missing.pop(record.origin.position), record
    except (UnreadableFile, OSError, EOFError, zlib.error) as error:
        raise OutputError(f"{file.shown}: {error}. Run feedpub again.") from error
    if missing:
        raise OutputError(f"{file.shown}: changed while feedpub read it. Run feedpub again.")
