"""The digests of media files in the output, so that a build reads only those that changed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from feedpub.files import KnownFiles, digest_file, read_state
from feedpub.output.lock import locate_state

_VERSION = "output 1"
_SETTLING = 2 * 10**9  # nanoseconds; to read a file once more costs little
_Digest = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]


class MediaDigests:
    """Digests of files, by path. Without `known`, nothing is kept between runs."""

    def __init__(
        self, known: KnownFiles[str] | None = None, last_build: Path | None = None
    ) -> None:
        self._known = known
        self._last_build = last_build

    def read(self, path: Path) -> str | None:
        """Give the digest of a file, which is read if it is new or changed; None if it can't be."""
        state = read_state(path)
        if state is None:
            return None
        digest = None if self._known is None else self._known.find(path, state)
        if digest is None:
            try:
                digest = digest_file(path)
            except OSError:
                return None
            if self._known is not None:
                self._known.keep(path, state, digest)
        return digest

    def keep(self, path: Path, digest: str) -> None:
        """Keep the digest of a file that was just written."""
        state = read_state(path)
        if self._known is not None and state is not None:
            self._known.keep(path, state, digest)

    def save(self) -> None:
        """Save the digests that were used for the next run."""
        if self._known is not None:
            self._known.save()

    def forget(self, paths: Iterable[Path]) -> None:
        """Forget files that are not what they are known as, so that the next build reads them."""
        forgotten = list(paths)
        if self._known is not None:
            self._known.forget(forgotten)
        if self._last_build is not None and forgotten:
            with contextlib.suppress(OSError):  # a folder that can't be written, or no file
                self._last_build.unlink()


def open_media_digests(state: Path, output: Path) -> MediaDigests:
    """Open the digests of an output's media; `state` is the folder that they are kept in."""
    place = locate_state(state, output, ".json")
    known = KnownFiles(place, _Digest, version=_VERSION, settling=_SETTLING)
    return MediaDigests(known, locate_last_build(state, output))


def locate_last_build(state: Path, output: Path) -> Path:
    """Find the file that keeps what the last build of an output read and wrote."""
    return locate_state(state, output, "-build.json")
