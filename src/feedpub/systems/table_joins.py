"""What the rows of a table refer to in the other tables of its database: people, sections, tags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from feedpub.sources import Database
from feedpub.systems.names import find_field, fold_name

# The fields that a table's name says its rows are.
_FIELD_OF_TABLE = {
    **dict.fromkeys("author authors user users people persons staff writers".split(), "author"),
    **dict.fromkeys("reporters contributors members autores autoren".split(), "author"),
    **dict.fromkeys("category categories section sections channels rubrics".split(), "section"),
    **dict.fromkeys("topics departments desks kategorien categorias secciones".split(), "section"),
    **dict.fromkeys("tag tags keyword keywords labels".split(), "tags"),
    **dict.fromkeys("image images photos media pictures files assets".split(), "images"),
}
# The column of such a row that shows it, the surest first.
_NAMES = (
    "display_name name full_name title label realname nickname term username login email slug"
).split()
_FILES = "url src path file filename file_path image uri".split()
_KEYS = ("id", "uuid", "_id")
_MOST_COLUMNS = 6  # of a table that only says which rows belong together
_SINGLE = frozenset({"author", "section", "images"})
_JOINED = frozenset(_FIELD_OF_TABLE.values())


class Reference(msgspec.Struct, frozen=True):
    """A column that refers to rows of another table, and the field that they are."""

    column: str
    table: str
    key: str
    field: str


class TableJoins:
    """The rows that those of one table refer to, by name."""

    def __init__(self, database: Database, table: str) -> None:
        self._database = database
        self.key = database.find_key(table)
        self._names: dict[tuple[str, str], Mapping[object, str]] = {}
        self._direct = self._find_direct(table)
        self._linked = self._find_linked(table)

    def join(self, row: Mapping[str, object]) -> dict[str, object]:
        """Give the names that a row refers to, by field."""
        found: dict[str, list[str]] = {}
        for reference in self._direct:
            names = self._names[reference.table, reference.key]
            name = names.get(row.get(reference.column))
            if name is not None:
                found.setdefault(reference.field, []).append(name)
        key = row.get(self.key) if self.key else None
        for field, linked in self._linked.items():
            for name in linked.get(key, ()):
                found.setdefault(field, []).append(name)
        return {
            field: names[0] if len(names) == 1 and field in _SINGLE else names
            for field, names in found.items()
        }

    def list_missing(self, row: Mapping[str, object]) -> Iterable[Reference]:
        """List the references of a row that lead to no row."""
        for reference in self._direct:
            value = row.get(reference.column)
            if (
                value not in (None, "", 0)
                and value not in self._names[reference.table, reference.key]
            ):
                yield reference

    @property
    def columns(self) -> Sequence[str]:
        """The columns that refer to other tables."""
        return [reference.column for reference in self._direct]

    def _find_direct(self, table: str) -> Sequence[Reference]:
        found = [one for one in self._list_references(table) if one.field in _JOINED]
        for reference in found:
            self._read_names(reference)
        return found

    def _find_linked(self, table: str) -> Mapping[str, Mapping[object, list[str]]]:
        """Read the tables that say which rows of this table and of another belong together."""
        linked: dict[str, dict[object, list[str]]] = {}
        for name in self._database.names:
            if name == table or len(self._database.list_columns(name)) > _MOST_COLUMNS:
                continue
            references = self._list_references(name, table)
            own = [one for one in references if one.table == table]
            others = [one for one in references if one.table != table and one.field in _JOINED]
            if len(own) != 1 or len(others) != 1:
                continue
            names = self._read_names(others[0])
            rows = linked.setdefault(others[0].field, {})
            for _, row in self._database.iter_rows(name, (own[0].column, others[0].column)):
                shown = names.get(row[others[0].column])
                if shown is not None:
                    rows.setdefault(row[own[0].column], []).append(shown)
        return linked

    def _list_references(self, table: str, main: str = "") -> Sequence[Reference]:
        """List the columns of a table that refer to another: declared ones, else by their names."""
        declared = {one.column: one for one in self._database.list_foreign_keys(table)}
        found = []
        for column in self._database.list_columns(table):
            if column in declared:
                other = self._spell_table(declared[column].table)
                key = declared[column].to or (other and self._database.find_key(other)) or "id"
            else:
                other = self._guess_table(column)
                key = (other and self._database.find_key(other)) or "id"
            if other is None or (other == table and not declared):
                continue
            field = "" if other == main else _name_field(column, other)
            found.append(Reference(column, other, key, field))
        return found

    def _spell_table(self, name: str) -> str | None:
        return next(
            (one for one in self._database.names if one.casefold() == name.casefold()), None
        )

    def _guess_table(self, column: str) -> str | None:
        """Find the table that a column such as `author_id` refers to."""
        folded = fold_name(column)
        if not folded.endswith("id") or folded in ("id", "_id", "uuid"):
            return None
        base = folded.removesuffix("id")
        plural = {base, base + "s", base + "es", base[:-1] + "ies" if base.endswith("y") else base}
        if _FIELD_OF_TABLE.get(base) == "author":
            plural |= {"users", "people", "authors"}
        return next((one for one in self._database.names if _last_word(one) in plural), None)

    def _read_names(self, reference: Reference) -> Mapping[object, str]:
        known = (reference.table, reference.key)
        if known not in self._names:
            columns = {fold_name(one): one for one in self._database.list_columns(reference.table)}
            wanted = [*_FILES, *_NAMES] if reference.field == "images" else _NAMES
            shown = [columns[name] for name in map(fold_name, wanted) if name in columns]
            pair = [columns[name] for name in ("firstname", "lastname") if name in columns]
            if len(pair) == 2 and not ({"name", "displayname", "fullname"} & columns.keys()):
                shown = pair
            if not shown or reference.key not in columns.values():
                self._names[known] = {}
                return {}
            self._names[known] = {
                row[reference.key]: text
                for _, row in self._database.iter_rows(reference.table, (reference.key, *shown))
                if (text := _show(row, shown, joined=shown == pair))
            }
        return self._names[known]


def _show(row: Mapping[str, object], columns: Sequence[str], *, joined: bool) -> str:
    texts = [str(row[name]).strip() for name in columns if row[name] not in (None, "")]
    if joined:
        return " ".join(texts)
    return texts[0] if texts and "@" not in texts[0] else ""


def _last_word(table: str) -> str:
    return fold_name(table.rpartition(".")[2])


def _name_field(column: str, table: str) -> str:
    """Name the field that a reference is: by its column, else by its table."""
    base = column[:-2].rstrip("_") if column.lower().endswith("id") else column
    known = find_field(base)
    if known is not None and known[0] in _JOINED:
        return known[0]
    if known is not None and known[0] in ("source", "title"):
        return ""
    table_word = _last_word(table)
    last = table_word.rpartition("_")[2]
    return _FIELD_OF_TABLE.get(table_word) or _FIELD_OF_TABLE.get(last, "")
