"""An article page as text: breadcrumb, headline, byline, images, and paragraphs."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import cached_property
from typing import Literal

from feedpub.pages.bylines import Byline, Line
from feedpub.pages.captions import split_caption
from feedpub.pages.remnants import is_remnant_line, is_size_choice
from feedpub.text import UNSPACED, load_words, read_page_breadcrumb

_IMAGE_NAME = re.compile(
    r"(?:https?://)?[^\s<>\"|*?]+(?: [^\s<>\"|*?]+){0,5}"
    r"\.(?:jpe?g|png|gif|webp|avif|svg|bmp|tiff?)",
    re.IGNORECASE,
)
_MAX_IMAGE_NAME = 300
_UNSPACED = re.compile(f"[{UNSPACED}]")
# A line of only these is blank.
_BLANK = " \t\f\v\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, (*range(0x2000, 0x2010), 0x2060, 0xFEFF))
)
_BREADCRUMB_MARK = re.compile(r"[>›»＞]|^\s*(?:home|首页)\s*[/／]", re.IGNORECASE)
# The byline is among the first blocks of a page.
_HEAD_BLOCKS = 5


class _Block:
    """Lines without a blank line between them, and the number of the first."""

    def __init__(self, line: int, text: str, *, is_image: bool) -> None:
        self.line = line
        self.is_image = is_image
        self._lines = [text]

    def append(self, line: str) -> None:
        """Add a line that continues the text."""
        # Chinese has no spaces, so the end of a line is not a space.
        if not (_UNSPACED.match(line[0]) and _UNSPACED.match(self._lines[-1][-1])):
            self._lines.append(" ")
        self._lines.append(line)

    @property
    def text(self) -> str:
        """The text, in one line."""
        if len(self._lines) > 1:
            self._lines = ["".join(self._lines)]
        return self._lines[0]

    @cached_property
    def as_line(self) -> Line:
        """The text as a line of the head. No line can be appended afterward."""
        return Line(self.text)


def read_text_page(
    text: str, has_file: Callable[[str], bool]
) -> tuple[dict[str, object], dict[str, int]]:
    """Read a page: its fields, and the line of each.

    Args:
        has_file: Says whether a file with a given name is in the folder of the page.
    """
    blocks, byline_at = _split_blocks(text, has_file)
    fields: dict[str, object] = {}
    lines: dict[str, int] = {}
    head, rest = _split_head(blocks, byline_at)

    def put(field: str, value: object, block: _Block) -> None:
        if value and field not in fields:
            fields[field] = value
            lines[field] = block.line

    if head.breadcrumb is not None:
        put("section", read_page_breadcrumb(head.breadcrumb.text), head.breadcrumb)
    if head.title is not None:
        put("title", head.title.text, head.title)
    if head.byline is not None:
        byline = head.byline.as_line.read_byline()
        put("source", byline.source, head.byline)
        put("author", list(byline.authors), head.byline)
        put("updated", byline.updated, head.byline)
        put("published", byline.published, head.byline)
    for block, credit in head.credits:
        put("source", credit.source, block)
        put("author", list(credit.authors), block)
    images, body = _split_images(rest)
    if images:
        put("images", images, next(block for block in body if block.is_image))
        # Each image is in the body where the page has it.
        put("content_html", "\n".join(map(_write_block, body)), body[0])
    elif body:
        put("content_text", "\n\n".join(block.text for block in body), body[0])
    return fields, lines


class _Head:
    def __init__(self) -> None:
        self.breadcrumb: _Block | None = None
        self.title: _Block | None = None
        self.byline: _Block | None = None
        self.credits: list[tuple[_Block, Byline]] = []

    def take_credits(self, blocks: list[_Block]) -> list[_Block]:
        """Take the lines that name an author or a source, and return the others."""
        rest = []
        for block in blocks:
            credit = block.as_line.read_credits()
            if credit is None:
                rest.append(block)
            else:
                self.credits.append((block, credit))
        return rest


def _split_head(blocks: list[_Block], byline_at: int | None) -> tuple[_Head, list[_Block]]:
    """Separate the breadcrumb, headline, and byline from the article.

    The byline is the anchor: the headline is right before it, and the breadcrumb before that.
    """
    head = _Head()
    if byline_at is None:
        start = 1 if blocks and _BREADCRUMB_MARK.search(blocks[0].text) else 0
        head.breadcrumb = blocks[0] if start else None
        head.title = blocks[start] if start < len(blocks) else None
        return head, blocks[start + 1 :]
    others = [block for block in blocks[1:byline_at] if not is_size_choice(block.text)]
    before = [blocks[0], *head.take_credits(others)]
    if len(before) > 1:
        head.breadcrumb = before.pop(0)
    head.title = before.pop(0)
    head.byline = blocks[byline_at]
    # The lines right below can name authors too.
    rest = [*before, *blocks[byline_at + 1 :]]
    while rest and (is_size_choice(rest[0].text) or not head.take_credits(rest[:1])):
        rest.pop(0)
    return head, rest


def _split_images(blocks: list[_Block]) -> tuple[list[dict[str, object]], list[_Block]]:
    """Separate images and captions from paragraphs. The body keeps the places of images."""
    images: list[dict[str, object]] = []
    body: list[_Block] = []
    waiting: Literal["caption", "credit"] | None = None
    for block in blocks:
        if block.is_image:
            images.append({"src": block.text, "line": block.line})
            body.append(block)
            waiting = "caption"
        elif is_remnant_line(block.text):
            continue
        elif waiting == "caption":
            images[-1]["caption"] = block.text
            waiting = "credit" if split_caption(block.text)[1] is None else None
        elif waiting == "credit" and _is_credit(block.text):
            images[-1]["caption"] = f"{images[-1]['caption']} {block.text}"
            waiting = None
        else:
            body.append(block)
            waiting = None
    return images, body


def _is_credit(text: str) -> bool:
    """Say whether a line is only a credit, which belongs to the caption above it."""
    caption, credit = split_caption(text)
    return caption is None and credit is not None


def _write_block(block: _Block) -> str:
    text = html.escape(block.text)
    return f'<figure><img src="{text}"></figure>' if block.is_image else f"<p>{text}</p>"


def _split_blocks(text: str, has_file: Callable[[str], bool]) -> tuple[list[_Block], int | None]:
    """Split a page into blocks, and find the byline among the first ones."""
    lines = [line.strip(_BLANK) for line in re.split(r"\r\n|\r|\n", text)]
    wrapped = any(not line for line in lines[:-1])
    blocks: list[_Block] = []
    byline_at: int | None = None
    joins = False
    for number, line in enumerate(lines, 1):
        if not line:
            joins = False
            continue
        # Each line of the head is a block. Below, a paragraph can continue in the next line.
        in_head = byline_at is None and len(blocks) < _HEAD_BLOCKS
        is_image = _names_image(line, has_file)
        if not is_image:
            line = " ".join(line.split())
        if joins and wrapped and not in_head and not is_image:
            blocks[-1].append(line)
        else:
            blocks.append(_Block(number, line, is_image=is_image))
        if in_head and len(blocks) > 1 and blocks[-1].as_line.is_byline():
            byline_at = len(blocks) - 1
        joins = not in_head and not is_image
    return blocks, byline_at


def _names_image(line: str, has_file: Callable[[str], bool]) -> bool:
    """Say whether a line is the file name of an image, not a sentence that ends with one."""
    if len(line) > _MAX_IMAGE_NAME or _IMAGE_NAME.fullmatch(line) is None:
        return False
    words = load_words("feedpub.pages", "text_page")["sentence_words"]
    if not any(word.lower() in words for word in line.split()):
        return True
    return "/" not in line and has_file(line)
