"""Which blocks of a page are its article, and their markup."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice

import msgspec
from lxml import etree

from feedpub.pages.bylines import looks_like_byline
from feedpub.pages.html_blocks import Block, Layout, is_caption_block
from feedpub.pages.html_boxes import Boxes, find_container
from feedpub.pages.html_ends import drop_hinted, trim_end
from feedpub.pages.html_figures import Picture, ends_in_credit, read_caption_element, split_credit
from feedpub.pages.html_tree import PageTree, all_text
from feedpub.pages.remnants import is_remnant_line

_WHOLLY_SLANTED = re.compile(r"<(em|i|cite)>(?:(?!</\1>).)*</\1>[.\s]*", re.DOTALL)
_LONG = 60  # characters: a shorter line may be a label, and stand twice
_MAX_SMALL_PRINT = 20  # elements in a note
_MAX_PULL_QUOTES = 12  # on a page
_SHORTEST_PULL_QUOTE = 16  # characters
_LONGEST_PULL_QUOTE = 300
_LONGEST_LEFT = 200  # characters of a caption, where only a name says that it is one
_QUOTING = ("div", "aside", "section", "figure", "blockquote")
_QUOTE_MARKS = "\"'“”„‘’«»「」 ."
_SENTENCE_END = re.compile(r"[.!?。！？؟…:：;”\"'»)\]]$")


class Article(msgspec.Struct, frozen=True):
    """The article of a page: its blocks, and its images with captions."""

    blocks: tuple[Block, ...]
    pictures: tuple[Picture, ...]

    @property
    def paragraphs(self) -> list[str]:
        """The texts of its paragraphs."""
        return [block.text for block in self.blocks if block.kind == "p"]

    @property
    def markup(self) -> str:
        """Its body as HTML."""
        return "\n".join(_write(self.blocks))


def find_article(
    tree: PageTree, layout: Layout, title: str, entry: etree._Element | None
) -> Article:
    """Find the blocks of the article among those of a page, which may mark its `entry`."""
    boxes = Boxes(tree, layout)
    start = _find_start(tree, layout, title)
    root = find_container(boxes, range(start, len(layout.blocks)))
    if root is None:
        return Article((), ())
    first, last = layout.spans[root]
    if entry in layout.spans:
        begin, end = layout.spans[entry]
        marked = find_container(boxes, range(max(start, begin), end))
        if marked is not None and (last <= begin or first >= end):
            first, last = layout.spans[marked]
    chosen = list(range(max(first, start), last))
    if start:
        # A leading image often stands between the headline and the text, and a standfirst.
        chosen = [i for i in range(start, first) if _leads_in(layout.blocks[i])] + chosen
    kept = _drop_bare_headings(layout.blocks, [index for index in chosen if boxes.kept[index]])
    kept = trim_end(drop_hinted(kept, boxes), boxes, tree.root)
    return arrange([layout.blocks[index] for index in kept], title)


def _drop_bare_headings(blocks: Sequence[Block], kept: Sequence[int]) -> list[int]:
    """Drop the headings of which all that was below them is dropped."""
    found: list[int] = []
    following = len(blocks)  # the index of the block that comes next
    for index in reversed(kept):
        block = blocks[index]
        is_bare = (
            block.kind == "h"
            and following > index + 1
            and (following == len(blocks) or blocks[following].kind == "h")
            and (following == len(blocks) or blocks[following].level <= block.level)
        )
        if not is_bare:
            found.append(index)
            following = index
    return found[::-1]


def _leads_in(block: Block) -> bool:
    if block.kind == "img":
        return True
    is_text = len(block.text) >= _LONG and block.linked * 3 < len(block.text)
    return is_text and not looks_like_byline(block.text)


def arrange(blocks: Iterable[Block], title: str) -> Article:
    """Take captions and page remnants out of an article's blocks."""
    kept, pictures = _take_captions(list(blocks))
    kept = list(_drop_repeated(block for block in kept if not _is_remnant(block)))
    kept = _drop_edges(kept, title)
    shown = {id(block.picture) for block in kept if block.picture is not None}
    return Article(tuple(kept), tuple(p for p in pictures if id(p) in shown))


