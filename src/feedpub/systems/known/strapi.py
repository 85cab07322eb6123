"""Strapi, versions 4 and 5: answers of its REST API, and the entities of its export.

Source: docs.strapi.io, "REST API" and "Data export".
"""

from __future__ import annotations

from collections.abc import Mapping

from feedpub.settings import Site, Source
from feedpub.sources import JsonDocument, Place, Raw
from feedpub.systems.found_fields import as_object
from feedpub.systems.json_systems import JsonObject, JsonSystem, JsonTranslator, find_list
from feedpub.systems.kinds import name_kind
from feedpub.systems.protocol import (
    PassedOver,
    Proposal,
    Translation,
    Translator,
)
from feedpub.systems.shapes import find_image, flatten
from feedpub.systems.usual_fields import Manner, translate_usual

_STAMPS = frozenset({"createdAt", "updatedAt", "publishedAt"})
# The days that editors enter themselves come before the time of the last publishing.
_OWN_TIMES = (
    "date",
    "publishDate",
    "publicationDate",
    "publish_date",
    "published_date",
    "postDate",
)
_PREFIXES = ("api::", "plugin::", "admin::", "strapi::")


class Strapi(JsonSystem):
    """Entries of Strapi."""

    name = "strapi"
    title = "Strapi"
    records = "entries of Strapi"
    weight = 0.9

    def is_record(self, value: JsonObject) -> bool:
        """Know entries by their stamps, beside attributes or a document's id."""
        return _is_entry(value)

    def find_list(self, document: JsonDocument) -> str | None:
        """Find the entries of an answer."""
        return _find_list(document)

    def propose(self, place: Place, site: Site) -> Proposal:
        """Say what was found."""
        found = f"{self.title}; entries name no link: set link to the route of your pages"
        return Proposal(found)

    def open(self, place: Place, source: Source, site: Site) -> Translator:
        """Begin to read entries."""
        return StrapiTranslator(source, site)


class StrapiTranslator(JsonTranslator):
    """Reads entries by the newsroom's own names of fields, since Strapi has none."""

    def __init__(self, source: Source, site: Site) -> None:
        self._manner = Manner(
            is_markdown=True,
            language=site.language or "",
            usual=not source.fields,
            home=site.link,
        )

    def find_records(self, document: JsonDocument) -> str | None:
        """Find the entries of an answer."""
        return _find_list(document)

    def read(self, raw: Raw, value: JsonObject, *, whole: bool) -> Translation | PassedOver:
        """Give the fields of an entry."""
        kind = value.get("type")
        if isinstance(kind, str) and kind.startswith(_PREFIXES):
            other = None if kind.startswith("api::") else "records of Strapi itself"
            other = other or name_kind(kind.rpartition(".")[2])
            if other is not None:
                return PassedOver(other)
            value = {**as_object(value.get("data")), "id": value.get("id")}
        elif "left" in value and "right" in value:
            return PassedOver("links between records")
        entry = {**_flatten(value)}
        published = entry.pop("publishedAt", None)
        is_draft = published is None and "createdAt" in entry and self._has_drafts(value)
        if find_image(entry) is not None and "mime" in entry:
            return PassedOver("files")
        own = next((entry[name] for name in _OWN_TIMES if entry.get(name)), None)
        created = entry.pop("createdAt", None)
        entry["published"] = own or published or created
        entry["updated"] = entry.pop("updatedAt", None)
        if "documentId" in entry:
            entry["id"] = entry["documentId"]
        if is_draft:
            entry["status"] = "draft"
        return translate_usual(raw, entry, whole=whole, manner=self._manner)

    @staticmethod
    def _has_drafts(value: Mapping[str, object]) -> bool:
        """Say whether an entry's type has drafts: then it has the time of its publishing."""
        return "publishedAt" in _flatten(value)


def _flatten(value: Mapping[str, object]) -> Mapping[str, object]:
    inner = value.get("data")
    if isinstance(inner, Mapping) and "title" not in value:
        value = inner
    return flatten(value)


def _is_entry(value: Mapping[str, object]) -> bool:
    kind = value.get("type")
    if isinstance(kind, str) and kind.startswith(_PREFIXES):
        return True
    inner = value.get("data")
    if isinstance(inner, Mapping) and "meta" in value:
        value = inner
    if len(_STAMPS & as_object(value.get("attributes")).keys()) >= 2 and "id" in value:
        return True
    return "documentId" in value and len(_STAMPS & value.keys()) >= 2


def _find_list(document: JsonDocument) -> str | None:
    return find_list(document, _is_entry, lambda path: path in ("data", ""))


SYSTEMS = (Strapi(),)
