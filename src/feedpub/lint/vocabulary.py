"""The tables of the vocabularies: which element may hold what.

A block `[kind]` of `data/vocabularies/` lists what an element of a kind may hold, one a line:

- `@href   1  iri-ref`: an attribute, required, and how its value is checked
- `id      1  iri bare  !rule`: a child, exactly one, and the rule that its absence breaks
- `author  *  atom-person`: children of another kind, any number
- `text       plain`: how the element's own text is checked
- `use     everywhere media`: the lines of other blocks too; its own lines win
- `special atom-link @href`: code checks it too; which errors it finds does not depend on the
  values named after it, attributes or `text`, but by the checks that it calls
- `is-entry`: it is an entry of its feed

Counts: `1` one, `+` one or more, `?` at most one, `*` any number, `~` one in practice, a number
at most. The table `words/namespaces.txt` lists the prefixes; a name without one is of the feed's
own format. The checks of values are in `values.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import msgspec

from feedpub.lint.loading import load_blocks

ANY = "any"
_TABLES = ("atom", "rss", "modules", "media", "google")


class Attribute(msgspec.Struct, frozen=True):
    """How the value of an attribute is checked, and which rule its absence breaks."""

    checks: tuple[str, ...]
    missing: str | None = None
    or_blank: bool = False


class Child(msgspec.Struct, frozen=True):
    """How often an element may be in another, and which kind it is."""

    kind: str
    missing: str | None = None
    most: int | None = 1
    repeated: str = "element-repeated"


class Kind(msgspec.Struct, frozen=True):
    """What an element may hold; `text` is None where it holds only elements.

    `left` are the values that the code of a special kind leaves to checks, as in the table.
    `is_entry` is whether it is an entry of a feed, or the notice of a deleted one.
    """

    name: str
    special: str = ""
    left: frozenset[str] = frozenset()
    is_entry: bool = False
    text: tuple[str, ...] | None = None
    attributes: dict[str, Attribute] = {}
    children: dict[str, Child] = {}
    wanted: frozenset[str] = frozenset()  # the names of children that must not be missing


@cache
def find_kind(name: str) -> Kind:
    """Find a kind by its name; what no block describes is a text and its checks."""
    if name not in _load_kinds():
        return Kind(name, text=tuple(name.split()))
    special, left, text, is_entry = "", frozenset[str](), None, False
    attributes: dict[str, Attribute] = {}
    children: dict[str, Child] = {}
    for first, *words in _expand(name):
        if first == "special":
            special, left = (special, left) if special else (words[0], frozenset(words[1:]))
        elif first == "is-entry":
            is_entry = True
        elif first == "text":
            text = tuple(words)
        elif first.startswith("@"):
            attributes.setdefault(first[1:], _read_attribute(words))
        else:
            children.setdefault(first, _read_child(words))
    wanted = frozenset(child for child, rules in children.items() if rules.missing)
    return Kind(name, special, left, is_entry, text, attributes, children, wanted)


def _read_attribute(words: list[str]) -> Attribute:
    checks = [word for word in words[1:] if not word.startswith("!") and word != "or-blank"]
    missing = (_find_rule(words) or "attribute-missing") if words[0] == "1" else None
    return Attribute(tuple(checks), missing, or_blank="or-blank" in words)


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


def _expand(name: str) -> Iterator[list[str]]:
    lines = [line.split() for line in _load_kinds()[name]]
    yield from (words for words in lines if words[0] != "use")
    for words in lines:
        if words[0] == "use":
            for used in words[1:]:
                yield from _expand(used)


@cache
def _load_kinds() -> dict[str, tuple[str, ...]]:
    return {
        kind: tuple(lines)
        for table in _TABLES
        for kind, lines in load_blocks(f"vocabularies/{table}").items()
    }