def _drop_repeated(blocks: Iterable[Block]) -> Iterator[Block]:
    """Drop images and texts that another box shows too, as for other screens, and pull quotes."""
    blocks = list(blocks)
    boxes: dict[str, etree._Element | None] = {}
    whole = "\n".join(block.text for block in blocks if block.kind == "p")
    boxed = {id(block) for block in blocks if _is_boxed(block)}
    quotes = boxed if len(boxed) <= _MAX_PULL_QUOTES else set()  # every paragraph has its box
    for block in blocks:
        key = block.text if block.picture is None else block.picture.src
        # A refrain stands in one box with itself.
        place = block.element.getparent() if block.picture is None else None
        is_repeated = key in boxes and (place is None or place is not boxes[key])
        is_quote = id(block) in quotes and whole.count(key.strip(_QUOTE_MARKS)) > 1
        if is_repeated or is_quote:
            continue
        if block.picture is not None or len(key) >= _LONG:
            boxes.setdefault(key, place)
        yield block


def _is_boxed(block: Block) -> bool:
    """Say whether a short paragraph stands alone in a box, as a pull quote does."""
    if block.kind != "p" or not _SHORTEST_PULL_QUOTE <= len(block.text) <= _LONGEST_PULL_QUOTE:
        return False
    element = block.element
    box = element.getparent() if element.tag == "p" else element
    return box is not None and box.tag in _QUOTING and (box is element or len(box) == 1)


def _find_start(tree: PageTree, layout: Layout, title: str) -> int:
    """Find the first block after the headline."""
    if tree.title is not None and tree.title in layout.spans:
        return layout.spans[tree.title][1]
    texts = (i for i, b in enumerate(layout.blocks, 1) if b.text == title and b.kind != "li")
    return next(texts, 0) if title else 0


def _take_captions(blocks: list[Block]) -> tuple[list[Block], list[Picture]]:
    kept: list[Block] = []
    pictures: list[Picture] = []
    waiting = False
    for block in blocks:
        if block.picture is not None:
            pictures.append(block.picture)
            kept.append(block)
            waiting = block.picture.caption is None
            continue
        if waiting and _is_caption(block, pictures[-1]):
            caption, credit = split_credit(block.text)
            if block.element.tag in ("p", "div", "figcaption", "span"):
                caption, credit = read_caption_element(block.element)
            pictures[-1] = kept[-1].picture = msgspec.structs.replace(
                pictures[-1], caption=caption, credit=credit or pictures[-1].credit
            )
        else:
            kept.append(block)
        waiting = False
    return kept, pictures


def _is_caption(block: Block, picture: Picture) -> bool:
    if block.kind != "p" or len(block.text) > 600:
        return False
    if is_caption_block(block) or block.text == picture.alt:
        return True
    places = (block.element, block.element.getparent())
    is_centered = (
        (block.element.get("align") or "").lower() == "center"
        or re.search(r"text-align:\s*center", block.element.get("style") or "") is not None
        or any(place is not None and place.tag == "center" for place in places)
    )
    return (
        is_centered
        or _WHOLLY_SLANTED.fullmatch(block.markup) is not None
        or _is_small_print(block)
        or ends_in_credit(block.text)
    )


def _is_remnant(block: Block) -> bool:
    """Say whether a block is left over from the page: a label, a lone link, or a button."""
    if block.kind in ("img", "table", "pre", "embed"):
        return False
    if is_remnant_line(block.text) or _is_left_caption(block):
        return True
    length = len(block.text.replace(" ", ""))
    return block.kind == "p" and block.linked * 10 >= length * 8 and len(block.text) <= 200


