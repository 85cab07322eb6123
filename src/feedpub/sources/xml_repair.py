"""A record of an XML file parsed, after what real files get wrong is mended in its text.

Mended without a word, because nothing is lost: an `&` or `<` that should be escaped, an entity
of HTML, a character that XML forbids, a prefix that is not declared.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from lxml import etree

from feedpub import compile_late
from feedpub.sources.xml_text import MAX_DEPTH, Fragment, name_in
from feedpub.text import (
    DAMAGE,
    encode_text,
    read_number,
    resolve_references,
    strip_forbidden,
)

# libxml2 refuses longer texts unless it is told that they are expected.
_LONG = 9_000_000
_REFERENCE = compile_late(
    r"&(?:#(\d{1,7});|#[xX]([0-9A-Fa-f]{1,6});|([A-Za-z][A-Za-z0-9]{1,31});)?"
)
_LONE_ANGLE = compile_late(r"<(?![A-Za-z_/!?:\x80-\U0010ffff])")
_OWN_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_SECTION = compile_late(r"<!\[CDATA\[|<!--")
_PREFIX = compile_late(r"[<\s]/?([A-Za-z_][\w.-]*):[A-Za-z_]")
_PREFIXES = {
    "app": "http://www.w3.org/2007/app",
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "excerpt": "http://wordpress.org/export/1.2/excerpt/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "wfw": "http://wellformedweb.org/CommentAPI/",
    "wp": "http://wordpress.org/export/1.2/",
}


class NotXml(ValueError):
    """A record is not well-formed; `line` is counted in the fragment, from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def parse_fragment(fragment: Fragment) -> etree._Element:
    """Parse a record inside the elements that are around it, mended where it must be.

    Raises:
        NotXml: It is not well-formed even so.
    """
    opening = "".join(" ".join(tag.split()) for tag in fragment.around)
    closing = "".join(f"</{name_in(tag)}>" for tag in reversed(fragment.around))
    try:
        root = _parse(opening + fragment.text + closing)
    except etree.XMLSyntaxError:
        mended = mend(opening + fragment.text + closing)
        try:
            root = _parse(_declare_prefixes(mended))
        except etree.XMLSyntaxError as error:
            line = error.lineno or 1
            raise NotXml(_describe(error), line) from error
        root = root[0]
    for _ in fragment.around:
        root = root[0]
    return root


def parse_head(text: str, around: Sequence[str]) -> etree._Element | None:
    """Parse the text before the first record, as far as it can be read."""
    closing = "".join(f"</{name_in(tag)}>" for tag in reversed(around))
    if not text.strip():
        return None
    try:
        return _parse(text + closing)
    except etree.XMLSyntaxError:
        content = encode_text(_declare_prefixes(mend(text + closing)))
        root = etree.fromstring(content, _make_parser(is_long=len(content) > _LONG, recover=True))
        return root[0] if root is not None and len(root) else None


def mend(text: str) -> str:
    """Mend the text of a record outside of its CDATA sections."""
    text = strip_forbidden(DAMAGE.sub("\ufffd", text))
    parts: list[str] = []
    at = 0
    while found := _SECTION.search(text, at):
        mark = "]]>" if found[0] != "<!--" else "-->"
        end = text.find(mark, found.end())
        if end < 0:
            break
        parts += [_mend_plain(text[at : found.start()]), text[found.start() : end + len(mark)]]
        at = end + len(mark)
    return "".join((*parts, _mend_plain(text[at:])))


def _mend_plain(text: str) -> str:
    return _LONE_ANGLE.sub("&lt;", _REFERENCE.sub(_mend_reference, text))


def _mend_reference(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    if name in _OWN_ENTITIES:
        return found[0]
    if name is not None:
        character = resolve_references(found[0])
        return "&amp;" + found[0][1:] if character == found[0] else html.escape(character)
    if decimal is None and hexadecimal is None:
        return "&amp;"
    number = read_number(decimal) if decimal else read_number(hexadecimal, 16)
    if number is None or number > 0x10FFFF:
        return ""
    return found[0] if strip_forbidden(chr(number)) else ""


def _declare_prefixes(text: str) -> str:
    names = set(_PREFIX.findall(text)) - {"xml", "xmlns"}
    declared = "".join(
        f' xmlns:{name}="{_PREFIXES.get(name, f"urn:prefix:{name}")}"' for name in sorted(names)
    )
    return f"<mended{declared}>{text}</mended>"


def _make_parser(*, is_long: bool, recover: bool = False) -> etree.XMLParser:
    # No declaration of entities gets here; the settings are a second lock.
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=is_long,
        recover=recover,
    )


def _parse(text: str) -> etree._Element:
    content = encode_text(text)
    is_long = len(content) > _LONG
    root = etree.fromstring(content, _make_parser(is_long=is_long))
    if is_long and _measure_depth(root) > MAX_DEPTH:
        raise NotXml(f"nests elements more than {MAX_DEPTH} deep", 1)
    return root


def _measure_depth(root: etree._Element) -> int:
    depth = deepest = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def _describe(error: etree.XMLSyntaxError) -> str:
    said = " ".join((error.msg or "").split())
    return re.sub(r", line \d+, column \d+.*$", "", said)[:200]
