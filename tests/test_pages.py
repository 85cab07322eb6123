"""Pages for people: what they show, where links lead, and what may never get into them."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from lxml import etree
from lxml import html as markup
from msgspec.structs import asdict
from tools import page_dates

import feedpub.feeds.pages
from feedpub.feeds.pages.body import fit_content
from feedpub.feeds.pages.colors import fit_accent, measure_contrast
from feedpub.feeds.pages.frame import list_readers
from feedpub.feeds.pages.rendering import mark_long
from feedpub.feeds.pages.words import (
    LANGUAGES,
    Words,
    count_stories,
    direction_of,
    find_words,
    write_clock,
    write_time,
)
from feedpub.feeds.parts import format_html_time
from feedpub.text import load_tables
from support import make_image, make_site, run_cli, to_json_lines

TOML = """\
[site]
title = "Example Voice"
link = "https://news.example.com/"
timezone = "Asia/Shanghai"
tag = "news.example.com,2020"
formats = ["rss", "json", "html"]
{site}
[[source]]
path = "sources"
{more}
"""
FEEDS = "https://news.example.com/feeds/"
PROJECT = Path(__file__).parent.parent
Record = Mapping[str, object]


def build_pages(
    folder: Path, records: Iterable[Record], *, site: str = "", more: str = ""
) -> dict[str, markup.HtmlElement]:
    """Build a site with an image a.png, and read its pages."""
    files: dict[str, str | bytes] = {
        "sources/a.jsonl": to_json_lines(*records),
        "sources/a.png": make_image("PNG", 600, 400),
    }
    make_site(folder, files, TOML.format(site=site, more=more))
    result = run_cli(folder, "build")
    assert result.exit_code == 0, result.stderr
    feeds = folder / "feeds"
    return {
        path.relative_to(feeds).as_posix(): markup.parse(str(path)).getroot()
        for path in feeds.rglob("*.html")
    }


def find_article(pages: Mapping[str, markup.HtmlElement], title: str) -> markup.HtmlElement:
    """Find the page of the article with a title."""
    (page,) = (
        page
        for path, page in pages.items()
        if path.startswith("articles/") and text_of(find(page, "//h1")[0]) == title
    )
    return page


def make_record(number: int, **fields: object) -> Record:
    """Make a record; the greater its number, the newer it is."""
    return {
        "id": f"s/{number}",
        "title": f"Story {number}",
        "section": "River",
        "updated": f"2020-05-{1 + number:02} 10:32",
        "content_text": f"The whole of story {number}.",
        **fields,
    }


def find(element: markup.HtmlElement, path: str, **names: str) -> Any:
    """Evaluate an XPath: what it gives (elements, texts) is not to be seen from its type."""
    return element.xpath(path, **names)


def text_of(element: markup.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_pages_stand_beside_the_feeds(tmp_path: Path) -> None:
    pages = build_pages(tmp_path, [make_record(1), make_record(2, section="文化")])
    lists = {"index.html", "all.html", "river.html", "wen-hua.html"}
    assert {path for path in pages if "/" not in path} == lists
    assert len(pages) == len(lists) + 2
    listed = json.loads((tmp_path / "feeds/manifest.json").read_bytes())["files"]
    types = {file["path"]: file["type"] for file in listed}
    assert {types[name] for name in pages} == {"text/html"}
    shown = run_cli(tmp_path, "sections").stdout
    assert "river.rss river.json river.html" in shown
    assert ".html" not in run_cli(tmp_path, "sections", "--html").stdout


def test_search_engines_find_the_articles_and_their_lists(tmp_path: Path) -> None:
    """Pages whose articles, or whose section, have other pages are not to be found."""
    records = [
        make_record(1),
        make_record(2, section="Tea"),
        make_record(3, section="Port", link="https://news.example.com/3.html"),
    ]
    more = '[section.tea]\nlink = "https://news.example.com/tea/"\n'
    pages = build_pages(tmp_path, records, more=more)
    for name, page in pages.items():
        found = name.startswith("articles/") or name in ("index.html", "river.html")
        assert find(page, "//meta[@name='robots']/@content") == ([] if found else ["noindex"])
        assert find(page, "//link[@rel='canonical']/@href") == ([FEEDS + name] if found else [])


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("river.html", ["river.rss", "river.json"]),
        ("index.html", ["all.rss", "all.json", "tea.rss", "river.rss"]),
    ],
)
def test_feeds_are_to_be_found(tmp_path: Path, name: str, wanted: list[str]) -> None:
    page = build_pages(tmp_path, [make_record(1), make_record(2, section="Tea")])[name]
    links = find(page, "//head/link[@rel='alternate']")
    assert [link.get("href") for link in links] == wanted
    types = {"rss": "application/rss+xml", "json": "application/feed+json"}
    for link in links:
        assert link.get("type") == types[link.get("href").partition(".")[2]]
    # The address that is copied is where the feed is served.
    copied = find(page, "//aside//button/@data-copy")
    assert copied == [f"{FEEDS}{path}" for path in wanted[:2]]
    assert find(page, "//a[@type='text/x-opml']/@href") == ["feeds.opml"]


def find_story(page: markup.HtmlElement, title: str) -> markup.HtmlElement:
    (story,) = find(page, "//article[.//a[normalize-space() = $title]]", title=title)
    return story


def test_story_shows_its_image_caption_credit_time_and_authors(tmp_path: Path) -> None:
    image = {"src": "a.png", "caption": "A lock", "credit": "Lian Duo", "alt": "A lock, open"}
    link = "https://news.example.com/1.html"
    record = make_record(1, link=link, images=[image], author=["Ru Zhilan", "Qi Ruohe"])
    page = build_pages(tmp_path, [record])["river.html"]
    story = find_story(page, "Story 1")
    assert find(story, ".//h2/a/@href") == [link]
    assert text_of(find(story, ".//figcaption")[0]) == "A lock Lian Duo"
    (shown,) = find(story, ".//img")
    assert (shown.get("alt"), shown.get("width"), shown.get("height")) == (
        "A lock, open",
        "600",
        "400",
    )
    assert (tmp_path / "feeds" / shown.get("src")).is_file()
    assert text_of(find(story, ".//p[@class='meta']")[0]) == (
        "Ru Zhilan · Qi Ruohe · May 2, 2020, 10:32"
    )
    assert find(story, ".//time/@datetime") == ["2020-05-02T10:32:00+08:00"]
    # A name from right to left turns nothing beside it.
    assert [text_of(apart) for apart in find(story, ".//bdi")] == [
        "Lian Duo",
        "Ru Zhilan",
        "Qi Ruohe",
        "May 2, 2020, 10:32",
    ]
    # It has a page of its own: here stands what it is about.
    assert text_of(find(story, ".//p[@class='summary']")[0]) == "The whole of story 1."
    assert not find(story, ".//*[@class='body']")


@pytest.mark.parametrize(
    ("published", "updated", "shown"),
    [
        (None, "2020-05-25", "May 25, 2020"),
        (None, "2020-05-25 00:00", "May 25, 2020, 00:00"),
        ("2020-05-25", "2020-05-25", "May 25, 2020"),
        ("2020-05-25 10:32", "2020-05-25 10:32", "May 25, 2020, 10:32"),
        ("2020-05-25 10:32", "2020-05-25 18:05", "May 25, 2020, 10:32 · Updated 18:05"),
        ("2020-05-25", "2020-05-26", "May 25, 2020 · Updated May 26, 2020"),
        ("2020-05-25", "2020-05-25 18:05", "May 25, 2020 · Updated 18:05"),
    ],
)
def test_times_are_shown_as_they_were_written(
    tmp_path: Path, published: str | None, updated: str, shown: str
) -> None:
    record = make_record(1, published=published, updated=updated)
    page = build_pages(tmp_path, [record])["river.html"]
    assert text_of(find_story(page, "Story 1").xpath(".//p[@class='meta']")[0]) == shown


def test_section_speaks_its_language(tmp_path: Path) -> None:
    more = '[section.wen-hua]\nname = "文化"\nlanguage = "zh-CN"\n'
    records = [
        make_record(1),
        make_record(2, section="文化", published="2020-05-24", updated="2020-05-25"),
    ]
    pages = build_pages(tmp_path, records, more=more)
    page = pages["wen-hua.html"]
    assert (page.get("lang"), page.get("dir")) == ("zh-CN", "ltr")
    assert "订阅" in text_of(page) and "Subscribe" not in text_of(page)
    assert find(page, "//article//time/text()") == ["2020年5月24日", "2020年5月25日"]
    # On a page in English it says that it is in Chinese.
    (front,) = find(pages["index.html"], "//section[h3/a = '文化']")
    assert find(front, "./h3/@lang | ./article/@lang") == ["zh-CN", "zh-CN"]
    assert not find(front, ".//button/ancestor::*[@lang = 'zh-CN']")
    (told,) = find(front, ".//p[@class='meta']")
    assert (told.get("lang"), text_of(told)) == (None, "2020年5月24日 · 更新于 2020年5月25日")
    # In the list of all, what is beside it is in English.
    (story,) = find(pages["all.html"], "//article[@lang='zh-CN']")
    (told,) = find(story, "./p[@class='meta']")
    assert (told.get("lang"), text_of(told)) == ("en", "May 24, 2020 · Updated May 25, 2020")


def test_page_from_right_to_left_says_what_is_not(tmp_path: Path) -> None:
    site = 'language = "he"\n'
    page = build_pages(tmp_path, [make_record(1)], site=site)["river.html"]
    assert (page.get("lang"), page.get("dir")) == ("he", "rtl")
    (title,) = find(page, "//aside/h2")
    assert (title.text, title.get("lang"), title.get("dir")) == ("Subscribe", "en", "ltr")


def test_entry_without_a_page_has_one_where_its_link_leads(tmp_path: Path) -> None:
    # The feeds have room for one story each; every story keeps its page.
    records = [
        make_record(4),
        make_record(3, section=["River", "Tea"], images=["a.png"]),
        make_record(2, section=["River", "Port"], status="retracted", notice="Withdrawn."),
        make_record(1),
        make_record(0, section=["River", "Sport"], link="https://news.example.com/0.html"),
    ]
    pages = build_pages(tmp_path, records, site="limit = 1\n")
    feed = etree.parse(tmp_path / "feeds/all.rss")
    links = {item.findtext("title"): item.findtext("link") for item in feed.iterfind(".//item")}
    for title, link in links.items():
        if title != "Story 0":
            page = pages[str(link).removeprefix(FEEDS)]
            assert text_of(find(page, "//h1")[0]) == title
            whole = "Withdrawn." if "Retracted" in title else f"The whole of story {title[-1]}."
            assert text_of(find(page, "//div[@class='body']")[0]) == whole
    assert len([path for path in pages if path.startswith("articles/")]) == 4
    titles = [text_of(title) for title in find(pages["river.html"], "//article/h2")]
    assert titles == ["Story 4", "Story 3", "Retracted: Story 2", "Story 1", "Story 0"]
    tea = find_story(pages["tea.html"], "Story 3")
    assert FEEDS + find(tea, "./h2/a/@href")[0] == links["Story 3"]
    assert not find(pages["river.html"], "//*[@class='body']")


def read_output(folder: Path) -> dict[str, bytes]:
    """Read all pages of a site."""
    feeds = folder / "feeds"
    return {p.relative_to(feeds).as_posix(): p.read_bytes() for p in feeds.rglob("*.html")}


def test_a_story_that_comes_changes_few_pages(tmp_path: Path) -> None:
    records = [
        make_record(
            number % 28,
            id=f"s/{number}",
            title=f"N {number}",
            updated=f"2020-05-{1 + number // 24:02} {number % 24:02}:00",
        )
        for number in range(67)
    ]
    build_pages(tmp_path, records[:-1], site="limit = 5\n")
    before = read_output(tmp_path)
    rows = to_json_lines(*records)
    (tmp_path / "sources/a.jsonl").write_text(rows, encoding="utf-8")
    assert run_cli(tmp_path, "build").exit_code == 0
    after = read_output(tmp_path)
    assert {path for path in after if "/page/" in path} == {
        f"{slug}/page/{number}.html" for slug in ("river", "all") for number in (1, 2, 3)
    }
    changed = {path for path in after if before.get(path) != after[path]}
    # Of the articles, the new one, and the one before it, which leads to it.
    assert {path for path in changed if "/" not in path} == {"index.html", "river.html", "all.html"}
    assert len([path for path in changed if path.startswith("articles/")]) == 2
    assert len(changed) == 5


def list_titles(page: markup.HtmlElement) -> list[str]:
    return [text_of(title) for title in find(page, "//article/h2")]


def test_a_section_has_pages_of_twenty_from_the_oldest(tmp_path: Path) -> None:
    times = [f"2020-05-{1 + number // 24:02} {number % 24:02}:00" for number in range(45)]
    records = [make_record(1, id=f"s/{n}", title=f"N {n}", updated=times[n]) for n in range(45)]
    pages = build_pages(tmp_path, records, site="limit = 5\n")
    shown = {
        "river.html": range(44, 24, -1),
        "river/page/2.html": range(39, 19, -1),
        "river/page/1.html": range(19, -1, -1),
    }
    for path, numbers in shown.items():
        assert list_titles(pages[path]) == [f"N {number}" for number in numbers], path
    beside = "//nav[@class='pager']/a/@href"
    assert find(pages["river.html"], beside) == ["river/page/2.html"]
    root = "../../river"
    assert find(pages["river/page/2.html"], beside) == [f"{root}.html", f"{root}/page/1.html"]
    assert find(pages["river/page/1.html"], beside) == [f"{root}.html", f"{root}/page/2.html"]
    told = [text_of(find(pages[path], "//p[contains(@class, 'contents')]")[0]) for path in shown]
    assert told[0].startswith("45 stories · Last updated: May 2, 2020, 20:00")
    assert told[1] == "page 2 · 20 stories · May 1, 2020 – May 2, 2020"


def test_article_says_what_search_engines_and_networks_read(tmp_path: Path) -> None:
    image = {"src": "a.png", "caption": "A lock", "credit": "Lian Duo", "alt": "A lock, open"}
    record = make_record(
        3,
        title="A </script><script> lock",
        published="2020-05-02",
        author=["Ru Zhilan", "Example Voice"],
        summary="In short",
        images=[image],
        tags=["locks"],
    )
    pages = build_pages(tmp_path, [make_record(1), make_record(2), record, make_record(4)])
    page = find_article(pages, "A lock")
    (url,) = find(page, "//link[@rel='canonical']/@href")
    values = {m.get("property") or m.get("name"): m.get("content") for m in find(page, "//meta")}
    assert values["og:type"] == "article" and values["og:url"] == url
    assert (values["og:title"], values["og:description"]) == ("A lock", "In short")
    assert values["twitter:card"] == "summary_large_image"
    assert values["article:published_time"] == "2020-05-02"
    assert values["article:modified_time"] == "2020-05-04T10:32:00+08:00"
    assert (values["og:image:width"], values["og:image:alt"]) == ("600", "A lock, open")
    (data,) = map(json.loads, find(page, "//script[@type='application/ld+json']/text()"))
    assert (data["@type"], data["headline"], data["url"]) == ("NewsArticle", "A lock", url)
    assert [author["@type"] for author in data["author"]] == ["Person", "Organization"]
    assert data["image"][0]["creditText"] == "Lian Duo"
    assert data["dateModified"] == values["article:modified_time"]
    assert text_of(find(page, "//figcaption")[0]) == "A lock Lian Duo"
    assert find(page, "//figure//img/@src")[0].startswith("../media/")
    assert text_of(find(page, "//p[@class='lede']")[0]) == "In short"
    times = find(page, "//main/article//time/@datetime")
    assert times == ["2020-05-02", "2020-05-04T10:32:00+08:00"]


def test_article_leads_to_its_neighbors(tmp_path: Path) -> None:
    pages = build_pages(tmp_path, [make_record(number) for number in range(8)])
    for number, before, after, others in (
        (7, 6, None, [5, 4, 3]),
        (5, 4, 6, [3, 2, 1]),
        (0, None, 1, [2, 3, 4]),
    ):
        page = find_article(pages, f"Story {number}")
        for name, wanted in (("before", before), ("after", after)):
            titles = [text_of(b) for b in find(page, f"//nav/a[@class='{name}']/b")]
            assert titles == ([] if wanted is None else [f"Story {wanted}"])
        near = [text_of(title) for title in find(page, "//section[@class='near']//h3")]
        assert near == [f"Story {other}" for other in others]


@pytest.mark.parametrize("lead", ["s/2", "tag:news.example.com,2020:s/2"])
def test_a_story_leads_the_front_page_if_the_site_says_so(tmp_path: Path, lead: str) -> None:
    records = [make_record(number, images=["a.png"]) for number in range(9)]
    page = build_pages(tmp_path, records, site=f'lead = "{lead}"\nlimit = 3\n')["index.html"]
    titles = [text_of(title) for title in find(page, "//article/h3")]
    assert titles == [f"Story {number}" for number in (2, 8, 7, 6, 5)]


def test_a_lead_that_is_no_article_is_told(tmp_path: Path) -> None:
    site = make_site(
        tmp_path,
        {"sources/a.jsonl": to_json_lines(make_record(1))},
        TOML.format(site='lead = "s/9"', more=""),
    )
    done = run_cli(site, "build")
    assert done.exit_code == 0
    assert (
        'feedpub.toml: warning: site.lead: "s/9" is the id of no published article.' in done.stderr
    )


def test_front_page_orders_sections_as_configured_and_then_by_newest(tmp_path: Path) -> None:
    records = [make_record(n, section=name) for n, name in enumerate(["C", "Tea", "B", "A", "D"])]
    more = '[section.tea]\nname = "Tea"\n[section.c]\nname = "C"\n'
    page = build_pages(tmp_path, records, more=more)["index.html"]
    assert find(page, "//section[@class='front']/h3/a/text()") == ["Tea", "C", "D", "A", "B"]
    # The bar is on every page, and stays as it is when stories come.
    assert find(page, "//header/nav//a/text()") == ["Tea", "C", "A", "B", "D"]


HOSTILE = (
    {"title": "</script><script>alert(1)</script>\"'> <b onclick=x>"},
    {"title": "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;"},
    {"section": '"><script>alert(1)</script> River', "tags": ["</style><script>alert(1)"]},
    {"author": '" onmouseover="alert(1)', "summary": "{{ 7 * 7 }}{% raw %}</title>"},
    {"link": "https://news.example.com/feeds/javascript:alert(1)"},
    {"link": "javascript:alert(1)", "id": "'\"><script>alert(1)</script>"},
    {"content_html": "<a href='java\nscript:alert(1)'>x</a><iframe src=x></iframe><p style=x>"},
    {"content_html": "<p title='<h1>&quot; onclick=alert(1)'>x</p><img src=x onerror=alert(1)>"},
    {"content_html": "<a href='https://news.example.com/feeds/javascript:alert(1)'>x</a>"},
    {"images": [{"src": "a.png", "caption": "</figcaption><script>", "alt": '" onload="x'}]},
    {"images": [{"src": 'https://x.example/a.png?"><script>alert(1)</script>'}]},
    {"title": "\u202eRight\u2066", "language": 'en" onclick="alert(1)'},
)


@pytest.mark.parametrize("fields", HOSTILE)
def test_nothing_of_a_record_runs(tmp_path: Path, fields: Record) -> None:
    pages = build_pages(tmp_path, [make_record(1, **fields)])
    for name, page in pages.items():
        assert len(find(page, "//script[not(@type)]")) == len(find(page, "//style")) == 1, name
        for data in find(page, "//script[@type]"):
            assert data.get("type") == "application/ld+json"
            assert json.loads(data.text)["@type"] == "NewsArticle"
        assert find(page, "//*[@*[starts-with(name(), 'on')] or @style]") == [], name
        assert find(page, "//iframe | //base | //form | //object") == [], name
        for url in find(page, "//@href | //@src"):
            assert re.match(
                r"(feed:)?https?://|(\.\./)*(articles/|media/)?[a-z0-9_-]+\.[a-z]+|#|data:image/svg",
                url,
            ), url
            assert not url.startswith("javascript"), url


def test_policy_allows_the_page_s_own_style_and_script_alone(tmp_path: Path) -> None:
    build_pages(tmp_path, [make_record(1)])
    policies = set()
    for path in (tmp_path / "feeds").glob("*.html"):
        text = path.read_text(encoding="utf-8")
        policy = find(markup.fromstring(text), "//meta[@http-equiv]/@content")[0]
        policies.add(policy)
        for tag, name in (("style", "style-src"), ("script", "script-src")):
            (code,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
            digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
            assert f"{name} 'sha256-{digest}';" in policy
        # A policy holds for what comes after it.
        assert text.index("Content-Security-Policy") < text.index("<style>")
    (policy,) = policies
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy and "*" not in policy


def measure(path: Path) -> int:
    return len(path.read_bytes())


def test_pages_are_light(tmp_path: Path) -> None:
    records = [
        make_record(
            number % 28,
            id=f"s/{number}",
            title=f"Story {number} of a bridge, a ferry and a lock",
            link=f"https://news.example.com/river-voice/2020-05/story-{number}.html",
            summary="A sentence of forty characters, no more. " * 6,
            author="Ru Zhilan",
            images=[{"src": "a.png", "caption": "What it shows", "credit": "Lian Duo"}],
        )
        for number in range(50)
    ]
    build_pages(tmp_path, records)
    assert measure(tmp_path / "feeds/river.html") < 50_000
    assert measure(tmp_path / "feeds/index.html") < 50_000


def test_pages_of_the_sample_are_light() -> None:
    pages = list((PROJECT / "feeds").glob("*.html"))
    assert len(pages) == 7
    for path in pages:
        assert measure(path) < 50_000, path


def test_an_index_of_many_sections_is_light_and_has_them_all(tmp_path: Path) -> None:
    records = [
        make_record(number % 28, id=f"s/{number}", section=f"Section {number % 60}")
        for number in range(240)
    ]
    page = build_pages(tmp_path, records)["index.html"]
    assert len(find(page, "//section[@class='front']")) == 60
    assert find(page, "//header//nav") == []  # a bar of sixty links is no help
    assert measure(tmp_path / "feeds/index.html") < 100_000


def test_index_leads_with_the_newest_that_has_an_image(tmp_path: Path) -> None:
    records = [make_record(number) for number in range(9)]
    records[7] = make_record(7, images=["a.png"])
    page = build_pages(tmp_path, records)["index.html"]
    titles = [text_of(title) for title in find(page, "//article/*[self::h3 or self::h4]")]
    # No story stands twice while there are others.
    assert titles == [f"Story {number}" for number in (7, 8, 6, 5, 4, 3, 2, 1, 0)]


def test_index_tells_the_newest_update_of_all(tmp_path: Path) -> None:
    records = [make_record(number, published=f"2020-05-{1 + number:02}") for number in range(20)]
    records[0] = make_record(0, published="2020-05-01", updated="2020-07-01 08:00")
    pages = build_pages(tmp_path, records)
    for name, path in (("index.html", "ears"), ("river.html", "meta contents")):
        told = find(pages[name], f"//header/p[@class='{path}']")[0]
        assert text_of(told).endswith("Last updated: July 1, 2020, 08:00"), name


def test_a_section_s_own_description_is_shown(tmp_path: Path) -> None:
    more = '[section.river]\ndescription = "Locks"\n'
    pages = build_pages(
        tmp_path,
        [make_record(1, section=["River", "Tea"])],
        site='description = "News"\n',
        more=more,
    )
    shown = {name: find(page, "//p[@class='lede']/text()") for name, page in pages.items()}
    assert (shown["river.html"], shown["tea.html"]) == (["Locks"], [])
    assert text_of(find(pages["index.html"], "//p[@class='ears']/span")[0]) == "News"


def test_index_of_a_site_without_stories_says_so(tmp_path: Path) -> None:
    more = 'allow_empty = true\n[section.river]\nname = "River"\n'
    pages = build_pages(tmp_path, [make_record(1, status="draft")], more=more)
    for page in pages.values():
        assert "No story stands here yet." in text_of(page)


def test_pages_alone_are_a_configuration_error(tmp_path: Path) -> None:
    toml = TOML.format(site="", more="").replace('"rss", "json", "html"', '"html"')
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines(make_record(1))}, toml)
    result = run_cli(site, "build")
    assert result.exit_code == 2
    assert 'site.formats: has only "html". Add a feed' in result.stderr


def test_pages_come_and_go_without_a_loss(tmp_path: Path) -> None:
    build_pages(tmp_path, [make_record(1, images=["a.png"])])
    assert run_cli(tmp_path, "diff").exit_code == 0
    assert run_cli(tmp_path, "clean", "--media", "--older-than", "0d").exit_code == 0
    assert len(list(tmp_path.glob("feeds/media/*"))) == 3  # the image in two sizes, too
    toml = (tmp_path / "feedpub.toml").read_text(encoding="utf-8")
    (tmp_path / "feedpub.toml").write_text(toml.replace(', "html"', ""), encoding="utf-8")
    assert run_cli(tmp_path, "build").exit_code == 0
    assert list(tmp_path.glob("feeds/*.html")) == []
    (tmp_path / "feedpub.toml").write_text(toml, encoding="utf-8")
    assert run_cli(tmp_path, "build").exit_code == 0
    assert len(list(tmp_path.glob("feeds/*.html"))) == 3


MOMENT = datetime.fromisoformat("2020-05-05T09:07:59+08:00")


@pytest.mark.parametrize(
    ("language", "day", "time"),
    [
        ("en", "May 5, 2020", "May 5, 2020, 09:07"),
        ("en-US", "May 5, 2020", "May 5, 2020, 09:07"),
        ("en-GB", "5 May 2020", "5 May 2020, 09:07"),
        ("zh", "2020年5月5日", "2020年5月5日 09:07"),
        ("ZH_cn", "2020年5月5日", "2020年5月5日 09:07"),
        ("zh-Hant-TW", "2020年5月5日", "2020年5月5日 09:07"),
        ("de", "5. Mai 2020", "5. Mai 2020, 09:07"),
        ("fr", "5 mai 2020", "5 mai 2020, 09:07"),
        ("fr-CA", "5 mai 2020", "5 mai 2020, 09 h 07"),
        ("es", "5 de mayo de 2020", "5 de mayo de 2020, 9:07"),
        ("es-419", "5 de mayo de 2020", "5 de mayo de 2020, 09:07"),
        ("pt", "5 de maio de 2020", "5 de maio de 2020 09:07"),
        ("pt-PT", "5 de maio de 2020", "5 de maio de 2020, 09:07"),
        ("ar", "5 مايو 2020", "5 مايو 2020، 09:07"),
        ("ar-EG", "٥ مايو ٢٠٢٠", "٥ مايو ٢٠٢٠، ٠٩:٠٧"),
        ("ar-MA", "5 ماي 2020", "5 ماي 2020، 09:07"),
        ("ja", "2020年5月5日", "2020年5月5日 9:07"),
        # Without a file, and in a script that the file does not have.
        ("it", "2020-05-05", "2020-05-05 09:07"),
        ("ar-Latn", "2020-05-05", "2020-05-05 09:07"),
    ],
)
def test_dates_are_written_by_language(language: str, day: str, time: str) -> None:
    assert write_time(MOMENT, "day", language) == day
    assert write_time(MOMENT, "minute", language) == write_time(MOMENT, "second", language) == time


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_month_and_minute_is_its_own(language: str) -> None:
    months = {write_time(MOMENT.replace(month=month), "day", language) for month in range(1, 13)}
    clocks = {write_clock(MOMENT.replace(hour=hour), language) for hour in range(24)}
    assert (len(months), len(clocks)) == (12, 24)


def test_dates_are_those_of_cldr() -> None:
    told = "run `python -m tools.page_dates`"
    assert page_dates.CLDR.read_text(encoding="utf-8") == page_dates.render(), told


def test_machines_read_no_time_that_was_not_written() -> None:
    assert format_html_time(MOMENT, "day") == "2020-05-05"
    assert format_html_time(MOMENT, "minute") == "2020-05-05T09:07:59+08:00"


@pytest.mark.parametrize(
    ("language", "direction"),
    [
        *(("ar", "rtl"), ("he-IL", "rtl"), ("FA", "rtl"), ("ur_PK", "rtl"), ("az-Arab", "rtl")),
        *(("en", "ltr"), ("zh-CN", "ltr"), ("ar-Latn", "ltr"), ("arn", "ltr"), ("x-arab", "rtl")),
    ],
)
def test_direction_is_the_script_s(language: str, direction: str) -> None:
    assert direction_of(language) == direction


@pytest.mark.parametrize(
    ("language", "spoken"),
    [
        *(("en-US", "en"), ("DE_at", "de"), ("pt-BR", "pt"), ("it", "en"), ("cmn", "en")),
        *(("zh", "zh"), ("zh-CN", "zh"), ("zh-SG", "zh"), ("zh-Hans-HK", "zh")),
        # Nobody who writes traditional characters gets simplified ones.
        *(("zh-Hant", "zh-Hant"), ("zh-TW", "zh-Hant"), ("zh_hk", "zh-Hant"), ("zh-MO", "zh-Hant")),
        *(("zh-Latn", "en"), ("ar-Latn", "en"), ("en-Latn-GB", "en"), ("ja-Jpan", "ja")),
    ],
)
def test_words_are_the_language_s_and_the_script_s(language: str, spoken: str) -> None:
    assert find_words(language).language == spoken


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_fills_the_same_places(language: str) -> None:
    words, english = asdict(find_words(language)), asdict(find_words("en"))
    assert words.keys() == english.keys()
    forms = words.pop("stories")
    plural = Locale.parse(language, sep="-").plural_form
    assert set(forms) == {plural(number) for number in range(200)} | {"other"}
    for form, text in forms.items():
        assert text.count("{}") == 1 or form in ("zero", "one", "two"), form
    for name, text in words.items():
        assert (text != "", text.count("{}")) == (True, english[name].count("{}")), name


def test_languages_are_those_of_the_files() -> None:
    folder = Path(feedpub.feeds.pages.__file__).parent / "languages"
    assert {path.stem for path in folder.glob("*.toml")} == {*LANGUAGES, "right_to_left"}


@pytest.mark.parametrize(
    ("language", "counted"),
    [
        ("en", {1: "1 story", 2: "2 stories", 101: "101 stories"}),
        ("fr", {1: "1 article", 2: "2 articles"}),
        ("zh-TW", {1: "1 篇報導", 20: "20 篇報導"}),
        ("it", {1: "1 story", 21: "21 stories"}),
        (
            "ar",
            {1: "خبر واحد", 2: "خبران", 3: "3 أخبار", 11: "11 خبرًا", 100: "100 خبر"}
            | {101: "101 خبر", 103: "103 أخبار", 1111: "1111 خبرًا"},
        ),
        ("ar-EG", {15: "١٥ خبرًا"}),
    ],
)
def test_stories_are_counted_in_the_plural_forms(language: str, counted: dict[int, str]) -> None:
    assert {number: count_stories(number, language) for number in counted} == counted


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_forms_are_those_of_cldr(language: str) -> None:
    plural = Locale.parse(language, sep="-").plural_form
    words = find_words(language)
    for number in range(1200):
        wanted = words.stories[plural(number)].format(number)
        assert count_stories(number, language) == wanted


def test_pages_speak_every_language(tmp_path: Path) -> None:
    """A section in each language; a word of another in it would be marked."""
    sections = "".join(
        f'[section.s-{language.lower()}]\nname = "S {language}"\nlanguage = "{language}"\n'
        for language in ("ar-EG", *LANGUAGES)
    )
    records = [
        make_record(number, section=f"S {language}", published="2020-05-04", updated="2020-05-25")
        for number, language in enumerate(("ar-EG", *LANGUAGES))
    ]
    pages = build_pages(tmp_path, records, more=sections)
    for language in ("ar-EG", *LANGUAGES):
        words = find_words(language)
        page = pages[f"s-{language.lower()}.html"]
        direction = "rtl" if language.startswith("ar") else "ltr"
        assert (page.get("lang"), page.get("dir")) == (language, direction)
        assert not find(page, "//aside//@lang | //footer/p[1]/@lang | //main/header//@lang")
        assert text_of(find(page, "//aside/h2")[0]) == words.subscribe
        contents = text_of(find(page, "//p[contains(@class, 'contents')]")[0])
        assert contents.startswith(count_stories(1, language)), contents
        days = [write_time(MOMENT.replace(day=day), "day", language) for day in (4, 25)]
        told = text_of(find(page, "//article/p[@class='meta']")[0])
        assert told == " ".join(f"{days[0]} · {words.updated} {days[1]}".split())


def test_every_word_is_said() -> None:
    folder = Path(feedpub.feeds.pages.__file__).parent
    paths = (*folder.rglob("*.py"), *folder.rglob("*.html"))
    code = "".join(path.read_text(encoding="utf-8") for path in paths)
    assert {name for name in Words.__struct_fields__ if f".{name}" not in code} == set()


@pytest.mark.parametrize(
    ("content", "fitted"),
    [
        ("<p>Text</p>", "<p>Text</p>"),
        ("<h1>A</h1><h2>B</h2>", "<h3>A</h3><h4>B</h4>"),
        ("<h4>A</h4><h2>B</h2><h6>C</h6>", "<h3>A</h3><h3>B</h3><h4>C</h4>"),
        ("<h2>A</h2><h4>B</h4><h3>C</h3><h2>D</h2>", "<h3>A</h3><h4>B</h4><h4>C</h4><h3>D</h3>"),
        (
            "".join(f"<h{level}>A</h{level}>" for level in range(1, 7)),
            "".join(f"<h{level}>A</h{level}>" for level in (3, 4, 5, 6, 6, 6)),
        ),
        ('<h1 dir="rtl" title="<h2>">A</h1>', '<h3 dir="rtl" title="<h2>">A</h3>'),
        ("<hr><p>h1 &lt;h1&gt;</p>", "<hr><p>h1 &lt;h1&gt;</p>"),
        ('<img src="a.png" alt="A">', '<img src="a.png" alt="A" loading="lazy">'),
        ('<img src="a.png">', '<img src="a.png" loading="lazy" alt="">'),
        ('<a href="FEEDS/x.html?a=1&amp;b">A</a>', '<a href="x.html?a=1&amp;b">A</a>'),
        ('<a title="href=FEEDS/">A</a>', '<a title="href=FEEDS/">A</a>'),
        (
            "<table><tr><td><table></table></td></tr></table><p>",
            '<div class="scroll" role="group" aria-label="A &quot;table&quot;" tabindex="0">'
            "<table><tr><td><table></table></td></tr></table></div><p>",
        ),
    ],
)
def test_content_fits_into_a_page(content: str, fitted: str) -> None:
    def shorten(url: str) -> str:
        return url.removeprefix("FEEDS/")

    assert fit_content(content, below=2, table='A "table"', shorten_url=shorten) == fitted


@pytest.mark.parametrize(
    ("text", "is_long"),
    [
        ("Das Schleusenwärterhäuschen", True),
        ("Водохозяйственного района", True),
        ("A story of words that are not long", False),
        ("news.river-voice.example.com", False),
        ("古镇的水上戏台今晚开演河边人家都来听", False),
        ("フィードリーダーアプリケーション開発者会議", False),
    ],
)
def test_headlines_with_long_words_are_smaller(text: str, is_long: bool) -> None:
    assert mark_long(text) == (' class="long"' if is_long else "")


# What a site may look like, and how to subscribe.


def test_each_reader_takes_the_address_as_its_line_says() -> None:
    tables = load_tables("feedpub.feeds.pages", "readers")
    links = list_readers("https://news.example.com/a.rss")
    assert {link.name: link.href for link in links} == {
        name: table["example"] for name, table in tables.items()
    }
    assert len(links) > 3


def test_pages_explain_how_to_subscribe(tmp_path: Path) -> None:
    pages = build_pages(tmp_path, [make_record(1)])
    for name, page in pages.items():
        (readers,) = find(page, "//aside//p[@class='readers']")
        slug = "all" if name in ("index.html", "all.html") else "river"
        app = find(readers, "./a[starts-with(@href, 'feed:')]/@href")
        assert app == [f"feed:{FEEDS}{slug}.rss"], name
        assert len(find(readers, "./a[contains(@href, '%2Ffeeds%2F')]")) > 3
        assert "A feed is a file" in text_of(find(page, "//p[@class='why']")[0])


@pytest.mark.parametrize("pages", [True, False])
def test_a_feed_names_its_page_to_who_opens_it_in_a_browser(tmp_path: Path, pages: bool) -> None:
    toml = TOML.format(site='feeds = "https://news.example.com/a--b/"', more="").replace(
        '["rss", "json", "html"]', '["rss", "atom", "html"]' if pages else '["rss", "atom"]'
    )
    make_site(tmp_path, {"sources/a.jsonl": to_json_lines(make_record(1))}, toml)
    assert run_cli(tmp_path, "build").exit_code == 0
    for name, path in (("river.rss", "channel"), ("river.atom", ".")):
        (root,) = etree.parse(tmp_path / "feeds" / name).getroot().iterfind(path)
        told = [str(one.text) for one in root if one.tag is etree.Comment]
        assert len(told) == pages
        assert all("https://news.example.com/a-%2Db/river.html " in text for text in told)
    assert run_cli(tmp_path, "lint", "feeds").exit_code == 0


@pytest.mark.parametrize(
    ("color", "fitted"),
    [
        ("#a01818", ("#a01818", None)),
        ("#A11", ("#aa1111", None)),
        ("#ffff00", (None, "#ffff00")),
        ("#000", ("#000000", None)),
        ("#777777", (None, None)),
    ],
)
def test_an_accent_is_fitted_to_what_it_stands_on(
    color: str, fitted: tuple[str | None, str | None]
) -> None:
    grounds = ((0xFC, 0xFA, 0xF6), (0x17, 0x16, 0x14))
    for shown, wanted, ground in zip(fit_accent(color), fitted, grounds, strict=True):
        assert wanted in (None, shown)
        red, green, blue = bytes.fromhex(shown[1:])
        assert measure_contrast((red, green, blue), ground) >= 4.5


def test_contrast_is_that_of_the_guidelines() -> None:
    assert measure_contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert measure_contrast((255, 0, 0), (255, 255, 255)) == pytest.approx(4.0, abs=0.01)


LOOK = """\
logo = "https://news.example.com/logo.png"
accent = "#006644"
style = "look/own.css"
footer = { "About & us" = "/about", Imprint = "https://news.example.com/imprint" }
"""


def test_a_site_has_its_own_look(tmp_path: Path) -> None:
    make_site(tmp_path, {"look/own.css": "body { color: teal }"})
    pages = build_pages(tmp_path, [make_record(1)], site=LOOK)
    for name, page in pages.items():
        root = "../" * name.count("/")
        assert find(page, "//link[@rel='stylesheet']/@href") == [f"{root}style.css"]
        assert find(page, "//a[@class='brand']/img/@src") == ["https://news.example.com/logo.png"]
        (style,) = find(page, "//style/text()")
        assert style.endswith("}}") and "--accent:#006644" in style
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        (policy,) = find(page, "//meta[@http-equiv]/@content")
        assert f"style-src 'sha256-{digest}' 'self'; font-src 'self'" in policy
        links = {text_of(link): link.get("href") for link in find(page, "//footer//a")}
        assert links == {
            "Home page": "https://news.example.com/",
            "About & us": "https://news.example.com/about",
            "Imprint": "https://news.example.com/imprint",
        }
    assert (tmp_path / "feeds/style.css").read_text() == "body { color: teal }"
    # A change of the style alone is seen.
    (tmp_path / "look/own.css").write_text("body { color: navy }")
    assert run_cli(tmp_path, "build").exit_code == 0
    assert (tmp_path / "feeds/style.css").read_text() == "body { color: navy }"


@pytest.mark.parametrize(
    ("site", "told"),
    [
        ('accent = "red"', "site.accent"),
        ('footer = { A = "javascript:alert(1)" }', "site.footer.A"),
        ('style = "none.css"', 'site.style: "none.css" can\'t be read'),
        ('style = "sources"', 'site.style: "sources" can\'t be read'),
    ],
)
def test_a_look_that_cannot_be_is_told(tmp_path: Path, site: str, told: str) -> None:
    files = {"sources/a.jsonl": to_json_lines(make_record(1))}
    make_site(tmp_path, files, TOML.format(site=site, more=""))
    done = run_cli(tmp_path, "build")
    assert (done.exit_code, told in done.stderr) == (2, True), done.stderr
    assert not (tmp_path / "feeds").exists()
