"""Links that readers cannot follow, or that are guessed: told of once per kind."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

from feedpub import compile_late
from feedpub.errors import Problem, Where, describe_value, quote_value
from feedpub.model import Entry, Record
from feedpub.settings import Site
from feedpub.text import (
    HostKind,
    UrlError,
    absolute_url,
    count,
    find_host_kind,
    lacks_scheme,
    resolve_references,
    split_url,
)

_ADDRESSES = compile_late(r' (?:href|src)="(https?://[^"]*)"')
_BARE_HOST = compile_late(r"""\b(?:href|src)\s*+=\s*+["']?+\s*+(www\.[^\s"'<>]+)""", re.IGNORECASE)
_SHOWN = 2  # places beside the first

_Kind = HostKind | Literal["scheme"]
_EXPORT = "Export the records with the address of the site, {home}."
# What is wrong with a link, by kind, and the remedy.
_MESSAGES: Mapping[_Kind, tuple[str, str]] = {
    "local": ("leads to the reader's own computer", _EXPORT),
    "private": ("leads to a host that only a private network knows", _EXPORT),
    "preview": ("leads to a preview of a site", _EXPORT),
    "scheme": ('has no scheme, so it is read as "{read}"', "Write https:// before the host."),
}


class Doubt(msgspec.Struct, frozen=True, array_like=True):
    """A doubtful link: its kind, its place, the value, and how that is read."""

    kind: _Kind
    where: Where
    field: str
    value: str
    read: str


class Doubts(msgspec.Struct, frozen=True, array_like=True):
    """The doubtful links of an entry, and its own if it is read as a path below the home page."""

    found: tuple[Doubt, ...] = ()
    below: str | None = None

    def move(self, lines: int) -> Doubts:
        """Give the doubts where other lines come before their places."""
        moved = (
            msgspec.structs.replace(doubt, where=doubt.where.move(lines)) for doubt in self.found
        )
        return Doubts(tuple(moved), self.below)


class LinkDoubts:
    """Collects the doubtful links of entries, and writes one warning for each kind."""

    def __init__(self, site: Site) -> None:
        self._home = site.link
        self._host = split_url(site.link).hostname or ""
        # Whoever lets feedpub ask this computer tries it out.
        self._passed = "local" if site.allow_loopback else None
        self._first: dict[_Kind, Problem] = {}
        self._others: dict[_Kind, list[str]] = {}
        self._below: list[str] = []  # links that are read as paths below that of the home page

    def find(self, record: Record, entry: Entry) -> Doubts:
        """Look at the links of an entry."""
        own = record.fields.get("link")
        is_below = isinstance(own, str) and own.startswith("/") and entry.link != self._join(own)
        found = (
            Doubt(kind, record.where(field), field, value, read)
            for kind, field, value, read in self._find(record, entry)
        )
        return Doubts(tuple(found), str(own) if is_below else None)

    def note(self, doubts: Doubts) -> None:
        """Take the doubts about an entry."""
        if doubts.below is not None:
            self._below.append(doubts.below)
        for doubt in doubts.found:
            if doubt.kind in self._first:
                self._others[doubt.kind].append(str(doubt.where))
                continue
            message = _MESSAGES[doubt.kind][0].format(read=doubt.read)
            shown = describe_value(doubt.value)
            self._first[doubt.kind] = Problem(
                "warning", doubt.where, doubt.field, shown, "link", message
            )
            self._others[doubt.kind] = []

    def list_problems(self) -> list[Problem]:
        """Write the warnings."""
        return [self._complete(kind, first) for kind, first in self._first.items()]

    def list_notes(self) -> list[str]:
        """Say how many links are paths of the site, which is not a problem."""
        if not self._below:
            return []
        links = f"{count(len(self._below), 'link')}, such as {quote_value(self._below[0])},"
        return [
            f"{links} read as a path below {self._home}, which is link in [site]. If it is a path "
            "of the host, write the whole URL."
        ]

    def _join(self, url: str) -> str | None:
        try:
            return absolute_url(url, self._home)
        except UrlError:
            return None

    def _complete(self, kind: _Kind, first: Problem) -> Problem:
        others = self._others[kind]
        places = " and ".join(dict.fromkeys(others[:_SHOWN]))
        more = f"There are {len(others) + 1:,} such links, for example in {places}. "
        remedy = _MESSAGES[kind][1].format(home=self._home)
        return msgspec.structs.replace(
            first, message=f"{first.message}. {more if others else ''}{remedy}"
        )

    def _find(self, record: Record, entry: Entry) -> Iterator[tuple[_Kind, str, str, str]]:
        """Yield the doubts of an entry: kind, field, the value, and how it is read."""
        own = record.fields.get("link")
        if isinstance(own, str) and lacks_scheme(own, self._home):
            yield "scheme", "link", own, entry.link
        if kind := self._doubt(entry.link):
            yield kind, "link", entry.link, ""
        for image in entry.images:
            kind = self._doubt(image.url)
            if kind in ("local", "private") and image.file is None:
                yield kind, "images", image.url, ""
        yield from self._find_in_body(record, entry.content or "")

    def _find_in_body(self, record: Record, content: str) -> Iterator[tuple[_Kind, str, str, str]]:
        # Once a body for each kind. A story may link to a preview of a site that it writes about.
        told: set[str | None] = {None, "preview"}
        for url in _ADDRESSES.findall(content):
            kind = self._doubt(url)
            if kind is not None and kind not in told:
                told.add(kind)
                yield kind, "content_html", resolve_references(url), ""
        markup = record.fields.get("content_html")
        if not isinstance(markup, str) or "www." not in markup.lower():  # the pattern is slow
            return
        if (found := _BARE_HOST.search(markup)) is not None:
            value = resolve_references(found[1])
            with contextlib.suppress(UrlError):  # the body is published without it
                yield "scheme", "content_html", value, absolute_url(value, self._home)

    def _doubt(self, url: str) -> HostKind | None:
        kind = find_host_kind(split_url(url).hostname or "", self._host)
        return None if kind == self._passed else kind
