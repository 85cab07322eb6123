"""What a frame, or another element of a service, shows: the service, its page, and its player."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from urllib.parse import unquote

import msgspec
from lxml import etree

from feedpub import compile_late
from feedpub.markup.image_sources import late_names
from feedpub.text import load_tables

_FRAMES = frozenset({"iframe", "amp-iframe", "amp-video-iframe"})
_SCHEME = compile_late(r"\s*(?:https?:)?//", re.IGNORECASE)
_SAFE_ID = compile_late(r"[\w.~:/?=%+-]+", re.ASCII)
_LONGEST = 2_000  # characters of an address


class Player(msgspec.Struct, frozen=True):
    """Something that a page shows from elsewhere.

    `page` is where a link leads, and `frame` the address of a frame that shows it, if there is
    one. `service` is the name of the service, if it is known.
    """

    page: str
    frame: str | None = None
    service: str | None = None


@cache
def _addresses() -> list[tuple[re.Pattern[str], str]]:
    tables = load_tables("feedpub.markup", "embeds")
    form = r"(?:https?:)?//(?:www\.|m\.|mobile\.)?(?:{})"
    return [
        (re.compile(form.format(pattern), re.IGNORECASE), _text(entry, "service"))
        for pattern, entry in tables["addresses"].items()
    ]


def _text(entry: object, name: str) -> str:
    value = entry.get(name) if isinstance(entry, Mapping) else None
    return value if isinstance(value, str) else ""


@cache
def _silent() -> re.Pattern[str]:
    return re.compile("|".join(load_tables("feedpub.markup", "embeds")["silent"]), re.IGNORECASE)


@cache
def _empty_titles() -> re.Pattern[str]:
    titles = load_tables("feedpub.markup", "embeds")["empty_titles"]
    return re.compile("|".join(titles), re.IGNORECASE)


def elements() -> Mapping[str, object]:
    """The elements that show something from elsewhere."""
    return load_tables("feedpub.markup", "embeds")["elements"]


def boxes() -> Mapping[str, object]:
    """The classes of boxes that a script turns into posts or players."""
    return load_tables("feedpub.markup", "embeds")["boxes"]


def is_silent(address: str) -> bool:
    """Say whether a frame shows readers nothing."""
    return _silent().search(address) is not None


def tidy_title(title: str) -> str:
    """Tidy the title of a frame; empty where it says nothing but that it is one."""
    text = " ".join(title.split())
    return "" if _empty_titles().fullmatch(text) else text


def find_player(address: str) -> Player | None:
    """Find what a web address shows; None where it is not an address of the web."""
    address = address.strip()
    if not _SCHEME.match(address) or len(address) > _LONGEST:
        return None
    if address.startswith("//"):
        address = "https:" + address
    for pattern, service in _addresses():
        found = pattern.match(address)
        if found is not None:
            known = name_player(service, unquote(found["id"]))
            if known is not None:
                return known
    return Player(address, address if address.lower().startswith("https:") else None)


def name_player(service: str, id: str) -> Player | None:
    """Name the player of what a service knows by an id; None where that cannot be one."""
    entry = load_tables("feedpub.markup", "embeds")["services"].get(service)
    id = id.strip()
    if entry is None or not _SAFE_ID.fullmatch(id):
        return None
    page, frame = _text(entry, "page"), _text(entry, "frame")
    if page == "{id}" and not _SCHEME.match(id):
        return None
    return Player(
        page.replace("{id}", id),
        frame.replace("{id}", id) if frame else None,
        _text(entry, "name"),
    )


def read_address(element: etree._Element) -> str:
    """Read the address or the id that an element of the table names."""
    name = _text(elements().get(str(element.tag)), "attribute") or "src"
    values = [
        element.get(name),
        *map(element.get, (*late_names(), "data-url")),
        *_list_inner(element),
    ]
    found = (value.strip() for value in values if value and not is_silent(value))
    return next((value for value in found if value), "")


def read_player(element: etree._Element) -> Player | None:
    """Read what an element of the table shows; None where it names nothing on the web."""
    address = read_address(element)
    if service := _text(elements().get(str(element.tag)), "service"):
        return name_player(service, address)
    player = find_player(address)
    if player is not None and element.tag in _FRAMES and address.startswith(("https://", "//")):
        own = "https:" + address if address.startswith("//") else address
        return msgspec.structs.replace(player, frame=own)  # with where it starts, and the like
    return player


def _list_inner(element: etree._Element) -> list[str]:
    """List the addresses in an object of old."""
    if element.tag != "object":
        return []
    names = ("movie", "src", "url", "filename")
    params = (p for p in element.iter("param") if (p.get("name") or "").lower() in names)
    return [
        *(param.get("value") or "" for param in params),
        *(inner.get("src") or "" for inner in element.iter("embed", "iframe")),
    ]


def read_box(box: etree._Element, name: str) -> Player | None:
    """Read what a box shows that a script turns into a post: by its attribute, or its last link."""
    entry = boxes()[name]
    service = _text(entry, "service")
    attribute = _text(entry, "attribute")
    links = [link.get("href") or "" for link in box.iter("a")]
    text = " ".join("".join(map(str, box.itertext())).split())
    for address in (box.get(attribute) if attribute else None, *reversed(links), text):
        player = find_player(address) if address and " " not in address.strip() else None
        if player is None:
            continue
        if player.service is None and service:
            known = load_tables("feedpub.markup", "embeds")["services"][service]
            return msgspec.structs.replace(player, service=_text(known, "name"), frame=None)
        return player
    return None
