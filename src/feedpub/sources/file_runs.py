"""Files of a source that follow each other, so that all that is known of them is known together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

import msgspec

from feedpub.files import FileState, ends_stretch
from feedpub.model import SourceFile
from feedpub.text import encode_text

# A file from that size on is a run of its own.
_LARGE = 2**20

_encode_states = msgspec.msgpack.Encoder().encode


class FileRun(Sequence[SourceFile]):
    """Some hundreds of files by their names, each of which is only made when it is asked for.

    Args:
        around: The folder that they are below, in the form of a file.
        names: Their paths below it.
        states: The state of each when it was listed; None where it is not known.
    """

    def __init__(
        self, around: SourceFile, names: list[str], states: list[FileState | None]
    ) -> None:
        self.around = around
        self.names = names
        self.states = states
        self._made: dict[int, SourceFile] = {}

    def __len__(self) -> int:
        """Count the files."""
        return len(self.names)

    @overload
    def __getitem__(self, number: int) -> SourceFile: ...
    @overload
    def __getitem__(self, number: slice) -> list[SourceFile]: ...
    def __getitem__(self, number: int | slice) -> SourceFile | list[SourceFile]:
        """Make a file; it is the same each time."""
        if isinstance(number, slice):
            return [self[one] for one in range(len(self))[number]]
        file = self._made.get(number)
        if file is None:
            file = self._made[number] = make_file(self.around, self.names[number])
        return file

    def show(self) -> list[str]:
        """List the paths of the files in messages."""
        return [join_names(self.around.shown, name) for name in self.names]

    @property
    def signature(self) -> bytes | None:
        """What changes with the name or the state of any file; None where one is not known."""
        if None in self.states:
            return None
        return encode_text("\n".join(self.names)) + b"\0" + _encode_states(self.states)


class RunMaker:
    """Makes runs of the files below a folder, as they are listed.

    Args:
        around: The folder, in the form of a file.
    """

    def __init__(self, around: SourceFile) -> None:
        self._around = around
        self._names: list[str] = []
        self._states: list[FileState | None] = []

    def add(self, name: str, state: FileState | None) -> Sequence[FileRun]:
        """Add a file, and give the runs that end with it."""
        is_alone = state is None or state[1] >= _LARGE
        before = self.end() if is_alone else ()
        self._names.append(name)
        self._states.append(state)
        if is_alone or ends_stretch(encode_text(name), len(self._names)):
            return (*before, *self.end())
        return before

    def end(self) -> Sequence[FileRun]:
        """Give the run of the files that were added since the last, if there are any."""
        if not self._names:
            return ()
        run = FileRun(self._around, self._names, self._states)
        self._names, self._states = [], []
        return (run,)


def make_file(around: SourceFile, below: str) -> SourceFile:
    """Make a file of its path below a folder, which has the form of a file."""
    return msgspec.structs.replace(
        around, path=around.path / below, shown=join_names(around.shown, below), below=below
    )


def join_names(start: str, name: str) -> str:
    """Join a path to the name of what lies below it, either of which may be nothing."""
    return start if name in ("", ".") else name if start == "." else f"{start}/{name}"
