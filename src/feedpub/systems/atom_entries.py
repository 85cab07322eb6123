"""Entries of Atom: what feeds and the exports of Blogger have in common.

Source: RFC 4287; Atom 0.3 names some elements otherwise.
"""

from __future__ import annotations

from lxml import etree

from feedpub.sources import Raw
from feedpub.systems.feed_items import (
    join_pictures,
    read_enclosure,
    read_media,
    read_recordings,
)
from feedpub.systems.html_bodies import complete_links
from feedpub.systems.titles import title_of
from feedpub.systems.xml_elements import (
    child_text,
    element_text,
    find_child,
    find_children,
    inner_html,
    xml_base,
    xml_language,
)
from feedpub.text import join_url


def find_base(entry: etree._Element, head: etree._Element | None) -> str | None:
    """Find what links are relative to: XML Base, else the feed's page, else the feed itself."""
    base = xml_base(entry)
    if base is not None or head is None:
        return base
    return find_link(head, "alternate") or find_link(head, "self")


def find_link(element: etree._Element, relation: str) -> str | None:
    """Find the first link of a relation; of alternates, the one to a page."""
    found = [
        link
        for link in find_children(element, "link")
        if (link.get("rel") or "alternate") == relation and link.get("href")
    ]
    pages = [link for link in found if (link.get("type") or "text/html") == "text/html"]
    return next((link.get("href") for link in pages or found), None)


def read_construct(element: etree._Element | None) -> tuple[str, str]:
    """Read a text construct or a content: its text, and whether that is "html" or "text"."""
    if element is None or element.get("src"):
        return "", "text"
    kind = (element.get("type") or "text").strip().lower()
    if kind in ("xhtml", "application/xhtml+xml") or (len(element) and kind != "text"):
        divs = list(find_children(element, "div"))
        inside = divs[0] if len(element) == 1 and divs else element
        return inner_html(inside).strip(), "html"
    if kind in ("html", "text/html") or element.get("mode") == "escaped":
        return element_text(element), "html"
    return element_text(element), "text"


def identify_entry(raw: Raw, entry: etree._Element) -> dict[str, object]:
    """Give what identifies an entry."""
    base = find_base(entry, raw.head)
    link = child_text(entry, "feedburner:origLink") or find_link(entry, "alternate")
    id = child_text(entry, "id")
    link = None if link is None else join_url(base, link)
    title, _ = read_construct(find_child(entry, "title"))
    if not title:
        title = title_of(child_text(entry, "summary", "content"))
    return {
        "id": None if id == link else id,
        "title": title,
        "link": link,
        "published": child_text(entry, "published", "issued", "created", "dc:date"),
        "updated": child_text(entry, "updated", "modified"),
        "status": "draft" if child_text(entry, "app:control") == "yes" else None,
    }


def add_rest_of_entry(raw: Raw, entry: etree._Element, fields: dict[str, object]) -> None:
    """Add the body of an entry, its authors and its images."""
    base = find_base(entry, raw.head)
    fields["author"] = _read_authors(entry) or ([] if raw.head is None else _read_authors(raw.head))
    fields["language"] = xml_language(entry) or (
        None if raw.head is None else xml_language(raw.head)
    )
    content = find_child(entry, "content")
    body, kind = read_construct(content)
    summary, _ = read_construct(find_child(entry, "summary"))
    if body:
        inside = base if content is None else xml_base(content) or base
        fields[f"content_{kind}"] = complete_links(body, inside) if kind == "html" else body
    fields["summary"] = summary
    enclosures = [
        image
        for link in find_children(entry, "link")
        if link.get("rel") == "enclosure"
        and (image := read_enclosure(link.get("href"), link.get("type"), link.get("length"), base))
    ]
    fields["images"] = join_pictures(read_media(entry, base), enclosures)
    links = [one for one in find_children(entry, "link") if one.get("rel") == "enclosure"]
    fields["enclosures"] = read_recordings(entry, links, base)


def _read_authors(element: etree._Element) -> list[str]:
    found = [
        child_text(author, "name") or element_text(author)
        for author in find_children(element, "author")
    ]
    if not any(found):
        found = [element_text(author) for author in find_children(element, "dc:creator")]
    return [text for text in found if text]
