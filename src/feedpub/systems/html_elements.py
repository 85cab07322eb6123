"""Elements of HTML that a system reads itself: found by class, as texts, without some of them."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree


def iter_class(root: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield the elements that have one of some classes, in the order of the document."""
    wanted = frozenset(names)
    for element in root.iter(etree.Element):
        if not wanted.isdisjoint((element.get("class") or "").split()):
            yield element


def find_class(root: etree._Element, *names: str) -> etree._Element | None:
    """Find the first element that has one of some classes."""
    return next(iter_class(root, *names), None)


def text_of_element(element: etree._Element | None) -> str:
    """Give the text of an element in one line; empty where there is none."""
    if element is None:
        return ""
    return " ".join("".join(str(part) for part in element.itertext()).split())


def drop_element(element: etree._Element) -> None:
    """Take an element out of its tree; the text behind it stays."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        previous = element.getprevious()
        if previous is None:
            parent.text = (parent.text or "") + element.tail
        else:
            previous.tail = (previous.tail or "") + element.tail
    parent.remove(element)


def write_inside(element: etree._Element) -> str:
    """Write the content of an element as HTML."""
    parts = [etree.tostring(child, encoding="unicode", method="html") for child in element]
    return ((element.text or "") + "".join(parts)).strip()
