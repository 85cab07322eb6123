"""A table, of commas or tabs: a header row names the fields, every further row is a record."""

from __future__ import annotations

import csv
import io
import zlib
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence

from feedpub.errors import EmptyFile, Problem, UnreadableFile, Where, describe_value
from feedpub.model import Origin, SourceFile
from feedpub.settings import Source
from feedpub.sources.files import MAX_BYTES, open_file, refuse_size, warn_of_guess
from feedpub.sources.raw import Raw
from feedpub.text import TextStream

# Python's own limit of 128 kB refuses long articles; a row's size is bounded below.
csv.field_size_limit(MAX_BYTES)


def scan(file: SourceFile, source: Source, *, delimiter: str = ",") -> Iterator[Raw | Problem]:
    """Yield each row's record; a row with too few or too many cells is one problem."""
    with open_file(file) as stream:
        text = TextStream(stream, source.encodings)
        yield from warn_of_guess(file, text.choice)
        yield from _read(file, delimiter, text)


def load(
    file: SourceFile, source: Source, origins: Sequence[Origin], *, delimiter: str = ","
) -> Iterator[Raw]:
    """Yield the records of the rows at the origins."""
    wanted = {origin.position for origin in origins}
    with open_file(file) as stream:
        for record in _read(file, delimiter, TextStream(stream, source.encodings), wanted):
            if isinstance(record, Raw):
                yield record
                wanted.remove(record.origin.position)
                if not wanted:
                    return  # what follows may be broken: the scan named it


def _read(
    file: SourceFile, delimiter: str, text: TextStream, wanted: Container[int] | None = None
) -> Iterator[Raw | Problem]:
    """Yield every row's record, or those of the lines wanted."""
    rows = _iter_rows(file, delimiter, text)
    header_line, columns = _read_header(rows)
    for line, row in rows:
        if isinstance(row, Problem):
            yield row
        elif len(row) != len(columns):
            shown = describe_value(delimiter.join(row))
            message = f"has {len(row)} cells; expected {len(columns)}, as in the header"
            yield Problem("error", Where(file.shown, line), None, shown, "malformed", message)
        elif wanted is None or line in wanted:
            # A cell is text, an empty one too; as a field, it is absent.
            cells = [cell if cell.strip() else "" for cell in row]
            yield Raw(
                Origin(file, line, line),
                dict(zip(columns, cells, strict=True)),
                zlib.crc32("\0".join(row).encode("utf-8", "surrogatepass")),
                header=header_line,
            )


def _read_header(rows: Iterator[tuple[int, list[str] | Problem]]) -> tuple[int, list[str]]:
    """Read the names of the columns, as they are written, and the line that names them."""
    for line, header in rows:
        if isinstance(header, Problem):
            raise UnreadableFile(header.message, header.kind, line)
        columns = [cell.strip() for cell in header]
        named = Counter(column.casefold() for column in columns)
        repeated = [name for name in columns if name and named[name.casefold()] > 1]
        if repeated:
            message = f"names the column {repeated[0]} twice in its header"
            raise UnreadableFile(message, "malformed", line)
        if any(columns):
            return line, columns
    raise EmptyFile()


def _iter_rows(
    file: SourceFile, delimiter: str, text: TextStream
) -> Iterator[tuple[int, list[str] | Problem]]:
    """Yield each row that is not blank, and the line that it begins at."""
    lines = _Lines(text)
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = lines.begin_row()
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            message = f"is no CSV row: {error}"
            where = Where(file.shown, line)
            yield line, Problem("error", where, None, None, "malformed", message)
            continue
        if row:
            yield line, row


class _Lines:
    """The lines of a text that comes in pieces, with their ends; a row of too many is refused."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self._lines = _iter_lines(pieces)
        self._given = 0
        self._row_line = 1
        self._row_length = 0

    def begin_row(self) -> int:
        """Begin a row, and say at which line."""
        self._row_line = self._given + 1
        self._row_length = 0
        return self._row_line

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._given += 1
        self._row_length += len(line)
        if self._row_length > MAX_BYTES:
            raise refuse_size("has a row", self._row_line)
        return line


def _iter_lines(pieces: Iterable[str]) -> Iterator[str]:
    rest: list[str] = []
    length, number = 0, 1
    for piece in pieces:
        rest.append(piece)
        length += len(piece)
        # A \r at the end may have its \n in the next piece.
        if "\n" not in piece and "\r" not in piece and not rest[0].endswith("\r"):
            if length > MAX_BYTES:
                raise refuse_size("has a row", number)
            continue
        lines = list(io.StringIO("".join(rest), newline=""))
        rest = [] if lines[-1].endswith("\n") else [lines.pop()]
        length = sum(map(len, rest))
        number += len(lines)
        yield from lines
    yield from rest and ["".join(rest)]
