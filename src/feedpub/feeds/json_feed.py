"""JSON Feed 1.1; an extension, `_feedpub`, holds what the format has no member for."""

from __future__ import annotations

from collections import Counter

import msgspec

from feedpub.feeds.parts import format_rfc3339, list_enclosures
from feedpub.model import Entry, Feed, FeedFile, Image, Precision
from feedpub.settings import EnclosureKind

_VERSION = "https://jsonfeed.org/version/1.1"

# Members are written in the order of the fields; those that are absent or empty are left out.


class _Author(msgspec.Struct, omit_defaults=True):
    name: str
    url: str | None = None


class _Hub(msgspec.Struct):
    type: str
    url: str


class _Attachment(msgspec.Struct, omit_defaults=True, kw_only=True):
    url: str
    mime_type: str
    title: str | None = None
    size_in_bytes: int
    duration_in_seconds: int | None = None


class _Picture(msgspec.Struct, omit_defaults=True):
    url: str
    caption: str | None = None
    credit: str | None = None
    alt: str | None = None
    width: int | None = None
    height: int | None = None


class _Precisions(msgspec.Struct, omit_defaults=True, kw_only=True):
    date_published: Precision | None = None
    date_modified: Precision


class _Extension(msgspec.Struct, omit_defaults=True):
    precision: _Precisions
    retracted: bool = False
    images: tuple[_Picture, ...] = ()


class _Item(msgspec.Struct, omit_defaults=True, kw_only=True, rename={"extension": "_feedpub"}):
    id: str
    url: str
    title: str
    content_html: str | None = None
    content_text: str | None = None
    summary: str | None = None
    image: str | None = None
    date_published: str | None = None
    date_modified: str
    authors: tuple[_Author, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None
    attachments: tuple[_Attachment, ...] = ()
    extension: _Extension


class _Document(msgspec.Struct, omit_defaults=True, kw_only=True):
    version: str
    title: str
    home_page_url: str
    feed_url: str
    description: str
    icon: str | None = None
    favicon: str | None = None
    authors: tuple[_Author, ...]
    language: str
    hubs: tuple[_Hub, ...] = ()
    items: list[_Item]


def render_json(feed: Feed, file: FeedFile) -> bytes:
    """Render a feed as JSON Feed 1.1, in UTF-8 and indented; `file` is where it is served.

    Source: https://jsonfeed.org/version/1.1
    """
    document = _Document(
        version=_VERSION,
        title=feed.title,
        home_page_url=feed.link,
        feed_url=file.url,
        description=feed.description,
        icon=feed.logo,
        favicon=feed.logo,
        authors=(_Author(feed.author, feed.contact and f"mailto:{feed.contact}"),),
        language=feed.language,
        hubs=() if feed.hub is None else (_Hub("WebSub", feed.hub),),
        items=[_make_item(entry, feed) for entry in feed.entries],
    )
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _make_item(entry: Entry, feed: Feed) -> _Item:
    return _Item(
        id=entry.id,
        url=entry.link,
        title=entry.title,
        content_html=entry.content,
        # One of the two is required: without content, it is the summary or the title.
        content_text=None if entry.content is not None else entry.summary or entry.title,
        summary=entry.summary,
        image=entry.images[0].url if entry.images else None,
        date_published=None if entry.published is None else format_rfc3339(entry.published),
        date_modified=format_rfc3339(entry.updated),
        authors=tuple(map(_Author, entry.authors)),
        tags=entry.categories,
        language=_differing(entry.language, feed.language),
        attachments=_list_attachments(entry, feed.enclosure),
        extension=_Extension(
            precision=_Precisions(
                date_published=entry.published_precision,
                date_modified=entry.updated_precision,
            ),
            retracted=entry.retracted,
            images=tuple(map(_describe, entry.images)),
        ),
    )


def _differing(language: str | None, usual: str) -> str | None:
    return None if language is None or language.lower() == usual.lower() else language


def _list_attachments(entry: Entry, first: EnclosureKind) -> tuple[_Attachment, ...]:
    files = list_enclosures(entry, first)
    captions = Counter(image.caption for image in entry.images)
    captions += Counter(file.caption for file in files if not file.type.startswith("image/"))
    return tuple(
        # Attachments with one title are forms of one thing, which two images are not.
        _Attachment(
            url=file.url,
            mime_type=file.type,
            title=file.caption if captions[file.caption] == 1 else None,
            size_in_bytes=file.length,
            duration_in_seconds=file.duration,
        )
        for file in files
    )


def _describe(image: Image) -> _Picture:
    return _Picture(
        image.url,
        image.caption or None,
        image.credit or None,
        image.alt or None,
        image.width,
        image.height,
    )
