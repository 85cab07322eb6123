"""Plain text: what a title, a name, or a caption can have."""

from __future__ import annotations

import html
import re

# XML 1.0 section 2.2 forbids everything else, escaped or not.
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
# Nothing to do: no markup, no entities, and only single spaces between words.
_ORDINARY = re.compile(
    r"(?:[!-%'-;=?-~\xa1-\u02ff\u2010-\u2027\u2030-\u205e\u3001-\ud7ff\uff01-\uffdc]++ ?)*+"
)
# Any depth of `&amp;amp;lt;` at once: resolving one level a pass would take quadratic time.
_NESTED_AMPERSAND = re.compile(
    r"&(?:(?:amp|AMP);?|#0*38(?:;|(?![0-9]))|#[xX]0*26(?:;|(?![0-9A-Fa-f])))+"
)
_MAX_PASSES = 50

# The elements of the HTML standard, its obsolete ones among them.
_ELEMENTS = frozenset(
    """
a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big
blink blockquote body br button canvas caption center cite code col colgroup content data
datalist dd del details dfn dialog dir div dl dt em embed fieldset figcaption figure font
footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe image img
input ins isindex kbd keygen label legend li link listing main map mark marquee math menu
menuitem meta meter multicol nav nobr noembed noframes noscript object ol optgroup option
output p param picture plaintext portal pre progress q rb rp rt rtc ruby s samp script search
section select shadow slot small source spacer span strike strong style sub summary sup svg
table tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr xmp
""".split()
)
_INLINE = frozenset(
    """a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q ruby
    rb rp rt rtc s samp small span strike strong sub sup time tt u var wbr""".split()
)
_TAG = re.compile(
    r"""</?(?P<name>[A-Za-z][A-Za-z0-9]*+)(?=[\s/>])(?:[^<>"']|"[^"<]*"|'[^'<]*')*+>"""
)


def strip_forbidden(text: str) -> str:
    """Remove the characters that XML forbids, including lone surrogates."""
    return _FORBIDDEN.sub("", text)


def plain_text(value: str) -> str:
    """Remove forbidden characters, entities, known HTML tags, and stray spaces from a text.

    `<new>` and `1 < 2` are not HTML tags and stay.
    """
    if _ORDINARY.fullmatch(value):
        return value.rstrip(" ")
    text = strip_forbidden(value)
    for _ in range(_MAX_PASSES):
        resolved = html.unescape(_NESTED_AMPERSAND.sub("&", text))
        if resolved == text:
            break
        text = resolved
    text = _strip_comments(text)
    for _ in range(_MAX_PASSES):
        stripped = _TAG.sub(_gap, text)
        if stripped == text:
            break
        text = stripped
    return " ".join(strip_forbidden(text).split())


def _strip_comments(text: str) -> str:
    # A regular expression would search to the end for each comment that is not closed.
    kept: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        kept.append(text[at:start])
        at = end + 3
    return "".join((*kept, text[at:])) if kept else text


def _gap(tag: re.Match[str]) -> str:
    # H<sub>2</sub>O is one word, One<br>Two are two.
    name = tag["name"].lower()
    if name not in _ELEMENTS:
        return tag[0]
    return "" if name in _INLINE else " "


def shorten(text: str, limit: int = 400) -> str:
    """Cut a text at a word to at most `limit` characters, with an ellipsis."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    if not text[limit - 1].isspace():
        # Text without spaces (Chinese) and endless words are cut anywhere.
        at = head.rfind(" ")
        if at > limit // 2:
            head = head[:at]
    return head.rstrip(" ,;:.，、；：。-–—") + "…"
