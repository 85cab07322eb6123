"""Players of the hosts that a site lets through, in frames that can do nothing else."""

from __future__ import annotations

import html
import re
from collections.abc import Collection

from feedpub import compile_late
from feedpub.markup.embeds import EMBED, SIZE
from feedpub.text import UrlError, absolute_url, resolve_references, split_url

# What a player may do, and what its frame may ask of the browser.
SANDBOX = "allow-scripts allow-same-origin allow-popups allow-presentation"
ALLOW = "encrypted-media; fullscreen; picture-in-picture"

# As nh3 writes a link: each attribute in double quotes, without `"` or `<` inside.
_LINK = compile_late(
    rf'<a(?P<attributes>(?: [a-z-]+="[^"<]*")*? {EMBED}="[^"<]*"[^<>]*)>(?P<text>[^<]*)</a>'
)
_ATTRIBUTE = compile_late(r'(?<![a-z-])([a-z-]++)="([^"]*+)"')
_SIZE = compile_late(r"([1-9]\d{1,3})x([1-9]\d{1,3})")
_USUAL = ("560", "315")


def allows_frame(address: str, hosts: Collection[str]) -> bool:
    """Say whether a frame may show an address: by https, of a host or below it."""
    if "\\" in address:  # which browsers and others read differently
        return False
    try:
        url = split_url(absolute_url(address, schemes=frozenset({"https"})))
    except UrlError:
        return False
    own = url.hostname or ""
    return any(own == host or own.endswith(f".{host}") for host in hosts)


def read_size(text: str) -> str | None:
    """Read the size of a player, such as 560x315."""
    return text if _SIZE.fullmatch(text) else None


def show_frames(content: str) -> str:
    """Put frames in the place of the links of a sanitized body that name their player."""
    return _LINK.sub(_write_frame, content) if EMBED in content else content


def _write_frame(link: re.Match[str]) -> str:
    attributes = dict(_ATTRIBUTE.findall(link["attributes"]))
    address = absolute_url(resolve_references(attributes[EMBED]), schemes=frozenset({"https"}))
    found = _SIZE.fullmatch(attributes.get(SIZE, ""))
    width, height = _USUAL if found is None else found.groups()
    title = html.escape(resolve_references(link["text"]).strip())
    return (
        f'<iframe src="{html.escape(address)}" title="{title}" width="{width}" '
        f'height="{height}" sandbox="{SANDBOX}" allow="{ALLOW}" loading="lazy" '
        'referrerpolicy="strict-origin-when-cross-origin"></iframe>'
    )
