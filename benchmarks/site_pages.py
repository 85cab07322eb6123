"""Measure what the pages of a site cost; run as `python -m benchmarks.site_pages`.

Each article has a page of its own. Built are all of them, the same again, one more article, and one
with another text. Nothing is asserted.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import click

from benchmarks.corpus import CONFIG_NAME, SITE
from benchmarks.run import run_child

CONFIG = f'{SITE}formats = ["rss", "atom", "html"]\n\n[[source]]\npath = "sources"\n'
SENTENCE = "The harbor wall was mended again this week. "
SECTIONS = 20


def write_article(folder: Path, number: int, text: str = SENTENCE * 70) -> None:
    """Write an article; a later one is newer."""
    day, minute = divmod(number, 1440)
    record = {
        "id": str(number),
        "title": f"Wall report {number}",
        "section": f"Harbor {number % SECTIONS}",
        "updated": f"2020-05-{1 + day:02d}T{minute // 60:02d}:{minute % 60:02d}:00+08:00",
        "content_text": text,
    }
    path = folder / "sources" / f"{number % 100:02d}" / f"{number}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record))


def count_changed(folder: Path, before: dict[Path, int]) -> int:
    """Count the pages that are new or were written again, and remember all of them."""
    now = {path: path.stat().st_mtime_ns for path in folder.rglob("*.html")}
    changed = sum(before.get(path) != time for path, time in now.items())
    before.clear()
    before.update(now)
    return changed


@click.command()
@click.option("--articles", default=10_000, show_default=True)
def main(articles: int) -> None:
    """Build four times, and print the seconds, the peak MB, and the pages written of each."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / CONFIG_NAME).write_text(CONFIG)
        for number in range(articles):
            write_article(folder, number)
        command = [sys.executable, "-m", "feedpub", "build", "-q", "-c", str(folder / CONFIG_NAME)]
        steps: dict[str, Callable[[], object]] = {
            "first build": lambda: None,
            "nothing changed": lambda: None,
            "one more": lambda: write_article(folder, articles),
            "one text changed": lambda: write_article(folder, articles // 2, SENTENCE * 71),
        }
        seen: dict[Path, int] = {}
        for label, prepare in steps.items():
            prepare()
            cost = run_child(command)
            written = count_changed(folder / "feeds", seen)
            click.echo(
                f"{label:<18}{cost.seconds:>8.2f} s{cost.peak / 1e6:>7.0f} MB"
                f"{written:>8,} of {len(seen):,} pages written"
                f"{cost.seconds * 1000 / len(seen):>8.2f} ms for each page of the site"
            )


if __name__ == "__main__":
    main()
