"""Sites of HTML pages: what is an article, its address, and what its markup says of it."""

# ruff: noqa: E501 (a sample is one line)

from __future__ import annotations

from pathlib import Path

import pytest
from xml_support import Found, read_source

from feedpub.pages import read_site_page
from feedpub.settings import Selectors
from feedpub.sources import Place
from feedpub.systems.known.html_site import HtmlSite
from feedpub.systems.mirror_paths import find_kind, make_address, read_mirror_path, tidy_link
from feedpub.text import load_words

HOME = "https://post.example.com/"
TEXT = (
    "<p>Two pairs of herons nest above the mill, the first in thirty years.</p>"
    "<p>Walkers are asked to stay on the far bank until the young have left the nest.</p>"
)
TIME = '<time datetime="2024-05-12T09:30:00+02:00">May 12</time>'


def page(
    title: str = "Herons return",
    *,
    head: str = "",
    body: str = "",
    classes: str = "",
    time: str = TIME,
) -> str:
    body = body or f"<main><h1>{title}</h1>{time}{TEXT}</main>"
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta property="og:site_name" content="River Post">{head}</head>'
        f'<body class="{classes}"><nav><a href="/">Home</a></nav>{body}</body></html>'
    )


def teaser(name: str, text: str = "Two pairs nest above the mill, the warden says.") -> str:
    return f'<article><h2><a href="/2024/{name}/">{name}</a></h2><p>{text}</p></article>'


OTHERS = {
    "index.html": page("Home"),
    "2024/ferry/index.html": page("Ferry runs again"),
    "2024/gates/index.html": page("Gates close"),
}


def read_site(tmp_path: Path, name: str, content: str) -> Found:
    """Read a page among others, and give its record alone."""
    found = read_source(tmp_path, {**OTHERS, name: content})
    kept = [r for r in found.records if r.origin.file.below == name]
    return Found(kept, found.problems, found.notes)


def test_reads_an_article_by_its_path(tmp_path: Path) -> None:
    found = read_site(tmp_path, "2024/herons/index.html", page())
    assert found.problems == []
    assert found.fields["permalink"] == "https://news.example.com/2024/herons/"
    assert found.fields["id"] == "/2024/herons/"
    assert found.fields["published"] == "2024-05-12T09:30:00+02:00"
    assert found.notes == ["sources: not articles: home pages 1"]


@pytest.mark.parametrize(
    ("href", "link"),
    [
        ("https://post.example.com/2024/herons/", "https://post.example.com/2024/herons/"),
        (
            "https://post.example.com/2024/herons/index.html",
            "https://post.example.com/2024/herons/",
        ),
        ("/2024/herons/", "https://news.example.com/2024/herons/"),
        ("index.html", "https://news.example.com/2024/herons/"),
        ("http://localhost:8080/2024/herons/#top", "/2024/herons/"),
    ],
)
def test_the_link_is_the_canonical_one(href: str, link: str, tmp_path: Path) -> None:
    head = f'<link rel="canonical" href="{href}">'
    found = read_site(tmp_path, "2024/herons/index.html", page(head=head))
    assert found.fields["link"] == link
    assert "permalink" not in found.fields


@pytest.mark.parametrize(
    "comment",
    [
        "<!-- saved from url=(0036)https://post.example.com/2024/herons -->",
        "<!-- Mirrored from post.example.com/2024/herons by HTTrack Website Copier/3.x -->",
    ],
)
def test_the_address_is_what_the_copier_wrote(comment: str, tmp_path: Path) -> None:
    found = read_site(tmp_path, "Herons.html", page(head=comment))
    assert found.fields["permalink"] == "https://post.example.com/2024/herons"


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        (
            "2024/herons/amp/index.html",
            page(head='<link rel="canonical" href="/2024/herons/">'),
            "",
        ),
        ("2024/herons/index.html?replytocom=7.html", page(), ""),
        ("2024/herons/print.html", page(head='<link rel="canonical" href="./">'), ""),
        (
            "news/index.html",
            page(body=f"<main>{teaser('a')}{teaser('b')}</main>"),
            "lists of articles",
        ),
        ("tag/river/index.html", page(), "lists of articles"),
        ("about/index.html", page(classes="page page-id-7"), "pages"),
        (
            "we/index.html",
            page(
                classes="page-id-7",
                head='<meta property="article:published_time" content="2024-05-12T10:00:00Z">',
            ),
            "pages",
        ),
        ("photo/index.html", page(classes="attachment attachmentid-9"), "attachments"),
        ("anna.html", page(head='<meta property="og:type" content="profile">'), "pages of authors"),
        ("contact.html", page(time=""), "pages without a time"),
        (
            "links.html",
            page(body="<h1>Links</h1><p><a href='/a'>A</a></p>"),
            "pages without an article",
        ),
        ("x/a_files/frame.html", page(), "parts of saved pages"),
        ("old/index.html?p=7.html", page(), None),
        ("robots.txt", "User-agent: *", None),
    ],
)
def test_what_is_no_article_is_passed_over(
    name: str, content: str, kind: str | None, tmp_path: Path
) -> None:
    files = {**OTHERS, "2024/herons/index.html": page(), name: content}
    found = read_source(tmp_path, files)
    shown = [record.origin.file.below for record in found.records]
    assert found.problems == []
    assert (name in shown) is (kind is None and name.endswith(".html"))
    if kind is not None:
        assert f"{kind or 'other views of an article'} 1" in found.notes[0]


