"""Which boxes of a page hold its article: their text says it, and their names help."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import accumulate

from lxml import etree

from feedpub.pages.html_blocks import Block, Layout
from feedpub.pages.html_names import names_body
from feedpub.pages.html_tree import PageTree
from feedpub.pages.remnants import is_remnant_line
from feedpub.text import names_image

_SENTENCE_END = re.compile(r"[.!?。！？؟…:：;”\"'»)\]]$")
# How much of a paragraph's weight its parent, grandparent and great-grandparent get.
_SHARES = (1.0, 0.5, 0.25)
_LABEL = 0.4  # of the weight of a sentence
LONG = 100  # characters: teasers and labels are shorter
_LONGEST = 600  # characters that count of one paragraph
_MUCH = 200  # characters that boxes around have, where the article goes on in them
_LINKED = 0.6  # of the characters, where a box is a list of links
_PARTS = frozenset("ul ol dl li dd table tbody tr p".split())  # no box of its own
_CARDS = 3  # linked headlines; that many are a list of other articles


class Boxes:
    """A page's blocks, which of them are `kept`, and how much each element has of them."""

    def __init__(self, tree: PageTree, layout: Layout) -> None:
        self.tree = tree
        self.blocks = layout.blocks
        self.spans = layout.spans
        self.kept = [True] * len(self.blocks)
        self._weights = [weigh(block) for block in self.blocks]
        self._linked = _sum(block.linked for block in self.blocks)
        self._length = _sum(len(block.text) for block in self.blocks)
        self._said = _sum(self._weights)
        self._drop_cards()
        self._drop_links()
        kept = [w if k else 0.0 for w, k in zip(self._weights, self.kept, strict=True)]
        self._weights = kept
        self._said = _sum(kept)
        self._long = _sum(
            weight if weight >= LONG and block.kind == "p" else 0.0
            for block, weight in zip(self.blocks, kept, strict=True)
        )

    def weight_of(self, index: int) -> float:
        """Return the weight of a block; none if it is dropped."""
        return self._weights[index]

    def said_in(self, element: etree._Element) -> float:
        """Return the characters of sentences, outside of links, that an element has."""
        return self._count(self._said, element)

    def long_in(self, element: etree._Element) -> float:
        """Return those in paragraphs that are longer than teasers."""
        return self._count(self._long, element)

    def linked_in(self, element: etree._Element) -> float:
        """Return the characters that an element has in links, dropped or not."""
        return self._count(self._linked, element)

    def _count(self, sums: list[float], element: etree._Element) -> float:
        first, last = self.spans.get(element, (0, 0))
        return sums[last] - sums[first]

    def _drop(self, element: etree._Element) -> None:
        first, last = self.spans[element]
        self.kept[first:last] = [False] * (last - first)

    def _is_large(self, element: etree._Element) -> bool:
        """Say whether an element has the headline, or a good part of the page's sentences."""
        return self.tree.holds_title(element) or self.said_in(element) * 4 > self._said[-1]

    def _drop_cards(self) -> None:
        """Drop the linked headlines of other articles, with the texts beside them."""
        cards = {
            self._find_card(block)
            for block, kept in zip(self.blocks, self.kept, strict=True)
            if kept and block.kind == "h" and block.linked * 10 >= len(block.text) * 8
        }
        for card in cards - {None}:
            is_card = card is not None and (len(cards) >= _CARDS or card.tag == "article")
            if card is not None and is_card and not self._is_large(card):
                self._drop(card)

    def _find_card(self, block: Block) -> etree._Element | None:
        """Find the box of a linked headline: the outermost element with no other headline."""
        place = block.element
        while (parent := place.getparent()) is not None and parent in self.spans:
            first, last = self.spans[parent]
            if sum(block.kind == "h" for block in self.blocks[first:last]) > 1:
                break
            place = parent
        return None if place is block.element else place

    def _drop_links(self) -> None:
        """Drop lists of links, with their headings."""
        for element, (first, last) in self.spans.items():
            if last - first < 2 and element.tag != "ul":
                continue
            length = self._count(self._length, element)
            if self.linked_in(element) >= max(1, length * _LINKED) and not self._is_large(element):
                for index in range(first, last):
                    self.kept[index] &= _is_shown_alone(self.blocks[index])


def _is_shown_alone(block: Block) -> bool:
    """Say whether a block is an image that does not lead to another page."""
    if block.kind != "img":
        return False
    link = next(block.element.iterancestors("a"), None)
    return link is None or names_image(link.get("href") or "")


def list_kept(tree: PageTree, layout: Layout) -> list[Block]:
    """List the blocks of a layout that is an article's as a whole, without boxes in the text."""
    boxes = Boxes(tree, layout)
    return [block for block, kept in zip(boxes.blocks, boxes.kept, strict=True) if kept]


def _sum(values: Iterable[float]) -> list[float]:
    return [0.0, *accumulate(values)]


def weigh(block: Block) -> float:
    """Weigh a block as text of an article: its characters, but few for a label or a link."""
    if block.kind in ("h", "img") or block.linked * 2 > len(block.text):
        return 0.0
    if is_remnant_line(block.text):
        return 0.0
    weight = min(len(block.text), _LONGEST) + 10.0
    # Captions, labels and the like end without a full stop.
    return weight if _SENTENCE_END.search(block.text) else weight * _LABEL


def find_container(boxes: Boxes, indices: Iterable[int]) -> etree._Element | None:
    """Find the element that holds the article, whose text is among some blocks."""
    scores: dict[etree._Element, float] = {}
    for index in indices:
        weight = boxes.weight_of(index)
        place: etree._Element | None = _find_holder(boxes, boxes.blocks[index]) if weight else None
        for share in _SHARES:
            if place is None:
                break
            scores[place] = scores.get(place, 0.0) + weight * share
            place = place.getparent()
    for element in scores:
        scores[element] *= _weigh_name(element)
    best = max(scores, key=lambda element: scores[element], default=None)
    return None if best is None else _ascend(best, boxes)


def _weigh_name(element: etree._Element) -> float:
    if element.get("itemprop") == "articleBody":
        return 3.0
    if names_body(element):
        return 1.6
    return 1.2 if element.tag in ("article", "main") else 1.0


def _find_holder(boxes: Boxes, block: Block) -> etree._Element:
    """Find the element around a paragraph and others; boxes around it alone do not count."""
    element = block.element
    around = element.getparent()
    if element.tag in ("p", "li", "h2", "h3", "pre", "blockquote", "table") and around is not None:
        element = around
    length = len(block.text)
    while boxes.tree.length_of(element) <= length + 2 and not names_body(element):
        parent = element.getparent()
        if parent is None or parent.tag in ("body", "html"):
            break
        element = parent
    return element


def _ascend(best: etree._Element, boxes: Boxes) -> etree._Element:
    """Go up as long as the boxes around hold much more text."""
    while best.tag in _PARTS and (around := best.getparent()) is not None:
        best = around
    place = best
    while (parent := place.getparent()) is not None and parent in boxes.spans:
        others = [box for box in parent if box is not place and boxes.long_in(box)]
        gain = sum(map(boxes.long_in, others))
        links = boxes.linked_in(parent) - boxes.linked_in(place)
        if gain > max(_MUCH, 0.3 * boxes.said_in(place)) and links * 2 < gain:
            best = parent
        place = parent
    return best
