"""Records of no known system: the fields that usual names and shapes give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec
from lxml import etree

from feedpub.errors import Where
from feedpub.model import SourceFile
from feedpub.settings import Site, Source
from feedpub.sources import (
    FrontMatter,
    JsonDocument,
    NamedTables,
    PageFields,
    Place,
    Raw,
    decode_items,
)
from feedpub.systems.joins import JoinedTables
from feedpub.systems.kinds import find_other_kind
from feedpub.systems.markdown_pages import translate_front_matter
from feedpub.systems.names import find_field
from feedpub.systems.protocol import BaseTranslator, PassedOver, Translation
from feedpub.systems.shapes import flatten
from feedpub.systems.table_choice import find_article_table
from feedpub.systems.usual_fields import Manner, translate_usual

_TIMES = frozenset({"updated", "published"})
_REST = frozenset({"link", "content_html", "content_text", "summary", "id", "slug"})
# What the names of an item say for its being an article.
_WEIGHTS = {"title": 2, "updated": 3, "published": 3, "content_html": 3, "content_text": 3}
# The tables that fields refer to by a number or a key.
_TABLES: Mapping[str, tuple[str, ...]] = {
    "author": ("users", "authors", "people", "writers", "contributors"),
    "section": ("categories", "sections", "channels", "terms"),
    "tags": ("tags", "keywords", "terms"),
    "images": ("media", "images", "assets", "files", "photos"),
}


class RecordTranslator(BaseTranslator):
    """Reads records by the usual names of their fields.

    Where the source maps fields itself, the others are found by the names of the contract alone.
    """

    def __init__(self, source: Source, place: Place, site: Site) -> None:
        self._site = site
        self._tables = JoinedTables(place, _TABLES)
        self._manner = Manner(
            join=self._join,
            markup=source.markup,
            usual=not source.fields,
            every_kind=source.where is not None,
        )
        # Of a table, a column that is confirmed as the id says nothing of the others.
        usual = source.fields.keys() <= {"id"}
        self._row_manner = msgspec.structs.replace(self._manner, usual=usual)

    def begin(self, file: SourceFile) -> None:
        """Forget the tables of the file before."""
        self._tables.clear()

    def find_records(self, document: JsonDocument) -> str | None:
        """Find the list of records in a document that is not a record itself."""
        if _is_dated(document.list_names()):
            return None
        paths: dict[str, str] = {}
        best: tuple[int, str] | None = None
        for path, items in document.find_lists():
            table = path.rpartition(".")[2].casefold()
            for field, names in _TABLES.items():
                if table in names:
                    paths.setdefault(field, path)
            weight = max((_weigh(item) for item in decode_items(items[:3])), default=0)
            if weight and (best is None or weight > best[0]):
                best = (weight, path)
        if best is None:
            return None
        self._tables.take(document, {f: path for f, path in paths.items() if path != best[1]})
        return best[1]

    def find_table(self, tables: NamedTables) -> str | None:
        """Find the sheet or the table whose columns are most like those of articles."""
        return find_article_table(tables)

    def translate(self, raw: Raw, *, whole: bool) -> Translation | PassedOver:
        """Take the fields of usual names."""
        value = raw.value
        if isinstance(value, PageFields):
            return Translation(value.fields, value.rules, value.lines, value.problems)
        if isinstance(value, FrontMatter):
            file = raw.origin.file
            where = Where(file.shown, value.body_line)
            return translate_front_matter(
                value,
                file.below,
                where,
                whole=whole,
                usual=self._manner.usual,
                site=self._site,
            )
        if isinstance(value, etree._Element):
            return PassedOver("XML files of no known kind")
        manner = self._row_manner if raw.is_row else self._manner
        return translate_usual(raw, value, whole=whole, manner=manner)

    def _join(self, field: str, item: object) -> object:
        """Give the row that a number or a key refers to."""
        if isinstance(item, str | int) and not isinstance(item, bool):
            return self._tables.find(field, item) or item
        return item


def _is_dated(names: Iterable[str]) -> bool:
    known = {found[0] for name in names if (found := find_field(name)) is not None}
    return "title" in known and not known.isdisjoint(_TIMES)


def _weigh(value: object) -> int:
    """Weigh how much an object looks like an article; 0 is not at all."""
    if not isinstance(value, Mapping):
        return 0
    value = flatten(value)
    if find_other_kind(value) is not None:
        return 0
    ranks: dict[str, int] = {}
    for name in value:
        if (found := find_field(str(name))) is not None:
            ranks[found[0]] = min(found[1], ranks.get(found[0], 99))
    if "title" not in ranks or ranks.keys().isdisjoint(_TIMES | _REST):
        return 0
    own = 2 if ranks["title"] < 2 else 0
    return own + sum(_WEIGHTS.get(field, 1) for field in ranks)
