"""Plain text: entities, known tags, forbidden characters, white space, and cutting at a word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.text.amounts import read_number
from feedpub.text.octets import encode_text
from feedpub.text.plain import plain_text, strip_forbidden
from feedpub.text.shortening import shorten
from support import require_linear


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("12", 12),
        ("-12", -12),
        ("+007", 7),
        ("9" * 18, 10**18 - 1),
        (12, 12),
        (12.9, 12),
        (-0.5, 0),
        ("", None),
        (" 12", None),
        ("12px", None),
        ("1.5", None),
        ("1_000", None),
        ("²", None),
        ("١٢", None),
        ("9" * 19, None),
        ("9" * 5000, None),
        (10**18, None),
        (10**4000, None),
        (1e300, None),
        (float("inf"), None),
        (float("nan"), None),
        (True, None),
        (None, None),
        (["12"], None),
    ],
)
def test_number_of_anyone_is_read_within_bounds(value: object, expected: int | None) -> None:
    assert read_number(value) == expected


def test_number_may_be_hexadecimal() -> None:
    assert [read_number(text, 16) for text in ("1F600", "0x1F", "f" * 5000)] == [
        0x1F600,
        None,
        None,
    ]


@given(st.text(st.characters(), max_size=20))
def test_any_text_has_bytes_of_its_own(text: str) -> None:
    assert encode_text(text).decode("utf-8", "surrogatepass") == text


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
