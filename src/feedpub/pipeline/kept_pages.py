"""What was read of article pages, kept for the next run beside its measurements."""

from __future__ import annotations

from feedpub.files import KeptValues
from feedpub.output import locate_state
from feedpub.pipeline.repeating import digest_program
from feedpub.settings import STATE, Config


def open_pages(config: Config, *, writes: bool = False, believes: bool = True) -> KeptValues:
    """Open what was read of the pages of a site.

    Args:
        writes: Keep what this run reads; only one that holds the lock of the output does.
        believes: Go by what was kept before.
    """
    place = locate_state(config.folder / STATE, config.output, "-pages.sqlite")
    return KeptValues(place, digest_program, writes=writes, believes=believes)
