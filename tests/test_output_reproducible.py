"""The bytes depend on sources, configuration and dependencies alone (design, section 6)."""

from __future__ import annotations

import hashlib
import json
import os
import random
import stat
from importlib import resources
from pathlib import Path

import pytest

from feedpub import __version__
from support import make_image, make_site, read_tree, run_cli, run_feedpub, to_json_lines

FORMATS = ("rss", "atom", "json", "html")
TOML = """\
[site]
title = "Example Voice"
link = "https://news.example.com/"
timezone = "Asia/Shanghai"
tag = "news.example.com,2020"
limit = 5
formats = ["rss", "atom", "json", "html"]

[[source]]
path = "sources"
"""
# Names that are one section, names that differ, and one that nobody else has.
SECTIONS = ("Tea Hills", "tea  hills", "ＴＥＡ HILLS", "文化", "Tea & Silk", "River")


def make_records() -> list[dict[str, object]]:
    """Make articles of many sections, several of each minute, each once and without a rival."""
    return [
        {
            "id": f"story/{number}",
            "title": f"Story {number} 𠮷",
            "section": [SECTIONS[number % 6], SECTIONS[number % 5]],
            "published": f"2020-05-{1 + number % 4:02} 10:{number % 3:02}",
            "updated": f"2020-06-{1 + number % 2:02}T08:00:00Z",
            "author": ["Ru Zhilan", "Qi Ruohe"],
            "tags": ["tea", "steam", "文化"],
            "content_html": '<p title="b" lang="en" dir="ltr">Body <a href="x">x</a></p>',
            "images": [{"src": f"{number % 2}.png", "alt": "Alt", "credit": "Lian Duo"}],
        }
        for number in range(24)
    ]


def write_site(folder: Path, records: list[dict[str, object]]) -> Path:
    """Write a site whose records stand in two files."""
    return make_site(
        folder,
        {
            "sources/a.jsonl": to_json_lines(*records[:12]),
            "sources/b.jsonl": to_json_lines(*records[12:]),
            "sources/0.png": make_image("PNG", 480, 360),
            "sources/1.png": make_image("PNG", 400, 480, shade=9),
        },
        TOML,
    )


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Build the site once, in this process, and give its output."""
    site = write_site(tmp_path_factory.mktemp("reference"), make_records())
    assert run_cli(site, "build").exit_code == 0
    return read_tree(site / "feeds")


@pytest.mark.parametrize(
    ("zone", "locale", "seed"),
    [("Pacific/Kiritimati", "C", "1"), ("America/St_Johns", "C.UTF-8", "4242")],
)
def test_bytes_do_not_depend_on_host_hash_seed_and_order(
    tmp_path: Path, reference: dict[str, bytes], zone: str, locale: str, seed: str
) -> None:
    records = make_records()
    random.Random(seed).shuffle(records)
    assert records != make_records()
    site = write_site(tmp_path, records)
    environment = {
        "TZ": zone,
        "LC_ALL": locale,
        "PYTHONHASHSEED": seed,
        "PYTHONTZPATH": str(write_false_zone(tmp_path / "zoneinfo")),
    }
    done = run_feedpub(site, "build", env=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert read_tree(site / "feeds") == reference


@pytest.mark.parametrize("seed", range(6))
def test_bytes_do_not_depend_on_the_order_of_records(
    tmp_path: Path, reference: dict[str, bytes], seed: int
) -> None:
    records = make_records()
    random.Random(seed).shuffle(records)
    site = write_site(tmp_path, records)
    assert run_cli(site, "build").exit_code == 0
    assert read_tree(site / "feeds") == reference


def write_false_zone(folder: Path) -> Path:
    """Write a host's zone files by which Shanghai is five hours behind UTC."""
    (folder / "Asia").mkdir(parents=True)
    false = resources.files("tzdata").joinpath("zoneinfo", "Etc", "GMT+5").read_bytes()
    (folder / "Asia" / "Shanghai").write_bytes(false)
    return folder


