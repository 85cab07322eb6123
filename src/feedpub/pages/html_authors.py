"""The authors and the source that a page shows: near its headline, and in elements named so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain

from lxml import etree

from feedpub.pages.author_names import (
    is_author_label,
    is_name,
    is_nobody,
    read_authors,
)
from feedpub.pages.bylines import Byline, Line
from feedpub.pages.html_head import fold
from feedpub.pages.html_lines import PageLine, list_lines
from feedpub.pages.html_names import name_tokens
from feedpub.pages.html_shown import article_around, is_inside_card, tight_text
from feedpub.pages.html_tree import PageTree
from feedpub.pages.html_words import compile_words

_MAX_LINE = 200  # characters
_MAX_LINES = 3  # of an element that names authors
_MAX_WORDS = 6
_MAX_NAMES = 8
_NAMED = ("span", "div", "p", "a", "address", "em", "strong", "b", "h4", "h5", "li")
_MAX_NAME = 80  # characters
_LOGIN = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
_ADDRESS = re.compile(r"https?:|//|^/|^www\.|@")
_MAY_BE_BYLINE = re.compile(r"\d|[:：]|day\b|now\b|ago\b|[昨今前]")


def is_person(address: str) -> bool:
    """Say whether an address is the page of a person."""
    return compile_words("authors", "person_paths", "/{}/[^/?#]+/?$").search(address) is not None


def names_author(element: etree._Element) -> bool:
    """Say whether an element is named for an author, and not for something beside one."""
    if element.get("itemprop") == "author":
        return True
    return _name_author(name_tokens(element))


@lru_cache(maxsize=8192)
def _name_author(tokens: tuple[str, ...]) -> bool:
    form = "(?:.*[-_])?{}(?:[-_]*(?:names?|row|link|list|info))?"
    is_author = compile_words("authors", "authors", form).fullmatch
    is_other = compile_words("authors", "others").search
    return any(map(is_author, tokens)) and not any(map(is_other, tokens))


def choose_authors(
    told: Iterable[tuple[Sequence[str], str]], sites: frozenset[str]
) -> tuple[list[str], str]:
    """Choose the first list of authors that names people, and the rule that found it.

    Login names and names of the site wait until the end.
    """
    lists = [(_tidy_names(names), rule) for names, rule in told]
    lists = [pair for pair in lists if pair[0]]
    sure = [
        (names, rule)
        for names, rule in lists
        if not any(_LOGIN.fullmatch(name) or fold(name) in sites for name in names)
    ]
    names, rule = next(iter([*sure, *lists]), ([], ""))
    # A page often shows the first of several authors only.
    wider = (pair for pair in sure if {*map(fold, names)} < {*map(fold, pair[0])})
    return next(wider, (names, rule))


def _tidy_names(names: Iterable[str]) -> list[str]:
    tidy = dict.fromkeys(map(_tidy_name, names))
    return [name for name in tidy if name and not is_nobody(name)]


def _tidy_name(name: str) -> str:
    """Give a name without an address; empty where nothing else is left."""
    if "@" in name:
        name = " ".join(word for word in name.split() if not _is_mail(word))
    name = name.strip(" |,;:/-")
    is_none = _ADDRESS.search(name) or len(name) > _MAX_NAME or is_author_label(name)
    return "" if is_none else name


def _is_mail(word: str) -> bool:
    at = word.find("@", 1)
    return 0 < at < word.rfind(".", 0, -1) - 1


def find_near_credits(lines: Sequence[PageLine]) -> Byline:
    """Find who wrote an article, and its source, in the lines near its headline."""
    authors: tuple[str, ...] = ()
    source: str | None = None
    for index, line in enumerate(lines):
        credit = _read_line(line, lines[index + 1 : index + 2])
        authors, source = authors or credit.authors, source or credit.source
    return Byline(source=source, authors=authors)


def find_named_authors(tree: PageTree) -> list[str]:
    """Find names of authors in the elements of an article that are named so."""
    scope = article_around(tree)
    links = (link for link in scope.iter("a") if _is_of_author(link))
    named = (element for element in scope.iter(*_NAMED) if names_author(element))
    # An article's address element is its author's (HTML standard, section 4.3.10).
    addresses = scope.iter("address") if scope.tag == "article" else iter(())
    for element in chain(links, addresses, named):
        if not is_inside_card(element, tree) and (names := read_element(element)):
            return names
    return []


def read_element(element: etree._Element) -> list[str]:
    """Read the names in an element of authors: those of its links, or its first lines."""
    if names := _read_links(element.iter("a")):
        return names
    for line in list_lines(element)[:_MAX_LINES]:
        if len(line.text) <= _MAX_LINE and not Line(line.text).is_byline():
            found = read_authors(line.text)
            if found and all(map(is_name, found)):
                return found
    return []


def _read_links(links: Iterable[etree._Element]) -> list[str]:
    """Read the names of the links that lead to authors."""
    names: dict[str, None] = {}
    for link in links:
        if _is_of_author(link) and (text := tight_text(link)):
            found = read_authors(text) or [text]
            if all(map(is_name, found)) or (_is_named_author(link) and " " not in text):
                names |= dict.fromkeys(found)
    is_list = len(names) > _MAX_NAMES or any(len(name.split()) > _MAX_WORDS for name in names)
    return [] if is_list else list(names)


def _is_of_author(link: etree._Element) -> bool:
    return _is_named_author(link) or is_person(link.get("href") or "")


def _is_named_author(link: etree._Element) -> bool:
    return "author" in (link.get("rel") or "").lower().split()


def _read_line(line: PageLine, following: Sequence[PageLine]) -> Byline:
    if len(line.text) > _MAX_LINE:
        return Byline()
    if names := _read_links(dict.fromkeys(e for _, e in line.parts if e.tag == "a")):
        return Byline(authors=tuple(names))
    parsed = line.parsed
    is_link = line.linked * 4 > len(line.text) * 3
    credit = parsed.read_credits() or Byline()
    if not is_link and _MAY_BE_BYLINE.search(line.text) and parsed.is_byline():
        credit = parsed.read_byline()
    if credit.authors:
        return credit
    if credit.source is not None and credit.source.isascii() and _is_link(credit.source, line):
        credit = Byline()  # a category or a button
    if following and any(map(is_author_label, (line.text, f"{line.text}:"))):
        names = read_authors(following[0].text)
        if all(map(is_name, names)):
            return Byline(source=credit.source, authors=tuple(names))
    return credit


def _is_link(text: str, line: PageLine) -> bool:
    links = {element for _, element in line.parts if element.tag == "a"}
    return not line.text.startswith(text) and any(tight_text(link) == text for link in links)
