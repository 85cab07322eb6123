"""What the mutated inputs go through, and what must hold whatever they are."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

from click.testing import CliRunner

from feedpub import FeedpubError, build, lint_feed, load_config, parse_timestamp
from feedpub.commands.cli import cli
from feedpub.settings import DateOrder
from suites.fuzz.mutating import mutate, pick_hostile

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"
LINTED = ROOT / "tests" / "lint"
WITNESS = '{"id": "w", "title": "A witness", "section": "Witness", "updated": "2020-05-25"}\n'
WITNESS_TOML = """
[[source]]
path = "witness"
"""


@cache
def find_longest_build() -> float:
    """Find the seconds of the processor that a build may take: 2, or more where that is slow."""
    trials = []
    for _ in range(3):
        begin = time.process_time()
        sum(number * number for number in range(10**6))
        trials.append(time.process_time() - begin)
    return max(2.0, 40 * min(trials))


class Fault(AssertionError):
    """What must hold does not."""


class Target(NamedTuple):
    """A way of inputs through feedpub: a trial of one seed, and how many of 100 inputs it gets."""

    weight: int
    run: Callable[[random.Random, Path], None]


@cache
def list_sites() -> tuple[Path, ...]:
    """List the golden sites and the sample."""
    return (ROOT, *sorted(path for path in GOLDEN.iterdir() if path.is_dir()))


@cache
def list_files(site: Path) -> tuple[Path, ...]:
    """List the files of a site's sources."""
    settings = load_config(site / "feedpub.toml")
    folders = {site / source.path for source in settings.sources}
    files = [
        path for folder in folders for path in ([folder] if folder.is_file() else folder.rglob("*"))
    ]
    return tuple(sorted(path for path in files if path.is_file()))


def copy_site(site: Path, folder: Path) -> None:
    """Copy the sources and the configuration of a site, with a witness beside them."""
    for path in list_files(site):
        copy = folder / path.relative_to(site)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    toml = (site / "feedpub.toml").read_text(encoding="utf-8")
    (folder / "feedpub.toml").write_text(toml + WITNESS_TOML, encoding="utf-8")
    (folder / "witness").mkdir()
    (folder / "witness" / "w.jsonl").write_text(WITNESS, encoding="utf-8")


def read_outside(folder: Path) -> dict[str, bytes]:
    """Read every file of a site but its output and its caches."""
    ours = (folder / "feeds", folder / ".feedpub")
    return {
        str(path): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not any(own in path.parents for own in ours)
    }


def build_within_bounds(folder: Path) -> None:
    """Build, in bounded time; a refusal is fine, a fault of ours is not."""
    begin = time.process_time()
    try:
        report = build(load_config(folder / "feedpub.toml"), NOW, accept_loss=True)
    except FeedpubError:
        report = None
    spent = time.process_time() - begin
    if spent > find_longest_build():
        raise Fault(f"the build took {spent:.1f} s")
    if report is None:
        return
    for problem in report.problems:
        if problem.message.startswith("feedpub failed"):
            raise Fault(str(problem))


def read_witness(folder: Path) -> dict[str, bytes]:
    """Read the feeds of the witness' section."""
    found = (folder / "feeds").glob("witness.*")
    return {path.name: path.read_bytes() for path in found if path.suffix in (".rss", ".atom")}


