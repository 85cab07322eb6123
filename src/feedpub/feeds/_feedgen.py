"""feedgen, with its faults cured through its extensions.

Every cure is for feedgen 1.0.0, and a test fails once feedgen no longer has the fault:

- `FeedEntry.atom_entry` loses rel, type, and length of links: enclosures are written here.
- All links but the first, and the hub in RSS, are lost: the hub is written here.
- The Atom tree has no namespace: bare names in `extend_atom`, `{…}` names in `extend_rss`.
- The channel's link is the last `link()`: the alternate is given last.
- `add_entry` prepends: order="append".
- lastBuildDate, and updated of feeds and entries, default to now: always set.
- `formatRFC2822` sets the locale of the process: pubDate and lastBuildDate are written here.
- Its media extension has no credit and no description: images are written here.
- RSS loses an author who has only a name: dc:creator is written here.
- Content without a summary becomes the description: it becomes content:encoded again.
"""

from __future__ import annotations

import warnings
from datetime import datetime
from typing import Any  # feedgen has no annotations: what it makes is Any

from lxml import etree

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from feedgen.entry import FeedEntry
    from feedgen.ext.base import BaseEntryExtension, BaseExtension
    from feedgen.feed import FeedGenerator

from feedpub.feeds.parts import format_rfc822, format_rfc3339, list_enclosures
from feedpub.model import Entry, Feed, FeedFile, Image, Recording, Thumbnail, Tombstone
from feedpub.settings import EnclosureKind

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
MEDIA = "http://search.yahoo.com/mrss/"
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
HISTORY = "http://purl.org/syndication/history/1.0"

_CONTENT, _DESCRIPTION, _CREDIT, _TITLE, _STATUS, _THUMBNAIL = (
    f"{{{MEDIA}}}{name}"
    for name in ("content", "description", "credit", "title", "status", "thumbnail")
)
_CREATOR = f"{{{DUBLIN_CORE}}}creator"
_DELETED_ENTRY = f"{{{TOMBSTONES}}}deleted-entry"
_ENCODED = f"{{{CONTENT}}}encoded"
_ARCHIVE = f"{{{HISTORY}}}archive"
_ATOM_LINK, _ATOM_UPDATED = f"{{{ATOM}}}link", f"{{{ATOM}}}updated"


def begin_feed(feed: Feed, file: FeedFile) -> Any:
    """Begin a generator for one format: one for both would write one self link in both."""
    generator = FeedGenerator()
    generator.register_extension("feedpub", _FeedExtension, _EntryExtension)
    generator.feedpub.page = feed.page
    generator.feedpub.is_empty = not feed.entries
    generator.feedpub.is_archive = feed.place.month is not None
    generator.feedpub.links = _list_links(feed, file)
    generator.id(feed.id)
    generator.title(feed.title)
    generator.link(href=file.url, rel="self", type=file.type)
    generator.link(href=feed.link, rel="alternate", type="text/html")
    generator.subtitle(feed.description)
    generator.language(feed.language)
    generator.updated(feed.updated)
    # No setter takes None, and with a value feedgen writes it through formatRFC2822.
    generator._FeedGenerator__rss_lastBuildDate = None
    generator.feedpub.updated = feed.updated
    generator.generator("feedpub")
    generator.rights(feed.copyright)
    if feed.logo is not None:
        generator.image(url=feed.logo, title=feed.title, link=feed.link)
    return generator


def add_entry(generator: Any, entry: Entry) -> Any:
    """Add what both formats share of an entry: id, title, link, updated, categories."""
    element: FeedEntry = generator.add_entry(order="append")
    element.guid(entry.id, permalink=False)
    element.title(entry.title)
    element.link(href=entry.link)
    element.updated(entry.updated)
    if entry.categories:
        element.category([{"term": name} for name in entry.categories])
    element.feedpub.entry = entry
    return element


def _list_links(feed: Feed, file: FeedFile) -> list[dict[str, str]]:
    """List the links to the hub, and to other documents of the archive (RFC 5005 section 4)."""
    links = [] if feed.hub is None else [{"rel": "hub", "href": feed.hub}]
    suffix, place = file.url.rpartition(".")[2], feed.place
    stems = {
        "current": None if place.month is None else feed.slug,
        "prev-archive": place.previous and feed.stem_of(place.previous),
        "next-archive": place.next and feed.stem_of(place.next),
    }
    return links + [
        {"rel": relation, "href": f"{feed.base}{stem}.{suffix}", "type": file.type}
        for relation, stem in stems.items()
        if stem is not None
    ]


def _name_page(url: str) -> etree._Comment:
    """Name the page of a feed to people who open the feed in a browser, which shows its source."""
    shown = url.replace("--", "-%2D")  # two hyphens would end the comment
    return etree.Comment(f" This is a feed for feed readers. Its page for people: {shown} ")


