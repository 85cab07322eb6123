"""Which blocks of a page are its article, and their markup."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice

import msgspec
from lxml import etree

from feedpub.pages.bylines import looks_like_byline
from feedpub.pages.html_blocks import Block, is_caption_block, split_lines
from feedpub.pages.html_figures import Picture, ends_in_credit, read_caption_element, split_credit
from feedpub.pages.html_names import names_body
from feedpub.pages.html_shown import is_person
from feedpub.pages.html_tree import PageTree, all_text
from feedpub.pages.remnants import is_remnant_line

# How much of a paragraph's weight its parent, grandparent and great-grandparent get.
_SHARES = (1.0, 0.5, 0.25)
_WHOLLY_SLANTED = re.compile(r"<(em|i|cite)>(?:(?!</\1>).)*</\1>[.\s]*", re.DOTALL)
_LINES_OF_HEAD = 12
_MAX_SMALL_PRINT = 20  # elements in a note
_MAX_PULL_QUOTES = 12  # on a page
_SHORTEST_PULL_QUOTE = 16  # characters
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


def find_article(tree: PageTree, blocks: Sequence[Block], title: str) -> Article:
    """Find the blocks of the article among those of a page."""
    start = _find_start(tree, blocks, title)
    rest = list(blocks[start:])
    root = _find_container(tree, rest)
    if root is None:
        return Article((), ())
    body = _drop_pull_quotes(tree, _select(tree, rest, root))
    heroes = [block for block in blocks[:start] if _is_hero(tree, block)]
    return arrange([*heroes, *body], title)


def arrange(blocks: Iterable[Block], title: str) -> Article:
    """Take captions and page remnants out of an article's blocks."""
    kept, pictures = _take_captions(list(blocks))
    kept = [block for block in kept if not _is_remnant(block)]
    kept = _drop_edges(kept, title)
    shown = {id(block.picture) for block in kept if block.picture is not None}
    return Article(tuple(kept), tuple(p for p in pictures if id(p) in shown))


def _find_start(tree: PageTree, blocks: Sequence[Block], title: str) -> int:
    """Find the first block after the headline."""
    found = 0
    for index, block in enumerate(blocks):
        if tree.title is not None and (
            block.element is tree.title or _is_below(block.element, tree.title)
        ):
            return index + 1
        if not found and title and block.text == title and block.kind != "li":
            found = index + 1
    return found


def _find_container(tree: PageTree, blocks: Sequence[Block]) -> etree._Element | None:
    scores: dict[etree._Element, float] = {}
    for block in blocks:
        weight = _weigh(block)
        if not weight:
            continue
        place: etree._Element | None = _lone_holder(tree, block)
        for share in _SHARES:
            if place is None:
                break
            scores[place] = scores.get(place, 0.0) + weight * share
            place = place.getparent()
    for element in scores:
        if element.get("itemprop") == "articleBody":
            scores[element] *= 3
        elif names_body(element):
            scores[element] *= 1.6
        elif element.tag in ("article", "main"):
            scores[element] *= 1.2
    if not scores:
        return None
    best = max(scores, key=lambda element: scores[element])
    parent = best.getparent()
    names = best.get("class")
    if parent is not None and names:
        alike = [
            e for e in parent if e is not best and e.tag == best.tag and e.get("class") == names
        ]
        if any(element in scores for element in alike):
            return parent
    return best


def _lone_holder(tree: PageTree, block: Block) -> etree._Element:
    """Find the element around a paragraph and others; boxes around it alone do not count."""
    element = block.element
    around = element.getparent()
    if element.tag in ("p", "li", "h2", "h3", "pre", "blockquote", "table") and around is not None:
        element = around
    length = len(block.text)
    while tree.length_of(element) <= length + 2 and not names_body(element):
        parent = element.getparent()
        if parent is None or parent.tag in ("body", "html"):
            break
        element = parent
    return element


def _weigh(block: Block) -> float:
    if block.kind in ("h", "img") or block.in_heading or _is_remnant(block):
        return 0.0
    if block.linked * 2 > len(block.text):
        return 0.0
    weight = min(len(block.text), 600) + 10.0
    # Captions, labels and the like end without a full stop.
    return weight if _SENTENCE_END.search(block.text) or block.kind == "li" else weight * 0.4


