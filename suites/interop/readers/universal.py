"""feedparser: the parser of most readers that are written in Python."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from pathlib import Path

import feedparser

from suites.interop.readers import ALL_FIELDS, Reader, Shown


def read(url: str, folder: Path) -> list[Shown]:
    """Read a feed."""
    feed = feedparser.parse(url)
    assert not feed.bozo, feed.get("bozo_exception")
    return [_read_entry(entry) for entry in feed.entries]


def _read_entry(entry: feedparser.FeedParserDict) -> Shown:
    moment = entry.get("published_parsed") or entry.updated_parsed
    enclosure: Mapping[str, str] = next(iter(entry.enclosures), {})
    length = enclosure.get("length")
    return Shown(
        id=entry.id,
        title=entry.title,
        link=entry.link,
        instant=calendar.timegm(moment),
        enclosure_url=enclosure.get("href"),
        enclosure_type=enclosure.get("type"),
        enclosure_length=None if length is None else int(length),
    )


READER = Reader("feedparser", {"rss": ALL_FIELDS, "atom": ALL_FIELDS}, read)
