"""A JSON file: an object is one record, a list is a record for each of its items."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence

import msgspec

from feedpub.errors import Problem, Where, describe_value
from feedpub.fields import take_fields
from feedpub.model import Origin, Record, SourceFile
from feedpub.readers.files import UnreadableFile, decode, read_bytes
from feedpub.readers.json_values import NotJson, decode_value
from feedpub.settings import Source


def scan(file: SourceFile, source: Source) -> Iterator[Record | Problem]:
    """Yield the file's record, or those of its list; an item that is no object is a problem."""
    value = _read_value(file, source)
    if isinstance(value, dict):
        yield _make_record(file, 0, 1, value)
        return
    if not isinstance(value, list):
        raise UnreadableFile("holds neither an object nor a list", "malformed")
    for index, item in enumerate(value):
        if isinstance(item, dict):
            yield _make_record(file, index, None, item)
        else:
            where = Where(file.shown, None, index)
            yield Problem(
                "error", where, None, describe_value(item), "malformed", "is no JSON object"
            )


def load(file: SourceFile, source: Source, origins: Sequence[Origin]) -> Iterator[Record]:
    """Yield the records at the origins: items of the file's list, or its one record."""
    value = _read_value(file, source)
    items = value if isinstance(value, list) else [value]
    for origin in origins:
        item = items[origin.position] if origin.position < len(items) else None
        if not isinstance(item, dict):
            raise UnreadableFile("was changed while it was read")
        yield Record(origin, take_fields(item), _digest(item))


def _make_record(
    file: SourceFile, position: int, line: int | None, item: dict[str, object]
) -> Record:
    origin = Origin(file, position, line, single=line is not None)
    return Record(origin, take_fields(item), _digest(item))


def _digest(item: object) -> int:
    try:
        return zlib.crc32(msgspec.json.encode(item))
    except (UnicodeEncodeError, RecursionError):
        return zlib.crc32(repr(item).encode("utf-8", "surrogatepass"))


def _read_value(file: SourceFile, source: Source) -> object:
    content = read_bytes(file)
    text = decode(content, source)
    try:
        # Some encodings (UTF-7) can carry a lone surrogate, which is then no JSON.
        return decode_value(text.encode("utf-8", "surrogatepass"))
    except NotJson as error:
        raise UnreadableFile(str(error), "malformed", _find_line(text)) from error


def _find_line(text: str) -> int | None:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return error.lineno
    except (RecursionError, ValueError):
        return None
    return None
