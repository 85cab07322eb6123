"""Of files in which nothing changed, hundreds are known together, and none is looked at."""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from edits import ARTICLE
from feedpub import build, load_config
from feedpub.files import Tree, digest_file, known_files
from feedpub.model import SourceFile
from feedpub.pipeline import scanning
from feedpub.sources import FileRun
from feedpub.sources.file_runs import RunMaker
from support import NOW, count_calls, divide_all, make_site, read_tree, run_cli

NUMBER = 300
POST = {
    "id": 70,
    "date_gmt": "2020-05-22T00:00:00",
    "modified_gmt": "2020-05-22T00:00:00",
    "link": "https://w.example/herons/",
    "slug": "herons",
    "status": "publish",
    "type": "post",
    "title": {"rendered": "Herons"},
    "content": {"rendered": "<p>Two pairs nest above the mill.</p>"},
    "excerpt": {"rendered": ""},
}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(known_files, "USUAL_STEP", 0)
    files = {
        f"sources/{number % 3}/{number}.json": ARTICLE.format(
            id=number, title=f"Day {number}", day=1 + number % 28
        )
        for number in range(NUMBER)
    }
    made = make_site(tmp_path / "site", {**files, "sources/bad.json": '{"id": "bad"}'})
    for name, most in (("_USUAL", 16), ("_MOST", 64)):
        monkeypatch.setattr(f"feedpub.files.trees.{name}", most)
    assert run_cli(made, "build").exit_code == 1
    return made


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    counted = Counter[str]()
    monkeypatch.setattr(scanning, "_look", count_calls(counted, scanning._look))
    return counted


def require_as_from_nothing(site: Path) -> None:
    other = site.with_name("other")
    shutil.rmtree(other, ignore_errors=True)
    shutil.copytree(site, other, ignore=shutil.ignore_patterns(".feedpub"))
    reports = [
        build(load_config(place / "feedpub.toml"), NOW, accept_loss=True) for place in (site, other)
    ]
    assert reports[0] == reports[1]
    assert read_tree(site / "feeds") == read_tree(other / "feeds")


def test_only_the_run_of_a_changed_file_is_looked_at(site: Path, looks: Counter[str]) -> None:
    (site / "sources/1/100.json").write_text(ARTICLE.format(id=100, title="New", day=28))
    told = run_cli(site, "build").stderr
    assert "bad.json" in told
    assert 1 <= looks["_look"] <= 64
    assert "New" in (site / "feeds/river.atom").read_text()


@pytest.mark.parametrize("number", [0, 1, 150, NUMBER - 1])
def test_an_added_or_removed_file_moves_no_other_far(
    site: Path, looks: Counter[str], number: int
) -> None:
    path = site / f"sources/{number % 3}/{number}.json"
    path.with_name(f"{number}a.json").write_text(ARTICLE.format(id="a", title="More", day=28))
    require_as_from_nothing(site)
    assert looks["_look"] <= 2 * 64 + NUMBER + 2  # the other site has no knowledge
    path.unlink()
    require_as_from_nothing(site)


def test_a_file_that_is_gone_is_forgotten(site: Path) -> None:
    (kept,) = (site / ".feedpub").glob("*-files.sqlite")

    def list_kept() -> set[str]:
        with closing(sqlite3.connect(kept)) as database:
            rows = database.execute("SELECT name FROM files WHERE folder = 0")
            return {name.decode() for (name,) in rows}

    assert "sources/0/3.json" in list_kept()
    (site / "sources/0/3.json").unlink()
    run_cli(site, "build", "--accept-loss")
    assert len(list_kept()) == NUMBER  # one of them is the bad one
    assert "sources/0/3.json" not in list_kept()


