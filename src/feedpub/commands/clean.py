"""`feedpub clean`: remove files that nothing needs anymore."""

from __future__ import annotations

import click

from feedpub import pipeline, text
from feedpub.commands.console import Options, common_options, print_line, read_clock
from feedpub.commands.progress import show_progress


@click.command()
@click.option("--media", is_flag=True, help="Remove media that no feed and no page names.")
@click.option(
    "--older-than",
    metavar="AGE",
    default="180d",
    show_default=True,
    help="Keep files that are younger, in days (180d) or hours (12h).",
)
@common_options
@click.pass_obj
def clean(options: Options, media: bool, older_than: str) -> None:
    """Remove files that nothing needs anymore.

    Feed readers may keep pages that point to media.
    """
    try:
        age = text.parse_age(older_than)
    except ValueError as error:
        raise click.UsageError(f"--older-than: {error}") from error
    if not media:
        raise click.UsageError("There is nothing to clean. Pass --media.")
    config, now = options.load_config(), read_clock()
    with show_progress(options) as progress:
        removed = pipeline.clean_media(config, now, age, progress=progress)
    if not options.quiet:
        for path in removed:
            print_line(f"- {path}")
        print_line(f"{text.count(len(removed), 'file')} removed")
