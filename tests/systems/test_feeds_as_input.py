"""Feeds as input: RSS of every version, Atom, Blogger's, JSON Feed."""

# ruff: noqa: E501 (a sample is one line)

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from xml_support import read_source

SPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom" '
    'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
)
LINK = "<link>https://post.example.com/herons</link>"
DATE = "<pubDate>Wed, 01 May 2024 10:00:00 +0000</pubDate>"


def rss(inside: str, channel: str = "", *, minimal: bool = True) -> str:
    base = f"<title>Herons</title>{LINK}{DATE}" if minimal else ""
    return (
        f'<rss version="2.0" {SPACES}><channel><title>Post</title>'
        f"<link>https://post.example.com/news/</link>{channel}<item>{base}{inside}</item></channel></rss>"
    )


def read(tmp_path: Path, content: str, name: str = "a.xml") -> Mapping[str, object]:
    found = read_source(tmp_path, {name: content})
    assert found.problems == []
    return found.fields


def test_reads_an_item_of_rss(tmp_path: Path) -> None:
    inside = (
        '<guid isPermaLink="false">post-7</guid><category>River</category><category>Birds</category>'
        '<category domain="post_tag">weir</category><dc:creator>Anna Berg</dc:creator>'
        "<description>Short.</description><content:encoded><![CDATA[<p>Long <a href='/x'>x</a></p>]]>"
        "</content:encoded>"
    )
    assert read(tmp_path, rss(inside, "<language>en</language>")) == {
        "id": "post-7",
        "title": "Herons",
        "link": "https://post.example.com/herons",
        "section": ["River", "Birds"],
        "tags": ["weir"],
        "published": "Wed, 01 May 2024 10:00:00 +0000",
        "author": ["Anna Berg"],
        "summary": "Short.",
        "content_html": '<p>Long <a href="https://post.example.com/x">x</a></p>',
        "language": "en",
    }


@pytest.mark.parametrize(
    ("inside", "field", "value"),
    [
        ('<guid>https://post.example.com/herons</guid>', "id", None),
        ('<guid isPermaLink="false">https://post.example.com/?p=7</guid>', "id", "https://post.example.com/?p=7"),
        ("<guid>7</guid>", "id", "7"),
        ("<author>noreply@example.com (Ben Ode)</author>", "author", ["noreply@example.com (Ben Ode)"]),
        ("<author>ben@example.com</author>", "author", ["ben@example.com"]),
        ("<dc:creator>By Ben Ode</dc:creator>", "author", ["By Ben Ode"]),
        ("<dc:creator>Ben Ode</dc:creator><dc:creator>Anna Berg</dc:creator>", "author", ["Ben Ode", "Anna Berg"]),
        ("<dc:subject>River</dc:subject>", "section", ["River"]),
        ("<description>Plain &amp;amp; simple</description>", "content_html", "Plain &amp; simple"),
        ("<description>Plain words</description>", "content_text", "Plain words"),
        ("<description>&lt;p&gt;Words&lt;/p&gt;</description>", "content_html", "<p>Words</p>"),
        ('<enclosure url="/a.jpg" type="image/jpeg" length="5"/>', "images", [{"src": "https://post.example.com/a.jpg", "type": "image/jpeg", "length": "5"}]),
        ('<enclosure url="/a.mp3" type="audio/mpeg" length="5"/>', "images", None),
        ('<media:content url="/s.jpg" width="140"/><media:content url="/l.jpg" width="460"><media:credit>Ben</media:credit></media:content>', "images", [{"src": "https://post.example.com/l.jpg", "credit": "Ben"}]),
        ('<media:group><media:content url="/s.jpg" width="140"/><media:content url="/l.jpg" width="460"/></media:group>', "images", [{"src": "https://post.example.com/l.jpg"}]),
        ('<media:content url="https://1.gravatar.com/avatar/x" medium="image"/><media:thumbnail url="/t.jpg"/>', "images", [{"src": "https://post.example.com/t.jpg"}]),
        ("<feedburner:origLink>https://post.example.com/true</feedburner:origLink>", "link", "https://post.example.com/true"),
        ('<atom:link rel="replies" href="https://post.example.com/c"/>', "link", "https://post.example.com/herons"),
    ],
)  # fmt: skip
def test_reads_what_items_have(tmp_path: Path, inside: str, field: str, value: object) -> None:
    assert read(tmp_path, rss(inside)).get(field) == value


