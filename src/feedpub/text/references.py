"""Character references of HTML, whatever their size."""

from __future__ import annotations

import html

from feedpub import compile_late

# int() refuses thousands of digits, and html.unescape() counts on it.
_HUGE = compile_late(r"&#[0-9]{1000,};?")


def resolve_references(text: str) -> str:
    """Resolve the character references of a text once, as browsers do.

    One beyond all characters is the replacement character (HTML, section 13.2.5.80).
    """
    if "&" not in text:
        return text
    return html.unescape(_HUGE.sub("\ufffd", text) if "&#" in text else text)
