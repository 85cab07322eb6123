"""What the commands share: common options, printing and exit codes."""

from __future__ import annotations

import logging
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NoReturn, TypeVar

import click

from feedpub import compile_late
from feedpub.text import mask_secrets, read_number

if TYPE_CHECKING:
    from feedpub.errors import Severity
    from feedpub.model import Report
    from feedpub.settings import Config

Command = TypeVar("Command", bound=Callable[..., object])
ReportForm = Literal["text", "json", "github"]

PROBLEMS, USAGE, FAILURE = 1, 2, 3
DEFAULT_CONFIG = "feedpub.toml"

# What could drive a terminal or turn its text around: controls, bidi overrides, surrogates.
_UNPRINTABLE = compile_late(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


class Options:
    """The common options, wherever they stand on the command line."""

    def __init__(self) -> None:
        self.config = DEFAULT_CONFIG
        self.verbose = False
        self.quiet = False

    def load_config(self, output: str | None = None) -> Config:
        """Load the configuration; `output` is relative to the working directory."""
        from feedpub.config import load_config, redirect

        config = load_config(self.config)
        return config if output is None else redirect(config, Path(output).absolute())


def common_options(command: Command) -> Command:
    """Give a command the options that all commands have; the last one given wins."""
    for option in (
        click.option(
            "-q",
            "--quiet",
            is_flag=True,
            expose_value=False,
            callback=_remember,
            help="Print only problems.",
        ),
        click.option(
            "-v",
            "--verbose",
            is_flag=True,
            expose_value=False,
            callback=_remember,
            help="Log each step to standard error.",
        ),
        click.option(
            "-c",
            "--config",
            metavar="FILE",
            expose_value=False,
            callback=_remember,
            help=f"Configuration file (default: {DEFAULT_CONFIG} in the working directory).",
        ),
    ):
        command = option(command)
    return command


def _remember(ctx: click.Context, parameter: click.Parameter, value: object) -> None:
    options = ctx.ensure_object(Options)
    if value:
        setattr(options, str(parameter.name), value)
        if parameter.name == "verbose":
            handler = logging.StreamHandler(sys.stderr)
            handler.setFormatter(MaskingFormatter("%(name)s: %(message)s"))
            logging.basicConfig(handlers=[handler])
            logging.getLogger("feedpub").setLevel(logging.DEBUG)


class MaskingFormatter(logging.Formatter):
    """Formats log records without secrets, their tracebacks too."""

    def format(self, record: logging.LogRecord) -> str:
        """Format a record."""
        return mask_secrets(super().format(record))


def report_option(*forms: str) -> Callable[[Command], Command]:
    """Give a command the option that chooses the form of its report."""
    return click.option(
        "--report",
        "form",
        type=click.Choice(forms),
        default="text",
        show_default=True,
        help="How to print problems and results.",
    )


max_rejected_option = click.option(
    "--max-rejected",
    metavar="N",
    help="Number of rejected records to accept, or a share such as 1%.",
)
no_wait_option = click.option(
    "--no-wait", is_flag=True, help="Exit 3 if another build or publish is running."
)
jobs_option = click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1),
    help="Number of processes that share the work; by default, as many as may run at once.",
)
engine_option = click.option(
    "--engine",
    metavar="URL",
    help="Share the work among the workers of a dask scheduler, dask://HOST:PORT.",
)


def read_clock() -> datetime:
    """Read the clock; where SOURCE_DATE_EPOCH is set, it is the time."""
    from feedpub.errors import ConfigError

    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(_read_seconds(epoch), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ConfigError(
            f'SOURCE_DATE_EPOCH: "{epoch}" is not a valid number of seconds'
        ) from error


def _read_seconds(text: str) -> int:
    number = read_number(text.strip())
    if number is None:
        raise ValueError("not a number")
    return number


def escape_controls(text: str) -> str:
    """Write control characters as escapes, and no secret."""
    text = mask_secrets(text)
    return _UNPRINTABLE.sub(lambda found: ascii(found[0])[1:-1], text)


def print_line(line: str) -> None:
    """Print a line to standard output."""
    click.echo(escape_controls(line))


def print_error(line: str, severity: Literal["error", "warning"] | None = None) -> None:
    """Print a line to standard error, in the color of its severity."""
    text = escape_controls(line)
    if severity is not None and not os.environ.get("NO_COLOR"):
        text = click.style(text, fg="red" if severity == "error" else "yellow")
    click.echo(text, err=True)


def print_problems(report: Report) -> None:
    """Print the problems of a report to standard error, at most a hundred of each kind."""
    from feedpub.commands.reporting import format_rest, pick_first

    rest: Counter[tuple[Severity, str]] = Counter()
    for problem in pick_first(report.problems, rest):
        print_error(str(problem), problem.severity)
    for line in format_rest(rest):
        print_error(line)


def print_json(report: Report) -> None:
    """Print a report to standard output as one JSON object."""
    from feedpub.commands.reporting import format_json

    for piece in format_json(report):
        click.echo(mask_secrets(piece), nl=False)


def print_annotations(report: Report, folder: Path, summary: str) -> None:
    """Print problems as GitHub reads them, and append the summary to the page of its job."""
    from feedpub.commands.reporting import format_annotations

    for line in format_annotations(report, folder, os.environ.get("GITHUB_WORKSPACE")):
        click.echo(mask_secrets(line))
    _append("GITHUB_STEP_SUMMARY", mask_secrets(summary))


def print_report(
    report: Report, config: Config, form: ReportForm, options: Options, *, refused: bool | None
) -> None:
    """Print a report; `refused` is whether a build wrote nothing, None where there was none."""
    from feedpub.commands import reporting

    if not options.quiet:
        for note in report.notes:
            print_error(f"note: {note}")
    if form == "json":
        print_json(report)
    elif form == "github":
        print_annotations(report, config.folder, reporting.format_step_summary(report))
        _append("GITHUB_OUTPUT", f"written={len(report.written)}\nrejected={report.rejected}\n")
    else:
        print_problems(report)
        if options.quiet:
            return
        for line in reporting.format_withheld(report):
            print_line(line)
        print_line(reporting.format_summary(report, would=refused is None))
        if refused:
            print_error("nothing was written")


def _append(variable: str, text: str) -> None:
    """Append to the file that an environment variable names, if it is set."""
    if path := os.environ.get(variable):
        with open(path, "a", encoding="utf-8") as stream:
            stream.write(text)


def find_limit(config: Config, option: str | None) -> int | str:
    """Find how many rejected records to accept: the option wins over the configuration."""
    from feedpub.config import parse_max_rejected

    try:
        return parse_max_rejected(config.site.max_rejected if option is None else option)
    except ValueError as error:
        raise click.UsageError(f"--max-rejected: {error}") from error


def find_jobs(option: int | None) -> int:
    """Find the number of processes: the option, else the processors that may be used."""
    if option is not None:
        return option
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def check_engine(engine: str | None, jobs: int | None) -> None:
    """Check the URL of a cluster, before anything is read."""
    if engine is None:
        return
    from feedpub.pipeline import parse_engine

    parse_engine(engine)
    if jobs is not None:
        raise click.UsageError(
            "--jobs counts processes of this machine, and --engine shares the work among "
            "workers of a cluster. Leave one of them out."
        )


def exit_with(failed: bool) -> NoReturn:
    """Exit 1 if there were problems, else 0."""
    sys.exit(PROBLEMS if failed else 0)


def fail(messages: Iterable[str], code: int) -> NoReturn:
    """Print messages to standard error and exit."""
    for message in messages:
        print_error(message)
    sys.exit(code)
