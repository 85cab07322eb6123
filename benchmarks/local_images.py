"""Measure a build of articles with an image each; run as `python -m benchmarks.local_images`.

The first build measures every image, the second none: nothing changed. Nothing is asserted.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
from PIL import Image as Pictures

from benchmarks.corpus import count_measured, write_site_of_images
from benchmarks.run import run_child


def write_images(folder: Path, count: int) -> Iterator[str]:
    """Write small JPEGs, each of its own, and give their names."""
    for number in range(count):
        held = io.BytesIO()
        Pictures.new("RGB", (400, 300), (number % 256, number // 256 % 256, 77)).save(held, "JPEG")
        (folder / f"{number}.jpg").write_bytes(held.getvalue())
        yield f"{number}.jpg"


@click.command()
@click.option("--articles", default=10_000, show_default=True)
def main(articles: int) -> None:
    """Build twice, and print the seconds and peak MB of both."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_site_of_images(folder, write_images(folder / "sources", articles), sections=200)
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
            known = count_measured(folder, "images.json")
            click.echo(
                f"{label:<18}{cost.seconds:>8.2f} s{cost.peak / 1e6:>7.0f} MB"
                f"{known:>8,} images known"
            )


if __name__ == "__main__":
    main()
