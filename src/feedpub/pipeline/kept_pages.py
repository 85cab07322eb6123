"""What was read of article pages, kept for the next run beside its measurements."""

from __future__ import annotations

from pathlib import Path

from feedpub.files import KeptValues, PassedValues
from feedpub.output import locate_state
from feedpub.pipeline.repeating import digest_program
from feedpub.settings import STATE, Config


def open_pages(config: Config, *, writes: bool = False, believes: bool = True) -> KeptValues:
    """Open what was read of the pages of a site.

    Args:
        writes: Keep what this run reads; only one that holds the lock of the output does.
        believes: Go by what was kept before.
    """
    return KeptValues(_locate(config), digest_program, writes=writes, believes=believes)


def pass_pages(config: Config, *, believes: bool = True) -> PassedValues:
    """Open what was read of the pages of a site in another process than the one that keeps it."""
    return PassedValues(_locate(config), digest_program, believes=believes)


def _locate(config: Config) -> Path:
    return locate_state(config.folder / STATE, config.output, "-pages.sqlite")
