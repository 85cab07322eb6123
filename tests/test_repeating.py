"""A build that would repeat the last one reads no record, and whatever may change it runs it."""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from feedpub import Report, build, load_config
from feedpub.files import Tree, digest_file
from feedpub.pipeline import repeating
from feedpub.pipeline.repeating import Repetition
from support import NOW, STANDARD_TOML, make_image, make_site, read_tree, run_cli, to_json_lines

GOLDEN = Path(__file__).parent / "golden"
SITE = STANDARD_TOML.replace("[site]\n", '[site]\nstale_after = "400d"\n')
TOML = f"""\
{SITE}images = "photos"

[[source]]
path = "more/extra.jsonl"
static = ["public"]

[section.river]
aliases = ["old/river.xml"]
"""
RIVER = {"id": "1", "title": "Lock opens", "section": "River", "updated": "2025-12-30 08:00"}
TEA = {"id": "2", "title": "First leaves", "section": "Tea", "updated": "2025-12-23 07:59"}
FERRY = {"id": "3", "title": "Ferry runs", "section": "River", "updated": "2025-12-20 09:00"}
FILES: dict[str, str | bytes] = {
    "sources/river.json": json.dumps({**RIVER, "image": "lock.png"}),
    "sources/deep/tea.json": json.dumps({**TEA, "image": "leaf.png"}),
    "sources/lock.png": make_image("PNG", 60, 40, shade=1),
    "sources/unused.png": make_image("PNG", 60, 40, shade=2),
    "photos/leaf.png": make_image("PNG", 60, 40, shade=3),
    "more/extra.jsonl": to_json_lines({**FERRY, "image": "/pier.png"}),
}
EXTRA = "more/extra.jsonl"
TOLD = "nothing changed since the last build"


