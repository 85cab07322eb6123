"""Atom feeds as input."""

from __future__ import annotations

from lxml import etree

from feedpub.settings import Site, Source
from feedpub.sources import Place, Raw
from feedpub.systems.atom_entries import add_rest_of_entry, identify_entry
from feedpub.systems.protocol import (
    Base,
    BaseTranslator,
    PassedOver,
    Proposal,
    Sign,
    Translation,
    Translator,
)
from feedpub.systems.xml_elements import element_text, find_children

_NAMESPACES = ("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#")


class Atom(Base):
    """A feed in Atom."""

    name = "atom"
    title = "an Atom feed"

    def recognize(self, place: Place) -> Sign | None:
        """Know it by its root."""
        head = place.xml
        if head is None or head.name not in ("feed", "entry"):
            return None
        if head.namespace in _NAMESPACES:
            return Sign(0.9, f"its root is Atom's <{head.name}>")
        return None

    def propose(self, place: Place, site: Site) -> Proposal:
        """Say what was found."""
        return Proposal(f"{self.title}; links and categories as its entries have them")

    def open(self, place: Place, source: Source, site: Site) -> Translator:
        """Begin to read feeds."""
        return AtomTranslator()


class AtomTranslator(BaseTranslator):
    """Reads the entries of Atom feeds."""

    elements = frozenset({"entry"})

    def translate(self, raw: Raw, *, whole: bool) -> Translation | PassedOver:
        """Give the fields of an entry."""
        entry = raw.value
        if not isinstance(entry, etree._Element):
            return PassedOver("records of another format")
        fields = identify_entry(raw, entry)
        sections, tags = _read_categories(entry)
        fields["section"] = sections
        if whole:
            fields["tags"] = tags
            add_rest_of_entry(raw, entry, fields)
        return Translation({name: value for name, value in fields.items() if value})


def _read_categories(entry: etree._Element) -> tuple[list[str], list[str]]:
    """Read categories, those apart whose scheme says that they are tags."""
    sections: dict[str, None] = {}
    tags: dict[str, None] = {}
    for category in find_children(entry, "category"):
        name = category.get("label") or category.get("term") or element_text(category)
        scheme = (category.get("scheme") or "").lower().rstrip("/")
        if name.strip():
            (tags if scheme.endswith(("#tag", "/tag", "/tags")) else sections)[name.strip()] = None
    for subject in find_children(entry, "dc:subject"):
        if not sections and (name := element_text(subject)):
            sections[name] = None
    return list(sections), list(tags)


SYSTEMS = (Atom(),)
