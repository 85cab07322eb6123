"""The images of an article: their true address, their caption, and their credit."""

from __future__ import annotations

import re
from itertools import islice

import msgspec
from lxml import etree

from feedpub.markup import PICTURES, find_source
from feedpub.pages.captions import split_caption
from feedpub.pages.html_names import (
    name_tokens,
    names_body,
    names_caption,
    names_credit,
    names_picture,
)
from feedpub.pages.html_tree import PageTree
from feedpub.pages.html_words import compile_words
from feedpub.text import FOREIGN_KIND, KIND, SOURCE, plain_text, read_number

_MARK = rf"(?:{KIND}|{FOREIGN_KIND}|{SOURCE})"
_CREDIT_AT_END = re.compile(
    rf"""\s*(?:
      [(\[（【]\s*(?:\w+\s)?{_MARK}\s*(?:by\b|courtesy\ of\b|:|：|/|\|)\s*
        (?P<bracketed>[^()\[\]（）]*)[)\]）】]
    | [(\[（【]\s*(?P<taken>[^()（）]{{1,40}}?)\s*[/／]?\s*(?:摄影|摄|撮影)\s*[)\]）】]
    | (?:^|(?<=[.!?。！？|]\s)){_MARK}\s(?:by|courtesy\ of)\s
        (?P<by>[^.!?\[\]]*(?:\.\s?[^.!?\[\]]+)*)
    | (?:^|(?<=[\s.!?。！？|]))(?:{_MARK}\s*(?::|：)|©|\(c\))\s*
        (?P<named>[^.!?\[\]]*(?:\.\s?[^.!?\[\]]+)*)
    | (?<=[.!?。])\s+[/|]\s+(?P<parted>[^!?/|]{{2,60}}?)
    | \s(?P<shot>[^\s，。]{{2,12}})\s*摄
    )\s*[.。]?\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
_CREDIT_LABEL = re.compile(
    rf"^\s*+[(\[（]?+\s*+(?:{_MARK}\s*(?:by\b|courtesy of\b|:|：|/)|©|\(c\))\s*", re.IGNORECASE
)
_SMALLEST = 100  # pixels; icons, portraits and thumbnails are no larger
_MAX_CAPTION = 600  # characters
_MAX_NAMELESS = 300
# Boxes whose form says that a text is the caption of the image in them, and where it stands.
_CAPTION_PLACES = {
    "dl": ("dd", "p", "span", "em", "i", "small"),
    "table": ("td", "th", "caption", "p", "span", "div", "font", "em", "i", "small"),
    "div": ("div", "span", "small", "em", "i", "font", "center"),
    "center": ("div", "span", "small", "em", "i", "font"),
}
_MAX_BOX = 40  # elements around an image and its caption


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """An image as the page shows it. `src` is as the page writes it."""

    src: str
    alt: str | None = None
    caption: str | None = None
    credit: str | None = None


def is_picture_box(tree: PageTree, element: etree._Element) -> bool:
    """Say whether an element has an image, its caption, and nothing else."""
    if tree.pictures_in(element) == 0 or tree.length_of(element) > _MAX_CAPTION:
        return False
    if sum(1 for _ in islice(element.iter(), _MAX_BOX + 1)) > _MAX_BOX:
        return False
    if tree.length_of(element) == 0 or tree.holds_title(element) or names_body(element):
        return False
    if element.tag in ("article", "main", "body", "section", "tr", "tbody"):
        return False
    if any(True for _ in element.iter("h1", "h2", "h3", "h4", "form", "ul", "ol")):
        return False
    if len(tree.list_sources(element)) != 1:
        return False
    texts = list(element.iter("p", "div", "td", "figcaption", "blockquote", "span"))
    leaves = [
        text
        for text in texts
        if tree.length_of(text) and not any(tree.length_of(inner) for inner in text)
    ]
    named = names_picture(element) or any(map(names_caption, texts))
    if named:
        return len([leaf for leaf in leaves if leaf.tag == "p"]) <= 2
    if _is_image_above_text(tree, element):
        return True
    # Without a name, as generated style sheets have it: an image, and a box that ends in a credit.
    text = _text_of(element)
    return (
        element.tag in ("div", "table", "td", "dl", "center", "span", "p")
        and sum(1 for leaf in leaves if leaf.tag == "p") <= 1
        and (_split_credit(text)[1] is not None or any(map(names_credit, texts)))
        and tree.length_of(element) * 2 < tree.length_of(tree.root)
    )


def _is_image_above_text(tree: PageTree, element: etree._Element) -> bool:
    """Say whether a box without a name is an image with one short text below it.

    A list of a term and its description, a table of two cells, a box of two boxes.
    """
    tags = _CAPTION_PLACES.get(str(element.tag))
    length = tree.length_of(element)
    if tags is None or length > _MAX_NAMELESS or length * 2 > tree.length_of(tree.root):
        return False
    place = _find_text_place(element)
    if place is element or place.tag not in tags or names_body(place):
        return False
    if any(True for inner in place.iter("p", "br", "li") if inner is not place):
        return False  # paragraphs
    linked = sum(tree.length_of(link) for link in place.iter("a"))
    holder: etree._Element | None = place
    while holder is not None and holder is not element:
        if any(True for _ in holder.iter(*PICTURES)):
            return False  # the text stands beside the image, in its own box
        holder = holder.getparent()
    return linked * 2 < tree.length_of(place)


def _find_text_place(element: etree._Element) -> etree._Element:
    """Find the innermost element that has all the text of an element."""
    while True:
        spoken = [child for child in element if _text_of(child)]
        tails = any((child.tail or "").strip() for child in element)
        if len(spoken) != 1 or tails or (element.text or "").strip():
            return element
        element = spoken[0]


def find_picture(tree: PageTree, element: etree._Element) -> Picture | None:
    """Read the image that an element has or is, with its caption; None for decoration."""
    images = [element] if element.tag in PICTURES else list(element.iter(*PICTURES))
    if element.tag == "picture" and not images:
        images = [element]
    shown = [image for image in images if not is_decoration(image)]
    for image in shown or ():
        src = find_source(image)
        if src is None:
            continue
        alt = plain_text(next((i.get("alt") or "" for i in images if i.get("alt")), ""))
        caption, credit = (None, None) if element.tag in PICTURES else read_caption(element)
        return Picture(src=src, alt=alt or None, caption=caption, credit=credit)
    return None


def is_decoration(image: etree._Element) -> bool:
    """Say whether an image is a logo, an icon, a portrait, a pixel, or an advertisement."""
    if is_tiny(image.get("width")) or is_tiny(image.get("height")):
        return True
    words = " ".join((*name_tokens(image), image.get("alt") or ""))
    names = " ".join(token for token in name_tokens(image) if "lazy" not in token.lower())
    if _decorates(names) or re.fullmatch(r"(?:.* )?(?:logo|icon|avatar)", words, re.IGNORECASE):
        return True
    src = find_source(image)
    if src is None:
        return True
    path = re.sub("^(?:https?:)?//[^/?#]*|[?#].*", "", src.lower())
    return path.endswith(".svg") or any(_decorates(part) for part in path.split("/")[-3:])


def _decorates(name: str) -> bool:
    pattern = compile_words("figures", "decorations", "(?:^|[^a-z]){}(?:[^a-z]|$)")
    return pattern.search(name) is not None


def is_sitewide(address: str) -> bool:
    """Say whether an image is named as what a site shows for any of its pages."""
    name = re.split("[?#]", address)[0].rpartition("/")[2]
    form = "(?:^|[^a-z]){}(?:[^a-z]|$)"
    return _decorates(name) or compile_words("figures", "sitewide", form).search(name) is not None


def read_caption(box: etree._Element) -> tuple[str | None, str | None]:
    """Read the caption and the credit of the image in a box."""
    place = next(box.iter("figcaption"), None)
    if place is None and box.tag in ("figure", "picture"):
        place = next((inner for inner in box.iter() if names_caption(inner)), None)
        place = box if place is None else place
    return read_caption_element(_find_text_place(box) if place is None else place)


def read_caption_element(element: etree._Element) -> tuple[str | None, str | None]:
    """Read the caption and the credit of an element, where the credit can be a child."""
    whole = _text_of(element)
    credits = [
        inner
        for inner in element.iter("span", "small", "cite", "p", "div", "em", "i")
        if inner is not element
        and (names_credit(inner) or (inner.tag in ("cite", "small") and _text_of(inner) != whole))
    ]
    last = element[-1] if len(element) else None
    if not credits and last is not None and _is_name_behind(element, last):
        credits = [last]
    if credits:
        credit = _CREDIT_LABEL.sub("", _text_of(credits[0])).strip(" ()[]（）|/.")
        caption = _text_of(element, leave_out=credits[0])
        return _strip_edges(caption), credit or _split_credit(caption)[1]
    return split_credit(whole)


def _is_name_behind(element: etree._Element, last: etree._Element) -> bool:
    """Say whether the last element of a caption is a name after its sentence."""
    if last.tag not in ("span", "em", "i", "b", "strong", "a") or (last.tail or "").strip():
        return False
    text = _text_of(last)
    before = _text_of(element, leave_out=last)
    return (
        0 < len(text) <= 60
        and before.endswith((".", "!", "?", "。", "…", "|", "/"))
        and not text.endswith((".", "!", "?", "。", ":"))
    )


def split_credit(text: str) -> tuple[str | None, str | None]:
    """Split a caption from the credit at its end, in brackets or after a mark."""
    if len(text) > 2 * _MAX_CAPTION:
        return text, None
    caption, credit = split_caption(text)
    if credit is None:
        caption, credit = _split_credit(text)
    return _strip_edges(caption or ""), credit


def ends_in_credit(text: str) -> bool:
    """Say whether a text ends in a credit."""
    if len(text) > _MAX_CAPTION:
        return False
    return split_caption(text)[1] is not None or _split_credit(text)[1] is not None


def _split_credit(text: str) -> tuple[str | None, str | None]:
    if len(text) > 2 * _MAX_CAPTION:
        return text, None
    found = _CREDIT_AT_END.search(text)
    if found is None:
        return text.strip() or None, None
    credit = next((group for group in found.groups() if group), "").strip(" /|")
    return text[: found.start()].strip() or None, credit or None


def _strip_edges(text: str) -> str | None:
    return text.strip().strip("▲△▼◆").strip() or None


def _text_of(element: etree._Element, leave_out: etree._Element | None = None) -> str:
    parts: list[str] = []

    def gather(place: etree._Element) -> None:
        if not isinstance(place.tag, str) or place.tag in ("noscript", "button"):
            return
        if place is not leave_out:
            parts.append(place.text or "")
            for child in place:
                gather(child)
                # Two blocks without a space between them are two words.
                parts.append(
                    (child.tail or "")
                    if child.tag in ("a", "b", "i", "em")
                    else " " + (child.tail or "")
                )

    gather(element)
    return " ".join("".join(parts).split())


def is_tiny(pixels: str | None) -> bool:
    """Say whether a width or height is that of an icon, a portrait, or a thumbnail."""
    found = re.match(r"\s*(\d{1,5})(?:px)?\s*$", pixels or "")
    number = None if found is None else read_number(found[1])
    return number is not None and number <= _SMALLEST