@pytest.fixture
def site(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Path:
    """A site that was built, and whose next build would repeat that."""
    caplog.set_level("INFO", "feedpub")
    made = make_site(tmp_path / "site", FILES, TOML)
    settle()
    assert run(made).written
    return made


def settle() -> None:
    """Wait until another change of a file gives it another time."""
    time.sleep(0.03)


def run(
    site: Path,
    *,
    hours: float = 0,
    strict: bool = False,
    accept_loss: bool = False,
    cache: bool = True,
) -> Report:
    now = NOW + timedelta(hours=hours)
    config = load_config(site / "feedpub.toml")
    return build(config, now, strict=strict, accept_loss=accept_loss, cache=cache)


def replace_bytes(path: Path, old: str, new: str) -> None:
    """Replace bytes by as many, and keep the time of the file."""
    content, before = path.read_bytes(), path.stat()
    assert len(old) == len(new)
    assert old.encode() in content
    path.write_bytes(content.replace(old.encode(), new.encode()))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def add_setting(site: Path, line: str) -> None:
    path = site / "feedpub.toml"
    path.write_text(path.read_text().replace("stale_after", f"{line}\nstale_after"))


def check_out(site: Path) -> None:
    """Give all files other inodes and times, as a fresh checkout does."""
    for path in sorted(site.rglob("*")):
        if path.is_file() and ".feedpub" not in path.parts:
            copy = path.with_name("copy")
            shutil.copyfile(path, copy)
            os.replace(copy, path)
            os.utime(path, (1_700_000_000, 1_700_000_000))


NOTHING: dict[str, Callable[[Path], object]] = {
    "nothing": lambda site: None,
    "other inodes and times": check_out,
    "a file of the site's own beside the feeds": lambda site: (
        site / "feeds" / "robots.txt"
    ).write_text("User-agent: *\n"),
}
CHANGES: dict[str, Callable[[Path], object]] = {
    "a record": lambda site: replace_bytes(site / "sources/river.json", "opens", "shuts"),
    "a record of a file": lambda site: replace_bytes(site / "more/extra.jsonl", "runs", "rows"),
    "a new record": lambda site: (site / "sources/deep/new.json").write_text(
        json.dumps({**TEA, "id": "9"})
    ),
    "a record that is gone": lambda site: (site / "sources/deep/tea.json").unlink(),
    "a name": lambda site: (site / "sources/river.json").rename(site / "sources/lake.json"),
    "a folder with a record's name": lambda site: (site / "sources/lock.json").mkdir(),
    "a folder that cannot be read": lambda site: (site / "sources/deep").rename(site / "gone"),
    "an image beside a record": lambda site: replace_bytes(
        site / "sources/lock.png", "IEND", "IENX"
    ),
    "an image in a folder": lambda site: (site / "photos/leaf.png").write_bytes(
        make_image("PNG", 60, 40, shade=9)
    ),
    "an image that is gone": lambda site: (site / "photos/leaf.png").unlink(),
    "an image that was missing": lambda site: make_site(
        site, {"public/pier.png": make_image("PNG", 60, 40)}, TOML
    ),
    "a setting": lambda site: add_setting(site, "limit = 1"),
    "a feed": lambda site: replace_bytes(site / "feeds/river.rss", "Lock", "Dock"),
    "a feed that is gone": lambda site: (site / "feeds/tea.atom").unlink(),
    "an alias": lambda site: (site / "feeds/old/river.xml").write_bytes(b""),
    "media that are gone": lambda site: shutil.rmtree(site / "feeds/media"),
    "the manifest": lambda site: (site / "feeds/manifest.json").write_bytes(b"{"),
    "all of the output": lambda site: shutil.rmtree(site / "feeds"),
    "what was kept": lambda site: shutil.rmtree(site / ".feedpub"),
}


@pytest.mark.parametrize("change", NOTHING.values(), ids=NOTHING)
def test_reads_no_record_where_nothing_changed(
    site: Path, change: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    change(site)
    whole = run(site, cache=False)
    before = read_tree(site / "feeds")
    settle()

    def refuse(*args: object, **options: object) -> None:
        raise AssertionError("a record is read")

    monkeypatch.setattr("feedpub.pipeline.building.collect", refuse)
    repeated = run(site)
    assert repeated == whole
    assert repeated.unchanged
    assert read_tree(site / "feeds") == before


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize(
    "copied", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["in place", "checked out"]
)
def test_sees_every_change(
    tmp_path: Path, site: Path, copied: bool, change: Callable[[Path], object]
) -> None:
    if copied:
        check_out(site)
    change(site)
    shutil.copytree(site, tmp_path / "other")
    settle()
    reports = [run(site, accept_loss=True), run(tmp_path / "other", accept_loss=True, cache=False)]
    assert reports[0] == reports[1]
    assert read_tree(site / "feeds") == read_tree(tmp_path / "other" / "feeds")


def test_sees_another_version_of_itself(
    tmp_path: Path, site: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = make_site(tmp_path / "code", {"feedpub.py": "1"}, "")
    monkeypatch.setattr(repeating, "_CODE", Tree({code: 9}))
    settle()
    for content, repeats in (("1", False), ("1", True), ("2", False), ("2", True)):
        (code / "feedpub.py").write_text(content)
        repeating._digest_code.cache_clear()  # as a process of its own does
        settle()
        caplog.clear()
        assert not run(site).written
        assert (TOLD in caplog.text) is repeats
    repeating._digest_code.cache_clear()


@pytest.mark.parametrize(
    ("line", "record", "hours"),
    [
        ("", {"published": "2026-01-02 07:00", "updated": "2026-01-02 07:00"}, 22.9),
        ('future = "reject"', {"updated": "2026-01-02 07:00"}, 22.9),
        # More than a day ahead is told of.
        ("", {"published": "2025-12-31", "updated": "2026-01-03 07:00"}, 22.9),
        ("", {"section": "Alone", "updated": "2024-11-29 07:00"}, 46.9),
    ],
)
def test_runs_when_the_time_has_come(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    line: str,
    record: dict[str, str],
    hours: float,
) -> None:
    caplog.set_level("INFO", "feedpub")
    last = {"id": "7", "title": "Bell rings", "section": "River", "updated": "2025-12-30 10:00"}
    site = make_site(tmp_path, {**FILES, "sources/7.json": json.dumps(last | record)}, TOML)
    add_setting(site, line)
    settle()
    first = run(site)
    settle()
    for later, repeats in ((0.0, True), (hours, True), (hours + 0.2, False), (-0.1, False)):
        caplog.clear()
        report = run(site, hours=later, accept_loss=True)
        assert (TOLD in caplog.text) is repeats, later
        told = (list(report.problems), list(report.withheld), report.rejected)
        before = (list(first.problems), list(first.withheld), first.rejected)
        assert (told == before) is (repeats or later < 0)


def test_runs_when_an_article_expires(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "feedpub")
    post = "---\ntitle: Bell\ndate: 2025-12-30\nexpiryDate: 2026-01-01T23:00:00Z\n---\nIt rings."
    toml = TOML + '\n[[source]]\npath = "posts"\nsystem = "hugo"\n'
    site = make_site(tmp_path, {**FILES, "posts/bell.md": post}, toml)
    settle()
    assert run(site).records == 4
    settle()
    assert run(site, hours=22.9).unchanged
    assert TOLD in caplog.text
    assert run(site, hours=23.1, accept_loss=True).written


def test_runs_when_a_year_comes_within_reach(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "feedpub")
    beyond = {"id": "7", "title": "Bell rings", "section": "River", "updated": "2029-01-01"}
    site = make_site(tmp_path, {**FILES, "sources/7.json": json.dumps(beyond)}, TOML)
    settle()
    told = [problem.message for problem in run(site).problems if problem.kind == "out-of-range"]
    assert "Articles are from 1600 to 2028;" in " ".join(told)
    settle()
    days = 365 * 24
    for hours, repeats in ((days - 0.1, True), (days + 0.1, False)):
        caplog.clear()
        report = run(site, hours=hours)
        assert (TOLD in caplog.text) is repeats
        assert (report.rejected, len(report.withheld)) == ((1, 0) if repeats else (0, 1))


SEEDS = [2, *(pytest.param(number, marks=pytest.mark.slow) for number in (1, *range(3, 12)))]


@pytest.mark.parametrize("number", SEEDS)
def test_any_edits_come_out_as_without_a_memory(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, number: int
) -> None:
    caplog.set_level("INFO", "feedpub")
    chance = random.Random(number)
    formats = '[site]\nformats = ["rss", "atom", "json", "html"]\n'
    toml = TOML if number % 2 else TOML.replace("[site]\n", formats)
    one = make_site(tmp_path / "one", FILES, toml)
    edits: list[Callable[[Path, random.Random], object]] = [
        *([lambda site, own: None] * 4),
        *(lambda site, own, edit=edit: edit(site) for edit in NOTHING.values()),
        lambda site, own: (site / "sources" / f"{own.randrange(6)}.json").write_text(
            json.dumps({**TEA, "id": str(own.randrange(9)), "title": f"Day {own.randrange(50)}"})
        ),
        lambda site, own: own.choice(sorted(site.glob("sources/*.json"))).unlink(),
        lambda site, own: own.choice(sorted(site.glob("sources/*"))).touch(),
        lambda site, own: own.choice(sorted(site.glob("feeds/*.*"))).write_bytes(b"x"),
        lambda site, own: own.choice(sorted(site.glob("feeds/**/*.rss"))).unlink(),
        lambda site, own: replace_setting(site, "400d", own.choice(["400d", "300d"])),
        lambda site, own: replace_setting(site, "Example Voice", own.choice(["Voice", "Echo"])),
        lambda site, own: (site / "photos/leaf.png").write_bytes(
            make_image("PNG", own.randrange(40, 90), 40, shade=own.randrange(9))
        ),
        lambda site, own: (site / "more/extra.jsonl").write_text(
            "".join(reversed((site / "more/extra.jsonl").read_text().splitlines(keepends=True)))
        ),
        lambda site, own: append(
            site / "more/extra.jsonl", {**FERRY, "id": f"x{own.randrange(99)}"}
        ),
    ]
    hours, repeated = 0, 0
    for step in range(40):
        settle()
        shutil.rmtree(tmp_path / "two", ignore_errors=True)
        shutil.copytree(one, tmp_path / "two")
        caplog.clear()
        with_it = run(one, hours=hours, accept_loss=True)
        repeated += TOLD in caplog.text
        without = run(tmp_path / "two", hours=hours, accept_loss=True, cache=False)
        assert with_it == without, step
        assert read_tree(one / "feeds") == read_tree(tmp_path / "two" / "feeds"), step
        settle()
        chance.choice(edits)(one, chance)
        hours += chance.choice([0, 0, 0, 5, 48])
        if not list(one.glob("sources/*.json")) or not list(one.glob("feeds/**/*.rss")):
            make_site(one, FILES, toml)
    assert repeated > 3


def append(path: Path, record: dict[str, str]) -> None:
    path.write_text(path.read_text() + to_json_lines(record))


def replace_setting(site: Path, old: str, new: str) -> None:
    path = site / "feedpub.toml"
    path.write_text(path.read_text().replace(old, new))


def test_does_not_repeat_what_is_not_certain(
    site: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def repeats(*, strict: bool = False, cache: bool = True) -> bool:
        settle()
        caplog.clear()
        run(site, strict=strict, cache=cache)
        return TOLD in caplog.text

    assert repeats()
    assert not repeats(cache=False)
    # The records have a warning: a section that is named in the configuration alone.
    add_setting(site, 'new_sections = "warn"')
    assert not repeats()
    assert repeats()
    assert not repeats(strict=True)
    monkeypatch.setattr("feedpub.pipeline.repeating.python_version", lambda: "4.0")
    assert not repeats()
    assert repeats()
    (site / "own.py").write_text("def read(file):\n    return iter(())\n")
    with (site / "feedpub.toml").open("a") as toml:
        toml.write(
            '\n[[source]]\npath = "more/extra.jsonl"\nreader = "own:read"\nallow_empty = true\n'
        )
    assert not repeats()
    assert not repeats()


def test_keeps_nothing_of_files_that_change_meanwhile(
    site: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from feedpub.pipeline.collecting import collect

    def edit(*args: object, **options: object) -> object:
        found = collect(*args, **options)  # type: ignore[arg-type]
        replace_bytes(site / "sources/river.json", "opens", "shuts")
        return found

    replace_bytes(site / "sources/river.json", "Lock", "Dock")
    settle()
    with monkeypatch.context() as patched:
        patched.setattr("feedpub.pipeline.building.collect", edit)
        assert run(site).written
    settle()
    run(site)
    assert TOLD not in caplog.text
    assert "Dock shuts" in (site / "feeds/river.rss").read_text()


def test_command_says_the_same_and_can_be_told_to_run(site: Path) -> None:
    settle()
    forms = [run_cli(site, "build", *more).stdout for more in ((), ("--no-cache",))]
    assert forms[0] == forms[1]
    assert "files unchanged" in forms[0]


def test_an_archive_is_known_by_its_bytes(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "feedpub")
    site = make_site(tmp_path, {"a.jsonl.gz": gzip.compress(to_json_lines(TEA).encode(), mtime=0)})
    replace_setting(site, '"sources"', '"a.jsonl.gz"')
    settle()
    run(site)
    check_out(site)
    assert run(site).unchanged
    assert TOLD in caplog.text
    (site / "a.jsonl.gz").write_bytes(gzip.compress(to_json_lines(FERRY).encode(), mtime=0))
    assert run(site, accept_loss=True).written


_OPENED = """
import os, sys
from datetime import datetime, timezone
from pathlib import Path
from feedpub import build, load_config
from feedpub.pipeline.repeating import Repetition

opened = set()
events = ("open", "sqlite3.connect")
sys.addaudithook(lambda event, args: opened.add(args[0]) if event in events else None)
now = datetime(2026, 11, 28, tzinfo=timezone.utc)
for site in map(Path, sys.argv[1:]):
    config = load_config(site / "feedpub.toml")
    seen = {os.path.realpath(path) for path in Repetition(config, now).list_watched()}
    opened.clear()
    assert build(config, now, cache=False).written, site
    own = {os.path.realpath(path) for path in opened if isinstance(path, (str, bytes, os.PathLike))}
    for path in sorted(map(os.fsdecode, own)):
        below = Path(path).relative_to(site).parts if Path(path).is_relative_to(site) else ()
        if below and below[0] not in ("feeds", ".feedpub") and os.path.isfile(path):
            assert path in seen or below == ("feedpub.toml",), path
    print(len(seen))
"""


@pytest.mark.slow
def test_everything_that_any_system_reads_is_watched(tmp_path: Path) -> None:
    sites = sorted(path for path in GOLDEN.iterdir() if path.is_dir())
    for site in sites:
        shutil.copytree(site, tmp_path / site.name, ignore=shutil.ignore_patterns("expected"))
    done = subprocess.run(
        [sys.executable, "-c", _OPENED, *(str(tmp_path / site.name) for site in sites)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) == len(sites)


def test_a_change_is_seen_without_opening_the_other_files(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digested: list[str] = []

    def note(path: Path) -> str:
        digested.append(path.name)
        return digest_file(path)

    monkeypatch.setattr("feedpub.files.trees.digest_file", note)
    replace_bytes(site / "sources/deep/tea.json", "leaves", "petals")
    assert Repetition(load_config(site / "feedpub.toml"), NOW).find(strict=False) is None
    assert digested == ["tea.json"]


@pytest.mark.parametrize("digest", [b"\xff", b"0" * 63, b"0" * 64, b"x" * 64])
def test_damaged_digests_cost_time_alone(site: Path, digest: bytes) -> None:
    (kept,) = (site / ".feedpub").glob("*-files.sqlite")
    with closing(sqlite3.connect(kept)) as database:
        database.execute("UPDATE files SET digest = ?", (digest,))
        database.commit()
    check_out(site)
    other = site.with_name("other")
    shutil.copytree(site, other)
    settle()
    reports = run(site), run(other, cache=False)
    assert reports[0] == reports[1]
    assert read_tree(site / "feeds") == read_tree(other / "feeds")
