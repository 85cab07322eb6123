"""How deep JSON nests its values, before anything decodes it.

Decoders end in RecursionError at a depth that differs between versions of Python, and with the
depth of the stack that calls them. With a limit of our own, a file reads the same everywhere.
"""

from __future__ import annotations

import re

from feedpub import compile_late

MAX_NESTING = 500

_OPENING = (b"[", b"{")
_STRING_OR_BRACKET = compile_late(rb'"(?:[^"\\]++|\\.)*+"?+|[\[\]{}]', re.DOTALL)


def nests_too_deep(content: bytes) -> bool:
    """Say whether JSON in UTF-8 nests lists and objects more than MAX_NESTING deep."""
    # Counting is nearly free, and enough for all but a few records.
    if sum(map(content.count, _OPENING)) <= MAX_NESTING:
        return False
    depth = 0
    for token in _STRING_OR_BRACKET.finditer(content):
        mark = token[0]
        if mark in _OPENING:
            depth += 1
            if depth > MAX_NESTING:
                return True
        elif not mark.startswith(b'"'):
            depth -= 1
    return False
