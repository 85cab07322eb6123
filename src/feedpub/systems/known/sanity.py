"""Sanity: the documents of an export (NDJSON), and answers of its API.

Source: sanity.io/docs, "Importing data", "Image metadata"; portabletext.org.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from feedpub import compile_late
from feedpub.model import SourceFile
from feedpub.settings import Site, Source
from feedpub.sources import JsonDocument, Place, Raw, decode_items
from feedpub.systems.found_fields import as_object
from feedpub.systems.joins import JoinedTables
from feedpub.systems.json_systems import JsonObject, JsonSystem, JsonTranslator, find_list
from feedpub.systems.kinds import name_kind
from feedpub.systems.names import find_field
from feedpub.systems.protocol import (
    PassedOver,
    Proposal,
    Translation,
    Translator,
)
from feedpub.systems.shapes import text_at, unwrap
from feedpub.systems.usual_fields import Manner, translate_usual

_ARTICLE = compile_late(
    r"article|post|story|news|report|column|opinion|feature|blog", re.IGNORECASE
)
_ASSET = compile_late(r"image-([0-9a-f]+)-(\d+x\d+)-(\w+)")
_FILE = "image@file://./"
_TIME = compile_late(r"\d{4}-\d\d")


class Sanity(JsonSystem):
    """Documents of a dataset of Sanity."""

    name = "sanity"
    title = "Sanity"
    records = "documents of Sanity"
    weight = 0.93
    needs_all = True

    def is_record(self, value: JsonObject) -> bool:
        """Know documents by the names that begin with `_`."""
        return _is_document(value)

    def propose(self, place: Place, site: Site) -> Proposal:
        """Say what was found."""
        found = f"{self.title}; documents name no link: set link to the route of your pages"
        return Proposal(found)

    def open(self, place: Place, source: Source, site: Site) -> Translator:
        """Begin to read documents, and look at those that others refer to."""
        return SanityTranslator(place, source, site)


class SanityTranslator(JsonTranslator):
    """Reads documents of the types that are articles."""

    def __init__(self, place: Place, source: Source, site: Site) -> None:
        self._tables = JoinedTables(place)
        self._others = JoinedTables(place)  # of the export, whichever file is read
        self._place = place
        self._has_looked = False
        self._manner = Manner(
            join=lambda field, item: self._follow(item),
            resolve=self._resolve_node,
            is_markdown=True,
            language=site.language or "",
            usual=not source.fields,
        )

    def begin(self, file: SourceFile) -> None:
        """Forget the documents of the answer before."""
        self._tables.clear()

    def find_records(self, document: JsonDocument) -> str | None:
        """Find the documents of an answer."""
        path = find_list(document, _is_document)
        if path is not None:
            self._tables.add("documents", decode_items(document.list_items(path)))
        return path

    def read(self, raw: Raw, value: JsonObject, *, whole: bool) -> Translation | PassedOver:
        """Give the fields of a document."""
        kind = text_at(value, "_type")
        if not _is_article(kind, value):
            return PassedOver(name_kind(kind) or "documents of other types")
        id = text_at(value, "_id")
        record = {name: item for name, item in value.items() if not name.startswith("_")}
        record["id"] = id.removeprefix("drafts.")
        if id.startswith(("drafts.", "versions.")):
            record["status"] = "draft"
        times = [name for name in record if (known := find_field(name)) and known[0] == "published"]
        for name in times:
            if not _TIME.match(str(record[name])):
                del record[name]  # "Invalid Date"
        if not any(name in record for name in times):
            record["published"] = value.get("_createdAt")
        record["updated"] = value.get("_updatedAt")
        return translate_usual(raw, record, whole=whole, manner=self._manner)

    def _follow(self, value: object) -> object:
        """Give what a value refers to: an image its address, a reference its document."""
        if isinstance(value, list):
            return [self._follow(item) for item in value]
        if not isinstance(value, Mapping):
            return value
        image = self._read_image(value)
        if image is not None:
            return image
        found = self._find(value.get("_ref"))
        return value if found is None else found

    def _read_image(self, value: Mapping[str, object]) -> dict[str, object] | None:
        source = text_at(value, "_sanityAsset")
        asset = as_object(value.get("asset"))
        ref = text_at(asset, "_ref") or text_at(value, "_ref")
        url = text_at(asset, "url")
        if source.startswith(_FILE):
            url = source.removeprefix(_FILE)
        elif source.startswith("image@"):
            url = source.removeprefix("image@")
        elif not url and ref.startswith("image-"):
            url = self._find_asset(ref)
        if not url:
            return None
        image: dict[str, object] = {"src": url}
        for name in ("alt", "caption"):
            text = unwrap(value.get(name), self._manner.language)
            if isinstance(text, str) and text:
                image[name] = text
        return image

    def _find_asset(self, ref: str) -> str:
        """Find the address of an image: its document names it, or its file lies in the export."""
        document = self._find(ref)
        if document is not None and text_at(document, "url"):
            return text_at(document, "url")
        parts = _ASSET.fullmatch(ref)
        if parts is None:
            return ""
        name = f"images/{parts[1]}-{parts[2]}.{parts[3]}"
        return next((path for path in self._place.find(f"*{name}") if path.endswith(name)), "")

    def _resolve_node(self, node: Mapping[str, object]) -> object:
        return self._read_image(node)

    def _find(self, key: object) -> Mapping[str, object] | None:
        """Find a document by its id, in the answer or in the files of the export."""
        found = self._tables.find("documents", key)
        if found is None and not self._has_looked:
            self._has_looked = True
            for name in (*self._place.find("*.ndjson"), *self._place.find("*.jsonl")):
                self._others.add("documents", self._read_others(name))
        return self._others.find("documents", key) if found is None else found

    def _read_others(self, name: str) -> Iterator[object]:
        """Read the documents of an export that are not articles: others refer to them."""
        for document in decode_items(self._place.read_lines(name)):
            if isinstance(document, Mapping):
                kind = text_at(document, "_type")
                if not _is_article(kind, document):
                    yield document


def _is_document(value: JsonObject) -> bool:
    return (
        isinstance(value.get("_type"), str)
        and "_id" in value
        and any(name in value for name in ("_createdAt", "_updatedAt", "_rev"))
    )


def _is_article(kind: str, document: Mapping[str, object]) -> bool:
    if name_kind(kind) is not None or kind.startswith(("sanity.", "system.")):
        return False
    known = {found[0] for name in document if (found := find_field(name)) is not None}
    if "title" not in known:
        return False
    if _ARTICLE.search(kind):
        return True
    is_told = not known.isdisjoint({"content_html", "content_text"})
    return is_told and not known.isdisjoint({"published", "slug"})


SYSTEMS = (Sanity(),)
