"""The first entries of a site as they will be, made without writing anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import msgspec

from feedpub.articles import choose
from feedpub.entries import EntryMaker, EntryStore
from feedpub.errors import Problem
from feedpub.files import sort_problems
from feedpub.images import make_measurer
from feedpub.model import SHOWN, Entry, Progress, tell_nobody
from feedpub.pipeline.collecting import collect
from feedpub.settings import ALL, Config


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What a build would publish.

    `records` were read, `rejected` of them are at fault and `left_out` are not to be published;
    `sections` are slug, name and number of articles, the largest first.
    """

    records: int
    rejected: int
    left_out: int
    withheld: int
    articles: int
    sections: Sequence[tuple[str, str, int]]
    entries: Sequence[Entry]
    problems: Sequence[Problem]
    notes: Sequence[str]


def preview(
    config: Config, now: datetime, *, shown: int, progress: Progress = tell_nobody
) -> Preview:
    """Read all records, and make the entries of the newest, at most `shown`."""
    collection = collect(config, now, progress=progress)
    choices = choose(config, collection.versions, collection.names, latest=collection.latest)
    every = next(choice for choice in choices if choice.slug == ALL)
    newest = every.candidates[:shown]
    maker = EntryMaker(config, collection.names, make_measurer(config, now))
    entries = EntryStore(maker, [newest]).take(newest)
    articles = [c for c in collection.versions if c.status in SHOWN]
    numbers = Counter(
        slug for candidate in articles for slug in collection.names.slugs_of(candidate.sections)
    )
    return Preview(
        records=collection.records,
        rejected=collection.rejected,
        left_out=sum(candidate.status == "left out" for candidate in collection.versions),
        withheld=len(collection.withheld),
        articles=len(articles),
        sections=[
            (slug, collection.names.name_of(slug), number)
            for slug, number in sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
        ],
        entries=entries,
        problems=sort_problems(collection.problems),
        notes=collection.notes.list(),
    )
