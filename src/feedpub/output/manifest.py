"""The manifest of an output: its files, and the digest, length, and type of each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

import msgspec

from feedpub.errors import OutputError

MANIFEST = "manifest.json"
MEDIA = "media"


class ManifestLine(msgspec.Struct, frozen=True):
    """One file of the output."""

    path: str
    sha256: str
    bytes: int
    type: str


class _Manifest(msgspec.Struct):
    files: list[ManifestLine]


def parse_manifest(content: bytes, place: str) -> dict[str, ManifestLine]:
    """Read a manifest, by path; `place` names it in messages.

    The file may have been edited: paths that lead out of its folder are ignored.

    Raises:
        OutputError: It is not a manifest.
    """
    try:
        manifest = msgspec.json.decode(content, type=_Manifest)
    except msgspec.DecodeError as error:
        raise OutputError(f"{place}: can't be read: {error}") from error
    return {line.path: line for line in manifest.files if _is_inside(line.path)}


def format_manifest(lines: Mapping[str, ManifestLine]) -> bytes:
    """Format a manifest, sorted by path."""
    listed = {"files": [lines[path] for path in sorted(lines)]}
    return msgspec.json.format(msgspec.json.encode(listed), indent=1) + b"\n"


def is_media(path: str) -> bool:
    """Tell whether a path of the output is a media file, which is named by its content."""
    return path.startswith(f"{MEDIA}/")


def _is_inside(path: str) -> bool:
    parts = PurePosixPath(path)
    return (
        bool(parts.parts)
        and not parts.is_absolute()
        and ".." not in parts.parts
        and "\0" not in path
    )
