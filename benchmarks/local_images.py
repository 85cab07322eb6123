"""Measure a build of articles with an image each; run as `python -m benchmarks.local_images`.

The first build measures every image, the second none: nothing changed. Nothing is asserted.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
from pathlib import Path

import click
from PIL import Image as Pictures

from benchmarks.run import run_child

CONFIG = """\
[site]
title = "Example Voice"
link = "https://news.example.com/"
timezone = "Asia/Shanghai"
tag = "news.example.com,2020"
limit = 100000

[[source]]
path = "sources"
"""


def write_site(folder: Path, count: int) -> None:
    """Write articles in 200 sections, and a small JPEG of its own for each."""
    sources = folder / "sources"
    sources.mkdir()
    folder.joinpath("feedpub.toml").write_text(CONFIG, encoding="utf-8")
    with (sources / "articles.jsonl").open("w", encoding="utf-8") as stream:
        for number in range(count):
            held = io.BytesIO()
            Pictures.new("RGB", (400, 300), (number % 256, number // 256 % 256, 77)).save(
                held, "JPEG"
            )
            (sources / f"{number}.jpg").write_bytes(held.getvalue())
            record = {
                "id": number,
                "title": f"Article {number}",
                "section": f"Section {number % 200}",
                "updated": "2020-05-25",
                "content_text": "A line.",
                "image": f"{number}.jpg",
            }
            stream.write(json.dumps(record) + "\n")


@click.command()
@click.option("--articles", default=10_000, show_default=True)
def main(articles: int) -> None:
    """Build twice, and print the seconds and peak MB of both."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_site(folder, articles)
        command = [
            sys.executable,
            "-m",
            "feedpub",
            "build",
            "-q",
            "-c",
            str(folder / "feedpub.toml"),
        ]
        for label in ("first build", "nothing changed"):
            cost = run_child(command)
            known = json.loads((folder / ".feedpub/images.json").read_bytes())
            click.echo(
                f"{label:<18}{cost.seconds:>8.2f} s{cost.peak / 1e6:>7.0f} MB"
                f"{len(known):>8,} images known"
            )


if __name__ == "__main__":
    main()
