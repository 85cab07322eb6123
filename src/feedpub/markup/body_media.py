"""The images and players of a body: what readers would see, whatever a page loads them by."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec
from lxml import etree, html

from feedpub import compile_late
from feedpub.markup.embeds import Embeds, has_embeds, show_embeds
from feedpub.markup.hidden_marks import read_marks
from feedpub.markup.image_sources import find_source, is_pixel

_HAS_IMAGE = compile_late(r"<(?:img|image|amp-img)[\s/>]", re.IGNORECASE)


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
    later: list[tuple[html.HtmlElement, html.HtmlElement]] = []
    is_changed = False
    for element in list(root.iter("img", "image", "amp-img")):
        holder = next(element.iterancestors("noscript", "template"), None)
        if holder is not None:
            later.append((element, holder))
            continue
        if _is_unseen(element):
            continue
        source = None if is_pixel(element) else find_source(element)
        if source is None:
            _drop(element)
            is_changed = True
            continue
        if element.tag != "img" or element.get("src") != source:
            element.tag = "img"
            element.set("src", source)
            is_changed = True
        images.append(_describe(element, source.strip()))
    return images, _show_twins(later, images) or is_changed


def _show_twins(
    twins: Iterable[tuple[html.HtmlElement, html.HtmlElement]], images: list[dict[str, object]]
) -> bool:
    """Show images that only readers without scripts would see; say whether there are any."""
    shown = {image["src"] for image in images}
    is_changed = False
    for twin, holder in twins:
        source = None if is_pixel(twin) or _is_unseen(twin) else find_source(twin)
        if source is None or source in shown or holder.tag != "noscript":
            continue
        image = html.Element("img", src=source, alt=twin.get("alt") or "")
        holder.addprevious(image)
        images.append(_describe(image, source))
        shown.add(source)
        is_changed = True
    return is_changed


def _is_unseen(image: html.HtmlElement) -> bool:
    return any("unseen" in read_marks(one) for one in (image, *image.iterancestors()))


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
