"""The names that the fields of records go by."""

from __future__ import annotations

from collections.abc import Mapping

from feedpub.systems.values import FieldError, named_items, read_text

# Our name first, then the names also taken, in the order of precedence.
FIELD_NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id",),
    "title": ("title", "headline", "name"),
    "link": ("link", "url", "mainEntityOfPage"),
    "section": ("section", "sections", "articleSection", "breadcrumb"),
    "updated": ("updated", "dateModified", "modified"),
    "published": ("published", "datePublished"),
    "status": ("status",),
    "author": ("author", "authors", "byline"),
    "source": ("source",),
    "summary": ("summary", "description"),
    "content_html": ("content_html",),
    "content_text": ("content_text", "articleBody", "body"),
    "images": ("images", "image"),
    "tags": ("tags", "keywords"),
    "language": ("language",),
    "notice": ("notice",),
}


def take_fields(
    raw: Mapping[str, object], names: tuple[str, ...] = tuple(FIELD_NAMES)
) -> dict[str, object]:
    """Take the fields of `names` out of a raw record, under our names; empty ones are absent."""
    fields: dict[str, object] = {}
    for name in names:
        for spelling in FIELD_NAMES[name]:
            value = raw.get(spelling)
            if value is not None and value != "":
                if spelling == "breadcrumb" and isinstance(value, list):
                    value = _join_breadcrumb(value)
                fields[name] = value
                break
    return fields


def name_spelling(raw: Mapping[str, object], name: str) -> str | None:
    """Name the spelling that `take_fields` takes a field by; None where the record has none."""
    spellings = FIELD_NAMES[name]
    return next((spelling for spelling in spellings if raw.get(spelling) not in (None, "")), None)


def _join_breadcrumb(labels: list[object]) -> object:
    """Write a list of labels as the one breadcrumb that it is, and not as several sections."""
    try:
        return ">".join(map(read_text, named_items(labels)))
    except FieldError:
        return labels[-1:]  # is refused where it is read, unless the last is a label
