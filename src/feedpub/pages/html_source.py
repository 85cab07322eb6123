"""Decode an HTML page, check its limits, and parse it."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence

from lxml import etree

from feedpub.errors import UnreadableFile
from feedpub.text import DecodedText, decode, join_url

# A file that is one article page.
MAX_PAGE_BYTES = 50 * 1000 * 1000


PAGE_TOO_LARGE = (
    f"is larger than {MAX_PAGE_BYTES // 10**6} MB, the limit for a page. Exclude it from the source"
)
_EXCLUDE = "Exclude it from the source"
Text = str | bytes  # as lxml's types have it; it gives str

# The longest text that libxml2 takes.
MAX_TEXT = 10 * 1000 * 1000
# Nested elements. A deeper page is hostile, not only badly written.
MAX_DEPTH = 10_000
# The depth of the tree. A page for readers is deeper only where end tags are missing.
_TREE_DEPTH = 200
_LEAVES = frozenset("p li td h1 h2 h3 h4 h5 h6 a img figcaption blockquote pre br hr time".split())
_LEAF_DEPTH = 20
# Each tag costs 100 bytes of memory, and time in each pass over the tree.
MAX_TAGS = 100_000
# libxml2 compares each attribute of a tag with all earlier ones: a million take hours.
MAX_ATTRIBUTES = 300
# A page this small is parsed as it is: its attributes take half a second at most.
_HARMLESS_BYTES = 64 * 1024

# The HTML standard looks at 1,024 bytes; pages with a long comment first are common.
_HEAD_BYTES = 4096
_META_CHARSET = re.compile(
    rb"<meta\b[^>]{0,300}?\bcharset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE
)
_XML_ENCODING = re.compile(rb"\s*<\?xml\b[^>]{0,100}?\bencoding\s*=\s*[\"']([A-Za-z0-9_.-]{2,40})")

# A page as the tokenizer of the HTML standard sees it. Every part is possessive and optional
# at its end, so that the scan never turns back: its time is that of the page's length.
_ATTRIBUTE_FORM = rb"=?[^\s/>=]++(?:\s*+=\s*+(?:\"[^\"]*+\"?+|'[^']*+'?+|[^\s>\"'][^\s>]*+)?+)?+"
_ATTRIBUTES_FORM = rb"(?:[\s/]++|" + _ATTRIBUTE_FORM + rb"|=)*+"
_RAW = rb"script|style|textarea|title|iframe|noembed|noframes|xmp|plaintext"
# Text and tags that every parser reads the same way, as most of a page is: without `<` and `>` in
# attributes, and too short for many of these.
_PLAIN_TAG = (
    rb"</?+(?!(?:" + _RAW + rb")\b)[a-z](?=[^>]{0,600}>)[^<>\"']*+(?:\"[^<>\"]*+\"[^<>\"']*+)*+>"
)
_TOKEN = re.compile(
    rb"(?P<plain>(?:" + _PLAIN_TAG + rb"[^<]*+)++)"
    rb"|<!--(?:[^-]++|-(?!-!?>))*+(?:--!?>)?+"
    rb"|<(?P<raw>" + _RAW + rb")(?=[\s/>])(?P<type>" + _ATTRIBUTES_FORM + rb")>?+"
    rb"(?P<text>(?:[^<]++|<(?!/(?P=raw)\b))*+)(?:</[^>]*+>?+)?+"
    rb"|<(?P<name>[a-z][^\s/>]*+)(?P<attributes>" + _ATTRIBUTES_FORM + rb")>?+"
    rb"|</(?P<end>[a-z][^\s/>]*+)" + _ATTRIBUTES_FORM + rb">?+"
    rb"|<[!?/][^>]*+>?+"
    rb"|<",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(_ATTRIBUTE_FORM)


def decode_html(content: bytes, encodings: Sequence[str] = ()) -> DecodedText:
    """Decode a page, which may name its encoding in a meta element or an XML declaration.

    A few damaged characters are left as U+FFFD, with a warning.

    Args:
        encodings: The labels that the source names, which are tried in their order.

    Raises:
        UnreadableFile: The page is empty, or a byte is not in its encoding; names the line.
    """
    head = content[:_HEAD_BYTES]
    found = _META_CHARSET.search(head) or _XML_ENCODING.match(head)
    declared = None if found is None else found[1].decode("ascii")
    return decode(content, encodings, declared=declared, is_lenient=True)


def parse_page(text: str) -> etree._Element:
    """Parse a page that is within the limits and return its root.

    Raises:
        UnreadableFile: The page exceeds a limit, or has no element.
    """
    return parse_content(bound_page(text))


def parse_content(content: bytes) -> etree._Element:
    """Parse what `bound_page` gives and return its root.

    Raises:
        UnreadableFile: As `parse_page` does.
    """
    # The page is decoded already, so what it declares no longer matters.
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    root = _parse(content, parser)
    # libxml2 stops at a depth of 254 elements.
    if any(_is_limit(fault) and "depth" in str(fault.message) for fault in parser.error_log):
        builder = _ShallowBuilder()
        parser = etree.HTMLParser(encoding="utf-8", target=builder)
        root = _parse(content, parser)
        if builder.is_too_deep:
            message = f"nests more than {MAX_DEPTH:,} elements. {_EXCLUDE}"
            raise UnreadableFile(message, "too-large")
    for fault in parser.error_log:
        if _is_limit(fault):
            raise UnreadableFile(
                f"has a text longer than 10 MB. {_EXCLUDE}", "too-large", fault.line
            )
    if root is None:
        raise UnreadableFile("has no HTML", "malformed")
    return root


def _parse(content: bytes, parser: etree.HTMLParser) -> etree._Element:
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableFile("has no HTML", "malformed") from error


def _is_limit(fault: etree._LogEntry) -> bool:
    return str(fault.type_name) == "ERR_RESOURCE_LIMIT"


class _ShallowBuilder:
    """Builds a tree that is safe to walk: drops the deepest boxes and keeps their text."""

    def __init__(self) -> None:
        self.is_too_deep = False
        self._builder = etree.TreeBuilder()
        self._kept: list[bool] = []
        self._depth = 0

    def start(self, tag: Text, attrib: dict[Text, Text]) -> None:
        """Open an element."""
        # lxml would turn an error that is raised here into one of its own.
        self.is_too_deep |= len(self._kept) >= MAX_DEPTH
        limit = _TREE_DEPTH + (_LEAF_DEPTH if tag in _LEAVES else 0)
        self._kept.append(self._depth < limit and not self.is_too_deep)
        if self._kept[-1]:
            self._depth += 1
            self._builder.start(tag, attrib)

    def end(self, tag: Text) -> None:
        """Close the element that was opened last."""
        if self._kept.pop():
            self._depth -= 1
            self._builder.end(tag)

    def data(self, data: Text) -> None:
        """Add text."""
        self._builder.data(data)

    def comment(self, text: Text) -> None:
        """Skip a comment."""

    def close(self) -> etree._Element:
        """End the page and return its root."""
        return self._builder.close()


def bound_page(text: str) -> bytes:
    """Refuse too many tags or attributes, and return a page that any parser reads the same way.

    What one tokenizer takes for a comment or a script may be tags to another, and a million
    attributes could hide there: so comments and scripts are taken out of large pages.

    Raises:
        UnreadableFile: The page exceeds a limit.
    """
    content = text.encode("utf-8", "replace")  # only lone surrogates, which no encoding gives
    if content.count(b"<") > MAX_TAGS:
        raise UnreadableFile(f"has more than {MAX_TAGS:,} tags. {_EXCLUDE}", "too-large")
    return content if len(content) <= _HARMLESS_BYTES else _TOKEN.sub(_write_token, content)


def _write_token(token: re.Match[bytes]) -> bytes:
    if token["plain"] is not None:
        return token[0]
    if token["name"] is not None:
        attributes = token["attributes"]
        # The shortest attribute is a letter and a space.
        if len(attributes) > 2 * MAX_ATTRIBUTES:
            count = sum(1 for _ in _ATTRIBUTE.finditer(attributes))
            if count > MAX_ATTRIBUTES:
                line = token.string.count(b"\n", 0, token.start()) + 1
                message = f"has a tag with more than {MAX_ATTRIBUTES} attributes. {_EXCLUDE}"
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


def rebase_links(root: etree._Element, base: str) -> None:
    """Make the page's links begin from its base element, as those of a body begin from its link."""
    for link in root.iter("a"):
        with contextlib.suppress(ValueError):  # it holds what XML cannot, and is no URL
            link.set("href", join_url(base, link.get("href") or ""))
