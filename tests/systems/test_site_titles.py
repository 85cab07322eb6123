"""`init` proposes the title and the home page that an export itself names."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from support import run_cli

WXR = """<?xml version="1.0"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Reed &amp; Sons</title><link>https://reed.example.com</link>
<wp:wxr_version>1.2</wp:wxr_version>
<item><title>The lock opens</title><link>https://reed.example.com/lock/</link>
<wp:post_id>7</wp:post_id><wp:post_date_gmt>2020-05-25 10:32:00</wp:post_date_gmt>
<wp:status>publish</wp:status><wp:post_type>post</wp:post_type>
<content:encoded>One.</content:encoded></item></channel></rss>
"""
POST = {
    "id": "7", "uuid": "u7", "title": "The lock opens", "slug": "lock", "html": "<p>One.</p>",
    "status": "published", "type": "post", "published_at": "2020-05-25T10:32:00.000Z",
    "feature_image": None, "comment_id": "7",
}  # fmt: skip
SETTINGS = [{"key": "password", "value": "no"}, {"key": "title", "value": "Reed & Sons"}]
GHOST = {"db": [{"meta": {"version": "5.0"}, "data": {"posts": [POST], "settings": SETTINGS}}]}


@pytest.mark.parametrize(
    ("name", "content", "arguments"),
    [
        ("export.xml", WXR, ()),
        ("ghost.json", json.dumps(GHOST), ("--link", "https://reed.example.com/")),
    ],
)
def test_title_and_home_are_the_export_s(
    tmp_path: Path, name: str, content: str, arguments: tuple[str, ...]
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    result = run_cli(tmp_path, "init", name, "--timezone", "UTC", *arguments)
    assert result.exit_code == 0, result.stderr
    site = tomllib.loads((tmp_path / "feedpub.toml").read_text(encoding="utf-8"))["site"]
    assert (site["title"], site["link"]) == ("Reed & Sons", "https://reed.example.com/")
