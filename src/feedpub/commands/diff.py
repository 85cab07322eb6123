"""`feedpub diff`: show what a build would change."""

from __future__ import annotations

import click

from feedpub import pipeline
from feedpub.commands.console import (
    Options,
    ReportForm,
    check_engine,
    common_options,
    engine_option,
    exit_with,
    find_jobs,
    jobs_option,
    print_line,
    print_report,
    read_clock,
    report_option,
)
from feedpub.commands.progress import show_progress


@click.command()
@click.option("-o", "--output", metavar="DIR", help="Compare with this folder instead.")
@jobs_option
@engine_option
@report_option("text", "json", "github")
@common_options
@click.pass_obj
def diff(
    options: Options, output: str | None, jobs: int | None, engine: str | None, form: ReportForm
) -> None:
    """Show what a build would change; write nothing, and exit 1 if anything would change."""
    check_engine(engine, jobs)
    config = options.load_config(output)
    from feedpub.commands.reporting import format_changes

    with show_progress(options) as progress:
        report, changes = pipeline.diff(
            config, read_clock(), progress=progress, jobs=find_jobs(jobs), engine=engine
        )
    if form == "text" and not options.quiet:
        for line in format_changes(changes, report):
            print_line(line)
    print_report(report, config, form, options, refused=None)
    changes_any = bool(report.written or report.removed)
    has_stopped = pipeline.has_stopped_feed(report)
    exit_with(changes_any or has_stopped or pipeline.is_refused(report))
