"""Chosen candidates to entries: reads records again, and makes each article once."""

from __future__ import annotations

import contextlib
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TypeAlias

from feedpub.articles import SectionNames
from feedpub.entries.link_doubts import LinkDoubts
from feedpub.entries.links import find_page
from feedpub.entries.media_references import read_image_references, read_recording_references
from feedpub.entries.normalizing import Normalizer, Placement
from feedpub.errors import (
    BUG,
    Failure,
    ImageError,
    OutputError,
    Problem,
    SilentHostError,
    UnreadableFile,
    Where,
    attempt,
    describe_value,
    guard_record,
)
from feedpub.files import ProblemLog
from feedpub.images import ImageMeasurer, RecordingMeasurer
from feedpub.model import (
    Candidate,
    Entry,
    Image,
    ImageReference,
    Reading,
    Record,
    Recording,
    RecordingReference,
    SourceFile,
)
from feedpub.settings import Config
from feedpub.systems import load_records, seeks
from feedpub.timestamps import load_zone

MeasuredReference: TypeAlias = tuple[ImageReference, Image | None]

_OTHERS = "it is left out, and so is every other image there that is not measured yet"

# Number of records whose remote images are requested together.
_BATCH = 200


class EntryMaker:
    """Makes entries of records, and the warnings that come with it."""

    def __init__(self, config: Config, names: SectionNames, measurer: ImageMeasurer) -> None:
        self.problems: list[Problem] = []  # of the record that is being made
        self.log = ProblemLog()  # of all records before it
        # Number of images and recordings that only bodies name and that are not measured, by
        # index of the source and what they are.
        self.unmeasured: Counter[tuple[int, str]] = Counter()
        self._silent: set[str] = set()  # servers of images that were given up and told
        self._names = names
        self._recordings = RecordingMeasurer(config, measurer.places, measurer.answers)
        self._home = config.site.link
        self._sources = config.sources
        self._zone = load_zone(config.site.timezone)
        self._normalizer = Normalizer(config.site, config.sources, self._zone)
        self._measurer = measurer
        self._doubts = LinkDoubts(config.site)

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

    def make_all(
        self, file: SourceFile, by_position: Mapping[int, Candidate]
    ) -> Iterator[tuple[Candidate, Entry | None]]:
        """Make the entries of a file's candidates, read again by their positions.

        None means that a bug in feedpub left the entry out, with an error.

        Raises:
            OutputError: The file changed since it was identified.
        """
        origins = [candidate.origin for candidate in by_position.values()]
        records = self._read_ahead(load_records(file, origins), by_position)
        for candidate, record in _read_again(file, records, by_position):
            if record.failure is not None:
                self.log.append(record.failure)
                yield candidate, None
                continue
            where = record.origin.where
            make = partial(self.make, record, candidate)
            entry = guard_record(where, make, self.problems)
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
            for reference in self._list_references(record, candidate):
                with contextlib.suppress(ImageError):
                    measured = attempt(partial(self._measurer.measure, reference, file), ImageError)
                    if not isinstance(measured, Failure):
                        for one in (measured.image, measured.image.thumbnail):
                            if one is not None and one.file is not None:
                                yield one.url
            for recording in self._list_recordings(record, candidate):
                with contextlib.suppress(ImageError):
                    known = self._recordings.measure(recording, file).recording
                    if known.file is not None:
                        yield known.url

    def _read_ahead(
        self, records: Iterator[Record], by_position: Mapping[int, Candidate]
    ) -> Iterator[Record]:
        """Yield records after requesting their remote images and recordings, many at once."""
        answers = self._measurer.answers
        if not answers.asks:
            yield from records
            return
        while batch := list(islice(records, _BATCH)):
            images = (
                (reference, record.origin.file)
                for record in batch
                for reference in self._list_references(record, by_position[record.origin.position])
            )
            recordings = (
                (reference, record.origin.file)
                for record in batch
                for reference in self._list_recordings(record, by_position[record.origin.position])
            )
            answers.ask_for(chain(images, recordings))
            yield from batch

    def make(self, record: Record, candidate: Candidate) -> Entry:
        """Make the entry of a record."""
        self.problems.extend(record.problems)
        placement = self._place(candidate)
        images = _by_source(self._measure_images(record, candidate))
        recordings = self._measure_recordings(record, candidate)
        entry = self._normalizer.normalize(
            record, candidate, placement, images, self.problems, recordings
        )
        self._doubts.note(record, entry)
        return entry

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
        measured = self._measure_images(record, candidate)
        found = self._normalizer.find_fields(
            record, candidate, self._place(candidate), _by_source(measured), self.problems
        )
        readings = [
            Reading(
                field=field,
                found=record.rules.get(source, ""),
                raw=record.fields.get(source),
                value=value,
                rule=rule,
            )
            for field, (value, rule, source) in zip(found._fields, found, strict=True)
        ]
        images = Reading(
            field="images",
            found=record.rules.get("images", ""),
            raw=record.fields.get("images"),
            value=measured,
            rule="measured, or as the record declares them",
        )
        recordings = Reading(
            field="recordings",
            found=record.rules.get("audio", "") or record.rules.get("video", ""),
            raw={name: v for name in ("audio", "video") if (v := record.fields.get(name))},
            value=self._measure_recordings(record, candidate),
            rule="measured, or as the record declares them",
        )
        return [*readings, images, *([recordings] if recordings.value else [])]

    def _place(self, candidate: Candidate) -> Placement:
        slugs = self._names.slugs_of(candidate.sections)
        names = tuple(map(self._names.name_of, slugs))
        return Placement(names, slugs[0] if slugs else "")

    def _measure_images(self, record: Record, candidate: Candidate) -> list[MeasuredReference]:
        """Measure the images of a record; None means left out."""
        if candidate.status == "retracted":
            return []
        found: list[MeasuredReference] = []
        for reference in self._read_references(record, candidate, self.problems):
            measure = partial(self._measurer.measure, reference, record.origin.file)
            try:
                measured = attempt(measure, ImageError)
            except SilentHostError as error:
                found.append((reference, None))
                if error.host not in self._silent:
                    self._silent.add(error.host)
                    self._warn(record, reference, f"{error}; {_OTHERS}")
                continue
            except ImageError as error:
                found.append((reference, None))
                self._warn(record, reference, f"{error}; it is left out")
                continue
            if isinstance(measured, Failure):
                found.append((reference, None))
                bug = measured.describe(record.where("images"), "image")
                self._warn(record, reference, f"is left out: {bug}", BUG)
                continue
            found.append((reference, measured.image))
            if measured.is_elsewhere:
                self.unmeasured[record.origin.file.source, "image"] += 1
            for warning in measured.warnings:
                self._warn(record, reference, warning)
        return found

    def _measure_recordings(self, record: Record, candidate: Candidate) -> list[Recording]:
        """Measure the sounds and films of a record; what cannot be published is told."""
        if candidate.status == "retracted":
            return []
        found: list[Recording] = []
        for reference in self._read_recordings(record, candidate, self.problems):
            warnings: tuple[str, ...] = ()
            try:
                measured = self._recordings.measure(reference, record.origin.file)
                found.append(measured.recording)
                warnings = measured.warnings
                if measured.is_elsewhere:
                    self.unmeasured[record.origin.file.source, "recording"] += 1
                if reference.field == "images":
                    kind = measured.recording.medium
                    note = f"is {kind} and not an image, and is published as that. Name it {kind}."
                    warnings = (note, *warnings)
            except ImageError as error:
                warnings = (f"{error}; it is left out",)
            where, shown = record.where(reference.field), describe_value(reference.source)
            self.problems += [
                Problem("warning", where, reference.field, shown, "recording", warning)
                for warning in warnings
            ]
        return found

    def _list_references(self, record: Record, candidate: Candidate) -> list[ImageReference]:
        """List the images of a record without a word: what is wrong is told when it is made."""
        references = attempt(lambda: self._read_references(record, candidate, []))
        return [] if isinstance(references, Failure) else references

    def _list_recordings(self, record: Record, candidate: Candidate) -> list[RecordingReference]:
        references = attempt(lambda: self._read_recordings(record, candidate, []))
        return [] if isinstance(references, Failure) else references

    def _read_references(
        self, record: Record, candidate: Candidate, problems: list[Problem]
    ) -> list[ImageReference]:
        find = partial(self._find_page, record, candidate)
        return read_image_references(record, problems, find_page=find)

    def _read_recordings(
        self, record: Record, candidate: Candidate, problems: list[Problem]
    ) -> list[RecordingReference]:
        find = partial(self._find_page, record, candidate)
        return read_recording_references(record, problems, find_page=find)

    def _find_page(self, record: Record, candidate: Candidate) -> str | None:
        source, section = self._sources[record.origin.file.source], self._place(candidate).slug
        return find_page(
            record, candidate, source, section=section, zone=self._zone, home=self._home
        )

    def _warn(
        self, record: Record, reference: ImageReference, message: str, kind: str = "image"
    ) -> None:
        where = record.where("images")
        if reference.line is not None:
            where = Where(where.path, reference.line)
        shown = describe_value(reference.source)
        self.problems.append(Problem("warning", where, "images", shown, kind, message))


