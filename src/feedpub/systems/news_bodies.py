"""The content of news items in NewsML, whatever it is written in: XHTML, NITF, or plain text."""

from __future__ import annotations

from lxml import etree

from feedpub.systems.feed_items import has_markup
from feedpub.systems.nitf_markup import NitfParts, read_nitf, render_nitf
from feedpub.systems.xml_elements import element_name, find_below, find_child, inner_html
from feedpub.text import resolve_references

_BLOCKS = ("p", "div", "h1", "h2", "h3", "ul", "ol", "table", "blockquote", "article", "section")


def read_inline_xml(holder: etree._Element) -> tuple[str, NitfParts | None]:
    """Read the markup in an element: its HTML and, of NITF, the other parts of the document."""
    for child in holder:
        name = element_name(child)
        if name == "nitf":
            nitf = read_nitf(child)
            return nitf.html, nitf
        if name == "html":
            body = find_child(child, "body")
            return inner_html(child if body is None else body).strip(), None
    names = {element_name(child) for child in holder}
    if any(name.startswith(("body.", "hedline")) for name in names):
        nitf = read_nitf(holder)
        return nitf.html, nitf
    if names & {"hl2", "block", "bq", "media"}:
        return render_nitf(holder), None
    if len(holder) and names.isdisjoint(_BLOCKS):
        # Of a markup of its own: what it has of paragraphs.
        paragraphs = [*find_below(holder, "p", "para")]
        if paragraphs:
            return "".join(f"<p>{inner_html(one)}</p>" for one in paragraphs), None
    return inner_html(holder).strip(), None


def read_inline_text(text: str) -> tuple[str, str]:
    """Read a text that may be HTML, also such as was escaped: the field for it, and its value."""
    text = text.strip()
    if has_markup(text):
        if "<" not in text and "&lt;" in text:
            text = resolve_references(text)
        return "content_html", text
    return "content_text", text
