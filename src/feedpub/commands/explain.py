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
    from feedpub.commands import explaining

    now = read_clock()
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
                print_line(explaining.format_explanation_json(explanation))
            else:
                for line in explaining.format_explanation(explanation):
                    print_line(line)
    exit_with(rejected)
