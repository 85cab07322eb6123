"""Markdown in fields that may hold plain text: by what marks it is known."""

from __future__ import annotations

import html

from feedpub import compile_late
from feedpub.markup import render_markdown
from feedpub.text import has_markup

# What no plain text has.
_SURE_MARKDOWN = r"""
      ^\#{1,6}[ ]\S[^\n]{0,40}             # a heading
    | !?\[[^\[\]\n]{0,300}\]\((?:https?:|/|\#|\.)[^)\s]{0,300}\)?   # a link or an image
    | (?<![\w*])\*\*[^*\s][^*\n]*\*\*(?!\*)        # bold
    | ^(?:```|~~~)
"""
_SURE = compile_late(f"(?mx){_SURE_MARKDOWN}")
_MARKDOWN = compile_late(
    rf"""(?mx){_SURE_MARKDOWN}
    | (?<!\w)__[^_\s][^_\n]*__(?!\w)
    | ^[ ]{{0,3}}(?:[-*+]|\d+\.)[ ]\S.*\n(?:.*\n)?[ ]{{0,3}}(?:[-*+]|\d+\.)[ ]\S   # two items
    | ^>[ ]\S
    """
)


def looks_like_markdown(text: str) -> bool:
    """Say whether a text has marks that only Markdown has: links, headings, bold, lists."""
    return _MARKDOWN.search(text) is not None


def find_markdown(text: str) -> str | None:
    """Find a mark of Markdown that no plain text has."""
    found = _SURE.search(text)
    return None if found is None else found[0]


def render_text(text: str) -> str:
    """Write a text of unknown kind as HTML: it may be HTML, Markdown or plain."""
    if has_markup(text):
        return text
    if looks_like_markdown(text):
        return render_markdown(text, title="", first_line=1).html
    return html.escape(text, quote=False).replace("\n", "<br>")
