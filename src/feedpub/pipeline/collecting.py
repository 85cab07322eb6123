"""Sources to candidates: reads, identifies, and keeps the newest version that is due."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from feedpub import systems
from feedpub.articles import CandidateTable, KnownSections, Rivals, SectionNames, Versions
from feedpub.errors import Problem
from feedpub.files import ProblemLog
from feedpub.model import (
    ALWAYS,
    SHOWN,
    Candidate,
    Origin,
    Progress,
    SourceFile,
    Withheld,
    tell_nobody,
)
from feedpub.pipeline.keeping import Kept
from feedpub.pipeline.same_pages import find_shared_links, merge_same_pages
from feedpub.pipeline.workers import Workers
from feedpub.settings import Config
from feedpub.systems import Notes
from feedpub.text import count
from feedpub.timestamps import load_zone

if TYPE_CHECKING:
    from feedpub.pipeline.scanned import Scanned

# Clocks differ, and days begin at other times elsewhere.
AHEAD = timedelta(days=1)
_TOLD_EACH = 64  # records
_log = logging.getLogger(__name__)


class Collection(msgspec.Struct):
    """The newest version of every article in the sources, and the problems.

    `latest` is the latest time that can be true, in seconds since 1970, and `until` the time from
    which the same records may come out otherwise. `records` counts all
    records, `rejected` the rejected ones. `empty` are the indexes of sources without any record,
    `new_pages` the candidates of pages that no earlier run had read.
    """

    versions: Versions
    names: SectionNames
    problems: ProblemLog = msgspec.field(default_factory=ProblemLog)
    withheld: list[Withheld] = []
    latest: int = ALWAYS
    until: int = ALWAYS
    records: int = 0
    rejected: int = 0
    empty: list[int] = []
    new_pages: list[Candidate] = []
    notes: Notes = msgspec.field(default_factory=Notes)

    def add(self, found: Scanned, source: str) -> None:
        """Count what was found in a file of a source, and take its problems."""
        self.records += found.records
        self.rejected += found.rejected
        self.problems.extend(found.problems)
        self.new_pages += found.new_pages
        for reason, number in found.passed_over.items():
            self.notes.add(source, reason, number)


def collect(
    config: Config,
    now: datetime | None,
    every: list[Candidate] | None = None,
    *,
    kept: Kept | None = None,
    workers: Workers | None = None,
    progress: Progress = tell_nobody,
) -> Collection:
    """Read and identify every record of the sources.

    Args:
        every: Takes all candidates, superseded ones too.
        kept: What is known of the files of the sources.
        workers: Who reads the files; this process, if nobody else does.
    """
    collection = Collection(Versions(f"tag:{config.site.tag}:"), SectionNames(config.sections))
    clock = Clock(config, now)
    collection.latest = clock.latest
    known_sections = KnownSections(config)
    workers = workers or Workers()
    rivals: list[Rivals] = []
    told = 0
    for index, source in enumerate(config.sources):
        before = collection.records - collection.rejected
        unnamed = 0
        if _is_empty_folder(config.folder / source.path):
            scanned: Iterator[Scanned] = iter(())
        else:
            # Deferred: what reads records is much, and an empty folder has none.
            from feedpub.pipeline.scanning import scan_source

            scanned = scan_source(config, index, now, collection.notes, kept=kept, workers=workers)
        for found in scanned:
            collection.add(found, source.path)
            unnamed += found.unnamed
            for name, where in found.new_sections:
                known_sections.note(name, where)
            if collection.records >= told + _TOLD_EACH:
                told = collection.records
                progress("reading records", told)
            many = found.table if every is None else None
            if many is not None and len(many[0].ids) > 1 and clock.passes(many[0]):
                rivals += collection.versions.add_all(*many)
                continue
            for candidate in found.list_candidates():
                if every is not None:
                    every.append(candidate)
                if not clock.keeps_back(candidate, collection):
                    found_rivals = collection.versions.add(candidate)
                    if found_rivals is not None:
                        rivals.append(found_rivals)
        if unnamed:
            collection.notes.tell(
                f"{source.path}: {count(unnamed, 'record')} without a section, published in the "
                'one named for the site. To name it, set section = "…" in [[source]].'
            )
        _log.info(
            "%s: %d records so far, %d rejected",
            source.path,
            collection.records,
            collection.rejected,
        )
        is_empty = collection.records - collection.rejected == before
        if is_empty and not source.allow_empty:
            collection.empty.append(index)
    collection.until = clock.until
    collection.problems.extend(_warn_of_differences(config, rivals))
    shared = find_shared_links(config, collection.versions)
    collection.problems.extend(shared.values())
    collection.problems.extend(merge_same_pages(config, collection.versions, shared))
    collection.versions.place_withdrawals()
    shown = list(collection.versions.group_shown())
    collection.problems.extend(collection.names.learn(shown))
    collection.problems.extend(known_sections.warn(oldest.sections for oldest, _ in shown))
    return collection


def _is_empty_folder(path: Path) -> bool:
    with contextlib.suppress(OSError), os.scandir(path) as found:
        return next(found, None) is None
    return False


def _warn_of_differences(config: Config, rivals: list[Rivals]) -> Iterator[Problem]:
    """Yield the warnings of rivals whose values differ, too.

    That takes reading them in full. Each file is read once, because a nightly export may repeat
    all of another.
    """
    origins: dict[SourceFile, set[Origin]] = {}
    for pair in rivals:
        for candidate in (pair.one, pair.other):
            origins.setdefault(candidate.origin.file, set()).add(candidate.origin)
    digests: dict[Origin, int] = {}
    for file, wanted in origins.items():
        digests.update(systems.digest_records(file, wanted))
    for pair in rivals:
        one, other = digests.get(pair.one.origin), digests.get(pair.other.origin)
        if one is None or one != other:
            yield pair.warning


class Clock:
    """Decides which candidates are in the future, and withholds or rejects them."""

    def __init__(self, config: Config, now: datetime | None) -> None:
        self._policy = config.site.future
        self._zone = load_zone(config.site.timezone)
        # Without a clock, nothing is in the future. build() requires one where it matters.
        self._clock = None if now is None else int(now.timestamp())
        self._now = ALWAYS if now is None or self._policy == "publish" else int(now.timestamp())
        self.latest = ALWAYS if now is None else int((now + AHEAD).timestamp())
        # The time from which another answer than those so far is given.
        self.until = ALWAYS
        if now is not None and config.site.years is None:
            # Then another year is near enough for articles.
            self.until = int(datetime(now.astimezone(UTC).year + 1, 1, 1, tzinfo=UTC).timestamp())

    def find_due(self, candidate: Candidate) -> str | None:
        """Say when a candidate in the future is due (RFC 3339); None if it is due now."""
        due = candidate.first
        if due <= self._now or candidate.status in ("left out", "withdrawn"):
            return None
        self.until = min(self.until, due)
        return datetime.fromtimestamp(due, self._zone).isoformat()

    def passes(self, table: CandidateTable) -> bool:
        """Say whether none of a table's candidates is in the future, or may expire."""
        return (
            not table.expiries
            and max(table.firsts, default=0) <= self._now
            and max(table.updated, default=0) <= self.latest
        )

    def warn_of_update(self, candidate: Candidate) -> Iterator[Problem]:
        """Warn of a candidate that is shown although its update is more than a day ahead."""
        if candidate.published is None or candidate.updated <= self.latest:
            return
        if candidate.status in SHOWN and candidate.published <= self._now != ALWAYS:
            shown = datetime.fromtimestamp(candidate.updated, self._zone).isoformat()
            message = "is more than a day in the future. The article is published with it."
            where = candidate.origin.where
            yield Problem("warning", where, "updated", shown, "future", message)

    def keeps_back(self, candidate: Candidate, collection: Collection) -> bool:
        """Say whether a candidate has expired or is in the future, and withhold or reject it."""
        if candidate.updated > self.latest:
            self.until = min(self.until, candidate.updated - int(AHEAD.total_seconds()))
        if candidate.expires is not None:
            if candidate.expires <= (self._clock or 0):
                return True
            self.until = min(self.until, candidate.expires)
        until = self.find_due(candidate)
        if until is None:
            collection.problems.extend(self.warn_of_update(candidate))
            return False
        if self._policy == "reject":
            collection.rejected += 1
            collection.problems.append(refuse_future(candidate, until))
        else:
            collection.withheld.append(Withheld(candidate.id, until))
        return True


def refuse_future(candidate: Candidate, until: str) -> Problem:
    """Make the problem of a candidate in the future if the configuration rejects it."""
    message = 'is in the future, and the setting future is "reject"'
    field = "updated" if candidate.published is None else "published"
    return Problem("error", candidate.origin.where, field, until, "future", message)
