"""Chorus: entries of Vox Media's publishing platform, one a file or in a list."""

from __future__ import annotations

from collections.abc import Mapping

from feedpub.settings import Site, Source
from feedpub.sources import JsonDocument, Place, Raw
from feedpub.systems.found_fields import FoundFields, Watched, as_object, as_objects
from feedpub.systems.json_systems import JsonObject, JsonSystem, JsonTranslator, find_list
from feedpub.systems.protocol import (
    PassedOver,
    Proposal,
    Translation,
    Translator,
)
from feedpub.systems.shapes import find_image, find_name, unwrap

_NOT_READ = frozenset(
    "uid uuid wordCount createdAt __typename type contributors authorProfile community slug "
    "primaryCommunityGroup additionalContributors".split()
)


class Chorus(JsonSystem):
    """Entries of Chorus."""

    name = "chorus"
    title = "Chorus"
    records = "entries of Chorus"

    def is_record(self, value: JsonObject) -> bool:
        """Know entries by the kinds of the components of their bodies."""
        return _is_entry(value)

    def propose(self, place: Place, site: Site) -> Proposal:
        """Say what was found."""
        return Proposal(f"{self.title}; sections from the community groups; links of the entries")

    def open(self, place: Place, source: Source, site: Site) -> Translator:
        """Begin to read entries."""
        return ChorusTranslator(site)


class ChorusTranslator(JsonTranslator):
    """Reads entries."""

    def __init__(self, site: Site) -> None:
        self._home = site.link

    def find_records(self, document: JsonDocument) -> str | None:
        """Find the entries of a list."""
        return find_list(document, _is_entry)

    def read(self, raw: Raw, value: JsonObject, *, whole: bool) -> Translation | PassedOver:
        """Give the fields of an entry."""
        if "title" not in value and "body" not in value:
            return PassedOver("records of another kind")
        entry = Watched(value)
        found = FoundFields(raw, self._home)
        found.put("id", entry.get("uid") or entry.get("uuid") or entry.get("id"), "uid")
        found.put("title", unwrap(entry.get("title")), "title")
        found.put("link", entry.get("url") or entry.get("canonicalUrl"), "url")
        for name in ("publishDate", "publishedAt", "firstPublishedAt", "createdAt"):
            found.put("published", entry.get(name), name)
        for name in ("updatedAt", "lastPublishedAt"):
            found.put("updated", entry.get(name), name)
        status = entry.get("publishStatus") or entry.get("status")
        found.put_status(status, "publishStatus")
        primary = [entry.get("primaryCommunityGroup")]
        groups = [*primary, *as_objects(entry.get("communityGroups"))]
        names = list(dict.fromkeys(name for name in map(find_name, groups) if name))
        found.put("section", names[:1], "communityGroups")
        if whole:
            found.put("tags", names[1:], "communityGroups")
            self._add_rest(found, entry)
            found.unused = tuple(n for n in entry.list_unused() if n not in _NOT_READ)
        return found.finish()

    def _add_rest(self, found: FoundFields, entry: Mapping[str, object]) -> None:
        authors = [entry.get("author"), *as_objects(entry.get("contributors"))]
        authors = [one for one in authors if one] or [entry.get("authorProfile")]
        names = [name for name in map(find_name, authors) if name]
        found.put("author", list(dict.fromkeys(names)), "author, contributors")
        for name in ("dek", "promoDescription", "seoDescription"):
            found.put("summary", unwrap(entry.get(name)), name)
        found.put_body(entry.get("body"), "body")
        for name in ("leadImage", "promoImage", "socialImage"):
            image = find_image(as_object(entry.get(name)))
            found.put("images", [image] if image else [], name)
        found.put("language", as_object(entry.get("language")).get("code"), "language")


def _is_entry(value: JsonObject) -> bool:
    if str(value.get("uid")).startswith("Entry:"):
        return True
    parts = as_objects(as_object(value.get("body")).get("components"))
    return any(str(part.get("__typename")).startswith("EntryBody") for part in parts)


SYSTEMS = (Chorus(),)
