"""Builds that would only repeat the last one, which are left out.

What the last build read and what it wrote is kept beside its measurements. Where neither changed
since, and no article has become due or expired, the next build would write the same files and
tell the same, so it tells that and reads no record.
"""

from __future__ import annotations

import contextlib
import fnmatch
import logging
import os
import sys
import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache, partial
from itertools import islice
from pathlib import Path
from platform import python_version
from typing import NamedTuple

import msgspec

import feedpub
from feedpub import sources
from feedpub.errors import BUG, INVALID, INVALID_ENTRY, LOSS, STALE, OutputError
from feedpub.files import (
    FindKnown,
    KeptFiles,
    Snapshot,
    Stretch,
    Tree,
    digest_bytes,
    digest_file,
    digest_stretches,
    load_values,
    save_values,
)
from feedpub.model import Report
from feedpub.output import (
    MANIFEST,
    ManifestLine,
    MediaDigests,
    has_leftovers,
    is_whole,
    locate_last_build,
    locate_state,
    open_media_digests,
    read_manifest,
)
from feedpub.settings import STATE, Config
from feedpub.text import encode_text

_log = logging.getLogger(__name__)

_VERSION = "last-build 3"
_KEY = "build"
FILES = "-files.sqlite"
"""What was found in files, beside the measurements."""

# Beside one file that is a source may lie anything, such as a home directory.
_MOST_BESIDE = 20_000
_MOST_FILES = 10_000_000
_MOST_PROBLEMS = 10_000
# Nothing reads these but a record that names them, and then they are looked for.
_UNREAD = frozenset(
    """.png .jpg .jpeg .gif .webp .avif .ico .bmp .tif .tiff .mp3 .mp4 .m4a .m4v .ogg .ogv .webm
    .wav .flac .aac .mov .pdf .woff .woff2 .ttf .otf""".split()
)
# Their problems may be over at the next build, or read otherwise.
_KINDS_OF_A_MOMENT = frozenset({BUG, INVALID, INVALID_ENTRY, LOSS, STALE})
# No record lies there, and no image is looked for.
_SKIPPED = frozenset({".git", STATE, "__pycache__"})

_CODE = Tree({Path(feedpub.__file__).parent: _MOST_FILES}, skipped=_SKIPPED)


class _LastBuild(msgspec.Struct, frozen=True):
    """The last build: what it read, where it looked for files, what it wrote, and what it told.

    `stretches` are those of the sources, none if there was too much to read. It is repeated from
    the time `since` to `until`, in seconds since 1970. `report` is of a build that changed nothing.
    """

    settings: str
    code: Snapshot
    sources: Snapshot
    stretches: tuple[Stretch, ...]
    looked_for: tuple[str, ...]
    files: Snapshot
    output: Snapshot
    since: int
    until: int
    report: Report


