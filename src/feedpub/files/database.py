"""A database that is kept from one run to the next, and may be lost or damaged at any time."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self, TypeVar

from feedpub.text import encode_text

_log = logging.getLogger(__name__)

T = TypeVar("T")

_LONGEST_WAIT = 0.5  # seconds for another process


class KeptDatabase:
    """One table of values that depend on a base, by whoever knows what they are.

    A fault of the database costs time and nothing else: nothing is kept from then on. It is opened
    when it is first used, and closed at the end of the context.

    Args:
        path: The database.
        base: Gives what all values depend on, such as the code, when the first is asked for. If it
            is None, nothing is kept.
        writes: Keep new values.
        believes: Go by what was kept before.
    """

    # Raised with the meaning of the values or the form of the table.
    version: ClassVar[int]
    table: ClassVar[tuple[str, str]]  # its name, and its columns
    temporary: ClassVar[str] = ""  # a statement that makes what a run notes for itself

    def __init__(
        self,
        path: Path,
        base: Callable[[], str | None],
        *,
        writes: bool = False,
        believes: bool = True,
    ) -> None:
        self._path: Path | None = path
        self._find_base = base
        self.writes = writes
        self.believes = believes
        self._opened: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.commit()
        self._close()

    @cached_property
    def base(self) -> bytes:
        """What all values depend on."""
        base = self._find_base()
        if base is None:
            self._give_up()
        return encode_text(base or "")

    @property
    def is_open(self) -> bool:
        """Whether it was used, and is not at fault."""
        return self._opened is not None

    @property
    def is_there(self) -> bool:
        """Whether there is such a file."""
        return self._path is not None and self._path.exists()

    def _give_up(self) -> None:
        self._close()
        self._path = None

    def use(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        """Work with the database; None where it is at fault, and then nothing is kept any more."""
        if self._path is None:
            return None
        try:
            if self._opened is None:
                self._opened = self._open(self._path)
                # Damage makes text of bytes, and it need not be UTF-8.
                self._opened.text_factory = bytes
            return work(self._opened)
        except (sqlite3.Error, OSError) as error:
            _log.debug("%s: ignored: %s", self._path, error)
            path = self._path
            self._give_up()
            if self.writes and isinstance(error, sqlite3.DatabaseError) and _is_damage(error):
                _remove(path)
            return None

    def commit(self) -> None:
        """Keep what was written so far, if anything was."""
        if self._opened is not None and self.writes:
            self.use(lambda database: database.commit())

    def _close(self) -> None:
        if self._opened is not None:
            with contextlib.suppress(sqlite3.Error):
                self._opened.close()
            self._opened = None

    def _open(self, path: Path) -> sqlite3.Connection:
        if not self.writes:
            # Without a log of another process beside it, it is read without files of our own.
            is_alone = not path.with_name(f"{path.name}-wal").exists()
            how = "mode=ro&immutable=1" if is_alone else "mode=ro"
            place = f"{path.resolve().as_uri()}?{how}"
            return sqlite3.connect(place, uri=True, timeout=_LONGEST_WAIT)
        database = sqlite3.connect(path, timeout=_LONGEST_WAIT)
        name, columns = self.table
        try:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            if database.execute("PRAGMA user_version").fetchone() != (self.version,):
                database.execute(f"DROP TABLE IF EXISTS {name}")
                database.execute(f"CREATE TABLE {name} ({columns})")
                database.execute(f"PRAGMA user_version = {self.version}")
            if self.temporary:
                database.execute(self.temporary)
            database.commit()
        except sqlite3.Error:
            database.close()
            raise
        return database


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    """Say whether an error is of a damaged file, and not of one that is locked or out of reach."""
    # Python's own errors, such as of a use after the end, have no code.
    code = getattr(error, "sqlite_errorcode", None)
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        with contextlib.suppress(OSError):
            path.with_name(path.name + suffix).unlink()
