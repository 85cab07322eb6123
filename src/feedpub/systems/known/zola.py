"""Zola: `content/` below `config.toml`, front matter in TOML, shortcodes.

Source: getzola.org/documentation/content/page, /content/section, /content/linking.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from feedpub.settings import Site, Source
from feedpub.sources import Place
from feedpub.systems.page_paths import find_day
from feedpub.systems.page_values import find_text, fold_names, is_false, list_images, list_names
from feedpub.systems.permalinks import join_path
from feedpub.systems.protocol import Proposal, Setting, Sign
from feedpub.systems.shortcodes import show_zola
from feedpub.systems.site_page_images import Page
from feedpub.systems.site_pages import PageTranslator, SiteGenerator
from feedpub.systems.site_settings import get_text, get_value, read_settings, sample_pages
from feedpub.systems.template_tags import Scope
from feedpub.text import slugify_words

_SETTINGS = ("config.toml", "zola.toml")


class ZolaTranslator(PageTranslator):
    """Reads the content of a Zola site."""

    published_names: Sequence[str] = ("date",)
    updated_names: Sequence[str] = ("updated",)
    author_names: Sequence[str] = ("authors", "author")

    def __init__(self, place: Place, source: Source, site: Site) -> None:
        super().__init__(place, source, site)
        self.settings = _read(place)
        self.content = "content/" if place.has_below("content/") else ""
        self.base_url = get_text(self.settings, "base_url")
        self.zone = "UTC"
        self.statics = ("static", "")
        self.at_root = ("static",)
        languages = get_value(self.settings, "languages")
        if isinstance(languages, Mapping):
            self.languages = frozenset(str(tag).lower() for tag in languages)

    def find_reason(self, below: str) -> str | None:
        """Pass over section pages."""
        name = below.rpartition("/")[2]
        return "section pages" if name.startswith("_index.") else None

    def pass_over(self, page: Page) -> str | None:
        """Pass over pages that Zola does not render."""
        return "pages that are not rendered" if is_false(page.values.get("render", True)) else None

    def add_values(self, page: Page) -> Mapping[str, object]:
        """Give the values in [extra] and [taxonomies], which themes read as those of the page."""
        added: dict[str, object] = {}
        for name in ("taxonomies", "extra"):
            inside = page.values.get(name)
            if isinstance(inside, Mapping):
                added = {**fold_names(inside), **added}
        return {name: value for name, value in added.items() if name not in ("date", "path")}

    def find_sections(self, page: Page) -> list[str]:
        """Find the categories of a page, wherever a site keeps its taxonomies."""
        own = page.values.get("taxonomies")
        kept = fold_names(own) if isinstance(own, Mapping) else {}
        return list_names(kept.get("categories")) or list_names(kept.get("category"))

    def find_published(self, page: Page) -> str | int | float | None:
        """Find the date of a page, in its values, its name, or its own path."""
        own = super().find_published(page)
        path = page.values.get("path")
        return own if own is not None or not isinstance(path, str) else find_day(path)

    def find_url(self, page: Page) -> tuple[str | None, bool]:
        """Make a link of `path`, else of the section and the slug."""
        tag = page.path.language
        default = get_text(self.settings, "default_language") or "en"
        prefix = tag if tag and tag != default else ""
        own = find_text(page.values, ("path",))
        if own is not None:
            return join_path(prefix, str(own)) + "/", False
        policy = get_text(self.settings, "slugify", "paths") or "on"
        slug = str(find_text(page.values, ("slug",)) or page.path.slug)
        last = slugify_words(slug) if policy == "on" else slug.replace(" ", "_")
        return join_path(prefix, *page.path.folders, last) + "/", False

    def list_images(self, page: Page) -> Iterator[dict[str, object]]:
        """Yield the images of a page, which are in [extra]."""
        yield from list_images(page.values)

    def show(self, text: str, page: Page, scope: Scope) -> str:
        """Show shortcodes."""
        return show_zola(text, scope)


def _read(place: Place) -> Mapping[str, object]:
    for name in _SETTINGS:
        if place.lists(name):
            return read_settings(place, name)
    return {}


class Zola(SiteGenerator):
    """A site of Zola."""

    name = "zola"
    title = "Zola"
    formats: Mapping[str, str] = {"html": "md"}
    translator = ZolaTranslator

    def recognize(self, place: Place) -> Sign | None:
        """Recognize the settings of a site, else the habits of its content."""
        if place.is_file:
            return None
        settings = _read(place)
        if get_text(settings, "base_url"):
            return Sign(0.95, "config.toml with base_url")
        toml = marked = pages = 0
        for _, matter in sample_pages(place):
            pages += 1
            toml += matter.has_head and _is_toml(matter.values)
            marked += any(name in matter.values for name in ("extra", "taxonomies", "path"))
        if pages and toml == pages and marked * 2 >= pages:
            return Sign(0.65, "front matter with [extra] or [taxonomies]")
        return None

    def propose(self, place: Place, site: Site) -> Proposal:
        """Propose what the settings of the site say."""
        settings = _read(place)
        lines = [
            Setting("link", get_text(settings, "base_url"), "base_url"),
            Setting("title", get_text(settings, "title"), "title"),
            Setting("language", get_text(settings, "default_language"), "default_language"),
        ]
        kept = [line for line in lines if line.value]
        return Proposal("a Zola site; sections from categories, else from the first folder", kept)


def _is_toml(values: Mapping[str, object]) -> bool:
    """Say whether values have what only TOML gives them: tables under the names of Zola."""
    return isinstance(values.get("extra", {}), Mapping) and (
        isinstance(values.get("taxonomies", {}), Mapping)
    )


SYSTEMS = (Zola(),)