class Repetition:
    """Knows whether a build would repeat the last one, and keeps what the next one has to know.

    It has to be made before anything is read.
    """

    def __init__(self, config: Config, now: datetime) -> None:
        self._config = config
        self._now = int(now.timestamp())
        self._started = time.time_ns()
        self._place = locate_last_build(config.folder / STATE, config.output)
        self._settings = _digest_settings(config)
        folders: dict[Path, int] = {}
        self._files: list[Path] = []
        for folder, file in sources.find_roots(config):
            root = folder.resolve()
            most = _MOST_FILES if file is None else _MOST_BESIDE
            folders[root] = max(most, folders.get(root, 0))
            if file is not None:
                self._files.append(file)
        if config.site.templates is not None:
            folders.setdefault((config.folder / config.site.templates).resolve(), _MOST_BESIDE)
        if config.site.style is not None:
            self._files.append(config.folder / config.site.style)
        # What a source names a format for may have any suffix.
        has_formats = any(source.format for source in config.sources)
        self._sources = Tree(
            folders,
            skipped=_SKIPPED,
            excluded=frozenset({config.output.resolve()}),
            unread=frozenset() if has_formats else _UNREAD,
        )
        # Nothing is known of what somebody's own code reads.
        is_known = all(source.reader is None for source in config.sources)
        self._last = load_values(self._place, _LastBuild, version=_VERSION).get(_KEY)
        self._stretches = () if self._last is None else self._last.stretches
        self._before = self._sources.glance(self._stretches) if is_known else None
        self._code = _CODE.glance()

    def find(self, *, strict: bool) -> Report | None:
        """Give the report of the build if it would repeat the last one; None if it has to run."""
        last, before, code = self._last, self._before, self._code
        if (
            last is None
            or before is None
            or code is None
            or last.settings != self._settings
            or not last.since <= self._now < last.until
            or (strict and last.report.problems)
        ):
            return None
        files, output = self._list_files(last.looked_for), self._open_output()
        if output is None:
            return None
        looked_for, written = files.glance(), output.tree.glance()
        if (
            looked_for is None
            or written is None
            or not before.shows(last.sources, self._digest_sources)
            or not looked_for.shows(last.files, files.digest)
            or not code.shows(last.code, _digest_code)
            or not written.shows(last.output, output.digest)
        ):
            return None
        _log.info("nothing changed since the last build")
        again = msgspec.structs.replace(
            last,
            code=code.keep(last.code.contents),
            sources=before.keep(last.sources.contents),
            stretches=self._stretches if before.is_settled else last.stretches,
            files=looked_for.keep(last.files.contents),
            output=written.keep(last.output.contents),
        )
        if again != last:
            self._save(again)
        return msgspec.structs.replace(last.report, problems=tuple(last.report.problems))

    def keep(
        self,
        report: Report,
        *,
        until: int,
        looked_for: frozenset[Path],
        find_known: FindKnown,
    ) -> None:
        """Keep a build that wrote its files, if another would repeat it.

        Args:
            until: The time, in seconds since 1970, from which another build may differ.
            looked_for: The files that records name, found or not.
            find_known: Finds a file of the sources that this run knows.
        """
        problems = tuple(islice(report.problems, _MOST_PROBLEMS + 1))
        output = self._open_output()
        if (
            output is None
            or until <= self._now
            or len(problems) > _MOST_PROBLEMS
            or any(problem.kind in _KINDS_OF_A_MOMENT for problem in problems)
        ):
            return
        names = tuple(
            sorted(self._shorten(path) for path in looked_for if not sources.is_unpacked(path))
        )
        files = self._list_files(names)
        before, code = self._before, self._code
        if before is None or not before.is_settled:
            return
        stretches = self._sources.list_stretches(before, self._stretches, find_known)
        others = files.digest()
        # What changed while the build was at work may have been read before or after.
        after, found = self._sources.glance(), files.glance()
        if (
            code is None
            or code != _CODE.glance()
            or after is None
            or after.states != before.states
            or found is None
            or found.newest >= self._started
            or not output.is_older(report.unchanged, self._started)
        ):
            return
        written = output.tree.glance()
        if written is None:
            return
        build = _LastBuild(
            settings=self._settings,
            code=code.keep(_digest_code()),
            sources=after.keep(digest_stretches(stretches)),
            stretches=stretches or (),
            looked_for=names,
            files=found.keep(others),
            output=written.keep(output.manifest),
            since=self._now,
            until=until,
            report=msgspec.structs.replace(
                report,
                written=(),
                unchanged=tuple(sorted((*report.written, *report.unchanged))),
                removed=(),
                problems=problems,
            ),
        )
        with contextlib.suppress(UnicodeEncodeError):  # half a surrogate pair in a value
            self._save(build)

    def list_watched(self) -> list[Path]:
        """List the files whose change another build would see, but those that records name."""
        return [*self._sources.list_files(), *self._files]

    def _digest_sources(self) -> str | None:
        """Digest the bytes of the sources; None, too, where one has others than at the last build.

        A file is opened only where its state is not the known one.
        """
        if self._before is None:
            return None
        groups, folder = range(len(self._config.sources)), self._config.folder.resolve()
        with KeptFiles(locate_kept(self._config, FILES), lambda: None) as kept:
            find_known = partial(kept.find_digest, groups, folder)
            same = self._sources.list_stretches(
                self._before, self._stretches, find_known, as_before=True
            )
        if same is not None:
            self._stretches = same
        return digest_stretches(same)

    def _save(self, build: _LastBuild) -> None:
        save_values(self._place, {_KEY: build}, version=_VERSION)

    def _list_files(self, names: Iterable[str]) -> Tree:
        """List the files that sources are, and those that records name."""
        return Tree(files=[*self._files, *(self._config.folder / name for name in names)])

    def _open_output(self) -> _Output | None:
        folder = self._config.output
        try:
            lines = read_manifest(folder)
            manifest = digest_file(folder / MANIFEST)
        except (OSError, OutputError):
            return None
        if not all(line.is_sure for line in lines.values()) or has_leftovers(folder, lines):
            return None
        digests = open_media_digests(self._config.folder / STATE, folder)
        return _Output(folder, lines, manifest, digests)

    def _shorten(self, path: Path) -> str:
        folder = self._config.folder
        return str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)


