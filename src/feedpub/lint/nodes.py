"""What an element of XML holds, as lxml has it."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree


def get_line(node: etree._Element) -> int:
    """Get the line of an element."""
    line = node.sourceline
    return line if isinstance(line, int) else 1


def iter_elements(node: etree._Element) -> Iterator[etree._Element]:
    """Yield the elements right below another."""
    return node.iterchildren(etree.Element)


def has_text(node: etree._Element) -> bool:
    """Say whether text, or an entity, stands among the elements below another."""
    text = node.text
    if text and not text.isspace():
        return True
    for child in node:
        tail = child.tail
        if (tail and not tail.isspace()) or not isinstance(child.tag, str):
            return True
    return False


def get_text(node: etree._Element) -> str:
    """Join the text that stands right in an element."""
    return "".join(iter_own_text(node)) if len(node) else node.text or ""


def iter_own_text(node: etree._Element) -> Iterator[str]:
    """Yield the texts right in an element; an entity of its own DTD reads as its name."""
    yield node.text or ""
    for child in node:
        if not isinstance(child.tag, str):
            yield str(getattr(child, "name", ""))
        yield child.tail or ""


def split_name(tag: str) -> tuple[str, str]:
    """Split lxml's {namespace}name."""
    if not tag.startswith("{"):
        return "", tag
    namespace, _, local = tag[1:].partition("}")
    return namespace, local


def get_namespace(node: etree._Element) -> str:
    """Get the namespace of an element."""
    return split_name(str(node.tag))[0]
