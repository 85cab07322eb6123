"""The formats: which reader a file has, and what a fault of a file becomes.

A format is a Reader. `scan` yields the raw records of a file with what identifies them;
`load` reads the chosen ones again, whole, by their origins.
"""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice

import msgspec

from feedpub.errors import (
    UNREADABLE,
    EmptyFile,
    Failure,
    Problem,
    UnreadableFile,
    Where,
    attempt_each,
)
from feedpub.files import KeptValues
from feedpub.model import Origin, SourceFile
from feedpub.settings import Source
from feedpub.sources import (
    csv_table,
    fragment_file,
    html_file,
    json_file,
    json_lines,
    markdown_file,
    own_reader,
    sqlite_file,
    text_file,
    workbook,
    xml_file,
)
from feedpub.sources.json_document import JsonDocument
from feedpub.sources.json_file import FindRecords
from feedpub.sources.json_lines import LinePart
from feedpub.sources.json_values import NotJson
from feedpub.sources.raw import Raw
from feedpub.sources.sqlite_file import open_database
from feedpub.sources.suffixes import FORMAT_OF_SUFFIX, read_suffix
from feedpub.sources.tables import FindTable, NamedTables, TablesSeen
from feedpub.sources.xml_head import XmlHead, read_xml_head

Scan = Callable[[SourceFile, Source], Iterator[Raw | Problem]]
Load = Callable[[SourceFile, Source, Sequence[Origin]], Iterator[Raw]]
# What ends the reading of a file; a cut or broken .gz is any of the last three.
BROKEN = (UnreadableFile, OSError, EOFError, zlib.error)


_PAGES = frozenset({"txt", "html"})
_SAMPLES = 5  # records that tell what a file is


class Reader(msgspec.Struct, frozen=True):
    """A record format.

    `load` yields the records of origins that ascend by position, in their order. `seeks`
    says that it reads a few records of a file without reading all, `holds_many` that a file
    may hold any number of records, none too. `divide` divides a file into parts that are scanned
    by themselves.
    """

    scan: Scan
    load: Load
    seeks: bool
    holds_many: bool = False
    divide: Callable[[SourceFile, Source], list[LinePart] | None] | None = None


READERS: Mapping[str, Reader] = {
    "txt": Reader(text_file.scan, text_file.load, seeks=True),
    "html": Reader(html_file.scan, html_file.load, seeks=True),
    "fragment": Reader(fragment_file.scan, fragment_file.load, seeks=True),
    "md": Reader(markdown_file.scan, markdown_file.load, seeks=True),
    "json": Reader(json_file.scan, json_file.load, seeks=False, holds_many=True),
    "jsonl": Reader(
        json_lines.scan,
        json_lines.load,
        seeks=True,
        holds_many=True,
        divide=json_lines.divide_lines,
    ),
    "csv": Reader(csv_table.scan, csv_table.load, seeks=False, holds_many=True),
    "tsv": Reader(
        partial(csv_table.scan, delimiter="\t"),
        partial(csv_table.load, delimiter="\t"),
        seeks=False,
        holds_many=True,
    ),
    "xml": Reader(xml_file.scan, xml_file.load, seeks=False, holds_many=True),
    "sqlite": Reader(sqlite_file.scan, sqlite_file.load, seeks=False, holds_many=True),
    "xlsx": Reader(workbook.scan, workbook.load, seeks=False, holds_many=True),
}
_CUSTOM = Reader(own_reader.scan, own_reader.load, seeks=False, holds_many=True)


def find_format(file: SourceFile, source: Source) -> str | None:
    """Name the format of a file: the source's own, else by its suffix; None is unknown."""
    name = source.format or FORMAT_OF_SUFFIX.get(read_suffix(file.path.name))
    if name == "txt" and source.format is None and csv_table.is_unicode_text(file):
        return "tsv"
    return name


def looks_beside(file: SourceFile, source: Source) -> bool:
    """Say whether the record of a file may depend on which files are beside it.

    Raises:
        OSError: It can't be read.
    """
    is_text = (source.format or FORMAT_OF_SUFFIX.get(read_suffix(file.below))) == "txt"
    return is_text and text_file.looks_beside(file, source)


