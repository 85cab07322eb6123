"""The SQLite database of a WordPress site, as sqlite-database-integration and exports make it.

Source: wordpress.org, "Database Description"; wp-includes/link-template.php, `get_permalink`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from feedpub import compile_late
from feedpub.errors import Problem
from feedpub.model import SourceFile
from feedpub.settings import Site, Source
from feedpub.sources import Database, NamedTables, Place, Raw, open_database
from feedpub.systems.html_bodies import complete_links
from feedpub.systems.protocol import (
    Base,
    BaseTranslator,
    PassedOver,
    Proposal,
    Setting,
    Sign,
    Translation,
    Translator,
)
from feedpub.systems.titles import title_of
from feedpub.systems.wordpress_markup import Attachment, render_wordpress
from feedpub.text import join_url, split_url

_PARTS = ("posts", "postmeta", "options", "terms", "term_taxonomy", "term_relationships")
_KINDS = {
    "attachment": "attachments",
    "page": "pages",
    "nav_menu_item": "menu items",
    "revision": "revisions",
}
_STATUSES = {
    "publish": "published",
    **dict.fromkeys(("draft", "auto-draft", "future", "inherit", "trash"), "draft"),
}
_NO_DATE = "0000-00-00"
_DATE = compile_late(r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)")
_TOKEN = compile_late(r"%(\w+)%")
_PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif")


class WordPressDatabase(Base):
    """A database with the tables of WordPress, whatever their prefix."""

    name = "sqlite-wordpress"
    title = "a WordPress database"

    def recognize(self, place: Place) -> Sign | None:
        """Know it by its tables."""
        if place.tables is None or _find_prefix(place.tables.names) is None:
            return None
        return Sign(0.95, "it has the tables of WordPress")

    def propose(self, place: Place, site: Site) -> Proposal:
        """Say which table was taken."""
        prefix = None if place.tables is None else _find_prefix(place.tables.names)
        if prefix is None:
            return Proposal(self.title)
        table = f"{prefix}posts"
        found = f"{self.title}; articles from the table {table}, links by its permalink settings"
        return Proposal(found, source=[Setting("records", table, "the table of the articles")])

    def open(self, place: Place, source: Source, site: Site) -> Translator:
        """Begin to read databases."""
        return DatabaseTranslator(source)


def _find_prefix(names: Sequence[str]) -> str | None:
    """Find what the names of the tables begin with; of several sites, the main one's."""
    known = set(names)
    found = [
        name.removesuffix("posts")
        for name in names
        if name.endswith("posts")
        and all(name.removesuffix("posts") + part in known for part in _PARTS)
    ]
    return min(found, key=len, default=None)


