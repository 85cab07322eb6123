"""Workbooks: their sheets, and what their cells are."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest

from feedpub.sources.workbook import Workbook
from support import require_linear
from test_tables import read
from workbooks import Cell, make_ods, make_xls, make_xlsx

ROWS: list[list[Cell]] = [
    ["Nr", "Titular", "Fecha", "Texto"],
    [7, "Las garzas", datetime(2021, 1, 2), "Uno."],
    [8, "El puente", datetime(2021, 1, 3, 18, 5), "Dos."],
]
EXPECTED = [
    {"title": "Las garzas", "published": "2021-01-02", "content_text": "Uno.", "id": "7"},
    {"title": "El puente", "published": "2021-01-03 18:05:00", "content_text": "Dos.", "id": "8"},
]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", make_xlsx({"News": ROWS})),
        ("a.xlsx", make_xlsx({"News": ROWS}, since_1904=True)),
        ("a.xlsx", make_xlsx({"Notes": [["Call Anna"]], "News": ROWS})),
        ("a.xlsx", make_xlsx({"Old": ROWS[:2], "News": ROWS}, hidden=["Old"])),
        ("a.xlsx", make_xlsx({"News": [["Plan"], [], *ROWS, [], [None, ""]]})),
        ("a.ods", make_ods({"News": ROWS})),
    ],
)
def test_reads_the_sheet_of_the_articles(tmp_path: Path, name: str, content: bytes) -> None:
    records, problems = read(tmp_path, name, content)
    assert records == EXPECTED
    (warning,) = problems
    assert 'the column "Nr"' in warning


def test_reads_the_sheet_or_the_table_that_is_named(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [["Above", "it"], *ROWS]
    content = make_xlsx({"One": rows, "Two": [ROWS[0], ROWS[2]]}, table="News=A2:D3")
    for name, ids in (("two", ["8"]), ("News", ["7"])):
        settings = f'format = "xlsx"\nrecords = "{name}"\n'
        records, _ = read(tmp_path / name, "a.xlsx", content, settings)
        assert [record["id"] for record in records] == ids
    _, problems = read(tmp_path, "a.xlsx", content, 'format = "xlsx"\nrecords = "Three"\n')
    assert problems == [
        'sources/a.xlsx: has no sheet "Three", which records names. Its sheets are: One, Two, News'
    ]


def test_fills_the_ranges_that_are_merged_and_no_others(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["id", "title", "section", "date"],
        [1, "A", "River", "2021-01-02"],
        [2, "B", None, "2021-01-02"],
        [3, "C", None, "2021-01-02"],
    ]
    records, _ = read(tmp_path, "a.xlsx", make_xlsx({"News": rows}, merged=["C2:C3"]))
    assert [record.get("section") for record in records] == ["River", "River", None]


def test_an_error_of_a_formula_is_told(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [["id", "title", "date"], [1, "#REF!", "2021-01-02"]]
    records, problems = read(tmp_path, "a.xlsx", make_xlsx({"News": rows}))
    assert problems == []
    assert "title" not in records[0]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PK\x03\x04 no workbook", "is not a workbook that can be read"),
        (make_xlsx({"News": ROWS})[:-200], "is not a workbook that can be read"),
        (make_xlsx({"News": ROWS}).replace(b"xl/styles.xml", b"xl/stylex.xml", 1), "is damaged"),
        (make_xlsx({"News": []}), "is empty"),
    ],
)
def test_refuses_what_is_no_workbook(tmp_path: Path, content: bytes, message: str) -> None:
    records, problems = read(tmp_path, "a.xlsx", content)
    assert records == []
    assert len(problems) == 1
    assert problems[0].startswith(f"sources/a.xlsx: {message}")


def test_refuses_a_workbook_that_unpacks_to_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedpub.sources.files.MAX_UNPACKED", 1_000_000)
    content = io.BytesIO(make_xlsx({"News": ROWS}))
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/media/a.bin", b"\0" * 2_000_000)
    _, problems = read(tmp_path, "a.xlsx", content.getvalue())
    assert len(problems) == 1
    assert "unpacks to more than" in problems[0]


CELL = '<c r="{}"><v>1</v></c>'


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1">' + CELL.format("A1") + '</row><row r="1048576">' + CELL.format("XFD1048576"),
        "<row>"
        + "<c/>" * 16_000
        + "<c><v>1</v></c></row>"
        + "<row/>" * 999
        + "<row><c><v>1</v></c>",
        "<row r='1000000'>" + "<c r = 'zz9'\n t='n'><v>1</v></c>" + "<c t='>'><v>2</v></c>",
        '<x:row r="1000"/><x:row><x:c a="\'>" r="XFD1001"><v>1</v></x:c></x:row>',
        """<row><c a=' r="A1"' r="XFD1048576"><v>1</v></c>""",
    ],
    ids=["references", "none", "spelled oddly", "prefixed", "in another value"],
)
def test_refuses_a_sheet_that_would_fill_the_memory(tmp_path: Path, rows: str) -> None:
    problems = read_with_rows(tmp_path, rows)
    assert len(problems) == 1
    assert "more than 10,000,000 cells. Delete what lies far" in problems[0]


@pytest.mark.parametrize("place", ["E99999999999999999999", "ABCD1", "E-1", "1E", "E4294967297"])
def test_refuses_a_cell_whose_place_is_none(tmp_path: Path, place: str) -> None:
    problems = read_with_rows(tmp_path, '<row r="9">' + CELL.format(place))
    assert len(problems) == 1
    assert f'is damaged: a cell has the place "{place[:20]}". Save it again' in problems[0]


def test_refuses_a_cell_with_two_places(tmp_path: Path) -> None:
    problems = read_with_rows(tmp_path, '<row r="9"><c r="A9" r="XFD1048576"><v>1</v></c>')
    assert len(problems) == 1
    assert "is damaged" in problems[0]


def read_with_rows(tmp_path: Path, rows: str) -> Sequence[str]:
    """Read a workbook with more in its sheet; give the problems."""
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(make_xlsx({"News": ROWS}))) as parts,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as changed,
    ):
        for name in parts.namelist():
            part = parts.read(name)
            changed.writestr(
                name, part.replace(b"</sheetData>", f"{rows}</row></sheetData>".encode())
            )
    _, problems = read(tmp_path, "a.xlsx", content.getvalue())
    return problems


def test_takes_a_sheet_whose_far_cells_are_empty(tmp_path: Path) -> None:
    content = io.BytesIO()
    empty = b'<row r="1048576"><c r="A1048576" s="1"/><c r="XFD1048576" s="1"/></row></sheetData>'
    with (
        zipfile.ZipFile(io.BytesIO(make_xlsx({"News": ROWS}))) as parts,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as changed,
    ):
        for name in parts.namelist():
            changed.writestr(name, parts.read(name).replace(b"</sheetData>", empty))
    records, _ = read(tmp_path, "a.xlsx", content.getvalue())
    assert records == EXPECTED


@pytest.mark.parametrize(
    ("column", "told"),
    [
        (1, " warning: id: has rows with neither an id nor a link"),
        (65_534, " is damaged, or too large. Save it as CSV"),
    ],
)
def test_an_old_workbook_is_opened_by_another_process_first(
    tmp_path: Path, column: int, told: str
) -> None:
    content = make_xls({(0, 0): 1, (0, 1): 2, (65_535, column): 2})
    _, problems = read(tmp_path, "a.xls", content)
    assert problems[0].startswith(f"sources/a.xls:{told}")


def test_ranges_that_overlap_take_no_more_steps(tmp_path: Path) -> None:
    def read_merged(rows: int) -> None:
        cells: list[list[Cell]] = [["title", "updated"]]
        cells += [[f"A {n}", n] for n in range(rows)]
        merged = [f"A{row}:B{rows}" for row in range(2, rows + 1)]
        content = make_xlsx({"News": cells}, merged=merged)
        Workbook(content).list_samples("News")
        assert len(list(Workbook(content).iter_rows("News"))) == rows + 1

    require_linear(read_merged, 400)
