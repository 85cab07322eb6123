"""Plain text: entities, known tags, forbidden characters, white space, and cutting at a word."""

from __future__ import annotations

import re

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.text.plain import plain_text, strip_forbidden
from feedpub.text.shortening import shorten
from support import require_linear


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", ""),
        ("Tea, at four: “why not?” (a song)", "Tea, at four: “why not?” (a song)"),
        ("文化：茶，瓷器", "文化：茶，瓷器"),
        # White space collapses, whatever its kind.
        ("  Tea \t\r\n at\u00a0\u3000four\u2028 now ", "Tea at four now"),
        (" Tea", "Tea"),
        ("Tea ", "Tea"),
        ("Tea  at", "Tea at"),
        (" \n\t", ""),
        # Entities are resolved until nothing changes, and then tags are removed.
        ("Fish &amp; chips", "Fish & chips"),
        ("Fish &amp;amp;amp; chips", "Fish & chips"),
        ("&" + "amp;" * 1000 + "quot;Tea&quot;", '"Tea"'),
        ("&" + "amp" * 60 + ";lt;", "<"),
        ("&#38;#38;#x26;#X26;eacute;t&#233;", "été"),
        ("&l&#116;b&a&#109;p;gt;Tea", "Tea"),
        ("&#380;", "ż"),
        ("&#x26f;", "ɯ"),
        ("&amp;lt;b&amp;gt;Tea&amp;lt;/b&amp;gt;", "Tea"),
        ("&nbsp;Tea&nbsp;", "Tea"),
        ("&copy 2020", "© 2020"),
        ("AT&T &c. &; &unknown;", "AT&T &c. &; &unknown;"),
        # Tags of HTML go; what is between them stays.
        ("<b>Tea</b>", "Tea"),
        ("<P CLASS='a' title=\"x > y\">Tea</P >", "Tea"),
        ("H<sub>2</sub>O", "H2O"),
        ("One<br>Two<br/>Three<hr />Four", "One Two Three Four"),
        ("<p>One</p><p>Two</p>", "One Two"),
        ("<a href='https://example.com/?a=1&amp;b=2'>Tea</a>", "Tea"),
        ("<scr<b></b>ipt>Tea", "Tea"),
        ("<img src=a.jpg onerror=alert(1)>Tea", "Tea"),
        ("<h1>Tea</h1><blink>now</blink>", "Tea now"),
        # What is no tag of HTML stays.
        ("A <new> teahouse", "A <new> teahouse"),
        ("1 < 2", "1 < 2"),
        ("1 &lt; 2 &gt; 0", "1 < 2 > 0"),
        ("x<y and y>z", "x<y and y>z"),
        ("a <b", "a <b"),
        ("List<String>", "List<String>"),
        ("<bold>", "<bold>"),
        ("< b >", "< b >"),
        ("<3", "<3"),
        ("<new <b>bold</b>>", "<new bold>"),
        # Characters that XML forbids, as they are and as references.
        ("Te\x00a\x08\x0b\x0c\x1f\ufffe\uffff", "Tea"),
        ("Te\ud800a\udfff", "Tea"),
        ("Te&#0;a&#1;&#xD800;", "Te\ufffda\ufffd"),
        ("&\x00amp;", "&"),
        ("Tea 🍵", "Tea 🍵"),
    ],
)
def test_makes_text_plain(value: str, expected: str) -> None:
    assert plain_text(value) == expected


@pytest.mark.parametrize(
    "piece", ["<!--", "<a '", '<a "', "<b ", "<", "&amp;", "&#38;", "<b<b<b>>>", "&lt;!--", "-->"]
)
def test_work_grows_in_proportion_to_length(piece: str) -> None:
    def read(length: int) -> None:
        plain_text(piece * (length // len(piece)))

    require_linear(read, 50_000)
    read(1_000_000)


@given(st.text(st.characters(exclude_characters="&<>"), max_size=60))
def test_text_without_markup_only_loses_forbidden_characters_and_space(text: str) -> None:
    allowed = "".join(c for c in text if not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
    allowed = "".join(c for c in allowed if c >= " " or c in "\t\r\n")
    assert plain_text(text) == " ".join(allowed.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\tb\r\nc", "a\tb\r\nc"),
        ("a\x00\x1f\x7f\x85b", "a\x7f\x85b"),
        ("\ud83c\udf75 \ud83c", " "),
        ("\ufffd\ufffe\uffff\U0010ffff", "\ufffd\U0010ffff"),
    ],
)
def test_strips_what_xml_forbids(text: str, expected: str) -> None:
    assert strip_forbidden(text) == expected


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("Tea at four", 11, "Tea at four"),
        ("Tea at four", 10, "Tea at…"),
        ("Tea at four o'clock", 12, "Tea at four…"),
        ("Tea at four, then home", 14, "Tea at four…"),
        ("Tea at four. Then home", 13, "Tea at four…"),
        ("teahouseteahouse", 9, "teahouse…"),
        ("茶馆在河边，人们在那里唱歌", 6, "茶馆在河边…"),
        ("茶馆在河边，人们在那里唱歌", 7, "茶馆在河边…"),
        # Never inside of what readers see as one character.
        ("茶馆" + "e\u0301" * 9, 6, "茶馆e\u0301…"),
        ("茶馆👩\u200d👩\u200d👧\u200d👦河边", 7, "茶馆…"),
        ("茶馆👩🏽河边在那里", 4, "茶馆…"),
        ("茶馆❤\ufe0f河边在那里", 4, "茶馆…"),
        ("茶馆🇳🇴🇸🇪🇫🇮", 6, "茶馆🇳🇴…"),
        ("🇳🇴🇸🇪🇫🇮", 4, "🇳🇴…"),
        ("नमस्ते" * 3, 8, "नमस्तेन…"),
        ("नमस्ते" * 3, 10, "नमस्तेनम…"),
        ("नमस्ते" * 3, 11, "नमस्तेनम…"),
        ("\u1112\u1161\u11ab" * 4, 6, "\u1112\u1161\u11ab…"),
        ("e" + "\u0301" * 20, 9, "e" + "\u0301" * 7 + "…"),
    ],
)
def test_shortens_at_a_word(text: str, limit: int, expected: str) -> None:
    assert shorten(text, limit) == expected


