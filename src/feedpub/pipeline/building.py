"""The stages put together: sources to candidates to entries to feeds to files."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta, tzinfo

import msgspec

from feedpub.articles import Choice, choose, choose_earlier
from feedpub.entries import EntryMaker, EntryStore
from feedpub.errors import ConfigError, Problem, Severity
from feedpub.feeds import (
    FORMATS,
    PageMaker,
    SectionLink,
    assemble_feed,
    render_feed,
    render_site,
    summarize_feed,
)
from feedpub.images import Progress, make_measurer, open_cache
from feedpub.model import (
    SHOWN,
    Candidate,
    Document,
    Entry,
    Feed,
    FeedSummary,
    Report,
    SectionSummary,
    SourceFile,
)
from feedpub.output import (
    LOSS,
    MEDIA,
    FeedChange,
    FolderTarget,
    LossGuard,
    find_clashes,
    hold_lock,
    locate_output,
    name_media,
    read_alias,
    read_feed,
    slug_of,
)
from feedpub.pipeline.collecting import Collection, collect
from feedpub.pipeline.staleness import find_stale
from feedpub.settings import ALL, STATE, Config, FeedFormatName
from feedpub.text import count
from feedpub.timestamps import load_zone

_log = logging.getLogger(__name__)

INVALID = "invalid-feed"
# A record keeps its own id, however malformed, because another id would be another entry.
_FORMS_OF_IDS = frozenset({"uri-urn-invalid", "uri-uuid-invalid", "uri-tag-invalid"})


def build(
    config: Config,
    now: datetime | None = None,
    *,
    strict: bool = False,
    accept_loss: bool = False,
    waits: bool = True,
    progress: Progress | None = None,
) -> Report:
    """Read the sources and write the feeds.

    Nothing is written if `strict` is set and there is any problem, or if the loss guard finds
    that subscribers would lose too much and `accept_loss` is not set.

    Args:
        now: Decides which entries are in the future; required unless future = "publish".
        waits: Wait for another running build or publish of the same output.
        progress: Gets the number of remote images requested so far, and of all.

    Raises:
        ConfigError: `now` is missing or naive, or an alias is the name of another file.
        OutputError: The output cannot be read or written, or another process is at work
            there and `waits` is off.
    """
    _check_clock(config, now)
    with hold_lock(config.folder / STATE, config.output, waits=waits):
        return _Build(config, now, accept_loss, progress).run(writes=True, strict=strict)[0]


def diff(
    config: Config, now: datetime | None = None, *, accept_loss: bool = False
) -> tuple[Report, tuple[FeedChange, ...]]:
    """Report what `build` would do, and the changes of each feed.

    Raises:
        ConfigError, OutputError: As `build` does.
    """
    _check_clock(config, now)
    return _Build(config, now, accept_loss).run(writes=False, strict=False)


def check(config: Config, now: datetime | None = None) -> Report:
    """Read every record in full, including superseded ones, and report every problem.

    Raises:
        ConfigError: As `build` does.
    """
    _check_clock(config, now)
    every: list[Candidate] = []
    collection = collect(config, now, every)
    maker = EntryMaker(config, collection.names, make_measurer(config, now))
    for file, candidates in _group_by_file(every).items():
        by_position = {candidate.origin.position: candidate for candidate in candidates}
        for _ in maker.make_all(file, by_position):
            pass  # only the problems matter
    choices = _choose(config, collection)
    zone = load_zone(config.site.timezone)
    return Report(
        sections={choice.slug: _summarize_choice(choice, zone) for choice in choices},
        rejected=collection.rejected + maker.failed,
        records=collection.records,
        withheld=tuple(collection.withheld),
        problems=_sort([*collection.problems, *maker.problems, *find_stale(config, choices, now)]),
        notes=_list_notes(config, collection, maker),
    )


def clean_media(config: Config, now: datetime, older_than: timedelta) -> tuple[str, ...]:
    """Remove old media files that no feed in the output names.

    Raises:
        OutputError: The output cannot be read or written.
    """
    with (
        hold_lock(config.folder / STATE, config.output),
        FolderTarget(config.output, writes=True) as target,
    ):
        named: set[str] = set()
        for path in target.old:
            if slug_of(path) is not None:
                # A feed that can't be read might name any of them, so that is an error.
                entries = read_feed(target.read_old(path) or b"", strict=True)
                named.update(url for entry in entries for url in entry.images)
        removed = target.list_old_media(map(name_media, named), (now - older_than).timestamp())
        target.remove_old(removed)
        return tuple(removed)


def list_sections(config: Config, now: datetime | None = None) -> list[Choice]:
    """Choose the articles of each section's feed, without making entries.

    Raises:
        ConfigError: As `build` does.
    """
    _check_clock(config, now)
    collection = collect(config, now)
    return _choose(config, collection)


class _Build:
    """One run over all sections, which renders, stages and compares one after the other."""

    def __init__(
        self,
        config: Config,
        now: datetime | None,
        accept_loss: bool,
        progress: Progress | None = None,
    ) -> None:
        self._config = config
        self._collection = collect(config, now)
        self._choices = _choose(config, self._collection)
        self._pages: PageMaker | None = None
        self._earlier: dict[str, Choice] = {}
        if "html" in config.site.formats:
            self._pages = PageMaker(config.site, _link_sections(config, self._choices))
            self._earlier = choose_earlier(config, self._choices, self._collection.names)
        self._cache = open_cache(config)
        measurer = make_measurer(config, now, self._cache, progress)
        self._maker = EntryMaker(config, self._collection.names, measurer)
        self._guard = LossGuard(config, self._collection.versions, accepts=accept_loss)
        self._invalid: list[Problem] = []
        self._summaries: list[FeedSummary] = []
        self._stale = find_stale(config, self._choices, now)
        self._zone = load_zone(config.site.timezone)

    def run(self, *, writes: bool, strict: bool) -> tuple[Report, tuple[FeedChange, ...]]:
        """Render everything, and write it unless the build is refused."""
        self._guard.guard_sources(self._collection.empty)
        chosen = [c.candidates for c in (*self._choices, *self._earlier.values())]
        store = EntryStore(self._maker, chosen)
        compresses = self._config.site.compress
        with FolderTarget(self._config.output, writes=writes, compresses=compresses) as target:
            for choice in self._choices:
                entries = store.take(choice.candidates)
                feed = self._stage_section(target, choice, entries)
                if self._pages is not None:
                    self._stage_page(target, self._pages, feed, store)
            for document in render_site(self._config.site, self._summaries):
                target.stage(document)
            if self._pages is not None:
                target.stage(self._pages.render_index())
            self._guard.guard_sections(target, self._choices)
            retracted_media = self._guard.retracted_media | self._find_retracted_media(target)
            removed = target.list_obsolete(retracted_media)
            problems = _sort(
                [
                    *(*self._collection.problems, *self._maker.problems),
                    *(*self._stale, *self._guard.losses, *self._invalid),
                ]
            )
            report = Report(
                written=tuple(sorted(target.written)),
                unchanged=tuple(sorted(target.unchanged)),
                removed=tuple(removed),
                sections={c.slug: _summarize_choice(c, self._zone) for c in self._choices},
                rejected=self._collection.rejected + self._maker.failed,
                records=self._collection.records,
                withheld=tuple(self._collection.withheld),
                problems=problems,
                notes=_list_notes(self._config, self._collection, self._maker),
            )
            if writes and (is_refused(report) or (strict and problems)):
                report = msgspec.structs.replace(report, written=(), unchanged=(), removed=())
            elif writes:
                target.commit(removed, retracted_media)
                self._cache.save()
        return report, tuple(self._guard.changes)

    def _stage_section(self, target: FolderTarget, choice: Choice, entries: list[Entry]) -> Feed:
        feed = assemble_feed(self._config, choice, entries)
        for entry in entries:
            for image in entry.images:
                if image.file is not None and image.type is not None:
                    path = image.url.removeprefix(self._config.site.feeds)
                    target.stage(Document(path, image.type, image.file))
        names = self._config.site.feed_formats
        self._summaries.append(summarize_feed(feed, names))
        compared = False
        rendered: dict[FeedFormatName, tuple[Document, bytes | None]] = {}
        paths = [f"{choice.slug}.{FORMATS[name].suffix}" for name in names]
        is_new = target.old.keys().isdisjoint(paths)
        for name in names:
            document = render_feed(feed, name)
            before = target.stage(document)
            if document.path in target.written:
                self._check_document(document)
            rendered[name] = document, before
            _log.debug("%s: %d entries", document.path, len(entries))
            if before is None and is_new:
                before = _read_other_format(target, choice.slug)
            # A new feed takes nothing from subscribers, so only diff compares it.
            if not compared and (before is not None or (is_new and not target.writes)):
                self._guard.compare(choice.slug, document, before)
                compared = True
        for path in choice.settings.aliases:
            document, compared_before = rendered[read_alias(path)]
            alias = msgspec.structs.replace(document, path=path)
            before = target.stage(alias)
            # The file was another feed, whose subscribers have other entries.
            if before is not None and before != compared_before:
                self._guard.compare(path, alias, before)
        return feed

    def _stage_page(
        self, target: FolderTarget, pages: PageMaker, feed: Feed, store: EntryStore
    ) -> None:
        earlier: tuple[Entry, ...] = ()
        if feed.slug in self._earlier:
            choice = self._earlier[feed.slug]
            earlier = assemble_feed(self._config, choice, store.take(choice.candidates)).entries
        target.stage(pages.render_section(feed, self._summaries[-1].files, earlier))

    def _check_document(self, document: Document) -> None:
        """Lint a feed before it is written, because a feed with an error must not be published."""
        from feedpub.lint import lint_feed

        content = document.content if isinstance(document.content, bytes) else b""
        for finding in lint_feed(content, errors_alone=True):
            if finding.severity == "error":
                severity: Severity = "warning" if finding.rule in _FORMS_OF_IDS else "error"
                where = locate_output(self._config, document.path, finding.line)
                message = f"breaks the rule {finding.rule}: {finding.message}"
                self._invalid.append(Problem(severity, where, None, None, INVALID, message))

    def _find_retracted_media(self, target: FolderTarget) -> set[str]:
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
            urls = self._maker.find_media(file, by_position)
            found.update(map(name_media, urls))
        return found


def is_refused(report: Report) -> bool:
    """Say whether a loss or an invalid feed prevents a build from writing."""
    return any(p.kind in (LOSS, INVALID) and p.severity == "error" for p in report.problems)


def exceeds(report: Report, max_rejected: int | str) -> bool:
    """Say whether more records were rejected than a count, or a share such as "1%", allows."""
    if isinstance(max_rejected, int):
        return report.rejected > max_rejected
    return report.rejected * 100 > float(max_rejected.removesuffix("%")) * report.records


def _check_clock(config: Config, now: datetime | None) -> None:
    if now is None and config.site.future != "publish":
        raise ConfigError('now is required unless the setting future is "publish"')
    if now is not None and now.tzinfo is None:
        raise ConfigError("now has no time zone. Pass an aware datetime.")


def _list_notes(config: Config, collection: Collection, maker: EntryMaker) -> tuple[str, ...]:
    notes = collection.notes.list()
    for index, number in sorted(maker.unmeasured.items()):
        notes.append(
            f"{config.sources[index].path}: {count(number, 'image')} in bodies not measured, "
            'because they lie elsewhere. To measure them, set remote_images = "measure".'
        )
    return tuple(notes)


def _choose(config: Config, collection: Collection) -> list[Choice]:
    choices = choose(config, collection.candidates, collection.names)
    found = [choice.slug for choice in choices if choice.slug != ALL]
    if clashes := find_clashes(config.sections, found):
        raise ConfigError(*clashes)
    return choices


def _read_other_format(target: FolderTarget, slug: str) -> bytes | None:
    """Read what a section showed in another format, where it has none of those set yet."""
    paths = (f"{slug}.{form.suffix}" for form in FORMATS.values())
    return next((target.read_old(path) for path in paths if path in target.old), None)


def _group_by_file(candidates: list[Candidate]) -> dict[SourceFile, list[Candidate]]:
    groups: dict[SourceFile, list[Candidate]] = {}
    for candidate in candidates:
        if candidate.status in SHOWN:
            groups.setdefault(candidate.origin.file, []).append(candidate)
    return groups


def _link_sections(config: Config, choices: list[Choice]) -> list[SectionLink]:
    return [
        SectionLink(c.slug, c.name, c.settings.language or config.site.language)
        for c in choices
        if c.slug != ALL
    ]


def _summarize_choice(choice: Choice, zone: tzinfo) -> SectionSummary:
    newest = max((candidate.updated for candidate in choice.candidates), default=None)
    shown = None if newest is None else datetime.fromtimestamp(newest, zone).isoformat()
    return SectionSummary(len(choice.candidates), shown)


def _sort(problems: list[Problem]) -> tuple[Problem, ...]:
    return tuple(
        sorted(
            dict.fromkeys(problems),
            key=lambda p: (p.where.path, p.where.line or 0, p.where.record or 0, p.field or ""),
        )
    )
