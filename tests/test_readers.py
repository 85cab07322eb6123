"""Files to records: every format, packed or not, whole, broken or no file at all."""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.config.loading import load_config
from feedpub.errors import Problem, UnreadableFile
from feedpub.files import sort_problems
from feedpub.model import Origin, Record, SourceFile
from feedpub.pipeline.collecting import collect
from feedpub.settings import Config
from feedpub.sources import csv_table, files, json_file, json_items, json_lines
from feedpub.sources.json_items import iter_items
from feedpub.sources.suffixes import read_suffix
from feedpub.systems.reading import list_sources, load_records
from feedpub.text import decoding
from support import NOW, STANDARD_TOML, make_site, scan_source, to_json_lines

RECORDS: Sequence[Mapping[str, object]] = [
    {
        "id": "1",
        "title": "Tea at four",
        "section": "River",
        "updated": "2020-05-25",
        "content_text": "One.\n\nTwo, “three”.",
        "tags": "tea, 茶",
    },
    {
        "id": "2",
        "headline": 'The "old" bridge',
        "articleSection": "River, Harbor",
        "dateModified": "2020-05-26",
        "body": "Four",
        "keywords": "bridges",
    },
]
WHOLE = [
    dict(RECORDS[0]),
    {
        "id": "2",
        "title": 'The "old" bridge',
        "section": "River, Harbor",
        "updated": "2020-05-26",
        "content_text": "Four",
        "tags": "bridges",
    },
]
CSV = """\
id,title,section,Updated,content_text,TAGS
1,Tea at four,River,2020-05-25,"One.

Two, “three”.","tea, 茶"
2,"The ""old"" bridge","River, Harbor",2020-05-26,Four,bridges
"""
PAGE = """\
Home>River

Tea at four

(news.example.com) Updated : 2020-05-25

cup.jpg

The cup. [Photo/WeChat: name]

One.

Two, “three”.
"""
PAGE_FIELDS = {
    "section": "River",
    "title": "Tea at four",
    "source": "news.example.com",
    "images": [{"src": "cup.jpg", "line": 7, "caption": "The cup. [Photo/WeChat: name]"}],
    "content_html": ('<figure><img src="cup.jpg"></figure>\n<p>One.</p>\n<p>Two, “three”.</p>'),
}
TSV = """\
id\ttitle\tsection\tUpdated\tcontent_text\tTAGS
1\tTea at four\tRiver\t2020-05-25\t"One.

Two, “three”."\ttea, 茶
2\t"The ""old"" bridge"\tRiver, Harbor\t2020-05-26\tFour\tbridges
"""
LIST = json.dumps(RECORDS)
LINES = "\n" + to_json_lines(RECORDS[0]) + " \r\n" + json.dumps(RECORDS[1])
FORMATS = [
    ("tea.json", json.dumps(RECORDS[0], indent=2), WHOLE[:1], ["sources/tea.json:1"]),
    ("tea.json", LIST, WHOLE, ["sources/tea.json[0]", "sources/tea.json[1]"]),
    ("tea.jsonl", LINES, WHOLE, ["sources/tea.jsonl:2", "sources/tea.jsonl:4"]),
    ("tea.ndjson", LINES, WHOLE, ["sources/tea.ndjson:2", "sources/tea.ndjson:4"]),
    ("tea.csv", CSV, WHOLE, ["sources/tea.csv:2", "sources/tea.csv:5"]),
    ("tea.tsv", TSV, WHOLE, ["sources/tea.tsv:2", "sources/tea.tsv:5"]),
    ("tea.txt", PAGE, [PAGE_FIELDS], ["sources/tea.txt:1"]),
]


def load(site: Path) -> Config:
    return load_config(site / "feedpub.toml")


def scan(site: Path) -> tuple[list[Record], list[str]]:
    """Scan the site's first source: its records, and its problems as text."""
    found = list(scan_source(load(site), 0))
    records = [item for item in found if isinstance(item, Record)]
    return records, [str(item) for item in found if isinstance(item, Problem)]


def load_whole(site: Path, records: Sequence[Record]) -> list[Record]:
    """Load scanned records of one file again, by their origins."""
    file = records[0].origin.file
    return list(load_records(file, [record.origin for record in records]))


def list_paths(site: Path) -> list[str]:
    """List the files and faults of all sources, in order."""
    found = list_sources(load(site))
    return [item.shown if isinstance(item, SourceFile) else str(item) for item in found]


def write_source(tmp_path: Path, name: str, content: str | bytes, settings: str = "") -> Path:
    return make_site(tmp_path, {f"sources/{name}": content}, STANDARD_TOML + settings)


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize(("name", "content", "whole", "places"), FORMATS)
def test_reads_every_format(
    tmp_path: Path,
    name: str,
    content: str,
    whole: Sequence[Mapping[str, object]],
    places: Sequence[str],
    suffix: str,
) -> None:
    packed = gzip.compress(content.encode()) if suffix else content.encode()
    site = write_source(tmp_path, name + suffix, packed)
    scanned, problems = scan(site)
    assert problems == []
    shown = [place.replace(name, name + suffix) for place in places]
    assert [str(record.origin.where) for record in scanned] == shown
    loaded = load_whole(site, scanned)
    # A page's times are the byline's, and not looked at here.
    assert [
        {field: record.fields.get(field) for field in expected}
        for record, expected in zip(loaded, whole, strict=True)
    ] == list(whole)
    # What identifies a record is there at once, and every record is found again by its origin.
    for record, again in zip(scanned, loaded, strict=True):
        assert (record.origin, record.digest) == (again.origin, again.digest)
        identifying = {"id", "title", "section", "updated"} & set(again.fields)
        assert {name: record.fields[name] for name in identifying} == {
            name: again.fields[name] for name in identifying
        }
    for record, again in zip(scanned, loaded, strict=True):
        assert load_whole(site, [record]) == [again]


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize(
    ("name", "content", "single"),
    [
        ("tea.json", json.dumps(RECORDS[0]), True),
        ("tea.json", LIST, False),
        ("tea.json", json.dumps([RECORDS[0]]), False),
        ("tea.jsonl", to_json_lines(RECORDS[0]), False),
        ("tea.csv", CSV, False),
        ("tea.tsv", TSV, False),
        ("tea.txt", PAGE, True),
    ],
)
def test_says_whether_a_file_holds_one_record(
    tmp_path: Path, name: str, content: str, single: bool, suffix: str
) -> None:
    packed = gzip.compress(content.encode()) if suffix else content.encode()
    records, _ = scan(write_source(tmp_path, name + suffix, packed))
    assert {record.origin.single for record in records} == {single}
    assert {record.origin.file.key for record in records} == {"tea"}


