"""Wix Blog: the CSV that the blog's collection exports.

Source: support.wix.com, "Exporting content from your CMS collections"; dev.wix.com, "Rich content".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from feedpub import compile_late
from feedpub.settings import Site, Source
from feedpub.sources import Place, Raw
from feedpub.systems.found_fields import FoundFields, Watched
from feedpub.systems.protocol import (
    Base,
    BaseTranslator,
    PassedOver,
    Proposal,
    Sign,
    Translation,
    Translator,
)
from feedpub.systems.rich_text_nodes import read_nodes

_SIGNS = frozenset({"Title", "Published Date"})
_OTHER_SIGNS = frozenset({"Post Page URL", "Rich Content", "Plain Content", "Main Category"})
# wix:image://v1/KEY/NAME#originWidth=…&originHeight=…
_IMAGE = compile_late(r"wix:image://v1/([^/#?]+)(?:/[^#]*)?(?:#.*)?")
_MEDIA = "https://static.wixstatic.com/media/"
# The key of a category or a tag, where the export has no names.
_KEY = compile_late(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{24}")
_NOT_READ = frozenset({"Internal ID", "Featured", "Slug", "ID", "Owner", "Created Date"})


class Wix(Base):
    """Exports of Wix Blog."""

    name = "wix"
    title = "a Wix Blog export"

    def recognize(self, place: Place) -> Sign | None:
        """Know it by its columns."""
        rows = [raw.value for raw in place.samples if raw.is_row]
        if not rows or not isinstance(rows[0], Mapping):
            return None
        names = rows[0].keys()
        if names >= _SIGNS and len(_OTHER_SIGNS & names) >= 2:
            return Sign(0.95, "it has the columns of a Wix Blog export")
        return None

    def propose(self, place: Place, site: Site) -> Proposal:
        """Say what was found."""
        return Proposal(f"{self.title}; sections from the main category, times in UTC")

    def open(self, place: Place, source: Source, site: Site) -> Translator:
        """Begin to read exports."""
        return WixTranslator()


class WixTranslator(BaseTranslator):
    """Reads the rows of exports."""

    def translate(self, raw: Raw, *, whole: bool) -> Translation | PassedOver:
        """Give the fields of a row."""
        if not isinstance(raw.value, Mapping):
            return PassedOver("records of another format")
        row = Watched(raw.value)
        found = FoundFields(raw)
        found.put("id", row.get("ID") or row.get("Internal ID"), "ID")
        found.put("title", row.get("Title"), "Title")
        found.put("link", row.get("Post Page URL"), "Post Page URL")
        if slug := _text(row, "Slug"):
            found.put("permalink", f"/post/{slug}", "its slug")
        published = _text(row, "Published Date")
        found.put("published", _in_utc(published), "Published Date, in UTC")
        found.put("updated", _in_utc(_text(row, "Last Published Date")), "Last Published Date")
        # Wix has no word for it: what is not published has no date.
        found.put("status", "published" if published else "draft", "Published Date")
        categories = [_text(row, "Main Category"), *_list_names(_text(row, "Categories"))]
        found.put("section", [name for name in categories if name][:1], "Main Category")
        if whole:
            self._add_rest(found, row, [name for name in categories if name])
            found.unused = tuple(name for name in row.list_unused() if name not in _NOT_READ)
        return found.finish()

    def _add_rest(self, found: FoundFields, row: Watched, categories: list[str]) -> None:
        tags = [*categories[1:], *_list_names(_text(row, "Tags"))]
        found.put("tags", list(dict.fromkeys(tags)), "Tags")
        found.put("author", _text(row, "Author"), "Author")
        found.put("summary", _text(row, "Excerpt"), "Excerpt")
        found.put("language", _text(row, "Language"), "Language")
        body = _text(row, "Rich Content")
        if read_nodes(body) is not None or body.startswith("<"):
            found.put_body(body, "Rich Content")
        found.put("content_text", _text(row, "Plain Content"), "Plain Content")
        cover = _text(row, "Cover Image")
        key = _IMAGE.fullmatch(cover)
        if key is not None:
            found.put("images", [{"src": _MEDIA + key[1]}], "Cover Image")
        elif cover.startswith(("https://", "http://")):
            found.put("images", [{"src": cover}], "Cover Image")


def _text(row: Mapping[str, object], name: str) -> str:
    value = row.get(name)
    return value.strip() if isinstance(value, str) else ""


def _list_names(cell: str) -> list[str]:
    """List the names in a cell: a list of JSON, or a text with commas; keys name nothing."""
    names: list[object]
    if cell.startswith("["):
        try:
            value = json.loads(cell)
        except (ValueError, RecursionError):
            return []
        names = value if isinstance(value, list) else []
    else:
        names = list(cell.split(","))
    texts = [name.strip() for name in names if isinstance(name, str)]
    return [text for text in texts if text and not _KEY.fullmatch(text)]


def _in_utc(text: str) -> str:
    is_naive = re.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?", text)
    return f"{text}Z" if is_naive else text


SYSTEMS = (Wix(),)
