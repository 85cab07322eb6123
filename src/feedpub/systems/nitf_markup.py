"""NITF, the markup of news agencies, as HTML: a document of its own or inside of NewsML.

Source: iptc.org/std/NITF/3.6.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
from lxml import etree

from feedpub.systems.xml_elements import (
    child_text,
    element_name,
    element_text,
    escape_text,
    find_below,
    find_child,
    find_children,
)
from feedpub.text import read_number

# What an element of NITF is in HTML; what is in none of these tables stands for its text.
_ELEMENTS = {
    **{name: name for name in ("p", "br", "hr", "ol", "ul", "li", "dl", "dt", "dd", "pre", "em")},
    **{name: name for name in ("strong", "sub", "sup", "table", "tr", "td", "th", "thead")},
    **{name: name for name in ("tbody", "tfoot", "caption", "q", "h1", "h2", "h3", "h4")},
    "hl1": "h2",
    "hl2": "h3",
    "bq": "blockquote",
    "block": "div",
    "tagline": "p",
    "bibliography": "p",
    "fn": "p",
}
_VOID = frozenset({"br", "hr"})
# These are for editors, or shown elsewhere.
_LEFT_OUT = frozenset(
    """media note alt-code media-metadata media-producer body.head copyrite correction
    table-metadata nitf-table-metadata custom-table key-list""".split()
)
_KEPT = {"td": ("colspan", "rowspan"), "th": ("colspan", "rowspan")}


class NitfParts(msgspec.Struct, frozen=True):
    """What a document of NITF holds for readers."""

    title: str
    subtitle: str
    authors: tuple[str, ...]
    summary: str
    html: str
    images: tuple[Mapping[str, object], ...]
    recordings: tuple[Mapping[str, object], ...]


def read_nitf(nitf: etree._Element) -> NitfParts:
    """Read a document: an element `nitf`, or one that holds the same."""
    body = find_child(nitf, "body")
    body = nitf if body is None else body
    head = find_child(body, "body.head")
    content = find_child(body, "body.content")
    end = find_child(body, "body.end")
    title = subtitle = summary = ""
    authors: tuple[str, ...] = ()
    if head is not None:
        hedline = find_child(head, "hedline")
        if hedline is not None:
            title, subtitle = child_text(hedline, "hl1"), child_text(hedline, "hl2")
        authors = _read_bylines(head)
        summary = child_text(head, "abstract")
    parts = [render_nitf(part) for part in (content, end) if part is not None]
    if content is None and head is None:
        parts = [render_nitf(body)]
    return NitfParts(
        title=title or child_text(body, "title"),
        subtitle=subtitle,
        authors=authors,
        summary=summary,
        html="\n".join(part for part in parts if part),
        images=tuple(_read_images(body)),
        recordings=tuple(_read_recordings(body)),
    )


def render_nitf(element: etree._Element) -> str:
    """Write the content of an element as HTML."""
    return _render_inside(element).strip()


def _render_inside(element: etree._Element) -> str:
    parts = [escape_text(element.text)]
    for child in element:
        parts += [_render(child), escape_text(child.tail)]
    return "".join(parts)


def _render(element: etree._Element) -> str:
    name = element_name(element)
    if not name or name in _LEFT_OUT:
        return ""
    if name == "a":
        return _render_link(element)
    if name == "num" and not (element.text or "").strip():
        return _render_fraction(element)
    tag = _ELEMENTS.get(name)
    if tag is None:
        return _render_inside(element)
    if tag in _VOID:
        return f"<{tag}>"
    attributes = "".join(
        f' {key}="{escape_text(element.get(key))}"'
        for key in _KEPT.get(tag, ())
        if (element.get(key) or "").isdigit()
    )
    return f"<{tag}{attributes}>{_render_inside(element)}</{tag}>"


def _render_link(element: etree._Element) -> str:
    import html

    address = element.get("href")
    inside = _render_inside(element)
    return inside if not address else f'<a href="{html.escape(address)}">{inside}</a>'


def _render_fraction(element: etree._Element) -> str:
    fraction = find_child(element, "frac")
    if fraction is None:
        return _render_inside(element)
    above, below = child_text(fraction, "frac-num"), child_text(fraction, "frac-den")
    return escape_text(f"{above}/{below}")


def _read_bylines(head: etree._Element) -> tuple[str, ...]:
    """Read who wrote it: the persons that bylines mark, else their text without the job."""
    names: list[str] = []
    for byline in find_children(head, "byline"):
        persons = [element_text(person) for person in find_below(byline, "person")]
        if not persons:
            text = (byline.text or "") + "".join(
                ("" if element_name(child) == "byttl" else element_text(child)) + (child.tail or "")
                for child in byline
            )
            persons = [" ".join(text.split()).strip(" ,;|-–—")]
        names += [name for person in persons if (name := " ".join(person.split()))]
    return tuple(dict.fromkeys(names))


def _read_images(body: etree._Element) -> list[dict[str, object]]:
    images = []
    for media in find_below(body, "media"):
        if (media.get("media-type") or "image").lower() not in ("image", "photo", "picture"):
            continue
        references = [
            reference
            for reference in find_children(media, "media-reference")
            if reference.get("source") and _is_picture(reference)
        ]
        if not references:
            continue
        widest = max(references, key=_width)
        image: dict[str, object] = {"src": widest.get("source")}
        if caption := child_text(media, "media-caption"):
            image["caption"] = " ".join(caption.split())
        if credit := child_text(media, "media-producer"):
            image["credit"] = credit
        if alt := widest.get("alternate-text"):
            image["alt"] = alt
        images.append(image)
    return images


def _read_recordings(body: etree._Element) -> Iterator[dict[str, object]]:
    """Yield the sounds and films of a body, the longest file of each."""
    for media in find_below(body, "media"):
        medium = (media.get("media-type") or "").lower()
        references = [one for one in find_children(media, "media-reference") if one.get("source")]
        if medium not in ("audio", "video") or not references:
            continue
        chosen = max(references, key=lambda one: read_number(one.get("size")) or 0)
        unit = (chosen.get("time-unit-of-measure") or "seconds").lower()
        values = {
            "type": chosen.get("mime-type"),
            "duration": chosen.get("time") if unit.startswith("second") else None,
            "caption": " ".join((child_text(media, "media-caption") or "").split()),
            "credit": child_text(media, "media-producer"),
        }
        known = {name: value for name, value in values.items() if value}
        yield {"src": chosen.get("source"), "medium": medium, **known}


def _is_picture(reference: etree._Element) -> bool:
    kind = reference.get("mime-type") or "image/jpeg"
    return kind.startswith("image")


def _width(reference: etree._Element) -> int:
    return read_number(reference.get("width")) or 0
