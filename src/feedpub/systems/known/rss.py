"""RSS feeds as input: RSS 2.0, its forebears 0.91 to 0.94, and RSS 1.0 (RDF).

Source: rssboard.org/rss-specification, web.resource.org/rss/1.0/spec, rssboard.org/media-rss.
"""

from __future__ import annotations

from lxml import etree

from feedpub.settings import Site, Source
from feedpub.sources import Place, Raw
from feedpub.systems.feed_items import (
    has_markup,
    join_pictures,
    read_enclosure,
    read_media,
    read_recordings,
    read_terms,
)
from feedpub.systems.html_bodies import complete_links
from feedpub.systems.protocol import (
    Base,
    BaseTranslator,
    PassedOver,
    Proposal,
    Sign,
    Translation,
    Translator,
)
from feedpub.systems.titles import title_of
from feedpub.systems.xml_elements import (
    child_text,
    element_text,
    find_child,
    find_children,
    inner_html,
    xml_base,
    xml_language,
)
from feedpub.text import join_url

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_TAG_DOMAINS = frozenset({"post_tag", "tag", "tags", "keyword"})


class Rss(Base):
    """A feed in RSS."""

    name = "rss"
    title = "an RSS feed"

    def recognize(self, place: Place) -> Sign | None:
        """Know it by its root."""
        head = place.xml
        if head is None:
            return None
        is_rdf = head.name == "RDF" and any(
            "purl.org/rss/" in uri or "netscape.com/rdf/" in uri for uri in head.declared
        )
        if head.name == "rss" or is_rdf:
            return Sign(0.9, f"its root is <{head.name}>")
        return None

    def propose(self, place: Place, site: Site) -> Proposal:
        """Say what was found."""
        return Proposal(f"{self.title}; links and categories as its items have them")

    def open(self, place: Place, source: Source, site: Site) -> Translator:
        """Begin to read feeds."""
        return RssTranslator()


class RssTranslator(BaseTranslator):
    """Reads the items of RSS feeds."""

    elements = frozenset({"item"})

    def translate(self, raw: Raw, *, whole: bool) -> Translation | PassedOver:
        """Give the fields of an item."""
        item = raw.value
        if not isinstance(item, etree._Element):
            return PassedOver("records of another format")
        base = _find_base(item, raw.head)
        link = _read_link(item, base)
        guid = child_text(item, "guid")
        fields: dict[str, object] = {
            "title": child_text(item, "title", "dc:title"),
            "link": link,
            "section": _read_categories(item, are_tags=False),
            "published": child_text(
                item, "pubDate", "dc:date", "dcterms:issued", "dcterms:created"
            ),
            "updated": child_text(item, "updated", "dcterms:modified"),
        }
        # A guid that is the link is no name of its own: links change their host and scheme.
        if guid and guid != link and guid != child_text(item, "link") and not _is_link(item):
            fields["id"] = guid
        rules: dict[str, str] = {}
        if not fields["title"]:
            fields["title"] = title_of(child_text(item, "description", "content:encoded"))
            rules["title"] = "the beginning of its text, because it has no title"
        if whole:
            _add_rest(item, raw.head, base, fields)
        return Translation({name: value for name, value in fields.items() if value}, rules)


def _find_channel(head: etree._Element | None) -> etree._Element | None:
    if head is None:
        return None
    channel = find_child(head, "channel")
    return head if channel is None else channel


def _find_base(item: etree._Element, head: etree._Element | None) -> str | None:
    """Find what the links of an item are relative to: XML Base, else the link of the channel."""
    base = xml_base(item)
    if base is not None:
        return base
    channel = _find_channel(head)
    return None if channel is None else child_text(channel, "link") or None


def _is_link(item: etree._Element) -> bool:
    """Say whether the guid is the link: it is, unless it says that it is not."""
    guid = find_child(item, "guid")
    if guid is None or (guid.get("isPermaLink") or "true").strip().lower() == "false":
        return False
    return element_text(guid).startswith(("http://", "https://", "/"))


def _read_link(item: etree._Element, base: str | None) -> str | None:
    original = child_text(item, "feedburner:origLink")
    link = original or next(
        (
            text
            for child in find_children(item, "link")
            # Of Atom, a link in RSS leads to the feed or to what belongs to the item.
            if (child.get("rel") or "alternate") == "alternate"
            and (text := element_text(child) or child.get("href") or "")
        ),
        "",
    )
    if not link and _is_link(item):
        link = child_text(item, "guid")
    if not link:
        link = item.get(f"{{{_RDF}}}about") or ""
    return join_url(base, link) if link else None


def _read_categories(item: etree._Element, *, are_tags: bool) -> list[str]:
    found = [
        element_text(category)
        for category in find_children(item, "category")
        if ((category.get("domain") or "").lower() in _TAG_DOMAINS) == are_tags
    ]
    if not are_tags and not any(found):
        found = read_terms(item, "dc:subject")
    return list(dict.fromkeys(name for name in found if name))


def _add_rest(
    item: etree._Element,
    head: etree._Element | None,
    base: str | None,
    fields: dict[str, object],
) -> None:
    names = [text for text in read_terms(item, "dc:creator") if text]
    fields["author"] = names or [t for t in read_terms(item, "author", "itunes:author") if t]
    fields["tags"] = _read_categories(item, are_tags=True)
    channel = _find_channel(head)
    fields["language"] = (
        child_text(item, "dc:language")
        or xml_language(item)
        or ("" if channel is None else child_text(channel, "language", "dc:language"))
    )
    body = child_text(item, "content:encoded") or _read_xhtml(item)
    description = child_text(item, "description", "itunes:summary", "dc:description")
    if body:
        fields["content_html"] = complete_links(body, base)
        fields["summary"] = description
    elif has_markup(description):
        fields["content_html"] = complete_links(description, base)
    else:
        fields["content_text"] = description
    enclosures = [
        image
        for enclosure in find_children(item, "enclosure")
        if (
            image := read_enclosure(
                enclosure.get("url"), enclosure.get("type"), enclosure.get("length"), base
            )
        )
    ]
    fields["images"] = join_pictures(read_media(item, base), enclosures)
    fields["enclosures"] = read_recordings(item, find_children(item, "enclosure"), base)


def _read_xhtml(item: etree._Element) -> str:
    """Read a body in XHTML, as some feeds have instead of escaped HTML."""
    body = find_child(item, "body")
    if body is not None and "xhtml" in str(body.tag):
        return inner_html(body).strip()
    return ""


SYSTEMS = (Rss(),)
