"""Drupal's JSON:API, as it answers and as clients flatten its answers.

Source: Drupal, "JSON:API module"; jsonapi.org, version 1.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from feedpub import compile_late
from feedpub.model import SourceFile
from feedpub.settings import Site, Source
from feedpub.sources import JsonDocument, Place, Raw, decode_items
from feedpub.systems.found_fields import FoundFields, as_list, as_object, as_objects
from feedpub.systems.html_bodies import write_figure
from feedpub.systems.json_systems import JsonObject, JsonSystem, JsonTranslator, find_list
from feedpub.systems.protocol import (
    PassedOver,
    Proposal,
    Translation,
    Translator,
)
from feedpub.systems.shapes import find_name, text_at
from feedpub.text import read_number

_NODE = "node--"
_OTHERS = {
    "taxonomy_term": "categories and tags",
    "media": "media",
    "file": "files",
    "user": "users",
    "paragraph": "parts of pages",
    "block_content": "parts of pages",
    "menu_link_content": "menus",
    "comment": "comments",
}
# Bundles that are no articles, by words of their names.
_NOT_ARTICLES = compile_late(r"(?:^|_)(?:page|landing|webform|homepage|person|author|menu)(?:$|_)")
_IMAGE = compile_late(r"image|media|photo|picture|hero|cover|thumbnail|banner")
_SECTION = compile_late(r"category|categories|section|channel|rubric|topic")
_TAG = compile_late(r"tag|keyword")
_AUTHOR = compile_late(r"author|byline|writer|contributor")
_PARTS = compile_late(r"paragraph|content|component|section")
_SUMMARY = compile_late(r"summary|teaser|excerpt|intro|description|dek|standfirst|lead")
_BODY = compile_late(r"^(?:field_)?(?:body|content|text|article)")
_MAX_DEPTH = 6
_READ = frozenset("id title status moderation_state created changed path uid body langcode".split())
_NOT_READ = compile_late(
    r"^(?:drupal_internal__|revision_|content_translation|default_langcode|promote|sticky|links$|"
    r"node_type|type$|relationshipNames|menu_link|metatag|resourceIdObjMeta|rh_|publish_on|"
    r"unpublish_on|comment)"
)


class DrupalJsonApi(JsonSystem):
    """Nodes of Drupal, saved from JSON:API."""

    name = "drupal-jsonapi"
    title = "Drupal, saved from JSON:API"
    records = "entities of Drupal"

    def is_record(self, value: JsonObject) -> bool:
        """Know nodes and what belongs to them by their types, such as node--article."""
        return _entity_of(value)

    def find_list(self, document: JsonDocument) -> str | None:
        """Find the nodes of a list."""
        return _find_list(document)

    def propose(self, place: Place, site: Site) -> Proposal:
        """Say what was found."""
        return Proposal(f"{self.title}; links from path aliases; sections from categories")

    def open(self, place: Place, source: Source, site: Site) -> Translator:
        """Begin to read nodes."""
        return DrupalTranslator(site)


class DrupalTranslator(JsonTranslator):
    """Reads nodes, and the included entities that they refer to."""

    def __init__(self, site: Site) -> None:
        self._site_home = site.link
        self._home = site.link
        self._included: dict[tuple[str, str], Mapping[str, object]] = {}

    def begin(self, file: SourceFile) -> None:
        """Forget what the file before told."""
        self._home = self._site_home
        self._included = {}

    def find_records(self, document: JsonDocument) -> str | None:
        """Find the nodes of a list, and take the entities that are included beside them."""
        self._take(decode_items(document.list_items("included")))
        self._learn_home(as_object(document.read("links")))
        return _find_list(document)

    def _take(self, items: object) -> None:
        self._included = {}
        for item in items if isinstance(items, Iterator) else as_list(items):
            if isinstance(item, Mapping):
                self._included[_key_of(item)] = item

    def read(self, raw: Raw, value: JsonObject, *, whole: bool) -> Translation | PassedOver:
        """Give the fields of a node."""
        if isinstance(value.get("data"), Mapping):
            self._take(as_list(value.get("included")))
            value = as_object(value["data"])
        kind = str(value.get("type"))
        if not kind.startswith(_NODE):
            return PassedOver(_OTHERS.get(kind.partition("--")[0], "records of another kind"))
        if _NOT_ARTICLES.search(kind.removeprefix(_NODE)):
            return PassedOver("pages")
        node = _flatten(value)
        self._learn_home(as_object(node.get("links")))
        found = FoundFields(raw, self._home)
        found.put("id", value.get("id"), "id")
        found.put("title", node.get("title"), "title")
        self._add_link(found, node)
        for name in ("field_published_at", "published_at", "field_publish_date", "field_date"):
            found.put("published", _read_time(node.get(name)), name)
        found.put("published", _read_time(node.get("created")), "created")
        found.put("updated", _read_time(node.get("changed")), "changed")
        found.put_status(_find_status(node), "status")
        found.put("section", self._find_names(found, node, _SECTION, "section"), "its category")
        if whole:
            self._add_rest(found, node)
            found.unused = tuple(_list_unused(node))
        return found.finish()

    def _learn_home(self, links: Mapping[str, object]) -> None:
        """Learn the address of Drupal itself, which files are relative to."""
        found = re.match(r"https?://[^/]+", _self_of({"links": links}))
        if found:
            self._home = found[0] + "/"

    def _add_link(self, found: FoundFields, node: Mapping[str, object]) -> None:
        path = as_object(node.get("path"))
        alias = text_at(path, "alias")
        number = node.get("drupal_internal__nid") or node.get("nid")
        # Where the API itself is below a language, the pages are, too.
        href = _self_of(node)
        language = re.search(r"//[^/]+/([a-z]{2}(?:-[a-z]+)?)/jsonapi", href)
        prefix = f"/{language[1]}" if language else ""
        if alias:
            found.put("link", prefix + "/" + alias.lstrip("/"), "path.alias")
        elif number:
            found.put("link", f"{prefix}/node/{number}", "its number")

    def _add_rest(self, found: FoundFields, node: Mapping[str, object]) -> None:
        body = as_object(node.get("body"))
        found.put("summary", text_at(body, "summary"), "body.summary")
        texts = dict(_list_texts(node))
        names = sorted(texts, key=lambda name: (not _BODY.search(name), -len(texts[name])))
        for name in names:
            if _SUMMARY.search(name):
                found.put("summary", texts[name], name)
        for name in names:
            if not _SUMMARY.search(name):
                found.put_body(texts[name], name)
        if "content_html" not in found.fields:
            found.put_body(self._join_parts(node, 0) or None, "its paragraphs")
        found.put("language", text_at(node, "langcode"), "langcode")
        found.put("tags", self._find_names(found, node, _TAG, "tags"), "its tags")
        found.put("author", self._find_names(found, node, _AUTHOR, "author"), "its author")
        user = self._resolve(node.get("uid"))
        found.put("author", text_at(user, "display_name", "name"), "uid")
        images = self._find_images(node)
        found.put("images", images, "its image")
        if not images and any(_IMAGE.search(name) and _is_reference(node[name]) for name in node):
            self._miss(found, "images", "field_media_image.field_media_image")

    @staticmethod
    def _miss(found: FoundFields, field: str, include: str) -> None:
        message = (
            "refers to what the file does not hold. Save the answer with "
            f"?include={include}, or the like."
        )
        found.warn(field, None, message, "join")

    def _resolve(self, reference: object) -> Mapping[str, object]:
        """Resolve a reference: to an included entity, or to one that is given inline."""
        one = as_object(reference)
        if isinstance(one.get("data"), Mapping):
            one = as_object(one["data"])
        included = self._included.get(_key_of(one))
        return _flatten(included if included is not None else one)

    def _list_references(self, value: object) -> Iterator[Mapping[str, object]]:
        if isinstance(value, Mapping) and "data" in value:
            value = value["data"]
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, Mapping) and "--" in str(item.get("type")):
                yield self._resolve(item)

    def _find_names(
        self, found: FoundFields, node: Mapping[str, object], names: re.Pattern[str], field: str
    ) -> list[str]:
        shown: list[str] = []
        is_missing = False
        for name, value in node.items():
            if not name.startswith("field_") or not names.search(name):
                continue
            if isinstance(value, str) and field != "section":
                shown.append(value)
            for one in self._list_references(value):
                label = text_at(one, "display_name", "name", "title")
                is_missing = is_missing or not label
                shown += [label] if label else []
        if is_missing and not shown:
            self._miss(found, field, "field_tags,uid" if field != "author" else "uid")
        return list(dict.fromkeys(shown))

    def _find_images(self, node: Mapping[str, object]) -> list[object]:
        images: list[object] = []
        for name, value in node.items():
            if name.startswith("field_") and _IMAGE.search(name):
                for reference in _list_raw_references(value):
                    image = self._read_image(reference, 0)
                    if image is not None:
                        images.append(image)
        return images

    def _read_image(self, reference: Mapping[str, object], depth: int) -> dict[str, object] | None:
        """Follow a reference from a medium to its file."""
        meta = as_object(reference.get("meta") or reference.get("resourceIdObjMeta"))
        one = self._resolve(reference)
        uri = as_object(one.get("uri"))
        url = text_at(uri, "url") or text_at(one, "url")
        if url:
            image: dict[str, object] = {"src": url}
            if alt := text_at(meta, "alt"):
                image["alt"] = alt
            return image
        if depth > _MAX_DEPTH or str(one.get("type")).partition("--")[0] != "media":
            return None
        for name in sorted(one, key=lambda name: (name == "thumbnail", name)):
            if name.startswith("field_") or name == "thumbnail":
                for inner in _list_raw_references(one[name]):
                    found = self._read_image(inner, depth + 1)
                    if found is not None:
                        return found
        return None

    def _join_parts(self, node: Mapping[str, object], depth: int) -> str:
        """Join the texts and images of the paragraphs that a node is made of."""
        written: list[str] = []
        for name, value in node.items():
            if depth > _MAX_DEPTH or not name.startswith("field_") or not _PARTS.search(name):
                continue
            for part in self._list_references(value):
                if not str(part.get("type")).startswith("paragraph--"):
                    continue
                written += [text for _, text in _list_texts(part)]
                for image in self._find_images(part):
                    written.append(write_figure(str(as_object(image).get("src"))))
                written.append(self._join_parts(part, depth + 1))
        return "".join(written)


def _key_of(item: Mapping[str, object]) -> tuple[str, str]:
    """Make the key by which references find an entity."""
    return str(item.get("type")), str(item.get("id"))


def _type_of(value: Mapping[str, object]) -> str:
    inner = value.get("data")
    return str((inner if isinstance(inner, Mapping) else value).get("type"))


def _entity_of(value: Mapping[str, object]) -> bool:
    kind = _type_of(value)
    entity = as_object(value.get("data") or value)
    is_other = kind.partition("--")[0] in _OTHERS and "--" in kind
    return kind.startswith(_NODE) or (is_other and "id" in entity)


def _find_list(document: JsonDocument) -> str | None:
    return find_list(document, _is_node, lambda path: path.rpartition(".")[2] != "included")


def _is_node(value: JsonObject) -> bool:
    return str(value.get("type")).startswith(_NODE)


def _flatten(value: Mapping[str, object]) -> Mapping[str, object]:
    parts = (as_object(value.get(name)) for name in ("relationships", "attributes"))
    own = {n: v for n, v in value.items() if n not in ("relationships", "attributes")}
    return {**{n: v for part in parts for n, v in part.items()}, **own}


def _self_of(node: Mapping[str, object]) -> str:
    own = as_object(node.get("links")).get("self")
    return text_at(own, "href") if isinstance(own, Mapping) else str(own or "")


def _find_status(node: Mapping[str, object]) -> object:
    if node.get("status") in (False, 0, "0"):
        return "draft"
    return node.get("moderation_state") or "published"


def _read_time(value: object) -> object:
    if isinstance(value, Mapping):
        value = value.get("value")
    number = read_number(value) if isinstance(value, str) and value.isdigit() else None
    return value if number is None else number


def _list_texts(node: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yield the formatted texts of an entity, as Drupal shows them."""
    for name, value in node.items():
        for item in as_list(value) or [value]:
            text = text_at(as_object(item), "processed", "value")
            if text and (name == "body" or "processed" in as_object(item)):
                yield name, text
    body = node.get("body")
    if isinstance(body, str) and body:
        yield "body", body


def _list_raw_references(value: object) -> list[Mapping[str, object]]:
    if isinstance(value, Mapping) and "data" in value:
        value = value["data"]
    return as_objects(value if isinstance(value, list) else [value])


def _is_reference(value: object) -> bool:
    return any("id" in one and "type" in one for one in _list_raw_references(value))


def _list_unused(node: Mapping[str, object]) -> Iterator[str]:
    for name, value in node.items():
        if name in _READ or _NOT_READ.search(name) or not value:
            continue
        is_read = any(p.search(name) for p in (_IMAGE, _SECTION, _TAG, _AUTHOR, _SUMMARY, _PARTS))
        if not is_read and find_name(value) is not None:
            yield name


SYSTEMS = (DrupalJsonApi(),)