def find_reader(
    file: SourceFile,
    source: Source,
    records: FindRecords | None = None,
    format: str | None = None,
    elements: frozenset[str] = frozenset(),
    table: FindTable | None = None,
    kept: KeptValues | None = None,
) -> Reader:
    """Choose the reader of a file: the source's own, its format's, else by suffix.

    Args:
        records: Finds the path to the list of the records in a JSON document.
        format: The format, where a system knows it.
        elements: The local names of the elements that are records in an XML file.
        table: Names the table of the records in a file that holds several.
        kept: What was read of pages before.

    Raises:
        UnreadableFile: No format has this suffix.
    """
    if source.reader is not None:
        return _CUSTOM
    name = format or find_format(file, source)
    if name is None:
        expected = ", ".join("." + known for known in sorted(FORMAT_OF_SUFFIX))
        raise UnreadableFile(f"is not a known format; expected {expected}, or set format")
    if name == "json" and records is not None:
        return _set(name, records=records)
    if name == "xml":
        return _set(name, elements=elements)
    if name in ("sqlite", "xlsx"):
        return _set(name, find=table)
    if name == "html" and kept is not None:
        return _set(name, kept=kept)
    return READERS[name]


def _set(name: str, **settings: object) -> Reader:
    """Give the reader of a format what its two functions take beside the file."""
    reader = READERS[name]
    scan, load = (partial(read, **settings) for read in (reader.scan, reader.load))
    return msgspec.structs.replace(reader, scan=scan, load=load)


def scan_elements(
    file: SourceFile, source: Source, elements: frozenset[str]
) -> Iterator[Raw | Problem]:
    """Yield the elements of an XML file that have some local names, for a look beforehand."""
    return xml_file.scan(file, source, elements)


def scan_guarded(
    file: SourceFile, source: Source, scan: Callable[[], Iterable[Raw | Problem]]
) -> Iterator[Raw | Problem]:
    """Yield what a scan of a file yields; a fault of the file ends it with one problem."""
    try:
        for found in attempt_each(scan, *BROKEN):
            if isinstance(found, Failure):
                yield found.tell(Where(file.shown), "file")
            else:
                yield found
    except EmptyFile as error:
        if not (source.allow_empty and _holds_many(file, source)):
            yield Problem("error", Where(file.shown), None, None, error.kind, str(error))
    except UnreadableFile as error:
        where = Where(file.shown, error.line)
        yield Problem("error", where, None, None, error.kind, str(error))
    except (OSError, EOFError, zlib.error) as error:
        message = f"cannot be read: {error}"
        yield Problem("error", Where(file.shown), None, None, UNREADABLE, message)


def load_guarded(
    file: SourceFile, source: Source, reader: Reader, origins: Sequence[Origin]
) -> Iterator[Raw | tuple[Origin, Problem]]:
    """Yield what a reader loads; a record that it fails on is its origin, with the problem."""
    waiting = deque(origins)
    while waiting:
        wanted = list(waiting)
        failure = None
        for raw in attempt_each(partial(reader.load, file, source, wanted), *BROKEN):
            if isinstance(raw, Failure):
                failure = raw
                break
            while waiting and waiting[0].position <= raw.origin.position:
                waiting.popleft()
            yield raw
        if failure is None or not waiting:
            return
        origin = waiting.popleft()
        yield origin, failure.tell(origin.where)


def _holds_many(file: SourceFile, source: Source) -> bool:
    if source.reader is not None:
        return True
    name = find_format(file, source)
    return name is None or READERS[name].holds_many


class FilePeek:
    """Shows the beginning of one file, for a look at what it is."""

    def __init__(self, file: SourceFile, source: Source) -> None:
        self._file = file
        self._source = source

    def list_samples(self) -> tuple[Raw, ...]:
        """List the first raw records; none of a page, or where the file cannot be read."""
        if find_format(self._file, self._source) in _PAGES:
            return ()  # a page is read by its form, and what it costs would be paid twice
        try:
            reader = find_reader(self._file, self._source)
            found = islice(reader.scan(self._file, self._source), _SAMPLES)
            return tuple(raw for raw in found if isinstance(raw, Raw))
        except BROKEN:
            return ()  # the scan says why

    def read_document(self) -> JsonDocument | None:
        """Read the JSON document that the file is; None where it is not one object."""
        if find_format(self._file, self._source) != "json":
            return None
        try:
            document = json_file.read_document(self._file, self._source)
            # Nobody who looks at it should have to know how it can fail to be JSON.
            return document if document.list_names() else None
        except (*BROKEN, NotJson):
            return None

    def read_tables(self) -> NamedTables | None:
        """Read the tables of the SQLite database that the file is; None where it is none."""
        if find_format(self._file, self._source) != "sqlite":
            return None
        try:
            with open_database(self._file) as database:
                return TablesSeen(database)
        except BROKEN:
            return None

    def read_xml_head(self) -> XmlHead | None:
        """Read the root of the XML document that the file is; None where it is another format."""
        if find_format(self._file, self._source) != "xml":
            return None
        try:
            return read_xml_head(self._file, self._source)
        except BROKEN:
            return None