def _by_source(measured: Iterable[MeasuredReference]) -> dict[str, Image | None]:
    """Give images by their sources; if a record names one twice, the one that is shown counts."""
    images: dict[str, Image | None] = {}
    for reference, image in measured:
        if image is not None or reference.source not in images:
            images[reference.source] = image
    return images


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


class EntryStore:
    """Gives the entries of chosen candidates, section by section.

    A file whose reader seeks is read section by section. Any other is read once, for all its
    chosen records. An entry is kept until the last section that shows it takes it.
    """

    def __init__(self, maker: EntryMaker, chosen: Iterable[Sequence[Candidate]]) -> None:
        self._maker = maker
        self._uses: Counter[str] = Counter()
        self._waiting: dict[SourceFile, dict[int, Candidate]] = {}
        self._entries: dict[str, Entry | None] = {}
        for candidates in chosen:
            for candidate in candidates:
                self._uses[candidate.id] += 1
                origin = candidate.origin
                self._waiting.setdefault(origin.file, {})[origin.position] = candidate

    def take(self, candidates: Sequence[Candidate]) -> list[Entry]:
        """Take the entries of one section's candidates, in their order.

        Raises:
            OutputError: A source changed while it was read.
        """
        missing: dict[SourceFile, list[Candidate]] = {}
        for candidate in candidates:
            if candidate.id not in self._entries:
                missing.setdefault(candidate.origin.file, []).append(candidate)
        for file, wanted in missing.items():
            self._load(file, wanted)
        taken = (self._use(candidate.id) for candidate in candidates)
        return [entry for entry in taken if entry is not None]

    def _load(self, file: SourceFile, wanted: list[Candidate]) -> None:
        waiting = self._waiting[file]
        if seeks(file):
            by_position = {candidate.origin.position: candidate for candidate in wanted}
        else:
            by_position = dict(waiting)
        for candidate, entry in self._maker.make_all(file, by_position):
            self._entries[candidate.id] = entry
            del waiting[candidate.origin.position]

    def _use(self, id: str) -> Entry | None:
        self._uses[id] -= 1
        return self._entries[id] if self._uses[id] else self._entries.pop(id)