@pytest.mark.parametrize(
    ("name", "content"), [(name, content) for name, content, _, _ in FORMATS if name != "tea.txt"]
)
def test_values_keep_the_type_that_the_source_has(tmp_path: Path, name: str, content: str) -> None:
    expected: Mapping[str, object] = {
        "id": 12,
        "images": 1.5,
        "tags": [True, None, {"name": "a"}],
    }
    if name in ("tea.csv", "tea.tsv"):
        expected = {"id": "12", "images": "1.5"}
        content = "id,title,images\n12,,1.5\n"
        content = content if name == "tea.csv" else content.replace(",", "\t")
    else:
        value = {**expected, "title": "", "summary": None}
        content = json.dumps([value]) if content.startswith("[") else json.dumps(value)
    site = write_source(tmp_path, name, content)
    (record,) = load_whole(site, scan(site)[0])
    assert record.fields == expected


def test_records_that_differ_have_other_digests(tmp_path: Path) -> None:
    same = {"id": "1", "title": "Tea", "content_text": "One"}
    site = make_site(
        tmp_path,
        {
            "sources/a.jsonl": to_json_lines(same, {**same, "content_text": "Two"}),
            "sources/b.jsonl": to_json_lines(same).rstrip(),
            "sources/c.json": json.dumps([same, {**same, "content_text": "Two"}]),
            "sources/d.json": json.dumps(same, indent=1),
            "sources/e.csv": "id,title\n1,Tea\n1,Te\n",
        },
    )
    digests = [record.digest for record in scan(site)[0]]
    line, other_line, last_line, item, other_item, alone, row, other_row = digests
    assert line == last_line != other_line
    assert item == line != other_item != alone
    assert row != other_row


TEA = {"id": "1", "title": "Tea", "section": "River", "updated": "2020-05-25", "tags": ["a", "b"]}
TURNED = dict(reversed(TEA.items()))
OTHER = {**TEA, "summary": "Four"}
TEA_ROW = "title,id,section,updated\nTea,1,River,2020-05-25\n"


@pytest.mark.parametrize(
    ("files", "warned"),
    [
        # The same values, in another order, with other white space, in another format.
        ({"a.jsonl": to_json_lines(TEA), "b.jsonl": to_json_lines(TURNED)}, []),
        ({"a.jsonl": to_json_lines(TEA, TURNED, TEA)}, []),
        ({"a.json": json.dumps([TEA, TURNED]), "b.json": json.dumps(TURNED, indent=2)}, []),
        ({"a.jsonl": to_json_lines({**TEA, "tags": None}), "b.csv": TEA_ROW}, []),
        ({"a.jsonl": to_json_lines({**TEA, "export": 1}, {**TEA, "export": 2})}, []),
        ({"a.jsonl.gz": gzip.compress(to_json_lines(TEA, TURNED).encode())}, []),
        (
            {
                "a.json": '[{"id":"1","title":"T\\ud800","section":"R","updated":"2020-01-02"},'
                '{"title":"T\\ud800","id":"1","section":"R","updated":"2020-01-02"}]'
            },
            [],
        ),
        # Others.
        ({"a.jsonl": to_json_lines(TEA), "b.jsonl": to_json_lines(OTHER)}, ["sources/b.jsonl:1"]),
        ({"a.jsonl": to_json_lines(TEA, TURNED, OTHER)}, ["sources/a.jsonl:3"]),
        ({"a.json": json.dumps([TEA, OTHER, TURNED])}, ["sources/a.json[1]", "sources/a.json[2]"]),
        ({"a.jsonl": to_json_lines(TEA, {**TEA, "tags": ["b", "a"]})}, ["sources/a.jsonl:2"]),
    ],
)
def test_warns_of_versions_as_new_where_their_values_differ(
    tmp_path: Path, files: Mapping[str, str | bytes], warned: list[str]
) -> None:
    site = make_site(tmp_path, {f"sources/{name}": files[name] for name in files})
    problems = sort_problems(collect(load(site), NOW).problems)
    assert [str(problem.where) for problem in problems] == warned
    assert {problem.kind for problem in problems} <= {"duplicate"}


@pytest.mark.parametrize("name", ["tea.json", "tea.jsonl"])
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('"Te\\ud800a"', "Te\ud800a"),
        ('"\\ud83c\\udf75"', "🍵"),
        ('"\\u0000"', "\x00"),
        ("12345678901234567890123456789", 12345678901234567890123456789),
        ("1" * 5000, "1" * 5000),
        ("-1e999", float("-inf")),
        ("Infinity", float("inf")),
        ('{"a": 1, "a": 2}', {"a": 2}),
        ("[" * 499 + "]" * 499, json.loads("[" * 499 + "]" * 499)),
    ],
)
@pytest.mark.parametrize("field", ["title", "tags"])
def test_reads_the_odd_values_of_json(
    tmp_path: Path, name: str, value: str, expected: object, field: str
) -> None:
    site = write_source(tmp_path, name, f'{{"other": {value}, "id": "1", "{field}": {value}}}')
    records, problems = scan(site)
    assert problems == []
    (record,) = load_whole(site, records)
    assert record.fields == {"id": "1", field: expected}


