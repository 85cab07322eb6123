"""JSON Feed as input, versions 1.0 and 1.1.

Source: jsonfeed.org/version/1.1.
"""

from __future__ import annotations

from collections.abc import Mapping

from feedpub.model import SourceFile
from feedpub.settings import Site, Source
from feedpub.sources import JsonDocument, Place, Raw
from feedpub.systems.feed_items import read_enclosure
from feedpub.systems.html_bodies import complete_links
from feedpub.systems.protocol import (
    Base,
    BaseTranslator,
    PassedOver,
    Proposal,
    Sign,
    Translation,
    Translator,
)
from feedpub.systems.titles import title_of
from feedpub.text import find_medium, join_url


class JsonFeed(Base):
    """A feed in JSON Feed."""

    name = "jsonfeed"
    title = "a JSON Feed"

    def recognize(self, place: Place) -> Sign | None:
        """Know it by its version, which is an address."""
        if place.document is None:
            return None
        version = _read_text(place.document.read("version"))
        if "jsonfeed.org/version/" in version:
            return Sign(0.99, f"its version is {version[:60]}")
        return None

    def propose(self, place: Place, site: Site) -> Proposal:
        """Say what was found."""
        return Proposal(f"{self.title}; links and tags as its items have them")

    def open(self, place: Place, source: Source, site: Site) -> Translator:
        """Begin to read feeds."""
        return JsonFeedTranslator()


class JsonFeedTranslator(BaseTranslator):
    """Reads the items of JSON Feeds, one feed after the other."""

    def __init__(self) -> None:
        self._home = ""
        self._language = ""
        self._authors: list[str] = []

    def begin(self, file: SourceFile) -> None:
        """Forget what the feed before said of its items."""
        self._home = self._language = ""
        self._authors = []

    def find_records(self, document: JsonDocument) -> str | None:
        """Find the items, and take what the feed says of all of them."""
        self._home = _read_text(document.read("home_page_url"))
        self._language = _read_text(document.read("language"))
        self._authors = _read_authors(document.read("authors"), document.read("author"))
        return "items"

    def translate(self, raw: Raw, *, whole: bool) -> Translation | PassedOver:
        """Give the fields of an item."""
        item = raw.value
        if not isinstance(item, Mapping):
            return PassedOver("records of another format")
        link = _read_text(item.get("url"))
        id = item.get("id")
        fields: dict[str, object] = {
            "id": None if _read_text(id) == link else id,
            "title": _read_text(item.get("title")),
            "link": join_url(self._home, link) if link else None,
            "published": item.get("date_published"),
            "updated": item.get("date_modified"),
        }
        rules: dict[str, str] = {}
        if not fields["title"]:
            text = item.get("content_html") or item.get("content_text") or item.get("summary")
            fields["title"] = title_of(_read_text(text))
            rules["title"] = "the beginning of its text, because it has no title"
        if whole:
            self._add_rest(item, fields)
        return Translation({name: value for name, value in fields.items() if value}, rules)

    def _add_rest(self, item: Mapping[str, object], fields: dict[str, object]) -> None:
        fields["author"] = _read_authors(item.get("authors"), item.get("author")) or self._authors
        fields["summary"] = item.get("summary")
        fields["tags"] = item.get("tags")
        fields["language"] = _read_text(item.get("language")) or self._language
        if body := _read_text(item.get("content_html")):
            fields["content_html"] = complete_links(body, self._home)
        else:
            fields["content_text"] = item.get("content_text")
        fields["images"] = self._read_images(item)
        fields["enclosures"] = self._list_recordings(item)

    def _list_recordings(self, item: Mapping[str, object]) -> list[dict[str, object]]:
        attachments = item.get("attachments")
        found = []
        for one in attachments if isinstance(attachments, list) else ():
            url = _read_text(one.get("url")) if isinstance(one, Mapping) else ""
            type = _read_text(one.get("mime_type")) if url else ""
            if url and find_medium(url, type) is not None:
                found.append({**one, "src": join_url(self._home, url), "type": type})
        return found

    def _read_images(self, item: Mapping[str, object]) -> list[dict[str, object]]:
        found: dict[object, dict[str, object]] = {}
        attachments = item.get("attachments")
        for attachment in attachments if isinstance(attachments, list) else ():
            if isinstance(attachment, Mapping):
                length = attachment.get("size_in_bytes")
                image = read_enclosure(
                    _read_text(attachment.get("url")),
                    _read_text(attachment.get("mime_type")),
                    str(length) if isinstance(length, int) else None,
                    self._home,
                )
                if image is not None:
                    found.setdefault(image["src"], image)
        for name in ("banner_image", "image"):
            if url := _read_text(item.get(name)):
                source = join_url(self._home, url)
                found = {source: found.pop(source, {"src": source}), **found}
        return list(found.values())


def _read_text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _read_authors(several: object, one: object) -> list[str]:
    """Read authors: of 1.1 a list, of 1.0 one, which is read where there is no list."""
    items = several if isinstance(several, list) and several else [one]
    names = (_read_text(item.get("name")) for item in items if isinstance(item, Mapping))
    return [name for name in names if name]


SYSTEMS = (JsonFeed(),)
