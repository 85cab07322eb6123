"""The pages of a site staged: one for each article, lists of them, the front page, sitemaps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

from feedpub.articles import Archive, Choice
from feedpub.entries import EntryShelf
from feedpub.errors import Problem, Where
from feedpub.feeds import (
    FRONT,
    MEDIA_TYPE,
    STORIES,
    TOP,
    Frame,
    ListedPage,
    ListPage,
    Near,
    SectionLink,
    Shelf,
    count_pages,
    is_listed,
    path_of,
    render_article,
    render_front,
    render_list,
)
from feedpub.images import PageSizes
from feedpub.model import (
    Candidate,
    Document,
    Entry,
    Feed,
    FeedFile,
    Image,
    Progress,
    Recording,
    Thumbnail,
)
from feedpub.output import FolderTarget, RenderedFiles
from feedpub.pipeline.look import Look
from feedpub.settings import ALL, Config
from feedpub.text import encode_key, place_of_article

T = TypeVar("T")

_NEAR = 3  # stories that the page of an article names beside the ones before and after it


class Attempt(Protocol):
    """Makes something of entries; None if it fails because of some, which are left out."""

    def __call__(
        self, entries: Sequence[Entry], make: Callable[[tuple[Entry, ...]], T]
    ) -> T | None:
        """Make it."""


class PageStager:
    """Stages the pages of the sections that were added."""

    def __init__(
        self,
        config: Config,
        archive: Archive,
        choices: Sequence[Choice],
        *,
        look: Look,
        shelf: EntryShelf,
        sizes: PageSizes,
        target: FolderTarget,
        rendered: RenderedFiles,
        attempt: Attempt,
        progress: Progress,
    ) -> None:
        self.listed: list[ListedPage] = []  # for search engines
        self.problems = list(look.problems)
        self._style = look.style
        self._config = config
        self._archive = archive
        self._shelf = shelf
        self._sizes = sizes
        self._target = target
        self._rendered = rendered
        self._attempt = attempt
        self._progress = progress
        self._looked_at = 0  # articles whose page was made, if they have none elsewhere
        ordered = sorted(choices, key=lambda choice: self._rank(choice.slug))
        self._choices = {choice.slug: choice for choice in ordered}
        menu = [_link(config, choice) for choice in ordered if choice.slug != ALL]
        self._shared = rendered.digest(menu, look.templates.own)  # what every page is made of
        self._frame = Frame(config.site, menu, look.templates)
        self._feeds: dict[str, tuple[Feed, tuple[FeedFile, ...]]] = {}
        self._own: set[str] = set()  # ids of the articles that have no other page

    def add(self, feed: Feed, files: tuple[FeedFile, ...]) -> None:
        """Add a section, with its feed without entries."""
        self._feeds[feed.slug] = feed, files

    def stage(self) -> None:
        """Stage all pages, and before them the media that they show."""
        self._stage_media()
        if self._style is not None:
            self._target.stage(Document("style.css", "text/css", self._style))
        for slug in self._feeds:
            if slug != ALL:
                self._stage_articles(slug)
        for slug in self._feeds:
            self._stage_lists(slug)
        self._stage_front()

    def _stage_media(self) -> None:
        for image, sizes, copies in self._sizes.find_all(self._list_images()):
            self._frame.sizes[image.url] = sizes
            for copy in copies:
                self._target.stage(copy)

    def _list_images(self) -> Iterator[Image]:
        """List the images of all articles, each once, and stage them."""
        seen: set[str] = set()
        for candidate in self._archive.every:
            for entry in self._shelf.list_heads([candidate]):
                for document in list_media(self._config, entry):
                    self._target.stage(document)
                for image in entry.images:
                    if image.url not in seen:
                        seen.add(image.url)
                        yield image

    def _stage_articles(self, slug: str) -> None:
        """Stage the pages of the articles whose first section this is."""
        candidates = self._archive.sections[slug]
        for index, candidate in enumerate(candidates):
            if self._archive.first[candidate.id] != slug:
                continue
            self._looked_at += 1
            self._progress("making pages of articles", self._looked_at, len(self._archive.first))
            for entry in self._shelf.list_heads([candidate]):
                if entry.link == place_of_article(self._config.site.feeds, id=entry.id):
                    self._own.add(entry.id)
                    self._stage_article(slug, candidates, index)
                    if not entry.retracted:
                        self._list(entry.link, entry)

    def _stage_article(self, slug: str, candidates: Sequence[Candidate], index: int) -> None:
        feed, files = self._feeds[slug]
        candidate = candidates[index]
        numbers = [index - 1, index + 1, *_find_near(index, len(candidates))]
        near = [candidates[n] if 0 <= n < len(candidates) else None for n in numbers]
        wholes = self._shelf.take([candidate])
        heads = self._shelf.list_heads([c for c in near if c is not None])

        def render(shown: tuple[Entry, ...]) -> Document | None:
            by_id = {entry.id: entry for entry in shown}
            before, after, *others = (None if c is None else by_id.get(c.id) for c in near)
            beside = Near(before, after, [entry for entry in others if entry is not None])
            entry = by_id.get(candidate.id)
            if entry is None:  # only to find the one that fails
                list(map(self._frame.make_stories(feed, path_of(slug, None)).make, shown))
                return None
            return render_article(self._frame, feed, files, entry, beside, summarized=summarized)

        shown = (*wholes, *heads)
        ids = [None if c is None else c.id for c in near]
        summarized = candidate.id in self._archive.summarized
        parts = (feed, files, ids, summarized)
        self._stage_page(wholes[0].link.removeprefix(feed.base), parts, shown, render)

    def _stage_page(
        self,
        path: str,
        parts: object,
        entries: Sequence[Entry],
        render: Callable[[tuple[Entry, ...]], Document | None],
    ) -> None:
        """Stage a page of entries, which is rendered if it is made of something else than before.

        Args:
            parts: What the page is made of beside the entries and what all share.
        """
        sizes = [self._frame.sizes.get(image.url) for e in entries for image in e.images]
        made_of = self._rendered.digest(parts, entries, self._shared, sizes)
        page = self._rendered.render(
            self._target, path, MEDIA_TYPE, made_of, lambda: self._attempt(entries, render)
        )
        if page is not None:
            self._target.stage(page)

    def _stage_lists(self, slug: str) -> None:
        feed, files = self._feeds[slug]
        candidates = self._archive.sections[slug]
        total, last = len(candidates), count_pages(len(candidates))
        newest = self._find_updated(slug)
        # Where articles have pages elsewhere, search engines should find those and their lists.
        indexed = is_listed(feed) and any(c.id in self._own for c in candidates)

        def stage(number: int | None, part: Sequence[Candidate]) -> None:
            updated = newest if number is None else None

            def render(shown: tuple[Entry, ...]) -> Document:
                page = ListPage(entries=shown, number=number, last=last, total=total)
                return render_list(self._frame, feed, files, page, updated, indexed=indexed)

            parts = (feed, files, number, last, total, updated, indexed)
            entries = self._shelf.list_heads(part[::-1])
            self._stage_page(path_of(slug, number), parts, entries, render)

        for number in range(1, last + 1):
            stage(number, candidates[(number - 1) * STORIES : number * STORIES])
        stage(None, candidates[-STORIES:])
        if newest is not None and indexed:
            self._list(f"{self._config.site.feeds}{path_of(slug, None)}", newest)

    def _stage_front(self) -> None:
        sections = [self._open(slug) for slug in self._order_sections()]
        every, lead, newest = self._open(ALL), self._find_lead(), self._find_updated(ALL)
        entries = {e.id: e for section in (every, *sections) for e in section.entries}
        if lead is not None:
            entries[lead.id] = lead

        def render(shown: tuple[Entry, ...]) -> Document:
            ids = {entry.id for entry in shown}

            def keep(section: Shelf) -> Shelf:
                kept = [entry for entry in section.entries if entry.id in ids]
                return Shelf(section.feed, section.files, kept)

            return render_front(
                self._frame,
                keep(every),
                [keep(section) for section in sections],
                lead=lead if lead is not None and lead.id in ids else None,
                newest=newest,
                indexed=bool(self._own),
            )

        document = self._attempt(tuple(entries.values()), render)
        if document is not None:
            self._target.stage(document)

    def _list(self, url: str, newest: Entry) -> None:
        self.listed.append(ListedPage(url, newest.updated, newest.updated_precision))

    def _open(self, slug: str) -> Shelf:
        feed, files = self._feeds[slug]
        newest = self._choices[slug].candidates[: TOP + FRONT]
        return Shelf(feed, files, self._shelf.list_heads(newest))

    def _rank(self, slug: str) -> tuple[int, str]:
        """Order sections as the configuration names them, and others after them, by their slugs.

        Every page has the bar of sections, so a story that comes must not change their order.
        """
        configured = list(self._config.sections)
        return configured.index(slug) if slug in configured else len(configured), slug

    def _order_sections(self) -> list[str]:
        """Order sections as the front page shows them: others than the configured by newest."""
        place = {candidate.id: n for n, candidate in enumerate(self._archive.every)}

        def rank(slug: str) -> tuple[int, int, str]:
            shown = self._choices[slug].candidates
            return self._rank(slug)[0], -place[shown[0].id] if shown else 1, slug

        return sorted((slug for slug in self._feeds if slug != ALL), key=rank)

    def _find_updated(self, slug: str) -> Entry | None:
        """Find the entry of a section's feed that was updated last."""
        candidates = self._choices[slug].candidates
        newest = max(candidates, key=lambda candidate: candidate.updated, default=None)
        return None if newest is None else next(iter(self._shelf.list_heads([newest])), None)

    def _find_lead(self) -> Entry | None:
        """Find the story that the configuration pins to the top of the front page."""
        site = self._config.site
        if site.lead is None:
            return None
        ids = {site.lead, f"tag:{site.tag}:{encode_key(site.lead)}"}
        found = [c for c in self._archive.every if c.id in ids and c.status == "published"]
        for entry in self._shelf.list_heads(found):
            return entry
        message = "is the id of no published article. The front page leads with the newest."
        where = Where(self._config.path.name)
        self.problems.append(Problem("warning", where, "site.lead", site.lead, "lead", message))
        return None


def _link(config: Config, choice: Choice) -> SectionLink:
    language = choice.settings.language or config.site.language
    return SectionLink(choice.slug, choice.name, language)


def list_media(config: Config, entry: Entry) -> Iterator[Document]:
    """List the files of an entry that are copied to the output."""
    small = (one.thumbnail for one in entry.images if one.thumbnail is not None)
    shown: tuple[Image | Recording | Thumbnail, ...] = (*entry.images, *small, *entry.recordings)
    for media in shown:
        if media.file is not None and media.type is not None:
            path = media.url.removeprefix(config.site.feeds)
            yield Document(path, media.type, media.file)


def _find_near(index: int, count: int) -> list[int]:
    """Find more stories near one: older ones, so that a page stays as it is when others come."""
    older = range(index - 2, max(-1, index - 2 - _NEAR), -1)
    newer = range(index + 2, min(count, index + 2 + _NEAR - len(older)))
    return [*older, *newer]
