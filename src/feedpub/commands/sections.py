"""`feedpub sections`: a table of the sections, or tags and subscribe buttons in HTML."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from feedpub import feeds, pipeline, text, timestamps
from feedpub.commands.console import Options, common_options, print_error, print_line, read_clock
from feedpub.commands.progress import show_progress

if TYPE_CHECKING:
    from feedpub.articles import Choice
    from feedpub.model import FeedFile
    from feedpub.settings import Config

_SUBSCRIBE = {"zh": "订阅"}
# White on this brown-orange has a contrast of 5.2 to 1; WCAG asks for 4.5.
_BUTTON = (
    "display:inline-flex;align-items:center;gap:.5em;padding:.6em 1em;border-radius:.4em;"
    "background:#c2410c;color:#fff;font:600 1em/1.2 sans-serif;text-decoration:none"
)
_ICON = (
    '<svg aria-hidden="true" width="1em" height="1em" viewBox="0 0 16 16" fill="none" '
    'stroke="currentColor" stroke-width="2.4"><path d="M2 8a6 6 0 0 1 6 6M2 2a12 12 0 0 1 12 12"/>'
    '<circle cx="3" cy="13" r="1.6" fill="currentColor" stroke="none"/></svg>'
)


@click.command()
@click.option(
    "--html",
    "as_html",
    is_flag=True,
    help="Print link tags and subscribe buttons for your own templates.",
)
@common_options
@click.pass_obj
def sections(options: Options, as_html: bool) -> None:
    """List the sections: slug, name, entries, newest entry and its age, feed files."""
    config = options.load_config()
    now = read_clock()
    with show_progress(options) as progress:
        choices = pipeline.list_sections(config, now, progress=progress)
    for line in format_html(config, choices) if as_html else format_sections(config, choices, now):
        print_line(line)
    for problem in pipeline.find_stale(config, choices, now):
        print_error(str(problem), problem.severity)


def format_sections(config: Config, choices: Sequence[Choice], now: datetime) -> list[str]:
    """List the sections in a table."""
    from feedpub.commands.reporting import format_table

    zone = timestamps.load_zone(config.site.timezone)
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
                "" if moment is None else text.format_age(now - moment),
                " ".join(_list_names(config, choice)),
            )
        )
    return format_table(rows)


def format_html(config: Config, choices: Sequence[Choice]) -> list[str]:
    """Write a `link rel="alternate"` for each feed, then a button for each section."""
    lines = []
    for choice in choices:
        title = html.escape(feeds.title_of(config.site, choice))
        lines += [
            f'<link rel="alternate" type="{file.type}" '
            f'title="{title} ({file.label})" href="{html.escape(file.url)}">'
            for file in _list_feeds(config, choice)
        ]
    return [*lines, "", *(_make_button(config, choice) for choice in choices)]


def _list_names(config: Config, choice: Choice) -> list[str]:
    formats = config.site.formats
    suffixes = [
        feeds.SUFFIX if name == "html" else feeds.FORMATS[name].suffix
        for name in formats
        if name != "news-sitemap"
    ]
    return [*(f"{choice.slug}.{suffix}" for suffix in suffixes), *choice.settings.aliases]


def _list_feeds(config: Config, choice: Choice) -> tuple[FeedFile, ...]:
    return feeds.list_files(config.site.feed_formats, base=config.site.feeds, slug=choice.slug)


def _make_button(config: Config, choice: Choice) -> str:
    """Make a link that looks like a button, without script or style sheet."""
    file = _list_feeds(config, choice)[0]
    language = choice.settings.language or config.site.language
    word = _SUBSCRIBE.get(language.partition("-")[0].lower(), "Subscribe")
    return (
        f'<a href="{html.escape(file.url)}" type="{file.type}" style="{_BUTTON}">'
        f"{_ICON}{word}: {html.escape(feeds.title_of(config.site, choice))}</a>"
    )
