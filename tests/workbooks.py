"""Workbooks as Excel and LibreOffice write them, made of rows of cells."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from xml.sax.saxutils import escape

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_EPOCHS = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}

Cell = str | int | float | bool | datetime | None


def make_xlsx(
    sheets: Mapping[str, Sequence[Sequence[Cell]]],
    *,
    since_1904: bool = False,
    merged: Sequence[str] = (),
    hidden: Sequence[str] = (),
    table: str = "",
) -> bytes:
    """Make an .xlsx file. A text that begins with # is an error of a formula.

    Args:
        since_1904: Count days from 1904, as old Macs do.
        merged: Ranges that each sheet merges, such as "A2:A3".
        table: A table of the first sheet, as NAME=A1:B3.
    """
    out = io.BytesIO()
    names = list(sheets)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        overrides = "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
            f'ContentType="{_TYPE}.worksheet+xml"/>'
            for n in range(1, len(names) + 1)
        )
        parts.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
            f"{overrides}</Types>",
        )
        parts.writestr("_rels/.rels", _relate({"rId1": ("officeDocument", "xl/workbook.xml")}))
        shown = "".join(
            f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"'
            + (' state="hidden"' if name in hidden else "")
            + "/>"
            for n, name in enumerate(names, 1)
        )
        system = '<workbookPr date1904="1"/>' if since_1904 else ""
        parts.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}">{system}'
            f"<sheets>{shown}</sheets></workbook>",
        )
        relations = {
            f"rId{n}": ("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(names) + 1)
        }
        parts.writestr(
            "xl/_rels/workbook.xml.rels", _relate({**relations, "rIdS": ("styles", "styles.xml")})
        )
        parts.writestr(
            "xl/styles.xml",
            f'<styleSheet xmlns="{_MAIN}"><cellXfs count="3"><xf numFmtId="0"/>'
            '<xf numFmtId="14"/><xf numFmtId="22"/></cellXfs></styleSheet>',
        )
        ranges = "".join(f'<mergeCell ref="{ref}"/>' for ref in merged)
        below = f"<mergeCells>{ranges}</mergeCells>" if merged else ""
        for n, rows in enumerate(sheets.values(), 1):
            part = '<tableParts count="1"><tablePart r:id="rId1"/></tableParts>' * bool(
                table and n == 1
            )
            parts.writestr(
                f"xl/worksheets/sheet{n}.xml",
                f'<worksheet xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheetData>'
                f"{_write_rows(rows, since_1904)}</sheetData>{below}{part}</worksheet>",
            )
        if table:
            name, _, ref = table.partition("=")
            header = sheets[names[0]][int(ref[1]) - 1]
            columns = "".join(
                f'<tableColumn id="{n}" name="{escape(str(cell))}"/>'
                for n, cell in enumerate(header, 1)
            )
            parts.writestr(
                "xl/worksheets/_rels/sheet1.xml.rels",
                _relate({"rId1": ("table", "../tables/table1.xml")}),
            )
            parts.writestr(
                "xl/tables/table1.xml",
                f'<table xmlns="{_MAIN}" id="1" name="{name}" displayName="{name}" ref="{ref}">'
                f'<tableColumns count="{len(header)}">{columns}</tableColumns></table>',
            )
    return out.getvalue()


def _relate(targets: Mapping[str, tuple[str, str]]) -> str:
    lines = "".join(
        f'<Relationship Id="{key}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for key, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'


def _write_rows(rows: Sequence[Sequence[Cell]], since_1904: bool) -> str:
    written = []
    for line, row in enumerate(rows, 1):
        cells = "".join(
            _write_cell(f"{chr(65 + at)}{line}", cell, since_1904) for at, cell in enumerate(row)
        )
        written.append(f'<row r="{line}">{cells}</row>')
    return "".join(written)


def _write_cell(ref: str, cell: Cell, since_1904: bool) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return f'<c r="{ref}" t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, datetime):
        days = (cell - _EPOCHS[since_1904]).total_seconds() / 86_400
        style = 1 if days.is_integer() else 2
        return f'<c r="{ref}" s="{style}"><v>{days!r}</v></c>'
    if isinstance(cell, int | float):
        return f'<c r="{ref}"><v>{cell}</v></c>'
    if cell.startswith("#"):
        return f'<c r="{ref}" t="e"><f>A1</f><v>{escape(cell)}</v></c>'
    return f'<c r="{ref}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'


def make_ods(sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> bytes:
    """Make an .ods file."""
    out = io.BytesIO()
    mime = "application/vnd.oasis.opendocument.spreadsheet"
    uri = "urn:oasis:names:tc:opendocument:xmlns"
    with zipfile.ZipFile(out, "w") as parts:
        parts.writestr("mimetype", mime)
        tables = "".join(
            f'<table:table table:name="{escape(name)}">{_write_ods_rows(rows)}</table:table>'
            for name, rows in sheets.items()
        )
        parts.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{uri}:office:1.0" '
            f'xmlns:table="{uri}:table:1.0" xmlns:text="{uri}:text:1.0"><office:body>'
            f"<office:spreadsheet>{tables}</office:spreadsheet></office:body>"
            "</office:document-content>",
        )
        parts.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{uri}:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{mime}"/>'
            '<manifest:file-entry manifest:full-path="content.xml" '
            'manifest:media-type="text/xml"/></manifest:manifest>',
        )
    return out.getvalue()


def _write_ods_rows(rows: Sequence[Sequence[Cell]]) -> str:
    return "".join(
        f"<table:table-row>{''.join(map(_write_ods_cell, row))}</table:table-row>" for row in rows
    )


def _write_ods_date(cell: datetime) -> str:
    is_day = (cell.hour, cell.minute, cell.second) == (0, 0, 0)
    return cell.date().isoformat() if is_day else cell.isoformat()


def _write_ods_cell(cell: Cell) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, datetime):
        kind = f'office:value-type="date" office:date-value="{_write_ods_date(cell)}"'
    elif isinstance(cell, int | float):
        kind = f'office:value-type="float" office:value="{cell}"'
    else:
        kind = 'office:value-type="string"'
    return f"<table:table-cell {kind}><text:p>{escape(str(cell))}</text:p></table:table-cell>"


_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def make_xls(cells: Mapping[tuple[int, int], float]) -> bytes:
    """Make an .xls file of one sheet: its numbers by row and column."""
    numbers = b"".join(
        _record(0x203, struct.pack("<HHHd", row, column, 0, value))
        for (row, column), value in cells.items()
    )

    def write_globals(begin: int) -> bytes:
        sheet = _record(0x85, struct.pack("<IHBB", begin, 0, 4, 0) + b"News")
        return _begin(5) + _record(0x42, struct.pack("<H", 1200)) + sheet + _record(0x0A, b"")

    stream = write_globals(len(write_globals(0))) + _begin(0x10) + numbers + _record(0x0A, b"")
    stream = stream.ljust(4096, b"\0")
    stream += b"\0" * (-len(stream) % 512)
    last = 1 + len(stream) // 512
    table = [_FAT, _END, *range(3, last + 1), _END]
    folder = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, 2, len(stream))
    folder = folder.ljust(512, b"\0")
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    head += struct.pack("<5H6x9I", 62, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, _END, 0, _END, 0)
    head += struct.pack("<109I", 0, *[_FREE] * 108)
    return head + struct.pack("<128I", *table, *[_FREE] * (128 - len(table))) + folder + stream


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _begin(kind: int) -> bytes:
    return _record(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 1997, 0, 6))


def _entry(name: str, kind: int, child: int, begin: int, length: int) -> bytes:
    text = name.encode("utf-16-le")
    head = text.ljust(64, b"\0") + struct.pack("<HBB", len(text) + 2, kind, 1)
    return head + struct.pack("<3I16x4x16xIQ", _FREE, _FREE, child, begin, length)
