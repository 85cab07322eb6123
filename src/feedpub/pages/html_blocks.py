"""A page as blocks in reading order: paragraphs, headings, list items, and images.

Scripts, menus, forms, and other elements that are not for reading are left out. `html_body`
decides which blocks are the article.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from typing import Literal

from lxml import etree

from feedpub.markup import EMBED, SIZE
from feedpub.pages.html_figures import Picture, find_picture, is_picture_box
from feedpub.pages.html_names import Part, names_caption
from feedpub.pages.html_tree import PageTree, all_text, is_size_link
from feedpub.text import INLINE, PUBLISHED, REMOVED, read_number, resolve_references

Kind = Literal["p", "h", "li", "pre", "table", "img", "embed"]

# What is beside an article, unless it has all of it.
_BESIDE = frozenset(
    {
        *("form", "input", "option", "datalist", "map", "applet", "colgroup", "nav", "footer"),
        *("dialog", "menu", "amp-ad", "amp-sidebar", "amp-analytics", "amp-social-share"),
        "amp-embed",
    }
)
_INLINE = INLINE | {"o:p"}  # which word processors write
# What a paragraph keeps. Of other markup, only the text stays.
_KEPT = (INLINE & PUBLISHED) - {"small", "span", "time", "wbr"}
_INDENT = re.compile(r"[ \t\r\n]*(?:\u3000|\xa0{2})")
_SPACE = re.compile(r"[ \t\r\n\f\xa0\u3000]+")
_FEW = 60  # characters
_LINE_END = "\0"  # which no text of a page has
_EDGES = " \t\r\n\f\xa0\u3000"
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
# What a paragraph is written from: text, or a tag, which without its element is an end tag.
_Tag = tuple[str, etree._Element | None]
_Part = str | _Tag


class Block:
    """One block: its kind, its text, its markup, the length of its linked text, and its element.

    `quote` is the blockquote that it stands in; `lines` its text, cut at its line breaks.
    """

    __slots__ = (
        "_markup",
        "_parts",
        "element",
        "in_heading",
        "kind",
        "level",
        "linked",
        "picture",
        "quote",
        "text",
    )

    def __init__(
        self,
        kind: Kind,
        element: etree._Element,
        text: str,
        markup: str = "",
        *,
        parts: Sequence[_Part] = (),
    ) -> None:
        self.kind = kind
        self.element = element
        self.text = text
        self._markup = markup
        self._parts = parts
        self.linked = 0
        self.level = 0
        self.in_heading = False
        self.quote: etree._Element | None = None
        self.picture: Picture | None = None

    @property
    def markup(self) -> str:
        """Its markup, written on first use: most blocks of a page are not its article's."""
        if self._parts:
            self._markup, self._parts = _tidy("".join(map(_write_part, self._parts))), ()
        return self._markup

    def __repr__(self) -> str:
        return f"<{self.kind} {self.text[:50]!r}>"


class Layout:
    """The blocks of a page in reading order, and the range of them that each element spans.

    `named` are the elements whose names say that they are a part beside the text, outer ones first.
    """

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.spans: dict[etree._Element, tuple[int, int]] = {}
        self.named: list[tuple[etree._Element, Part]] = []


def lay_out(tree: PageTree, root: etree._Element, title: str) -> Layout:
    """List the blocks below an element; one that has the headline among other lines is parted."""
    walker = _Walker(tree, title)
    walker.walk_children(root)
    walker.flush()
    walker.layout.spans[root] = (0, len(walker.layout.blocks))
    return walker.layout


