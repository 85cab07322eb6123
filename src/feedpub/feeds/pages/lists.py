"""The pages of a section: its newest stories, and before them whole pages that do not change."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from feedpub.feeds.pages.frame import SUFFIX, Face, Frame, link_feeds
from feedpub.feeds.pages.stories import Moment, Story, updated_of, written_day
from feedpub.feeds.pages.words import count_stories, find_words, write_number
from feedpub.model import Document, Entry, Feed, FeedFile
from feedpub.settings import ALL

STORIES = 20  # of a page


class ListPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a section: its entries, the newest first.

    `number` counts from the page of the oldest; None is the page of the newest. `last` is the
    last page with a number. `total` counts the stories of all pages.
    """

    entries: Sequence[Entry]
    number: int | None
    last: int
    total: int


class _Link(msgspec.Struct, frozen=True):
    label: str
    href: str


class _Shown(msgspec.Struct, frozen=True, kw_only=True):
    heading: str
    lede: str | None
    number: str | None
    newest: Moment | None
    count: str | None
    oldest_day: Moment | None
    newest_day: Moment | None
    stories: tuple[Story, ...]
    newer: str | None
    older: str | None
    numbers: tuple[_Link, ...]


def count_pages(total: int) -> int:
    """Count the pages with numbers: each is full, and the newest stories have a page beside.

    So a story that comes changes no page but that of the newest. That may repeat stories of the
    last page with a number.
    """
    return max(0, -(-(total - STORIES) // STORIES))


def path_of(slug: str, number: int | None) -> str:
    """Give the path of a section's page."""
    return f"{slug}.{SUFFIX}" if number is None else f"{slug}/page/{number}.{SUFFIX}"


def render_list(
    frame: Frame,
    feed: Feed,
    files: Sequence[FeedFile],
    page: ListPage,
    newest: Entry | None,
    *,
    indexed: bool,
) -> Document:
    """Render a page of a section's stories.

    Args:
        feed: The section; its entries are not read.
        newest: The entry that was updated last, for the page of the newest.
        indexed: Whether search engines should find it.
    """
    path = path_of(feed.slug, page.number)
    words = find_words(feed.language)
    stories = tuple(map(frame.make_stories(feed, path).make, page.entries))
    days = [written_day(entry, feed.language) for entry in page.entries]
    links = link_feeds(feed, files, path)
    heading = words.all_stories if feed.slug == ALL else feed.name
    title = feed.title
    if page.number is not None:
        title += f" ({words.page.format(write_number(page.number, feed.language))})"
    count = page.total if page.number is None else len(stories)
    newer, older = _find_beside(feed.slug, page)
    face = Face(
        title=title,
        description=feed.description,
        language=feed.language,
        slug=feed.slug,
        indexed=indexed,
        picture=next(filter(None, map(frame.find_shared_picture, page.entries)), None),
        feeds=links,
        alternates=links,
    )
    # A description that every section has says nothing about this one.
    general = (frame.site.description, frame.site.title)
    shown = _Shown(
        heading=heading,
        lede=None if feed.description in general or page.number else feed.description,
        number=None if page.number is None else write_number(page.number, feed.language),
        newest=None if newest is None else updated_of(newest, feed.language),
        count=count_stories(count, feed.language) if count else None,
        oldest_day=days[-1] if days else None,
        newest_day=days[0] if days else None,
        stories=stories,
        newer=newer,
        older=older,
        numbers=_list_numbers(feed, page),
    )
    return frame.fill(path, "section.html", face=face, shown=shown)


def is_listed(feed: Feed) -> bool:
    """Say whether a section has no other page than this output's, and is not that of all."""
    return feed.slug != ALL and feed.link.startswith(feed.base)


def _find_beside(slug: str, page: ListPage) -> tuple[str | None, str | None]:
    """Find the pages of newer and of older stories, relative to the output folder."""
    if page.number is None:
        return None, path_of(slug, page.last) if page.last else None
    # The page of the newest has a link of its own.
    newer = path_of(slug, page.number + 1) if page.number < page.last else None
    return newer, path_of(slug, page.number - 1) if page.number > 1 else None


def _list_numbers(feed: Feed, page: ListPage) -> tuple[_Link, ...]:
    """List links to some of the pages from the newest: the last few, and the first."""
    if page.number is not None:
        return ()
    numbers = sorted({*range(max(1, page.last - 4), page.last + 1), *([1] if page.last else [])})
    return tuple(
        _Link(write_number(number, feed.language), path_of(feed.slug, number))
        for number in reversed(numbers)
    )
