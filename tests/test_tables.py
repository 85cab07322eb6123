"""Tables as spreadsheets write them: the bytes of a file, and the records that it holds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.config.loading import load_config
from feedpub.errors import Problem
from feedpub.model import Record
from feedpub.sources.csv_table import find_delimiter
from feedpub.systems import load_records
from support import STANDARD_TOML, make_site, scan_source

Fields = dict[str, object]
HERON: Fields = {"id": "1", "title": "Heron", "published": "2020-05-25"}
WEIR: Fields = {"id": "2", "title": "The weir, again", "published": "2020-05-26"}


def read(
    tmp_path: Path, name: str, content: bytes, settings: str = ""
) -> tuple[list[Fields], list[str]]:
    """Read a table whole: the fields of its records, and its problems."""
    site = make_site(tmp_path, {f"sources/{name}": content}, STANDARD_TOML + settings)
    found = list(scan_source(load_config(site / "feedpub.toml"), 0))
    records = [item for item in found if isinstance(item, Record)]
    problems = [str(item) for item in found if isinstance(item, Problem)]
    if not records:
        return [], problems
    origins = [record.origin for record in records]
    whole = load_records(records[0].origin.file, origins)
    return [dict(record.fields) for record in whole], problems


TABLES: Sequence[tuple[str, str, bytes]] = [
    # Delimiters.
    ("commas", "a.csv", b'id,title,date\n1,Heron,2020-05-25\n2,"The weir, again",2020-05-26\n'),
    ("semicolons", "a.csv", b"id;title;date\r\n1;Heron;2020-05-25\r\n2;The weir, again;2020-05-26"),
    ("bars", "a.csv", b"id|title|date\n1|Heron|2020-05-25\n2|The weir, again|2020-05-26\n"),
    ("tabs", "a.csv", b"id\ttitle\tdate\n1\tHeron\t2020-05-25\n2\tThe weir, again\t2020-05-26\n"),
    ("named", "a.csv", b"sep=;\r\nid;title;date\n1;Heron;2020-05-25\n2;The weir, again;2020-05-26"),
    ("named, and unusual", "a.csv", b"sep=~\nid~title~date\n1~Heron~2020-05-25\n"),
    ("semicolons in .tsv", "a.tsv", b"id;title;date\n1;Heron;2020-05-25\n"),
    # Encodings.
    ("BOM", "a.csv", b"\xef\xbb\xbfid,title,date\n1,Heron,2020-05-25\n"),
    ("Unicode text", "a.csv", "id\ttitle\tdate\r\n1\tHeron\t2020-05-25\r\n".encode("utf-16")),
    ("Unicode text", "a.txt", "id\ttitle\tdate\r\n1\tHeron\t2020-05-25\r\n".encode("utf-16")),
    ("tabs", "a.txt", b"id\ttitle\tdate\r\n1\tHeron\t2020-05-25\r\n"),
    # Rows that hold nothing.
    ("separators", "a.csv", b"id;title;date\n;;\n1;Heron;2020-05-25\n;;\n ; ;\n;;\n"),
    ("blank rows", "a.csv", b"\n\nid,title,date\n\n1,Heron,2020-05-25\n\n\n"),
    # What stands above the header.
    ("title", "a.csv", b"Plan of the week;;\n;;\nid;title;date\n1;Heron;2020-05-25\n"),
    ("note", "a.csv", b"Exported by Anna\nid,title,date\n1,Heron,2020-05-25\n"),
    # Cells left out at the end of a row, and empty ones beyond it.
    ("short", "a.csv", b"id,title,date,notes,tags\n1,Heron,2020-05-25\n2,Weir,2020-05-26,,b\n"),
    ("surplus", "a.csv", b"id,title,date\n1,Heron,2020-05-25,,\n"),
    ("no name", "a.csv", b"id,title,date,,\n1,Heron,2020-05-25,,\n"),
    # Quotes.
    ("quotes", "a.csv", b'"id";"title";"date"\n"1";"Heron";"2020-05-25"\n'),
]


@pytest.mark.parametrize(
    ("name", "content"), [row[1:] for row in TABLES], ids=[f"{row[0]}, {row[1]}" for row in TABLES]
)
def test_reads_tables_as_programs_write_them(tmp_path: Path, name: str, content: bytes) -> None:
    records, problems = read(tmp_path, name, content)
    assert problems == []
    assert records[0] == HERON
    assert [record["id"] for record in records] == ["1", "2"][: len(records)]
    if len(records) > 1 and "tags" not in records[1]:
        assert records[1] == WEIR


@pytest.mark.parametrize(
    ("encoding", "title", "is_read"),
    [
        ("cp1252", "Brücke über die Öse", True),
        ("cp1252", "Año de la garza: “vuelve”", True),
        ("cp1251", "Цапли вернулись", False),
        ("cp1250", "Volavky se vrátily, řeka", False),
    ],
)
def test_a_short_table_of_western_europe_is_in_the_code_page_of_excel(
    tmp_path: Path, encoding: str, title: str, is_read: bool
) -> None:
    content = f"id;title;date\n1;{title};2020-05-25\n".encode(encoding)
    records, problems = read(tmp_path, "a.csv", content)
    assert [record["title"] for record in records] == ([title] if is_read else [])
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("sample", "delimiter"),
    [
        ("title;text\na, b;c, d, e\n", ";"),
        ("title,text\na;b,c;d\n", ","),
        ("title\nOne, two\n", ","),
        ("tags|title\na|b\n", "|"),
        ("title,tags\na,b|c|d\n", ","),
        ("", ","),
    ],
)
def test_finds_the_delimiter_of_the_header(sample: str, delimiter: str) -> None:
    assert find_delimiter(sample) == delimiter


KEYS: Sequence[tuple[str, bytes, list[object], str]] = [
    ("number", b"Nr;Titel;Datum\n7;A;2020-05-25\n8;B;2020-05-26\n", ["7", "8"], '"Nr"'),
    (
        "slug first",
        b"Nr;Titel;Datum;slug\n7;A;2020-05-25;a\n8;B;2020-05-26;b\n",
        ["a", "b"],
        '"slug"',
    ),
    ("not the date", b"Titel;Datum\nA;2020-05-25\nB;2020-05-26\n", [None, None], ""),
    ("repeated", b"Nr;Titel;Datum\n7;A;2020-05-25\n7;B;2020-05-26\n", [None, None], ""),
    ("not full", b"Nr;Titel;Datum\n7;A;2020-05-25\n;B;2020-05-26\n", [None, None], ""),
    ("dates", b"When;Titel;Datum\n1.5.20;A;2020-05-25\n2.5.20;B;2020-05-26\n", [None, None], ""),
]


@pytest.mark.parametrize(
    ("content", "ids", "told"), [row[1:] for row in KEYS], ids=[row[0] for row in KEYS]
)
def test_a_column_that_tells_the_rows_apart_is_their_key(
    tmp_path: Path, content: bytes, ids: list[object], told: str
) -> None:
    records, problems = read(tmp_path, "a.csv", content)
    assert [record.get("id") for record in records] == ids
    assert len(problems) == bool(told)
    for problem in problems:
        assert problem.startswith("sources/a.csv: warning: id: ")
        assert told in problem


def test_a_confirmed_key_warns_of_nothing_and_leaves_other_columns_alone(tmp_path: Path) -> None:
    content = b"Nr.;Titel;Datum\n7;A;2020-05-25\n"
    settings = 'format = "csv"\n[source.fields]\nid = "Nr."\n'
    records, problems = read(tmp_path, "a.csv", content, settings)
    assert (records, problems) == ([{"id": "7", "title": "A", "published": "2020-05-25"}], [])


SERIALS = [
    (b"id,title,date\n1,A,44197\n2,B,44197.75\n", ["2021-01-01", "2021-01-01 18:00:00"]),
    (b'id,title,date\n1,A,"44197,5"\n', ["2021-01-01 12:00:00"]),
    (b"id,title,date\n1,A,44197\n2,B,2021-01-02\n", ["44197", "2021-01-02"]),
    (b"id,title,date\n1,A,70000\n", ["70000"]),
]


@pytest.mark.parametrize(("content", "expected"), SERIALS)
def test_day_numbers_count_where_all_of_the_column_are(
    tmp_path: Path, content: bytes, expected: list[str]
) -> None:
    records, _ = read(tmp_path, "a.csv", content)
    assert [record["published"] for record in records] == expected


SHOWN = ["#REF!", "#NAME?", "#N/A", "#VALUE!", "#BEZUG!", "########"]


@pytest.mark.parametrize("cell", SHOWN)
def test_an_error_of_a_formula_is_no_value(tmp_path: Path, cell: str) -> None:
    content = f"id,title,date\n1,{cell},2020-05-25\n".encode()
    site = make_site(tmp_path, {"sources/a.csv": content})
    (record,) = scan_source(load_config(site / "feedpub.toml"), 0)
    assert isinstance(record, Record)
    assert record.faults["title"].expression == cell
    assert "title" not in record.fields


CELLS = [
    ("author", "Anna Berg; Ben Lund", ["Anna Berg", "Ben Lund"]),
    ("author", "Berg, Anna", "Berg, Anna"),
    ("author", '["Anna Berg", "Ben Lund"]', ["Anna Berg", "Ben Lund"]),
    ("section", "River|Town", ["River", "Town"]),
    ("section", '{River,"Old town"}', ["River", "Old town"]),
    ("section", "Caf&eacute;", "Caf&eacute;"),
    ("images", "https://a.example/a.jpg, https://a.example/b.jpg", 2),
    ("images", "https://a.example/a,b.jpg", "https://a.example/a,b.jpg"),
    ("images", '[{"src": "a.jpg", "alt": "A"}]', [{"src": "a.jpg", "alt": "A"}]),
    ("tags", "a, b", "a, b"),
    ("tags", '{a,NULL,"b c"}', ["a", "b c"]),
    ("title", "A; B", "A; B"),
]


@pytest.mark.parametrize(("field", "cell", "expected"), CELLS)
def test_a_cell_may_hold_several_values(
    tmp_path: Path, field: str, cell: str, expected: object
) -> None:
    quoted = '"' + cell.replace('"', '""') + '"'
    title = "" if field == "title" else "title,"
    content = f"id,{title}date,{field}\n1,{'x,' if title else ''}2020-05-25,{quoted}\n".encode()
    (record,), _ = read(tmp_path, "a.csv", content)
    value = record[field]
    assert (len(value) if isinstance(expected, int) and isinstance(value, list) else value) == (
        expected
    )


NAMES = {
    "title": ["title", "Titular", "Titel", "Titre", "Headline"],
    "published": ["date", "Fecha", "Datum", "Publish Date"],
    "author": ["author", "Autor", "Auteur"],
    "content_text": ["text", "Texto", "Inhalt"],
}


@given(order=st.permutations(list(NAMES)), seed=st.lists(st.integers(0, 4), min_size=4))
def test_neither_the_order_nor_the_name_of_a_column_counts(
    tmp_path_factory: pytest.TempPathFactory, order: list[str], seed: list[int]
) -> None:
    cells = {"title": "A", "published": "2020-05-25", "author": "Ann", "content_text": "Text."}
    header = [NAMES[field][seed[at] % len(NAMES[field])] for at, field in enumerate(order)]
    rows = [["id", *header], ["1", *(cells[field] for field in order)]]
    content = "\n".join(";".join(row) for row in rows).encode()
    records, problems = read(tmp_path_factory.mktemp("table"), "a.csv", content)
    assert (records, problems) == ([{"id": "1", **cells}], [])
