"""An SQLite database of no known system: the table that holds articles, and what it refers to."""

from __future__ import annotations

from collections.abc import Mapping

from feedpub.errors import Problem
from feedpub.model import SourceFile
from feedpub.settings import Site, Source
from feedpub.sources import NamedTables, Place, Raw, open_database
from feedpub.systems.protocol import (
    Base,
    BaseTranslator,
    PassedOver,
    Proposal,
    Setting,
    Sign,
    Translation,
    Translator,
)
from feedpub.systems.records import RecordTranslator
from feedpub.systems.table_choice import find_article_table
from feedpub.systems.table_joins import TableJoins


class SqliteDatabase(Base):
    """A database whose tables have usual names."""

    name = "sqlite"
    title = "an SQLite database"

    def recognize(self, place: Place) -> Sign | None:
        """Take any database; what a system wrote is known better by that."""
        if place.tables is None:
            return None
        return Sign(0.5, "it is an SQLite database")

    def propose(self, place: Place, site: Site) -> Proposal:
        """Say which table was taken."""
        table = None if place.tables is None else find_article_table(place.tables)
        if table is None:
            return Proposal(self.title)
        found = f"{self.title}; articles from the table {table}"
        return Proposal(found, source=[Setting("records", table, "the table of the articles")])

    def open(self, place: Place, source: Source, site: Site) -> Translator:
        """Begin to read databases."""
        return SqliteTranslator(source, place, site)


class SqliteTranslator(BaseTranslator):
    """Reads rows by the usual names of their columns, and names what they refer to."""

    def __init__(self, source: Source, place: Place, site: Site) -> None:
        self._named = source.records
        self._usual = RecordTranslator(source, place, site)
        self._joins: dict[str, TableJoins | None] = {}

    def find_table(self, tables: NamedTables) -> str | None:
        """Find the table whose columns are most like those of articles."""
        return find_article_table(tables)

    def translate(self, raw: Raw, *, whole: bool) -> Translation | PassedOver:
        """Give the fields of a row, with names in place of the keys of other tables."""
        row = raw.value
        if not isinstance(row, Mapping):
            return PassedOver("records of another format")
        joins = self._find_joins(raw.origin.file)
        if joins is None:
            return self._usual.translate(raw, whole=whole)
        names = joins.join(row)
        shown = {name: value for name, value in row.items() if name not in joins.columns}
        complete = Raw(raw.origin, {**names, **shown, **names}, raw.digest, is_row=True)
        translated = self._usual.translate(complete, whole=whole)
        if isinstance(translated, PassedOver):
            return translated
        fields = dict(translated.fields)
        rules = dict(translated.rules)
        for field in names:
            rules[field] = "the rows of another table that it refers to"
        if "id" not in fields and joins.key is not None and row.get(joins.key) is not None:
            fields["id"] = row[joins.key]
            rules["id"] = f"the primary key, {joins.key}"
        problems = list(translated.problems) + _warn(raw, joins, row)
        return Translation(fields, rules if whole else {}, translated.lines, problems)

    def _find_joins(self, file: SourceFile) -> TableJoins | None:
        if file.below not in self._joins:
            with open_database(file) as database:
                table = self._named or find_article_table(database)
                spelled = [
                    name for name in database.names if table and name.casefold() == table.casefold()
                ]
                self._joins[file.below] = TableJoins(database, spelled[0]) if spelled else None
        return self._joins[file.below]


def _warn(raw: Raw, joins: TableJoins, row: Mapping[str, object]) -> list[Problem]:
    """Warn of the columns that refer to a row that is not there."""
    problems = []
    for reference in joins.list_missing(row):
        message = (
            f"refers to a row that the table {reference.table} does not have or does not name, so "
            "it is left out. Later ones like it are not told"
        )
        value = str(row[reference.column])
        where = raw.origin.where
        problems.append(Problem("warning", where, reference.field, value, "join", message))
    return problems


SYSTEMS = (SqliteDatabase(),)
