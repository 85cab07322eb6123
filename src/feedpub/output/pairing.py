"""Entries that would come up as new although feeds show them already, under other ids."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from feedpub import compile_late
from feedpub.text import link_key, page_key, split_url

if TYPE_CHECKING:
    from feedpub.output.changes import ShownEntry

_TAG = compile_late(r"<[^<>]*+>")
_NOT_WORDS = compile_late(r"[\W_]+")
_ZONES = 26 * 3600  # seconds between the farthest two time zones
_MIN_TEXT = 20  # letters; a shorter text may be that of many articles
# In the plural, as a message lists them.
TRAITS = ("links", "titles", "times", "texts")


def pair_entries(gone: Sequence[ShownEntry], come: Sequence[ShownEntry]) -> list[frozenset[str]]:
    """Find the entries that come in place of one that is gone, and is the same article.

    Two entries are one article if two of their link, title, time and text agree, whatever
    their ids. Case, punctuation, and what does not change the page of a link do not count; nor
    do links and texts that several entries share.

    Returns:
        The names in TRAITS of what agrees, for each of these entries.
    """
    before, after = _read_traits(gone), _read_traits(come)
    waiting: dict[tuple[str, object, str, object], list[int]] = {}
    for index, traits in enumerate(before):
        for key in _list_keys(traits):
            waiting.setdefault(key, []).append(index)
    found: list[frozenset[str]] = []
    taken: set[int] = set()
    for traits in after:
        for key in _list_keys(traits):
            indexes = waiting.get(key, [])
            while indexes and indexes[-1] in taken:
                indexes.pop()
            if indexes and not _is_next_issue(before[indexes[-1]], traits):
                taken.add(indexes[-1])
                found.append(_list_equal(before[indexes[-1]], traits))
                break
    return found


def _list_equal(one: Mapping[str, object], other: Mapping[str, object]) -> frozenset[str]:
    return frozenset(name for name in one if one[name] == other.get(name))


def _is_next_issue(old: Mapping[str, object], new: Mapping[str, object]) -> bool:
    """Say whether a later article is the next of a series with one link and title."""
    if _list_equal(old, new) != {"links", "titles"} or not {"times", "texts"} <= old.keys():
        return False
    before, after = old["times"], new.get("times")
    is_later = isinstance(before, float) and isinstance(after, float) and after - before > _ZONES
    return is_later and "texts" in new


def _list_keys(traits: Mapping[str, object]) -> Iterator[tuple[str, object, str, object]]:
    for (one, first), (other, second) in combinations(traits.items(), 2):
        yield one, first, other, second


def _read_traits(entries: Sequence[ShownEntry]) -> list[dict[str, object]]:
    """Read what tells an article from others, without what tells nothing."""
    links = [_read_link(entry.link) for entry in entries]
    texts = [_read_text(entry) for entry in entries]
    link_counts, text_counts = Counter(links), Counter(texts)
    found = []
    for entry, link, text in zip(entries, links, texts, strict=True):
        traits = {
            "links": link if link_counts[link] == 1 else "",
            "titles": _fold(entry.title),
            "times": entry.instant,
            "texts": text if text_counts[text] == 1 and len(text) >= _MIN_TEXT else "",
        }
        found.append({name: value for name, value in traits.items() if value})
    return found


def _read_link(link: str) -> str:
    try:
        fragment = split_url(link).fragment  # the place of the entry on a page of several
        key = page_key(link_key(link))
    except ValueError:
        return ""
    return f"{key}#{fragment}" if fragment else key


def _read_text(entry: ShownEntry) -> str:
    return _fold(_TAG.sub(" ", entry.content)) or _fold(entry.summary)


def _fold(text: str) -> str:
    return _NOT_WORDS.sub("", unicodedata.normalize("NFKC", text).casefold())