class _FeedExtension(BaseExtension):  # type: ignore[misc]  # feedgen has no annotations
    updated: datetime

    def __init__(self) -> None:
        self.page: str | None = None
        self.is_empty = False
        self.is_archive = False
        self.links: list[dict[str, str]] = []
        self.tombstones: tuple[Tombstone, ...] = ()

    def extend_ns(self) -> dict[str, str]:
        namespaces = {"media": MEDIA, "dc": DUBLIN_CORE}
        if self.tombstones:
            namespaces["at"] = TOMBSTONES
        if self.is_archive:
            namespaces["fh"] = HISTORY
        return namespaces

    def extend_atom(self, feed: etree._Element) -> etree._Element:
        if self.is_empty:
            for updated in feed.iterchildren("updated"):
                updated.text = "1970-01-01T00:00:00Z"  # and not +00:00
        if self.page is not None:
            feed.insert(0, _name_page(self.page))
        for link in self.links:
            etree.SubElement(feed, "link", link)
        if self.is_archive:
            etree.SubElement(feed, _ARCHIVE)
        for gone in self.tombstones:  # RFC 6721 section 3
            etree.SubElement(feed, _DELETED_ENTRY, ref=gone.id, when=format_rfc3339(gone.when))
        return feed

    def extend_rss(self, rss: etree._Element) -> etree._Element:
        built = etree.Element("lastBuildDate")
        built.text = format_rfc822(self.updated)
        for language in rss[0].iterchildren("language"):  # where feedgen has it
            language.addnext(built)
        if self.page is not None:
            rss[0].insert(0, _name_page(self.page))
        for link in self.links:
            etree.SubElement(rss[0], _ATOM_LINK, link)
        if self.is_archive:
            etree.SubElement(rss[0], _ARCHIVE)
        return rss


class _EntryExtension(BaseEntryExtension):  # type: ignore[misc]  # feedgen has no annotations
    entry: Entry
    first: EnclosureKind = "image"

    def extend_atom(self, element: etree._Element) -> etree._Element:
        # The one link() is the alternate, and all that feedgen keeps of it is href.
        for link in element.iterchildren("link"):
            link.set("rel", "alternate")
        for file in list_enclosures(self.entry, self.first):
            attributes = {"href": file.url, "type": file.type, "length": str(file.length)}
            etree.SubElement(element, "link", {"rel": "enclosure", **attributes})
        _add_media(element, self.entry)
        return element

    def extend_rss(self, item: etree._Element) -> etree._Element:
        entry = self.entry
        if entry.summary is None:
            for body in item.iterchildren("description"):
                body.tag = _ENCODED
        for author in entry.authors:
            etree.SubElement(item, _CREATOR).text = author
        first = entry.first
        etree.SubElement(item, "pubDate").text = format_rfc822(first)
        if entry.updated != first:
            etree.SubElement(item, _ATOM_UPDATED).text = format_rfc3339(entry.updated)
        _add_media(item, entry)
        return item


def _add_media(element: etree._Element, entry: Entry) -> None:
    for image in entry.images:
        content = etree.SubElement(element, _CONTENT, _media_attributes(image))
        for tag, text in ((_TITLE, image.alt), (_DESCRIPTION, image.caption)):
            if text:
                etree.SubElement(content, tag, type="plain").text = text
        if image.credit:
            etree.SubElement(content, _CREDIT).text = image.credit
        if image.thumbnail is not None:
            etree.SubElement(content, _THUMBNAIL, _thumbnail_attributes(image.thumbnail))
    for recording in entry.recordings:
        content = etree.SubElement(element, _CONTENT, _recording_attributes(recording))
        for tag, text in ((_TITLE, recording.title), (_DESCRIPTION, recording.caption)):
            if text:
                etree.SubElement(content, tag, type="plain").text = text
        if recording.credit:
            etree.SubElement(content, _CREDIT).text = recording.credit
    if entry.retracted:
        etree.SubElement(element, _STATUS, state="deleted")


def _recording_attributes(recording: Recording) -> dict[str, str]:
    attributes = {"url": recording.url, "medium": recording.medium}
    values = {
        "type": recording.type,
        "fileSize": recording.length,
        "duration": recording.duration,
    }
    return attributes | {name: str(value) for name, value in values.items() if value is not None}


def _thumbnail_attributes(thumbnail: Thumbnail) -> dict[str, str]:
    sizes = {"width": thumbnail.width, "height": thumbnail.height}
    known = {name: str(number) for name, number in sizes.items() if number is not None}
    return {"url": thumbnail.url, **known}


def _media_attributes(image: Image) -> dict[str, str]:
    attributes = {"url": image.url, "medium": "image"}
    if image.type is not None:
        attributes["type"] = image.type
    for name, number in (
        ("fileSize", image.length),
        ("width", image.width),
        ("height", image.height),
    ):
        if number is not None:
            attributes[name] = str(number)
    return attributes
