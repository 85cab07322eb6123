"""Templates of entries: the text of one that had no error, without the values that may vary.

The entries of a publisher are written alike and differ in their values. Where the walk found no
error in one, its text becomes a template. What stays in it are its tags, and every value that the
walk gave to no check, or that code may read. The tables alone judge the other values, by the
checks that the walk called. An entry of the same template has no error if its values pass the same
checks. Whatever does not is walked, so that the rules and what they say are those of the walk.
"""

from __future__ import annotations

from typing import NamedTuple

from lxml import etree

from feedpub import compile_late
from feedpub.lint.nodes import split_name
from feedpub.lint.values import ErrorCheck, find_error_checks

# What is remembered is little, whoever's feeds a process lints.
_MOST_KINDS, _MOST_OF_A_KIND, _MOST_TAGS, _LONGEST = 200, 16, 200, 10_000
_REFERENCES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))
_TAG = compile_late(
    r"<(?P<end>/?)(?P<name>[^\s<>\"'/=]+)(?P<attributes>(?:\s+[^\s<>\"'/=]+=\"[^<>\"]*\")*)\s*"
    r"(?P<empty>/?)>(?P<text>[^<]*)"
)
_ATTRIBUTE = compile_late(r"=\"([^\"]*)\"")

# A text is told by its element, an attribute by its key as well.
Place = tuple[etree._Element, str | None]
Span = tuple[int, int]


class Notes:
    """What the walk of an entry did with its values.

    `left` are the values that the code for an element leaves to checks, as in `Kind`.
    """

    def __init__(self, node: etree._Element) -> None:
        self.node = node
        self.checked: list[tuple[Place, tuple[str, ...]]] = []
        self.new: list[tuple[str, Place]] = []
        self.left: dict[etree._Element, frozenset[str]] = {}


class Template(NamedTuple):
    """The text of an entry without its values, and the checks of each value.

    Attributes:
        start: The text before the first value.
        after: The text after each value, and its length.
        attributes: The numbers of the values that are attributes.
        bare: The numbers of those that may have no white space around them.
        checks: The checks, each with the number of a value and one that passes it.
        new: The numbers of the values that no two entries of a feed may have in common, with the
            names of their sorts.
    """

    start: str
    after: list[tuple[str, int]]
    attributes: list[int]
    bare: list[int]
    checks: list[tuple[int, str, ErrorCheck]]
    new: list[tuple[str, int]]

    def read(self, text: str) -> list[str] | None:
        """Read the values of an entry without errors; None of another, or one of another kind.

        The text has as many tags as that of the template.
        """
        if not text.startswith(self.start):
            return None
        written, place = [], len(self.start)
        for after, length in self.after:
            end = text.find(after, place)
            if end < 0:
                return None
            written.append(text[place:end])
            place = end + length
        values = list(map(str.strip, written))
        attributes = "".join([written[number] for number in self.attributes])
        if place < len(text) or "" in values or '"' in attributes:
            return None
        return values if self._passes(values, written) else None

    def _passes(self, values: list[str], written: list[str]) -> bool:
        for number in self.bare:
            if values[number] != written[number]:
                return False
        for number, known, (check, usual) in self.checks:
            value = values[number]
            if value == known:
                continue
            if "&" in value:
                value = read_value(value)
            if not (usual and usual(value)) and check(value):
                return False
        return True


class Templates:
    """The templates that are known, by what the walk of an entry depends on beyond the entry."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], list[Template]] = {}

    def find_new(self, above: object, text: str) -> set[tuple[str, str]] | None:
        """Find what must be new in the feed of an entry without errors; None of any other entry.

        Args:
            text: What stands between the tags of the entry.
        """
        for template in self._known.get((above, text.count("<")), ()):
            values = template.read(text)
            if values is not None:
                return {(what, read_value(values[number])) for what, number in template.new}
        return None

    def learn(self, above: object, text: str, notes: Notes) -> None:
        """Remember an entry in which the walk found no error."""
        template = _make_template(text, notes)
        known = self._known.setdefault((above, text.count("<")), [])
        if template and all(template[:2] != other[:2] for other in known):
            known.insert(0, template)
        del known[_MOST_OF_A_KIND:]
        if len(self._known) > _MOST_KINDS:
            del self._known[next(iter(self._known))]


TEMPLATES = Templates()


def read_value(written: str) -> str:
    """Read a value of a document with the references that every document knows."""
    for reference, character in _REFERENCES:
        written = written.replace(reference, character)
    return written


def _make_template(text: str, notes: Notes) -> Template | None:
    """Make a template of an entry; None where not all of it can be told from its text."""
    spans = _find_spans(text, notes.node) if text.count("<") <= _MOST_TAGS else {}
    checked = [
        (spans[place], names)
        for place, names in notes.checked
        if place in spans and _is_free(place, notes) and text[slice(*spans[place])].strip()
    ]
    free = sorted({span for span, _ in checked})
    numbers = {span: number for number, span in enumerate(free)}
    new = [(what, numbers.get(spans.get(place, (0, 0)))) for what, place in notes.new]
    if not free or any(number is None for _, number in new):
        return None
    if len(text) - sum(end - start for start, end in free) > _LONGEST:
        return None
    attributes = [number for number, (start, _) in enumerate(free) if text[start - 1] == '"']
    ends = [*[start for start, _ in free[1:]], len(text)]
    return Template(
        text[: free[0][0]],
        [(text[end:after], after - end) for (_, end), after in zip(free, ends, strict=True)],
        attributes,
        [*attributes, *[numbers[span] for span, names in checked if "bare" in names]],
        [
            (numbers[span], text[slice(*span)].strip(), check)
            for span, names in checked
            for check in find_error_checks(names)
        ],
        [(what, number) for what, number in new if number is not None],
    )


def _is_free(place: Place, notes: Notes) -> bool:
    node, key = place
    left = notes.left.get(node)
    return left is None or ("text" if key is None else f"@{key}") in left


def _find_spans(text: str, entry: etree._Element) -> dict[Place, Span]:
    """Find where the text of an entry has its values; nothing where that is not certain."""
    nodes = entry.iter()
    end = text.find("<")
    spans: dict[Place, Span] = {(next(nodes), None): (0, end)}
    for found in _TAG.finditer(text):
        if found.start() != end or "xml:id=" in found["attributes"]:  # no two may be the same
            return {}
        end = found.end()
        if found["end"]:
            continue
        node = next(nodes, None)
        if node is None or found["name"] != _write_name(node):
            return {}
        values = [value.span(1) for value in _ATTRIBUTE.finditer(found["attributes"])]
        start = found.start("attributes")
        if len(values) != len(node.keys()):
            return {}
        for name, (first, last) in zip(node.keys(), values, strict=True):
            spans[node, str(name)] = (start + first, start + last)
        if not found["empty"]:
            spans[node, None] = found.span("text")
    for (node, key), (start, last) in spans.items():
        if read_value(text[start:last]) != (node.text or "" if key is None else node.get(key)):
            return {}
    return spans if end == len(text) and next(nodes, None) is None else {}


def _write_name(node: etree._Element) -> str:
    local = split_name(str(node.tag))[1]
    return f"{node.prefix}:{local}" if node.prefix else local
