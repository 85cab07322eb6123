"""Contentful: the export of a space, and answers of its Content Delivery API.

Source: contentful.com/developers/docs, "Content Delivery API", "Links", "Rich text".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from feedpub import compile_late
from feedpub.model import SourceFile
from feedpub.settings import Site, Source
from feedpub.sources import JsonDocument, Place, Raw, decode_items
from feedpub.systems.found_fields import FoundFields, as_object, as_objects
from feedpub.systems.joins import JoinedTables
from feedpub.systems.json_systems import JsonObject, JsonSystem, JsonTranslator
from feedpub.systems.kinds import name_kind
from feedpub.systems.names import find_field
from feedpub.systems.protocol import (
    PassedOver,
    Proposal,
    Translation,
    Translator,
)
from feedpub.systems.rich_text_nodes import look_up
from feedpub.systems.shapes import find_image, text_at, unwrap
from feedpub.systems.usual_fields import Manner, translate_usual

_TABLES = {
    "Entry": ("entries", "includes.Entry", "items"),
    "Asset": ("assets", "includes.Asset"),
}
_ARTICLE = compile_late(r"article|post|story|news|report|column|opinion|feature", re.IGNORECASE)
_TEXTS = frozenset({"Text", "RichText"})
_DEFAULT_LOCALE = "en-US"


class Contentful(JsonSystem):
    """Entries of Contentful."""

    name = "contentful"
    title = "Contentful"
    records = "entries of Contentful"

    def is_record(self, value: JsonObject) -> bool:
        """Know an entry by its `sys`."""
        return _is_entry(value)

    def find_list(self, document: JsonDocument) -> str | None:
        """Know an export by its tables, and an answer by its `sys`."""
        names = set(document.list_names())
        if {"contentTypes", "entries"} <= names or {"entries", "assets"} <= names:
            return "entries"
        is_answer = as_object(document.read("sys")).get("type") == "Array"
        return "items" if is_answer else None

    def propose(self, place: Place, site: Site) -> Proposal:
        """Say what was found."""
        found = f"{self.title}; entries name no link: set link to the route of your pages"
        return Proposal(found)

    def open(self, place: Place, source: Source, site: Site) -> Translator:
        """Begin to read entries."""
        return ContentfulTranslator(JoinedTables(place), source, site)


class ContentfulTranslator(JsonTranslator):
    """Reads entries of the content types that are articles."""

    def __init__(self, tables: JoinedTables, source: Source, site: Site) -> None:
        self._tables = tables
        self._articles: frozenset[str] = frozenset()
        self._site_language = site.language or ""
        self._language = self._site_language or _DEFAULT_LOCALE
        self._usual = not source.fields

    def begin(self, file: SourceFile) -> None:
        """Forget what the file before told."""
        self._tables.clear()
        self._articles = frozenset()
        self._language = self._site_language or _DEFAULT_LOCALE

    def find_records(self, document: JsonDocument) -> str | None:
        """Find the entries, take what they link to, and learn which types are articles."""
        for table, paths in _TABLES.items():
            for path in paths:
                self._tables.add(table, decode_items(document.list_items(path)))
        types = as_objects(document.read("contentTypes"))
        self._articles = _choose_types(types)
        locales = as_objects(document.read("locales"))
        default = next((one for one in locales if one.get("default") is True), {})
        self._language = text_at(default, "code") or self._site_language or _DEFAULT_LOCALE
        return next((path for path in ("entries", "items") if document.list_items(path)), None)

    def read(self, raw: Raw, value: JsonObject, *, whole: bool) -> Translation | PassedOver:
        """Give the fields of an entry."""
        sys = as_object(value.get("sys"))
        kind = _type_of(value)
        fields = self._open(value)
        if sys.get("type") == "Asset" or not self._is_article(kind, fields):
            return PassedOver(name_kind(kind) or "entries of other types")
        record: dict[str, object] = {**fields, "id": sys.get("id")}
        times = {find_field(name) for name in fields}
        if not any(known and known[0] == "published" for known in times):
            record["published"] = next(
                (sys[n] for n in ("firstPublishedAt", "publishedAt", "createdAt") if sys.get(n)),
                None,
            )
        record["updated"] = sys.get("publishedAt") or sys.get("updatedAt")
        if sys.get("archivedAt") or sys.get("archivedVersion") or _is_draft(sys):
            record["status"] = "draft"
        manner = Manner(
            join=lambda field, item: self._follow(item),
            resolve=self._resolve_node,
            is_markdown=True,
            language=self._language,
            usual=self._usual,
        )
        translated = translate_usual(raw, record, whole=whole, manner=manner)
        return self._tell_of_links(raw, record, translated) if whole else translated

    def _open(self, entry: Mapping[str, object]) -> dict[str, object]:
        """Give an entry's fields in the space's own language."""
        fields = as_object(entry.get("fields"))
        return {name: unwrap(item, self._language) for name, item in fields.items()}

    def _is_article(self, kind: str, fields: Mapping[str, object]) -> bool:
        if self._articles:
            return kind in self._articles
        if name_kind(kind) is not None:
            return False
        known = {found[0] for name in fields if (found := find_field(name)) is not None}
        is_dated = not known.isdisjoint({"published", "slug"})
        return (
            "title" in known
            and is_dated
            and (
                not known.isdisjoint({"content_html", "content_text"})
                or bool(_ARTICLE.search(kind))
            )
        )

    def _find_linked(self, link: object) -> Mapping[str, object] | None:
        sys = as_object(as_object(link).get("sys"))
        if sys.get("type") != "Link":
            return None
        return self._tables.find(str(sys.get("linkType")), sys.get("id"))

    def _follow(self, value: object) -> object:
        """Give the fields of what a value links to, or of the items of a list."""
        if isinstance(value, list):
            return [self._follow(item) for item in value]
        linked = self._find_linked(value)
        if linked is None:
            sys = as_object(as_object(value).get("sys"))
            return None if sys.get("type") == "Link" else value
        fields = self._open(linked)
        return _read_asset(fields) if "file" in fields else self._open_inner(fields)

    def _open_inner(self, fields: Mapping[str, object]) -> dict[str, object]:
        """Open an entry that holds one image, as entries of images do."""
        opened = dict(fields)
        for name, item in fields.items():
            linked = self._find_linked(item)
            if linked is not None and "file" in (inner := self._open(linked)):
                opened[name] = _read_asset(inner)
        return opened

    def _resolve_node(self, node: Mapping[str, object]) -> object:
        target = look_up(node, "target")
        if target is None:
            return None
        found = self._follow(target)
        if not isinstance(found, Mapping):
            return None
        return found if "src" in found else find_image(found)

    def _tell_of_links(
        self, raw: Raw, record: Mapping[str, object], translated: Translation | PassedOver
    ) -> Translation | PassedOver:
        """Warn of the first links to entries or assets that the file does not hold."""
        if isinstance(translated, PassedOver):
            return translated
        found = FoundFields(raw)
        for name, item in record.items():
            for one in item if isinstance(item, list) else [item]:
                sys = as_object(as_object(one).get("sys"))
                table = str(sys.get("linkType"))
                is_lost = sys.get("type") == "Link" and self._find_linked(one) is None
                if is_lost and find_field(name):
                    message = (
                        f"links to an {table.lower()} that the file does not hold. Export it, too, "
                        "or ask the API with include=10."
                    )
                    found.warn(name, sys.get("id"), message, "join")
        return Translation(
            translated.fields,
            translated.rules,
            translated.lines,
            [*translated.problems, *found.problems],
            translated.unused,
        )


def _is_entry(value: Mapping[str, object]) -> bool:
    sys = as_object(value.get("sys"))
    return sys.get("type") in ("Entry", "Asset") and "fields" in value


def _type_of(entry: Mapping[str, object]) -> str:
    link = as_object(as_object(entry.get("sys")).get("contentType"))
    return str(as_object(link.get("sys")).get("id") or "")


def _is_draft(sys: Mapping[str, object]) -> bool:
    """Say whether an entry was never published: only the management API tells versions."""
    return ("version" in sys and "publishedVersion" not in sys and "publishedCounter" in sys) or (
        "version" in sys and not sys.get("publishedVersion") and not sys.get("publishedAt")
    )


def _choose_types(types: Iterable[Mapping[str, object]]) -> frozenset[str]:
    """Choose the content types that are articles: those named so, else those built so."""
    named: list[str] = []
    built: list[str] = []
    for one in types:
        id = text_at(as_object(one.get("sys")), "id")
        fields = as_objects(one.get("fields"))
        kinds = {text_at(field, "type") for field in fields}
        names = {found[0] for field in fields if (found := find_field(str(field.get("id"))))}
        if "title" not in names or not kinds & _TEXTS or name_kind(id) is not None:
            continue
        is_dated = "Date" in kinds or "slug" in names
        if _ARTICLE.search(id) or _ARTICLE.search(text_at(one, "name")):
            named.append(id)
        elif is_dated:
            built.append(id)
    return frozenset(named or built)


def _read_asset(fields: Mapping[str, object]) -> dict[str, object]:
    file = as_object(fields.get("file"))
    url = text_at(file, "url") or text_at(file, "upload")
    image: dict[str, object] = {"src": f"https:{url}" if url.startswith("//") else url}
    if alt := text_at(fields, "description"):
        image["alt"] = alt
    kind = text_at(file, "contentType")
    if kind and not kind.startswith("image/"):
        return {"url": image["src"], "title": fields.get("title"), "mimetype": kind}
    return image


SYSTEMS = (Contentful(),)
