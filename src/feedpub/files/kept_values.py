"""Values kept from one run to the next, too many for one file: a database that may be lost."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import NamedTuple

from feedpub.files.database import KeptDatabase
from feedpub.files.digests import digest_bytes, digest_parts

_CHECK = 32  # bytes of a digest before each value
# So many values at least are committed together, and later a quarter of those before: a run that is
# cut off has not worked in vain, and what has to be done before each commit is done seldom.
_FEWEST_COMMITTED = 200


class KeptValues(KeptDatabase):
    """Bytes by the digest of what they were computed from."""

    version = 1
    table = ("kept", "key BLOB PRIMARY KEY, value BLOB")
    temporary = "CREATE TEMP TABLE used (key BLOB PRIMARY KEY)"
    _waiting = 0
    _committed = 0

    @cached_property
    def _prepared(self) -> list[Callable[[], None]]:
        return []

    def prepare(self, work: Callable[[], None]) -> None:
        """Do something each time before what was kept so far is sure to be found by others."""
        self._prepared.append(work)

    def commit(self) -> None:
        """Keep what was written so far, if anything was."""
        for work in self._prepared:
            work()
        super().commit()

    @cached_property
    def _passed(self) -> dict[bytes, bytes]:
        """What other processes made in this run, packed."""
        return {}

    @property
    def keeps(self) -> bool:
        """Whether values are kept."""
        return self.writes

    @property
    def knows_any(self) -> bool:
        """Whether values may be known."""
        return bool(self._passed) or (self.believes and self.is_there)

    def make_key(self, *parts: bytes) -> bytes:
        """Make the key of the value that is computed from some parts."""
        return digest_parts(self.base, *parts)

    def find(self, key: bytes) -> bytes | None:
        """Find a value; None if it is not known."""
        if (passed := self._passed.pop(key, None)) is not None:
            return zlib.decompress(passed)
        if not self.believes:
            return None
        found = self.use(lambda database: _find(database, key, uses=self.writes))
        if found is None or found[:_CHECK] != _check(key, found[_CHECK:]):
            return None
        return zlib.decompress(found[_CHECK:])

    def keep(self, key: bytes, value: bytes) -> None:
        """Keep a value."""
        if self.writes:
            self._keep_packed(key, zlib.compress(value, 1))

    def adopt(self, passed: Passed) -> None:
        """Take over what another process found and made; what it made is given once more."""
        if self.writes:
            self.use(lambda database: _use(database, passed.used))
            for key, packed in passed.made:
                self._keep_packed(key, packed)
        self._passed.update(passed.made)

    def _keep_packed(self, key: bytes, packed: bytes) -> None:
        self.use(lambda database: _keep(database, key, _check(key, packed) + packed))
        self._waiting += 1
        if self._waiting >= max(_FEWEST_COMMITTED, self._committed // 4):
            self._committed += self._waiting
            self._waiting = 0
            self.commit()

    def forget_unused(self) -> None:
        """Forget the values that this run did not use."""
        if self.writes and self.is_open:
            self.use(_forget_unused)


class Passed(NamedTuple):
    """What another process found among the values, by key, and what it made, packed."""

    used: list[bytes]
    made: list[tuple[bytes, bytes]]


class PassedValues(KeptValues):
    """Values in another process than the one that keeps them, to which it passes its own."""

    @cached_property
    def _taken(self) -> Passed:
        return Passed([], [])

    def find(self, key: bytes) -> bytes | None:
        """Find a value, and note that it was used; None if it is not known."""
        found = super().find(key)
        if found is not None:
            self._taken.used.append(key)
        return found

    def keep(self, key: bytes, value: bytes) -> None:
        """Note a value for the process that keeps it."""
        self._taken.made.append((key, zlib.compress(value, 1)))

    @property
    def keeps(self) -> bool:
        """Whether values are kept, by the process that they are passed to."""
        return True

    @property
    def made(self) -> int:
        """The number of values that were made since the last time."""
        return len(self._taken.made)

    def take(self) -> Passed:
        """Take what was noted since the last time."""
        taken, self._taken = self._taken, Passed([], [])
        return taken


def _use(database: sqlite3.Connection, keys: Iterable[bytes]) -> None:
    database.executemany("INSERT OR IGNORE INTO used VALUES (?)", ((key,) for key in keys))


def _find(database: sqlite3.Connection, key: bytes, *, uses: bool) -> bytes | None:
    row = database.execute("SELECT value FROM kept WHERE key = ?", (key,)).fetchone()
    if row is None or not isinstance(row[0], bytes):
        return None
    if uses:
        database.execute("INSERT OR IGNORE INTO used VALUES (?)", (key,))
    return row[0]


def _keep(database: sqlite3.Connection, key: bytes, value: bytes) -> None:
    database.execute("INSERT OR REPLACE INTO kept VALUES (?, ?)", (key, value))
    database.execute("INSERT OR IGNORE INTO used VALUES (?)", (key,))


def _forget_unused(database: sqlite3.Connection) -> None:
    database.execute("DELETE FROM kept WHERE key NOT IN (SELECT key FROM used)")
    database.commit()


def _check(key: bytes, value: bytes) -> bytes:
    return bytes.fromhex(digest_bytes(key + value))
