"""Exports of WordPress and Squarespace: what is published, joins, times, links and bodies."""

# ruff: noqa: E501 (a sample is one line)

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from xml_support import read_source

from feedpub.systems.wordpress_markup import Attachment, render_wordpress

HEAD = """\
<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>River Post</title>
<link>https://post.example.com</link><language>en-US</language>
<wp:author><wp:author_login>aberg</wp:author_login><wp:author_email>a@example.com</wp:author_email>
<wp:author_display_name><![CDATA[Anna Berg]]></wp:author_display_name></wp:author>
"""
TAIL = "</channel></rss>"


def post(id: object = 7, title: str = "Herons", more: str = "", **values: str) -> str:
    parts = {
        "link": f"https://post.example.com/{id}/",
        "dc:creator": "aberg",
        "wp:post_id": str(id),
        "wp:post_type": "post",
        "wp:status": "publish",
        "wp:post_date": "2024-05-01 12:00:00",
        "wp:post_date_gmt": "2024-05-01 10:00:00",
        **{name.replace("__", ":"): value for name, value in values.items()},
    }
    inside = "".join(f"<{name}><![CDATA[{text}]]></{name}>" for name, text in parts.items())
    return f"<item><title>{title}</title>{inside}{more}</item>\n"


def meta(key: str, value: str) -> str:
    return (
        f"<wp:postmeta><wp:meta_key>{key}</wp:meta_key>"
        f"<wp:meta_value>{value}</wp:meta_value></wp:postmeta>"
    )


def attachment(id: int, parent: int = 0, caption: str = "") -> str:
    url = f"https://post.example.com/up/{id}.jpg"
    return post(
        id,
        wp__post_type="attachment",
        wp__status="inherit",
        wp__attachment_url=url,
        wp__post_parent=str(parent),
        excerpt__encoded=caption,
        more=meta("_wp_attachment_image_alt", "A heron") if caption else "",
    )


def test_reads_a_post(tmp_path: Path) -> None:
    terms = (
        '<category domain="category" nicename="river"><![CDATA[River &amp; Sea]]></category>'
        '<category domain="post_tag" nicename="birds"><![CDATA[birds]]></category>'
        '<category domain="post_format" nicename="image"><![CDATA[Image]]></category>'
    )
    written = post(
        wp__post_modified_gmt="2024-05-02 08:30:00",
        content__encoded="One.\n\nTwo.",
        excerpt__encoded="Short.",
        more=terms + meta("_thumbnail_id", "9"),
    )
    found = read_source(
        tmp_path, {"a.xml": HEAD + written + attachment(9, caption="At the weir") + TAIL}
    )
    assert found.problems == []
    assert found.notes == ["sources: not articles: attachments 1"]
    assert found.fields == {
        "id": "7",
        "title": "Herons",
        "link": "https://post.example.com/7/",
        "section": ["River &amp; Sea"],
        "published": "2024-05-01 10:00:00Z",
        "updated": "2024-05-02 08:30:00Z",
        "status": "published",
        "author": ["Anna Berg"],
        "tags": ["birds"],
        "summary": "Short.",
        "language": "en-US",
        "images": [
            {
                "src": "https://post.example.com/up/9.jpg",
                "caption": "At the weir",
                "alt": "A heron",
            }
        ],
        "content_html": "<p>One.</p>\n<p>Two.</p>",
    }


@pytest.mark.parametrize(
    ("values", "published"),
    [
        ({}, True),
        ({"wp__status": "draft"}, False),
        ({"wp__status": "future"}, False),
        ({"wp__status": "pending"}, False),
        ({"wp__status": "private"}, False),
        ({"wp__status": "trash"}, False),
        ({"wp__status": "in-review"}, False),
        ({"wp__post_password": "enter"}, False),
        ({"wp__post_type": "page"}, False),
        ({"wp__post_type": "nav_menu_item"}, False),
        ({"wp__post_type": "product"}, False),
    ],
)
def test_publishes_only_what_is_published(
    tmp_path: Path, values: dict[str, str], published: bool
) -> None:
    found = read_source(tmp_path, {"a.xml": HEAD + post(**values) + TAIL})
    assert found.titles == (["Herons"] if published else [])


