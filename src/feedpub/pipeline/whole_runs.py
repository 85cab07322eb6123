"""Runs of files that are scanned, and kept together once all is known that is in them."""

from __future__ import annotations

from feedpub.files import KeptFile
from feedpub.pipeline.keeping import FileGroup
from feedpub.pipeline.scanned import Scanned, pack
from feedpub.sources import FileRun
from feedpub.systems import Notes


class PendingRun:
    """A run of files that are scanned, one after another.

    Its findings are kept if all files still are what they were when they were listed. `notes`
    takes the files that hold no article.
    """

    def __init__(self, run: FileRun, key: bytes | None, group: FileGroup) -> None:
        self.notes = Notes()
        self._run = run
        self._key = key if group.keeps else None
        self._group = group
        self._reasons: dict[str, int] = {}
        self._found: list[tuple[int, Scanned]] = []
        self._waiting = 0

    def expect(self, *, is_whole: bool) -> None:
        """Expect the findings in a file; if they can't be kept, those of the others are not."""
        self._waiting += 1
        if not is_whole:
            self._give_up()

    def begin(self) -> dict[str, int]:
        """Expect no more files, and give the numbers of those that hold no article, by kind."""
        self._reasons = self.notes.take_reasons()
        self._keep_if_whole()
        return self._reasons

    def take(self, number: int, found: Scanned, kept: KeptFile | None) -> None:
        """Take the findings in the file of a number, and the form in which they are kept."""
        if kept is None or kept.state != self._run.states[number]:
            self._give_up()
        elif self._key is not None:
            self._waiting -= 1
            self._found.append((number, found))
            self._keep_if_whole()

    def _keep_if_whole(self) -> None:
        if self._key is not None and not self._waiting:
            self._group.put_run(self._run, self._key, pack(self._found, self._reasons))
            self._give_up()

    def _give_up(self) -> None:
        self._key = None
        self._found = []
