"""Newsboat: a reader in the terminal, by its cache."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any  # what SQLite holds

from suites.interop.readers import Reader, Shown


def reload(url: str, folder: Path) -> None:
    """Have Newsboat ask for a feed; what it remembers is in the folder."""
    (folder / "urls").write_text(f"{url}\n", encoding="ascii")
    (folder / "config").touch()
    files = ("-u", "urls", "-c", "cache.db", "-C", "config")
    environment = {**os.environ, "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    subprocess.run(
        ["newsboat", *files, "-x", "reload"], cwd=folder, env=environment, check=True, timeout=60
    )


def read(url: str, folder: Path) -> list[Shown]:
    """Read a feed."""
    reload(url, folder)
    query = "SELECT guid, title, url, pubDate FROM rss_item WHERE deleted = 0"
    return [
        Shown(id=id, title=title, link=link, instant=instant)
        for id, title, link, instant in _query(folder, query)
    ]


def take_unread(folder: Path) -> set[str]:
    """Give the titles of what is shown as new, and mark it as read."""
    titles = {title for (title,) in _query(folder, "SELECT title FROM rss_item WHERE unread = 1")}
    with closing(sqlite3.connect(folder / "cache.db")) as cache, cache:
        cache.execute("UPDATE rss_item SET unread = 0")
    return titles


def _query(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "cache.db")) as cache:
        return cache.execute(query).fetchall()


# Of enclosures it keeps those of sound and video alone.
_FIELDS = ("id", "title", "link", "instant")
READER = Reader("newsboat", {"rss": _FIELDS, "atom": _FIELDS}, read)
