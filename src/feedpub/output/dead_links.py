"""Links and enclosures of a feed that lead below its own folder, where no file serves them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import unquote

import msgspec
from lxml import etree

from feedpub.errors import OutputError
from feedpub.files import locate, read_regular
from feedpub.output.manifest import FEED_TYPES, ManifestError, read_manifest
from feedpub.text import parse_xml

# Attributes and elements of feeds that hold a URL.
_ATTRIBUTES = ("href", "url", "src")
_ELEMENTS = frozenset({"link", "url", "icon", "logo"})
_MEMBERS = frozenset(
    {"url", "home_page_url", "feed_url", "external_url", "image", "banner_image", "icon", "favicon"}
)
_INDEX = "index.html"


class DeadLink(NamedTuple):
    """A file that feeds link to and that is not there: its path, and the first line (from 1)."""

    path: str
    line: int
    links: int
    feeds: int = 1

    @property
    def message(self) -> str:
        """Say what is wrong, and what to do."""
        kind = self.path.rpartition(".")[2]
        remedy = (
            'Add "html" to formats in [site], or give the articles links of their own.'
            if kind == "html"
            else "Run `feedpub build`."
        )
        where = f" in {self.feeds:,} feeds" if self.feeds > 1 else ""
        more = f" ({self.links:,} links{where})" if self.links > 1 else ""
        return f"links to {self.path}, which no file in the output folder serves{more}. {remedy}"


def check_links(folder: Path, url: str) -> Iterator[tuple[str, DeadLink]]:
    """Yield each link of the feeds in an output that leads to a file it does not have.

    Each file is named once, with the path of the first feed that links to it.

    Args:
        url: URL that the folder is served at, with a slash at its end.
    """
    told: set[str] = set()
    try:
        lines = read_manifest(folder)
    except ManifestError:  # told as a damage
        return
    for path, line in lines.items():
        if line.type not in FEED_TYPES:
            continue
        try:
            content = read_regular(locate(folder, path))
        except (OSError, OutputError):  # told as a damage
            continue
        for dead in find_dead_links(content, folder, url):
            if dead.path not in told:
                told.add(dead.path)
                yield path, dead


def find_dead_links(content: bytes, folder: Path, base: str) -> list[DeadLink]:
    """Find the files that a feed links to below a URL, and that a folder does not have.

    A feed that is not well-formed has none: `lint` says so.

    Args:
        base: URL that the folder is served at, with a slash at its end.
    """
    found: dict[str, DeadLink] = {}
    for url, line in _list_links(content):
        if not url.startswith(base):
            continue
        path = unquote(url.removeprefix(base).partition("#")[0].partition("?")[0])
        if known := found.get(path):
            found[path] = known._replace(links=known.links + 1)
        elif not serves(folder, path):
            found[path] = DeadLink(path or _INDEX, line, 1)
    return list(found.values())


def serves(folder: Path, path: str) -> bool:
    """Say whether a web server that serves a folder has something at a path below it."""
    if ".." in PurePosixPath(path).parts or path.startswith("/"):
        return False
    place = os.path.join(folder, path)
    return os.path.isfile(place) or os.path.isfile(os.path.join(place, _INDEX))


def _list_links(content: bytes) -> Iterator[tuple[str, int]]:
    if content.lstrip()[:1] == b"{":
        try:
            yield from ((url, 1) for url in _list_members(msgspec.json.decode(content)))
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            return
        return
    try:
        root = parse_xml(content)
    except (etree.XMLSyntaxError, ValueError):
        return
    for element in root.iter(etree.Element):
        line = element.sourceline if isinstance(element.sourceline, int) else 1
        yield from ((url, line) for name in _ATTRIBUTES if (url := element.get(name)))
        if element.text and etree.QName(element).localname in _ELEMENTS:
            yield element.text.strip(), line


def _list_members(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            if isinstance(item, str):
                if name in _MEMBERS:
                    yield item
            else:
                yield from _list_members(item)
    elif isinstance(value, list):
        for item in value:
            yield from _list_members(item)
