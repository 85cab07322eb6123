"""Feed files that are to be checked: found by path, and read within bounds."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from feedpub.errors import ConfigError

_SUFFIXES = frozenset({".rss", ".atom", ".rdf", ".xml", ".json"})
# What lies beside JSON Feeds and is none.
_OTHER_JSON = frozenset({"manifest.json", "package.json"})
STDIN = "-"


def find_feed_files(path: str) -> Iterator[str]:
    """Yield the feed files that a path names: itself, or those in its folder, sorted.

    Raises:
        ConfigError: The folder holds no feed file.
    """
    if path == STDIN or not os.path.isdir(path):
        yield path
        return
    found = sorted(
        file
        for file in Path(path).rglob("*")
        if file.suffix.lower() in _SUFFIXES
        and file.name not in _OTHER_JSON
        and not any(part.startswith(".") for part in file.relative_to(path).parts)
        and stat.S_ISREG(file.lstat().st_mode)
    )
    if not found:
        raise ConfigError(f"{path}: holds no feed file ({', '.join(sorted(_SUFFIXES))})")
    yield from (str(file) for file in found)


def read_feed_file(path: str, *, most: int) -> bytes:
    """Read a file, or standard input for `-`, up to one byte more than `most`.

    Raises:
        OSError: It cannot be read.
    """
    if path == STDIN:
        return sys.stdin.buffer.read(most + 1)
    with open(path, "rb") as stream:
        return stream.read(most + 1)
