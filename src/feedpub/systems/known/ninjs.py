"""News in JSON (ninjs) of the IPTC, versions 1 to 3.

Source: iptc.org/std/ninjs; github.com/iptc/newsinjson, specification.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from feedpub.settings import Site, Source
from feedpub.sources import JsonDocument, Place, Raw
from feedpub.systems.found_fields import FoundFields, Watched, as_objects, take_body
from feedpub.systems.json_systems import JsonObject, JsonSystem, JsonTranslator, find_list
from feedpub.systems.kinds import name_kind
from feedpub.systems.protocol import (
    PassedOver,
    Proposal,
    Translation,
    Translator,
)
from feedpub.systems.shapes import choose_rendition, text_at

_SIGNS = frozenset(
    """headline headlines pubstatus pubStatus body_text body_html body_xhtml bodies slugline
    copyrightholder copyrightHolder representationtype representationType renditions""".split()
)
_BODIES = ("body_html", "body_xhtml", "body_html5", "body_text")
_PICTURES = frozenset({"picture", "graphic", "image", "photo", None})
_NOT_READ = frozenset(
    """type version profile urgency usageterms usageTerms copyrightholder copyrightHolder
    copyrightnotice copyrightNotice ednote edNote slugline person people organisation
    organisations place places event events object objects altids altIds located genres genre
    representationtype representationType charcount wordcount infosource infoSources trustindicator
    trustIndicators priority titles signals expires contentcreated contentCreated""".split()
)


class Ninjs(JsonSystem):
    """Items in ninjs, as news agencies deliver them."""

    name = "ninjs"
    title = "ninjs (News in JSON)"
    records = "items of ninjs"
    weight = 0.9

    def is_record(self, value: JsonObject) -> bool:
        """Know items by their version's time and the names of their fields."""
        return _is_item(value)

    def find_list(self, document: JsonDocument) -> str | None:
        """Find the items of a list of them."""
        return _find_list(document)

    def propose(self, place: Place, site: Site) -> Proposal:
        """Say what was found."""
        return Proposal(f"{self.title}; sections from the first subject; items name no link")

    def open(self, place: Place, source: Source, site: Site) -> Translator:
        """Begin to read items."""
        return NinjsTranslator()


class NinjsTranslator(JsonTranslator):
    """Reads texts; pictures, videos and what else agencies deliver are passed over."""

    def find_records(self, document: JsonDocument) -> str | None:
        """Find the items of a list of them."""
        return _find_list(document)

    def read(self, raw: Raw, value: JsonObject, *, whole: bool) -> Translation | PassedOver:
        """Give the fields of an item."""
        item = Watched(value)
        kind = item.get("type")
        if kind not in (None, "text", "composite") and name_kind(kind) is not None:
            return PassedOver(name_kind(kind) or "")
        found = FoundFields(raw)
        found.put("id", item.get("uri"), "uri")
        found.put("title", item.get("headline"), "headline")
        found.put("title", _choose_role(item.get("headlines"), "main"), "headlines")
        found.put("title", item.get("title"), "title")
        self._add_times(found, item)
        status = item.get("pubstatus") or item.get("pubStatus")
        found.put_status({"usable": "published"}.get(str(status), status), "pubstatus")
        subjects = _list_names(item.get("subject") or item.get("subjects"))
        found.put("section", subjects[:1], "its first subject")
        if whole:
            found.put("tags", [*subjects[1:], *_list_keywords(item)], "its other subjects")
            self._add_rest(found, item)
            found.unused = tuple(n for n in item.list_unused() if n not in _NOT_READ)
        return found.finish()

    def _add_times(self, found: FoundFields, item: Mapping[str, object]) -> None:
        version = text_at(item, "versioncreated", "versionCreated")
        first = text_at(item, "firstcreated", "firstCreated")
        embargo = text_at(item, "embargoed")
        found.put("published", embargo, "embargoed")
        found.put("published", first or version, "firstcreated" if first else "versioncreated")
        if not embargo:
            found.put("updated", version, "versioncreated")

    def _add_rest(self, found: FoundFields, item: Mapping[str, object]) -> None:
        found.put("author", text_at(item, "byline", "by"), "byline")
        found.put("language", item.get("language"), "language")
        for name in ("description_text", "description_html", "description_xhtml"):
            found.put("summary", item.get(name), name)
        found.put("summary", _choose_role(item.get("descriptions"), "text"), "descriptions")
        for name in _BODIES:
            text = item.get(name)
            if isinstance(text, str) and text.strip():
                found.put_body(take_body(text), name)
        body = _choose_body(as_objects(item.get("bodies")))
        found.put_body(take_body(body) if body else None, "bodies")
        found.put("images", _list_images(item.get("associations")), "associations")
        for medium in ("audio", "video"):
            recordings = _list_recordings(item.get("associations"), medium)
            found.put(medium, recordings, "associations")
        found.put("source", text_at(item, "copyrightholder", "copyrightHolder"), "copyrightholder")


