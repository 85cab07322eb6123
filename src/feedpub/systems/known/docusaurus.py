"""Docusaurus: a blog in `blog/`, days in names of files and folders, authors in a file, MDX.

Source: docusaurus.io/docs/blog, /docs/api/plugins/@docusaurus/plugin-content-blog.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from feedpub import compile_late
from feedpub.settings import Site, Source
from feedpub.sources import Place
from feedpub.systems.mdx import show_mdx
from feedpub.systems.page_paths import PagePath, read_page_path
from feedpub.systems.page_values import find_text, is_true
from feedpub.systems.permalinks import join_path
from feedpub.systems.protocol import Proposal, Setting, Sign
from feedpub.systems.site_page_images import Page
from feedpub.systems.site_pages import PageTranslator, SiteGenerator
from feedpub.systems.site_settings import (
    find_script_literal,
    get_text,
    read_script,
    read_settings,
)
from feedpub.systems.template_tags import Scope

_CONFIGS = tuple(f"docusaurus.config.{suffix}" for suffix in ("js", "ts", "mjs", "cjs"))
_DATED = compile_late(r"(?:^|/)\d{4}[-/]\d{1,2}[-/]\d{1,2}[-/]?[^/]*(?:/index)?\.mdx?$")
_TRANSLATED = compile_late(r"i18n/([\w-]+)/docusaurus-plugin-content-(blog[\w-]*)/")
_BLOG = compile_late(r"\bblog\s*:\s*\{(.{0,2000}?)\n\s{0,12}\}", re.DOTALL)
_TABLES = frozenset("authors.yml authors.yaml authors.json tags.yml tags.yaml".split())
_NOT_BLOGS = frozenset("docs src static versioned_docs build node_modules".split())


class DocusaurusTranslator(PageTranslator):
    """Reads the blogs of a Docusaurus site."""

    published_names: Sequence[str] = ("date",)
    updated_names: Sequence[str] = ("last_update_date", "updated", "lastmod")

    def __init__(self, place: Place, source: Source, site: Site) -> None:
        super().__init__(place, source, site)
        self.script = read_script(place, *_CONFIGS)
        self.base_url = find_script_literal(self.script, "baseUrl") or "/"
        self.zone = "UTC"
        self.statics = ("static", "")
        self.at_root = ("static",)
        self.trailing = find_script_literal(self.script, "trailingSlash") == "true"
        blog = _BLOG.search(self.script)
        inside = blog[1] if blog else ""
        self.folder = (find_script_literal(inside, "path") or "blog").removeprefix("./").strip("/")
        self.route = find_script_literal(inside, "routeBasePath")
        self.is_blog_alone = not place.has_below(f"{self.folder}/")
        self.blogs = self._find_blogs()
        self.authors, self.tags = self._read_tables()

    def _find_blogs(self) -> Sequence[str]:
        """Find the folders that hold blogs: the settings', and others with days in names."""
        if self.is_blog_alone and not self.script:
            return ("",)
        tops = self.place.ask("folders of dated files", _list_dated)
        found = {top for top in tops if top not in _NOT_BLOGS and top != "i18n"}
        return tuple(f"{name}/" for name in sorted(found | {self.folder}))

    def _read_tables(self) -> tuple[Mapping[str, str], Mapping[str, str]]:
        authors: dict[str, str] = {}
        tags: dict[str, str] = {}
        for name in self.place.ask("files of authors and tags", _list_tables):
            if name.rpartition("/")[2].startswith("authors."):
                _add_names(authors, read_settings(self.place, name), "name")
            else:
                _add_names(tags, read_settings(self.place, name), "label")
        return authors, tags

    def accepts(self, below: str) -> str | None:
        """Take the posts of blogs; docs and pages are not news."""
        if _TRANSLATED.match(below) is None and not below.startswith(tuple(self.blogs)):
            return "pages outside of the blog"
        return super().accepts(below)

    def read_path(self, below: str) -> PagePath:
        """Read a path below its blog, whose name is the section."""
        translated = _TRANSLATED.match(below)
        if translated:
            path = read_page_path(below[translated.end() :])
            return _replace(path, language=translated[1])
        blog = next((blog for blog in self.blogs if below.startswith(blog)), "")
        return read_page_path(below.removeprefix(blog))

    def _route(self, page: Page) -> str:
        blog = next((blog for blog in self.blogs if page.below.startswith(blog)), "").strip("/")
        if blog in ("", self.folder):
            return (self.route if self.route is not None else self.folder).strip("/")
        return blog

    def find_url(self, page: Page) -> tuple[str | None, bool]:
        """Make a link of the slug, else of the day and the name."""
        slug = find_text(page.values, ("slug",))
        path = page.path
        language = path.language or ""
        if slug is not None:
            last = str(slug)
        else:
            day = (path.day or "").partition(" ")[0].replace("-", "/")
            folders = path.folders[: len(path.folders) - path.dated_folders]
            last = join_path(*folders, day, path.slug)
        made = join_path(language, self._route(page), last)
        return made + ("/" if self.trailing else ""), False

    def add_values(self, page: Page) -> Mapping[str, object]:
        """Give the values of older spellings."""
        last = page.values.get("last_update")
        if isinstance(last, Mapping) and last.get("date"):
            return {"last_update_date": last["date"]}
        return {}

    def find_sections(self, page: Page) -> list[str]:
        """Find no section: tags are none, and the blog is one."""
        blog = next((blog for blog in self.blogs if page.below.startswith(blog)), "").strip("/")
        return [blog or self.folder]

    def find_tags(self, page: Page) -> list[str]:
        """Find the labels of the tags of a post."""
        return [self.tags.get(tag, tag) for tag in super().find_tags(page)]

    def pass_over(self, page: Page) -> str | None:
        """Pass over pages that are not listed."""
        return "pages that are not listed" if is_true(page.values.get("unlisted")) else None

    def show(self, text: str, page: Page, scope: Scope) -> str:
        """Show MDX, which the Markdown of Docusaurus is."""
        return show_mdx(text, scope)


