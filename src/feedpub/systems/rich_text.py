"""Rich-text trees to HTML: the bodies that editors keep as nodes and marks.

One walk reads the trees of all editors, since they differ in names alone: `rich_text.toml` says
what each name stands for. Trees of another build are made into such nodes first, in
`rich_text_formats`. All text is escaped; the HTML is not made safe here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

import msgspec

from feedpub.markup import render_markdown, write_embed
from feedpub.systems.names import fold_name, read_table
from feedpub.systems.rich_text_formats import read_tree
from feedpub.systems.shapes import find_image, find_images, find_name, text_at, unwrap
from feedpub.text import has_markup, read_number

# Gives what a node or its target stands for: an image, HTML, or None where it cannot be found.
Resolve = Callable[[Mapping[str, object]], object]

_MAX_DEPTH = 120
_KINDS = ("_type", "nodeType", "__component", "__typename", "type", "tag", "object")
_CHILDREN = ("children", "content", "nodes", "content_elements", "components", "spans")
_PARTS = ("attrs", "data", "fields", "value", "props", "payload", "metadata")
_HTML = ("contents", "html", "rawHtml", "raw_html", "line", "quote", "embedHtml", "embed")
_EMBED_URLS = ("url", "link", "href", "source", "src", "buttonUrl", "id", "canonical_url")
_LEVEL = re.compile(r"(?:h|heading|header)([1-6])$")
_LEVEL_WORDS = {"one": 2, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
# The bits of Lexical's text format.
_LEXICAL = ((1, "strong"), (2, "em"), (4, "s"), (8, "u"), (16, "code"), (32, "sub"), (64, "sup"))
_ORDERED = frozenset({"ordered", "ol", "number", "numbered", "numberedlist", "orderedlist"})


class RichText(msgspec.Struct, frozen=True):
    """A tree as HTML, and the kinds of nodes in it of which only the text is known."""

    html: str
    unknown: tuple[str, ...] = ()
    lost: int = 0


@cache
def _roles() -> Mapping[str, str]:
    return {
        fold_name(name): role
        for role, names in read_table("rich_text.toml").items()
        if role != "marks"
        for name in names
    }


@cache
def _marks() -> Mapping[str, str]:
    table = read_table("rich_text.toml")["marks"]
    return {fold_name(name): str(element) for name, element in table.items()}


def render_rich_text(value: object, resolve: Resolve | None = None) -> RichText | None:
    """Render a value that is a rich-text tree, or the text of one; None where it is none.

    Args:
        resolve: Gives what a node refers to, such as an image of another table.
    """
    nodes = read_tree(value)
    if nodes is None or not any(map(_is_node, nodes)):
        return None
    writer = _Writer(resolve)
    rendered = writer.write_all(nodes, 0)
    return RichText(rendered, tuple(writer.unknown), writer.lost)


def _is_node(value: object) -> bool:
    """Say whether an object is a node of a tree, by the shape of it and of what it holds."""
    if not isinstance(value, Mapping):
        return False
    kind = _kind_of(value)
    if kind is None:
        return isinstance(value.get("children"), list)
    if "." in str(value.get("__component", "")):
        return True
    if _find_children(value) or any(name in value for name in _PARTS):
        return _roles().get(kind) is not None or _find_children(value) is not None
    return _roles().get(kind) is not None


def _kind_of(node: Mapping[str, object]) -> str | None:
    for name in _KINDS:
        kind = node.get(name)
        if isinstance(kind, str) and kind:
            return fold_name(kind.rpartition(".")[2])
    return None


def _find_children(node: Mapping[str, object]) -> Sequence[object] | None:
    for name in _CHILDREN:
        found = node.get(name)
        if isinstance(found, list):
            return found
    return None


def look_up(node: Mapping[str, object], *names: str) -> object:
    """Look a value of a node up, in it and in the objects that hold its attributes."""
    places = [node]
    for name, part in node.items():
        if isinstance(part, Mapping) and (name in _PARTS or name.endswith("Data")):
            places.append(part)
    for name in names:
        for place in places:
            found = place.get(name)
            if found is not None and found != "":
                return found
    return None


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
            flat = _read_flat_item(node)
            if flat is not None and isinstance(node, Mapping):
                level, is_ordered = flat
                items.append((level, is_ordered, self._write_inner(node, depth + 1)))
                continue
            if items:
                written.append(_nest_items(items))
                items = []
            written.append(self._write(node, depth))
        if items:
            written.append(_nest_items(items))
        return "".join(written)

    def _write(self, node: object, depth: int) -> str:
        if isinstance(node, str):
            return node if has_markup(node) else _escape(node)
        if isinstance(node, list):
            return self.write_all(node, depth + 1)
        if not isinstance(node, Mapping) or depth > _MAX_DEPTH:
            return ""
        kind = _kind_of(node)
        if _is_leaf(node, kind):
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
            inner += cited if _starts_block(cited) else _wrap("p", cited)
        if element is not None:
            return _wrap(element, inner)
        if role == "paragraph" or (role == "group" and not _starts_block(inner)):
            return _wrap("p", inner)
        return inner

    def _choose_role(self, node: Mapping[str, object], kind: str | None) -> str:
        style = node.get("style")
        if isinstance(style, str) and kind in ("block", "text"):
            styled = fold_name(style)
            if _LEVEL.search(styled) or _roles().get(styled) in ("heading", "quote", "skip"):
                return _roles().get(styled, "heading")
            return "paragraph"
        if kind is None:
            return "group"
        role = _roles().get(kind)
        if role is not None:
            return role
        if self._resolve is not None and (found := self._resolve(node)) is not None:
            return "image" if isinstance(found, Mapping) else "html"
        return "component" if "__component" in node and _has_text(node) else "unknown"

    def _write_unknown(self, node: Mapping[str, object], kind: str, depth: int) -> str:
        inner = self._write_inner(node, depth)
        image = find_image(node)
        if image is not None and not inner:
            return _figure(image)
        shown = next((str(node[name]) for name in _KINDS if isinstance(node.get(name), str)), kind)
        self.unknown[shown] = None
        return inner if _starts_block(inner) else _wrap("p", inner)

    def _write_inner(self, node: Mapping[str, object], depth: int) -> str:
        """Write what a node holds: its children, or its text."""
        links = self._links
        defs = node.get("markDefs")
        if isinstance(defs, list):
            self._links = {
                str(one["_key"]): href
                for one in defs
                if isinstance(one, Mapping) and "_key" in one and (href := _read_href(one))
            }
        try:
            children = _find_children(node)
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
        for name in (
            "heading",
            "title",
            "text",
            "calloutText",
            "message",
            "body",
            "content",
            "richText",
            "paragraphs",
            "value",
            "endorsement",
            "sidebar",
            "caption",
        ):
            found = look_up(node, name)
            if isinstance(found, str):
                written.append(render_text(found))
            elif isinstance(found, list):
                written.append(self.write_all(found, depth + 1))
            elif isinstance(found, Mapping):
                nodes = read_tree(found)
                written.append(self.write_all(nodes or [found], depth + 1))
        if len(written) > 1:
            return "".join(part if _starts_block(part) else _wrap("p", part) for part in written)
        return "".join(written)

    def _write_leaf(self, node: Mapping[str, object]) -> str:
        inside = node.get("textData")
        node = inside if isinstance(inside, Mapping) else node
        written = _escape(text_at(node, "text", "value", "content")).replace("\n", "<br>")
        if not written:
            return ""
        elements, href = self._read_marks(node)
        for element in elements:
            written = f"<{element}>{written}</{element}>"
        return f'<a href="{html.escape(href)}">{written}</a>' if href else written

    def _read_marks(self, node: Mapping[str, object]) -> tuple[list[str], str]:
        href = _read_href(node)
        found: dict[str, None] = {}
        for name in ("marks", "decorations"):
            marks = node.get(name)
            for mark in marks if isinstance(marks, list) else ():
                kind = _kind_of(mark) if isinstance(mark, Mapping) else str(mark)
                element = _marks().get(fold_name(kind or ""))
                if element is not None:
                    found[element] = None
                elif isinstance(mark, Mapping):
                    href = _read_href(mark) or href
                else:
                    href = self._links.get(str(mark), href)
        style = node.get("style")
        for flags in (node, style if isinstance(style, Mapping) else {}):
            for name, value in flags.items():
                element = _marks().get(fold_name(name)) if value is True else None
                if element is not None:
                    found[element] = None
        bits = node.get("format")
        if isinstance(bits, int) and not isinstance(bits, bool):
            found.update({element: None for bit, element in _LEXICAL if bits & bit})
        return list(found), href

    def _write_heading(self, node: Mapping[str, object], depth: int) -> str:
        level = _read_level(node)
        inner = self._write_inner(node, depth)
        return _wrap(f"h{level}", _drop_paragraph(inner))

    def _write_list(self, node: Mapping[str, object], depth: int) -> str:
        items = _find_children(node)
        if items is None:
            found = look_up(node, "items")
            items = found if isinstance(found, list) else []
        element = "ol" if _is_ordered(node) else "ul"
        written: list[str] = []
        for item in items:
            inner = self._write_list_item(item, depth + 1)
            if written and inner.startswith(("<ul>", "<ol>")):
                written[-1] = written[-1].removesuffix("</li>") + inner + "</li>"
            elif inner:
                written.append(_wrap("li", inner))
        return _wrap(element, "".join(written))

    def _write_list_item(self, item: object, depth: int) -> str:
        if not isinstance(item, Mapping):
            return self._write(item, depth)
        role = _roles().get(_kind_of(item) or "")
        if role == "list":
            return self._write(item, depth)
        below = item.get("items")
        inner = _drop_paragraph(self._write_inner(item, depth))
        if isinstance(below, list) and below:
            inner += self._write_list({"type": "list", "items": below}, depth + 1)
        return inner

    def _write_item(self, node: Mapping[str, object], depth: int) -> str:
        return _wrap("li", _drop_paragraph(self._write_inner(node, depth)))

    def _write_code(self, node: Mapping[str, object], depth: int) -> str:
        code = look_up(node, "code", "text")
        text = code if isinstance(code, str) else _text_of(node)
        return f"<pre><code>{_escape(text)}</code></pre>" if text.strip() else ""

    def _write_link(self, node: Mapping[str, object], depth: int) -> str:
        inner = self._write_inner(node, depth)
        href = _read_href(node)
        if href and inner:
            return f'<a href="{html.escape(href)}">{inner}</a>'
        return inner

    def _write_image(self, node: Mapping[str, object], depth: int) -> str:
        found = None if self._resolve is None else self._resolve(node)
        if isinstance(found, str):
            return found
        image = find_image(found) if found is not None else _read_image_node(node)
        if image is None:
            images = [one for child in _find_children(node) or () if (one := find_image(child))]
            if not images:
                self.lost += 1
            return "".join(map(_figure, images))
        return _figure({**image, **_read_image_texts(node)})

    def _write_gallery(self, node: Mapping[str, object], depth: int) -> str:
        found = look_up(node, "images", "items", "files", "slides", "gallery", "content_elements")
        if isinstance(found, Mapping):
            found = found.get("images")
        written = []
        for item in found if isinstance(found, list) else _find_children(node) or ():
            resolved = self._resolve(item) if self._resolve and isinstance(item, Mapping) else None
            images, _ = find_images(resolved if resolved is not None else item)
            written += [
                _figure(one if isinstance(one, Mapping) else {"src": one}) for one in images
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
                    url = _take_url(url)
                if isinstance(url, str) and url.startswith(("http://", "https://", "//", "/")):
                    return _write_link_line(url, _read_label(node, raw))
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
        if not isinstance(rows, list) or not _is_plain_rows(rows):
            return _wrap("table", self._write_inner(node, depth))
        lines = [("td", row) for row in rows]
        if isinstance(head, list):
            lines.insert(0, ("th", head))
        written = []
        for element, row in lines:
            cells = row.get("cells") if isinstance(row, Mapping) else row
            if isinstance(cells, list):
                inner = (_wrap(element, self._write(cell, depth + 1), keep=True) for cell in cells)
                written.append(f"<tr>{''.join(inner)}</tr>")
        return _wrap("table", "".join(written))


def render_text(text: str) -> str:
    """Write a text of unknown kind as HTML: it may be HTML, Markdown or plain."""
    if has_markup(text):
        return text
    if looks_like_markdown(text):
        return render_markdown(text, title="", first_line=1).html
    return _escape(text).replace("\n", "<br>")


# What no plain text has.
_SURE_MARKDOWN = r"""
      ^\#{1,6}[ ]\S[^\n]{0,40}             # a heading
    | !?\[[^\[\]\n]{0,300}\]\((?:https?:|/|\#|\.)[^)\s]{0,300}\)?   # a link or an image
    | (?<![\w*])\*\*[^*\s][^*\n]*\*\*(?!\*)        # bold
    | ^(?:```|~~~)
"""
_SURE = re.compile(f"(?mx){_SURE_MARKDOWN}")
_MARKDOWN = re.compile(
    rf"""(?mx){_SURE_MARKDOWN}
    | (?<!\w)__[^_\s][^_\n]*__(?!\w)
    | ^[ ]{{0,3}}(?:[-*+]|\d+\.)[ ]\S.*\n(?:.*\n)?[ ]{{0,3}}(?:[-*+]|\d+\.)[ ]\S   # two items
    | ^>[ ]\S
    """
)


def looks_like_markdown(text: str) -> bool:
    """Say whether a text has marks that only Markdown has: links, headings, bold, lists."""
    return _MARKDOWN.search(text) is not None


def find_markdown(text: str) -> str | None:
    """Find a mark of Markdown that no plain text has."""
    found = _SURE.search(text)
    return None if found is None else found[0]


def _is_leaf(node: Mapping[str, object], kind: str | None) -> bool:
    if isinstance(node.get("textData"), Mapping):
        return True
    if _find_children(node) is not None:
        return False
    if kind is None:
        return any(isinstance(node.get(name), str) for name in ("text", "content"))
    if kind == "span" or kind in ("extendedtext", "leaf"):
        return True
    return kind == "text" and any(isinstance(node.get(name), str) for name in ("text", "value"))


def _has_text(node: Mapping[str, object]) -> bool:
    return any(
        isinstance(value, str) and name not in (*_KINDS, "id") for name, value in node.items()
    )


def _is_plain_rows(rows: Sequence[object]) -> bool:
    return all(
        isinstance(row, list) or (isinstance(row, Mapping) and isinstance(row.get("cells"), list))
        for row in rows
    )


def _read_flat_item(node: object) -> tuple[int, bool] | None:
    """Read the level of a block that is an item of a list by itself, and whether it is counted."""
    if not isinstance(node, Mapping):
        return None
    kind = node.get("listItem")
    if not isinstance(kind, str):
        name = _kind_of(node)
        if _roles().get(name or "") != "flat_item":
            return None
        kind = "number" if (name or "").startswith("ordered") else "bullet"
    level, below = node.get("level"), node.get("depth")  # the former begins at 1, the latter at 0
    number = level if isinstance(level, int) else below + 1 if isinstance(below, int) else 1
    return max(1, min(number, 10)), fold_name(kind) in _ORDERED


def _nest_items(items: Sequence[tuple[int, bool, str]]) -> str:
    """Write items of several levels as lists in lists."""
    written: list[str] = []
    open_lists: list[str] = []
    for level, is_ordered, inner in items:
        element = "ol" if is_ordered else "ul"
        while len(open_lists) > level:
            written.append(f"</li></{open_lists.pop()}>")
        if len(open_lists) == level:
            written.append("</li>")
            if open_lists[-1] != element:
                written.append(f"</{open_lists.pop()}><{element}>")
                open_lists.append(element)
        while len(open_lists) < level:
            if open_lists and written[-1].startswith(("<ul>", "<ol>")):
                written.append("<li>")
            written.append(f"<{element}>")
            open_lists.append(element)
        written.append(f"<li>{_drop_paragraph(inner)}")
    while open_lists:
        written.append(f"</li></{open_lists.pop()}>")
    return "".join(written)


def _read_level(node: Mapping[str, object]) -> int:
    level = look_up(node, "level")
    number = None if isinstance(level, str) else read_number(level)
    if number is not None:
        return max(1, min(number, 6))
    for name in ("style", "tag", "type", "nodeType", "_type"):
        text = node.get(name)
        if isinstance(text, str):
            folded = fold_name(text)
            if found := _LEVEL.search(folded):
                return read_number(found[1]) or 2
            for word, number in _LEVEL_WORDS.items():
                if folded.endswith(word):
                    return number
    return 2


def _is_ordered(node: Mapping[str, object]) -> bool:
    if look_up(node, "ordered") is True:
        return True
    for name in ("format", "listType", "list_type", "style", "tag", "type", "nodeType"):
        value = look_up(node, name)
        if isinstance(value, str) and fold_name(value) in _ORDERED:
            return True
    return False


def _read_href(node: Mapping[str, object]) -> str:
    for name in ("href", "url", "uri", "link"):
        found = look_up(node, name)
        if isinstance(found, Mapping):
            found = _take_url(found)
        if isinstance(found, str) and found.strip():
            return found.strip()
    return ""


def _take_url(value: Mapping[str, object]) -> object:
    return value.get("url") or value.get("href")


def _read_label(node: Mapping[str, object], raw: object) -> str:
    for place in (node, raw):
        if isinstance(place, Mapping):
            label = look_up(place, "title", "caption", "buttonText", "fileName", "headline")
            name = find_name(label) if label is not None else None
            if name:
                return name
    return ""


def _write_link_line(url: str, label: str) -> str:
    return f"<p>{write_embed(url, label)}</p>"


def _read_image_node(node: Mapping[str, object]) -> dict[str, object] | None:
    """Read the image that a node shows: its own source, or that of its attributes."""
    own = {
        name: value
        for name, value in node.items()
        if name not in ("type", "content", "children", "nodes", "marks", "link")
    }
    data = node.get("imageData")
    if isinstance(data, Mapping) and (wix := _read_wix_image(data)) is not None:
        return wix
    image = find_image(own)
    if image is not None and "/" not in str(image["src"]) and "." not in str(image["src"]):
        return None  # a key
    return image


def _read_wix_image(data: Mapping[str, object]) -> dict[str, object] | None:
    """Read an image of Ricos, which Wix names by a key."""
    image = data.get("image")
    source = image.get("src") if isinstance(image, Mapping) else None
    if not isinstance(source, Mapping):
        return None
    url = text_at(source, "url")
    key = text_at(source, "id")
    if not url and not key:
        return None
    return {"src": url or f"https://static.wixstatic.com/media/{key}"}


def _read_image_texts(node: Mapping[str, object]) -> dict[str, object]:
    found = {
        "alt": look_up(node, "alt", "altText", "alternativeText", "alt_text"),
        "caption": look_up(node, "caption"),
    }
    return {name: value for name, value in found.items() if isinstance(value, str)}


def _figure(image: Mapping[str, object]) -> str:
    alt = image.get("alt")
    shown = f'<img src="{html.escape(str(image["src"]))}"'
    shown += f' alt="{html.escape(alt)}">' if isinstance(alt, str) else ">"
    caption = image.get("caption")
    if isinstance(caption, str) and caption.strip():
        text = caption if has_markup(caption) else _escape(caption)
        return f"<figure>{shown}<figcaption>{text}</figcaption></figure>"
    return f"<figure>{shown}</figure>"


def _text_of(node: object) -> str:
    if isinstance(node, str):
        return node
    if isinstance(node, list):
        return "".join(map(_text_of, node))
    if not isinstance(node, Mapping):
        return ""
    if _roles().get(_kind_of(node) or "") == "break":
        return "\n"
    children = _find_children(node)
    if children is not None:
        return "".join(map(_text_of, children))
    return text_at(node, "text", "value", "content")


def _escape(text: str) -> str:
    return html.escape(text, quote=False)


def _wrap(element: str, inner: str, *, keep: bool = False) -> str:
    return f"<{element}>{inner}</{element}>" if keep or inner.strip() else ""


_BLOCK = re.compile(
    r"\s*<(?:p|div|h[1-6]|ul|ol|li|blockquote|figure|table|tr|td|th|pre|hr|iframe|section|img)\b",
    re.IGNORECASE,
)


def _starts_block(markup: str) -> bool:
    return _BLOCK.match(markup) is not None


def _drop_paragraph(markup: str) -> str:
    """Take the one paragraph off that a heading or an item holds."""
    if markup.startswith("<p>") and markup.count("<p>") == 1 and markup.endswith("</p>"):
        return markup[3:-4]
    if markup.startswith("<p>") and markup.count("<p>") == 1 and "</p><" in markup:
        return markup[3:].replace("</p>", "", 1)
    return markup
