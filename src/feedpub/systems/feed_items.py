"""What the items of RSS and the entries of Atom have in common: images, names, bodies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml import etree

from feedpub import compile_late
from feedpub.systems.xml_elements import child_text, element_name, element_text, find_children
from feedpub.text import find_medium, join_url, read_number

_PICTURE = compile_late(r"\.(?:jpe?g|png|gif|webp|avif)(?:$|[?#])", re.IGNORECASE)
# Pictures of authors, which WordPress lists among those of an item.
_PORTRAIT = compile_late(r"//[^/]*gravatar\.com/avatar/", re.IGNORECASE)
_MARKUP = compile_late(r"<(?:/?[a-zA-Z]|!--)|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]\w+);")


def has_markup(text: str) -> bool:
    """Say whether a text that may be HTML or plain is HTML."""
    return _MARKUP.search(text) is not None


def read_media(item: etree._Element, base: str | None) -> list[dict[str, object]]:
    """List the images of an item by Media RSS, the widest of each group; else its thumbnail."""
    groups = [list(_iter_contents(group)) for group in find_children(item, "media:group")]
    loose = list(_iter_contents(item))
    if any(content.get("width") for content in loose):
        groups.append(loose)  # the same picture in several widths
    else:
        groups += [[content] for content in loose]
    found = [max(group, key=_width) for group in groups if group]
    images = [_write_image(content, item, base) for content in found]
    if not images:
        thumbnails = [*find_children(item, "media:thumbnail")]
        thumbnails += [
            thumbnail
            for group in find_children(item, "media:group", "media:content")
            for thumbnail in find_children(group, "media:thumbnail")
        ]
        thumbnails = [one for one in thumbnails if one.get("url")]
        if thumbnails:
            images = [{"src": join_url(base, max(thumbnails, key=_width).get("url") or "")}]
    return _once(images)


def _iter_contents(element: etree._Element) -> Iterator[etree._Element]:
    for content in find_children(element, "media:content"):
        url = content.get("url") or ""
        kind = content.get("medium") or (content.get("type") or "").partition("/")[0]
        is_picture = kind == "image" if kind else _PICTURE.search(url) is not None
        if url and is_picture and not _PORTRAIT.search(url):
            yield content


def _width(element: etree._Element) -> float:
    return read_number(element.get("width")) or 0


def _write_image(
    content: etree._Element, item: etree._Element, base: str | None
) -> dict[str, object]:
    image: dict[str, object] = {"src": join_url(base, content.get("url") or "")}
    for name, value in (
        ("type", content.get("type")),
        ("length", content.get("fileSize")),
        ("caption", child_text(content, "media:description")),
        ("credit", child_text(content, "media:credit")),
    ):
        if value:
            image[name] = value
    small = [one.get("url") or "" for one in find_children(content, "media:thumbnail")]
    if small and (address := join_url(base, small[0])) not in ("", image["src"]):
        image["thumbnail"] = address
    group = content.getparent()
    if group is not None and element_name(group) == "media:group" and "caption" not in image:
        if caption := child_text(group, "media:description"):
            image["caption"] = caption
        if credit := child_text(group, "media:credit"):
            image.setdefault("credit", credit)
    return image


def read_enclosure(
    url: str | None, kind: str | None, length: str | None, base: str | None
) -> dict[str, object] | None:
    """Read an enclosure that is an image."""
    if not url:
        return None
    is_picture = kind.startswith("image/") if kind else _PICTURE.search(url) is not None
    if not is_picture:
        return None
    image: dict[str, object] = {"src": join_url(base, url)}
    if kind:
        image["type"] = kind
    if length and length != "0":
        image["length"] = length
    return image


def read_recordings(
    item: etree._Element, enclosures: Iterable[etree._Element], base: str | None
) -> list[dict[str, object]]:
    """List the sounds and films of an item: its enclosures, and those of Media RSS."""
    own = child_text(item, "itunes:duration")
    found = [
        (one.get("url") or one.get("href"), one.get("type"), one.get("length"), own, "")
        for one in enclosures
    ]
    groups = [item, *find_children(item, "media:group")]
    for content in (one for group in groups for one in find_children(group, "media:content")):
        title = child_text(content, "media:title")
        size, duration = content.get("fileSize"), content.get("duration") or own
        found.append((content.get("url"), content.get("type"), size, duration, title))
    recordings: list[dict[str, object]] = []
    for url, kind, length, duration, title in found:
        if url and find_medium(url, kind) is not None:
            values = {"type": kind, "length": length, "duration": duration, "title": title}
            known = {name: value for name, value in values.items() if value and value != "0"}
            recordings.append({"src": join_url(base, url), **known})
    return _once(recordings)


def _once(images: list[dict[str, object]]) -> list[dict[str, object]]:
    found: dict[object, dict[str, object]] = {}
    for image in images:
        found.setdefault(image["src"], image)
    return list(found.values())


def join_pictures(*lists: list[dict[str, object]]) -> list[dict[str, object]]:
    """Join lists of images, each image once."""
    return _once([image for images in lists for image in images])


def read_terms(item: etree._Element, *names: str) -> list[str]:
    """Read the texts of some children, each once."""
    found = (element_text(child) for child in find_children(item, *names))
    return list(dict.fromkeys(text for text in found if text))
