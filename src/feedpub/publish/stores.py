"""What publishing needs of a place that it publishes files to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import msgspec


class Headers(msgspec.Struct, frozen=True):
    """The HTTP headers of a file, for stores that keep them."""

    content_type: str
    cache_control: str


class Store(Protocol):
    """A place for files, by paths below it; several threads call it at once.

    It passes on whatever the library behind it raises.
    """

    at_once: int
    """Number of calls that it can handle at a time."""

    def read(self, path: str) -> bytes | None:
        """Read a file; None if there is none."""

    def list_sizes(self) -> Mapping[str, int]:
        """List the sizes, in bytes, of the files in the topmost folder, by name."""

    def put(self, path: str, content: bytes, headers: Headers) -> None:
        """Put a file in its place, whole or not at all."""

    def remove(self, path: str) -> None:
        """Remove a file, if it is there."""

    def renew(self) -> None:
        """Connect again, if the connection was lost."""
