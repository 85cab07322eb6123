"""The list of a site's feeds, to subscribe to all of them at once (OPML 2.0)."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from feedpub.model import FeedSummary
from feedpub.settings import Site


def render_opml(site: Site, feeds: Sequence[FeedSummary], *, preferred: str) -> bytes:
    """Render the feeds as outlines in one folder that is named for the site, in UTF-8.

    Each outline links to the file of the `preferred` media type, or else to the first. The
    document holds no time: it changes only when a feed is added, removed, or renamed.

    Source: OPML 2.0, http://opml.org/spec2.opml ("Subscription lists").
    """
    opml = etree.Element("opml", version="2.0")
    head = etree.SubElement(opml, "head")
    etree.SubElement(head, "title").text = site.title
    etree.SubElement(head, "ownerName").text = site.author
    if site.contact is not None:
        etree.SubElement(head, "ownerEmail").text = site.contact
    etree.SubElement(head, "ownerId").text = site.link
    folder = etree.SubElement(etree.SubElement(opml, "body"), "outline", text=site.title)
    for feed in feeds:
        etree.SubElement(folder, "outline", _describe(feed, preferred))
    return etree.tostring(opml, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _describe(feed: FeedSummary, preferred: str) -> dict[str, str]:
    file = next((file for file in feed.files if file.type == preferred), feed.files[0])
    # The type is rss for feeds of every format: readers skip outlines of any other.
    return {
        "type": "rss",
        "text": feed.title,
        "title": feed.title,
        "xmlUrl": file.url,
        "htmlUrl": feed.link,
        "language": feed.language,
        "description": feed.description,
    }
