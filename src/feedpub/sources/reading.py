"""Bytes to Records: a module per format, and the choice among them.

A format is a Reader. `scan` yields the records of a file with the fields that identify
them; `load` reads the chosen ones again, whole, by their origins.
"""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

import msgspec

from feedpub.errors import EmptyFile, Problem, UnreadableFile, Where
from feedpub.model import Origin, Record, SourceFile
from feedpub.settings import Config, Source
from feedpub.sources import (
    csv_table,
    html_file,
    json_file,
    json_lines,
    markdown_file,
    own_reader,
    text_file,
)
from feedpub.sources.folders import list_files
from feedpub.timestamps import show_times

Scan = Callable[[SourceFile, Source], Iterator[Record | Problem]]
Load = Callable[[SourceFile, Source, Sequence[Origin]], Iterator[Record]]


class Reader(msgspec.Struct, frozen=True):
    """A record format.

    `load` yields the records of origins that ascend by position, in their order. `seeks`
    says that it reads a few records of a file without reading all, `holds_many` that a file
    may hold any number of records, none too.
    """

    scan: Scan
    load: Load
    seeks: bool
    holds_many: bool = False


READERS: Mapping[str, Reader] = {
    "txt": Reader(text_file.scan, text_file.load, seeks=True),
    "html": Reader(html_file.scan, html_file.load, seeks=True),
    "md": Reader(markdown_file.scan, markdown_file.load, seeks=True),
    "json": Reader(json_file.scan, json_file.load, seeks=False, holds_many=True),
    "jsonl": Reader(json_lines.scan, json_lines.load, seeks=True, holds_many=True),
    "csv": Reader(csv_table.scan, csv_table.load, seeks=False, holds_many=True),
    "tsv": Reader(
        partial(csv_table.scan, delimiter="\t"),
        partial(csv_table.load, delimiter="\t"),
        seeks=False,
        holds_many=True,
    ),
}
_OWN = Reader(own_reader.scan, own_reader.load, seeks=False, holds_many=True)
_FORMAT_OF_SUFFIX = {
    "txt": "txt",
    "html": "html",
    "htm": "html",
    "md": "md",
    "json": "json",
    "jsonl": "jsonl",
    "ndjson": "jsonl",
    "csv": "csv",
    "tsv": "tsv",
}
SUFFIXES = frozenset(_FORMAT_OF_SUFFIX)


def find_reader(file: SourceFile, source: Source) -> Reader:
    """Choose the reader of a file: the source's own, its format's, else by suffix.

    Raises:
        UnreadableFile: No format has this suffix.
    """
    if source.reader is not None:
        return _OWN
    suffix = file.path.name.removesuffix(".gz").rpartition(".")[2].lower()
    name = source.format or _FORMAT_OF_SUFFIX.get(suffix)
    if name is None:
        expected = ", ".join("." + known for known in sorted(SUFFIXES))
        raise UnreadableFile(f"is no known format; expected {expected}, or set format")
    return READERS[name]


def list_sources(config: Config) -> Iterator[SourceFile | Problem]:
    """List the files of all sources."""
    for index in range(len(config.sources)):
        yield from list_files(config, index, SUFFIXES)


def scan_source(config: Config, index: int) -> Iterator[Record | Problem]:
    """Yield the records of a source that count, and a problem for each that cannot be read."""
    for file in list_files(config, index, SUFFIXES):
        if isinstance(file, Problem):
            yield file
            continue
        for item in scan_file(file, config.sources[index]):
            if isinstance(item, Problem) or item.chosen:
                yield item


def scan_file(file: SourceFile, source: Source) -> Iterator[Record | Problem]:
    """Yield the records of a file, also those that do not count.

    A fault of the file ends it with one problem.
    """
    try:
        reader = find_reader(file, source)
        yield from reader.scan(file, source)
    except EmptyFile as error:
        if not (reader.holds_many and source.allow_empty):
            yield Problem("error", Where(file.shown), None, None, error.kind, str(error))
    except UnreadableFile as error:
        where = Where(file.shown, error.line)
        yield Problem("error", where, None, None, error.kind, str(error))
    except (OSError, EOFError, zlib.error) as error:
        # A cut or broken .gz is any of these.
        message = f"cannot be read: {error}"
        yield Problem("error", Where(file.shown), None, None, "unreadable", message)


def digest_records(
    file: SourceFile, source: Source, origins: Iterable[Origin]
) -> Mapping[Origin, int]:
    """Tell records apart by their values: the order of keys and white space between do not count.

    Where the file can no longer be read, what was read is told apart.
    """
    digests: dict[Origin, int] = {}
    with contextlib.suppress(UnreadableFile, OSError, EOFError, zlib.error):
        for record in load_records(file, source, origins):
            digests[record.origin] = _digest_values(record.fields)
    return digests


def _digest_values(fields: Mapping[str, object]) -> int:
    fields = show_times(fields)
    try:
        return zlib.crc32(msgspec.json.encode(fields, order="sorted"))
    except (UnicodeEncodeError, ValueError, RecursionError):  # lone surrogates, large numbers
        return zlib.crc32(repr(sorted(fields.items())).encode("utf-8", "surrogatepass"))


def load_records(file: SourceFile, source: Source, origins: Iterable[Origin]) -> Iterator[Record]:
    """Read records of a file again by their origins, whole, in the order of the file."""
    ascending = sorted(origins, key=lambda origin: origin.position)
    return find_reader(file, source).load(file, source, ascending)
