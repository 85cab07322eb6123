"""`feedpub publish`: copy the output folder to where it is served."""

from __future__ import annotations

import click

from feedpub import publish as publishing
from feedpub.commands.console import (
    Options,
    ReportForm,
    common_options,
    no_wait_option,
    print_json,
    print_line,
    print_problems,
    report_option,
)
from feedpub.commands.progress import show_progress


@click.command()
@click.argument("target")
@click.option("--prune", is_flag=True, help="Remove published files that are no longer built.")
@click.option(
    "--prune-media", is_flag=True, help="Remove such media, too; pages may still point to them."
)
@click.option("--dry-run", is_flag=True, help="Show what would happen; change nothing.")
@click.option("--no-ping", is_flag=True, help="Don't notify the hub.")
@no_wait_option
@report_option("text", "json")
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
    form: ReportForm,
) -> None:
    """Copy the output folder to TARGET: a folder, or a URL such as s3://bucket/feeds."""
    config = options.load_config()
    with show_progress(options) as progress:
        report = publishing.publish(
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
        print_json(report)
        return
    print_problems(report)
    if not options.quiet:
        from feedpub.commands import reporting

        for line in reporting.format_published(report, would=dry_run):
            print_line(line)
