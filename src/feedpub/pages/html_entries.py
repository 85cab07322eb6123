"""Entries that a page marks as such: microformats, microdata, article elements.

One entry is the article, and says what its fields are; several that link elsewhere are a list.
Source: microformats.org/wiki/hatom and /wiki/h-entry.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from itertools import islice

from lxml import etree

from feedpub.pages.author_names import read_authors
from feedpub.pages.html_fields import Found
from feedpub.pages.html_linked_data import ARTICLE_TYPES, LinkedData, read_id, types_of
from feedpub.pages.html_tree import all_text
from feedpub.text import join_url, split_url

_ENTRY = frozenset({"hentry", "h-entry"})
_TITLE = frozenset({"entry-title", "p-name"})
_PUBLISHED = frozenset({"published", "dt-published"})
_UPDATED = frozenset({"updated", "dt-updated"})
_AUTHOR = frozenset({"vcard", "p-author", "author"})
_MARGIN = frozenset({"aside", "footer", "nav"})
_HEADINGS = ("h1", "h2", "h3", "h4")
# The text beside it is written for people; this is for machines.
_EXACT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?$")
# Where a link of a category leads: WordPress's, Blogger's labels, and what others call it.
_CATEGORY = re.compile(r"/(?:categor(?:y|ies)|sections?|rubrik|search/label)/", re.IGNORECASE)
_MOST_ENTRIES = 200
_PARAGRAPH = 60  # characters: shorter ones are labels

_Test = Callable[[etree._Element], bool]


def find_entry(root: etree._Element) -> etree._Element | None:
    """Find the one entry that a page marks by microformats; None where there are several."""
    found = None
    for element in _iter_outer(root, _is_microformat):
        if found is not None:
            return None
        found = element
    return found


def is_below(element: etree._Element, place: etree._Element) -> bool:
    """Say whether an element is a place, or inside it."""
    return element is place or any(other is place for other in element.iterancestors())


def read_entry(found: Found, entry: etree._Element) -> None:
    """Read the fields that an entry marks by microformats, but its author."""
    for element in _iter_own(entry):
        names = _classes(element)
        if names & _TITLE and "title" not in found:
            found.put("title", _text(element), "microformat entry-title")
        is_published = bool(names & _PUBLISHED)
        if is_published or names & _UPDATED:
            # Where both are one, the entry was not changed since.
            field = "published" if is_published else "updated"
            found.put(field, _read_time(element), f"microformat {field}")
    _read_terms(found, entry)


def _read_time(element: etree._Element) -> str:
    for holder in (element, *element.iter("time", "abbr", "span")):
        for name in ("datetime", "title"):
            value = (holder.get(name) or "").strip()
            if _EXACT.match(value):
                return value
    return ""


def _read_terms(found: Found, entry: etree._Element) -> None:
    """Read categories and tags: links that say so, or that lead to a category's page."""
    categories: list[str] = []
    tags: list[str] = []
    for link in entry.iter("a"):
        rel = (link.get("rel") or "").lower().split()
        text = _text(link)
        if not text or not {"category", "tag"} & set(rel):
            continue
        is_category = "category" in rel or _CATEGORY.search(link.get("href") or "") is not None
        (categories if is_category else tags).append(text)
    found.put("section", list(dict.fromkeys(categories)), "microformat category")
    found.put("tags", list(dict.fromkeys(tags)), "microformat tag")


def read_entry_authors(entry: etree._Element) -> list[str]:
    """Read the names of an entry's author: the one who posted it."""
    for element in _iter_own(entry):
        if not _classes(element) & _AUTHOR:
            continue
        inner = next((one for one in element.iter(etree.Element) if "fn" in _classes(one)), None)
        if inner is not None and (text := _text(inner)):
            return read_authors(text) or [text]
    return []


def find_list(root: etree._Element, data: LinkedData, own: Collection[str]) -> str | None:
    """Say by what a page is a list of articles on other pages; None where it is not.

    Args:
        own: The addresses of the page itself.
    """
    addresses = {_fold(address) for address in own if address}
    named = {
        _fold(read_id(node.get("url")) or read_id(node.get("mainEntityOfPage")))
        for node in data.nodes
        if types_of(node) & ARTICLE_TYPES
    } - {""}
    if named:
        is_list = len(named) > 1 and not named & addresses
        return "its JSON-LD names several articles" if is_list else None
    base = next(iter(own), "")
    linked: dict[etree._Element, str] = {}
    own_text = 0
    for entry in islice(_iter_outer(root, _is_entry), _MOST_ENTRIES):
        target = _find_target(entry, base)
        if target is None or target in addresses:
            own_text += len(_text(entry))
        else:
            linked[entry] = target
    if len(set(linked.values())) < 2:
        return None
    own_text += sum(
        len(text)
        for paragraph in root.iter("p")
        if len(text := _text(paragraph)) >= _PARAGRAPH
        and not any(place in linked for place in paragraph.iterancestors())
    )
    linked_text = sum(len(_text(entry)) for entry in linked)
    return "its entries link to several pages" if linked_text > own_text else None


def _find_target(entry: etree._Element, base: str) -> str | None:
    """Find the page that an entry's headline leads to."""
    for heading in entry.iter(*_HEADINGS):
        link = next(heading.iter("a"), None)
        place: etree._Element | None = heading.getparent()
        if link is None and place is not None and place.tag == "a":
            link = place
        if link is not None and (href := (link.get("href") or "").strip()):
            return _fold(join_url(base, href))
        if link is None and heading.tag == "h1":
            return None
    return None


def _fold(address: str) -> str:
    """Give an address by its path and query, as a mirror and its site both have it."""
    parts = split_url(address)
    path = re.sub(r"/index\.html?$|/$", "", parts.path)
    return f"{path}?{parts.query}" if parts.query else path or ("/" if parts.netloc else "")


def _is_microformat(element: etree._Element) -> bool:
    return "entry" in (element.get("class") or "") and bool(_classes(element) & _ENTRY)


def _is_entry(element: etree._Element) -> bool:
    kind = element.get("itemtype")
    is_article = kind is not None and re.split(r"[/#]", kind.strip())[-1] in ARTICLE_TYPES
    return is_article or element.tag == "article" or _is_microformat(element)


def _iter_outer(root: etree._Element, fits: _Test) -> Iterator[etree._Element]:
    """Yield the elements that fit and stand in no other, outside of margins."""
    found: set[etree._Element] = set()
    for element in root.iter(etree.Element):
        if fits(element) and not any(
            place in found or place.tag in _MARGIN for place in element.iterancestors()
        ):
            found.add(element)
            yield element


def _iter_own(entry: etree._Element) -> Iterator[etree._Element]:
    """Yield the elements of an entry that are not of its comments."""
    waiting = [entry]
    while waiting:
        element = waiting.pop()
        yield element
        waiting += (
            child
            for child in reversed(element)
            if isinstance(child.tag, str) and not _is_comment(child)
        )


def _is_comment(element: etree._Element) -> bool:
    names = (element.get("class") or "") + " " + (element.get("id") or "")
    return re.search(r"\bcomments?\b|\brespond\b|h-cite", names) is not None


def _classes(element: etree._Element) -> set[str]:
    return set((element.get("class") or "").split())


def _text(element: etree._Element) -> str:
    return " ".join(all_text(element).split())
