"""What image files were when feedpub measured them, so that it measures only what changed."""

from __future__ import annotations

from pathlib import Path

import msgspec

from feedpub.errors import ImageError
from feedpub.files import load_values, save_values
from feedpub.images.files import Measurement, measure_file

_NAME = "images.json"
_VERSION = "images 1"


class _Known(msgspec.Struct, frozen=True):
    """A measurement, and the state of the file when it was measured."""

    state: tuple[int, int, int, int]
    keeps_position: bool
    measurement: Measurement


class MeasurementCache:
    """Measurements of files by path, kept in the folder `.feedpub` beside the configuration.

    A file counts as unchanged while its inode, size, and both times are the same.
    """

    def __init__(self, folder: Path, *, keeps_position: bool) -> None:
        self._path = folder / _NAME
        self._keeps_position = keeps_position
        self._known = load_values(self._path, _Known, version=_VERSION)
        self._used: dict[str, _Known] = {}

    def measure(self, path: Path) -> Measurement:
        """Measure a file, or reuse its measurement if it has not changed.

        Raises:
            ImageError: As `measure_file` does; a refusal is not remembered.
        """
        # Before the file is read: a change while it is measured is measured again next time.
        state = _read_state(path)
        known = self._used.get(str(path)) or self._known.get(str(path))
        if known is None or known.state != state or known.keeps_position != self._keeps_position:
            measurement = measure_file(path, keep_position=self._keeps_position)
            known = _Known(state, self._keeps_position, measurement)
        self._used[str(path)] = known
        return known.measurement

    def save(self) -> None:
        """Save what was used, and forget what no article names anymore."""
        if self._used != self._known:
            save_values(self._path, self._used, version=_VERSION)


def _read_state(path: Path) -> tuple[int, int, int, int]:
    try:
        status = path.stat()
    except OSError as error:
        raise ImageError("can't be read") from error
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
