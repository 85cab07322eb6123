"""One record to its entry, with all that making it tells."""

from __future__ import annotations

from feedpub.entries.kept_entries import MadeEntry
from feedpub.entries.link_doubts import LinkDoubts
from feedpub.entries.normalizing import Normalizer, Placement
from feedpub.entries.record_media import MeasuredImages, RecordMedia
from feedpub.errors import Problem
from feedpub.images import ImageMeasurer
from feedpub.model import Candidate, Image, Reading, Record
from feedpub.settings import Config
from feedpub.timestamps import load_zone


class RecordMaker:
    """Makes the entry of one record at a time, and keeps nothing of it."""

    def __init__(self, config: Config, measurer: ImageMeasurer, doubts: LinkDoubts) -> None:
        self.media = RecordMedia(config, measurer)
        zone = load_zone(config.site.timezone)
        self._normalizer = Normalizer(config.site, config.sources, zone)
        self._doubts = doubts

    def make(
        self, record: Record, candidate: Candidate, placement: Placement, problems: list[Problem]
    ) -> MadeEntry:
        """Make the entry of a record; `problems` takes the warnings."""
        problems.extend(record.problems)
        images = self.media.measure_images(record, candidate, placement.slug, problems)
        recordings = self.media.measure_recordings(record, candidate, placement.slug, problems)
        entry = self._normalizer.normalize(
            record,
            candidate,
            placement,
            _by_source(images),
            problems,
            [measured.recording for _, measured in recordings if measured is not None],
        )
        return MadeEntry(
            entry,
            tuple(problems),
            self._doubts.find(record, entry),
            tuple(images),
            tuple(recordings),
        )

    def explain(
        self, record: Record, candidate: Candidate, placement: Placement, problems: list[Problem]
    ) -> list[Reading]:
        """Say how the values of an entry are made, including images that are left out."""
        section = placement.slug
        measured = self.media.measure_images(record, candidate, section, problems)
        found = self._normalizer.find_fields(
            record, candidate, placement, _by_source(measured), problems
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
            value=[(one, None if found is None else found.image) for one, found in measured],
            rule="measured, or as the record declares them",
        )
        played = self.media.measure_recordings(record, candidate, section, problems)
        recordings = Reading(
            field="recordings",
            found=record.rules.get("audio", "") or record.rules.get("video", ""),
            raw={name: v for name in ("audio", "video") if (v := record.fields.get(name))},
            value=[found.recording for _, found in played if found is not None],
            rule="measured, or as the record declares them",
        )
        return [*readings, images, *([recordings] if recordings.value else [])]


def _by_source(measured: MeasuredImages) -> dict[str, Image | None]:
    """Give images by their sources; if a record names one twice, the one that is shown counts."""
    images: dict[str, Image | None] = {}
    for reference, found in measured:
        if found is not None or reference.source not in images:
            images[reference.source] = None if found is None else found.image
    return images
