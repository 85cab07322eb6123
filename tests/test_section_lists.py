"""The sections that a page writes in one text, and the metas of Chinese government pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from feedpub.pages.html_page import read_html
from feedpub.pages.html_source import decode_html
from feedpub.pages.section_lists import split_sections
from feedpub.text import load_words
from support import make_site, run_cli

LISTS = load_words("feedpub.pages", "section_lists")
PAGE = """<title>Kites over the quay</title>{head}<article>{above}
<h1>Kites over the quay</h1>{below}
<p>Forty kites rose over the quay on Sunday, and the wind held until five.</p>
<p>The red one, which no one claimed, came down on the roof of the customs house.</p></article>"""

GOVERNMENT = """<!doctype html><html><head><title>{title}_鹭洲区人民政府</title>{metas}</head><body>
<h1><a href="/">鹭洲区人民政府</a></h1><div class="crumbs">当前位置：<a href="/">首页</a></div>
<h2>{title}</h2><div><span>发布时间：2021-06-03 09:10</span> <span>来源：区水务局</span>
<span>责任编辑：林小舟</span></div>
<div class="con"><p>　　新泵站今天上午开始供水，沿河六个村的居民不再到井边挑水。</p>
<p>　　水务局表示，年底以前还要更换二十公里旧水管，并在每个村设两处取水点。</p></div>
<div><h3>相关链接</h3>
<ul><li><a href="/a.html">水价公告</a></li><li><a href="/b.html">停水通知</a></li></ul></div>
</body></html>"""


@pytest.mark.parametrize("example", [*LISTS["phrases"].values(), *LISTS["labels"].values()])
def test_each_label_is_dropped_from_its_example(example: str) -> None:
    assert split_sections(example) == ["Town", "Arts"]


@pytest.mark.parametrize("example", LISTS["joints"].values())
def test_each_joint_keeps_the_name_of_its_example(example: str) -> None:
    assert split_sections(example) == [example]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Posted in: Harbor, Kites", ["Harbor", "Kites"]),
        ("Filed Under Harbor", ["Harbor"]),
        ("Kategorien: Hafen | Drachen", ["Hafen", "Drachen"]),
        ("分类：港口、风筝", ["港口", "风筝"]),
        # Without a label.
        ("Harbor,Kites", ["Harbor", "Kites"]),
        ("Harbor, Kites, Harbor", ["Harbor", "Kites"]),
        ("Harbor,", ["Harbor"]),
        ("Topics: #Harbor, #Kites", ["Harbor", "Kites"]),
        # One name.
        ("Harbor", ["Harbor"]),
        ("Topics", ["Topics"]),
        ("Wind, Water & Weather", ["Wind, Water & Weather"]),
        ("Wind, Wasser und Wetter", ["Wind, Wasser und Wetter"]),
        ("Quayport, ND", ["Quayport, ND"]),
        ("1,000 Kites", ["1,000 Kites"]),
        ("Section 9", ["Section 9"]),
        # No name.
        ("Kategorien:", []),
    ],
)
def test_a_text_lists_its_sections(text: str, names: list[str]) -> None:
    assert split_sections(text) == names


@pytest.mark.parametrize(
    ("head", "above", "below", "section", "tags"),
    [
        (
            "",
            "",
            '<p class="cat-links">Posted in: <a href="/h">Harbor</a>, <a href="/k">Kites</a></p>',
            "Harbor",
            ["Kites"],
        ),
        (
            "",
            '<p class="category"><a href="/c">Categories</a>: <a href="/h">Harbor</a></p>',
            "",
            "Harbor",
            None,
        ),
        ("", '<span class="kicker">Rubrique : Port</span>', "", "Port", None),
        (
            "",
            '<p class="category"><a href="/h">Sea, Sand</a> <a href="/k">Kites</a></p>',
            "",
            "Sea, Sand",
            ["Kites"],
        ),
        (
            "",
            "",
            '<a rel="category tag" href="/h">Harbor</a>, <a rel="category" href="/k">Kites</a>',
            "Harbor",
            ["Kites"],
        ),
        (
            '<meta property="article:section" content="Harbor,Kites">'
            '<meta name="keywords" content="wind, Kites">',
            "",
            "",
            "Harbor",
            ["Kites", "wind"],
        ),
        (
            '<meta property="article:section" content="Wind, Water and Weather">',
            "",
            "",
            "Wind, Water and Weather",
            None,
        ),
    ],
)
def test_the_first_section_of_a_page_is_its_section(
    head: str, above: str, below: str, section: str, tags: list[str] | None
) -> None:
    fields = read_html(PAGE.format(head=head, above=above, below=below)).fields
    assert fields["section"] == section
    assert fields.get("tags") == tags


@pytest.mark.parametrize(
    ("name", "shape"), [("a/amp.html", "amp"), ("print/a.html", ""), ("a-mobile.html", "")]
)
def test_twins_of_one_canonical_address_are_one_article(
    tmp_path: Path, name: str, shape: str
) -> None:
    head = """<link rel="canonical" href="https://news.example.com/harbor/kites">
    <meta property="article:section" content="Harbor">
    <meta property="article:published_time" content="2020-05-25T10:00:00+08:00">"""
    page = PAGE.format(head=head, above="", below="")
    twin = page.replace("of the customs house", "of the custom-house")
    site = make_site(tmp_path, {"sources/a.html": page, f"sources/{name}": f"<html {shape}>{twin}"})
    assert run_cli(site, "build").exit_code == 0
    assert len(list(etree.parse(site / "feeds/harbor.rss").iter("item"))) == 1


@pytest.mark.parametrize(
    ("metas", "source", "section"),
    [
        (
            '<meta name="ArticleTitle" content="新泵站开始供水"><meta name="PubDate" '
            'content="2021-06-03 09:10"><meta name="ContentSource" content="鹭洲日报">'
            '<meta name="ColumnName" content="工作动态"><meta name="Author" content="">',
            "鹭洲日报",
            "工作动态",
        ),
        (
            '<meta name="contentSource" content="来源：鹭洲发布"><meta name="columnname" '
            'content="政务要闻"><meta name="Author" content="责任编辑：林小舟">',
            "鹭洲发布",
            "政务要闻",
        ),
        # The site itself is no source, so the one that the page shows counts.
        (
            '<meta name="ContentSource" content="本站"><meta name="SiteName" content="鹭洲区">',
            "区水务局",
            None,
        ),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_a_page_of_a_chinese_government_has_its_source_and_no_editor(
    metas: str, source: str, section: str | None, encoding: str
) -> None:
    page = GOVERNMENT.format(title="新泵站开始供水", metas=metas).encode(encoding)
    fields = read_html(decode_html(page).text).fields
    assert fields["title"] == "新泵站开始供水"
    assert fields["source"] == source
    assert fields.get("section") == section
    assert "author" not in fields
    body = str(fields["content_html"])
    assert "林小舟" not in body
    assert "停水通知" not in body
    assert body.count("<p>") == 2
