"""A folder of this computer as a place to publish to, such as a web server's."""

from __future__ import annotations

import stat
from pathlib import Path

from feedpub.files import locate, read_regular, replace_file
from feedpub.publish.stores import Headers, Listing


class FolderStore:
    """A folder; the first file that is put there creates it."""

    at_once = 8

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, path: str) -> bytes | None:
        """Read a file; None if there is none."""
        try:
            return read_regular(locate(self._folder, path))
        except FileNotFoundError:
            return None

    def list_top(self) -> Listing:
        """List the files and folders in the topmost folder."""
        try:
            states = {path.name: path.lstat() for path in self._folder.iterdir()}
        except FileNotFoundError:
            return Listing({})
        sizes = {name: s.st_size for name, s in states.items() if stat.S_ISREG(s.st_mode)}
        return Listing(sizes, frozenset(states.keys() - sizes.keys()))

    def holds(self, path: str, length: int, top: Listing) -> bool:
        """Tell whether a file is there and has this length."""
        try:
            state = locate(self._folder, path).lstat()
        except (FileNotFoundError, NotADirectoryError):
            return False
        return stat.S_ISREG(state.st_mode) and state.st_size == length

    def put(self, path: str, content: bytes, headers: Headers) -> None:
        """Put a file in its place; the web server makes its own headers."""
        place = locate(self._folder, path)
        place.parent.mkdir(parents=True, exist_ok=True)
        # By way of the folder that is listed, so that the next publish finds leftovers.
        replace_file(place, content, by_way_of=self._folder)

    def remove(self, path: str) -> None:
        """Remove a file, if it is there."""
        locate(self._folder, path).unlink(missing_ok=True)

    def renew(self) -> None:
        """Do nothing: a folder has no connection."""
