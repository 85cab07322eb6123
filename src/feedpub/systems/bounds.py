"""How large a field of a record may be: a larger one costs itself, and never its feed.

Readers of feeds take no text that is longer by far than any newsroom's, and what one record says
must not make the feeds of all too large. Each field is looked at here, once, when its record is
read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from feedpub.errors import Problem, describe_value
from feedpub.model import Record


class _Bound(msgspec.Struct, frozen=True):
    """The most characters of a field's text, and of each text in it; the most items of its list.

    A record whose field is `required` is rejected without it.
    """

    characters: int
    items: int = 1
    required: bool = False


_NAMES = _Bound(5_000, items=1_000)
# A caption may be long, and so may a URL that a service signs.
_MEDIA = _Bound(10_000, items=2_000)
_BODY = _Bound(2_000_000)
_BOUNDS: Mapping[str, _Bound] = {
    "id": _Bound(4_000, required=True),
    "title": _Bound(20_000, required=True),
    "link": _Bound(8_000),
    "slug": _Bound(2_000),
    "section": _Bound(1_000, items=100),
    "tags": _NAMES,
    "author": _NAMES,
    "source": _NAMES,
    "summary": _Bound(200_000),
    "notice": _Bound(200_000),
    "content_html": _BODY,
    "content_text": _BODY,
    "images": _MEDIA,
    "audio": _MEDIA,
    "video": _MEDIA,
    "enclosures": _MEDIA,
}
# Deeper than this, no field holds a text that is published.
_MAX_DEPTH = 4


def bound_record(record: Record) -> Record | Problem:
    """Leave out of a record any field that is too large; refuse one that lacks a required field."""
    fields: dict[str, object] | None = None
    problems: list[Problem] = []
    for name, bound in _BOUNDS.items():
        value = record.fields.get(name)
        if value is None or (isinstance(value, str) and len(value) <= bound.characters):
            continue
        told: list[str] = []
        kept = _bound_value(value, bound, told)
        if not told:
            continue
        shown = describe_value(value)
        where = record.where(name)
        if bound.required:
            return Problem("error", where, name, shown, "too-large", told[0])
        fields = dict(record.fields) if fields is None else fields
        if kept is None:
            del fields[name]
        else:
            fields[name] = kept
        message = told[0] if len(told) == 1 else f"{told[0]}, and {len(told) - 1} more like it"
        problems.append(Problem("warning", where, name, shown, "too-large", message))
    if fields is None:
        return record
    return msgspec.structs.replace(record, fields=fields, problems=(*record.problems, *problems))


def _bound_value(value: object, bound: _Bound, told: list[str], depth: int = 0) -> object:
    """Give what may stay of a value, None if nothing; `told` takes the reasons."""
    if isinstance(value, str):
        # An image in its own URL is refused where images are read, whatever its length.
        if len(value) <= bound.characters or value.startswith("data:"):
            return value
        outcome = "Shorten it" if bound.required else "It is left out"
        most = f"{bound.characters:,}"
        told.append(f"has {len(value):,} characters; expected at most {most}. {outcome}")
        return None
    if depth >= _MAX_DEPTH:
        return value
    if isinstance(value, Mapping):
        kept = {key: _bound_value(item, bound, told, depth + 1) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item is not None or value[key] is None}
    if isinstance(value, list | tuple):
        if len(value) > bound.items > 1:
            most = f"{bound.items:,}"
            told.append(f"has {len(value):,} items; expected at most {most}. The rest is left out")
            value = value[: bound.items]
        return list(_bound_items(value, bound, told, depth + 1))
    return value


def _bound_items(
    values: list[object] | tuple[object, ...], bound: _Bound, told: list[str], depth: int
) -> Iterator[object]:
    for value in values:
        kept = _bound_value(value, bound, told, depth)
        if kept is not None or value is None:
            yield kept
