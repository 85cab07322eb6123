"""Plain text: what a title, a name, or a caption can have."""

from __future__ import annotations

import html
import re

from feedpub.text.elements import ELEMENTS, INLINE

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
    if name not in ELEMENTS:
        return tag[0]
    return "" if name in INLINE else " "
