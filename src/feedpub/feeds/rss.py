"""RSS 2.0, as the RSS Advisory Board's profile and readers want it."""

from __future__ import annotations

import html

from feedpub.feeds._feedgen import add_entry, begin_feed
from feedpub.model import Feed

MEDIA_TYPE = "application/rss+xml"


def render_rss(feed: Feed) -> bytes:
    """Render a feed as RSS 2.0, in UTF-8."""
    generator = begin_feed(feed, f"{feed.base}{feed.slug}.rss", MEDIA_TYPE)
    if feed.contact is not None:
        generator.managingEditor(f"{feed.contact} ({feed.author})")
    for entry in feed.entries:
        item = add_entry(generator, entry)
        if entry.summary is not None:
            # Readers take a description for HTML: escaped here, and again as XML.
            item.summary(html.escape(entry.summary, quote=False))
        if entry.content is not None:
            item.content(entry.content, type="html")
        # The first image that is measured is the one enclosure; readers differ on a second.
        enclosed = next((image for image in entry.images if image.length is not None), None)
        if enclosed is not None:
            item.enclosure(enclosed.url, str(enclosed.length), enclosed.type)
    rendered: bytes = generator.rss_str(pretty=True)
    return rendered
