"""The entries of chosen candidates, kept until the last section that shows them takes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from feedpub.entries.making import EntryMaker
from feedpub.model import Candidate, Entry, SourceFile
from feedpub.systems import seeks


class EntryStore:
    """Gives the entries of chosen candidates, section by section.

    A file whose reader seeks is read section by section. Any other is read once, for all its
    chosen records. An entry is kept until the last section that shows it takes it.
    """

    def __init__(self, maker: EntryMaker, chosen: Iterable[Sequence[Candidate]]) -> None:
        self._maker = maker
        self._uses: Counter[str] = Counter()
        self._waiting: dict[SourceFile, dict[int, Candidate]] = {}
        self._entries: dict[str, Entry | None] = {}
        for candidates in chosen:
            for candidate in candidates:
                self._uses[candidate.id] += 1
                origin = candidate.origin
                self._waiting.setdefault(origin.file, {})[origin.position] = candidate

    def take(self, candidates: Sequence[Candidate]) -> list[Entry]:
        """Take the entries of one section's candidates, in their order.

        Raises:
            OutputError: A source changed while it was read.
        """
        missing: dict[SourceFile, list[Candidate]] = {}
        for candidate in candidates:
            if candidate.id not in self._entries:
                missing.setdefault(candidate.origin.file, []).append(candidate)
        for file, wanted in missing.items():
            self._load(file, wanted)
        taken = (self._use(candidate.id) for candidate in candidates)
        return [entry for entry in taken if entry is not None]

    def _load(self, file: SourceFile, wanted: list[Candidate]) -> None:
        waiting = self._waiting[file]
        if seeks(file):
            by_position = {candidate.origin.position: candidate for candidate in wanted}
        else:
            by_position = dict(waiting)
        for candidate, entry in self._maker.make_all(file, by_position):
            self._entries[candidate.id] = entry
            del waiting[candidate.origin.position]

    def _use(self, id: str) -> Entry | None:
        self._uses[id] -= 1
        return self._entries[id] if self._uses[id] else self._entries.pop(id)