@pytest.mark.parametrize("name", ["tea.json", "tea.jsonl"])
def test_reads_no_number_as_one(tmp_path: Path, name: str) -> None:
    site = write_source(tmp_path, name, '{"id": "1", "tags": NaN}')
    (record,) = load_whole(site, scan(site)[0])
    assert record.fields["tags"] != record.fields["tags"]


@pytest.mark.parametrize("depth", [500, 2000, 100_000])
@pytest.mark.parametrize("name", ["tea.json", "tea.jsonl"])
@pytest.mark.parametrize("field", ["title", "tags", "other"])
def test_deep_nesting_is_one_problem(tmp_path: Path, name: str, field: str, depth: int) -> None:
    for opening, closing in (("[", "]"), ('{"a":', "1}")):
        nested = opening * depth + closing[:-1] + closing[-1] * depth
        records, problems = scan(write_source(tmp_path, name, f'{{"{field}": {nested}}}'))
        assert records == []
        assert len(problems) == 1
        assert problems[0].startswith(f"sources/{name}")
        assert problems[0].endswith("is nested too deep")
        assert len(problems[0]) < 200


@pytest.mark.parametrize(
    ("name", "content", "records", "problems"),
    [
        # A line that is cut, or no object; an item that is none; the others are read.
        (
            "a.jsonl",
            '{"id": "1"}\n{"id": "2", "tit\n\n5\n["a"]\n"a"\nnull\n{"id": "6"}\n',
            ["1", "6"],
            [
                r'a.jsonl:2: "\{"id": "2", "tit" is not valid JSON, or is cut: .*',
                r'a.jsonl:4: "5" is not a JSON object',
                r'a.jsonl:5: "\["a"\]" is not a JSON object',
                r'a.jsonl:6: ""a"" is not a JSON object',
                r'a.jsonl:7: "null" is not a JSON object',
            ],
        ),
        (
            "a.jsonl",
            '{"id": "1"}{"id": "2"}\n',
            [],
            [r"a.jsonl:1: .* is not valid JSON, or is cut: .*"],
        ),
        (
            "a.jsonl",
            '{"id": "1",}\n{"id": "2"}',
            ["2"],
            [r"a.jsonl:1: .* is not valid JSON, or is cut: .*"],
        ),
        (
            "a.json",
            '[{"id": "1"}, 5, null, ["a"], {"id": "2"}]',
            ["1", "2"],
            [
                r'a.json\[1\]: "5" is not a JSON object',
                r'a.json\[2\]: "None" is not a JSON object',
                r"a.json\[3\]: .* is not a JSON object",
            ],
        ),
        ("a.json", '{"id": "1",\n"tit', [], [r"a.json:2: is not valid JSON, or is cut: .*"]),
        (
            "a.json",
            '{"id": "1"}\n{"id": "2"}\n',
            [],
            [r"a.json:2: is not valid JSON, or is cut: .*"],
        ),
        ("a.json", '"a"', [], [r"a.json: holds neither an object nor a list"]),
        ("a.json", "5", [], [r"a.json: holds neither an object nor a list"]),
        ("a.json", "[]", [], []),
        ("a.json", " [ ] ", [], []),
        # Records before a fault of a list are read; the rest of it is one problem.
        (
            "a.json",
            '[{"id": "1"},\n{"id": "2",}\n,{"id": "3"}]',
            ["1"],
            [r"a.json:2: is not valid JSON.*"],
        ),
        (
            "a.json",
            '[{"id": "1"},\n{"id": "2"\n',
            ["1"],
            [r"a.json:3: is not valid JSON, or is cut: .*"],
        ),
        (
            "a.json",
            '[{"id": "1"},\n',
            ["1"],
            [r"a.json:2: is not valid JSON, .*: expected a value"],
        ),
        ("a.json", '[{"id": "1"}\n{"id": "2"}]', ["1"], [r"a.json:2: .*: expected , or \]"]),
        ("a.json", '[{"id": "1"},\n]', ["1"], [r"a.json:2: .*: expected a value"]),
        ("a.json", '[{"id": "1"}\n', ["1"], [r"a.json:2: .*: expected , or \]"]),
        ("a.json", '[{"id": "1"}]\n\n]', ["1"], [r"a.json:3: .*: expected nothing after the list"]),
        ("a.json", '["a\n', [], [r"a.json:1: is not valid JSON, or is cut: .*"]),
        ("a.json", "[5", [], [r"a.json:1: is not valid JSON, or is cut: .*"]),
        ("a.json", "[tea]", [], [r"a.json:1: is not valid JSON, or is cut: .*"]),
        ("a.json", "[", [], [r"a.json:1: .*: expected a value or \]"]),
        ("a.json", '[{"id": ["1"}]}', [], [r"a.json:1: is not valid JSON, or is cut: .*"]),
        (
            "a.json",
            '[{"id": "1"}, {"id": ' + "[" * 5000 + "]" * 5000 + '}, {"id": "3"}]',
            ["1", "3"],
            [r"a.json\[1\]: .* is nested too deep"],
        ),
        ("a.json", "{}", [None], []),
        # A row with too many cells; a field with line breaks counts its lines.
        (
            "a.csv",
            'id,title\n1,"Tea\n\nat four"\n2\n3,a,b\n\n4,"c, d"\n',
            ["1", "2", "4"],
            [r'a.csv:6: "3,a,b" has 3 cells; expected 2, as in the header'],
        ),
        (
            "a.csv",
            'id,title\n1,"a"b\n2,c\n',
            ["2"],
            [r"a.csv:2: is not a valid CSV row: .*"],
        ),
        ("a.csv", 'id,title\n1,a\n2,"b\n3,c\n', ["1"], [r"a.csv:3: is not a valid CSV row: .*"]),
        ("a.csv", '"id', [], [r"a.csv:1: is not a valid CSV row: .*"]),
        (
            "a.csv",
            "id,title,ID\n1,a,2\n",
            ["1"],
            [r"a.csv:1: warning: names the column ID twice in its header. The first one counts.*"],
        ),
        ("a.csv", "id,title\n", [], []),
        ("a.csv", "\ufeffid,title\r\n1,a\r\n", ["1"], []),
        ("a.csv", "\nid,title\r1,a\r", ["1"], []),
        ("a.csv", "id,title,\n1,a,\n", ["1"], []),
        (
            "a.tsv",
            "id\ttitle\n1\ta,b\n2\tb\tc\n",
            ["1"],
            [r'a.tsv:3: "2.b.c" has 3 cells; expected 2.*'],
        ),
        # Files that are empty.
        ("a.json", "", [], ["a.json: is empty"]),
        ("a.json", " \n", [], ["a.json: is empty"]),
        ("a.json", "\ufeff", [], ["a.json: is empty"]),
        ("a.jsonl", "", [], ["a.jsonl: is empty"]),
        ("a.jsonl", "\n \n", [], ["a.jsonl: is empty"]),
        ("a.jsonl", "\ufeff", [], ["a.jsonl: is empty"]),
        ("a.csv", "", [], ["a.csv: is empty"]),
        ("a.csv", "\ufeff\n", [], ["a.csv: is empty"]),
        ("a.txt", "", [], ["a.txt: is empty"]),
        ("a.txt", "\ufeff \n", [], ["a.txt: is empty"]),
        ("a.json.gz", b"", [], ["a.json.gz: is empty"]),
        ("a.json.gz", gzip.compress(b"", mtime=0), [], ["a.json.gz: is empty"]),
        ("a.jsonl.gz", gzip.compress(b"", mtime=0), [], ["a.jsonl.gz: is empty"]),
        ("a.csv.gz", gzip.compress(b"\n", mtime=0), [], ["a.csv.gz: is empty"]),
        ("a.txt.gz", gzip.compress(b"", mtime=0), [], ["a.txt.gz: is empty"]),
        # A byte order mark is no content.
        ("a.json", '\ufeff{"id": "1"}', ["1"], []),
        ("a.jsonl", '\ufeff{"id": "1"}\n\ufeff{"id": "2"}', ["1", "2"], []),
    ],
)
def test_names_each_fault_once_and_reads_the_rest(
    tmp_path: Path,
    name: str,
    content: str | bytes,
    records: list[str | None],
    problems: list[str],
) -> None:
    read, found = scan(write_source(tmp_path, name, content))
    assert [record.fields.get("id") for record in read] == records
    for problem, pattern in zip(found, problems, strict=True):
        assert re.fullmatch("sources/" + pattern, problem)


