"""Folders and files as they are at one moment, to tell later whether anything changed in them.

What they were is three digests, however many files there are. Nothing is opened for the first
two: of names and sizes, and of the states that a change alters. The third is of the bytes, for
files whose states alone changed, as in a fresh checkout.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta

from feedpub.files.digests import begin_digest, digest_file
from feedpub.files.kept_files import KeptFile
from feedpub.files.known_files import LONGEST_STEP, describe_state, is_settled

_Digest = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]

_MOST_BYTES = 10**9

# The name of a file or a folder, its path, and its status: None for a folder, or where there is
# nothing.
_File: TypeAlias = tuple[str, str, os.stat_result | None]


class Snapshot(msgspec.Struct, frozen=True):
    """What a tree was.

    `states` is None if a file had just changed, `contents` if there was too much to read.
    """

    names: _Digest
    states: _Digest | None
    contents: _Digest | None


class Glance(msgspec.Struct, frozen=True):
    """What a tree looks like without opening a file: the digests of its names and states.

    `newest` is when a file changed last, in nanoseconds since 1970. `is_settled` is whether
    every later change of a file gives it another state.
    """

    names: _Digest
    states: _Digest
    newest: int
    is_settled: bool

    def shows(self, snapshot: Snapshot, digest: Callable[[], str | None]) -> bool:
        """Say whether the tree is what it was.

        Args:
            digest: Computes the digest of its bytes, if the states are not the same.
        """
        if self.names != snapshot.names:
            return False
        if self.states == snapshot.states:
            return True
        return snapshot.contents is not None and digest() == snapshot.contents

    def keep(self, contents: str | None) -> Snapshot:
        """Keep what the tree is, with the digest of its bytes."""
        return Snapshot(self.names, self.states if self.is_settled else None, contents)


class _TooManyFilesError(Exception):
    """A folder has more files than are looked at."""


class Tree(msgspec.Struct, frozen=True):
    """Folders with all that is below them, and single files, which may be missing.

    `folders` says how many files to look at in each, at the most. Folders of the names in
    `skipped` and the paths in `excluded` are left out, and no link is followed below a folder.
    Of files with a suffix in `unread`, the bytes do not count.
    """

    folders: Mapping[Path, int] = {}
    files: Sequence[Path] = ()
    skipped: frozenset[str] = frozenset()
    excluded: frozenset[Path] = frozenset()
    unread: frozenset[str] = frozenset()

    def glance(self) -> Glance | None:
        """Look at all names and states; None if a folder has too many files."""
        names, states = begin_digest(), begin_digest()
        now, newest, all_settled = time.time_ns(), 0, True
        try:
            for name, _, found in self._iter_files():
                kind = "-" if found is None else f"{stat.S_IFMT(found.st_mode)} {found.st_size}"
                names.update(f"{name}\0{kind}\n".encode("utf-8", "surrogateescape"))
                if found is None:
                    continue
                states.update(b"%d %d %d\n" % (found.st_ino, found.st_mtime_ns, found.st_ctime_ns))
                last = max(found.st_mtime_ns, found.st_ctime_ns)
                newest = max(newest, last)
                if last + LONGEST_STEP > now:  # few files
                    all_settled = all_settled and is_settled(last, now)
        except _TooManyFilesError:
            return None
        states.update(names.digest())
        return Glance(names.hexdigest(), states.hexdigest(), newest, all_settled)

    def list_files(self) -> list[Path]:
        """List all files that are there."""
        return [Path(path) for _, path, status in self._iter_files() if status is not None]

    def digest(
        self, known: Mapping[str, KeptFile] | None = None, *, expects_known: bool = False
    ) -> str | None:
        """Compute the digest of the bytes of all files; None if they can't be read, or are many.

        Args:
            known: Files by their paths, whose digests are known as long as their states are.
            expects_known: Give None, too, at the first file that has other bytes than are known.
        """
        contents = begin_digest()
        known = known or {}
        size = 0
        try:
            for _, path, found in self._iter_files():
                if found is None or os.path.splitext(path)[1].lower() in self.unread:
                    continue
                size += found.st_size
                if size > _MOST_BYTES:
                    return None
                known_file = known.get(path)
                content = _describe_content(path, found, known_file)
                if expects_known and known_file and content.hex() != known_file.digest:
                    return None
                contents.update(content)
        except (OSError, _TooManyFilesError):
            return None
        return contents.hexdigest()

    def _iter_files(self) -> Iterator[_File]:
        """Yield all files, in the order of names."""
        for number, (folder, most) in enumerate(self.folders.items()):
            below = self._iter_below(number, folder)
            yield from islice(below, most)
            if next(below, None) is not None:
                raise _TooManyFilesError
        for number, file in enumerate(self.files):
            try:
                yield f"file {number}", str(file), file.stat()
            except (OSError, ValueError):
                yield f"file {number}", str(file), None

    def _iter_below(self, number: int, folder: Path) -> Iterator[_File]:
        waiting = [("", str(folder.resolve()))]
        while waiting:
            below, place = waiting.pop()
            try:
                with os.scandir(place) as found:
                    entries = sorted(found, key=_name_of)
            except OSError:
                yield f"{number} {below}", place, None
                continue
            for entry in entries:
                name = f"{below}/{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    if self._enters(entry):
                        yield f"{number} {name}/", entry.path, None
                        waiting.append((name, entry.path))
                    continue
                try:
                    status = entry.stat(follow_symlinks=False)
                except OSError:
                    status = None
                yield f"{number} {name}", entry.path, status

    def _enters(self, entry: os.DirEntry[str]) -> bool:
        return entry.name not in self.skipped and Path(entry.path) not in self.excluded


def _name_of(entry: os.DirEntry[str]) -> str:
    return entry.name


def _describe_content(path: str, status: os.stat_result, known: KeptFile | None) -> bytes:
    if stat.S_ISLNK(status.st_mode):
        return os.fsencode(os.readlink(path)) + b"\n"
    if not stat.S_ISREG(status.st_mode):
        return b"special\n"
    if known is not None and known.state == describe_state(status):
        return bytes.fromhex(known.digest)
    return bytes.fromhex(digest_file(Path(path)))
