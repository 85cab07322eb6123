"""Rows of a table to raw records: a row near the top names the fields, each later one is a record.

Shared by all formats that hold tables: a cell is a text here, or what a workbook knows it to be.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from functools import partial
from itertools import chain

import msgspec

from feedpub.errors import (
    EmptyFile,
    Failure,
    Problem,
    UnreadableFile,
    Where,
    attempt,
    describe_value,
)
from feedpub.model import Origin, SourceFile
from feedpub.sources.raw import Raw
from feedpub.text import encode_text

# A row is its cells with the line that it begins at, or a problem.
Row = tuple[int, Sequence[object] | Problem]
# Rows with a title of the table, or a note, that may stand above the header.
_ROWS_ABOVE = 10
_MOST_COLUMNS = 16_384  # of Excel


class Header(msgspec.Struct, frozen=True):
    """The row that names the columns: its line, the names, and those that it repeats."""

    line: int
    columns: tuple[str, ...]
    repeated: tuple[str, ...] = ()


def read_rows(
    file: SourceFile,
    rows: Iterator[Row],
    *,
    delimiter: str = ",",
    wanted: Container[int] | None = None,
) -> Iterator[Raw | Problem]:
    """Yield every row's record and the problems, or the records of the lines wanted.

    Args:
        delimiter: What a message writes between the cells of a row.
    """
    header, first = _find_header(rows)
    if wanted is None:
        yield from _warn_of_repeated(file, header)
    for line, row in chain(first, rows):
        read = partial(_read_row, file, header, line, row, delimiter, wanted)
        # Who loads a record goes on with the next one.
        found = read() if wanted is not None else attempt(read)
        if isinstance(found, Failure):
            found = found.tell(Where(file.shown, line))
        if found is not None:
            yield found


def _read_row(
    file: SourceFile,
    header: Header,
    line: int,
    row: Sequence[object] | Problem,
    delimiter: str,
    wanted: Container[int] | None,
) -> Raw | Problem | None:
    """Read the record of a row; None if the row is not wanted."""
    if isinstance(row, Problem):
        return row
    if _count_cells(row) > len(header.columns):
        shown = describe_value(delimiter.join(map(str, row)))
        message = f"has {len(row)} cells; expected {len(header.columns)}, as in the header"
        return Problem("error", Where(file.shown, line), None, shown, "malformed", message)
    if wanted is not None and line not in wanted:
        return None
    # Programs leave empty cells at the end of a row out.
    cells: dict[str, object] = dict.fromkeys(header.columns, "")
    cells.update(
        (name, "" if _is_blank(cell) else cell)
        for name, cell in zip(header.columns, row, strict=False)
    )
    digest = zlib.crc32(encode_text("\0".join(map(str, cells.values()))))
    return Raw(Origin(file, line, line), cells, digest, header=header.line, is_row=True)


def _find_header(rows: Iterator[Row]) -> tuple[Header, list[Row]]:
    """Find the row that names the columns, and give the rows that were read beyond it.

    It is the first row that is not blank. A lone cell above a row of several is a title or a
    note, and no header.
    """
    waiting: list[Row] = []
    for line, row in rows:
        if isinstance(row, Problem):
            if not waiting:
                raise UnreadableFile(row.message, row.kind, line)
            waiting.append((line, row))
        elif _count_named(row) > 1:
            if not any(isinstance(above, Problem) for _, above in waiting):
                return make_header(line, row), []
            waiting.append((line, row))
        elif _count_named(row):
            waiting.append((line, row))
        if len(waiting) > _ROWS_ABOVE:
            break
    if not waiting:
        raise EmptyFile()
    line, first = waiting[0]
    if isinstance(first, Problem):
        raise UnreadableFile(first.message, first.kind, line)
    return make_header(line, first), waiting[1:]


def make_header(line: int, row: Sequence[object]) -> Header:
    """Name the columns: a name that was there before gets a number.

    Raises:
        UnreadableFile: It has more columns than any spreadsheet.
    """
    if len(row) > _MOST_COLUMNS:
        message = f"has {len(row)} columns; expected at most {_MOST_COLUMNS:,}"
        raise UnreadableFile(message, "malformed", line)
    columns: list[str] = []
    numbers: Counter[str] = Counter()
    repeated: list[str] = []
    for name in (str(cell).strip() for cell in row):
        numbers[name.casefold()] += bool(name)
        number = numbers[name.casefold()]
        if number == 2:
            repeated.append(name)
        columns.append(f"{name} ({number})" if number > 1 else name)
    while columns and not columns[-1]:
        columns.pop()
    return Header(line, tuple(columns), tuple(repeated))


def _warn_of_repeated(file: SourceFile, header: Header) -> Iterator[Problem]:
    for name in header.repeated:
        message = (
            f"names the column {name} twice in its header. The first one counts, and the next "
            f'is "{name} (2)". Rename one of them.'
        )
        where = Where(file.shown, header.line)
        yield Problem("warning", where, None, None, "malformed", message)


def is_blank_row(row: Sequence[object]) -> bool:
    """Say whether all cells of a row are empty."""
    return all(map(_is_blank, row))


def _is_blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _count_cells(row: Sequence[object]) -> int:
    """Count the cells of a row up to the last that holds something."""
    count = len(row)
    while count and _is_blank(row[count - 1]):
        count -= 1
    return count


def _count_named(row: Sequence[object]) -> int:
    return sum(not _is_blank(cell) for cell in row)
