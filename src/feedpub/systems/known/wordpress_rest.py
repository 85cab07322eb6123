"""Answers of the WordPress REST API, with or without `_embed`.

Source: WordPress REST API Handbook, "Posts"; Co-Authors Plus; WordPress 6.6 (class_list).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from feedpub.settings import Site, Source
from feedpub.sources import JsonDocument, Place, Raw
from feedpub.systems.found_fields import (
    FoundFields,
    Watched,
    as_list,
    as_object,
    as_objects,
    in_utc,
)
from feedpub.systems.joins import JoinedTables
from feedpub.systems.json_systems import JsonObject, JsonSystem, JsonTranslator, find_list
from feedpub.systems.kinds import name_kind
from feedpub.systems.protocol import (
    PassedOver,
    Proposal,
    Sign,
    Translation,
    Translator,
)
from feedpub.systems.shapes import find_image, unwrap

_FILES: Mapping[str, tuple[str, ...]] = {
    "category": ("categories", "category", "sections"),
    "post_tag": ("tags", "tag"),
    "author": ("users", "authors"),
    "media": ("media", "attachments"),
}
# The names of images that plugins add to a post.
_PLUGIN_IMAGES = (
    "jetpack_featured_media_url",
    "featured_image_url",
    "featured_image_src",
    "featured_media_url",
    "fimg_url",
)
_NOT_READ = ("guid", "_links", "ping_status", "comment_status", "template", "sticky", "format")


class WordPressRest(JsonSystem):
    """Posts as the REST API of WordPress gives them."""

    name = "wordpress-rest"
    title = "WordPress, saved from its REST API"
    records = "posts of WordPress"

    def is_record(self, value: JsonObject) -> bool:
        """Know posts by their rendered titles."""
        return _is_rendered(value)

    def find_list(self, document: JsonDocument) -> str | None:
        """Find the posts where they stand in a list inside of an object."""
        return _find_list(document)

    def recognize(self, place: Place) -> Sign | None:
        """Know posts, and other answers of the API by their links."""
        return super().recognize(place) or _Others().recognize(place)

    def propose(self, place: Place, site: Site) -> Proposal:
        """Say what was found."""
        return Proposal(f"{self.title}; links and categories as the posts have them")

    def open(self, place: Place, source: Source, site: Site) -> Translator:
        """Begin to read posts, and what they refer to in files beside them."""
        return WordPressRestTranslator(JoinedTables(place, _FILES), site)


class _Others(JsonSystem):
    """Answers of the API that are not posts."""

    records = "answers of the REST API of WordPress"
    weight = 0.9
    needs_all = True

    def is_record(self, value: JsonObject) -> bool:
        """Know them by their links."""
        return _name_other(value) is not None

    def find_list(self, document: JsonDocument) -> str | None:
        """Look at no list."""
        return None


class WordPressRestTranslator(JsonTranslator):
    """Reads posts; other answers are passed over."""

    def __init__(self, tables: JoinedTables, site: Site) -> None:
        self._tables = tables
        self._home = site.link

    def find_records(self, document: JsonDocument) -> str | None:
        """Find the posts where they stand in a list inside of an object."""
        return _find_list(document)

    def read(self, raw: Raw, value: JsonObject, *, whole: bool) -> Translation | PassedOver:
        """Give the fields of a post."""
        other = _name_other(value)
        if other is not None:
            return PassedOver(other)
        post = Watched(value)
        found = FoundFields(raw, self._home)
        found.put("id", post.get("id"), "id")
        found.put_title(post.get("title"), "title.rendered", post.get("excerpt"))
        found.put("link", post.get("link"), "link")
        for field, name in (("published", "date"), ("updated", "modified")):
            utc, local = post.get(f"{name}_gmt"), post.get(name)
            if isinstance(utc, str) and not utc.startswith("0000"):
                found.put(field, in_utc(utc), f"{name}_gmt, which is in UTC")
            found.put(field, local, name)
        status = post.get("status")
        if _is_protected(post) or post.get("password"):
            status = "draft"
        found.put_status("published" if status in ("publish", None) else status, "status")
        found.put("section", self._find_terms(found, post, "category"), "its categories")
        if whole:
            self._add_rest(found, post)
            found.unused = tuple(name for name in post.list_unused() if name not in _NOT_READ)
        return found.finish()

    def _add_rest(self, found: FoundFields, post: Mapping[str, object]) -> None:
        embedded = as_object(post.get("_embedded"))
        found.put_body(post.get("content"), "content.rendered")
        found.put("summary", unwrap(post.get("excerpt")), "excerpt.rendered")
        found.put("tags", self._find_terms(found, post, "post_tag"), "its tags")
        found.put("language", post.get("lang"), "lang")
        coauthors = [term.get("name") for term in _list_embedded_terms(post, "author")]
        found.put("author", [name for name in coauthors if name], "its co-authors")
        authors = [one.get("name") for one in as_objects(embedded.get("author"))]
        found.put("author", [name for name in authors if name], "_embedded.author")
        if "author" not in found.fields:
            self._join_author(found, post)
        self._add_image(found, post, embedded)

    def _join_author(self, found: FoundFields, post: Mapping[str, object]) -> None:
        """Find the author's name in the users beside, or where plugins put it."""
        key = post.get("author")
        user = self._tables.find("author", key)
        if user is not None:
            found.put("author", user.get("name"), "author, in the users beside")
        yoast = as_object(post.get("yoast_head_json"))
        for name, value in (
            ("author_name", post.get("author_name")),
            ("author_info", as_object(post.get("author_info")).get("display_name")),
            ("yoast_head_json.author", yoast.get("author")),
        ):
            found.put("author", value, name)
        if key and "author" not in found.fields:
            message = (
                "is a number, and no users.json beside gives its name. Save the posts with "
                "?_embed, or save /wp/v2/users as users.json."
            )
            found.warn("author", key, message, "join")

    def _add_image(
        self, found: FoundFields, post: Mapping[str, object], embedded: Mapping[str, object]
    ) -> None:
        for media in as_objects(embedded.get("wp:featuredmedia"))[:1]:
            found.put("images", _read_media(media), "_embedded wp:featuredmedia")
        key = post.get("featured_media")
        beside = self._tables.find("media", key)
        if beside is not None:
            found.put("images", _read_media(beside), "featured_media, in the media beside")
        for name in _PLUGIN_IMAGES:
            image = find_image(post.get(name)) if post.get(name) else None
            found.put("images", [image] if image else [], name)
        for shown in as_objects(as_object(post.get("yoast_head_json")).get("og_image"))[:1]:
            url = shown.get("url")
            found.put("images", [{"src": url}] if url else [], "yoast_head_json.og_image")
        if key and "images" not in found.fields:
            message = (
                "is a number, and no media.json beside gives its image. Save the posts with "
                "?_embed, or save /wp/v2/media as media.json."
            )
            found.warn("images", key, message, "join")

    def _find_terms(
        self, found: FoundFields, post: Mapping[str, object], taxonomy: str
    ) -> list[object]:
        """Find the names of a post's categories or tags: embedded, beside, or of its classes."""
        names = [term.get("name") for term in _list_embedded_terms(post, taxonomy)]
        if any(names):
            return [name for name in names if name]
        field = {"category": "categories", "post_tag": "tags"}[taxonomy]
        keys = as_list(post.get(field))
        rows = [row for key in keys if (row := self._tables.find(taxonomy, key)) is not None]
        names = [row.get("name") for row in rows] or [key for key in keys if isinstance(key, str)]
        names = names or [as_object(key).get("name") for key in keys if isinstance(key, Mapping)]
        if any(names):
            return [name for name in names if name]
        slugs = _list_classes(post, {"category": "category-", "post_tag": "tag-"}[taxonomy])
        if keys and not slugs:
            message = (
                f"are numbers, and no {field}.json beside gives their names. Save the posts "
                f"with ?_embed, or save /wp/v2/{field} as {field}.json."
            )
            shown = "section" if taxonomy == "category" else "tags"
            found.warn(shown, list(keys), message, "join")
        return slugs