@cache
def expect_witness(site: Path) -> dict[str, bytes]:
    """Build a site as it is, and give the feeds of the witness' section."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "site"
        folder.mkdir()
        copy_site(site, folder)
        build(load_config(folder / "feedpub.toml"), NOW, accept_loss=True)
        return read_witness(folder)


def _try_source(rng: random.Random, folder: Path) -> None:
    """Mutate one file of a site's sources; the witness' feeds and everything outside stay."""
    site = rng.choice(list_sites())
    copy_site(site, folder)
    victim = folder / rng.choice(list_files(site)).relative_to(site)
    victim.write_bytes(mutate(victim.read_bytes(), victim.suffix[1:].lower(), rng))
    expected = expect_witness(site)  # first, so that the build in bounded time imports nothing
    before, beside = read_outside(folder), os.listdir(folder.parent)
    build_within_bounds(folder)
    if read_outside(folder) != before or os.listdir(folder.parent) != beside:
        raise Fault("the build changed files outside its output")
    toml = (folder / "feedpub.toml").read_text("utf-8")
    has_witness = (folder / "feeds").is_dir() and "new_sections" not in toml
    if has_witness and (not expected or read_witness(folder) != expected):
        raise Fault("the record of another source is lost or changed")


def _try_configuration(rng: random.Random, folder: Path) -> None:
    site = rng.choice(list_sites())
    copy_site(site, folder)
    toml = folder / "feedpub.toml"
    toml.write_bytes(mutate(toml.read_bytes(), "toml", rng))
    elsewhere = folder.parent / "elsewhere"
    before = os.listdir(folder.parent)
    build_within_bounds(folder)
    if os.listdir(folder.parent) != before or elsewhere.exists():
        raise Fault("the build wrote outside the site")


def _try_output(rng: random.Random, folder: Path) -> None:
    """Mutate a file of the output or of a cache between two builds."""
    site = rng.choice(list_sites())
    copy_site(site, folder)
    build_within_bounds(folder)
    whole = {path: path.read_bytes() for path in _list_output(folder)}
    if not whole:
        return
    caches = [path for path in (folder / ".feedpub").glob("*") if path.is_file()]
    victim = rng.choice([*sorted(whole), *caches])
    victim.write_bytes(mutate(victim.read_bytes(), victim.suffix[1:], rng))
    build_within_bounds(folder)
    if {path: path.read_bytes() for path in whole if path.is_file()} != whole:
        raise Fault(f"{victim.relative_to(folder)} is not repaired")


def _list_output(folder: Path) -> list[Path]:
    return [path for path in (folder / "feeds").rglob("*") if path.is_file()]


def _try_timestamp(rng: random.Random, folder: Path) -> None:
    del folder
    text = rng.choice(_list_timestamps())
    mutated = mutate(text.encode(), "txt", rng).decode("utf-8", "replace")
    zone = rng.choice(("UTC", "Asia/Shanghai", "America/New_York", "Asia/Bangkok", "Europe/Berlin"))
    order: DateOrder | None = rng.choice((None, "DMY", "MDY", "YMD"))
    now = rng.choice((None, NOW))
    try:
        stamp = parse_timestamp(mutated, zone=zone, date_order=order, now=now)
    except FeedpubError:
        return
    if stamp.value.utcoffset() is None or not 1600 <= stamp.value.year <= 2100:
        raise Fault(f"{mutated!r} is read as {stamp.value}")


@cache
def _list_timestamps() -> tuple[str, ...]:
    lines = (ROOT / "tests/data/timestamp-rows.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(line.split('"')[1] for line in lines if line.startswith('["'))


def _try_lint(rng: random.Random, folder: Path) -> None:
    feeds = _list_feeds()
    path = rng.choice(feeds)
    mutated = folder / f"feed{path.suffix}"
    mutated.write_bytes(mutate(path.read_bytes(), path.suffix[1:].replace("rss", "xml"), rng))
    begin = time.process_time()
    lint_feed(mutated.read_bytes())
    if (spent := time.process_time() - begin) > find_longest_build():
        raise Fault(f"lint took {spent:.1f} s")


@cache
def _list_feeds() -> tuple[Path, ...]:
    found = [
        *LINTED.rglob("*"),
        *(path for site in GOLDEN.iterdir() for path in (site / "expected").glob("*")),
    ]
    return tuple(
        sorted(path for path in found if path.suffix in (".rss", ".atom", ".json", ".xml"))
    )


_COMMANDS = ("build", "check", "diff", "explain", "sections", "lint", "clean", "init")
_OPTIONS = (
    "--config", "--strict", "--report", "--json", "--now", "--accept-loss", "-v", "-q", "--help",
    "human", "json", "github", "feedpub.toml", "sources", "feeds", "2020-05-25T10:32:00Z", "-",
)  # fmt: skip


def _try_command(rng: random.Random, folder: Path) -> None:
    """Call a command with options that fit or do not."""
    copy_site(rng.choice(list_sites()), folder)
    words = [rng.choice(_COMMANDS)]
    for _ in range(rng.randrange(4)):
        hostile = pick_hostile(rng).replace("\x00", "").encode("utf-8", "ignore").decode()
        words.append(rng.choice((*_OPTIONS, hostile)))
    here = Path.cwd()
    os.chdir(folder)
    try:
        done = CliRunner().invoke(cli, words)
    finally:
        os.chdir(here)
    unexpected = done.exception if not isinstance(done.exception, SystemExit) else None
    if unexpected is not None or done.exit_code not in (0, 1, 2, 3):
        raise Fault(f"{words} ends with {done.exit_code}: {unexpected!r} {done.output[-300:]}")
    if "Please report it" in done.output:
        raise Fault(f"{words}: {done.output[-300:]}")


TARGETS: dict[str, Target] = {
    "source": Target(44, _try_source),
    "configuration": Target(8, _try_configuration),
    "output": Target(6, _try_output),
    "timestamp": Target(20, _try_timestamp),
    "lint": Target(16, _try_lint),
    "command": Target(6, _try_command),
}
