"""NITF documents, one article each.

Source: iptc.org/std/NITF/3.6.
"""

from __future__ import annotations

from lxml import etree

from feedpub.settings import Site, Source
from feedpub.sources import Place, Raw
from feedpub.systems.iptc_subjects import name_subject
from feedpub.systems.media_fields import add_recordings
from feedpub.systems.nitf_markup import read_nitf
from feedpub.systems.protocol import (
    Base,
    BaseTranslator,
    PassedOver,
    Proposal,
    Sign,
    Translation,
    Translator,
)
from feedpub.systems.xml_elements import (
    child_text,
    find_below,
    find_child,
    find_children,
    xml_language,
)

_STATUSES = {
    "": "published",
    "usable": "published",
    # With the time of its release, which is then ahead or past; without, until further notice.
    "embargoed": "withheld",
    "withheld": "withheld",
    "canceled": "withdrawn",
    "cancelled": "withdrawn",
    "killed": "withdrawn",
}


class Nitf(Base):
    """Documents of NITF."""

    name = "nitf"
    title = "NITF documents"

    def recognize(self, place: Place) -> Sign | None:
        """Know one by its root."""
        if place.xml is not None and place.xml.name == "nitf":
            return Sign(0.97, "its root is <nitf>")
        return None

    def propose(self, place: Place, site: Site) -> Proposal:
        """Say what was found."""
        return Proposal(f"{self.title}; sections from their subjects; they name no links")

    def open(self, place: Place, source: Source, site: Site) -> Translator:
        """Begin to read documents."""
        return NitfTranslator()


class NitfTranslator(BaseTranslator):
    """Reads documents of NITF."""

    elements = frozenset({"nitf"})

    def translate(self, raw: Raw, *, whole: bool) -> Translation | PassedOver:
        """Give the fields of a document."""
        nitf = raw.value
        if not isinstance(nitf, etree._Element):
            return PassedOver("records of another format")
        parts = read_nitf(nitf)
        head = find_child(nitf, "head")
        fields: dict[str, object] = {"title": parts.title}
        if head is not None:
            fields["title"] = parts.title or child_text(head, "title")
            _identify(nitf, head, fields)
            if whole:
                fields["tags"] = _read_keywords(head)
        if whole:
            fields["author"] = list(parts.authors)
            fields["summary"] = parts.summary or parts.subtitle
            fields["content_html"] = parts.html
            fields["images"] = [dict(image) for image in parts.images]
            fields["language"] = xml_language(nitf)
            add_recordings(fields, parts.recordings)
        return Translation({name: value for name, value in fields.items() if value})


def _identify(nitf: etree._Element, head: etree._Element, fields: dict[str, object]) -> None:
    docdata = find_child(head, "docdata")
    release = _read_norm(docdata, "date.release")
    fields["published"] = (
        release
        or _read_norm(docdata, "date.issue")
        or next(
            (
                date
                for pubdata in find_children(head, "pubdata")
                if (date := pubdata.get("date.publication"))
            ),
            None,
        )
        or next((d for s in find_below(nitf, "story.date") if (d := s.get("norm"))), None)
    )
    revisions = [r.get("norm") or "" for r in find_children(head, "revision-history")]
    fields["updated"] = max(revisions, default="")
    fields["section"] = _read_sections(head)
    if docdata is not None:
        id = find_child(docdata, "doc-id")
        fields["id"] = None if id is None else id.get("id-string")
        status = (docdata.get("management-status") or "").strip().lower()
        is_released = status == "embargoed" and release
        fields["status"] = "published" if is_released else _STATUSES.get(status, status)


def _read_norm(docdata: etree._Element | None, name: str) -> str | None:
    found = None if docdata is None else find_child(docdata, name)
    return None if found is None else found.get("norm")


def _read_sections(head: etree._Element) -> list[str]:
    """Read sections: of the newspaper, else the subjects, else the kind of the object."""
    found = [pubdata.get("position.section") for pubdata in find_children(head, "pubdata")]
    if not any(found):
        for subject in find_below(head, "tobject.subject"):
            code = subject.get("tobject.subject.refnum") or ""
            found.append(
                subject.get("tobject.subject.type")
                or name_subject(code)
                or subject.get("tobject.subject.matter")
            )
    return list(dict.fromkeys(name.strip() for name in found if name and name.strip()))


def _read_keywords(head: etree._Element) -> list[str]:
    keys = [keyword.get("key") or "" for keyword in find_below(head, "keyword")]
    return list(dict.fromkeys(key for key in keys if key))


SYSTEMS = (Nitf(),)
