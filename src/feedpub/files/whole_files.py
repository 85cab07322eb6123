"""Files of a folder written whole: beside, to the disk, and then in their place."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from feedpub.errors import OutputError

TEMPORARY = ".feedpub-*.tmp"


def locate(folder: Path, path: str) -> Path:
    """Find where a file below a folder lies; the folders in between are no symbolic links.

    Raises:
        OutputError: One of them is.
    """
    parts = PurePosixPath(path)
    place = folder
    for part in parts.parts[:-1]:
        place = place / part
        if place.is_symlink():
            raise OutputError(f"{place}: is a symbolic link; nothing is written through it")
    return place / parts.name


def name_temporary() -> str:
    """Make a name that no other file has, and that TEMPORARY matches."""
    return f".feedpub-{secrets.token_hex(8)}.tmp"


def write_file(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a new file, to the disk; the caller takes one away that was broken off."""
    # Not NamedTemporaryFile: its mode of 0600 would shut out the web server.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    with os.fdopen(descriptor, "wb") as stream:
        stream.writelines(chunks)
        stream.flush()
        os.fsync(descriptor)


def replace_file(path: Path, content: bytes, *, by_way_of: Path | None = None) -> None:
    """Put a file in its place whole, or leave what is there.

    Args:
        by_way_of: The folder that it is written in before; its own if None.
    """
    temporary = (by_way_of or path.parent) / name_temporary()
    try:
        write_file(temporary, [content])
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def reporting_failures(path: Path) -> Iterator[None]:
    """Turn what the system refuses into an OutputError that names the path."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"{path}: {error.strerror or error}") from error
