"""What a file says of its records is kept: an unchanged file is not opened by the next build."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    make_image,
    make_site,
    read_tree,
    run_cli,
)

ARTICLE = '{{"id": "{id}", "title": "{title}", "section": "River", "updated": "2020-05-{day:02}"}}'
STORY = (
    '{{"id": "{id}", "title": "{title}", "section": "River", "updated": "2020-05-{day:02}",'
    ' "images": ["boat.png"], "content_html": "<a href=\\"{link}\\">Tea</a> was served."}}'
)
FILES = {
    **{
        f"sources/{day:02}.json": ARTICLE.format(id=day, title=f"Day {day}", day=day)
        for day in range(1, 7)
    },
    "sources/bad.json": '{"id": "bad", "title": "Bad", "updated": "soon"}',
    "sources/lines.jsonl": ARTICLE.format(id="line", title="Line", day=9) + "\n{\n",
    "sources/note.md": "---\ntitle: Tide\ndate: 2020-05-20\ndraft: true\n---\nText.\n",
}


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


def test_rows_of_another_file_or_base_are_not_believed(tmp_path: Path) -> None:
    one, two = KeptFile((1, 2, 3, 4), "d1", b"one"), KeptFile((1, 2, 3, 5), "d2", b"two")
    with KeptFiles(tmp_path / "kept", lambda: "base", writes=True) as kept:
        kept.save(0, "", {"one": one, "two": two, "half \ud800": one}, [])
        kept.save(1, "", {"one": two}, [])
        assert kept.load(0, "") == {"one": one, "two": two, "half \ud800": one}
        kept.save(0, "", {}, ["two"])
    with KeptFiles(tmp_path / "kept", lambda: "other") as kept:
        assert kept.load(0, "") == {}
    with KeptFiles(tmp_path / "kept", lambda: None) as kept:
        assert kept.load(0, "") == {}
    database = sqlite3.connect(tmp_path / "kept")
    database.execute("UPDATE files SET value = ? WHERE folder = 0 AND name = ?", (b"x", b"one"))
    database.commit()
    database.close()
    with KeptFiles(tmp_path / "kept", lambda: "base") as kept:
        assert kept.load(0, "") == {"half \ud800": one}
        assert kept.load(1, "") == {"one": two}
    with KeptFiles(tmp_path / "kept", lambda: "base", believes=False) as kept:
        assert kept.load(0, "") == {}


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


Edit: TypeAlias = Callable[[Path, Random], None]


def choose_file(site: Path, chance: Random) -> Path:
    return chance.choice(sorted(path for path in (site / "sources").rglob("*") if path.is_file()))


def add(site: Path, chance: Random) -> None:
    number, day = chance.randrange(10**6), chance.randint(1, 28)
    title = chance.choice(("Rain", "Ferry", "Café", "1 < 2"))
    folder = site / "sources" / chance.choice((".", "a", "b"))
    folder.mkdir(exist_ok=True)
    article = ARTICLE.format(id=chance.choice((number, number % 9)), title=title, day=day)
    link = chance.choice(("/tea", "tea", "http://localhost/", "https://a.example.com/"))
    story = STORY.format(id=number, title=title, day=day, link=link)
    match chance.randrange(6):
        case 0:
            text = f"---\ntitle: {title}\ndate: 2020-04-{day:02}\n---\n![Boat](boat.png)\n"
            (folder / f"{number}.md").write_text(text)
        case 1:
            others = [ARTICLE.format(id=f"{number}-{n}", title=title, day=day) for n in range(20)]
            lines = [chance.choice((article, story)), *others[: chance.randrange(20)]]
            (folder / f"{number}.jsonl").write_text("\n".join(lines))
        case 2:
            page = f"<title>{title}</title><h1>{title}</h1><p>Updated : 2020-03-{day:02}</p>"
            (folder / f"{number}.html").write_text(page + "<p>The ferry sails again today.</p>" * 4)
        case 3:
            size = chance.choice((200, 640))
            (folder / "boat.png").write_bytes(make_image("PNG", size, size))
        case 4:
            (folder / f"{number}.json").write_text(story)
        case _:
            (folder / f"{number}.json").write_text(chance.choice((article, f"[{article}, 7]")))


def change(site: Path, chance: Random) -> None:
    path = choose_file(site, chance)
    content = path.read_bytes()
    old, new = chance.choice(((b"2020", b"2021"), (b"a", b"b"), (b"Rain", b"Snow"), (b"}", b"")))
    path.write_bytes(content.replace(old, new, 1) if chance.random() < 0.8 else content[:-3])


def move(site: Path, chance: Random) -> None:
    path = choose_file(site, chance)
    (site / "sources/z").mkdir(exist_ok=True)
    path.rename(site / "sources/z" / f"{chance.randrange(10**6)}{path.suffix}")


def remove(site: Path, chance: Random) -> None:
    if len(list((site / "sources").rglob("*.*"))) > 4:
        choose_file(site, chance).unlink()


def touch(site: Path, chance: Random) -> None:
    choose_file(site, chance).touch()


def swap(site: Path, chance: Random) -> None:
    one, other = choose_file(site, chance), choose_file(site, chance)
    if one.suffix == other.suffix:
        held = one.read_bytes()
        one.write_bytes(other.read_bytes())
        other.write_bytes(held)


def configure(site: Path, chance: Random) -> None:
    site_setting = chance.choice(
        ("", "limit = 3\n", 'new_sections = "warn"\n', 'archive = "month"\n', 'timezone="UTC"\n')
    )
    source = chance.choice(("", 'section = "Tide"\n', 'exclude = ["a/**"]\n'))
    toml = STANDARD_TOML
    if site_setting.startswith("timezone"):
        toml = toml.replace('timezone = "Asia/Shanghai"\n', "")
    (site / "feedpub.toml").write_text(
        toml.replace("[[source]]", f"{site_setting}[[source]]") + source
    )


EDITS: tuple[Edit, ...] = (add, add, add, change, change, move, remove, touch, swap, configure)


def edit_and_compare(site: Path, chance: Random, number: int) -> None:
    """Build after each of some edits, and expect each time what a build from nothing makes."""
    now = NOW
    for _ in range(number):
        edit = chance.choice(EDITS)
        edit(site, chance)
        if chance.random() < 0.1:
            now += timedelta(days=chance.choice((1, 200, 500)))
        other = site.with_name("other")
        shutil.rmtree(other, ignore_errors=True)
        shutil.copytree(site, other, ignore=shutil.ignore_patterns(".feedpub"))
        reports = [
            build(load_config(place / "feedpub.toml"), now, accept_loss=True, jobs=jobs)
            for place, jobs in ((site, chance.choice((1, 1, 1, 2))), (other, 1))
        ]
        assert reports[0] == reports[1], edit
        assert read_tree(site / "feeds") == read_tree(other / "feeds"), edit


@given(seed=st.integers(0, 2**32))
@examples(40, few=2)
def test_edits_come_out_as_from_nothing(seed: int) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        divide_all(patch)
        edit_and_compare(make_site(Path(folder) / "site", FILES), Random(seed), 10)


if __name__ == "__main__":  # FEEDPUB_EDITS=10000 python tests/test_kept_files.py
    divide_all(pytest.MonkeyPatch())
    for seed in range(int(os.environ["FEEDPUB_EDITS"]) // 20):
        with TemporaryDirectory() as folder:
            edit_and_compare(make_site(Path(folder) / "site", FILES), Random(seed), 20)
