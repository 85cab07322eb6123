"""The images of bodies: what a reader would see, whatever the page loads it by."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from lxml import etree

from feedpub.markup.body_media import read_body_media
from feedpub.markup.image_sources import read_set
from feedpub.pages import read_html
from feedpub.text import load_words
from support import STANDARD_TOML, make_image, make_site, require_linear, run_cli

REAL = "https://img.example.com/heron.jpg"


@pytest.mark.parametrize(
    ("markup", "sources"),
    [
        (f'<p><img src="{REAL}"></p>', [REAL]),
        (f'<img src="data:image/gif;base64,R0" data-src="{REAL}">', [REAL]),
        (f'<img src="/blank.gif" data-lazy-src="{REAL}">', [REAL]),
        (f'<img data-original="{REAL}">', [REAL]),
        (f'<img srcset="/s.jpg 400w, {REAL} 1600w, /m.jpg 800w">', [REAL]),
        (f'<img srcset="/s.jpg 1x,{REAL} 2x">', [REAL]),
        (f'<picture><source srcset="{REAL} 800w"><img alt="x"></picture>', [REAL]),
        (f'<img src="data:,"><noscript><img src="{REAL}"></noscript>', [REAL]),
        (f'<amp-img src="{REAL}"></amp-img>', [REAL]),
        (f'<img src="{REAL}" data-url="/herons/5" data-image="12" file="x.pdf">', [REAL]),
        (f'<img src="{REAL}"><noscript><img src="{REAL}"></noscript>', [REAL]),
        (
            '<img src="/img/grey-seal.jpg"><img src="/dotted-pixel.png">',
            ["/img/grey-seal.jpg", "/dotted-pixel.png"],
        ),
        # What readers do not see is not an image of the text.
        (f'<p>A</p><div hidden><img src="{REAL}"></div>', []),
        (f'<noscript><img height="1" width="1" src="{REAL}"></noscript>', []),
        # Neither a pixel that counts visits nor what a template left over is an image.
        (f'<img src="{REAL}" width="1" height="1">', []),
        ('<img src="//:0"><img src="{{ image }}"><img src="150w"><img src="">', []),
        ('<img src="data:image/png;base64,AAAA">', []),
        ("<p>None at all.</p>", []),
    ],
)
def test_finds_the_images_that_a_reader_would_see(markup: str, sources: list[str]) -> None:
    found = read_body_media(markup)
    assert [image["src"] for image in found.images] == sources
    shown = found.html.count("<img") - found.html.count("<noscript") - found.html.count("hidden")
    assert shown == len(sources)
    assert all(source in found.html for source in sources)


@pytest.mark.parametrize(
    ("word", "markup"),
    [
        pair
        for words in load_words("feedpub.markup", "image_sources").values()
        for pair in words.items()
    ],
)
@pytest.mark.parametrize("reader", ["body", "page"])
def test_each_word_finds_the_image_of_its_example(reader: str, word: str, markup: str) -> None:
    assert re.search(word, markup)
    if reader == "body":
        assert [image["src"] for image in read_body_media(markup).images] == ["lock.jpg"]
        return
    text = "<p>The lock opens at six, and the first boats wait.</p>" * 4
    page = read_html(f"<title>The lock</title><h1>The lock</h1>{text}{markup}{text}")
    assert page.fields["images"] == [{"src": "lock.jpg", "elsewhere": "lock.jpg"}]


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("a.jpg 1x,b.jpg 2x", [("a.jpg", 1), ("b.jpg", 2)]),
        ("w_3,h_2/a.jpg 300w, /b.jpg 9.5w", [("w_3,h_2/a.jpg", 300), ("/b.jpg", 9.5)]),
        ("a.jpg 300w 200h, b.jpg wide,c.jpg", [("a.jpg", 300), ("b.jpg", 1), ("c.jpg", 1)]),
        (" ,a.jpg ,, b.jpg,", [("a.jpg", 1), ("b.jpg", 1)]),
        (",,, ,", []),
    ],
)
def test_reads_a_set_of_sizes(text: str, sources: list[tuple[str, float]]) -> None:
    assert read_set(text) == sources


@pytest.mark.parametrize("piece", [",", " ,", "1", "a,", "a 1", "a\t", "{", " 1", "1."])
def test_the_work_for_a_set_grows_with_its_length(piece: str) -> None:
    require_linear(lambda count: read_set(piece * count), 2_000)


@pytest.mark.parametrize(
    "piece",
    [
        '<img src="data:,"><noscript>',
        '<picture><img src="data:,"><source srcset="data:,">',
        '<img src="data:,"><noscript><picture>',
    ],
)
def test_the_work_for_images_that_never_close_grows_with_their_number(piece: str) -> None:
    require_linear(lambda count: read_body_media(piece * count), 500)  # beyond the deepest tree


def test_an_image_for_readers_without_scripts_is_shown_once() -> None:
    twin = f'<noscript><img src="{REAL}" alt="A heron"></noscript>'
    found = read_body_media(f"<p>One.</p>{twin}<p>Two.</p>{twin}")
    assert found.images == ({"src": REAL, "inline": True, "alt": "A heron"},)
    assert found.html.startswith(f'<p>One.</p><img src="{REAL}" alt="A heron"><noscript>')


def test_a_body_whose_images_are_plain_stays_as_it_is() -> None:
    markup = f"<p>One &amp; two<br/>three</p>\n<img src='{REAL}' />"
    assert read_body_media(markup).html == markup


def test_takes_alt_and_the_caption_of_a_figure_that_holds_one_image() -> None:
    markup = (
        f'<figure><img src="{REAL}" alt="A bird"><figcaption>A <b>heron</b>.</figcaption></figure>'
    )
    assert read_body_media(markup).images == (
        {"src": REAL, "inline": True, "alt": "A bird", "caption": "A heron."},
    )


# One article whose body shows an image that lies beside it, in every form of a record.
BODY = (
    '<p>Herons are back.</p><figure><img src="pics/heron.jpg" alt="A heron">'
    "<figcaption>On the weir.</figcaption></figure><p>The weir is dry.</p>"
)
HEAD = "---\ntitle: Herons\nupdated: 2020-05-22\n---\n"
OBJECT = {"id": "1", "title": "Herons", "updated": "2020-05-22", "content_html": BODY}
FORMS: Mapping[str, str] = {
    "a.json": json.dumps(OBJECT),
    "list.json": json.dumps({"posts": [OBJECT]}),
    "a.jsonl": json.dumps(OBJECT) + "\n",
    "a.csv": 'id,title,updated,content_html\n1,Herons,2020-05-22,"'
    + BODY.replace('"', '""')
    + '"\n',
    "text-field.json": json.dumps({**OBJECT, "content_html": None, "body": BODY}),
    "raw-tag.md": HEAD + BODY,
    "a.md": HEAD
    + 'Herons are back.\n\n![A heron](pics/heron.jpg "On the weir.")\n\nThe weir is dry.\n',
    "a.html": "<html><head><title>Herons</title></head><body><article><h1>Herons</h1>"
    f"<time datetime='2020-05-22'>May 22, 2020</time>{BODY}"
    "<p>The keeper of the weir counted four of them on Friday, and then a fifth one came.</p>"
    "</article></body></html>",
    "a.txt": "Home>News\n\nHerons\n\n(news.example.com) Updated : 2020-05-22\n\n"
    "Herons are back.\n\npics/heron.jpg\n\nOn the weir.\n\nThe weir is dry.\n",
}


@pytest.mark.parametrize("name", FORMS)
def test_an_image_of_a_body_that_lies_beside_its_record_is_copied_and_enclosed(
    tmp_path: Path, name: str
) -> None:
    heron = make_image("JPEG", 640, 480)
    files: dict[str, str | bytes] = {
        f"sources/{name}": FORMS[name],
        "sources/pics/heron.jpg": heron,
    }
    site = make_site(tmp_path, files, STANDARD_TOML + 'section = "News"\n')
    result = run_cli(site, "build")
    assert (result.exit_code, result.stderr) == (0, ""), result
    feed = etree.parse(site / "feeds/all.rss")
    (enclosure,) = feed.iterfind("channel/item/enclosure")
    url = enclosure.get("url", "")
    assert url.startswith("https://news.example.com/feeds/media/")
    assert (enclosure.get("type"), enclosure.get("length")) == ("image/jpeg", str(len(heron)))
    media = "{http://search.yahoo.com/mrss/}"
    (content,) = feed.iter(f"{media}content")
    assert content.get("url") == url
    assert content.findtext(f"{media}description") == "On the weir."
    assert content.findtext(f"{media}title") == (None if name == "a.txt" else "A heron")
    body = feed.findtext("channel/item/{http://purl.org/rss/1.0/modules/content/}encoded") or ""
    assert body.count("<img") == 1 and f'src="{url}"' in body
