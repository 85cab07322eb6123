"""What bodies show from elsewhere: links with a title, or frames of the hosts that a site names."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from lxml import etree

from feedpub.lint import lint_feed
from feedpub.markup import MarkupCleaner
from feedpub.markup.body_media import read_body_media
from feedpub.markup.players import find_player, is_silent, tidy_title
from feedpub.text import load_tables
from support import STANDARD_TOML, make_site, run_cli

TABLES = load_tables("feedpub.markup", "embeds")
ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"
VIDEO = "https://www.youtube.com/watch?v=abc-DEF_123"
PLAYER = "https://www.youtube.com/embed/abc-DEF_123"


def read_entry(table: str, name: str, key: str) -> str:
    entry = TABLES[table][name]
    assert isinstance(entry, Mapping)
    return str(entry.get(key, ""))


def clean(markup: str, *embeds: str) -> str | None:
    """Show what a feed has of a body."""
    cleaner = MarkupCleaner(embeds)
    return cleaner.sanitize(
        read_body_media(markup).html, base="https://news.example.com/a/", images={}
    )


@pytest.mark.parametrize("pattern", TABLES["addresses"])
def test_address_names_its_service(pattern: str) -> None:
    player = find_player(read_entry("addresses", pattern, "example"))
    service = read_entry("addresses", pattern, "service")
    assert player is not None
    assert player.service == read_entry("services", service, "name")
    begin, _, end = read_entry("services", service, "page").partition("{id}")
    assert player.page.startswith(begin) and player.page.endswith(end)
    # The page, and the address of the player, are addresses of the same service.
    for again in filter(None, (player.page, player.frame)):
        found = find_player(again)
        assert found is not None and found.service in (player.service, None)


def test_every_service_has_an_address_an_element_or_a_box() -> None:
    used = {
        read_entry(table, name, "service")
        for table in ("addresses", "elements", "boxes")
        for name in TABLES[table]
    }
    assert used - {""} == TABLES["services"].keys()


@pytest.mark.parametrize("name", TABLES["elements"])
def test_element_becomes_a_link(name: str) -> None:
    example = read_entry("elements", name, "example")
    body = clean(f"<p>Before.</p>{example}<p>After.</p>")
    assert body is not None
    assert body.startswith("<p>Before.</p><p><a href=") and body.endswith("</a></p><p>After.</p>")
    service = read_entry("elements", name, "service")
    if service:
        assert f">{read_entry('services', service, 'name')}: https://" in body


@pytest.mark.parametrize("name", TABLES["boxes"])
def test_box_without_text_becomes_a_link(name: str) -> None:
    body = clean(f"<p>Before.</p>{read_entry('boxes', name, 'example')}<p>After.</p>")
    assert body is not None
    assert body.startswith("<p>Before.</p><p><a href=") and body.endswith("</a></p><p>After.</p>")
    assert body.count("<a ") == 1


@pytest.mark.parametrize(("pattern", "example"), TABLES["silent"].items())
def test_silent_frame_goes_without_a_word(pattern: str, example: str) -> None:
    assert is_silent(example)
    found = read_body_media(f'<p>One.</p><iframe src="{example}"></iframe>')
    assert (found.html, found.lost) == ("<p>One.</p>", ())


@pytest.mark.parametrize("title", TABLES["empty_titles"].values())
def test_title_of_a_frame_that_says_nothing_is_none(title: str) -> None:
    assert tidy_title(title) == ""
    assert tidy_title(f"{title} of herons") != ""


LINK = f'<a href="{VIDEO}">YouTube: {VIDEO}</a>'
TITLED = f'<a href="{VIDEO}">YouTube: Herons</a>'
FIGURE = '<figure><img src="https://img.example.com/p.jpg" alt="{}"></figure>'
POST = "https://x.com/weir/status/123456789"


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        (f'<iframe src="{PLAYER}" title="YouTube video player"></iframe>', f"<p>{LINK}</p>"),
        (f'<iframe src="{PLAYER}?rel=0" title="Herons"></iframe>', f"<p>{TITLED}</p>"),
        (f'<p>See <iframe src="{PLAYER}"></iframe> now.</p>', f"<p>See {LINK} now.</p>"),
        # Loaded late, with or without a twin for browsers without scripts.
        (f'<iframe src="about:blank" data-src="{PLAYER}"></iframe>', f"<p>{LINK}</p>"),
        (
            f'<iframe data-src="{PLAYER}"></iframe><noscript><iframe src="{PLAYER}"></iframe>'
            "</noscript>",
            f"<p>{LINK}</p>",
        ),
        (f'<div><noscript><iframe src="{PLAYER}"></noscript></div>', f"<div><p>{LINK}</p></div>"),
        (
            '<figure class="wp-block-embed"><div class="wp-block-embed__wrapper">'
            f"\n{VIDEO}\n</div><figcaption>Dusk.</figcaption></figure>",
            f"<figure><p>{LINK}</p><figcaption>Dusk.</figcaption></figure>",
        ),
        (
            f'<figure class="media"><oembed url="{VIDEO}"></oembed></figure>',
            f"<figure><p>{LINK}</p></figure>",
        ),
        (f'<div data-oembed-url="{VIDEO}"><div></div></div>', f"<p>{LINK}</p>"),
        (
            f'<object data="{PLAYER}"><param name="movie" value="{PLAYER}">'
            f'<embed src="{PLAYER}"></object>',
            f"<p>{LINK}</p>",
        ),
        # libxml2 does not know that an embed is empty.
        (
            f'<embed src="{PLAYER}">One <b>two</b><p>three</p>',
            f"<p>{LINK}</p>One <b>two</b><p>three</p>",
        ),
        (f'<iframe src="{PLAYER}" /><p>One</p>', f"<p>{LINK}</p><p>One</p>"),
        # A poster stands above the link.
        (
            '<amp-youtube data-videoid="abc-DEF_123" title="Herons">'
            '<amp-img placeholder src="https://img.example.com/p.jpg"></amp-img></amp-youtube>',
            FIGURE.format("Herons") + f"<p>{TITLED}</p>",
        ),
        (
            '<video poster="https://img.example.com/p.jpg" title="Dusk" controls>'
            '<source src="https://cdn.example.com/dusk.mp4" type="video/mp4">No film?</video>',
            FIGURE.format("Dusk") + '<p><a href="https://cdn.example.com/dusk.mp4">Dusk</a></p>',
        ),
        (
            '<audio controls src="https://cdn.example.com/talk%20one.mp3"></audio>',
            '<p><a href="https://cdn.example.com/talk%20one.mp3">talk one.mp3</a></p>',
        ),
        # A post says what it says, and leads to where it stands.
        (
            f'<blockquote class="twitter-tweet"><p>It rains.</p>— Weir <a href="{POST}">May 1</a>'
            "</blockquote><script src='x'></script>",
            f'<blockquote><p>It rains.</p>— Weir <a href="{POST}">May 1</a></blockquote>',
        ),
        (
            '<blockquote class="tiktok-embed" cite="https://www.tiktok.com/@weir/video/1">'
            "<p>A dance on the weir.</p></blockquote>",
            '<blockquote cite="https://www.tiktok.com/@weir/video/1"><p>A dance on the weir.</p>'
            '<p><a href="https://www.tiktok.com/@weir/video/1">'
            "TikTok: https://www.tiktok.com/@weir/video/1</a></p></blockquote>",
        ),
        # Frames of unknown hosts, and of the site.
        (
            '<iframe src="//charts.example.com/1?a=1&amp;b=2" title="Levels"></iframe>',
            '<p><a href="https://charts.example.com/1?a=1&amp;b=2">Levels</a></p>',
        ),
        (
            '<iframe src="/charts/1"></iframe>',
            '<p><a href="https://news.example.com/charts/1">/charts/1</a></p>',
        ),
        # What nobody sees.
        (f'<p>One</p><iframe width="1" height="1" src="{PLAYER}"></iframe>', "<p>One</p>"),
        (f'<p>One</p><iframe style="display:none" src="{PLAYER}"></iframe>', "<p>One</p>"),
        ('<p>One</p><iframe src="javascript:alert(1)"></iframe>', "<p>One</p>"),
        ('<p>One</p><video src="blob:https://news.example.com/1"></video>', "<p>One</p>"),
    ],
)  # fmt: skip
def test_embed_becomes_a_link(markup: str, shown: str) -> None:
    assert clean(markup) == shown


@pytest.mark.parametrize(
    ("address", "hosts", "is_shown"),
    [
        (PLAYER, ["youtube.com"], True),
        (PLAYER, ["YouTube.com"], True),
        (PLAYER, ["www.youtube.com"], True),
        (PLAYER, [], False),
        (PLAYER, ["tube.com", "vimeo.com"], False),
        (PLAYER, ["m.youtube.com"], False),
        ("https://www.youtube-nocookie.com/embed/abc-DEF_123?start=9", ["youtube.com"], False),
        (
            "https://www.youtube-nocookie.com/embed/abc-DEF_123?start=9",
            ["youtube-nocookie.com"],
            True,
        ),
        ("//player.vimeo.com/video/123456", ["vimeo.com"], True),
        ("https://charts.example.com/1", ["example.com"], True),
        # Never but by https, whatever the address looks like.
        ("http://charts.example.com/1", ["example.com"], False),
        ("https://example.com.evil.example/1", ["example.com"], False),
        ("https://example.com@evil.example/1", ["example.com"], False),
        ("https://evil.example\\@example.com/1", ["example.com"], False),
        ("https://evil.example/#.example.com/", ["example.com"], False),
    ],
)
def test_player_of_a_host_that_the_site_names_is_a_frame(
    address: str, hosts: Sequence[str], is_shown: bool
) -> None:
    body = clean(f'<iframe src="{address}" onload="x()" srcdoc="<b>"></iframe><p>One</p>', *hosts)
    assert body is not None
    assert ("<iframe " in body) == is_shown
    assert ("<a " in body) == (not is_shown)


def test_frame_has_fixed_attributes() -> None:
    markup = (
        f'<iframe src="{PLAYER}" title="A &quot;b&quot; &lt;i&gt;" width="640" height="360" '
        'allow="camera; microphone" sandbox="allow-top-navigation" name="x" style="x"></iframe>'
    )
    assert clean(markup, "youtube.com") == (
        f'<p><iframe src="{PLAYER}" title="YouTube: A &quot;b&quot; &lt;i&gt;" width="640" '
        'height="360" sandbox="allow-scripts allow-same-origin allow-popups allow-presentation" '
        'allow="encrypted-media; fullscreen; picture-in-picture" loading="lazy" '
        'referrerpolicy="strict-origin-when-cross-origin"></iframe></p>'
    )


@pytest.mark.parametrize(
    "markup",
    [
        '<a href="/x" data-embed="https://evil.example/">x</a>',
        '<a href="/x" data-embed="javascript:alert(1)">x</a>',
        '<a href="/x" data-embed="data:text/html,x">x</a>',
        '<iframe src="data:text/html,<script>x</script>"></iframe>',
        "<iframe srcdoc='<script>x</script>'></iframe>",
        '<p><iframe src="https://youtube.com" "></p>',
    ],
)
def test_no_body_makes_a_frame_of_another_host(markup: str) -> None:
    body = MarkupCleaner(["youtube.com"]).sanitize(
        f"{markup}<p>One</p>", base="https://news.example.com/", images={}
    )
    assert "<iframe" not in (body or "") and "data-embed" not in (body or "")


def test_frame_without_an_address_is_told() -> None:
    found = read_body_media("<p>One</p><iframe srcdoc='<p>x</p>'></iframe><video></video>")
    assert found.lost == ("iframe", "video")
    assert found.html == "<p>One</p>"


FRAME = f'<iframe src="{PLAYER}" title="Herons at dusk"></iframe>'
SENTENCE = "The keeper of the weir counted four of them on Friday, and then a fifth one came."
RECORD = {"id": "1", "title": "Herons", "updated": "2020-05-22", "content_html": FRAME}
FORMS: Mapping[str, str] = {
    "a.json": json.dumps(RECORD),
    "a.jsonl": json.dumps(RECORD) + "\n",
    "text-field.json": json.dumps({**RECORD, "content_html": None, "body": FRAME}),
    "a.csv": 'id,title,updated,body\n1,Herons,2020-05-22,"' + FRAME.replace('"', '""') + '"\n',
    "a.md": f"---\ntitle: Herons\nupdated: 2020-05-22\n---\n\n{FRAME}\n",
    "shortcode.md": "---\ntitle: Herons\nupdated: 2020-05-22\n---\n\n{{< youtube abc-DEF_123 >}}\n",
    "a.html": "<html><head><title>Herons</title></head><body><article><h1>Herons</h1>"
    f"<time datetime='2020-05-22'>May 22</time><p>{SENTENCE}</p><div>{FRAME}</div>"
    f"<p>{SENTENCE.replace('four', 'six')}</p></article></body></html>",
    "feed.xml": '<rss version="2.0"><channel><title>W</title><link>https://w.example/</link>'
    "<item><title>Herons</title><pubDate>Fri, 22 May 2020 00:00:00 GMT</pubDate>"
    f"<guid isPermaLink='false'>1</guid><description>{html.escape(FRAME)}</description></item>"
    "</channel></rss>",
    "export.xml": '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:wp="http://wordpress.org/export/1.2/"><channel><link>https://w.example</link><item>'
    "<title>Herons</title><wp:post_id>1</wp:post_id><wp:post_type>post</wp:post_type>"
    "<wp:status>publish</wp:status><wp:post_date_gmt>2020-05-22 00:00:00</wp:post_date_gmt>"
    f'<content:encoded><![CDATA[<!-- wp:embed -->\n<figure class="wp-block-embed"><div class='
    f'"wp-block-embed__wrapper">\n{VIDEO}\n</div></figure>\n<!-- /wp:embed -->]]>'
    "</content:encoded></item></channel></rss>",
    "posts.json": json.dumps(
        [
            {
                "id": 1,
                "date_gmt": "2020-05-22T00:00:00",
                "modified_gmt": "2020-05-22T00:00:00",
                "guid": {"rendered": "https://w.example/?p=1"},
                "link": "https://w.example/herons/",
                "slug": "herons",
                "status": "publish",
                "type": "post",
                "title": {"rendered": "Herons"},
                "content": {"rendered": f"<figure>{FRAME}</figure>", "protected": False},
                "excerpt": {"rendered": "", "protected": False},
            }
        ]
    ),
}


@pytest.mark.parametrize("embeds", [(), ("youtube.com",)], ids=["link", "frame"])
@pytest.mark.parametrize("name", FORMS)
def test_story_whose_body_is_a_player_is_not_empty_in_any_form(
    tmp_path: Path, name: str, embeds: Sequence[str]
) -> None:
    toml = STANDARD_TOML.replace("[[source]]", f"embeds = {json.dumps(embeds)}\n[[source]]")
    site = make_site(tmp_path, {f"sources/{name}": FORMS[name]}, toml + 'section = "News"\n')
    result = run_cli(site, "build")
    assert (result.exit_code, result.stderr) == (0, "")
    feed = (site / "feeds/all.rss").read_bytes()
    body = etree.fromstring(feed).findtext(f"channel/item/{ENCODED}") or ""
    if embeds:
        assert f'<iframe src="{PLAYER}" title="YouTube: ' in body
    else:
        assert f'<a href="{VIDEO}">YouTube: ' in body
    # A player is no text, so an item of it alone may lack a description.
    assert {finding.rule for finding in lint_feed(feed)} <= {"rss-content-before-description"}


def test_page_lets_in_the_frames_that_the_site_names(tmp_path: Path) -> None:
    toml = STANDARD_TOML.replace(
        "[[source]]", 'embeds = ["youtube.com"]\nformats = ["rss", "html"]\n[[source]]'
    )
    site = make_site(tmp_path, {"sources/News/a.json": FORMS["a.json"]}, toml)
    assert run_cli(site, "build").exit_code == 0
    (path,) = site.glob("feeds/articles/*.html")
    page = path.read_text()
    assert "; frame-src https://youtube.com https://*.youtube.com" in html.unescape(page)
    assert f'<iframe src="{PLAYER}"' in page


@pytest.mark.parametrize("host", ["https://youtube.com", "youtube", "*.youtube.com", "a.b c"])
def test_embeds_are_hosts(tmp_path: Path, host: str) -> None:
    toml = STANDARD_TOML.replace("[[source]]", f'embeds = ["{host}"]\n[[source]]')
    result = run_cli(make_site(tmp_path, {"sources/a.jsonl": ""}, toml), "build")
    assert result.exit_code == 2
    assert "site.embeds" in result.stderr and "youtube.com" in result.stderr
