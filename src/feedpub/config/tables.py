"""TOML tables to structs: each value on its own, so that every fault is named at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Annotated, TypeVar, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta

from feedpub import compile_late
from feedpub.errors import quote_value, suggest
from feedpub.text import read_number

Table = TypeVar("Table", bound=msgspec.Struct)

# Stand in for required settings that are missing or wrong, so that the others are checked too.
_PLACEHOLDERS = {
    "title": "Untitled",
    "link": "https://site.invalid/",
    "timezone": "UTC",
    "tag": "site.invalid,2000",
    "path": ".",
    "from": "id",
    "match": "",
    "folder": ".",
    "url": "https://site.invalid/",
}
_KINDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "array": "a list",
    "object": "a table",
    "bool": "true or false",
}
_MISMATCH = compile_late(r"Expected `([^`]*)`, got `([^`]*)`")


class Faults:
    """The faults of a configuration: messages, each with the path of its key."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def add(self, key: str, message: str) -> None:
        """Add a fault of a key."""
        self.messages.append(f"{key}: {message}")


@cache
def _list_fields(table: type) -> Mapping[str, tuple[msgspec.structs.FieldInfo, object]]:
    """List the fields of a struct by their keys, each with its annotation.

    Each look at a struct compiles its annotations, which takes milliseconds.
    """
    hints = get_type_hints(table, include_extras=True)
    return {f.encode_name: (f, hints[f.name]) for f in msgspec.structs.fields(table)}


def read_table(key: str, raw: object, table: type[Table], faults: Faults) -> Table | None:
    """Read a table, with defaults or placeholders in place of wrong values."""
    if not isinstance(raw, Mapping):
        faults.add(key, "is missing" if raw is None else "expected a table")
        return None
    known = _list_fields(table)
    name_unknown(f"{key}.", raw, known, faults)
    values: dict[str, object] = {}
    for name, (field, hint) in known.items():
        if field.required:
            values[field.name] = _PLACEHOLDERS[name]
        if name in raw:
            known_faults = len(faults.messages)
            value = _read_value(f"{key}.{name}", raw[name], hint, faults)
            if len(faults.messages) == known_faults:
                values[field.name] = value
        elif field.required:
            faults.add(f"{key}.{name}", "is missing")
    return table(**values)


def name_unknown(
    prefix: str, raw: Mapping[str, object], known: Iterable[str], faults: Faults
) -> None:
    """Name the keys of a table that are not settings, and those that may be meant."""
    names = list(known)
    for name in raw:
        if name not in names:
            hint = suggest(name, names) or f" The settings are {', '.join(names)}."
            faults.add(prefix + name, f"is not a setting.{hint}")


def _read_value(key: str, raw: object, hint: object, faults: Faults) -> object:
    if isinstance(raw, Mapping):
        kinds = list(_list_kinds(hint))
        for kind in kinds:
            if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
                return read_table(key, raw, kind, faults)
        for kind in kinds:
            if get_origin(kind) is Mapping:  # the keys are the user's own
                inner = get_args(kind)[1]
                return {n: _read_value(f"{key}.{n}", v, inner, faults) for n, v in raw.items()}
    try:
        return msgspec.convert(raw, hint, strict=True)
    except msgspec.ValidationError as error:
        faults.add(key, _describe_mismatch(raw, hint, str(error)))
        return None


def _list_kinds(hint: object) -> Iterator[object]:
    """List the kinds of values that an annotation allows."""
    if get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    if get_origin(hint) is None or get_origin(hint) in (Mapping, tuple):
        yield hint
    else:
        for part in get_args(hint):
            yield from _list_kinds(part)


def _describe_mismatch(raw: object, hint: object, message: str) -> str:
    """Say in a user's words what msgspec refuses."""
    message, _, place = message.partition(" - at `$")
    index = place.strip("[]`")
    if isinstance(raw, list) and (number := read_number(index)) is not None:
        raw = raw[number]
    shown = quote_value(raw) if isinstance(raw, str) else str(raw).lower()
    if "enum value" in message:
        words = list(_list_words(hint))
        listed = ", ".join(f'"{word}"' for word in words)
        return f"{shown} is not one of {listed}.{suggest(str(raw), words)}"
    if "matching regex" in message:
        meta = next(meta for meta in _list_notes(hint) if meta.pattern)
        examples = " or ".join(f'"{example}"' for example in meta.examples or ())
        return f"{shown} is not {meta.title}. Write it like {examples}."
    if "of length >=" in message:
        return "is empty"
    if ">=" in message:
        return f"{shown} is too small. The minimum is {message.rpartition(' ')[2]}."
    found = _MISMATCH.match(message)
    if found is None:
        return message[:1].lower() + message[1:]
    wanted = dict.fromkeys(_KINDS.get(kind, kind) for kind in found[1].split(" | "))
    expected = " or ".join(kind for kind in wanted if kind != "null")
    got = shown if isinstance(raw, bool) else _KINDS.get(found[2], found[2])
    return f"expected {expected}, got {got}"


def _list_notes(hint: object) -> Iterator[Meta]:
    """List the notes in an annotation, however deep they stand."""
    for part in get_args(hint):
        if isinstance(part, Meta):
            yield part
        else:
            yield from _list_notes(part)


def _list_words(hint: object) -> Iterator[str]:
    """List the words that a Literal allows, however deep it stands in an annotation."""
    if isinstance(hint, str):
        yield hint
    else:
        for part in get_args(hint):
            yield from _list_words(part)
