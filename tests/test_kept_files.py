"""What a file says of its records is kept: an unchanged file is not opened by the next build."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edits import ARTICLE, FILES, GOLDEN, SITES, WIRES, edit_and_compare, share_all
from feedpub import build, load_config
from feedpub.articles import Identifier
from feedpub.files import KeptFile, KeptFiles, known_files
from feedpub.model import SourceFile
from feedpub.pipeline import parts, scanning
from feedpub.settings import Source
from feedpub.sources import files as source_files
from feedpub.sources import json_lines
from feedpub.systems import OpenedSource
from support import (
    NOW,
    STANDARD_TOML,
    count_calls,
    divide_all,
    examples,
    make_site,
    read_tree,
    run_cli,
)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # Files of a test change in the same moment as a build begins.
    monkeypatch.setattr(known_files, "USUAL_STEP", 0)
    made = make_site(tmp_path / "site", FILES)
    assert run_cli(made, "build").exit_code == 1
    return made


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """List the files whose records are read."""
    names: list[str] = []
    begin = source_files.open_regular

    def note(path: Path) -> object:
        names.append(path.name)
        return begin(path)

    monkeypatch.setattr(source_files, "open_regular", note)
    return names


@pytest.fixture
def identified(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    counted = Counter[str]()
    monkeypatch.setattr(Identifier, "identify", count_calls(counted, Identifier.identify))
    return counted


def test_an_unchanged_file_is_not_opened(
    site: Path, opened: list[str], identified: Counter[str]
) -> None:
    (site / "sources/03.json").write_text(ARTICLE.format(id=3, title="New", day=3))
    told = run_cli(site, "build").stderr
    assert "bad.json" in told and "lines.jsonl:2" in told
    assert identified == {"identify": 1}
    # The first of each folder and suffix are looked at, and what feeds show is read whole.
    assert "note.md" in opened and opened.count("bad.json") <= 1
    assert (site / "feeds/river.rss").read_text().count("New") >= 1


def test_a_file_with_another_state_alone_is_not_identified_again(
    site: Path, identified: Counter[str]
) -> None:
    for path in (site / "sources").iterdir():
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content)
    (site / "sources/03.json").write_text(ARTICLE.format(id=3, title="New", day=3))
    run_cli(site, "build")
    assert identified == {"identify": 1}


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ('language = "de"', 9),  # anything of the configuration
        ("", 0),
    ],
)
def test_another_configuration_reads_all(
    site: Path, identified: Counter[str], change: str, number: int
) -> None:
    toml = STANDARD_TOML.replace("[[source]]", f"{change}\n[[source]]")
    (site / "feedpub.toml").write_text(toml)
    (site / "sources/07.json").write_text(ARTICLE.format(id=7, title="Day 7", day=7))
    run_cli(site, "build")
    assert identified["identify"] == number + 1


def test_no_cache_reads_all(site: Path, identified: Counter[str]) -> None:
    run_cli(site, "build", "--no-cache")
    assert identified["identify"] == 9


def test_what_a_record_takes_from_another_file_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_files, "USUAL_STEP", 0)
    article = '[{"title": "A", "section": 7, "updated": "2020-05-01", "id": "a"}]'
    people = '[{"id": 7, "name": "%s"}]'
    site = make_site(
        tmp_path,
        {"sources/a.json": article, "sources/sections.json": people % "Tide Desk"},
        STANDARD_TOML + 'exclude = ["sections.json"]\n',
    )
    for name in ("Tide Desk", "Ferry Desk"):
        (site / "sources/sections.json").write_text(people % name)
        run_cli(site, "build", "--accept-loss")
        assert name in (site / "feeds/all.atom").read_text()


@pytest.mark.parametrize("named", [False, True], ids=["recognized", "named"])
@pytest.mark.parametrize(
    "name",
    sorted(
        {name.partition("/")[0] for name in WIRES.split()} - {"beehiiv", "wix"}
        | set(
            """contentful drupal-jsonapi ghost google-forms jsonfeed medium-export sanity
            sqlite sqlite-ghost sqlite-wordpress squarespace-wxr substack-export wordpress-rest
            wordpress-wxr""".split()
        )
    ),
)
def test_files_of_a_system_are_known_until_they_change(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    identified: Counter[str],
    opened: list[str],
    name: str,
    named: bool,
) -> None:
    monkeypatch.setattr(known_files, "USUAL_STEP", 0)
    golden = GOLDEN / f"system-{name}"
    site = shutil.copytree(golden, tmp_path / "site", ignore=shutil.ignore_patterns("expected"))
    toml = site / "feedpub.toml"
    if not named:
        lines = toml.read_text().splitlines(keepends=True)
        toml.write_text("".join(line for line in lines if not line.startswith("system")))
    (site / "other").mkdir()
    tea = site / "other/tea.json"
    tea.write_text(ARTICLE.format(id=1, title="Tea", day=5))
    toml.write_text(toml.read_text() + '\n[[source]]\npath = "other"\n')
    run_cli(site, "build", "--accept-loss")
    kept = [path.name for path in (site / "sources").iterdir()]
    identified.clear()
    opened.clear()
    tea.write_text(ARTICLE.format(id=1, title="Sea", day=5))
    run_cli(site, "build", "--accept-loss")
    assert identified == {"identify": 1}
    # A file alone is looked at, to see of which system it is.
    assert len(kept) == 1 or not set(opened) & set(kept), opened


def test_rows_of_another_file_or_base_are_not_believed(tmp_path: Path) -> None:
    one, two = KeptFile((1, 2, 3, 4), "d1", b"one"), KeptFile((1, 2, 3, 5), "d2", b"two")
    half = "half \ud800"
    with KeptFiles(tmp_path / "kept", lambda: "base", writes=True) as kept:
        kept.save(0, "", {"one": one, "two": two, half: one}, [])
        kept.save(1, "", {"one": two}, [])
        assert [kept.find(0, "", name) for name in ("one", "two", half)] == [one, two, one]
        assert kept.find(0, "beside", "one") is None
        kept.save(0, "", {}, ["two"])
        assert sorted(kept.list_names(0)) == sorted(["one", half])
    with KeptFiles(tmp_path / "kept", lambda: "other") as kept:
        assert kept.find(0, "", "one") is None
    with KeptFiles(tmp_path / "kept", lambda: None) as kept:
        assert kept.find(0, "", "one") is None
    database = sqlite3.connect(tmp_path / "kept")
    database.execute("UPDATE files SET value = ? WHERE folder = 0 AND name = ?", (b"x", b"one"))
    database.commit()
    database.close()
    with KeptFiles(tmp_path / "kept", lambda: "base") as kept:
        assert [kept.find(0, "", name) for name in ("one", "two", half)] == [None, None, one]
        assert kept.find(1, "", "one") == two
    with KeptFiles(tmp_path / "kept", lambda: "base", believes=False) as kept:
        assert kept.find(0, "", half) is None


LINES = [
    *(
        ARTICLE.format(id=number, title=f"Line {number}", day=number % 28 + 1)
        for number in range(60)
    ),
    "{",
    "",
    "",
    '{"id": "bad", "title": "Bad", "updated": "soon"}',
    '{"id": "o", "title": "No section", "updated": "2020-05-04"}',
    *(ARTICLE.format(id=f"b{n}", title=f"Late {n}", day=n % 28 + 1) for n in range(20)),
]


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    divide_all(monkeypatch)


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("jobs", [1, 2])
def test_parts_of_a_file_come_out_as_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    monkeypatch.setattr(scanning, "_FEWEST_BYTES", 0)
    toml = STANDARD_TOML.replace("[[source]]", 'new_sections = "warn"\n[[source]]')
    site = make_site(tmp_path, {"sources/all.jsonl": "\n".join(LINES)}, toml)
    file = next(OpenedSource(load_config(site / "feedpub.toml"), 0).list_files())
    assert isinstance(file, SourceFile)
    assert len(json_lines.divide_lines(file, Source(path="sources")) or ()) > 5
    divided = build(load_config(site / "feedpub.toml"), NOW, jobs=jobs), read_tree(site / "feeds")
    assert [problem.where.line for problem in divided[0].problems] == [1, 61, 64, 64]
    shutil.rmtree(site / "feeds")
    shutil.rmtree(site / ".feedpub")
    monkeypatch.setattr(scanning, "_DIVIDED", 10**9)
    whole = build(load_config(site / "feedpub.toml"), NOW), read_tree(site / "feeds")
    assert divided == whole


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize(
    ("begin", "end", "text", "most"),
    [
        (85, 85, ARTICLE.format(id="new", title="New", day=3), 20),  # an append
        (30, 31, ARTICLE.format(id=30, title="Another length", day=3), 20),
        (0, 0, "\n".join(LINES[:2]), 20),
        (40, 43, "", 20),
    ],
)
def test_a_change_of_a_file_costs_the_parts_that_it_is_in(
    tmp_path: Path, identified: Counter[str], begin: int, end: int, text: str, most: int
) -> None:
    site = make_site(tmp_path / "site", {"sources/all.jsonl": "\n".join(LINES)})
    run_cli(site, "build")
    assert identified["identify"] == 82
    lines = [*LINES[:begin], *([text] if text else []), *LINES[end:]]
    (site / "sources/all.jsonl").write_text("\n".join(lines))
    told = run_cli(site, "build", "--accept-loss")
    assert 0 < identified["identify"] - 82 <= most
    other = make_site(tmp_path / "other", {"sources/all.jsonl": "\n".join(lines)})
    shutil.copytree(site / "feeds", other / "feeds")
    again = run_cli(other, "build", "--accept-loss")
    assert (told.exit_code, told.stderr) == (again.exit_code, again.stderr)
    assert read_tree(site / "feeds") == read_tree(other / "feeds")


def change_parts(site: Path, statement: str) -> None:
    (path,) = (site / ".feedpub").glob("*-parts.sqlite")
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute(statement)
        database.commit()


def count_parts(site: Path) -> int:
    (path,) = (site / ".feedpub").glob("*-parts.sqlite")
    with contextlib.closing(sqlite3.connect(path)) as database:
        (number,) = database.execute("SELECT count(*) FROM kept").fetchone()
    return int(number)


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM kept WHERE rowid = (SELECT max(rowid) FROM kept)",
        "UPDATE kept SET value = zeroblob(40) WHERE rowid = (SELECT max(rowid) FROM kept)",
        "DROP TABLE kept",
    ],
)
def test_a_part_whose_findings_are_lost_is_read_again(
    tmp_path: Path, identified: Counter[str], statement: str
) -> None:
    site = make_site(tmp_path, {"sources/all.jsonl": "\n".join(LINES)})
    first = run_cli(site, "build")
    before = read_tree(site / "feeds")
    change_parts(site, statement)
    (site / "sources/note.md").write_text(FILES["sources/note.md"])  # so that all is not repeated
    again = run_cli(site, "build")
    assert 83 < identified["identify"] <= 83 + 82
    assert (again.exit_code, again.stderr) == (first.exit_code, first.stderr)
    assert read_tree(site / "feeds") == before


@pytest.mark.usefixtures("small_parts")
def test_parts_that_are_gone_are_forgotten(tmp_path: Path) -> None:
    site = make_site(tmp_path, {"sources/all.jsonl": "\n".join(LINES), "sources/a.jsonl": LINES[0]})
    run_cli(site, "build")
    number = count_parts(site)
    (site / "sources/all.jsonl").write_text("\n".join(LINES[30:]))
    run_cli(site, "build", "--accept-loss")
    assert 2 < count_parts(site) < number


@pytest.mark.usefixtures("small_parts")
def test_parts_of_a_file_that_changes_meanwhile_are_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = make_site(tmp_path, {"sources/all.jsonl": "\n".join(LINES)})
    divide = parts.divide_file

    def divide_and_change(opened: OpenedSource, file: SourceFile) -> object:
        divided = divide(opened, file)
        file.path.write_text(file.path.read_text().replace("Line 7", "Lime 7"))
        return divided

    monkeypatch.setattr(scanning, "divide_file", divide_and_change)
    run_cli(site, "build")
    assert not list((site / ".feedpub").glob("*-parts.sqlite"))


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("content", [b"\n\n\n", "\n".join(LINES).encode("utf-16"), b"{}\n" * 50])
def test_a_file_without_parts_tells_the_same(tmp_path: Path, content: bytes) -> None:
    site = make_site(tmp_path, {"sources/all.jsonl": content})
    told = run_cli(site, "check")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scanning, "_DIVIDED", 10**9)
        assert run_cli(site, "check") == told


@pytest.mark.parametrize("kind", SITES)
@given(seed=st.integers(0, 2**32))
@examples(40, few=2)
def test_edits_come_out_as_from_nothing(kind: str, seed: int) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        share_all(patch)
        edit_and_compare(make_site(Path(folder) / "site", SITES[kind]), Random(seed), 10)
