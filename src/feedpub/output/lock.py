"""One build at a time for an output folder, by a lock that the system drops with its process."""

from __future__ import annotations

import contextlib
import hashlib
import logging
from collections.abc import Iterator
from pathlib import Path

from feedpub.errors import OutputError

_log = logging.getLogger(__name__)


@contextlib.contextmanager
def hold_lock(state: Path, output: Path, *, waits: bool = True) -> Iterator[None]:
    """Hold the lock of an output folder; `state` is the folder that it is kept in.

    The lock is on an open file, not the file itself: a killed process blocks nobody.

    Raises:
        OutputError: Another process holds it, and `waits` is off.
    """
    # Deferred: only a command that writes needs it.
    from filelock import FileLock, Timeout

    name = hashlib.sha256(str(output.resolve()).encode()).hexdigest()[:16]
    try:
        state.mkdir(exist_ok=True)
        ignore = state / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="ascii")
        lock = FileLock(state / f"{name}.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            if not waits:
                raise OutputError(
                    f"{output}: another build or publish is at work there; without --no-wait, "
                    "this one would wait for it"
                ) from error
            _log.info("%s: another build or publish is at work there; waiting for it", output)
            lock.acquire()
    except OSError as error:
        raise OutputError(f"{state}: {error.strerror or error}") from error
    try:
        yield
    finally:
        lock.release()
