"""What is known of files for as long as they don't change, kept from one run to the next."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Generic, TypeAlias, TypeVar

import msgspec

from feedpub.files.cache import load_values, save_values

Value = TypeVar("Value")

FileState: TypeAlias = tuple[int, int, int, int]
"""Inode, size in bytes, and both times in nanoseconds: a file that changes gets another."""

# The longest step in which a file system counts time (FAT's); such times are whole seconds.
LONGEST_STEP = 2 * 10**9  # nanoseconds
USUAL_STEP = 20 * 10**6  # of today's, at the most


class _Known(msgspec.Struct, Generic[Value], frozen=True):
    state: FileState
    value: Value


class KnownFiles(Generic[Value]):
    """Values of files, by path; each counts while the state of its file is the same.

    The file at `place` keeps those that were used. It may be lost or broken at any time. It is
    not believed if `believes` is off. A file may change twice in one step of the clock, and its
    state stays the same: one that changed less than `settling` nanoseconds before the values
    were saved is new.
    """

    def __init__(
        self,
        place: Path,
        type: type[Value],
        *,
        version: str,
        settling: int = 0,
        believes: bool = True,
    ) -> None:
        self._place = place
        self._version = version
        self._used: dict[str, _Known[Value]] = {}
        self._known: dict[str, _Known[Value]] = {}
        saved = read_state(place)
        if believes and saved is not None:
            known = load_values(place, _Known[type], version=version)  # type: ignore[valid-type]
            for path, one in known.items():
                if is_settled(max(one.state[2:]), saved[2], settling=settling):
                    self._known[path] = one

    def find(self, path: Path, state: FileState) -> Value | None:
        """Find the value of a file in this state; None if the file is new, or changed."""
        known = self._used.get(str(path)) or self._known.get(str(path))
        if known is None or known.state != state:
            return None
        self._used[str(path)] = known
        return known.value

    def keep(self, path: Path, state: FileState, value: Value) -> None:
        """Keep a value of a file, which had this state before it was looked at."""
        self._used[str(path)] = _Known(state, value)

    def save(self) -> None:
        """Save what was used; the rest is forgotten."""
        if self._used != self._known:
            save_values(self._place, self._used, version=self._version)

    def forget(self, paths: Iterable[Path]) -> None:
        """Forget files that are not what they are known as, and keep the rest for the next run."""
        forgotten = set(map(str, paths))
        if not forgotten.isdisjoint(self._known):
            self._used = {p: one for p, one in self._known.items() if p not in forgotten}
            self.save()


def is_settled(changed: int, seen: int, *, settling: int | None = None) -> bool:
    """Say whether a file that changes after it was seen certainly gets another time.

    Args:
        changed: When the file changed last, in nanoseconds since 1970.
        seen: When it was looked at.
        settling: Longest step in which its file system counts fractions of a second; the usual.
    """
    settling = USUAL_STEP if settling is None else settling
    return changed + (settling if changed % 10**9 else LONGEST_STEP) <= seen


def read_state(path: Path) -> FileState | None:
    """Read the state of a file; None if it is not there."""
    try:
        status = path.stat()
    except OSError:
        return None
    return describe_state(status)


def describe_state(status: os.stat_result) -> FileState:
    """Give the state of a file, of which this is the status."""
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
