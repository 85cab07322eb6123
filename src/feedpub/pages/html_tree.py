"""A page's tree with what many rules ask for: lengths of text, images, and noise."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from lxml import etree

from feedpub.markup import PICTURES, find_source, is_number, is_permalink, read_marks
from feedpub.pages.html_names import Part, find_part
from feedpub.text import BLOCKS, INLINE

_SILENT = frozenset({"head", "noscript", "select", "textarea"})
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_MAX_TEXT_OF_IMAGE = 300  # characters
_FEW = 60  # characters
_SENTENCE = 40  # characters of a text that is no label
_LONGEST = 400  # characters that count of one text


def all_text(element: etree._Element) -> str:
    """Return all text below an element, shown or not, with its white space."""
    return "".join(part for part in element.itertext() if isinstance(part, str))


def list_children(element: etree._Element) -> list[etree._Element]:
    """List what an element holds, in a quarter of the time that it takes to iterate the element."""
    return element[:]  # type: ignore[index, return-value]  # lxml's types know no slices


class _Measures(NamedTuple):
    """What each element has: text, sentences, and images; and the inline ones with blocks.

    `held` are all elements: lxml would make new objects otherwise, and the keys would be lost.
    """

    lengths: dict[etree._Element, int]
    said: dict[etree._Element, int]
    pictures: dict[etree._Element, int]
    with_blocks: set[etree._Element]
    held: list[etree._Element]


class PageTree:
    """A parsed page, with the element of its title where that is known.

    It is measured on first use: of many pages, only the headline and its surroundings count.
    """

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.title: etree._Element | None = None
        self._parts: dict[etree._Element, Part] = {}
        self._sources: dict[etree._Element, str | None] = {}

    @cached_property
    def _measures(self) -> _Measures:
        measures = _Measures({}, {}, {}, set(), list(self.root.iter(etree.Element)))
        lengths, said, pictures, with_blocks, held = measures
        for element in reversed(held):
            tag = element.tag
            own, own_said = 0, 0
            if tag not in _SILENT or (tag == "noscript" and lengths.get(element, 0) > 200):
                own = lengths.get(element, 0)
                own_said = said.get(element, 0)
                if text := element.text:
                    length = len(text.strip())
                    own += length
                    if length >= _SENTENCE:
                        own_said += min(length, _LONGEST)
                if own:
                    lengths[element] = own
                if tag == "a":
                    own_said = 0
                if own_said:
                    said[element] = own_said
            parent = element.getparent()
            if parent is None:
                continue
            if tail := element.tail:
                length = len(tail.strip())
                own += length
                if length >= _SENTENCE:
                    own_said += min(length, _LONGEST)
            if own:
                lengths[parent] = lengths.get(parent, 0) + own
                if own_said:
                    said[parent] = said.get(parent, 0) + own_said
            if tag in PICTURES or element in pictures:
                count = pictures.get(element, 0) + (tag in PICTURES)
                pictures[parent] = pictures.get(parent, 0) + count
            if parent.tag not in INLINE or parent in with_blocks:
                continue
            # One line break in a link or in bold text is not a block.
            if (
                len(parent.findall("br")) > 1
                if tag == "br"
                else tag in BLOCKS or element in with_blocks
            ):
                with_blocks.add(parent)
        return measures

    @property
    def with_blocks(self) -> set[etree._Element]:
        """The inline elements that have blocks in them."""
        return self._measures.with_blocks

    def length_of(self, element: etree._Element) -> int:
        """Return the length of the text that an element shows."""
        return self._measures.lengths.get(element, 0)

    def pictures_in(self, element: etree._Element) -> int:
        """Count the images below an element."""
        return self._measures.pictures.get(element, 0)

    def list_sources(self, element: etree._Element) -> set[str]:
        """List the addresses of the images below an element."""
        images = list(element.iter(*PICTURES))
        for image in images:
            if image not in self._sources:
                self._sources[image] = find_source(image)
        return {source for image in images if (source := self._sources[image]) is not None}

    def is_empty(self, element: etree._Element) -> bool:
        """Say whether an element shows neither text nor an image."""
        measures = self._measures
        return not measures.lengths.get(element) and element not in measures.pictures

    def part_of(self, element: etree._Element) -> Part:
        """Find the part of the page that an element's names say it is."""
        part = self._parts.get(element)
        if part is None:
            part = self._parts[element] = find_part(element)
        return part

    def holds_article(self, element: etree._Element) -> bool:
        """Say whether an element has the headline, or more than half of the page's text."""
        return self.holds_title(element) or self.length_of(element) * 2 > self.length_of(self.root)

    def holds_title(self, element: etree._Element) -> bool:
        """Say whether an element has the headline."""
        title = self.title
        while title is not None:
            if title is element:
                return True
            title = title.getparent()
        return False

    def is_unseen(self, element: etree._Element) -> bool:
        """Say whether readers of the page do not see an element, or not as a part of its text.

        Much of a page is hidden only until its script runs, or its reader pays.
        """
        marks = read_marks(element)
        if not marks:
            return False
        if "unseen" in marks:
            length, most = self.length_of(element), self.length_of(self.root)
            return length * 4 <= most and not self.holds_title(element)
        if self.pictures_in(element):
            return False
        if "number" in marks and is_number(all_text(element)):
            return True
        in_heading = any(True for _ in element.iterancestors(*_HEADINGS))
        return "permalink" in marks and is_permalink(all_text(element), in_heading=in_heading)

    def shown_text(self, element: etree._Element) -> str:
        """Return the text that an element shows, with its white space."""
        return "".join(self._list_shown(element))

    def _list_shown(self, element: etree._Element) -> Iterator[str]:
        yield element.text or ""
        for child in element:
            if isinstance(child.tag, str) and not self.is_unseen(child):
                yield from self._list_shown(child)
            yield child.tail or ""

    def is_beside(self, element: etree._Element) -> bool:
        """Say whether an element is named as beside the article, unless it has the text of it."""
        part = self.part_of(element)
        if element.tag == "aside" and part in ("", "heading"):
            part = "" if not part and self._is_gallery(element) else "noise"
        if part not in ("comments", "noise", "beside"):
            return False
        if self.holds_title(element):
            return False
        said = self._measures.said
        own, whole = said.get(element, 0), said.get(self.root, 0)
        if part == "comments":
            return whole - own > _FEW
        is_most = own * 2 > whole
        if part == "beside":
            return not is_most and own <= max(_FEW, self.length_of(element) // 2)
        return not is_most

    def _is_gallery(self, element: etree._Element) -> bool:
        """Say whether an element is images, each with a short text, without links elsewhere."""
        images = self.pictures_in(element)
        return (
            images > 0
            and self.length_of(element) <= images * _MAX_TEXT_OF_IMAGE
            and not any(
                inner.tag != "a" or self.length_of(inner)
                for inner in element.iter("a", "h1", "h2", "h3", "h4", "ul", "ol", "form")
            )
        )
