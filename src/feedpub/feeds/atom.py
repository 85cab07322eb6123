"""Atom 1.0 (RFC 4287)."""

from __future__ import annotations

from feedpub.feeds._feedgen import add_entry, begin_feed
from feedpub.model import Feed, FeedFile


def render_atom(feed: Feed, file: FeedFile) -> bytes:
    """Render a feed as Atom 1.0, in UTF-8; `file` is where it is served."""
    generator = begin_feed(feed, file)
    author = {"name": feed.author}
    if feed.contact is not None:
        author["email"] = feed.contact
    generator.author(author)
    generator.feedpub.tombstones = feed.tombstones
    for entry in feed.entries:
        element = add_entry(generator, entry)
        element.feedpub.first = feed.enclosure
        element.author([{"name": name} for name in entry.authors])
        if entry.published is not None:
            element.published(entry.published)
        if entry.summary is not None:
            element.summary(entry.summary)
        if entry.content is not None:
            element.content(entry.content, type="html")
    rendered: bytes = generator.atom_str(pretty=True)
    return rendered
