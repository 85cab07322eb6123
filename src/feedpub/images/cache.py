"""What image files were when they were measured, so that only what changed is measured again."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

import msgspec

from feedpub.errors import ImageError
from feedpub.images.files import Measurement, measure_file

_NAME = "images.json"


class _Known(msgspec.Struct, frozen=True):
    """A measurement, and the state of the file that it is of."""

    state: tuple[int, int, int, int]
    keeps_position: bool
    measurement: Measurement


class MeasurementCache:
    """Measurements of files by path, kept in the folder `.feedpub` beside the configuration.

    A file is known while inode, size and both times are the same: a change that keeps all of
    these would need another clock.
    """

    def __init__(self, folder: Path, *, keeps_position: bool) -> None:
        self._path = folder / _NAME
        self._keeps_position = keeps_position
        self._known: dict[str, _Known] = {}
        self._used: dict[str, _Known] = {}
        with contextlib.suppress(OSError, msgspec.DecodeError):  # it can be made anew
            self._known = msgspec.json.decode(self._path.read_bytes(), type=dict[str, _Known])

    def measure(self, path: Path) -> Measurement:
        """Measure a file, or take what is known where it has not changed since.

        Raises:
            ImageError: As `measure_file` does; a refusal is not remembered.
        """
        # Read before the file is: a change while it is measured is measured again next time.
        state = _read_state(path)
        known = self._used.get(str(path)) or self._known.get(str(path))
        if known is None or known.state != state or known.keeps_position != self._keeps_position:
            measurement = measure_file(path, keep_position=self._keeps_position)
            known = _Known(state, self._keeps_position, measurement)
        self._used[str(path)] = known
        return known.measurement

    def save(self) -> None:
        """Save what was used; what no article names any more is forgotten."""
        if self._used == self._known:
            return
        temporary = self._path.with_name(f".feedpub-{secrets.token_hex(8)}.tmp")
        temporary.write_bytes(msgspec.json.encode(dict(sorted(self._used.items()))))
        os.replace(temporary, self._path)


def _read_state(path: Path) -> tuple[int, int, int, int]:
    try:
        status = path.stat()
    except OSError as error:
        raise ImageError("cannot be read") from error
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
