"""The images of a site generator's pages: files that the site has, or addresses on it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from urllib.parse import unquote, urlunsplit

import msgspec

from feedpub import compile_late
from feedpub.model import Served
from feedpub.settings import Site, Source
from feedpub.sources import FrontMatter, Place
from feedpub.systems.page_paths import PagePath
from feedpub.systems.page_values import list_images
from feedpub.systems.protocol import BaseTranslator
from feedpub.text import join_url, split_url

_IMAGE_SUFFIXES = frozenset("jpg jpeg png gif webp avif".split())
_LEAD_FILE = compile_late(r"(?:featured?|cover|hero|lead|thumbnail|banner)\b", re.IGNORECASE)
HAS_SCHEME = compile_late(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ALIASES = ("~/", "@/", "$/")


class Page(msgspec.Struct, frozen=True):
    """A page: where it is, what its path says, and its values under folded names."""

    below: str
    path: PagePath
    values: Mapping[str, object]
    matter: FrontMatter

    @property
    def folder(self) -> str:
        """The folder that it is in, below the source."""
        return posixpath.dirname(self.below)


class SiteImages(BaseTranslator):
    """Finds the images of a site, as files or by their addresses.

    `content` is the folder of the pages below the source, with its slash, or empty. `statics`
    are the folders that an image of the site may be in, and `at_root` those of them whose files
    it serves at its root, as they are.
    """

    statics: Sequence[str] = ("static", "public", "assets", "source", "src", "")
    at_root: Sequence[str] = ()

    def __init__(self, place: Place, source: Source, site: Site) -> None:
        self.place = place
        self.site = site
        self._static = source.static
        self.content = ""
        self.base_url = ""
        self._ask_image = place.learn("image", self._find_own_image)
        self._ask_lead = place.learn("lead image in", self._find_lead_in)

    def absolute(self, url: str) -> str:
        """Make a link below the site absolute; one that names its host stays."""
        if HAS_SCHEME.match(url) or url.startswith("//"):
            return url
        return join_url(self.home, url.lstrip("/"))

    @property
    def served(self) -> Served:
        """The folders whose files are at the root of the site, and its home page."""
        return Served(self.home, tuple(self.at_root))

    @cached_property
    def home(self) -> str:
        """The root of the site: its home page, below the path that its own settings name."""
        home = self.site.link if self.site.link.endswith("/") else self.site.link + "/"
        own = split_url(self.base_url).path.strip("/")
        if own and not split_url(home).path.strip("/"):
            return f"{home}{own}/"
        return home

    def is_at_root(self, path: str) -> bool:
        """Say whether a file of a folder at the root of the site is there as it is."""
        return not any(part.startswith("_") for part in path.split("/"))

    def find_image(self, page: Page, source: str) -> str:
        """Find the file that an image is, by its path beside the page; else its path on the site.

        What the site serves as it is stays there, and is not copied.
        """
        text = source.strip()
        if text.startswith(self.home) and self.home != "/":
            text = "/" + text.removeprefix(self.home)
        elif HAS_SCHEME.match(text) or text.startswith("//") or not text:
            return source
        path = unquote(re.split(r"[?#]", text, maxsplit=1)[0])
        name = self._ask_image("\0".join((page.folder, page.path.name, path)))
        if name is not None:
            return posixpath.relpath(name, page.folder or ".")
        if not text.startswith("/"):
            return source
        below = text.lstrip("/").removeprefix(f"{self._own_path}/" if self._own_path else "")
        return urlunsplit(("", "", *split_url(join_url(self.home, below))[2:]))

    def _find_own_image(self, named: str) -> str | None:
        """Find the file that a path is; `named` is it, after a page's folder and name."""
        folder, page, path = named.split("\0", 2)
        with self.place.unnoted():
            if self._is_served(path):
                return None
            candidates = self._list_candidates(folder, page, path)
            return next((name for name in candidates if self.place.lists(name)), None)

    @cached_property
    def _own_path(self) -> str:
        """The path of the site on its host."""
        return split_url(self.home).path.strip("/")

    def _is_served(self, path: str) -> bool:
        """Say whether the site serves a file at a path as it is."""
        bare = path.lstrip("/")
        names = dict.fromkeys((bare.removeprefix(f"{self._own_path}/"), bare))
        folders = self._static or self.at_root
        return path.startswith("/") and any(
            self.place.lists(posixpath.normpath(posixpath.join(folder, name)))
            for name in names
            if self._static or self.is_at_root(name)
            for folder in folders
        )

    def _list_candidates(self, folder: str, page: str, path: str) -> Iterator[str]:
        alias = next((alias for alias in _ALIASES if path.startswith(alias)), None)
        if alias is not None:
            path = "/" + path.removeprefix(alias)
        bare = path.lstrip("/")
        if not path.startswith("/"):
            yield posixpath.normpath(posixpath.join(folder, path))
            yield posixpath.normpath(posixpath.join(folder, page, path))
        spellings = dict.fromkeys((bare, bare.removeprefix(f"{self._own_path}/")))
        for spelling in spellings:
            for static in self.statics:
                yield posixpath.normpath(posixpath.join(static, spelling))
            yield posixpath.normpath(posixpath.join(self.content, spelling))

    def find_images(self, page: Page, body: str) -> list[dict[str, object]]:
        """Find the images that a page names, or that its bundle has for it."""
        found: list[dict[str, object]] = list(self.list_images(page))
        for image in found:
            image["src"] = self.find_image(page, str(image["src"]))
        if not found and page.path.is_bundle:
            lead = self._ask_lead(page.folder)
            found = [] if lead is None else [{"src": lead}]
        return list({str(image["src"]): image for image in reversed(found)}.values())[::-1]

    def list_images(self, page: Page) -> Iterator[dict[str, object]]:
        """Yield the images that the values of a page name."""
        yield from list_images(page.values)

    def _find_lead_in(self, folder: str) -> str | None:
        """Find the file of a bundle that is its lead image by its name."""
        names = (name.rpartition("/")[2] for name in self._images_of_folders.get(folder, ()))
        return next((name for name in names if _LEAD_FILE.match(name)), None)

    @cached_property
    def _images_of_folders(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = {}
        with self.place.unnoted():
            names = self.place.names
        for name in names:
            if name.rpartition(".")[2].lower() in _IMAGE_SUFFIXES:
                found.setdefault(posixpath.dirname(name), []).append(name)
        return found
