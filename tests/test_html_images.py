"""Images of HTML pages, from the page to the feed: a file beside it, or its address on the web."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from support import STANDARD_TOML, make_image, make_site, run_cli

PAGE = """<link rel="canonical" href="https://news.example.com/2020/river/1.html">{head}
<meta property="article:published_time" content="2020-05-25T10:00:00+08:00">
<meta property="article:section" content="River"><h1>Otters return to the Suyin</h1>
<p>Two otters were seen on Monday.</p><p>{body}</p><p>They stayed.</p>"""
MEDIA = "{http://search.yahoo.com/mrss/}content"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"


def _build(
    tmp_path: Path, body: str, head: str = "", *, page: str = PAGE, setting: str = ""
) -> tuple[list[str], str, str]:
    """Build one page's site: its media addresses, its body, and what was told."""
    files: dict[str, str | bytes] = {
        "sources/a/1.html": page.format(head=head, body=body),
        "sources/a/img/otter.png": make_image("PNG", 500, 300),
        "outside.png": make_image("PNG", 500, 300, shade=7),
    }
    site = make_site(tmp_path, files, STANDARD_TOML + setting)
    told = run_cli(site, "build").stderr
    (item,) = etree.parse(site / "feeds/river.rss").iter("item")
    media = [element.get("url") or "" for element in item.iter(MEDIA)]
    return media, item.findtext(CONTENT) or "", told


@pytest.mark.parametrize(
    ("source", "head", "address"),
    [
        ("img/gone.jpg", "", "https://news.example.com/2020/river/img/gone.jpg"),
        ("/img/gone.jpg", "", "https://news.example.com/img/gone.jpg"),
        ("../gone%20away.jpg?w=600", "", "https://news.example.com/2020/gone%20away.jpg?w=600"),
        # What lies outside the source is no file of the page.
        ("../../outside.png", "", "https://news.example.com/outside.png"),
        ("gone.jpg", '<base href="/static/">', "https://news.example.com/static/gone.jpg"),
        ("gone.jpg", '<base href="//cdn.example/">', "https://cdn.example/gone.jpg"),
    ],
)
def test_relative_image_without_a_file_stands_at_its_address(
    tmp_path: Path, source: str, head: str, address: str
) -> None:
    media, body, told = _build(tmp_path, f'<img src="{source}">', head)
    assert media == [address]
    assert f'<img src="{address}"' in body
    assert "is linked, but not enclosed" in told
    assert "missing" not in told


@pytest.mark.parametrize(
    ("head", "link", "source", "address"),
    [
        # The page stands alone, so its source says where it stood: by a template, or plainly.
        ("", "https://old.example.com/{path}.html", "img/gone.jpg", "/a/img/gone.jpg"),
        ("", "https://old.example.com/{stem}/", "img/gone.jpg", "/1/img/gone.jpg"),
        ("", "https://old.example.com/paper/", "../gone.jpg", "/gone.jpg"),
        ("", "https://old.example.com/{path}.html", "/img/gone.jpg", "/img/gone.jpg"),
        ('<base href="pics/">', "https://old.example.com/{path}.html", "g.jpg", "/a/pics/g.jpg"),
        ('<base href="/pics/">', "https://old.example.com/{path}.html", "g.jpg", "/pics/g.jpg"),
        # What the page says of itself comes first.
        (
            '<meta property="og:url" content="https://old.example.com/own/1.html">',
            "https://elsewhere.example.com/{path}.html",
            "gone.jpg",
            "/own/gone.jpg",
        ),
        (
            '<base href="https://old.example.com/first/">',
            "https://elsewhere.example.com/{path}.html",
            "gone.jpg",
            "/first/gone.jpg",
        ),
    ],
)
def test_relative_image_of_a_page_alone_stands_where_its_source_says(
    tmp_path: Path, head: str, link: str, source: str, address: str
) -> None:
    media, body, told = _build_alone(tmp_path, f'<img src="{source}">', head, link)
    assert media == [f"https://old.example.com{address}"]
    assert f'<img src="https://old.example.com{address}"' in body
    assert "missing" not in told


def test_a_file_beside_a_page_alone_comes_first(tmp_path: Path) -> None:
    link = "https://old.example.com/{path}.html"
    (media,), _, _ = _build_alone(tmp_path, '<img src="img/otter.png">', "", link)
    assert media.startswith("https://news.example.com/feeds/media/")


def test_the_image_that_leads_a_page_alone_is_placed_too(tmp_path: Path) -> None:
    head = '<meta property="og:image" content="lead.jpg">'
    media, _, _ = _build_alone(tmp_path, "No image.", head, "https://old.example.com/x/{stem}.html")
    assert media == ["https://old.example.com/x/lead.jpg"]


def test_a_warning_names_the_setting_that_would_place_an_image(tmp_path: Path) -> None:
    media, _, told = _build_alone(tmp_path, '<img src="img/gone.jpg">', "", None)
    assert media == []
    assert 'images: "img/gone.jpg" is missing beside its page' in told
    assert "set link in the source" in told


def _build_alone(
    tmp_path: Path, body: str, head: str, link: str | None
) -> tuple[list[str], str, str]:
    """Build a site of a page that does not say where it stood."""
    setting = "" if link is None else f'link = "{link}"\n'
    page = PAGE.replace(
        '<link rel="canonical" href="https://news.example.com/2020/river/1.html">', ""
    )
    return _build(tmp_path, body, head, page=page, setting=setting)


def test_relative_image_with_a_file_is_that_file(tmp_path: Path) -> None:
    (media,), body, told = _build(tmp_path, '<img src="img/otter.png">')
    assert media.startswith("https://news.example.com/feeds/media/")
    assert f'<img src="{media}" width="500" height="300"' in body
    assert "warning" not in told


def test_links_begin_from_the_page_s_base(tmp_path: Path) -> None:
    _, body, _ = _build(tmp_path, '<a href="more.html">More</a> of it.', '<base href="/old/">')
    assert '<a href="https://news.example.com/old/more.html">' in body
