"""Whether a text is HTML, or HTML that was escaped once too often."""

from __future__ import annotations

import html
import re

from feedpub.text.elements import ELEMENTS

_TAG = re.compile(r"""<(/?)([A-Za-z][A-Za-z0-9]*+)(?=[\s/>])(?:[^<>"']|"[^"<]*"|'[^'<]*')*+>""")
# Elements that stand alone, and those whose end may be left out.
_LONE = frozenset("br hr img p li".split())
_ESCAPED = re.compile(r"\s*&lt;[A-Za-z!]")
_MOST = 5_000  # tags that are looked at


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


def unescape_markup(text: str) -> str | None:
    """Resolve the entities of HTML that was escaped once too often; None where it was not."""
    if _ESCAPED.match(text) is None or has_markup(text):
        return None
    resolved = html.unescape(text)
    return resolved if has_markup(resolved) else None
