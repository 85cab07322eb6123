"""A JSON file: an object is one record, a list is a record for each of its items.

Where the records stand in a list inside an object, the source's `records` is the path to it, or
`records` finds it.
"""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain

import msgspec

from feedpub.errors import (
    EmptyFile,
    EvaluationError,
    ExpressionError,
    Failure,
    Problem,
    UnreadableFile,
    attempt,
    describe_value,
)
from feedpub.model import Origin, SourceFile
from feedpub.settings import Source
from feedpub.sources.files import MAX_BYTES, open_file, refuse_size, warn_of_guess
from feedpub.sources.json_document import JsonDocument, split_path
from feedpub.sources.json_items import Item, close_head, iter_items, iter_items_at
from feedpub.sources.json_values import (
    DamagedJson,
    NestedTooDeep,
    NotJson,
    decode_object,
    decode_value,
    find_damage,
)
from feedpub.sources.raw import Raw
from feedpub.text import Choice, TextStream, encode_text

# The part of a large document that tells where its records stand.
_HEAD = 4 * 1024 * 1024
FindRecords = Callable[[JsonDocument], str | None]


def scan(
    file: SourceFile, source: Source, records: FindRecords | None = None
) -> Iterator[Raw | Problem]:
    """Yield the file's record, or those of its list; an item that is not an object is a problem."""
    with open_file(file) as stream:
        text = TextStream(stream, source.encodings)
        yield from warn_of_guess(file, text.choice)
        yield from _scan(file, _iter_values(text, source, records), text.choice)


def _scan(
    file: SourceFile, values: Iterator[bytes | Item], choice: Choice
) -> Iterator[Raw | Problem]:
    for index, found in enumerate(values):
        if isinstance(found, bytes):
            origin = Origin(file, 0, 1, single=True)
            yield Raw(origin, _decode_object(found, choice), zlib.crc32(found))
            return
        origin = Origin(file, index, None)
        raw = attempt(partial(_read_item, origin, found, choice), UnreadableFile)
        yield raw.tell(origin.where) if isinstance(raw, Failure) else raw


def _read_item(origin: Origin, found: Item, choice: Choice) -> Raw | Problem:
    kind = "malformed"
    try:
        value = decode_value(found.content) if found.value is None else found.value
        if isinstance(value, dict):
            return Raw(origin, value, zlib.crc32(found.content))
        shown, message = describe_value(value), "is not a JSON object"
    except (NestedTooDeep, DamagedJson) as error:
        shown = describe_value(found.content[:200].decode("utf-8", "replace"))
        message = str(error)
        if isinstance(error, DamagedJson):
            kind, message = "encoding", find_damage(found.content, choice) or message
    except NotJson as error:
        line = None if error.line is None else found.line + error.line - 1
        raise UnreadableFile(str(error), "malformed", line) from error
    return Problem("error", origin.where, None, shown, kind, message)


def load(
    file: SourceFile, source: Source, origins: Sequence[Origin], records: FindRecords | None = None
) -> Iterator[Raw]:
    """Yield the records at the origins: items of the file's list, or its one record."""
    with open_file(file) as stream:
        text = TextStream(stream, source.encodings)
        values = enumerate(_iter_values(text, source, records))
        for origin in origins:
            found = next((value for index, value in values if index == origin.position), None)
            content = found.content if isinstance(found, Item) else found
            try:
                if content is None:
                    raise NotJson("is gone")
                raw = decode_object(content)
            except NotJson as error:
                raise UnreadableFile("was changed while it was read") from error
            yield Raw(origin, raw, zlib.crc32(content))


def read_document(file: SourceFile, source: Source) -> JsonDocument:
    """Read a file whose parts are looked up by their paths; of a large one, the beginning.

    Raises:
        UnreadableFile: It cannot be read.
    """
    with open_file(file) as stream:
        pieces = TextStream(stream, source.encodings)
        held, is_whole = _hold(map(encode_text, pieces))
        return JsonDocument(b"".join(held)) if is_whole else _look_at_head(held)


