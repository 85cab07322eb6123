"""Plain text: entities, known tags, forbidden characters, white space, and cutting at a word."""

from __future__ import annotations

import re

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.text.amounts import read_number
from feedpub.text.octets import encode_text
from feedpub.text.plain import plain_text, strip_forbidden
from feedpub.text.references import resolve_references
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
    "piece",
    [
        *("<!--", "<a '", '<a "', "<b ", "<", "&amp;", "&#38;", "<b<b<b>>>", "&lt;!--", "-->"),
        *(
            "<b a='>'",
            '<b a=">"<x ',
            "<x a=",
            "<x>",
            "<b a= ",
            "\u202e",
            "\u2067",
            "\u200d",
            "a\u202e\u202c",
        ),
    ],
)
def test_work_grows_in_proportion_to_length(piece: str) -> None:
    def read(length: int) -> None:
        plain_text(piece * (length // len(piece)))

    require_linear(read, 50_000)
    read(1_000_000)


# What is removed by what is around it: bidi marks, joiners, tag characters, a byte order mark.
BY_PLACE = "".join(
    map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200C, 0x200D, 0xFEFF])
) + "".join(map(chr, range(0xE0000, 0xE0080)))


@given(st.text(st.characters(exclude_characters="&<>" + BY_PLACE), max_size=60))
def test_text_without_markup_only_loses_forbidden_characters_and_space(text: str) -> None:
    allowed = "".join(
        c
        for c in text
        if not (
            "\ud800" <= c <= "\udfff"
            or "\ufdd0" <= c <= "\ufdef"
            or ord(c) & 0xFFFE == 0xFFFE
            or (c < " " and c not in "\t\r\n")
            or ("\x7f" <= c < "\xa0" and c != "\x85")
        )
    )
    assert plain_text(text) == " ".join(allowed.split())


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Tea\u202ehouse", "Teahouse"),
        ("Tea\u2066house", "Teahouse"),
        ("Tea\u202c\u2069house", "Teahouse"),
        ("Tea &#x202E;house", "Tea house"),
        ("A \u202babc\u202c now", "A \u202babc\u202c now"),
        ("A \u2067abc\u2069 now", "A \u2067abc\u2069 now"),
        ("A \u202b\u202dabc\u202c now", "A \u202dabc\u202c now"),
        ("A \u2067\u202eabc\u2069 now", "A \u2067abc\u2069 now"),
        ("A \u202e\u2067abc\u2069 now", "A \u2067abc\u2069 now"),
        ("\ufeffTea", "Tea"),
        (" \ufeff\ufeff Tea", "Tea"),
        ("T\x7fe\x9fa\ufdd0\U0001fffe", "Tea"),
        ("Te\x85a", "Te a"),
        ("abc\u200e\u200f 1", "abc\u200e\u200f 1"),
        # Joiners: in words and emoji, and at the end of a word where its script joins.
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("Auf\u200clage", "Auf\u200clage"),
        ("1444 ه\u200d", "1444 ه\u200d"),
        ("അവന്\u200d വന്നു", "അവന്\u200d വന്നു"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("Tea\u200d \u200cnow", "Tea now"),
        ("\u200d\u200dTea \u200c now", "Tea now"),
        ("🏴\U000e0067\U000e0062\U000e007f", "🏴\U000e0067\U000e0062\U000e007f"),
        ("T\U000e0067\U000e0068ea", "Tea"),
        # It goes before tags are looked for.
        ("<\u202escript>Tea", "Tea"),
        ("<b>\u202eTea</b>", "Tea"),
    ],
)
def test_removes_what_is_unseen(value: str, expected: str) -> None:
    assert plain_text(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        # Where HTML's tokenizer ends a tag: a quote counts only after an equals sign.
        ('<b a="\'>Tea">now', "now"),
        ("<b a'>Tea", "Tea"),
        ('<b =">Tea', "Tea"),
        ("<b a = '>' / b=>Tea", "Tea"),
        ('<a href="x>Tea</a> now', "Tea now"),
        ("<!-->Tea<!-- x --> now", "Tea now"),
        ("<!--[if x]><!-->Tea<!--<![endif]-->", "Tea"),
        ("<i a='>'<b>Tea</b>", "Tea"),
        # What comes together when a tag goes is a tag, too.
        ("<<i>script>Tea", "Tea"),
        ("<scr<i>ipt src=x>Tea", "Tea"),
        # What only looks like a tag stays, and is none.
        ("Joren->blog", "Joren->blog"),
        ("<https://news.example.com/>", "<https://news.example.com/>"),
        ("<new x>Tea</new>", "<new x>Tea</new>"),
        ("I </3 tea", "I </3 tea"),
        ("Is x<y?", "Is x<y?"),
        ("1 <svg onload=x", "1 < svg onload=x"),
        ("a <b c", "a < b c"),
        ("a <script", "a < script"),
        ("a <x onclick=x", "a < x onclick=x"),
        ("<new onclick=x>Tea", "< new onclick=x>Tea"),
        ("<new <newer onclick=x>Tea", "< new < newer onclick=x>Tea"),
        ("Tea <!-- now", "Tea < !-- now"),
        ("Tea <?php now", "Tea < ?php now"),
        ("<" + "<i>" * 60 + "script src=x>Tea", "Tea"),
        ("<i" * 60 + ">" * 60 + "Tea", "< i" * 10 + ">" * 10 + "Tea"),
    ],
)
def test_leaves_nothing_that_a_browser_runs(value: str, expected: str) -> None:
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
    "\xa0onload=alert(1)", "=\"> onload=alert(1)",
)  # fmt: skip
FORMS_TRIED = (
    "<{0} {1}>", "<{0} {1}", "<{0}{1}>Tea", "Tea <{0} {1}/", "<{0} {1}></{0}>", "<<{0} {1}>>",
    "<{0}\t{1} ", "&lt;{0} {1}&gt;", "&amp;lt;{0} {1}>", "</{0} {1}>", "<!--><{0} {1}>-->",
    "<scr<{0}>ipt {1}>", "<{0}\u202e {1}>", "<\u200d {0} {1}>", "<y <{0} {1}>", "<b a='><{0} {1}>",
    "<b <y '<{0} {1}>'>", "<!--<{0} {1}>", "</ <{0} {1}>", "<![CDATA[<{0} {1}>]]>", "<{0}<{0} {1}>",
)  # fmt: skip


