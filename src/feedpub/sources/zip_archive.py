"""A `.zip` as the folder that it would unpack to, within bounds.

It is unpacked once for the life of the process, so that what follows reads files and nothing
else. No name leaves the folder, no link is made, and a zip in a zip stays packed.
"""

from __future__ import annotations

import atexit
import shutil
import stat
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO

import msgspec

from feedpub.errors import UnreadableFile
from feedpub.files import open_regular
from feedpub.sources.files import UNPACKS_TOO_FAR, find_most_unpacked

SUFFIX = ".zip"
MAX_MEMBERS = 200_000
_CHUNK = 2**20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_UTF8 = 0x800
# Nobody reads these, and they are large.
_UNREAD = (".zip", ".mp4", ".mov", ".avi", ".mkv", ".webm", ".mp3", ".m4a", ".wav", ".ogg")


class Archive(msgspec.Struct, frozen=True):
    """An unpacked archive: the folder that its paths are below, and that folder's path in it.

    `refused` are names of members that would leave the folder, or are links; `folder` is what
    holds all of it.
    """

    root: Path
    inner: str
    refused: tuple[str, ...]
    folder: Path


_open: dict[tuple[str, int, int], Archive] = {}


def is_archive(path: Path) -> bool:
    """Say whether a path is a file that is named as an archive."""
    return name_is_archive(path.name) and path.is_file()


def name_is_archive(name: str) -> bool:
    """Say whether a file is an archive by its name."""
    return name.lower().endswith(SUFFIX)


def is_unpacked(path: Path) -> bool:
    """Say whether a file is one that this process unpacked."""
    return any(path.is_relative_to(archive.folder) for archive in _open.values())


def unpack(path: Path) -> Archive:
    """Unpack an archive into a folder that is removed when the process ends.

    One that did not change is unpacked once.

    Raises:
        UnreadableFile: It is broken, encrypted, or beyond a limit.
    """
    try:
        status = path.stat()
        key = (str(path.resolve()), status.st_mtime_ns, status.st_size)
        if key not in _open:
            for old in [other for other in _open if other[0] == key[0]]:
                _remove(_open.pop(old).folder)
            _open[key] = _unpack(path, status.st_size)
    except (OSError, EOFError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise UnreadableFile(f"is not a zip archive that can be read: {error}") from error
    except (NotImplementedError, RuntimeError) as error:  # of zipfile: a feature that it lacks
        raise UnreadableFile(f"cannot be unpacked: {error}. Pack it again") from error
    return _open[key]


def _unpack(path: Path, size: int) -> Archive:
    folder = Path(tempfile.mkdtemp(prefix="feedpub-")).resolve()
    atexit.register(_remove, folder)
    refused: list[str] = []
    left = find_most_unpacked(size)
    try:
        with open_regular(path) as packed, zipfile.ZipFile(packed) as archive:
            for name, member in _list_members(archive.infolist(), refused).items():
                with archive.open(member) as stream:
                    left = _write(stream, folder / name, left, refused, name)
    except BaseException:
        _remove(folder)
        raise
    inner = _find_inner(folder)
    return Archive(folder / inner if inner else folder, inner, tuple(refused), folder)


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _list_members(infos: list[zipfile.ZipInfo], refused: list[str]) -> dict[str, zipfile.ZipInfo]:
    """List the files to unpack by their names, in order; of two with one name, the last counts."""
    if len(infos) > MAX_MEMBERS:
        raise UnreadableFile(f"holds more than {MAX_MEMBERS:,} files; split it", "too-large")
    found: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        name = _read_name(info)
        if info.is_dir() or name.endswith("/") or _is_passed_over(name):
            continue
        if not _is_safe(name) or _is_link(info):
            refused.append(name)
            continue
        if info.flag_bits & _ENCRYPTED:
            raise UnreadableFile("is encrypted; unpack it, and name the folder", "encrypted")
        if info.compress_type not in _METHODS:
            method = info.compress_type
            message = f"is packed by method {method}, which feedpub does not read; pack it again"
            raise UnreadableFile(message, "unreadable")
        found[name] = info
    return {name: found[name] for name in sorted(found)}


def _read_name(info: zipfile.ZipInfo) -> str:
    """Read a name: UTF-8, also where it is not marked so, else as zip's own code page has it."""
    name = info.filename
    if not info.flag_bits & _UTF8:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = info.filename
    return name.replace("\\", "/")


def _is_passed_over(name: str) -> bool:
    parts = name.split("/")
    is_hidden = any(part.startswith(".") and part.strip(".") for part in parts)
    return is_hidden or parts[0] == "__MACOSX" or name.lower().endswith(_UNREAD)


def _is_safe(name: str) -> bool:
    parts = PurePosixPath(name).parts
    has_drive = len(name) > 1 and name[1] == ":"
    return bool(parts) and not (
        name.startswith("/") or ".." in parts or has_drive or "\0" in name or len(name) > 1_000
    )


def _is_link(info: zipfile.ZipInfo) -> bool:
    mode = info.external_attr >> 16
    return bool(stat.S_IFMT(mode)) and not stat.S_ISREG(mode)


def _write(stream: IO[bytes], path: Path, left: int, refused: list[str], name: str) -> int:
    """Write one file, and return how many bytes may follow."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        target = path.open("xb")
    except (OSError, UnicodeError):  # a file's name is another's folder, or is too long
        refused.append(name)
        return left
    with target:
        while chunk := stream.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                message = f"{UNPACKS_TOO_FAR}; unpack it, and name the folder"
                raise UnreadableFile(message, "too-large")
            target.write(chunk)
    return left


def _find_inner(root: Path) -> str:
    """Find the one folder that all files of an archive lie in; empty where there is none."""
    inside = list(root.iterdir())
    return inside[0].name if len(inside) == 1 and inside[0].is_dir() else ""
