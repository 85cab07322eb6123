"""The command line: parse, call, print, exit. What a command needs it imports itself."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Literal, NoReturn, TypeVar

import click

from feedpub import __version__

if TYPE_CHECKING:
    from feedpub.lint import Finding
    from feedpub.model import Report
    from feedpub.settings import Config

Command = TypeVar("Command", bound=Callable[..., object])

PROBLEMS, USAGE, FAILURE = 1, 2, 3
DEFAULT_CONFIG = "feedpub.toml"


class Options:
    """The common options, wherever on the line they stand."""

    def __init__(self) -> None:
        self.config = DEFAULT_CONFIG
        self.verbose = False
        self.quiet = False


class Commands(click.Group):
    """A group that turns what goes wrong into a message and an exit code."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with all that they do, where Click would cut it to a line."""
        with formatter.section("Commands"):
            formatter.write_dl(
                [
                    (name, self.commands[name].get_short_help_str(limit=200))
                    for name in self.list_commands(ctx)
                ]
            )

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; no traceback ever reaches a user."""
        from feedpub.errors import ConfigError, FeedpubError

        try:
            return super().invoke(ctx)
        except ConfigError as error:
            _fail(error.messages, USAGE)
        except FeedpubError as error:
            _fail([str(error)], FAILURE)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except OSError as error:
            _fail([f"{error.filename or 'feedpub'}: {error.strerror or error}"], FAILURE)
        except Exception as error:
            import logging

            logging.getLogger("feedpub").debug("where it failed", exc_info=True)
            _fail(
                [f"feedpub failed: {type(error).__name__}: {error}; -v shows where, please report"],
                FAILURE,
            )


def common_options(command: Command) -> Command:
    """Give a command the options that all have; the last of the line wins."""

    def remember(name: str) -> Callable[[click.Context, click.Parameter, object], None]:
        def callback(ctx: click.Context, _: click.Parameter, value: object) -> None:
            options = ctx.ensure_object(Options)
            if value:
                setattr(options, name, value)

        return callback

    for option in (
        click.option(
            "-q",
            "--quiet",
            is_flag=True,
            expose_value=False,
            callback=remember("quiet"),
            help="Print problems alone.",
        ),
        click.option(
            "-v",
            "--verbose",
            is_flag=True,
            expose_value=False,
            callback=remember("verbose"),
            help="Log what is done, to standard error.",
        ),
        click.option(
            "-c",
            "--config",
            metavar="FILE",
            expose_value=False,
            callback=remember("config"),
            help=f"The configuration; {DEFAULT_CONFIG} in the working directory if not given.",
        ),
    ):
        command = option(command)
    return command


report_option = click.option(
    "--report",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="How problems and results are printed.",
)


no_wait_option = click.option(
    "--no-wait", is_flag=True, help="Exit 3 where another build or publish is at work."
)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="feedpub")
@common_options
def cli() -> None:
    """Turn article records into RSS and Atom feeds, one of each for every section."""


@cli.command()
@click.argument("path", default="sources", type=click.Path(path_type=Path))
@click.option("--link", metavar="URL", help="The site's home page.")
@click.option(
    "--title", metavar="TEXT", help="What subscribers see; the home page's host if not given."
)
@click.option("--timezone", metavar="ZONE", help="IANA zone of times that name none.")
@common_options
@click.pass_obj
def init(
    options: Options, path: Path, link: str | None, title: str | None, timezone: str | None
) -> None:
    """Look at the records at PATH and write a feedpub.toml for them."""
    from feedpub.config import find_host_zone, look_at, write_starter
    from feedpub.errors import ConfigError
    from feedpub.timestamps import load_zone

    now = _read_clock()
    target = Path(options.config)
    if target.exists():
        raise ConfigError(f"{target}: exists already; it is left as it is")
    zone = timezone or find_host_zone() or "UTC"
    try:
        load_zone(zone)
    except KeyError as error:
        raise ConfigError(f'--timezone "{zone}" is no IANA zone, like "Asia/Shanghai"') from error
    findings = look_at(path, target, now)
    write_starter(path, target, findings, link=link, title=title, zone=zone, now=now)
    if options.quiet:
        return
    from feedpub.text import count

    _print(
        f"{target}: written for {count(findings.records, 'record')} "
        f"in {count(len(findings.sections), 'section')}"
    )
    if timezone is None:
        _print_error(
            f'timezone = "{zone}" was taken from this computer: '
            "check that it is your newsroom's, or times without a zone will be wrong"
        )
    if not findings.records:
        _print_error(f"{path}: holds no record yet; without one, no feed is written")
    _print("next: feedpub build")


@cli.command()
@click.option("-o", "--output", metavar="DIR", help="Write here instead of to the site's output.")
@click.option("--strict", is_flag=True, help="Any problem at all writes nothing and exits 1.")
@click.option("--max-rejected", metavar="N", help="Rejected records to let pass; also a share: 1%.")
@click.option("--accept-loss", is_flag=True, help="Go ahead where subscribers lose entries.")
@no_wait_option
@click.option("-j", "--jobs", type=click.IntRange(1, 1), default=1, help="Processes; 1 so far.")
@report_option
@common_options
@click.pass_obj
def build(
    options: Options,
    output: str | None,
    strict: bool,
    max_rejected: str | None,
    accept_loss: bool,
    no_wait: bool,
    jobs: int,
    form: Literal["text", "json", "github"],
) -> None:
    """Read the sources and write the feeds."""
    config = _load(options, output=output)
    limit = _read_limit(config, max_rejected)
    from feedpub.pipeline import build as build_feeds

    with _show_progress(options, "asking for images") as progress:
        report = build_feeds(
            config,
            _read_clock(),
            strict=strict,
            accept_loss=accept_loss,
            waits=not no_wait,
            progress=progress,
        )
    refused = _print_report(report, config, form, options, built=True, strict=strict)
    sys.exit(PROBLEMS if refused or _has_failed(report, limit, strict) else 0)


@cli.command()
@click.option("--strict", is_flag=True, help="Exit 1 on warnings too.")
@click.option("--max-rejected", metavar="N", help="Rejected records to let pass; also a share: 1%.")
@report_option
@common_options
@click.pass_obj
def check(
    options: Options,
    strict: bool,
    max_rejected: str | None,
    form: Literal["text", "json", "github"],
) -> None:
    """Read every record wholly and report every problem; write nothing."""
    config = _load(options)
    limit = _read_limit(config, max_rejected)
    from feedpub.pipeline import check as check_records

    report = check_records(config, _read_clock())
    _print_report(report, config, form, options, built=False, strict=strict)
    sys.exit(PROBLEMS if _has_failed(report, limit, strict) else 0)


@cli.command()
@click.option("-o", "--output", metavar="DIR", help="Compare with this folder instead.")
@report_option
@common_options
@click.pass_obj
def diff(options: Options, output: str | None, form: Literal["text", "json", "github"]) -> None:
    """Say what a build would change; write nothing, and exit 1 if anything would."""
    config = _load(options, output=output)
    from feedpub.commands.reporting import format_changes
    from feedpub.pipeline import diff as compare

    report, changes = compare(config, _read_clock())
    if form == "text" and not options.quiet:
        for line in format_changes(changes, report):
            _print(line)
    _print_report(report, config, form, options, built=False, strict=False)
    sys.exit(PROBLEMS if report.written or report.removed or _lost(report) else 0)


@cli.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--text", "as_text", is_flag=True, help="PATH holds bare timestamps, one a line.")
@common_options
@click.pass_obj
def explain(options: Options, paths: tuple[str, ...], as_json: bool, as_text: bool) -> None:
    """Show how each record at PATH was read and what decided each field; - is standard input."""
    config = _load(options)
    from feedpub.commands import explaining
    from feedpub.commands.explaining import format_explanation, format_explanation_json

    now = _read_clock()
    rejected = False
    for path in paths:
        explained = (
            explaining.explain_texts(config, path)
            if as_text
            else explaining.explain_path(config, path, now)
        )
        for explanation in explained:
            rejected = rejected or explanation.result == "rejected"
            if as_json:
                _print(format_explanation_json(explanation))
            else:
                for line in format_explanation(explanation):
                    _print(line)
    sys.exit(PROBLEMS if rejected else 0)


@cli.command()
@click.option("--media", is_flag=True, help="Remove media that no feed names.")
@click.option(
    "--older-than",
    metavar="AGE",
    default="180d",
    show_default=True,
    help="Keep what is younger: days (180d) or hours (12h).",
)
@common_options
@click.pass_obj
def clean(options: Options, media: bool, older_than: str) -> None:
    """Remove what nothing needs any more; readers may keep pages that point at media."""
    age = _read_age(older_than)
    if not media:
        raise click.UsageError("nothing to clean; pass --media")
    config = _load(options)
    from feedpub.pipeline import clean_media
    from feedpub.text import count

    removed = clean_media(config, _read_clock(), age)
    if not options.quiet:
        for path in removed:
            _print(f"- {path}")
        _print(f"{count(len(removed), 'file')} removed")


@cli.command()
@click.option(
    "--html",
    "as_html",
    is_flag=True,
    help="The tags and subscribe buttons for one's own templates.",
)
@common_options
@click.pass_obj
def sections(options: Options, as_html: bool) -> None:
    """List the sections: slug, name, entries, the newest and its age, feed files."""
    config = _load(options)
    now = _read_clock()
    from feedpub.commands.listing import format_html, format_sections
    from feedpub.pipeline import find_stale, list_sections

    choices = list_sections(config, now)
    for line in format_html(config, choices) if as_html else format_sections(config, choices, now):
        _print(line)
    for problem in find_stale(config, choices, now):
        _print_error(str(problem), color="yellow")


@cli.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port to listen on; 0 takes any that is free.",
)
@common_options
@click.pass_obj
def serve(options: Options, port: int) -> None:
    """Preview the output folder in a browser on this computer; Ctrl-C ends it."""
    config = _load(options)
    from feedpub.commands.preview import open_preview

    server = open_preview(config.output, port)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # its end here, and no failure
    with suppress(KeyboardInterrupt):
        click.echo(f"http://{server.host}:{server.port}/")
        server.serve_forever()


@cli.command()
@click.argument("target")
@click.option("--prune", is_flag=True, help="Remove what was published and is no longer built.")
@click.option("--prune-media", is_flag=True, help="Remove such media too; pages may point at them.")
@click.option("--dry-run", is_flag=True, help="Show what would be done; do nothing.")
@click.option("--no-ping", is_flag=True, help="Tell the hub nothing.")
@no_wait_option
@click.option(
    "--report",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How the result is printed.",
)
@common_options
@click.pass_obj
def publish(
    options: Options,
    target: str,
    prune: bool,
    prune_media: bool,
    dry_run: bool,
    no_ping: bool,
    no_wait: bool,
    form: Literal["text", "json"],
) -> None:
    """Put the output on TARGET: a folder, or a URL like s3://bucket/feeds."""
    config = _load(options)
    from feedpub.commands import reporting
    from feedpub.publish import publish as publish_output

    with _show_progress(options, "publishing") as progress:
        report = publish_output(
            config,
            target,
            prune=prune,
            prune_media=prune_media,
            dry_run=dry_run,
            pings=not no_ping,
            waits=not no_wait,
            progress=progress,
        )
    if form == "json":
        click.echo(reporting.format_json(report))
        return
    _print_problems(report)
    if not options.quiet:
        for line in reporting.format_published(report, would=dry_run):
            _print(line)


