"""What a page's head says: its meta and link elements, its title, and its language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice

from lxml import etree

from feedpub.pages.html_words import compile_words
from feedpub.text import join_url, load_words, plain_text

_NO_LETTERS = re.compile(r"[\W_]+")
_HOST = re.compile(r"(?:https?:)?//(?:www\.)?([^/?#:]+)", re.IGNORECASE)
_MAX_TITLE = 1000  # characters
_MAX_MARKS = 8
_SITE_SEPARATOR = re.compile(
    r"\s+[|–—·•«»‹›:~│┃]{1,2}\s+|\s+-{1,2}\s+|\s*[|_｜│»›«：]\s*|[?!]?:\s+"
)
_LEAST_TITLE = 4  # characters
_LEAST_NAME = 5  # characters of a name that a part of a title may hold, or be a part of


class Head:
    """The named texts of a page's head. The names are in lower case.

    A canonical link that is relative, as in a mirror, begins from the page's `address`.
    """

    def __init__(self, root: etree._Element, address: str = "") -> None:
        self.metas: dict[str, list[str]] = {}
        self.canonical: str | None = None
        self.base = ""
        self.title = ""
        self.language = (root.get("lang") or root.get("{xml}lang") or "").strip()
        self.schemas: list[str] = []
        for element in root.iter("base", "meta", "link", "title", "script"):
            if element.tag == "meta":
                self._read_meta(element)
            elif element.tag == "link":
                rel = (element.get("rel") or "").lower().split()
                if "canonical" in rel and self.canonical is None:
                    self.canonical = _complete(element.get("href"), address)
            elif element.tag == "base":
                # The page's relative addresses start here. The first base element counts.
                self.base = self.base or (element.get("href") or "").strip()
            elif element.tag == "title":
                self.title = self.title or plain_text((element.text or "")[:_MAX_TITLE])
            elif "ld+json" in (element.get("type") or "").lower():
                self.schemas.append(element.text or "")

    def _read_meta(self, element: etree._Element) -> None:
        content = (element.get("content") or "").strip()
        name = element.get("property") or element.get("name") or element.get("http-equiv")
        # Microdata of a thing on the page also describes other articles, and is read separately.
        if not name and _is_of_page(element):
            name = element.get("itemprop")
        if name and content:
            self.metas.setdefault(name.strip().lower(), []).append(content)

    def find(self, field: str) -> tuple[list[str], str] | None:
        """Find the texts of a field, and the name of the meta elements that have them."""
        return next(self.find_all(field), None)

    def find_all(self, field: str) -> Iterator[tuple[list[str], str]]:
        """Find the texts of a field by each name that has them, in the order of precedence."""
        for name in load_words("feedpub.pages", "html_head")[field]:
            if name in self.metas:
                yield self.metas[name], name

    def list_formed(self, field: str) -> Iterator[tuple[str, str]]:
        """List the texts of a time by the meta elements whose names are made of its words."""
        for name, texts in self.metas.items():
            if _names_time(field, name):
                yield texts[0], name

    def read(self, name: str) -> str:
        """Return the first text of a name; empty where there is none."""
        return self.metas.get(name, [""])[0]

    @property
    def site_name(self) -> str:
        """The name of the site, by its meta elements."""
        names = ("og:site_name", "application-name", "sitename")
        return plain_text(next(filter(None, map(self.read, names)), ""))

    def list_sites(self, names: Iterable[str]) -> frozenset[str]:
        """List the names of the site, folded: its own, further ones, and those in its address."""
        host = _HOST.match(self.canonical or self.read("og:url"))
        labels = [] if host is None else host[1].split(".")
        domains = [".".join(labels), ".".join(labels[:-1]), *labels[-2:-1]]
        return frozenset(map(fold, (self.site_name, *names, *domains))) - {""}


@lru_cache(maxsize=4096)
def _names_time(field: str, name: str) -> bool:
    letters = re.sub(r"[^a-z]", "", name)
    if compile_words("times", "others_names").search(letters):
        return False
    if field == "published" and _names_time("updated", name):
        return False
    return compile_words("times", f"{field}_names").fullmatch(letters) is not None


def _is_of_page(element: etree._Element) -> bool:
    """Say whether the microdata of an element describes the page, and no thing on it."""
    return not any(
        place.get("itemscope") is not None
        for place in element.iterancestors()
        if place.tag not in ("html", "head", "body")
    )


def _complete(href: str | None, address: str) -> str | None:
    text = (href or "").strip()
    return join_url(address, text) if text else None


def split_title(title: str) -> Iterator[str]:
    """Yield the parts of a title that can be the headline without the site name; longest first."""
    marks = list(islice(_SITE_SEPARATOR.finditer(title), _MAX_MARKS))
    parts = {title}
    for mark in marks:
        parts.add(title[: mark.start()])
        parts.add(title[mark.end() :])
    for first in marks:
        parts.update(
            title[first.end() : last.start()] for last in marks if last.start() > first.end()
        )
    yield from sorted((part.strip() for part in parts if part.strip()), key=len, reverse=True)


@lru_cache(maxsize=1024)
def fold(text: str) -> str:
    """Fold a text to its letters and digits, to compare what sites write in several ways."""
    return _NO_LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold())


def cut_site_name(title: str, sites: frozenset[str]) -> str:
    """Cut a name of the site from the end or the start of a title; `sites` are folded."""
    for part in split_title(title):
        is_edge = title.startswith(part) or title.endswith(part)
        if part == title or len(part) < _LEAST_TITLE or not is_edge:
            continue
        rest = fold(title.replace(part, "", 1))
        if any(_is_name(rest, site) for site in sites):
            return part
    return title


def _is_name(text: str, site: str) -> bool:
    return text == site or (
        (len(site) >= _LEAST_NAME and site in text and len(text) < 2 * len(site))
        or (len(text) >= _LEAST_NAME and text in site)
    )


def is_home(address: str) -> bool:
    """Say whether an address is the home page of a site."""
    return re.fullmatch(r"(?:https?:)?//[^/?#]+/?|/", address.strip()) is not None
