"""An article page as text: breadcrumb, headline, byline, then images and paragraphs."""

from __future__ import annotations

import html
import re
import zlib
from collections.abc import Iterator, Sequence

import msgspec

from feedpub.bylines import looks_like_byline, parse_byline
from feedpub.fields import read_page_breadcrumb
from feedpub.model import Origin, Record, SourceFile
from feedpub.readers.decoding import decode
from feedpub.readers.files import read_bytes
from feedpub.settings import Source

_IMAGE_NAME = re.compile(
    r"(?:https?://)?[^\s<>\"|*?]+(?: [^\s<>\"|*?]+){0,5}"
    r"\.(?:jpe?g|png|gif|webp|avif|svg|bmp|tiff?)",
    re.IGNORECASE,
)
_BREADCRUMB_MARK = re.compile(r"[>›»＞]|^\s*(?:home|首页)\s*[/／]", re.IGNORECASE)
# What a field is on the page, for `explain`.
_PARTS = {
    "section": "the breadcrumb,",
    "title": "the headline,",
    **dict.fromkeys(("source", "author", "updated", "published"), "the byline,"),
    "images": "file names alone on a line, the first in",
    **dict.fromkeys(("content_html", "content_text"), "the paragraphs from"),
}
# A page begins with at most this much before its byline.
_HEAD_BLOCKS = 5
_MAX_BYLINE = 300


class _Block:
    """Lines without a blank one between them, and the number of the first."""

    def __init__(self, line: int, text: str) -> None:
        self.line = line
        self.text = text


def scan(file: SourceFile, source: Source) -> Iterator[Record]:
    """Yield the page's record."""
    content = read_bytes(file)
    fields, lines = _read_page(decode(content, source))
    yield Record(Origin(file, 0, 1, single=True), fields, zlib.crc32(content), lines)


def load(file: SourceFile, source: Source, origins: Sequence[Origin]) -> Iterator[Record]:
    """Yield the page's record again, and where on the page each field was found."""
    for record in scan(file, source):
        rules = {field: f"{_PARTS[field]} line {line}" for field, line in record.lines.items()}
        yield msgspec.structs.replace(record, rules=rules)


def _read_page(text: str) -> tuple[dict[str, object], dict[str, int]]:
    blocks, byline_at = _split_blocks(text)
    fields: dict[str, object] = {}
    lines: dict[str, int] = {}
    head, rest = _split_head(blocks, byline_at)

    def put(field: str, value: object, block: _Block) -> None:
        if value:
            fields[field] = value
            lines[field] = block.line

    if head.breadcrumb is not None:
        put("section", read_page_breadcrumb(head.breadcrumb.text), head.breadcrumb)
    if head.title is not None:
        put("title", head.title.text, head.title)
    if head.byline is not None:
        byline = parse_byline(head.byline.text)
        put("source", byline.source, head.byline)
        put("author", list(byline.authors), head.byline)
        put("updated", byline.updated, head.byline)
        put("published", byline.published, head.byline)
    images, body = _split_images(rest)
    if images:
        put("images", images, next(block for block in body if _is_image(block)))
        # Each image stands in the body where the page has it.
        put("content_html", "\n".join(map(_write_block, body)), body[0])
    elif body:
        put("content_text", "\n\n".join(block.text for block in body), body[0])
    return fields, lines


class _Head:
    breadcrumb: _Block | None = None
    title: _Block | None = None
    byline: _Block | None = None


def _split_head(blocks: list[_Block], byline_at: int | None) -> tuple[_Head, list[_Block]]:
    """Tell breadcrumb, headline and byline from the article.

    The byline is the anchor: the headline stands right before it, the breadcrumb before that.
    """
    head = _Head()
    if byline_at is None:
        start = 1 if blocks and _BREADCRUMB_MARK.search(blocks[0].text) else 0
        head.breadcrumb = blocks[0] if start else None
        head.title = blocks[start] if start < len(blocks) else None
        return head, blocks[start + 1 :]
    before = blocks[:byline_at]
    if len(before) > 1:
        head.breadcrumb = before.pop(0)
    head.title = before.pop(0)
    head.byline = blocks[byline_at]
    return head, [*before, *blocks[byline_at + 1 :]]


def _split_images(blocks: list[_Block]) -> tuple[list[dict[str, object]], list[_Block]]:
    """Tell the images and their captions from the paragraphs; the body keeps their places."""
    images: list[dict[str, object]] = []
    body: list[_Block] = []
    captioned = True
    for block in blocks:
        if _is_image(block):
            images.append({"src": block.text, "line": block.line})
            body.append(block)
            captioned = False
        elif captioned:
            body.append(block)
        else:
            images[-1]["caption"] = block.text
            captioned = True
    return images, body


def _write_block(block: _Block) -> str:
    text = html.escape(block.text)
    return f'<figure><img src="{text}"></figure>' if _is_image(block) else f"<p>{text}</p>"


def _is_image(block: _Block) -> bool:
    return _IMAGE_NAME.fullmatch(block.text) is not None


def _split_blocks(text: str) -> tuple[list[_Block], int | None]:
    """Split a page into blocks, and find its byline among the first of them."""
    lines = [line.strip() for line in re.split(r"\r\n|\r|\n", text)]
    wrapped = any(not line for line in lines[:-1])
    blocks: list[_Block] = []
    byline_at: int | None = None
    joins = False
    for number, line in enumerate(lines, 1):
        if not line:
            joins = False
            continue
        # Each line of the head stands for itself; below, a line may go on in the next.
        in_head = byline_at is None and len(blocks) < _HEAD_BLOCKS
        if in_head and blocks and len(line) <= _MAX_BYLINE and looks_like_byline(line):
            byline_at = len(blocks)
        is_image = _IMAGE_NAME.fullmatch(line) is not None
        if joins and wrapped and not in_head and not is_image:
            blocks[-1].text += " " + line
        else:
            blocks.append(_Block(number, line))
        joins = not in_head and not is_image
    return blocks, byline_at
