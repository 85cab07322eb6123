"""A JSON file: an object is one record, a list is a record for each of its items."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from itertools import chain

from feedpub.errors import EmptyFile, Problem, UnreadableFile, Where, describe_value
from feedpub.model import Origin, Record, SourceFile
from feedpub.settings import Source
from feedpub.sources.files import MAX_BYTES, open_file, refuse_size, warn_of_guess
from feedpub.sources.json_items import Item, iter_items
from feedpub.sources.json_values import (
    NestedTooDeep,
    NotJson,
    decode_identifying,
    decode_object,
    decode_value,
)
from feedpub.systems import Mapper
from feedpub.text import TextStream


def scan(file: SourceFile, source: Source) -> Iterator[Record | Problem]:
    """Yield the file's record, or those of its list; an item that is no object is a problem."""
    with open_file(file) as stream:
        text = TextStream(stream, source.encodings)
        yield from warn_of_guess(file, text.choice)
        yield from _scan(file, source, text)


def _scan(file: SourceFile, source: Source, text: TextStream) -> Iterator[Record | Problem]:
    mapper = Mapper(source)
    for index, found in enumerate(_iter_values(text)):
        if isinstance(found, bytes):
            raw = _decode_object(found, whole=not mapper.is_plain)
            origin = Origin(file, 0, 1, single=True)
            yield mapper.make_record(origin, raw, digest=zlib.crc32(found))
            return
        try:
            # Expressions may look at more than the fields that were decoded.
            is_enough = found.fields is not None and mapper.is_plain
            value = found.fields if is_enough else decode_value(found.content)
            if isinstance(value, dict):
                origin = Origin(file, index, None)
                yield mapper.make_record(origin, value, digest=zlib.crc32(found.content))
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
    mapper = Mapper(source)
    with open_file(file) as stream:
        values = enumerate(_iter_values(TextStream(stream, source.encodings)))
        for origin in origins:
            found = next((value for index, value in values if index == origin.position), None)
            content = found.content if isinstance(found, Item) else found
            try:
                if content is None:
                    raise NotJson("is gone")
                raw = decode_object(content)
            except NotJson as error:
                raise UnreadableFile("was changed while it was read") from error
            yield mapper.make_record(origin, raw, digest=zlib.crc32(content), whole=True)


def _iter_values(text: TextStream) -> Iterator[bytes | Item]:
    """Yield the text of the file's one object, or the items of its list."""
    # Some encodings (UTF-7) can carry a lone surrogate, which is then no JSON.
    pieces = (piece.encode("utf-8", "surrogatepass") for piece in text)
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


def _decode_object(content: bytes, *, whole: bool) -> dict[str, object]:
    try:
        if content.lstrip().startswith(b"{"):
            return decode_object(content) if whole else decode_identifying(content)
        decode_value(content)
    except NotJson as error:
        raise UnreadableFile(str(error), "malformed", error.line) from error
    raise UnreadableFile("holds neither an object nor a list", "malformed")
