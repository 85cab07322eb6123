"""Lines that a page leaves in its text: labels, buttons, calls to share and to subscribe."""

from __future__ import annotations

import re
from functools import cache

from feedpub.text import load_words

_MAX_REMNANT = 160  # characters
_SENTENCE_END = re.compile(r"[.!?。！？][\"'”’)\]]*$")


def is_size_choice(text: str) -> bool:
    """Say whether a line is the links that choose the size of the text."""
    return _is_one_of("sizes", text)


def is_remnant_line(text: str) -> bool:
    """Say whether a line is a leftover of the page and not a sentence of its article."""
    return _is_one_of("sizes related labels calls", text) or (
        _is_one_of("headings", text) and _SENTENCE_END.search(text) is None
    )


def begins_related(text: str) -> bool:
    """Say whether a line begins a list of other stories."""
    return _is_one_of("related", text)


def _is_one_of(tables: str, text: str) -> bool:
    return len(text) <= _MAX_REMNANT and _compile(tables).fullmatch(text) is not None


@cache
def _compile(tables: str) -> re.Pattern[str]:
    words = load_words("feedpub.pages", "remnants")
    lines = (line for table in tables.split() for line in words[table])
    return re.compile("|".join(lines), re.IGNORECASE)
