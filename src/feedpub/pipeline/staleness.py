"""Which sections have gone silent: a source that stopped delivering is seen before readers ask."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from feedpub.articles import Choice
from feedpub.errors import Problem, Where
from feedpub.settings import ALL, NEVER, Config
from feedpub.text import format_age, parse_age


def find_stale(config: Config, choices: Iterable[Choice], now: datetime | None) -> list[Problem]:
    """Warn of each section whose newest entry is older than its `stale_after`.

    The feed of all has only a setting of its own: the site's would tell everything twice.
    Without a clock nothing is old.
    """
    problems = []
    for choice in choices:
        usual = None if choice.slug == ALL else config.site.stale_after
        limit = choice.settings.stale_after or usual
        if now is None or limit is None or limit == NEVER:
            continue
        newest = max((candidate.updated for candidate in choice.candidates), default=None)
        if newest is None:
            found = "it has no entry"
        elif (age := now - datetime.fromtimestamp(newest, UTC)) > parse_age(limit):
            found = f"its newest entry is of {format_age(age)}"
        else:
            continue
        message = f'has gone silent: {found}, and stale_after = "{limit}"'
        where = Where(config.path.name)
        field = f"section.{choice.slug}"
        problems.append(Problem("warning", where, field, choice.name, "stale", message))
    return problems
