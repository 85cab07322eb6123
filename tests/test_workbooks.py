"""Workbooks: their sheets, and what their cells are."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from test_tables import read
from workbooks import Cell, make_ods, make_xlsx

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
    monkeypatch.setattr("feedpub.sources.workbook.MAX_UNPACKED", 1_000_000)
    content = io.BytesIO(make_xlsx({"News": ROWS}))
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/media/a.bin", b"\0" * 2_000_000)
    _, problems = read(tmp_path, "a.xlsx", content.getvalue())
    assert len(problems) == 1
    assert "unpacks to more than" in problems[0]
