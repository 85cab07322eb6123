"""Folders and files as they are at one moment, to tell later whether anything changed in them.

What they were is three digests, however many files there are. Nothing is opened for the first
two: of names and sizes, and of the states that a change alters. The third is of the bytes, for
files whose states alone changed, as in a fresh checkout. Of many files, it is taken of stretches
of some hundreds, and only of those in which a state changed.
"""

from __future__ import annotations

import os
import stat
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice, zip_longest
from pathlib import Path
from typing import Annotated, NamedTuple, TypeAlias

import msgspec
from msgspec import Meta

from feedpub.files.digests import begin_digest, digest_file, digest_parts
from feedpub.files.kept_files import KeptFile
from feedpub.files.known_files import LONGEST_STEP, describe_state, is_settled

_Digest = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]

_MOST_BYTES = 10**9
_USUAL = 256  # files of a stretch
_MOST = 4 * _USUAL
_FEW = 16  # stretches

# The name of a file or a folder, its path, and its status: None for a folder, or where there is
# nothing.
_File: TypeAlias = tuple[str, str, os.stat_result | None]


FindKnown: TypeAlias = Callable[[str], KeptFile | None]
"""Finds the knowledge of a file by its path."""


class Snapshot(msgspec.Struct, frozen=True):
    """What a tree was.

    `states` is None if a file had just changed, `contents` if there was too much to read.
    """

    names: _Digest
    states: _Digest | None
    contents: _Digest | None


class Stretch(msgspec.Struct, frozen=True, array_like=True):
    """Files of a tree that follow each other.

    `look` is the digest of their names and states, `contents` that of their bytes.
    """

    look: _Digest
    contents: _Digest


class Glance(msgspec.Struct, frozen=True):
    """What a tree looks like without opening a file: the digests of its names and states.

    `newest` is when a file changed last, in nanoseconds since 1970. `is_settled` is whether
    every later change of a file gives it another state. `looks` are those of the stretches, and
    `odd` has the files of the first few that were not known, by number, if any were known.
    """

    names: _Digest
    states: _Digest
    newest: int
    is_settled: bool
    looks: tuple[str, ...]
    odd: dict[int, list[_File]]

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


class _Listed(NamedTuple):
    """The files of a stretch, and what their names and states are, as bytes."""

    files: list[_File]
    names: bytes
    states: bytes

    @property
    def look(self) -> str:
        """The digest of the names and states."""
        return digest_parts(self.names, self.states).hex()

    @property
    def times(self) -> list[int]:
        """When each file changed last."""
        every = (status for _, _, status in self.files if status is not None)
        return [max(status.st_mtime_ns, status.st_ctime_ns) for status in every]


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

    def glance(self, before: Iterable[Stretch] = ()) -> Glance | None:
        """Look at all names and states; None if a folder has too many files.

        Args:
            before: Stretches that are known.
        """
        now = time.time_ns()
        known = {stretch.look for stretch in before}
        names, states = begin_digest(), begin_digest()
        looks: list[str] = []
        odd: dict[int, list[_File]] = {}
        newest, all_settled = 0, True
        try:
            for listed in self._iter_stretches():
                names.update(listed.names)
                states.update(listed.states)
                times = listed.times
                newest = max(newest, *times, 0)
                recent = [last for last in times if last + LONGEST_STEP > now]
                all_settled = all_settled and all(is_settled(last, now) for last in recent)
                look = listed.look
                if known and look not in known and len(odd) < _FEW:
                    odd[len(looks)] = listed.files
                looks.append(look)
        except _TooManyFilesError:
            return None
        states.update(names.digest())
        return Glance(names.hexdigest(), states.hexdigest(), newest, all_settled, tuple(looks), odd)

    def list_files(self) -> list[Path]:
        """List all files that are there."""
        return [Path(path) for _, path, status in self._iter_files() if status is not None]

    def digest(self) -> str | None:
        """Compute the digest of the bytes of all files; None if they can't be read, or are many."""
        try:
            return _Reading(lambda path: None, self.unread).digest(self._iter_files())
        except (OSError, _TooManyFilesError):
            return None

    def list_stretches(
        self,
        glance: Glance,
        before: Sequence[Stretch] = (),
        find_known: FindKnown = lambda path: None,
        *,
        as_before: bool = False,
    ) -> tuple[Stretch, ...] | None:
        """List the stretches of all files; None if they can't be read, or are too many to read.

        Args:
            glance: How they look. It is None, too, if they look otherwise by now.
            before: Stretches as they were. Files that look the same are not opened.
            find_known: Finds the digest of another file, for as long as its state is the same.
            as_before: Give None, too, at the first stretch with other bytes than before.
        """
        if as_before and len(before) != len(glance.looks):
            return None
        known = {stretch.look: stretch.contents for stretch in before}
        reading = _Reading(find_known, self.unread)
        found: list[Stretch] = []
        try:
            for number, files in enumerate(self._iter_unknown(glance, known)):
                look = glance.looks[number]
                contents = known[look] if files is None else reading.digest(files)
                if contents is None or (as_before and contents != before[number].contents):
                    return None
                found.append(Stretch(look, contents))
        except (OSError, _TooManyFilesError):
            return None
        return tuple(found) if len(found) == len(glance.looks) else None

    def _iter_unknown(
        self, glance: Glance, known: Mapping[str, str]
    ) -> Iterator[Sequence[_File] | None]:
        """Yield the files of each stretch, or None where they are known; end where they changed."""
        numbers = [number for number, look in enumerate(glance.looks) if look not in known]
        if glance.odd.keys() >= set(numbers):
            for number, look in enumerate(glance.looks):
                yield None if look in known else glance.odd[number]
            return
        for look, listed in zip_longest(glance.looks, self._iter_stretches()):
            if listed is None or listed.look != look:
                return
            yield None if look in known else listed.files

    def _iter_stretches(self) -> Iterator[_Listed]:
        """Yield all files, some hundreds at a time."""
        files: list[_File] = []
        lines: list[bytes] = []
        for file in self._iter_files():
            name, _, found = file
            kind = "-" if found is None else f"{stat.S_IFMT(found.st_mode)} {found.st_size}"
            line = f"{name}\0{kind}\n".encode("utf-8", "surrogateescape")
            files.append(file)
            lines.append(line)
            if ends_stretch(line, len(files)):
                yield _list(files, lines)
                files, lines = [], []
        if files:
            yield _list(files, lines)

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


