"""A table as text, of commas, semicolons, tabs or bars: a row is a record."""

from __future__ import annotations

import codecs
import csv
import io
import re
import zlib
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import chain, islice

from feedpub import compile_late
from feedpub.errors import Problem, UnreadableFile, Where, describe_value
from feedpub.model import Origin, SourceFile
from feedpub.settings import Source
from feedpub.sources.files import MAX_BYTES, open_file, refuse_size, warn_of_guess
from feedpub.sources.raw import Raw
from feedpub.sources.table_rows import Row, is_blank_row, read_rows
from feedpub.text import DAMAGE, Choice, TextStream, describe_damage

# Python's own limit of 128 kB refuses long articles; a row's size is bounded below.
csv.field_size_limit(MAX_BYTES)
# What may stand between cells, the usual first: Excel writes ; where , is in decimal numbers.
_DELIMITERS = ",;\t|"
# How Excel is told the delimiter, in a first line.
_SEP_LINE = compile_late(r'\ufeff?"?sep=(.)"?[\t;,|]*(?:\r\n?|\n|$)', re.IGNORECASE)
_SAMPLE_ROWS = 20
_WIDE_BOMS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_SAMPLE = 64 * 1024


def scan(file: SourceFile, source: Source, *, delimiter: str = ",") -> Iterator[Raw | Problem]:
    """Yield each row's record; a row with too many cells is one problem.

    Args:
        delimiter: What stands between cells where the table does not show it.
    """
    with open_file(file) as stream:
        text = TextStream(stream, source.encodings, is_table=True)
        yield from warn_of_guess(file, text.choice)
        yield from _read(file, delimiter, text)


def load(
    file: SourceFile, source: Source, origins: Sequence[Origin], *, delimiter: str = ","
) -> Iterator[Raw]:
    """Yield the records of the rows at the origins."""
    wanted = {origin.position for origin in origins}
    with open_file(file) as stream:
        text = TextStream(stream, source.encodings, is_table=True)
        for record in _read(file, delimiter, text, wanted):
            if isinstance(record, Raw):
                yield record
                wanted.remove(record.origin.position)
                if not wanted:
                    return  # what follows may be broken: the scan named it


def _read(
    file: SourceFile, usual: str, text: TextStream, wanted: Container[int] | None = None
) -> Iterator[Raw | Problem]:
    """Yield every row's record, or those of the lines wanted."""
    pieces = iter(text)
    start = next(pieces, "")
    named = _SEP_LINE.match(start)
    delimiter = named[1] if named else find_delimiter(start[:_SAMPLE], usual)
    rows = _iter_rows(file, chain((start,), pieces), delimiter, text.choice)
    if named:
        next(rows, None)
    yield from read_rows(file, rows, delimiter=delimiter, wanted=wanted)


def find_delimiter(sample: str, usual: str = ",") -> str:
    """Find the delimiter between the cells of a table, by its first rows.

    It divides the header, and most rows into as many cells; `usual` is taken where it does so
    as well as any other.
    """
    best, best_fit = usual, 0.0
    for delimiter in (usual, *_DELIMITERS.replace(usual, "")):
        fit = _rate_delimiter(sample, delimiter)
        if fit > best_fit:
            best, best_fit = delimiter, fit
    return best


def is_unicode_text(file: SourceFile) -> bool:
    """Say whether a .txt file is a table of tabs, as Excel's "Unicode Text" is.

    Its first two rows that hold anything have the same number of cells, two or more.
    """
    try:
        with open_file(file) as stream:
            head = stream.read(_SAMPLE)
    except (UnreadableFile, OSError, EOFError, zlib.error):
        return False  # reading it says why
    if b"\t" not in head:
        return False
    text = head.decode(_WIDE_BOMS.get(head[:2], "utf-8"), "replace").removeprefix("\ufeff")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter="\t")
    try:
        first = list(islice((row for row in rows if not is_blank_row(row)), 2))
    except csv.Error:
        return False
    return len(first) == 2 and len(first[0]) == len(first[1]) > 1 and all(first[0])


def _rate_delimiter(sample: str, delimiter: str) -> float:
    """Say how well a delimiter divides a table: 0 is not at all."""
    try:
        rows = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, strict=False)
        found = [row for row in islice(rows, _SAMPLE_ROWS) if not is_blank_row(row)]
    except csv.Error:
        return 0.0
    header = next((row for row in found if sum(map(bool, map(str.strip, row))) > 1), None)
    if header is None:
        return 0.0
    below = found[found.index(header) + 1 :]
    if len(below) > 1:
        del below[-1]  # the sample may end in it
    if not below:
        return 1.0 + len(header) / 1000
    fitting = sum(len(row) == len(header) for row in below) / len(below)
    # Rows that lack cells at their end fit less, but fit.
    shorter = sum(1 < len(row) < len(header) for row in below) / len(below)
    return 0.01 + fitting + shorter / 2 + len(header) / 1000


def _iter_rows(
    file: SourceFile, pieces: Iterable[str], delimiter: str, choice: Choice
) -> Iterator[Row]:
    """Yield each row that is not blank, and the line that it begins at."""
    lines = _Lines(pieces, choice)
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = lines.begin_row()
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            message = f"is not a valid CSV row: {error}"
            where = Where(file.shown, line)
            yield line, Problem("error", where, None, None, "malformed", message)
            continue
        if lines.damage is not None:
            shown = describe_value(DAMAGE.sub("\ufffd", delimiter.join(row)))
            where = Where(file.shown, line)
            yield line, Problem("error", where, None, shown, "encoding", lines.damage)
        elif not is_blank_row(row):
            yield line, row


class _Lines:
    """The lines of a text that comes in pieces, with their ends; a row of too many is refused.

    `damage` says which byte of the row that was begun is not in the encoding, if any.
    """

    def __init__(self, pieces: Iterable[str], choice: Choice) -> None:
        self.damage: str | None = None
        self._choice = choice
        self._lines = _iter_lines(pieces)
        self._given = 0
        self._row_line = 1
        self._row_length = 0

    def begin_row(self) -> int:
        """Begin a row, and say at which line."""
        self._row_line = self._given + 1
        self._row_length = 0
        self.damage = None
        return self._row_line

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._given += 1
        self._row_length += len(line)
        if self._row_length > MAX_BYTES:
            raise refuse_size("has a row", self._row_line)
        if not line.isascii() and self.damage is None:
            self.damage = describe_damage(line, self._choice)
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