@cli.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@report_option
@common_options
@click.pass_obj
def lint(options: Options, paths: tuple[str, ...], form: Literal["text", "json", "github"]) -> None:
    """Check the feed files at PATH, anyone's; a folder stands for those in it, - for stdin."""
    now = _read_clock()
    from feedpub.commands.feed_files import find_feed_files, read_feed_file
    from feedpub.lint import MOST_BYTES, lint_feed

    found: list[tuple[str, Finding]] = []
    unread = files = 0
    for path in (file for given in paths for file in find_feed_files(given)):
        try:
            content = read_feed_file(path, most=MOST_BYTES)
        except OSError as error:
            _print_error(f"{path}: cannot be read: {error.strerror or error}")
            unread += 1
            continue
        files += 1
        found += ((path, finding) for finding in lint_feed(content, now=now))
    _print_findings(found, files, form, options)
    failed = any(finding.severity == "error" for _, finding in found)
    sys.exit(FAILURE if unread else PROBLEMS if failed else 0)


def main() -> NoReturn:
    """Run the command line."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a title may be in no host's encoding
    cli(prog_name="feedpub")
    sys.exit(0)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    """Exit as a shell would say it, once what is half done is taken away; a second signal kills."""
    for other in (signal.SIGINT, signal.SIGTERM):
        signal.signal(other, signal.SIG_DFL)
    sys.exit(128 + number)


def _load(options: Options, output: str | None = None) -> Config:
    """Load the configuration; an output of the command line is relative to the working folder."""
    import logging

    if options.verbose:
        logging.basicConfig(format="%(name)s: %(message)s", stream=sys.stderr)
        logging.getLogger("feedpub").setLevel(logging.DEBUG)
    from feedpub.config import load_config, redirect

    config = load_config(options.config)
    return config if output is None else redirect(config, Path(output).absolute())


def _read_clock() -> datetime:
    """Read the clock once; SOURCE_DATE_EPOCH stands in for it where it is set."""
    from feedpub.errors import ConfigError

    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ConfigError(f'SOURCE_DATE_EPOCH: "{epoch}" is no number of seconds') from error


def _read_age(text: str) -> timedelta:
    from feedpub.text import parse_age

    try:
        return parse_age(text)
    except ValueError as error:
        raise click.UsageError(f"--older-than: {error}") from error


@contextmanager
def _show_progress(options: Options, doing: str) -> Iterator[Callable[[int, int], None] | None]:
    """Show how much of what is being done is done, on a terminal alone."""
    if options.quiet or not sys.stderr.isatty():
        yield None
        return

    def show(done: int, total: int) -> None:
        click.echo(f"\r\x1b[K{doing}: {done} of {total}", err=True, nl=False)

    try:
        yield show
    finally:
        click.echo("\r\x1b[K", err=True, nl=False)


def _read_limit(config: Config, given: str | None) -> int | str:
    from feedpub.config import parse_max_rejected

    try:
        return parse_max_rejected(config.site.max_rejected if given is None else given)
    except ValueError as error:
        raise click.UsageError(f"--max-rejected: {error}") from error


def _has_failed(report: Report, limit: int | str, strict: bool) -> bool:
    from feedpub.pipeline import exceeds

    return exceeds(report, limit) or (strict and bool(report.problems))


def _lost(report: Report) -> bool:
    from feedpub.pipeline import is_refused

    return is_refused(report)


def _print_report(
    report: Report,
    config: Config,
    form: Literal["text", "json", "github"],
    options: Options,
    *,
    built: bool,
    strict: bool,
) -> bool:
    """Print a report; say whether a build was kept from writing."""
    from feedpub.commands import reporting

    refused = built and (_lost(report) or (strict and bool(report.problems)))
    if not options.quiet:
        for note in report.notes:
            _print_error(f"note: {note}")
    if form == "json":
        click.echo(reporting.format_json(report))
        return refused
    if form == "github":
        workspace = os.environ.get("GITHUB_WORKSPACE")
        for line in reporting.format_annotations(report, config.folder, workspace):
            click.echo(line)
        summary = os.environ.get("GITHUB_STEP_SUMMARY")
        if summary:
            with open(summary, "a", encoding="utf-8") as stream:
                stream.write(reporting.format_step_summary(report))
        outputs = os.environ.get("GITHUB_OUTPUT")
        if outputs:
            with open(outputs, "a", encoding="utf-8") as stream:
                stream.write(f"written={len(report.written)}\nrejected={report.rejected}\n")
        return refused
    _print_problems(report)
    if not options.quiet:
        for line in reporting.format_withheld(report):
            _print(line)
        _print(reporting.format_summary(report, tense="did" if built else "would"))
        if refused:
            _print_error("nothing was written")
    return refused


def _print_problems(report: Report) -> None:
    for problem in report.problems:
        _print_error(str(problem), color="red" if problem.severity == "error" else "yellow")


def _print_findings(
    found: list[tuple[str, Finding]],
    files: int,
    form: Literal["text", "json", "github"],
    options: Options,
) -> None:
    from feedpub.commands import reporting

    if form == "text":
        for path, finding in found:
            color = "red" if finding.severity == "error" else "yellow"
            _print_error(reporting.format_finding(path, finding), color=color)
            if finding.excerpt:
                _print_error(f"    {finding.excerpt}")
        if not options.quiet:
            _print(reporting.format_lint_summary(found, files))
        return
    report = reporting.report_findings(found)
    if form == "json":
        click.echo(reporting.format_json(report))
        return
    for line in reporting.format_annotations(report, Path(), os.environ.get("GITHUB_WORKSPACE")):
        click.echo(line)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        with open(summary, "a", encoding="utf-8") as stream:
            stream.write(reporting.format_lint_step_summary(found, files))


def _print(line: str) -> None:
    from feedpub.commands.reporting import escape_controls

    click.echo(escape_controls(line))


def _print_error(line: str, color: str | None = None) -> None:
    from feedpub.commands.reporting import escape_controls

    text = escape_controls(line)
    if color is not None and not os.environ.get("NO_COLOR"):
        text = click.style(text, fg=color)
    click.echo(text, err=True)


def _fail(messages: Iterable[str], code: int) -> NoReturn:
    for message in messages:
        _print_error(message)
    sys.exit(code)
