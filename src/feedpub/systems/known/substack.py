"""Substack's export: a table of the posts, and a file with the body of each.

Source: support.substack.com "How do I export my posts?".
"""

from __future__ import annotations

import html
from collections.abc import Mapping

from feedpub.errors import Problem
from feedpub.settings import Site, Source
from feedpub.sources import Place, Raw
from feedpub.systems.html_elements import drop_element, iter_class, write_inside
from feedpub.systems.protocol import (
    Base,
    BaseTranslator,
    PassedOver,
    Proposal,
    Sign,
    Translation,
    Translator,
)
from feedpub.text import resolve_references

_TABLE = "posts.csv"
_COLUMNS = frozenset({"post_id", "post_date", "is_published", "title"})
# Boxes that ask readers to subscribe, to share or to comment, and what opens an image.
_WIDGETS = (
    *("button-wrapper", "subscription-widget-wrap", "subscription-widget-wrap-editor"),
    *("subscription-widget", "paywall-jump", "install-substack-app-embed", "image-link-expand"),
    *("poll-embed", "community-chat", "directMessage", "pencraft-share"),
)
_PUBLIC = ("", "everyone")


class Substack(Base):
    """The archive that Substack's Settings > Exports gives."""

    name = "substack-export"
    title = "a Substack export"

    def recognize(self, place: Place) -> Sign | None:
        """Know it by the columns of posts.csv."""
        for name in place.names:
            if name.rpartition("/")[2] != _TABLE:
                continue
            first = (place.read_beginning(name) or "").partition("\n")[0]
            if {column.strip().strip('"') for column in first.split(",")} >= _COLUMNS:
                return Sign(0.95, f"{name} has the columns of Substack's table of posts")
        return None

    def propose(self, place: Place, site: Site) -> Proposal:
        """Say what was found."""
        return Proposal(f"{self.title}; links like /p/name")

    def open(self, place: Place, source: Source, site: Site) -> Translator:
        """Begin to read an export."""
        return SubstackTranslator(place, site)


class SubstackTranslator(BaseTranslator):
    """Reads the rows of posts.csv, each with the file that holds its body."""

    def __init__(self, place: Place, site: Site) -> None:
        self._place = place
        self._site = site

    def accepts(self, below: str) -> str | None:
        """Take the table of posts alone."""
        name = below.rpartition("/")[2]
        if name == _TABLE:
            return None
        return "" if name.endswith(".html") else "tables of subscribers and mails"

    def translate(self, raw: Raw, *, whole: bool) -> Translation | PassedOver:
        """Give the fields of a post."""
        if not isinstance(raw.value, Mapping) or "post_id" not in raw.value:
            return PassedOver("records of another format")
        row = {str(key): str(value or "").strip() for key, value in raw.value.items()}
        if row.get("type") == "page":
            return PassedOver("pages")
        number, _, slug = row["post_id"].partition(".")
        is_published = row.get("is_published", "").casefold() in ("true", "t", "1")
        fields: dict[str, object] = {
            "id": number,
            "title": resolve_references(row.get("title", "")),
            "published": _read_utc(row.get("post_date", "")),
            "status": "published" if is_published else "draft",
            "permalink": f"/p/{slug}" if slug else None,
            "default_section": self._site.title,
        }
        problems: list[Problem] = []
        if whole:
            fields["summary"] = resolve_references(row.get("subtitle", ""))
            if row.get("audience", "") in _PUBLIC:
                problems = self._add_body(raw, row, fields)
        return Translation(
            {key: value for key, value in fields.items() if value}, problems=problems
        )

    def _add_body(
        self, raw: Raw, row: Mapping[str, str], fields: dict[str, object]
    ) -> list[Problem]:
        folder = raw.origin.file.below.rpartition("/")[0]
        name = f"{folder}/posts/{row['post_id']}.html".lstrip("/")
        text = self._place.read_beginning(name)
        audio = row.get("podcast_url", "")
        if text is None:
            if not audio:
                message = f"is missing: there is no {name}. Unpack the whole export"
                return [
                    Problem("warning", raw.origin.where, "content_html", None, "missing", message)
                ]
            text = ""
        body = _clean(text)
        if audio:
            address = html.escape(audio)
            body += f'\n<p><a href="{address}">{address}</a></p>'
        fields["content_html"] = body
        return []


def _clean(text: str) -> str:
    """Remove the widgets of the site from a body."""
    # Deferred: the rules of pages are many, and not every site has pages.
    from feedpub.pages import parse_page

    if not text.strip():
        return ""
    body = parse_page(f"<body>{text}</body>").find("body")
    if body is None:
        return ""
    for element in list(iter_class(body, *_WIDGETS)):
        drop_element(element)
    for element in list(body.iter("form", "svg", "button")):
        drop_element(element)
    return write_inside(body)


def _read_utc(text: str) -> str:
    """Give a time of the export, which is in UTC."""
    is_bare = text[-1:].isdigit() and "+" not in text
    return f"{text}Z" if is_bare and ":" in text else text


SYSTEMS = (Substack(),)