LATIN = "sous le café"
NORDIC = "øl og brød"  # the letters of tables of Western Europe are not refused


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("a.json", f'{{"id": "1",\n"title": "{LATIN}"}}', ":2"),
        ("a.jsonl", f'{{"id": "1"}}\n{{"id": "2", "other": "{LATIN}"}}\n', ":2"),
        ("a.csv", f"id,title\n1,a\n2,{NORDIC}\n", ":3"),
        ("a.tsv", f"id\ttitle\n1\ta\n2\t{NORDIC}\n", ":3"),
        ("a.json", f'[{{"id": "1"}},\n{{"title": "{LATIN}"}}]', "[1]"),
        ("a.txt", f"Tea\n\n\n{LATIN}\n", ":4"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_file_in_the_wrong_encoding_is_one_problem_at_its_line(
    tmp_path: Path, name: str, content: str, place: str, packed: bool
) -> None:
    latin = content.encode("latin-1")
    if packed:
        name, latin = name + ".gz", gzip.compress(latin)
    _, problems = scan(write_source(tmp_path, name, latin))
    assert len(problems) == 1
    assert problems[0].startswith(f"sources/{name}{place}: ")
    assert re.search("is not valid UTF-8: (?:byte [0-9]+ is|it holds the byte) 0x", problems[0])
    assert problems[0].endswith("or set encoding in the source to the encoding that it is in.")


@pytest.mark.parametrize("name", ["a.json", "a.csv", "a.tsv", "a.txt"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
@pytest.mark.parametrize("settings", ["", 'encoding = "gb18030"\n'])
def test_a_byte_order_mark_names_the_encoding(
    tmp_path: Path, name: str, encoding: str, settings: str
) -> None:
    content = '{"title":\n"茶馆"}' if name == "a.json" else "title\n茶馆"
    (record,), problems = scan(write_source(tmp_path, name, content.encode(encoding), settings))
    assert problems == []
    assert record.fields["title"] == ("title" if name == "a.txt" else "茶馆")


def test_a_character_that_the_end_cuts_is_named_without_advice(tmp_path: Path) -> None:
    _, problems = scan(write_source(tmp_path, "a.csv", "id,title\n1,茶".encode()[:-1]))
    (problem,) = problems
    assert problem.startswith(
        'sources/a.csv:2: "1,��" is not valid UTF-8: it holds the byte 0xe8. '
    )


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.csv", "a.tsv"])
@pytest.mark.parametrize("content", [b"", b" \n", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("packed", [False, True])
def test_an_export_may_be_empty_where_the_source_allows_it(
    tmp_path: Path, name: str, content: bytes, packed: bool
) -> None:
    if packed:
        name, content = f"{name}.gz", gzip.compress(content, mtime=0)
    assert scan(write_source(tmp_path, name, content, "allow_empty = true\n")) == ([], [])
    assert len(scan(write_source(tmp_path, name, content))[1]) == 1
    (tmp_path / "sources" / name).unlink()
    page = f"a.txt{'.gz' if packed else ''}"
    site = write_source(tmp_path, page, content, "allow_empty = true\n")
    assert scan(site)[1] == [f"sources/{page}: is empty"]


# A file is read in pieces, wherever they end, and within limits.


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
@pytest.mark.parametrize(("name", "content", "whole", "places"), FORMATS)
def test_reads_the_same_in_pieces_of_any_size(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    content: str,
    whole: Sequence[Mapping[str, object]],
    places: Sequence[str],
    size: int,
) -> None:
    site = write_source(tmp_path, name, content.replace("\n", "\r\n"))
    before = scan(site)
    monkeypatch.setattr(decoding, "CHUNK", size)
    assert scan(site) == before
    assert [str(record.origin.where) for record in before[0]] == list(places)
    assert load_whole(site, before[0])


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16", "utf-16-be", "utf-7"])
def test_decodes_pieces_that_cut_a_character(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    content = '[{"title": "茶馆"},\n{"title": "𠮷\U0001f375"}]'
    site = write_source(tmp_path, "a.json", content.encode(encoding), f'encoding = "{encoding}"\n')
    monkeypatch.setattr(decoding, "CHUNK", 1)
    records, problems = scan(site)
    assert problems == []
    assert [record.fields["title"] for record in records] == ["茶馆", "𠮷\U0001f375"]


ITEMS: st.SearchStrategy[list[object]] = st.lists(
    st.dictionaries(
        st.sampled_from(["id", "title", "x", '"},{"', "\\"]),
        st.recursive(
            st.none() | st.integers() | st.text('a\\"{}[], \n茶', max_size=6),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["a", "}]"]), inner, max_size=2)
            ),
            max_leaves=12,
        ),
        max_size=4,
    )
    | st.sampled_from([None, 5, -1.5, "}, {", [{}], [[], {"a": 1}], True]),
    max_size=8,
)


@given(
    ITEMS,
    st.sampled_from([None, 1]),
    st.sampled_from([(",", ":"), (", ", ": ")]),
    st.integers(1, 9),
)
def test_splits_a_list_as_json_reads_it(
    items: list[object], indent: int | None, separators: tuple[str, str], size: int
) -> None:
    text = json.dumps(items, indent=indent, separators=separators, ensure_ascii=False).encode()
    pieces = (text[start : start + size] for start in range(0, len(text), size))
    found = list(iter_items(pieces))
    assert [json.loads(item.content) for item in found] == items
    for item in found:
        assert item.line == text[: text.index(item.content)].count(b"\n") + 1 or indent


def test_takes_no_more_of_a_list_than_the_item_that_is_asked_for() -> None:
    taken = 0

    def give() -> Iterator[bytes]:
        nonlocal taken
        yield b"["
        while True:
            taken += 1
            yield b'{"id": "1", "images": [{"a": 1}, {"b": 2}]},\n' * 10

    items = iter_items(give())
    for number in range(1, 1000):
        next(items)
        assert taken <= number // 10 + 2


def test_stops_guessing_where_ends_cannot_be_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    # Each guess would look through all that is held: after a large item, that is much.
    guess = Mock(wraps=json_items._guess_end)
    monkeypatch.setattr(json_items, "_guess_end", guess)
    text = b"[{}" + b",5,{}" * 1000 + b"]"
    assert sum(1 for _ in iter_items(iter([text]))) == 2001
    assert guess.call_count == 10


@pytest.mark.parametrize(
    ("name", "content", "records", "problem"),
    [
        ("a.json", '{"title": "%s"}', 0, r"a.json: is larger than 0 MiB, the limit of a record"),
        ("a.json", '[{"id": "1"},\n{"title": "%s"},\n{}]', 1, r"a.json:2: has an item larger .*"),
        ("a.jsonl", '{"id": "1"}\n{"title": "%s"}\n{}', 1, r"a.jsonl:2: has a line larger .*"),
        ("a.csv", "id,title\n1,a\n2,%s\n", 1, r"a.csv:3: has a row larger .*"),
        ("a.csv", 'id,title\n1,a\n2,"%s', 1, r"a.csv:3: has a row larger .*"),
        ("a.tsv", "id\ttitle\n1\ta\n2\t%s\n", 1, r"a.tsv:3: has a row larger .*"),
        ("a.txt", "Tea\n\n%s", 0, r"a.txt: is larger than 50 MB, the limit for a page\. .*"),
    ],
)
@pytest.mark.parametrize("filling", ["a", "a\n"])
def test_a_record_that_is_too_large_is_one_problem(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    content: str,
    records: int,
    problem: str,
    filling: str,
) -> None:
    for module in (files, csv_table, json_file, json_items, json_lines):
        monkeypatch.setattr(module, "MAX_BYTES", 1000)
    monkeypatch.setattr(files, "MAX_PAGE_BYTES", 1000)
    monkeypatch.setattr(decoding, "CHUNK", 64)
    if filling == "a\n" and not (name == "a.txt" or ('"%s' in content and name == "a.csv")):
        filling = "aa"
    read, found = scan(write_source(tmp_path, name, content % (filling * 2000)))
    assert len(read) == records
    assert len(found) == 1
    assert re.fullmatch("sources/" + problem, found[0])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", '{"title": "茶馆"}'),
        ("a.jsonl", '\n{"title": "茶馆"}\n'),
        ("a.csv", "title\n茶馆\n"),
        ("a.txt", "茶馆\n"),
    ],
)
@pytest.mark.parametrize("encoding", ["gb18030", "GBK", "big5", "utf-8", "utf-8-sig"])
def test_reads_a_file_in_the_encoding_of_its_source(
    tmp_path: Path, name: str, content: str, encoding: str
) -> None:
    text = content.replace("馆", "館") if encoding == "big5" else content
    site = write_source(tmp_path, name, text.encode(encoding), f'encoding = "{encoding}"\n')
    records, problems = scan(site)
    assert problems == []
    (record,) = load_whole(site, records)
    assert record.fields["title"] == ("茶館" if encoding == "big5" else "茶馆")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a.json", "sources/a.json:2: is not valid gb18030, the encoding of the source: it holds"),
        (
            "a.jsonl",
            'sources/a.jsonl:2: "�"}" is not valid gb18030, the encoding of the source: byte ',
        ),
        (
            "a.csv",
            'sources/a.csv:2: "�"}" is not valid gb18030, the encoding of the source: it holds',
        ),
        ("a.txt", "sources/a.txt:2: is not valid gb18030, the encoding of the source: byte "),
    ],
)
def test_a_file_that_is_not_in_the_encoding_of_its_source_is_a_problem(
    tmp_path: Path, name: str, message: str
) -> None:
    settings = 'encoding = "gb18030"\n'
    _, problems = scan(write_source(tmp_path, name, b'{"a":\n\xff"}\n', settings))
    assert problems[-1].startswith(message)


