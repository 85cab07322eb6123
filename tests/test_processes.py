"""Builds whose work other processes share."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from feedpub import build, load_config, pipeline
from feedpub.entries.normalizing import Normalizer
from feedpub.errors import BUG
from feedpub.images import cache as images_cache
from feedpub.images.files import Measurement, measure_file
from feedpub.model import Entry, Report
from feedpub.pipeline import reading_ahead, scanning, staging, workers
from feedpub.pipeline.workers import Workers
from support import NOW, STANDARD_TOML, divide_all, make_image, make_site, read_tree, run_cli
from test_golden import GOLDEN, NAMES

FEW = ("plain", "system-hugo", "system-html-site", "system-markdown-folder")
PAGE = """\
<html lang="{language}"><head><title>Weir {number} is open</title></head><body><article>
<h1>Weir {number} is open</h1><p class="date">Updated : 2020-05-{day:02d} 10:00</p>
<p>The weir at lock {number} was opened this morning, and boats passed until noon.</p>
<p>The water stood higher than last year, the keeper said, and it will rise again.</p>
</article></body></html>
"""
# Of each kind: good ones, refused ones, warnings, half a surrogate pair, passed over, no section.
SOURCES = {
    **{
        f"sources/pages/{number}.html": PAGE.format(
            number=number, day=number % 28 + 1, language="jp" if number == 3 else "en"
        )
        for number in range(30)
    },
    "sources/pages/list.html": "<html><body><ul><li><a href='a.html'>a</a></li></ul></body></html>",
    "sources/a.json": '[{"id": "a", "title": "A", "section": "S", "updated": "2020-05-01"}, 7]',
    "sources/b.json": '{"id": "b", "title": "B", "updated": "yesterday"}',
    "sources/c.jsonl": '{"id": "c\\ud800", "title": "C", "updated": "2020-05-01"}\n{"\n',
    "sources/d.csv": "id,title,section,updated\nd,D,River,2020-05-02\ne,E,,2020-05-03\n",
    "sources/e.md": "---\ntitle: E\ndate: 2020-05-02\ndraft: true\n---\nText.\n",
    "sources/f.xml": "<other><item/></other>",
    "sources/g.dat": "passed over",
}


@pytest.fixture(autouse=True)
def share_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "_FEWEST_BYTES", 0)
    monkeypatch.setattr(staging, "_FEWEST_SHARED", 0)
    monkeypatch.setattr(reading_ahead, "_FEWEST_MADE", 0)


def build_with(site: Path, jobs: int) -> tuple[Report, dict[str, bytes]]:
    shutil.rmtree(site / "feeds", ignore_errors=True)
    shutil.rmtree(site / ".feedpub", ignore_errors=True)
    report = build(load_config(site / "feedpub.toml"), NOW, jobs=jobs)
    return report, read_tree(site / "feeds")


def assert_same(site: Path) -> None:
    alone, shared = build_with(site, 1), build_with(site, 2)
    assert alone[0] == shared[0]
    assert alone[1] == shared[1]


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[] if n in FEW else [pytest.mark.slow]) for n in NAMES]
)
def test_processes_build_what_one_does(name: str, tmp_path: Path) -> None:
    shutil.copytree(GOLDEN / name, tmp_path / name, ignore=shutil.ignore_patterns("expected"))
    assert_same(tmp_path / name)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    toml = STANDARD_TOML.replace("[[source]]", 'new_sections = "warn"\n[[source]]')
    return make_site(tmp_path, SOURCES, toml)


def test_processes_tell_what_one_does(site: Path) -> None:
    assert_same(site)
    kinds = {problem.kind for problem in build_with(site, 2)[0].problems}
    assert kinds >= {"malformed", "relative-needs-now", "new-section"}


def test_checks_are_shared_too(site: Path) -> None:
    config = load_config(site / "feedpub.toml")
    assert pipeline.check(config, NOW, jobs=2) == pipeline.check(config, NOW)


def test_pages_are_read_by_other_processes(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from feedpub.sources import html_file

    here = os.getpid()
    read = html_file._recall

    def note(*args: object) -> object:
        kept, make, text, selectors = args

        def refuse(*parts: object) -> object:
            assert os.getpid() != here, "a page was read in this process"
            return make(*parts)  # type: ignore[operator]

        refuse.__name__ = make.__name__  # type: ignore[attr-defined]
        return read(kept, refuse, text, selectors)  # type: ignore[arg-type]

    monkeypatch.setattr(html_file, "_recall", note)
    report, _ = build_with(site, 2)
    assert report.written
    assert not [problem for problem in report.problems if problem.kind == BUG]


def measure_elsewhere(here: int, *args: Any, **options: Any) -> Measurement:
    assert os.getpid() != here, "an image was measured in this process"
    return measure_file(*args, **options)


@pytest.mark.parametrize("cache", [True, False])
def test_entries_are_made_by_other_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: bool
) -> None:
    divide_all(monkeypatch)
    article = (
        '{{"id": "{id}", "title": "Boat {id}", "section": "S", "updated": "2020-05-01",'
        ' "link": "http://localhost/{id}", "images": ["https://a.example.com/{id}.png", "a.png"]}}'
    )
    lines = [article.format(id=f"line-{number}") for number in range(20)]
    files = {f"sources/{number}.json": article.format(id=number) for number in range(20)}
    files |= {"sources/all.jsonl": "\n".join([*lines, "{"])}
    site = make_site(tmp_path, {**files, "sources/a.png": make_image("PNG", 640, 480)})
    alone = build_with(site, 1)
    here, normalize = os.getpid(), Normalizer.normalize

    def refuse_here(*args: Any) -> Entry:
        assert os.getpid() != here, "an entry was made in this process"
        return normalize(*args)

    monkeypatch.setattr(Normalizer, "normalize", refuse_here)
    monkeypatch.setattr(images_cache, "measure_file", partial(measure_elsewhere, here))
    shutil.rmtree(site / "feeds")
    if cache:
        shutil.rmtree(site / ".feedpub")
    report = build(load_config(site / "feedpub.toml"), NOW, jobs=2, cache=cache)
    assert (report, read_tree(site / "feeds")) == alone
    assert [problem.kind for problem in report.problems].count("link") == 1


def test_what_processes_read_is_kept(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build_with(site, 2)
    (site / "sources" / "a.json").unlink()
    monkeypatch.setattr("feedpub.sources.html_file._read", partial(pytest.fail, "read again"))
    monkeypatch.setattr("feedpub.sources.html_file._identify", partial(pytest.fail, "read again"))
    for jobs in (1, 2):
        assert build(load_config(site / "feedpub.toml"), NOW, jobs=jobs).records


def test_what_is_explained_is_what_one_process_explains(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    paths = sorted(str(path) for path in (site / "sources").rglob("*.*"))
    told = [run_cli(site, "explain", "--json", "-j", jobs, *paths) for jobs in ("1", "2")]
    assert told[0] == told[1]
    assert told[0].stdout.count("\n") > len(paths) / 2
    missing = run_cli(site, "explain", "-j", "2", *paths, "gone.html")
    assert missing.exit_code == 2
    assert "gone.html: does not exist" in missing.stderr


def double(number: int) -> int:
    return number * 2


def end_once(place: Path, number: int) -> int:
    """End this process unless one ended before."""
    if number == 3 and not place.exists():
        place.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return double(number)


def end_but_in(parent: int, number: int) -> int:
    if os.getpid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
    return double(number)


def share_numbers(work: partial[int]) -> Iterator[tuple[int, int | None]]:
    with closing(Workers(2)) as processes:
        yield from processes.share(
            range(10), lambda number: None if number == 5 else partial(work, number)
        )


DOUBLES = [(number, None if number == 5 else number * 2) for number in range(10)]


def test_results_come_in_the_order_of_items() -> None:
    assert list(share_numbers(partial(double))) == DOUBLES


def test_work_of_a_process_that_dies_is_done_again(tmp_path: Path) -> None:
    assert list(share_numbers(partial(end_once, tmp_path / "ended"))) == DOUBLES
    assert (tmp_path / "ended").exists()


def test_work_that_kills_processes_is_done_here() -> None:
    assert list(share_numbers(partial(end_but_in, os.getpid()))) == DOUBLES


@pytest.mark.parametrize("when", ["__init__", "submit"])
def test_where_no_process_can_begin_this_one_does_all(
    monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(38, "no shared memory")

    monkeypatch.setattr(ProcessPoolExecutor, when, refuse)
    assert list(share_numbers(partial(double))) == DOUBLES


def test_processes_that_begin_anew_do_the_same(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = build_with(site, 1)
    monkeypatch.setattr(workers, "_choose_start", lambda: "spawn")
    assert build_with(site, 2) == alone
