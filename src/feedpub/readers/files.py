"""Source files: which there are, and their bytes, unpacked and bounded."""

from __future__ import annotations

import fnmatch
import gzip
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from feedpub.config import iter_glob
from feedpub.errors import Problem, Where
from feedpub.model import SourceFile
from feedpub.settings import Config, Source

# A file that is read whole, and a line of one that is not: more is no article.
MAX_BYTES = 256 * 1024 * 1024


class UnreadableFile(Exception):
    """A file cannot be read; becomes one problem of the file."""

    def __init__(self, message: str, kind: str = "unreadable", line: int | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.line = line


def list_files(
    config: Config, index: int, suffixes: frozenset[str]
) -> Iterator[SourceFile | Problem]:
    """List the files of a source, in the order of their names.

    In a folder, other suffixes, hidden files, the output and the configuration are passed
    over; a thing with a record's name that is no regular file is a problem.
    """
    source = config.sources[index]
    root, starts = _find_starts(config, source)
    skipped = {config.output.resolve(), config.path.resolve()}
    # A glob may match a folder and what lies in it.
    seen: set[Path] = set()
    is_glob = _is_glob(source.path)
    for start in starts:
        if is_glob and _is_passed_over(start, root, source, suffixes, skipped):
            continue
        # A folder with a record's name is a fault, unless it is the source itself.
        if start.is_dir() and (start == root or not _has_suffix(start.name, suffixes)):
            found = _walk(start, suffixes, skipped, source.format is not None)
        else:
            found = iter([start])
        for path in found:
            below = path.relative_to(root).as_posix()
            if path in seen or any(_matches(below, pattern) for pattern in source.exclude):
                continue
            if is_glob:
                seen.add(path)
            shown = Path(os.path.relpath(path, config.folder)).as_posix()
            fault = _find_fault(path)
            if fault is not None:
                yield Problem("error", Where(shown), None, None, "unreadable", fault)
            else:
                yield SourceFile(path, shown, below, root, index)


def _find_starts(config: Config, source: Source) -> tuple[Path, list[Path]]:
    """Find where a source begins: the folder its paths are below, and files or folders there."""
    if not _is_glob(source.path):
        start = config.folder / source.path
        return (start if start.is_dir() else start.parent), [start]
    literal = list(Path(source.path).parts)
    while _is_glob("/".join(literal)):
        literal.pop()
    return config.folder.joinpath(*literal), list(iter_glob(config.folder, source.path))


def _is_glob(path: str) -> bool:
    return any(mark in path for mark in "*?[")


def _is_passed_over(
    start: Path, root: Path, source: Source, suffixes: frozenset[str], skipped: set[Path]
) -> bool:
    """Say whether what a glob matches is passed over, as it would be in a folder."""
    base = root.resolve()
    plain = Path(os.path.normpath(base / start.relative_to(root)))
    if start.resolve() != plain:
        return True  # a symbolic link leads there
    below = plain.relative_to(base).parts if plain.is_relative_to(base) else plain.parts
    return (
        any(part.startswith(".") for part in below)
        or any(path in skipped for path in (plain, *plain.parents)[: len(below)])
        or not (start.is_dir() or source.format is not None or _has_suffix(start.name, suffixes))
    )


def open_file(file: SourceFile) -> IO[bytes]:
    """Open a source file's bytes; a `.gz` is unpacked.

    Raises:
        UnreadableFile: It is gone, no longer regular, or may not be read.
    """
    try:
        # A pipe that took the file's place must not hold up the build.
        descriptor = os.open(file.path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError as error:
        raise UnreadableFile(f"cannot be read: {error.strerror}") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UnreadableFile("is no regular file")
    if os.fstat(descriptor).st_size == 0:
        os.close(descriptor)
        raise UnreadableFile("is empty", "missing")
    stream = os.fdopen(descriptor, "rb")
    if not file.path.name.endswith(".gz"):
        return stream
    return cast("IO[bytes]", _Unpacked(stream))


class _Unpacked(gzip.GzipFile):
    """An unpacked stream that closes the packed one with it."""

    def __init__(self, packed: IO[bytes]) -> None:
        super().__init__(fileobj=packed)
        self._packed = packed

    def close(self) -> None:
        super().close()
        self._packed.close()


def read_bytes(file: SourceFile) -> bytes:
    """Read a file whole.

    Raises:
        UnreadableFile: It cannot be read, is empty, or is too large.
    """
    with open_file(file) as stream:
        content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise UnreadableFile(f"is larger than {MAX_BYTES // 2**20} MiB", "too-large")
    if not content.strip():
        raise UnreadableFile("is empty", "missing")
    return content


def decode(content: bytes, source: Source) -> str:
    """Decode a file's text: the source's encoding, else UTF-8 with or without BOM.

    Raises:
        UnreadableFile: It is empty, or in another encoding; names the line of the first bad byte.
    """
    encoding = source.encoding or "utf-8"
    try:
        text = content.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(
            f"is no {encoding.upper()} (byte {error.start + 1}); set encoding in the source",
            "encoding",
            line,
        ) from error
    if not text.strip():
        raise UnreadableFile("is empty", "missing")
    return text


def _walk(
    folder: Path, suffixes: frozenset[str], skipped: set[Path], any_suffix: bool
) -> Iterator[Path]:
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        yield folder
        return
    for name in names:
        path = folder / name
        if name.startswith(".") or path.is_symlink():
            continue
        is_record = _has_suffix(name, suffixes) or (any_suffix and not path.is_dir())
        if path.is_dir() and not is_record:
            if path.resolve() not in skipped:
                yield from _walk(path, suffixes, skipped, any_suffix)
        elif is_record and path.resolve() not in skipped:
            yield path


def _has_suffix(name: str, suffixes: frozenset[str]) -> bool:
    stem = name.removesuffix(".gz")
    return "." in stem and stem.rpartition(".")[2].lower() in suffixes


def _matches(below: str, pattern: str) -> bool:
    # `drafts/**` is everything in drafts; fnmatch's star crosses slashes.
    return fnmatch.fnmatchcase(below, pattern)


def _find_fault(path: Path) -> str | None:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if stat.S_ISDIR(mode):
        return "is a folder; expected a file" if os.access(path, os.R_OK) else "cannot be read"
    return None if stat.S_ISREG(mode) else "is no regular file"
