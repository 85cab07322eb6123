"""An SQLite database: a row of one of its tables is a record.

It is opened read-only and as it stands: nothing in it runs, and nothing beside it is touched.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import cached_property, partial
from pathlib import Path
from typing import IO

import msgspec

from feedpub.errors import Failure, Problem, UnreadableFile, Where, attempt
from feedpub.model import Origin, SourceFile
from feedpub.settings import Source
from feedpub.sources.files import MAX_BYTES, open_file
from feedpub.sources.raw import Raw
from feedpub.sources.tables import SAMPLES, FindTable, spell_table
from feedpub.text import encode_text, read_number

_STEPS = 1_000_000  # of SQLite's virtual machine
_MAX_STEPS = 500_000_000
_MAGIC = b"SQLite format 3\0"
# What full-text search keeps beside its table, which are copies.
_SHADOWS = ("_config", "_content", "_data", "_docsize", "_idx", "_segdir", "_segments", "_stat")
# What a statement may do: read, and call the functions that are built in.
_ALLOWED = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_PRAGMA}
)


class ForeignKey(msgspec.Struct, frozen=True):
    """A column that refers to a row of another table, and the column there."""

    column: str
    table: str
    to: str | None


def scan(
    file: SourceFile, source: Source, find: FindTable | None = None
) -> Iterator[Raw | Problem]:
    """Yield the record of each row of the table that holds the records, in their order."""
    yield from _warn_of_log(file)
    with open_database(file) as database:
        name = _choose(database, source, find)
        for position, row in database.iter_rows(name):
            origin = Origin(file, position, None)
            if database.damaged:
                yield _warn_of_damage(origin, database.damaged)
            raw = attempt(partial(_make_raw, origin, row))
            yield raw.tell(origin.where) if isinstance(raw, Failure) else raw


def load(
    file: SourceFile, source: Source, origins: Sequence[Origin], find: FindTable | None = None
) -> Iterator[Raw]:
    """Yield the records of the rows at the origins."""
    wanted = {origin.position: origin for origin in origins}
    with open_database(file) as database:
        name = _choose(database, source, find)
        for position, row in database.iter_rows(name):
            origin = wanted.pop(position, None)
            if origin is not None:
                yield _make_raw(origin, row)
            if not wanted:
                return
    raise UnreadableFile("was changed while it was read")


def _choose(database: Database, source: Source, find: FindTable | None) -> str:
    if source.records is not None:
        name: str | None = spell_table(database.all_names, source.records)
    else:
        name = None if find is None else find(database)
    if name is not None and name in database.all_names:
        return name
    known = ", ".join(database.names) or "none"
    if name is None:
        message = (
            f"has no table of articles. Set records to a table's name. Its tables are: {known}"
        )
        raise UnreadableFile(message, "mapping")
    message = f'has no table "{name}", which records names. Its tables are: {known}'
    raise UnreadableFile(message, "mapping")


def _make_raw(origin: Origin, row: Mapping[str, object]) -> Raw:
    digest = zlib.crc32(encode_text("\0".join(map(repr, row.values()))))
    return Raw(origin, row, digest, is_row=True)


@contextmanager
def open_database(file: SourceFile) -> Iterator[Database]:
    """Open a database for reading.

    Raises:
        UnreadableFile: It is not an SQLite database, or is damaged.
    """
    with open_file(file) as stream:
        begin = stream.read(len(_MAGIC))
        if begin != _MAGIC:
            raise UnreadableFile("is not an SQLite database", "malformed")
        try:
            with _unpacking(file, stream) as path, closing(_connect(path)) as connection:
                yield Database(connection)
        except (sqlite3.Error, UnicodeDecodeError) as error:  # the latter in an error's text
            message = f"cannot be read as an SQLite database: {error}"
            raise UnreadableFile(message, "malformed") from error


@contextmanager
def _unpacking(file: SourceFile, stream: IO[bytes]) -> Iterator[Path]:
    """Give the path of a database, of which `stream` has read the magic, once it is unpacked."""
    if not file.path.name.endswith(".gz"):
        yield file.path
        return
    with tempfile.TemporaryDirectory(prefix="feedpub-") as folder:
        path = Path(folder, "database")
        with path.open("xb") as unpacked:
            unpacked.write(_MAGIC)
            shutil.copyfileobj(stream, unpacked)
        yield path


def _connect(path: Path) -> sqlite3.Connection:
    # immutable: no lock and no log is looked for or made beside it.
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    connection = sqlite3.connect(uri, uri=True)
    connection.text_factory = _decode
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_BYTES)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA query_only = ON")
    connection.set_authorizer(_authorize)
    return connection


class _DamagedText(str):
    """A text some of whose bytes are not UTF-8, with U+FFFD for each."""

    __slots__ = ()


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _DamagedText(content.decode("utf-8", "replace"))


def _authorize(action: int, *_: str | None) -> int:
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


class Database:
    """The tables of an open database.

    `damaged` names the columns whose text in the last row that was read is not valid UTF-8.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.damaged: Sequence[str] = ()
        self._connection = connection
        self._steps = 0  # since the last row
        connection.set_progress_handler(self._count_steps, _STEPS)

    def _count_steps(self) -> bool:
        """Interrupt a view that would take for ever."""
        self._steps += _STEPS
        return self._steps > _MAX_STEPS

    @cached_property
    def _most_rows(self) -> int:
        """The number of bytes: a view can make more rows of them, but they are not articles."""
        (pages,) = self._connection.execute("PRAGMA page_count").fetchone()
        (size,) = self._connection.execute("PRAGMA page_size").fetchone()
        return (read_number(pages) or 0) * (read_number(size) or 0)

    @cached_property
    def all_names(self) -> Sequence[str]:
        """The names of all tables and views."""
        rows = self._connection.execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
        )
        return [str(name) for (name,) in rows]

    @cached_property
    def names(self) -> Sequence[str]:
        """The names of the tables, without views, indexes of words, and SQLite's own tables."""
        rows = self._connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY rowid"
        ).fetchall()
        virtual = [str(name) for name, sql in rows if _is_virtual(sql)]
        shadows = {name + ending for name in virtual for ending in _SHADOWS}
        return [
            str(name)
            for name, _ in rows
            if name not in virtual and name not in shadows and not str(name).startswith("sqlite_")
        ]

    def list_columns(self, name: str) -> Sequence[str]:
        """List the names of a table's columns."""
        return [str(row[1]) for row in self._ask("table_info", name)]

    def list_samples(self, name: str) -> Sequence[Mapping[str, object]]:
        """List the first rows of a table."""
        return [row for _, row in self.iter_rows(name, limit=SAMPLES)]

    def list_foreign_keys(self, name: str) -> Sequence[ForeignKey]:
        """List the columns of a table that refer to other tables."""
        return [
            ForeignKey(str(row[3]), str(row[2]), None if row[4] is None else str(row[4]))
            for row in self._ask("foreign_key_list", name)
        ]

    def find_key(self, name: str) -> str | None:
        """Find the column that is a table's primary key; None where there is none, or several."""
        found = [str(row[1]) for row in self._ask("table_info", name) if row[5]]
        return found[0] if len(found) == 1 else None

    def _ask(self, pragma: str, name: str) -> Sequence[Sequence[object]]:
        return self._connection.execute(f"PRAGMA {pragma}({_quote(name)})").fetchall()

    def iter_rows(
        self, name: str, columns: Sequence[str] = (), limit: int = -1
    ) -> Iterator[tuple[int, Mapping[str, object]]]:
        """Yield the rows of a table with their positions, in the order in which it keeps them.

        Args:
            columns: Those that are read; without, all are.

        Raises:
            UnreadableFile: The table has no such column, for which SQLite would give its name.
        """
        if missing := sorted(set(columns).difference(self.list_columns(name) if columns else ())):
            raise UnreadableFile(f"has no column {missing[0]} in its table {name}", "malformed")
        chosen = ", ".join(map(_quote, columns)) if columns else "*"
        table = _quote(name)
        query = f"SELECT rowid, {chosen} FROM {table} ORDER BY rowid LIMIT ?"  # noqa: S608
        try:
            cursor = self._connection.execute(query, (limit,))
            has_rowid = True
        except sqlite3.OperationalError:
            # A view, or a table without rowids.
            query = f"SELECT {chosen} FROM {table} LIMIT ?"  # noqa: S608
            cursor = self._connection.execute(query, (limit,))
            has_rowid = False
        names = [column[0] for column in cursor.description][has_rowid:]
        for number, row in enumerate(cursor):
            self._steps = 0
            if number > self._most_rows:
                raise UnreadableFile(f"gives more rows of {name} than it has bytes", "too-large")
            position = row[0] if has_rowid and isinstance(row[0], int) else number
            found = dict(zip(names, row[has_rowid:], strict=True))
            self.damaged = [n for n, value in found.items() if isinstance(value, _DamagedText)]
            yield position, {name: _show_value(value) for name, value in found.items()}


def _is_virtual(sql: object) -> bool:
    return isinstance(sql, str) and sql.lstrip().upper().startswith("CREATE VIRTUAL")


def _show_value(value: object) -> object:
    """Give a value as a record has it; bytes are text, or nothing."""
    if not isinstance(value, bytes):
        return str(value) if isinstance(value, _DamagedText) else value
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _warn_of_damage(origin: Origin, columns: Sequence[str]) -> Problem:
    message = (
        f"holds bytes that are not UTF-8 in {' and '.join(columns)}; each is shown as �. Write "
        "the text to the database again"
    )
    return Problem("warning", origin.where, None, None, "encoding", message)


def _warn_of_log(file: SourceFile) -> Iterator[Problem]:
    """Warn of changes that the database's program has not written into it yet."""
    log = Path(f"{file.path}-wal")
    if log.is_file() and log.stat().st_size:
        message = (
            f"has changes that are still in {log.name}, which is not read. Close the program that "
            "writes it, or copy the database with sqlite3's .backup"
        )
        yield Problem("warning", Where(file.shown), None, None, "incomplete", message)
