"""The command line: parse, call, print, exit.

In: what a user types. Out: text on the terminal, reports, an exit code. One module per
command. No other room prints, exits, or reads the clock and the environment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedpub import open_door

if TYPE_CHECKING:
    from feedpub.commands.cli import main
else:
    __getattr__ = open_door(
        __name__,
        cli="main",
    )
