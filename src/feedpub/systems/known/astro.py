"""Astro: collections in `src/content/`, pages in `src/pages/`, values of any name.

Astro fixes no names. What is read here are the habits of its themes, and the links that the
files of `src/pages` make. Source: docs.astro.build/en/guides/content-collections, /routing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, partial

from feedpub import compile_late
from feedpub.settings import Site, Source
from feedpub.sources import Place
from feedpub.systems.mdx import show_leaves, show_mdx
from feedpub.systems.page_values import find_text, fold_names
from feedpub.systems.permalinks import join_path, slug_github
from feedpub.systems.protocol import Proposal, Setting, Sign
from feedpub.systems.site_page_images import Page
from feedpub.systems.site_pages import PageTranslator, SiteGenerator
from feedpub.systems.site_settings import (
    find_script_literal,
    read_script,
    read_settings,
    sample_pages,
)
from feedpub.systems.template_tags import Scope

_CONFIGS = tuple(f"astro.config.{suffix}" for suffix in ("mjs", "js", "ts", "cjs", "mts"))
_HABITS = frozenset("pubdate publishdate pubdatetime heroimage coverimage updateddate".split())
_ROUTE = compile_late(r"^src/pages/(?:(.+)/)?\[(?:\.\.\.)?\w+\](?:/index)?\.astro$")
_COLLECTION = compile_late(
    r"getCollection\(\s*['\"]([\w-]+)['\"]|getCollection<['\"]([\w-]+)['\"]>"
)


class AstroTranslator(PageTranslator):
    """Reads the collections of an Astro site."""

    published_names: Sequence[str] = (
        *("pubdate", "publishdate", "pubdatetime", "publisheddate", "publishedat", "published"),
        *("publicationdate", "datepublished", "date", "added", "created", "createdat", "postdate"),
    )
    updated_names: Sequence[str] = (
        *("updateddate", "updated", "moddatetime", "updatedat", "lastmod", "lastmodified"),
        *("modifieddate", "modified", "dateupdated", "datemodified"),
    )
    section_names: Sequence[str] = ("category", "categories")

    def __init__(self, place: Place, source: Source, site: Site) -> None:
        super().__init__(place, source, site)
        folders = ("src/content/", "content/", "src/data/", "src/pages/")
        self.content = next(
            (f for f in folders if place.ask(f"pages below {f}", partial(_holds_page, f))), ""
        )
        script = read_script(place, *_CONFIGS)
        self.base_url = find_script_literal(script, "base") or ""
        self.slash = find_script_literal(script, "trailingSlash") or "ignore"
        self.statics = ("public", "src", "src/assets", "")
        self.at_root = ("public",)
        self.authors = self._read_authors()

    def _read_authors(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for name, matter in sample_pages(self.place, f"{self.content}authors/", most=500):
            if own := find_text(fold_names(matter.values), ("name", "title")):
                found[name.rpartition("/")[2].partition(".")[0]] = str(own)
        for name in self.place.find(f"{self.content}authors/*.*"):
            title = read_settings(self.place, name).get("name")
            if isinstance(title, str):
                found[name.rpartition("/")[2].partition(".")[0]] = title
        return found

    def accepts(self, below: str) -> str | None:
        """Take collections, and posts among the pages."""
        if below.startswith("src/pages/") and self.content != "src/pages/":
            is_dated = _is_page(below) and "/" in below.removeprefix("src/pages/")
            return None if is_dated else "pages that are not articles"
        return super().accepts(below)

    def find_url(self, page: Page) -> tuple[str | None, bool]:
        """Make a link of the collection's route and the page's slug or path."""
        own = find_text(page.values, ("slug", "permalink"))
        inside = page.below.removeprefix("src/pages/").removeprefix(self.content)
        parts = re.sub(r"\.\w+$", "", inside).split("/")
        if parts[-1] == "index" and len(parts) > 1:
            parts.pop()
        if page.below.startswith("src/pages/"):
            return self._end("/".join(parts)), False
        collection, *rest = parts if len(parts) > 1 else ["", *parts]
        last = str(own) if own is not None else "/".join(map(slug_github, rest))
        route = self._routes.get(collection, collection)
        return self._end(join_path(route, last)), False

    def _end(self, path: str) -> str:
        return path if self.slash == "never" else path + "/"

    @cached_property
    def _routes(self) -> Mapping[str, str]:
        """The folder of links of each collection, as the files of `src/pages` tell it."""
        found: dict[str, str] = {}
        for name in self.place.list_below("src/pages/"):
            route = _ROUTE.match(name)
            if route is None or "[" in (route[1] or ""):
                continue
            text = read_script(self.place, name)
            for match in _COLLECTION.finditer(text):
                found.setdefault(match[1] or match[2], route[1] or "")
            if route[1]:
                found.setdefault(route[1], route[1])
        return found

    def show(self, text: str, page: Page, scope: Scope) -> str:
        """Show MDX where the page is written in it."""
        return show_mdx(text, scope) if page.path.suffix == "mdx" else show_leaves(text, scope)


def _holds_page(folder: str, names: Iterable[str]) -> bool:
    return any(name.startswith(folder) and _is_page(name) for name in names)


def _is_page(name: str) -> bool:
    return name.endswith((".md", ".mdx", ".markdown"))


class Astro(SiteGenerator):
    """A site of Astro."""

    name = "astro"
    title = "Astro"
    translator = AstroTranslator

    def recognize(self, place: Place) -> Sign | None:
        """Recognize the settings of a site, else the habits of its content."""
        if place.is_file:
            return None
        if any(map(place.lists, _CONFIGS)):
            return Sign(0.95, "the settings of Astro")
        if place.has("src/content.config.*") or place.has("src/content/config.*"):
            return Sign(0.95, "content collections")
        if '"astro"' in json.dumps(read_settings(place, "package.json")):
            return Sign(0.9, "package.json with astro")
        if any(name.endswith("_index.md") for name in place.names):
            return None
        pages = [fold_names(matter.values) for _, matter in sample_pages(place)]
        dated = [page for page in pages if _HABITS & page.keys() and "date" not in page]
        if dated and len(dated) * 2 > len(pages):
            return Sign(0.55, "front matter as themes of Astro have it")
        return None

    def propose(self, place: Place, site: Site) -> Proposal:
        """Propose what the settings of the site say."""
        script = read_script(place, *_CONFIGS)
        home = find_script_literal(script, "site") or ""
        lines = [Setting("link", home, "site")] if home.startswith("http") else []
        return Proposal("an Astro site; sections from the collections", site=lines)


SYSTEMS = (Astro(),)
