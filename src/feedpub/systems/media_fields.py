"""The images, sounds and films of a record: those that it names, its enclosures, and its body's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from feedpub.errors import Problem, Where
from feedpub.markup import BodyMedia, read_body_media
from feedpub.systems.mapping import Mapped
from feedpub.systems.markdown_pages import join_images
from feedpub.text import find_medium

_SOURCES = ("src", "url", "href")


def join_media(
    fields: Mapping[str, object],
    images: Sequence[Mapping[str, object]],
    recordings: Iterable[Mapping[str, object]],
) -> dict[str, object]:
    """Join what a record names with its enclosures, and with what its body shows."""
    joined = {name: value for name, value in fields.items() if name != "enclosures"}
    for item in _list(fields.get("enclosures")):
        source, type = _read(item)
        medium = find_medium(source, type)
        if medium is not None:
            joined[medium] = _add(joined.get(medium), item, source)
        elif type.startswith("image/"):
            joined["images"] = _add(joined.get("images"), item, source)
    for recording in recordings:
        source, type = _read(recording)
        field = find_medium(source, type) or str(recording["medium"])
        joined[field] = _add(joined.get(field), recording, source)
    if found := join_images(joined.get("images"), images):
        joined["images"] = found
    return joined


def add_recordings(fields: dict[str, object], recordings: Iterable[Mapping[str, object]]) -> None:
    """Add sounds and films, which name their medium, to the fields of it."""
    for recording in recordings:
        medium = str(recording["medium"])
        fields[medium] = _add(fields.get(medium), recording, str(recording["src"]))


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value] if value else []


def _read(item: object) -> tuple[str, str]:
    if not isinstance(item, Mapping):
        return str(item or "").strip(), ""
    source = next((str(item[name]) for name in _SOURCES if item.get(name)), "")
    type = item.get("type") or item.get("mime_type") or ""
    return source.strip(), str(type).strip().lower()


def _add(known: object, item: object, source: str) -> list[object]:
    """Add a recording to those of a field, unless it is among them."""
    items = _list(known)
    if source and source not in {_read(one)[0] for one in items}:
        items = [*items, {"src": source, **item} if isinstance(item, Mapping) else item]
    return items


def add_body_media(mapped: Mapped, where: Where) -> tuple[Mapped, list[Problem]]:
    """Add the images and recordings of a body to those that its record names, and show players."""
    markup = mapped.fields.get("content_html")
    found = read_body_media(markup) if isinstance(markup, str) else BodyMedia("")
    lost = [_warn_of_embed(where, tag) for tag in dict.fromkeys(found.lost)]
    is_plain = not found.images and not found.recordings and "enclosures" not in mapped.fields
    if is_plain and (markup is None or found.html == markup):
        return mapped, lost
    fields = join_media(mapped.fields, found.images, found.recordings)
    if isinstance(markup, str):
        fields["content_html"] = found.html
    rules = mapped.rules
    if fields.get("images") and "images" not in mapped.fields:
        rules = {**rules, "images": "the images of the body"}
    return msgspec.structs.replace(mapped, fields=fields, rules=rules), lost


def _warn_of_embed(where: Where, tag: str) -> Problem:
    message = (
        "shows something from elsewhere, but has no address that feedpub can read. It is left out "
        "of the body. To keep it, put a link in its place."
    )
    return Problem("warning", where, "content_html", f"<{tag}>", "lost", message)
