"""What a page shows beside its text: headline, breadcrumb, section label, byline, times."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from lxml import etree

from feedpub.pages.html_blocks import Block, split_lines
from feedpub.pages.html_head import is_home
from feedpub.pages.html_names import name_tokens
from feedpub.pages.html_tree import PageTree, list_children
from feedpub.pages.html_words import compile_words
from feedpub.pages.section_lists import split_sections

_CRUMB_SEPARATOR = re.compile(r"(?:(?<!\s)\s++)?[>›»＞→‹«|]++\s*+|(?<!\s)\s++[/／·]\s++")
_CARD = re.compile(r"teaser|card|post(?: |$)|update")
_NO_CRUMB = frozenset({"html", "body", "a", "li", "script", "meta", "link", "img"})
_MAX_LABEL = 40  # characters


@lru_cache(maxsize=8192)
def is_kicker(name: str) -> bool:
    """Say whether a name on an element is that of a section label."""
    return compile_words("shown", "kickers").fullmatch(name) is not None


@lru_cache(maxsize=8192)
def _name_breadcrumb(names: tuple[str, ...]) -> bool:
    return any(map(compile_words("shown", "breadcrumbs").search, names))


def _breadcrumb_start() -> re.Pattern[str]:
    return compile_words("shown", "breadcrumb_starts", r"^{}\s*[:：]?\s*")


def _visible_texts(element: etree._Element) -> Iterator[str]:
    if element.text:
        yield element.text
    for child in list_children(element):
        if isinstance(child.tag, str):
            yield from _visible_texts(child)
        if child.tail:
            yield child.tail


def tight_text(element: etree._Element) -> str:
    """Give an element's text without spaces that the page does not write."""
    return " ".join("".join(_visible_texts(element)).split())


def find_breadcrumb(root: etree._Element, title: str) -> list[str]:
    """List the labels of the page's breadcrumb without the headline and generic labels."""
    for element in root.iter(etree.Element):
        if element.tag in _NO_CRUMB:
            continue
        label = element.get("aria-label")
        if (
            (label and re.search("breadcrumb|you are here|brotkrumen|fil d.ariane", label.lower()))
            or element.get("itemprop") == "breadcrumb"
            or "BreadcrumbList" in (element.get("itemtype") or "")
            or _name_breadcrumb(name_tokens(element))
        ):
            labels = read_labels(element, title)
            if labels:
                return labels
    return []


def read_labels(element: etree._Element, title: str) -> list[str]:
    """Read the labels of a breadcrumb: its links and list items, and what follows the last."""
    links = [link for link in element.iter("a") if tight_text(link)]
    items = [item for item in element.iter("li") if tight_text(item)]
    texts: list[str]
    if items:
        texts = [tight_text(item) for item in items]
    elif links:
        texts = [tight_text(link) for link in links]
        whole = tight_text(element)
        texts += _CRUMB_SEPARATOR.split(whole.rpartition(texts[-1])[2])
    else:
        texts = _CRUMB_SEPARATOR.split(tight_text(element))
        if len(texts) == 1 and len(element) > 1:  # parted by the style sheet
            texts = [tight_text(child) for child in element]
    # Home is known by its address: its label may be "Front".
    if links and is_home(links[0].get("href") or "") and texts[0] == tight_text(links[0]):
        texts = texts[1:]
    return tidy_labels(texts, title)


def tidy_labels(texts: Iterable[str], title: str) -> list[str]:
    """Drop the headline, home, and empty labels from those of a breadcrumb."""
    labels = []
    for text in texts:
        label = _breadcrumb_start().sub("", text).strip(" >›»/|‹«·:：\xa0")
        cut = label.rstrip("….").strip()
        is_title = cut and (title == label or (len(cut) > 12 and title.startswith(cut)))
        is_generic = not label or compile_words("shown", "generic_labels").fullmatch(label)
        if not (is_generic or is_title) and len(label) <= 80:
            labels.append(label)
    return labels


def find_line_breadcrumb(blocks: Sequence[Block], title: str) -> list[str]:
    """Find a breadcrumb among the lines before the headline, by its separators."""
    for block in split_lines(list(blocks)):
        if block.text == title:
            break
        is_labeled = _breadcrumb_start().match(block.text) is not None
        is_parted = re.search(r"[>›»＞]", block.text) is not None
        if not (is_parted or is_labeled) or len(block.text) >= 200:
            continue
        texts = _CRUMB_SEPARATOR.split(block.text)
        # Without a link, a trail begins at home: "5 > 3" is none.
        is_trail = compile_words("shown", "generic_labels").fullmatch(texts[0].strip()) is not None
        if block.linked or is_trail:
            labels = tidy_labels(texts, title)
            if labels:
                return labels
    return []


def find_section_labels(root: etree._Element, title: str) -> list[str]:
    """Find the sections by links to categories, or by a label above the headline."""
    for link in root.iter("a"):
        if _is_of_category(link) and tight_text(link):
            beside = link.getparent()
            links = [link] if beside is None else filter(_is_of_category, beside.iter("a"))
            return [text for text in map(tight_text, links) if text]
    for element in root.iter("a", "span", "div", "p", "h2", "h3", "h4", "h5", "strong"):
        if any(map(is_kicker, name_tokens(element))):
            names = read_kicker(element)
            if names and names != [title]:
                return names
    return []


def _is_of_category(link: etree._Element) -> bool:
    return "category" in (link.get("rel") or "").lower().split()


def read_kicker(element: etree._Element) -> list[str]:
    """Read the sections that a label names: by its links, or by its text."""
    text = tight_text(element)
    names = split_sections(text)
    links = [link for link in map(tight_text, element.iter("a")) if link]
    # Marks, not words, part links that are a list, whatever label is before it.
    if len(links) > 1 and _squeeze(text).endswith(_squeeze("".join(links))):
        names = [link for link in links if split_sections(f"{link}:")]
    return names if names and all(len(name) <= _MAX_LABEL for name in names) else []


def _squeeze(text: str) -> str:
    return re.sub(r"[\W_]", "", text)


def article_around(tree: PageTree) -> etree._Element:
    """Find the element around the headline that is the article; else the whole page."""
    place = tree.title
    while place is not None and place.tag != "body" and not _is_article(place):
        place = place.getparent()
    return tree.root if place is None else place


def _is_article(element: etree._Element) -> bool:
    return is_main(element) or not {"hentry", "h-entry"}.isdisjoint(name_tokens(element))


def is_main(element: etree._Element) -> bool:
    """Say whether an element is the article or the main part of the page, by its tag or role."""
    return element.tag in ("article", "main") or element.get("role") in ("main", "article")


def is_inside_card(element: etree._Element, tree: PageTree) -> bool:
    """Say whether a time is in the box of another article, or in a comment.

    A box that has the headline or most of the page is none, and neither is a teaser without a link.
    """
    place = element.getparent()
    while place is not None and not tree.holds_article(place):
        if place.tag in ("aside", "footer", "figure"):
            return True
        names = " ".join(name_tokens(place))
        if "comment" in names or "related" in names:
            return True
        is_card = place.tag in ("li", "article") or _CARD.search(names) is not None
        if is_card and (place.tag == "a" or place.find(".//a") is not None):
            return True
        place = place.getparent()
    return False
