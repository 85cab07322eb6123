"""Candidates to the articles that pages show: all of them, however few a feed shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from feedpub.articles.choice import Choice, find_summarized
from feedpub.articles.ranking import sort_newest
from feedpub.articles.section_names import SectionNames
from feedpub.model import ALWAYS, SHOWN, Candidate
from feedpub.settings import ALL, Config
from feedpub.timestamps import load_zone, place_instant


class Archive(msgspec.Struct, frozen=True):
    """All articles of each section, and of `all`, the oldest first.

    `first` is the section that each article belongs to before all others, by id. `summarized`
    are the ids of those that are shown without their content.
    """

    sections: Mapping[str, Sequence[Candidate]]
    first: Mapping[str, str]
    summarized: frozenset[str]

    @property
    def every(self) -> Sequence[Candidate]:
        """All articles, the oldest first."""
        return self.sections[ALL]


def list_archive(config: Config, candidates: Iterable[Candidate], names: SectionNames) -> Archive:
    """List the articles that pages show, of every section."""
    is_by_update = config.site.order == "updated"

    def times_of(candidate: Candidate) -> tuple[int, int]:
        return candidate.updated if is_by_update else candidate.first, candidate.updated

    found = (c for c in candidates if c.status in SHOWN)
    shown = sort_newest(found, times_of, id_of=lambda candidate: candidate.id)[::-1]
    sections: dict[str, list[Candidate]] = {slug: [] for slug in config.sections}
    first: dict[str, str] = {}
    for candidate in shown:
        slugs = names.slugs_of(candidate.sections)
        first[candidate.id] = slugs[0]
        for slug in slugs:
            sections.setdefault(slug, []).append(candidate)
    sections[ALL] = list(shown)
    summarized = find_summarized(config, shown, names, ALL)
    return Archive(sections, first, summarized)


def divide_archive(
    config: Config, archive: Archive, choice: Choice, names: SectionNames
) -> dict[str, Choice]:
    """Divide the articles of a section by the months that they were published in, oldest first.

    The month of the newest article is not over. It is left out while the feed itself shows all
    of it, because what an archive contains should not change (RFC 5005 section 4).
    """
    zone = load_zone(config.site.timezone)
    months: dict[str, list[Candidate]] = {}
    for candidate in reversed(archive.sections.get(choice.slug, ())):
        first = place_instant(candidate.first, zone)
        months.setdefault(f"{first.year:04}-{first.month:02}", []).append(candidate)
    shown = {candidate.id for candidate in choice.candidates}
    if months and shown.issuperset(candidate.id for candidate in months[max(months)]):
        del months[max(months)]
    return {
        month: msgspec.structs.replace(
            choice,
            candidates=tuple(months[month]),
            summarized=find_summarized(config, months[month], names, choice.slug),
            withdrawn=(),
        )
        for month in sorted(months)
    }


class Recent(msgspec.Struct, frozen=True):
    """Articles of the last days, the newest first; or, if there are none, only the newest.

    From `until` on, in seconds since 1970, another choice may come out.
    """

    candidates: Sequence[Candidate] = ()
    is_news: bool = False
    until: int = ALWAYS


def choose_recent(
    candidates: Iterable[Candidate], *, now: int | None, seconds: int, limit: int
) -> Recent:
    """Choose the published articles of the last seconds before `now`, else before the newest."""
    published = [c for c in candidates if c.status == "published"]
    if not published:
        return Recent()
    newest = max(published, key=lambda c: (c.first, c.id))
    since = (newest.first if now is None else now) - seconds
    recent = [c for c in published if c.first >= since]
    ordered = sorted(recent, key=lambda c: (c.first, c.id), reverse=True)[:limit]
    if not ordered:
        return Recent([newest])
    until = ALWAYS if now is None else ordered[-1].first + seconds + 1
    return Recent(ordered, is_news=True, until=until)
