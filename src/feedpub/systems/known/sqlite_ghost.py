"""The SQLite database of a Ghost site, content/data/ghost.db.

Its tables are those of Ghost's export, with times in UTC.
Source: Ghost, core/server/data/schema/schema.js.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from feedpub.model import SourceFile
from feedpub.settings import Site, Source
from feedpub.sources import Database, NamedTables, Place, Raw, open_database
from feedpub.systems.joins import JoinedTables
from feedpub.systems.known.ghost import GhostTranslator
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

_SIGNS = frozenset({"posts", "posts_tags", "posts_authors", "tags", "users", "settings"})


class GhostDatabase(Base):
    """A database with the tables of Ghost."""

    name = "sqlite-ghost"
    title = "a Ghost database"

    def recognize(self, place: Place) -> Sign | None:
        """Know it by its tables."""
        if place.tables is None or not set(place.tables.names) >= _SIGNS:
            return None
        return Sign(0.95, "it has the tables of Ghost")

    def propose(self, place: Place, site: Site) -> Proposal:
        """Say which table was taken."""
        found = f"{self.title}; articles from the table posts, sections from the first tag"
        return Proposal(found, source=[Setting("records", "posts", "the table of the articles")])

    def open(self, place: Place, source: Source, site: Site) -> Translator:
        """Begin to read databases."""
        return GhostDatabaseTranslator(place, site)


class GhostDatabaseTranslator(BaseTranslator):
    """Reads posts as those of an export, with the tables of their own database."""

    def __init__(self, place: Place, site: Site) -> None:
        self._place = place
        self._site = site
        self._translators: dict[str, GhostTranslator] = {}

    def find_table(self, tables: NamedTables) -> str | None:
        """Take the posts."""
        return "posts"

    def translate(self, raw: Raw, *, whole: bool) -> Translation | PassedOver:
        """Give the fields of a post."""
        if not isinstance(raw.value, Mapping):
            return PassedOver("records of another format")
        translator = self._find_translator(raw.origin.file)
        # An empty column of a database is a name that an export does not have.
        row = {name: value for name, value in raw.value.items() if value is not None}
        return translator.translate(msgspec.structs.replace(raw, value=row), whole=whole)

    def _find_translator(self, file: SourceFile) -> GhostTranslator:
        if file.below not in self._translators:
            translator = GhostTranslator(JoinedTables(self._place), self._site)
            with open_database(file) as database:
                translator.take_tables(lambda name: _read(database, name))
            self._translators[file.below] = translator
        return self._translators[file.below]


def _read(database: Database, table: str) -> list[object]:
    """Read a table; of users, only what names them."""
    columns = [name for name in database.list_columns(table) if name in _COLUMNS[table]]
    if not columns:
        return []
    return [row for _, row in database.iter_rows(table, columns)]


_COLUMNS: Mapping[str, frozenset[str]] = {
    "tags": frozenset({"id", "name", "slug", "visibility"}),
    "users": frozenset({"id", "name", "slug"}),
    "posts_tags": frozenset({"post_id", "tag_id", "sort_order"}),
    "posts_authors": frozenset({"post_id", "author_id", "sort_order"}),
    "posts_meta": frozenset(
        {"post_id", "feature_image_alt", "feature_image_caption", "email_only"}
    ),
}

SYSTEMS = (GhostDatabase(),)
