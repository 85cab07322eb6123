"""The tables of the vocabularies, read: which element may hold what.

A block `[kind]` tells what an element of a kind may hold, a line each:

    @href   1  iri-ref            an attribute, required, and how its value is checked
    id      1  iri bare  !rule    a child, exactly one, and the rule that tells of its absence
    author  *  atom-person        children of another kind, any number
    text       plain              how the element's own text is checked
    use     everywhere media      the lines of other blocks too
    special atom-link             checked by code of its own as well

Counts: `1` one, `+` one or more, `?` one at most, `*` any, `~` one in practice, a number at most.
A prefix is that of namespaces.py; a name without one is of the feed's own format.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import msgspec

from feedpub.lint import table_atom, table_google, table_media, table_modules, table_rss

ANY = "any"


class Attribute(msgspec.Struct, frozen=True):
    """How the value of an attribute is checked, and which rule tells of its absence."""

    checks: tuple[str, ...]
    missing: str | None = None
    or_blank: bool = False


class Child(msgspec.Struct, frozen=True):
    """How often an element may stand in another, and of which kind it is."""

    kind: str
    missing: str | None = None
    most: int | None = 1
    repeated: str = "element-repeated"


class Kind(msgspec.Struct, frozen=True):
    """What an element may hold; `text` is None where it holds elements alone."""

    name: str
    special: str = ""
    text: tuple[str, ...] | None = None
    attributes: dict[str, Attribute] = {}
    children: dict[str, Child] = {}


@cache
def find_kind(name: str) -> Kind:
    """Find a kind by its name; what no block describes is a text and its checks."""
    lines = _read_blocks().get(name)
    if lines is None:
        return Kind(name, text=tuple(name.split()))
    special, text = "", None
    attributes: dict[str, Attribute] = {}
    children: dict[str, Child] = {}
    for words in _expand(lines):
        if words[0] == "special":
            special = words[1]
        elif words[0] == "text":
            text = tuple(words[1:])
        elif words[0].startswith("@"):
            attributes.setdefault(words[0][1:], _read_attribute(words[1:]))
        else:
            children.setdefault(words[0], _read_child(words[1:]))
    return Kind(name, special, text, attributes, children)


def _read_attribute(words: list[str]) -> Attribute:
    checks = [word for word in words[1:] if not word.startswith("!") and word != "or-blank"]
    missing = _find_rule(words) or "attribute-missing"
    return Attribute(
        tuple(checks), missing if words[0] == "1" else None, or_blank="or-blank" in words
    )


def _read_child(words: list[str]) -> Child:
    count = words[0]
    kind = " ".join(word for word in words[1:] if not word.startswith("!"))
    missing = (_find_rule(words) or "element-missing") if count in "1+" else None
    if count == "~":
        return Child(kind, repeated="rss-enclosure-repeated")
    if count.isdigit():
        return Child(kind, missing, most=int(count))
    return Child(kind, missing, most=1 if count == "?" else None)


def _find_rule(words: list[str]) -> str | None:
    return next((word[1:] for word in words if word.startswith("!")), None)


def _expand(lines: list[list[str]]) -> Iterator[list[str]]:
    # Its own lines come first: they win over those of the blocks that it uses.
    yield from (words for words in lines if words[0] != "use")
    for words in lines:
        if words[0] == "use":
            for name in words[1:]:
                yield from _expand(_read_blocks()[name])


@cache
def _read_blocks() -> dict[str, list[list[str]]]:
    blocks: dict[str, list[list[str]]] = {}
    lines: list[list[str]] = []
    for table in (table_atom, table_rss, table_modules, table_media, table_google):
        for line in table.TABLE.splitlines():
            if line.startswith("["):
                lines = blocks[line[1:-1]] = []
            elif line:
                lines.append(line.split())
    return blocks
