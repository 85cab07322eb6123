"""Values of files kept from one run to the next, for as long as the files hold the same bytes."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import msgspec

from feedpub.files.database import Database
from feedpub.files.digests import begin_digest, digest_file
from feedpub.files.known_files import FileState, is_settled, read_state
from feedpub.text import encode_text

# Raised with the meaning of the values or the form of the table.
_VERSION = 1
_TABLE = (
    "files",
    "folder INTEGER, name BLOB, state BLOB, digest TEXT, value BLOB, sound BLOB,"
    " PRIMARY KEY (folder, name)",
)
_encode_state = msgspec.msgpack.Encoder().encode
_decode_state = msgspec.msgpack.Decoder(FileState).decode


class KeptFile(NamedTuple):
    """What is known of a file: its state, the digest of its bytes, and the value of these."""

    state: FileState
    digest: str
    value: bytes


class KeptFiles:
    """Values of files by their names, in groups, such as the files of one source.

    A fault of the database costs time and nothing else. It is opened when it is first used, and
    closed at the end of the context.

    Args:
        path: The database.
        base: Gives what all values depend on beside the files, when the first is asked for. If it
            is None, nothing is kept.
        writes: Keep new values.
        believes: Go by what was kept before.
    """

    def __init__(
        self,
        path: Path,
        base: Callable[[], str | None],
        *,
        writes: bool = False,
        believes: bool = True,
    ) -> None:
        self._database = Database(path, _VERSION, _TABLE, writes=writes)
        self._find_base = base
        self.writes = writes
        self.by_path: dict[str, KeptFile] = {}  # of this run
        self._believes = believes

    def __enter__(self) -> KeptFiles:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._database.close()

    @cached_property
    def _base(self) -> bytes:
        base = self._find_base()
        if base is None:
            self._database.give_up()
        return encode_text(base or "")

    def load(self, group: int, beside: str) -> dict[str, KeptFile]:
        """Load the files of a group, by their names.

        Args:
            beside: The digest of what the values of the group depend on beside the base.
        """
        if not self._database.is_there or not self._believes:
            return {}
        base = self._base + encode_text(beside)
        rows = self._database.use(lambda database: _list_rows(database, group))
        known: dict[str, KeptFile] = {}
        for name, state, digest, value, sound in rows or ():
            if sound == _seal(base, group, name, state, digest, value):
                shown = name.decode("utf-8", "surrogatepass")
                known[shown] = KeptFile(_decode_state(state), digest, value)
        return known

    def save(
        self, group: int, beside: str, files: Mapping[str, KeptFile], gone: Iterable[str]
    ) -> None:
        """Save files of a group that are new or have changed, and forget those that are gone."""
        if not self.writes:
            return
        base = self._base + encode_text(beside)
        rows = [_make_row(base, group, name, file) for name, file in files.items()]
        names = [(group, encode_text(name)) for name in gone]
        if rows or names:
            self._database.use(lambda database: _change(database, rows, names))
            self._database.commit()


def know_file(path: Path) -> KeptFile | None:
    """Read the state and the digest of a file; None if it may change and seem the same.

    Raises:
        OSError: It can't be read.
    """
    now = time.time_ns()
    state = read_state(path)
    if state is None or not is_settled(max(state[2:]), now):
        return None
    return KeptFile(state, digest_file(path), b"")


def _seal(*parts: bytes | int | str) -> bytes:
    """Compute the digest that tells whether a row is what was kept, under the same base."""
    digest = begin_digest()
    for part in parts:
        content = part if isinstance(part, bytes) else encode_text(str(part))
        digest.update(b"%d " % len(content) + content)
    return digest.digest()


_Row = tuple[int, bytes, bytes, str, bytes, bytes]


def _make_row(base: bytes, group: int, name: str, file: KeptFile) -> _Row:
    key, state = encode_text(name), _encode_state(file.state)
    sound = _seal(base, group, key, state, file.digest, file.value)
    return group, key, state, file.digest, file.value, sound


def _list_rows(
    database: sqlite3.Connection, group: int
) -> list[tuple[bytes, bytes, str, bytes, bytes]]:
    found = database.execute(
        "SELECT name, state, digest, value, sound FROM files WHERE folder = ?", (group,)
    )
    kinds = (bytes, bytes, str, bytes, bytes)
    return [row for row in found if tuple(map(type, row)) == kinds]


def _change(
    database: sqlite3.Connection, rows: Iterable[_Row], gone: Iterable[tuple[int, bytes]]
) -> None:
    database.executemany("DELETE FROM files WHERE folder = ? AND name = ?", gone)
    database.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?)", rows)