class _Output:
    """The output as its manifest lists it; `manifest` is the digest of the manifest itself."""

    def __init__(
        self,
        folder: Path,
        lines: Mapping[str, ManifestLine],
        manifest: str,
        digests: MediaDigests,
    ) -> None:
        self.tree = Tree(files=[folder / path for path in (MANIFEST, *sorted(lines))])
        self.manifest = manifest
        self._folder = folder
        self._lines = lines
        self._digests = digests

    def digest(self) -> str | None:
        """Compute the digest that stands for all files; None if one is not what it should be."""
        is_sound = is_whole(self._folder, self._lines, self._digests)
        return self.manifest if is_sound else None

    def is_older(self, paths: Iterable[str], moment: int) -> bool:
        """Say whether some files did not change since a moment, in nanoseconds since 1970."""
        seen = Tree(files=[self._folder / path for path in paths]).glance()
        return seen is not None and seen.newest < moment


def locate_kept(config: Config, name: str) -> Path:
    """Locate a file of the knowledge of a site, beside the measurements."""
    return locate_state(config.folder / STATE, config.output, name)


def digest_making(config: Config) -> str | None:
    """Digest all that makes files of records, the code itself too; None if it can't be read."""
    code = _digest_code()
    return None if code is None else digest_bytes(encode_text(_digest_settings(config) + code))


class Program(NamedTuple):
    """What runs: the digest of feedpub's code, Python's version, and the libraries with theirs.

    The digest is None if the code can't be read.
    """

    code: str | None
    python: str
    libraries: tuple[str, ...]


def describe_program() -> Program:
    """Describe what runs in this process."""
    return Program(_digest_code(), python_version(), tuple(_list_libraries()))


def digest_program() -> str | None:
    """Digest feedpub itself, Python, and the libraries; None if the code can't be read."""
    program = describe_program()
    return None if program.code is None else digest_bytes(msgspec.json.encode(program))


def _digest_settings(config: Config) -> str:
    """Digest all that decides what a build does with its sources, but the code itself."""
    values = (config.site, config.sources, config.sections, config.path.name)
    return digest_bytes(msgspec.json.encode((values, python_version(), _list_libraries())))


@cache
def _digest_code() -> str | None:
    """Digest the files of feedpub, once: a process goes on with what it has loaded."""
    return _CODE.digest()


@cache
def _list_libraries() -> list[str]:
    """List the installed libraries with their versions, without opening what describes them.

    Once, as `_digest_code` does.
    """
    found: set[str] = set()
    for folder in sys.path:
        with contextlib.suppress(OSError):
            found.update(fnmatch.filter(os.listdir(folder or "."), "*.dist-info"))
    return sorted(found)
