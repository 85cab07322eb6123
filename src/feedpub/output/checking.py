"""The files of an output compared with its manifest, byte by byte."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from feedpub.errors import OutputError
from feedpub.files import TEMPORARY, digest_file, locate
from feedpub.output.manifest import (
    MANIFEST,
    ManifestError,
    ManifestLine,
    is_media,
    read_manifest,
)
from feedpub.output.media_digests import MediaDigests


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
