"""The tables that records refer to: in the same document, or in files beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from feedpub.sources import JsonDocument, NotJson, Place, decode_items
from feedpub.text import read_number

_KEYS = ("id", "_id", "uuid", "documentId", "ID", "term_id", "slug")
_MOST = 200_000  # rows of one table

Key: TypeAlias = str | int
Rows: TypeAlias = dict[Key, Mapping[str, object]]


class JoinedTables:
    """Looks rows up by their keys.

    Args:
        place: Where files beside a document are looked for.
        files: The names of the files that hold a table, without suffix.
    """

    def __init__(self, place: Place, files: Mapping[str, Iterable[str]] | None = None) -> None:
        self._place = place
        self._files = files or {}
        self._own: dict[str, Rows] = {}
        self._beside: dict[str, Rows] = {}

    def take(self, document: JsonDocument, paths: Mapping[str, str]) -> None:
        """Take the tables of a document, by their paths."""
        for table, path in paths.items():
            try:
                rows = document.list_items(path)
            except NotJson:
                continue
            self.add(table, decode_items(rows[:_MOST]))

    def clear(self) -> None:
        """Drop the rows of the file before."""
        self._own = {}

    def add(self, table: str, rows: Iterable[object]) -> None:
        """Add rows to a table."""
        own = self._own.setdefault(table, {})
        for key, row in _list_keys(rows):
            own.setdefault(key, row)

    def find(self, table: str, key: object) -> Mapping[str, object] | None:
        """Find a row by its key."""
        known = read_key(key)
        if known is None:
            return None
        for rows in (self._own.get(table, {}), self._read_beside(table)):
            found = rows.get(known) or rows.get(str(known))
            if found is not None:
                return found
        return None

    def _read_beside(self, table: str) -> Rows:
        if table not in self._beside:
            rows: Rows = {}
            for name in self._list_files(table):
                for key, row in _list_keys(self._read_rows(name)):
                    rows.setdefault(key, row)
            self._beside[table] = rows
        return self._beside[table]

    def _list_files(self, table: str) -> Sequence[str]:
        """List the files that may hold a table."""
        names = self._files.get(table, ())
        return sorted(file for name in names for file in self._place.list_named(f"{name}.json"))

    def _read_rows(self, name: str) -> Iterator[object]:
        content = self._place.read(name)
        if content is None:
            return
        try:
            for _, items in JsonDocument(content).find_lists():
                yield from decode_items(items[:_MOST])
                return
        except NotJson:
            return  # is read as a source, too, and told of there


def read_key(value: object) -> Key | None:
    """Read the key of a row: a text or a whole number; None where it is anything else."""
    if isinstance(value, float) and value.is_integer():
        return read_number(value)
    return value if isinstance(value, str | int) and not isinstance(value, bool) else None


def _list_keys(rows: Iterable[object]) -> Iterator[tuple[Key, Mapping[str, object]]]:
    for row in rows:
        if isinstance(row, Mapping):
            sys = row.get("sys")
            for place in (row, sys if isinstance(sys, Mapping) else {}):
                for name in _KEYS:
                    key = read_key(place.get(name))
                    if key is not None:
                        yield key, row
