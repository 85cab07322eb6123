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

# Tags as HTML's tokenizer sees them: a quote counts only after an equals sign.
_TOKEN = re.compile(
    r"""</?(?P<name>[A-Za-z][^\s/>]*+)"""
    r"""(?P<rest>(?:[^>"'=]++|=\s*+"[^"]*+"|=\s*+'[^']*+'|=|["'])*+)>"""
)
_OPEN = re.compile(r"<(?P<mark>/?(?P<name>[A-Za-z][^\s/>]*+)(?P<rest>[\s/]?)|[!?])")
# Elements that take all that follows for their own text.
_RAW = frozenset("iframe noembed noframes plaintext script style textarea title xmp".split())
_FOREIGN = frozenset({"math", "svg"})

_BIDI_OPENERS = "\u202a\u202b\u202d\u202e\u2066\u2067\u2068"
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Controls, non-characters, marks of byte order in front, joiners that join nothing, and tags that
# no flag is before.
_UNSEEN = re.compile(
    "[\x7f-\x84\x86-\x9f\ufdd0-\ufdef"
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
    )
    + "]|^\ufeff+|(?<!\\S)[\u200c\u200d]+|[\u200c\u200d]+(?!\\S)"
    + "|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]+"
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
    return " ".join(_show(_disarm(strip_forbidden(text))).split())


def _disarm(text: str) -> str:
    """Leave nothing that a reader who takes a text for HTML runs, or hides the rest by.

    Elements of HTML go, however their quotes stand. Where text only looks like a tag with
    attributes, or like one that is not closed, a space parts its angle bracket from the name.
    """
    if "<" not in text:
        return text
    for _ in range(_MAX_PASSES):
        disarmed = _TOKEN.sub(_disarm_tag, text)
        if disarmed == text:
            break
        text = disarmed
    end = text.rfind(">") + 1
    return _OPEN.sub(_disarm_mark, text[:end]) + _OPEN.sub(_part_open_tag, text[end:])


def _disarm_tag(tag: re.Match[str]) -> str:
    name = tag["name"].lower()
    if name in ELEMENTS or name in _FOREIGN:
        return "" if name in INLINE else " "
    if "=" not in tag["rest"]:
        return tag[0]
    return " " if "-" in name else f"< {tag[0][1:]}"


def _disarm_mark(mark: re.Match[str]) -> str:
    return mark[0] if mark["name"] else f"< {mark['mark']}"


def _part_open_tag(tag: re.Match[str]) -> str:
    """Part the bracket of a tag that is not closed from its name."""
    name = (tag["name"] or "").lower()
    known = name in ELEMENTS or name in _FOREIGN
    if not name or name in _RAW or (tag["rest"] and (known or "=" in tag.string[tag.end() :])):
        return f"< {tag['mark']}"
    return tag[0]


def _show(text: str) -> str:
    """Remove what cannot be seen and turns or hides what can."""
    if text.isascii() and "\x7f" not in text:
        return text
    text = _UNSEEN.sub("", text)
    if _BIDI.search(text) is None:
        return text
    unpaired: set[int] = set()
    opened: list[int] = []
    for match in _BIDI.finditer(text):
        if match[0] in _BIDI_OPENERS:
            opened.append(match.start())
            continue
        isolate = match[0] == "\u2069"
        if opened and (text[opened[-1]] >= "\u2066") is isolate:
            opened.pop()
        else:
            unpaired.add(match.start())
    unpaired.update(opened)
    return "".join(char for place, char in enumerate(text) if place not in unpaired)


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
