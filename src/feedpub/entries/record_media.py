"""The images and recordings that a record names, measured; those left out are told of."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TypeAlias

from feedpub.entries.links import find_page
from feedpub.entries.media_references import read_image_references, read_recording_references
from feedpub.errors import (
    BUG,
    Failure,
    ImageError,
    Problem,
    SilentHostError,
    Where,
    attempt,
    describe_value,
)
from feedpub.images import ImageMeasurer, MeasuredImage, MeasuredRecording, RecordingMeasurer
from feedpub.model import (
    Candidate,
    Image,
    ImageReference,
    Record,
    Recording,
    RecordingReference,
    SourceFile,
    Thumbnail,
)
from feedpub.settings import Config
from feedpub.timestamps import load_zone

MeasuredImages: TypeAlias = Sequence[tuple[ImageReference, MeasuredImage | None]]
MeasuredRecordings: TypeAlias = Sequence[tuple[RecordingReference, MeasuredRecording | None]]

_OTHERS = "it is left out, and so is every other image there that is not measured yet"


class RecordMedia:
    """Measures what records name; of a name that is left out, there is no measure."""

    def __init__(self, config: Config, measurer: ImageMeasurer) -> None:
        # Number of images and recordings that only bodies name and that are not measured, by
        # index of the source and what they are.
        self.unmeasured: Counter[tuple[int, str]] = Counter()
        self._recordings = RecordingMeasurer(config, measurer.places, measurer.answers)
        self._measurer = measurer
        self._silent: set[str] = set()  # servers of images that were given up and told
        self._sources = config.sources
        self._scales = config.site.image_width is not None
        self._home = config.site.link
        self._zone = load_zone(config.site.timezone)

    def measure_images(
        self, record: Record, candidate: Candidate, section: str, problems: list[Problem]
    ) -> MeasuredImages:
        """Measure the images of a record; of one that is retracted, none."""
        if candidate.status == "retracted":
            return []
        found: list[tuple[ImageReference, MeasuredImage | None]] = []
        for reference in self._read_references(record, candidate, section, problems):
            warn = partial(_warn, record, reference)
            measure = partial(self._measurer.measure, reference, record.origin.file)
            try:
                measured = attempt(measure, ImageError)
            except SilentHostError as error:
                found.append((reference, None))
                if error.host not in self._silent:
                    self._silent.add(error.host)
                    problems.append(warn(f"{error}; {_OTHERS}"))
                continue
            except ImageError as error:
                found.append((reference, None))
                problems.append(warn(f"{error}; it is left out"))
                continue
            if isinstance(measured, Failure):
                found.append((reference, None))
                bug = measured.describe(record.where("images"), "image")
                problems.append(warn(f"is left out: {bug}", BUG))
                continue
            found.append((reference, measured))
            problems.extend(map(warn, measured.warnings))
        return found

    def measure_recordings(
        self, record: Record, candidate: Candidate, section: str, problems: list[Problem]
    ) -> MeasuredRecordings:
        """Measure the sounds and films of a record; what cannot be published is told."""
        if candidate.status == "retracted":
            return []
        found: list[tuple[RecordingReference, MeasuredRecording | None]] = []
        for reference in self._read_recordings(record, candidate, section, problems):
            try:
                measured = self._recordings.measure(reference, record.origin.file)
            except ImageError as error:
                found.append((reference, None))
                warnings: tuple[str, ...] = (f"{error}; it is left out",)
            else:
                found.append((reference, measured))
                warnings = measured.warnings
                if reference.field == "images":
                    kind = measured.recording.medium
                    note = f"is {kind} and not an image, and is published as that. Name it {kind}."
                    warnings = (note, *warnings)
            where, shown = record.where(reference.field), describe_value(reference.source)
            problems += [
                Problem("warning", where, reference.field, shown, "recording", warning)
                for warning in warnings
            ]
        return found

    def are_same(
        self, images: MeasuredImages, recordings: MeasuredRecordings, file: SourceFile
    ) -> bool:
        """Say whether all that the record of a file names measures now as it did."""
        same = attempt(
            lambda: (
                all(self._measure(one, file) == before for one, before in images)
                and all(self._measure(one, file) == before for one, before in recordings)
            )
        )
        return same is True  # of what fails, the record's reading tells

    def count_unmeasured(
        self, images: MeasuredImages, recordings: MeasuredRecordings, file: SourceFile
    ) -> None:
        """Count what a body alone names, and nothing was looked at."""
        for kind, every in (("image", images), ("recording", recordings)):
            for _, measured in every:
                if measured is not None and measured.is_elsewhere:
                    self.unmeasured[file.source, kind] += 1

    def list_references(
        self, record: Record, candidate: Candidate, section: str
    ) -> Iterator[ImageReference | RecordingReference]:
        """List what a record names without a word: what is wrong is told when it is measured."""
        images = attempt(partial(self._read_references, record, candidate, section, []))
        if not isinstance(images, Failure):
            yield from images
        recordings = attempt(partial(self._read_recordings, record, candidate, section, []))
        if not isinstance(recordings, Failure):
            yield from recordings

    def takes_long(self, record: Record, candidate: Candidate, section: str) -> bool:
        """Say whether a record names a recording that is a file here, or an image to scale."""
        for reference in self.list_references(record, candidate, section):
            if isinstance(reference, ImageReference) and not self._scales:
                continue
            with contextlib.suppress(ImageError):  # told of where it is measured
                place = self._measurer.places.find(
                    reference.source, reference.elsewhere, record.origin.file
                )
                if place.path is not None:
                    return True
        return False

    def list_copied(self, record: Record, candidate: Candidate, section: str) -> Iterator[str]:
        """List the URLs of what a record names that is copied to the output."""
        file = record.origin.file
        for reference in self.list_references(record, candidate, section):
            measured = attempt(partial(self._measure, reference, file))
            if isinstance(measured, MeasuredRecording):
                found: Sequence[Image | Thumbnail | Recording | None] = (measured.recording,)
            elif isinstance(measured, MeasuredImage):
                found = (measured.image, measured.image.thumbnail)
            else:  # it is told of where its entry is made
                continue
            yield from (one.url for one in found if one is not None and one.file is not None)

    def _measure(
        self, reference: ImageReference | RecordingReference, file: SourceFile
    ) -> MeasuredImage | MeasuredRecording:
        if isinstance(reference, RecordingReference):
            return self._recordings.measure(reference, file)
        return self._measurer.measure(reference, file)

    def _read_references(
        self, record: Record, candidate: Candidate, section: str, problems: list[Problem]
    ) -> list[ImageReference]:
        find = partial(self._find_page, record, candidate, section)
        return read_image_references(record, problems, find_page=find)

    def _read_recordings(
        self, record: Record, candidate: Candidate, section: str, problems: list[Problem]
    ) -> list[RecordingReference]:
        find = partial(self._find_page, record, candidate, section)
        return read_recording_references(record, problems, find_page=find)

    def _find_page(self, record: Record, candidate: Candidate, section: str) -> str | None:
        source = self._sources[record.origin.file.source]
        return find_page(
            record, candidate, source, section=section, zone=self._zone, home=self._home
        )


def _warn(record: Record, reference: ImageReference, message: str, kind: str = "image") -> Problem:
    where = record.where("images")
    if reference.line is not None:
        where = Where(where.path, reference.line)
    shown = describe_value(reference.source)
    return Problem("warning", where, "images", shown, kind, message)
