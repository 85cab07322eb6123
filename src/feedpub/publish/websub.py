"""WebSub: tell a hub of each feed that changed (W3C WebSub, sections 4 and 6)."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from functools import cache
from urllib.parse import urlencode

import msgspec
from lxml import etree

from feedpub.errors import OutputError
from feedpub.net import GuardedClient, NetError, make_context
from feedpub.text import encode_text, parse_xml

_log = logging.getLogger(__name__)

DELAYS = (1.0, 4.0)
"""Seconds to wait before each further attempt."""

_ATOM_LINK = "{http://www.w3.org/2005/Atom}link"
_TIMEOUT = 10.0  # seconds
_HEADERS = {"User-Agent": "feedpub", "Content-Type": "application/x-www-form-urlencoded"}


# Reading the system's certificates is slow: once, and only for https.
_context = cache(make_context)


class Topic(msgspec.Struct, frozen=True, order=True):
    """A feed as a hub knows it: the hub that it names, and its own URL."""

    hub: str
    url: str


def find_topic(content: bytes) -> Topic | None:
    """Find the hub that a feed names, and the feed's own URL; None if it names no hub."""
    if content.startswith(b"{"):
        return _find_in_json(content)
    try:
        root = parse_xml(content)
    except etree.XMLSyntaxError:
        return None
    head = root if root.find("channel") is None else root[0]
    links = {link.get("rel"): link.get("href") for link in head.iterfind(_ATOM_LINK)}
    return _make_topic(links.get("hub"), links.get("self"))


def ping(topic: Topic, *, allow_loopback: bool = False, delays: Sequence[float] = DELAYS) -> None:
    """Tell a hub that a feed changed.

    Raises:
        OutputError: Several attempts failed.
    """
    body = encode_text(urlencode({"hub.mode": "publish", "hub.url": topic.url}))
    for delay in (*delays, None):
        try:
            client = GuardedClient(_context, timeout=_TIMEOUT, allow_loopback=allow_loopback)
            status = client.ask("POST", topic.hub, _HEADERS, body=body).status
            if 200 <= status < 300:
                return
            failure = f"answers with status {status}"
            may_pass = status >= 500 or status == 429
        except NetError as error:
            failure, may_pass = str(error), True
        if delay is None or not may_pass:
            raise OutputError(failure)
        _log.debug("hub %s %s. Trying again.", topic.hub, failure)
        time.sleep(delay)


class _JsonFeed(msgspec.Struct):
    feed_url: str | None = None
    hubs: list[dict[str, str]] = []


def _find_in_json(content: bytes) -> Topic | None:
    try:
        feed = msgspec.json.decode(content, type=_JsonFeed)
    except msgspec.DecodeError:
        return None
    hubs = [hub.get("url") for hub in feed.hubs if hub.get("type") == "WebSub"]
    return _make_topic(hubs[0] if hubs else None, feed.feed_url)


def _make_topic(hub: str | None, url: str | None) -> Topic | None:
    return Topic(hub, url) if hub and url else None
