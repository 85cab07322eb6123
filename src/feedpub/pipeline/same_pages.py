"""Records of one page under several links, and of several stories under one link.

Both concern only records without an id of their own, which are known by their links.
"""

from __future__ import annotations

from array import array
from collections.abc import Container, Iterable, Iterator, Mapping
from urllib.parse import unquote

from feedpub import articles, systems
from feedpub.articles import Versions
from feedpub.errors import Problem
from feedpub.model import SHOWN, Candidate, Origin, Record, SourceFile
from feedpub.settings import Config
from feedpub.text import encode_key, link_key, page_key

_SHOWN = 2  # places that a message names
_SPREAD = 8  # numbers for each article, so that few different pages share one
_INDEXES = ("index.", "default.")


def merge_same_pages(
    config: Config, versions: Versions, shared: Container[str]
) -> Iterator[Problem]:
    """Merge articles whose links lead to one page and whose titles are equal, each with a warning.

    The newest record counts. The id stays that of the article that was published first, so
    that readers keep what they have. A page that shows several titles is a list of stories.

    Args:
        shared: Ids of stories that have one link, which are merged with nothing.
    """
    tag = f"tag:{config.site.tag}:"
    groups = _group_by_page(versions, tag)
    every = [candidate for group in groups for candidate in group]
    titles = _read_titles(config, tag, every)
    for group in groups:
        same = [candidate for candidate in group if candidate.origin in titles]
        on_page = {titles[candidate.origin] for candidate in same}
        if len(same) > 1 and len(on_page) == 1 and not any(c.id in shared for c in same):
            yield _merge(versions, same)


def find_shared_links(config: Config, versions: Versions) -> dict[str, Problem]:
    """Find the stories that have one link, so that the newest replaces the others, by their id.

    Versions of one article have one published time, whatever becomes of their title.
    """
    tag = f"tag:{config.site.tag}:"
    suspects = {
        candidate.id: [candidate, *versions.list_earlier(candidate.id)]
        for candidate in versions.replaced
        if candidate.status in SHOWN and _has_others(candidate, versions)
    }
    every = [candidate for group in suspects.values() for candidate in group]
    titles = _read_titles(config, tag, every)
    shared: dict[str, Problem] = {}
    for newest, *_ in suspects.values():
        found = {
            title: candidate.published
            for candidate in suspects[newest.id]
            if (title := titles.get(candidate.origin)) is not None
        }
        if len(found) > 1 and len(set(found.values())) > 1:
            message = (
                f"is the link of {len(found)} records with different titles and published times, "
                "so only the newest of them is published. Give each record an id."
            )
            link = newest.id.removeprefix(tag)
            shared[newest.id] = Problem(
                "warning", newest.origin.where, "link", link, "duplicate", message
            )
    return shared


def _group_by_page(versions: Versions, tag: str) -> list[list[Candidate]]:
    """Group the articles that are shown by the page that their ids seem to be made of."""
    if not any(_may_be_reduced(id) for _, id in _iter_shown(versions, tag)):
        return []
    # The pages of all articles would fill the memory, so first their digests tell which may be
    # those of several.
    digests = array("Q", (_digest(_find_page(id, tag)) for _, id in _iter_shown(versions, tag)))
    numbers = bytearray(_SPREAD * len(digests))
    for digest in digests:
        numbers[digest % len(numbers)] = 1 if numbers[digest % len(numbers)] == 0 else 2
    groups: dict[str, list[int]] = {}
    for (row, id), digest in zip(_iter_shown(versions, tag), digests, strict=True):
        if numbers[digest % len(numbers)] > 1 and (page := _find_page(id, tag)):
            groups.setdefault(page, []).append(row)
    return [[versions.at(row) for row in group] for group in groups.values() if len(group) > 1]


def _iter_shown(versions: Versions, tag: str) -> Iterator[tuple[int, str]]:
    """Yield the rows and the ids of the articles that are shown and may be known by their links."""
    for row, status, *_ in versions.scan():
        if status in SHOWN and (id := versions.id_of(row)).startswith(tag):
            yield row, id


def _find_page(id: str, tag: str) -> str:
    return page_key(unquote(id.removeprefix(tag)))


def _digest(text: str) -> int:
    return hash(text) & 2**64 - 1


def _may_be_reduced(id: str) -> bool:
    name = id.rpartition("/")[2].casefold()
    return not name or "%3f" in name or name.startswith(_INDEXES)


def _has_others(candidate: Candidate, versions: Versions) -> bool:
    times = {earlier.published for earlier in versions.list_earlier(candidate.id)}
    return len({candidate.published, *times} - {None}) > 1


def _read_titles(config: Config, tag: str, candidates: Iterable[Candidate]) -> Mapping[Origin, str]:
    """Read the titles of the articles whose ids are made of their links."""
    by_file: dict[SourceFile, dict[Origin, str]] = {}
    for candidate in candidates:
        by_file.setdefault(candidate.origin.file, {})[candidate.origin] = candidate.id

    def read(record: Record) -> str | None:
        if record.fields.get("id") not in (None, ""):
            return None
        link = articles.own_link(record.fields.get("link"), config.site.link)
        if link is None or tag + encode_key(link_key(link)) != ids[record.origin]:
            return None
        try:
            return " ".join(systems.read_text(record.fields.get("title")).casefold().split())
        except systems.FieldError:
            return None

    found: dict[Origin, str] = {}
    for file, ids in by_file.items():
        titles = systems.read_again(file, ids, read)
        found.update((origin, title) for origin, title in titles.items() if title)
    return found


def _merge(versions: Versions, same: list[Candidate]) -> Problem:
    first = min(same, key=lambda candidate: _first_seen(versions, candidate))
    newest = versions.merge([candidate.id for candidate in same], first.id)
    others = [candidate.origin.where for candidate in same if candidate.origin != newest.origin]
    places = " and ".join(map(str, others[:_SHOWN])) + (" …" if len(others) > _SHOWN else "")
    message = (
        f"leads to the same page as in {places}, and the titles are equal, so they are one "
        f"article, with the id {first.id}. This record is used. If they are different articles, "
        "give each record an id."
    )
    return Problem("warning", newest.origin.where, "link", None, "duplicate", message)


def _first_seen(versions: Versions, candidate: Candidate) -> tuple[int, int, int, str]:
    """Order articles by when they were published, else updated; the plainest id first."""
    every = [candidate, *versions.list_earlier(candidate.id)]
    return (
        min(c.first for c in every),
        min(c.updated for c in every),
        len(candidate.id),
        candidate.id,
    )