def _is_left_caption(block: Block) -> bool:
    """Say whether a paragraph is the caption of an image or a video that is not shown."""
    if block.kind != "p" or block.element.tag == "figcaption":
        return block.kind == "p"
    return len(block.text) <= _LONGEST_LEFT and is_caption_block(block)


def _drop_edges(blocks: list[Block], title: str) -> list[Block]:
    """Drop the headline and bylines in the text, and headings with nothing below."""
    blocks = [block for block in blocks if block.text != title or block.kind == "img"]
    kept: list[Block] = []
    begun = False
    for index, block in enumerate(blocks):
        at_edge = not begun or index >= len(blocks) - 2
        if (
            block.kind == "p"
            and at_edge
            and len(block.text) <= 200
            and looks_like_byline(block.text)
        ):
            continue
        begun = begun or block.kind == "p"
        kept.append(block)
    while kept and (
        kept[-1].kind == "h" or _is_label(kept[-1], linked=True) or _is_small_print(kept[-1])
    ):
        kept.pop()
    return _drop_head_lines(kept)


def _drop_head_lines(blocks: list[Block]) -> list[Block]:
    """Drop the paragraphs before the first sentence: names, places, and dates."""
    first = next(
        (i for i, block in enumerate(blocks) if block.kind == "p" and not _is_label(block)), 0
    )
    return [b for i, b in enumerate(blocks) if i >= first or b.kind != "p" or b.quote is not None]


def _is_small_print(block: Block) -> bool:
    """Say whether a paragraph is in a `small` element: a note beside the text."""
    # A large element with a line break after each word would be read again for each.
    if sum(1 for _ in islice(block.element.iter(), _MAX_SMALL_PRINT + 1)) > _MAX_SMALL_PRINT:
        return False
    small = block.element if block.element.tag == "small" else block.element.find("small")
    return (
        block.kind == "p"
        and small is not None
        and "".join(all_text(small).split()) == "".join(all_text(block.element).split())
    )


def _is_label(block: Block, *, linked: bool = False) -> bool:
    """Say whether a paragraph is a few words, not a sentence; `linked` asks for mostly links."""
    if block.kind != "p" or len(block.text) > 120 or _SENTENCE_END.search(block.text):
        return False
    return not linked or block.linked * 2 > len(block.text)


def _write(blocks: Iterable[Block]) -> Iterator[str]:
    for quote, group in groupby(blocks, key=lambda block: block.quote):
        lines = list(_write_plain(group))
        if quote is not None and lines:
            yield "<blockquote>" + "\n".join(lines) + "</blockquote>"
        else:
            yield from lines


def _write_plain(blocks: Iterable[Block]) -> Iterator[str]:
    for place, group in groupby(blocks, key=_list_of):
        if place is not None:
            items = "".join(f"<li>{block.markup}</li>" for block in group)
            tag = "ol" if place.tag == "ol" else "ul"
            yield f"<{tag}>{items}</{tag}>"
            continue
        for block in group:
            if block.picture is not None:
                alt = f' alt="{html.escape(block.picture.alt)}"' if block.picture.alt else ""
                yield f'<figure><img src="{html.escape(block.picture.src)}"{alt}></figure>'
            elif block.kind == "h":
                level = min(max(block.level, 2), 6)
                yield f"<h{level}>{block.markup}</h{level}>"
            elif block.kind in ("pre", "table"):
                yield block.markup
            else:
                direction = block.element.get("dir")
                known = f' dir="{direction}"' if direction in ("rtl", "ltr", "auto") else ""
                yield f"<p{known}>{block.markup}</p>"


def _list_of(block: Block) -> etree._Element | None:
    if block.kind != "li":
        return None
    place: etree._Element | None = block.element
    while place is not None and place.tag not in ("ul", "ol", "dl"):
        place = place.getparent()
    return block.element if place is None else place