@pytest.mark.parametrize("name", ["a.json", "a.csv", "a.txt"])
def test_reads_utf16_where_the_source_says_so(tmp_path: Path, name: str) -> None:
    content = '{"title":\n"茶馆"}' if name == "a.json" else "title\n茶馆"
    site = write_source(tmp_path, name, content.encode("utf-16"), 'encoding = "utf-16"\n')
    (record,), problems = scan(site)
    assert problems == []
    assert record.fields["title"] == ("title" if name == "a.txt" else "茶馆")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_lines_in_utf16_are_one_problem(tmp_path: Path, encoding: str) -> None:
    content = to_json_lines(*RECORDS).encode(encoding)
    records, problems = scan(write_source(tmp_path, "a.jsonl", content, 'encoding = "utf-16"\n'))
    assert records == []
    assert len(problems) == 1
    assert problems[0].endswith("whose lines cannot be told apart. Save the file as UTF-8.")


@pytest.mark.parametrize("encoding", ["utf-7", "unicode_escape", "raw_unicode_escape"])
@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.csv", "a.txt"])
def test_an_encoding_that_carries_lone_surrogates_does_no_harm(
    tmp_path: Path, name: str, encoding: str
) -> None:
    content = b'{"title": "+2AA- \\ud800"}'
    records, problems = scan(write_source(tmp_path, name, content, f'encoding = "{encoding}"\n'))
    assert len(records) + len(problems) in (0, 1)
    for problem in problems:
        assert problem.startswith(f"sources/{name}")


