"""feeds.opml is read by what imports subscriptions."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OPML = ROOT / "feeds" / "feeds.opml"
FEEDS = {
    "Lanting Voice: Harbor Life": "https://news.example.com/feeds/harbor-life.rss",
    "Lanting Voice: River Voice": "https://news.example.com/feeds/river-voice.rss",
    "Lanting Voice: Schools & Sport": "https://news.example.com/feeds/schools-sport.rss",
    "Lanting Voice: Tea Hills": "https://news.example.com/feeds/tea-hills.rss",
    "Lanting Voice: 文化": "https://news.example.com/feeds/wen-hua.rss",
}


def test_newsboat_imports_the_feeds_under_the_site_s_name(tmp_path: Path) -> None:
    command = ["newsboat", "-u", "urls", "-c", "cache.db", "-C", "config", "-i", str(OPML)]
    (tmp_path / "config").touch()
    environment = {"HOME": str(tmp_path), "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, timeout=60)
    lines = (tmp_path / "urls").read_text(encoding="utf-8").splitlines()
    assert sorted(lines) == sorted(f'{url} "Lanting Voice"' for url in FEEDS.values())


def test_sfeed_imports_the_feeds_with_their_titles() -> None:
    done = subprocess.run(
        ["sfeed_opml_import"], input=OPML.read_bytes(), capture_output=True, check=True, timeout=60
    )
    lines = [line.strip() for line in done.stdout.decode().splitlines()]
    assert [line for line in lines if line.startswith("feed ")] == [
        f"feed '{title}' '{url}'" for title, url in FEEDS.items()
    ]
