"""feeds.opml: one outline a section, in a folder named for the site (OPML 2.0)."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from support import make_site, read_tree, run_cli, to_json_lines

TOML = """\
[site]
title = 'Example <i>Voice</i> & "Sons"'
link = "https://news.example.com/"
timezone = "Asia/Shanghai"
tag = "news.example.com,2020"
{site}

[[source]]
path = "sources"

[section.wen-hua]
name = "文化"
title = "文化 weekly"
language = "zh-CN"
description = "Plays & pots"
link = "https://news.example.com/culture?a=1&b=2"
"""
RECORDS = (
    {"id": "1", "title": "Lock opens", "section": 'Ports & "Quays" < 5', "updated": "2020-05-25"},
    {"id": "2", "title": "戏曲", "section": "文化", "updated": "2020-05-24"},
)
TITLE = 'Example Voice & "Sons"'
FEEDS = "https://news.example.com/feeds/"
PORTS = {
    "type": "rss",
    "text": f'{TITLE}: Ports & "Quays" < 5',
    "title": f'{TITLE}: Ports & "Quays" < 5',
    "xmlUrl": f"{FEEDS}ports-quays-5.rss",
    "htmlUrl": f"{FEEDS}ports-quays-5.html",
    "language": "en",
    "description": TITLE,
}
CULTURE = {
    "type": "rss",
    "text": "文化 weekly",
    "title": "文化 weekly",
    "xmlUrl": f"{FEEDS}wen-hua.rss",
    "htmlUrl": "https://news.example.com/culture?a=1&b=2",
    "language": "zh-CN",
    "description": "Plays & pots",
}


def build(tmp_path: Path, site: str = "") -> Path:
    make_site(tmp_path, {"sources/a.jsonl": to_json_lines(*RECORDS)}, TOML.format(site=site))
    result = run_cli(tmp_path, "build")
    assert (result.exit_code, result.stderr) == (0, "")
    return tmp_path / "feeds" / "feeds.opml"


def list_outlines(path: Path) -> list[dict[str, str]]:
    """Give the attributes of the outlines in the folder, the only one of the body."""
    (folder,) = etree.parse(path).getroot().findall("body/outline")
    assert dict(folder.attrib) == {"text": TITLE}
    return [dict(map(tuple, outline.attrib.items())) for outline in folder]


def test_has_an_outline_a_section_in_a_folder_named_for_the_site(tmp_path: Path) -> None:
    path = build(tmp_path)
    assert path.read_bytes().startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n<opml version=")
    assert list_outlines(path) == [PORTS, CULTURE]


def test_head_says_whose_feeds_they_are_and_no_time(tmp_path: Path) -> None:
    site = 'contact = "desk@news.example.com"\nauthor = "The desk"'
    root = etree.parse(build(tmp_path, site)).getroot()
    assert dict(root.attrib) == {"version": "2.0"}
    assert [(child.tag, child.text) for child in root[0]] == [
        ("title", TITLE),
        ("ownerName", "The desk"),
        ("ownerEmail", "desk@news.example.com"),
        ("ownerId", "https://news.example.com/"),
    ]


@pytest.mark.parametrize(
    ("formats", "suffix"),
    [('["rss"]', "rss"), ('["atom", "rss"]', "rss"), ('["atom"]', "atom")],
)
def test_names_the_rss_feed_or_else_the_first(tmp_path: Path, formats: str, suffix: str) -> None:
    outlines = list_outlines(build(tmp_path, f"formats = {formats}"))
    assert [outline["xmlUrl"] for outline in outlines] == [
        f"{FEEDS}ports-quays-5.{suffix}",
        f"{FEEDS}wen-hua.{suffix}",
    ]
    assert {outline["type"] for outline in outlines} == {"rss"}


def test_stays_while_articles_come_and_go(tmp_path: Path) -> None:
    before = build(tmp_path).read_bytes()
    more = {"id": "3", "title": "Lock shuts", "section": "文化", "updated": "2020-05-26"}
    make_site(tmp_path, {"sources/a.jsonl": to_json_lines(*RECORDS, more)}, TOML.format(site=""))
    assert "feeds.opml" not in run_cli(tmp_path, "diff").stdout
    assert run_cli(tmp_path, "build").exit_code == 0
    assert (tmp_path / "feeds" / "feeds.opml").read_bytes() == before


def test_is_no_section_to_the_loss_guard_and_no_feed_to_clean(tmp_path: Path) -> None:
    path = build(tmp_path)
    assert run_cli(tmp_path, "diff").exit_code == 0
    assert run_cli(tmp_path, "clean", "--media", "--older-than", "0d").exit_code == 0
    assert path.exists()
    assert "feeds.opml" in read_tree(tmp_path / "feeds")["manifest.json"].decode()
