"""Pages for people: one for every section, and an index of all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set

import msgspec

from feedpub.feeds.pages.rendering import fill_template
from feedpub.feeds.pages.stories import Moment, SectionLink, Story, StoryMaker, updated_of
from feedpub.feeds.pages.words import find_words
from feedpub.model import Document, Entry, Feed, FeedFile
from feedpub.settings import ALL, Site

__all__ = ["MEDIA_TYPE", "SUFFIX", "PageMaker", "SectionLink"]

MEDIA_TYPE = "text/html"
SUFFIX = "html"
# Among more links than these, nobody finds one; the index has a filter.
_MENU = 12
# Stories at the top of the index.
_TOP = 5
# About how many more stories the index shows in all, and at most how many of a section.
_INDEX = 60
_FRONT = 4


class _FeedLink(msgspec.Struct, frozen=True):
    """A feed in one format: `href` to link to it, `url` to paste into a reader."""

    title: str
    label: str
    type: str
    href: str
    url: str


class _Front(msgspec.Struct, frozen=True, kw_only=True):
    """What the index shows of a section."""

    slug: str
    name: str
    language: str
    stories: tuple[Story, ...]
    feeds: tuple[_FeedLink, ...]


class _Shown(msgspec.Struct, frozen=True):
    """A feed and what a page says of it; for the index, only the feed's first entries are kept."""

    feed: Feed
    links: tuple[_FeedLink, ...]
    newest: Moment | None


class _Page(msgspec.Struct, frozen=True, kw_only=True):
    """What all templates use."""

    slug: str
    language: str
    title: str
    description: str
    url: str
    picture: str | None
    newest: Moment | None
    menu: tuple[SectionLink, ...]
    feeds: tuple[_FeedLink, ...]
    alternates: tuple[_FeedLink, ...]


class _Section(msgspec.Struct, frozen=True, kw_only=True):
    heading: str
    lede: str | None
    stories: tuple[Story, ...]
    earlier: tuple[Story, ...]


class _Index(msgspec.Struct, frozen=True, kw_only=True):
    lead: Story | None
    seconds: tuple[Story, ...]
    fronts: tuple[_Front, ...]


class PageMaker:
    """Makes the pages of one site: one for every section, and then their index."""

    def __init__(self, site: Site, sections: Sequence[SectionLink]) -> None:
        self._site = site
        self._sections = {section.name: section for section in sections}
        self._menu = tuple(sections) if len(sections) <= _MENU else ()
        self._descriptions = (site.description, site.title)
        self._shown: list[_Shown] = []

    def render_section(
        self, feed: Feed, files: Iterable[FeedFile], earlier: Sequence[Entry]
    ) -> Document:
        """Render a section's page.

        Args:
            files: The section's feeds, to subscribe to.
            earlier: Its stories that other feeds show but this one no longer does; the page
                keeps those that have no other page.
        """
        newest = max(feed.entries, key=lambda entry: entry.updated, default=None)
        time = None if newest is None else updated_of(newest, feed.language)
        whole = _Shown(feed, tuple(_link_to(feed, file) for file in files), time)
        # The index shows no entry whole, and only the first of each section.
        first = (msgspec.structs.replace(e, content=None) for e in feed.entries[: _TOP + _FRONT])
        kept = msgspec.structs.replace(feed, entries=tuple(first))
        self._shown.append(msgspec.structs.replace(whole, feed=kept))
        maker = self._make_stories(feed, is_own=True)
        section = _Section(
            heading=find_words(feed.language).all_stories if feed.slug == ALL else feed.name,
            # A description that every section has says nothing about this one.
            lede=None if feed.description in self._descriptions else feed.description,
            stories=tuple(map(maker.make, feed.entries)),
            earlier=tuple(story for story in map(maker.make, earlier) if story.whole),
        )
        return self._fill(feed.slug, whole, shown=section, alternates=whole.links)

    def render_index(self) -> Document:
        """Render the index of the sections whose pages were rendered, and of the feed of all."""
        every = next(shown for shown in self._shown if shown.feed.slug == ALL)
        sections = [shown for shown in self._shown if shown.feed.slug != ALL]
        top = every.feed.entries[:_TOP]
        lead = next((entry for entry in top if entry.images), top[0] if top else None)
        maker = self._make_stories(every.feed)
        at_top = {entry.id for entry in top}
        count = max(1, min(_FRONT, _INDEX // max(1, len(sections))))
        index = _Index(
            lead=None if lead is None else maker.make(lead),
            seconds=tuple(maker.make(entry) for entry in top if entry is not lead),
            fronts=tuple(self._make_front(section, at_top, count) for section in sections),
        )
        # Every format of every section would be most of the page.
        alternates = (*every.links, *(section.links[0] for section in sections))
        return self._fill("index", every, shown=index, alternates=alternates)

    def _make_front(self, section: _Shown, at_top: Set[str], count: int) -> _Front:
        feed = section.feed
        # What is at the top is not repeated, unless nothing else is left.
        entries = [entry for entry in feed.entries if entry.id not in at_top] or feed.entries
        maker = self._make_stories(feed)
        return _Front(
            slug=feed.slug,
            name=feed.name,
            language=feed.language,
            stories=tuple(map(maker.make, entries[:count])),
            feeds=section.links,
        )

    def _make_stories(self, feed: Feed, *, is_own: bool = False) -> StoryMaker:
        return StoryMaker(
            base=feed.base,
            slug=feed.slug,
            is_own=is_own,
            language=feed.language,
            sections=self._sections,
            site_author=self._site.author,
        )

    def _fill(
        self,
        name: str,
        whole: _Shown,
        *,
        shown: _Section | _Index,
        alternates: tuple[_FeedLink, ...],
    ) -> Document:
        path, feed = f"{name}.{SUFFIX}", whole.feed
        page = _Page(
            slug=feed.slug,
            language=feed.language,
            title=feed.title,
            description=feed.description,
            url=f"{feed.base}{path}",
            picture=next((entry.images[0].url for entry in feed.entries if entry.images), None),
            newest=whole.newest,
            menu=self._menu,
            feeds=whole.links,
            alternates=alternates,
        )
        template = "index.html" if isinstance(shown, _Index) else "section.html"
        content = fill_template(
            template, language=feed.language, page=page, shown=shown, site=self._site
        )
        return Document(path, MEDIA_TYPE, content)


def _link_to(feed: Feed, file: FeedFile) -> _FeedLink:
    label = file.label.partition(" ")[0]  # its place shows that it is a feed
    href = file.url.removeprefix(feed.base)
    return _FeedLink(f"{feed.title} ({file.label})", label, file.type, href, file.url)