@pytest.mark.parametrize(
    ("values", "read"),
    [
        ({}, "2024-05-01 10:00:00Z"),
        ({"wp__post_date_gmt": "0000-00-00 00:00:00"}, "2024-05-01 12:00:00"),
        (
            {
                "wp__post_date_gmt": "0000-00-00 00:00:00",
                "pubDate": "Wed, 01 May 2024 10:00:00 +0000",
            },
            "Wed, 01 May 2024 10:00:00 +0000",
        ),
        (
            {
                "wp__post_date_gmt": "0000-00-00 00:00:00",
                "pubDate": "Wed, 30 Nov -0001 00:00:00 +0000",
            },
            "2024-05-01 12:00:00",
        ),
    ],
)
def test_reads_times_as_wordpress_means_them(
    tmp_path: Path, values: dict[str, str], read: str
) -> None:
    assert (
        read_source(tmp_path, {"a.xml": HEAD + post(**values) + TAIL}).fields["published"] == read
    )


def test_names_several_authors(tmp_path: Path) -> None:
    guest = post(
        20,
        wp__post_type="guest-author",
        more=meta("cap-display_name", "Ben Ode") + meta("cap-user_login", "bode"),
    )
    terms = (
        '<category domain="author" nicename="cap-aberg">aberg</category>'
        '<category domain="author" nicename="cap-bode">bode</category>'
    )
    found = read_source(tmp_path, {"a.xml": HEAD + post(more=terms) + guest + TAIL})
    assert found.fields["author"] == ["Anna Berg", "Ben Ode"]
    unknown = read_source(tmp_path, {"a.xml": HEAD + post(dc__creator="x@example.com") + TAIL})
    assert unknown.fields["author"] == []


def test_warns_of_attachment_that_is_missing(tmp_path: Path) -> None:
    written = post(more=meta("_thumbnail_id", "99"))
    found = read_source(tmp_path, {"a.xml": HEAD + written + TAIL})
    (problem,) = found.problems
    assert "_thumbnail_id names an attachment that no export here holds" in problem.message


def test_finds_attachment_in_another_part_of_the_export(tmp_path: Path) -> None:
    written = post(more=meta("_thumbnail_id", "9"))
    found = read_source(
        tmp_path, {"a.xml": HEAD + written + TAIL, "b.xml": HEAD + attachment(9) + TAIL}
    )
    assert found.fields["images"] == [{"src": "https://post.example.com/up/9.jpg"}]


def test_gallery_shows_attachments(tmp_path: Path) -> None:
    one = post(content__encoded='[gallery ids="9,8"]')
    own = post(10, title="Weir", content__encoded="[gallery]")
    more = attachment(8) + attachment(9) + attachment(12, parent=10)
    found = read_source(tmp_path, {"a.xml": HEAD + one + own + more + TAIL})
    bodies = [re.findall(r"up/(\d+)", str(r.fields["content_html"])) for r in found.records]
    assert bodies == [["9", "8"], ["12"]]


def test_post_without_title_takes_the_beginning_of_its_text(tmp_path: Path) -> None:
    found = read_source(
        tmp_path, {"a.xml": HEAD + post(title="", content__encoded="<p>Only words.</p>") + TAIL}
    )
    assert found.fields["title"] == "Only words."


def test_squarespace_completes_links(tmp_path: Path) -> None:
    written = post(
        link="/blog/herons",
        dc__creator="a@example.com",
        content__encoded='<p>Text <a href="/about">here</a></p>',
    )
    found = read_source(tmp_path, {"a.xml": HEAD + written + TAIL})
    assert found.fields["link"] == "https://post.example.com/blog/herons"
    assert found.fields["author"] == ["Anna Berg"]
    assert '<a href="https://post.example.com/about">' in str(found.fields["content_html"])


LIBRARY = {"9": Attachment("https://a.example/9.jpg", "Cap", "Alt")}
FIGURE = (
    '<figure><img src="https://a.example/9.jpg" alt="Alt"><figcaption>Cap</figcaption></figure>'
)

