"""Feeds to Documents: the one table of feed formats, and the documents of all feeds together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from feedpub.feeds.atom import render_atom
from feedpub.feeds.json_feed import render_json
from feedpub.feeds.opml import render_opml
from feedpub.feeds.rss import render_rss
from feedpub.model import Document, Feed, FeedFile, FeedSummary
from feedpub.settings import ALL, FeedFormatName, Site


class Format(msgspec.Struct, frozen=True):
    """A feed format: its suffix, its media type, its name for people, and what renders a feed.

    `has_archive` is whether its feeds can link to those of earlier months.
    """

    suffix: str
    type: str
    label: str
    render: Callable[[Feed, FeedFile], bytes]
    has_archive: bool = True


FORMATS: Mapping[FeedFormatName, Format] = {
    "rss": Format("rss", "application/rss+xml", "RSS", render_rss),
    "atom": Format("atom", "application/atom+xml", "Atom", render_atom),
    "json": Format("json", "application/feed+json", "JSON Feed", render_json, has_archive=False),
}


def render_feed(feed: Feed, name: FeedFormatName) -> Document:
    """Render a feed in one format."""
    form = FORMATS[name]
    (file,) = list_files([name], base=feed.base, slug=feed.stem)
    return Document(f"{feed.stem}.{form.suffix}", form.type, form.render(feed, file))


def list_shown_ids(feed: Feed, name: FeedFormatName) -> list[str]:
    """List the ids of the entries in a feed's document, in its order.

    Atom has notices of withdrawn entries, too, before all others.
    """
    withdrawn = [gone.id for gone in feed.tombstones] if name == "atom" else []
    return [*withdrawn, *(entry.id for entry in feed.entries)]


def list_files(names: Iterable[FeedFormatName], *, base: str, slug: str) -> tuple[FeedFile, ...]:
    """List a section's feeds in the given formats; `base` is the URL of the output folder."""
    forms = (FORMATS[name] for name in names)
    return tuple(FeedFile(form.label, form.type, f"{base}{slug}.{form.suffix}") for form in forms)


def summarize_feed(feed: Feed, names: Iterable[FeedFormatName]) -> FeedSummary:
    """Summarize a feed for the documents of the whole site, which keep no entries."""
    return FeedSummary(
        slug=feed.slug,
        name=feed.name,
        title=feed.title,
        description=feed.description,
        link=feed.link,
        language=feed.language,
        newest=feed.updated if feed.entries else None,
        entries=len(feed.entries),
        files=list_files(names, base=feed.base, slug=feed.slug),
    )


def render_site(site: Site, feeds: Sequence[FeedSummary]) -> list[Document]:
    """Render the documents of all feeds together; the feed of all is among `feeds`."""
    sections = [feed for feed in feeds if feed.slug != ALL]
    opml = render_opml(site, sections, preferred=FORMATS["rss"].type)
    return [Document("feeds.opml", "text/x-opml", opml)]
