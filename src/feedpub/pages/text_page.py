"""An article page as text: breadcrumb, headline, byline, images, and paragraphs."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Literal, NamedTuple

from feedpub.pages.bylines import Byline
from feedpub.pages.captions import split_caption
from feedpub.pages.datelines import begins_with_dateline, is_long
from feedpub.pages.remnants import begins_related, is_remnant_line, is_size_choice
from feedpub.pages.text_blocks import Block, PageText, is_breadcrumb, split_blocks
from feedpub.text import UNSPACED, begins_with_home, read_page_breadcrumb

_MAX_HEADLINE = 300  # characters
_MAX_ITEM = 200
_ITEM_MARK = re.compile(r"[•▪●·*+►▶–—-]\s*|\d{1,2}[.)、]\s*")
_SENTENCE_END = re.compile(r"[.。!！?？…][\"'”’»)）\]】]*$")
_TWO_SENTENCES = re.compile(rf"[.!?]\s+\S.*[.!?]$|[。！？].*[。！？]$|[{UNSPACED}]{{40}}.*。$")


class TextPage(NamedTuple):
    """What a page has: its fields, the line of each, and the lists of other stories in it.

    A list is its line, its heading and the number of its items; the article goes without it.
    """

    fields: dict[str, object]
    lines: dict[str, int]
    lists: list[tuple[int, str, int]]


def read_text_page(text: str, has_file: Callable[[str], bool]) -> TextPage:
    """Read a page; without a headline, it has no title.

    Args:
        has_file: Says whether a file with a given name is in the folder of the page.
    """
    page = split_blocks(text, has_file)
    found = TextPage({}, {}, [])
    head, rest = _split_head(page)

    def put(field: str, value: object, block: Block) -> None:
        if value and field not in found.fields:
            found.fields[field] = value
            found.lines[field] = block.line

    if page.link is not None:
        put("link", page.link.text, page.link)
    title = "" if head.title is None else head.title.text
    if head.breadcrumb is not None:
        put("section", read_page_breadcrumb(head.breadcrumb.text, title), head.breadcrumb)
    if head.title is not None:
        put("title", title, head.title)
    if head.byline is not None:
        byline = head.byline.as_line.read_byline()
        put("source", byline.source, head.byline)
        put("author", list(byline.authors), head.byline)
        put("updated", byline.updated, head.byline)
        put("published", byline.published, head.byline)
    for block, credit in head.credits:
        put("source", credit.source, block)
        put("author", list(credit.authors), block)
    images, body = _split_images(_drop_lists(rest, found.lists))
    if images:
        put("images", images, next(block for block in body if block.is_image))
        # Each image is in the body where the page has it.
        put("content_html", "\n".join(map(_write_block, body)), body[0])
    elif body:
        put("content_text", "\n\n".join(block.text for block in body), body[0])
    return found


class _Head:
    def __init__(self) -> None:
        self.breadcrumb: Block | None = None
        self.title: Block | None = None
        self.byline: Block | None = None
        self.credits: list[tuple[Block, Byline]] = []

    def take_credits(self, blocks: list[Block]) -> list[Block]:
        """Take the lines that name an author or a source, and return the others."""
        rest = []
        for block in blocks:
            credit = block.as_line.read_credits()
            if credit is None:
                rest.append(block)
            else:
                self.credits.append((block, credit))
        return rest


def _split_head(page: PageText) -> tuple[_Head, list[Block]]:
    """Separate the breadcrumb, headline, and byline from the article.

    The byline is the anchor: the headline is right before it, and the breadcrumb before that.
    """
    head = _Head()
    blocks, byline_at = page.blocks, page.byline_at
    if byline_at is None:
        rest = list(blocks)
        if rest and is_breadcrumb(rest[0].text):
            head.breadcrumb = rest.pop(0)
        at = next((at for at, block in enumerate(rest) if not block.is_image), len(rest))
        if at < len(rest) and _is_headline(rest[at]):
            head.title = rest.pop(at)
        return head, rest
    above = [block for block in blocks[:byline_at] if not block.is_image]
    before = above[:1]
    others = [block for block in above[1:] if not is_size_choice(block.text)]
    before += head.take_credits(others)
    if len(before) > 1 or (before and begins_with_home(before[0].text)):
        head.breadcrumb = before.pop(0)
    if before and _is_headline(before[0]):
        head.title = before.pop(0)
    head.byline = blocks[byline_at]
    # The lines right below can name authors too.
    images = [block for block in blocks[:byline_at] if block.is_image]
    rest = [*images, *before, *blocks[byline_at + 1 :]]
    while rest and (is_size_choice(rest[0].text) or not head.take_credits(rest[:1])):
        rest.pop(0)
    return head, rest


def _is_headline(block: Block) -> bool:
    """Say whether a block can be the headline: it is not a paragraph."""
    text = block.text
    return len(text) <= _MAX_HEADLINE and not (is_long(text) and _TWO_SENTENCES.search(text))


def _drop_lists(blocks: list[Block], lists: list[tuple[int, str, int]]) -> list[Block]:
    """Drop each list of other stories: its heading, and the titles below it."""
    kept: list[Block] = []
    at = 0
    while at < len(blocks):
        block = blocks[at]
        at += 1
        if block.is_image or not begins_related(block.text):
            kept.append(block)
            continue
        first = at
        while at < len(blocks) and _is_item(blocks[at]):
            at += 1
        lists.append((block.line, block.text, at - first))
    return kept


def _is_item(block: Block) -> bool:
    """Say whether a block is the title of another story, and not a paragraph."""
    if block.is_image or len(block.text) > _MAX_ITEM:
        return False
    return _ITEM_MARK.match(block.text) is not None or not _SENTENCE_END.search(block.text)


def _split_images(blocks: list[Block]) -> tuple[list[dict[str, object]], list[Block]]:
    """Separate images and captions from paragraphs. The body keeps the places of images."""
    images: list[dict[str, object]] = []
    body: list[Block] = []
    waiting: Literal["caption", "credit"] | None = None
    for block in blocks:
        if block.is_image:
            images.append({"src": block.text, "line": block.line})
            body.append(block)
            waiting = "caption"
        elif is_remnant_line(block.text):
            continue
        elif waiting == "caption" and not _is_lead(block, is_last=block is blocks[-1]):
            images[-1]["caption"] = block.text
            waiting = "credit" if split_caption(block.text)[1] is None else None
        elif waiting == "credit" and _is_credit(block.text):
            images[-1]["caption"] = f"{images[-1]['caption']} {block.text}"
            waiting = None
        else:
            body.append(block)
            waiting = None
    return images, body


def _is_lead(block: Block, *, is_last: bool) -> bool:
    """Say whether a paragraph below an image begins the report, and is not a caption."""
    if not begins_with_dateline(block.text) or split_caption(block.text)[1] is not None:
        return False
    return is_last or is_long(block.text)


def _is_credit(text: str) -> bool:
    """Say whether a line is only a credit, which belongs to the caption above it."""
    caption, credit = split_caption(text)
    return caption is None and credit is not None


def _write_block(block: Block) -> str:
    text = html.escape(block.text)
    return f'<figure><img src="{text}"></figure>' if block.is_image else f"<p>{text}</p>"