def test_bytes_do_not_depend_on_the_clock(tmp_path: Path, reference: dict[str, bytes]) -> None:
    site = write_site(tmp_path, make_records())
    assert run_cli(site, "build", env={"SOURCE_DATE_EPOCH": "4102444800"}).exit_code == 0
    assert read_tree(site / "feeds") == reference


def test_limit_of_entries_does_not_depend_on_order(reference: dict[str, bytes]) -> None:
    # The feeds of this site are cut: what is cut off must be the same in every order.
    listed = json.loads(reference["manifest.json"])["files"]
    assert "tea-hills.rss" in {file["path"] for file in listed}
    assert reference["tea-hills.rss"].count(b"<item>") == 5


def test_writes_no_version_number(reference: dict[str, bytes]) -> None:
    for path in reference:
        if not path.startswith("media/") and path != "manifest.json":
            if path.endswith((".rss", ".atom")):
                assert b"feedpub</generator>" in reference[path]
            assert __version__.encode() not in reference[path]


def test_second_build_touches_no_file(tmp_path: Path) -> None:
    site = write_site(tmp_path, make_records())
    assert run_cli(site, "build").exit_code == 0
    before = take_stats(site / "feeds")
    # Feeds and pages of 5 sections, older stories, articles, media, lists, and the manifest.
    assert len(before) == 4 * 5 + 1 + 24 + 4 + 5 + 1
    result = run_cli(site, "build", "--report", "json")
    assert result.exit_code == 0
    report = json.loads(result.stdout)
    assert (report["written"], report["removed"]) == ([], [])
    assert sorted(report["unchanged"]) == sorted(set(before) - {"manifest.json"})
    assert take_stats(site / "feeds") == before


def test_build_touches_only_what_changes(tmp_path: Path) -> None:
    records = make_records()
    site = write_site(tmp_path, records)
    assert run_cli(site, "build").exit_code == 0
    before = take_stats(site / "feeds")
    records[3]["title"] = "Another headline"  # of 文化 alone
    assert records[3]["section"] == ["文化", "文化"]
    write_site(tmp_path, records)
    assert run_cli(site, "build").exit_code == 0
    after = take_stats(site / "feeds")
    changed = {path for path in after if after[path] != before[path]}
    feeds = {f"{slug}.{form}" for slug in ("wen-hua", "all") for form in FORMATS}
    # The article, those that name it beside them, and lists; search engines learn of no headline.
    articles = {path for path in changed if path.startswith("articles/")}
    assert len(articles) == 4
    assert changed - articles == {*feeds, "index.html", "all/page/1.html", "manifest.json"}


def take_stats(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Note what touching a file would change: inode, times of content and of status."""
    stats = {path: (folder / path).stat() for path in read_tree(folder)}
    return {path: (s.st_ino, s.st_mtime_ns, s.st_ctime_ns) for path, s in stats.items()}


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o027, 0o640), (0o002, 0o664)])
def test_mode_is_0666_less_umask(tmp_path: Path, umask: int, mode: int) -> None:
    site = write_site(tmp_path, make_records())
    before = os.umask(umask)
    try:
        assert run_cli(site, "build").exit_code == 0
    finally:
        os.umask(before)
    modes = {
        path: stat.S_IMODE((site / "feeds" / path).stat().st_mode)
        for path in read_tree(site / "feeds")
    }
    assert modes == dict.fromkeys(modes, mode)
    assert len(modes) == 55


def test_manifest_lists_every_file_truly(reference: dict[str, bytes]) -> None:
    types = {
        "rss": "application/rss+xml",
        "atom": "application/atom+xml",
        "json": "application/feed+json",
        "html": "text/html",
        "opml": "text/x-opml",
        "png": "image/png",
        "txt": "text/plain",
        "webp": "image/webp",
        "xml": "application/xml",
    }
    listed = json.loads(reference["manifest.json"])["files"]
    assert listed == [
        {
            "path": path,
            "sha256": hashlib.sha256(reference[path]).hexdigest(),
            "bytes": len(reference[path]),
            "type": types[path.rpartition(".")[2]],
        }
        for path in sorted(set(reference) - {"manifest.json"})
    ]
    assert len(listed) == 54
