"""The fields of a record: the names they go by, and what their raw values hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from feedpub import compile_late
from feedpub.errors import describe_value, quote_value
from feedpub.lint import is_language, name_meant_language
from feedpub.model import ImageFault, ImageReference, RecordedMedium, RecordingReference
from feedpub.text import find_medium, plain_text, read_number, split_breadcrumb

_CODESET = compile_late(r"[.@].*")
_MEDIUMS: Mapping[str, RecordedMedium] = {"audio": "audio", "video": "video"}
_DURATION = compile_late(
    r"(?P<clock>\d{1,7}(?:\.\d{1,6})?|\d{1,5}:\d\d(?::\d\d)?(?:\.\d{1,6})?)"
    r"|PT(?=\d)(?:(?P<h>\d{1,5})H)?(?:(?P<m>\d{1,5})M)?(?:(?P<s>\d{1,7}(?:\.\d{1,6})?)S)?"
)
_LIST_SEPARATOR = compile_late(r"[,;，；、]")


class FieldError(ValueError):
    """A field holds something else than was expected; the message says what was."""


def read_text(value: object) -> str:
    """Read a field that is one plain text.

    Raises:
        FieldError: It is neither a text nor a number.
    """
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise FieldError("is not text")


def read_language(value: object) -> str | None:
    """Read a language tag, also as locales are written: zh_CN.UTF-8.

    Raises:
        FieldError: It is not one; the message says which one is meant, where that is known.
    """
    text = read_text(value).replace("_", "-")
    tag = _CODESET.sub("", text)
    if not tag or is_language(tag):
        return tag or None
    raise FieldError(f"is not a registered language{name_meant_language(text)}")


def read_tags(value: object) -> tuple[str, ...]:
    """Read tags: a list, or one text with commas or semicolons between."""
    items = _LIST_SEPARATOR.split(value) if isinstance(value, str) else value
    names = (read_text(item) for item in named_items(items))
    return tuple(dict.fromkeys(name for name in names if name))


def read_sections(value: object, *, depth: int | None = None) -> tuple[str, ...]:
    """Read section names; of a breadcrumb, its label at `depth`, or its last.

    The first label after Home is at 1; a breadcrumb that is shorter counts by its last.
    """
    if isinstance(value, str):
        return _read_section(value, depth)
    items = (_read_section(read_text(item), depth) for item in named_items(value))
    return tuple(dict.fromkeys(name for names in items for name in names))


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
    length, unusable = _read_length(item.get("length"))
    line = item.get("line")
    line = line if isinstance(line, int) else None
    texts: dict[str, str | None] = {}
    for name in ("caption", "credit", "alt", "type", "elsewhere", "thumbnail"):
        if item.get(name) is not None:
            try:
                texts[name] = read_text(item[name]) or None
            except FieldError as error:
                message = f"{error}; expected the {name} of {quote_value(source.strip())}"
                faults.append(ImageFault(item[name], message, line))
    return ImageReference(
        source=source.strip(),
        length=length,
        unusable_length=unusable,
        line=line,
        inline=item.get("inline") is True,
        **texts,
    )


def read_recordings(
    value: object, field: str, medium: RecordedMedium, faults: list[ImageFault]
) -> tuple[RecordingReference, ...]:
    """Read sounds or films: texts or objects with `src` or `url`, one or a list.

    What cannot be read is added to `faults` and left out.
    """
    references = []
    for item in value if isinstance(value, list | tuple) else (value,):
        if item in (None, "", {}, False):
            continue
        record = {"src": item} if isinstance(item, str) else item
        if not isinstance(record, Mapping):
            faults.append(ImageFault(item, "is neither a text nor an object"))
            continue
        names = ("src", "url", "href", "file", "contentUrl")
        source = next((record[n] for n in names if isinstance(record.get(n), str)), "")
        if not isinstance(source, str) or not source.strip():
            faults.append(ImageFault(item, "is a recording without src"))
            continue
        references.append(_read_recording(record, source.strip(), field, medium, faults))
    return tuple(references)


def _read_recording(
    record: Mapping[str, object],
    source: str,
    field: str,
    medium: RecordedMedium,
    faults: list[ImageFault],
) -> RecordingReference:
    length, unusable = _read_length(record.get("length") or record.get("size_in_bytes"))
    texts: dict[str, str | None] = {}
    for name in ("title", "caption", "credit", "type", "elsewhere"):
        if record.get(name) is not None:
            try:
                texts[name] = read_text(record[name]) or None
            except FieldError as error:
                message = f"{error}; expected the {name} of {quote_value(source)}"
                faults.append(ImageFault(record[name], message))
    given = record.get("duration") or record.get("duration_in_seconds")
    duration = read_duration(given)
    if given and duration is None:
        faults.append(
            ImageFault(given, f"is not a duration; expected that of {quote_value(source)}")
        )
    own = record.get("medium")
    return RecordingReference(
        source=source,
        field=field,
        medium=find_medium(source, texts.get("type")) or (_MEDIUMS.get(str(own)) or medium),
        length=length,
        unusable_length=unusable,
        duration=duration,
        inline=record.get("inline") is True,
        **texts,
    )


def read_duration(value: object) -> int | None:
    """Read a duration in whole seconds: a number, `1:02:03`, or `PT1H2M3S`; None if it is none.

    Source: ISO 8601; Apple, Podcast RSS feed requirements.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return round(value) if 0 < value < 10**7 else None
    text = str(value or "").strip()
    found = _DURATION.fullmatch(text)
    if found is None:
        return None
    hours, minutes, seconds = (float(part or 0) for part in found.group("h", "m", "s"))
    if found["clock"] is not None:
        parts = [float(part) for part in found["clock"].split(":")]
        hours, minutes, seconds = [0.0, 0.0, 0.0, *parts][-3:]
    return round(hours * 3600 + minutes * 60 + seconds) or None


def _read_length(value: object) -> tuple[int | None, str | None]:
    """Read a number of bytes, or the text that is none; feeds write 0 where they know none."""
    text = (value if isinstance(value, str) else describe_value(value)).strip()
    if value is None or text in ("", "0"):
        return None, None
    is_count = isinstance(value, int | float | str) and not isinstance(value, bool)
    if isinstance(value, float) and value.is_integer():
        text = f"{value:.0f}"
    if is_count and text.isascii() and text.isdigit() and len(text) < 16:
        return read_number(text), None
    return None, text


@lru_cache(maxsize=4096)
def _read_section(text: str, depth: int | None) -> tuple[str, ...]:
    # Plain first, or the `>` of markup and entities would be taken amiss.
    labels = split_breadcrumb(plain_text(text))
    return tuple(labels[:depth][-1:])


def named_items(value: object) -> Iterator[object]:
    """Yield the items of a list, or the one value; an object stands for its name."""
    for item in value if isinstance(value, list | tuple) else (value,):
        if isinstance(item, Mapping):
            item = item.get("name")
        if item is not None:
            yield item
