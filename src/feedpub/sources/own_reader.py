"""A reader of a newsroom's own: a function that yields the raw records of a file."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from datetime import date
from pathlib import Path
from typing import IO, Protocol, TypeAlias, TypeVar

import msgspec

from feedpub.errors import Problem, RecordError, UnreadableFile, Where, describe_value
from feedpub.model import Origin, SourceFile
from feedpub.settings import Source
from feedpub.sources.files import open_file
from feedpub.sources.function_import import FunctionError, import_function
from feedpub.sources.raw import Raw
from feedpub.text import encode_text

T = TypeVar("T")
RawRecord: TypeAlias = Mapping[str, object]

_log = logging.getLogger(__name__)
_MAX_NESTING = 300  # half of what a recursion of Python can take, on its oldest version here


class ReaderFile(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader is told of the file whose bytes it is given.

    `shown` is its path as messages name it, `source` the settings of its source as they
    stand in the configuration: a reader of text looks at `source.encodings`.
    """

    path: Path
    shown: str
    source: Source


class RecordReader(Protocol):
    """What a source's `reader` names: it gives the raw records of one file.

    Of a file that is one record, it returns that record: a mapping of field names to
    values. Of a file of many it yields them, each on its own or with the line that it
    begins at. For a record that is at fault it yields a RecordError, and goes on.
    """

    def __call__(
        self, stream: IO[bytes], file: ReaderFile, /
    ) -> RawRecord | Iterable[RawRecord | tuple[int, RawRecord] | RecordError]:
        """Read a file: `stream` holds its bytes, unpacked, and is closed afterward."""


def scan(file: SourceFile, source: Source) -> Iterator[Raw | Problem]:
    """Yield the records that a source's reader finds in a file, and a problem for each bad one."""
    for origin, item in _read(file, source):
        try:
            raw = _check(item)
        except RecordError as error:
            where = origin.where if error.line is None else Where(file.shown, error.line)
            value = None if error.value is None else describe_value(error.value)
            yield Problem("error", where, error.field, value, "malformed", str(error))
        else:
            yield Raw(origin, raw, _digest(raw))


def load(file: SourceFile, source: Source, origins: Sequence[Origin]) -> Iterator[Raw]:
    """Yield the records at the origins, by having the file read again."""
    wanted = {origin.position: origin for origin in origins}
    with closing(_read(file, source)) as items:
        for found, item in items:
            origin = wanted.pop(found.position, None)
            if origin is not None:
                try:
                    raw = _check(item)
                except RecordError as error:
                    raise UnreadableFile("its reader changed while it was read") from error
                yield Raw(origin, raw, _digest(raw))
            if not wanted:
                return
    raise UnreadableFile("its reader changed while it was read")


def _read(file: SourceFile, source: Source) -> Generator[tuple[Origin, object], None, None]:
    """Call the reader, and give each item with its place; whatever it raises ends the file."""
    try:
        function: RecordReader = import_function(source.reader or "", file.folder)
    except FunctionError as error:
        raise UnreadableFile(f"its reader {source.reader} {error}", "reader") from error
    told = ReaderFile(path=file.path, shown=file.shown, source=source)
    with open_file(file) as stream:
        result = _guard(source, lambda: function(stream, told))
        if isinstance(result, Mapping):
            yield Origin(file, 0, 1, single=True), result
            return
        if isinstance(result, str | bytes) or not isinstance(result, Iterable):
            kind = type(result).__name__
            message = f"its reader {source.reader} returned {kind}; expected records"
            raise UnreadableFile(message, "reader")
        with closing(_iterate(source, result)) as items:
            for position, item in enumerate(items):
                line, raw = _take_line(item)
                yield Origin(file, position, line), raw


def _iterate(source: Source, result: Iterable[object]) -> Generator[object, None, None]:
    """Yield what a reader does, each step guarded; it is closed where no more is asked for."""
    end = object()
    items = _guard(source, lambda: iter(result))
    try:
        while (item := _guard(source, lambda: next(items, end))) is not end:
            yield item
    finally:
        close = getattr(items, "close", None)
        if close is not None:
            # All that was asked for was given: how the reader takes its end is no fault of that.
            with suppress(UnreadableFile):
                _guard(source, close)


def _digest(raw: Mapping[str, object]) -> int:
    try:
        return zlib.crc32(msgspec.json.encode(raw))
    except (TypeError, ValueError, RecursionError):  # lone surrogates, large numbers
        return zlib.crc32(encode_text(repr(raw)))


def _take_line(item: object) -> tuple[int | None, object]:
    if isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], int):
        return item
    return None, item


def _check(item: object) -> dict[str, object]:
    """Check what a reader yielded, and make it plain.

    Raises:
        RecordError: It is one, or no record.
    """
    if isinstance(item, RecordError):
        raise item
    if not isinstance(item, Mapping):
        kind = type(item).__name__
        raise RecordError(f"is of type {kind}; expected a mapping of field names to values")
    raw: dict[str, object] = {}
    try:
        for name, value in item.items():
            raw[str(name)] = _make_plain(value, str(name))
    except RecordError:
        raise
    except Exception as error:  # a mapping or a text of a library's own may fail at anything
        told = describe_value(f"{type(error).__name__}: {error}")
        raise RecordError(f"cannot be taken over: {told}") from error
    return raw


def _make_plain(value: object, field: str, depth: int = 0) -> object:
    """Give a field's value as JSON would have it: libraries have texts and mappings of their own.

    A set is none: its order is another in every run.

    Raises:
        RecordError: A value has another type, or is nested too deep.
    """
    if depth > _MAX_NESTING:
        raise RecordError("is nested too deep")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _make_plain(inner, field, depth + 1) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_make_plain(inner, field, depth + 1) for inner in value]
    raise RecordError(
        f"is of type {type(value).__name__}; expected text, a number, a time, a list or a mapping",
        field=field,
    )


def _guard(source: Source, call: Callable[[], T]) -> T:
    """Call into the reader's own code, and give any failure as the file's.

    Raises:
        UnreadableFile: It raised anything.
    """
    try:
        return call()
    except RecordError as error:
        message = f"{error}; its reader raised this, and read no further (yield it to go on)"
        raise UnreadableFile(message, "malformed", error.line) from error
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # it may raise anything, and exit too
        _log.debug("%s failed", source.reader, exc_info=True)
        told = " ".join(f"{type(error).__name__}: {error}".split())
        message = f"its reader {source.reader} failed: {describe_value(told)}"
        raise UnreadableFile(message, "reader") from error