def _select(tree: PageTree, blocks: Sequence[Block], root: etree._Element) -> list[Block]:
    around = root.getparent()
    # Where the site names the text, the lines before it are not part of it: a standfirst, a byline.
    is_named = names_body(root)
    inside = [_is_below(block.element, root) for block in blocks]
    if True not in inside:
        return []
    first = inside.index(True)
    # What ends in a byline is the head of the article, its standfirst too.
    head = [
        index
        for index in range(max(0, first - _LINES_OF_HEAD), first)
        if _is_credit_line(blocks[index])
    ]
    head_end = head[-1] if head else -1
    last = len(inside) - 1 - inside[::-1].index(True)
    body: list[Block] = []
    for index, block in enumerate(blocks):
        if inside[index]:
            joins = not (block.in_heading and block.kind != "img" and _is_head_line(block))
        elif block.kind == "img":
            # A leading image often stands between the headline and the text.
            joins = index < first
        elif around is None or around.tag in ("body", "html") or block.in_heading:
            joins = False
        elif index < first:
            joins = (
                not is_named
                and index > head_end
                and _weigh(block) > 0
                and _is_below(block.element, around)
            )
        else:
            joins = (
                index > last
                and block.element.getparent() is around
                and block.element.tag == "p"
                and _weigh(block) > 60
                and around.tag in ("article", "main", "section")
            )
        if joins:
            body.append(block)
    return body


def _drop_pull_quotes(tree: PageTree, blocks: list[Block]) -> list[Block]:
    """Drop pull quotes: paragraphs in a box that repeat words of another paragraph."""
    quotes = [block for block in blocks if _may_be_pull_quote(tree, block)]
    if len(quotes) > _MAX_PULL_QUOTES:  # every paragraph has its box
        return blocks
    repeated = {
        id(quote)
        for quote in quotes
        if any(
            quote.text.strip(_QUOTE_MARKS) in block.text
            for block in blocks
            if block.kind == "p" and len(block.text) > len(quote.text)
        )
    }
    return [block for block in blocks if id(block) not in repeated]


def _may_be_pull_quote(tree: PageTree, block: Block) -> bool:
    if block.kind != "p" or not _SHORTEST_PULL_QUOTE <= len(block.text) <= 300:
        return False
    element = block.element
    box = element.getparent() if element.tag == "p" else element
    return (
        box is not None
        and box.tag in ("div", "aside", "section", "figure", "blockquote")
        and tree.length_of(box) <= len(block.text)
    )


def _is_credit_line(block: Block) -> bool:
    """Say whether a line names a time or links to a person, and is not a sentence."""
    if block.kind != "p" or len(block.text) > 200 or block.text.endswith("."):
        return False
    return (
        block.element.find(".//time") is not None
        or any(is_person(link.get("href") or "") for link in block.element.iter("a"))
        or looks_like_byline(block.text)
    )


def _is_head_line(block: Block) -> bool:
    return len(block.text) <= 300


def _is_hero(tree: PageTree, block: Block) -> bool:
    """Say whether an image above the headline belongs to the article."""
    if block.picture is None or block.picture.caption is None or tree.title is None:
        return False
    place = block.element.getparent()
    while place is not None and place.tag not in ("article", "main", "body"):
        place = place.getparent()
    return place is not None and place.tag != "body" and tree.holds_title(place)


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
    style = (block.element.get("style") or "").replace(" ", "").lower()
    centered = (
        block.element.get("align") or ""
    ).lower() == "center" or "text-align:center" in style
    inside = block.element.getparent()
    centered = (
        centered or block.element.tag == "center" or (inside is not None and inside.tag == "center")
    )
    return (
        centered
        or _WHOLLY_SLANTED.fullmatch(block.markup) is not None
        or _is_small_print(block)
        or ends_in_credit(block.text)
    )


def _is_remnant(block: Block) -> bool:
    """Say whether a block is left over from the page: a label, a lone link, or a button."""
    if block.is_remnant is None:
        block.is_remnant = _reads_as_remnant(block)
    return block.is_remnant


def _reads_as_remnant(block: Block) -> bool:
    if block.kind in ("img", "table", "pre", "embed"):
        return False
    text = block.text
    if is_remnant_line(text):
        return True
    if block.kind == "h":
        return False
    return block.linked * 10 >= len(text.replace(" ", "")) * 8 and len(text) <= 200


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


def _is_below(element: etree._Element, root: etree._Element) -> bool:
    place: etree._Element | None = element
    while place is not None:
        if place is root:
            return True
        place = place.getparent()
    return False


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


def part_title_lines(blocks: list[Block], title: str) -> list[Block]:
    """Split blocks that have the headline among other lines, as on old pages."""
    parted: list[Block] = []
    for block in blocks:
        lines = block.text.split("\n")
        if len(lines) > 1 and any(line.strip() == title for line in lines):
            parted += split_lines([block])
        else:
            parted.append(block)
    return parted
