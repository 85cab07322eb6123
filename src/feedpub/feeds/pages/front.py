"""The front page: the newest stories, or one that leads, and the sections."""

from __future__ import annotations

from collections.abc import Sequence, Set

import msgspec

from feedpub.feeds.pages.frame import SUFFIX, Face, FeedLink, Frame, link_feeds
from feedpub.feeds.pages.stories import Moment, Story, updated_of
from feedpub.model import Document, Entry, Feed, FeedFile

PATH = f"index.{SUFFIX}"
# Stories at the top, and at most how many of a section.
TOP = 5
FRONT = 4
# About how many more stories the page shows in all.
_MOST = 60


class Shelf(msgspec.Struct, frozen=True):
    """A section on the front page: its feed and files, and the newest entries of the feed."""

    feed: Feed
    files: Sequence[FeedFile]
    entries: Sequence[Entry]


class _Front(msgspec.Struct, frozen=True, kw_only=True):
    slug: str
    name: str
    language: str
    stories: tuple[Story, ...]
    feeds: tuple[FeedLink, ...]


class _Index(msgspec.Struct, frozen=True, kw_only=True):
    newest: Moment | None
    lead: Story | None
    seconds: tuple[Story, ...]
    fronts: tuple[_Front, ...]


def render_front(
    frame: Frame,
    every: Shelf,
    sections: Sequence[Shelf],
    *,
    lead: Entry | None,
    newest: Entry | None,
    indexed: bool,
) -> Document:
    """Render the front page.

    Args:
        every: The stories of all sections.
        sections: The sections, in the order in which the page shows them.
        lead: The story that leads; without it, the newest with an image does.
        newest: The entry that was updated last.
        indexed: Whether search engines should find it.
    """
    feed, top = every.feed, every.entries[:TOP]
    if lead is None:
        lead = next((entry for entry in top if entry.images), top[0] if top else None)
    elif all(entry.id != lead.id for entry in top):
        top = top[: TOP - 1]
    at_top = {entry.id for entry in (*top, *([lead] if lead is not None else []))}
    count = max(1, min(FRONT, _MOST // max(1, len(sections))))
    maker = frame.make_stories(feed, PATH)
    leading = None if lead is None else maker.make(lead)
    seconds = tuple(maker.make(e) for e in top if lead is None or e.id != lead.id)
    fronts = tuple(_make_front(frame, section, at_top, count) for section in sections)
    links = link_feeds(feed, every.files, PATH)
    face = Face(
        title=feed.title,
        description=feed.description,
        language=feed.language,
        slug=feed.slug,
        indexed=indexed,
        picture=None if lead is None else frame.find_shared_picture(lead),
        feeds=links,
        # Every format of every section would be most of the page.
        alternates=(*links, *(front.feeds[0] for front in fronts)),
    )
    index = _Index(
        newest=None if newest is None else updated_of(newest, feed.language),
        lead=leading,
        seconds=seconds,
        fronts=fronts,
    )
    return frame.fill(PATH, "index.html", face=face, shown=index)


def _make_front(frame: Frame, section: Shelf, at_top: Set[str], count: int) -> _Front:
    feed = section.feed
    # What is at the top is not repeated, unless nothing else is left.
    entries = [entry for entry in section.entries if entry.id not in at_top] or section.entries
    maker = frame.make_stories(feed, PATH)
    return _Front(
        slug=feed.slug,
        name=feed.name,
        language=feed.language,
        stories=tuple(map(maker.make, entries[:count])),
        feeds=link_feeds(feed, section.files, PATH),
    )
