"""`feedpub serve`: preview the output folder in a browser."""

from __future__ import annotations

import signal
from contextlib import suppress

import click

from feedpub.commands.console import Options, common_options


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port to listen on; 0 picks a free one.",
)
@common_options
@click.pass_obj
def serve(options: Options, port: int) -> None:
    """Preview the output folder in a browser on this computer; press Ctrl-C to stop."""
    config = options.load_config()
    from feedpub.commands.preview import open_preview

    server = open_preview(config.output, port)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # here it means stop, not failure
    with suppress(KeyboardInterrupt):
        click.echo(f"http://{server.host}:{server.port}/")
        server.serve_forever()
