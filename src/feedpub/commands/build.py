"""`feedpub build`: read the sources and write the feeds."""

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
    find_limit,
    jobs_option,
    max_rejected_option,
    no_wait_option,
    print_report,
    read_clock,
    report_option,
)
from feedpub.commands.progress import show_progress


@click.command()
@click.option("-o", "--output", metavar="DIR", help="Write to this folder, not the site's output.")
@click.option("--strict", is_flag=True, help="Write nothing and exit 1 if there is any problem.")
@max_rejected_option
@click.option("--accept-loss", is_flag=True, help="Write even if subscribers lose entries.")
@no_wait_option
@click.option(
    "--no-cache",
    is_flag=True,
    help="Read and measure everything again, whether or not it changed since the last build.",
)
@jobs_option
@engine_option
@report_option("text", "json", "github")
@common_options
@click.pass_obj
def build(
    options: Options,
    output: str | None,
    strict: bool,
    max_rejected: str | None,
    accept_loss: bool,
    no_wait: bool,
    no_cache: bool,
    jobs: int | None,
    engine: str | None,
    form: ReportForm,
) -> None:
    """Read the sources and write the feeds."""
    check_engine(engine, jobs)
    config = options.load_config(output)
    limit = find_limit(config, max_rejected)
    with show_progress(options) as progress:
        report = pipeline.build(
            config,
            read_clock(),
            strict=strict,
            accept_loss=accept_loss,
            waits=not no_wait,
            progress=progress,
            cache=not no_cache,
            jobs=find_jobs(jobs),
            engine=engine,
        )
    has_problems = strict and bool(report.problems)
    refused = has_problems or pipeline.is_refused(report)
    print_report(report, config, form, options, refused=refused)
    has_stopped = pipeline.has_stopped_feed(report)
    exit_with(refused or has_stopped or pipeline.exceeds(report, limit))