def test_a_file_of_a_system_changes_how_those_after_it_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    divide_all(monkeypatch)
    plain = {
        f"sources/{name}.json": ARTICLE.format(id=name, title=f"Day {name}", day=5)
        for name in ("a", "b", "c", "d", "e", "f")
    }
    post = json.dumps([POST])
    site = make_site(tmp_path / "site", {**plain, "sources/g.json": post})
    with (site / "feedpub.toml").open("a") as toml:
        toml.write('section = "River"\n')
    require_as_from_nothing(site)
    # Three files like the last are plain, so that nothing else is looked for in it.
    assert "Herons" not in (site / "feeds/river.atom").read_text()
    for name, content in (
        *(("a", post.replace("70", "71")), ("b", post.replace("70", "72"))),
        *(("a", plain["sources/a.json"]), ("f", post.replace("70", "73"))),
        *(("d", post.replace("70", "74")), ("g", plain["sources/a.json"])),
    ):
        (site / f"sources/{name}.json").write_text(content)
        require_as_from_nothing(site)


def test_damaged_runs_cost_time_alone(site: Path, looks: Counter[str]) -> None:
    (kept,) = (site / ".feedpub").glob("*-parts.sqlite")
    with closing(sqlite3.connect(kept)) as database:
        database.execute("UPDATE kept SET value = CAST(substr(value, 1, 40) AS BLOB)")
        database.commit()
    (site / "sources/1/100.json").write_text(ARTICLE.format(id=100, title="New", day=28))
    require_as_from_nothing(site)
    assert looks["_look"] >= 2 * NUMBER


def list_runs(names: Sequence[str]) -> list[FileRun]:
    maker = RunMaker(SourceFile(Path(), ".", "", Path(), 0))
    every = [run for name in names for run in maker.add(name, (1, 2, 3, 4))]
    return [*every, *maker.end()]


def test_runs_end_at_the_same_names_wherever_they_begin() -> None:
    names = [f"{number:05}.json" for number in range(5000)]
    whole = [run.names for run in list_runs(names)]
    assert [name for run in whole for name in run] == names
    assert 5000 / 600 < len(whole) < 5000 / 100
    assert all(run.names in whole for run in list_runs(names[1000:])[4:])


def test_a_large_file_and_one_without_a_state_are_runs_of_their_own() -> None:
    maker = RunMaker(SourceFile(Path("a"), "a", "", Path("a"), 0))
    states = {"1.json": (1, 2, 3, 4), "2.jsonl": (1, 2**20, 3, 4), "3.json": None}
    runs = [run for name, state in states.items() for run in maker.add(name, state)]
    assert [run.names for run in runs] == [["1.json"], ["2.jsonl"], ["3.json"]]
    assert [run.signature is None for run in runs] == [False, False, True]
    assert runs[0][0] is runs[0][0]
    assert (runs[0][0].path, runs[0][0].shown) == (Path("a/1.json"), "a/1.json")


def test_a_stretch_with_a_new_state_is_the_only_one_that_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedpub.files.trees._USUAL", 8)
    monkeypatch.setattr("feedpub.files.trees._MOST", 16)
    for number in range(200):
        (tmp_path / f"{number}").write_text(f"{number}")
    digested: list[str] = []

    def note(path: Path) -> str:
        digested.append(path.name)
        return digest_file(path)

    monkeypatch.setattr("feedpub.files.trees.digest_file", note)
    tree = Tree({tmp_path: 1000})
    first = tree.glance()
    assert first is not None and len(first.looks) > 10
    before = tree.list_stretches(first)
    assert before is not None and len(digested) == 200
    digested.clear()
    time.sleep(0.01)
    (tmp_path / "77").write_text("77")
    touched = tree.glance(before)
    assert touched is not None and len(touched.odd) == 1
    after = tree.list_stretches(touched, before, as_before=True)
    assert after is not None and [s.contents for s in after] == [s.contents for s in before]
    assert "77" in digested and len(digested) <= 16
    (tmp_path / "77").write_text("78")
    changed = tree.glance(before)
    assert changed is not None
    assert tree.list_stretches(changed, before, as_before=True) is None
    assert tree.list_stretches(changed, before) not in (None, before)
    assert tree.list_stretches(touched, before) is not None  # its files are held
    assert tree.list_stretches(first) is None  # they look otherwise by now
