"""NewsML-G2, the exchange format of news agencies.

Source: iptc.org/std/NewsML-G2/guidelines.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from feedpub import compile_late
from feedpub.settings import Site, Source
from feedpub.sources import Place, Raw
from feedpub.systems.iptc_subjects import name_subject
from feedpub.systems.media_fields import add_recordings
from feedpub.systems.news_bodies import read_inline_text, read_inline_xml
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
    element_name,
    element_text,
    find_child,
    find_children,
    xml_language,
)
from feedpub.text import read_number

_NAMESPACE = "http://iptc.org/std/nar/2006-10-01/"
_OTHERS = {
    "packageItem": "packages",
    "conceptItem": "concepts",
    "knowledgeItem": "knowledge items",
    "planningItem": "planning items",
    "catalogItem": "catalogs",
}
_ROOTS = frozenset({"newsItem", "newsMessage", *_OTHERS})
# The text alone is an article; the item classes of agencies differ in their prefixes.
_CLASSES = {
    "picture": "pictures",
    "photo": "pictures",
    "video": "videos",
    "audio": "audio items",
    "graphic": "graphics",
    "animation": "graphics",
    "composite": "packages",
}
# What must not be used is taken back, since an earlier version may be published.
_STATUSES = {"usable": "published", "canceled": "withdrawn", "withheld": "withdrawn"}
# Parts of addresses that agencies leave in a text of theirs.
_FILE = compile_late(r"^file:/+(?:\./)*\s*")


class NewsMlG2(Base):
    """Items of NewsML-G2."""

    name = "newsml-g2"
    title = "NewsML-G2 items"

    def recognize(self, place: Place) -> Sign | None:
        """Know them by their namespace."""
        head = place.xml
        if head is not None and head.name in _ROOTS and head.namespace == _NAMESPACE:
            return Sign(0.97, f"its root is NewsML-G2's <{head.name}>")
        return None

    def propose(self, place: Place, site: Site) -> Proposal:
        """Say what was found."""
        return Proposal(f"{self.title}; sections from their subjects; they name no links")

    def open(self, place: Place, source: Source, site: Site) -> Translator:
        """Begin to read items."""
        return NewsMlG2Translator()


class NewsMlG2Translator(BaseTranslator):
    """Reads the text items of NewsML-G2."""

    elements = frozenset({"newsItem", *_OTHERS})

    def translate(self, raw: Raw, *, whole: bool) -> Translation | PassedOver:
        """Give the fields of a text item."""
        item = raw.value
        if not isinstance(item, etree._Element):
            return PassedOver("records of another format")
        name = element_name(item)
        if name in _OTHERS:
            return PassedOver(_OTHERS[name])
        meta, content = find_child(item, "itemMeta"), find_child(item, "contentMeta")
        if meta is None:
            return PassedOver("items without metadata")
        kind = _read_code(find_child(meta, "itemClass"))
        if kind in _CLASSES:
            return PassedOver(_CLASSES[kind])
        fields = _identify(item, meta, content)
        if whole:
            _add_rest(item, content, fields)
        return Translation({name: value for name, value in fields.items() if value})


def _read_code(element: etree._Element | None) -> str:
    """Read the code of a value without the prefix of its vocabulary."""
    if element is None:
        return ""
    code = element.get("qcode") or element.get("uri") or element.get("literal") or ""
    return code.replace("/", ":").rpartition(":")[2].lower()


def _identify(
    item: etree._Element, meta: etree._Element, content: etree._Element | None
) -> dict[str, object]:
    status = _read_code(find_child(meta, "pubStatus"))
    created = child_text(meta, "firstCreated") or (
        "" if content is None else child_text(content, "contentCreated")
    )
    version = child_text(meta, "versionCreated")
    title = child_text(meta, "title")
    sections: list[str] = []
    if content is not None:
        title = _read_headline(content) or title
        sections = _read_subjects(content)
    return {
        "id": item.get("guid"),
        "title": " ".join(title.split()),
        "section": sections,
        # Nobody may publish before the end of the embargo: that is when it is published.
        "published": child_text(meta, "embargoed") or created or version,
        "updated": version,
        "status": _STATUSES.get(status or "usable", status),
    }


def _read_headline(content: etree._Element) -> str:
    """Read the headline: the one without a role, or of the main role."""
    found = list(find_children(content, "headline"))
    main = [
        one
        for one in found
        if not one.get("role") or str(one.get("role")).lower().endswith((":main", ":headline"))
    ]
    return next((text for one in main or found if (text := element_text(one))), "")


def _read_subjects(content: etree._Element) -> list[str]:
    """Read the names of subjects that are topics, not of people, places or events."""
    names: list[str] = []
    for subject in find_children(content, "subject"):
        kind = (subject.get("type") or "").rpartition(":")[2].lower()
        code = subject.get("qcode") or subject.get("uri") or ""
        if kind not in ("", "abstract", "topic", "subject"):
            continue
        name = child_text(subject, "name") or name_subject(code)
        if name:
            names.append(" ".join(name.split()))
    return list(dict.fromkeys(names))


def _add_rest(
    item: etree._Element, content: etree._Element | None, fields: dict[str, object]
) -> None:
    contents = find_child(item, "contentSet")
    fields["language"] = xml_language(item)
    if content is not None:
        _add_metadata(content, fields)
    if contents is None:
        return
    for holder in contents:
        name = element_name(holder)
        if name == "inlineXML" and "content_html" not in fields:
            body, nitf = read_inline_xml(holder)
            if body:
                fields["content_html"] = body
            if nitf is not None:
                fields["summary"] = fields.get("summary") or nitf.summary
                fields["author"] = fields.get("author") or list(nitf.authors)
                fields["images"] = [dict(image) for image in nitf.images]
                add_recordings(fields, nitf.recordings)
        elif name == "inlineData" and "content_html" not in fields:
            field, text = read_inline_text(element_text(holder))
            fields[field] = text
    fields["images"] = [*_read_pictures(contents), *_listed(fields.get("images"))]
    add_recordings(fields, _read_recordings(contents))


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _add_metadata(content: etree._Element, fields: dict[str, object]) -> None:
    written = [child_text(by, "name") or element_text(by) for by in find_children(content, "by")]
    made = [child_text(creator, "name") for creator in find_children(content, "creator")]
    names = (" ".join(text.split()) for text in (written if any(written) else made))
    fields["author"] = [name for name in names if name]
    provider = find_child(content, "creator")
    source = child_text(content, "creditline") or child_text(content, "infoSource")
    if provider is not None:
        source = source or provider.get("literal") or ""
    fields["source"] = source
    fields["summary"] = next(
        (
            " ".join(element_text(one).split())
            for one in find_children(content, "description")
            if (one.get("role") or "").rpartition(":")[2].lower() in ("", "summary", "abstract")
        ),
        "",
    ) or _read_dek(content)
    fields["tags"] = [element_text(word) for word in find_children(content, "keyword")]
    language = find_child(content, "language")
    if language is not None and language.get("tag"):
        fields["language"] = language.get("tag")


def _read_dek(content: etree._Element) -> str:
    for one in find_children(content, "headline"):
        if "sub" in (one.get("role") or "").lower():
            return element_text(one)
    return ""


def _read_pictures(contents: etree._Element) -> list[dict[str, object]]:
    """Read the pictures of a text: the widest of the renditions that lie beside it."""
    found = _list_files(contents, "image")
    if not found:
        return []
    widest = max(found, key=lambda remote: read_number(remote.get("width")) or 0)
    return [{"src": _read_address(widest), "type": widest.get("contenttype")}]


def _read_recordings(contents: etree._Element) -> Iterator[dict[str, object]]:
    """Yield the sound and the film of a text: the longest file of each."""
    for medium in ("audio", "video"):
        files = _list_files(contents, medium)
        if not files:
            continue
        chosen = max(files, key=lambda remote: read_number(remote.get("size")) or 0)
        unit = (chosen.get("durationunit") or "seconds").rpartition(":")[2]
        values = {
            "length": chosen.get("size"),
            "duration": chosen.get("duration") if unit == "seconds" else None,
        }
        known = {name: value for name, value in values.items() if value}
        type = chosen.get("contenttype")
        yield {"src": _read_address(chosen), "medium": medium, "type": type, **known}


def _list_files(contents: etree._Element, kind: str) -> list[etree._Element]:
    return [
        remote
        for remote in find_children(contents, "remoteContent")
        if (remote.get("contenttype") or "").startswith(f"{kind}/") and remote.get("href")
    ]


def _read_address(remote: etree._Element) -> str:
    return _FILE.sub("", remote.get("href") or "").removeprefix("./")


SYSTEMS = (NewsMlG2(),)
