"""Hexo: `source/_posts` below `_config.yml`, heads that may lack their first mark, tags.

Source: hexo.io/docs/front-matter, /docs/permalinks, /docs/tag-plugins.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Mapping, Sequence

from feedpub.settings import Site, Source
from feedpub.sources import Place
from feedpub.systems.liquid import show_liquid
from feedpub.systems.page_paths import PagePath, read_page_path
from feedpub.systems.page_values import find_text, list_names
from feedpub.systems.permalinks import Day, fill_pattern, slug_words
from feedpub.systems.protocol import Proposal, Setting, Sign
from feedpub.systems.site_page_images import Page
from feedpub.systems.site_pages import PageTranslator, SiteGenerator
from feedpub.systems.site_settings import (
    find_settings,
    get_text,
    get_value,
    read_settings,
)
from feedpub.systems.template_tags import Scope

_SIGNS = ("new_post_name", "source_dir", "post_asset_folder", "filename_case")


class HexoTranslator(PageTranslator):
    """Reads the posts of a Hexo site."""

    published_names: Sequence[str] = ("date", "created")
    updated_names: Sequence[str] = ("updated", "modified", "lastmod")
    links_in_zone = True

    def __init__(self, place: Place, source: Source, site: Site) -> None:
        super().__init__(place, source, site)
        _, self.settings = find_settings(place, "_config.yml", "_config.yaml", "_config.json")
        self.base_url = get_text(self.settings, "root") or get_text(self.settings, "url")
        self.zone = get_text(self.settings, "timezone") or None
        folder = (get_text(self.settings, "source_dir") or "source").strip("./").strip("/")
        self.source = f"{folder}/" if place.has_below(f"{folder}/") else ""
        self.statics = (self.source.rstrip("/"), "source", "static", "")
        self.at_root = (self.source.rstrip("/"),)
        self.has_folder = place.has("*_posts/*")
        name = get_text(self.settings, "new_post_name")
        self.name_has_day = not self.settings or ":year" in name

    def accepts(self, below: str) -> str | None:
        """Take posts and drafts."""
        folders = below.split("/")[:-1]
        if self.has_folder and not {"_posts", "_drafts"} & set(folders):
            return "pages outside of _posts"
        return super().accepts(below)

    def read_path(self, below: str) -> PagePath:
        """Read a path below _posts."""
        found = re.search(r"(?:^|/)_(?:posts|drafts)/", below)
        return read_page_path(below[found.end() :] if found else below.removeprefix(self.source))

    def find_sections(self, page: Page) -> list[str]:
        """Find the categories of a post; one without is in that of the settings."""
        found = super().find_sections(page)
        default = get_text(self.settings, "default_category")
        return found or ([default] if default and default != "uncategorized" else [])

    def find_url(self, page: Page) -> tuple[str | None, bool]:
        """Make a link by the permalink of the post or of the site."""
        own = find_text(page.values, ("permalink",))
        if isinstance(own, str) and ":" not in own.partition("://")[2]:
            return own, True
        pattern = get_text(self.settings, "permalink") or ":year/:month/:day/:title/"
        when = self.read_day(page)
        parts = {} if when is None else Day(when).parts()
        made = fill_pattern(pattern, lambda name, _: self._value_of(page, parts, name))
        if made is None:
            return None, False
        pretty = get_value(self.settings, "pretty_urls")
        if isinstance(pretty, Mapping) and pretty.get("trailing_index") is False:
            made = made.removesuffix("index.html")
        return made, False

    def _value_of(self, page: Page, parts: Mapping[str, str], name: str) -> str | None:
        slug = find_text(page.values, ("slug",))
        base = page.path.slug if self.name_has_day else page.path.name
        title = "/".join((*page.path.folders[: self._depth(page)], base))
        categories = list_names(page.values.get("categories") or page.values.get("category"))
        default = get_text(self.settings, "default_category") or "uncategorized"
        mapped = get_value(self.settings, "category_map")
        names = [
            str(mapped.get(word, word)) if isinstance(mapped, Mapping) else word
            for word in categories or [default]
        ]
        values = {
            "title": str(slug) if slug is not None else title,
            "name": str(slug) if slug is not None else base,
            "post_title": slug_words(self.find_title(page) or base),
            "category": "/".join(word.replace(" ", "-") for word in names),
        }
        return values.get(name, parts.get(name))

    @staticmethod
    def _depth(page: Page) -> int:
        return len(page.path.folders) - page.path.dated_folders

    def find_link(self, page: Page, target: str) -> str | None:
        """Find the link of a post by its name, else the address of a file beside one."""
        found = super().find_link(page, target)
        if found is not None:
            return found
        path = self.find_image(page, target)
        return path if posixpath.basename(path) != path or path != target else None

    def show(self, text: str, page: Page, scope: Scope) -> str:
        """Show tags and what of Nunjucks needs no data."""
        values = {"page": dict(page.values), "config": dict(self.settings)}
        return show_liquid(text, scope, values, url=self.absolute)


class Hexo(SiteGenerator):
    """A site of Hexo."""

    name = "hexo"
    title = "Hexo"
    translator = HexoTranslator

    def recognize(self, place: Place) -> Sign | None:
        """Recognize the settings of a site, or its folders."""
        if place.is_file:
            return None
        _, settings = find_settings(place, "_config.yml", "_config.yaml", "_config.json")
        if any(name in settings for name in _SIGNS):
            return Sign(0.96, "_config.yml of Hexo")
        if '"hexo"' in json.dumps(read_settings(place, "package.json")):
            return Sign(0.95, "package.json with hexo")
        if place.has_below("source/_posts/"):
            return Sign(0.88, "posts in source/_posts")
        if place.has("scaffolds/*.md"):
            return Sign(0.85, "scaffolds")
        posts = [name for name in place.names if name.startswith("_posts/")]
        if posts and not any(re.match(r"_posts/(?:.*/)?\d{4}-\d\d-\d\d-", n) for n in posts):
            return Sign(0.6, "a folder _posts with names that tell no day")
        return None

    def propose(self, place: Place, site: Site) -> Proposal:
        """Propose what the settings of the site say."""
        _, settings = find_settings(place, "_config.yml", "_config.yaml", "_config.json")
        lines = [
            Setting("link", get_text(settings, "url"), "url"),
            Setting("title", get_text(settings, "title"), "title"),
            Setting("timezone", get_text(settings, "timezone"), "timezone"),
            Setting("language", get_text(settings, "language"), "language"),
        ]
        kept = [line for line in lines if line.value]
        return Proposal("a Hexo site; sections from categories", site=kept)


SYSTEMS = (Hexo(),)
