"""Links of records: their own, those of templates of path, id, date, slug and section."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import tzinfo

from feedpub.model import ALWAYS, Candidate, Record
from feedpub.settings import Source
from feedpub.text import UrlError, article_url, encode_key, make_slug
from feedpub.timestamps import place_instant


def _find_template(record: Record, source: Source) -> tuple[str, str] | None:
    """Find the template for a record's link, and name its setting; None if there is none."""
    folder, slash, _ = record.origin.file.below.partition("/")
    if slash and folder in source.permalinks:
        return source.permalinks[folder], f"the source's permalinks, {folder}"
    return None if source.link is None else (source.link, "the source's link template")


def fill_template(
    template: str, record: Record, candidate: Candidate, *, section: str, zone: tzinfo
) -> str:
    """Fill a template; {year} {month} {day} are those of published, else updated, in a zone."""
    key = record.origin.file.key
    stem = key.rpartition("/")[2]
    if stem == "index" and "/" in key:
        stem = key.split("/")[-2]  # a bundle is named after its folder
    day = place_instant(candidate.first, zone)
    own_id = record.fields.get("id")
    slug = record.fields.get("slug")
    title = make_slug(str(record.fields.get("title", "")))
    return template.format(
        section=section,
        path=encode_key(key),
        stem=encode_key(stem),
        id="" if own_id is None else own_id,
        year=f"{day.year:04}",
        month=f"{day.month:02}",
        day=f"{day.day:02}",
        slug=encode_key(str(slug).strip("/")) if slug else encode_key(stem),
        title=title,
    )


def make_links(
    record: Record, candidate: Candidate, source: Source, *, section: str, zone: tzinfo
) -> Iterator[tuple[str, str]]:
    """Yield the links that a template and the record's system make, each with its rule.

    Args:
        section: Slug of the first section; without one, no template is filled.
    """
    found = _find_template(record, source)
    if found is not None and section and candidate.updated != ALWAYS:
        template, rule = found
        yield fill_template(template, record, candidate, section=section, zone=zone), rule
    permalink = record.fields.get("permalink")
    if isinstance(permalink, str):
        yield permalink, "its system's permalink"


def find_page(
    record: Record, candidate: Candidate, source: Source, *, section: str, zone: tzinfo, home: str
) -> str | None:
    """Find the URL of the page that a body stands in, where its record or its source names it.

    Args:
        section: As in `make_links`.
        home: URL that the record's link is relative to.
    """
    links = make_links(record, candidate, source, section=section, zone=zone)
    for link in (record.fields.get("link"), *(text for text, _ in links)):
        if isinstance(link, str) and link.strip():
            with contextlib.suppress(UrlError):  # reported where the link is read
                return article_url(link, home)
    return None
