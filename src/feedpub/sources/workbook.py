"""A workbook of Excel or LibreOffice: a row of one of its sheets is a record.

The cells are what the workbook knows them to be: a date is a date, whatever it looks like.
"""

from __future__ import annotations

import io
import zipfile
from collections import deque
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TypeVar

from lxml import etree
from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from feedpub import compile_late
from feedpub.errors import EmptyFile, Problem, UnreadableFile
from feedpub.model import Origin, SourceFile
from feedpub.settings import Source
from feedpub.sources.files import open_file
from feedpub.sources.raw import Raw
from feedpub.sources.table_rows import Row, is_blank_row, read_rows
from feedpub.sources.tables import SAMPLES, FindTable, spell_table
from feedpub.sources.workbook_limits import check_workbook, read_column
from feedpub.text import parse_xml, read_number

T = TypeVar("T")

_NOWHERE = Path()
_MAX_PACKED = 256 * 1024 * 1024
_CHUNK = 1024 * 1024
# A cell that shows an error, which the library gives as an empty one.
_ERROR_CELL = compile_late(
    rb"""<c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]{1,3})(\d{1,7})"[^>]*>(?:\s*<f\b[^>]*(?:/>|>[^<]*</f>))?"""
    rb"""\s*<v>([^<]{1,40})</v>"""
)
_MOST_ERRORS = 100_000
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def scan(
    file: SourceFile, source: Source, find: FindTable | None = None
) -> Iterator[Raw | Problem]:
    """Yield the record of each row of the sheet that holds the records."""
    return _read(file, source, find)


def load(
    file: SourceFile, source: Source, origins: Sequence[Origin], find: FindTable | None = None
) -> Iterator[Raw]:
    """Yield the records of the rows at the origins."""
    wanted = {origin.position for origin in origins}
    for record in _read(file, source, find, wanted):
        if isinstance(record, Raw):
            yield record


@contextmanager
def open_workbook(file: SourceFile) -> Iterator[Workbook]:
    """Open a workbook for a look at its sheets.

    Raises:
        UnreadableFile: It is not a workbook, needs a password, or is too large.
    """
    with open_file(file) as stream:
        content = stream.read(_MAX_PACKED + 1)
    if len(content) > _MAX_PACKED:
        limit = f"{_MAX_PACKED // 2**20} MiB"
        raise UnreadableFile(f"is larger than {limit}. Split it, or save it as CSV", "too-large")
    if not content:
        raise EmptyFile()
    check_workbook(content)
    with _guard():
        workbook = Workbook(content)
    yield workbook


def _read(
    file: SourceFile, source: Source, find: FindTable | None, wanted: Container[int] | None = None
) -> Iterator[Raw | Problem]:
    with open_workbook(file) as workbook:
        if source.records is not None:
            name: str | None = spell_table(workbook.names, source.records)
        else:
            name = (find and find(workbook)) or workbook.find_filled()
        if name is None:
            raise EmptyFile()
        yield from read_rows(file, workbook.iter_rows(name), wanted=wanted)


