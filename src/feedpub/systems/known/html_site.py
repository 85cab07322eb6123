"""A site as HTML pages: mirrored by wget or HTTrack, saved by a browser, or rendered.

Source: gnu.org/software/wget/manual; httrack.com; the articles' own schema.org, Open Graph and
microformats.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from feedpub import compile_late
from feedpub.errors import UnreadableFile
from feedpub.model import Served
from feedpub.settings import Site, Source
from feedpub.sources import FrontMatter, Place, Raw
from feedpub.systems.mirror_paths import (
    MirrorPath,
    find_day,
    find_kind,
    is_host,
    is_same_page,
    list_files_of,
    make_address,
    read_mirror_path,
    tidy_link,
)
from feedpub.systems.protocol import (
    Base,
    BaseTranslator,
    PassedOver,
    Proposal,
    Sign,
    Translation,
    Translator,
)
from feedpub.text import link_key, split_url

_SUFFIXES = (".html", ".htm", ".xhtml", ".shtml")
# Files of records: where there are as many of them, it is no mirror.
_RECORDS = (".md", ".markdown", ".json", ".jsonl", ".csv", ".tsv")
_FEWEST = 3  # pages
_LOOKS = 9
_HEAD = 60_000  # characters
_SITE_MARKS = compile_late(
    r"""<link\b[^<>]*?\bhref=["']?(?P<style>[^"'\s>]+\.css)"""
    r"""|<meta\b[^<>]*?\bproperty=["']og:site_name["'][^<>]*?\bcontent=["'](?P<name>[^"']+)"""
    r"""|<link\b[^<>]*?\brel=["']?canonical["']?[^<>]*?\bhref=["']?https?://(?P<host>[^/"'\s>]+)""",
    re.IGNORECASE,
)
_MIRRORED = compile_late(
    r"<!--\s*Mirrored from (\S+) by HTTrack|<!--\s*saved from url=\(\d+\)(\S+)"
)
_INDEX_LINK = compile_late(r"""(href="[^"]*/)index\.html?(?=["#])""")
# No part of a path that names a section.
_NO_SECTION = compile_late(r"\d+|index|blog|posts?|articles?|archives?|p", re.IGNORECASE)


