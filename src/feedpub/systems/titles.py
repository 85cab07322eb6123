"""A title for what has none, as feeds and blogs allow."""

from __future__ import annotations

from feedpub.text import plain_text, shorten

_LENGTH = 80
# Of a long text, only the beginning is made plain.
_BEGINNING = 4_000


def title_of(markup: str) -> str:
    """Make a title of the beginning of a text: its first words. Empty where there is none."""
    return shorten(plain_text(markup[:_BEGINNING]), _LENGTH)
