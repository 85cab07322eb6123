"""A pipe in the place of a file, which nobody writes to: no command waits for it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from support import make_image, make_site, run_cli, to_json_lines

RECORD = {
    "id": "1",
    "title": "Tea",
    "section": "Tea",
    "updated": "2020-05-24",
    "images": ["cup.png"],
    "audio": "cup.mp3",
}
FILES: Mapping[str, str | bytes] = {
    "sources/a.jsonl": to_json_lines(RECORD),
    "sources/cup.png": make_image("PNG", 9, 9),
}
# The file that a pipe replaces, the command, its exit code, and what it says.
PIPES: Sequence[tuple[str, Sequence[str], int, str]] = [
    ("feed.rss", ["lint", "feed.rss"], 3, "feed.rss: cannot be read: is not a regular file"),
    ("feed.rss", ["lint", "--report", "json", "feed.rss"], 3, "is not a regular file"),
    ("feed.rss", ["explain", "--text", "feed.rss"], 2, "is not a regular file"),
    ("record.json", ["explain", "record.json"], 1, "is not a regular file"),
    ("feedpub.toml", ["build"], 2, "feedpub.toml: is not a regular file"),
    ("other.toml", ["check", "--config", "other.toml"], 2, "other.toml: is not a regular file"),
    ("sources/a.jsonl", ["init", "sources/a.jsonl"], 2, ""),
    ("sources/cup.png", ["build"], 0, "is not a regular file"),
    ("sources/cup.mp3", ["build"], 0, "is not a regular file"),
    ("feeds/manifest.json", ["build"], 0, "manifest.json"),
    ("feeds/manifest.json", ["check"], 0, ""),
    ("feeds/manifest.json", ["publish", "target"], 3, "manifest.json"),
    ("feeds/manifest.json", ["clean", "--media"], 0, ""),
    ("feeds/all.rss", ["build"], 0, ""),
    ("feeds/all.rss", ["diff"], 1, ""),
    ("feeds/all.rss", ["publish", "target"], 3, "all.rss"),
    ("target/manifest.json", ["publish", "target"], 3, "manifest.json"),
]


@pytest.mark.parametrize(("path", "command", "exit_code", "told"), PIPES)
def test_no_command_waits_for_a_pipe(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    path: str,
    command: Sequence[str],
    exit_code: int,
    told: str,
) -> None:
    site = make_site(tmp_path, FILES)
    if path.startswith(("feeds/", "target/")):
        assert run_cli(site, "build").exit_code == 0
    (site / path).parent.mkdir(exist_ok=True)
    (site / path).unlink(missing_ok=True)
    os.mkfifo(site / path)
    done = run_cli(site, *command)  # one that waited would end by pytest's own limit
    assert (done.exit_code, told in done.stdout + done.stderr + caplog.text) == (exit_code, True), (
        done
    )
