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

from feedpub.pages.html_figures import Picture, find_picture, is_picture_box
from feedpub.pages.html_markup import (
    LINE_END,
    SPACE,
    Piece,
    Tag,
    is_data_table,
    is_player,
    write_paragraph,
    write_table,
)
from feedpub.pages.html_names import names_caption
from feedpub.pages.html_tree import PageTree
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
_TAG = re.compile(r"<[^<>]*>")
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())


class Block:
    """One block: its kind, its text, its markup, the length of its linked text, and its element.

    `quote` is the blockquote that it stands in; `lines` its text, cut at its line breaks.
    """

    __slots__ = (
        "_markup",
        "_parts",
        "element",
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
        parts: Sequence[Piece] = (),
    ) -> None:
        self.kind = kind
        self.element = element
        self.text = text
        self._markup = markup
        self._parts = parts
        self.linked = 0
        self.level = 0
        self.quote: etree._Element | None = None
        self.picture: Picture | None = None

    @property
    def markup(self) -> str:
        """Its markup, written on first use: most blocks of a page are not its article's."""
        if self._parts:
            self._markup, self._parts = write_paragraph(self._parts), ()
        return self._markup

    def __repr__(self) -> str:
        return f"<{self.kind} {self.text[:50]!r}>"


class Layout:
    """The blocks of a page in reading order, and the range of them that each element spans."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.spans: dict[etree._Element, tuple[int, int]] = {}


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
        self._parts: list[Piece] = []
        self._texts: list[str] = []
        self._open: list[Tag] = []
        self._embeds = False  # the current paragraph has a link to a player
        self._linked = 0
        self._links = 0
        self._breaks = 0
        # Where the current paragraph began.
        self._place: etree._Element | None = None
        self._holder: list[etree._Element] = []
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

    def _walk_inline(self, element: etree._Element, tag: str) -> None:
        kept = tag in _KEPT
        if kept:
            opening: Tag = (tag, element)
            self._embeds |= is_player(opening)
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
        if tag == "table" and is_data_table(element):
            markup = write_table(self._tree, element)
            text = resolve_references(_TAG.sub("", markup))
            self._add_block(Block("table", element, text, markup))
            return
        if tag not in ("body", "html") and is_picture_box(self._tree, element):
            picture = find_picture(self._tree, element)
            if picture is not None:
                self._add_picture(picture, element)
                return
        if self._tree.is_beside(element):
            return
        first = len(self.layout.blocks)
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
        self.layout.blocks.append(block)

    def _add_text(self, text: str | None) -> None:
        if not text:
            return
        is_blank = text.isspace()
        if self._breaks:
            if self._breaks > 1 or _INDENT.match(text):
                self.flush()
            elif not is_blank:
                self._parts.append(LINE_END)
                self._texts.append(LINE_END)
            if is_blank:
                return
            self._breaks = 0
        if self._place is None:
            if is_blank:
                return
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
        embeds, self._embeds = self._embeds, any(map(is_player, self._open))
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
        text = SPACE.sub(" ", "".join(texts))
        if LINE_END in text:
            text = "\n".join(line.strip() for line in text.split(LINE_END))
        block = self._add_block(Block(kind, holder, text.strip(), parts=parts))
        block.linked, block.level = linked, level
        if embeds and linked * 10 >= len(block.text) * 8:
            block.kind = "embed"

    def _add_block(self, block: Block) -> Block:
        block.quote = self._quotes[-1] if self._quotes else None
        lines = block.text.split("\n") if self._title in block.text else ()
        is_parted = len(lines) > 1 and any(line.strip() == self._title for line in lines)
        self.layout.blocks += split_lines([block]) if is_parted else [block]
        return block


def split_lines(blocks: list[Block]) -> Iterator[Block]:
    """Split blocks at their line breaks."""
    for block in blocks:
        # Of most blocks, the markup is never written.
        is_parted = block.kind in ("p", "li") and "\n" in block.text and "<br>" in block.markup
        if not is_parted:
            yield block
            continue
        for markup, text in zip(block.markup.split("<br>"), block.text.split("\n"), strict=False):
            if not text.strip():
                continue
            line = Block(block.kind, block.element, text.strip(), markup)
            line.quote = block.quote
            line.linked = len(text) if "<a" in markup else 0
            yield line


def is_caption_block(block: Block) -> bool:
    """Say whether a block, or an element with nothing else in it, has the name of a caption."""
    return names_caption(block.element)
