"""Jekyll: `_posts` below `_config.yml`, dates in names, Liquid in bodies.

Source: jekyllrb.com/docs/posts, /docs/front-matter, /docs/permalinks.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping, Sequence

from feedpub import compile_late
from feedpub.settings import Site, Source
from feedpub.sources import Place
from feedpub.systems.liquid import show_liquid
from feedpub.systems.page_paths import PagePath, read_page_path
from feedpub.systems.page_values import find_text, fold_names, list_names
from feedpub.systems.permalinks import Day, fill_pattern, slug_pretty, slug_words
from feedpub.systems.protocol import Proposal, Setting, Sign
from feedpub.systems.site_page_images import Page
from feedpub.systems.site_pages import PageTranslator, SiteGenerator
from feedpub.systems.site_settings import (
    DataFiles,
    find_settings,
    get_text,
    get_value,
    read_settings,
    sample_pages,
)
from feedpub.systems.template_tags import Scope
from feedpub.text import split_url

_STYLES = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}
_POST = compile_late(r"(?:^|/)\d{2,4}-\d{1,2}-\d{1,2}-[^/]+\.[A-Za-z]+$")
# What the settings give to every page of a site is not the image of any.
_NOT_DEFAULTS = frozenset("image layout date title".split())


class JekyllTranslator(PageTranslator):
    """Reads the posts of a Jekyll site."""

    links_in_zone = True
    published_names: Sequence[str] = ("date",)
    updated_names: Sequence[str] = (
        *("last_modified_at", "last-modified-at", "modified_date", "updated", "lastmod"),
        *("modified", "last_updated", "last_update"),
    )

    def __init__(self, place: Place, source: Source, site: Site) -> None:
        super().__init__(place, source, site)
        _, self.settings = find_settings(place, "_config.yml", "_config.yaml", "_config.toml")
        self.base_url = get_text(self.settings, "baseurl")
        self.zone = get_text(self.settings, "timezone") or None
        self.statics = ("", "assets")
        self.at_root = ("",)
        self._data = DataFiles(place, "_data")
        self.has_folder = place.has("*_posts/*")
        self.authors = {
            key: own
            for name in place.find("_data/authors.*")
            for key, value in read_settings(place, name).items()
            if isinstance(value, Mapping)
            and (own := get_text(value, "name") or get_text(value, "display_name"))
        }

    def accepts(self, below: str) -> str | None:
        """Take posts and drafts; pages and other collections are not news."""
        folders = below.split("/")[:-1]
        if self.has_folder and not {"_posts", "_drafts"} & set(folders):
            return "pages outside of _posts"
        return super().accepts(below)

    def find_reason(self, below: str) -> str | None:
        """Take files whose name begins with a day."""
        is_draft = "_drafts/" in below
        return None if is_draft or _POST.search(below) else "files without a day in their name"

    def read_path(self, below: str) -> PagePath:
        """Read a path; `_posts` and `_drafts` do not count as folders."""
        folders = [part for part in below.split("/") if part not in ("_posts", "_drafts")]
        return read_page_path("/".join(folders))

    def pass_over(self, page: Page) -> str | None:
        """Pass over files without front matter, which Jekyll copies as they are."""
        return None if page.matter.has_head else "files without front matter"

    def add_values(self, page: Page) -> Mapping[str, object]:
        """Give the defaults that the settings have for posts."""
        added: dict[str, object] = {}
        defaults = get_value(self.settings, "defaults")
        for rule in defaults if isinstance(defaults, list) else ():
            values = get_value(rule, "values") if isinstance(rule, Mapping) else None
            if isinstance(values, Mapping) and _applies(rule, page.below):
                added.update(fold_names(values))
        return {name: value for name, value in added.items() if name not in _NOT_DEFAULTS}

    def find_title(self, page: Page) -> str | None:
        """Find the title of a post; its name stands in for one."""
        own = find_text(page.values, ("title",))
        return str(own) if own is not None else " ".join(map(str.capitalize, _words(page)))

    def find_sections(self, page: Page) -> list[str]:
        """Find the categories of a post: a text of several parts at its spaces."""
        own = page.values.get("category")
        several = page.values.get("categories")
        found = [own.strip()] if isinstance(own, str) and own.strip() else list_names(own)
        found += several.split() if isinstance(several, str) else list_names(several)
        # The folders above _posts are categories too; that of a language is no section.
        language = page.values.get("lang")
        above = [folder for folder in page.path.folders if folder != language]
        return list(dict.fromkeys(found or above))

    def find_tags(self, page: Page) -> list[str]:
        """Find the tags of a post: a text of several parts at its spaces, where no comma is."""
        value = page.values.get("tags")
        if isinstance(value, str) and "," not in value:
            return value.split()
        return super().find_tags(page)

    def find_url(self, page: Page) -> tuple[str | None, bool]:
        """Make a link by the permalink of the post, of posts, or of the site."""
        own = find_text(page.values, ("permalink",))
        if (
            isinstance(own, str)
            and ":" not in own
            and "permalink" in fold_names(page.matter.values)
        ):
            return own, True
        pattern = own or get_text(self.settings, "collections", "posts", "permalink")
        pattern = str(pattern or get_text(self.settings, "permalink") or "date")
        pattern = _STYLES.get(pattern, pattern)
        when = self.read_day(page)
        parts = {} if when is None else Day(when).parts()
        return fill_pattern(pattern, lambda name, _: self._value_of(page, parts, name)), False

    def _value_of(self, page: Page, parts: Mapping[str, str], name: str) -> str | None:
        slug = str(find_text(page.values, ("slug",)) or page.path.slug)
        above = [*page.path.folders, *self.find_sections(page)]
        categories = list(dict.fromkeys(word.lower() for word in above))
        values = {
            "title": slug_pretty(slug),
            "slug": slug_words(slug),
            "name": slug_pretty(page.path.name),
            "path": page.path.name,
            "categories": "/".join(categories),
            "slugified_categories": "/".join(map(slug_words, categories)),
            "output_ext": ".html",
            "collection": "posts",
        }
        return values.get(name, parts.get(name))

    def show(self, text: str, page: Page, scope: Scope) -> str:
        """Show what Liquid needs no data for."""
        values = {"site": self._site_values, "page": dict(page.values)}
        return show_liquid(text, scope, values, url=self.absolute)

    @property
    def _site_values(self) -> Mapping[str, object]:
        parts = split_url(self.home)
        origin = f"{parts.scheme}://{parts.netloc}"
        own = {"baseurl": parts.path.rstrip("/"), "url": origin, "data": self._data}
        return {**self.settings, **own}


def _words(page: Page) -> list[str]:
    return page.path.slug.split("-")


def _applies(rule: Mapping[str, object], below: str) -> bool:
    """Say whether a default of the settings is for a post."""
    kind = get_text(rule, "scope", "type")
    path = get_text(rule, "scope", "path").strip("/")
    if kind and kind != "posts":
        return False
    if "*" in path:
        return fnmatch.fnmatchcase(below, f"{path}*")
    return not path or below == path or below.startswith(f"{path}/")


class Jekyll(SiteGenerator):
    """A site of Jekyll."""

    name = "jekyll"
    title = "Jekyll"
    formats: Mapping[str, str] = {"html": "md", "htm": "md"}
    translator = JekyllTranslator

    def recognize(self, place: Place) -> Sign | None:
        """Recognize `_posts`, and `_config.yml` beside it."""
        if place.is_file:
            return None
        posts = [name for name in place.names if re.search(r"(?:^|/)_posts/", name)]
        dated = [name for name in posts if _POST.search(name)]
        if not posts:
            return self._recognize_posts(place)
        if not dated or any(name.startswith("source/_posts/") for name in posts):
            return None
        has_config = place.lists("_config.yml") or place.lists("_config.yaml")
        weight = 0.93 if has_config else 0.82
        return Sign(weight, "dated files in _posts")

    def _recognize_posts(self, place: Place) -> Sign | None:
        """Recognize a folder of posts alone."""
        texts = [name for name in place.names if name.endswith((".md", ".markdown", ".html"))]
        if not texts or not all(_POST.search(name) for name in texts):
            return None
        layouts = [str(matter.values.get("layout")) for _, matter in sample_pages(place)]
        if layouts and layouts.count("post") * 2 > len(layouts):
            return Sign(0.7, "dated files with layout: post")
        return Sign(0.7, "a folder _posts") if place.root.name == "_posts" else None

    def propose(self, place: Place, site: Site) -> Proposal:
        """Propose what the settings of the site say."""
        _, settings = find_settings(place, "_config.yml", "_config.yaml", "_config.toml")
        url, base = get_text(settings, "url"), get_text(settings, "baseurl")
        link = f"{url}/{base.strip('/')}".rstrip("/") + "/" if url else ""
        lines = [
            Setting("link", link, "url and baseurl"),
            Setting("title", get_text(settings, "title"), "title"),
            Setting("timezone", get_text(settings, "timezone"), "timezone"),
            Setting("language", get_text(settings, "lang"), "lang"),
        ]
        kept = [line for line in lines if line.value]
        return Proposal("a Jekyll site; sections from categories", site=kept)


SYSTEMS = (Jekyll(),)
