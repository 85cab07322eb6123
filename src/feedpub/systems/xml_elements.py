"""Elements of XML formats: their names whatever the prefix, their texts, and their markup."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from functools import lru_cache

from lxml import etree

from feedpub.text import VOID, join_url

# How names are written here, by the beginning of a namespace without its scheme. Versions and
# slashes at the end differ between publishers. What has no prefix here is compared by local name.
_PREFIXES = (
    ("search.yahoo.com/mrss", "media"),
    ("purl.org/dc/elements/", "dc"),
    ("purl.org/dc/terms/", "dcterms"),
    ("purl.org/rss/1.0/modules/content", "content"),
    ("purl.org/rss/1.0/modules/", "module"),
    ("rssnamespace.org/feedburner/", "feedburner"),
    ("www.itunes.com/dtds/", "itunes"),
    ("www.w3.org/2007/app", "app"),
    ("purl.org/atom/app#", "app"),
    ("schemas.google.com/blogger/", "blogger"),
    ("purl.org/syndication/thread/", "thr"),
)
_XML = "{http://www.w3.org/XML/1998/namespace}"


@lru_cache(maxsize=4096)
def _spell(tag: str) -> str:
    namespace, _, local = tag.rpartition("}")
    place = namespace.lstrip("{").partition("://")[2]
    if place.startswith("wordpress.org/export/"):
        return f"excerpt:{local}" if "/excerpt" in place else f"wp:{local}"
    prefix = next((short for start, short in _PREFIXES if place.startswith(start)), None)
    return local if prefix is None else f"{prefix}:{local}"


def element_name(element: etree._Element) -> str:
    """Name an element: `title`, or `media:content` in a namespace of several formats."""
    return _spell(element.tag) if isinstance(element.tag, str) else ""


def find_children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield the children of some names, in the order of the document."""
    for child in element:
        if element_name(child) in names:
            yield child


def find_child(element: etree._Element, *path: str) -> etree._Element | None:
    """Find the first child at a path of names."""
    found: etree._Element | None = element
    for name in path:
        if found is None:
            return None
        found = next(find_children(found, name), None)
    return found


def find_below(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield what has some names at any depth below an element."""
    for below in element.iterdescendants():
        if element_name(below) in names:
            yield below


def element_text(element: etree._Element | None) -> str:
    """Read all text inside an element."""
    if element is None:
        return ""
    if not len(element):
        return (element.text or "").strip()
    return "".join(map(str, element.itertext())).strip()


class Children:
    """The children of an element by name, for one that is asked for many."""

    def __init__(self, element: etree._Element) -> None:
        self._found: dict[str, list[etree._Element]] = {}
        for child in element:
            self._found.setdefault(element_name(child), []).append(child)

    def find(self, name: str) -> Sequence[etree._Element]:
        """List the children of a name."""
        return self._found.get(name, ())

    def text(self, *names: str) -> str:
        """Read the text of the first child that has some: of the first name, else of the next."""
        for name in names:
            for child in self._found.get(name, ()):
                if text := element_text(child):
                    return text
        return ""


def child_text(element: etree._Element, *names: str) -> str:
    """Read the text of the first child that has some: of the first name, else of the next."""
    for name in names:
        for child in find_children(element, name):
            if text := element_text(child):
                return text
    return ""


def xml_language(element: etree._Element) -> str | None:
    """Read the xml:lang of an element or of what it stands in."""
    return _inherit(element, "lang")


def xml_base(element: etree._Element) -> str | None:
    """Read the base of relative links in an element (XML Base), of all elements around it."""
    bases = [element.get(f"{_XML}base")]
    bases += [parent.get(f"{_XML}base") for parent in element.iterancestors()]
    base = ""
    for found in reversed([found for found in bases if found]):
        base = join_url(base, found.strip())
    return base or None


def _inherit(element: etree._Element, name: str) -> str | None:
    value = element.get(_XML + name)
    if value is None:
        parents = (parent.get(_XML + name) for parent in element.iterancestors())
        value = next((found for found in parents if found is not None), None)
    return value or None


def inner_html(element: etree._Element) -> str:
    """Write the content of an XHTML element as HTML."""
    parts = [escape_text(element.text)]
    for child in element:
        parts += [outer_html(child), escape_text(child.tail)]
    return "".join(parts)


def outer_html(element: etree._Element) -> str:
    """Write an element of XHTML as HTML."""
    if not isinstance(element.tag, str):
        return ""
    name = etree.QName(element).localname.lower()
    attributes = "".join(
        f' {etree.QName(key).localname}="{html.escape(str(value))}"'
        for key, value in element.attrib.items()
    )
    if name in VOID:
        return f"<{name}{attributes}>"
    return f"<{name}{attributes}>{inner_html(element)}</{name}>"


def escape_text(text: str | None) -> str:
    """Escape a text for HTML."""
    return html.escape(text or "", quote=False)
