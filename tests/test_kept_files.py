"""What a file says of its records is kept: an unchanged file is not opened by the next build."""

from __future__ import annotations

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
from feedpub.files import KeptFile, KeptFiles, kept_files
from feedpub.sources import files as source_files
from support import NOW, STANDARD_TOML, count_calls, examples, make_site, read_tree, run_cli

ARTICLE = '{{"id": "{id}", "title": "{title}", "section": "River", "updated": "2020-05-{day:02}"}}'
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
    monkeypatch.setattr(kept_files, "USUAL_STEP", 0)
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
    monkeypatch.setattr(kept_files, "USUAL_STEP", 0)
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


Edit: TypeAlias = Callable[[Path, Random], None]


def choose_file(site: Path, chance: Random) -> Path:
    return chance.choice(sorted(path for path in (site / "sources").rglob("*") if path.is_file()))


def add(site: Path, chance: Random) -> None:
    number, day = chance.randrange(10**6), chance.randint(1, 28)
    title = chance.choice(("Rain", "Ferry", "Café", "1 < 2"))
    folder = site / "sources" / chance.choice((".", "a", "b"))
    folder.mkdir(exist_ok=True)
    article = ARTICLE.format(id=chance.choice((number, number % 9)), title=title, day=day)
    match chance.randrange(4):
        case 0:
            text = f"---\ntitle: {title}\ndate: 2020-04-{day:02}\n---\n![Boat](boat.png)\n"
            (folder / f"{number}.md").write_text(text)
        case 1:
            (folder / f"{number}.jsonl").write_text(f"{article}\n" * chance.randint(1, 3))
        case 2:
            page = f"<title>{title}</title><h1>{title}</h1><p>Updated : 2020-03-{day:02}</p>"
            (folder / f"{number}.html").write_text(page + "<p>The ferry sails again today.</p>" * 4)
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
    site_setting = chance.choice(("", "limit = 3\n", 'new_sections = "warn"\n', 'timezone="UTC"\n'))
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
        patch.setattr(kept_files, "USUAL_STEP", 0)
        edit_and_compare(make_site(Path(folder) / "site", FILES), Random(seed), 10)


if __name__ == "__main__":  # FEEDPUB_EDITS=10000 python tests/test_kept_files.py
    kept_files.USUAL_STEP = 0
    for seed in range(int(os.environ["FEEDPUB_EDITS"]) // 20):
        with TemporaryDirectory() as folder:
            edit_and_compare(make_site(Path(folder) / "site", FILES), Random(seed), 20)
