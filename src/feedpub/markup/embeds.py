"""What a body shows from elsewhere, as links: frames, players, posts of other sites.

Readers of feeds show none of these. A link says where its player is, in `data-embed`, so that a
site that lets its host through can show it; the sanitizer decides that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from html import escape
from urllib.parse import unquote

import msgspec
from lxml import etree

from feedpub import compile_late
from feedpub.markup.hidden_marks import read_marks
from feedpub.markup.image_sources import PICTURES, find_source, late_names
from feedpub.markup.players import (
    Player,
    boxes,
    elements,
    find_player,
    is_silent,
    read_address,
    read_box,
    read_player,
    tidy_title,
)
from feedpub.text import INLINE, find_medium, read_number, split_url

EMBED, SIZE = "data-embed", "data-size"

_PLAYERS = frozenset({"audio", "video", "amp-audio", "amp-video"})
_NO_FILE = compile_late(r"\s*(?:blob|data|about|javascript|file):|\s*$|\s*#", re.IGNORECASE)
# What can hold no paragraph.
_LINES = INLINE | frozenset("p h1 h2 h3 h4 h5 h6 pre dt summary caption figcaption".split())
_LONGEST_NAME = 60  # characters
_LONGEST_FALLBACK = 200  # characters
_SMALLEST = 3  # pixels
_PIXELS = compile_late(r"\s*(\d{1,4})(?:px)?\s*")


class Embeds(msgspec.Struct):
    """What was found of embeds: the recordings among them, and the elements that named nothing."""

    recordings: list[dict[str, object]] = []
    lost: list[str] = []
    pages: set[str] = set()
    is_changed: bool = False


def has_embeds(markup: str) -> bool:
    """Say whether a body may show something from elsewhere."""
    lowered = markup.lower()
    return any(sign in lowered for sign in _signs())


@cache
def _signs() -> tuple[str, ...]:
    # Each is looked for by itself, which is ten times as fast as one pattern of all.
    names = (f"<{name}" for name in (*elements(), *_PLAYERS))
    return tuple(dict.fromkeys((*names, *map(str.lower, boxes()), "data-oembed-url", EMBED)))


def may_embed(root: etree._Element, text: str, classes: Iterable[str]) -> bool:
    """Say whether a page may show something from elsewhere, without a look at each element.

    Args:
        text: The markup of the page, in small letters.
        classes: All values of the class attribute on it.
    """
    names = boxes().keys()
    return (
        next(root.iter(*elements(), *_PLAYERS), None) is not None
        or "data-oembed-url" in text
        or EMBED in text
        or any(not names.isdisjoint(value.split()) for value in classes)
    )


def show_embeds(root: etree._Element, *, unknown: bool = True) -> Embeds:
    """Put links in place of what a tree shows from elsewhere.

    Args:
        unknown: Link to frames of services that are not known, too; on a page with
            advertisements these are many.
    """
    found = Embeds()
    every = list(_list_elements(root))
    # What stands for others where no script runs comes after them.
    for element in sorted(every, key=lambda one: _find_noscript(one) is not None):
        if not _is_below(element, root):
            continue  # inside what was replaced
        if (holder := _find_noscript(element)) is not None:
            holder.addprevious(element)
        if element.tag == "a" and element.get(EMBED) is not None:
            _complete_link(element, found)
        elif element.tag in _PLAYERS:
            _show_recording(element, found)
        elif element.tag in elements():
            _show_element(element, found, unknown=unknown)
        else:
            _show_box(element, found)
    return found


def _list_elements(root: etree._Element) -> Iterator[etree._Element]:
    tags, names = {*elements(), *_PLAYERS}, boxes().keys()
    for element in root.iter(etree.Element):
        if element.tag in tags:
            yield element
            continue
        classes = element.get("class")
        is_box = classes is not None and not names.isdisjoint(classes.split())
        is_link = element.tag == "a" and element.get(EMBED) is not None
        if is_box or is_link or element.get("data-oembed-url"):
            yield element


def _find_noscript(element: etree._Element) -> etree._Element | None:
    return next(element.iterancestors("noscript"), None)


def _is_below(element: etree._Element, root: etree._Element) -> bool:
    return element is not root and any(above is root for above in element.iterancestors())


def _complete_link(link: etree._Element, found: Embeds) -> None:
    """Complete a link that was written in the place of a player: its text, and its frame."""
    address = (link.get("href") or "").strip()
    title = " ".join("".join(map(str, link.itertext())).split())
    title = "" if title == address else title
    player = find_player(address)
    kind = find_medium(address, None)
    if kind is not None:
        _link_recording(link, address, kind, title, found)
    elif player is not None:
        link.set(EMBED, player.frame or "")
        link.text = _label(player, title)
        for child in list(link):
            link.remove(child)
        found.is_changed = True


def _show_element(element: etree._Element, found: Embeds, *, unknown: bool) -> None:
    """Show a frame or the like as a link."""
    if _is_hidden(element) or _is_silent(element):
        _leave_out(element, found)
        return
    address, player, title = read_address(element), read_player(element), _find_title(element)
    kind = find_medium(address, element.get("type"))
    if kind is not None and not _NO_FILE.match(address):
        _link_recording(element, address, kind, title, found)
    elif player is not None and player.page in found.pages and _follows_noscript(element):
        _leave_out(element, found)
    elif player is not None and (player.service or unknown or title):
        _replace(element, player.page, _label(player, title), player.frame, found)
    elif player is None and address.startswith("/") and (unknown or title):
        _replace(element, address, title or address, None, found)
    else:
        if player is None and unknown:
            found.lost.append(str(element.tag))
        _leave_out(element, found)


def _follows_noscript(element: etree._Element) -> bool:
    """Say whether an element was taken out of a noscript."""
    after = element.getnext()
    return after is not None and after.tag == "noscript"


def _show_box(box: etree._Element, found: Embeds) -> None:
    """Show a post that a script would load as what it says, with a link to it."""
    address = box.get("data-oembed-url")
    names = (box.get("class") or "").split()
    name = next((name for name in names if name in boxes()), None)
    player = find_player(address) if address else read_box(box, name) if name else None
    if player is None or any(True for _ in box.iter(*elements(), *_PLAYERS)):
        return  # what is in it is shown by itself
    links = {_fold(link.get("href") or "") for link in box.iter("a")}
    text = " ".join(str(part) for part in box.itertext()).split()
    caption = next(box.iter("figcaption"), None)
    words = [] if caption is None else "".join(map(str, caption.itertext())).split()
    says_nothing = len(text) - len(words) <= 1 and not any(True for _ in box.iter("img"))
    if says_nothing and caption is not None:
        for child in list(box):
            if child is not caption:
                box.remove(child)
        box.text = None
        place = etree.SubElement(box, "span")
        box.insert(0, place)
        _replace(place, player.page, _label(player, ""), player.frame, found)
    elif says_nothing:
        _replace(box, player.page, _label(player, ""), player.frame, found)
    elif _fold(player.page) not in links and not any(_leads_to(link, player) for link in links):
        paragraph = etree.SubElement(box, "p")
        paragraph.append(_make_link(player.page, _label(player, ""), player.frame, None))
        found.is_changed = True


def _leads_to(link: str, player: Player) -> bool:
    other = find_player(f"https://{link}")
    return other is not None and other.page == player.page


def _fold(address: str) -> str:
    return re.sub(r"^(?:https?:)?//(?:www\.)?", "", address.strip()).split("?")[0].rstrip("/")


def _show_recording(element: etree._Element, found: Embeds) -> None:
    """Show a sound or a film as a link to its file."""
    sources = [element, *element.iter("source")]
    named = (
        (source.get(name) or "", source) for source in sources for name in ("src", *late_names())
    )
    chosen = next(((text, source) for text, source in named if not _NO_FILE.match(text)), None)
    if chosen is None:
        found.lost.append(str(element.tag))
        _leave_out(element, found)
        return
    address, source = chosen[0].strip(), chosen[1]
    kind = "audio" if element.tag in ("audio", "amp-audio") else "video"
    type = source.get("type")
    _link_recording(element, address, kind, _find_title(element), found, type)


def _link_recording(
    element: etree._Element,
    address: str,
    kind: str,
    title: str,
    found: Embeds,
    type: str | None = None,
) -> None:
    recording: dict[str, object] = {"src": address, "medium": kind, "inline": True}
    caption = _find_caption(element)
    for name, text in (("type", type), ("title", title), ("caption", caption)):
        if text:
            recording[name] = text
    found.recordings.append(recording)
    _replace(element, address, title or _name_file(address), None, found)


def _name_file(address: str) -> str:
    """Name a file by its address; where that is only a long key, by its host."""
    try:
        parts = split_url(address)
    except ValueError:
        return address
    name = unquote(parts.path.rpartition("/")[2])
    return name if name and len(name) <= _LONGEST_NAME else parts.netloc or address


def _find_title(element: etree._Element) -> str:
    texts = [element.get("title"), element.get("aria-label"), element.get("data-title")]
    texts += [inner.get("alt") for inner in element.iter(*PICTURES)]
    if element.tag == "object":
        texts.append(" ".join(" ".join(map(str, element.itertext())).split()[:20]))
    return next((title for text in texts if text and (title := tidy_title(text))), "")


def _find_caption(element: etree._Element) -> str:
    figure = next(element.iterancestors("figure"), None)
    place = None if figure is None else next(figure.iter("figcaption"), None)
    return "" if place is None else " ".join("".join(map(str, place.itertext())).split())


def _label(player: Player, title: str) -> str:
    if player.service is None:
        return title or player.page
    if title and player.service.lower() in title.lower():
        return title
    return f"{player.service}: {title or player.page}"


def _is_silent(element: etree._Element) -> bool:
    values = [element.get(name) or "" for name in ("src", *late_names())]
    return any(map(is_silent, values)) and not any(v and not is_silent(v) for v in values)


def _is_hidden(element: etree._Element) -> bool:
    """Say whether a frame is one that readers do not see, as those that count visits."""
    sizes = [_PIXELS.fullmatch(element.get(name) or "") for name in ("width", "height")]
    is_small = any(size is not None and (read_number(size[1]) or 0) <= _SMALLEST for size in sizes)
    return is_small or "unseen" in read_marks(element)


def _replace(
    element: etree._Element, address: str, label: str, frame: str | None, found: Embeds
) -> None:
    """Put a link in the place of an element, below its poster."""
    found.is_changed = True
    found.pages.add(address)
    size = [_PIXELS.fullmatch(element.get(name) or "") for name in ("width", "height")]
    shape = None if None in size else "x".join(one[1] for one in size if one is not None)
    link = _make_link(address, label, frame, shape)
    parent = element.getparent()
    is_line = parent is not None and parent.tag in _LINES
    new: list[etree._Element] = []
    if poster := _find_poster(element):
        image = etree.Element("img", src=poster, alt=_find_title(element))
        if is_line or any(True for _ in element.iterancestors("figure")):
            new.append(image)
        else:
            figure = etree.Element("figure")
            figure.append(image)
            new.append(figure)
    if is_line:
        new.append(link)
    else:
        paragraph = etree.Element("p")
        paragraph.append(link)
        new.append(paragraph)
    for one in new:
        element.addprevious(one)
    _drop(element)


def write_embed(address: str, title: str = "") -> str:
    """Write a link in the place of a player, which `show_embeds` completes."""
    shown = escape(address)
    return f'<a href="{shown}" {EMBED}="">{escape(title, quote=False) or shown}</a>'


def _make_link(address: str, label: str, frame: str | None, shape: str | None) -> etree._Element:
    link: etree._Element = etree.Element("a", {"href": address, EMBED: frame or ""})
    link.text = label
    if frame is not None and shape is not None:
        link.set(SIZE, shape)
    return link


def _find_poster(element: etree._Element) -> str:
    """Find the image that stands for what an element shows."""
    texts = [element.get(name) for name in ("poster", "data-poster", "data-thumbnail-src")]
    texts += [find_source(image) for image in element.iter(*PICTURES)]
    return next((text.strip() for text in texts if text and not _NO_FILE.match(text)), "")


def _leave_out(element: etree._Element, found: Embeds) -> None:
    found.is_changed = True
    _drop(element)


def _drop(element: etree._Element) -> None:
    """Take an element away; what follows it, and a missing end tag put into it, stays."""
    if _holds_what_follows(element):
        _add_text_before(element, element.text)
        for child in list(element):
            element.addprevious(child)
    _add_text_before(element, element.tail)
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _holds_what_follows(element: etree._Element) -> bool:
    if element.tag == "embed":  # libxml2 does not know that it is empty
        return True
    is_short = len("".join(map(str, element.itertext()))) <= _LONGEST_FALLBACK
    return element.tag == "iframe" and len(element) > 0 and not is_short


def _add_text_before(element: etree._Element, text: str | None) -> None:
    before, parent = element.getprevious(), element.getparent()
    if before is not None:
        before.tail = (before.tail or "") + (text or "")
    elif parent is not None:
        parent.text = (parent.text or "") + (text or "")