class _Library:
    """What the posts of one database refer to.

    An attachment is one text, so that 100,000 of them take little memory.
    """

    def __init__(self, database: Database, prefix: str) -> None:
        self._database = database
        self._prefix = prefix
        self.options = {
            str(row["option_name"]): str(row["option_value"])
            for row in self._rows("options", "option_name", "option_value")
            if row["option_name"] in _OPTIONS
        }
        self.users = {
            row["ID"]: (str(row["display_name"] or ""), str(row["user_nicename"] or ""))
            for row in self._rows("users", "ID", "display_name", "user_nicename")
        }
        self.base = self.options.get("home") or self.options.get("siteurl") or ""
        self._read_terms()
        self._read_attachments()

    def _rows(self, table: str, *columns: str) -> list[Mapping[str, object]]:
        name = self._prefix + table
        if name not in self._database.all_names and table == "users":
            # Sites of one network share their users.
            name = re.sub(r"\d+_$", "", self._prefix) + table
        if name not in self._database.all_names:
            return []
        return [row for _, row in self._database.iter_rows(name, columns)]

    def _read_terms(self) -> None:
        terms = {row["term_id"]: row for row in self._rows("terms", "term_id", "name", "slug")}
        self.parents: dict[object, object] = {}
        self.slugs: dict[object, str] = {key: str(term["slug"]) for key, term in terms.items()}
        kinds: dict[object, tuple[str, object]] = {}
        for row in self._rows("term_taxonomy", *_TAXONOMY):
            kinds[row["term_taxonomy_id"]] = (str(row["taxonomy"]), row["term_id"])
            self.parents[row["term_id"]] = row["parent"]
        self._names = {key: str(term["name"]) for key, term in terms.items()}
        self._terms: dict[object, list[tuple[str, object]]] = {}
        for row in self._rows("term_relationships", "object_id", "term_taxonomy_id"):
            kind = kinds.get(row["term_taxonomy_id"])
            if kind is not None and kind[0] in ("category", "post_tag"):
                self._terms.setdefault(row["object_id"], []).append(kind)

    def _read_attachments(self) -> None:
        self.thumbnails: dict[object, str] = {}
        files: dict[object, str] = {}
        alts: dict[object, str] = {}
        kept = {_THUMBNAIL: self.thumbnails, _FILE: files, _ALT: alts}
        for row in self._rows("postmeta", "post_id", "meta_key", "meta_value"):
            if (values := kept.get(str(row["meta_key"]))) is not None:
                values[row["post_id"]] = str(row["meta_value"])
        self._attachments: dict[str, str] = {}
        self._children: dict[object, list[str]] = {}
        for row in self._rows("posts", "ID", "post_type", "guid", "post_excerpt", "post_parent"):
            if row["post_type"] != "attachment":
                continue
            key, url = row["ID"], str(row["guid"] or "")
            if not url.startswith(("http://", "https://")) and key in files:
                url = f"{self.base.rstrip('/')}/wp-content/uploads/{files[key]}"
            text = "\0".join((url, str(row["post_excerpt"] or ""), alts.get(key, "")))
            self._attachments[str(key)] = text
            if row["post_parent"] and url.lower().endswith(_PICTURES):
                self._children.setdefault(row["post_parent"], []).append(str(key))

    def list_terms(self, post: object, taxonomy: str) -> list[object]:
        """List the terms of a post by their keys, the oldest first."""
        found = {term for kind, term in self._terms.get(post, ()) if kind == taxonomy}
        return sorted(found, key=lambda term: (not isinstance(term, int), str(term).zfill(12)))

    def name_terms(self, post: object, taxonomy: str) -> list[str]:
        """List the names of a post's terms."""
        names = (self._names.get(term) for term in self.list_terms(post, taxonomy))
        return [name for name in names if name]

    def find(self, id: str) -> Attachment | None:
        """Find an attachment by its id."""
        found = self._attachments.get(id)
        return None if found is None else Attachment(*found.split("\0"))

    def list_children(self, post: object) -> list[Attachment]:
        """List the images that were uploaded to a post."""
        found = map(self.find, self._children.get(post, ()))
        return [attachment for attachment in found if attachment is not None]


_OPTIONS = frozenset({"home", "siteurl", "permalink_structure", "gmt_offset", "default_category"})
_TAXONOMY = ("term_taxonomy_id", "term_id", "taxonomy", "parent")
_THUMBNAIL, _FILE, _ALT = "_thumbnail_id", "_wp_attached_file", "_wp_attachment_image_alt"


class DatabaseTranslator(BaseTranslator):
    """Reads the posts of databases, and keeps what they refer to, database by database."""

    def __init__(self, source: Source) -> None:
        self._named = source.records
        self._libraries: dict[str, _Library] = {}

    def find_table(self, tables: NamedTables) -> str | None:
        """Take the posts of the main site."""
        prefix = _find_prefix(tables.names)
        return None if prefix is None else f"{prefix}posts"

    def translate(self, raw: Raw, *, whole: bool) -> Translation | PassedOver:
        """Give the fields of a post."""
        row = raw.value
        if not isinstance(row, Mapping) or "post_type" not in row:
            return PassedOver("records of another format")
        kind = str(row["post_type"])
        if kind != "post":
            return PassedOver(_KINDS.get(kind, f"items of type {kind}"))
        library = self._find_library(raw.origin.file)
        fields = _identify(row, library)
        problems = _add_rest(raw, row, library, fields) if whole else []
        return Translation({n: v for n, v in fields.items() if v is not None}, problems=problems)

    def _find_library(self, file: SourceFile) -> _Library:
        if file.below not in self._libraries:
            with open_database(file) as database:
                prefix = _find_prefix(database.names) or ""
                if self._named and self._named.endswith("posts"):
                    prefix = self._named.removesuffix("posts")
                self._libraries[file.below] = _Library(database, prefix)
        return self._libraries[file.below]


