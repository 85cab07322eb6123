"""The images and players of a body: what readers would see, whatever a page loads them by."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from lxml import etree, html

from feedpub.markup.embeds import Embeds, has_embeds, show_embeds
from feedpub.text import read_number

# Attributes that hold the true source where `src` holds a placeholder, the surest first.
_LAZY = ("data-src", "data-lazy-src", "data-original", "data-orig-file", "data-lazy", "data-url")
_LAZY_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
_HAS_IMAGE = re.compile(r"<(?:img|image|amp-img)[\s/>]", re.IGNORECASE)
_NAMES_FILE = re.compile(r"[/.]")
# Not an address: left over by a template, or a width that was taken for one.
_BROKEN = re.compile(r"\{\{|\}\}|\$\{|^//:|^\d+[wx]$|^about:|^#|^\s*$")
_SET_ITEM = re.compile(r"\s*(\S+?)(?:\s+(\d+(?:\.\d+)?)([wx]))?\s*(?:,(?=\s|$)|$|,(?=https?:|/))")
_MOST_PIXEL = 3  # pixels: a picture as small as this counts visits
_BLANK = re.compile(
    r"(?:spacer|blank|pixel|transparent|1x1|placeholder|lazy[-_]?load)\.(?:gif|png)"
)


class BodyMedia(msgspec.Struct, frozen=True):
    """A body in which images have their true source, and players are links.

    `images` and `recordings` are in the order of the text; `lost` names the elements that show
    something from elsewhere without an address.
    """

    html: str
    images: tuple[dict[str, object], ...] = ()
    recordings: tuple[dict[str, object], ...] = ()
    lost: tuple[str, ...] = ()


def read_body_media(markup: str) -> BodyMedia:
    """Find what a body shows beside its text.

    Placeholders get their true source, counting pixels go, and players become links.
    """
    may_embed = has_embeds(markup)
    if not may_embed and not _HAS_IMAGE.search(markup):
        return BodyMedia(markup)
    try:
        root = html.fragment_fromstring(markup, create_parent="div")
    except (etree.ParserError, ValueError):  # control characters, or nothing but a comment
        return BodyMedia(markup)
    embeds = show_embeds(root) if may_embed else Embeds()
    images, is_changed = _read_images(root)
    if is_changed or embeds.is_changed:
        markup = _write_children(root)
    return BodyMedia(markup, tuple(images), tuple(embeds.recordings), tuple(embeds.lost))


def _read_images(root: html.HtmlElement) -> tuple[list[dict[str, object]], bool]:
    """Read the images of a tree, and say whether it was changed for that."""
    images: list[dict[str, object]] = []
    is_changed = False
    for element in list(root.iter("img", "image", "amp-img")):
        if any(True for _ in element.iterancestors("noscript", "template")):
            continue
        source = _find_source(element)
        if source is None:
            _drop(element)
            is_changed = True
            continue
        if element.tag != "img" or element.get("src") != source:
            element.tag = "img"
            element.set("src", source)
            is_changed = True
        images.append(_describe(element, source.strip()))
    return images, is_changed


def _find_source(image: html.HtmlElement) -> str | None:
    """Find the true source of an image; None where it is only a placeholder or a pixel."""
    if _is_pixel(image):
        return None
    lazy = [image.get(name) or "" for name in _LAZY]
    lazy += [_largest(image.get(name) or "") for name in _LAZY_SETS]
    own = image.get("src") or ""
    if _is_usable(own) and not _BLANK.search(own.lower()):
        return own
    found = next((text for text in lazy if _is_usable(text)), None)
    return found or next(iter(_list_twins(image)), None)


def _list_twins(image: html.HtmlElement) -> Iterator[str]:
    """Yield the sources that stand for an image beside it: in a picture or a noscript."""
    picture = next(image.iterancestors("picture"), None)
    if picture is not None:
        for other in picture.iter("source"):
            text = _largest(other.get("srcset") or other.get("data-srcset") or "")
            if _is_usable(text):
                yield text
    following = image.getnext()
    if following is not None and following.tag == "noscript":
        inside = following.text or ""
        twins = list(following.iter("img"))
        if not twins and "<" in inside:
            twins = list(html.fragment_fromstring(inside, create_parent="div").iter("img"))
        yield from (twin.get("src") or "" for twin in twins if _is_usable(twin.get("src") or ""))


def _is_usable(source: str) -> bool:
    text = source.strip()
    return (
        not text.startswith("data:")
        and _BROKEN.search(text) is None
        and _NAMES_FILE.search(text) is not None
    )


def _is_pixel(image: html.HtmlElement) -> bool:
    sizes = (read_number(image.get("width")), read_number(image.get("height")))
    return all(size is not None and 0 <= size <= _MOST_PIXEL for size in sizes)


def _largest(text: str) -> str:
    """Choose the largest source of a srcset."""
    best, most = "", -1.0
    at = 0
    while at < len(text) and (item := _SET_ITEM.match(text, at)) is not None and item.end() > at:
        at = item.end()
        size = float(item[2]) if item[2] else 1.0
        if size > most:
            best, most = item[1], size
    return best


def _describe(image: html.HtmlElement, source: str) -> dict[str, object]:
    described: dict[str, object] = {"src": source, "inline": True}
    if alt := (image.get("alt") or "").strip():
        described["alt"] = alt
    figure = next(image.iterancestors("figure"), None)
    if figure is not None and len(list(figure.iter("img"))) == 1:
        caption = next(figure.iter("figcaption"), None)
        if caption is not None and (text := " ".join(str(caption.text_content()).split())):
            described["caption"] = text
    return described


def _drop(element: html.HtmlElement) -> None:
    element.drop_tree()


def _write_children(root: html.HtmlElement) -> str:
    text = etree.tostring(root, encoding="unicode", method="html")
    return text.removeprefix("<div>").removesuffix("</div>")
