"""A folder of Markdown files: seconds and memory of a first build, beside reading the files.

Run with `python -m benchmarks.markdown_folder [FILES]`.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOML = """\
[site]
title = "Bench"
link = "https://bench.example/"
timezone = "UTC"
tag = "bench.example,2020"
[[source]]
path = "posts"
"""
BODY = "The lock opened on Monday and forty ships went through. " * 30


def main() -> None:
    """Print the table."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder)
        (site / "feedpub.toml").write_text(TOML, encoding="utf-8")
        write_posts(site / "posts", number)
        begin = time.perf_counter()
        for path in sorted((site / "posts").rglob("*.md")):
            path.read_bytes()
        reading = time.perf_counter() - begin
        begin = time.perf_counter()
        command = [sys.executable, "-m", "feedpub", "build", "-q"]
        subprocess.run(command, cwd=site, check=True)
        building = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{number:,} files: read {reading:.1f} s, built {building:.1f} s,", end=" ")
    print(f"{building / reading:.0f} times, {peak:.0f} MB")


def write_posts(folder: Path, number: int) -> None:
    """Write the posts, a thousand in each folder."""
    for index in range(number):
        place = folder / str(index // 1000)
        if index % 1000 == 0:
            place.mkdir(parents=True)
        day = f"2020-{index % 12 + 1:02}-{index % 28 + 1:02}T10:{index % 60:02}:00Z"
        head = f"---\ntitle: Lock story {index}\nsection: S{index % 200}\ndate: {day}\n---\n"
        (place / f"s{index}.md").write_text(f"{head}{BODY}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
