"""Whether a text is HTML, or HTML that was escaped once too often."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.entities import html5

import msgspec

from feedpub import compile_late
from feedpub.text.elements import ELEMENTS
from feedpub.text.references import resolve_references

_TAG = compile_late(r"""<(/?)([A-Za-z][A-Za-z0-9]*+)(?=[\s/>])(?:[^<>"']|"[^"<]*"|'[^'<]*')*+>""")
# Elements that stand alone, and those whose end may be left out.
_LONE = frozenset("br hr img p li".split())
_ESCAPED = compile_late(r"\s*&lt;[A-Za-z!]")
_MOST = 5_000  # tags that are looked at
_CDATA = compile_late(r"\s*<!\[CDATA\[(.*)\]\]>\s*", re.DOTALL)
# What an editor puts around a text of any kind.
_WRAPPING = compile_late(r"</?(?:p|div|span|br)(?=[\s/>])[^<>]*>", re.IGNORECASE)
_ESCAPED_END = compile_late(r"&gt;\s*$")
_NAME = r"#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31}"
_REFERENCE = compile_late(rf"&({_NAME});")
# Not `&amp;lt;`: who writes about HTML means it.
_TWICE = compile_late(rf"&amp;((?![lg]t;)(?:{_NAME}));")
# Tags and code, in which `&amp;amp;` is as it is meant.
_NOT_TEXT = compile_late(
    r"<(code|pre|kbd|samp)\b(?:[^<]|<(?!/\1))*+(?:</\1[^<>]*>)?|<[^<>]*>", re.IGNORECASE
)


class Unescaped(msgspec.Struct, frozen=True):
    """A text without the escapes that were too many, and a sample of these."""

    text: str
    sample: str


def has_markup(text: str) -> bool:
    """Say whether a text is HTML: it has known elements that are opened and closed.

    `1 < 2`, `<new>` and a lone `<b>` are text.
    """
    if "<" not in text:
        return False
    opened: set[str] = set()
    for number, tag in enumerate(_TAG.finditer(text)):
        name = tag[2].lower()
        if name not in ELEMENTS or number > _MOST:
            continue
        if name in _LONE or (tag[1] and name in opened):
            return True
        if not tag[1]:
            opened.add(name)
    return False


def unescape_markup(text: str) -> Unescaped | None:
    """Resolve what was escaped once too often in a text or in HTML; None where nothing was.

    That is HTML as a whole, also inside of a paragraph that an editor put around it; HTML in a
    CDATA section; and single characters, such as `&eacute;` in a text.
    """
    if "&" not in text and "<![CDATA[" not in text:
        return None
    section = _CDATA.fullmatch(text)
    if section is not None:
        return Unescaped(section[1], "<![CDATA[")
    if not has_markup(text):
        if _ESCAPED.match(text) and has_markup(resolved := resolve_references(text)):
            return Unescaped(resolved, text.strip()[:60])
        return _resolve(text, lambda text, write: _REFERENCE.sub(write, text))
    inner = _WRAPPING.sub("\n", text)
    if (
        _ESCAPED.match(inner)
        and _ESCAPED_END.search(inner)
        and not has_markup(inner)
        and has_markup(resolved := resolve_references(inner))
    ):
        return Unescaped(resolved.strip(), inner.strip()[:60])
    return _resolve(text, _replace_in_text) if _TWICE.search(text) else None


def _resolve(
    text: str, replace: Callable[[str, Callable[[re.Match[str]], str]], str]
) -> Unescaped | None:
    """Resolve one level of the references of a text to characters."""
    samples: list[str] = []

    def write(found: re.Match[str]) -> str:
        name = found[1]
        if name[0] != "#" and f"{name};" not in html5:
            return found[0]
        samples.append(found[0])
        return f"&{name};" if found[0] == f"&amp;{name};" else resolve_references(found[0])

    resolved = replace(text, write)
    return Unescaped(resolved, samples[0]) if samples else None


def _replace_in_text(text: str, write: Callable[[re.Match[str]], str]) -> str:
    """Replace in the text of HTML, outside of code."""
    pieces: list[str] = []
    at = 0
    for found in [*_NOT_TEXT.finditer(text), None]:
        end = len(text) if found is None else found.start()
        pieces.append(_TWICE.sub(write, text[at:end]))
        if found is not None:
            pieces.append(found[0])
            at = found.end()
    return "".join(pieces)
