"""`feedpub init`: look at what there is, say what it is, and write a configuration for it."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from feedpub.commands.console import (
    Options,
    common_options,
    exit_with,
    print_error,
    print_line,
    read_clock,
)
from feedpub.commands.progress import show_progress

if TYPE_CHECKING:
    from feedpub.config import Starter, Survey
    from feedpub.model import Entry
    from feedpub.pipeline import Preview

_SHOWN_ENTRIES = 5
_SHOWN_PROBLEMS = 5
_WIDTH = 34  # characters of a cell


@click.command()
@click.argument("path", default="sources", type=click.Path(path_type=Path))
@click.option("--link", metavar="URL", help="The site's home page.")
@click.option(
    "--title", metavar="TEXT", help="What subscribers see; the home page's host if not given."
)
@click.option("--timezone", metavar="ZONE", help="IANA zone of times that name none.")
@click.option("--system", metavar="NAME", help="What wrote PATH, such as hugo; found if not given.")
@click.option("--force", is_flag=True, help="Replace a configuration that exists.")
@click.option("--dry-run", is_flag=True, help="Print the configuration and do not write it.")
@common_options
@click.pass_obj
def init(
    options: Options,
    path: Path,
    link: str | None,
    title: str | None,
    timezone: str | None,
    system: str | None,
    force: bool,
    dry_run: bool,
) -> None:
    """Look at what lies at PATH and write a feedpub.toml for it."""
    from feedpub.config import make_starter, survey_source, write_starter
    from feedpub.errors import ConfigError
    from feedpub.pipeline import preview

    now = read_clock()
    target = Path(options.config)
    if target.exists() and not (force or dry_run):
        raise ConfigError(f"{target}: exists already. To replace it, pass --force.")
    survey = survey_source(path, target, system=system)
    zone, whence = _find_zone(timezone, survey)
    if sys.stdin.isatty() and not options.quiet:
        link, title, zone = _ask(survey, link, title, zone, is_sure=timezone is not None)
    starter = make_starter(survey, target, link=link, title=title, zone=zone, now=now)
    with show_progress(options) as progress:
        found = preview(starter.config, now, shown=_SHOWN_ENTRIES, progress=progress)
    text = write_starter(starter, target, found.sections, writes=not dry_run)
    if dry_run:
        click.echo(text, nl=False)
    elif not options.quiet:
        _tell(survey, found, starter, target, whence)
    if not found.articles:
        _tell_failure(found, path)
    exit_with(not found.articles)


def _find_zone(option: str | None, survey: Survey) -> tuple[str, str | None]:
    """Find the zone of times that name none; say whence where nobody said so."""
    from feedpub.config import find_host_zone
    from feedpub.errors import ConfigError
    from feedpub.timestamps import load_zone

    proposed = next((str(s.value) for s in survey.site if s.key == "timezone"), None)
    zone = option or proposed or find_host_zone() or "UTC"
    try:
        load_zone(zone)
    except KeyError as error:
        message = f'--timezone "{zone}" is not an IANA zone, such as "Asia/Shanghai"'
        raise ConfigError(message) from error
    return zone, None if option or proposed else "this computer"


def _ask(
    survey: Survey, link: str | None, title: str | None, zone: str, *, is_sure: bool
) -> tuple[str, str | None, str]:
    """Ask for what was not given, with what was found as the proposal."""
    proposed = {setting.key: str(setting.value) for setting in survey.site}
    if link is None:
        link = click.prompt("Home page", default=proposed.get("link") or survey.home)
    if title is None:
        title = click.prompt("Title", default=proposed.get("title") or "")
    if not is_sure:
        zone = click.prompt("Zone of times that name none", default=zone)
    return link, title or None, zone


def _tell(
    survey: Survey, found: Preview, starter: Starter, target: Path, whence: str | None
) -> None:
    """Say what was found and what its first entries will look like."""
    from feedpub.commands.reporting import format_table
    from feedpub.text import count

    kind = survey.found or "records under usual names"
    facts = [count(found.articles, "article")]
    facts += [f"{found.left_out} not to be published"] * bool(found.left_out)
    facts += [f"{found.withheld} not due yet"] * bool(found.withheld)
    facts += [f"{found.rejected} at fault"] * bool(found.rejected)
    print_line(f"Found {kind}: {', '.join(facts)}, in {count(len(found.sections), 'section')}.")
    if found.entries:
        rows: list[tuple[str, ...]] = [("title", "section", "time", "link", "image")]
        rows += [_describe(entry, starter.config.site.feeds) for entry in found.entries]
        print_line("")
        for line in format_table(rows):
            print_line(line)
        print_line("")
    for note in found.notes:
        print_error(f"note: {note}")
    if whence is not None:
        print_error(
            f'timezone = "{starter.config.site.timezone}" is the zone of {whence}. Check that it '
            "is your newsroom's, or times that name no zone will be wrong."
        )
    if found.articles:
        print_line(f"Wrote {target}. Next: feedpub check, then feedpub build")


def _describe(entry: Entry, feeds: str) -> tuple[str, ...]:
    image = entry.images[0].url if entry.images else "-"
    link = "its own page" if entry.link.startswith(feeds) else entry.link
    section = entry.categories[0] if entry.categories else "-"
    cells = (entry.title, section, f"{entry.first:%Y-%m-%d %H:%M}", link, image.rpartition("/")[2])
    return tuple(cell if len(cell) <= _WIDTH else cell[: _WIDTH - 1] + "…" for cell in cells)


def _tell_failure(found: Preview, path: Path) -> None:
    """Say why nothing can be published, and what to do."""
    from feedpub.text import count

    if not found.records:
        print_error(
            f"{path}: holds no record that feedpub can read. Without one, no feed is written."
        )
        for note in found.notes:
            print_error(f"note: {note}")
        return
    print_error(f"None of {count(found.records, 'record')} can be published:")
    errors = [problem for problem in found.problems if problem.severity == "error"]
    kinds = Counter((problem.field, problem.kind) for problem in errors)
    for field_kind, number in kinds.most_common(_SHOWN_PROBLEMS):
        example = next(p for p in errors if (p.field, p.kind) == field_kind)
        more = f" (and {number - 1:,} more like it)" if number > 1 else ""
        print_error(f"{example}{more}", "error")
