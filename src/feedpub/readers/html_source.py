"""The bytes of an HTML page: its encoding, the limits it must keep, and its tree."""

from __future__ import annotations

import codecs
import re

from lxml import etree

from feedpub.readers.decoding import suggest_encoding
from feedpub.readers.files import EmptyFile, UnreadableFile

# Larger is no article: the largest pages of newspapers are below 3 MB.
MAX_PAGE_BYTES = 10 * 1024 * 1024
# Each tag costs 100 bytes of memory, and time in every pass over the tree.
MAX_TAGS = 100_000
# libxml2 compares each attribute of a tag with all before it: a million take hours.
MAX_ATTRIBUTES = 300
# A page this small is parsed as it is: its attributes take half a second at most.
_HARMLESS_BYTES = 64 * 1024

# The HTML standard looks at 1,024 bytes; pages with a long comment first are common.
_HEAD_BYTES = 4096
_META_CHARSET = re.compile(
    rb"<meta\b[^>]{0,300}?\bcharset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE
)
_XML_ENCODING = re.compile(rb"\s*<\?xml\b[^>]{0,100}?\bencoding\s*=\s*[\"']([A-Za-z0-9_.-]{2,40})")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What browsers read under a label, by the Encoding standard (encoding.spec.whatwg.org).
_READ_AS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "utf-16": "utf-8",  # a page whose meta element could be read is not in UTF-16
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
}

# A page as the tokenizer of the HTML standard sees it. Every part is possessive and optional
# at its end, so that the scan never turns back: its time is that of the page's length.
_ATTRIBUTE_FORM = rb"=?[^\s/>=]++(?:\s*+=\s*+(?:\"[^\"]*+\"?+|'[^']*+'?+|[^\s>\"'][^\s>]*+)?+)?+"
_ATTRIBUTES_FORM = rb"(?:[\s/]++|" + _ATTRIBUTE_FORM + rb"|=)*+"
_RAW = rb"script|style|textarea|title|iframe|noembed|noframes|xmp|plaintext"
_TOKEN = re.compile(
    rb"<!--(?:[^-]++|-(?!-!?>))*+(?:--!?>)?+"
    rb"|<(?P<raw>" + _RAW + rb")(?=[\s/>])(?P<type>" + _ATTRIBUTES_FORM + rb")>?+"
    rb"(?P<text>(?:[^<]++|<(?!/(?P=raw)\b))*+)(?:</[^>]*+>?+)?+"
    rb"|<(?P<name>[a-z][^\s/>]*+)(?P<attributes>" + _ATTRIBUTES_FORM + rb")>?+"
    rb"|</(?P<end>[a-z][^\s/>]*+)" + _ATTRIBUTES_FORM + rb">?+"
    rb"|<[!?/][^>]*+>?+"
    rb"|<",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(_ATTRIBUTE_FORM)


def decode_page(content: bytes, encoding: str | None = None) -> tuple[str, str]:
    """Decode a page by its BOM, its meta charset, the source's `encoding`, or as UTF-8.

    Returns the text, and which rule named the encoding.

    Raises:
        UnreadableFile: A byte is invalid in that encoding; names byte, line and what would fit.
    """
    name, rule, skipped = _find_encoding(content, encoding)
    try:
        return content[skipped:].decode(name), rule
    except UnicodeDecodeError as error:
        at = error.start + skipped
        line = content.count(b"\n", 0, at) + 1
        fitting = suggest_encoding(content)
        remedy = f"; it reads as {fitting}: set encoding in the source" if fitting else ""
        raise UnreadableFile(
            f"is no {name.upper()}, which is {rule}: byte {at + 1} (0x{content[at]:02x}), "
            f"line {line}{remedy}",
            "encoding",
            line,
        ) from error


def parse_page(text: str) -> etree._Element:
    """Parse a page within the limits, and return its root.

    Raises:
        UnreadableFile: It breaks a limit, or holds no element.
    """
    content = text.encode("utf-8", "replace")  # only lone surrogates, which no encoding gives
    content = _check_limits(content)
    # What says otherwise in the page was heard when it was decoded.
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableFile("holds no HTML", "malformed") from error
    for fault in parser.error_log:
        if fault.type_name == "ERR_RESOURCE_LIMIT":
            message = "nests its elements too deep, or holds too long a text, for an article"
            raise UnreadableFile(message, "too-large", fault.line)
    if root is None:
        raise UnreadableFile("holds no HTML", "malformed")
    return root


def check_size(content: bytes) -> None:
    """Refuse a page that is too large for an article, or empty.

    Raises:
        UnreadableFile: It is.
    """
    if len(content) > MAX_PAGE_BYTES:
        limit = MAX_PAGE_BYTES // 2**20
        raise UnreadableFile(f"is larger than {limit} MiB, the limit of a page", "too-large")
    if not content.strip():
        raise EmptyFile()


def _check_limits(content: bytes) -> bytes:
    """Refuse too many tags or attributes, and give a page on which the parser will agree.

    What one tokenizer takes for a comment or a script may be tags to another, and a million
    attributes could hide there: so comments and scripts are taken out of large pages.
    """
    if content.count(b"<") > MAX_TAGS:
        raise UnreadableFile(f"has more than {MAX_TAGS:,} tags", "too-large")
    return content if len(content) <= _HARMLESS_BYTES else _TOKEN.sub(_write_token, content)


def _write_token(token: re.Match[bytes]) -> bytes:
    if token["name"] is not None:
        attributes = token["attributes"]
        # The shortest attribute is a letter and a space.
        if len(attributes) > 2 * MAX_ATTRIBUTES:
            count = sum(1 for _ in _ATTRIBUTE.finditer(attributes))
            if count > MAX_ATTRIBUTES:
                line = token.string.count(b"\n", 0, token.start()) + 1
                message = f"has a tag with more than {MAX_ATTRIBUTES} attributes"
                raise UnreadableFile(message, "too-large", line)
        return b"<" + token["name"] + attributes + b">"
    if token["end"] is not None:
        return b"</" + token["end"] + b">"
    if token["raw"] is None:
        return b"" if len(token[0]) > 1 else b"&lt;"
    raw = token["raw"].lower()
    if raw == b"title":
        return b"<title>" + token["text"].replace(b"<", b"&lt;") + b"</title>"
    if raw == b"script" and b"ld+json" in token["type"][:500].lower():
        text = token["text"].replace(b"<!--", b" ")
        return b'<script type="application/ld+json">' + text + b"</script>"
    return b""


def _find_encoding(content: bytes, configured: str | None) -> tuple[str, str, int]:
    for bom, name in _BOMS:
        if content.startswith(bom):
            return name, "named by its byte order mark", len(bom)
    head = content[:_HEAD_BYTES]
    if found := _META_CHARSET.search(head) or _XML_ENCODING.match(head):
        label = found[1].decode("ascii")
        try:
            name = codecs.lookup(label).name
            b"".decode(name)
        except LookupError:  # no encoding of text has this name
            pass
        else:
            return _READ_AS.get(name, name), f"named by its charset {label}", 0
    if configured is not None:
        return configured, "the source's encoding", 0
    return "utf-8", "the encoding of pages that name none", 0
