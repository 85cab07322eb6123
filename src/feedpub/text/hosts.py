"""Hosts that the readers of a feed cannot reach, or that show a site before it is published."""

from __future__ import annotations

from functools import cache, lru_cache
from ipaddress import ip_address
from typing import Literal

from feedpub.text.word_lists import load_words

HostKind = Literal["local", "private", "preview"]
_DOMAINS: tuple[HostKind, ...] = ("local", "private", "preview")


@lru_cache(maxsize=4096)
def find_host_kind(host: str, home: str) -> HostKind | None:
    """Find why a host is not one of a site for readers: None where it may be.

    Args:
        home: The host of the site. What it is itself, its links may be, too.
    """
    host, home = host.casefold().rstrip("."), home.casefold()
    if not host or host == home:
        return None
    kind = _find_kind(host)
    if kind is not None:
        return None if kind == _find_kind(home) else kind
    label, _, rest = host.partition(".")
    is_stage = label in _words("stages") and rest == home.removeprefix("www.")
    return "preview" if is_stage else None


def _find_kind(host: str) -> HostKind | None:
    try:
        address = ip_address(host)
    except ValueError:
        labels = host.split(".")
        domains = {".".join(labels[number:]) for number in range(len(labels))}
        named = (kind for kind in _DOMAINS if domains & _words(kind))
        return next(named, "private" if len(labels) == 1 else None)
    if address.is_loopback or address.is_unspecified:
        return "local"
    return None if address.is_global else "private"


@cache
def _words(table: str) -> frozenset[str]:
    return frozenset(load_words("feedpub.text", "hosts")[table])
