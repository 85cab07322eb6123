"""The stages put together: sources to candidates to entries to feeds to files."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime, tzinfo
from functools import partial

import msgspec

from feedpub.articles import Choice, choose
from feedpub.entries import EntryMaker
from feedpub.errors import ImageChangedError, Problem
from feedpub.files import KeptValues, sort_problems
from feedpub.images import PageSizes, make_measurer, open_cache
from feedpub.model import (
    SHOWN,
    Candidate,
    Progress,
    Report,
    SectionSummary,
    SourceFile,
    tell_nobody,
)
from feedpub.output import (
    MEDIA,
    FeedChange,
    FolderTarget,
    LossGuard,
    PublishedMedia,
    RenderedFiles,
    check_links,
    find_damages,
    locate_output,
    name_media,
    open_media_digests,
    open_rendered,
)
from feedpub.pipeline.collecting import Collection, collect
from feedpub.pipeline.kept_pages import open_pages
from feedpub.pipeline.look import open_look
from feedpub.pipeline.repeating import Repetition, digest_making
from feedpub.pipeline.running import check_clock
from feedpub.pipeline.scanning import read_ahead
from feedpub.pipeline.staging import LeftOut, SiteStager
from feedpub.pipeline.staleness import find_next_staleness, find_stale
from feedpub.pipeline.verdicts import is_refused
from feedpub.pipeline.workers import Workers
from feedpub.settings import STATE, Config
from feedpub.text import count
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
) -> Report:
    """Read the sources and write the feeds, and keep what tells whether that has to be repeated.

    Args:
        believes: Go by what was measured before.
        jobs: The number of processes that share the work.
    """
    with open_pages(config, writes=True, believes=believes) as kept, Workers(jobs) as workers:
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
) -> tuple[Report, tuple[FeedChange, ...]]:
    """Report what `build` would do, and the changes of each feed.

    Raises:
        ConfigError, OutputError: As `build` does.
    """
    check_clock(config, now)
    with open_pages(config) as kept, Workers(jobs) as workers:
        run = _Build(config, now, accept_loss, progress, kept=kept, workers=workers)
        return run.run(writes=False, strict=False)


def check(
    config: Config,
    now: datetime | None = None,
    *,
    progress: Progress = tell_nobody,
    jobs: int = 1,
) -> Report:
    """Read every record in full, including superseded ones, and report every problem.

    Raises:
        ConfigError: As `build` does.
    """
    check_clock(config, now)
    look = open_look(config)
    every: list[Candidate] = []
    with open_pages(config) as kept, Workers(jobs) as workers:
        collection = collect(config, now, every, kept=kept, workers=workers, progress=progress)
        read_ahead(config, collection.new_pages, kept, workers, progress)
        measurer = make_measurer(config, now, progress=progress)
        maker = EntryMaker(config, collection.names, measurer)
        made = 0
        for file, candidates in _group_by_file(every).items():
            by_position = {candidate.origin.position: candidate for candidate in candidates}
            for _ in maker.make_all(file, by_position):
                pass  # only the problems matter
            made += len(candidates)
            progress("checking records", made, len(every))
    choices = choose(config, collection.candidates, collection.names, latest=collection.latest)
    zone = load_zone(config.site.timezone)
    return Report(
        sections={choice.slug: _summarize_choice(choice, zone) for choice in choices},
        rejected=collection.rejected + maker.failed,
        records=collection.records,
        withheld=tuple(collection.withheld),
        problems=sort_problems(
            collection.problems,
            *maker.list_logs(),
            (
                *find_stale(config, choices, now),
                *_find_damages(config),
                *_find_dead_links(config),
                *look.problems,
            ),
        ),
        notes=_list_notes(config, collection, maker),
    )


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
    with open_pages(config) as kept, Workers(jobs) as workers:
        collection = collect(config, now, kept=kept, workers=workers, progress=progress)
    return choose(config, collection.candidates, collection.names, latest=collection.latest)


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
        kept: KeptValues,
        workers: Workers,
        believes: bool = True,
        asks_again: bool = False,
    ) -> None:
        self._config = config
        self._look = open_look(config)
        self._accepts_loss = accept_loss
        self._collection = collect(config, now, kept=kept, workers=workers, progress=progress)
        self._kept = kept
        found = self._collection
        self._choices = choose(config, found.candidates, found.names, latest=found.latest)
        read_ahead(config, self._list_new_pages(), kept, workers, progress)
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

    def _list_new_pages(self) -> Iterable[Candidate]:
        """List the candidates of new pages that a feed or a page of ours shows."""
        if "html" in self._config.site.formats or self._config.site.archive is not None:
            return self._collection.new_pages
        shown = {c.origin for choice in self._choices for c in choice.candidates}
        return [page for page in self._collection.new_pages if page.origin in shown]

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
                    rendered=self._rendered,
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
            sections={c.slug: _summarize_choice(c, zone) for c in stager.choices},
            rejected=self._collection.rejected + maker.failed + len(left_out),
            records=self._collection.records,
            withheld=tuple(self._collection.withheld),
            problems=problems,
            notes=(
                *_list_notes(self._config, self._collection, maker),
                *filter(None, [stager.tell_dead_links(), stager.tell_no_news()]),
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
        self._repetition.keep(report, until=until, looked_for=maker.looked_for)

    def _find_retracted_media(self, target: FolderTarget, maker: EntryMaker) -> set[str]:
        """Find the images of retracted articles that any version in the sources names.

        The feeds on disk give the others, including images that the sources no longer contain.
        """
        if not any(path.startswith(f"{MEDIA}/") for path in target.old):
            return set()
        versions = self._collection.versions
        retracted = [c for c in versions.newest.values() if c.status == "retracted"]
        every = [c for last in retracted for c in (last, *versions.list_earlier(last.id))]
        found: set[str] = set()
        for file, candidates in _group_by_file(every).items():
            by_position = {candidate.origin.position: candidate for candidate in candidates}
            urls = maker.find_media(file, by_position)
            found.update(map(name_media, urls))
        return found


def _find_damages(config: Config) -> list[Problem]:
    """Warn of files of the output that something other than feedpub changed."""
    digests = open_media_digests(config.folder / STATE, config.output)
    return [
        Problem(
            "warning",
            locate_output(config, path),
            None,
            None,
            "output",
            f"{fault}, because something other than feedpub changed it. Run `feedpub build`, "
            "which writes it again.",
        )
        for path, fault in find_damages(config.output, digests)
    ]


def _find_dead_links(config: Config) -> list[Problem]:
    """Warn of links in feeds of the output that lead to files it does not have, once for each."""
    return [
        Problem(
            "warning",
            locate_output(config, path, dead.line),
            "link",
            None,
            "dead-link",
            dead.message,
        )
        for path, dead in check_links(config.output, config.site.feeds)
    ]


def _list_notes(config: Config, collection: Collection, maker: EntryMaker) -> tuple[str, ...]:
    notes = [*collection.notes.list(), *maker.list_notes()]
    for (index, kind), number in sorted(maker.unmeasured.items()):
        notes.append(
            f"{config.sources[index].path}: {count(number, kind)} in bodies not measured, "
            'because they lie elsewhere. To measure them, set remote_images = "measure".'
        )
    return tuple(notes)


def _group_by_file(candidates: list[Candidate]) -> dict[SourceFile, list[Candidate]]:
    groups: dict[SourceFile, list[Candidate]] = {}
    for candidate in candidates:
        if candidate.status in SHOWN:
            groups.setdefault(candidate.origin.file, []).append(candidate)
    return groups


def _summarize_choice(choice: Choice, zone: tzinfo) -> SectionSummary:
    newest = max((candidate.updated for candidate in choice.candidates), default=None)
    shown = None if newest is None else datetime.fromtimestamp(newest, zone).isoformat()
    return SectionSummary(len(choice.candidates), shown)
