"""A page as the lines that it shows, in reading order, whatever its elements are named.

The body leaves out what its elements' names say is beside the text. Dates and bylines are often
there, so their rules read these lines instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence

from lxml import etree

from feedpub.markup import EMBED
from feedpub.pages.bylines import Line
from feedpub.pages.html_tree import list_children
from feedpub.text import INLINE

_UNSEEN = frozenset("head title noscript select textarea button option svg object iframe".split())
# The inline elements that pages use as boxes.
_BOXES = frozenset("span time small label".split())
_LINES_BEFORE = 4
_LINES_AFTER = 12
_PARAGRAPH = 120  # characters
_MAX_ANCHORS = 4


class PageLine:
    """A line: its text, the elements that wrote its parts, and how much of it is linked."""

    __slots__ = ("_parsed", "element", "linked", "parts", "text")

    def __init__(self, parts: Sequence[tuple[str, etree._Element]], linked: int) -> None:
        self.parts = tuple(parts)
        self.element = parts[0][1]
        self.text = " ".join("".join([text for text, _ in parts]).split())
        self.linked = linked
        self._parsed: Line | None = None

    @property
    def parsed(self) -> Line:
        """Its text, of which times and names are read."""
        if self._parsed is None:
            self._parsed = Line(self.text)
        return self._parsed

    def __repr__(self) -> str:
        return f"<{self.text[:60]!r}>"


def list_lines(root: etree._Element) -> list[PageLine]:
    """List the lines below an element."""
    walker = _Walker(_list_size_choices(root))
    walker.walk(root, str(root.tag))
    walker.end_line()
    return walker.lines


def list_near(
    lines: Sequence[PageLine], headline: etree._Element | None, title: str
) -> list[PageLine]:
    """List the lines near a headline: its own, those right below it, then those right above it."""
    inside = set() if headline is None else set(headline.iter())
    own = [index for index, line in enumerate(lines) if line.element in inside]
    anchors = [(own[0], own[-1])] if own else []
    # A page may hide the headline that it names as such, and show it again.
    again = {index for index, line in enumerate(lines) if line.text == title} - set(own)
    anchors += [(index, index) for index in sorted(again)]
    near = [lines[index] for index in own]
    if not anchors:
        anchors = [(0, -1)]  # a page that does not show its headline begins with its lines
    for first, last in anchors[:_MAX_ANCHORS]:
        paragraphs = 0
        for line in lines[last + 1 : last + 1 + _LINES_AFTER]:
            near.append(line)
            paragraphs += len(line.text) >= _PARAGRAPH
            if paragraphs > 1:  # one may be a standfirst; two are the text
                break
        near += lines[max(0, first - _LINES_BEFORE) : first]
    return near


def _list_size_choices(root: etree._Element) -> set[etree._Element]:
    """List the links of one letter, as those that choose the text size are, and their boxes."""
    links = [link for link in root.iter("a") if _is_size_link(link)]
    boxes = Counter(box for link in links if (box := link.getparent()) is not None)
    return {*links, *(box for box, count in boxes.items() if count > 1 and box.tag != "a")}


def _is_size_link(element: etree._Element) -> bool:
    """Say whether an element is a link of one letter, as those that choose the text size are."""
    if len(element) or len((element.text or "").strip()) != 1:
        return False
    around = element.getparent()
    if element.get(EMBED) is not None:
        return False  # a player whose file has a name of one letter
    return around is None or around.tag != "sup"  # the mark of a note is no letter


class _Walker:
    """Walks a tree. Of the many elements of a page, each is asked for as little as can be."""

    def __init__(self, unseen: Container[etree._Element]) -> None:
        self._unseen = unseen
        self.lines: list[PageLine] = []
        self._parts: list[tuple[str, etree._Element]] = []
        self._links = 0
        self._linked = 0
        self._is_empty = True

    def walk(self, element: etree._Element, tag: str) -> None:
        """Add an element with what it holds."""
        is_block, is_link = tag not in INLINE, tag == "a"
        if is_block and self._parts:
            self.end_line()
        self._links += is_link
        if text := element.text:
            self._add(text, element)
        if len(element):
            self._walk_children(element)
        self._links -= is_link
        if is_block and self._parts:
            self.end_line()

    def _walk_children(self, element: etree._Element) -> None:
        before: etree._Element | None = None
        for child in list_children(element):
            tag = child.tag
            if isinstance(tag, str) and tag not in _UNSEEN and child not in self._unseen:
                if before is not None and not before.tail:
                    self._part(before, child)
                self.walk(child, tag)
                before = child
            if text := child.tail:
                self._add(text, element)

    def _part(self, before: etree._Element, element: etree._Element) -> None:
        """Part two elements that only the style sheet parts."""
        text = self._parts[-1][0] if self._parts else " "
        if text[-1].isspace() or before.tag not in _BOXES:
            return
        if element.tag in _BOXES:
            self._parts.append((" | ", element))
        elif element.tag == "a":
            self._parts.append((" ", element))

    def _add(self, text: str, element: etree._Element) -> None:
        self._parts.append((text, element))
        if self._is_empty:
            self._is_empty = text.isspace()
        if self._links:
            self._linked += len(text.strip())

    def end_line(self) -> None:
        """End the line that is begun."""
        if not self._is_empty:
            self.lines.append(PageLine(self._parts, self._linked))
            self._is_empty = True
        self._parts, self._linked = [], 0