@given(st.text(max_size=1200))
def test_a_shortened_text_has_at_most_400_characters(text: str) -> None:
    short = shorten(text)
    if len(text) <= 400:
        assert short == text
    else:
        assert len(short) <= 400
        assert short.endswith("…")
        assert text.startswith(short[:-1])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        # What turns or hides other text goes where it is not paired, or joins nothing.
        ("Tea\u202ehouse", "Teahouse"),
        ("Tea\u2066house", "Teahouse"),
        ("Tea\u202c\u2069house", "Teahouse"),
        ("A \u202babc\u202c now", "A \u202babc\u202c now"),
        ("A \u2067abc\u2069 now", "A \u2067abc\u2069 now"),
        ("\ufeffTea", "Tea"),
        ("T\x7fe\x9fa\ufdd0\U0001fffe", "Tea"),
        ("Te\x85a", "Te a"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("Tea\u200d \u200cnow", "Tea now"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("abc\u200e\u200f 1", "abc\u200e\u200f 1"),
        ("🏴\U000e0067\U000e0062\U000e007f", "🏴\U000e0067\U000e0062\U000e007f"),
        ("T\U000e0067ea", "Tea"),
        # What only looks like a tag stays, and is none.
        ("Joren->blog", "Joren->blog"),
        ("1 <svg onload=x", "1 < svg onload=x"),
        ("<new onclick=x>Tea", "< new onclick=x>Tea"),
        ("<my-tag onclick=x>Tea</my-tag>", "Tea</my-tag>"),
        ("Tea <!-- now", "Tea < !-- now"),
        ("Tea <script", "Tea < script"),
    ],
)
def test_shows_what_is_there(value: str, expected: str) -> None:
    assert plain_text(value) == expected


ELEMENTS_TRIED = (
    "a", "b", "body", "button", "details", "div", "form", "iframe", "img", "input", "marquee",
    "math", "object", "p", "script", "select", "style", "svg", "textarea", "title", "video", "x",
    "my-tag", "xss:y", "plaintext", "template", "noscript", "base", "link", "meta", "embed",
)  # fmt: skip
ATTRIBUTES_TRIED = (
    "onclick=alert(1)", "onload='alert(1)'", 'onerror="alert(1)"', "/onload=alert(1)",
    "\nonfocus\n=\nalert(1)", "a='\"' onload=alert(1)", "a=\"'\" onload=alert(1)",
    "a='>' onload=alert(1)", "a=b\"c onload=alert(1)", "\"' onload=alert(1)", "<b onload=alert(1)",
    "style=x autofocus onfocus=alert(1)", "href=javascript:alert(1)", "srcdoc='<b onclick=x>'",
)  # fmt: skip
FORMS_TRIED = (
    "<{0} {1}>", "<{0} {1}", "<{0}{1}>Tea", "Tea <{0} {1}/", "<{0} {1}></{0}>", "<<{0} {1}>>",
    "<{0}\t{1} ", "&lt;{0} {1}&gt;", "&amp;lt;{0} {1}>", "</{0} {1}>", "<!--><{0} {1}>-->",
    "<scr<{0}>ipt {1}>",
)  # fmt: skip


@pytest.mark.parametrize("form", FORMS_TRIED)
def test_text_taken_for_html_runs_nothing(form: str) -> None:
    alive = []
    for element in ELEMENTS_TRIED:
        for attribute in ATTRIBUTES_TRIED:
            plain = plain_text(form.format(element, attribute))
            seen = show_html(f"<h1>{plain}</h1><p>The end</p>")
            if re.search(r"\son[a-z]+=|<(?:script|iframe|svg|object|style)", seen) or (
                "<p>The end</p>" not in seen
            ):
                alive.append((plain, seen))
    assert alive == []


def show_html(markup: str) -> str:
    """Parse HTML as a browser does, and write it with every element and every handler."""
    handlers = {"onclick", "onload", "onerror", "onfocus"}
    tags = {*ELEMENTS_TRIED, "h1", "h2", "ul", "li"}
    return nh3.clean(
        markup, tags=tags, attributes={"*": handlers}, clean_content_tags=set(), link_rel=None
    )


def test_the_parser_of_the_test_finds_what_is_alive() -> None:
    assert "onload=" in show_html("<h1><svg/onload=alert(1)</h1><p>The end</p>")
    assert "<p>The end</p>" not in show_html("<h1><script </h1><p>The end</p>")
