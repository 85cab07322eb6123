"""Bytes to an XML tree: the encoding, the declaration, what is well formed (XML 1.0)."""

from __future__ import annotations

import codecs
import re

import msgspec
from lxml import etree

from feedpub.lint.findings import Findings

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
_FAMILIES = {
    "utf-32": "utf-32 utf-32be utf-32le utf-32-be utf-32-le iso-10646-ucs-4 ucs-4 csucs4".split(),
    "utf-16": "utf-16 utf-16be utf-16le iso-10646-ucs-2 ucs-2 csunicode".split(),
    "utf-8": ["utf-8", "utf8"],
    "cp037": "ibm037 cp037 ibm038 ebcdic-int ebcdic-cp-us".split(),
}
# What readers can be trusted to know.
_COMMON = frozenset(
    """utf-8 utf-16 us-ascii ascii iso-8859-1 iso-8859-2 iso-8859-7 iso-8859-15 euc-jp shift_jis
    koi8-r windows-1250 windows-1251 windows-1252 windows-1254 windows-1255 windows-1256 gb18030
    gb2312 gbk big5 euc-kr""".split()
)
_DECLARATION = re.compile(
    r"<\?xml\s+version\s*=\s*(?:\"(?P<double>[^\"]{0,20})\"|'(?P<single>[^']{0,20})')"
    r"(?P<rest>(?:\s+encoding\s*=\s*(?:\"(?P<double_name>[^\"]{0,60})\""
    r"|'(?P<single_name>[^']{0,60})'))?)"
)
_LATE_DECLARATION = re.compile(r"\s+<\?xml\s")


class XmlDocument(msgspec.Struct):
    """A parsed document: its root (None where it is not well formed), and its text."""

    root: etree._Element | None
    text: str


# A tag that could hold more attributes than libxml2 should be given: it compares each with all.
_LONG_TAG = re.compile(r"<[^<]{5000,}")
_TAG = re.compile(r"<[^<>\"']*+(?:\"[^\"<]*+\"[^<>\"']*+|'[^'<]*+'[^<>\"']*+)*+")
_VALUE = re.compile(r"=\s*(?:\"[^\"]*+\"|'[^']*+')")
_MOST_ATTRIBUTES = 1000


def read_xml(content: bytes, findings: Findings) -> XmlDocument:
    """Decode and parse a document, and note what is wrong with either."""
    text = _decode(content, findings)
    declared = _DECLARATION.match(text)
    bare = text
    if declared:
        version = declared["double"] or declared["single"] or ""
        if version != "1.0":
            findings.add("xml-version", 1, value=version)
        # lxml is given UTF-8, whatever the document was in.
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


def _decode(content: bytes, findings: Findings) -> str:
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
        elif name.lower() not in _COMMON:
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
    return name.lower() in _FAMILIES[family]


def _look_up(name: str) -> str | None:
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError, UnicodeError):
        return None
    # rot13 and its like are codecs too, of text or of bytes.
    if not getattr(codec, "_is_text_encoding", True) or codec.name in _NO_ENCODINGS:
        return None
    return codec.name


_NO_ENCODINGS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"})


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
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        _note_syntax(error, text, findings)
        return None
    return root


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
