"""Files opened for reading: regular ones alone, because a pipe may never end, or never begin."""

from __future__ import annotations

import errno
import os
import stat
from io import BufferedReader
from pathlib import Path


class NotRegularError(OSError):
    """A pipe, a socket, or a device is in the place of a file."""

    def __init__(self, path: str) -> None:
        super().__init__(errno.EINVAL, "is not a regular file", path)


def open_regular(path: str | Path) -> BufferedReader:
    """Open a file for reading, without waiting for anything.

    Raises:
        NotRegularError: It is a pipe, a socket, or a device.
        OSError: It can't be opened, as by open().
        ValueError: The path holds a character that no path has.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        raise NotRegularError(str(path))
    return os.fdopen(descriptor, "rb")


def read_regular(path: str | Path, most: int = -1) -> bytes:
    """Read a file, or the first `most` bytes of it; the errors are those of `open_regular`."""
    with open_regular(path) as stream:
        return stream.read(most)