def _list_dated(names: Sequence[str]) -> list[str]:
    """List the first folders of files whose names have a day."""
    return sorted({name.partition("/")[0] for name in names if _DATED.search(name)})


def _list_tables(names: Sequence[str]) -> list[str]:
    return [name for name in names if name.rpartition("/")[2] in _TABLES]


def _add_names(table: dict[str, str], settings: Mapping[str, object], field: str) -> None:
    for key, value in settings.items():
        own = get_text(value, field) if isinstance(value, Mapping) else ""
        table.setdefault(str(key), own or str(key))


def _replace(path: PagePath, *, language: str) -> PagePath:
    return msgspec.structs.replace(path, language=language)


class Docusaurus(SiteGenerator):
    """A site of Docusaurus."""

    name = "docusaurus"
    title = "Docusaurus"
    translator = DocusaurusTranslator

    def recognize(self, place: Place) -> Sign | None:
        """Recognize the settings of a site, or a blog with its authors."""
        if place.is_file:
            return None
        if any(map(place.lists, _CONFIGS)):
            return Sign(0.97, "the settings of Docusaurus")
        posts = [name for name in place.names if _DATED.search(name)]
        tables = [n for n in place.names if re.search(r"(?:^|/)(?:authors|tags)\.ya?ml$", n)]
        if posts and tables and not place.lists("hugo.toml"):
            is_mdx = any(name.endswith(".mdx") for name in posts)
            return Sign(0.86 if is_mdx else 0.75, "dated posts, and authors.yml beside them")
        return None

    def propose(self, place: Place, site: Site) -> Proposal:
        """Propose what the settings of the site say."""
        script = read_script(place, *_CONFIGS)
        url = find_script_literal(script, "url") or ""
        base = find_script_literal(script, "baseUrl") or "/"
        lines = [
            Setting("link", url.rstrip("/") + "/" + base.strip("/") if url else "", "url, baseUrl"),
            Setting("title", find_script_literal(script, "title") or "", "title"),
        ]
        kept = [line for line in lines if line.value]
        return Proposal("a Docusaurus site; its blogs, links like /blog/name", site=kept)


SYSTEMS = (Docusaurus(),)
