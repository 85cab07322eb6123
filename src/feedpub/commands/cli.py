"""The group of commands: it imports the one that is called, and turns errors into exit codes."""

from __future__ import annotations

import importlib
import io
import logging
import signal
import sys
from types import FrameType
from typing import NoReturn

import click

from feedpub import __version__
from feedpub.commands.console import FAILURE, USAGE, common_options, fail
from feedpub.text import mask_argument

# Each is a function in the module of its name.
COMMANDS = (
    *("build", "check", "clean", "diff", "explain"),
    *("init", "lint", "publish", "sections", "serve"),
)


class LazyGroup(click.Group):
    """A group that imports a command when it is called, and reports what goes wrong."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"feedpub.commands.{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with their whole first sentence, where Click would cut it."""
        commands = [(name, self.get_command(ctx, name)) for name in COMMANDS]
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, found.get_short_help_str(limit=200)) for name, found in commands if found]
            )

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; a user never sees a traceback."""
        from feedpub.errors import ConfigError, FeedpubError

        try:
            return super().invoke(ctx)
        except ConfigError as error:
            fail(error.messages, USAGE)
        except FeedpubError as error:
            fail([str(error)], FAILURE)
        except click.UsageError as error:
            # It repeats arguments, of which one may be a URL with a password.
            raise click.UsageError(mask_argument(error.format_message()), error.ctx) from None
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except OSError as error:
            fail([f"{error.filename or 'feedpub'}: {error.strerror or error}"], FAILURE)
        except Exception as error:
            logging.getLogger("feedpub").debug("The traceback:", exc_info=True)
            told = f"feedpub failed: {type(error).__name__}: {error}"
            fail([f"{told}. Please report it, with the traceback that -v shows."], FAILURE)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="feedpub")
@common_options
def cli() -> None:
    """Turn article records into an RSS and an Atom feed for every section."""


def main() -> NoReturn:
    """Run the command line."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # the host's encoding may lack a title
    cli(prog_name="feedpub")
    sys.exit(0)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    """Exit with the code of a signal after cleaning up; a second signal kills at once."""
    for other in (signal.SIGINT, signal.SIGTERM):
        signal.signal(other, signal.SIG_DFL)
    sys.exit(128 + number)
