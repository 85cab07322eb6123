"""The lines of a lost or damaged manifest, found again in the files of the output."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Container, Iterator
from functools import cached_property
from pathlib import Path

import msgspec
from lxml import etree

from feedpub.feeds import FORMATS
from feedpub.files import digest_bytes, digest_file, read_regular
from feedpub.images import SUFFIXES
from feedpub.output import packing
from feedpub.output.manifest import (
    MANIFEST,
    MEDIA,
    MEDIA_NAME,
    ManifestError,
    ManifestLine,
    read_manifest,
)
from feedpub.text import parse_xml

_GENERATOR = "feedpub"
_MEDIA_TYPES = {suffix: type for type, suffix in SUFFIXES.items()}
_FEED_TYPES = {form.suffix: form.type for form in FORMATS.values()}
_ATOM = "{http://www.w3.org/2005/Atom}"


def list_old_files(folder: Path) -> tuple[dict[str, ManifestLine], str | None]:
    """List the files of an output by its manifest, and say what is wrong with the manifest.

    A line may be damaged, too. It counts for nothing if no file has its path; a folder is not
    ours. Media that are then in no line are found again.
    """
    path = folder / MANIFEST
    try:
        lines = read_manifest(folder)
    except ManifestError as error:
        return find_own_files(folder), str(error)
    if not lines and not os.path.lexists(path):
        lines = find_own_files(folder)
        return lines, f"{path}: is missing" if lines else None
    there = {name: line for name, line in lines.items() if _is_file(folder / name)}
    return there if len(there) == len(lines) else there | _find_media(folder, there), None


def find_own_files(folder: Path) -> dict[str, ManifestLine]:
    """Find the files of an output folder that are certainly feedpub's, by what they contain.

    A media file is named by its content. A feed names feedpub as its generator, and itself by
    its URL. Pages, months of archives, aliases and scaled media may be anyone's.
    """
    found: dict[str, ManifestLine] = {}
    for name in _list_files(folder):
        type = _FEED_TYPES.get(name.rpartition(".")[2])
        content = None if type is None else _read(folder / name)
        if type is None or content is None or not _names_itself(content, name):
            continue
        found[name] = _make_line(name, content, type)
        packed = _read(folder / (name + packing.SUFFIX))
        if packed is not None and packing.unpacks_to(packed, content):
            path = name + packing.SUFFIX
            found[path] = _make_line(path, packed, packing.MEDIA_TYPE)
    return found | _find_media(folder)


def describe_media(place: Path, digest: str | None) -> ManifestLine | None:
    """Make the line of a media file by its name and digest; None if the two don't fit."""
    name = MEDIA_NAME.fullmatch(place.name)
    if digest is None or name is None or name[2] is not None or name[3] not in _MEDIA_TYPES:
        return None
    if not digest.startswith(name[1]):
        return None
    path = f"{MEDIA}/{place.name}"
    return ManifestLine(path, digest, place.stat().st_size, _MEDIA_TYPES[name[3]])


def _find_media(folder: Path, known: Container[str] = ()) -> dict[str, ManifestLine]:
    """Find the media that are named by what they contain, but for known paths."""
    found: dict[str, ManifestLine] = {}
    media = folder / MEDIA
    for name in _list_files(media) if not media.is_symlink() else ():
        if f"{MEDIA}/{name}" in known or MEDIA_NAME.fullmatch(name) is None:
            continue
        with contextlib.suppress(OSError):
            if line := describe_media(media / name, digest_file(media / name)):
                found[line.path] = line
    return found


def _is_file(path: Path) -> bool:
    try:
        mode = path.lstat().st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(mode) or stat.S_ISLNK(mode)


def _list_files(folder: Path) -> Iterator[str]:
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_file(follow_symlinks=False):
                yield entry.name


def _read(path: Path) -> bytes | None:
    try:
        return None if path.is_symlink() else read_regular(path)
    except OSError:
        return None


def _make_line(path: str, content: bytes, type: str) -> ManifestLine:
    return ManifestLine(path, digest_bytes(content), len(content), type)


class _JsonFeed(msgspec.Struct):
    feed_url: str
    items: list[dict[str, msgspec.Raw]]


def _names_itself(content: bytes, name: str) -> bool:
    """Tell whether a feed is feedpub's, and its own URL ends with its name here."""
    try:
        if name.endswith(".json"):
            feed = msgspec.json.decode(content, type=_JsonFeed)
            own, url = any("_feedpub" in item for item in feed.items), feed.feed_url
        else:
            root = parse_xml(content)
            channel = root.find("channel")
            head = root if channel is None else channel
            generator = head.findtext("generator") or head.findtext(f"{_ATOM}generator")
            links = {
                link.get("rel"): link.get("href", "") for link in head.iterfind(f"{_ATOM}link")
            }
            own, url = generator == _GENERATOR, links.get("self", "")
    except (etree.XMLSyntaxError, msgspec.MsgspecError, UnicodeError, RecursionError):
        return False
    return own and url.rpartition("/")[2] == name


class PublishedMedia:
    """The media files of an output, as long as they are as its manifest says they were written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def _lines(self) -> dict[str, ManifestLine]:
        return list_old_files(self._folder)[0]

    def read(self, name: str) -> bytes | None:
        """Read a media file by its name; None if it is not there, or was changed."""
        path = f"{MEDIA}/{name}"
        line = self._lines.get(path)
        if line is None or (self._folder / path).is_symlink():
            return None
        try:
            content = read_regular(self._folder / path)
        except OSError:
            return None
        return content if digest_bytes(content) == line.sha256 else None
