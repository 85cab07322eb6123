"""The markup of a page's blocks, written from the elements of the page: paragraphs and tables."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from lxml import etree

from feedpub.markup import EMBED, SIZE
from feedpub.pages.html_tree import PageTree, all_text

SPACE = re.compile(r"[ \t\r\n\f\xa0\u3000]+")
LINE_END = "\0"  # which no text of a page has
# What a paragraph is written from: text, or a tag, which without its element is an end tag.
Tag = tuple[str, etree._Element | None]
Piece = str | Tag

_BREAK = re.compile(r"(?:(?<!\s)\s++)?<br>\s*+")
_EMPTY = re.compile(r"<(a|[a-z]+)(?: [^<>]*)?>[ \u3000\xa0]*</\1>")
_LEADING = re.compile(r"^((?:<[a-z][^<>]*+>)*+)[ \u3000\xa0]++")
_TRAILING = re.compile(r"(?<![ \u3000\xa0])[ \u3000\xa0]++((?:</[a-z]++>)*+)$")


def write_paragraph(pieces: Iterable[Piece]) -> str:
    """Write the markup of a paragraph, without white space and elements that show nothing."""
    return _tidy("".join(map(_write_piece, pieces)))


def _tidy(markup: str) -> str:
    markup = SPACE.sub(" ", markup)
    if "<" not in markup:
        return markup.strip()
    markup = _EMPTY.sub(" ", markup)
    markup = _LEADING.sub(r"\1", markup)
    markup = _TRAILING.sub(r"\1", markup)
    return SPACE.sub(" ", _BREAK.sub("<br>", markup)).strip()


def _write_piece(piece: Piece) -> str:
    if isinstance(piece, str):
        return "<br>" if piece == LINE_END else html.escape(piece, quote=False)
    tag, element = piece
    return f"</{tag}>" if element is None else _open_tag(element, tag)


def is_player(opening: Tag) -> bool:
    """Say whether a tag opens a link to a player."""
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


def is_data_table(table: etree._Element) -> bool:
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


def write_table(tree: PageTree, table: etree._Element) -> str:
    """Write the markup of a table: its rows, and the text of its cells."""
    return "<table>" + "".join(_write_rows(tree, table)) + "</table>"


def _write_rows(tree: PageTree, table: etree._Element) -> Iterator[str]:
    for row in table.iter("tr"):
        yield "<tr>"
        for cell in row:
            if cell.tag in ("td", "th") and not tree.is_unseen(cell):
                text = html.escape(" ".join(tree.shown_text(cell).split()), quote=False)
                yield f"<{cell.tag}>{text}</{cell.tag}>"
        yield "</tr>"
