"""Elements inside of elements: bodies are read no deeper than browsers do.

What sanitizes a body looks through all open elements at each tag, so a body that only opens
elements would take squared time.
"""

from __future__ import annotations

import re

from feedpub import compile_late
from feedpub.text import OPTIONAL, VOID

DEEPEST = 500
"""Open elements, as many as browsers keep. A tag that would open one more is left out."""

_UNCLOSED = VOID | OPTIONAL  # which don't nest by themselves
_TAG = compile_late(r"<(/?)([a-z][^\s/>]*+)[^>]*+>?", re.IGNORECASE)


def flatten(markup: str) -> str:
    """Leave out the tags that open elements too deep; their content stays."""
    if markup.count("<") <= DEEPEST:
        return markup
    kept: list[str] = []
    depth = begin = 0
    for tag in _TAG.finditer(markup):
        if tag[2].lower() in _UNCLOSED:
            continue
        depth = max(depth - 1, 0) if tag[1] else depth + 1
        if depth > DEEPEST:
            depth = DEEPEST
            kept.append(markup[begin : tag.start()])
            begin = tag.end()
    return "".join((*kept, markup[begin:]))
