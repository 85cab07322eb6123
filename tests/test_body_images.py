"""The images of bodies: what a reader would see, whatever the page loads it by."""

from __future__ import annotations

import pytest

from feedpub.markup.body_images import read_body_images

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
        # Neither a pixel that counts visits nor what a template left over is an image.
        (f'<img src="{REAL}" width="1" height="1">', []),
        ('<img src="//:0"><img src="{{ image }}"><img src="150w"><img src="">', []),
        ('<img src="data:image/png;base64,AAAA">', []),
        ("<p>None at all.</p>", []),
    ],
)
def test_finds_the_images_that_a_reader_would_see(markup: str, sources: list[str]) -> None:
    found = read_body_images(markup)
    assert [image["src"] for image in found.images] == sources
    assert found.html.count("<img") - found.html.count("<noscript") == len(sources)
    assert all(source in found.html for source in sources)


def test_a_body_whose_images_are_plain_stays_as_it_is() -> None:
    markup = f"<p>One &amp; two<br/>three</p>\n<img src='{REAL}' />"
    assert read_body_images(markup).html == markup


def test_takes_alt_and_the_caption_of_a_figure_that_holds_one_image() -> None:
    markup = (
        f'<figure><img src="{REAL}" alt="A bird"><figcaption>A <b>heron</b>.</figcaption></figure>'
    )
    assert read_body_images(markup).images == (
        {"src": REAL, "inline": True, "alt": "A bird", "caption": "A heron."},
    )
