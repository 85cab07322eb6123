"""A CSV table: a header row names the fields, every further row is a record."""

from __future__ import annotations

import csv
import io
import sys
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence

from feedpub.errors import Problem, Where, describe_value
from feedpub.fields import FIELD_NAMES, take_fields
from feedpub.model import Origin, Record, SourceFile
from feedpub.readers.files import UnreadableFile, decode, read_bytes
from feedpub.settings import Source

# Python's own limit of 128 kB refuses long articles; the file's size is bounded already.
csv.field_size_limit(min(sys.maxsize, 2**31 - 1))

_SPELLINGS = {spelling.casefold(): spelling for names in FIELD_NAMES.values() for spelling in names}


def scan(file: SourceFile, source: Source) -> Iterator[Record | Problem]:
    """Yield each row's record; a row with too few or too many cells is one problem."""
    rows = _iter_rows(file, source)
    header_line, header = next(rows)
    if isinstance(header, Problem):
        raise UnreadableFile(header.message, header.kind, header_line)
    names = [_SPELLINGS.get(cell.strip().casefold(), cell.strip()) for cell in header]
    repeated = [name for name, count in Counter(names).items() if name and count > 1]
    if repeated:
        raise UnreadableFile(
            f"names the column {min(repeated)} twice in its header", "malformed", header_line
        )
    for line, row in rows:
        if isinstance(row, Problem):
            yield row
        elif len(row) != len(names):
            shown = describe_value(",".join(row))
            message = f"has {len(row)} cells; expected {len(names)}, as in the header"
            yield Problem("error", Where(file.shown, line), None, shown, "malformed", message)
        else:
            yield _make_record(file, line, names, row)


def load(file: SourceFile, source: Source, origins: Sequence[Origin]) -> Iterator[Record]:
    """Yield the records of the rows at the origins."""
    wanted = {origin.position for origin in origins}
    for record in scan(file, source):
        if isinstance(record, Record) and record.origin.position in wanted:
            yield record


def _make_record(file: SourceFile, line: int, names: list[str], row: list[str]) -> Record:
    digest = zlib.crc32("\0".join(row).encode("utf-8", "surrogatepass"))
    cells = (cell if cell.strip() else None for cell in row)
    return Record(
        Origin(file, line, line), take_fields(dict(zip(names, cells, strict=True))), digest
    )


def _iter_rows(file: SourceFile, source: Source) -> Iterator[tuple[int, list[str] | Problem]]:
    text = decode(read_bytes(file), source)
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = rows.line_num + 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            where = Where(file.shown, line)
            yield line, Problem("error", where, None, None, "malformed", f"is no CSV row: {error}")
            continue
        if row:
            yield line, row
