"""Answers of the Blogger API, version 3.

Source: developers.google.com/blogger/docs/3.0/reference/posts.
"""

from __future__ import annotations

from feedpub.settings import Site, Source
from feedpub.sources import JsonDocument, Place, Raw
from feedpub.systems.found_fields import FoundFields, Watched, as_list, as_object, as_objects
from feedpub.systems.json_systems import JsonObject, JsonSystem, JsonTranslator
from feedpub.systems.protocol import (
    PassedOver,
    Proposal,
    Translation,
    Translator,
)
from feedpub.text import resolve_references

_KINDS = {"blogger#page": "pages", "blogger#comment": "comments", "blogger#blog": "blogs"}
_NOT_READ = frozenset("kind blog selfLink replies etag titleLink location readerComments".split())


class BloggerApi(JsonSystem):
    """Posts of a blog on Blogger, saved from its API."""

    name = "blogger-api"
    title = "Blogger, saved from its API"
    records = "records of Blogger"
    weight = 0.98

    def is_record(self, value: JsonObject) -> bool:
        """Know records by the kinds that the API gives everything."""
        return str(value.get("kind")).startswith("blogger#")

    def propose(self, place: Place, site: Site) -> Proposal:
        """Say what was found."""
        return Proposal(
            f"{self.title}; sections from the first label; links as the posts have them"
        )

    def open(self, place: Place, source: Source, site: Site) -> Translator:
        """Begin to read posts."""
        return BloggerApiTranslator(site)


class BloggerApiTranslator(JsonTranslator):
    """Reads posts."""

    def __init__(self, site: Site) -> None:
        self._home = site.link

    def find_records(self, document: JsonDocument) -> str | None:
        """Find the posts of a list of them."""
        return "items" if document.list_items("items") else None

    def read(self, raw: Raw, value: JsonObject, *, whole: bool) -> Translation | PassedOver:
        """Give the fields of a post."""
        post = Watched(value)
        kind = str(post.get("kind", "blogger#post"))
        if kind in _KINDS:
            return PassedOver(_KINDS[kind])
        if kind != "blogger#post":
            return PassedOver("records of another kind")
        found = FoundFields(raw, self._home)
        found.put("id", post.get("id"), "id")
        found.put_title(post.get("title"), "title", post.get("content"))
        found.put("link", post.get("url"), "url")
        found.put("published", post.get("published"), "published")
        found.put("updated", post.get("updated"), "updated")
        found.put_status(str(post.get("status") or "LIVE").lower(), "status")
        labels = [
            resolve_references(label)
            for label in as_list(post.get("labels"))
            if isinstance(label, str)
        ]
        found.put("section", labels[:1], "its first label")
        if whole:
            found.put("tags", labels[1:], "its other labels")
            found.put(
                "author", as_object(post.get("author")).get("displayName"), "author.displayName"
            )
            found.put_body(post.get("content"), "content")
            urls = [image.get("url") for image in as_objects(post.get("images"))]
            found.put("images", [url for url in urls if isinstance(url, str)], "images")
            found.unused = tuple(n for n in post.list_unused() if n not in _NOT_READ)
        return found.finish()


SYSTEMS = (BloggerApi(),)
