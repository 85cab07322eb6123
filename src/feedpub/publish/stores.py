"""What publishing needs of a place that it publishes files to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import msgspec


class Headers(msgspec.Struct, frozen=True):
    """The HTTP headers of a file, for stores that keep them."""

    content_type: str
    cache_control: str


class Listing(msgspec.Struct, frozen=True):
    """A folder's files, with their sizes in bytes, and the names of everything else in it."""

    sizes: Mapping[str, int]
    folders: frozenset[str] = frozenset()


class Store(Protocol):
    """A place for files, by paths below it; several threads call it at once.

    It passes on whatever the library behind it raises.
    """

    at_once: int
    """Number of calls that it can handle at a time."""

    def read(self, path: str) -> bytes | None:
        """Read a file; None if there is none."""

    def list_top(self) -> Listing:
        """List the files and folders in the topmost folder."""

    def holds(self, path: str, length: int, top: Listing) -> bool:
        """Tell whether a file below a folder is there, as far as that takes no request."""

    def put(self, path: str, content: bytes, headers: Headers) -> None:
        """Put a file in its place, whole or not at all."""

    def remove(self, path: str) -> None:
        """Remove a file, if it is there."""

    def renew(self) -> None:
        """Connect again, if the connection was lost."""
