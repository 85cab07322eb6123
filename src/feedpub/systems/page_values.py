"""What the front matter of site generators and their themes means, whatever its spelling."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from feedpub.systems.statuses import read_switches, translate_status
from feedpub.text import names_image

# Names that themes give to the lead image, the surest first.
IMAGE_NAMES = (
    *("featured_image", "featuredimage", "feature_image", "featureimage", "lead_image"),
    *("cover", "coverimage", "cover_image", "hero", "heroimage", "hero_image", "header_image"),
    *("image", "images", "img", "photo", "photos", "picture", "banner", "banner_image", "header"),
    *("featured", "feature", "main_image", "mainimage", "background", "preview", "teaser"),
    *("index_img", "banner_img", "top_img", "splash", "card_image", "listing_image"),
    *("thumbnail", "thumb", "thumbnail_image", "ogimage", "og_image", "socialimage"),
    *("social_image", "share_image", "share_img", "seo_image", "opengraph"),
)
_SOURCES = (
    *("src", "url", "path", "image", "file", "filename", "href", "relative", "feature"),
    *("overlay_image", "teaser", "og_image", "large", "default", "img"),
)
_CAPTIONS = ("caption", "title", "description", "image_description")
_TRUE = frozenset({"true", "yes", "1", "on"})
_FALSE = frozenset({"false", "no", "0", "off"})


def fold_names(values: Mapping[str, object]) -> dict[str, object]:
    """Fold the names of values, whose case does not count; the first of a name counts."""
    folded: dict[str, object] = {}
    for name, value in values.items():
        folded.setdefault(str(name).strip().lower(), value)
    return folded


def is_true(value: object) -> bool:
    """Say whether a value means yes."""
    return value is True or str(value).strip().lower() in _TRUE


def is_false(value: object) -> bool:
    """Say whether a value means no."""
    return value is False or str(value).strip().lower() in _FALSE


def is_draft(values: Mapping[str, object]) -> bool:
    """Say whether its author did not publish a page, by what any generator or theme means.

    A word that no system has for it is not a status of a page: themes give them other meanings.
    """
    words = [values.get(name) for name in ("status", "visibility", "state")]
    if any(translate_status(word) == "draft" for word in words if isinstance(word, str)):
        return True
    return (
        read_switches({name: value for name, value in values.items() if name != "status"})
        is not None
    )


def find_text(values: Mapping[str, object], names: Sequence[str]) -> str | int | float | None:
    """Find the first text or number under some names."""
    for name in names:
        value = values.get(name)
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if isinstance(value, str) and value.strip():
            return value.strip()
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value
    return None


def list_names(value: object) -> list[str]:
    """List the names in a value: a text, a list, or lists in a list."""
    if isinstance(value, str):
        return [value.strip()] if value.strip() else []
    if isinstance(value, int | float) and not isinstance(value, bool):
        return [str(value)]
    if isinstance(value, list):
        return list(dict.fromkeys(name for item in value for name in list_names(item)))
    if isinstance(value, Mapping):
        for key in ("label", "name", "title"):
            if isinstance(value.get(key), str):
                return list_names(value[key])
    return []


def list_authors(value: object, known: Mapping[str, str]) -> list[str]:
    """List the authors in a value, which may name them by keys of a table."""
    if isinstance(value, str):
        if value in known:
            return [known[value]]
        parts = [part.strip() for part in re.split(r"\s*[,;]\s+|\s+&\s+", value) if part.strip()]
        if len(parts) > 1 and all(part in known for part in parts):
            return [known[part] for part in parts]
        return [value.strip()] if value.strip() else []
    if isinstance(value, Mapping):
        for key in ("name", "display_name", "title"):
            if isinstance(value.get(key), str):
                return [str(value[key]).strip()]
        keys = [value.get(name) for name in ("key", "id", "username", "login")]
        return [known.get(str(key), str(key)) for key in keys if key][:1]
    if isinstance(value, list):
        return list(dict.fromkeys(name for item in value for name in list_authors(item, known)))
    return []


def list_images(values: Mapping[str, object]) -> Iterator[dict[str, object]]:
    """Yield the images that front matter names, each with its source, the lead image first."""
    for name in IMAGE_NAMES:
        if values.get(name) is not None:
            found = list(_list_image_values(values[name], 0))
            for image in found:
                if len(found) == 1:
                    _add_texts(image, values, name)
                yield image


def _list_image_values(value: object, depth: int) -> Iterator[dict[str, object]]:
    if depth > 3:
        return
    if isinstance(value, str):
        text = value.strip()
        if names_image(text) or (text.startswith(("http://", "https://")) and " " not in text):
            yield {"src": text}
    elif isinstance(value, list):
        for item in value:
            yield from _list_image_values(item, depth + 1)
    elif isinstance(value, Mapping):
        folded = fold_names(value)
        for name in _SOURCES:
            found = list(_list_image_values(folded.get(name), depth + 1))
            if found:
                for image in found[:1]:
                    _add_texts(image, folded, "")
                    yield image
                return


def _add_texts(image: dict[str, object], values: Mapping[str, object], name: str) -> None:
    """Add the alternative text and the caption that stand beside an image."""
    prefix = f"{name}_" if name else ""
    alts = [values.get(f"{prefix}alt")] + ([values.get(f"{name}alt")] if name else [])
    captions = [values.get(f"{prefix}{own}") for own in _CAPTIONS]
    captions += [values.get(f"{name}caption")] if name else []
    credits = [values.get(f"{prefix}credit"), values.get(f"{prefix}credits")]
    for field, found in (("alt", alts), ("caption", captions), ("credit", credits)):
        text = next((str(item) for item in found if isinstance(item, str) and item.strip()), None)
        if text and field not in image:
            image[field] = text
