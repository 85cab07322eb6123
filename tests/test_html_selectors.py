"""A source's CSS selectors win over everything, and the rules say so."""

from feedpub.pages.css_selectors import check_selectors
from feedpub.pages.html_page import identify_html, read_html
from feedpub.settings import Selectors

PAGE = """<html><head><title>Wrong</title><meta property="og:title" content="Wrong too">
<meta property="article:modified_time" content="1999-01-01"><script type="application/ld+json">
{"@type": "NewsArticle", "headline": "Wrong", "datePublished": "1999-01-01"}</script></head><body>
<div id="bread-nav"><a href="/">Home</a>&gt;<a href="/t">Town</a></div>
<div class="head">A headline</div>
<div class="info">Source: River Post | Author: Li Wen | Updated: 2020-05-25 10:11
<a>L</a> <a>M</a> <a>S</a></div>
<div id="Content"><p>One two three.</p><div class="share">Share</div><img src="a.jpg">
<p class="k">What it shows. [Photo by X Y]</p><p>Four.</p></div>
<div id="other"><p>Much more text stands here, but it is not what the newsroom wants.</p>
<p>And more of it, and more of it, and more of it, and more of it again.</p></div></body></html>"""
SELECTORS = Selectors(
    title=".head",
    section="#bread-nav a:last-child",
    updated=".info",
    body="#Content",
    image="#Content img",
    caption=".k",
)


def test_selectors_win() -> None:
    fields, rules, _ = read_html(PAGE, selectors=SELECTORS)
    assert fields["title"] == "A headline"
    assert fields["section"] == "Town"
    assert str(fields["updated"]) == "2020-05-25 10:11"
    assert fields["source"] == "River Post"
    assert fields["author"] == ["Li Wen"]
    texts = {"caption": "What it shows.", "credit": "X Y"}
    assert fields["images"] == [{"src": "a.jpg", **texts, "elsewhere": "a.jpg"}]
    markup = '<p>One two three.</p>\n<figure><img src="a.jpg"></figure>\n<p>Four.</p>'
    assert fields["content_html"] == markup
    assert rules["title"] == "CSS selector .head"
    assert rules["content_html"] == "CSS selector #Content"


def test_identifying_uses_selectors() -> None:
    assert identify_html(PAGE, selectors=SELECTORS)["title"] == "A headline"


def test_selector_that_matches_nothing_leaves_the_next_rule() -> None:
    fields, rules, _ = read_html(PAGE, selectors=Selectors(title=".none", body=".none"))
    assert fields["title"] == "Wrong"
    assert rules["title"] == "JSON-LD NewsArticle headline"
    assert "the selector .none matches nothing" in rules["content_html"]


def test_faulty_selectors_are_named() -> None:
    assert check_selectors(SELECTORS) == []
    (message,) = check_selectors(Selectors(title="h1[["))
    assert message.startswith('selectors.title: "h1[[" is not a CSS selector')
