"""Files written whole: to a temporary file, to the disk, and then renamed into place."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from feedpub.errors import OutputError

TEMPORARY = ".feedpub-*.tmp"


def locate(folder: Path, path: str) -> Path:
    """Find where a file below a folder lies.

    Raises:
        OutputError: A folder in between is a symbolic link.
    """
    parts = PurePosixPath(path)
    place = folder
    for part in parts.parts[:-1]:
        place = place / part
        if place.is_symlink():
            raise OutputError(
                f"{place}: is a symbolic link, and feedpub doesn't write through one. "
                "Replace it with a folder."
            )
    return place / parts.name


def name_temporary() -> str:
    """Make a unique file name that TEMPORARY matches."""
    return f".feedpub-{secrets.token_hex(8)}.tmp"


def write_file(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a new file to the disk; the caller removes one that is left incomplete."""
    # Not NamedTemporaryFile: its mode of 0600 would shut out the web server.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    with os.fdopen(descriptor, "wb") as stream:
        stream.writelines(chunks)
        stream.flush()
        os.fsync(descriptor)


def replace_file(path: Path, content: bytes, *, by_way_of: Path | None = None) -> None:
    """Put a whole file in its place, or leave the old one unchanged.

    Args:
        by_way_of: Folder to write the file in before; its own if None.
    """
    temporary = (by_way_of or path.parent) / name_temporary()
    try:
        write_file(temporary, [content])
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary files that killed runs left in a folder."""
    for leftover in folder.glob(TEMPORARY):
        if leftover.is_symlink() or not leftover.is_dir():
            leftover.unlink(missing_ok=True)


def create_file(path: Path, content: bytes) -> None:
    """Write a whole file where there is none yet.

    Raises:
        FileExistsError: There is one.
    """
    if os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    replace_file(path, content)


@contextlib.contextmanager
def reporting_failures(path: Path) -> Iterator[None]:
    """Turn an error of the system into an OutputError that names the path."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"{path}: {error.strerror or error}") from error
