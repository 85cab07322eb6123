"""Faults that strike a process at one of the calls by which it changes the disk."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

_CHANGES = frozenset({"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.link"})
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT

Act = Callable[[str], None]


def kill(event: str) -> None:
    """End this process as the system does when it runs out of memory: nothing is cleaned up."""
    os.kill(os.getpid(), signal.SIGKILL)


def fail(code: int) -> Act:
    """Let the call fail, with an error of the system."""

    def act(event: str) -> None:
        raise OSError(code, os.strerror(code))

    return act


def fill(event: str) -> None:
    """Let the call fail as on a full disk, where a file can still be removed."""
    if event not in ("os.remove", "os.rmdir"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def vanish(folder: Path) -> Act:
    """Remove a folder, as somebody else may do at any time; the call goes on."""

    def act(event: str) -> None:
        shutil.rmtree(folder, ignore_errors=True)

    return act


class Faults:
    """Strikes at one of the calls by which this process changes the disk below a folder.

    It is the one with the number `at`; with `lasts`, each later one, too. Calls are counted from
    0, before they are made: a fault at one is a fault after the one before it.
    """

    def __init__(self, below: Path, at: int, act: Act, *, lasts: bool = False) -> None:
        self.seen = 0
        self._below = str(below)
        self._at = at
        self._act = act
        self._lasts = lasts
        self._is_acting = False

    def install(self) -> None:
        """Watch this process from now on, to its end."""
        flush = os.fsync

        def sync(fd: int) -> None:
            self._count("fsync")
            flush(fd)

        os.fsync = sync  # type: ignore[assignment]  # takes what our own code gives
        sys.addaudithook(self._hear)

    def _hear(self, event: str, args: tuple[object, ...]) -> None:
        if event == "open":
            is_write = isinstance(args[2], int) and args[2] & _WRITES
        else:
            is_write = event in _CHANGES
        place = args[0] if is_write else None
        if not isinstance(place, str | bytes | os.PathLike):
            return
        if os.fsdecode(place).startswith(self._below):
            self._count(event)

    def _count(self, event: str) -> None:
        if self._is_acting:  # this is our own doing
            return
        number, self.seen = self.seen, self.seen + 1
        if number == self._at or (self._lasts and number > self._at):
            self._is_acting = True
            try:
                self._act(event)
            finally:
                self._is_acting = False
