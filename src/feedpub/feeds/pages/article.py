"""The page of an article: its text, its data for search engines, and stories near it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from feedpub.feeds.pages.frame import Face, Frame, link_feeds
from feedpub.feeds.pages.stories import Story
from feedpub.feeds.parts import format_html_time
from feedpub.markup import drop_image, read_body_text
from feedpub.model import Document, Entry, Feed, FeedFile
from feedpub.settings import Site


class Near(msgspec.Struct, frozen=True):
    """Stories of the section near an article: the one before it, the one after it, and others."""

    before: Entry | None
    after: Entry | None
    others: Sequence[Entry]


class _Shown(msgspec.Struct, frozen=True, kw_only=True):
    story: Story
    summary: str | None
    published: str
    updated: str
    section: str
    before: Story | None
    after: Story | None
    others: tuple[Story, ...]
    linked_data: dict[str, object]


def render_article(
    frame: Frame,
    feed: Feed,
    files: Sequence[FeedFile],
    entry: Entry,
    near: Near,
    *,
    summarized: bool,
) -> Document:
    """Render the page of an article without another page.

    Args:
        feed: Its first section; its entries are not read.
        summarized: Show only its summary.
    """
    path = entry.link.removeprefix(feed.base)
    maker = frame.make_stories(feed, path)
    content = None if summarized and not entry.retracted else entry.content
    if content is not None and entry.images:
        content = drop_image(content, entry.images[0].url)  # it is above the text
    whole = msgspec.structs.replace(entry, content=content)
    published = format_html_time(entry.first, entry.first_precision)
    updated = format_html_time(entry.updated, entry.updated_precision)
    links = link_feeds(feed, files, path)
    face = Face(
        title=entry.title,
        description=entry.summary or entry.title,
        language=feed.language,
        slug=feed.slug,
        indexed=True,
        picture=frame.find_shared_picture(entry),
        feeds=links,
        alternates=links,
    )
    shown = _Shown(
        story=maker.make_whole(whole),
        summary=_find_lede(entry, content),
        published=published,
        updated=updated,
        section=feed.name,
        before=None if near.before is None else maker.make(near.before),
        after=None if near.after is None else maker.make(near.after),
        others=tuple(map(maker.make, near.others)),
        linked_data=_describe(frame.site, feed, entry, published=published, updated=updated),
    )
    return frame.fill(path, "article.html", face=face, shown=shown)


def _find_lede(entry: Entry, content: str | None) -> str | None:
    """Find the summary, unless it is only the beginning of the text."""
    if content is None or not entry.summary:
        return entry.summary
    captions = [(image.caption, image.credit) for image in entry.images]
    begun = read_body_text(content, captions).startswith(entry.summary.removesuffix("…"))
    return None if begun else entry.summary


def _describe(
    site: Site, feed: Feed, entry: Entry, *, published: str, updated: str
) -> dict[str, object]:
    """Describe an article as schema.org's NewsArticle.

    Source: schema.org/NewsArticle; developers.google.com/search/docs/appearance/structured-data.
    """
    publisher: dict[str, object] = {
        "@type": "Organization",
        "name": site.title,
        "url": site.link,
    }
    if site.logo is not None:
        publisher["logo"] = {"@type": "ImageObject", "url": site.logo}
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": entry.link,
        "url": entry.link,
        "identifier": entry.id,
        "headline": entry.title,
        "inLanguage": entry.language or feed.language,
        "datePublished": published,
        "dateModified": updated,
        "author": [
            {"@type": "Organization", "name": name, "url": site.link}
            if name in (site.author, site.title)
            else {"@type": "Person", "name": name}
            for name in entry.authors
        ],
        "publisher": publisher,
        "articleSection": feed.name,
        "isAccessibleForFree": True,
    }
    if entry.summary:
        data["description"] = entry.summary
    if entry.categories:
        data["keywords"] = list(entry.categories)
    if entry.images:
        data["image"] = [_describe_image(entry, index) for index in range(len(entry.images))]
    return data


def _describe_image(entry: Entry, index: int) -> dict[str, object]:
    image = entry.images[index]
    values: dict[str, object | None] = {
        "@type": "ImageObject",
        "url": image.url,
        "width": image.width,
        "height": image.height,
        "caption": image.caption,
        "creditText": image.credit,
    }
    return {name: value for name, value in values.items() if value is not None}
