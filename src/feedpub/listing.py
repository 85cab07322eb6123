"""The sections as a table, and as the tags that let browsers and readers find the feeds."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import datetime

from feedpub.formats import FORMATS
from feedpub.reporting import format_age, format_table
from feedpub.sections import Choice, title_of
from feedpub.settings import Config
from feedpub.zones import load_zone


def format_sections(config: Config, choices: Sequence[Choice], now: datetime) -> list[str]:
    """List the sections in a table."""
    zone = load_zone(config.site.timezone)
    rows = [("slug", "name", "entries", "newest", "age", "files")]
    for choice in choices:
        newest = max((candidate.updated for candidate in choice.candidates), default=None)
        moment = None if newest is None else datetime.fromtimestamp(newest, zone)
        rows.append(
            (
                choice.slug,
                choice.name,
                str(len(choice.candidates)),
                "" if moment is None else moment.isoformat(),
                "" if moment is None else format_age(now - moment),
                " ".join(_list_files(config, choice)),
            )
        )
    return format_table(rows)


def _list_files(config: Config, choice: Choice) -> list[str]:
    own = [f"{choice.slug}.{FORMATS[name].suffix}" for name in config.site.formats]
    return [*own, *choice.settings.aliases]


def format_link_tags(config: Config, choices: Sequence[Choice]) -> list[str]:
    """Write a `link rel="alternate"` for every feed."""
    lines = []
    for choice in choices:
        title = title_of(config.site, choice)
        for name in config.site.formats:
            form = FORMATS[name]
            url = f"{config.site.feeds}{choice.slug}.{form.suffix}"
            lines.append(
                f'<link rel="alternate" type="{form.type}" '
                f'title="{html.escape(title)} ({form.label})" href="{html.escape(url)}">'
            )
    return lines
