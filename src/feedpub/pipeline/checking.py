"""A check of every record, and of the output.

Imports little: what makes entries, measures images or reads feeds is imported where there are any.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING

from feedpub import entries, images, output
from feedpub.articles import choose
from feedpub.errors import Problem
from feedpub.files import sort_problems
from feedpub.model import Candidate, Progress, Report, tell_nobody
from feedpub.pipeline.collecting import Collection, collect
from feedpub.pipeline.keeping import open_kept
from feedpub.pipeline.look import open_look
from feedpub.pipeline.running import check_clock
from feedpub.pipeline.staleness import find_stale
from feedpub.pipeline.summaries import group_by_file, list_notes, summarize_choice
from feedpub.pipeline.workers import open_workers
from feedpub.settings import STATE, Config
from feedpub.timestamps import load_zone

if TYPE_CHECKING:
    from feedpub.entries import EntryMaker, KeptEntries


def check(
    config: Config,
    now: datetime | None = None,
    *,
    progress: Progress = tell_nobody,
    jobs: int = 1,
    engine: str | None = None,
) -> Report:
    """Read every record in full, including superseded ones, and report every problem.

    Raises:
        ConfigError: As `build` does.
    """
    check_clock(config, now)
    doubts = open_look(config).problems if "html" in config.site.formats else ()
    every: list[Candidate] = []
    maker = None
    with open_kept(config, now) as kept, closing(open_workers(jobs, engine)) as workers:
        collection = collect(config, now, every, kept=kept, workers=workers, progress=progress)
        if every:
            from feedpub.pipeline.reading_ahead import read_ahead

            read_ahead(config, collection.new_pages, kept, workers, progress)
            maker = _make_entries(config, now, collection, every, kept.open_entries(), progress)
    choices = choose(config, collection.versions, collection.names, latest=collection.latest)
    zone = load_zone(config.site.timezone)
    return Report(
        sections={choice.slug: summarize_choice(choice, zone) for choice in choices},
        rejected=collection.rejected + (0 if maker is None else maker.failed),
        records=collection.records,
        withheld=tuple(collection.withheld),
        problems=sort_problems(
            collection.problems,
            *(() if maker is None else maker.list_logs()),
            (*find_stale(config, choices, now), *_check_output(config), *doubts),
        ),
        notes=list_notes(config, collection, maker),
    )


def _make_entries(
    config: Config,
    now: datetime | None,
    collection: Collection,
    every: Sequence[Candidate],
    kept: KeptEntries,
    progress: Progress,
) -> EntryMaker:
    """Make all entries, of which only the problems matter."""
    measurer = images.make_measurer(config, now, progress=progress)
    maker = entries.EntryMaker(config, collection.names, measurer, kept)
    made = 0
    for file, candidates in group_by_file(every).items():
        by_position = {candidate.origin.position: candidate for candidate in candidates}
        for _ in maker.make_all(file, by_position):
            pass
        made += len(candidates)
        progress("checking records", made, len(every))
    return maker


def _check_output(config: Config) -> Iterator[Problem]:
    """Warn of files of the output that something else changed, and of links that lead nowhere."""
    if not os.path.lexists(config.output):
        return
    digests = output.open_media_digests(config.folder / STATE, config.output)
    for path, fault in output.find_damages(config.output, digests):
        message = (
            f"{fault}, because something other than feedpub changed it. Run `feedpub build`, "
            "which writes it again."
        )
        where = output.locate_output(config, path)
        yield Problem("warning", where, None, None, "output", message)
    for path, dead in output.check_links(config.output, config.site.feeds):
        where = output.locate_output(config, path, dead.line)
        yield Problem("warning", where, "link", None, "dead-link", dead.message)
