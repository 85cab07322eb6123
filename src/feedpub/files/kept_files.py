"""Values of files kept from one run to the next, for as long as the files hold the same bytes."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterable, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import NamedTuple

import msgspec

from feedpub.files.database import KeptDatabase
from feedpub.files.digests import digest_file, digest_parts
from feedpub.files.known_files import FileState, is_settled, read_state
from feedpub.text import encode_text

_encode_state = msgspec.msgpack.Encoder().encode
_decode_state = msgspec.msgpack.Decoder(FileState).decode
_FILE = "SELECT state, digest, value, sound FROM files WHERE folder = ? AND name = ?"
_NAMES = "SELECT name FROM files WHERE folder = ?"


class KeptFile(NamedTuple):
    """What is known of a file: its state, the digest of its bytes, and the value of these."""

    state: FileState
    digest: str
    value: bytes


class Unit(NamedTuple):
    """What records are made of, and nothing else: the digest of a file, or of a part of one.

    `state` is that of the file, `begin` the position before the first record, `lines` the number of
    lines before it. `is_new` says that the last run did not know it.
    """

    digest: str
    state: FileState
    begin: int = 0
    lines: int = 0
    is_new: bool = False


class KeptFiles(KeptDatabase):
    """Values of files by their names, in groups, such as the files of one source."""

    version = 2
    table = (
        "files",
        "folder INTEGER, name BLOB, state BLOB, digest BLOB, value BLOB, sound BLOB,"
        " PRIMARY KEY (folder, name)",
    )

    def find(self, group: int, beside: str, name: str) -> KeptFile | None:
        """Find a file of a group; None if it is not known.

        Args:
            beside: The digest of what the values of the group depend on beside the base.
        """
        if not self.knows_any:
            return None
        key = encode_text(name)
        rows = self.use(lambda database: _select(database, _FILE, (group, key)))
        for state, digest, value, sound in rows or ():
            base = self.base + encode_text(beside)
            if sound == _seal(base, group, key, state, digest, value):
                return KeptFile(_decode_state(state), digest.decode(), value)
        return None

    @cached_property
    def knows_any(self) -> bool:
        """Whether files were known when this was first asked."""
        return self.believes and self.is_there

    def list_names(self, group: int) -> list[str]:
        """List the names of the files of a group, whatever their values depend on."""
        rows = (
            self.use(lambda database: _select(database, _NAMES, (group,))) if self.is_there else ()
        )
        return [name.decode("utf-8", "surrogatepass") for (name,) in rows or ()]

    def find_digest(self, groups: Iterable[int], folder: Path, path: str) -> KeptFile | None:
        """Find the state and the digest of a file by its path, whatever its value depends on.

        Damage may make another digest of it, but none that is that of other bytes.

        Args:
            groups: Those that it may be in.
            folder: The one that the names of all files are paths below.
        """
        start = f"{folder}/"
        if not path.startswith(start) or not (self.is_open or self.is_there):
            return None
        key = encode_text(path.removeprefix(start))
        for group in groups:
            select = partial(_select, statement=_FILE, values=(group, key))
            for state, digest, *_ in self.use(select) or ():
                with contextlib.suppress(ValueError, msgspec.DecodeError):
                    bytes.fromhex(digest.decode())
                    return KeptFile(_decode_state(state), digest.decode(), b"")
        return None

    def save(
        self, group: int, beside: str, files: Mapping[str, KeptFile], gone: Iterable[str]
    ) -> None:
        """Save files of a group that are new or have changed, and forget those that are gone."""
        if not self.writes:
            return
        base = self.base + encode_text(beside)
        rows = [_make_row(base, group, name, file) for name, file in files.items()]
        names = [(group, encode_text(name)) for name in gone]
        if rows or names:
            self.use(lambda database: _change(database, rows, names))
            self.commit()


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


def _seal(base: bytes, group: int, name: bytes, *parts: bytes) -> bytes:
    """Compute the digest that tells whether a row is what was kept, under the same base."""
    return digest_parts(base, b"%d" % group, name, *parts)


_Row = tuple[int, bytes, bytes, bytes, bytes, bytes]


def _make_row(base: bytes, group: int, name: str, file: KeptFile) -> _Row:
    key, state, digest = encode_text(name), _encode_state(file.state), encode_text(file.digest)
    return group, key, state, digest, file.value, _seal(base, group, key, state, digest, file.value)


def _select(
    database: sqlite3.Connection, statement: str, values: tuple[int | bytes, ...]
) -> list[tuple[bytes, ...]]:
    """List the rows that a statement selects, but those that damage gave other types."""
    found = database.execute(statement, values)
    return [row for row in found if all(isinstance(value, bytes) for value in row)]


def _change(
    database: sqlite3.Connection, rows: Iterable[_Row], gone: Iterable[tuple[int, bytes]]
) -> None:
    database.executemany("DELETE FROM files WHERE folder = ? AND name = ?", gone)
    database.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?)", rows)
