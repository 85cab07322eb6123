"""Pelican: reStructuredText and Markdown with lines of metadata, settings in Python.

Source: docs.getpelican.com/en/latest/content.html, /settings.html. The settings are not run:
only their literals are read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from feedpub import compile_late
from feedpub.settings import Site, Source
from feedpub.sources import Place
from feedpub.systems.page_paths import PagePath, read_page_path
from feedpub.systems.page_values import find_text, fold_names
from feedpub.systems.permalinks import format_day
from feedpub.systems.protocol import Proposal, Setting, Sign
from feedpub.systems.site_page_images import Page
from feedpub.systems.site_pages import PageTranslator, SiteGenerator
from feedpub.systems.site_settings import read_python_settings, read_script, sample_pages
from feedpub.systems.template_tags import Scope
from feedpub.text import resolve_references, slugify_words

_CONFIGS = ("pelicanconf.py", "pelican.conf.py")
_LINK = compile_late(r"[{|](?P<kind>filename|static|attach|photo|image)[}|](?P<path>[^\s\"')>]+)")
_LISTS = compile_late(r"[{|](?P<kind>tag|category|author|index|archives)[}|](?P<name>[^\"')>\s]*)")
_FIELD = compile_late(r"\{(\w+)(?::([^{}]*))?\}")
_RST_VIDEO = compile_late(r"^\.\. (youtube|vimeo):: *(\S+)(?:\n[ \t]+:.*)*", re.MULTILINE)
_META = compile_late(r"<meta\s+name=\"(\w+)\"\s+contents?=\"([^\"]*)\"", re.IGNORECASE)
_TITLE = compile_late(r"<title>([^<]{0,2000})</title>", re.IGNORECASE)
_BODY = compile_late(r"<body\b[^<>]*>", re.IGNORECASE)
_NEVER = ("pages/", "images/", "extra/", "static/", "drafts/", "theme/", "themes/", "output/")


class PelicanTranslator(PageTranslator):
    """Reads the articles of a Pelican site."""

    published_names: Sequence[str] = ("date",)
    updated_names: Sequence[str] = ("modified",)
    author_names: Sequence[str] = ("author_names", "authors", "author")
    section_names: Sequence[str] = ("category",)

    def __init__(self, place: Place, source: Source, site: Site) -> None:
        super().__init__(place, source, site)
        self.settings = read_python_settings(read_script(place, *_CONFIGS))
        folder = self._text("PATH", "content").strip("./").strip("/")
        self.content = f"{folder}/" if place.has_below(f"{folder}/") else ""
        self.base_url = self._text("SITEURL")
        self.zone = self._text("TIMEZONE") or None
        self.statics = (self.content.rstrip("/"), "static", "")
        self.at_root = (self.content.rstrip("/"),)

    def is_at_root(self, path: str) -> bool:
        """Say whether a path is one of those that are copied as they are."""
        paths = self.settings.get("STATIC_PATHS", ["images"])
        folders = [f"{name.strip('/')}/" for name in paths] if isinstance(paths, list) else []
        return super().is_at_root(path) and path.startswith(tuple(folders))

    def _text(self, name: str, default: str = "") -> str:
        value = self.settings.get(name, default)
        return value if isinstance(value, str) else default

    def find_reason(self, below: str) -> str | None:
        """Pass over pages."""
        if below.startswith(_NEVER) and not below.startswith("drafts/"):
            return "pages that are not articles"
        return None

    def read_path(self, below: str) -> PagePath:
        """Read a path; only the metadata name a language, so `name-fr.rst` does not."""
        path = read_page_path(below.removeprefix(self.content))
        if path.is_bundle:  # Pelican knows none: `story/index.md` is a page named index
            return msgspec.structs.replace(
                path, name="index", folders=(*path.folders, path.name), is_bundle=False
            )
        return path

    def find_sections(self, page: Page) -> list[str]:
        """Find the category of an article, or its folder."""
        own = find_text(page.values, ("category",))
        if own is not None:
            return [str(own)]
        uses_folder = self.settings.get("USE_FOLDER_AS_CATEGORY", True)
        if uses_folder and page.path.folders:
            return [page.path.folders[-1]]
        return [self._text("DEFAULT_CATEGORY", "misc")]

    def find_url(self, page: Page) -> tuple[str | None, bool]:
        """Make a link by ARTICLE_URL, or by the article's own."""
        own = find_text(page.values, ("url", "save_as"))
        if own is not None:
            return str(own), "url" in fold_names(page.matter.values)
        pattern = self._text("ARTICLE_URL", "{slug}.html")
        language, default = page.values.get("lang"), self._text("DEFAULT_LANG", "en")
        if isinstance(language, str) and language != default:
            pattern = self._text("ARTICLE_LANG_URL", "{slug}-{lang}.html")
        missing: list[str] = []

        def fill(found: re.Match[str]) -> str:
            value = self._value_of(page, found[1], found[2] or "")
            if value is None:
                missing.append(found[1])
            return value or ""

        filled = _FIELD.sub(fill, pattern)
        return (None if missing else filled.removesuffix("index.html")), False

    def _value_of(self, page: Page, name: str, format: str) -> str | None:
        if name == "date":
            when = self.read_day(page)
            return None if when is None else format_day(when, format or "%Y-%m-%d")
        if name == "slug":
            by_name = self._text("SLUGIFY_SOURCE", "title") == "basename"
            title = page.path.name if by_name else self.find_title(page) or page.path.name
            return str(find_text(page.values, ("slug",)) or slugify_words(title))
        if name == "lang":
            return str(page.values.get("lang") or self._text("DEFAULT_LANG", "en"))
        if name == "category":
            return "/".join(map(slugify_words, self.find_sections(page)[0].split("/")))
        if name == "author":
            author = find_text(page.values, ("author", "authors")) or self._text("AUTHOR")
            return slugify_words(str(author).split(";")[0].split(",")[0])
        value = find_text(page.values, (name,))
        return None if value is None else str(value)

    def add_values(self, page: Page) -> Mapping[str, object]:
        """Give the authors as a list, which several lines or semicolons part."""
        head = _read_html_head(page.matter.body) if page.matter.markup == "html" else {}
        own = page.values.get("authors") or page.values.get("author") or head.get("authors")
        if not isinstance(own, str):
            return head
        mark = ";" if ";" in own else "\n" if "\n" in own else ","
        is_several = "authors" in page.values or mark != ","
        names = [part.strip() for part in own.split(mark)] if is_several else [own]
        return {**head, "author_names": [name for name in names if name]}

    def show(self, text: str, page: Page, scope: Scope) -> str:
        """Show links to files, and videos."""
        if page.matter.markup == "rst":
            text = _RST_VIDEO.sub(_write_video, text)
        elif page.matter.markup == "html" and (body := _BODY.search(text)):
            text = text[body.end() :].partition("</body>")[0]

        def link(found: re.Match[str]) -> str:
            path, mark, rest = found["path"].partition("#")
            is_page = path.endswith((".md", ".rst", ".html", ".markdown"))
            if found["kind"] == "filename" and is_page:
                target = self.find_link(page, path)
                return target + mark + rest if target else scope.lose(found[0])
            return self.find_image(page, path) + mark + rest

        text = _LINK.sub(link, text)
        return _LISTS.sub(lambda found: self._list_url(found["kind"], found["name"]), text)

    def _list_url(self, kind: str, name: str) -> str:
        if kind in ("index", "archives"):
            return self.absolute("" if kind == "index" else "archives.html")
        return self.absolute(f"{kind}/{slugify_words(name)}.html")


