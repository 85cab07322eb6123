"""Measure a build with nothing changed; run as `python -m benchmarks.unchanged_site`.

It is measured beside `find`. Each figure is the median of several runs, in processes of their own.
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from benchmarks.corpus import CONFIG_NAME, SITE
from benchmarks.run import run_child

RUNS = 5
CONFIG = f'{SITE}\n[[source]]\npath = "sources"\n'
SENTENCE = "The harbor wall was mended again this week. "


def write_files(folder: Path, count: int) -> None:
    """Write a site of one JSON file an article, 100 folders of them."""
    (folder / CONFIG_NAME).write_text(CONFIG)
    for number in range(count):
        record = {
            "id": str(number),
            "title": f"Wall report {number}",
            "section": f"Harbor {number % 20}",
            "updated": f"2020-05-{1 + number % 28:02d}T10:00:00+08:00",
            "content_text": SENTENCE * 70,
        }
        path = folder / "sources" / f"{number % 100:02d}" / f"{number}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(record))


def check_out(folder: Path) -> None:
    """Give all files of the sources other inodes and times."""
    shutil.copytree(folder / "sources", folder / "copy")
    shutil.rmtree(folder / "sources")
    (folder / "copy").rename(folder / "sources")


def change_one(folder: Path) -> None:
    """Change one article."""
    path = folder / "sources" / "00" / "0.json"
    path.write_text(path.read_text().replace("again", "again and again"))


def measure(command: Sequence[str], prepare: Callable[[], object] | None = None) -> float:
    """Measure the median of the seconds that a command takes, each time after `prepare`."""
    seconds = []
    for _ in range(RUNS):
        if prepare is not None:
            prepare()
            time.sleep(2.5)  # files that have just changed are read again
        seconds.append(run_child(command).seconds)
    return statistics.median(seconds)


@click.command()
@click.option("--count", default=100_000, show_default=True, help="Number of articles.")
def main(count: int) -> None:
    """Print what builds of many files take."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_files(folder, count)
        time.sleep(2.5)
        build = (sys.executable, "-m", "feedpub", "build", "-q", "-c", str(folder / CONFIG_NAME))
        first = run_child(build).seconds
        found = measure(("find", str(folder / "sources"), "-printf", "%s %T@\\n"))
        start = measure((sys.executable, "-c", "pass"))
        rows = {
            "first build": first,
            "nothing changed": measure(build),
            "other times alone": measure(build, lambda: check_out(folder)),
            "one file changed": measure(build, lambda: change_one(folder)),
        }
        click.echo(f"{count:,} files; find: {found:.2f} s; starting Python: {start:.2f} s")
        for label, seconds in rows.items():
            click.echo(f"{label:18} {seconds:8.2f} s {seconds / found:8.1f} x find")


if __name__ == "__main__":
    main()
