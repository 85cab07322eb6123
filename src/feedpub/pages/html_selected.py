"""The fields of a page that the selectors of its source choose."""

from __future__ import annotations

from lxml import etree

from feedpub.pages.author_names import read_authors
from feedpub.pages.bylines import Line
from feedpub.pages.css_selectors import select
from feedpub.pages.html_fields import Found
from feedpub.pages.html_shown import read_labels, tight_text
from feedpub.settings import Selectors


class Selected:
    """What a source's selectors choose on a page."""

    def __init__(self, root: etree._Element, selectors: Selectors) -> None:
        self._root = root
        self._selectors = selectors

    def find(self, field: str) -> list[etree._Element]:
        """Find the elements of a field; none where the source has no selector for it."""
        css = getattr(self._selectors, field)
        return [] if css is None else select(self._root, css)

    def put(self, found: Found) -> None:
        """Put the title, the section, the times and the authors that are chosen."""
        selectors = self._selectors
        if (title := self.find("title")) and (text := _field_text(title[0])):
            found.put("title", text, name_rule(selectors.title))
        if sections := self.find("section"):
            labels = read_labels(sections[0], found.read("title"))
            names = [_field_text(element) for element in sections]
            value: object = ">".join(labels) if len(sections) == 1 and labels else names
            found.put("section", value, name_rule(selectors.section))
        for field in ("updated", "published"):
            for element in self.find(field)[:1]:
                self._put_time(found, field, element)
        if authors := self.find("author"):
            named = [name for element in authors for name in _list_names(_field_text(element))]
            found.put("author", list(dict.fromkeys(named)), name_rule(selectors.author))

    def _put_time(self, found: Found, field: str, element: etree._Element) -> None:
        text = _field_text(element)
        rule = name_rule(getattr(self._selectors, field))
        line = Line(text)
        if not line.is_byline():
            found.put(field, text, rule)
            return
        byline = line.read_byline()
        own, other = byline.updated, byline.published
        if field == "published":
            own, other = byline.published or byline.updated, None
        found.put(field, own, rule)
        if field == "updated":
            found.put("published", other, rule)
            if own is None and other is None:
                found.put(field, text, rule)
        found.put("source", byline.source, rule)
        if self._selectors.author is None:
            found.put("author", list(byline.authors), rule)


def _field_text(element: etree._Element) -> str:
    """Read what an element says: an attribute for machines, or else its text."""
    for name in ("datetime", "content"):
        value = (element.get(name) or "").strip()
        if value and element.tag in ("time", "meta", "relative-time"):
            return value
    return tight_text(element)


def _list_names(text: str) -> list[str]:
    return read_authors(text) or [text]


def name_rule(css: str | None) -> str:
    """Name the selector that found something."""
    return f"CSS selector {css}"
