"""WordPress and Squarespace exports (WXR): RSS with WordPress's own elements."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, partial

from lxml import etree

from feedpub import compile_late
from feedpub.errors import Problem
from feedpub.model import SourceFile
from feedpub.settings import Site, Source
from feedpub.sources import (
    BROKEN,
    FilePeek,
    Place,
    Raw,
    XmlHead,
    compile_patterns,
    read_suffix,
    scan_elements,
)
from feedpub.systems.feed_items import read_recordings
from feedpub.systems.html_bodies import complete_links
from feedpub.systems.protocol import (
    Base,
    BaseTranslator,
    PassedOver,
    Proposal,
    Setting,
    Sign,
    Translation,
    Translator,
)
from feedpub.systems.titles import title_of
from feedpub.systems.wordpress_markup import Attachment, render_wordpress
from feedpub.systems.wxr_library import Library, read_meta
from feedpub.systems.xml_elements import (
    Children,
    child_text,
    element_text,
    find_children,
)
from feedpub.text import find_medium, join_url, plain_text

_RECORDS = frozenset({"item"})
# The first title and link of an export are the channel's own.
_CHANNEL = {
    name: compile_late(rf"<{name}>\s*(?:<!\[CDATA\[)?([^<\]]{{1,300}})")
    for name in ("title", "link")
}
# The kinds of WordPress's own that are no articles, as the note names them.
_KINDS = {
    "attachment": "attachments",
    "page": "pages",
    "nav_menu_item": "menu items",
    "revision": "revisions",
    "guest-author": "guest authors",
}
_STATUSES = {
    "publish": "published",
    "": "published",
    **dict.fromkeys(("draft", "auto-draft", "future", "inherit", "trash"), "draft"),
    "pending": "pending",
    "private": "private",
}
_NO_DATE = "0000-00-00"


class WordPressExport(Base):
    """A file that WordPress's Tools > Export writes."""

    name = "wordpress-wxr"
    title = "a WordPress export"

    def recognize(self, place: Place) -> Sign | None:
        """Know it by the namespace of its elements."""
        if place.xml is None or not _is_export(place.xml):
            return None
        return Sign(0.95, "its elements are those of a WordPress export (WXR)")

    def propose(self, place: Place, site: Site) -> Proposal:
        """Say what was found."""
        return Proposal(
            f"{self.title}; links, categories and authors as the export has them",
            site=_propose_site(place),
        )

    def open(self, place: Place, source: Source, site: Site) -> Translator:
        """Begin to read exports."""
        return ExportTranslator(place, source)


def _propose_site(place: Place) -> list[Setting]:
    """Propose the title and the home page that the head of an export names."""
    text = "" if place.xml is None else place.xml.text
    found = ((name, _CHANNEL[name].search(text)) for name in ("title", "link"))
    return [
        Setting(name, value, "as the export says")
        for name, match in found
        if match is not None and (value := plain_text(match[1]))
    ]


class SquarespaceExport(WordPressExport):
    """A file that Squarespace's Settings > Import & Export writes."""

    name = "squarespace-wxr"
    title = "a Squarespace export"

    def recognize(self, place: Place) -> Sign | None:
        """Know it by links that are paths, which WordPress never writes."""
        if place.xml is None or not _is_export(place.xml):
            return None
        text = place.xml.text
        first = text.partition("<item")[2].partition("<link>")[2]
        if first.startswith("/") or "squarespace" in text.partition("<item")[0].lower():
            return Sign(0.97, "it is a WordPress export (WXR) with the links of Squarespace")
        return None


def _is_export(head: XmlHead) -> bool:
    return head.name == "rss" and any("wordpress.org/export/" in uri for uri in head.declared)


