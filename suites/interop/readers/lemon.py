"""reader: a feed reader's library that remembers; it reads RSS and Atom with feedparser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import reader

from suites.interop.readers import ALL_FIELDS, Reader, Shown


@contextmanager
def _open(url: str, folder: Path) -> Iterator[reader.Reader]:
    opened = reader.make_reader(str(folder / "reader.sqlite"))
    try:
        opened.add_feed(url, exist_ok=True)
        yield opened
    finally:
        opened.close()


def reload(url: str, folder: Path) -> None:
    """Have it ask for a feed; what it remembers is in the folder."""
    with _open(url, folder) as opened:
        opened.update_feed(url)


def read(url: str, folder: Path) -> list[Shown]:
    """Read a feed."""
    reload(url, folder)
    with _open(url, folder) as opened:
        return [_read_entry(entry) for entry in opened.get_entries()]


def take_unread(url: str, folder: Path) -> set[str]:
    """Give the titles of what is shown as new, and mark it as read."""
    with _open(url, folder) as opened:
        unread = list(opened.get_entries(read=False))
        for entry in unread:
            opened.mark_entry_as_read(entry)
        return {entry.title or "" for entry in unread}


def _read_entry(entry: reader.Entry) -> Shown:
    moment = entry.published or entry.updated
    enclosure = next(iter(entry.enclosures), None)
    return Shown(
        id=entry.id,
        title=entry.title,
        link=entry.link,
        instant=None if moment is None else int(moment.timestamp()),
        enclosure_url=None if enclosure is None else enclosure.href,
        enclosure_type=None if enclosure is None else enclosure.type,
        enclosure_length=None if enclosure is None else enclosure.length,
    )


READER = Reader("reader", {"rss": ALL_FIELDS, "atom": ALL_FIELDS, "json": ALL_FIELDS}, read)