class Workbook:
    """The sheets of a workbook, and the tables in them by their names."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._book = CalamineWorkbook.from_filelike(io.BytesIO(content))

    @cached_property
    def names(self) -> Sequence[str]:
        """The names of the sheets that are shown."""
        return [
            sheet.name
            for sheet in self._book.sheets_metadata
            if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
        ]

    def find_filled(self) -> str | None:
        """Find the first sheet that holds anything."""
        return next((name for name in self.names if next(self.iter_rows(name), None)), None)

    def list_columns(self, name: str) -> Sequence[str]:
        """List the names in the header of a sheet."""
        samples = self.list_samples(name)
        return list(samples[0]) if samples else []

    def list_samples(self, name: str) -> Sequence[Mapping[str, object]]:
        """List the first rows of a sheet."""
        nowhere = SourceFile(_NOWHERE, "", "", _NOWHERE, 0)
        try:
            found = list(islice(read_rows(nowhere, self.iter_rows(name)), SAMPLES))
        except UnreadableFile:
            return []
        return [
            raw.value for raw in found if isinstance(raw, Raw) and isinstance(raw.value, Mapping)
        ]

    def iter_rows(self, name: str) -> Iterator[Row]:
        """Yield the rows of a sheet or a table that are not blank, and the line of each.

        Raises:
            UnreadableFile: The workbook has no sheet and no table of the name.
        """
        sheet, bounds = self._find(name)
        with _guard():
            found = self._book.get_sheet_by_name(sheet)
            left = 0 if found.start is None else found.start[1]
            merged = _Merged(found.merged_cell_ranges or (), left)
            errors = _find_errors(self._content, sheet)
        for line, row in enumerate(_guard_each(found.iter_rows()), 1):
            cells: list[object] = [_show_cell(cell) for cell in row]
            for column, text in errors.get(line, ()):
                if 0 <= column - left < len(cells):
                    cells[column - left] = text
            merged.fill(line - 1, cells)
            if bounds is not None:
                first, last = bounds
                if not first[0] <= line - 1 <= last[0]:
                    continue
                cells = cells[max(first[1] - left, 0) : last[1] - left + 1]
            if not is_blank_row(cells):
                yield line, cells

    def _find(self, name: str) -> tuple[str, tuple[tuple[int, int], tuple[int, int]] | None]:
        """Find a sheet, or the sheet and the corners of a table."""
        if name in self._book.sheet_names:
            return name, None
        with _guard():
            book = CalamineWorkbook.from_filelike(io.BytesIO(self._content), load_tables=True)
            tables = {table.casefold(): table for table in book.table_names or ()}
            found = tables.get(name.casefold())
            table = None if found is None else book.get_table_by_name(found)
        if table is None or table.start is None or table.end is None:
            known = ", ".join([*self._book.sheet_names, *tables.values()])
            message = f'has no sheet "{name}", which records names. Its sheets are: {known}'
            raise UnreadableFile(message, "mapping")
        # The header stands above what the table holds.
        return table.sheet, ((max(table.start[0] - 1, 0), table.start[1]), table.end)


class _Merged:
    """The merged ranges of a sheet: each of their cells has the value of the first."""

    def __init__(
        self, ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]], left: int
    ) -> None:
        self._ranges = deque(sorted(ranges))
        self._open: dict[int, tuple[int, object]] = {}  # by column: the last row, and the value
        self._left = left

    def fill(self, row: int, cells: list[object]) -> None:
        """Fill the cells of a row that belong to a range which began before them."""
        self._open = {column: one for column, one in self._open.items() if one[0] >= row}
        for column, (_, value) in self._open.items():
            if column < len(cells):
                cells[column] = value
        while self._ranges and self._ranges[0][0][0] <= row:
            (top, begin), (last, end) = self._ranges.popleft()
            first = begin - self._left
            if top != row or not 0 <= first < len(cells) or is_blank_row([cells[first]]):
                continue
            # Across, a merged cell is one value: a title above the header stays alone. Where
            # ranges overlap, which is an error, the one that began first counts.
            if last > row and first not in self._open:
                for column in range(first, min(end - self._left + 1, len(cells))):
                    self._open[column] = last, cells[first]


def _show_cell(cell: object) -> str:
    """Write a cell as a table of text has it: a time in the order that every reader takes."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer():
        return f"{cell:.0f}"
    if isinstance(cell, datetime):
        # Fractions of a day are not exact.
        return (cell + timedelta(milliseconds=500)).replace(microsecond=0).isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def _find_errors(content: bytes, sheet: str) -> Mapping[int, Sequence[tuple[int, str]]]:
    """Find the cells of a sheet that show errors: column and text, by line."""
    found: dict[int, list[tuple[int, str]]] = {}
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return found
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        path = _find_part(parts, sheet)
        if path is None:
            return found
        rest, count = b"", 0
        with parts.open(path) as stream:
            while piece := stream.read(_CHUNK):
                text = rest + piece
                at = 0
                for cell in _ERROR_CELL.finditer(text):
                    at = cell.end()
                    line, column = read_number(cell[2].decode()) or 0, read_column(cell[1])
                    found.setdefault(line, []).append((column, cell[3].decode("utf-8", "replace")))
                    count += 1
                    if count > _MOST_ERRORS:
                        return found
                rest = text[max(at, len(text) - 1000) :]
    return found


def _find_part(parts: zipfile.ZipFile, sheet: str) -> str | None:
    """Find the part of an .xlsx file that holds a sheet."""
    try:
        book = parse_xml(parts.read("xl/workbook.xml"))
        relations = parse_xml(parts.read("xl/_rels/workbook.xml.rels"))
    except (KeyError, etree.XMLSyntaxError):
        return None
    key = next(
        (one.get(_RELATION) for one in book.iter("{*}sheet") if one.get("name") == sheet), None
    )
    targets = (one.get("Target", "") for one in relations.iter() if one.get("Id") == key)
    target = next(targets, "") if key else ""
    path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    return path if path in parts.namelist() else None


@contextmanager
def _guard() -> Iterator[None]:
    """Say of a workbook that cannot be read why not."""
    try:
        yield
    except PasswordError as error:
        raise UnreadableFile("is protected by a password. Save it without one") from error
    except (CalamineError, ValueError, OverflowError) as error:
        raise UnreadableFile(f"is not a workbook that can be read: {error}", "malformed") from error
    except BaseException as error:
        # The library's own panics are no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise UnreadableFile("is damaged. Save it again", "malformed") from error


def _guard_each(rows: Iterator[T]) -> Iterator[T]:
    while True:
        with _guard():
            row = next(rows, None)
        if row is None:
            return
        yield row