class ExportTranslator(BaseTranslator):
    """Reads the items of exports, and remembers what they refer to, file by file."""

    elements = _RECORDS

    def __init__(self, place: Place, source: Source) -> None:
        self._place = place
        self._source = source
        self._is_excluded = compile_patterns(source.exclude)
        self._libraries: dict[str, Library] = {}
        self._noted: dict[str, SourceFile] = {}  # whose bytes add to those of other files
        self._ask_base = place.learn("base of an export", self._find_base, of_files=True)

    def begin(self, file: SourceFile) -> None:
        """Forget what was read of the file, unless all of it was."""
        before = self._libraries.get(file.below)
        if before is None or not before.is_whole:
            self._libraries[file.below] = Library()

    def end(self, file: SourceFile) -> None:
        """Know that nothing more is to be found in the file."""
        self._libraries[file.below].is_whole = True

    def translate(self, raw: Raw, *, whole: bool) -> Translation | PassedOver:
        """Give the fields of a post."""
        if not isinstance(raw.value, etree._Element):
            return PassedOver("records of another format")
        item = Children(raw.value)
        file = raw.origin.file
        library = self._fill(file) if whole else self._libraries[file.below]
        if not library.is_whole:
            library.add(raw)
        kind = item.text("wp:post_type") or "post"
        if kind != "post":
            return PassedOver(_KINDS.get(kind, f"items of type {kind}"))
        fields = _identify(item, library)
        rules: dict[str, str] = {}
        if fields["title"] == "":
            fields["title"] = title_of(item.text("excerpt:encoded", "content:encoded"))
            rules["title"] = "the beginning of its text, because it has no title"
        problems: list[Problem] = []
        if whole:
            problems = self._add_rest(raw, item, library, fields)
        return Translation(fields, rules, problems=problems)

    def _fill(self, file: SourceFile) -> Library:
        """Read all that the records of a file refer to, also after them."""
        library = self._libraries.setdefault(file.below, Library())
        if not library.is_whole:
            library.is_whole = True
            with contextlib.suppress(*BROKEN):  # its scan says why
                for raw in scan_elements(file, self._source, _RECORDS):
                    if isinstance(raw, Raw):
                        library.add(raw)
        return library

    def _find_attachment(self, file: SourceFile, id: str) -> Attachment | None:
        """Find an attachment in the file, or in the exports of the same site beside it."""
        library = self._libraries[file.below]
        found = library.find(id)
        if found is None:
            others = (self._fill(other) for other in self._list_others(file, library.base))
            found = next((there for other in others if (there := other.find(id))), None)
        return found

    def _list_others(self, file: SourceFile, base: str) -> Iterator[SourceFile]:
        """List the other parts of an export; their content adds to what the file is read with."""
        for name, other in self._bases.items():
            if other == base and name != file.below:
                if name not in self._noted:
                    self._place.digest(name)
                    self._noted[name] = self._open(name)
                yield self._noted[name]

    @cached_property
    def _bases(self) -> Mapping[str, str]:
        """The addresses of the sites that the exports of the place are of, by their names."""
        names = [name for name in self._place.find("*.xml*") if not self._is_excluded(name)]
        found = ((name, self._ask_base(name)) for name in names if read_suffix(name) == "xml")
        return {name: base for name, base in found if base is not None}

    def _open(self, name: str) -> SourceFile:
        return SourceFile(self._place.root / name, name, name, self._place.root, 0)

    def _find_base(self, name: str) -> str | None:
        """Find the address of the site that a file is exported from; None for another file."""
        head = FilePeek(self._open(name), self._source).read_xml_head()
        if head is None or not _is_export(head):
            return None
        found = _CHANNEL["link"].search(head.text)
        return plain_text(found[1]) if found else ""

    def _add_rest(
        self, raw: Raw, item: Children, library: Library, fields: dict[str, object]
    ) -> list[Problem]:
        meta = read_meta(item)
        fields["author"] = _read_authors(item, library)
        fields["tags"] = _read_terms(item, "post_tag", "tag")
        fields["summary"] = item.text("excerpt:encoded")
        fields["language"] = library.language
        problems = []
        lead = meta.get("_thumbnail_id", "")
        find = partial(self._find_attachment, raw.origin.file)
        if lead not in ("", "0", "-1"):
            found = find(lead)
            if found is None:
                message = "names an attachment that no export here holds, so it is left out"
                problems.append(_warn(raw, "images", lead, "_thumbnail_id " + message))
            else:
                fields["images"] = [_write_image(found, library.base)]
        fields["enclosures"] = _read_enclosures(raw.value, item, library.base)
        id = item.text("wp:post_id")
        own = [found for key in library.children.get(id, ()) if (found := library.find(key))]
        body = render_wordpress(item.text("content:encoded"), find, own)
        fields["content_html"] = complete_links(body.html, library.base)
        if body.unknown:
            names = ", ".join(f"[{name}]" for name in body.unknown[:5])
            message = "are shortcodes of plugins; they are left out, and the text inside them stays"
            problems.append(_warn(raw, "content_html", names, message))
        return problems


