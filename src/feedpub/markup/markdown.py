"""Markdown to HTML, with what most dialects add; the images, headline and code of a body."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

import msgspec
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from feedpub import compile_late
from feedpub.markup.markdown_dialects import add_dialects
from feedpub.text import plain_text

_RENDERER = RendererHTML()
_BACKTICKS = compile_late(r"(?:\\`|\n[ \t]*\n|`+)")
_CODE_ELEMENT = compile_late(r"<(/?)(pre|code|script|style)\b[^<>]*>", re.IGNORECASE)


class MarkdownBody(msgspec.Struct, frozen=True):
    """A body as HTML that is not safe yet, and what was found in it.

    `headline` is the heading that it begins with; `images` are in the order of the text, each
    with the line that it stands in.
    """

    html: str
    headline: str | None
    images: tuple[dict[str, object], ...]


def render_markdown(text: str, *, title: str | None, first_line: int) -> MarkdownBody:
    """Render a body without the headline that it begins with, where that is the title.

    Args:
        title: None where the headline is to be the title.
        first_line: Line of the body's first line in its file.
    """
    tokens = _parser().parse(text)
    headline = _read_headline(tokens)
    if headline and (title is None or _key(plain_text(title)) == _key(headline)):
        tokens = tokens[3:]
    images = [image for token in tokens for image in _take_images(token, first_line)]
    _part_figures(tokens)
    html = _render(tokens)
    return MarkdownBody(html.strip(), headline, tuple(images))


def render_line(text: str) -> str:
    """Render a line of Markdown, such as a caption, as HTML that is not safe yet."""
    html: str = _parser().renderInline(text)
    return html


def read_headline(text: str) -> str | None:
    """Read the first-level heading that a body begins with."""
    return _read_headline(_parser().parse(text))


@lru_cache(maxsize=8)
def find_code(text: str) -> tuple[tuple[int, int], ...]:
    """Find where the code of a body is, as ranges of characters that ascend."""
    starts = [0, *(found.end() for found in re.finditer("\n", text)), len(text)]
    ranges = [
        (starts[token.map[0]], starts[min(token.map[1], len(starts) - 1)])
        for token in _parser().parse(text)
        if token.type in ("fence", "code_block") and token.map is not None
    ]
    found = list(_merge(ranges))
    spans = [span for gap in _gaps(found, len(text)) for span in _find_spans(text, *gap)]
    found = list(_merge([*found, *spans]))
    tags = [
        tag
        for begin, end in _gaps(found, len(text))
        for tag in _CODE_ELEMENT.finditer(text, begin, end)
    ]
    return tuple(_merge([*found, *_pair_elements(tags)]))


def _find_spans(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Find the spans of code in a part of a text: from one run of backticks to its like."""
    paragraph: list[re.Match[str]] = []
    for mark in [*_BACKTICKS.finditer(text, begin, end), None]:
        if mark is not None and mark[0].startswith("`"):
            paragraph.append(mark)
        elif mark is None or mark[0].startswith("\n"):
            yield from _pair_backticks(paragraph)
            paragraph = []


def _pair_backticks(runs: Sequence[re.Match[str]]) -> Iterator[tuple[int, int]]:
    places: dict[int, list[int]] = {}
    for place in reversed(range(len(runs))):
        places.setdefault(len(runs[place][0]), []).append(place)
    at = 0
    while at < len(runs):
        alike = places[len(runs[at][0])]
        while alike and alike[-1] <= at:
            alike.pop()
        if alike:
            yield runs[at].start(), runs[alike[-1]].end()
            at = alike[-1]
        at += 1


def _pair_elements(tags: Sequence[re.Match[str]]) -> Iterator[tuple[int, int]]:
    """Pair each element of code with its end."""
    ends: dict[str, list[re.Match[str]]] = {}
    for tag in reversed(tags):
        waiting = ends.setdefault(tag[2].lower(), [])
        if tag[1]:
            waiting.append(tag)
        elif waiting:
            yield tag.start(), waiting[-1].end()


def _merge(ranges: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    last: tuple[int, int] | None = None
    for begin, end in sorted(ranges):
        if last is not None and begin < last[1]:
            last = (last[0], max(last[1], end))
            continue
        if last is not None:
            yield last
        last = (begin, end)
    if last is not None:
        yield last


def _gaps(ranges: Sequence[tuple[int, int]], length: int) -> Iterator[tuple[int, int]]:
    at = 0
    for begin, end in ranges:
        yield at, begin
        at = end
    yield at, length


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    # URLs stay as written: `sanitize` refuses or encodes them, and finds images by them.
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    add_dialects(parser)
    return parser


def _render(tokens: Sequence[Token]) -> str:
    parser = _parser()
    html: str = parser.renderer.render(tokens, parser.options, {})
    return html


def _read_headline(tokens: Sequence[Token]) -> str | None:
    if not tokens or tokens[0].type != "heading_open" or tokens[0].tag != "h1":
        return None
    # As HTML, so that tags of emphasis go and text that looks like tags stays escaped.
    return plain_text(_render(tokens[1:2])) or None


def _key(text: str) -> str:
    return " ".join(text.casefold().split())


def _take_images(token: Token, first_line: int) -> list[dict[str, object]]:
    images: list[dict[str, object]] = []
    line = first_line + (token.map[0] if token.map else 0)
    for part in token.children or ():
        if part.type in ("softbreak", "hardbreak"):
            line += 1
        if part.type != "image":
            continue
        source = part.attrs.get("src")
        image: dict[str, object] = {"src": source, "line": line, "inline": True}
        alt = _RENDERER.renderInlineAsText(part.children or [], _parser().options, {})
        if alt.strip():
            image["alt"] = alt
        # The caption belongs to the image: `title` would show it twice.
        if caption := str(part.attrs.pop("title", "")).strip():
            image["caption"] = caption
        images.append(image)
    return [image for image in images if image["src"]]


def _part_figures(tokens: list[Token]) -> None:
    """Make each image a figure where a paragraph has nothing but images."""
    for start, inline, end in zip(tokens, tokens[1:], tokens[2:], strict=False):
        parts = inline.children or ()
        shown = [part for part in parts if part.type == "image"]
        others = [part for part in parts if part.type not in ("image", "softbreak", "hardbreak")]
        if start.type != "paragraph_open" or not shown or any(p.content.strip() for p in others):
            continue
        if any(part.type != "text" for part in others):
            continue  # a link around it
        start.hidden = end.hidden = True
        inline.children = []
        for image in shown:
            if inline.children:
                inline.children.append(_write("\n"))
            inline.children += [_write("<figure>"), image, _write("</figure>")]


def _write(html: str) -> Token:
    return Token("html_inline", "", 0, content=html)
