"""The files of an output compared with its manifest, byte by byte."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from feedpub.errors import OutputError
from feedpub.files import TEMPORARY, digest_file, locate, read_regular
from feedpub.output.dead_links import DeadLink, find_dead_links
from feedpub.output.manifest import (
    FEED_TYPES,
    MANIFEST,
    ManifestError,
    ManifestLine,
    is_media,
    read_manifest,
)
from feedpub.output.media_digests import MediaDigests


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


def find_damages(folder: Path, digests: MediaDigests) -> Iterator[tuple[str, str]]:
    """Yield the path and the fault of each file that is not what the manifest says.

    The digests of damaged media are forgotten, so that the next build writes these again.
    """
    try:
        lines = read_manifest(folder)
    except ManifestError as error:
        yield MANIFEST, str(error).partition(": ")[2]
        return
    for path, line in lines.items():
        if not line.is_sure:  # a build was cut off, and the next one finishes it
            continue
        try:
            place = locate(folder, path)
            if digest_file(place) == line.sha256:
                continue
            fault = f"differs from {MANIFEST}"
        except FileNotFoundError:  # what is gone is written again at any rate
            continue
        except (OSError, OutputError):
            fault = "can't be read"
        if is_media(path):
            digests.forget([folder / path])
        yield path, fault


def is_whole(folder: Path, lines: Mapping[str, ManifestLine], digests: MediaDigests) -> bool:
    """Tell whether all files of an output are what the lines of its manifest say."""
    for path, line in lines.items():
        try:
            place = locate(folder, path)
            if place.is_symlink():
                return False
            digest = digests.read(place) if is_media(path) else digest_file(place)
        except (OSError, OutputError):
            return False
        if digest != line.sha256:
            return False
    digests.save()
    return True


def has_leftovers(folder: Path, paths: Iterable[str]) -> bool:
    """Tell whether killed builds left temporary files beside those of an output."""
    folders = {folder, *((folder / path).parent for path in paths)}
    return any(True for one in folders for _ in one.glob(TEMPORARY))
