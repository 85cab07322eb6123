"""Eleventy: pages anywhere, data files beside them, permalinks that are templates.

Source: 11ty.dev/docs/dates, /permalinks, /data-cascade, /data-template-dir.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import partial

from feedpub import compile_late
from feedpub.settings import Site, Source
from feedpub.sources import Place
from feedpub.systems.liquid import fill_template, show_liquid
from feedpub.systems.page_values import fold_names, is_false, is_true, list_names
from feedpub.systems.permalinks import join_path
from feedpub.systems.protocol import Proposal, Sign
from feedpub.systems.site_page_images import Page
from feedpub.systems.site_page_links import MARKUP_SUFFIXES
from feedpub.systems.site_pages import PageTranslator, SiteGenerator
from feedpub.systems.site_settings import (
    DataFiles,
    find_script_literal,
    read_script,
    read_settings,
)
from feedpub.systems.template_tags import Scope

_CONFIGS = (
    *(".eleventy.js", ".eleventy.cjs", ".eleventy.mjs"),
    *("eleventy.config.js", "eleventy.config.cjs", "eleventy.config.mjs", "eleventy.config.ts"),
)
# Dates that stand for a time of the file or of its history.
_NO_DATES = frozenset({"last modified", "created", "git last modified", "git created"})
# Collections that say what a page is, and not what it is about.
_COLLECTIONS = frozenset("post posts all nav blog article articles page pages".split())
_LISTS = frozenset(
    "index 404 about tags tag-pages blog sitemap feed archive search contact".split()
)
# The values that a data file in JavaScript may give as plain literals.
_SCRIPTED = (
    *("permalink", "draft", "author", "date", "updated", "category", "title", "description"),
    *("lang", "eleventyExcludeFromCollections"),
)
_TEMPLATES = frozenset({"njk", "liquid", "html", "htm"})


# addPassthroughCopy({"./public/": "/"})
_PASSED_TO_ROOT = compile_late(
    r"addPassthroughCopy\(\s*\{\s*[\"'](?:\./)?([\w./-]+?)/?[\"']\s*:\s*[\"']\.?/?[\"']"
)


class EleventyTranslator(PageTranslator):
    """Reads the pages of an Eleventy site."""

    published_names: Sequence[str] = ("date", "pubdate", "publishdate", "published")
    updated_names: Sequence[str] = ("updated", "lastmod", "modified", "last_modified")
    suffixes = MARKUP_SUFFIXES | _TEMPLATES

    def __init__(self, place: Place, source: Source, site: Site) -> None:
        super().__init__(place, source, site)
        self.zone = "UTC"
        script = read_script(place, *_CONFIGS)
        folder = find_script_literal(script, "input") or ""
        folder = folder.removeprefix("./").strip("/")
        if not folder and not read_script(place, *_CONFIGS):
            folder = next(
                (f for f in ("content", "src") if place.ask(f"all in {f}", partial(_holds_all, f))),
                "",
            )
        self.content = f"{folder}/" if place.has_below(f"{folder}/") else ""
        self.statics = ("public", "static", "assets", self.content.rstrip("/"), "src", "")
        self.at_root = _PASSED_TO_ROOT.findall(script)
        self._data: dict[str, Mapping[str, object]] = {}
        self._global = DataFiles(place, f"{self.content}_data")

    def find_reason(self, below: str) -> str | None:
        """Pass over pages of the site itself."""
        name = below.rpartition("/")[2].partition(".")[0].lower()
        if "/" not in below and name in _LISTS:
            return "pages that are not articles"
        is_template = below.rpartition(".")[2].lower() in _TEMPLATES
        if is_template and name in _LISTS and self.read_path(self.content + below).day is None:
            return "templates"
        return None

    def pass_over(self, page: Page) -> str | None:
        """Pass over pages that are not written, or that list others."""
        if is_false(page.values.get("permalink", "")):
            return "pages that are not written"
        if is_true(page.values.get("eleventyexcludefromcollections")):
            return "pages outside of all collections"
        if isinstance(page.values.get("pagination"), Mapping):
            return "pages that list others"
        return None

    def add_values(self, page: Page) -> Mapping[str, object]:
        """Give the values that data files have for the folders of a page, and for itself."""
        folders = page.below.split("/")[:-1]
        merged: dict[str, object] = {}
        for depth in range(len(folders) + 1):
            folder = "/".join(folders[:depth])
            name = folders[depth - 1] if depth else ""
            merged.update(self._read_data("/".join(filter(None, (folder, name)))))
        merged.update(self._read_data(page.below.rpartition(".")[0]))
        own = page.values.get("tags")
        if own is not None and merged.get("tags") is not None:
            merged["collections"] = [*list_names(merged.pop("tags")), *list_names(own)]
        return merged

    def _read_data(self, stem: str) -> Mapping[str, object]:
        """Read the data files of a folder or of a page; of two, the latter counts."""
        if stem not in self._data:
            values: dict[str, object] = {}
            for name in (f"{stem}.json", f"{stem}.11tydata.json"):
                values |= fold_names(read_settings(self.place, name))
            names = [f"{stem}.11tydata.{suffix}" for suffix in ("js", "cjs", "mjs")]
            if script := read_script(self.place, *names):
                for name in _SCRIPTED:
                    literal = find_script_literal(script, name)
                    if literal is not None:
                        values[name.lower()] = literal
            self._data[stem] = values
        return self._data[stem]

    def find_published(self, page: Page) -> str | int | float | None:
        """Find the date of a page, or the day in its name."""
        own = super().find_published(page)
        return page.path.day if str(own).strip().lower() in _NO_DATES else own

    def find_sections(self, page: Page) -> list[str]:
        """Find the categories of a page; collections are none."""
        return [n for n in super().find_sections(page) if n.lower() not in _COLLECTIONS]

    def find_tags(self, page: Page) -> list[str]:
        """Find the tags of a page, without those that only collect pages."""
        value = page.values.get("tags")
        return [name for name in list_names(value) if name.lower() not in _COLLECTIONS]

    def find_url(self, page: Page) -> tuple[str | None, bool]:
        """Make a link by the permalink, which may be a template, else by the path."""
        own = page.values.get("permalink")
        if isinstance(own, str) and own.strip():
            filled = fill_template(own.strip(), self._values(page))
            if filled is not None:
                is_own = filled == own.strip() and "permalink" in fold_names(page.matter.values)
                return re.sub(r"(?:^|/)index\.html$", "/", filled), is_own
        folders = list(page.path.folders)
        if not folders or folders[-1] != page.path.slug:
            folders.append(page.path.slug)
        return join_path(*folders) + "/", False

    def _values(self, page: Page) -> Mapping[str, object]:
        day = self.read_day(page)
        inside = {
            "fileslug": page.path.slug,
            "fileSlug": page.path.slug,
            "filePathStem": "/" + join_path(*page.path.folders, page.path.slug),
            "date": "" if day is None else day.isoformat(),
            "inputPath": page.below,
        }
        folded = {str(name): value for name, value in page.matter.values.items()}
        return {**self._global, **page.values, **folded, "page": inside}

    def show(self, text: str, page: Page, scope: Scope) -> str:
        """Show what Liquid or Nunjucks need no data for."""
        return show_liquid(text, scope, self._values(page), url=self.absolute)


def _holds_all(folder: str, names: Sequence[str]) -> bool:
    """Say whether all Markdown of a place is in one of its folders."""
    texts = [name for name in names if name.endswith(".md") and "/" in name]
    return bool(texts) and all(name.startswith(f"{folder}/") for name in texts)


class Eleventy(SiteGenerator):
    """A site of Eleventy."""

    name = "eleventy"
    title = "Eleventy"
    formats: Mapping[str, str] = {"njk": "md", "liquid": "md", "html": "md", "htm": "md"}
    translator = EleventyTranslator

    def recognize(self, place: Place) -> Sign | None:
        """Recognize the settings of a site, or its data files."""
        if place.is_file:
            return None
        if any(map(place.lists, _CONFIGS)):
            return Sign(0.95, "the settings of Eleventy")
        if any(re.search(r"\.11tydata\.(?:json|[cm]?js)$", name) for name in place.names):
            return Sign(0.9, "data files of Eleventy")
        packages = read_settings(place, "package.json")
        if "@11ty/eleventy" in json.dumps(packages):
            return Sign(0.9, "package.json with @11ty/eleventy")
        return None

    def propose(self, place: Place, site: Site) -> Proposal:
        """Say how feedpub reads the site."""
        return Proposal("an Eleventy site; sections from categories, else from the first folder")


SYSTEMS = (Eleventy(),)
