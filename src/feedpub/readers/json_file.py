"""A JSON file: an object is one record, a list is a record for each of its items."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from itertools import chain

from feedpub.errors import Problem, Where, describe_value
from feedpub.fields import IDENTIFYING, take_fields
from feedpub.model import Origin, Record, SourceFile
from feedpub.readers.decoding import iter_text
from feedpub.readers.files import MAX_BYTES, EmptyFile, UnreadableFile, open_file, refuse_size
from feedpub.readers.json_items import Item, iter_items
from feedpub.readers.json_values import NestedTooDeep, NotJson, decode_identifying, decode_value
from feedpub.settings import Source


def scan(file: SourceFile, source: Source) -> Iterator[Record | Problem]:
    """Yield the file's record, or those of its list; an item that is no object is a problem."""
    for index, found in enumerate(_iter_values(file, source)):
        if isinstance(found, bytes):
            fields = take_fields(_decode_object(found), IDENTIFYING)
            yield Record(Origin(file, 0, 1, single=True), fields, zlib.crc32(found))
            return
        try:
            value = found.fields if found.fields is not None else decode_value(found.content)
            if isinstance(value, dict):
                fields = take_fields(value, IDENTIFYING)
                yield Record(Origin(file, index, None), fields, zlib.crc32(found.content))
                continue
            shown, message = describe_value(value), "is no JSON object"
        except NestedTooDeep as error:
            shown, message = (
                describe_value(found.content[:200].decode("utf-8", "replace")),
                str(error),
            )
        except NotJson as error:
            line = None if error.line is None else found.line + error.line - 1
            raise UnreadableFile(str(error), "malformed", line) from error
        yield Problem("error", Where(file.shown, None, index), None, shown, "malformed", message)


def load(file: SourceFile, source: Source, origins: Sequence[Origin]) -> Iterator[Record]:
    """Yield the records at the origins: items of the file's list, or its one record."""
    values = enumerate(_iter_values(file, source))
    for origin in origins:
        found = next((value for index, value in values if index == origin.position), None)
        content = found.content if isinstance(found, Item) else found
        try:
            value = None if content is None else decode_value(content)
        except NotJson as error:
            raise UnreadableFile("was changed while it was read") from error
        if content is None or not isinstance(value, dict):
            raise UnreadableFile("was changed while it was read")
        yield Record(origin, take_fields(value), zlib.crc32(content))


def _iter_values(file: SourceFile, source: Source) -> Iterator[bytes | Item]:
    """Yield the text of the file's one object, or the items of its list."""
    with open_file(file) as stream:
        # Some encodings (UTF-7) can carry a lone surrogate, which is then no JSON.
        pieces = (text.encode("utf-8", "surrogatepass") for text in iter_text(stream, source))
        head: list[bytes] = []
        for piece in pieces:
            head.append(piece)
            if piece.strip():
                break
        start = b"".join(head)
        if not start.strip():
            raise EmptyFile()
        if start.lstrip().startswith(b"["):
            yield from iter_items(chain((start,), pieces))
            return
        held, size = [start], len(start)
        for piece in pieces:
            held.append(piece)
            size += len(piece)
            if size > MAX_BYTES:
                raise refuse_size("is")
        yield b"".join(held)


def _decode_object(content: bytes) -> dict[str, object]:
    try:
        if content.lstrip().startswith(b"{"):
            return decode_identifying(content)
        decode_value(content)
    except NotJson as error:
        raise UnreadableFile(str(error), "malformed", error.line) from error
    raise UnreadableFile("holds neither an object nor a list", "malformed")
