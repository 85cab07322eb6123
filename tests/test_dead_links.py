"""Links of feeds to files of the output that are not there: who is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from feedpub.output.dead_links import find_dead_links
from support import (
    NOTE_OF_PAGES,
    STANDARD_TOML,
    make_image,
    make_site,
    run_cli,
    run_feedpub,
    to_json_lines,
)

PAGES = STANDARD_TOML.replace("[site]", '[site]\nformats = ["rss", "atom", "json", "html"]')
LINKED = STANDARD_TOML + "".join(
    f'\n[section.{slug}]\nname = "{slug.title()}"\nlink = "https://news.example.com/{slug}"\n'
    for slug in ("all", "river")
)
RECORD = {"id": "1", "title": "Lock", "section": "River", "updated": "2020-05-25"}
BASE = "https://news.example.com/feeds/"


def tell(site: Path) -> list[str]:
    """Build, and give the notes of pages that are not written."""
    done = run_feedpub(site, "build")
    assert done.returncode == 0, done.stderr
    lines = done.stderr.decode().splitlines(keepends=True)
    return [line for line in lines if line.endswith(NOTE_OF_PAGES)]


@pytest.mark.parametrize(
    ("toml", "link", "told"),
    [
        (
            STANDARD_TOML,
            "",
            "all.html is not written, but links of 2 feeds and 1 article lead to such pages.",
        ),
        (
            STANDARD_TOML,
            "/lock",
            "all.html is not written, but links of 2 feeds lead to such pages.",
        ),
        (LINKED, "", "river.html is not written, but links of 1 article lead to such pages."),
        (LINKED, "/lock", None),
        (PAGES, "", None),
        (PAGES, "/lock", None),
    ],
)
def test_build_tells_once_of_pages_that_are_not_written(
    tmp_path: Path, toml: str, link: str, told: str | None
) -> None:
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines({**RECORD, "url": link})}, toml)
    assert tell(site) == ([] if told is None else [f"note: {told} {NOTE_OF_PAGES}"])


def test_default_of_init_has_no_dead_link(tmp_path: Path) -> None:
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines(RECORD)})
    (site / "feedpub.toml").unlink()
    assert run_cli(site, "init", "--link", "https://news.example.com/").exit_code == 0
    assert tell(site) == []
    assert "0 warnings" in run_cli(site, "lint", "feeds").stdout
    assert json.loads(run_cli(site, "check", "--report", "json").stdout)["problems"] == []


def test_check_and_lint_tell_of_links_that_no_file_serves(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "sources/a.jsonl": to_json_lines({**RECORD, "images": "1.png"}),
        "sources/1.png": make_image("PNG", 30, 20),
    }
    site = make_site(tmp_path, files, PAGES)
    tell(site)
    assert "0 warnings" in run_cli(site, "lint", "feeds").stdout
    (media,) = (site / "feeds/media").iterdir()
    media.unlink()
    (page,) = (site / "feeds/articles").iterdir()
    page.unlink()
    problems = json.loads(run_cli(site, "check", "--report", "json").stdout)["problems"]
    dead = [problem for problem in problems if problem["kind"] == "dead-link"]
    assert len(dead) == 2  # each file once, though six feeds link there
    assert all(problem["where"]["path"] == "feeds/all.atom" for problem in dead)
    linted = run_cli(site, "lint", "feeds/river.rss", "feeds/river.json")
    assert linted.exit_code == 0
    for name in (f"articles/{page.name}", f"media/{media.name}"):
        (line,) = [line for line in linted.stderr.splitlines() if f"links to {name}, " in line]
        assert line.startswith("feeds/river.rss:")
        assert " links in 2 feeds)" in line
    (line, *_) = run_cli(site, "lint", "feeds/river.json").stderr.splitlines()
    assert line.startswith("feeds/river.json:")
    assert " feeds)" not in line


def test_lint_of_a_feed_elsewhere_asks_for_no_file(tmp_path: Path) -> None:
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines(RECORD)})
    tell(site)
    (site / "feeds/river.rss").rename(site / "river.rss")
    assert "0 warnings" in run_cli(site, "lint", "river.rss").stdout
    assert "1 warning" in run_cli(site, "lint", "feeds/river.atom").stdout
    (site / "feedpub.toml").write_text("[site")
    broken = run_cli(site, "lint", "feeds/river.atom")
    assert "0 warnings" in broken.stdout
    assert "note: links to the output folder are not checked" in broken.stderr


@pytest.mark.parametrize(
    ("feed", "dead"),
    [
        ("<rss><channel><link>{}a.html</link></channel></rss>", ["a.html"]),
        ("<rss><channel><link>{}</link></channel></rss>", ["index.html"]),
        ("<rss><channel>\n<enclosure url='{}media/1.png'/></channel></rss>", ["media/1.png"]),
        ("<feed xmlns='urn:x'><link href='{}b/c%20d.html?e#f'/></feed>", ["b/c d.html"]),
        ("<feed><link href='{}a.html#1'/><link href='{}a.html#2'/></feed>", ["a.html"]),
        ("<feed><link href='{}../a.html'/></feed>", ["../a.html"]),
        ('{{"items": [{{"url": "{}a.html", "attachments": [{{"url": "{}1.mp3"}}]}}]}}',
         ["a.html", "1.mp3"]),
        # Served, elsewhere, or no link at all.
        ("<feed><link href='{}there.html#1'/><link href='{}folder/'/></feed>", []),
        ("<feed><link href='https://example.com/a.html'/></feed>", []),
        ("<feed><title>{}a.html</title></feed>", []),
        ("<feed><link href='{}a.html'", []),
        ('{{"url": "{}a.html"', []),
        ("", []),
    ],
)  # fmt: skip
def test_finds_links_that_lead_to_no_file(tmp_path: Path, feed: str, dead: list[str]) -> None:
    make_site(tmp_path, {"there.html": "", "folder/index.html": ""})
    content = feed.replace("{}", BASE).replace("{{", "{").replace("}}", "}").encode()
    assert [one.path for one in find_dead_links(content, tmp_path, BASE)] == dead