def ends_stretch(name: bytes, number: int) -> bool:
    """Say whether a stretch of files ends with one of this name, which is its so manieth.

    By chance, one name in some hundreds says so, so that an added or a removed file moves no other
    from one stretch to another.
    """
    return not zlib.crc32(name) % _USUAL or number >= _MOST


def digest_stretches(stretches: Iterable[Stretch] | None) -> str | None:
    """Compute the digest of all bytes from those of the stretches; None without them."""
    if stretches is None:
        return None
    return digest_parts(*(bytes.fromhex(stretch.contents) for stretch in stretches)).hex()


def _name_of(entry: os.DirEntry[str]) -> str:
    return entry.name


def _list(files: list[_File], lines: list[bytes]) -> _Listed:
    every = [status for _, _, status in files if status is not None]
    states = [b"%d %d %d\n" % (s.st_ino, s.st_mtime_ns, s.st_ctime_ns) for s in every]
    return _Listed(files, b"".join(lines), b"".join(states))


class _Reading:
    """Reads files for the digests of their bytes, up to a number of bytes."""

    def __init__(self, find_known: FindKnown, unread: frozenset[str]) -> None:
        self._find_known = find_known
        self._unread = unread
        self._left = _MOST_BYTES

    def digest(self, files: Iterable[_File]) -> str | None:
        """Digest the bytes of some files; None if they are too many.

        Raises:
            OSError: One can't be read.
        """
        contents = begin_digest()
        for _, path, status in files:
            if status is None or os.path.splitext(path)[1].lower() in self._unread:
                continue
            content = self._describe_content(path, status)
            if self._left < 0:
                return None
            contents.update(content)
        return contents.hexdigest()

    def _describe_content(self, path: str, status: os.stat_result) -> bytes:
        if stat.S_ISLNK(status.st_mode):
            return os.fsencode(os.readlink(path)) + b"\n"
        if not stat.S_ISREG(status.st_mode):
            return b"special\n"
        known = self._find_known(path)
        if known is not None and known.digest and known.state == describe_state(status):
            return bytes.fromhex(known.digest)
        self._left -= status.st_size
        return b"" if self._left < 0 else bytes.fromhex(digest_file(Path(path)))
