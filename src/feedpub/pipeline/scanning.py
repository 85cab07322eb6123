"""A source to the candidates of its files: each file by itself, here or in another process.

The findings in a file that depends on no other are kept for the next run.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

import msgspec

from feedpub.errors import Failure, Problem, Where, attempt
from feedpub.files import FileState, KeptFile, Passed, read_state
from feedpub.model import SourceFile
from feedpub.pipeline.keeping import FileGroup, Kept
from feedpub.pipeline.parts import PartedFile, PartPlace, divide_file, list_parts
from feedpub.pipeline.scanned import Scanned, unpack
from feedpub.pipeline.scanner import Found, Order, Scanner, make_order, open_scanner
from feedpub.pipeline.whole_runs import PendingRun
from feedpub.pipeline.workers import MOST_TOGETHER, Call, Needed, Workers, count_together
from feedpub.settings import Config
from feedpub.sources import FileRun, is_unpacked
from feedpub.systems import Notes, SentFile

# Below that, other processes would take longer to begin than they save.
_FEWEST_BYTES = 2 * 2**20
# The findings in a larger file are not held in memory together.
_LARGEST = 32 * 2**20
# A file from that size on is scanned in parts, if its format has them.
_DIVIDED = 2**20


def scan_source(
    config: Config,
    index: int,
    now: datetime | None,
    notes: Notes,
    *,
    kept: Kept | None,
    workers: Workers,
) -> Iterator[Scanned]:
    """Yield the findings in the files of a source, in their order.

    Args:
        notes: Takes the files that are passed over.
        kept: What is known of the files.
        workers: Who reads the files.
    """
    pages = None if kept is None else kept.values
    scanner = attempt(lambda: Scanner(config, index, now, pages))
    if isinstance(scanner, Failure):
        problem = scanner.tell(Where(config.sources[index].path), "source")
        yield Scanned(problems=[problem], records=1, rejected=1)
        return
    group = FileGroup(kept, index, scanner.opened)
    order = make_order(config, index, now, pages, workers)
    items = deque(
        item
        for found in scanner.opened.list_runs(notes)
        for item in _look_at(scanner, found, group, notes)
    )
    batches = _divide(scanner, items, workers)

    def find_call(batch: Sequence[_Item]) -> Call[_Result | None] | None:
        sent = [(item.sent, item.known) for item in batch if item.sent is not None]
        return partial(_scan_batch, order, sent) if sent else None

    for batch, result in workers.share(batches, find_call, _list_needed):
        if result is None:
            for item in batch:
                yield from _scan_here(scanner, item, group)
            continue
        if pages is not None:
            pages.adopt(result.passed)
        scanner.opened.place.add_answers(result.answers)
        for item, found in zip(batch, result.found, strict=True):
            if item.part is None:
                here = found.bring_here(item.state) if workers.are_elsewhere else found
                yield from _take(item, here, group)
            else:
                yield from _take_part(scanner, *item.part, found.packed, group)
    group.save()


class _Item(msgspec.Struct, frozen=True):
    """A file to scan, its size, its state, and the knowledge of it; or the problem in its place.

    Or else it is a run of files in which nothing changed, with what was `packed` of them. `is_same`
    says that the findings in the file are known, `is_whole` that they are wanted together, because
    they may be kept. `parted` says that it is scanned in parts, `part` that it is one. `run` is the
    run that it is in, with its number there. `sent` is its form for another process; one without a
    size stays here.
    """

    file: SourceFile | Problem | FileRun
    size: int = 0
    state: FileState | None = None
    known: KeptFile | None = None
    is_same: bool = False
    is_whole: bool = False
    parted: PartedFile | None = None
    part: tuple[PartedFile, PartPlace] | None = None
    sent: SentFile | None = None
    packed: bytes = b""
    run: tuple[PendingRun, int] | None = None


def _look_at(
    scanner: Scanner, found: FileRun | SourceFile | Problem, group: FileGroup, notes: Notes
) -> Iterator[_Item]:
    """Look at a run of files together if all is known that is in them, else at each."""
    opened = scanner.opened
    if not isinstance(found, FileRun):
        for file in opened.accept(found, notes):
            yield from _look(scanner, file, group)
        return
    key = group.key_run(found)
    packed = group.find_run(found, key)
    if packed is not None:
        yield _Item(found, packed=packed)
        return
    pending = PendingRun(found, key, group)
    for number, listed in enumerate(found):
        for file in opened.accept(listed, pending.notes):
            for item in _look(scanner, file, group, found.states[number]):
                pending.expect(is_whole=item.is_whole)
                yield msgspec.structs.replace(item, run=(pending, number))
    for reason, files in pending.begin().items():
        notes.add(opened.source.path, reason, files)


def _look(
    scanner: Scanner,
    file: SourceFile | Problem,
    group: FileGroup,
    state: FileState | None = None,
) -> Iterator[_Item]:
    """Look at a file, without opening it unless it is large, changed, and can be divided.

    Args:
        state: What it was when it was listed.
    """
    if isinstance(file, SourceFile) and state is None:
        state = read_state(file.path)
    if isinstance(file, Problem) or state is None:
        yield _Item(file)
        return
    # The files of a folder are recognized in their order, whoever scans them.
    if isinstance(attempt(partial(scanner.opened.name_system, file)), Failure):
        yield _Item(file)  # the scan says so
        return
    is_known = scanner.opened.knows_all_of(file)
    known = group.find(file) if is_known else None
    is_same = known is not None and known.state == state
    if is_known and state[1] >= _DIVIDED:
        before = list_parts(known)
        parts = before if is_same else divide_file(scanner.opened, file)
        if parts:
            digests = frozenset(part.digest for part in before)
            yield _Item(file, parted=PartedFile(file, state, parts, digests))
            return
    if state[1] > _LARGEST:
        yield _Item(file)
        return
    yield _Item(
        file,
        state[1],
        state,
        known,
        is_same=is_same,
        is_whole=is_known and (group.keeps or known is not None),
    )


def _divide(scanner: Scanner, items: deque[_Item], workers: Workers) -> Iterator[list[_Item]]:
    """Divide files into those that are scanned together, in their order; none is held here then."""
    sizes = [size for item in items for size in _list_new_sizes(item)]
    # Who waits for one file alone may as well read it.
    is_shared = workers.are_several and len(sizes) > 1 and sum(sizes) >= _FEWEST_BYTES
    most = count_together(len(sizes), workers.jobs) if is_shared else MOST_TOGETHER
    batch: list[_Item] = []
    for item in _take_each(items):
        if is_shared and item.size and not item.is_same and isinstance(item.file, SourceFile):
            # Of an archive, only this machine has the files.
            is_here = workers.are_elsewhere and is_unpacked(item.file.path)
            sent = None if is_here else scanner.opened.send(item.file)
            item = msgspec.structs.replace(item, sent=sent)
        is_other = bool(batch) and (batch[0].sent is None) != (item.sent is None)
        if is_other or len(batch) >= most:
            yield batch
            batch = []
        batch.append(item)
    yield batch


def _list_needed(batch: Sequence[_Item]) -> list[Needed]:
    """List the files that another process reads of a batch; one may be there in several parts."""
    needed = {
        item.file.path: item.state
        for item in batch
        if item.state is not None and isinstance(item.file, SourceFile)
    }
    return list(needed.items())


def _list_new_sizes(item: _Item) -> Iterable[int]:
    """List the sizes of what another process may scan."""
    if item.parted is not None:
        return item.parted.list_new_sizes()
    return () if item.is_same or not item.size else (item.size,)


def _take_each(items: deque[_Item]) -> Iterator[_Item]:
    """Yield files, each of which is dropped then, or their parts."""
    while items:
        item = items.popleft()
        parted = item.parted
        if parted is None:
            yield item
            continue
        for place in parted.list_places():
            file, size, part = parted.give(place), place.part.size, (parted, place)
            yield _Item(file, size, parted.state, is_same=place.is_known, part=part)


def _scan_here(scanner: Scanner, item: _Item, group: FileGroup) -> Iterator[Scanned]:
    """Yield the findings in a file that this process scans, or that are known."""
    file = item.file
    if isinstance(file, Problem):
        number = 1 if file.severity == "error" else 0
        yield Scanned(problems=[file], records=number, rejected=number)
    elif isinstance(file, FileRun):
        yield unpack(item.packed, file)
    elif item.part is not None:
        parted, place = item.part
        packed = group.find_part(parted.file, place.part.digest) if place.is_known else None
        if packed is None:
            place = place._replace(is_known=False)
            packed = scanner.scan_whole(file, None).packed
        yield from _take_part(scanner, parted, place, packed, group)
    elif item.is_same and item.known is not None:
        yield from _take(item, Found(item.known.value, item.known), group)
    elif item.is_whole:
        yield from _take(item, scanner.scan_whole(file, item.known), group)
    else:
        yield from scanner.scan(file)


def _take(item: _Item, found: Found, group: FileGroup) -> Iterator[Scanned]:
    """Yield findings that were packed, and put them into the group if they can be kept."""
    if not isinstance(item.file, SourceFile):
        return
    if found.kept is not None and item.is_whole:
        group.put(item.file, found.kept)
    scanned = unpack(found.packed, [item.file])
    if item.run is not None:
        run, number = item.run
        run.take(number, scanned, found.kept)
    if found.is_new_page:
        scanned.new_pages = scanned.list_candidates()
    yield scanned


def _take_part(
    scanner: Scanner, parted: PartedFile, place: PartPlace, packed: bytes, group: FileGroup
) -> Iterator[Scanned]:
    """Yield the findings in a part of a file; put them into the group, and at last the file."""
    if group.keeps and not place.is_known and parted.is_same:
        group.put_part(parted.file, place.part.digest, packed)
    yield from parted.take(place, packed)
    if not parted.is_last(place):
        return
    if parted.is_empty:
        yield from scanner.scan(parted.file)  # says so
    elif (kept := parted.complete()) is not None:
        group.put(parted.file, kept, parted.list_units())


class _Result(NamedTuple):
    """The findings of another process in some files, what it read of pages, and what it asked."""

    found: list[Found]
    passed: Passed
    answers: Mapping[str, str]


def _scan_batch(order: Order, files: Sequence[tuple[SentFile, KeptFile | None]]) -> _Result | None:
    """Scan files in another process; None if one can't be read on a machine other than the run's.

    The run then reads them itself, because what fails here may not fail there.
    """
    scanner, pages = open_scanner(order)
    scanner.has_failed = False
    every: list[Found] = []
    for sent, known in files:
        made = pages.made
        found = scanner.scan_whole(scanner.opened.receive(sent), known)
        every.append(found._replace(is_new_page=pages.made > made))
    if scanner.has_failed and order.program is not None:
        pages.take()
        return None
    return _Result(every, pages.take(), scanner.opened.place.take_answers())
