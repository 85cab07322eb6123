"""Warnings of sections without new entries, so that a dead source is noticed early."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from feedpub.articles import Choice, find_newest
from feedpub.errors import STALE, Problem, Where
from feedpub.model import ALWAYS
from feedpub.pipeline.collecting import AHEAD
from feedpub.settings import ALL, NEVER, Config
from feedpub.text import format_age, parse_age


def find_stale(config: Config, choices: Iterable[Choice], now: datetime | None) -> list[Problem]:
    """Warn of each section whose newest entry is older than its `stale_after`.

    The setting of the site does not apply to the feed of all articles, which would repeat every
    warning. Without a clock, nothing is stale.
    """
    problems = []
    for choice in choices:
        limit = _find_limit(config, choice)
        if now is None or limit is None:
            continue
        newest = _find_newest(choice, now)
        if not choice.candidates:
            found = "it has no entries"
        elif (age := now - datetime.fromtimestamp(newest, UTC)) > parse_age(limit):
            found = f"its newest entry is from {format_age(age)}"
        else:
            continue
        message = f'is stale: {found}, and stale_after is "{limit}"'
        where = Where(config.path.name)
        field = f"section.{choice.slug}"
        problems.append(Problem("warning", where, field, choice.name, STALE, message))
    return problems


def find_next_staleness(config: Config, choices: Iterable[Choice], now: datetime) -> int:
    """Find when the next section becomes stale, if none is, in seconds since 1970."""
    return min(
        (
            _find_newest(choice, now) + int(parse_age(limit).total_seconds())
            for choice in choices
            if (limit := _find_limit(config, choice)) is not None
        ),
        default=ALWAYS,
    )


def _find_newest(choice: Choice, now: datetime) -> int:
    return find_newest(choice.candidates, latest=int((now + AHEAD).timestamp()))


def _find_limit(config: Config, choice: Choice) -> str | None:
    usual = None if choice.slug == ALL else config.site.stale_after
    limit = choice.settings.stale_after or usual
    return None if limit == NEVER else limit