class _Walker:
    def __init__(self, tree: PageTree, title: str) -> None:
        self.layout = Layout()
        self._tree = tree
        self._title = title
        self._parts: list[_Part] = []
        self._texts: list[str] = []
        self._open: list[_Tag] = []
        self._embeds = False  # the current paragraph has a link to a player
        self._linked = 0
        self._links = 0
        self._breaks = 0
        # Where the current paragraph began.
        self._place: etree._Element | None = None
        self._holder: list[etree._Element] = []
        self._headings = 0
        self._quotes: list[etree._Element] = []

    def walk_children(self, element: etree._Element) -> None:
        self._holder.append(element)
        self._add_text(element.text)
        for child in element:
            if isinstance(child.tag, str):
                self._walk(child, child.tag)
            self._add_text(child.tail)
        self._holder.pop()

    def _walk(self, element: etree._Element, tag: str) -> None:
        if self._tree.is_unseen(element):
            pass
        elif tag == "br":
            self._break()
        elif tag == "a" and is_size_link(element):
            pass
        elif tag in ("img", "amp-img", "picture", "figure", "noscript"):
            self._walk_picture(element, tag)
        elif tag in REMOVED and tag != "form":
            pass
        elif tag not in _INLINE and self._tree.is_empty(element):
            self.flush()
        elif tag in _BESIDE:
            # A page that is one form (ASP.NET) still has its article.
            if self._tree.holds_article(element):
                self._walk_block(element, tag)
        elif tag in _INLINE and self._is_aside(element):
            pass
        elif tag in _INLINE and self._is_line(element):
            self._walk_block(element, tag)
        elif tag in _INLINE and element not in self._tree.with_blocks:
            self._walk_inline(element, tag)
        elif tag in _INLINE:
            self._links += tag == "a"
            first = len(self.layout.blocks)
            self.walk_children(element)
            # Its last line may go on behind it.
            is_open = self._place is not None
            self.layout.spans[element] = (first, len(self.layout.blocks) + is_open)
            self._links -= tag == "a"
        else:
            self._walk_block(element, tag)

    def _is_aside(self, element: etree._Element) -> bool:
        """Say whether a few words in a line are named as no part of it, such as text sizes."""
        return self._tree.part_of(element) == "noise" and self._tree.length_of(element) < _FEW

    def _is_line(self, element: etree._Element) -> bool:
        """Say whether an inline element is a line of its own, such as a byline, by its style."""
        place = self._holder[-1]
        return (
            place.tag not in ("p", "li", "h1", "h2", "h3", "td")
            and not self._open
            and self._is_heading(element)
        )

    def _is_heading(self, element: etree._Element) -> bool:
        tag = element.tag
        if tag in ("article", "main", "body", "html") or self._tree.length_of(element) > 800:
            return False
        return tag == "header" or self._tree.part_of(element) == "heading"

    def _walk_inline(self, element: etree._Element, tag: str) -> None:
        kept = tag in _KEPT
        if kept:
            opening: _Tag = (tag, element)
            self._embeds |= _is_player(opening)
            self._parts.append(opening)
            self._open.append(opening)
        begun, texts = len(self._texts), self._texts
        self._links += tag == "a"
        self._add_text(element.text)
        for child in element:
            if isinstance(child.tag, str):
                self._walk(child, child.tag)
            self._add_text(child.tail)
        self._links -= tag == "a"
        if kept and texts is self._texts and begun == len(texts):
            texts.append(" ")  # as an icon between two words
        if kept:
            self._open.pop()
            self._parts.append((tag, None))

    def _walk_block(self, element: etree._Element, tag: str) -> None:
        self.flush()
        if tag == "table" and _is_data_table(element):
            markup = _write_table(self._tree, element)
            text = resolve_references(_TAG.sub("", markup))
            self._add_block(Block("table", element, text, markup))
            return
        if tag not in ("body", "html") and is_picture_box(self._tree, element):
            picture = find_picture(self._tree, element)
            if picture is not None:
                self._add_picture(picture, element)
                return
        first = len(self.layout.blocks)
        part = self._tree.part_of(element)
        if part in ("comments", "noise", "beside") or self._tree.stands_aside(element):
            self.layout.named.append((element, part or "noise"))
        in_heading = self._is_heading(element)
        self._headings += in_heading
        if tag == "blockquote":
            self._quotes.append(element)
        if tag == "pre":
            text = self._tree.shown_text(element)
            if text.strip():
                markup = f"<pre>{html.escape(text, quote=False)}</pre>"
                self._add_block(Block("pre", element, text.strip(), markup))
        else:
            self.walk_children(element)
            self._holder.append(element)
            self.flush()
            self._holder.pop()
        if tag == "blockquote":
            self._quotes.pop()
        self._headings -= in_heading
        self.layout.spans[element] = (first, len(self.layout.blocks))

    def _walk_picture(self, element: etree._Element, tag: str) -> None:
        if tag == "noscript" and self._tree.length_of(element):
            self._walk_block(element, tag)
            return
        if tag == "figure" and self._is_teaser(element):
            return
        if tag in ("figure", "noscript") and not self._tree.pictures_in(element):
            if tag == "figure":
                self._walk_block_without_picture(element)
            return
        picture = find_picture(self._tree, element)
        if picture is not None:
            self.flush()
            self._add_picture(picture, element)

    def _is_teaser(self, element: etree._Element) -> bool:
        """Say whether a figure has the linked headline of another article."""
        return not self._tree.holds_article(element) and any(
            heading.find(".//a") is not None or next(heading.iterancestors("a"), None) is not None
            for heading in element.iter("h2", "h3", "h4")
        )

    def _walk_block_without_picture(self, element: etree._Element) -> None:
        self.flush()
        self.walk_children(element)
        self.flush()

    def _add_picture(self, picture: Picture, element: etree._Element) -> None:
        block = Block("img", element, "", "")
        block.picture = picture
        block.in_heading = self._headings > 0
        self.layout.blocks.append(block)

    def _add_text(self, text: str | None) -> None:
        if not text:
            return
        if self._breaks:
            if self._breaks > 1 or _INDENT.match(text):
                self.flush()
            elif text.strip(_EDGES):
                self._parts.append(_LINE_END)
                self._texts.append(_LINE_END)
            if not text.strip(_EDGES):
                return
            self._breaks = 0
        if self._place is None and text.strip(_EDGES):
            self._place = self._holder[-1]
        if self._links:
            self._linked += len(text.strip())
        self._parts.append(text)
        self._texts.append(text)

    def _break(self) -> None:
        self._breaks += 1
        if self._breaks > 1:
            breaks = self._breaks
            self.flush()
            self._breaks = breaks

    def flush(self) -> None:
        """End the current paragraph."""
        self._breaks = 0
        place, self._place = self._place, None
        if not self._parts:
            return
        parts, texts = self._parts, self._texts
        self._parts, self._texts = [*self._open], []
        linked, self._linked = self._linked, 0
        embeds, self._embeds = self._embeds, any(map(_is_player, self._open))
        if place is None:
            return  # it has no text
        holder = place
        parts += [(tag, None) for tag, _ in reversed(self._open)]
        kind: Kind = "p"
        level = 0
        if isinstance(holder.tag, str):
            if holder.tag in _HEADINGS:
                kind, level = "h", read_number(holder.tag[1]) or 1
            elif holder.tag in ("li", "dt", "dd"):
                kind = "li"
            elif holder.tag == "p" and (parent := holder.getparent()) is not None:
                kind = "li" if parent.tag == "li" else "p"
        text = _SPACE.sub(" ", "".join(texts))
        if _LINE_END in text:
            text = "\n".join(line.strip() for line in text.split(_LINE_END))
        block = self._add_block(Block(kind, holder, text.strip(), parts=parts))
        block.linked, block.level = linked, level
        if embeds and linked * 10 >= len(block.text) * 8:
            block.kind = "embed"

    def _add_block(self, block: Block) -> Block:
        block.in_heading = self._headings > 0
        block.quote = self._quotes[-1] if self._quotes else None
        lines = block.text.split("\n") if self._title in block.text else ()
        is_parted = len(lines) > 1 and any(line.strip() == self._title for line in lines)
        self.layout.blocks += split_lines([block]) if is_parted else [block]
        return block


