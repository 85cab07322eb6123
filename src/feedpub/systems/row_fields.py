"""The fields of a table's row, completed by what its cells and its columns tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from feedpub.errors import Problem, Where
from feedpub.model import Record
from feedpub.settings import Source
from feedpub.sources import Raw
from feedpub.systems.cells import find_cell_fault, is_serial, read_serial, split_cell
from feedpub.systems.mapping import Mapped
from feedpub.systems.table_columns import TableColumns

_TIMES = ("updated", "published")


class RowFields:
    """Completes the rows of the tables of one source; each table is surveyed where it must be."""

    def __init__(self, source: Source, survey: Callable[[Raw], TableColumns]) -> None:
        self._source = source
        self._survey = survey
        self._columns: dict[str, TableColumns] = {}
        self._warned: set[str] = set()

    def complete(self, raw: Raw, mapped: Mapped) -> Mapped:
        """Split the cells of several values, refuse errors, read day numbers, and find a key."""
        row = raw.value if isinstance(raw.value, Mapping) else {}
        fields = {name: split_cell(name, value) for name, value in mapped.fields.items()}
        rules, faults = dict(mapped.rules), dict(mapped.faults)
        for name, value in mapped.fields.items():
            fault = find_cell_fault(value)
            if fault is not None:
                del fields[name]
                faults[name] = fault
        for name in _TIMES:
            value = fields.get(name)
            if is_serial(value) and self._holds_serials(raw, row, value):
                fields[name] = read_serial(value)
        if self._lacks_key(fields, faults):
            columns = self._find_columns(raw)
            if key := columns.read_key(row):
                fields["id"] = key
                rules["id"] = _rule_of_key(columns.key or "")
        return Mapped(fields, rules, faults)

    def warn_of_key(self, record: Record) -> Iterator[Problem]:
        """Say once for each table which column stands in for the missing ids."""
        file = record.origin.file
        columns = self._columns.get(file.shown)
        if columns is None or columns.key is None or file.shown in self._warned:
            return
        if record.rules.get("id") == _rule_of_key(columns.key):
            self._warned.add(file.shown)
            message = (
                f'has rows with neither an id nor a link, so the column "{columns.key}" tells '
                "them apart. "
            )
            if columns.is_edited:
                message += (
                    "A row becomes a new article if you edit that column. Add a column id with "
                    "values that never change."
                )
            else:
                message += (
                    f"If its values never change, confirm it: set id = {_quote(columns.key)} in "
                    "[source.fields]. Otherwise add a column id."
                )
            yield Problem("warning", Where(file.shown), "id", None, "missing", message)

    def _lacks_key(self, fields: Mapping[str, object], faults: Mapping[str, object]) -> bool:
        """Say whether nothing makes an id of a row."""
        if fields.get("id") not in (None, "") or "id" in faults:
            return False
        if "id" in self._source.fields or self._source.id is not None:
            return False
        link = fields.get("link")
        return not (isinstance(link, str) and link.strip())

    def _holds_serials(self, raw: Raw, row: Mapping[str, object], value: object) -> bool:
        """Say whether all of the column that gave a time holds day numbers."""
        return any(row.get(name) == value for name in self._find_columns(raw).serials)

    def _find_columns(self, raw: Raw) -> TableColumns:
        key = raw.origin.file.shown
        if key not in self._columns:
            self._columns[key] = self._survey(raw)
        return self._columns[key]


def _rule_of_key(column: str) -> str:
    return f'the column "{column}", which tells the rows apart'


def _quote(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
