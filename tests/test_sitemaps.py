"""Sitemaps: what search engines are told of, and that the files are what their schemas allow."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from feedpub import build, load_config
from feedpub.feeds import ListedPage, render_sitemaps
from feedpub.feeds.sitemaps import write_news_language
from support import make_image, make_site, read_tree, run_cli, to_json_lines

PROJECT = Path(__file__).parent.parent
FEEDS = "https://news.example.com/feeds/"
NOW = datetime(2020, 6, 10, 12, tzinfo=UTC)
TOML = """\
[site]
title = "Voice & <Co>"
link = "https://news.example.com/"
timezone = "Asia/Shanghai"
tag = "news.example.com,2020"
language = "en-GB"
formats = {formats}
{site}
[[source]]
path = "sources"

[section.wen-hua]
name = "文化"
language = "zh-Hant"
"""
ALONE = '["rss", "news-sitemap"]'
PAGES = '["rss", "html"]'
SPACE = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "n": "http://www.google.com/schemas/sitemap-news/0.9",
}


@cache
def _load_schema() -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(PROJECT / "tests/sitemap.rng"))


def list_faults(content: bytes) -> list[str]:
    """List what the schema of sitemaps finds in a file."""
    schema = _load_schema()
    schema.validate(etree.fromstring(content))
    return [f"{entry.line}: {entry.message}" for entry in schema.error_log]


def make_record(number: int, **fields: object) -> dict[str, object]:
    record: dict[str, object] = {
        "id": f"s/{number}",
        "title": f"Story {number}",
        "section": "River",
        "updated": f"2020-06-{1 + number:02} 10:00",
        "link": f"/stories/{number}",
        "content_text": "Words.",
    }
    return record | fields


def write_sitemaps(
    folder: Path,
    *records: Mapping[str, object],
    formats: str = ALONE,
    site: str = "",
    now: datetime = NOW,
) -> dict[str, etree._Element]:
    """Build a site, hold its sitemaps to their schema, and give them."""
    files: dict[str, str | bytes] = {
        "sources/a.jsonl": to_json_lines(*records),
        "sources/a.png": make_image("PNG", 600, 400),
        "sources/a.mp3": b"ID3\x03\0\0\0\0\0\0" + bytes(500),
    }
    toml = TOML.format(formats=formats, site=site)
    config = load_config(make_site(folder, files, toml) / "feedpub.toml")
    report = build(config, now)
    assert [problem.message for problem in report.problems] == []
    found = {p: c for p, c in read_tree(folder / "feeds").items() if p.endswith(".xml")}
    for path, content in found.items():
        assert list_faults(content) == [], path
    return {path: etree.fromstring(content) for path, content in found.items()}


def find(root: etree._Element, path: str) -> list[str]:
    return [str(text) for text in root.xpath(f"{path}/text()", namespaces=SPACE)]  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["sitemap.xml", "sitemap-news.xml"])
def test_sample_has_sitemaps_that_the_schema_allows(name: str) -> None:
    assert list_faults((PROJECT / "feeds" / name).read_bytes()) == []


@pytest.mark.parametrize(
    "change",
    [
        ("<loc>https://", "<loc>ftp://"),
        ("2020-06-09T10:00:00+08:00", "2020-06-09T10:00:00"),
        ("<news:language>en<", "<news:language>English<"),
        ("<news:title>Story 8</news:title>", ""),
        ("<news:title>Story 8<", "<news:title> <"),
        ("</news:news>", "</news:news><news:news/>"),
    ],
)
def test_schema_sees_what_is_wrong(tmp_path: Path, change: tuple[str, str]) -> None:
    write_sitemaps(tmp_path, make_record(8))
    text = (tmp_path / "feeds/sitemap-news.xml").read_text(encoding="utf-8")
    changed = text.replace(*change).encode()
    assert changed != text.encode()
    assert list_faults(changed)


def test_news_are_the_articles_of_two_days_with_a_page_of_this_site(tmp_path: Path) -> None:
    listed = [
        make_record(9, updated="2020-06-10 19:59"),
        make_record(7, section=["文化", "River"], title="<b>茶</b> & R&D", updated="2020-06-10"),
        make_record(8, language="zh-CN"),
        make_record(6, language="pt-BR", updated="2020-06-08 20:00"),  # two days, to the second
    ]
    found = write_sitemaps(
        tmp_path,
        *listed,
        make_record(5, updated="2020-06-08 19:59"),
        make_record(4, updated="2020-06-10", link="https://elsewhere.example.org/4"),
        make_record(3, updated="2020-06-10", link=""),  # would be a place on a page
        make_record(2, updated="2020-06-10", status="draft"),
        make_record(1, updated="2020-06-10", status="retracted", notice="Not so."),
        make_record(0, updated="2020-06-10 21:00"),  # withheld
        make_record(11, updated="2020-06-10", published="2020-06-01"),  # old news, corrected
    )
    assert found.keys() == {"sitemap-news.xml"}
    root = found["sitemap-news.xml"]
    urls = [f"https://news.example.com/stories/{number}" for number in (9, 7, 8, 6)]
    assert find(root, "//s:loc") == urls
    assert find(root, "//n:title") == ["Story 9", "茶 & R&D", "Story 8", "Story 6"]
    assert find(root, "//n:language") == ["en", "zh-tw", "zh-cn", "pt"]
    assert set(find(root, "//n:name")) == {"Voice & <Co>"}
    assert find(root, "//n:publication_date") == [
        "2020-06-10T19:59:00+08:00",
        "2020-06-10",
        "2020-06-09T10:00:00+08:00",
        "2020-06-08T20:00:00+08:00",
    ]
    assert not (tmp_path / "feeds/robots.txt").exists()
    assert not list(tmp_path.glob("feeds/**/*.html"))


def test_news_are_at_most_a_thousand(tmp_path: Path) -> None:
    records = [
        make_record(1, id=f"s/{n}", link=f"/{n}", updated=f"2020-06-10T{n // 60:02}:{n % 60:02}")
        for n in range(1003)
    ]
    urls = find(write_sitemaps(tmp_path, *records)["sitemap-news.xml"], "//s:loc")
    assert len(urls) == 1000
    assert (urls[0][-5:], urls[-1][-2:]) == ("/1002", "/3")


def test_old_news_are_none_but_the_newest_page_is_listed(tmp_path: Path) -> None:
    records = [make_record(number) for number in range(3)]
    root = write_sitemaps(tmp_path, *records)["sitemap-news.xml"]
    assert find(root, "//s:loc") == ["https://news.example.com/stories/2"]
    assert find(root, "//n:*") == []


def test_no_file_where_nothing_is_to_be_listed(tmp_path: Path) -> None:
    assert write_sitemaps(tmp_path, make_record(1, link="")) == {}
    told = "note: sitemap-news.xml is not written, because none of the newest articles has a page"
    assert told in run_cli(tmp_path, "build").stderr


def test_news_pass_with_the_clock_though_nothing_else_changes(tmp_path: Path) -> None:
    write_sitemaps(tmp_path, make_record(8), make_record(9))
    config = load_config(tmp_path / "feedpub.toml")
    place = tmp_path / "feeds/sitemap-news.xml"
    ends = datetime(2020, 6, 11, 2, tzinfo=UTC)  # two days after 10:00 in Shanghai
    for now, number in ((NOW, 2), (ends, 2), (ends + timedelta(seconds=1), 1)):
        build(config, now)
        assert len(find(etree.fromstring(place.read_bytes()), "//n:title")) == number, now


def test_sitemap_lists_the_pages_that_search_engines_should_find(tmp_path: Path) -> None:
    records = [
        make_record(8, link="", published="2020-06-09"),
        make_record(7, link="", section="Tea", updated="2020-06-08"),
        make_record(6, link="", status="retracted", notice="Not so."),
        make_record(5, section="Sport"),
        make_record(4, link="", section="文化"),
    ]
    own = '[section.tea]\nname = "Tea"\nlink = "https://news.example.com/tea"\n'
    make_site(tmp_path, {"sources/a.jsonl": to_json_lines(*records)})
    found = write_sitemaps(tmp_path, *records, formats=PAGES)
    lines = dict(
        zip(
            *(find(found["sitemap.xml"], f"//s:{name}") for name in ("loc", "lastmod")), strict=True
        )
    )
    articles = {url: time for url, time in lines.items() if "/articles/" in url}
    assert sorted(articles.values()) == [
        "2020-06-05T10:00:00+08:00",
        "2020-06-08",
        "2020-06-09T10:00:00+08:00",
    ]
    assert lines.keys() - articles.keys() == {
        f"{FEEDS}{s}.html" for s in ("river", "tea", "wen-hua")
    }
    pages = {p: c for p, c in read_tree(tmp_path / "feeds").items() if p.endswith(".html")}
    for url in lines:
        page = pages[url.removeprefix(FEEDS)]
        assert b'name="robots"' not in page
        assert f'<link rel="canonical" href="{url}">'.encode() in page
    assert (tmp_path / "feeds/robots.txt").read_text() == (
        "User-agent: *\nDisallow:\n\n"
        f"Sitemap: {FEEDS}sitemap.xml\nSitemap: {FEEDS}sitemap-news.xml\n"
    )
    # A section with a page of its own is not to be found twice.
    toml = tmp_path / "feedpub.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + own, encoding="utf-8")
    build(load_config(toml), NOW)
    root = etree.fromstring((tmp_path / "feeds/sitemap.xml").read_bytes())
    assert f"{FEEDS}tea.html" not in find(root, "//s:loc")


def test_more_pages_than_a_file_may_have_are_in_several() -> None:
    page = ListedPage(f"{FEEDS}a.html", NOW, "second")
    early = ListedPage(f"{FEEDS}b.html", NOW - timedelta(days=9), "day")
    files = {one.path: one.content for one in render_sitemaps(FEEDS, [early] * 50_000 + [page] * 2)}
    assert list(files) == ["sitemap-1.xml", "sitemap-2.xml", "sitemap.xml"]
    roots = {}
    for path, content in files.items():
        assert isinstance(content, bytes)
        assert list_faults(content) == [], path
        roots[path] = etree.fromstring(content)
    assert [len(root) for root in roots.values()] == [50_000, 2, 2]
    assert find(roots["sitemap.xml"], "//s:loc") == [f"{FEEDS}sitemap-{n}.xml" for n in (1, 2)]
    assert find(roots["sitemap.xml"], "//s:lastmod") == [
        "2020-06-01T12:00:00+00:00",
        "2020-06-10T12:00:00+00:00",
    ]
    assert render_sitemaps(FEEDS, []) == []


@pytest.mark.parametrize(
    ("tag", "written"),
    [
        ("en", "en"),
        ("pt-BR", "pt"),
        ("zh", "zh-cn"),
        ("zh-Hans-HK", "zh-cn"),
        ("zh_TW", "zh-tw"),
        ("zh-Hant", "zh-tw"),
        ("yue", "yue"),
        ("x-harbor", "und"),
        ("i-lux", "und"),
    ],
)
def test_writes_a_language_as_news_sitemaps_do(tag: str, written: str) -> None:
    assert write_news_language(tag) == written


def test_sitemaps_alone_are_no_feed(tmp_path: Path) -> None:
    files = {"sources/a.jsonl": to_json_lines(make_record(1))}
    site = make_site(tmp_path, files, TOML.format(formats='["html", "news-sitemap"]', site=""))
    done = run_cli(site, "build")
    assert done.exit_code == 2
    assert 'site.formats: has only "html" and "news-sitemap". Add a feed' in done.stderr


def test_cleaning_keeps_the_media_of_pages_that_no_feed_shows(tmp_path: Path) -> None:
    old = make_record(1, link="", images=["a.png"], audio="a.mp3")
    write_sitemaps(tmp_path, old, make_record(2), formats=PAGES, site="limit = 1\n")
    all_ = "[section.all]\nlimit = 1\n"
    toml = tmp_path / "feedpub.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + all_, encoding="utf-8")
    build(load_config(toml), NOW)
    before = read_tree(tmp_path / "feeds")
    assert {path.rpartition(".")[2] for path in before if "media/" in path} >= {"png", "mp3"}
    assert not any(b"media/" in content for path, content in before.items() if path.endswith("rss"))
    for path in (tmp_path / "feeds/media").iterdir():
        os.utime(path, (0, 0))
    assert run_cli(tmp_path, "clean", "--media").stdout == "0 files removed\n"
    assert read_tree(tmp_path / "feeds") == before
