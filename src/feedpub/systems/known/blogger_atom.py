"""Blogger's exports and feeds: Atom with the kind of each entry.

Source: developers.google.com/gdata/docs/2.0/elements and the export of Google Takeout, whose
entries say their kind in elements of Blogger's own.
"""

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
from feedpub.systems.xml_elements import child_text, find_child, find_children

_KIND_SCHEME = "http://schemas.google.com/g/2005#kind"
_KINDS = {"post": "posts", "page": "pages", "comment": "comments", "template": "templates"}
_STATUSES = {"LIVE": None, "DRAFT": "draft", "SCHEDULED": "draft", "SOFT_TRASHED": "draft"}


class BloggerExport(Base):
    """A file that Blogger's Settings > Back up content writes, or a feed of Blogger."""

    name = "blogger-atom"
    title = "a Blogger export"

    def recognize(self, place: Place) -> Sign | None:
        """Know it by the kinds of its entries, or its generator."""
        head = place.xml
        if head is None or head.name != "feed":
            return None
        signs = ("schemas.google.com/blogger/", _KIND_SCHEME, ">Blogger</generator>")
        if any(sign in head.text for sign in signs):
            return Sign(0.95, "it is an Atom feed that Blogger wrote")
        return None

    def propose(self, place: Place, site: Site) -> Proposal:
        """Say what was found."""
        return Proposal(f"{self.title}; sections from its labels")

    def open(self, place: Place, source: Source, site: Site) -> Translator:
        """Begin to read exports."""
        return BloggerTranslator()


class BloggerTranslator(BaseTranslator):
    """Reads the posts of Blogger."""

    elements = frozenset({"entry"})

    def translate(self, raw: Raw, *, whole: bool) -> Translation | PassedOver:
        """Give the fields of a post."""
        entry = raw.value
        if not isinstance(entry, etree._Element):
            return PassedOver("records of another format")
        kind = _read_kind(entry)
        if kind != "post":
            return PassedOver(_KINDS.get(kind, "settings"))
        fields = identify_entry(raw, entry)
        fields["section"] = _read_labels(entry)
        fields["status"] = _read_status(entry)
        if path := child_text(entry, "blogger:filename"):
            fields["permalink"] = path
        if whole:
            add_rest_of_entry(raw, entry, fields)
            if summary := child_text(entry, "blogger:metaDescription"):
                fields["summary"] = summary
        return Translation({name: value for name, value in fields.items() if value})


def _read_kind(entry: etree._Element) -> str:
    own = child_text(entry, "blogger:type")
    if own:
        return own.lower()
    for category in find_children(entry, "category"):
        if category.get("scheme") == _KIND_SCHEME:
            return (category.get("term") or "").rpartition("#")[2]
    # A feed of posts need not say so; a comment answers something.
    return "comment" if find_child(entry, "thr:in-reply-to") is not None else "post"


def _read_labels(entry: etree._Element) -> list[str]:
    labels = (
        (category.get("term") or "").strip()
        for category in find_children(entry, "category")
        if category.get("scheme") != _KIND_SCHEME
    )
    return list(dict.fromkeys(label for label in labels if label))


def _read_status(entry: etree._Element) -> str | None:
    control = find_child(entry, "app:control")
    if control is not None and child_text(control, "app:draft").lower() == "yes":
        return "draft"
    status = child_text(entry, "blogger:status")
    return _STATUSES.get(status.upper(), status) if status else None


SYSTEMS = (BloggerExport(),)
