"""The entries of all articles, which wait in a temporary file until a feed or a page shows them."""

from __future__ import annotations

import os
import tempfile
import weakref
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from feedpub.entries.making import EntryMaker
from feedpub.errors import OutputError
from feedpub.files import JsonForm
from feedpub.model import Candidate, Entry, SourceFile
from feedpub.text import encode_text

_FORM = JsonForm(Entry)


class _Place(NamedTuple):
    """Where an entry lies in the file: its content lies after the rest of it."""

    begin: int
    head: int
    content: int


class EntryShelf:
    """Makes the entries of candidates, each once and file by file, and gives them in any order.

    It keeps only their places in memory.

    Raises:
        OutputError: A source changed while it was read, or there is no room for the file.
    """

    def __init__(self, maker: EntryMaker, candidates: Iterable[Candidate]) -> None:
        # It has no name, so that it is gone however the process ends; closed below.
        self._file = tempfile.TemporaryFile(prefix="feedpub-")  # noqa: SIM115
        weakref.finalize(self, self._file.close)
        self._places: dict[str, _Place] = {}
        by_file: dict[SourceFile, dict[int, Candidate]] = {}
        for candidate in candidates:
            by_position = by_file.setdefault(candidate.origin.file, {})
            by_position[candidate.origin.position] = candidate
        for file, by_position in by_file.items():
            for candidate, entry in maker.make_all(file, by_position):
                if entry is not None:
                    self._put(candidate.id, entry)

    def take(self, candidates: Iterable[Candidate]) -> list[Entry]:
        """Take the entries of candidates whole, in their order."""
        places = (self._places.get(candidate.id) for candidate in candidates)
        return [self._read(place, whole=True) for place in places if place is not None]

    def list_heads(self, candidates: Sequence[Candidate]) -> list[Entry]:
        """List the entries of candidates without their content, in their order."""
        places = (self._places.get(candidate.id) for candidate in candidates)
        return [self._read(place, whole=False) for place in places if place is not None]

    def close(self) -> None:
        """Remove the file; nothing can be taken from then on."""
        self._file.close()

    def _put(self, id: str, entry: Entry) -> None:
        head = _FORM.pack(msgspec.structs.replace(entry, content=None))
        content = b"" if entry.content is None else encode_text(entry.content)
        try:
            begin = self._file.seek(0, os.SEEK_END)
            self._file.write(head + content)
        except OSError as error:
            raise OutputError(
                f"{tempfile.gettempdir()}: can't keep the articles there while the pages are "
                f"written ({error.strerror or error}). Free some space, or set TMPDIR."
            ) from error
        length = -1 if entry.content is None else len(content)
        self._places[id] = _Place(begin, len(head), length)

    def _read(self, place: _Place, *, whole: bool) -> Entry:
        self._file.seek(place.begin)
        entry = _FORM.unpack(self._file.read(place.head))
        if not whole or place.content < 0:
            return entry
        content = self._file.read(place.content).decode("utf-8", "surrogatepass")
        return msgspec.structs.replace(entry, content=content)