def test_an_article_among_teasers_is_no_list(tmp_path: Path) -> None:
    cards = "".join(teaser(name, "Short.") for name in "abcdef")
    body = f"<main><article><h1>Herons return</h1>{TIME}{TEXT}</article>{cards}</main>"
    assert read_site(tmp_path, "2024/herons/index.html", page(body=body)).titles == [
        "Herons return"
    ]


def test_a_page_whose_data_name_other_articles_is_a_list(tmp_path: Path) -> None:
    node = '{"@type":"BlogPosting","headline":"%s","url":"/2024/%s/","datePublished":"2024-05-12"}'
    data = ",".join(node % (name, name) for name in ("a", "b"))
    head = f'<script type="application/ld+json">[{data}]</script>'
    assert read_site(tmp_path, "news/index.html", page(head=head)).records == []
    assert read_site(tmp_path, "2024/a/index.html", page(head=head)).titles == ["a"]


def test_reads_what_a_blog_marks_by_microformats(tmp_path: Path) -> None:
    body = """<header><h1><a href="/">River Post</a></h1></header>
<div class="post hentry"><h3 class="post-title entry-title">Herons return</h3>
<div class="post-body entry-content"><p>Two pairs of herons nest above the mill, the first ever.</p>
<p>Walkers are asked to stay on the far bank until the young have left the nest.</p></div>
<span class="post-author vcard">Posted by <span class="fn">Anna Berg</span></span>
<a class="timestamp-link" rel="bookmark"><abbr class="published" title="2024-05-12T23:30:00-07:00">11:30
PM</abbr></a> <span class="updated" title="2024-05-13T08:00:00-07:00"></span>
<span class="post-labels"><a rel="tag" href="/search/label/Nature">Nature</a></span>
<a rel="tag" href="/t/birds">birds</a>
<div id="comments"><p class="vcard"><span class="fn">Reader</span></p></div></div>"""
    found = read_site(tmp_path, "2024/05/herons.html", page("River Post: Herons", body=body))
    kept = ("title", "author", "published", "updated", "section", "tags")
    assert {name: found.fields.get(name) for name in kept} == {
        "title": "Herons return",
        "author": ["Anna Berg"],
        "published": "2024-05-12T23:30:00-07:00",
        "updated": "2024-05-13T08:00:00-07:00",
        "section": ["Nature"],
        "tags": ["birds"],
    }


@pytest.mark.parametrize("name", ["entry-content", "text"])
def test_a_short_entry_is_the_body_beside_longer_boxes(name: str, tmp_path: Path) -> None:
    body = f"""<div class="post hentry"><h1 class="entry-title">Quiet</h1>
<abbr class="published" title="2024-05-12T10:52:00+02:00">May 12</abbr>
<div class="{name}"><p>Nothing happened at the weir.</p></div></div>
<div class="box"><p>Ask for the paper at the kiosk, where it is sold each Friday from six on.</p>
<p>Write to us at the old mill, or come in: the second door is open all week long.</p></div>"""
    found = read_site(tmp_path, "2024/05/quiet.html", page("Quiet", body=body))
    assert "Nothing happened" in str(found.fields["content_html"])
    assert "kiosk" not in str(found.fields["content_html"])


def test_an_abbreviated_time_of_microdata_is_written_out_in_its_title(tmp_path: Path) -> None:
    body = f"""<div itemscope itemtype="http://schema.org/BlogPosting">
<h1 itemprop="headline">Herons return</h1>{TEXT}<abbr itemprop="datePublished"
title="2024-05-12T10:52:00+02:00">10:52</abbr></div>"""
    found = read_site(tmp_path, "2024/05/herons.html", page(body=body))
    assert found.fields["published"] == "2024-05-12T10:52:00+02:00"


def test_the_day_is_that_of_the_path_where_the_page_names_none(tmp_path: Path) -> None:
    found = read_site(tmp_path, "2024/05/12/herons/index.html", page(time=""))
    assert found.fields["published"] == "2024-05-12"


def test_links_of_the_body_are_those_of_the_site(tmp_path: Path) -> None:
    body = f'<main><h1>Herons</h1>{TIME}{TEXT}<p>More on <a href="../ferry/index.html#b">boats</a> now.</p></main>'
    found = read_site(tmp_path, "2024/herons/index.html", page("Herons", body=body))
    assert 'href="https://news.example.com/2024/ferry/#b"' in str(found.fields["content_html"])


