"""Feed to Document: a module per feed format, and the table of them; documents of all feeds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from feedpub.feeds import atom, json_feed, opml, rss
from feedpub.model import Document, Feed, FeedFile, FeedSummary
from feedpub.settings import ALL, FeedFormatName, Site


class Format(msgspec.Struct, frozen=True):
    """A feed format: its suffix and media type, and what renders a feed in it."""

    suffix: str
    type: str
    label: str
    render: Callable[[Feed], bytes]


FORMATS: Mapping[FeedFormatName, Format] = {
    "rss": Format("rss", rss.MEDIA_TYPE, "RSS", rss.render_rss),
    "atom": Format("atom", atom.MEDIA_TYPE, "Atom", atom.render_atom),
    "json": Format("json", json_feed.MEDIA_TYPE, "JSON Feed", json_feed.render_json),
}


def render_feed(feed: Feed, name: FeedFormatName) -> Document:
    """Render a feed in one format."""
    form = FORMATS[name]
    return Document(f"{feed.slug}.{form.suffix}", form.type, form.render(feed))


def list_files(names: Iterable[FeedFormatName], *, base: str, slug: str) -> tuple[FeedFile, ...]:
    """List a section's feeds in the given formats; `base` is the URL of the output folder."""
    forms = (FORMATS[name] for name in names)
    return tuple(FeedFile(form.label, form.type, f"{base}{slug}.{form.suffix}") for form in forms)


def summarize_feed(feed: Feed, names: Iterable[FeedFormatName]) -> FeedSummary:
    """Sum a feed up for the documents of the whole site: what is kept once it is rendered."""
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
    """Render the documents that are of all feeds together; the feed of all is among `feeds`."""
    sections = [feed for feed in feeds if feed.slug != ALL]
    return [Document("feeds.opml", opml.MEDIA_TYPE, opml.render_opml(site, sections))]