def _read_html_head(text: str) -> dict[str, object]:
    """Read the metadata of an article that is a page of HTML."""
    values: dict[str, object] = {
        found[1].lower(): resolve_references(found[2]) for found in _META.finditer(text)
    }
    if title := _TITLE.search(text):
        values["title"] = resolve_references(title[1]).strip()
    return values


def _write_video(found: re.Match[str]) -> str:
    site = {
        "youtube": "https://www.youtube.com/watch?v=",
        "vimeo": "https://vimeo.com/",
    }[found[1]]
    return f"{site}{found[2]}"


class Pelican(SiteGenerator):
    """A site of Pelican."""

    name = "pelican"
    title = "Pelican"
    formats: Mapping[str, str] = {"html": "md", "htm": "md"}
    translator = PelicanTranslator

    def recognize(self, place: Place) -> Sign | None:
        """Recognize the settings of a site, else articles as only Pelican has them."""
        if place.is_file:
            return None
        if any(map(place.lists, _CONFIGS)):
            return Sign(0.97, "pelicanconf.py")
        texts = [name for name in place.names if name.endswith(".rst")]
        fields = [
            name
            for name in texts[:16]
            if re.search(r"^:date:", read_script(place, name)[:2000], re.MULTILINE)
        ]
        if fields and len(fields) * 2 > len(texts[:16]):
            return Sign(0.8, "reStructuredText with :date:")
        heads = [
            name
            for name, matter in sample_pages(place)
            if matter.has_head and re.match(r"\s*Title:|\s*Date:", read_script(place, name)[:200])
        ]
        if heads and len(heads) * 2 > len(list(sample_pages(place))):
            return Sign(0.7, "lines of Title: and Date:")
        return None

    def propose(self, place: Place, site: Site) -> Proposal:
        """Propose what the settings of the site say."""
        settings = read_python_settings(
            read_script(place, *_CONFIGS) + "\n" + read_script(place, "publishconf.py")
        )
        named = (
            ("link", "SITEURL"),
            ("title", "SITENAME"),
            ("timezone", "TIMEZONE"),
            ("language", "DEFAULT_LANG"),
        )
        lines = [
            Setting(key, settings[name], name)
            for key, name in named
            if isinstance(settings.get(name), str) and settings[name]
        ]
        return Proposal("a Pelican site; sections from the category", site=lines)


SYSTEMS = (Pelican(),)
