"""One pass over all sections: feeds rendered, checked and staged, with their pages and images."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple, TypeVar

import msgspec

from feedpub.articles import Choice, divide_archive, list_archive
from feedpub.entries import EntryMaker, EntryShelf, EntryStore, KeptEntries
from feedpub.errors import INVALID, INVALID_ENTRY, Failure, Problem, attempt
from feedpub.feeds import (
    FORMATS,
    assemble_feed,
    empty_feed,
    list_shown_ids,
    render_feed,
    render_robots,
    render_site,
    render_sitemaps,
    summarize_feed,
)
from feedpub.images import ImageMeasurer, PageSizes
from feedpub.model import ArchivePlace, Candidate, Document, Entry, Feed, FeedSummary, Progress
from feedpub.output import FolderTarget, LossGuard, RenderedFiles, locate_output, read_alias
from feedpub.pipeline.collecting import Collection
from feedpub.pipeline.left_out import LeftOut
from feedpub.pipeline.look import Look
from feedpub.pipeline.news import News
from feedpub.pipeline.page_staging import PageStager, list_media
from feedpub.pipeline.rendering import CheckedFeed, find_faults, share_rendering
from feedpub.pipeline.workers import Call, Workers
from feedpub.settings import Config, FeedFormatName
from feedpub.text import count

T = TypeVar("T")

_log = logging.getLogger(__name__)

# Entries in feeds; below that, other processes would take longer to begin than they save.
_FEWEST_SHARED = 500


class _Section(NamedTuple):
    """A section to stage, with the months of its archive; the feed is None if an entry fails.

    `made_of` is the digest of what the feed is made of.
    """

    choice: Choice
    months: Mapping[str, Choice]
    feed: Feed | None
    made_of: str | None


class SiteStager:
    """Stages the documents of a site in one pass, which is void if it finds an entry at fault.

    The entry is then in `left_out`, and another pass stages all documents without it, because
    some of those that this pass staged may show it. `stopped` are the problems of feeds that
    are themselves at fault: the output keeps what it has of them.
    """

    def __init__(
        self,
        config: Config,
        collection: Collection,
        choices: Iterable[Choice],
        *,
        look: Look,
        measurer: ImageMeasurer,
        sizes: PageSizes,
        guard: LossGuard,
        target: FolderTarget,
        left_out: LeftOut,
        kept: KeptEntries,
        rendered: RenderedFiles,
        workers: Workers,
        now: datetime | None,
        progress: Progress,
    ) -> None:
        self.choices = [left_out.apply(choice) for choice in choices]
        self.maker = EntryMaker(config, collection.names, measurer, kept)
        self.stopped: list[Problem] = []
        self._config = config
        self._progress = progress
        self.guard = guard
        self.target = target
        self.left_out = left_out
        self._rendered = rendered
        self._workers = workers
        entries = sum(len(choice.candidates) for choice in self.choices)
        self._is_shared = workers.are_several and entries >= _FEWEST_SHARED
        self._ahead: Mapping[str, CheckedFeed] = {}  # of the section that is staged, by path
        self._known = len(left_out.problems)
        self._summaries: list[FeedSummary] = []
        self._links: dict[str, set[str]] = {}  # a path below the output: what links there
        self._versions = collection.versions
        self.news = News(config, self._iter_published(), collection.names, now)
        self._pages: PageStager | None = None
        self._months: dict[str, Mapping[str, Choice]] = {}  # of the archive of each section
        self._store: EntryStore | EntryShelf
        if "html" not in config.site.formats and config.site.archive is None:
            chosen = [choice.candidates for choice in self.choices]
            self._store = EntryStore(self.maker, [*chosen, self.news.candidates])
            return
        archive = list_archive(config, self._iter_published(), collection.names)
        self._store = EntryShelf(self.maker, archive.every)
        if config.site.archive is not None:
            self._months = {
                choice.slug: divide_archive(config, archive, choice, collection.names)
                for choice in self.choices
            }
        if "html" in config.site.formats:
            self._pages = PageStager(
                config,
                archive,
                self.choices,
                look=look,
                shelf=self._store,
                sizes=sizes,
                target=target,
                rendered=rendered,
                attempt=self._attempt,
                progress=progress,
            )

    @property
    def is_void(self) -> bool:
        """Whether the pass found an entry at fault."""
        return len(self.left_out.problems) > self._known

    def stage(self) -> None:
        """Stage all documents."""
        sections = map(self._begin_section, self.choices)
        shared = self._workers.share(sections, self._find_call)
        for number, (section, ahead) in enumerate(shared, 1):
            self._ahead = ahead or {}
            self._stage_section(section)
            self._progress("making feeds of sections", number, len(self.choices))
        if self.is_void:
            return
        for document in render_site(self._config.site, self._summaries):
            self.target.stage(document)
        sitemaps = self.news.render(self._store)
        if self._pages is not None:
            self._pages.stage()
            self.stopped += self._pages.problems
            base = self._config.site.feeds
            sitemaps = [*render_sitemaps(base, self._pages.listed), *sitemaps]
            sitemaps.append(render_robots(base, sitemaps))
        for document in sitemaps:
            self.target.stage(document)

    def close(self) -> None:
        """Drop the entries that wait to be shown."""
        if isinstance(self._store, EntryShelf):
            self._store.close()

    def _begin_section(self, choice: Choice) -> _Section:
        months = self._months.get(choice.slug, {})
        feed = self._assemble(choice, ArchivePlace(previous=max(months, default=None)))
        return _Section(choice, months, feed, None if feed is None else self._rendered.digest(feed))

    def _find_call(self, section: _Section) -> Call[dict[str, CheckedFeed]] | None:
        """Find what another process can do for a section: render the feeds that may change."""
        feed = section.feed
        if feed is None or not self._is_shared:
            return None
        names = [
            name
            for name in self._config.site.feed_formats
            if not self._rendered.is_known(
                self.target, f"{feed.stem}.{FORMATS[name].suffix}", section.made_of
            )
        ]
        return share_rendering(feed, names) if names else None

    def _stage_section(self, section: _Section) -> None:
        choice, feed = section.choice, section.feed
        if feed is None:
            return
        self._stage_archive(section.months)
        self._stage_media(feed)
        self._stage_feeds(choice, feed, section.made_of)
        names = [name for name in self._config.site.feed_formats if self._has(choice.slug, name)]
        self._summaries.append(summarize_feed(feed, names))
        if self._pages is not None:
            self._pages.add(empty_feed(feed), self._summaries[-1].files)

    def _stage_archive(self, months: Mapping[str, Choice]) -> None:
        """Stage a section's documents of months, the oldest first; entries of one are in memory."""
        order = list(months)
        names = [name for name in self._config.site.feed_formats if FORMATS[name].has_archive]
        places = map(ArchivePlace, order, [None, *order], [*order[1:], None])
        for choice, place in zip(months.values(), places, strict=True):
            feed = self._assemble(choice, place)
            if feed is None:
                continue
            self._stage_media(feed)
            made_of = self._rendered.digest(feed)
            for name in names:
                staged = self._stage_feed(feed, name, made_of)
                if staged is not None and staged[1] is not None:
                    self.guard.note_archive(staged[1])

    def _stage_media(self, feed: Feed) -> None:
        for entry in feed.entries:
            for document in list_media(self._config, entry):
                self.target.stage(document)
        self._note_links(feed)

    def _note_links(self, feed: Feed) -> None:
        """Note what links to files of the output: the feed, and entries by their ids."""
        base = self._config.site.feeds
        for link, by in [(feed.link, ""), *[(entry.link, entry.id) for entry in feed.entries]]:
            if link.startswith(base):
                path = link.removeprefix(base).partition("#")[0]
                self._links.setdefault(path, set()).add(by)

    def tell_dead_links(self) -> str | None:
        """Say that feeds or entries link to files of the output that are not written."""
        dead = {path: by for path, by in self._links.items() if path not in self.target.new}
        if not dead:
            return None
        articles = len(set().union(*dead.values()) - {""})
        feeds = sum("" in by for by in dead.values())
        told = [
            count(number, noun)
            for number, noun in ((feeds, "feed"), (articles, "article"))
            if number
        ]
        return (
            f"{min(dead)} is not written, but links of {' and '.join(told)} lead to such pages. "
            'Add "html" to formats in [site], or set link in [section.SLUG] and [[source]].'
        )

    def _assemble(self, choice: Choice, place: ArchivePlace) -> Feed | None:
        """Assemble the feed of a choice; None if an entry fails."""
        entries = self._store.take(choice.candidates)
        return self._attempt(entries, partial(assemble_feed, self._config, choice, place=place))

    def _has(self, slug: str, name: FeedFormatName) -> bool:
        return f"{slug}.{FORMATS[name].suffix}" in self.target.new

    def _stage_feeds(self, choice: Choice, feed: Feed, made_of: str | None) -> None:
        target = self.target
        names = self._config.site.feed_formats
        compared = False
        rendered: dict[FeedFormatName, tuple[Document, bytes | None]] = {}
        paths = [f"{choice.slug}.{FORMATS[name].suffix}" for name in names]
        is_new = target.old.keys().isdisjoint(paths)
        for name in names:
            staged = self._stage_feed(feed, name, made_of)
            if staged is None:
                continue
            document, before = rendered[name] = staged
            if before is None and is_new:
                before = _read_other_format(target, choice.slug)
            # A new feed takes nothing from subscribers, so only diff compares it.
            if not compared and (before is not None or (is_new and not target.writes)):
                self.guard.compare(choice.slug, document, before, choice.summarized)
                compared = True
        for path in choice.settings.aliases:
            if read_alias(path) not in rendered:
                target.keep_old(path)
                continue
            document, compared_before = rendered[read_alias(path)]
            alias = msgspec.structs.replace(document, path=path)
            before = target.stage(alias)
            # The file was another feed, whose subscribers have other entries.
            if before is not None and before != compared_before:
                self.guard.compare(path, alias, before, choice.summarized)

    def _stage_feed(
        self, feed: Feed, name: FeedFormatName, made_of: str | None
    ) -> tuple[Document, bytes | None] | None:
        """Stage a feed in one format, and give it with the bytes that it replaces.

        If it is at fault, None: the output keeps what it has of it.
        """
        form = FORMATS[name]
        path = f"{feed.stem}.{form.suffix}"
        document = self._rendered.render(
            self.target, path, form.type, made_of, lambda: self._render(feed, name, path)
        )
        if document is None:
            self.target.keep_old(path)
            return None
        before = self.target.stage(document)
        if path in self.target.written and not self._is_valid(feed, name, document):
            self.target.keep_old(path)
            return None
        _log.debug("%s: %d entries", path, len(feed.entries))
        return document, before

    def _render(self, feed: Feed, name: FeedFormatName, path: str) -> Document | None:
        """Render a feed in one format; None if an entry, or the feed itself, fails."""
        if path in self._ahead:
            return self._ahead[path].document

        def render(shown: tuple[Entry, ...]) -> Document:
            return render_feed(msgspec.structs.replace(feed, entries=shown), name)

        document = attempt(lambda: self._attempt(feed.entries, render))
        if isinstance(document, Failure):
            where = locate_output(self._config, path)
            self.stopped.append(document.tell(where, "feed", kind=INVALID))
            return None
        return document

    def _iter_published(self) -> Iterator[Candidate]:
        """Yield the newest versions but those that are left out."""
        return (c for c in self._versions if c.id not in self.left_out.problems)

    def _attempt(
        self, entries: Sequence[Entry], make: Callable[[tuple[Entry, ...]], T]
    ) -> T | None:
        """Make something of entries; None if it fails because of some, which are left out.

        Raises:
            Exception: It fails without any entry, or only because of several together.
        """
        made = attempt(lambda: make(tuple(entries)))
        if not isinstance(made, Failure):
            return made
        if not isinstance(attempt(lambda: make(())), Failure):
            for entry in entries:
                alone = attempt(partial(make, (entry,)))
                if isinstance(alone, Failure):
                    self._leave_out(entry.id, alone.tell(self._versions[entry.id].origin.where))
        if not self.is_void:
            raise made.error
        return None

    def _leave_out(self, id: str, problem: Problem) -> None:
        self.left_out.problems.setdefault(id, problem)

    def _is_valid(self, feed: Feed, name: FeedFormatName, document: Document) -> bool:
        """Lint a feed before it is written; entries at fault are left out of the next pass."""
        from feedpub.lint import FORMS_OF_SCHEMES

        ahead = self._ahead.get(document.path)
        findings = find_faults(document) if ahead is None else ahead.findings
        ids = list_shown_ids(feed, name)
        is_valid = True
        for finding in findings:
            fault = f"the rule {finding.rule}: {finding.message}"
            if finding.entry is None or finding.entry >= len(ids):
                where = locate_output(self._config, document.path, finding.line)
                message = f"is not written, because it breaks {fault}"
                self.stopped.append(Problem("error", where, None, None, INVALID, message))
                is_valid = False
            elif finding.rule not in FORMS_OF_SCHEMES:  # of an id: the record's warning says it
                id = ids[finding.entry]
                message = f"is left out, because its entry in {document.path} breaks {fault}"
                where = self._versions[id].origin.where
                self._leave_out(id, Problem("error", where, None, None, INVALID_ENTRY, message))
        return is_valid


def _read_other_format(target: FolderTarget, slug: str) -> bytes | None:
    """Read what a section showed in another format, where it has none of those set yet."""
    paths = (f"{slug}.{form.suffix}" for form in FORMATS.values())
    return next((target.read_old(path) for path in paths if path in target.old), None)