@pytest.mark.parametrize("form", FORMS_TRIED)
def test_text_taken_for_html_runs_nothing(form: str) -> None:
    alive = []
    for element in ELEMENTS_TRIED:
        for attribute in ATTRIBUTES_TRIED:
            plain = plain_text(form.format(element, attribute))
            if is_alive(plain):
                alive.append(plain)
    assert alive == []


def is_alive(text: str) -> bool:
    """Say whether a text that is taken for HTML runs something, or hides the rest of a page."""
    handlers = {"onclick", "onload", "onerror", "onfocus", "href", "srcdoc", "style"}
    tags = {*ELEMENTS_TRIED, "h1"}
    # ammonia parses as browsers do. Of the elements that it knows, it is to show all.
    seen = nh3.clean(
        f"<h1>{text}</h1><p>The end</p>",
        tags=tags,
        attributes={"*": handlers},
        clean_content_tags=set(),
        link_rel=None,
    )
    # An element that HTML does not know does nothing by itself.
    known = set(re.findall(r"<([a-z0-9:-]+)", seen)) - {"h1", "p", "x", "my-tag", "xss:y"}
    return bool(known or re.search(r"<[^<>]+ [a-z]+=", seen) or "<p>The end</p>" not in seen)


@pytest.mark.parametrize(
    "text",
    ["<svg/onload=alert(1)", "<script ", "<x onclick=alert(1)>", "<img src=x>", "Tea <!-- now"],
)
def test_the_parser_of_the_test_finds_what_is_alive(text: str) -> None:
    assert is_alive(text)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("&#" + "9" * 5000 + "; &#" + "0" * 5000, "\ufffd \ufffd"),
        ("&#x" + "9" * 5000 + ";&amp;lt;&#65", "\ufffd&lt;A"),
    ],
)
def test_resolves_references_of_any_size(value: str, expected: str) -> None:
    assert resolve_references(value) == expected


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
        # What turns the text is not left without its end.
        ("Tea \u2067شاي\u2069 at four", 12, "Tea \u2067شاي\u2069…"),
        ("Tea \u2067شاي في الرابعة\u2069", 12, "Tea شاي في…"),
        ("Tea \u202eruof ta\u202c or five", 10, "Tea ruof…"),
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
