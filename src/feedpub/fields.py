"""The fields of a record: the names they go by, and what their raw values hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

import msgspec

from feedpub.errors import quote_value
from feedpub.settings import LANGUAGE_TAG
from feedpub.text import plain_text

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
IDENTIFYING = ("id", "title", "link", "section", "updated", "published", "status")

_BREADCRUMB = re.compile(r"[>›»＞]")
_PAGE_BREADCRUMB = re.compile(r"[>›»＞/／]")
_HOME = frozenset({"home", "首页"})
_LIST_SEPARATOR = re.compile(r"[,;，；、]")


class FieldError(ValueError):
    """A field holds something else than was expected; the message says what was."""


class ImageReference(msgspec.Struct, frozen=True, kw_only=True):
    """An image as a record names it; `length` is bytes, `line` where a page names it.

    `elsewhere` is the address of a relative source on the page that it stands in.
    """

    source: str
    caption: str | None = None
    credit: str | None = None
    alt: str | None = None
    type: str | None = None
    length: int | None = None
    line: int | None = None
    elsewhere: str | None = None


class ImageFault(msgspec.Struct, frozen=True):
    """What of a record's images cannot be read: a value, why, and the line where a page has it."""

    value: object
    message: str
    line: int | None = None


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


def read_text(value: object) -> str:
    """Read a field that is one plain text.

    Raises:
        FieldError: It is neither a text nor a number.
    """
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise FieldError("is no text")


def read_language(value: object) -> str | None:
    """Read a language tag, also as locales are written: zh_CN.

    Raises:
        FieldError: It is none.
    """
    text = read_text(value).replace("_", "-")
    if not text or LANGUAGE_TAG.fullmatch(text):
        return text or None
    raise FieldError('is no language tag, like "en" or "zh-CN"')


def read_names(value: object) -> tuple[str, ...]:
    """Read a field of names: a text, an object with `name`, or a list of these."""
    names = (read_text(item) for item in _named_items(value))
    return tuple(dict.fromkeys(name for name in names if name))


def read_tags(value: object) -> tuple[str, ...]:
    """Read tags: a list, or one text with commas or semicolons between."""
    if isinstance(value, str):
        return read_names(_LIST_SEPARATOR.split(value))
    return read_names(value)


def read_sections(value: object, *, depth: int | None = None) -> tuple[str, ...]:
    """Read section names; of a breadcrumb, its label at `depth`, or its last.

    The first label after Home is at 1; a breadcrumb that is shorter counts by its last.
    """
    if isinstance(value, str):
        return _read_section(value, depth)
    items = (_read_section(read_text(item), depth) for item in _named_items(value))
    return tuple(dict.fromkeys(name for names in items for name in names))


def read_page_breadcrumb(text: str) -> str | None:
    """Write a page's breadcrumb, where `/` separates too, as one that `>` separates."""
    return ">".join(_split_labels(text, _PAGE_BREADCRUMB)) or None


def read_images(value: object, faults: list[ImageFault]) -> tuple[ImageReference, ...]:
    """Read images: texts or objects with `src` or `url`, one or a list.

    What cannot be read is added to `faults` and left out: a text of an image, or an image
    that is neither a text nor an object, or that names no file.
    """
    items = value if isinstance(value, list | tuple) else (value,)
    images = []
    for item in items:
        if item not in (None, "", {}):
            try:
                images.append(_read_image(item, faults))
            except FieldError as error:
                faults.append(ImageFault(item, str(error)))
    return tuple(images)


def _read_image(item: object, faults: list[ImageFault]) -> ImageReference:
    if isinstance(item, str):
        return ImageReference(source=item.strip())
    if not isinstance(item, Mapping):
        raise FieldError("is an image that is neither a text nor an object")
    source = item.get("src") or item.get("url")
    if not isinstance(source, str) or not source.strip():
        raise FieldError("is an image without src")
    length = item.get("length")
    if isinstance(length, str) and length.isascii() and length.isdigit() and len(length) < 16:
        length = int(length)
    line = item.get("line")
    line = line if isinstance(line, int) else None
    texts: dict[str, str | None] = {}
    for name in ("caption", "credit", "alt", "type", "elsewhere"):
        if item.get(name) is not None:
            try:
                texts[name] = read_text(item[name]) or None
            except FieldError as error:
                message = f"{error}; expected the {name} of {quote_value(source.strip())}"
                faults.append(ImageFault(item[name], message, line))
    is_count = isinstance(length, int) and not isinstance(length, bool) and length > 0
    return ImageReference(
        source=source.strip(),
        length=length if is_count else None,
        line=line,
        **texts,
    )


@lru_cache(maxsize=4096)
def _read_section(text: str, depth: int | None) -> tuple[str, ...]:
    text = plain_text(text)  # first, or the `>` of markup and entities would be taken amiss
    if not _BREADCRUMB.search(text):
        return (text,) if text else ()
    labels = _split_labels(text, _BREADCRUMB)[:depth]
    return tuple(labels[-1:])


def _split_labels(text: str, separators: re.Pattern[str]) -> list[str]:
    """Split a breadcrumb into its labels, without Home."""
    labels = (plain_text(label) for label in separators.split(text))
    return [label for label in labels if label and label.casefold() not in _HOME]


def _join_breadcrumb(labels: list[object]) -> object:
    """Write a list of labels as the one breadcrumb that it is, and not as several sections."""
    try:
        return ">".join(map(read_text, _named_items(labels)))
    except FieldError:
        return labels[-1:]  # is refused where it is read, unless the last is a label


def _named_items(value: object) -> Iterator[object]:
    for item in value if isinstance(value, list | tuple) else (value,):
        if isinstance(item, Mapping):
            item = item.get("name")
        if item is not None:
            yield item
