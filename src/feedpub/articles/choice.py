"""Candidates to the articles that each section shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

import msgspec

from feedpub.articles.columns import Row
from feedpub.articles.ranking import Place, Ranking
from feedpub.articles.section_names import SectionNames
from feedpub.articles.versions import Versions
from feedpub.model import ALWAYS, SHOWN, Candidate
from feedpub.settings import ALL, Config, Section

ALL_LIMIT = 100
_REMOVAL_SHOWN = int(timedelta(days=30).total_seconds())


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
    config: Config, versions: Versions, names: SectionNames, *, latest: int = ALWAYS
) -> list[Choice]:
    """Choose the articles of every section and of `all`, the newest first.

    Args:
        latest: The latest time, in seconds since 1970, that can be true.
    """
    shown, withdrawn = _rank_articles(config, versions, names, latest=latest)
    keeps_back = _make_test_of_content(config, names)
    choices = []
    for slug in [*sorted(shown.keys() - {ALL}), ALL]:
        settings = config.sections.get(slug) or Section()
        name = config.site.title if slug == ALL else names.name_of(slug)
        newest, gone = shown[slug].newest, withdrawn[slug]
        # What was retracted or withdrawn long before that is left out.
        oldest = ((gone.newest if newest is None else newest) or 0) - _REMOVAL_SHOWN
        chosen = tuple(versions.at(row) for row in shown[slug].list_rows(oldest))
        is_short = settings.content == "summary"
        summarized = frozenset(c.id for c in chosen if is_short or keeps_back(c))
        last = tuple(versions.at(row) for row in gone.list_rows(oldest))
        choices.append(Choice(slug, name, settings, chosen, summarized, last))
    return choices


class _Rankings(dict[str, Ranking]):
    """The ranking of each section, by its slug."""

    def __init__(self, config: Config, versions: Versions) -> None:
        self._config = config
        self._id_of = versions.id_of

    def __missing__(self, slug: str) -> Ranking:
        settings = self._config.sections.get(slug) or Section()
        default = ALL_LIMIT if slug == ALL else self._config.site.limit
        ranking = self[slug] = Ranking(settings.limit or default, self._id_of)
        return ranking


def _rank_articles(
    config: Config, versions: Versions, names: SectionNames, *, latest: int
) -> tuple[_Rankings, _Rankings]:
    """Rank the articles that are shown in each section, and those that were withdrawn from it."""
    shown, withdrawn = _Rankings(config, versions), _Rankings(config, versions)
    for slug in (*config.sections, ALL):
        shown[slug]  # is there without any article, too
    by_sections: dict[int, list[Ranking]] = {}
    gone: list[Row] = []
    is_by_update = config.site.order == "updated"
    for found in versions.scan():
        row, status, sections, updated, first = found
        # RFC 6721 requires a time, and feedpub never invents one.
        if status == "withdrawn" and updated != ALWAYS:
            gone.append(found)
        if status not in SHOWN:
            continue
        place = Place(updated if is_by_update else first, updated, row)
        rankings = by_sections.get(sections)
        if rankings is None:
            slugs = names.slugs_of(versions.sections_of(sections))
            rankings = by_sections[sections] = [shown[slug] for slug in (*slugs, ALL)]
        time = _find_true_time(updated, first, latest)
        for ranking in rankings:
            ranking.add(place, time=time, is_removal=status == "retracted")
    for row, _, sections, updated, first in gone:
        time = _find_true_time(updated, first, latest)
        for slug in (*names.slugs_of(versions.sections_of(sections)), ALL):
            withdrawn[slug].add(Place(updated, updated, row), time=time, is_removal=True)
    return shown, withdrawn


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


def find_newest(candidates: Sequence[Candidate], *, latest: int) -> int:
    """Find the newest time of articles; 0 if there are none.

    If one was updated after `latest`, which cannot be true, the time it was published counts.
    """
    return max((_find_true_time(c.updated, c.first, latest) for c in candidates), default=0)


def _find_true_time(updated: int, first: int, latest: int) -> int:
    return updated if updated <= latest else first