_TAG = re.compile(r"<[^<>]*>")
_BREAK = re.compile(r"(?:(?<!\s)\s++)?<br>\s*+")
_EMPTY = re.compile(r"<(a|[a-z]+)(?: [^<>]*)?>[ \u3000\xa0]*</\1>")
_LEADING = re.compile(r"^((?:<[a-z][^<>]*+>)*+)[ \u3000\xa0]++")
_TRAILING = re.compile(r"(?<![ \u3000\xa0])[ \u3000\xa0]++((?:</[a-z]++>)*+)$")


def _tidy(markup: str) -> str:
    markup = _SPACE.sub(" ", markup)
    if "<" not in markup:
        return markup.strip()
    markup = _EMPTY.sub(" ", markup)
    markup = _LEADING.sub(r"\1", markup)
    markup = _TRAILING.sub(r"\1", markup)
    return _SPACE.sub(" ", _BREAK.sub("<br>", markup)).strip()


def _write_part(part: _Part) -> str:
    if isinstance(part, str):
        return "<br>" if part == _LINE_END else html.escape(part, quote=False)
    tag, element = part
    return f"</{tag}>" if element is None else _open_tag(element, tag)


def _is_player(opening: _Tag) -> bool:
    tag, element = opening
    return tag == "a" and element is not None and element.get(EMBED) is not None