class HtmlSite(Base):
    """Pages of one site, in folders as the site has them."""

    name = "html-site"
    title = "a site of HTML pages"
    formats: Mapping[str, str] = {suffix[1:]: "fragment" for suffix in _SUFFIXES}

    def recognize(self, place: Place) -> Sign | None:
        """Know it by pages in folders, or beside those of their images, that are of one site."""
        if place.is_file:
            return None
        pages = [name for name in place.names if name.lower().endswith(_SUFFIXES)]
        records = sum(name.lower().endswith(_RECORDS) for name in place.names)
        if len(pages) < _FEWEST or records >= len(pages) or not _is_laid_out(place, pages):
            return None
        own = [name for name in pages if "_files/" not in name]
        step = max(1, len(own) // _LOOKS)
        looks = own[::step][:_LOOKS]
        marks = Counter(mark for name in looks for mark in _list_marks(place.read_beginning(name)))
        common = max(marks.values(), default=0)
        if common < 2 or common * 2 < len(looks):
            return None
        return Sign(0.6, f"{len(pages)} HTML pages of one site")

    def propose(self, place: Place, site: Site) -> Proposal:
        """Say what was found."""
        return Proposal(f"{self.title}; links as the pages name them, else by their paths")

    def open(self, place: Place, source: Source, site: Site) -> Translator:
        """Begin to read a site."""
        return HtmlSiteTranslator(place, source, site)


class HtmlSiteTranslator(BaseTranslator):
    """Reads the articles of a site; its lists, pages and other views are passed over."""

    def __init__(self, place: Place, source: Source, site: Site) -> None:
        self._place = place
        self._selectors = source.selectors
        # Expressions of the source see the title, which its head may not tell.
        self._any_title = source.where is None and not source.fields
        self._site = site
        self._has_hosts = place.ask("folders of hosts", _has_hosts)

    @property
    def served(self) -> Served:
        """The folders of the mirror that are roots of the site."""
        own = split_url(self._site.link).netloc
        hosts = (own, own.removeprefix("www."), f"www.{own}")
        return Served(self._site.link, hosts if self._has_hosts else ("",))

    def accepts(self, below: str) -> str | None:
        """Take the pages that their paths do not name as lists."""
        if not below.lower().endswith(_SUFFIXES):
            return ""
        return find_kind(read_mirror_path(below, self._has_hosts))

    def translate(self, raw: Raw, *, whole: bool) -> Translation | PassedOver:
        """Give the fields of an article."""
        # Deferred: the rules of pages are many, and not every site has pages.
        from feedpub.pages import read_site_page, tell_doubts

        if not isinstance(raw.value, FrontMatter):
            return PassedOver("files of other formats")
        path = read_mirror_path(raw.origin.file.below, self._has_hosts)
        text = raw.value.body
        address = _find_address(text) or make_address(path, self._site.link)
        try:
            page = read_site_page(
                text,
                address=address,
                selectors=self._selectors,
                whole=whole,
                any_title=self._any_title,
            )
        except UnreadableFile as error:
            if error.kind != "malformed":
                raise
            return PassedOver("pages without an article")
        if page.kind is not None:
            return PassedOver(page.kind)
        fields = dict(page.fields)
        if not self._place_link(fields, raw, path, address):
            return PassedOver("other views of an article")
        if not {"updated", "published"} & set(fields):
            day = find_day(path)
            if day is None and not page.is_told:
                return PassedOver("pages without a time")
            fields["published"] = day
        fields["default_section"] = _find_section(path) or self._site.title
        if isinstance(body := fields.get("content_html"), str):
            fields["content_html"] = _INDEX_LINK.sub(r"\1", body)
        problems = tell_doubts(raw.origin.where, page.doubts)
        fields = {key: value for key, value in fields.items() if value}
        return Translation(fields, page.rules, problems=problems)

    def _place_link(
        self, fields: dict[str, object], raw: Raw, path: MirrorPath, address: str
    ) -> bool:
        """Set the link of a page; False where another file is that page itself."""
        link = fields.pop("link", None)
        if not isinstance(link, str) or not link.startswith(("http://", "https://", "/")):
            fields["permalink"] = tidy_link(address)
            fields["id"] = link_key(tidy_link(address))
            return True
        fields["link"] = tidy_link(link)
        if is_same_page(link, address):
            return True
        names = {*list_files_of(tidy_link(link), path)} - {raw.origin.file.below}
        return not any(map(self._place.holds, names))


def _has_hosts(names: Sequence[str]) -> bool:
    """Say whether some folder is named as a host."""
    return any("/" in name and is_host(name.partition("/")[0]) for name in names)


def _is_laid_out(place: Place, pages: Sequence[str]) -> bool:
    """Say whether pages lie as those of a site: in folders of their own, or as they were saved."""
    homes = [name for name in pages if name.lower().rpartition("/")[2].startswith("index.")]
    folders = {name.partition("/")[0] for name in place.names if "/" in name}
    beside = {name.partition("_files/")[0] for name in place.names if "_files/" in name}
    saved = [name for name in pages if name.rpartition(".")[0] in beside]
    is_mirror = "hts-cache" in folders or _has_hosts(place.names)
    return is_mirror or len(homes) > 1 or "index.html" in homes or len(saved) > 1


def _list_marks(text: str | None) -> set[str]:
    """List by what a page is of a site: its name, its host, its style sheets."""
    marks = set()
    for found in _SITE_MARKS.finditer((text or "")[:_HEAD]):
        kind = found.lastgroup or ""
        value = found[kind]
        if kind == "style":  # its path differs where links were made relative
            value = value.rpartition("/")[2].partition("?")[0]
        marks.add(f"{kind} {value}")
    return marks


def _find_address(text: str) -> str | None:
    """Find the address that a browser or HTTrack wrote into a page that it saved."""
    found = _MIRRORED.search(text)
    if found is None:
        return None
    address = found[1] or found[2]
    return address if "://" in address else f"https://{address}"


def _find_section(path: MirrorPath) -> str | None:
    """Find the section that the first folder names, where the page is not that folder itself."""
    parts = path.parts
    if len(parts) < 2 or _NO_SECTION.fullmatch(parts[0]):
        return None
    return parts[0].replace("-", " ").strip().capitalize()


SYSTEMS = (HtmlSite(),)
