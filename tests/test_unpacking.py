"""What comes out of packed files: no more than a limit, however it is read."""

from __future__ import annotations

import gzip
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from feedpub.errors import UnreadableFile
from feedpub.model import SourceFile
from feedpub.sources import files
from support import count_steps
from test_readers import load_whole, scan, write_source

NAMES = ["a.json", "a.jsonl", "a.csv", "a.tsv", "a.txt", "a.html", "a.md", "a.xml", "a.sqlite"]


@pytest.mark.parametrize("limit", ["MAX_UNPACKED", "HARMLESS"])
@pytest.mark.parametrize("name", NAMES)
def test_an_archive_that_unpacks_to_too_much_is_one_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, limit: str
) -> None:
    heads = {
        "a.json": b"[",
        "a.csv": b"id\n1\n",
        "a.xml": b"<rss><channel>",
        "a.sqlite": b"SQLite format 3\0",
    }
    packed = gzip.compress(heads.get(name, b"") + b'{"id": "1"}\n' + b" " * 9_000_000, mtime=0)
    assert len(packed) < 10_000
    monkeypatch.setattr(files, limit, 1_000_000)
    unpacked: list[int] = []
    check = files._Unpacked._check

    def note(self: files._Unpacked, content: bytes) -> bytes:
        unpacked.append(self.tell())
        return check(self, content)

    monkeypatch.setattr(files._Unpacked, "_check", note)
    _, problems = scan(write_source(tmp_path, name + ".gz", packed))
    too_far = "unpacks to more than 1 GiB, or to far more than it holds; split it, or unpack it"
    assert problems == [f"sources/{name}.gz: {too_far}"]
    assert max(unpacked) <= max(1_000_000, 200 * len(packed)) + 1


CALLS: Mapping[str, Callable[[Any], object]] = {
    "read": lambda stream: stream.read(),
    "read some": lambda stream: stream.read(100_000),
    "read1": lambda stream: stream.read1(),
    "readline": lambda stream: stream.readline(),
    "readlines": lambda stream: stream.readlines(),
    "readinto": lambda stream: stream.readinto(bytearray(9_000_000)),
    "iterate": list,
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_no_call_unpacks_more_than_is_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Callable[[Any], object]
) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(b" " * 9_000_000))
    monkeypatch.setattr(files, "MAX_UNPACKED", 1_000_000)
    with (
        files.open_file(SourceFile(path, "a", "a", tmp_path, 0)) as stream,
        pytest.raises(UnreadableFile, match="unpacks to more"),
    ):
        while call(stream):
            assert stream.tell() <= 1_000_000
    assert stream.closed


@pytest.mark.parametrize("blank", [b"\n", b" \r\n", b"\t\n\n"])
def test_blank_lines_are_skipped_and_counted(tmp_path: Path, blank: bytes) -> None:
    rows = [b'{"id": "1"}\n', blank * 50_000, b'{"id": "2"}\n', blank, b"x\n", blank * 9]
    for name, content in (
        ("a.jsonl", b"".join(rows)),
        ("b.jsonl.gz", gzip.compress(b"".join(rows))),
    ):
        site = write_source(tmp_path / name, name, content)
        records, problems = scan(site)
        lines = 50_000 * blank.count(b"\n")
        assert [record.origin.line for record in records] == [1, lines + 2]
        (problem,) = problems
        bad = lines + 3 + blank.count(b"\n")
        assert problem.startswith(f"sources/{name}:{bad}: ")
        assert [record.fields["id"] for record in load_whole(site, records)] == ["1", "2"]


def test_millions_of_blank_lines_take_few_steps(tmp_path: Path) -> None:
    content = gzip.compress(b"\n" * 4_000_000 + b'{"id": "1"}\n')
    site = write_source(tmp_path, "a.jsonl.gz", content)
    records, problems = scan(site)
    assert (len(records), problems) == (1, [])
    assert count_steps(lambda: scan(site)) < 400_000
    assert count_steps(lambda: load_whole(site, records)) < 400_000


def make_database(tmp_path: Path, *statements: str) -> bytes:
    path = tmp_path / "made.sqlite"
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return path.read_bytes()


@pytest.mark.parametrize("name", ["a.sqlite", "a.sqlite.gz"])
@pytest.mark.parametrize(
    ("view", "message"),
    [
        (
            "SELECT a.n AS id FROM t AS a, t AS b, t AS c",
            "gives more rows of posts than it has bytes",
        ),
        (
            "SELECT count(*) AS id FROM t, t AS b, t AS c, t AS d, t AS e",
            "cannot be read as an SQLite database: interrupted",
        ),
    ],
)
def test_a_view_without_end_is_one_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, view: str, message: str
) -> None:
    monkeypatch.setattr("feedpub.sources.sqlite_file._MAX_STEPS", 3_000_000)
    rows = ", ".join(f"({number})" for number in range(200))
    table = "CREATE TABLE t (n)", f"INSERT INTO t VALUES {rows}"
    content = make_database(tmp_path, *table, f"CREATE VIEW posts AS {view}")
    packed = gzip.compress(content) if name.endswith(".gz") else content
    _, problems = scan(write_source(tmp_path, name, packed, 'records = "posts"\n'))
    assert problems[-1] == f"sources/{name}: {message}"