def test_guid_stands_in_for_link_and_text_for_title(tmp_path: Path) -> None:
    fields = read(
        tmp_path,
        rss(
            "<guid>https://post.example.com/note</guid><description>Just a note.</description>"
            + DATE,
            minimal=False,
        ),
    )
    assert (fields["link"], fields["title"]) == ("https://post.example.com/note", "Just a note.")
    assert "id" not in fields


def test_relative_links_follow_xml_base_then_the_channel(tmp_path: Path) -> None:
    relative = f"<title>A</title><link>/a</link>{DATE}"
    assert read(tmp_path, rss(relative, minimal=False))["link"] == "https://post.example.com/a"
    based = rss(relative, minimal=False).replace("<item>", '<item xml:base="https://b.example/c/">')
    assert read(tmp_path, based)["link"] == "https://b.example/a"


def test_reads_rss_1_and_rss_0_91(tmp_path: Path) -> None:
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        f'{SPACES} xml:lang="de"><channel rdf:about="https://a.example/"><link>https://a.example/</link>'
        '<items><rdf:Seq><rdf:li resource="https://a.example/1"/></rdf:Seq></items></channel>'
        '<item rdf:about="https://a.example/1"><title>Reiher</title><dc:date>2024-05-01</dc:date></item>'
        "</rdf:RDF>"
    )
    fields = read(tmp_path, rdf, "a.rdf")
    assert fields["link"] == "https://a.example/1"
    assert (fields["published"], fields["language"]) == ("2024-05-01", "de")
    old = (
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
        '"http://127.0.0.1:9/rss-0.91.dtd" [<!ENTITY eacute "x">]>'
        f"<rss version='0.91'><channel><item><title>Caf&eacute;</title>{LINK}{DATE}</item></channel></rss>"
    )
    (tmp_path / "sources" / "a.rdf").unlink()
    assert read(tmp_path, old)["title"] == "Café"


def atom(inside: str, feed: str = "", spaces: str = "") -> str:
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://post.example.com/" {spaces}>{feed}'
        "<entry><id>tag:post.example.com,2024:7</id><title>Herons</title>"
        '<link rel="self" href="/7.atom"/><link rel="alternate" type="text/html" href="herons"/>'
        f"<updated>2024-05-02T00:00:00Z</updated>{inside}</entry></feed>"
    )


def test_reads_an_entry_of_atom(tmp_path: Path) -> None:
    inside = (
        "<published>2024-05-01T00:00:00Z</published><author><name>Anna Berg</name></author>"
        '<category term="river" label="River"/><category term="birds" scheme="http://a.example/#tag"/>'
        '<summary>Short.</summary><content type="xhtml" xml:base="/deep/">'
        '<div xmlns="http://www.w3.org/1999/xhtml"><p>Long <img src="a.jpg"/> <b>&amp;</b></p></div></content>'
    )
    assert read(tmp_path, atom(inside), "a.atom") == {
        "id": "tag:post.example.com,2024:7",
        "title": "Herons",
        "link": "https://post.example.com/herons",
        "section": ["River"],
        "tags": ["birds"],
        "published": "2024-05-01T00:00:00Z",
        "updated": "2024-05-02T00:00:00Z",
        "author": ["Anna Berg"],
        "summary": "Short.",
        "content_html": '<p>Long <img src="https://post.example.com/deep/a.jpg"> <b>&amp;</b></p>',
        "images": [{"src": "https://post.example.com/deep/a.jpg", "inline": True}],
    }


@pytest.mark.parametrize(
    ("inside", "field", "value"),
    [
        ('<content type="html">&lt;p&gt;A&lt;/p&gt;</content>', "content_html", "<p>A</p>"),
        ("<content>a &lt;b&gt; c</content>", "content_text", "a <b> c"),
        ('<content src="https://a.example/x"/>', "content_html", None),
        ("", "author", ["Feed Author"]),
        ('<link rel="enclosure" type="image/png" href="/a.png" length="9"/>', "images", [{"src": "https://post.example.com/a.png", "type": "image/png", "length": "9"}]),
    ],
)  # fmt: skip
def test_reads_what_entries_have(tmp_path: Path, inside: str, field: str, value: object) -> None:
    feed = "<author><name>Feed Author</name></author>"
    assert read(tmp_path, atom(inside, feed)).get(field) == value


