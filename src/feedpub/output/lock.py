"""One build at a time for an output folder: a lock that the system releases with its process."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator
from pathlib import Path

from feedpub.errors import OutputError
from feedpub.files import create_file, digest_bytes, is_writable, remove_leftovers

_log = logging.getLogger(__name__)


@contextlib.contextmanager
def hold_lock(state: Path, output: Path, *, waits: bool = True) -> Iterator[None]:
    """Hold the lock of an output folder; `state` is the folder that the lock is kept in.

    The lock is on an open file, not the file itself: a killed process blocks nobody. If the
    state folder can't be written, a warning is logged, and nothing is locked.

    Raises:
        OutputError: Another process holds the lock, and `waits` is off.
    """
    # Deferred: only a command that writes needs it.
    from filelock import FileLock, Timeout

    lock = FileLock(locate_state(state, output, ".lock"))
    try:
        _prepare(state)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            if not waits:
                raise OutputError(
                    f"{output}: another build or publish is running. Try again later, or leave "
                    "out --no-wait to wait for it."
                ) from error
            _log.info("%s: another build or publish is running; waiting for it", output)
            lock.acquire()
        remove_leftovers(state)
    except (OSError, NotImplementedError) as error:  # the second where a disk has no locks
        _log.warning(
            "%s: can't be written (%s). Builds work, but slower, and without a lock. Make it a "
            "folder that feedpub can write to.",
            state,
            getattr(error, "strerror", None) or error,
        )
    try:
        yield
    finally:
        lock.release()


def locate_state(state: Path, output: Path, ending: str) -> Path:
    """Locate a file that is kept for an output folder; `ending` says which one it is."""
    return state / f"{digest_bytes(os.fsencode(output.resolve()))[:16]}{ending}"


def _prepare(state: Path) -> None:
    state.mkdir(exist_ok=True)
    # The second: a run for another output took the file for a leftover.
    with contextlib.suppress(FileExistsError, FileNotFoundError):
        create_file(state / ".gitignore", b"*\n")
    if not is_writable(state):
        raise PermissionError("no permission")
