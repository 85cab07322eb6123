"""RSS 2.0, as the RSS Advisory Board's profile and readers want it."""

from __future__ import annotations

import html

from feedpub.feeds._feedgen import add_entry, begin_feed
from feedpub.feeds.parts import list_enclosures
from feedpub.model import Feed, FeedFile


def render_rss(feed: Feed, file: FeedFile) -> bytes:
    """Render a feed as RSS 2.0, in UTF-8; `file` is where it is served."""
    generator = begin_feed(feed, file)
    if feed.contact is not None:
        generator.managingEditor(f"{feed.contact} ({feed.author})")
    for entry in feed.entries:
        item = add_entry(generator, entry)
        if entry.summary is not None:
            # Readers take a description for HTML: it is escaped here, and again as XML.
            item.summary(html.escape(entry.summary, quote=False))
        if entry.content is not None:
            item.content(entry.content, type="html")
        for enclosure in list_enclosures(entry, feed.enclosure)[:1]:  # readers disagree on a second
            item.enclosure(enclosure.url, str(enclosure.length), enclosure.type)
    rendered: bytes = generator.rss_str(pretty=True)
    return rendered
