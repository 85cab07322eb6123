"""Elements of XML as lxml has them: their names, their namespaces, and what they hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from feedpub.lint.loading import load_blocks

_LINES = load_blocks("words/namespaces")["namespaces"]
# The prefix by which the tables name each namespace, and the namespace of each prefix.
PREFIXES = {namespace: prefix for prefix, namespace in map(str.split, _LINES)}
NAMESPACES = {prefix: namespace for namespace, prefix in reversed(PREFIXES.items())}
ATOM = NAMESPACES["atom"]
MEDIA = NAMESPACES["media"]
RDF = NAMESPACES["rdf"]
RSS_11 = NAMESPACES["rss11"]
XHTML = NAMESPACES["xhtml"]
XML = NAMESPACES["xml"]


def get_line(node: etree._Element) -> int:
    """Get the line of an element."""
    line = node.sourceline
    return line if isinstance(line, int) else 1


def iter_elements(node: etree._Element) -> Iterator[etree._Element]:
    """Yield the child elements of an element."""
    return node.iterchildren(etree.Element)


def has_text(node: etree._Element) -> bool:
    """Say whether an element holds text, or an entity, among its child elements."""
    text = node.text
    if text and not text.isspace():
        return True
    for child in node:
        tail = child.tail
        if (tail and not tail.isspace()) or not isinstance(child.tag, str):
            return True
    return False


def get_text(node: etree._Element) -> str:
    """Join the text of an element; an entity of its own DTD reads as its name."""
    if not len(node):
        return node.text or ""
    texts = [node.text or ""]
    for child in node:
        if not isinstance(child.tag, str):
            texts.append(str(getattr(child, "name", "")))
        texts.append(child.tail or "")
    return "".join(texts)


def split_name(tag: str) -> tuple[str, str]:
    """Split lxml's {namespace}name."""
    if not tag.startswith("{"):
        return "", tag
    namespace, _, local = tag[1:].partition("}")
    return namespace, local


def get_namespace(node: etree._Element) -> str:
    """Get the namespace of an element."""
    return split_name(str(node.tag))[0]


def find_meant(namespace: str) -> str | None:
    """Find the known namespace that is meant, whatever its case and its last characters."""
    return namespace if namespace in PREFIXES else _BLURRED.get(_blur(namespace))


def _blur(namespace: str) -> str:
    return re.sub(r"\W+\Z", "", namespace).lower()


_BLURRED = {_blur(namespace): namespace for namespace in PREFIXES}
