"""Count the calls that builds make, room by room; run as `python -m benchmarks.costs`.

Seconds differ between machines and hours, the number of calls does not. costs.toml says what each
room called in a first build of 2,000 articles, in one with one change, and in one with none. A room
that calls 10% more fails; `--update` writes the new numbers, and the commit says why.
Another Python makes other calls, so only the one that they were counted with compares them.
"""

from __future__ import annotations

import contextlib
import cProfile
import os
import pstats
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import click

import feedpub
from benchmarks.corpus import CONFIG_NAME, RECORDS_NAME, write_corpus
from feedpub import build, load_config

COSTS = Path(__file__).with_name("costs.toml")
ARTICLES = 2_000
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SHARE = 1.1
FEWEST = 500  # calls more that are no change
ROOT = Path(feedpub.__file__).parent
LIBRARIES = "libraries"
PYTHON = "{}.{}".format(*sys.version_info)

Costs = Mapping[str, Mapping[str, int]]


def name_room(file: str) -> str | None:
    """Name the room of a function's file; all that is not ours is one; None for built-in ones."""
    path = Path(file)
    if path.is_relative_to(ROOT):
        return path.relative_to(ROOT).parts[0].removesuffix(".py")
    return LIBRARIES if path.is_absolute() else None


def count_calls(call: Callable[[], object]) -> dict[str, int]:
    """Count the calls of functions that a call leads to, by room."""
    profile = cProfile.Profile(builtins=False)
    profile.runcall(call)
    calls: Counter[str] = Counter()
    for (file, _, _), (number, *_) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        if (room := name_room(file)) is not None:
            calls[room] += number
    return dict(sorted(calls.items()))


@contextlib.contextmanager
def open_site(articles: int) -> Iterator[Path]:
    """Write a site of some articles for as long as it is used."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_corpus(folder, count=articles)
        time.sleep(0.1)  # a file that has just changed is read again
        yield folder


def measure() -> dict[str, dict[str, int]]:
    """Count the calls of each kind of build."""
    with open_site(10) as small:  # what is loaded once is no part of any
        build(load_config(small / CONFIG_NAME), NOW)
    with open_site(ARTICLES) as folder:

        def run() -> None:
            build(load_config(folder / CONFIG_NAME), NOW)

        costs = {"first build": count_calls(run)}
        costs["nothing changed"] = count_calls(run)
        records = folder / RECORDS_NAME
        records.write_bytes(records.read_bytes().replace(b"tea", b"sea", 1))
        costs["one change"] = count_calls(run)
    return costs


def find_growth(measured: Costs, known: Costs) -> list[str]:
    """Find what calls more than it may."""
    return [
        f"{kind}, {room}: {number:,} calls, {known.get(kind, {}).get(room, 0):,} in {COSTS.name}"
        for kind, rooms in measured.items()
        for room, number in rooms.items()
        if number > known.get(kind, {}).get(room, 0) * SHARE + FEWEST
    ]


def format_costs(costs: Costs) -> str:
    """Format costs as the file that keeps them."""
    tables = (
        f'["{kind}"]\n' + "".join(f"{room} = {number}\n" for room, number in rooms.items())
        for kind, rooms in costs.items()
    )
    return "\n".join((f'python = "{PYTHON}"\n', *tables))


@click.command()
@click.option("--update", is_flag=True, help="Write what was counted to costs.toml.")
def main(update: bool) -> None:
    """Compare the calls that builds make with those in costs.toml."""
    if os.environ.get("PYTHONHASHSEED") != "0":  # the order of sets leads to other calls
        environment = {**os.environ, "PYTHONHASHSEED": "0"}
        command = [sys.executable, "-m", "benchmarks.costs", *sys.argv[1:]]
        sys.exit(subprocess.run(command, env=environment, check=False).returncode)
    measured = measure()
    for kind, rooms in measured.items():
        click.echo(f"{kind}: {sum(rooms.values()):,} calls")
        for room, number in sorted(rooms.items(), key=lambda item: -item[1]):
            click.echo(f"  {room:12} {number:12,}")
    if update:
        COSTS.write_text(format_costs(measured))
        return
    known = tomllib.loads(COSTS.read_text()) if COSTS.is_file() else {}
    if (counted_with := known.pop("python", None)) != PYTHON:
        click.echo(f"NOTHING IS COMPARED: {COSTS.name} is of Python {counted_with}", err=True)
        return
    grown = find_growth(measured, known)
    for line in grown:
        click.echo(f"more than before: {line}", err=True)
    sys.exit(bool(grown))


if __name__ == "__main__":
    main()
