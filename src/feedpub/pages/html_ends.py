"""Boxes and lines that a page puts below an article's last paragraph, or between its paragraphs.

No sign decides alone. A small box goes if a word inside its names says so. Below the text, a label
goes if it is alone in its box, and a paragraph if all of its links lead to the newsroom.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Container, Iterator, Sequence

from lxml import etree

from feedpub.pages.html_blocks import Block
from feedpub.pages.html_boxes import LONG, Boxes
from feedpub.pages.html_names import hints_aside
from feedpub.text import load_words, split_url

_SENTENCE_END = re.compile(r"[.!?。！？؟…:：;”\"'»)\]）】]$")
_SMALL = 4  # times as much text is above a box that only a word of its name speaks against
_TINY = 8  # the same for a box anywhere
_BOXES = frozenset("div section aside ul".split())
_MAX_LABEL = 60  # characters
_MAX_LABELS = 2  # more are credits, or the lines of a poem
_MAX_CALL = 300
_LINK = re.compile(r'<a href="([^"]*)"')
_Form = tuple[str, str | None]  # the tag and the class of an element


def drop_hinted(kept: list[int], boxes: Boxes) -> list[int]:
    """Drop small boxes from the indices of an article's blocks if a word in a name says so."""
    total = sum(map(boxes.weight_of, kept))
    if not kept:
        return kept
    idle = _list_idle(boxes, kept)
    found = [
        element
        for element, (first, last) in boxes.spans.items()
        if kept[0] <= first < last <= kept[-1] + 1
        and element.tag in _BOXES
        and element.get("class") not in idle
        and hints_aside(element)
        and boxes.said_in(element) * _TINY <= total
        and not boxes.tree.holds_title(element)
    ]
    dropped = {index for element in found for index in range(*boxes.spans[element])}
    return [index for index in kept if index not in dropped]


def trim_end(kept: list[int], boxes: Boxes, root: etree._Element) -> list[int]:
    """Drop from the indices of an article's blocks those of boxes and lines below its text."""
    kept = list(kept)
    total = sum(map(boxes.weight_of, kept))
    forms = {_form_of(boxes.blocks[index]) for index in kept if boxes.weight_of(index) >= LONG}
    idle = _list_idle(boxes, kept)
    while kept:
        last = boxes.blocks[kept[-1]]
        box = _find_hinted(boxes, last, root, total, idle)
        first, _ = (kept[-1], 0) if box is None else boxes.spans.get(box, (kept[-1], 0))
        labels = _count_labels(boxes, kept, root, forms)
        if box is None and not 0 < labels <= _MAX_LABELS and not _calls(last):
            break
        del kept[len(kept) - max(labels, 1) if box is None else bisect_left(kept, first) :]
    return kept


def _iter_around(block: Block, root: etree._Element) -> Iterator[etree._Element]:
    place: etree._Element | None = block.element
    while place is not None and place is not root:
        yield place
        place = place.getparent()


def _find_hinted(
    boxes: Boxes,
    block: Block,
    root: etree._Element,
    total: float,
    idle: Container[str | None],
) -> etree._Element | None:
    """Find the outermost small box around a block that a word in a name says is beside the text."""
    found = None
    for place in _iter_around(block, root):
        if boxes.said_in(place) * (_SMALL + 1) > total or boxes.tree.holds_title(place):
            break
        is_box = place in boxes.spans or place is block.element
        if is_box and place.get("class") not in idle and hints_aside(place, below=True):
            found = place
    return found


def _list_idle(boxes: Boxes, kept: Sequence[int]) -> set[str | None]:
    """List the classes that say nothing, as they are around the longest paragraph, too."""
    longest = max(kept, key=boxes.weight_of, default=None)
    around = () if longest is None else _iter_around(boxes.blocks[longest], boxes.tree.root)
    return {place.get("class") for place in around} - {None}


def _count_labels(
    boxes: Boxes, kept: list[int], root: etree._Element, forms: Container[_Form]
) -> int:
    """Count the labels at the end, up to one too many: more are a list of the article.

    A label has a box of its own, and is unlike the paragraphs, whose `forms` are given.
    """
    for count in range(min(_MAX_LABELS + 1, len(kept) - 1)):
        above, index = kept[-count - 2], kept[-count - 1]
        block = boxes.blocks[index]
        is_label = block.kind == "p" and len(block.text) <= _MAX_LABEL and block.quote is None
        if not is_label or _SENTENCE_END.search(block.text) or _form_of(block) in forms:
            return count
        box = next((place for place in _iter_around(block, root) if place in boxes.spans), root)
        if box.tag == "p" and (around := box.getparent()) is not None:
            box = around
        if box is root or above >= boxes.spans.get(box, (0, 0))[0]:
            return count
    return min(_MAX_LABELS + 1, len(kept) - 1)


def _form_of(block: Block) -> _Form:
    return block.element.tag, block.element.get("class")


def _calls(block: Block) -> bool:
    """Say whether a paragraph is a call to follow or to write to the newsroom, by its links."""
    if block.kind != "p" or not block.linked or len(block.text) > _MAX_CALL:
        return False
    links = _LINK.findall(block.markup)
    return len(links) > 1 and all(map(_leads_to_newsroom, links))


def _leads_to_newsroom(link: str) -> bool:
    """Say whether a link is an address to write to, a name on a network, or in a store of apps."""
    parts = split_url(link)
    labels = (parts.hostname or "").split(".")
    domains = {".".join(labels[number:]) for number in range(len(labels))}
    words = load_words("feedpub.pages", "html_ends")
    is_name = "/" not in parts.path.strip("/")
    return (
        parts.scheme == "mailto"
        or not domains.isdisjoint(words["stores"])
        or (is_name and not domains.isdisjoint(words["networks"]))
    )
