"""The bytes of source files, unpacked and bounded."""

from __future__ import annotations

import gzip
import os
import stat
from collections.abc import Iterator
from typing import IO, cast

from feedpub.errors import EmptyFile, Problem, UnreadableFile, Where
from feedpub.model import SourceFile
from feedpub.pages import MAX_PAGE_BYTES, PAGE_TOO_LARGE
from feedpub.text import Choice

# One record: an object, an item of a list, a line, a row. More is no article.
MAX_BYTES = 64 * 1024 * 1024
# What may come out of one `.gz`: a thousandth of it can be enough to fill a disk or a memory.
MAX_UNPACKED = 2**30


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
        raise UnreadableFile("is not a regular file")
    if os.fstat(descriptor).st_size == 0:
        os.close(descriptor)
        raise EmptyFile()
    stream = os.fdopen(descriptor, "rb")
    if not file.path.name.endswith(".gz"):
        return stream
    return cast("IO[bytes]", _Unpacked(stream))


class _Unpacked(gzip.GzipFile):
    """An unpacked stream that ends with an error where it is too long; closes the packed one."""

    def __init__(self, packed: IO[bytes]) -> None:
        super().__init__(fileobj=packed)
        self._packed = packed

    def read(self, size: int | None = -1) -> bytes:
        return self._check(super().read(size))

    def readline(self, size: int | None = -1) -> bytes:
        return self._check(super().readline(size))

    def _check(self, content: bytes) -> bytes:
        if self.tell() > MAX_UNPACKED:
            limit = f"{MAX_UNPACKED / 2**30:g} GiB"
            raise UnreadableFile(f"unpacks to more than {limit}; split it", "too-large")
        return content

    def close(self) -> None:
        super().close()
        self._packed.close()


def read_page_bytes(file: SourceFile) -> bytes:
    """Read a file that is one article page.

    Raises:
        UnreadableFile: It cannot be read, is empty, or is larger than a page may be.
    """
    with open_file(file) as stream:
        content = stream.read(MAX_PAGE_BYTES + 1)
    if len(content) > MAX_PAGE_BYTES:
        raise UnreadableFile(PAGE_TOO_LARGE, "too-large")
    if not content.strip():
        raise EmptyFile()
    return content


def warn_of_guess(file: SourceFile, choice: Choice) -> Iterator[Problem]:
    """Yield a warning where the encoding of a file is a guess."""
    if choice.warning is not None:
        yield Problem("warning", Where(file.shown), None, None, "encoding", choice.warning)


def refuse_size(what: str, line: int | None = None) -> UnreadableFile:
    """Make the refusal of a record that is too large; `what` begins the message."""
    message = f"{what} larger than {MAX_BYTES // 2**20} MiB, the limit of a record"
    return UnreadableFile(message, "too-large", line)
