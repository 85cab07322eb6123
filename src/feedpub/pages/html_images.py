"""The images of a page's article: the one that leads it, those in its text, and their fields."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping, Sequence
from urllib.parse import unquote

import msgspec
from lxml import etree

from feedpub.markup import PICTURES, find_source, stands_in
from feedpub.pages.html_body import Article
from feedpub.pages.html_figures import (
    Picture,
    is_sitewide,
    is_tiny,
    read_caption_element,
)
from feedpub.pages.html_head import Head
from feedpub.pages.html_shown import tight_text
from feedpub.text import UrlError, absolute_url, join_url, load_words, plain_text

# What a server appends to the name of an image for each of its sizes.
_SIZE = re.compile(
    r"(?<![-_.@])(?:[-_.@]++(?:\d{2,4}x\d{2,4}(?:x\d)?|[wh]?\d{3,4}[wh]?|\dx|scaled)){1,9}$", re.I
)
_SUFFIX = re.compile(r"\.[a-z]{3,4}$", re.I)
_TELLING = 8  # characters: a shorter name may be that of many images
_HOST = re.compile(r"(?:https?:)?//[^/?#]*", re.I)


class Lead(msgspec.Struct, frozen=True):
    """The image that a page names as its own, and what names it."""

    picture: Picture
    rule: str


def find_lead(head: Head, linked: Sequence[Picture]) -> Lead | None:
    """Find the image that a page names as its own: in its meta elements, or in its data.

    What a site names on every page does not count: a logo, a placeholder, a portrait.
    """
    own = _find_meta(head, "image")
    if own is not None:
        return own
    return Lead(linked[0], "JSON-LD image") if linked else _find_meta(head, "card_image")


def _find_meta(head: Head, table: str) -> Lead | None:
    for name in load_words("feedpub.pages", "html_head")[table]:
        src = head.read(name)
        sizes = (head.read(f"{name}:{side}") for side in ("width", "height"))
        if src and not stands_in(src) and not is_sitewide(src) and not any(map(is_tiny, sizes)):
            alt = plain_text(head.read(f"{name}:alt")) or None
            return Lead(Picture(src=src, alt=alt), f"meta {name}")
    return None


def place_lead(article: Article, lead: Picture, *, is_alone: bool) -> Article:
    """Put the image that leads an article first; one that its text shows keeps its caption.

    The text then shows it at the address that the page itself names for it, unless that may be
    a file: below the page's folder, or, where the page does not stand alone, below its site's.
    """
    shown = next((picture for picture in article.pictures if _is_same(picture.src, lead.src)), None)
    if shown is None:
        return Article(article.blocks, (lead, *article.pictures))
    is_file = _HOST.match(shown.src) is None and not (is_alone and shown.src.startswith("/"))
    src = shown.src if is_file else lead.src
    first = msgspec.structs.replace(shown, src=src, alt=shown.alt or lead.alt)
    for block in article.blocks:
        if block.picture is not None and block.picture.src == shown.src:
            block.picture = first
    rest = (picture for picture in article.pictures if picture is not shown)
    return Article(article.blocks, (first, *rest))


def _is_same(first: str, second: str) -> bool:
    """Say whether two addresses are those of one image, perhaps in two sizes."""
    if first == second:
        return True
    (place, name), (other_place, other_name) = _part_path(first), _part_path(second)
    return bool(name) and name == other_name and (place == other_place or len(name) >= _TELLING)


def _part_path(address: str) -> tuple[str, str]:
    """Part the path of an image into its folder and its name, without its size."""
    place, _, name = _HOST.sub("", re.split("[?#]", address)[0]).rpartition("/")
    return place, _SIZE.sub("", _SUFFIX.sub("", unquote(name))).lower()


def complete_pictures(article: Article, linked: Sequence[Picture]) -> Article:
    """Complete the images of the text with what the page's data say about them."""
    known = {picture.src: picture for picture in linked}
    return Article(article.blocks, tuple(_complete(picture, known) for picture in article.pictures))


def _complete(picture: Picture, known: Mapping[str, Picture]) -> Picture:
    told = known.get(picture.src, picture)
    return msgspec.structs.replace(
        picture, caption=picture.caption or told.caption, credit=picture.credit or told.credit
    )


def select_pictures(article: Article, chosen: Sequence[etree._Element]) -> Article:
    """Take the images in the elements that a source chooses, and no others."""
    inner = [image for element in chosen for image in _images_in(element)]
    sources = dict.fromkeys(src for image in inner if (src := find_source(image)))
    known = {picture.src: picture for picture in article.pictures}
    blocks = tuple(b for b in article.blocks if b.picture is None or b.picture.src in sources)
    return Article(blocks, tuple(known.get(src, Picture(src=src)) for src in sources))


def _images_in(element: etree._Element) -> list[etree._Element]:
    return [element] if element.tag in (*PICTURES, "picture") else list(element.iter(*PICTURES))


def select_captions(article: Article, chosen: Sequence[etree._Element]) -> Article:
    """Give images the captions that a source chooses, in their order, and take these as read."""
    captions = [read_caption_element(element) for element in chosen]
    captioned = [
        msgspec.structs.replace(picture, caption=caption, credit=credit)
        for picture, (caption, credit) in zip(article.pictures, captions, strict=False)
    ]
    spoken = {tight_text(element) for element in chosen}
    blocks = tuple(block for block in article.blocks if block.text not in spoken)
    return Article(blocks, (*captioned, *article.pictures[len(captions) :]))


def as_field(picture: Picture, base: str) -> dict[str, str]:
    """Give an image as a field, with the address that a relative one has on its page."""
    image = {name: text for name, text in msgspec.structs.asdict(picture).items() if text}
    # A file beside the page comes first, so the source stays as it is written. Where the page
    # is may be known to its source alone, which completes what the page says of it.
    if not _HOST.match(picture.src) and (address := join_url(base, picture.src)):
        with contextlib.suppress(UrlError):
            address = absolute_url(address)
        image["elsewhere"] = address
    return image
