"""The links of a site generator's pages: to the link of the page whose file they name."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from urllib.parse import unquote

import msgspec

from feedpub import compile_late
from feedpub.errors import UnreadableFile
from feedpub.settings import Site, Source
from feedpub.sources import FrontMatter, Place, read_front_matter
from feedpub.systems.page_paths import PagePath, read_page_path
from feedpub.systems.page_values import fold_names
from feedpub.systems.site_page_images import HAS_SCHEME, Page, SiteImages
from feedpub.systems.site_settings import read_script

MARKUP_SUFFIXES = frozenset("md markdown mdown mkd mkdn mdx rst html htm".split())
_PAGE_LINK = compile_late(r"(?:^@/|\.(?:md|mdx|markdown|mkd|rst)$)")
_MOST_LINKS = 5_000


class SiteLinks(SiteImages):
    """Finds the links of a site's pages; systems override how a page has its own."""

    suffixes = MARKUP_SUFFIXES
    languages: frozenset[str] = frozenset()

    def __init__(self, place: Place, source: Source, site: Site) -> None:
        super().__init__(place, source, site)
        self._links: dict[str, str | None] = {}
        self._ask_link = place.learn("link of", self._find_link_of, of_files=True)
        self._ask_stem = place.learn("pages named", self._list_named)

    def find_url(self, page: Page) -> tuple[str | None, bool]:
        """Find the link of a page below the site, and say whether the page names it itself."""
        return None, False

    def read_path(self, below: str) -> PagePath:
        """Read the path of a page."""
        inside = below.removeprefix(self.content)
        return read_page_path(inside, self.languages)

    def add_values(self, page: Page) -> Mapping[str, object]:
        """Give the values that a page has from elsewhere, such as its folder."""
        return {}

    def open_page(self, below: str, matter: FrontMatter) -> Page:
        """Open a page by its path and its front matter."""
        page = Page(below, self.read_path(below), fold_names(matter.values), matter)
        more = self.add_values(page)
        return page if not more else msgspec.structs.replace(page, values={**more, **page.values})

    def find_target(self, page: Page, href: str) -> str:
        """Find where a link of a body leads: to the link of the page whose file it names."""
        if HAS_SCHEME.match(href) or href.startswith(("#", "//")):
            return href
        path, mark, rest = _split_tail(href)
        if not _PAGE_LINK.search(path):
            return href
        found = self.find_link(page, path)
        return href if found is None else found + mark + rest

    def find_link(self, page: Page, target: str) -> str | None:
        """Find the link of the page whose file a text names; None where there is none."""
        path, mark, rest = _split_tail(target)
        below = self._find_page(page, path)
        if below is None:
            return None
        link = self._ask_link(below)
        return None if link is None else link + mark + rest

    def _find_link_of(self, below: str) -> str | None:
        if below not in self._links:
            if len(self._links) > _MOST_LINKS:
                self._links.clear()
            self._links[below] = None  # a page that needs itself for its link has none
            self._links[below] = self._read_link(below)
        return self._links[below]

    def _read_link(self, below: str) -> str | None:
        with self.place.unnoted():
            text = read_script(self.place, below)
        try:
            matter = read_front_matter(text)
        except UnreadableFile:
            return None
        url, _ = self.find_url(self.open_page(below, matter))
        return None if url is None else self.absolute(url)

    def _find_page(self, page: Page, target: str) -> str | None:
        target = unquote(target.removeprefix("@/")).strip()
        if not target:
            return None
        starts = (page.folder, self.content.rstrip("/"), "")
        bare = target.lstrip("/")
        for start in starts if not target.startswith("/") else starts[1:]:
            path = posixpath.normpath(posixpath.join(start, bare))
            for name in (path, f"{path}.md", f"{path}/index.md", f"{path}/_index.md"):
                if self.place.lists(name) and name.rpartition(".")[2].lower() in self.suffixes:
                    return name
        stem = re.sub(r"\.(?:md|mdx|markdown|html|rst)$", "", bare.rpartition("/")[2])
        found = self._ask_stem(stem)
        return found[0] if len(found) == 1 else None

    def _list_named(self, stem: str) -> Sequence[str]:
        return self._by_stem.get(stem, ())

    @cached_property
    def _by_stem(self) -> Mapping[str, Sequence[str]]:
        """The pages by the name of their file, with and without its day."""
        found: dict[str, list[str]] = {}
        with self.place.unnoted():
            names = self.place.names
        for name in names:
            if name.startswith(self.content) and name.rpartition(".")[2].lower() in self.suffixes:
                path = self.read_path(name)
                for key in dict.fromkeys((path.name, path.slug)):
                    found.setdefault(key, []).append(name)
        return found


def _split_tail(url: str) -> tuple[str, str, str]:
    """Split a link into its path, and what follows it."""
    found = re.search(r"[?#]", url)
    if found is None:
        return url, "", ""
    return url[: found.start()], found[0], url[found.end() :]