def test_a_format_that_the_source_names_stands_before_the_suffix(tmp_path: Path) -> None:
    site = write_source(tmp_path, "export.dat", to_json_lines(*RECORDS), 'format = "jsonl"\n')
    assert [record.fields["id"] for record in scan(site)[0]] == ["1", "2"]


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("tea.json", "json"),
        ("TEA.JSON", "json"),
        ("2020/tea.md.gz", "md"),
        ("tea.tar.gz", "tar"),
        ("tea.d/list", ""),
        ("csv", ""),
        ("csv.gz", ""),
    ],
)
def test_reads_a_suffix_in_lower_case_and_below_gz(name: str, suffix: str) -> None:
    assert read_suffix(name) == suffix


def test_a_file_named_like_a_format_has_no_suffix(tmp_path: Path) -> None:
    site = make_site(tmp_path, {"csv": CSV}, STANDARD_TOML.replace('"sources"', '"csv"'))
    (problem,) = scan(site)[1]
    assert problem.startswith("csv: is not a known format; expected .atom")


_CHANCE = random.Random(1)
MANY_LINES = to_json_lines(
    *({"id": str(n), "title": _CHANCE.randbytes(40).hex()} for n in range(500))
).encode()
PACKED_LINES = gzip.compress(MANY_LINES)


def pack_up_to(position: int) -> bytes:
    """Pack the lines up to a byte; what follows is no block of an archive."""
    packer = zlib.compressobj(wbits=31)
    return packer.compress(MANY_LINES[:position]) + packer.flush(zlib.Z_FULL_FLUSH) + b"\x07" * 99


