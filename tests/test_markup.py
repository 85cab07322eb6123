"""Bodies: what the allow-list keeps, where URLs lead, and what paragraphs become."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from feedpub.markup.cleaning import MarkupCleaner, paragraphs_to_html, split_paragraphs
from feedpub.model import Image

BASE = "https://news.example.com/2020/tea.html"
SERVED = "https://news.example.com/feeds/media/0123456789abcdef.jpg"
IMAGES = {
    name: Image(source=name, url=SERVED) for name in ("tea.jpg", "https://cms.example.com/cup")
}


def sanitize(markup: str) -> str | None:
    return MarkupCleaner().sanitize(markup, base=BASE, images=IMAGES)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>Tea <b>now</b>, <em>or</em> never</p>", None),
        ("<h2>Tea</h2>\n<ul><li>Green</li><li>Black</li></ul>", None),
        ('<table><tbody><tr><td colspan="2">Tea</td></tr></tbody></table>', None),
        ("<blockquote><p>Tea</p></blockquote><pre>a  b</pre>", None),
        ('<p dir="rtl" lang="ar" title="Tea">Tea</p>', None),
        ("<p>1 &lt; 2 &amp;amp; 3</p>", None),
        ("<ruby>茶<rt>chá</rt></ruby>", None),
        # Attributes that only style, script or track are gone.
        ('<p style="color:red" class="x" id="y" onclick="z()">Tea</p>', "<p>Tea</p>"),
        (
            '<a href="/a" target="_blank" rel="x" ping="/p">Tea</a>',
            '<a href="https://news.example.com/a">Tea</a>',
        ),
        # Elements that are not known lose their tags, dangerous ones their content too.
        ("<font>Tea</font>", "Tea"),
        ("Tea<script>alert(1)</script><style>p {}</style>", "Tea"),
        ("Tea<svg><a href='/x'>x</a></svg><math>y</math>", "Tea"),
        ("Tea<iframe src='https://example.com/'>x</iframe><form><input></form>", "Tea"),
        ("Tea<!-- a comment -->", "Tea"),
        ("<p>Tea", "<p>Tea</p>"),
        ("Te\x00a\ud800\ufffe", "Tea"),
    ],
)
def test_keeps_only_what_is_allowed(markup: str, expected: str | None) -> None:
    assert sanitize(markup) == (expected or markup)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<a href="/a">x</a>', '<a href="https://news.example.com/a">x</a>'),
        (
            '<a href="b?c=1&amp;d">x</a>',
            '<a href="https://news.example.com/2020/b?c=1&amp;d">x</a>',
        ),
        ('<a href="#d">x</a>', f'<a href="{BASE}#d">x</a>'),
        ('<a href="//e.example/茶">x</a>', '<a href="https://e.example/%E8%8C%B6">x</a>'),
        ('<a href="mailto:d@example.com">x</a>', '<a href="mailto:d@example.com">x</a>'),
        ('<a href="tel:+86571">x</a>', '<a href="tel:+86571">x</a>'),
        ('<q cite="/a">x</q>', '<q cite="https://news.example.com/a">x</q>'),
        ('<img src="/a.jpg" alt="x">', '<img src="https://news.example.com/a.jpg" alt="x">'),
        # An image of the record is the one that is served, to the character.
        ('<img src="tea.jpg" width="8">', f'<img src="{SERVED}" width="8" alt="">'),
        ('<img src=" tea.jpg ">', f'<img src="{SERVED}" alt="">'),
        ('<img src="https://cms.example.com/cup">', f'<img src="{SERVED}" alt="">'),
        # Only in images, and only where it is the whole source.
        ('<a href="tea.jpg">x</a>', '<a href="https://news.example.com/2020/tea.jpg">x</a>'),
        ('<img src="x/tea.jpg">', '<img src="https://news.example.com/2020/x/tea.jpg">'),
        # No relative URL can hide in a srcset.
        ('<img src="tea.jpg" srcset="a.jpg 2x" sizes="9px">', f'<img src="{SERVED}" alt="">'),
        (
            '<picture><source srcset="a.jpg"><img src="tea.jpg"></picture>',
            f'<img src="{SERVED}" alt="">',
        ),
    ],
)
def test_makes_urls_absolute(markup: str, expected: str) -> None:
    assert sanitize(markup) == expected


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "java&#10;script:alert(1)",
        "&#106;avascript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html;base64,PHNjcmlwdD4=",
        "vbscript:x",
        "file:///etc/passwd",
        "https://[::1",
    ],
)
def test_drops_urls_that_lead_astray(url: str) -> None:
    assert sanitize(f'<a href="{url}">Tea</a>') == "<a>Tea</a>"
    assert sanitize(f'<img src="{url}" alt="Cup">Tea') == "Tea"


@pytest.mark.parametrize(
    "markup",
    [
        "<img>Tea",
        '<img alt="Cup">Tea',
        '<img src="">Tea',
        '<img src=" ">Tea',
        '<img alt="a > b" title=" src=c">Tea',
        '<img data-src="a.jpg" srcset="a.jpg 2x">Tea',
        '<img src="data:image/png;base64,AAAA">Tea',
        '<img src="mailto:desk@example.com">Tea',
    ],
)
def test_drops_images_without_source(markup: str) -> None:
    assert sanitize(markup) == "Tea"


def test_drops_only_the_images_without_source() -> None:
    markup = f'<img alt="a"><img alt=" src=" src="{SERVED}"><img alt="b > c">'
    assert sanitize(markup) == f'<img src="{SERVED}" alt=" src=">'


@pytest.mark.parametrize(
    "markup",
    [
        "",
        " \n ",
        "\x00\ud800",
        "<p></p>",
        "<p>&nbsp;<br></p>",
        "<hr>",
        "<a href='/x'></a>",
        "<!-- x -->",
        "<script>x</script>",
        "<img>",
        "<p><img src='data:,x'></p>",
    ],
)
def test_nothing_left_is_no_body(markup: str) -> None:
    assert sanitize(markup) is None


def test_an_image_alone_is_a_body() -> None:
    assert sanitize('<p><img src="tea.jpg"></p>') == f'<p><img src="{SERVED}" alt=""></p>'


@given(
    st.lists(
        st.sampled_from(
            """<a <img <p <svg <math <style <b </b> </p> > /> <!-- --> <![CDATA[ ]]> href= src=
            onerror= " ' javascript: data: //x tea.jpg alert(1) &#106; &lt; <script> </script>
            <textarea> </textarea> <title> <noscript> <template> <table> <td> xmlns=""".split()
        ),
        max_size=14,
    )
)
def test_hostile_markup_leaves_nothing_that_runs(pieces: list[str]) -> None:
    cleaned = sanitize(" ".join(pieces)) or "<p></p>"
    assert sanitize(cleaned) in (cleaned, None)
    for element in html.fragment_fromstring(cleaned, create_parent="div").iter():
        assert element.tag not in ("script", "style", "iframe", "svg", "math", "template")
        for name, value in element.items():
            assert not name.startswith("on")
            if name in ("href", "src", "cite"):
                assert value.startswith(("https://", "http://"))


def test_a_cleaner_forgets_the_base_and_images_of_the_last_body() -> None:
    cleaner = MarkupCleaner()
    cleaner.sanitize('<img src="tea.jpg">', base=BASE, images=IMAGES)
    again = cleaner.sanitize('<img src="tea.jpg">', base="https://b.example/", images={})
    assert again == '<img src="https://b.example/tea.jpg">'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One\n\nTwo", ["One", "Two"]),
        ("One\nstill one\n \t\nTwo", ["One still one", "Two"]),
        ("One\r\n\r\nTwo\r\rThree", ["One", "Two", "Three"]),
        ("One\nTwo", ["One", "Two"]),
        ("  One  ", ["One"]),
        (" \n\n ", []),
    ],
)
def test_splits_paragraphs_at_blank_lines_or_else_at_line_ends(
    text: str, expected: list[str]
) -> None:
    assert split_paragraphs(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One\n\nTwo", "<p>One</p>\n<p>Two</p>"),
        ('1 < 2 & "3" <b>', '<p>1 &lt; 2 &amp; "3" &lt;b&gt;</p>'),
        ("Te\x00a\ud800", "<p>Tea</p>"),
        (" \n", None),
        ("\x00", None),
    ],
)
def test_writes_paragraphs_as_html(text: str, expected: str | None) -> None:
    assert paragraphs_to_html(text) == expected