def _identify(row: Mapping[str, object], library: _Library) -> dict[str, object]:
    status = str(row.get("post_status") or "")
    title = str(row.get("post_title") or "")
    if not title:
        title = title_of(str(row.get("post_excerpt") or row.get("post_content") or ""))
    return {
        "id": row.get("ID"),
        "title": title,
        "permalink": _make_link(row, library),
        "section": library.name_terms(row.get("ID"), "category") or None,
        "published": _read_time(row, "post_date", library),
        "updated": _read_time(row, "post_modified", library),
        "status": "draft" if row.get("post_password") else _STATUSES.get(status, status),
    }


def _read_time(row: Mapping[str, object], name: str, library: _Library) -> str | None:
    """Read a time in UTC, or the local one with the site's offset."""
    for column, ending in ((f"{name}_gmt", "Z"), (name, _write_offset(library))):
        text = str(row.get(column) or "")
        if text and not text.startswith(_NO_DATE):
            return text + ending
    return None


def _write_offset(library: _Library) -> str:
    try:
        minutes = round(float(library.options.get("gmt_offset") or "") * 60)
    except ValueError:
        return ""
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"


def _make_link(row: Mapping[str, object], library: _Library) -> str:
    """Make the link of a post by the permalink settings of its site."""
    folder = split_url(library.base).path.rstrip("/")
    structure = library.options.get("permalink_structure") or ""
    if not structure:
        return f"{folder}/?p={row.get('ID')}"
    date = _DATE.match(str(row.get("post_date") or ""))
    parts = date.groups() if date else ("",) * 6
    dates = dict(zip(_DATE_TOKENS, parts, strict=True))
    makers: Mapping[str, Callable[[], str]] = {
        "post_id": lambda: str(row.get("ID")),
        "postname": lambda: str(row.get("post_name") or ""),
        "category": lambda: _make_category(row, library),
        "author": lambda: library.users.get(row.get("post_author"), ("", ""))[1],
    }

    def write(token: re.Match[str]) -> str:
        maker = makers.get(token[1])
        return dates.get(token[1], token[0]) if maker is None else maker()

    return folder + "/" + _TOKEN.sub(write, structure).lstrip("/")


_DATE_TOKENS = ("year", "monthnum", "day", "hour", "minute", "second")


def _make_category(row: Mapping[str, object], library: _Library) -> str:
    """Write the path of a post's first category, below those that it is part of."""
    found = library.list_terms(row.get("ID"), "category")
    if not found:
        return "uncategorized"
    slugs: list[str] = []
    term: object = found[0]
    while term and len(slugs) < 20 and (slug := library.slugs.get(term)):
        slugs.insert(0, slug)
        term = library.parents.get(term)
    return "/".join(slugs)


def _add_rest(
    raw: Raw, row: Mapping[str, object], library: _Library, fields: dict[str, object]
) -> list[Problem]:
    post = row.get("ID")
    fields["author"] = library.users.get(row.get("post_author"), ("", ""))[0] or None
    fields["tags"] = library.name_terms(post, "post_tag") or None
    fields["summary"] = row.get("post_excerpt") or None
    problems: list[Problem] = []
    lead = library.thumbnails.get(post, "")
    if lead not in ("", "0", "-1"):
        found = library.find(lead)
        if found is None:
            message = "is not in the database, so the post has no lead image"
            problems.append(_warn(raw, "images", lead, message))
        else:
            image = {"src": join_url(library.base, found.url), "caption": found.caption}
            image["alt"] = found.alt
            fields["images"] = [{name: value for name, value in image.items() if value}]
    content = str(row.get("post_content") or "")
    body = render_wordpress(content, library.find, library.list_children(post))
    fields["content_html"] = complete_links(body.html, library.base) or None
    if body.unknown:
        names = ", ".join(f"[{name}]" for name in body.unknown[:5])
        message = "are shortcodes of plugins; they are left out, and the text inside them stays"
        problems.append(_warn(raw, "content_html", names, message))
    return problems


def _warn(raw: Raw, field: str, value: str, message: str) -> Problem:
    return Problem("warning", raw.origin.where, field, value, "lost", message)


SYSTEMS = (WordPressDatabase(),)
