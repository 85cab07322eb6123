"""Pages of site generators: what all of them have in common, each system adds its own.

A page is a text file with front matter below the content folder of a site. Its path says as
much as its values do.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from feedpub import compile_late
from feedpub.errors import Problem, TimestampError, Where
from feedpub.settings import Site, Source
from feedpub.sources import FrontMatter, Place, Raw, read_suffix
from feedpub.systems.names import take_fields
from feedpub.systems.page_paths import SITE_PAGES, is_never_article
from feedpub.systems.page_values import (
    find_text,
    fold_names,
    is_draft,
    list_authors,
    list_names,
)
from feedpub.systems.protocol import Base, PassedOver, Translation, Translator
from feedpub.systems.shortcodes import drop_left
from feedpub.systems.site_page_images import Page
from feedpub.systems.site_page_links import SiteLinks
from feedpub.systems.template_tags import Scope, warn_of_losses
from feedpub.systems.templates import part_markdown
from feedpub.text import resolve_references
from feedpub.timestamps import load_zone, parse_timestamp

_HAS_TIME = compile_late(r"\d:\d\d")
_IMAGE_TAG = compile_late(r"(<img\b[^<>]*?\ssrc=)(\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_LINK_TAG = compile_late(r"(<a\b[^<>]*?\shref=)(\"[^\"]*\"|'[^']*')", re.IGNORECASE)


class PageTranslator(SiteLinks):
    """Reads the pages of a site; systems override the parts that differ."""

    published_names: Sequence[str] = ("date", "publishdate", "pubdate", "published", "datetime")
    updated_names: Sequence[str] = ("updated", "lastmod", "modified", "last_modified_at")
    author_names: Sequence[str] = ("author", "authors", "byline", "writer")
    section_names: Sequence[str] = ("categories", "category")
    days_have_zone = False
    links_in_zone = False

    def __init__(self, place: Place, source: Source, site: Site) -> None:
        super().__init__(place, source, site)
        self.zone: str | None = None
        self.authors: Mapping[str, str] = {}

    # What systems override.

    def find_reason(self, below: str) -> str | None:
        """Say why a file below the content folder is not an article; None where it may be."""
        return None

    def pass_over(self, page: Page) -> str | None:
        """Say why a page is not an article, by its values; None where it is."""
        return None

    def find_sections(self, page: Page) -> list[str]:
        """Find the sections that a page names."""
        for name in self.section_names:
            if found := list_names(page.values.get(name)):
                return found
        return []

    def find_published(self, page: Page) -> str | int | float | None:
        """Find when a page was published."""
        return find_text(page.values, self.published_names) or page.path.day

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
        if images := self.find_images(page, body):
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
            lambda found: write(found, self.find_target(page, _unquote(found[2]))), markup
        )

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


class SiteGenerator(Base):
    """A site generator: its pages are read by its `translator`."""

    translator: type[PageTranslator] = PageTranslator

    def open(self, place: Place, source: Source, site: Site) -> Translator:
        """Begin to read a site: its settings, its authors, the files of its content."""
        return self.translator(place, source, site)


def _unquote(quoted: str) -> str:
    return resolve_references(quoted[1:-1])
