"""feedpub serve --watch: what leads to another build, and what a page hears of it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import lxml.html
import pytest

from feedpub import load_config
from feedpub.commands.console import Options
from feedpub.commands.preview import Preview
from feedpub.commands.reloading import SCRIPT_PATH, STATE_PATH, Changes
from feedpub.commands.watching import follow_changes, list_places
from feedpub.timestamps import load_zone
from support import make_image, make_site, to_json_lines
from test_preview import serving

TOML = """\
[site]
title = "Example Voice"
link = "https://news.example.com/"
timezone = "UTC"
tag = "news.example.com,2020"
formats = ["rss", "html"]
style = "look/own.css"
templates = "look/templates"

[[source]]
path = "sources"

[[source]]
path = "more.jsonl"
"""
LOCK = {"id": "1", "title": "Lock opens", "section": "River", "updated": "2020-05-25"}
FERRY = {"id": "2", "title": "Ferry runs", "section": "River", "updated": "2020-05-24"}
FILES: dict[str, str | bytes] = {
    "sources/a.jsonl": to_json_lines(LOCK),
    "more.jsonl": to_json_lines(FERRY),
    "look/own.css": "h1 { color: red; }\n",
    "look/templates/README": "Blocks of our own.",
}
LONGEST = 30.0  # seconds


class Followed:
    """A site that is built after each change, and what its server answers."""

    def __init__(self, site: Path, port: int, changes: Changes) -> None:
        self.site, self._port, self.changes = site, port, changes

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/{path}") as answer:
            return str(answer.read().decode())

    def change(self, edit: Callable[[Path], object]) -> None:
        """Change something, and wait for the build that shows it."""
        before = self.changes.state
        edit(self.site)
        assert self.get(f"{STATE_PATH}?seen={before}") != before


@pytest.fixture
def followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Followed]:
    site = make_site(tmp_path, FILES, TOML)
    monkeypatch.chdir(site)
    config = load_config(site / "feedpub.toml")
    changes, stop = Changes(), threading.Event()
    preview = Preview(config.output, load_zone("UTC"), changes)
    first = changes.state
    follower = threading.Thread(
        target=follow_changes, args=(Options(), config, lambda config: changes.tell(), stop)
    )
    follower.start()
    try:
        with serving(preview) as port:
            assert changes.wait(first, LONGEST) != first
            yield Followed(site, port, changes)
    finally:
        stop.set()
        follower.join(LONGEST)
        assert not follower.is_alive()


def replace(path: Path, content: str) -> None:
    """Write a file as editors do: another takes its place."""
    path.with_name(".new").write_text(content)
    os.replace(path.with_name(".new"), path)


def test_every_change_shows(followed: Followed) -> None:
    page = followed.get("river.html")
    assert "Ferry runs" in page
    followed.change(
        lambda site: replace(site / "more.jsonl", to_json_lines(FERRY | {"title": "F"}))
    )
    assert "Ferry runs" not in followed.get("river.html")
    new = {"id": "3", "title": "Bell rings", "section": "River", "updated": "2020-05-26"}
    followed.change(lambda site: make_site(site / "sources", {"deep/b.json": json.dumps(new)}, ""))
    assert "Bell rings" in followed.get("river.html")
    followed.change(lambda site: replace(site / "look/own.css", "h1 { color: blue; }\n"))
    followed.change(lambda site: (site / "sources/deep/b.json").unlink())
    assert "Bell rings" not in followed.get("river.html")
    title = TOML.replace("Example Voice", "Other Voice")
    followed.change(lambda site: replace(site / "feedpub.toml", title))
    assert "Other Voice" in followed.get("index.html")


def test_fault_is_told_and_the_last_output_stays(
    followed: Followed, capsys: pytest.CaptureFixture[str]
) -> None:
    replace(followed.site / "feedpub.toml", TOML.replace("timezone", "timezome"))
    told = ""
    begin = time.monotonic()
    while "timezome" not in told and time.monotonic() < begin + LONGEST:
        time.sleep(0.05)
        told += capsys.readouterr().err
    assert "The preview still shows the last good output." in told
    assert "Lock opens" in followed.get("river.html")
    other = {"sources/a.jsonl": to_json_lines(LOCK | {"title": "Lock shuts"})}
    followed.change(lambda site: make_site(site, other, TOML))
    assert "Lock shuts" in followed.get("river.html")


def test_page_has_the_script_that_waits_for_the_next_state(followed: Followed) -> None:
    shown = lxml.html.fromstring(followed.get("index.html"))
    sources = [script.get("src") for script in shown.iter("script")]
    assert f"/{SCRIPT_PATH}?state={followed.changes.state}" in sources
    policy = "".join(
        meta.get("content", "") for meta in shown.iter("meta") if meta.get("http-equiv")
    )
    assert re.search(r"script-src 'self' 'sha256-", policy)
    assert STATE_PATH in followed.get(SCRIPT_PATH)
    written = (followed.site / "feeds/index.html").read_text()
    assert SCRIPT_PATH not in written


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("sources/a.jsonl", True),
        ("sources/deep/b.md", True),
        ("look/templates/article.html", True),
        ("pictures/a.png", True),
        ("sources/.a.jsonl.swp", False),
        ("sources/a.jsonl~", False),
        ("sources/.git/index", False),
        ("sources/feeds/index.html", False),
        ("other/notes.txt", False),
    ],
)
def test_what_no_build_reads_leads_to_none(tmp_path: Path, path: str, shown: bool) -> None:
    toml = TOML.replace("[site]\n", '[site]\noutput = "sources/feeds"\n')
    toml = toml.replace('path = "sources"\n', 'path = "sources"\nimages = "pictures"\n')
    files = {**FILES, "pictures/a.png": make_image("PNG", 4, 4)}
    places = list_places(load_config(make_site(tmp_path, files, toml) / "feedpub.toml"))
    assert places.shows(tmp_path.resolve() / path) is shown
    assert set(places.files) == {
        *(tmp_path / name for name in ("feedpub.toml", "more.jsonl", "look/own.css"))
    }


def test_command_ends_quietly_while_it_watches(tmp_path: Path) -> None:
    site = make_site(tmp_path, FILES, TOML)
    command = [sys.executable, "-m", "feedpub", "serve", "--watch", "--port", "0"]
    with subprocess.Popen(
        command, cwd=site, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline().startswith(b"http://127.0.0.1:")
            assert process.stdout.readline().startswith(b"2 records in 1 section, ")
        finally:
            process.send_signal(signal.SIGINT)
            rest = process.communicate()
        assert (process.returncode, rest) == (0, (b"", b""))