def test_title_of_atom_may_be_markup(tmp_path: Path) -> None:
    content = atom("").replace("<title>", '<title type="html">&lt;em&gt;Two&lt;/em&gt; ')
    assert read(tmp_path, content)["title"] == "<em>Two</em> Herons"


KIND = '<category scheme="http://schemas.google.com/g/2005#kind" term="http://schemas.google.com/blogger/2008/kind#{}"/>'
APP = 'xmlns:app="http://purl.org/atom/app#" xmlns:blogger="http://schemas.google.com/blogger/2018"'


@pytest.mark.parametrize(
    ("inside", "titles", "notes"),
    [
        (KIND.format("post"), ["Herons"], []),
        (KIND.format("page"), [], ["sources: not articles: pages 1"]),
        (KIND.format("comment"), [], ["sources: not articles: comments 1"]),
        (KIND.format("template"), [], ["sources: not articles: templates 1"]),
        (KIND.format("settings"), [], ["sources: not articles: settings 1"]),
        (KIND.format("post") + "<app:control><app:draft>yes</app:draft></app:control>", [], []),
        ("<blogger:type>POST</blogger:type><blogger:status>LIVE</blogger:status>", ["Herons"], []),
        ("<blogger:type>POST</blogger:type><blogger:status>DRAFT</blogger:status>", [], []),
        ("<blogger:type>COMMENT</blogger:type>", [], ["sources: not articles: comments 1"]),
    ],
)
def test_publishes_posts_of_blogger_alone(
    tmp_path: Path, inside: str, titles: list[str], notes: list[str]
) -> None:
    found = read_source(tmp_path, {"blog.xml": atom(inside, "", APP)})
    assert found.titles == titles
    assert found.notes == notes


def test_labels_of_blogger_are_sections(tmp_path: Path) -> None:
    label = '<category scheme="http://www.blogger.com/atom/ns#" term="River"/>'
    author = "noreply@blogger.com (Ben Ode)"
    fields = read(
        tmp_path,
        atom(KIND.format("post") + label + f"<author><name>{author}</name></author>", "", APP),
    )
    assert (fields["section"], fields["author"]) == (["River"], [author])


def test_reads_json_feed(tmp_path: Path) -> None:
    item = {
        "id": "7",
        "url": "/herons",
        "title": "Herons",
        "content_html": "<p>A <a href='/b'>b</a></p>",
        "date_published": "2024-05-01T00:00:00Z",
        "date_modified": "2024-05-02T00:00:00Z",
        "image": "https://post.example.com/a.jpg",
        "tags": ["birds"],
        "attachments": [{"url": "/b.png", "mime_type": "image/png", "size_in_bytes": 9}],
    }
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Post",
        "home_page_url": "https://post.example.com/",
        "language": "en",
        "authors": [{"name": "Feed Author"}],
        "items": [item],
    }
    fields = read(tmp_path, json.dumps(feed), "feed.json")
    assert fields == {
        "id": "7",
        "title": "Herons",
        "link": "https://post.example.com/herons",
        "published": "2024-05-01T00:00:00Z",
        "updated": "2024-05-02T00:00:00Z",
        "author": ["Feed Author"],
        "tags": ["birds"],
        "language": "en",
        "content_html": '<p>A <a href="https://post.example.com/b">b</a></p>',
        "images": [
            {"src": "https://post.example.com/a.jpg"},
            {"src": "https://post.example.com/b.png", "type": "image/png", "length": "9"},
        ],
    }


@pytest.mark.parametrize(
    ("values", "field", "value"),
    [
        ({"author": {"name": "Ben Ode"}}, "author", ["Ben Ode"]),
        (
            {"authors": [{"name": "A"}, {"name": "B"}], "author": {"name": "C"}},
            "author",
            ["A", "B"],
        ),
        ({"id": "https://a.example/7"}, "id", None),
        ({"content_text": "Only words."}, "title", "Only words."),
        ({"external_url": "https://else.example/"}, "link", "https://a.example/7"),
    ],
)
def test_reads_what_items_of_json_feed_have(
    tmp_path: Path, values: Mapping[str, object], field: str, value: object
) -> None:
    item = {"id": "7", "url": "https://a.example/7", "date_published": "2024-05-01", **values}
    feed = {"version": "https://jsonfeed.org/version/1", "items": [item]}
    assert read(tmp_path, json.dumps(feed), "feed.json").get(field) == value