def _is_item(value: JsonObject) -> bool:
    if "uri" not in value:
        return False
    is_versioned = "versioncreated" in value or "versionCreated" in value
    signs = len(_SIGNS & value.keys())
    return signs >= (1 if is_versioned else 2)


def _find_list(document: JsonDocument) -> str | None:
    return None if "uri" in document.list_names() else find_list(document, _is_item)


def _choose_role(value: object, role: str) -> str:
    """Choose the text of a role, else the first text that is not a caption."""
    texts = as_objects(value)
    own = [one for one in texts if one.get("role") == role]
    others = [one for one in texts if one.get("role") not in ("caption", "sub")]
    return next((text for one in [*own, *others, *texts] if (text := text_at(one, "value"))), "")


def _choose_body(bodies: Sequence[Mapping[str, object]]) -> str:
    """Choose a body in HTML, else any."""

    def rank(body: Mapping[str, object]) -> int:
        kind = f"{body.get('contentType', body.get('contenttype', ''))} {body.get('role', '')}"
        if "html" in kind.lower():
            return 0
        return 1 if "text/plain" in kind else 2

    texts = [text_at(body, "value") for body in sorted(bodies, key=rank)]
    return next((text for text in texts if text.strip()), "")


def _list_names(value: object) -> list[str]:
    names = (text_at(one, "name", "literal") for one in as_objects(value))
    return list(dict.fromkeys(name for name in names if name and not name.isdigit()))


def _list_keywords(item: Mapping[str, object]) -> list[str]:
    found = item.get("keyword") or item.get("keywords")
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def _list_objects(value: object) -> list[Mapping[str, object]]:
    """List the objects of a list, or of an object that names each."""
    return as_objects(list(value.values()) if isinstance(value, Mapping) else value)


def _list_images(value: object) -> list[object]:
    """List the pictures that an item is associated with, each in its widest usable rendition."""
    images: list[object] = []
    for item in _list_objects(value):
        if str(item.get("type")) not in _PICTURES:
            continue
        source = choose_rendition(item.get("renditions"))
        if source is None:
            continue
        images.append({"src": source, **_describe(item)})
    return images


def _describe(item: Mapping[str, object]) -> dict[str, object]:
    caption = text_at(item, "description_text") or _choose_role(item.get("descriptions"), "caption")
    credit = text_at(item, "creditline", "creditLine", "byline", "by")
    return {name: text for name, text in (("caption", caption), ("credit", credit)) if text}


def _list_recordings(value: object, medium: str) -> list[object]:
    """List the sounds or films that an item is associated with, each in its longest rendition."""
    recordings: list[object] = []
    for item in _list_objects(value):
        usable = [one for one in _list_objects(item.get("renditions")) if text_at(one, "href")]
        if item.get("type") != medium or not usable:
            continue
        chosen = max(usable, key=_read_size)
        values = {
            "type": text_at(chosen, "mimetype", "contenttype", "contentType"),
            "length": _read_size(chosen),
            "duration": chosen.get("duration"),
            "title": text_at(item, "headline"),
        }
        known = {name: value for name, value in values.items() if value}
        recordings.append({"src": text_at(chosen, "href"), **known, **_describe(item)})
    return recordings


def _read_size(file: Mapping[str, object]) -> int:
    value = file.get("sizeinbytes") or file.get("sizeInBytes")
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


SYSTEMS = (Ninjs(),)
