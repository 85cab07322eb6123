"""Hugo: `content/` below `hugo.toml`, bundles, sections by folders, shortcodes.

Source: gohugo.io/configuration/front-matter, /content-management/urls, /page-bundles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from feedpub.settings import Site, Source
from feedpub.sources import Place
from feedpub.systems.page_paths import PagePath, read_page_path
from feedpub.systems.page_values import find_text, fold_names, is_true, list_images
from feedpub.systems.permalinks import Day, fill_pattern, join_path, urlize, urlize_path
from feedpub.systems.protocol import Proposal, Setting, Sign
from feedpub.systems.shortcodes import show_hugo
from feedpub.systems.site_page_images import Page
from feedpub.systems.site_pages import PageTranslator, SiteGenerator
from feedpub.systems.site_settings import (
    find_settings,
    get_text,
    get_value,
    read_settings,
    sample_pages,
)
from feedpub.systems.template_tags import Scope
from feedpub.text import read_number

_SIGNS = frozenset("lastmod expirydate publishdate isCJKLanguage linktitle cascade".lower().split())
_PARAMS = ("params", "extra")


def read_hugo_settings(place: Place) -> Mapping[str, object]:
    """Read the settings of a site: one file, or a file for each part in `config/_default`."""
    name, settings = find_settings(
        place, "hugo.*", "config.*", "config/_default/hugo.*", "config/_default/config.*"
    )
    merged = fold_names(settings)
    for part in ("languages", "permalinks", "params", "taxonomies", "frontmatter"):
        _, own = find_settings(place, f"config/_default/{part}.*")
        if own:
            merged.setdefault(part, own)
    for file in place.find("config/_default/languages.*.*"):
        tag = file.split(".")[1]
        languages = merged.setdefault("languages", {})
        if isinstance(languages, dict):
            languages.setdefault(tag, read_settings(place, file))
    return merged if name or merged else {}


class HugoTranslator(PageTranslator):
    """Reads the content of a Hugo site."""

    published_names: Sequence[str] = ("date", "publishdate", "pubdate", "published")
    updated_names: Sequence[str] = ("lastmod", "modified", "updated")
    days_have_zone = True

    def __init__(self, place: Place, source: Source, site: Site) -> None:
        super().__init__(place, source, site)
        self.settings = read_hugo_settings(place)
        folder = get_text(self.settings, "contentDir") or "content"
        self.content = f"{folder}/" if place.has_below(f"{folder}/") else ""
        self.base_url = get_text(self.settings, "baseURL")
        self.zone = get_text(self.settings, "timeZone") or "UTC"
        self.statics = ("static", "assets", "public", "")
        self.at_root = ("static",)
        self.default_language = get_text(self.settings, "defaultContentLanguage") or "en"
        self._read_languages()
        self.authors = dict(_list_author_names(place, self.content))
        order = get_value(self.settings, "frontmatter", "date")
        self.name_tells_day = isinstance(order, list) and ":filename" in order

    def _read_languages(self) -> None:
        found = get_value(self.settings, "languages")
        tags = {str(tag).lower() for tag in found} if isinstance(found, Mapping) else set()
        self.languages = frozenset(tags)
        self._folders: dict[str, str] = {}  # of content, by their language
        for tag in tags:
            own = get_text(self.settings, "languages", tag, "contentDir").strip("/")
            if own:
                self._folders[f"{own}/"] = tag
            elif self.place.has_below(f"{self.content}{tag}/"):
                self._folders[f"{self.content}{tag}/"] = tag
        if self._folders and not all(f.startswith(self.content) for f in self._folders):
            self.content = ""

    def find_reason(self, below: str) -> str | None:
        """Pass over section pages and templates."""
        if below.startswith(("archetypes/", "layouts/", "themes/", "static/", "assets/")):
            return "templates"
        name = below.rpartition("/")[2]
        if name.startswith("_index."):
            return "section pages"
        return None if "/" in below or not name.startswith("index.") else "section pages"

    def accepts(self, below: str) -> str | None:
        """Take the files in the content folders of the languages."""
        inside = [f for f in self._folders if below.startswith(f)]
        if self._folders and not self.content and not inside:
            return "files outside the content folder"
        return super().accepts(below)

    def read_path(self, below: str) -> PagePath:
        """Read a path below the folder of its language."""
        for folder, tag in self._folders.items():
            if below.startswith(folder):
                path = read_page_path(below.removeprefix(folder), self.languages)
                return _with_language(path, path.language or tag)
        return super().read_path(below)

    def pass_over(self, page: Page) -> str | None:
        """Pass over pages that Hugo makes no page of."""
        for name in ("build", "_build"):
            made = page.values.get(name)
            if isinstance(made, Mapping):
                wanted = {str(key).lower(): str(value).lower() for key, value in made.items()}
                if wanted.get("render") in ("never", "link", "false"):
                    return "pages that are not rendered"
                if wanted.get("list") in ("never", "false"):
                    return "pages that are not listed"
        if is_true(page.values.get("headless")):
            return "pages that are not rendered"
        return None

    def find_published(self, page: Page) -> str | int | float | None:
        """Find the date; the name tells it where the settings say so, or nothing else does."""
        if self.name_tells_day and page.path.day:
            return page.path.day
        return super().find_published(page)

    def find_url(self, page: Page) -> tuple[str | None, bool]:
        """Make a link by `url`, `[permalinks]`, the slug and the path."""
        own = find_text(page.values, ("url",))
        if isinstance(own, str) and ":" not in own.partition("://")[2]:
            return own, True
        tag = page.path.language
        in_folder = is_true(get_value(self.settings, "defaultContentLanguageInSubdir"))
        prefix = tag if tag and (tag != self.default_language or in_folder) else ""
        made = self._fill_permalink(page)
        if made is None:
            lower = not is_true(get_value(self.settings, "disablePathToLower"))
            slug = find_text(page.values, ("slug",))
            name = self._name(page)
            last = urlize(str(slug)) if slug is not None else urlize(name, lower=lower)
            folders = urlize_path("/".join(page.path.folders), lower=lower)
            made = join_path(folders, last) + "/"
        if self._is_ugly(page) and made.endswith("/"):
            made = made.rstrip("/") + ".html"
        return join_path(prefix or "", made) + ("/" if made.endswith("/") else ""), False

    def _name(self, page: Page) -> str:
        return page.path.slug if self.name_tells_day and page.path.day else page.path.name

    def _is_ugly(self, page: Page) -> bool:
        ugly = get_value(self.settings, "uglyURLs")
        if isinstance(ugly, Mapping):
            section = page.path.folders[0] if page.path.folders else ""
            return is_true(get_value(ugly, section))
        return is_true(ugly)

    def _fill_permalink(self, page: Page) -> str | None:
        patterns = get_value(self.settings, "permalinks")
        if not isinstance(patterns, Mapping):
            return None
        of_pages = get_value(patterns, "page")
        section = page.path.folders[0] if page.path.folders else "/"
        pattern = get_value(of_pages, section) if isinstance(of_pages, Mapping) else None
        pattern = pattern if pattern is not None else get_value(patterns, section)
        if not isinstance(pattern, str):
            return None
        when = self.read_day(page)
        parts = {} if when is None else Day(when).parts()
        return fill_pattern(pattern, lambda name, range: self._value_of(page, parts, name, range))

    def _value_of(self, page: Page, parts: Mapping[str, str], name: str, range: str) -> str | None:
        title = urlize(self.find_title(page) or "")
        slug = find_text(page.values, ("slug",))
        base = urlize(self._name(page))
        folders = [urlize(folder) for folder in page.path.folders]
        if name == "sections":
            return "/".join(_slice(folders, range))
        values = {
            "title": title,
            "slug": urlize(str(slug)) if slug is not None else title or base,
            "slugorfilename": urlize(str(slug)) if slug is not None else base,
            "slugorcontentbasename": urlize(str(slug)) if slug is not None else base,
            "filename": base,
            "contentbasename": base,
            "section": folders[0] if folders else "",
        }
        return values.get(name, parts.get(name))

    def list_images(self, page: Page) -> Iterator[dict[str, object]]:
        """Yield the images of a page, those of its parameters and resources too."""
        yield from list_images(page.values)
        for name in _PARAMS:
            inside = page.values.get(name)
            if isinstance(inside, Mapping):
                yield from list_images(fold_names(inside))
        resources = page.values.get("resources")
        for item in resources if isinstance(resources, list) else ():
            if isinstance(item, Mapping) and re.match(
                r"featured?|cover|hero|header|thumbnail", str(item.get("name", "")), re.IGNORECASE
            ):
                yield from list_images({"image": item.get("src"), "image_alt": item.get("title")})

    def add_values(self, page: Page) -> Mapping[str, object]:
        """Give the parameters of a page, which themes read as its values."""
        inside = page.values.get("params")
        return fold_names(inside) if isinstance(inside, Mapping) else {}

    def find_value(self, page: Page, name: str) -> str | None:
        """Find a parameter of the page or of the site."""
        own = super().find_value(page, name)
        return own or get_text(self.settings, "params", *name.split(".")) or None

    def show(self, text: str, page: Page, scope: Scope) -> str:
        """Show shortcodes."""
        return show_hugo(text, scope)


def _with_language(path: PagePath, tag: str) -> PagePath:
    return msgspec.structs.replace(path, language=tag)


def _slice(folders: Sequence[str], range: str) -> Sequence[str]:
    """Take the sections that `[1:]` or `[last]` names."""
    found = re.fullmatch(r"\[(\d*|last)(?:(:)(\d*|last))?\]", range)
    if not range or found is None:
        return folders
    last = len(folders) - 1
    begin = last if found[1] == "last" else read_number(found[1]) or 0
    if not found[2]:
        return folders[begin : begin + 1]
    end = last if found[3] == "last" else read_number(found[3])
    return folders[begin:end]


def _list_author_names(place: Place, content: str) -> Iterator[tuple[str, str]]:
    """Yield the names of authors by their keys: `data/authors/KEY.yml` and its like."""
    for name in [*place.find("data/authors/*.*"), *place.find("data/authors.*")]:
        settings = read_settings(place, name)
        key = name.rpartition("/")[2].partition(".")[0]
        if own := get_text(settings, "name") or get_text(settings, "display_name"):
            yield key, own
        for inner, value in settings.items():
            if isinstance(value, Mapping) and (named := get_text(value, "name")):
                yield inner, named
    for below, matter in sample_pages(place, f"{content}authors/", most=500):
        if title := find_text(fold_names(matter.values), ("title", "name")):
            yield (
                below.removeprefix(f"{content}authors/").split("/")[0].partition(".")[0],
                str(title),
            )


class Hugo(SiteGenerator):
    """A site of Hugo."""

    name = "hugo"
    title = "Hugo"
    formats: Mapping[str, str] = {"html": "md", "htm": "md"}
    translator = HugoTranslator

    def recognize(self, place: Place) -> Sign | None:
        """Recognize the settings of a site, else the habits of its content."""
        if place.is_file:
            return None
        own = [f"hugo.{s}" for s in ("toml", "yaml", "yml", "json")]
        if any(map(place.lists, own)) or place.has("config/_default/hugo.*"):
            return Sign(0.97, "the settings of Hugo")
        name, settings = find_settings(place, "config.*", "config/_default/config.*")
        has_content = place.has_below("content/")
        if name and get_text(settings, "baseURL") and has_content:
            return Sign(0.9, f"{name} with baseURL, and content")
        if place.has("archetypes/*.md") and has_content:
            return Sign(0.85, "archetypes beside content")
        return _recognize_content(place)

    def propose(self, place: Place, site: Site) -> Proposal:
        """Propose what the settings of the site say."""
        settings = read_hugo_settings(place)
        lines = [
            Setting("link", get_text(settings, "baseURL"), "baseURL"),
            Setting("title", get_text(settings, "title"), "title"),
            Setting("timezone", get_text(settings, "timeZone"), "timeZone"),
            Setting("language", get_text(settings, "languageCode"), "languageCode"),
        ]
        kept = [line for line in lines if line.value and line.value != "/"]
        return Proposal(
            "a Hugo site; sections from categories, else from the first folder", site=kept
        )


def _recognize_content(place: Place) -> Sign | None:
    """Recognize a content folder by what only Hugo writes in it."""
    found: list[str] = []
    for _, matter in sample_pages(place):
        found += [name for name in fold_names(matter.values) if name in _SIGNS]
        if "{{<" in matter.body or "{{%" in matter.body:
            found.append("shortcodes")
    has_sections = place.has("*_index.md")
    if len(found) >= 2 and (has_sections or "shortcodes" in found):
        return Sign(0.6, "section pages and front matter as Hugo has them")
    return None


SYSTEMS = (Hugo(),)
