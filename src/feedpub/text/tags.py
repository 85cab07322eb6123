"""Tags in a text: those of HTML go, and nothing else stays that a browser would run."""

from __future__ import annotations

import re

from feedpub import compile_late
from feedpub.text.elements import ELEMENTS, INLINE

_START = compile_late(r"<(?:!--|/?(?P<name>[A-Za-z][^\s/<>]*+)(?![^\s/>]))")
# From the name of a tag to its end, as HTML's tokenizer goes: a quote counts only at the beginning
# of a value, and a value only after a name and an equals sign (HTML, section 13.2.5).
_REST = compile_late(
    r"""(?:[\s/]++|(?:=[^\s/>=]*+|[^\s/>=]++)"""
    r"""(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'>][^\s>]*+|(?=>)))?+)*+>"""
)
_NEAREST_END = compile_late(r"[^<>]*+>")
_LOOKALIKE = compile_late(r"<(?:[!?]|/?(?P<name>[A-Za-z][^\s/<>]*+)(?P<rest>[^<>]*+)(?P<end>>?))")


def remove_tags(text: str) -> str:
    """Remove comments and tags of HTML once; what comes together then may be tags again.

    A tag whose end is inside of its own quotes ends at the nearest `>`, as do all after it.
    """
    kept: list[str] = []
    at = last = 0
    closing, rest, has_ends = text.rfind(">"), _REST, True
    while (start := _START.search(text, at)) is not None and start.start() < closing:
        at = start.end()
        gap = ""
        if start["name"] is None:
            end = text.find("-->", start.start() + 2) + 3 if has_ends else 2
            has_ends = end > 2
            if not has_ends:
                continue
        else:
            name = start["name"].lower()
            if name not in ELEMENTS:
                continue
            found = rest.match(text, at)
            if found is None:
                rest = _NEAREST_END
                found = rest.match(text, at)
                if found is None:
                    continue
            end = found.end()
            # H<sub>2</sub>O is one word, One<br>Two are two.
            gap = "" if name in INLINE else " "
        kept += (text[last : start.start()], gap)
        at = last = end
    return "".join((*kept, text[last:])) if kept else text


def part_tags(text: str) -> str:
    """Put a space after each `<` that a browser would run something, or hide the rest, by.

    A name that HTML does not know stays as it is, unless it has attributes with values.
    """
    last_value = text.rfind("=")

    def part(found: re.Match[str]) -> str:
        name = found["name"]
        if name is None:
            alive = True
        elif name.lower() in ELEMENTS:
            # At the end of a text, a browser drops it; there, `a <b` is more likely a comparison.
            alive = bool(found["rest"] or found["end"] or found.end() < len(text))
            alive = alive or name.lower() not in INLINE
        elif found["end"]:
            alive = "=" in found["rest"]
        else:
            alive = found.start() < last_value
        return f"< {found[0][1:]}" if alive else found[0]

    return _LOOKALIKE.sub(part, text)
