"""Files of the output that need not be rendered again: what they are made of is what it was.

For each file, the digest of what it was made of is kept beside that of its bytes. Where the first
is the same again, and the file still has these bytes, they are what it would be rendered as.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from feedpub.files import digest_bytes, encode_json, load_values, save_values
from feedpub.model import Document
from feedpub.output.folder import FolderTarget
from feedpub.output.lock import locate_state

_VERSION = "rendered 1"
_Digest = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]


class _Rendered(msgspec.Struct, frozen=True, array_like=True):
    made_of: _Digest
    sha256: _Digest


class RenderedFiles:
    """What the files of an output were rendered from.

    Args:
        place: The file that is kept; None keeps nothing.
        base: What all files are made of, such as the settings and the code.
        believes: Go by what was kept before.
    """

    def __init__(self, place: Path | None = None, base: str = "", *, believes: bool = True) -> None:
        self._place = place
        self._base = base
        self._known: dict[str, _Rendered] = {}
        if place is not None and believes:
            self._known = load_values(place, _Rendered, version=_VERSION)
        self._used: dict[str, _Rendered] = {}

    def digest(self, *parts: object) -> str | None:
        """Digest what a file is made of; None if nothing is kept."""
        if self._place is None:
            return None
        return digest_bytes(encode_json((self._base, parts)))

    def is_known(self, target: FolderTarget, path: str, made_of: str | None) -> bool:
        """Say whether a file, if it is sound, is made of the same as before."""
        known, line = self._known.get(path), target.old.get(path)
        if known is None or line is None:
            return False
        return (known.made_of, known.sha256) == (made_of, line.sha256)

    def render(
        self,
        target: FolderTarget,
        path: str,
        type: str,
        made_of: str | None,
        make: Callable[[], Document | None],
    ) -> Document | None:
        """Give a file as it is, if it is made of the same as before; else make it.

        Args:
            target: The output that the file is in.
            type: Its media type.
            made_of: What `digest` gave.
            make: Makes the file; None if that fails.
        """
        if self.is_known(target, path, made_of):
            content = target.read_sound(path)
            if content is not None:
                self._used[path] = self._known[path]
                return Document(path, type, content)
        document = make()
        if document is not None and made_of is not None and isinstance(document.content, bytes):
            self._used[path] = _Rendered(made_of, digest_bytes(document.content))
        return document

    def save(self) -> None:
        """Save what the files of this run were made of for the next one."""
        if self._place is not None:
            save_values(self._place, self._used, version=_VERSION)


def open_rendered(state: Path, output: Path, base: str, *, believes: bool) -> RenderedFiles:
    """Open what the files of an output were rendered from; `state` is the folder that keeps it."""
    return RenderedFiles(locate_state(state, output, "-rendered.json"), base, believes=believes)
