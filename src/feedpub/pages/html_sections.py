"""The section of a page by the links right above its headline, where their addresses say so.

No name of a class and no separator is relied on: a trail begins at the site's home and leads
down, and a lone link is a section's where its address repeats its label.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from lxml import etree

from feedpub.pages.html_head import is_home
from feedpub.pages.html_shown import is_main, read_labels, tight_text
from feedpub.text import split_url

_NO_SECTION = frozenset("author authors writer writers people staff tag tags by profile".split())
_MAX_ABOVE = 8  # elements that are looked at
_MAX_LINKS = 6
_MAX_LABEL = 40  # characters


def find_section_above(headline: etree._Element, title: str) -> tuple[list[str], list[str]]:
    """Find the section in the lines above a headline: as a trail, or as a list of sections.

    Both are empty where it is not sure.
    """
    for element, is_near in _list_above(headline):
        links = [element] if element.tag == "a" else list(element.iter("a"))
        if len(links) > _MAX_LINKS:
            continue
        links = [link for link in links if tight_text(link)]
        trail = _read_trail(element, links, title) if len(links) > 1 else []
        names = [] if trail or not is_near else _read_lone(links, element)
        if trail or names:
            return trail, names
    return [], []


def _list_above(headline: etree._Element) -> Iterator[tuple[etree._Element, bool]]:
    """List the elements above a headline, nearest first, and whether each is in its article."""
    in_main = any(is_main(place) for place in headline.iterancestors())
    place = headline
    left = _MAX_ABOVE
    is_near = True
    while (holder := place.getparent()) is not None and holder.tag not in ("body", "html"):
        for element in place.itersiblings(etree.Element, preceding=True):
            if not left:
                return
            left -= 1
            if is_near or element.tag != "header":
                yield element, is_near
        # What stands above the article, or further above where none is marked, is the site's.
        is_near &= not is_main(holder) and (in_main or holder.tag in ("header", "hgroup"))
        place = holder


def _read_trail(element: etree._Element, links: list[etree._Element], title: str) -> list[str]:
    addresses = [_path_of(link) for link in links]
    if not is_home(links[0].get("href") or "") or None in addresses:
        return []
    paths = [path or "" for path in addresses]
    for upper, lower in pairwise(paths[1:]):
        if not lower.startswith(upper + "/"):
            return []
    return read_labels(element, title) if all(paths[1:]) and _is_parted(element, links) else []


def _read_lone(links: list[etree._Element], element: etree._Element) -> list[str]:
    if len(links) != 1:
        return []
    label, path = tight_text(links[0]), _path_of(links[0])
    if not path or len(label) > _MAX_LABEL or tight_text(element) != label:
        return []
    segments = path.lower().strip("/").split("/")
    if _NO_SECTION.intersection(segments) or re.search(r"\d", label):
        return []
    return [label] if _spell(segments[-1].partition(".")[0]) == _spell(label) else []


def _path_of(link: etree._Element) -> str | None:
    """Return the path of a link without its last slash; None where it leads to no page."""
    href = (link.get("href") or "").strip()
    if not href or href.startswith("#"):
        return None
    parts = split_url(href)
    return parts.path.rstrip("/") if parts.scheme in ("", "http", "https") else None


def _is_parted(element: etree._Element, links: list[etree._Element]) -> bool:
    """Say whether marks, not words, separate the links of an element, or a list does."""
    rest = tight_text(element)
    for index, link in enumerate(links):
        gap, _, rest = rest.partition(tight_text(link))
        if re.search(r"\w", gap) or (index and not gap.strip() and element.find(".//li") is None):
            return False
    return True


def _spell(text: str) -> str:
    """Reduce a label, or the part of an address that is made from it, to what both share."""
    return "".join(word for word in re.findall(r"[^\W_]+", text.casefold()) if word != "and")
