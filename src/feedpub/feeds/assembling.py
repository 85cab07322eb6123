"""Entries to a Feed: a section and its metadata together."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from feedpub.articles import Choice
from feedpub.feeds.parts import EPOCH
from feedpub.markup import drop_image
from feedpub.model import ArchivePlace, Entry, Feed, Tombstone
from feedpub.settings import ALL, Config, LeadImagePolicy, Site
from feedpub.timestamps import load_zone, place_instant

_SUBSCRIBED = ArchivePlace()


def assemble_feed(
    config: Config, choice: Choice, entries: Iterable[Entry], place: ArchivePlace = _SUBSCRIBED
) -> Feed:
    """Put a section's entries and its metadata together."""
    site, section = config.site, choice.settings
    zone = load_zone(site.timezone)
    lead_image = section.lead_image or site.lead_image
    shown = tuple(_fit(entry, choice, lead_image) for entry in entries)
    return Feed(
        slug=choice.slug,
        name=choice.name,
        id=f"tag:{site.tag}:feed/{choice.slug}",
        title=title_of(site, choice),
        description=section.description or site.description or site.title,
        link=section.link or f"{site.feeds}{choice.slug}.html",
        base=site.feeds,
        language=section.language or site.language,
        author=site.author,
        updated=max((entry.updated for entry in shown), default=EPOCH),
        entries=shown,
        enclosure=site.enclosure,
        copyright=site.copyright,
        contact=site.contact,
        logo=site.logo,
        hub=site.hub if place.month is None else None,  # no one subscribes to a month
        page=f"{site.feeds}{choice.slug}.html" if "html" in site.formats else None,
        tombstones=tuple(
            Tombstone(gone.id, place_instant(gone.updated, zone)) for gone in choice.withdrawn
        ),
        place=place,
    )


def empty_feed(feed: Feed) -> Feed:
    """Give what stays of a feed whatever its entries are, which is all that pages show of it."""
    return msgspec.structs.replace(
        feed, entries=(), tombstones=(), updated=EPOCH, place=_SUBSCRIBED
    )


def _fit(entry: Entry, choice: Choice, lead_image: LeadImagePolicy) -> Entry:
    """Leave out of an entry's content what the section does not show."""
    content = entry.content
    if entry.id in choice.summarized and not entry.retracted:  # a notice is the newsroom's own
        content = None
    elif content is not None and lead_image == "enclosure" and entry.images:
        content = drop_image(content, entry.images[0].url)
    if content == entry.content:
        return entry
    return msgspec.structs.replace(entry, content=content)


def title_of(site: Site, choice: Choice) -> str:
    """Title a section's feed: SITE: SECTION, unless the configuration gives another title."""
    own = site.title if choice.slug == ALL else f"{site.title}: {choice.name}"
    return choice.settings.title or own
