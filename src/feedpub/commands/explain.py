"""`feedpub explain`: show how records were read."""

from __future__ import annotations

from contextlib import closing
from functools import partial

import click

from feedpub.commands.console import (
    Options,
    common_options,
    exit_with,
    find_jobs,
    jobs_option,
    print_line,
    read_clock,
)

# Below that, other processes would take longer to begin than they save.
_FEWEST_PATHS = 8


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")
@click.option("--text", "as_text", is_flag=True, help="Read PATH as bare timestamps, one per line.")
@jobs_option
@common_options
@click.pass_obj
def explain(
    options: Options, paths: tuple[str, ...], as_json: bool, as_text: bool, jobs: int | None
) -> None:
    """Show how each record at PATH is read, and which rule decides each field.

    With - as PATH, read standard input.
    """
    config = options.load_config()
    from feedpub.commands.explaining import Explainer, explain_elsewhere, is_small
    from feedpub.commands.explanations import Explanation, format_json, format_text
    from feedpub.pipeline import Workers

    now = read_clock()
    explainer = Explainer(config, now)
    is_shared = len(paths) >= _FEWEST_PATHS and not as_text
    rejected = False
    with closing(Workers(find_jobs(jobs) if is_shared else 1)) as workers:

        def find_call(path: str) -> partial[list[Explanation]] | None:
            is_sent = workers.are_several and is_small(path)
            return partial(explain_elsewhere, config, now, path) if is_sent else None

        for path, found in workers.share(paths, find_call):
            here = explainer.explain_texts if as_text else explainer.explain_path
            for explanation in here(path) if found is None else found:
                rejected = rejected or explanation.result == "rejected"
                for line in format_json(explanation) if as_json else format_text(explanation):
                    print_line(line)
    exit_with(rejected)
