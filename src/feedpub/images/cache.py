"""What image files were when feedpub measured them, so that it measures only what changed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import msgspec

from feedpub.errors import ImageError
from feedpub.files import FileState, KnownFiles, read_state
from feedpub.images.files import Measurement, measure_file

_NAME = "images.json"
_VERSION = "images 1"


class _Known(msgspec.Struct, frozen=True):
    """A measurement, and whether positions were kept when it was made."""

    keeps_position: bool
    measurement: Measurement


class MeasuredFile(NamedTuple):
    """A file that another process measured, and its state before that."""

    path: Path
    state: FileState
    known: _Known


class MeasurementCache:
    """Measurements of files by path, kept in the folder `.feedpub` beside the configuration.

    Those of earlier runs are not believed if `believes` is off.
    """

    def __init__(self, folder: Path, *, keeps_position: bool, believes: bool = True) -> None:
        self._keeps_position = keeps_position
        self._known = KnownFiles(folder / _NAME, _Known, version=_VERSION, believes=believes)
        self._new: list[MeasuredFile] = []

    def measure(self, path: Path) -> Measurement:
        """Measure a file, or reuse its measurement if it has not changed.

        Raises:
            ImageError: As `measure_file` does; a refusal is not remembered.
        """
        # Before the file is read: a change while it is measured is measured again next time.
        state = read_state(path)
        if state is None:
            raise ImageError("can't be read")
        known = self._known.find(path, state)
        if known is not None and known.keeps_position == self._keeps_position:
            found = known.measurement
            if found.has_position or found.length == state[1]:
                return found
        measurement = measure_file(path, keep_position=self._keeps_position)
        new = MeasuredFile(path, state, _Known(self._keeps_position, measurement))
        self._known.keep(*new)
        self._new.append(new)
        return measurement

    def take_new(self) -> list[MeasuredFile]:
        """Take what was measured since the last time, for another process."""
        taken, self._new = self._new, []
        return taken

    def adopt(self, measured: Iterable[MeasuredFile]) -> None:
        """Take over what another process measured."""
        for one in measured:
            self._known.keep(*one)

    def save(self) -> None:
        """Save what was used, and forget what no article names anymore."""
        self._known.save()
