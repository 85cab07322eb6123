"""Read the XML files of a source as a build does, for tests of the systems behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from feedpub.config.loading import load_config
from feedpub.errors import Problem
from feedpub.model import Record
from feedpub.systems.notes import Notes
from feedpub.systems.reading import load_records
from support import make_site, scan_source


class Found(NamedTuple):
    """The records of a source, whole; what was wrong; and the notes."""

    records: Sequence[Record]
    problems: Sequence[Problem]
    notes: Sequence[str]

    @property
    def fields(self) -> Mapping[str, object]:
        """The fields of the one record."""
        (record,) = self.records
        return record.fields

    @property
    def titles(self) -> list[object]:
        """The titles of what is to be published."""
        kept = (None, "published")
        return [r.fields.get("title") for r in self.records if r.fields.get("status") in kept]


def read_source(tmp_path: Path, files: Mapping[str, str | bytes]) -> Found:
    """Read files below `sources` of a site."""
    site = make_site(tmp_path, {f"sources/{name}": content for name, content in files.items()})
    notes = Notes()
    config = load_config(site / "feedpub.toml")
    found = list(scan_source(config, 0, notes))
    problems = [item for item in found if isinstance(item, Problem)]
    records: list[Record] = []
    for scanned in found:
        if isinstance(scanned, Record):
            records += load_records(scanned.origin.file, [scanned.origin])
    problems += [problem for record in records for problem in record.problems]
    return Found(records, problems, notes.list())
