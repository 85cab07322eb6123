"""The knowledge of the sources of a site, kept for the next run beside its measurements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from feedpub.files import KeptFile, KeptFiles, KeptValues, PassedValues
from feedpub.output import locate_state
from feedpub.pipeline.repeating import digest_making, digest_program
from feedpub.settings import STATE, Config
from feedpub.text import encode_text
from feedpub.timestamps import usual_years

if TYPE_CHECKING:
    from feedpub.model import SourceFile
    from feedpub.systems import OpenedSource

_PAGES, _PARTS = "-pages.sqlite", "-parts.sqlite"
_SAVED_TOGETHER = 1_000  # files


class Kept(NamedTuple):
    """What was found in files and in the parts of large ones, and what was read of article pages.

    `by_path` are the files that this run knows, without their values.
    """

    files: KeptFiles
    parts: KeptValues
    pages: KeptValues
    by_path: dict[str, KeptFile]

    def forget_unused(self) -> None:
        """Forget the parts and the pages that this run did not read."""
        self.parts.forget_unused()
        self.pages.forget_unused()


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
        KeptValues(place(_PARTS), base, writes=writes, believes=believes) as parts,
        KeptValues(place(_PAGES), digest_program, writes=writes, believes=believes) as pages,
    ):
        yield Kept(files, parts, pages, {})


class FileGroup:
    """The files of a source, as the last run kept them, and as this one found them."""

    def __init__(self, kept: Kept | None, index: int, opened: OpenedSource) -> None:
        self._kept = kept
        self._key = index, opened.digest_beside()
        self._root = opened.root.resolve()
        self._known = {} if kept is None else kept.files.load(*self._key)
        self._gone = set(self._known)
        self._changed: dict[str, KeptFile] = {}

    @property
    def keeps(self) -> bool:
        """Whether the findings of this run are kept for the next."""
        return self._kept is not None and self._kept.files.writes

    def find(self, file: SourceFile) -> KeptFile | None:
        """Find the knowledge of a file, which may have changed since."""
        return self._known.get(file.shown)

    def put(self, file: SourceFile, found: KeptFile) -> None:
        """Put in the present knowledge of a file."""
        self._gone.discard(file.shown)
        if self._kept is not None and found.digest:
            self._kept.by_path[f"{self._root}/{file.below}"] = found._replace(value=b"")
        if self._known.get(file.shown) != found:
            self._changed[file.shown] = found
            if len(self._changed) >= _SAVED_TOGETHER:
                self._save(())

    def find_part(self, file: SourceFile, digest: str) -> bytes | None:
        """Find the findings in a part of a file; None if they are not known."""
        if self._kept is None:
            return None
        return self._kept.parts.find(self._key_part(self._kept, file, digest))

    def put_part(self, file: SourceFile, digest: str, found: bytes) -> None:
        """Put in the findings in a part of a file."""
        if self._kept is not None:
            self._kept.parts.keep(self._key_part(self._kept, file, digest), found)

    def _key_part(self, kept: Kept, file: SourceFile, digest: str) -> bytes:
        index, beside = self._key
        return kept.parts.make_key(*map(encode_text, (str(index), beside, file.shown, digest)))

    def save(self) -> None:
        """Keep what was put in, and nothing else."""
        self._save(self._gone)

    def _save(self, gone: Iterable[str]) -> None:
        if self._kept is not None:
            self._kept.files.save(*self._key, self._changed, gone)
            self._changed = {}


def pass_pages(
    config: Config, *, believes: bool = True, program: str | None = None
) -> PassedValues:
    """Open what was read of the pages of a site in another process than the one that keeps it.

    Args:
        program: What `digest_program` gives where that is another machine. Its database is then
            left alone, because SQLite's locks do not reach over a network.
    """
    place = _locate(config, _PAGES)
    if program is not None:
        return PassedValues(place, lambda: program, believes=False)
    return PassedValues(place, digest_program, believes=believes)


def _find_base(config: Config, now: datetime | None) -> str | None:
    making = digest_making(config)
    years = config.site.years or usual_years(now)
    return None if making is None else f"{making} {years}"


def _locate(config: Config, name: str) -> Path:
    return locate_state(config.folder / STATE, config.output, name)
