"""Arc XP: documents in ANS, one a file or in a list.

Source: github.com/washingtonpost/ans-schema, schema/ans/0.10.
"""

from __future__ import annotations

from collections.abc import Mapping

from feedpub.settings import Site, Source
from feedpub.sources import JsonDocument, Place, Raw
from feedpub.systems.found_fields import FoundFields, Watched, as_list, as_object, as_objects
from feedpub.systems.json_systems import JsonObject, JsonSystem, JsonTranslator, find_list
from feedpub.systems.kinds import name_kind
from feedpub.systems.protocol import (
    PassedOver,
    Proposal,
    Translation,
    Translator,
)
from feedpub.systems.shapes import find_image, read_words, text_at

_TYPES = frozenset("story gallery video image audio author collection results".split())
_NOT_READ = frozenset(
    """type version slug created_date channels geo address location copyright short_url owner
    related_content planning comments workflow pitches additional_properties source distributor
    syndication contributors vanity_credits label editor_note tracking voice_transcripts
    content_restrictions revision publishing""".split()
)


class ArcAns(JsonSystem):
    """Stories in ANS, the format of Arc XP."""

    name = "arcxp-ans"
    title = "Arc XP (ANS)"
    records = "stories in ANS"

    def is_record(self, value: JsonObject) -> bool:
        """Know documents by their type and version, and stories by their headlines."""
        return _is_ans(value)

    def find_list(self, document: JsonDocument) -> str | None:
        """Find the stories of an answer that holds several."""
        return _find_list(document)

    def propose(self, place: Place, site: Site) -> Proposal:
        """Say what was found."""
        return Proposal(f"{self.title}; sections and links as the stories have them")

    def open(self, place: Place, source: Source, site: Site) -> Translator:
        """Begin to read stories."""
        return ArcAnsTranslator(site)


class ArcAnsTranslator(JsonTranslator):
    """Reads stories; other documents are passed over."""

    def __init__(self, site: Site) -> None:
        self._home = site.link

    def find_records(self, document: JsonDocument) -> str | None:
        """Find the stories of an answer that holds several."""
        return _find_list(document)

    def read(self, raw: Raw, value: JsonObject, *, whole: bool) -> Translation | PassedOver:
        """Give the fields of a story."""
        story = Watched(value)
        kind = story.get("type")
        if kind != "story" and (kind is not None or "headlines" not in value):
            return PassedOver(name_kind(kind) or "documents that are not stories")
        found = FoundFields(raw, self._home)
        found.put("id", story.get("_id"), "_id")
        headlines = as_object(story.get("headlines"))
        found.put(
            "title", text_at(headlines, "basic", "web", "native", "mobile"), "headlines.basic"
        )
        found.put("link", _find_link(story), "canonical_url")
        self._add_times(found, story)
        found.put_status(_find_status(story), "its status and editions")
        found.put("section", _find_sections(story), "taxonomy")
        if whole:
            self._add_rest(found, story)
            found.unused = tuple(n for n in story.list_unused() if n not in _NOT_READ)
        return found.finish()

    def _add_times(self, found: FoundFields, story: Mapping[str, object]) -> None:
        for name in ("first_publish_date", "publish_date", "display_date"):
            found.put("published", story.get(name), name)
        for name in ("last_updated_date", "display_date"):
            found.put("updated", story.get(name), name)

    def _add_rest(self, found: FoundFields, story: Mapping[str, object]) -> None:
        for name in ("description", "subheadlines"):
            found.put("summary", as_object(story.get(name)).get("basic"), f"{name}.basic")
        found.put("author", _find_authors(story), "credits.by")
        found.put("language", story.get("language"), "language")
        taxonomy = as_object(story.get("taxonomy"))
        tags = [
            text_at(tag, "text", "name", "description") for tag in as_objects(taxonomy.get("tags"))
        ]
        found.put("tags", [tag for tag in tags if tag], "taxonomy.tags")
        promo = as_object(story.get("promo_items"))
        for name in ("basic", "lead_art"):
            image = _read_promo(as_object(promo.get(name)), 0)
            found.put("images", [image] if image else [], f"promo_items.{name}")
        elements = story.get("content_elements")
        if as_list(elements):
            found.put_body(elements, "content_elements")
        else:
            found.put_body(story.get("content"), "content")


def _is_ans(value: Mapping[str, object]) -> bool:
    if "basic" in as_object(value.get("headlines")):
        return True
    version = value.get("version")
    return (
        str(value.get("type")) in _TYPES and isinstance(version, str) and version.startswith("0.")
    )


def _find_list(document: JsonDocument) -> str | None:
    return None if document.read("type") == "story" else find_list(document, _is_story)


def _is_story(value: JsonObject) -> bool:
    return value.get("type") == "story" and "headlines" in value


def _find_link(story: Mapping[str, object]) -> str:
    link = text_at(story, "canonical_url", "website_url")
    if link:
        return link
    websites = as_object(story.get("websites"))
    own = [str(story.get("canonical_website"))] if story.get("canonical_website") else []
    for name in [*own, *websites]:
        if url := text_at(as_object(websites.get(name)), "website_url"):
            return url
    return ""


def _find_status(story: Mapping[str, object]) -> object:
    publishing = as_object(story.get("publishing"))
    revision = as_object(story.get("revision"))
    if publishing.get("has_published_edition") is False or revision.get("published") is False:
        return "draft"
    return story.get("status")


def _find_sections(story: Mapping[str, object]) -> list[str]:
    """Find the primary section, else the first of any: the others are its places on the site."""
    taxonomy = as_object(story.get("taxonomy"))
    websites = as_object(story.get("websites")).values()
    places = [
        taxonomy.get("primary_section"),
        *as_list(taxonomy.get("sections")),
        *(as_object(site).get("website_section") for site in websites),
        taxonomy.get("primary_site"),
        *as_list(taxonomy.get("sites")),
    ]
    names = (text_at(as_object(place), "name", "title") for place in places)
    return [name for name in names if name][:1]


def _find_authors(story: Mapping[str, object]) -> list[str]:
    names = []
    for one in as_objects(as_object(story.get("credits")).get("by")):
        original = as_object(as_object(one.get("additional_properties")).get("original"))
        name = text_at(one, "name", "byline") or text_at(original, "byline", "name")
        if name:
            names.append(name)
    return list(dict.fromkeys(names))


def _read_promo(item: Mapping[str, object], depth: int) -> dict[str, object] | None:
    """Read the image that a story is promoted with: of a video or a gallery, its own first."""
    if item.get("type") in ("image", None) or depth > 3:
        image = find_image({name: item.get(name) for name in ("url", "caption", "alt_text")})
        credit = read_words(item.get("credits"))
        if image is not None and credit:
            image["credit"] = credit
        return image
    inner = as_object(as_object(item.get("promo_items")).get("basic"))
    if inner:
        return _read_promo(inner, depth + 1)
    images = [one for one in as_objects(item.get("content_elements")) if one.get("type") == "image"]
    return _read_promo(images[0], depth + 1) if images else None


SYSTEMS = (ArcAns(),)
