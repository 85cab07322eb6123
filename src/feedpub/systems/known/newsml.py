"""NewsML 1.0 to 1.2, which agencies and press release services still send.

Source: iptc.org/std/NewsML/1.2.
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
    find_below,
    find_child,
    find_children,
    xml_language,
)
from feedpub.text import read_number

_STATUSES = {
    "": "published",
    "usable": "published",
    "embargoed": "withheld",
    "withheld": "withdrawn",
    "canceled": "withdrawn",
    "cancelled": "withdrawn",
}
# Roles of components that hold something else than the article.
_BESIDE = frozenset(
    """stylesheet contact logo video audio photo picture image graphic headline caption thumbnail
    quicklook supporting related copyright boilerplate abstract summary""".split()
)
_PICTURE_ROLES = ("photo", "picture", "image", "graphic")
_REVISION = compile_late(r":\d+[A-Z]?$")


class NewsMl(Base):
    """Items of NewsML 1."""

    name = "newsml-1"
    title = "NewsML 1 items"

    def recognize(self, place: Place) -> Sign | None:
        """Know them by their root."""
        if place.xml is not None and place.xml.name in ("NewsML", "NewsItem"):
            return Sign(0.95, f"its root is <{place.xml.name}>")
        return None

    def propose(self, place: Place, site: Site) -> Proposal:
        """Say what was found."""
        return Proposal(f"{self.title}; sections from their subjects; they name no links")

    def open(self, place: Place, source: Source, site: Site) -> Translator:
        """Begin to read items."""
        return NewsMlTranslator()


class NewsMlTranslator(BaseTranslator):
    """Reads the items of NewsML 1."""

    elements = frozenset({"NewsItem"})

    def translate(self, raw: Raw, *, whole: bool) -> Translation | PassedOver:
        """Give the fields of an item."""
        item = raw.value
        if not isinstance(item, etree._Element):
            return PassedOver("records of another format")
        management = find_child(item, "NewsManagement")
        components = list(find_children(item, "NewsComponent"))
        if management is None or not components:
            return PassedOver("items without news")
        body = _find_body(item)
        if body is None and not any(True for _ in find_below(item, "DataContent")):
            return PassedOver("items without text")
        fields = _identify(item, management)
        if whole:
            _add_rest(item, body, fields)
        return Translation({name: value for name, value in fields.items() if value})


def _formal_name(element: etree._Element | None) -> str:
    return "" if element is None else (element.get("FormalName") or "").strip()


def _identify(item: etree._Element, management: etree._Element) -> dict[str, object]:
    status = _formal_name(find_child(management, "Status")).lower()
    word = _STATUSES.get(status, status)
    published = child_text(management, "FirstCreated", "ThisRevisionCreated")
    change = find_child(management, "StatusWillChange")
    if change is not None and word == "withheld":
        future = _formal_name(find_child(change, "FutureStatus")).lower()
        release = child_text(change, "DateAndTime")
        if future == "usable" and release:
            word, published = "published", release
    return {
        "id": _read_id(item),
        "title": _read_line(item, "HeadLine"),
        "section": _read_subjects(item),
        "published": published,
        "updated": child_text(management, "ThisRevisionCreated"),
        "status": word,
    }


def _read_id(item: etree._Element) -> str | None:
    """Read the identifier without the number of the revision, which changes."""
    identifier = find_child(item, "Identification", "NewsIdentifier")
    if identifier is None:
        return None
    public = child_text(identifier, "PublicIdentifier")
    if public:
        return _REVISION.sub("", public)
    parts = [child_text(identifier, name) for name in ("ProviderId", "DateId", "NewsItemId")]
    return ":".join(part for part in parts if part) or None


def _is_beside(element: etree._Element) -> bool:
    """Say whether an element stands in a component that is not the article."""
    for component in (element, *element.iterancestors()):
        if element_name(component) == "NewsComponent":
            role = _formal_name(find_child(component, "Role")).lower()
            if any(word in role for word in _BESIDE):
                return True
    return False


def _read_line(item: etree._Element, name: str) -> str:
    for line in find_below(item, name):
        text = " ".join(element_text(line).split())
        if text and not _is_beside(line):
            return text
    return ""


def _find_body(item: etree._Element) -> etree._Element | None:
    """Find the content that is the article: that of a main role, else the longest text."""
    found = [content for content in find_below(item, "DataContent") if not _is_beside(content)]
    main = [content for content in found if _is_main(content)]
    return max(main or found, key=lambda content: len(element_text(content)), default=None)


def _is_main(content: etree._Element) -> bool:
    component = next(
        (one for one in content.iterancestors() if element_name(one) == "NewsComponent"), None
    )
    role = "" if component is None else _formal_name(find_child(component, "Role")).lower()
    return role in ("main", "body", "main text", "text", "story")


def _read_subjects(item: etree._Element) -> list[str]:
    names = [
        name
        for subject in find_below(item, "Subject", "SubjectMatter", "SubjectDetail")
        if (name := name_subject(_formal_name(subject)) or _read_word(subject))
    ]
    return list(dict.fromkeys(names))


def _read_word(subject: etree._Element) -> str | None:
    word = _formal_name(subject)
    return None if not word or word.isdigit() else word


def _add_rest(item: etree._Element, body: etree._Element | None, fields: dict[str, object]) -> None:
    fields["author"] = _read_line(item, "ByLine")
    party = next(
        (
            party
            for holder in find_below(item, "Provider", "Source", "Creator")
            for party in find_children(holder, "Party")
        ),
        None,
    )
    fields["source"] = _formal_name(party)
    fields["summary"] = _read_line(item, "SubHeadLine") or _read_abstract(item)
    fields["tags"] = [element_text(word) for word in find_below(item, "KeywordLine")]
    fields["language"] = _read_language(item, body)
    images: list[object] = list(_read_pictures(item))
    if body is not None:
        if len(body):
            fields["content_html"], nitf = read_inline_xml(body)
            if nitf is not None:
                fields["title"] = fields["title"] or nitf.title
                fields["author"] = fields["author"] or list(nitf.authors)
                fields["summary"] = fields["summary"] or nitf.summary
                images += [dict(image) for image in nitf.images]
                add_recordings(fields, nitf.recordings)
        else:
            field, text = read_inline_text(element_text(body))
            fields[field] = text
    fields["images"] = images
    add_recordings(fields, _read_recordings(item))


def _read_abstract(item: etree._Element) -> str:
    for component in find_below(item, "NewsComponent"):
        if _formal_name(find_child(component, "Role")).lower() in ("abstract", "summary"):
            content = next(find_below(component, "DataContent"), None)
            return " ".join(element_text(content).split())
    return ""


def _read_language(item: etree._Element, body: etree._Element | None) -> str | None:
    for element in () if body is None else body.iterancestors():
        language = find_child(element, "DescriptiveMetadata", "Language")
        if _formal_name(language):
            return _formal_name(language)
    return xml_language(item)


def _read_pictures(item: etree._Element) -> Iterator[dict[str, object]]:
    """Yield the pictures of an item, the widest file of each."""
    for component in find_below(item, "NewsComponent"):
        role = _formal_name(find_child(component, "Role")).lower()
        if not any(word in role for word in _PICTURE_ROLES):
            continue
        files = [
            content
            for content in find_children(component, "ContentItem")
            if content.get("Href") and _is_picture(content)
        ]
        if not files:
            continue
        widest = max(files, key=_measure)
        image: dict[str, object] = {"src": widest.get("Href")}
        lines = find_child(component, "NewsLines")
        if lines is not None and (caption := child_text(lines, "HeadLine")):
            image["caption"] = " ".join(caption.split())
        yield image


def _read_recordings(item: etree._Element) -> Iterator[dict[str, object]]:
    """Yield the sounds and films of an item, the longest file of each."""
    for component in find_below(item, "NewsComponent"):
        for medium in ("audio", "video"):
            files = [
                content
                for content in find_children(component, "ContentItem")
                if content.get("Href") and _read_kind(content).startswith(f"{medium}/")
            ]
            if files:
                chosen = max(files, key=_measure)
                lines = find_child(component, "NewsLines")
                title = "" if lines is None else " ".join(child_text(lines, "HeadLine").split())
                own = {"title": title} if title else {}
                type = _read_kind(chosen)
                yield {"src": chosen.get("Href"), "medium": medium, "type": type, **own}


def _read_kind(content: etree._Element) -> str:
    return _formal_name(find_child(content, "MimeType")).lower()


def _is_picture(content: etree._Element) -> bool:
    kind = _read_kind(content)
    media = _formal_name(find_child(content, "MediaType")).lower()
    return kind.startswith("image/") if kind else media in ("photo", "graphic", "image")


def _measure(content: etree._Element) -> int:
    characteristics = find_child(content, "Characteristics")
    if characteristics is None:
        return 0
    for known in find_children(characteristics, "Property"):
        if _formal_name(known).lower() in ("pixelwidth", "width"):
            return read_number(known.get("Value")) or 0
    return read_number(child_text(characteristics, "SizeInBytes")) or 0


SYSTEMS = (NewsMl(),)
