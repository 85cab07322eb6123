"""The knowledge of the sources of a site, kept for the next run beside its measurements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from feedpub.files import KeptFile, KeptFiles, KeptValues, PassedValues
from feedpub.output import locate_state
from feedpub.pipeline.repeating import digest_making, digest_program
from feedpub.settings import STATE, Config
from feedpub.timestamps import usual_years

_PAGES = "-pages.sqlite"


class Kept(NamedTuple):
    """What was found in files, and what was read of article pages.

    `by_path` are the files that this run knows, without their values.
    """

    files: KeptFiles
    pages: KeptValues
    by_path: dict[str, KeptFile]


@contextmanager
def open_kept(
    config: Config, now: datetime | None, *, writes: bool = False, believes: bool = True
) -> Iterator[Kept]:
    """Open the findings in the sources of a site.

    Args:
        now: The time of the run, which bounds the years that articles can be from.
        writes: Keep what this run reads; only one that holds the lock of the output does.
        believes: Go by what was kept before.
    """
    base = partial(_find_base, config, now)
    place = partial(_locate, config)
    with (
        KeptFiles(place("-files.sqlite"), base, writes=writes, believes=believes) as files,
        KeptValues(place(_PAGES), digest_program, writes=writes, believes=believes) as pages,
    ):
        yield Kept(files, pages, {})


def pass_pages(config: Config, *, believes: bool = True) -> PassedValues:
    """Open what was read of the pages of a site in another process than the one that keeps it."""
    return PassedValues(_locate(config, _PAGES), digest_program, believes=believes)


def _find_base(config: Config, now: datetime | None) -> str | None:
    making = digest_making(config)
    years = config.site.years or usual_years(now)
    return None if making is None else f"{making} {years}"


def _locate(config: Config, name: str) -> Path:
    return locate_state(config.folder / STATE, config.output, name)
