"""What runs report: the sections, and the notes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from feedpub.model import SHOWN, Candidate, SectionSummary, SourceFile
from feedpub.text import count

if TYPE_CHECKING:
    from feedpub.articles import Choice
    from feedpub.entries import EntryMaker
    from feedpub.pipeline.collecting import Collection
    from feedpub.settings import Config


def list_notes(config: Config, collection: Collection, maker: EntryMaker | None) -> tuple[str, ...]:
    """List the notes of the records that were read and of the entries that were made."""
    notes = list(collection.notes.list())
    if maker is None:
        return tuple(notes)
    notes += maker.list_notes()
    for (index, kind), number in sorted(maker.unmeasured.items()):
        notes.append(
            f"{config.sources[index].path}: {count(number, kind)} in bodies not measured, "
            'because they lie elsewhere. To measure them, set remote_images = "measure".'
        )
    return tuple(notes)


def group_by_file(candidates: Sequence[Candidate]) -> dict[SourceFile, list[Candidate]]:
    """Group the candidates that are shown by the files of their records."""
    groups: dict[SourceFile, list[Candidate]] = {}
    for candidate in candidates:
        if candidate.status in SHOWN:
            groups.setdefault(candidate.origin.file, []).append(candidate)
    return groups


def summarize_choice(choice: Choice, zone: tzinfo) -> SectionSummary:
    """Summarize the choice of a section."""
    newest = max((candidate.updated for candidate in choice.candidates), default=None)
    shown = None if newest is None else datetime.fromtimestamp(newest, zone).isoformat()
    return SectionSummary(len(choice.candidates), shown)
