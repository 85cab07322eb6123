"""The headline of a page: what it shows where its data agree, or else what they say.

Data add the site's name, a section or a year to a headline, and mastheads are headings too. So a
heading counts by the titles that contain it, and then by its level.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from lxml import etree

from feedpub.pages.html_head import cut_site_name, fold, is_home, split_title
from feedpub.pages.html_lines import PageLine
from feedpub.pages.html_shown import is_main, tight_text
from feedpub.text import CJK

_HEADINGS = ("h1", "h2", "h3", "h4")
_MARGINS = frozenset({"nav", "footer", "aside"})
# The boxes in a heading that hold a kicker or a date. Other elements stress its words.
_BOXES = frozenset({"span", "div", "small", "time", "p"})
_MAX_HEADINGS = 60
_MAX_HEADLINE = 400  # characters
_CUT = re.compile(r"(?:…|\.\.\.)$")
_TOKEN = re.compile(rf"[{CJK}]|[^\W_]+")
# The shares of a title that a heading in it has: between separators, in a main heading, elsewhere.
_LEAST_PART, _LEAST_MAIN_PART, _LEAST_STRETCH = 0.3, 0.15, 0.6
_EDGES = " :–—|/-"
_LEAST_WORDS = 4  # fewer are a label, a masthead, or the name of a section
_LEAST_TOLD = 10  # characters


class Title(NamedTuple):
    """A title, the rule that found it, and the element that shows it."""

    text: str
    rule: str
    element: etree._Element | None = None


class _Heading(NamedTuple):
    """A heading, and its text without a kicker; `is_masthead` says that it leads home."""

    text: str
    rest: str
    element: etree._Element
    is_masthead: bool

    @property
    def is_first(self) -> bool:
        return self.element.tag == "h1" and not self.is_masthead


def find_headline(
    root: etree._Element,
    told: Sequence[Title],
    title: str,
    *,
    sites: frozenset[str],
    list_lines: Callable[[], Sequence[PageLine]],
) -> Title | None:
    """Find the headline of a page.

    Args:
        told: What the page's data say, in the order of precedence.
        title: The text of the title element.
        sites: The names of the site, folded.
    """
    told = [one for one in told if fold(one.text) not in sites and not _CUT.search(one.text)]
    wanted = _Wanted([one.text for one in told] or [title])
    headings = [one for one in _list_headings(root) if fold(one.text) not in sites]
    found = _find_contained(headings, wanted, "its data repeat" if told else "its title repeats")
    if found is not None:
        return found
    if told:
        return _find_beside_told(headings, told, sites, list_lines)
    first = [one for one in headings if one.is_first]
    if len({one.element for one in first}) == 1 or (first and not title):
        return _show(first[0])
    line = _find_line(wanted, list_lines())
    # The site's name is mostly the end, and mostly the shorter part.
    if line is not None and (
        fold(title).startswith(fold(line.text)) or len(line.text) * 2 > len(title)
    ):
        return line
    text = cut_site_name(title, sites)
    return Title(text, "the page's title element") if text else None


class _Wanted:
    """Titles, and how much of them a text is."""

    def __init__(self, titles: Iterable[str]) -> None:
        self._titles = [
            (fold(title), {fold(part) for part in split_title(title)}) for title in titles
        ]

    def measure(self, text: str) -> tuple[float, int]:
        """Measure the share that a text has of the titles with it, and count these."""
        folded = fold(text)
        if not folded:
            return 0.0, 0
        shares = []
        for title, parts in self._titles:
            share = len(folded) / len(title) if title and folded in title else 0.0
            if share >= _LEAST_STRETCH or (folded in parts and share >= _LEAST_MAIN_PART):
                shares.append(share)
        return max(shares, default=0.0), len(shares)


def _list_headings(root: etree._Element) -> Iterator[_Heading]:
    for element in islice(root.iter(*_HEADINGS), _MAX_HEADINGS):
        text = tight_text(element)
        if not text or len(text) > _MAX_HEADLINE:
            continue
        around = list(element.iterancestors())
        if any(place.tag in _MARGINS for place in around):
            continue
        links = [*element.iter("a"), *(place for place in around if place.tag == "a")]
        is_masthead = any(is_home(link.get("href") or "") for link in links)
        yield _Heading(text, _drop_kicker(element, text), element, is_masthead)


def _drop_kicker(element: etree._Element, text: str) -> str:
    """Drop the first box of a heading, and the mark behind it; empty where that is nothing."""
    while len(element) == 1 and not (element.text or "").strip() and not element[0].tail:
        element = element[0]
    first = next((child for child in element if isinstance(child.tag, str)), None)
    if first is None or first.tag not in _BOXES or (element.text or "").strip():
        return ""
    kicker = tight_text(first)
    return text[len(kicker) :].lstrip(_EDGES) if kicker and text.startswith(kicker) else ""


def _find_contained(headings: Iterable[_Heading], wanted: _Wanted, why: str) -> Title | None:
    """Find the heading that titles contain: the most of it in the most of them."""
    best: tuple[tuple[bool, bool, float, int, bool], Title] | None = None
    for heading in headings:
        rest, whole = wanted.measure(heading.rest), wanted.measure(heading.text)
        share, count = max(rest, whole)
        if share < (_LEAST_MAIN_PART if heading.is_first else _LEAST_PART):
            continue
        in_main = any(is_main(place) for place in heading.element.iterancestors())
        rank = heading.is_first, not heading.is_masthead, round(share, 1), count, in_main
        if best is None or rank > best[0]:
            text = heading.rest if rest[1] else heading.text
            best = (
                rank,
                Title(text, f"the page's {heading.element.tag}, which {why}", heading.element),
            )
    return None if best is None else best[1]


def _find_beside_told(
    headings: Sequence[_Heading],
    told: Sequence[Title],
    sites: frozenset[str],
    list_lines: Callable[[], Sequence[PageLine]],
) -> Title:
    """Choose between what the data say and a heading that says it in other words."""
    first = [heading for heading in headings if heading.is_first]
    cut = [one._replace(text=cut_site_name(one.text, sites)) for one in told]
    for heading in first:
        for one in cut:
            folded = fold(one.text)
            if len(folded) >= _LEAST_TOLD and folded in fold(heading.text):
                return one._replace(element=heading.element)
    line = _find_line(_Wanted(one.text for one in told), list_lines())
    if line is not None:
        return line
    if first and len(_TOKEN.findall(first[0].text)) >= _LEAST_WORDS:
        return _show(first[0])
    return cut[0]


def _find_line(wanted: _Wanted, lines: Iterable[PageLine]) -> Title | None:
    """Find the line that is most of a title."""
    shares = (
        (wanted.measure(line.text)[0], line)
        for line in lines
        if not line.linked and len(line.text) <= _MAX_HEADLINE
    )
    share, line = max(shares, key=lambda pair: pair[0], default=(0.0, None))
    if line is None or share < _LEAST_PART:
        return None
    text = line.text.strip(_EDGES)
    return Title(text, "the line of the page that its title repeats", line.element)


def _show(heading: _Heading) -> Title:
    return Title(heading.text, f"the page's {heading.element.tag}", heading.element)
