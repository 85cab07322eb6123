"""The digests of media files in the output, so that a build reads only those that changed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from feedpub.files import KnownFiles, digest_file, read_state
from feedpub.output.lock import name_state

_VERSION = "output 1"
_SETTLING = 2 * 10**9  # nanoseconds; to read a file once more costs little
_Digest = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]


class MediaDigests:
    """Digests of files, by path. Without `known`, nothing is kept between runs."""

    def __init__(self, known: KnownFiles[str] | None = None) -> None:
        self._known = known

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
        if self._known is not None:
            self._known.forget(paths)


def open_media_digests(state: Path, output: Path) -> MediaDigests:
    """Open the digests of an output's media; `state` is the folder that they are kept in."""
    place = state / f"{name_state(output)}.json"
    return MediaDigests(KnownFiles(place, _Digest, version=_VERSION, settling=_SETTLING))
