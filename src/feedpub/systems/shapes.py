"""The shapes that values come in, whatever system wrote them: wrappers, images, people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache

from feedpub import compile_late
from feedpub.systems.names import find_field, fold_name, read_table
from feedpub.text import names_image, read_number

# An image as wide as this is large enough for every reader.
_WIDE_ENOUGH = 2000
_MAX_DEPTH = 5
_LOCALE = compile_late(r"[a-z]{2}(?:[-_][A-Za-z]{2,4})*")
# Two letters that are also the name of a field: alone, they are no language.
_NOT_LOCALES = frozenset({"id", "to", "by", "is", "no", "at", "on", "en_", "ad", "tv"})


@cache
def _names(group: str) -> Mapping[str, int]:
    return {fold_name(name): rank for rank, name in enumerate(read_table("shapes.toml")[group])}


@lru_cache(maxsize=8192)
def _find_rank(group: str, name: str) -> int | None:
    return _names(group).get(fold_name(name))


def find_value(value: Mapping[str, object], group: str) -> object:
    """Find the value under the surest name of a group of shapes.toml; None where none has any."""
    best: tuple[int, object] | None = None
    for name, item in value.items():
        if item is None or item == "":
            continue
        rank = _find_rank(group, name)
        if rank is not None and (best is None or rank < best[0]):
            best = (rank, item)
    return None if best is None else best[1]


def unwrap(value: object, language: str = "") -> object:
    """Take a value out of what systems wrap it in.

    `{"rendered": …}`, `{"processed": …}`, `{"value": …, "format": …}`, `{"data": …}`, a slug's
    `{"current": …}`, and a text of several languages: that of `language`, else the first.
    """
    for _ in range(_MAX_DEPTH):
        if not isinstance(value, Mapping) or not value:
            return value
        inner = _unwrap_once(value, language)
        if inner is value:
            return value
        value = inner
    return value


def _unwrap_once(value: Mapping[str, object], language: str) -> object:
    for name in ("rendered", "processed"):
        if isinstance(value.get(name), str):
            return value[name]
    if "value" in value and value.keys() <= {"value", "format", "summary", "lang", "_type"}:
        return value["value"]
    if isinstance(value.get("current"), str) and value.keys() <= {"current", "_type", "source"}:
        return value["current"]
    if "data" in value and value.keys() <= {"data", "meta", "links"}:
        return value["data"]
    if isinstance(value.get("html"), str) and len(value) == 1:
        return value["html"]
    return _choose_language(value, language)


def _choose_language(value: Mapping[str, object], language: str) -> object:
    """Choose the value of one language; the value itself if its names are not languages."""
    if not all(isinstance(name, str) and _LOCALE.fullmatch(name) for name in value):
        return value
    if _NOT_LOCALES.issuperset(value) or not _is_language(next(iter(value))):
        return value
    wanted = language.replace("_", "-").casefold()
    ranked = sorted(value, key=lambda name: _rank_language(name, wanted))
    return next((value[name] for name in ranked if value[name] not in (None, "")), None)


def _is_language(name: str) -> bool:
    return len(name) > 2 or find_field(name) is None


def _rank_language(name: str, wanted: str) -> int:
    own = name.replace("_", "-").casefold()
    if own == wanted:
        return 0
    return 1 if wanted and own.partition("-")[0] == wanted.partition("-")[0] else 2


def flatten(value: Mapping[str, object]) -> Mapping[str, object]:
    """Lay the fields of a record that stand in `attributes`, `fields` or the like beside others.

    A record that has a title itself is taken as it is.
    """
    for _ in range(_MAX_DEPTH):
        if any(name in value for name in ("title", "headline")):
            return value
        names = _names("record_parts")
        inner = [
            item for name, item in value.items() if name in names and isinstance(item, Mapping)
        ]
        if not inner:
            return value
        value = {
            **{name: item for part in inner for name, item in part.items()},
            **{name: item for name, item in value.items() if name not in names},
        }
    return value


def find_name(value: object) -> str | None:
    """Find the name of a person, a section or a tag; a number is none."""
    return _find_name(value, 0)


def _find_name(value: object, depth: int) -> str | None:
    value = unwrap(value)
    if isinstance(value, str):
        return value.strip() or None
    if not isinstance(value, Mapping) or depth > _MAX_DEPTH:
        return None
    groups = ("person_name",), ("person_first", "person_last"), ("person_other",)
    for group in groups:
        parts = [unwrap(find_value(value, name)) for name in group]
        joined = " ".join(part.strip() for part in parts if isinstance(part, str))
        if joined.strip():
            return joined.strip()
    return _find_name(find_value(value, "person_parts"), depth + 1)


def list_values(value: object) -> Iterator[object]:
    """Yield the items of a list, of `{"data": […]}` or `{"nodes": […]}`, or the one value."""
    value = unwrap(value)
    if isinstance(value, Mapping):
        for name in ("nodes", "edges", "items"):
            if isinstance(value.get(name), list):
                value = value[name]
                break
    items: Iterable[object] = value if isinstance(value, list | tuple) else (value,)
    for item in items:
        item = unwrap(item)
        if item is not None and item not in ("", {}):
            yield item


def find_names(value: object) -> tuple[list[str], list[object]]:
    """Find the names in a value, and the items that have no name."""
    names: list[str] = []
    nameless: list[object] = []
    for item in list_values(value):
        name = find_name(item)
        if name is None:
            nameless.append(item)
        elif name not in names:
            names.append(name)
    return names, nameless


def find_image(value: object) -> dict[str, object] | None:
    """Find the image that a value is: its source, and the texts about it."""
    value = unwrap(value)
    if isinstance(value, str):
        return {"src": value.strip()} if value.strip() else None
    if not isinstance(value, Mapping):
        return None
    source = _find_source(value, 0)
    if source is None:
        return None
    image: dict[str, object] = {"src": source}
    for part in _list_parts(value, 0):
        for name, group in (
            ("alt", "image_alt"),
            ("caption", "image_caption"),
            ("credit", "image_credit"),
        ):
            text = read_words(find_value(part, group))
            if text and name not in image:
                image[name] = text
        small = unwrap(find_value(part, "image_thumbnail"))
        if isinstance(small, Mapping):
            small = find_value(small, "image_source")
        if isinstance(small, str) and small.strip() not in ("", source, image.get("thumbnail")):
            image.setdefault("thumbnail", small.strip())
        for name in ("type", "length"):
            if name in part and name not in image and _is_declared(name, part[name]):
                image[name] = part[name]
    return image


def text_at(value: Mapping[str, object], *names: str) -> str:
    """Take the first text under some names; empty where there is none."""
    for name in names:
        found = value.get(name)
        if isinstance(found, str) and found:
            return found
    return ""


def read_words(value: object) -> str | None:
    """Read what a caption or a credit says: a text, or the names of people."""
    if isinstance(value, Mapping) and isinstance(value.get("by"), list):
        value = value["by"]
    names, _ = find_names(value)
    return ", ".join(names) or None


def find_images(value: object) -> tuple[list[object], list[object]]:
    """Find the images in a value, and the items that are not images."""
    images: list[object] = []
    others: list[object] = []
    for item in list_values(value):
        image = find_image(item)
        if image is None:
            others.append(item)
        else:
            images.append(image if len(image) > 1 else image["src"])
    return images, others


def choose_rendition(renditions: object) -> str | None:
    """Choose the widest rendition up to 2,000 pixels, else the narrowest."""
    items = renditions.values() if isinstance(renditions, Mapping) else renditions
    if not isinstance(items, Iterable) or isinstance(items, str):
        return None
    found: list[tuple[int, str]] = []
    for item in items:
        if isinstance(item, Mapping) and not _is_other_media(item):
            source = find_value(item, "image_source")
            if isinstance(source, str):
                found.append((_read_width(item.get("width")), source.strip()))
    fitting = [one for one in found if one[0] <= _WIDE_ENOUGH]
    if fitting:
        return max(fitting, key=lambda one: one[0])[1]
    return min(found, key=lambda one: one[0])[1] if found else None


def _read_width(value: object) -> int:
    return max(read_number(value) or 0, 0)


def _is_other_media(item: Mapping[str, object]) -> bool:
    for name in ("mimetype", "mime_type", "contentType", "mime"):
        kind = item.get(name)
        if isinstance(kind, str) and "/" in kind:
            return not kind.startswith("image/")
    return False


def _is_declared(name: str, value: object) -> bool:
    if name == "type":
        return isinstance(value, str) and value.startswith("image/")
    return isinstance(value, int) and not isinstance(value, bool)


def _list_parts(value: Mapping[str, object], depth: int) -> Iterator[Mapping[str, object]]:
    """Yield an image object and the objects in it that describe it, the outer first."""
    yield value
    if depth < _MAX_DEPTH:
        inner = unwrap(find_value(value, "image_parts"))
        if isinstance(inner, Mapping):
            yield from _list_parts(inner, depth + 1)


def _find_source(value: Mapping[str, object], depth: int) -> str | None:
    source = unwrap(find_value(value, "image_source"))
    if isinstance(source, str) and source.strip():
        return source.strip()
    rendition = choose_rendition(find_value(value, "image_renditions"))
    if rendition is not None or depth >= _MAX_DEPTH:
        return rendition
    ranks = {name: rank for name in value if (rank := _find_rank("image_parts", name)) is not None}
    for name in sorted(ranks, key=ranks.__getitem__):
        inner = unwrap(value[name])
        if isinstance(inner, list) and inner:
            inner = unwrap(inner[0])
        if isinstance(inner, str) and (names_image(inner) or "://" in inner):
            return inner.strip()
        if isinstance(inner, Mapping):
            found = _find_source(inner, depth + 1)
            if found is not None:
                return found
    return None