def _identify(item: Children, library: Library) -> dict[str, object]:
    link = item.text("link")
    fields: dict[str, object] = {
        "id": item.text("wp:post_id") or None,
        "title": item.text("title"),
        "link": join_url(library.base, link) if link else None,
        "section": _read_terms(item, "category", None),
        "published": _read_published(item),
        "updated": _read_utc(item, "wp:post_modified_gmt"),
        "status": _read_status(item),
    }
    return {name: value for name, value in fields.items() if value is not None}


def _read_status(item: Children) -> str:
    if item.text("wp:post_password"):
        return "draft"
    status = item.text("wp:status")
    return _STATUSES.get(status, status)


def _read_published(item: Children) -> str | None:
    utc = _read_utc(item, "wp:post_date_gmt")
    if utc is not None:
        return utc
    stamp = item.text("pubDate")
    if stamp and "-0001" not in stamp:
        return stamp
    local = item.text("wp:post_date")
    return None if not local or local.startswith(_NO_DATE) else local


def _read_utc(item: Children, name: str) -> str | None:
    text = item.text(name)
    return None if not text or text.startswith(_NO_DATE) else f"{text}Z"


def _read_terms(item: Children, *domains: str | None) -> list[str]:
    found = (
        element_text(term) or term.get("nicename", "")
        for term in item.find("category")
        if term.get("domain") in domains
    )
    return list(dict.fromkeys(name for name in found if name))


def _read_authors(item: Children, library: Library) -> Sequence[str]:
    """Read the names of the authors: of Co-Authors Plus, else the one of the post."""
    logins = [
        (term.get("nicename", "").removeprefix("cap-"), element_text(term))
        for term in item.find("category")
        if term.get("domain") == "author"
    ]
    names = [library.authors.get(login) or library.authors.get(name) for login, name in logins]
    if names and all(names):
        return [name for name in names if name]
    login = item.text("dc:creator")
    name = library.authors.get(login, login)
    return [] if not name or "@" in name else [name]


def _read_enclosures(element: object, item: Children, base: str) -> list[dict[str, object]]:
    """Read the enclosures of a post; plugins for podcasts keep lines: address, length, type."""
    found: list[dict[str, object]] = []
    if isinstance(element, etree._Element):
        found = read_recordings(element, find_children(element, "enclosure"), base)
    for meta in item.find("wp:postmeta"):
        if child_text(meta, "wp:meta_key") == "enclosure":
            lines = child_text(meta, "wp:meta_value").split("\n")
            url, length, type = (line.strip() for line in [*lines, "", "", ""][:3])
            if find_medium(url, type) is not None:
                values = {"length": length, "type": type}
                found.append({"src": url, **{name: text for name, text in values.items() if text}})
    return found


def _write_image(attachment: Attachment, base: str) -> dict[str, str]:
    image = {"src": join_url(base, attachment.url), "caption": attachment.caption}
    image["alt"] = attachment.alt
    return {name: value for name, value in image.items() if value}


def _warn(raw: Raw, field: str, value: str, message: str) -> Problem:
    return Problem("warning", raw.origin.where, field, value, "lost", message)


SYSTEMS = (WordPressExport(), SquarespaceExport())
