"""What publishing asks of a place that files are published to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import msgspec


class Headers(msgspec.Struct, frozen=True):
    """What a store tells readers of a file, where it holds such things."""

    content_type: str
    cache_control: str


class Store(Protocol):
    """A place for files, by paths below it; several threads call it at once.

    Whatever a library behind it raises, it raises.
    """

    at_once: int
    """How many calls it bears at a time."""

    def read(self, path: str) -> bytes | None:
        """Read a file; None where there is none."""

    def list_sizes(self) -> Mapping[str, int]:
        """List the files of the topmost folder, by name, with their bytes."""

    def put(self, path: str, content: bytes, headers: Headers) -> None:
        """Put a file in its place, whole or not at all."""

    def remove(self, path: str) -> None:
        """Remove a file, if it is there."""

    def renew(self) -> None:
        """Connect anew, where a connection was lost."""
