"""Medium's export: a page with the microformat h-entry for each story and each response.

Source: help.medium.com "Download your information"; microformats.org/wiki/h-entry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lxml import etree

from feedpub import compile_late
from feedpub.settings import Site, Source
from feedpub.sources import FrontMatter, Place, Raw
from feedpub.systems.html_elements import (
    drop_element,
    find_class,
    iter_class,
    text_of_element,
    write_inside,
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

_LOOKS = 5
_SIGN = compile_late(r"""class=["'][^"']*\bh-entry\b""")
_EXPORTED = compile_late(r"""Exported from <a href=["']https://medium\.com|\bp-canonical\b""")
# The number of a story ends its address and its file's name: Title-1a2b3c4d5e6f.
_NUMBER = compile_late(r"(?:^|[-_/])([0-9a-f]{8,16})(?:\.html?)?/?$")
_HEADINGS = ("h1", "h2", "h3", "h4")
# A response is named by its first words, and is no longer than this.
_MOST_RESPONSE = 1_500


class Medium(Base):
    """The archive that Medium's "Download your information" gives."""

    name = "medium-export"
    title = "a Medium export"
    formats: Mapping[str, str] = {"html": "fragment"}

    def recognize(self, place: Place) -> Sign | None:
        """Know it by its pages, each an h-entry that says where it is exported from."""
        pages = [name for name in place.names if name.endswith(".html")]
        pages.sort(key=lambda name: "posts/" not in name)
        for name in pages[:_LOOKS]:
            text = place.read_beginning(name) or ""
            if _SIGN.search(text) and _EXPORTED.search(text):
                return Sign(0.97, f"{name} is a story that Medium exported")
        return None

    def propose(self, place: Place, site: Site) -> Proposal:
        """Say what was found."""
        return Proposal(f"{self.title}; links as Medium has them; sections from the first tag")

    def open(self, place: Place, source: Source, site: Site) -> Translator:
        """Begin to read an export."""
        return MediumTranslator(place, site)


class MediumTranslator(BaseTranslator):
    """Reads stories; responses and the pages of the profile are passed over."""

    def __init__(self, place: Place, site: Site) -> None:
        self._has_folder = place.ask("folders of posts", _has_folder)
        self._site = site

    def accepts(self, below: str) -> str | None:
        """Take what lies in posts."""
        folder = below.rpartition("/")[0].rpartition("/")[2]
        if self._has_folder and folder != "posts":
            return "pages of the account"
        return None if below.endswith(".html") else "pages of the account"

    def translate(self, raw: Raw, *, whole: bool) -> Translation | PassedOver:
        """Give the fields of a story."""
        # Deferred: the rules of pages are many, and not every site has pages.
        from feedpub.pages import parse_page

        if not isinstance(raw.value, FrontMatter):
            return PassedOver("records of another format")
        entry = find_class(parse_page(raw.value.body), "h-entry")
        if entry is None:
            return PassedOver("pages of the account")
        name = raw.origin.file.below.rpartition("/")[2]
        title = text_of_element(find_class(entry, "p-name"))
        body = find_class(entry, "e-content")
        if _is_response(entry, body, title):
            return PassedOver("responses")
        fields = _identify(entry, name, title)
        fields["default_section"] = self._site.title
        if whole:
            _add_rest(entry, body, title, fields)
        return Translation({key: value for key, value in fields.items() if value})


def _has_folder(names: Sequence[str]) -> bool:
    return any("posts/" in name for name in names)


def _identify(entry: etree._Element, name: str, title: str) -> dict[str, object]:
    time = find_class(entry, "dt-published")
    published = "" if time is None else (time.get("datetime") or "").strip()
    canonical = find_class(entry, "p-canonical")
    link = "" if canonical is None else (canonical.get("href") or "").strip()
    number = _NUMBER.search(link) or _NUMBER.search(name)
    tags = _read_tags(entry)
    is_draft = name.startswith("draft_") or not published
    return {
        "id": None if number is None else number[1],
        "title": title,
        "link": link,
        "section": tags[:1],
        "published": published,
        "status": "draft" if is_draft else "published",
    }


def _add_rest(
    entry: etree._Element, body: etree._Element | None, title: str, fields: dict[str, object]
) -> None:
    summary = text_of_element(find_class(entry, "p-summary"))
    fields["summary"] = summary
    fields["author"] = [text_of_element(author) for author in iter_class(entry, "p-author")]
    fields["tags"] = _read_tags(entry)
    if body is None:
        return
    _drop_repeated(body, "graf--title", title)
    _drop_repeated(body, "graf--subtitle", summary)
    divider = find_class(body, "section-divider")
    if divider is not None:  # parts the first section from nothing
        drop_element(divider)
    fields["content_html"] = write_inside(body)


def _drop_repeated(body: etree._Element, name: str, text: str) -> None:
    found = find_class(body, name)
    if found is not None and text_of_element(found) == text:
        drop_element(found)


def _read_tags(entry: etree._Element) -> list[str]:
    return list(dict.fromkeys(filter(None, map(text_of_element, iter_class(entry, "p-tag")))))


def _is_response(entry: etree._Element, body: etree._Element | None, title: str) -> bool:
    """Say whether an entry is an answer to another: it has no title but its own first words."""
    if body is None or find_class(entry, "p-summary") is not None:
        return False
    if next(body.iter(*_HEADINGS, "img"), None) is not None:
        return False
    text = text_of_element(body)
    return len(text) <= _MOST_RESPONSE and text.startswith(title.rstrip("….").rstrip())


SYSTEMS = (Medium(),)
