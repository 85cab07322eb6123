"""Which value of a record looks like a field that was not found, and the line that maps it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from feedpub import compile_late
from feedpub.systems.names import fold_name
from feedpub.systems.rich_text_nodes import read_nodes
from feedpub.text import has_markup, read_number

_TIME = compile_late(r"\d{4}-\d\d-\d\d|\d{4}/\d\d?/\d\d?|\d{1,2}[./-]\d{1,2}[./-]\d{4}")
_TIME_NAME = compile_late(r"date|time|publi|creat|updat|modif|post|_at$|_on$|datum|fecha|data")
_TITLE_NAME = compile_late(r"titl|head|subject|headline|caption|name|titel|titre|titul")
_NO_TIME_NAME = compile_late(r"zone|format|uploaded|birth|expir|index|order")
_EPOCH = range(600_000_000, 4_000_000_000)  # seconds, from 1989
_LONG = 300  # characters that only a body has
_SHORT = 80


def find_time_like(record: Mapping[str, object]) -> str | None:
    """Find the path to a value that looks like a time, those with the name of one first."""
    named: list[str] = []
    others: list[str] = []
    for path, value in _list_values(record):
        name = fold_name(path)
        if _NO_TIME_NAME.search(name):
            continue
        is_named = _TIME_NAME.search(name) is not None
        is_time = isinstance(value, str) and _TIME.match(value.strip()) is not None
        number = None if isinstance(value, str) else read_number(value)
        if number is not None:
            is_time = is_named and (number in _EPOCH or number // 1000 in _EPOCH)
        if is_time:
            (named if is_named else others).append(path)
    return next(iter([*named, *others]), None)


def find_title_like(record: Mapping[str, object]) -> str | None:
    """Find the path to a value that has the name of a title."""
    for path, value in _list_values(record):
        name = fold_name(path.rpartition(".")[2])
        if isinstance(value, str) and 0 < len(value) < _LONG and _TITLE_NAME.search(name):
            return path
    return None


def find_body_like(record: Mapping[str, object], among: Collection[str]) -> str | None:
    """Find the path to a value among some that looks like a body: long, HTML or a tree."""
    for path, value in _list_values(record):
        if path.split(".")[0].strip('"') not in among:
            continue
        if isinstance(value, str):
            if len(value) > _LONG and " " in value:
                return path
            if len(value) > _SHORT and has_markup(value):
                return path
    for name in among:
        value = record.get(name)
        if isinstance(value, list | Mapping) and read_nodes(value) is not None:
            return quote_name(name)
    return None


def list_hints(record: Mapping[str, object], missing: Collection[str]) -> dict[str, str]:
    """Say for fields that are missing which value looks like one, and the line that maps it."""
    finders = {"updated": find_time_like, "title": find_title_like}
    hints: dict[str, str] = {}
    for field in missing:
        path = finders[field](record) if field in finders else None
        if path is not None:
            target = "published" if field == "updated" else field
            hints[field] = (
                f"{path} looks like one. To read it, add to [source.fields]: {target} = '{path}'"
            )
    return hints


def quote_name(name: str) -> str:
    """Write a name as a step of a path."""
    return name if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) else f'"{name}"'


def _list_values(record: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """List the values of a record by their paths, and those of the objects in it."""
    for name, value in record.items():
        if not isinstance(value, Mapping):
            yield quote_name(name), value
    for name, value in record.items():
        if isinstance(value, Mapping):
            for inner, item in value.items():
                if not isinstance(item, Mapping | list):
                    yield f"{quote_name(name)}.{quote_name(str(inner))}", item
