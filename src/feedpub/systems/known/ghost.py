"""Ghost: its JSON export, and answers of its Content API and Admin API.

Source: docs.ghost.org, "Content API" and "Custom migrations"; Ghost, core/server/data/schema.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from feedpub.model import SourceFile
from feedpub.settings import Site, Source
from feedpub.sources import JsonDocument, Place, Raw, decode_items
from feedpub.systems.found_fields import FoundFields, Watched, as_object, as_objects, in_utc
from feedpub.systems.joins import JoinedTables, Key, read_key
from feedpub.systems.json_systems import JsonObject, JsonSystem, JsonTranslator
from feedpub.systems.protocol import (
    PassedOver,
    Proposal,
    Setting,
    Translation,
    Translator,
)
from feedpub.text import plain_text

# Only these are read: an export holds password hashes and keys, too.
_TABLES = ("tags", "users", "posts_tags", "posts_authors", "posts_meta")
_MARK = "__GHOST_URL__"
_PATHS = ("db[0].data.posts", "data.posts", "posts")
_SIGNS = frozenset(
    "feature_image custom_excerpt codeinjection_head comment_id primary_author mobiledoc lexical "
    "visibility".split()
)
_NOT_READ = frozenset(
    """uuid comment_id featured created_at codeinjection_head codeinjection_foot custom_template
    og_image og_title og_description twitter_image twitter_title twitter_description meta_title
    meta_description reading_time access comments email_subject frontmatter plaintext locale
    newsletter_id show_title_and_feature_image send_email_when_published created_by updated_by
    published_by email_recipient_filter email_only excerpt""".split()
)


class Ghost(JsonSystem):
    """Posts of Ghost."""

    name = "ghost"
    title = "Ghost"
    records = "posts of Ghost"
    needs_all = True

    def is_record(self, value: JsonObject) -> bool:
        """Know posts by the names of their fields."""
        return _is_post(value)

    def find_list(self, document: JsonDocument) -> str | None:
        """Know an export by its tables."""
        for path in _PATHS:
            first = next(decode_items(document.list_items(path)[:1]), None)
            if isinstance(first, Mapping) and _is_post(first):
                return path
        return None

    def propose(self, place: Place, site: Site) -> Proposal:
        """Say what was found."""
        return Proposal(
            f"{self.title}; sections from the first tag; links like /slug/",
            site=_propose_title(place),
        )

    def open(self, place: Place, source: Source, site: Site) -> Translator:
        """Begin to read posts."""
        return GhostTranslator(JoinedTables(place), site)


def _propose_title(place: Place) -> list[Setting]:
    """Propose the title that the settings of an export name."""
    for path in ("db[0].data.settings", "data.settings"):
        found = None if place.document is None else place.document.read(path)
        for item in found if isinstance(found, list) else ():
            if isinstance(item, Mapping) and item.get("key") == "title":
                value = item.get("value")
                if isinstance(value, str) and plain_text(value):
                    return [Setting("title", plain_text(value), "as the export says")]
    return []


class GhostTranslator(JsonTranslator):
    """Reads posts, and their tags and authors from the tables of the same export."""

    def __init__(self, tables: JoinedTables, site: Site) -> None:
        self._tables = tables
        self._home = site.link.rstrip("/")
        self._links: dict[str, dict[Key, list[Mapping[str, object]]]] = {}

    def begin(self, file: SourceFile) -> None:
        """Forget the tables of the file before."""
        self._tables.clear()
        self._links = {}

    def find_records(self, document: JsonDocument) -> str | None:
        """Find the posts, and take the tables that they refer to."""
        path = next((path for path in _PATHS if document.list_items(path)), None)
        if path is None:
            return None
        base = path.removesuffix("posts")
        self.take_tables(lambda name: decode_items(document.list_items(base + name)))
        return path

    def take_tables(self, read: Callable[[str], Iterable[object]]) -> None:
        """Take the tables that posts refer to, in place of those of the file before."""
        self._tables.clear()
        self._links = {}
        for name in _TABLES[:2]:
            self._tables.add(name, read(name))
        for name in _TABLES[2:]:
            rows = self._links.setdefault(name, {})
            for row in map(as_object, read(name)):
                if (key := read_key(row.get("post_id"))) is not None:
                    rows.setdefault(key, []).append(row)

    def _list_rows(self, name: str, post: Mapping[str, object]) -> list[Mapping[str, object]]:
        """List the rows of a table that belong to a post, in their order."""
        key = read_key(post.get("id"))
        return [] if key is None else _sort(self._links.get(name, {}).get(key, []))

    def read(self, raw: Raw, value: JsonObject, *, whole: bool) -> Translation | PassedOver:
        """Give the fields of a post."""
        post = Watched(value)
        if post.get("type") == "page" or post.get("page") in (True, 1):
            return PassedOver("pages")
        if not any(name in value for name in ("title", "html", "lexical", "mobiledoc", "slug")):
            return PassedOver("records of another kind")
        found = FoundFields(raw)
        found.put("id", post.get("id") or post.get("uuid"), "id")
        found.put("title", post.get("title"), "title")
        self._add_link(found, post)
        found.put("published", in_utc(post.get("published_at")), "published_at, in UTC")
        found.put("updated", in_utc(post.get("updated_at")), "updated_at, in UTC")
        if post.get("status") == "published":
            found.put("published", in_utc(post.get("created_at")), "created_at, in UTC")
        status = post.get("status")
        found.put_status("draft" if self._is_email(post) else status, "status")
        tags = self._list_tags(post)
        found.put("section", tags[:1], "its first tag")
        if whole:
            found.put("tags", tags[1:], "its other tags")
            self._add_rest(found, post)
            found.unused = tuple(n for n in post.list_unused() if n not in _NOT_READ)
        return found.finish()

    def _add_link(self, found: FoundFields, post: Mapping[str, object]) -> None:
        for name in ("url", "canonical_url"):
            url = post.get(name)
            if isinstance(url, str) and "/404/" not in url:
                found.put("link", self._resolve(url), name)
        slug = post.get("slug")
        if isinstance(slug, str) and slug:
            found.put("permalink", f"/{slug}/", "its slug")

    def _resolve(self, text: str) -> str:
        return text.replace(_MARK, self._home)

    def _is_email(self, post: Mapping[str, object]) -> bool:
        meta = self._find_meta(post)
        return post.get("email_only") in (True, 1) or meta.get("email_only") in (True, 1)

    def _find_meta(self, post: Mapping[str, object]) -> Mapping[str, object]:
        rows = self._list_rows("posts_meta", post)
        return rows[0] if rows else {}

    def _add_rest(self, found: FoundFields, post: Mapping[str, object]) -> None:
        self._add_authors(found, post)
        is_public = post.get("visibility") in (None, "", "public")
        found.put("summary", post.get("custom_excerpt"), "custom_excerpt")
        for name in ("html", "lexical", "mobiledoc", "markdown", "plaintext"):
            body = post.get(name)
            if is_public and isinstance(body, str) and body.strip():
                found.put_body(self._resolve(body), name, is_markdown=name == "markdown")
        image = post.get("feature_image") or post.get("image")
        if isinstance(image, str) and image:
            meta = self._find_meta(post)
            described: dict[str, object] = {"src": self._resolve(image)}
            for name in ("alt", "caption"):
                key = f"feature_image_{name}"
                if text := post.get(key) or meta.get(key):
                    described[name] = text
            found.put("images", [described], "feature_image")
        found.put("language", post.get("locale"), "locale")

    def _add_authors(self, found: FoundFields, post: Mapping[str, object]) -> None:
        names = [one.get("name") for one in as_objects(post.get("authors"))]
        found.put("author", [name for name in names if name], "authors")
        for name in ("primary_author", "author"):
            found.put("author", as_object(post.get(name)).get("name"), name)
        rows = self._list_rows("posts_authors", post)
        keys = [row.get("author_id") for row in rows] or [
            post.get("author_id") or post.get("author")
        ]
        users = [user for key in keys if (user := self._tables.find("users", key)) is not None]
        found.put("author", [user["name"] for user in users if user.get("name")], "its authors")
        is_keyed = any(isinstance(key, str | int) for key in keys)
        if "author" not in found.fields and is_keyed:
            message = "is the key of a user that the export does not hold. Export users, too."
            found.warn("author", keys[0], message, "join")

    def _list_tags(self, post: Mapping[str, object]) -> list[object]:
        """List the names of a post's tags in their order; those with # are internal."""
        own = as_objects(post.get("tags"))
        primary = as_object(post.get("primary_tag"))
        tags = ([primary] if primary else []) + own
        if not tags:
            rows = self._list_rows("posts_tags", post)
            found = (self._tables.find("tags", row.get("tag_id")) for row in rows)
            tags = [tag for tag in found if tag is not None]
        names = (tag.get("name") for tag in tags if tag.get("visibility") != "internal")
        return list(
            dict.fromkeys(name for name in names if isinstance(name, str) and name[:1] not in "#")
        )


def _is_post(value: JsonObject) -> bool:
    return "slug" in value and len(_SIGNS & value.keys()) >= 2


def _sort(rows: list[Mapping[str, object]]) -> list[Mapping[str, object]]:
    def order(row: Mapping[str, object]) -> float:
        number = row.get("sort_order")
        return number if isinstance(number, int | float) else 0

    return sorted(rows, key=order)


SYSTEMS = (Ghost(),)