@pytest.mark.parametrize(
    "content",
    [
        b"no archive",
        PACKED_LINES[:5],
        PACKED_LINES[: len(PACKED_LINES) // 2],
        PACKED_LINES[:-4],
        PACKED_LINES[:-8] + b"\0" * 8,
        PACKED_LINES + b"junk",
        pack_up_to(12_000),
        pack_up_to(20_000),
        pack_up_to(24_000),
    ],
    ids=["none", "head", "half", "tail", "sum", "junk", "block 1", "block 2", "block 3"],
)
def test_a_broken_archive_is_one_problem_and_what_was_read_can_be_read_again(
    tmp_path: Path, content: bytes
) -> None:
    site = write_source(tmp_path, "a.jsonl.gz", content)
    records, problems = scan(site)
    assert len(problems) == 1
    assert problems[0].startswith("sources/a.jsonl.gz: cannot be read: ")
    for record in (*records[::97], *records[-1:]):
        assert [again.origin for again in load_whole(site, [record])] == [record.origin]
    assert len(load_whole(site, records) if records else []) == len(records)
    for name in ("b.json.gz", "b.csv.gz", "b.txt.gz"):
        (site / "sources/a.jsonl.gz").unlink(missing_ok=True)
        site = write_source(tmp_path, name, content)
        records, problems = scan(site)
        (site / "sources" / name).unlink()
        assert records == []
        assert len(problems) == 1
        assert problems[0].startswith(f"sources/{name}: cannot be read: ")


def test_reads_a_csv_cell_of_any_length(tmp_path: Path) -> None:
    long = "tea " * 100_000
    site = write_source(tmp_path, "a.csv", f"id,title,content_text\n1,Tea,{long}\n")
    records, problems = scan(site)
    assert problems == []
    assert load_whole(site, records)[0].fields["content_text"] == long


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.csv", "a.txt"])
def test_a_record_that_changes_between_scan_and_load_is_noticed(tmp_path: Path, name: str) -> None:
    content = next(content for known, content, _, _ in FORMATS if known[3:] == name[1:])
    site = write_source(tmp_path, name, content)
    records, _ = scan(site)
    (site / "sources" / name).write_text("7\n7\n")
    digests = [record.digest for record in records]
    try:
        again = [record.digest for record in load_whole(site, records)]
    except UnreadableFile:
        again = []
    assert again != digests


HEAD = "Home>River\n\nTea at four\n\n(news.example.com) Updated : 2020-05-25\n\n"
HEAD_LINES = {"section": 1, "title": 3, "source": 5, "updated": 5}


@pytest.mark.parametrize(
    ("page", "fields", "lines"),
    [
        (PAGE, PAGE_FIELDS, {**HEAD_LINES, "images": 7, "content_html": 7}),
        (
            HEAD + "One,\nand more of it.\n\nTwo.",
            {"content_text": "One, and more of it.\n\nTwo.", "images": None},
            {**HEAD_LINES, "content_text": 7},
        ),
        (
            HEAD + "One.\n\na.jpg\nThe cup.\n\nTwo.\n\nb c.PNG\n\n微信图片_20200525.webp\n",
            {
                "content_html": (
                    '<p>One.</p>\n<figure><img src="a.jpg"></figure>\n<p>Two.</p>\n'
                    '<figure><img src="b c.PNG"></figure>\n'
                    '<figure><img src="微信图片_20200525.webp"></figure>'
                ),
                "images": [
                    {"src": "a.jpg", "line": 9, "caption": "The cup."},
                    {"src": "b c.PNG", "line": 14},
                    {"src": "微信图片_20200525.webp", "line": 16},
                ],
            },
            {**HEAD_LINES, "content_html": 7, "images": 9},
        ),
        (
            HEAD + "See a.jpg, or so they say.",
            {"content_text": "See a.jpg, or so they say.", "images": None},
            {**HEAD_LINES, "content_text": 7},
        ),
        (HEAD, {"content_text": None, "images": None}, HEAD_LINES),
        (
            "\r\n\r\n" + HEAD.replace("\n", "\r\n") + "One.\r\n",
            {"section": "River", "title": "Tea at four", "content_text": "One."},
            {"section": 3, "title": 5, "source": 7, "updated": 7, "content_text": 9},
        ),
        (
            "\ufeff" + HEAD.replace("Home>River", "Home / News / River /") + "One.",
            {"section": "News>River", "content_text": "One."},
            {**HEAD_LINES, "content_text": 7},
        ),
        # Without a breadcrumb, without a byline, without either.
        (
            "Tea at four\n\nUpdated : 2020-05-25\n\nOne.",
            {"section": None, "title": "Tea at four", "content_text": "One."},
            {"title": 1, "updated": 3, "content_text": 5},
        ),
        (
            "Home>River\n\nTea at four\n\nOne.",
            {"section": "River", "title": "Tea at four", "updated": None, "content_text": "One."},
            {"section": 1, "title": 3, "content_text": 5},
        ),
        (
            "Tea at four\n\nOne.",
            {"section": None, "title": "Tea at four", "updated": None, "content_text": "One."},
            {"title": 1, "content_text": 3},
        ),
    ],
)
def test_tells_the_parts_of_a_page_and_their_lines(
    tmp_path: Path, page: str, fields: Mapping[str, object], lines: Mapping[str, int]
) -> None:
    (record,), problems = scan(write_source(tmp_path, "tea.txt", page))
    assert problems == []
    assert {field: record.fields.get(field) for field in fields} == fields
    assert record.lines == lines
    for field, line in lines.items():
        assert str(record.where(field)) == f"sources/tea.txt:{line}"


@pytest.mark.parametrize("content", ["a" * 1_900_000, "a " * 950_000, "a.b" * 630_000])
def test_reads_a_page_of_one_endless_line(tmp_path: Path, content: str) -> None:
    (record,), problems = scan(write_source(tmp_path, "tea.txt", content))
    assert problems == []
    assert record.fields == {"content_text": content.strip()}


# What is listed, and what is passed over.


def test_lists_a_folder_by_name_and_passes_over_what_is_no_record(tmp_path: Path) -> None:
    names = (
        "b/z.json b/a.JSON a.txt c.jsonl d.ndjson e.csv f.json.gz g.TXT.gz h.md i.tsv.gz .h.md "
        ".git/a.json b/.cache/a.json cup.jpg README README.adoc a.docx a.tar.gz json .json "
        "a.json~ a.json.bak"
    )
    site = make_site(tmp_path, {f"sources/{name}": "x" for name in names.split()})
    kept = "a.txt b/a.JSON b/z.json c.jsonl d.ndjson e.csv f.json.gz g.TXT.gz h.md i.tsv.gz"
    assert list_paths(site) == [f"sources/{name}" for name in kept.split()]


@pytest.mark.parametrize("path", [".", "**/*.json", "*", "*/*", "**"])
def test_passes_over_output_and_configuration(tmp_path: Path, path: str) -> None:
    toml = STANDARD_TOML.replace('"sources"', f'"{path}"').replace("[[", 'output = "out"\n[[')
    site = make_site(
        tmp_path,
        {"out/manifest.json": "{}", "out/a/b.json": "{}", "in/a.json": "{}", ".x/a.json": "{}"},
        toml,
    )
    (site / "feedpub.toml").rename(site / "site.json")
    config = load_config(site / "site.json")
    found = [item.shown for item in list_sources(config) if isinstance(item, SourceFile)]
    assert found == ["in/a.json"]


@pytest.mark.parametrize(
    ("path", "listed"),
    [
        ("sources/b/x.json", ["sources/b/x.json"]),
        ("sources/*.json", ["sources/a.json"]),
        ("sources/**/*.json", ["sources/a.json", "sources/b/c/y.json", "sources/b/x.json"]),
        ("sources/*", ["sources/a.json", "sources/b/c/y.json", "sources/b/x.json"]),
        ("sources/b/**", ["sources/b/c/y.json", "sources/b/x.json"]),
        ("sources/**", ["sources/a.json", "sources/b/c/y.json", "sources/b/x.json"]),
        ("sources/[bc]", ["sources/b/c/y.json", "sources/b/x.json"]),
        ("sources/?/*.json", ["sources/b/x.json"]),
        ("sources/b/../*.json", ["sources/b/../a.json"]),
        ("./sources/b/", ["sources/b/c/y.json", "sources/b/x.json"]),
    ],
)
def test_a_path_is_a_file_a_folder_or_a_glob(tmp_path: Path, path: str, listed: list[str]) -> None:
    files = {"a.json": "{}", "b/x.json": "{}", "b/c/y.json": "{}", "cup.jpg": "", ".h.json": "{}"}
    site = make_site(
        tmp_path,
        {f"sources/{name}": content for name, content in files.items()},
        STANDARD_TOML.replace('"sources"', f'"{path}"'),
    )
    found = sorted(os.path.normpath(path) for path in list_paths(site))
    assert found == sorted(os.path.normpath(path) for path in listed)


@pytest.mark.parametrize(
    ("path", "below"),
    [
        ("sources", "b/x.json"),
        ("sources/b", "x.json"),
        ("sources/b/x.json", "x.json"),
        ("sources/*/x.json", "b/x.json"),
        ("*/b/x.json", "sources/b/x.json"),
    ],
)
def test_a_file_lies_below_the_fixed_part_of_its_source(
    tmp_path: Path, path: str, below: str
) -> None:
    toml = STANDARD_TOML.replace('"sources"', f'"{path}"')
    (record,), _ = scan(make_site(tmp_path, {"sources/b/x.json": "{}"}, toml))
    assert record.origin.file.below == below


def test_reads_an_absolute_path_and_glob(tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    for path in (f"{other}", f"{other}/*.json", f"{other}/a.json"):
        toml = STANDARD_TOML.replace('"sources"', f'"{path}"')
        site = make_site(tmp_path, {"elsewhere/a.json": "{}"}, toml)
        assert list_paths(site) == ["elsewhere/a.json"]


@pytest.mark.parametrize(
    ("exclude", "listed"),
    [
        (["drafts/**"], ["a.json", "b/drafts/z.json", "b/x.json"]),
        (["**/drafts/**"], ["a.json", "b/x.json", "drafts/c/w.json", "drafts/y.json"]),
        (["*.json"], []),
        (["a.json", "b/*"], ["drafts/c/w.json", "drafts/y.json"]),
        (
            ["A.json", "x.json", "drafts"],
            ["a.json", "b/drafts/z.json", "b/x.json", "drafts/c/w.json", "drafts/y.json"],
        ),
    ],
)
def test_leaves_out_what_is_excluded(tmp_path: Path, exclude: list[str], listed: list[str]) -> None:
    names = ["a.json", "b/x.json", "b/drafts/z.json", "drafts/y.json", "drafts/c/w.json"]
    site = make_site(
        tmp_path,
        {f"sources/{name}": "{}" for name in names},
        STANDARD_TOML + f"exclude = {json.dumps(exclude)}\n",
    )
    assert list_paths(site) == [f"sources/{name}" for name in listed]


def test_a_folder_or_a_pipe_with_the_name_of_a_record_is_a_problem(tmp_path: Path) -> None:
    site = make_site(tmp_path, {"sources/a.json/b.json": "{}", "sources/z.json": "{}"})
    os.mkfifo(site / "sources/c.jsonl")
    os.mkfifo(site / "sources/cup.jpg")
    assert list_paths(site) == [
        "sources/a.json: is a folder; expected a file",
        "sources/c.jsonl: is not a regular file",
        "sources/z.json",
    ]


def test_a_source_may_be_a_folder_with_the_name_of_a_record(tmp_path: Path) -> None:
    toml = STANDARD_TOML.replace('"sources"', '"export.json"')
    site = make_site(tmp_path, {"export.json/a.json": "{}"}, toml)
    assert list_paths(site) == ["export.json/a.json"]


@pytest.mark.parametrize("path", ["sources", "sources/*", "sources/**/*.json", "sources/*/*"])
def test_follows_no_symbolic_link_in_a_folder(tmp_path: Path, path: str) -> None:
    toml = STANDARD_TOML.replace('"sources"', f'"{path}"')
    files = {"sources/a.json": "{}", "sources/b/x.json": "{}", "secret/s.json": "{}"}
    site = make_site(tmp_path, files, toml)
    (site / "sources/link.json").symlink_to(site / "secret/s.json")
    (site / "sources/link.md").symlink_to(site / "secret/s.json")
    (site / "sources/link.tsv.gz").symlink_to(site / "secret/s.json")
    (site / "sources/again.json").symlink_to("a.json")
    (site / "sources/broken.json").symlink_to("nowhere")
    (site / "sources/folder").symlink_to(site / "secret")
    (site / "sources/round").symlink_to(".")
    expected = {"sources/a.json", "sources/b/x.json"}
    if path == "sources/*/*":
        expected.remove("sources/a.json")
    found = list_paths(site)
    assert set(found) == expected
    assert len(found) == len(expected)


def test_a_source_itself_may_be_a_symbolic_link(tmp_path: Path) -> None:
    site = make_site(tmp_path, {"real/a.json": "{}", "sources": "x"})
    (site / "sources").unlink()
    (site / "sources").symlink_to("real")
    assert list_paths(site) == ["sources/a.json"]


def test_lists_the_files_of_every_source(tmp_path: Path) -> None:
    toml = STANDARD_TOML + '[[source]]\npath = "more"\n'
    site = make_site(tmp_path, {"sources/a.json": "{}", "more/b.json": "{}"}, toml)
    assert list_paths(site) == ["sources/a.json", "more/b.json"]


def test_an_origin_names_file_line_and_place_in_a_list() -> None:
    file = SourceFile(Path("/s/a.json"), "s/a.json", "a.json", Path("/s"), 0)
    assert str(Origin(file, 90, 3).where) == "s/a.json:3"
    assert str(Origin(file, 2, None).where) == "s/a.json[2]"
    assert str(Origin(file, 0, 1, single=True).where) == "s/a.json:1"
