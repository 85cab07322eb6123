"""The stages put together: sources to candidates to entries to feeds to files."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from contextlib import closing
from datetime import datetime
from functools import partial

import msgspec

from feedpub.articles import Choice, choose
from feedpub.entries import EntryMaker
from feedpub.errors import ImageChangedError
from feedpub.files import sort_problems
from feedpub.images import PageSizes, make_measurer, open_cache
from feedpub.model import Candidate, Progress, Report, tell_nobody
from feedpub.output import (
    MEDIA,
    FeedChange,
    FolderTarget,
    LossGuard,
    PublishedMedia,
    RenderedFiles,
    name_media,
    open_media_digests,
    open_rendered,
)
from feedpub.pipeline.collecting import collect
from feedpub.pipeline.keeping import Kept, open_kept
from feedpub.pipeline.left_out import LeftOut
from feedpub.pipeline.look import open_look
from feedpub.pipeline.reading_ahead import make_ahead, read_ahead
from feedpub.pipeline.repeating import Repetition, digest_making
from feedpub.pipeline.running import check_clock
from feedpub.pipeline.staging import SiteStager
from feedpub.pipeline.staleness import find_next_staleness, find_stale
from feedpub.pipeline.summaries import group_by_file, list_notes, summarize_choice
from feedpub.pipeline.verdicts import is_refused
from feedpub.pipeline.workers import Workers, open_workers
from feedpub.settings import STATE, Config
from feedpub.timestamps import load_zone

_log = logging.getLogger(__name__)


def write_site(
    config: Config,
    now: datetime | None,
    repetition: Repetition | None,
    *,
    strict: bool,
    accept_loss: bool,
    progress: Progress,
    believes: bool,
    jobs: int,
    engine: str | None,
) -> Report:
    """Read the sources and write the feeds, and keep what tells whether that has to be repeated.

    Args:
        believes: Go by what was measured before.
        jobs: The number of processes that share the work.
        engine: The URL of a cluster that shares it instead.
    """
    with (
        open_kept(config, now, writes=True, believes=believes) as kept,
        closing(open_workers(jobs, engine)) as workers,
    ):
        begin = partial(
            _Build, config, now, accept_loss, progress, repetition, kept=kept, workers=workers
        )
        try:
            run = begin(believes=believes, asks_again=not believes)
            return run.run(writes=True, strict=strict)[0]
        except ImageChangedError as error:
            _log.info("%s Starting over.", error)
            return begin(believes=False).run(writes=True, strict=strict)[0]


def diff(
    config: Config,
    now: datetime | None = None,
    *,
    accept_loss: bool = False,
    progress: Progress = tell_nobody,
    jobs: int = 1,
    engine: str | None = None,
) -> tuple[Report, tuple[FeedChange, ...]]:
    """Report what `build` would do, and the changes of each feed.

    Raises:
        ConfigError, OutputError: As `build` does.
    """
    check_clock(config, now)
    with open_kept(config, now) as kept, closing(open_workers(jobs, engine)) as workers:
        run = _Build(config, now, accept_loss, progress, kept=kept, workers=workers)
        return run.run(writes=False, strict=False)


def list_sections(
    config: Config,
    now: datetime | None = None,
    *,
    progress: Progress = tell_nobody,
    jobs: int = 1,
) -> list[Choice]:
    """Choose the articles of each section's feed, without making entries.

    Raises:
        ConfigError: As `build` does.
    """
    check_clock(config, now)
    with open_kept(config, now) as kept, closing(Workers(jobs)) as workers:
        collection = collect(config, now, kept=kept, workers=workers, progress=progress)
    return choose(config, collection.versions, collection.names, latest=collection.latest)


class _Build:
    """One run over all sections."""

    def __init__(
        self,
        config: Config,
        now: datetime | None,
        accept_loss: bool,
        progress: Progress,
        repetition: Repetition | None = None,
        *,
        kept: Kept,
        workers: Workers,
        believes: bool = True,
        asks_again: bool = False,
    ) -> None:
        self._config = config
        self._look = open_look(config)
        self._accepts_loss = accept_loss
        self._collection = collect(config, now, kept=kept, workers=workers, progress=progress)
        self._kept = kept
        self._workers = workers
        found = self._collection
        self._choices = choose(config, found.versions, found.names, latest=found.latest)
        self._cache = open_cache(config, believes=believes)
        published = PublishedMedia(config.output)
        self._measurer = make_measurer(
            config,
            now,
            self._cache,
            progress,
            published.read,
            asks_again=asks_again,
        )
        shown = (candidate for choice in self._choices for candidate in choice.candidates)
        made = make_ahead(config, shown, found.names, kept, self._measurer, workers, progress)
        read_ahead(config, self._list_new_pages(made), kept, workers, progress)
        self._sizes = PageSizes(config, published.read, believes=believes)
        self._stale = find_stale(config, self._choices, now)
        self._now = now
        self._progress = progress
        self._repetition = repetition
        base = digest_making(config)
        self._rendered = (
            RenderedFiles()
            if base is None
            else open_rendered(config.folder / STATE, config.output, base, believes=believes)
        )

    def _list_new_pages(self, made: Collection[str]) -> Iterable[Candidate]:
        """List the candidates of new pages that a feed or a page of ours shows.

        Args:
            made: The ids of those whose entries are made.
        """
        pages = (page for page in self._collection.new_pages if page.id not in made)
        if "html" in self._config.site.formats or self._config.site.archive is not None:
            return pages
        shown = {c.origin for choice in self._choices for c in choice.candidates}
        return (page for page in pages if page.origin in shown)

    def run(self, *, writes: bool, strict: bool) -> tuple[Report, tuple[FeedChange, ...]]:
        """Render everything, and write it unless the build is refused."""
        left_out = LeftOut()
        output, compresses = self._config.output, self._config.site.compress
        digests = open_media_digests(self._config.folder / STATE, output)
        while True:
            guard = LossGuard(self._config, self._collection.versions, accepts=self._accepts_loss)
            guard.guard_sources(self._collection.empty)
            with FolderTarget(
                output, writes=writes, compresses=compresses, digests=digests
            ) as target:
                stager = SiteStager(
                    self._config,
                    self._collection,
                    self._choices,
                    look=self._look,
                    measurer=self._measurer,
                    sizes=self._sizes,
                    guard=guard,
                    target=target,
                    left_out=left_out,
                    kept=self._kept.open_entries(),
                    rendered=self._rendered,
                    workers=self._workers,
                    progress=self._progress,
                    now=self._now,
                )
                with closing(stager):
                    stager.stage()
                if not stager.is_void:
                    report = self._finish(stager, writes=writes, strict=strict)
                    return report, tuple(guard.changes)

    def _finish(self, stager: SiteStager, *, writes: bool, strict: bool) -> Report:
        """Write what was staged, unless the build is refused, and report it."""
        target, guard, maker = stager.target, stager.guard, stager.maker
        target.warn_of_damages()
        guard.guard_sections(target, stager.choices)
        retracted_media = guard.retracted_media | self._find_retracted_media(target, maker)
        removed = target.list_obsolete(retracted_media)
        left_out = list(stager.left_out.problems.values())
        problems = sort_problems(
            self._collection.problems,
            *maker.list_logs(),
            (*left_out, *self._stale, *guard.losses, *stager.stopped),
        )
        zone = load_zone(self._config.site.timezone)
        report = Report(
            written=tuple(sorted(target.written)),
            unchanged=tuple(sorted(target.unchanged)),
            removed=tuple(removed),
            sections={c.slug: summarize_choice(c, zone) for c in stager.choices},
            rejected=self._collection.rejected + maker.failed + len(left_out),
            records=self._collection.records,
            withheld=tuple(self._collection.withheld),
            problems=problems,
            notes=(
                *list_notes(self._config, self._collection, maker),
                *filter(None, [stager.tell_dead_links(), stager.news.tell_none(target)]),
            ),
        )
        if writes and (is_refused(report) or (strict and problems)):
            return msgspec.structs.replace(report, written=(), unchanged=(), removed=())
        if writes:
            target.commit(removed)
            self._cache.save()
            self._sizes.save()
            self._rendered.save()
            self._kept.forget_unused()
            self._keep(report, stager)
        return report

    def _keep(self, report: Report, stager: SiteStager) -> None:
        """Keep what tells the next build whether it would repeat this one."""
        if self._repetition is None or self._now is None:
            return
        stale = find_next_staleness(self._config, self._choices, self._now)
        maker = stager.maker
        until = min(self._collection.until, stale, maker.fresh_until, stager.news.until)
        self._repetition.keep(
            report, until=until, looked_for=maker.looked_for, find_known=self._kept.find_file
        )

    def _find_retracted_media(self, target: FolderTarget, maker: EntryMaker) -> set[str]:
        """Find the images of retracted articles that any version in the sources names.

        The feeds on disk give the others, including images that the sources no longer contain.
        """
        if not any(path.startswith(f"{MEDIA}/") for path in target.old):
            return set()
        versions = self._collection.versions
        retracted = [c for c in versions if c.status == "retracted"]
        every = [c for last in retracted for c in (last, *versions.list_earlier(last.id))]
        found: set[str] = set()
        for file, candidates in group_by_file(every).items():
            by_position = {candidate.origin.position: candidate for candidate in candidates}
            urls = maker.find_media(file, by_position)
            found.update(map(name_media, urls))
        return found
