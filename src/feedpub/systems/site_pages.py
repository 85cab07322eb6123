"""Pages of site generators: what all of them have in common, each system adds its own.

A page is a text file with front matter below the content folder of a site. Its path says as
much as its values do.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from urllib.parse import unquote, urlunsplit

import msgspec

from feedpub.errors import Problem, TimestampError, UnreadableFile, Where
from feedpub.model import Served
from feedpub.settings import Site, Source
from feedpub.sources import FrontMatter, Place, Raw, read_suffix
from feedpub.systems.names import take_fields
from feedpub.systems.page_paths import SITE_PAGES, PagePath, is_never_article, read_page_path
from feedpub.systems.page_values import (
    find_text,
    fold_names,
    is_draft,
    list_authors,
    list_images,
    list_names,
)
from feedpub.systems.protocol import Base, BaseTranslator, PassedOver, Translation, Translator
from feedpub.systems.shortcodes import drop_left
from feedpub.systems.site_settings import read_script
from feedpub.systems.template_tags import Scope, warn_of_losses
from feedpub.systems.templates import part_markdown
from feedpub.text import join_url, resolve_references, split_url
from feedpub.timestamps import load_zone, parse_timestamp

MARKUP_SUFFIXES = frozenset("md markdown mdown mkd mkdn mdx rst html htm".split())
IMAGE_SUFFIXES = frozenset("jpg jpeg png gif webp avif".split())
_LEAD_FILE = re.compile(r"(?:featured?|cover|hero|lead|thumbnail|banner)\b", re.IGNORECASE)
_HAS_TIME = re.compile(r"\d:\d\d")
_HAS_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_IMAGE_TAG = re.compile(r"(<img\b[^<>]*?\ssrc=)(\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_LINK_TAG = re.compile(r"(<a\b[^<>]*?\shref=)(\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_PAGE_LINK = re.compile(r"(?:^@/|\.(?:md|mdx|markdown|mkd|rst)$)")
_ALIASES = ("~/", "@/", "$/")
_MOST_LINKS = 5_000


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


class PageTranslator(BaseTranslator):
    """Reads the pages of a site; systems override the parts that differ.

    `content` is the folder of the pages below the source, with its slash, or empty. `statics`
    are the folders that an image of the site may be in, and `at_root` those of them whose files
    it serves at its root, as they are.
    """

    published_names: Sequence[str] = ("date", "publishdate", "pubdate", "published", "datetime")
    updated_names: Sequence[str] = ("updated", "lastmod", "modified", "last_modified_at")
    author_names: Sequence[str] = ("author", "authors", "byline", "writer")
    section_names: Sequence[str] = ("categories", "category")
    suffixes = MARKUP_SUFFIXES
    statics: Sequence[str] = ("static", "public", "assets", "source", "src", "")
    at_root: Sequence[str] = ()
    days_have_zone = False
    links_in_zone = False
    languages: frozenset[str] = frozenset()

    def __init__(self, place: Place, source: Source, site: Site) -> None:
        self.place = place
        self.site = site
        self._static = source.static
        self.content = ""
        self.base_url = ""
        self.zone: str | None = None
        self.authors: Mapping[str, str] = {}
        self._links: dict[str, str | None] = {}

    # What systems override.

    def find_reason(self, below: str) -> str | None:
        """Say why a file below the content folder is not an article; None where it may be."""
        return None

    def pass_over(self, page: Page) -> str | None:
        """Say why a page is not an article, by its values; None where it is."""
        return None

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

    def find_sections(self, page: Page) -> list[str]:
        """Find the sections that a page names."""
        for name in self.section_names:
            if found := list_names(page.values.get(name)):
                return found
        return []

    def find_published(self, page: Page) -> str | int | float | None:
        """Find when a page was published."""
        return find_text(page.values, self.published_names) or page.path.day

    def is_at_root(self, path: str) -> bool:
        """Say whether a file of a folder at the root of the site is there as it is."""
        return not any(part.startswith("_") for part in path.split("/"))

    def show(self, text: str, page: Page, scope: Scope) -> str:
        """Show what of templates is in a body."""
        return text

    def find_title(self, page: Page) -> str | None:
        """Find the title of a page: its own, its first heading, or the words of its name."""
        own = find_text(page.values, ("title",))
        if own is not None:
            return str(own)
        # Deferred: most pages have a title, and the parser of Markdown is not small.
        from feedpub.markup import read_headline

        is_markdown = page.matter.markup == "markdown"
        headline = read_headline(page.matter.body) if is_markdown else None
        return headline or " ".join(word.capitalize() for word in page.path.slug.split("-"))

    # The translator.

    def accepts(self, below: str) -> str | None:
        """Take the files of markup in the content folder, those of templates and data not."""
        if not below.startswith(self.content):
            return "files outside the content folder"
        inside = below.removeprefix(self.content)
        if read_suffix(below) not in self.suffixes:
            return "files of data"
        if is_never_article(below):
            return "files about the site"
        parts = inside.split("/")
        if reason := self.find_reason(inside):
            return reason
        is_part = any(part.startswith("_") for part in parts if part not in ("_posts", "_drafts"))
        return "parts of pages" if is_part else None

    def translate(self, raw: Raw, *, whole: bool) -> Translation | PassedOver:
        """Give the fields of a page."""
        if not isinstance(raw.value, FrontMatter):
            return PassedOver("files of data")
        page = self.open_page(raw.origin.file.below, raw.value)
        is_site = not page.path.folders and page.path.name.lower() in SITE_PAGES
        reason = "pages of the site itself" if is_site else self.pass_over(page)
        if reason is not None:
            return PassedOver(reason)
        published = self.find_published(page)
        updated = find_text(page.values, self.updated_names)
        if published is None and updated is None:
            return PassedOver("pages without a date")
        fields = self._take_identifying(page, published, updated)
        lines = self._find_lines(page, fields)
        problems: list[Problem] = []
        if whole:
            where = Where(raw.origin.file.shown, page.matter.body_line)
            self._add_rest(page, fields, problems, where)
        rules = {name: f"the front matter, line {line}" for name, line in lines.items()}
        return Translation(fields, rules if whole else {}, lines, problems)

    def open_page(self, below: str, matter: FrontMatter) -> Page:
        """Open a page by its path and its front matter."""
        page = Page(below, self.read_path(below), fold_names(matter.values), matter)
        more = self.add_values(page)
        return page if not more else msgspec.structs.replace(page, values={**more, **page.values})

    def _take_identifying(
        self, page: Page, published: object, updated: object
    ) -> dict[str, object]:
        fields: dict[str, object] = {}
        if title := self.find_title(page):
            fields["title"] = title
        if published is not None:
            fields["published"] = published
        if updated is not None:
            fields["updated"] = updated
        expires = find_text(page.values, ("expirydate", "expires", "unpublishdate"))
        if expires is not None:
            fields["expires"] = expires
        if self._is_draft(page):
            fields["status"] = "draft"
        if sections := self.find_sections(page):
            fields["section"] = sections
        fields["default_section"] = page.path.section or self.site.title or self.site.link
        is_dated = self.days_have_zone or _HAS_TIME.search(f"{published} {updated}")
        if self.zone and is_dated:
            fields["zone"] = self.zone
        url, is_own = self.find_url(page)
        if url is not None:
            fields["link" if is_own else "permalink"] = self.absolute(url)
        return fields

    def _is_draft(self, page: Page) -> bool:
        folders = page.below.split("/")[:-1]
        return is_draft(page.values) or any(
            folder.lower() in ("_drafts", "drafts") for folder in folders
        )

    def _find_lines(self, page: Page, fields: Mapping[str, object]) -> dict[str, int]:
        names = {
            "title": ("title",),
            "published": self.published_names,
            "updated": self.updated_names,
            "section": self.section_names,
        }
        lines = fold_names(dict(page.matter.lines))
        found: dict[str, int] = {}
        for field, spellings in names.items():
            line = next((lines[name] for name in spellings if name in lines), None)
            if field in fields and isinstance(line, int):
                found[field] = line
        return found

    def _add_rest(
        self, page: Page, fields: dict[str, object], problems: list[Problem], where: Where
    ) -> None:
        """Add what does not identify a page: its texts, its body and its images."""
        usual = take_fields(
            page.values, ("summary", "language", "source", "notice", "audio", "video")
        )
        fields.update(usual)
        if tags := self.find_tags(page):
            fields["tags"] = tags
        if page.path.language:
            fields["language"] = page.path.language
        for name in self.author_names:
            if names := list_authors(page.values.get(name), self.authors):
                fields["author"] = names
                break
        if page.path.slug:
            fields.setdefault("slug", str(page.values.get("slug") or page.path.slug))
        scope = Scope(
            find_link=lambda target: self.find_link(page, target),
            find_value=lambda name: self.find_value(page, name),
        )
        summary = fields.get("summary")
        if isinstance(summary, str):
            fields["summary"] = drop_left(self.show(summary, page, scope), scope).strip()
        body = self._render(page, fields, scope)
        if body.strip():
            fields["content_html"] = body
        if images := self._find_images(page, body):
            fields["images"] = images
        problems += warn_of_losses(where, scope, page.matter.body)

    def find_tags(self, page: Page) -> list[str]:
        """Find the tags of a page."""
        for name in ("tags", "tag", "keywords"):
            value = page.values.get(name)
            if isinstance(value, str):
                return [part.strip() for part in re.split(r"[,;，、]", value) if part.strip()]
            if found := list_names(value):
                return found
        return []

    def find_value(self, page: Page, name: str) -> str | None:
        """Find a value of a page that its body names."""
        value = page.values.get(name.lower())
        return str(value) if isinstance(value, str | int | float) else None

    # Bodies.

    def _render(self, page: Page, fields: Mapping[str, object], scope: Scope) -> str:
        matter = page.matter
        text = self.show(matter.body, page, scope)
        if matter.markup == "rst":
            # Deferred, as few sites have such files.
            from feedpub.markup import render_restructured

            rendered = render_restructured(text)
            for name in rendered.unknown:
                scope.lose(f".. {name}::")
            return self._finish(rendered.html, page)
        text = drop_left(text, scope)
        if matter.markup == "html":
            return self._finish(text, page)
        text = part_markdown(text)
        from feedpub.markup import render_markdown

        title = fields.get("title")
        body = render_markdown(
            text, title=None if title is None else str(title), first_line=matter.body_line
        )
        return self._finish(body.html, page)

    def _finish(self, markup: str, page: Page) -> str:
        """Make images and links of a body lead where the site has them."""

        def write(found: re.Match[str], target: str) -> str:
            return f'{found[1]}"{html.escape(target)}"'

        markup = _IMAGE_TAG.sub(
            lambda found: write(found, self.find_image(page, _unquote(found[2]))), markup
        )
        return _LINK_TAG.sub(
            lambda found: write(found, self._find_target(page, _unquote(found[2]))), markup
        )

    def _find_target(self, page: Page, href: str) -> str:
        """Find where a link of a body leads: to the link of the page whose file it names."""
        if _HAS_SCHEME.match(href) or href.startswith(("#", "//")):
            return href
        path, mark, rest = _split_tail(href)
        if not _PAGE_LINK.search(path):
            return href
        found = self.find_link(page, path)
        return href if found is None else found + mark + rest

    # Links.

    def find_link(self, page: Page, target: str) -> str | None:
        """Find the link of the page whose file a text names; None where there is none."""
        path, mark, rest = _split_tail(target)
        below = self._find_page(page, path)
        if below is None:
            return None
        if below not in self._links:
            if len(self._links) > _MOST_LINKS:
                self._links.clear()
            self._links[below] = None  # a page that needs itself for its link has none
            self._links[below] = self._read_link(below)
        link = self._links[below]
        return None if link is None else link + mark + rest

    def _read_link(self, below: str) -> str | None:
        from feedpub.sources import read_front_matter

        try:
            matter = read_front_matter(read_script(self.place, below))
        except UnreadableFile:
            return None
        url, _ = self.find_url(self.open_page(below, matter))
        return None if url is None else self.absolute(url)

    def _find_page(self, page: Page, target: str) -> str | None:
        target = unquote(target.removeprefix("@/")).strip()
        if not target:
            return None
        names = self.place.name_set
        starts = (page.folder, self.content.rstrip("/"), "")
        bare = target.lstrip("/")
        for start in starts if not target.startswith("/") else starts[1:]:
            path = posixpath.normpath(posixpath.join(start, bare))
            for name in (path, f"{path}.md", f"{path}/index.md", f"{path}/_index.md"):
                if name in names and name.rpartition(".")[2].lower() in self.suffixes:
                    return name
        stem = re.sub(r"\.(?:md|mdx|markdown|html|rst)$", "", bare.rpartition("/")[2])
        found = self._by_stem.get(stem, ())
        return found[0] if len(found) == 1 else None

    @cached_property
    def _by_stem(self) -> Mapping[str, Sequence[str]]:
        """The pages by the name of their file, with and without its day."""
        found: dict[str, list[str]] = {}
        for name in self.place.names:
            if name.startswith(self.content) and name.rpartition(".")[2].lower() in self.suffixes:
                path = self.read_path(name)
                for key in dict.fromkeys((path.name, path.slug)):
                    found.setdefault(key, []).append(name)
        return found

    def absolute(self, url: str) -> str:
        """Make a link below the site absolute; one that names its host stays."""
        if _HAS_SCHEME.match(url) or url.startswith("//"):
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

    def read_day(self, page: Page) -> datetime | None:
        """Read the day that a page was published, for its link."""
        value = self.find_published(page)
        if value is None:
            return None
        try:
            zone = self.zone or self.site.timezone
            when = parse_timestamp(value, zone=zone).value
            return when.astimezone(load_zone(zone)) if self.links_in_zone else when
        except TimestampError:
            return None  # said where the page is identified

    # Images.

    def find_image(self, page: Page, source: str) -> str:
        """Find the file that an image is, by its path beside the page; else its path on the site.

        What the site serves as it is stays there, and is not copied.
        """
        text = source.strip()
        if text.startswith(self.home) and self.home != "/":
            text = "/" + text.removeprefix(self.home)
        elif _HAS_SCHEME.match(text) or text.startswith("//") or not text:
            return source
        path = unquote(re.split(r"[?#]", text, maxsplit=1)[0])
        if not self._is_served(path):
            for name in self._list_candidates(page, path):
                if name in self.place.name_set:
                    return posixpath.relpath(name, page.folder or ".")
        if not text.startswith("/"):
            return source
        below = text.lstrip("/").removeprefix(f"{self._own_path}/" if self._own_path else "")
        return urlunsplit(("", "", *split_url(join_url(self.home, below))[2:]))

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
            posixpath.normpath(posixpath.join(folder, name)) in self.place.name_set
            for name in names
            if self._static or self.is_at_root(name)
            for folder in folders
        )

    def _list_candidates(self, page: Page, path: str) -> Iterator[str]:
        alias = next((alias for alias in _ALIASES if path.startswith(alias)), None)
        if alias is not None:
            path = "/" + path.removeprefix(alias)
        bare = path.lstrip("/")
        if not path.startswith("/"):
            yield posixpath.normpath(posixpath.join(page.folder, path))
            yield posixpath.normpath(posixpath.join(page.folder, page.path.name, path))
        spellings = dict.fromkeys((bare, bare.removeprefix(f"{self._own_path}/")))
        for spelling in spellings:
            for folder in self.statics:
                yield posixpath.normpath(posixpath.join(folder, spelling))
            yield posixpath.normpath(posixpath.join(self.content, spelling))

    def _find_images(self, page: Page, body: str) -> list[dict[str, object]]:
        """Find the images that a page names, or that its bundle has for it."""
        found: list[dict[str, object]] = list(self.list_images(page))
        for image in found:
            image["src"] = self.find_image(page, str(image["src"]))
        if not found and page.path.is_bundle:
            found = self._list_lead_files(page)[:1]
        return list({str(image["src"]): image for image in reversed(found)}.values())[::-1]

    def list_images(self, page: Page) -> Iterator[dict[str, object]]:
        """Yield the images that the values of a page name."""
        yield from list_images(page.values)

    def _list_lead_files(self, page: Page) -> list[dict[str, object]]:
        """List the files of a bundle that are its lead image by their names."""
        start = f"{page.folder}/"
        names = [name.removeprefix(start) for name in self._images_of_folders.get(page.folder, ())]
        return [{"src": name} for name in names if _LEAD_FILE.match(name)]

    @cached_property
    def _images_of_folders(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = {}
        for name in self.place.names:
            if name.rpartition(".")[2].lower() in IMAGE_SUFFIXES:
                found.setdefault(posixpath.dirname(name), []).append(name)
        return found


class SiteGenerator(Base):
    """A site generator: its pages are read by its `translator`."""

    translator: type[PageTranslator] = PageTranslator

    def open(self, place: Place, source: Source, site: Site) -> Translator:
        """Begin to read a site: its settings, its authors, the files of its content."""
        return self.translator(place, source, site)


def _unquote(quoted: str) -> str:
    return resolve_references(quoted[1:-1])


def _split_tail(url: str) -> tuple[str, str, str]:
    """Split a link into its path, and what follows it."""
    found = re.search(r"[?#]", url)
    if found is None:
        return url, "", ""
    return url[: found.start()], found[0], url[found.end() :]
