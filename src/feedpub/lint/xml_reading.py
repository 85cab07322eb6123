"""Bytes to an XML tree: the encoding, the declaration, and malformed markup (XML 1.0)."""

from __future__ import annotations

import codecs
import re

import msgspec
from lxml import etree

from feedpub import compile_late
from feedpub.lint.findings import Findings
from feedpub.lint.loading import load_words

_BOMS = (
    (codecs.BOM_UTF32_BE, "utf-32-be", True),
    (codecs.BOM_UTF32_LE, "utf-32-le", True),
    (codecs.BOM_UTF16_BE, "utf-16-be", False),
    (codecs.BOM_UTF16_LE, "utf-16-le", False),
    (codecs.BOM_UTF8, "utf-8", False),
)
# How a document begins that has no byte order mark (XML 1.0, appendix F).
_STARTS = (
    (b"\0\0\0<", "utf-32-be", True),
    (b"<\0\0\0", "utf-32-le", True),
    (b"\0<\0?", "utf-16-be", True),
    (b"<\0?\0", "utf-16-le", True),
    (b"\x4c\x6f\xa7\x94", "cp037", True),
)
_FAMILIES = ("utf-32", "utf-16", "utf-8", "cp037")
_DECLARATION = compile_late(
    r"<\?xml\s+version\s*=\s*(?:\"(?P<double>[^\"]{0,20})\"|'(?P<single>[^']{0,20})')"
    r"(?P<rest>(?:\s+encoding\s*=\s*(?:\"(?P<double_name>[^\"]{0,60})\""
    r"|'(?P<single_name>[^']{0,60})'))?)"
)
_LATE_DECLARATION = compile_late(r"\s+<\?xml\s")
# A tag that may hold too many attributes for libxml2, which compares each with all others.
_LONG_TAG = compile_late(r"<[^<]{5000,}")
_TAG = compile_late(r"<[^<>\"']*+(?:\"[^\"<]*+\"[^<>\"']*+|'[^'<]*+'[^<>\"']*+)*+")
_VALUE = compile_late(r"=\s*(?:\"[^\"]*+\"|'[^']*+')")
_MOST_ATTRIBUTES = 1000


class XmlDocument(msgspec.Struct):
    """A parsed document: its text, and its root, or None where it is not well formed."""

    root: etree._Element | None
    text: str


def read_xml(content: bytes, findings: Findings) -> XmlDocument:
    """Decode and parse a document, and note what is wrong with its encoding and its syntax."""
    return parse_document(decode_document(content, findings), findings)


def parse_document(text: str, findings: Findings) -> XmlDocument:
    """Parse a document, and note what is wrong with its syntax."""
    declared = _DECLARATION.match(text)
    bare = text
    if declared:
        version = declared["double"] or declared["single"] or ""
        if version != "1.0":
            findings.add("xml-version", 1, value=version)
        # lxml gets UTF-8, whatever encoding the document has.
        bare = f'<?xml version="1.0"{text[declared.end() :]}'
    crowded = _find_crowded_tag(bare)
    if crowded is not None:
        findings.add("xml-attributes-many", bare.count("\n", 0, crowded) + 1)
        return XmlDocument(None, text)
    return XmlDocument(_parse(bare, findings), text)


def _find_crowded_tag(text: str) -> int | None:
    for found in _LONG_TAG.finditer(text):
        tag = _TAG.match(found[0])
        if tag and len(_VALUE.findall(tag[0])) > _MOST_ATTRIBUTES:
            return found.start()
    return None


def decode_document(content: bytes, findings: Findings) -> str:
    """Decode a document, and note what is wrong with its encoding."""
    encoding, start, declares = _sniff(content)
    head = content[start : start + 1000].decode(encoding or "latin-1", "replace")
    found = _DECLARATION.match(head)
    name = (found["double_name"] or found["single_name"] or "") if found else ""
    if encoding and declares and not name:
        findings.add("xml-encoding-missing", 1, value=encoding)
    elif encoding and name and not _is_of_family(name, encoding):
        findings.add("xml-encoding-wrong", 1, value=name, found=encoding)
    elif not encoding and name:
        encoding = _look_up(name)
        if encoding is None:
            findings.add("xml-encoding-unknown", 1, value=name)
        elif name.lower() not in load_words("encodings", "common"):
            findings.add("xml-encoding-rare", 1, value=name)
    encoding = encoding or "utf-8"
    body = content[start:]
    try:
        return body.decode(encoding)
    except UnicodeError as error:
        place = error.start if isinstance(error, UnicodeDecodeError) else 0
        line = body.count(b"\n", 0, place) + 1
        findings.add("xml-bytes-invalid", line, value=name or encoding)
        return body.decode(encoding, "replace").replace("\ufffd", "?")


def _sniff(content: bytes) -> tuple[str | None, int, bool]:
    for mark, encoding, declares in _BOMS:
        if content.startswith(mark):
            return encoding, len(mark), declares
    for start, encoding, declares in _STARTS:
        if content.startswith(start):
            return encoding, 0, declares
    return None, 0, False


def _is_of_family(name: str, encoding: str) -> bool:
    family = next(key for key in _FAMILIES if encoding.startswith(key))
    return name.lower() in load_words("encodings", family)


def _look_up(name: str) -> str | None:
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError, UnicodeError):
        return None
    # Codecs such as rot13 are no encodings, but they are found here too.
    is_text = getattr(codec, "_is_text_encoding", True)
    return codec.name if is_text and codec.name not in load_words("encodings", "never") else None


def _parse(text: str, findings: Findings) -> etree._Element | None:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        _note_syntax(error, text, findings)
        return None


def _note_syntax(error: etree.XMLSyntaxError, text: str, findings: Findings) -> None:
    line = error.lineno or 1
    code = getattr(error, "code", None)  # lxml-stubs do not know it
    what = re.sub(r", line \d+, column \d+.*", "", str(error.msg or "it is cut off"))
    if not text.strip():
        findings.add("xml-not-well-formed", 1, what="it is empty")
    elif _LATE_DECLARATION.match(text):
        findings.add("xml-declaration-late", line)
    elif code == etree.ErrorTypes.ERR_UNDECLARED_ENTITY:
        findings.add("xml-entity-undefined", line, value=_quoted(what))
    elif code == etree.ErrorTypes.NS_ERR_UNDEFINED_NAMESPACE:
        findings.add("xml-prefix-undeclared", line, what=what)
    elif code in (etree.ErrorTypes.WAR_NS_URI, etree.ErrorTypes.NS_ERR_XML_NAMESPACE):
        findings.add("xml-namespace-invalid", line, value=_quoted(what))
    else:
        findings.add("xml-not-well-formed", line, what=what)


def _quoted(message: str) -> str:
    found = re.search("'([^']*)'", message)
    return found[1] if found else message
