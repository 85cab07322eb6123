"""The knowledge of the sources of a site, kept for the next run beside its measurements."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType

import msgspec

from feedpub.files import KeptFiles, KeptValues, PassedValues
from feedpub.output import locate_state
from feedpub.pipeline.repeating import digest_making, digest_program
from feedpub.settings import STATE, Config
from feedpub.timestamps import usual_years


class Kept:
    """What was found in files, and what was read of article pages."""

    def __init__(self, files: KeptFiles, pages: KeptValues) -> None:
        self.files = files
        self.pages = pages

    def __enter__(self) -> Kept:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.files.__exit__(kind, error, trace)
        self.pages.__exit__(kind, error, trace)


def open_kept(
    config: Config, now: datetime | None, *, writes: bool = False, believes: bool = True
) -> Kept:
    """Open the findings in the sources of a site.

    Args:
        now: The time of the run, which bounds the years that articles can be from.
        writes: Keep what this run reads; only one that holds the lock of the output does.
        believes: Go by what was kept before.
    """
    return Kept(
        KeptFiles(
            _locate(config, "-files.sqlite"),
            _find_base(config, now),
            writes=writes,
            believes=believes,
        ),
        KeptValues(
            _locate(config, "-pages.sqlite"), digest_program, writes=writes, believes=believes
        ),
    )


def pass_pages(config: Config, *, believes: bool = True) -> PassedValues:
    """Open what was read of the pages of a site in another process than the one that keeps it."""
    return PassedValues(_locate(config, "-pages.sqlite"), digest_program, believes=believes)


def _find_base(config: Config, now: datetime | None) -> Callable[[], str | None]:
    def find() -> str | None:
        making = digest_making(config)
        years = config.site.years or usual_years(now)
        return None if making is None else f"{making} {msgspec.json.encode(years).decode()}"

    return find


def _locate(config: Config, name: str) -> Path:
    return locate_state(config.folder / STATE, config.output, name)