def _iter_values(
    text: TextStream, source: Source, records: FindRecords | None
) -> Iterator[bytes | Item]:
    """Yield the text of the file's one object, or the items of its list."""
    # Some encodings (UTF-7) can carry a lone surrogate, which is then no JSON.
    pieces = map(encode_text, text)
    head: list[bytes] = []
    for piece in pieces:
        head.append(piece)
        if piece.strip():
            break
    start = b"".join(head)
    if not start.strip():
        raise EmptyFile()
    path = source.records
    if start.lstrip().startswith(b"[") and not path:
        yield from iter_items(chain((start,), pieces))
        return
    held, is_whole = _hold(chain((start,), pieces))
    if not is_whole:
        yield from _stream_list(held, pieces, path, records, text.choice)
        return
    content = b"".join(held)
    del held
    if records is not None:  # also takes the tables that records refer to
        found = _ask(records, JsonDocument(content), content, text.choice)
        path = found if path is None else path
    if path:
        yield from _take_list(content, path, text.choice)
    else:
        yield content


def _ask(
    records: FindRecords, document: JsonDocument, content: bytes, choice: Choice
) -> str | None:
    try:
        return records(document)
    except NotJson as error:
        raise _refuse(error, content, choice) from error


def _hold(pieces: Iterator[bytes]) -> tuple[deque[bytes], bool]:
    """Hold the pieces of a text up to the limit of a record; say whether these are all."""
    held: deque[bytes] = deque()
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size > MAX_BYTES:
            return held, False
    return held, True


def _stream_list(
    held: deque[bytes],
    pieces: Iterator[bytes],
    path: str | None,
    records: FindRecords | None,
    choice: Choice,
) -> Iterator[Item]:
    """Yield the items of a list in an object that is too large to hold."""
    if path is None and records is not None:
        path = _ask(records, _look_at_head(held), b"", choice)
    steps = split_path(path) if path else None
    if not steps:
        raise refuse_size("is")

    def take_held() -> Iterator[bytes]:
        while held:
            yield held.popleft()

    yield from iter_items_at(chain(take_held(), pieces), steps)


def _look_at_head(held: Iterable[bytes]) -> JsonDocument:
    """Look at the beginning of a text, as if it ended there."""
    head = bytearray()
    for piece in held:
        head += piece
        if len(head) > _HEAD:
            break
    return JsonDocument(close_head(bytes(head[:_HEAD])))


def _take_list(content: bytes, records: str, choice: Choice) -> Iterator[Item]:
    """Yield the items of the list that a path or a JMESPath expression gives."""
    try:
        if split_path(records) is not None:
            for item in JsonDocument(content).list_items(records):
                yield Item(item, 1, None)
            return
        # Deferred: most files need no JMESPath.
        from feedpub.sources.expressions import compile_expression

        found = compile_expression(records).evaluate(decode_value(content))
    except NotJson as error:
        raise _refuse(error, content, choice) from error
    except (ExpressionError, EvaluationError) as error:
        raise UnreadableFile(str(error), "malformed") from error
    for value in found if isinstance(found, list) else ():
        yield Item(msgspec.json.encode(value), 1, value if isinstance(value, dict) else None)


def _decode_object(content: bytes, choice: Choice) -> dict[str, object]:
    try:
        if content.lstrip().startswith(b"{"):
            return decode_object(content)
        decode_value(content)
    except NotJson as error:
        raise _refuse(error, content, choice) from error
    raise UnreadableFile("holds neither an object nor a list", "malformed")


def _refuse(error: NotJson, content: bytes, choice: Choice) -> UnreadableFile:
    """Make the refusal of a file of which a part is not JSON."""
    damage = find_damage(content, choice) if isinstance(error, DamagedJson) else None
    return UnreadableFile(damage or str(error), "encoding" if damage else "malformed", error.line)
