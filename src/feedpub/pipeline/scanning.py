"""A source to the candidates of its files: each file by itself, here or in another process."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

import msgspec

from feedpub.articles import Identifier, KnownSections
from feedpub.errors import Failure, Problem, Where, attempt, guard_record
from feedpub.files import KeptValues, Passed, PassedValues, read_state
from feedpub.model import SHOWN, Candidate, Origin, Precision, Progress, SourceFile, Status
from feedpub.pipeline.kept_pages import pass_pages
from feedpub.pipeline.workers import Call, Workers
from feedpub.settings import Config
from feedpub.sources import BROKEN
from feedpub.systems import Notes, OpenedSource, SentFile, send_file
from feedpub.text import encode_text

_TOGETHER = 64  # records
# Below that, other processes would take longer to begin than they save.
_FEWEST_BYTES = 2 * 2**20
_LARGEST = 32 * 2**20  # of a file that is read whole in another process
_MOST_FILES = 256  # that a process takes at once
_SHARES = 8  # that a process takes of all, at the least


class Scanned(msgspec.Struct):
    """What was found in a file, or in a part of it.

    `records` counts all records, `rejected` the rejected ones, `unnamed` those in the section
    named for the site. `passed_over` counts the things that are not articles, by kind.
    `new_sections` are names that the configuration does not have, and where each is first.
    `new_pages` are the candidates of pages that another process read, and that no earlier run had.
    """

    candidates: list[Candidate] = []
    problems: list[Problem] = []
    records: int = 0
    rejected: int = 0
    unnamed: int = 0
    passed_over: Mapping[str, int] = {}
    new_sections: list[tuple[str, Where]] = []
    new_pages: list[Candidate] = []


class Scanner:
    """Finds and identifies the records of one source."""

    def __init__(
        self, config: Config, index: int, now: datetime | None, kept: KeptValues | None = None
    ) -> None:
        source = config.sources[index]
        self.opened = OpenedSource(config, index, kept)
        self._known = KnownSections(config)
        self._identifier = Identifier(config.site, source, self._known, now=now)

    def scan(self, file: SourceFile) -> Iterator[Scanned]:
        """Yield the findings in a file, some dozens of records at a time."""
        notes = Notes()
        scanned = Scanned()
        for item in self.opened.scan(file, notes):
            if isinstance(item, Problem):
                scanned.problems.append(item)
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

    def _complete(self, scanned: Scanned, notes: Notes) -> Scanned:
        scanned.unnamed = self._identifier.take_without_section()
        scanned.passed_over = notes.take_reasons()
        scanned.new_sections = self._known.take_new()
        return scanned


def scan_source(
    config: Config,
    index: int,
    now: datetime | None,
    notes: Notes,
    *,
    kept: KeptValues | None = None,
    workers: Workers,
) -> Iterator[Scanned]:
    """Yield the findings in the files of a source, in their order.

    Args:
        notes: Takes the files that are passed over.
        kept: What was read of pages before.
        workers: Who reads the files.
    """
    scanner = attempt(lambda: Scanner(config, index, now, kept))
    if isinstance(scanner, Failure):
        problem = scanner.tell(Where(config.sources[index].path), "source")
        yield Scanned(problems=[problem], records=1, rejected=1)
        return
    files = scanner.opened.list_files(notes)
    if not workers.are_several:
        for file in files:
            yield from _scan(scanner, file)
        return
    order = _make_order(config, index, now, kept)

    def find_call(batch: _Batch) -> Call[_Result] | None:
        return partial(_scan_batch, order, batch.sent) if batch.sent else None

    for batch, found in workers.share(_divide(scanner, list(files), workers.jobs), find_call):
        if found is None:
            for file in batch.files:
                yield from _scan(scanner, file)
            continue
        if kept is not None:
            kept.adopt(found.passed)
        for file, (packed, is_new) in zip(batch.files, found.scanned, strict=True):
            if isinstance(file, SourceFile):
                for one in packed:
                    scanned = _unpack(one, file)
                    scanned.new_pages = scanned.candidates if is_new else []
                    yield scanned


def _scan(scanner: Scanner, file: SourceFile | Problem) -> Iterator[Scanned]:
    if isinstance(file, SourceFile):
        yield from scanner.scan(file)
    else:
        number = 1 if file.severity == "error" else 0
        yield Scanned(problems=[file], records=number, rejected=number)


class _Batch(msgspec.Struct):
    """Files that are read together; by another process, if they can be sent."""

    files: list[SourceFile | Problem] = []
    sent: list[SentFile] = []


def _divide(scanner: Scanner, files: Sequence[SourceFile | Problem], jobs: int) -> Iterator[_Batch]:
    """Divide files into batches, in their order."""
    sizes = [_read_size(file) for file in files]
    is_small = sum(sizes) < _FEWEST_BYTES
    most = min(max(len(files) // (jobs * _SHARES), 1), _MOST_FILES)
    batch = _Batch()
    for file, size in zip(files, sizes, strict=True):
        sent = None
        if not is_small and size <= _LARGEST and isinstance(file, SourceFile):
            sent = scanner.opened.send(file)
        if batch.files and (bool(batch.sent) != bool(sent) or len(batch.files) >= most):
            yield batch
            batch = _Batch()
        batch.files.append(file)
        if sent is not None:
            batch.sent.append(sent)
    yield batch


def _read_size(file: SourceFile | Problem) -> int:
    state = read_state(file.path) if isinstance(file, SourceFile) else None
    return 0 if state is None else state[1]


class _Result(NamedTuple):
    """What another process found in some files, and what it read of pages.

    Of each file, whether it is a page that was not known.
    """

    scanned: list[tuple[list[bytes], bool]]
    passed: Passed


class _Order(NamedTuple):
    """What another process has to know of a run."""

    config: Config
    source: int
    now: datetime | None
    believes: bool
    run: tuple[int, int]  # what others have opened is not of this run


def _make_order(
    config: Config, source: int, now: datetime | None, kept: KeptValues | None
) -> _Order:
    believes = kept is None or kept.believes
    return _Order(config, source, now, believes, (os.getpid(), time.monotonic_ns()))


def _scan_batch(order: _Order, files: Sequence[SentFile]) -> _Result:
    """Scan files in another process."""
    scanner, pages = _open_scanner(order)
    scanned: list[tuple[list[bytes], bool]] = []
    for sent in files:
        known = pages.made
        packed = [_pack(found) for found in scanner.scan(scanner.opened.receive(sent))]
        scanned.append((packed, pages.made > known))
    return _Result(scanned, pages.take())


# Of the source that this process was sent files of last.
_opened: dict[tuple[int, int], tuple[Scanner, PassedValues]] = {}


def _open_scanner(order: _Order) -> tuple[Scanner, PassedValues]:
    if order.run not in _opened:
        _opened.clear()
        pages = pass_pages(order.config, believes=order.believes)
        _opened[order.run] = Scanner(order.config, order.source, order.now, pages), pages
    return _opened[order.run]


def read_ahead(
    config: Config,
    candidates: Iterable[Candidate],
    kept: KeptValues,
    workers: Workers,
    progress: Progress,
) -> None:
    """Let other processes read whole the pages that are shown, so that they are known then.

    Args:
        candidates: Of pages that an earlier run did not read.
    """
    pages: dict[int, list[tuple[SentFile, Origin]]] = {}
    for candidate in candidates:
        file = candidate.origin.file
        if candidate.status in SHOWN and (sent := send_file(file)) is not None:
            origin = msgspec.structs.replace(candidate.origin, file=sent.file)
            pages.setdefault(file.source, []).append((sent, origin))
    total, done = sum(map(len, pages.values())), 0
    for source, every in pages.items():
        order = _make_order(config, source, None, kept)
        most = min(max(len(every) // (workers.jobs * _SHARES), 1), _MOST_FILES)
        batches = [every[begin : begin + most] for begin in range(0, len(every), most)]

        def find_call(batch: list[tuple[SentFile, Origin]], order: _Order = order) -> Call[Passed]:
            return partial(_read_batch, order, batch)

        for batch, passed in workers.share(batches, find_call):
            if passed is not None:
                kept.adopt(passed)
            done += len(batch)
            progress("reading pages", done, total)


def _read_batch(order: _Order, pages: Sequence[tuple[SentFile, Origin]]) -> Passed:
    """Read pages in another process, so that they are known."""
    scanner, values = _open_scanner(order)
    for sent, origin in pages:
        file = scanner.opened.receive(sent)
        with contextlib.suppress(*BROKEN):  # who shows the page says why
            for _ in scanner.opened.load(file, [msgspec.structs.replace(origin, file=file)]):
                pass
    return values.take()


class _PackedCandidate(msgspec.Struct, array_like=True, gc=False):
    """A candidate without its file."""

    id: str
    sections: tuple[str, ...]
    updated: int
    published: int | None
    status: Status
    digest: int
    updated_precision: Precision
    published_precision: Precision | None
    expires: int | None
    position: int
    line: int | None
    single: bool


class _Packed(msgspec.Struct, array_like=True):
    """What was found in a file, whichever that is."""

    candidates: list[_PackedCandidate]
    problems: list[Problem]
    records: int
    rejected: int
    unnamed: int
    passed_over: dict[str, int]
    new_sections: list[tuple[str, Where]]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Packed).decode


def _pack(scanned: Scanned) -> bytes:
    candidates = [
        _PackedCandidate(
            *(c.id, c.sections, c.updated, c.published, c.status, c.digest),
            *(c.updated_precision, c.published_precision, c.expires),
            *(c.origin.position, c.origin.line, c.origin.single),
        )
        for c in scanned.candidates
    ]
    packed = _Packed(
        candidates,
        scanned.problems,
        scanned.records,
        scanned.rejected,
        scanned.unnamed,
        dict(scanned.passed_over),
        scanned.new_sections,
    )
    try:
        return _encode(packed)
    except UnicodeEncodeError:  # a lone surrogate
        return encode_text(json.dumps(msgspec.to_builtins(packed)))


def _unpack(content: bytes, file: SourceFile) -> Scanned:
    is_json = content.startswith(b"[")  # no message pack of a list begins so
    packed = msgspec.convert(json.loads(content), _Packed) if is_json else _decode(content)
    return Scanned(
        candidates=[
            Candidate(
                *(c.id, c.sections, c.updated, c.published, c.status),
                Origin(file, c.position, c.line, c.single),
                *(c.digest, c.updated_precision, c.published_precision, c.expires),
            )
            for c in packed.candidates
        ],
        problems=packed.problems,
        records=packed.records,
        rejected=packed.rejected,
        unnamed=packed.unnamed,
        passed_over=packed.passed_over,
        new_sections=packed.new_sections,
    )
