"""The beginning of an XML file: its root, by which systems know their own."""

from __future__ import annotations

from itertools import islice

import msgspec

from feedpub import compile_late
from feedpub.model import SourceFile
from feedpub.settings import Source
from feedpub.sources.files import open_file
from feedpub.sources.xml_file import iter_xml_text
from feedpub.sources.xml_text import XmlSplitter, name_in

_MAX_TEXT = 64 * 1024
_NAMESPACE = compile_late(r"""\sxmlns(?::(?P<prefix>[\w.-]+))?\s*=\s*["'](?P<uri>[^"']*)["']""")


class XmlHead(msgspec.Struct, frozen=True):
    """The root of an XML file: its local name, its namespace and all that it declares.

    `text` is how the file begins, up to 64 Ki characters.
    """

    name: str
    namespace: str
    declared: frozenset[str]
    text: str


def read_xml_head(file: SourceFile, source: Source) -> XmlHead | None:
    """Read the root of an XML file; None where it has no element."""
    with open_file(file) as stream:
        text = "".join(islice(iter_xml_text(stream, source), 1))
    splitter = XmlSplitter([text], frozenset())
    for _ in splitter.take():
        pass
    if splitter.root is None:
        return None
    prefix, _, name = name_in(splitter.root).rpartition(":")
    found = {match["prefix"] or "": match["uri"] for match in _NAMESPACE.finditer(splitter.root)}
    return XmlHead(name, found.get(prefix, ""), frozenset(found.values()), text[:_MAX_TEXT])
