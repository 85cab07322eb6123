"""`feedpub explain`: show how records were read."""

from __future__ import annotations

import click

from feedpub.commands.console import Options, common_options, exit_with, print_line, read_clock


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")
@click.option("--text", "as_text", is_flag=True, help="Read PATH as bare timestamps, one per line.")
@common_options
@click.pass_obj
def explain(options: Options, paths: tuple[str, ...], as_json: bool, as_text: bool) -> None:
    """Show how each record at PATH is read, and which rule decides each field.

    With - as PATH, read standard input.
    """
    config = options.load_config()
    from feedpub.commands.explaining import Explainer
    from feedpub.commands.explanations import format_json, format_text

    explainer = Explainer(config, read_clock())
    rejected = False
    for path in paths:
        explained = explainer.explain_texts(path) if as_text else explainer.explain_path(path)
        for explanation in explained:
            rejected = rejected or explanation.result == "rejected"
            for line in format_json(explanation) if as_json else format_text(explanation):
                print_line(line)
    exit_with(rejected)