def _open_tag(element: etree._Element, tag: str) -> str:
    if tag == "a":
        href = (element.get("href") or "").strip()
        if href and not href.startswith(("#", "javascript:")):
            frames = ((name, element.get(name)) for name in (EMBED, SIZE))
            rest = "".join(f' {n}="{html.escape(v)}"' for n, v in frames if v is not None)
            return f'<a href="{html.escape(href)}"{rest}>'
        return "<a>"
    title = element.get("title") if tag in ("abbr", "dfn") else None
    return f'<{tag} title="{html.escape(title)}">' if title else f"<{tag}>"


def _is_data_table(table: etree._Element) -> bool:
    """Say whether a table has data. Most tables of old pages are their layout."""
    rows = table.findall(".//tr")
    cells = [cell for row in rows for cell in row if cell.tag in ("td", "th")]
    if len(rows) < 2 or len(cells) < 4 or table.find(".//table") is not None:
        return False
    if any(table.find(f".//{tag}") is not None for tag in ("img", "p", "h1", "h2", "form", "div")):
        return False
    texts = [all_text(cell).strip() for cell in cells]
    linked = sum(len(all_text(link).strip()) for link in table.iter("a"))
    return (
        max(map(len, texts)) <= 120
        and sum(1 for text in texts if text) >= len(texts) // 2
        and linked * 3 < sum(map(len, texts))
        and all(sum(1 for cell in row if cell.tag in ("td", "th")) > 1 for row in rows[1:])
    )


def _write_table(tree: PageTree, table: etree._Element) -> str:
    return "<table>" + "".join(_write_rows(tree, table)) + "</table>"


def _write_rows(tree: PageTree, table: etree._Element) -> Iterator[str]:
    for row in table.iter("tr"):
        yield "<tr>"
        for cell in row:
            if cell.tag in ("td", "th") and not tree.is_unseen(cell):
                text = html.escape(" ".join(tree.shown_text(cell).split()), quote=False)
                yield f"<{cell.tag}>{text}</{cell.tag}>"
        yield "</tr>"


def split_lines(blocks: list[Block]) -> Iterator[Block]:
    """Split blocks at their line breaks."""
    for block in blocks:
        if "<br>" not in block.markup or block.kind not in ("p", "li"):
            yield block
            continue
        for markup, text in zip(block.markup.split("<br>"), block.text.split("\n"), strict=False):
            if not text.strip():
                continue
            line = Block(block.kind, block.element, text.strip(), markup)
            line.in_heading, line.quote = block.in_heading, block.quote
            line.linked = len(text) if "<a" in markup else 0
            yield line


def is_caption_block(block: Block) -> bool:
    """Say whether a block, or an element with nothing else in it, has the name of a caption."""
    return names_caption(block.element)
