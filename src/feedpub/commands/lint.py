"""`feedpub lint`: check feed files from any publisher."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from feedpub import compile_late
from feedpub.commands.console import (
    FAILURE,
    Options,
    ReportForm,
    common_options,
    exit_with,
    print_annotations,
    print_error,
    print_json,
    print_line,
    read_clock,
    report_option,
)
from feedpub.commands.progress import show_progress
from feedpub.files import read_regular

if TYPE_CHECKING:
    from feedpub.lint import Finding
    from feedpub.output import DeadLink

STDIN = "-"
_SUFFIXES = frozenset({".rss", ".atom", ".rdf", ".xml", ".json"})
# These lie beside feeds, but are none.
_OTHER = compile_late(r"manifest\.json|package\.json|sitemap(-news|-\d+)?\.xml")


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@report_option("text", "json", "github")
@common_options
@click.pass_obj
def lint(options: Options, paths: tuple[str, ...], form: ReportForm) -> None:
    """Check the feed files at PATH, from any publisher.

    A folder stands for the feed files in it, and - for standard input.
    """
    from feedpub.lint import MOST_BYTES, lint_feed
    from feedpub.output import find_dead_links

    now = read_clock()
    output = _find_output(options)
    found: list[tuple[str, Finding]] = []
    dead: dict[str, list[tuple[str, DeadLink]]] = {}
    unread: list[str] = []
    files = [file for given in paths for file in find_feed_files(given)]
    with show_progress(options) as progress:
        for number, path in enumerate(files, 1):
            try:
                content = read_feed_file(path, most=MOST_BYTES)
            except OSError as error:
                unread.append(f"{path}: cannot be read: {error.strerror or error}")
                continue
            found += ((path, finding) for finding in lint_feed(content, now=now))
            if output is not None and output.holds(path):
                for link in find_dead_links(content, output.folder, output.url):
                    dead.setdefault(link.path, []).append((path, link))
            progress("checking feeds", number, len(files))
    found += _tell_dead_links(dead)
    for message in unread:
        print_error(message)
    print_findings(found, len(files) - len(unread), form, options)
    if unread:
        sys.exit(FAILURE)
    exit_with(any(finding.severity == "error" for _, finding in found))


class _Output(NamedTuple):
    """The output folder of the site whose feeds are checked, and the URL that it is served at."""

    folder: Path
    url: str

    def holds(self, path: str) -> bool:
        """Say whether a file lies in the folder."""
        return path != STDIN and Path(path).resolve().is_relative_to(self.folder)


def _find_output(options: Options) -> _Output | None:
    """Find the output folder that the configuration names, if there is one here."""
    from feedpub.errors import ConfigError

    if not os.path.isfile(options.config):
        return None
    try:
        config = options.load_config()
    except ConfigError as error:
        if not options.quiet:
            reason = str(error).partition("\n")[0]
            print_error(f"note: links to the output folder are not checked: {reason}")
        return None
    return _Output(config.output.resolve(), config.site.feeds)


def _tell_dead_links(
    dead: Mapping[str, Sequence[tuple[str, DeadLink]]],
) -> Iterator[tuple[str, Finding]]:
    """Yield a finding for each file that is not there, at the first feed that links to it."""
    from feedpub.lint import Finding

    for found in dead.values():
        path, first = found[0]
        links = sum(link.links for _, link in found)
        message = first._replace(links=links, feeds=len(found)).message
        yield path, Finding("dead-link", "warning", first.line, message)


def find_feed_files(path: str) -> Iterator[str]:
    """Yield the feed files that a path names: itself, or those in its folder, sorted.

    Raises:
        ConfigError: The folder holds no feed file.
    """
    if path == STDIN or not os.path.isdir(path):
        yield path
        return
    found = sorted(
        file
        for file in Path(path).rglob("*")
        if file.suffix.lower() in _SUFFIXES
        and not _OTHER.fullmatch(file.name)
        and not any(part.startswith(".") for part in file.relative_to(path).parts)
        and stat.S_ISREG(file.lstat().st_mode)
    )
    if not found:
        from feedpub.errors import ConfigError

        raise ConfigError(f"{path}: contains no feed files ({', '.join(sorted(_SUFFIXES))})")
    yield from map(str, found)


def read_feed_file(path: str, *, most: int) -> bytes:
    """Read a file, or standard input for `-`, up to one byte more than `most`.

    Raises:
        OSError: It cannot be read.
    """
    if path == STDIN:
        return sys.stdin.buffer.read(most + 1)
    return read_regular(path, most + 1)


def print_findings(
    found: list[tuple[str, Finding]], files: int, form: ReportForm, options: Options
) -> None:
    """Print findings and their summary."""
    from feedpub.commands import reporting

    if form == "json":
        print_json(reporting.report_findings(found))
    elif form == "github":
        summary = reporting.format_lint_step_summary(found, files)
        print_annotations(reporting.report_findings(found), Path(), summary)
    else:
        for path, finding in found:
            print_error(reporting.format_finding(path, finding), finding.severity)
            if finding.excerpt:
                print_error(f"    {finding.excerpt}")
        if not options.quiet:
            print_line(reporting.format_lint_summary(found, files))
