"""The bytes of source files, unpacked and bounded."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, cast

from feedpub.errors import EmptyFile, Problem, UnreadableFile, Where
from feedpub.files import NotRegularError, open_regular
from feedpub.model import SourceFile
from feedpub.pages import MAX_PAGE_BYTES, PAGE_TOO_LARGE
from feedpub.text import Choice

if TYPE_CHECKING:
    from io import BufferedReader

# One record: an object, an item of a list, a line, a row. More is no article.
MAX_BYTES = 64 * 1024 * 1024
MAX_UNPACKED = 2**30
# Text packs to a tenth or a twentieth, and what packs better is small, or made to fill disks.
MAX_RATIO = 200
HARMLESS = 64 * 2**20
UNPACKS_TOO_FAR = "unpacks to more than 1 GiB, or to far more than it holds"


def find_most_unpacked(size: int) -> int:
    """Find how many bytes may come out of a packed file of `size` bytes."""
    return min(MAX_UNPACKED, max(HARMLESS, size * MAX_RATIO))


def open_file(file: SourceFile) -> IO[bytes]:
    """Open a source file's bytes; a `.gz` is unpacked.

    Raises:
        UnreadableFile: It is gone, no longer regular, or may not be read.
    """
    try:
        stream = open_regular(file.path)
    except (NotRegularError, IsADirectoryError) as error:
        raise UnreadableFile("is not a regular file") from error
    except OSError as error:
        raise UnreadableFile(f"cannot be read: {error.strerror}") from error
    size = os.fstat(stream.fileno()).st_size
    if size == 0:
        stream.close()
        raise EmptyFile()
    if not file.path.name.endswith(".gz"):
        return stream
    return cast("IO[bytes]", _Unpacked(stream, find_most_unpacked(size)))


class _Unpacked(gzip.GzipFile):
    """An unpacked stream that ends with an error where it is too long; closes the packed one.

    No call reads more than a byte beyond `most`, however it is made.
    """

    def __init__(self, packed: IO[bytes], most: int) -> None:
        super().__init__(fileobj=packed)
        self._packed = packed
        self._most = most

    def read(self, size: int | None = -1) -> bytes:
        return self._check(super().read(self._bound(size)))

    def read1(self, size: int = -1) -> bytes:
        return self._check(super().read1(self._bound(size)))

    def readline(self, size: int | None = -1) -> bytes:
        return self._check(super().readline(self._bound(size)))

    def _bound(self, size: int | None) -> int:
        left = self._most + 1 - self.tell()
        return left if size is None or size < 0 else min(size, left)

    def _check(self, content: bytes) -> bytes:
        if self.tell() > self._most:
            raise UnreadableFile(f"{UNPACKS_TOO_FAR}; split it, or unpack it", "too-large")
        return content

    def close(self) -> None:
        super().close()
        self._packed.close()


def skip_blank_lines(stream: IO[bytes]) -> bytes:
    """Skip blank lines at the place of a stream that `open_file` opened; give them.

    A file of a few kB may unpack to millions. Lines of a few kB are skipped at a time.
    """
    ahead = cast("BufferedReader", stream).peek(1)
    blank = len(ahead) - len(ahead.lstrip(b" \t\r\n"))
    return stream.read(ahead.rfind(b"\n", 0, blank) + 1)


def skip_to(stream: gzip.GzipFile, position: int) -> None:
    """Skip to a later place of an unpacked stream, reading no more at once than a line does.

    So a file that is broken fails at the same byte, and not before.
    """
    while (left := position - stream.tell()) > 0 and (ahead := stream.peek(1)):
        stream.read(min(left, len(ahead)))


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