@pytest.mark.parametrize("table", ["lists", "lists_of_one", "lists_at_end"])
def test_every_word_of_a_path_makes_its_example_a_list(table: str) -> None:
    for word, path in load_words("feedpub.systems", "site_paths")[table].items():
        assert word in path.replace(".html", "").split("/")
        assert find_kind(read_mirror_path(path, False)) == "lists of articles", path
        assert find_kind(read_mirror_path(path.replace(word, "herons"), False)) is None or (
            table == "lists_at_end" and path.startswith(word)
        )


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("index.html", "home pages"),
        ("post.example.com/index.html", "home pages"),
        ("index.html?p=7.html", None),
        ("index.html?cat=7.html", "lists of articles"),
        ("page/2/index.html", "lists of articles"),
        ("blog/page/2/index.html", "lists of articles"),
        ("2024/05/index.html", "lists of articles"),
        ("2024_05_01_archive.html", "lists of articles"),
        ("2024/herons/comment-page-2/index.html", "lists of articles"),
        ("category/news/2024/herons.html", None),
        ("magazine/archive/2024/herons.html", None),
        ("authors/anna/herons/index.html", None),
    ],
)
def test_what_a_page_is_by_its_path(path: str, kind: str | None) -> None:
    assert find_kind(read_mirror_path(path, True)) == kind


@pytest.mark.parametrize(
    ("path", "home", "address"),
    [
        ("a/index.html", HOME, "https://post.example.com/a/"),
        ("a.html", HOME, "https://post.example.com/a.html"),
        ("www.post.example.com/a/index.html", HOME, "https://post.example.com/a/"),
        ("other.example.com/a/index.html", HOME, "https://other.example.com/a/"),
        ("other.example.com+8080/a.html", HOME, "https://other.example.com:8080/a.html"),
        ("a/b.html", f"{HOME}blog/", "https://post.example.com/blog/a/b.html"),
        ("blog/b.html", f"{HOME}blog/", "https://post.example.com/blog/b.html"),
        ("index.html?p=7.html", HOME, "https://post.example.com/?p=7"),
        ("index.html@p=7.html", HOME, "https://post.example.com/?p=7"),
        ("über uns/index.html", HOME, "https://post.example.com/%C3%BCber%20uns/"),
        ("a:b.html", HOME, "https://post.example.com/a:b.html"),
        ("v1.2/a.html", HOME, "https://post.example.com/v1.2/a.html"),
    ],
)
def test_the_address_of_a_path(path: str, home: str, address: str) -> None:
    assert make_address(read_mirror_path(path, True), home) == address


@pytest.mark.parametrize(
    ("link", "tidy"),
    [
        ("https://a.example/x/index.html?replytocom=4#c", "https://a.example/x/"),
        ("https://a.example/x/amp/", "https://a.example/x/"),
        ("https://a.example/?p=7&utm_source=x", "https://a.example/?p=7"),
        ("http://127.0.0.1:4000/x/", "/x/"),
        ("http://[/x", "http://[/x"),
    ],
)
def test_a_link_is_tidied(link: str, tidy: str) -> None:
    assert tidy_link(link) == tidy


@pytest.mark.parametrize(
    ("files", "is_known"),
    [
        (OTHERS, True),
        ({f"post.example.com/{name}": text for name, text in OTHERS.items()}, True),
        ({f"post.example.com/2024/{n}.html": page(n) for n in ("a", "b", "c")}, True),
        ({f"2024/{n}.html": page(n) for n in ("a", "b", "c")}, False),
        (
            {
                "a.html": page(),
                "a_files/x.css": "",
                "b.html": page(),
                "b_files/x.css": "",
                "c.html": page(),
            },
            True,
        ),
        # Article pages in a folder are no site, nor are two, nor those of several sites.
        ({"a.html": page(), "b.html": page(), "c.html": page()}, False),
        ({"index.html": page(), "a.html": page()}, False),
        ({name: text.replace("River Post", name) for name, text in OTHERS.items()}, False),
        ({**OTHERS, "a.md": "", "b.md": "", "c.md": ""}, False),
    ],
)
def test_recognizes_pages_of_one_site(
    files: dict[str, str], is_known: bool, tmp_path: Path
) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert (HtmlSite().recognize(Place(tmp_path)) is not None) is is_known


@pytest.mark.parametrize("href", ["http://[", "//[x", "javascript:alert(1)", " "])
def test_addresses_that_are_none_do_no_harm(href: str) -> None:
    head = f'<link rel="canonical" href="{href}"><base href="{href}">'
    body = f'<main><h1>Herons</h1>{TIME}{TEXT}<p><a href="{href}">x</a></p></main>{teaser("a")}'
    text = page("Herons", head=head, body=body.replace("/2024/a/", href))
    found = read_site_page(text, address=HOME, selectors=Selectors(), whole=True)
    assert found.fields["title"] == "Herons"
