"""The site that the tests publish, as it is before and after a day's work."""

from __future__ import annotations

import io
import json
import os
import random
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from PIL import Image

SECTIONS = ("River", "Tea", "Stage", "Harbor")
Record = Mapping[str, object]


def make_records(*, changed: bool) -> list[Record]:
    """Make the records: headlines are corrected, one section goes, another comes."""
    records: list[Record] = []
    for number in range(12):
        section = SECTIONS[number % 3]
        if changed and section == "Stage":
            section = "Harbor"
        day = number + 1 + 12 * (changed and number % 2)
        records.append(
            {
                "id": str(number),
                "title": f"{'Corrected' if changed and number % 2 else 'Story'} {number}",
                "section": section,
                "updated": f"2020-05-{day:02}",
                "images": f"{number + (6 if changed else 0)}.png",
            }
        )
    return records


def build_site(folder: Path, *, base: str, changed: bool = False, site: str = "") -> Path:
    """Write and build a site whose feeds are served at a URL; gives its output folder."""
    sources = folder / "sources"
    sources.mkdir(parents=True)
    for number in range(18):
        (sources / f"{number}.png").write_bytes(make_picture(number))
    lines = [json.dumps(record) + "\n" for record in make_records(changed=changed)]
    (sources / "a.jsonl").write_text("".join(lines), encoding="utf-8")
    (folder / "feedpub.toml").write_text(
        '[site]\ntitle = "Example Voice"\nlink = "https://news.example.com/"\n'
        'timezone = "Asia/Shanghai"\ntag = "news.example.com,2020"\nfuture = "publish"\n'
        f'feeds = "{base}/"\n{site}\n[[source]]\npath = "sources"\n',
        encoding="utf-8",
    )
    run_feedpub(folder, "build", "-q")
    return folder / "feeds"


def make_picture(number: int) -> bytes:
    """Make a picture that no compression makes small: a put of it takes its time."""
    pixels = random.Random(number).randbytes(220 * 150 * 3)
    held = io.BytesIO()
    Image.frombytes("RGB", (220, 150), pixels).save(held, "PNG")
    return held.getvalue()


def run_feedpub(
    folder: Path, *args: str, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run feedpub as a user does, in a site's folder; it must succeed."""
    return run([sys.executable, "-m", "feedpub", *args], folder, env=env)


def run(
    command: Sequence[str], folder: Path, *, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program that must succeed."""
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done
