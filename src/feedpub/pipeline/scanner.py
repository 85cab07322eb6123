"""The records of one source found and identified, in this process or in another."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import NamedTuple, TypeVar

from feedpub.articles import Identifier, KnownSections
from feedpub.errors import UNREADABLE, Problem, guard_record
from feedpub.files import FileState, KeptFile, KeptValues, PassedValues, know_file, read_state
from feedpub.model import SourceFile
from feedpub.pipeline.keeping import pass_values
from feedpub.pipeline.repeating import digest_program
from feedpub.pipeline.scanned import Scanned, pack_file
from feedpub.pipeline.workers import Workers
from feedpub.settings import Config
from feedpub.systems import Notes, OpenedSource

T = TypeVar("T")

_TOGETHER = 64  # records


class Scanner:
    """Finds and identifies the records of one source."""

    def __init__(
        self, config: Config, index: int, now: datetime | None, pages: KeptValues | None = None
    ) -> None:
        source = config.sources[index]
        self.opened = OpenedSource(config, index, pages)
        self._known = KnownSections(config)
        self._identifier = Identifier(config.site, source, self._known, now=now)
        self.has_failed = False  # to read a file, or a part of it

    def scan(self, file: SourceFile) -> Iterator[Scanned]:
        """Yield the findings in a file, some dozens of records at a time."""
        notes = Notes()
        scanned = Scanned()
        for item in self.opened.scan(file, notes):
            if isinstance(item, Problem):
                scanned.problems.append(item)
                self.has_failed = self.has_failed or item.kind == UNREADABLE
                # A warning is of a file whose records follow.
                if item.severity == "error":
                    scanned.records += 1
                    scanned.rejected += 1
            elif item.chosen:
                told: list[Problem] = []
                identify = partial(self._identifier.identify, item, told)
                candidate = guard_record(item.origin.where, identify, told)
                scanned.records += 1
                scanned.problems += (*item.problems, *told)
                if candidate is not None:
                    scanned.candidates.append(candidate)
                elif any(problem.severity == "error" for problem in told):
                    scanned.rejected += 1
            if scanned.records >= _TOGETHER:
                yield self._complete(scanned, notes)
                scanned = Scanned()
        yield self._complete(scanned, notes)

    def scan_whole(self, file: SourceFile, known: KeptFile | None) -> Found:
        """Give the findings in a file packed, unless its bytes are those that are known."""
        if file.part is not None:
            return Found(pack_file(self.scan(file), file.part[0]), None)
        before = None
        if self.opened.knows_all_of(file):
            with contextlib.suppress(OSError):  # the scan says why
                before = None if self.opened.looks_beside(file) else know_file(file.path)
        if before is not None and known is not None and before.digest == known.digest:
            return Found(known.value, before._replace(value=known.value))
        value = pack_file(self.scan(file))
        is_kept = before is not None and read_state(file.path) == before.state
        return Found(value, before._replace(value=value) if before and is_kept else None)

    def _complete(self, scanned: Scanned, notes: Notes) -> Scanned:
        scanned.unnamed = self._identifier.take_without_section()
        scanned.passed_over = notes.take_reasons()
        scanned.new_sections = self._known.take_new()
        return scanned


class Found(NamedTuple):
    """The findings in a file, packed, and the form in which they are kept, if they can be.

    `is_new_page` says that it is an article page that no earlier run had read.
    """

    packed: bytes
    kept: KeptFile | None
    is_new_page: bool = False

    def bring_here(self, state: FileState | None) -> Found:
        """Give what another machine found in a file, with the state that the file has here."""
        if self.kept is None or state is None:
            return self
        return self._replace(kept=self.kept._replace(state=state))


class Order(NamedTuple):
    """What another process has to know of a run.

    `program` is the digest of what runs where the findings are kept; None on the same machine.
    """

    config: Config
    source: int
    now: datetime | None
    believes: bool
    run: tuple[int, int]  # what others have opened is not of this run
    program: str | None


def make_order(
    config: Config, source: int, now: datetime | None, values: KeptValues | None, workers: Workers
) -> Order:
    """Make what other processes have to know of a source; its scanner is another each time."""
    believes = values is None or values.believes
    program = (digest_program() or "") if workers.are_elsewhere else None
    return Order(config, source, now, believes, (os.getpid(), time.monotonic_ns()), program)


# Of the source that this process was sent files of last.
_opened: dict[tuple[int, int], tuple[Scanner, PassedValues]] = {}


def open_scanner(order: Order) -> tuple[Scanner, PassedValues]:
    """Open the scanner of a source in another process, and the values that it passes on."""
    return open_once(_opened, order, partial(_open, order))


def open_once(opened: dict[tuple[int, int], T], order: Order, begin: Callable[[], T]) -> T:
    """Open something once for all calls of an order; of the one before it, nothing stays open."""
    if order.run not in opened:
        opened.clear()
        opened[order.run] = begin()
    return opened[order.run]


def _open(order: Order) -> tuple[Scanner, PassedValues]:
    values = pass_values(order.config, believes=order.believes, program=order.program)
    return Scanner(order.config, order.source, order.now, values), values
