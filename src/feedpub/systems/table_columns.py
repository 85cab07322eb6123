"""What only a whole column tells: which one tells the rows apart, and whether it counts days."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping

import msgspec

from feedpub import compile_late
from feedpub.errors import Problem
from feedpub.sources import Raw
from feedpub.systems.cells import is_serial
from feedpub.systems.names import find_field
from feedpub.text import encode_text

Scan = Callable[[], Iterable[Raw | Problem]]

_TIMES = frozenset({"updated", "published"})
# What is not a key, however different it is: what people change, and what is the same by chance.
_NEVER = _TIMES | {"title", "section", "status", "author", "source", "tags", "language", "notice"}
# What is a key only where nothing else is: it is unique, but people edit it.
_LAST = frozenset({"images", "summary", "content_html", "content_text"})
_DATE = compile_late(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b.*", re.DOTALL)
_CODE = compile_late(r"\S{1,100}")
_LONGEST_KEY = 100
_MOST_COLUMNS = 50


class _Column:
    """What the values of one column have in common so far."""

    def __init__(self) -> None:
        self.seen: set[int] | None = set()
        self.is_code = True
        self.is_date = True

    def add(self, value: object) -> None:
        if self.seen is None:
            return
        text = "" if value is None else str(value).strip()
        # Eight bytes of each, so that 100,000 rows of many columns take little memory.
        mark = hash(text)
        if not text or mark in self.seen:
            self.seen = None
            return
        self.seen.add(mark)
        self.is_code = self.is_code and _CODE.fullmatch(text) is not None
        self.is_date = self.is_date and (_DATE.fullmatch(text) is not None or is_serial(text))


class TableColumns(msgspec.Struct, frozen=True):
    """The columns of one table, once all its rows were seen.

    `key` is the column whose values tell the rows apart, `is_edited` whether people edit what
    it holds; `serials` are the columns of times that hold nothing but day numbers.
    """

    key: str | None
    serials: frozenset[str]
    is_edited: bool = False

    def read_key(self, row: Mapping[str, object]) -> str | None:
        """Read the key of a row; a text that is not a code is told by its digest."""
        value = None if self.key is None else row.get(self.key)
        text = "" if value is None else str(value).strip()
        if self.is_edited or len(text) > _LONGEST_KEY:
            return hashlib.sha256(encode_text(text)).hexdigest()[:16]
        return text or None


def survey_columns(scan: Scan, mapped: Mapping[str, str] = {}) -> TableColumns:
    """Look at all rows of a table.

    Args:
        mapped: The field of each column that does not go by a usual name.
    """
    columns: dict[str, _Column] = {}
    serials: dict[str, bool] = {}
    for raw in scan():
        if not isinstance(raw, Raw) or not isinstance(raw.value, Mapping):
            continue
        for name in list(raw.value)[:_MOST_COLUMNS]:
            value = raw.value[name]
            field = mapped.get(name) or _field_of(name)
            if field in _TIMES and value not in ("", None):
                serials[name] = serials.get(name, True) and is_serial(value)
            if name and field not in _NEVER:
                columns.setdefault(name, _Column()).add(value)
    fitting = [name for name, column in columns.items() if column.seen and not column.is_date]
    fields = {name: mapped.get(name) or _field_of(name) for name in fitting}
    key = min(fitting, key=lambda name: _rank(fields[name], columns[name]), default=None)
    return TableColumns(
        key=key,
        is_edited=key is not None and fields[key] in _LAST,
        serials=frozenset(name for name, is_day in serials.items() if is_day),
    )


def match_columns(row: Mapping[str, object], fields: Mapping[str, object]) -> dict[str, str]:
    """Match the columns of a row to the fields that have their values."""
    return {
        name: field
        for field in (*_LAST, *_NEVER)
        for name, value in row.items()
        if value not in ("", None) and value == fields.get(field)
    }


def _field_of(name: str) -> str | None:
    found = find_field(name)
    return None if found is None else found[0]


def _rank(field: str | None, column: _Column) -> int:
    if field == "slug":
        return 0
    if field in _LAST:
        return 3
    return 1 if column.is_code else 2
