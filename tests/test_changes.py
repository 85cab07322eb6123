"""The notes in changes/ render as the next part of the changelog."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).parent.parent
NOTES = sorted(path for path in (PROJECT / "changes").iterdir() if path.name != "README.md")
TOWNCRIER = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["tool"]["towncrier"]


def test_every_note_renders() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "towncrier", "build", "--draft", "--version", "1.2.3"],
        cwd=PROJECT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rendered = " ".join(done.stdout.split())
    assert rendered.startswith("## 1.2.3, ")
    for note in NOTES:
        assert "- " + " ".join(note.read_text("utf-8").split()) in rendered, note.name


def test_every_note_is_named_after_a_kind() -> None:
    kinds = [kind["directory"] for kind in TOWNCRIER["type"]]
    for note in NOTES:
        assert re.fullmatch(rf"\+[a-z0-9-]+\.({'|'.join(kinds)})\.md", note.name), note.name
    readme = (PROJECT / "changes" / "README.md").read_text("utf-8")
    assert re.findall(r"^\| `(\w+)`", readme, re.MULTILINE) == kinds


def test_new_versions_have_their_place_in_the_changelog() -> None:
    text = (PROJECT / "CHANGELOG.md").read_text("utf-8")
    assert text.count(TOWNCRIER["start_string"]) == 1
