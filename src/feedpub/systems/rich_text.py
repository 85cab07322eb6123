"""Rich-text trees to HTML: the bodies that editors keep as nodes and marks.

One walk reads the trees of all editors, since they differ in names alone: `rich_text.toml` says
what each name stands for. Trees of another build are made into such nodes first, in
`rich_text_formats`. All text is escaped; the HTML is not made safe here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping

import msgspec

from feedpub.markup import render_markdown
from feedpub.systems.markdown_signs import render_text
from feedpub.systems.names import fold_name
from feedpub.systems.rich_text_formats import read_tree
from feedpub.systems.rich_text_html import (
    drop_paragraph,
    nest_items,
    starts_block,
    wrap,
    write_image,
    write_link_line,
)
from feedpub.systems.rich_text_nodes import (
    KINDS,
    LEVEL,
    find_children,
    has_text,
    is_leaf,
    is_ordered,
    is_plain_rows,
    look_up,
    node_marks,
    node_roles,
    read_flat_item,
    read_href,
    read_image_node,
    read_image_texts,
    read_kind,
    read_label,
    read_level,
    read_nodes,
    read_text_of,
    take_url,
)
from feedpub.systems.shapes import find_image, find_images, text_at, unwrap
from feedpub.systems.xml_elements import escape_text
from feedpub.text import has_markup

# Gives what a node or its target stands for: an image, HTML, or None where it cannot be found.
Resolve = Callable[[Mapping[str, object]], object]

_MAX_DEPTH = 120
# Names of the text of a node without children, in the order of reading.
_TEXTS = (
    *("heading", "title", "text", "calloutText", "message", "body", "content", "richText"),
    *("paragraphs", "value", "endorsement", "sidebar", "caption"),
)
_HTML = ("contents", "html", "rawHtml", "raw_html", "line", "quote", "embedHtml", "embed")
_EMBED_URLS = ("url", "link", "href", "source", "src", "buttonUrl", "id", "canonical_url")
# The bits of Lexical's text format.
_LEXICAL = ((1, "strong"), (2, "em"), (4, "s"), (8, "u"), (16, "code"), (32, "sub"), (64, "sup"))


class RichText(msgspec.Struct, frozen=True):
    """A tree as HTML, and the kinds of nodes in it of which only the text is known."""

    html: str
    unknown: tuple[str, ...] = ()
    lost: int = 0


def render_rich_text(value: object, resolve: Resolve | None = None) -> RichText | None:
    """Render a value that is a rich-text tree, or the text of one; None where it is none.

    Args:
        resolve: Gives what a node refers to, such as an image of another table.
    """
    nodes = read_nodes(value)
    if nodes is None:
        return None
    writer = _Writer(resolve)
    rendered = writer.write_all(nodes, 0)
    return RichText(rendered, tuple(writer.unknown), writer.lost)


class _Writer:
    """Writes one tree."""

    def __init__(self, resolve: Resolve | None) -> None:
        self.unknown: dict[str, None] = {}
        self.lost = 0
        self._resolve = resolve
        self._links: Mapping[str, str] = {}
        self._roles: Mapping[str, Callable[[Mapping[str, object], int], str]] = {
            "heading": self._write_heading,
            "list": self._write_list,
            "item": self._write_item,
            "code": self._write_code,
            "rule": lambda node, depth: "<hr>",
            "break": lambda node, depth: "<br>",
            "link": self._write_link,
            "image": self._write_image,
            "gallery": self._write_gallery,
            "embed": self._write_embed,
            "html": self._write_html,
            "markdown": self._write_markdown,
            "table": self._write_table,
            "skip": lambda node, depth: "",
        }

    def write_all(self, nodes: Iterable[object], depth: int) -> str:
        """Write nodes in a row; those that are items of a list by themselves become lists."""
        written: list[str] = []
        items: list[tuple[int, bool, str]] = []
        for node in nodes:
            flat = read_flat_item(node)
            if flat is not None and isinstance(node, Mapping):
                level, is_ordered = flat
                items.append((level, is_ordered, self._write_inner(node, depth + 1)))
                continue
            if items:
                written.append(nest_items(items))
                items = []
            written.append(self._write(node, depth))
        if items:
            written.append(nest_items(items))
        return "".join(written)

    def _write(self, node: object, depth: int) -> str:
        if isinstance(node, str):
            return node if has_markup(node) else escape_text(node)
        if isinstance(node, list):
            return self.write_all(node, depth + 1)
        if not isinstance(node, Mapping) or depth > _MAX_DEPTH:
            return ""
        kind = read_kind(node)
        if is_leaf(node, kind):
            return self._write_leaf(node)
        role = self._choose_role(node, kind)
        write = self._roles.get(role)
        if write is not None:
            return write(node, depth)
        element = {"row": "tr", "cell": "td", "head_cell": "th", "quote": "blockquote"}.get(role)
        if role == "unknown":
            return self._write_unknown(node, kind or "", depth)
        inner = self._write_inner(node, depth)
        if role == "quote" and (citation := node.get("citation")):
            cited = self._write(citation, depth + 1)
            inner += cited if starts_block(cited) else wrap("p", cited)
        if element is not None:
            return wrap(element, inner)
        if role == "paragraph" or (role == "group" and not starts_block(inner)):
            return wrap("p", inner)
        return inner

    def _choose_role(self, node: Mapping[str, object], kind: str | None) -> str:
        style = node.get("style")
        if isinstance(style, str) and kind in ("block", "text"):
            styled = fold_name(style)
            if LEVEL.search(styled) or node_roles().get(styled) in ("heading", "quote", "skip"):
                return node_roles().get(styled, "heading")
            return "paragraph"
        if kind is None:
            return "group"
        role = node_roles().get(kind)
        if role is not None:
            return role
        if self._resolve is not None and (found := self._resolve(node)) is not None:
            return "image" if isinstance(found, Mapping) else "html"
        return "component" if "__component" in node and has_text(node) else "unknown"

    def _write_unknown(self, node: Mapping[str, object], kind: str, depth: int) -> str:
        inner = self._write_inner(node, depth)
        image = find_image(node)
        if image is not None and not inner:
            return write_image(image)
        shown = next((str(node[name]) for name in KINDS if isinstance(node.get(name), str)), kind)
        self.unknown[shown] = None
        return inner if starts_block(inner) else wrap("p", inner)

    def _write_inner(self, node: Mapping[str, object], depth: int) -> str:
        """Write what a node holds: its children, or its text."""
        links = self._links
        defs = node.get("markDefs")
        if isinstance(defs, list):
            self._links = {
                str(one["_key"]): href
                for one in defs
                if isinstance(one, Mapping) and "_key" in one and (href := read_href(one))
            }
        try:
            children = find_children(node)
            if children is not None:
                return self.write_all(children, depth + 1)
            return self._write_text(node, depth)
        finally:
            self._links = links

    def _write_text(self, node: Mapping[str, object], depth: int) -> str:
        """Write the text of a node without children, under whatever name it stands."""
        for name in _HTML:
            found = node.get(name)
            if isinstance(found, Mapping):
                found = next((found[n] for n in ("html", "embedHtml") if n in found), None)
            if isinstance(found, str) and found.strip():
                return found
        if isinstance(node.get("content"), str) and "heading" not in node:
            return str(node["content"])  # of ANS: HTML
        written = []
        for name in _TEXTS:
            found = look_up(node, name)
            if isinstance(found, str):
                written.append(render_text(found))
            elif isinstance(found, list):
                written.append(self.write_all(found, depth + 1))
            elif isinstance(found, Mapping):
                nodes = read_tree(found)
                written.append(self.write_all(nodes or [found], depth + 1))
        if len(written) > 1:
            return "".join(part if starts_block(part) else wrap("p", part) for part in written)
        return "".join(written)

    def _write_leaf(self, node: Mapping[str, object]) -> str:
        inside = node.get("textData")
        node = inside if isinstance(inside, Mapping) else node
        written = escape_text(text_at(node, "text", "value", "content")).replace("\n", "<br>")
        if not written:
            return ""
        elements, href = self._read_marks(node)
        for element in elements:
            written = f"<{element}>{written}</{element}>"
        return f'<a href="{html.escape(href)}">{written}</a>' if href else written

    def _read_marks(self, node: Mapping[str, object]) -> tuple[list[str], str]:
        href = read_href(node)
        found: dict[str, None] = {}
        for name in ("marks", "decorations"):
            marks = node.get(name)
            for mark in marks if isinstance(marks, list) else ():
                kind = read_kind(mark) if isinstance(mark, Mapping) else str(mark)
                element = node_marks().get(fold_name(kind or ""))
                if element is not None:
                    found[element] = None
                elif isinstance(mark, Mapping):
                    href = read_href(mark) or href
                else:
                    href = self._links.get(str(mark), href)
        style = node.get("style")
        for flags in (node, style if isinstance(style, Mapping) else {}):
            for name, value in flags.items():
                element = node_marks().get(fold_name(name)) if value is True else None
                if element is not None:
                    found[element] = None
        bits = node.get("format")
        if isinstance(bits, int) and not isinstance(bits, bool):
            found.update({element: None for bit, element in _LEXICAL if bits & bit})
        return list(found), href

    def _write_heading(self, node: Mapping[str, object], depth: int) -> str:
        level = read_level(node)
        inner = self._write_inner(node, depth)
        return wrap(f"h{level}", drop_paragraph(inner))

    def _write_list(self, node: Mapping[str, object], depth: int) -> str:
        items = find_children(node)
        if items is None:
            found = look_up(node, "items")
            items = found if isinstance(found, list) else []
        element = "ol" if is_ordered(node) else "ul"
        written: list[str] = []
        for item in items:
            inner = self._write_list_item(item, depth + 1)
            if written and inner.startswith(("<ul>", "<ol>")):
                written[-1] = written[-1].removesuffix("</li>") + inner + "</li>"
            elif inner:
                written.append(wrap("li", inner))
        return wrap(element, "".join(written))

    def _write_list_item(self, item: object, depth: int) -> str:
        if not isinstance(item, Mapping):
            return self._write(item, depth)
        role = node_roles().get(read_kind(item) or "")
        if role == "list":
            return self._write(item, depth)
        below = item.get("items")
        inner = drop_paragraph(self._write_inner(item, depth))
        if isinstance(below, list) and below:
            inner += self._write_list({"type": "list", "items": below}, depth + 1)
        return inner

    def _write_item(self, node: Mapping[str, object], depth: int) -> str:
        return wrap("li", drop_paragraph(self._write_inner(node, depth)))

    def _write_code(self, node: Mapping[str, object], depth: int) -> str:
        code = look_up(node, "code", "text")
        text = code if isinstance(code, str) else read_text_of(node)
        return f"<pre><code>{escape_text(text)}</code></pre>" if text.strip() else ""

    def _write_link(self, node: Mapping[str, object], depth: int) -> str:
        inner = self._write_inner(node, depth)
        href = read_href(node)
        if href and inner:
            return f'<a href="{html.escape(href)}">{inner}</a>'
        return inner

    def _write_image(self, node: Mapping[str, object], depth: int) -> str:
        found = None if self._resolve is None else self._resolve(node)
        if isinstance(found, str):
            return found
        image = find_image(found) if found is not None else read_image_node(node)
        if image is None:
            images = [one for child in find_children(node) or () if (one := find_image(child))]
            if not images:
                self.lost += 1
            return "".join(map(write_image, images))
        return write_image({**image, **read_image_texts(node)})

    def _write_gallery(self, node: Mapping[str, object], depth: int) -> str:
        found = look_up(node, "images", "items", "files", "slides", "gallery", "content_elements")
        if isinstance(found, Mapping):
            found = found.get("images")
        written = []
        for item in found if isinstance(found, list) else find_children(node) or ():
            resolved = self._resolve(item) if self._resolve and isinstance(item, Mapping) else None
            images, _ = find_images(resolved if resolved is not None else item)
            written += [
                write_image(one if isinstance(one, Mapping) else {"src": one}) for one in images
            ]
        if not written:
            self.lost += 1
        return "".join(written)

    def _write_embed(self, node: Mapping[str, object], depth: int) -> str:
        raw = node.get("raw_oembed")
        markup = look_up(node, "html", "embedHtml", "embedCode")
        places = [raw, node.get("embed"), node.get("referent"), node.get("videoData"), node]
        for place in places:
            if isinstance(place, Mapping):
                markup = markup or place.get("html") or place.get("embedHtml")
        if isinstance(markup, str) and re.search(r"<(?:blockquote|p|img|a)\b", markup):
            return markup
        for place in places:
            if not isinstance(place, Mapping):
                continue
            for name in _EMBED_URLS:
                url = unwrap(look_up(place, name))
                if isinstance(url, Mapping):
                    url = take_url(url)
                if isinstance(url, str) and url.startswith(("http://", "https://", "//", "/")):
                    return write_link_line(url, read_label(node, raw))
        inner = self._write_inner(node, depth) if not isinstance(markup, str) else markup
        if not inner:
            self.lost += 1
        return inner

    def _write_html(self, node: Mapping[str, object], depth: int) -> str:
        found = None if self._resolve is None else self._resolve(node)
        if isinstance(found, str):
            return found
        found = look_up(node, "html", "rawHtml", "content", "value", "code")
        return found if isinstance(found, str) else self._write_inner(node, depth)

    def _write_markdown(self, node: Mapping[str, object], depth: int) -> str:
        found = look_up(node, "markdown", "content", "text", "value", "body")
        if not isinstance(found, str):
            return self._write_inner(node, depth)
        return render_markdown(found, title="", first_line=1).html

    def _write_table(self, node: Mapping[str, object], depth: int) -> str:
        table = node.get("table")
        place = table if isinstance(table, Mapping) else node
        rows = look_up(place, "rows", "content")
        head = look_up(place, "header", "columns", "thead")
        if not isinstance(rows, list) or not is_plain_rows(rows):
            return wrap("table", self._write_inner(node, depth))
        lines = [("td", row) for row in rows]
        if isinstance(head, list):
            lines.insert(0, ("th", head))
        written = []
        for element, row in lines:
            cells = row.get("cells") if isinstance(row, Mapping) else row
            if isinstance(cells, list):
                inner = (wrap(element, self._write(cell, depth + 1), keep=True) for cell in cells)
                written.append(f"<tr>{''.join(inner)}</tr>")
        return wrap("table", "".join(written))
