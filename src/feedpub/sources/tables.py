"""A file that holds several tables: the sheets of a workbook, the tables of a database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeAlias


class NamedTables(Protocol):
    """The tables of one file, each by its name."""

    @property
    def names(self) -> Sequence[str]:
        """The names, in the order of the file, without hidden tables and copies."""

    def list_columns(self, name: str) -> Sequence[str]:
        """List the names of a table's columns."""

    def list_samples(self, name: str) -> Sequence[Mapping[str, object]]:
        """List the first rows of a table."""


class TablesSeen:
    """The tables of a file as a look at it found them, kept once it is closed."""

    def __init__(self, tables: NamedTables) -> None:
        self.names = tuple(tables.names)
        looked = self.names[:_MOST_TABLES]
        self._columns = {name: tuple(tables.list_columns(name)) for name in looked}
        self._samples = {name: tuple(tables.list_samples(name)) for name in looked}

    def list_columns(self, name: str) -> Sequence[str]:
        """List the names of a table's columns."""
        return self._columns.get(name, ())

    def list_samples(self, name: str) -> Sequence[Mapping[str, object]]:
        """List the first rows of a table."""
        return self._samples.get(name, ())


# Names the table that holds the records; None where none does.
FindTable: TypeAlias = Callable[[NamedTables], str | None]
SAMPLES = 20
_MOST_TABLES = 500


def spell_table(names: Sequence[str], name: str) -> str:
    """Spell the name of a table as its file does; capitals do not count."""
    return next((known for known in names if known.casefold() == name.casefold()), name)
