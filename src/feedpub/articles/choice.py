"""Candidates to the articles that each section shows."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from functools import partial
from itertools import zip_longest

import msgspec

from feedpub import compile_late
from feedpub.articles.section_names import SectionNames
from feedpub.model import ALWAYS, SHOWN, Candidate
from feedpub.settings import ALL, Config, Section, Site

ALL_LIMIT = 100
_REMOVAL_SHOWN = int(timedelta(days=30).total_seconds())
_DIGITS = compile_late(r"(\d+)")


class Choice(msgspec.Struct, frozen=True):
    """A section and the articles that its feed shows, in order.

    `summarized` are the ids of those that it shows without their content. `withdrawn` are
    articles that it no longer shows, the last withdrawn first.
    """

    slug: str
    name: str
    settings: Section
    candidates: tuple[Candidate, ...]
    summarized: frozenset[str] = frozenset()
    withdrawn: tuple[Candidate, ...] = ()


def choose(
    config: Config, candidates: Sequence[Candidate], names: SectionNames, *, latest: int = ALWAYS
) -> list[Choice]:
    """Choose the articles of every section and of `all`, the newest first.

    Args:
        latest: The latest time, in seconds since 1970, that can be true.
    """
    shown = [c for c in candidates if c.status in SHOWN]
    withdrawn = _group_withdrawals(candidates, names)
    time_of = partial(find_newest, latest=latest)
    members: dict[str, list[Candidate]] = {slug: [] for slug in config.sections if slug != ALL}
    slugs_by_names: dict[tuple[str, ...], tuple[str, ...]] = {}
    for candidate in shown:
        slugs = slugs_by_names.get(candidate.sections)
        if slugs is None:
            slugs = slugs_by_names[candidate.sections] = names.slugs_of(candidate.sections)
        for slug in slugs:
            members.setdefault(slug, []).append(candidate)
    keeps_back = _make_test_of_content(config, names)
    order = _order_of(config.site)
    choices = []
    for slug, found in [*sorted(members.items()), (ALL, shown)]:
        settings = config.sections.get(slug) or Section()
        default = ALL_LIMIT if slug == ALL else config.site.limit
        limit = settings.limit or default
        name = config.site.title if slug == ALL else names.name_of(slug)
        chosen = _newest(_without_old_removals(found, time_of(found)), limit, order)
        is_short = settings.content == "summary"
        summarized = frozenset(c.id for c in chosen if is_short or keeps_back(c))
        gone = withdrawn.get(slug, [])
        recent = _without_old_removals(gone, time_of(found or gone))
        last = tuple(_newest(recent, limit, _order_by_updated))
        choices.append(Choice(slug, name, settings, tuple(chosen), summarized, last))
    return choices


def _group_withdrawals(
    candidates: Iterable[Candidate], names: SectionNames
) -> dict[str, list[Candidate]]:
    """Group the withdrawals that say when by the slugs of their sections, and `all`."""
    withdrawn: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        # RFC 6721 requires a time, and feedpub never invents one.
        if candidate.status == "withdrawn" and candidate.updated != ALWAYS:
            for slug in (*names.slugs_of(candidate.sections), ALL):
                withdrawn.setdefault(slug, []).append(candidate)
    return withdrawn


def find_summarized(
    config: Config, candidates: Iterable[Candidate], names: SectionNames, slug: str
) -> frozenset[str]:
    """Find the ids of articles that a section shows without their content."""
    is_short = slug in config.sections and config.sections[slug].content == "summary"
    keeps_back = _make_test_of_content(config, names)
    return frozenset(c.id for c in candidates if is_short or keeps_back(c))


def _make_test_of_content(config: Config, names: SectionNames) -> Callable[[Candidate], bool]:
    """Make the test of whether an article's source, or any of its sections, keeps its content back.

    No other feed or page may give it away.
    """
    summaries = {slug for slug, section in config.sections.items() if section.content == "summary"}

    def keeps_back(candidate: Candidate) -> bool:
        if config.sources[candidate.origin.file.source].content == "summary":
            return True
        return bool(summaries) and not summaries.isdisjoint(names.slugs_of(candidate.sections))

    return keeps_back


def sort_newest(candidates: list[Candidate], site: Site) -> list[Candidate]:
    """Sort candidates as feeds show them, the newest first."""
    return _newest(candidates, len(candidates), _order_of(site))


def _age(candidate: Candidate) -> tuple[int, str, int]:
    return candidate.updated, candidate.origin.file.shown, candidate.origin.position


def _order_of(site: Site) -> Callable[[Candidate], tuple[int, int]]:
    return _order_by_updated if site.order == "updated" else _order_by_published


def _order_by_published(candidate: Candidate) -> tuple[int, int]:
    # As `candidate.first`, without a call for each article of each section.
    first = candidate.updated if candidate.published is None else candidate.published
    return first, candidate.updated


def _order_by_updated(candidate: Candidate) -> tuple[int, int]:
    return candidate.updated, candidate.updated


def _newest(
    candidates: list[Candidate], limit: int, order: Callable[[Candidate], tuple[int, int]]
) -> list[Candidate]:
    if len(candidates) > limit:
        # Splitting digits is slow, so ids are compared only among those that may be shown.
        oldest = heapq.nlargest(limit, map(order, candidates))[-1]
        candidates = [c for c in candidates if order(c) >= oldest]
    # The id itself comes last, because item-1 and item-01 have the same number.
    return sorted(candidates, key=lambda c: (*order(c), _natural(c.id), c.id), reverse=True)[:limit]


def _natural(text: str) -> list[tuple[int, str]]:
    # Digits compare as numbers, so that item 10 comes after item 9. Texts and numbers
    # alternate, and the number with more digits is greater (int() refuses very long ones).
    parts = _DIGITS.split(text)
    numbers = ((len(digits), digits) for digits in (part.lstrip("0") for part in parts[1::2]))
    texts = ((0, part) for part in parts[::2])
    return [pair for pairs in zip_longest(texts, numbers, fillvalue=(0, "")) for pair in pairs]


def find_newest(candidates: Sequence[Candidate], *, latest: int) -> int:
    """Find the newest time of articles; 0 if there are none.

    If one was updated after `latest`, which cannot be true, the time it was published counts.
    """
    return max(
        (
            candidate.updated
            if candidate.updated <= latest or candidate.published is None
            else candidate.published
            for candidate in candidates
        ),
        default=0,
    )


def _without_old_removals(candidates: list[Candidate], feed_time: int) -> list[Candidate]:
    """Leave out what was retracted or withdrawn long before the newest entry of the feed."""
    oldest = feed_time - _REMOVAL_SHOWN
    return [c for c in candidates if c.status == "published" or c.updated >= oldest]
