"""`feedpub serve`: preview the output folder in a browser."""

from __future__ import annotations

import signal
from contextlib import suppress
from threading import Event, Thread

import click

from feedpub.commands.console import Options, common_options
from feedpub.errors import OutputError
from feedpub.settings import Config


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port to listen on; 0 picks a free one.",
)
@click.option(
    "--watch",
    is_flag=True,
    help="Build now and after each change of the sources, the configuration, or the templates, "
    "and reload the page in the browser.",
)
@common_options
@click.pass_obj
def serve(options: Options, port: int, watch: bool) -> None:
    """Preview the output folder in a browser on this computer; press Ctrl-C to stop."""
    config = options.load_config()
    from feedpub.commands.preview import Preview, open_preview
    from feedpub.commands.reloading import Changes
    from feedpub.timestamps import load_zone

    if not watch and not config.output.is_dir():
        raise OutputError(f"{config.output}: does not exist. To make it, run `feedpub build`.")
    changes = Changes() if watch else None
    preview = Preview(config.output, load_zone(config.site.timezone), changes)
    server = open_preview(preview, port)
    stop = Event()

    def show(config: Config) -> None:
        preview.folder = config.output
        if changes is not None:
            changes.tell()

    signal.signal(signal.SIGINT, signal.default_int_handler)  # here it means stop, not failure
    follower = None
    with suppress(KeyboardInterrupt):
        click.echo(f"http://{server.host}:{server.port}/")
        if watch:
            from feedpub.commands.watching import follow_changes

            follower = Thread(
                target=follow_changes, args=(options, config, show, stop), daemon=True
            )
            follower.start()
        server.serve_forever()
    stop.set()
    if follower is not None:
        follower.join()  # a build at work ends first
