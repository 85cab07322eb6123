"""`feedpub check`: report every problem of every record."""

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
    print_report,
    read_clock,
    report_option,
)
from feedpub.commands.progress import show_progress


@click.command()
@click.option("--strict", is_flag=True, help="Exit 1 on warnings, too.")
@max_rejected_option
@jobs_option
@engine_option
@report_option("text", "json", "github")
@common_options
@click.pass_obj
def check(
    options: Options,
    strict: bool,
    max_rejected: str | None,
    jobs: int | None,
    engine: str | None,
    form: ReportForm,
) -> None:
    """Read every record in full and report every problem; write nothing."""
    check_engine(engine, jobs)
    config = options.load_config()
    limit = find_limit(config, max_rejected)
    with show_progress(options) as progress:
        report = pipeline.check(
            config, read_clock(), progress=progress, jobs=find_jobs(jobs), engine=engine
        )
    print_report(report, config, form, options, refused=None)
    exit_with(pipeline.exceeds(report, limit) or (strict and bool(report.problems)))
