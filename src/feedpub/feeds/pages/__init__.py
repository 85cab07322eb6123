"""Pages for people: one of every section, and an index of them all."""

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
# A bar of more links than these is no way to find one; the index has a filter.
_MENU = 12
# The top of the index: one story, and those beside it.
_TOP = 5
# The index shows about so many further stories in all, and of no section more than so many.
_INDEX = 60
_FRONT = 4


class _FeedLink(msgspec.Struct, frozen=True):
    """A feed in one format: `href` for a link beside it, `url` for the reader it is pasted in."""

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
    """A feed and what a page says of it; for the index, the feed's first entries are kept alone."""

    feed: Feed
    links: tuple[_FeedLink, ...]
    newest: Moment | None


class _Page(msgspec.Struct, frozen=True, kw_only=True):
    """What all templates name."""

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
    """Makes the pages of one site: every section's, then the index of what they showed."""

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
            earlier: What other feeds show of its stories and this one no more; those that stand
                on this page alone are kept on it.
        """
        newest = max(feed.entries, key=lambda entry: entry.updated, default=None)
        told = None if newest is None else updated_of(newest, feed.language)
        whole = _Shown(feed, tuple(_link_to(feed, file) for file in files), told)
        # The index shows no entry whole, and of each section but the first.
        first = (msgspec.structs.replace(e, content=None) for e in feed.entries[: _TOP + _FRONT])
        kept = msgspec.structs.replace(feed, entries=tuple(first))
        self._shown.append(msgspec.structs.replace(whole, feed=kept))
        maker = self._make_stories(feed, stands=True)
        section = _Section(
            heading=find_words(feed.language).all_stories if feed.slug == ALL else feed.name,
            # What says the same of every section says nothing of this one.
            lede=None if feed.description in self._descriptions else feed.description,
            stories=tuple(map(maker.make, feed.entries)),
            earlier=tuple(story for story in map(maker.make, earlier) if story.whole),
        )
        return self._fill(feed.slug, whole, shown=section, alternates=whole.links)

    def render_index(self) -> Document:
        """Render the index of all sections whose pages were rendered, and of their feed of all."""
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
        # What stands at the top is not repeated, unless nothing else is left.
        entries = [entry for entry in feed.entries if entry.id not in at_top] or feed.entries
        maker = self._make_stories(feed)
        return _Front(
            slug=feed.slug,
            name=feed.name,
            language=feed.language,
            stories=tuple(map(maker.make, entries[:count])),
            feeds=section.links,
        )

    def _make_stories(self, feed: Feed, *, stands: bool = False) -> StoryMaker:
        return StoryMaker(
            base=feed.base,
            slug=feed.slug,
            stands=stands,
            language=feed.language,
            sections=self._sections,
            site_author=self._site.author,
        )

    def _fill(
        self,
        name: str,
        told: _Shown,
        *,
        shown: _Section | _Index,
        alternates: tuple[_FeedLink, ...],
    ) -> Document:
        path, feed = f"{name}.{SUFFIX}", told.feed
        page = _Page(
            slug=feed.slug,
            language=feed.language,
            title=feed.title,
            description=feed.description,
            url=f"{feed.base}{path}",
            picture=next((entry.images[0].url for entry in feed.entries if entry.images), None),
            newest=told.newest,
            menu=self._menu,
            feeds=told.links,
            alternates=alternates,
        )
        template = "index.html" if isinstance(shown, _Index) else "section.html"
        content = fill_template(
            template, language=feed.language, page=page, shown=shown, site=self._site
        )
        return Document(path, MEDIA_TYPE, content)


def _link_to(feed: Feed, file: FeedFile) -> _FeedLink:
    label = file.label.partition(" ")[0]  # that it is a feed is plain from where it stands
    href = file.url.removeprefix(feed.base)
    return _FeedLink(f"{feed.title} ({file.label})", label, file.type, href, file.url)