def _is_rendered(value: Mapping[str, object]) -> bool:
    title = as_object(value.get("title"))
    return "rendered" in title and ("date_gmt" in value or "content" in value)


def _find_list(document: JsonDocument) -> str | None:
    return find_list(document, _is_rendered, lambda path: not path.startswith("_"))


def _name_other(value: Mapping[str, object]) -> str | None:
    """Name the kind of an answer of the API that is not a post."""
    if "_links" not in value and "date_gmt" not in value:
        return None
    kind = value.get("type")
    if "taxonomy" in value:
        return "categories and tags"
    if "avatar_urls" in value and "content" not in value:
        return "users"
    if "media_type" in value or "source_url" in value:
        return "attachments"
    if "author_name" in value and "post" in value:
        return "comments"
    return None if kind == "post" else name_kind(kind)


def _is_protected(post: Mapping[str, object]) -> bool:
    return as_object(post.get("content")).get("protected") is True


def _list_embedded_terms(post: Mapping[str, object], taxonomy: str) -> list[Mapping[str, object]]:
    groups = as_list(as_object(post.get("_embedded")).get("wp:term"))
    terms = [term for group in groups for term in as_objects(group)]
    return [term for term in terms if term.get("taxonomy") == taxonomy]


def _list_classes(post: Mapping[str, object], prefix: str) -> list[object]:
    """Read names off the classes that WordPress 6.6 and later give a post."""
    classes: object = post.get("class_list")
    items: Sequence[object] = (
        list(classes.values()) if isinstance(classes, Mapping) else as_list(classes)
    )
    slugs = [
        item[len(prefix) :] for item in items if isinstance(item, str) and item.startswith(prefix)
    ]
    return [slug.replace("-", " ").capitalize() for slug in slugs if slug]


def _read_media(media: Mapping[str, object]) -> list[object]:
    image: dict[str, object] = {"src": media.get("source_url") or unwrap(media.get("guid"))}
    if not isinstance(image["src"], str) or media.get("media_type") not in ("image", None):
        return []
    for name, value in (("alt", media.get("alt_text")), ("caption", unwrap(media.get("caption")))):
        if isinstance(value, str) and value.strip():
            image[name] = value
    return [image]


SYSTEMS = (WordPressRest(),)