BODIES: Sequence[tuple[str, str, str]] = [
    ("blank lines", "A\nb\n\nC", "<p>A<br>\nb</p>\n<p>C</p>"),
    ("blocks stay", "A\n\n<ul>\n<li>x\n\ny</li>\n</ul>\n\nB", "<p>A</p>\n<ul>\n<li>x\n\ny</li>\n</ul><p>B</p>"),
    ("pre stays", "<pre>a\n\n<p>b</pre>", "<pre>a\n\n<p>b</pre>"),
    ("inside div", "<div>a\n\nb</div>", "<div><p>a</p>\n<p>b</p>\n</div>"),
    ("inline begins", "<em>A</em>\n\nB", "<p><em>A</em></p>\n<p>B</p>"),
    (
        "block comments",
        '<!-- wp:paragraph {"a":1} -->\n<p>A</p>\n<!-- /wp:paragraph -->',
        "<p>A</p>",
    ),
    ("more", "A\n<!--more-->\n\nB<!--nextpage-->", "<p>A</p>\n<p>B</p>"),
    (
        "caption",
        '[caption id="a_9" width="5"]<a href="x"><img src="a.jpg" /></a> At <em>the</em> weir[/caption]',
        '<figure><a href="x"><img src="a.jpg" /></a><figcaption>At <em>the</em> weir</figcaption></figure>',
    ),
    ("gallery", '[gallery ids="9, 10"]', FIGURE),
    ("gallery without quotes", "[gallery columns=2 ids=9]", FIGURE),
    ("embed", "[embed]https://v.example/1?a=1&b=2[/embed]", '<p><a href="https://v.example/1?a=1&amp;b=2" data-embed="">https://v.example/1?a=1&amp;b=2</a></p>'),
    ("video", '[video src="https://v.example/1.mp4"][/video]', '<p><a href="https://v.example/1.mp4" data-embed="">https://v.example/1.mp4</a></p>'),
    ("address alone", "https://v.example/1", '<p><a href="https://v.example/1" data-embed="">https://v.example/1</a></p>'),
    ("audio", '[audio mp3="https://v.example/a.mp3"]', '<p><a href="https://v.example/a.mp3" data-embed="">https://v.example/a.mp3</a></p>'),
    ("youtube of old", "[youtube=https://v.example/x]", '<p><a href="https://v.example/x" data-embed="">https://v.example/x</a></p>'),
    ("code", '[code lang="c"]a < b[/code]', "<pre><code>a &lt; b</code></pre>"),
    ("escaped", "[[gallery]]", "<p>[gallery]</p>"),
    ("brackets of a text", "He [sic] said [1] it [...]", "<p>He [sic] said [1] it [...]</p>"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "rendered"), [row[1:] for row in BODIES], ids=[r[0] for r in BODIES]
)
def test_renders_bodies(text: str, rendered: str) -> None:
    body = render_wordpress(text, LIBRARY.get)
    assert body.html == rendered
    assert body.unknown == ()


def test_shows_block_of_an_embed_as_a_link(tmp_path: Path) -> None:
    block = (
        '<!-- wp:embed {"url":"https://v.example/1"} -->\n<figure class="wp-block-embed">'
        '<div class="wp-block-embed__wrapper">\nhttps://v.example/1\n</div></figure>\n<!-- /wp:embed -->'
    )
    found = read_source(tmp_path, {"a.xml": HEAD + post(content__encoded=block) + TAIL})
    assert '<a href="https://v.example/1" ' in str(found.fields["content_html"])


def test_drops_shortcodes_of_plugins_and_says_so(tmp_path: Path) -> None:
    text = '[vc_row][vc_column width="1/2"]Words[/vc_column][/vc_row] [contact-form-7 id="1"]'
    found = read_source(tmp_path, {"a.xml": HEAD + post(content__encoded=text) + TAIL})
    assert found.fields["content_html"] == "<p>Words</p>"
    (problem,) = found.problems
    assert problem.value == "[vc_row], [vc_column], [contact-form-7]"


@pytest.mark.parametrize(
    "mark", ["[a x=", "[caption]", "<!--", "<a '", "[gallery ids='", "\n\n", "<p>"]
)
def test_hostile_bodies_are_rendered_in_linear_time(mark: str) -> None:
    start = time.perf_counter()
    render_wordpress(mark * 40_000, LIBRARY.get)
    assert time.perf_counter() - start < 5
