"""The manifest of an output: its files, and the digest, length, and type of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

import msgspec

from feedpub import compile_late
from feedpub.errors import OutputError
from feedpub.files import read_regular
from feedpub.text import encode_text

MANIFEST = "manifest.json"
MEDIA = "media"

FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})

TYPES = FEED_TYPES | {
    *("application/gzip", "application/xml", "text/css", "text/html", "text/plain", "text/x-opml"),
    *("image/avif", "image/gif", "image/jpeg", "image/png", "image/webp"),
}
"""The media types of all files that a build writes."""

_BEGINNING = b'{\n "files": ['
_DIGEST = compile_late(rb'"sha256": ?"[0-9a-f]{64}"')
_DIGITS = 64  # of a digest
_MEDIA_FORM = r"([0-9a-f]{16})(?:-([0-9]+))?\.([a-z0-9]+)"
_NAMED_MEDIA = compile_late(f"{MEDIA}/{_MEDIA_FORM}")
MEDIA_NAME = compile_late(_MEDIA_FORM)
"""The name of a media file: the digest of its source, the width of a copy, and the suffix."""
_MAX_NAME = 255  # bytes, on every file system


class ManifestLine(msgspec.Struct, frozen=True):
    """One file of the output.

    The digest is empty while a build or a publish is at work on the file. It may then be old or
    new; if it is a media file, it may be gone.
    """

    path: str
    sha256: str
    bytes: int
    type: str

    @property
    def is_sure(self) -> bool:
        """Whether it says what the file contains."""
        return len(self.sha256) == _DIGITS


class ManifestError(OutputError):
    """A manifest is damaged, or another program's."""


class _Manifest(msgspec.Struct):
    files: list[ManifestLine]


def read_manifest(folder: Path) -> dict[str, ManifestLine]:
    """Read the manifest of an output folder, by path; empty if there is none.

    Raises:
        ManifestError: It is damaged, or can't be read.
    """
    path = folder / MANIFEST
    try:
        content = read_regular(path)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ManifestError(f"{path}: can't be read ({error.strerror or error})") from error
    return parse_manifest(content, str(path))


def parse_manifest(content: bytes, place: str) -> dict[str, ManifestLine]:
    """Read a manifest, by path; `place` names it in messages.

    The file may have been edited: paths that lead out of its folder are ignored.

    Raises:
        ManifestError: It is damaged, or another program's.
    """
    try:
        manifest = msgspec.json.decode(content, type=_Manifest)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise ManifestError(f"{place}: is damaged ({error})") from error
    return {line.path: line for line in manifest.files if _is_inside(line.path)}


def resembles_manifest(content: bytes) -> bool:
    """Tell whether bytes may be the rest of a manifest, and not another program's file."""
    whole = content.lstrip(b"\0 \r\n")
    return whole[: len(_BEGINNING)] in _BEGINNING or _DIGEST.search(content) is not None


def format_manifest(lines: Mapping[str, ManifestLine]) -> bytes:
    """Format a manifest, sorted by path."""
    listed = {"files": [lines[path] for path in sorted(lines)]}
    return msgspec.json.format(msgspec.json.encode(listed), indent=1) + b"\n"


def is_media(path: str) -> bool:
    """Tell whether a path of the output is a media file, which is named by its content."""
    return path.startswith(f"{MEDIA}/")


def is_copy_of(path: str, images: Iterable[str]) -> bool:
    """Tell whether a media file is a copy, in another size, of one of some images."""
    copy = _NAMED_MEDIA.fullmatch(path)
    if copy is None or copy[2] is None:
        return False
    return any(image.startswith(f"{MEDIA}/{copy[1]}") for image in images)


def list_named_media(page: bytes) -> set[str]:
    """List the paths of the media files that a page names."""
    return {found[0] for found in _NAMED_MEDIA.finditer(page.decode("utf-8", "replace"))}


def doubt(line: ManifestLine) -> ManifestLine:
    """Give the line of a file without its digest, while something is at work on it."""
    return msgspec.structs.replace(line, sha256="")


def phase_of(path: str, lines: Mapping[str, ManifestLine]) -> int:
    """Tell when a file is put in its place, so that none names one that is not there yet.

    Media are first, then pages, which feeds link to, then the months of archives, then the feeds
    that link to these, and then what lists the feeds.

    Args:
        lines: The lines of all files.
    """
    if is_media(path):
        return 0
    original = path.removesuffix(".gz")
    line = lines.get(original)
    if line is not None and line.type in FEED_TYPES:
        return 2 if "/" in original else 3
    listing = ("index.html", "feeds.opml", "robots.txt")
    return 4 if original in listing or original.startswith("sitemap") else 1


def _is_inside(path: str) -> bool:
    parts = PurePosixPath(path)
    if not parts.parts or parts.is_absolute() or ".." in parts.parts or "\0" in path:
        return False
    try:
        return all(len(encode_text(part)) <= _MAX_NAME for part in parts.parts)
    except UnicodeEncodeError:  # a lone surrogate
        return False
