"""Records that are shown, read whole by other processes and made into entries, to be known then.

Whoever shows one that is not known reads it, and says why it can't be read.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple, TypeAlias

import msgspec

from feedpub.articles import SectionNames
from feedpub.entries import KeptEntries, LinkDoubts, Placement, RecordMaker
from feedpub.errors import Failure, attempt
from feedpub.files import Passed, Unit
from feedpub.images import (
    ImageMeasurer,
    MeasuredFile,
    MeasurementCache,
    make_measurer,
    open_cache,
)
from feedpub.model import SHOWN, Candidate, Origin, Progress, Record, SourceFile
from feedpub.pipeline.keeping import Kept
from feedpub.pipeline.scanner import Order, make_order, open_once, open_scanner
from feedpub.pipeline.workers import Call, Workers, count_together
from feedpub.settings import Config
from feedpub.sources import BROKEN
from feedpub.systems import SentFile, seeks, send_file

# Entries; below that, other processes would take longer to begin than they save.
_FEWEST_MADE = 200


class _Wanted(NamedTuple):
    """A record to read whole; and to make the entry of, where it is known what that is made of."""

    candidate: Candidate
    placement: Placement | None = None
    unit: Unit | None = None


class _Made(NamedTuple):
    """What another process found among the values and made of them, and the images it measured.

    `answers` are those of the folder of the source.
    """

    passed: Passed
    measured: Sequence[MeasuredFile]
    answers: Mapping[str, str]


_Sent: TypeAlias = Sequence[tuple[SentFile, Sequence[_Wanted]]]


def read_ahead(
    config: Config,
    candidates: Iterable[Candidate],
    kept: Kept,
    workers: Workers,
    progress: Progress,
) -> None:
    """Let other processes read whole the pages that are shown.

    Args:
        candidates: Of pages that an earlier run did not read.
    """
    wanted = [_Wanted(candidate) for candidate in candidates if candidate.status in SHOWN]
    _share(config, wanted, kept, workers, partial(progress, "reading pages"))


def make_ahead(
    config: Config,
    candidates: Iterable[Candidate],
    names: SectionNames,
    kept: Kept,
    measurer: ImageMeasurer,
    workers: Workers,
    progress: Progress,
) -> frozenset[str]:
    """Let other processes make the entries of records that are new, and give their ids.

    Recordings, images to scale, and what servers say of others are measured by this process alone.
    On other machines, a file may be another than the one that its entry is kept for.
    """
    if not workers.are_several or workers.are_elsewhere or measurer.answers.asks:
        return frozenset()
    wanted: dict[str, _Wanted] = {}
    for candidate in candidates:
        origin = candidate.origin
        unit = kept.find_unit(origin) if origin.single or seeks(origin.file) else None
        if unit is not None and unit.is_new:
            wanted[candidate.id] = _Wanted(candidate, Placement.find(names, candidate), unit)
    if len(wanted) < _FEWEST_MADE:
        return frozenset()
    tell = partial(progress, "making entries")
    _share(config, list(wanted.values()), kept, workers, tell, measurer.cache)
    return frozenset(wanted)


def _share(
    config: Config,
    wanted: Sequence[_Wanted],
    kept: Kept,
    workers: Workers,
    progress: Callable[[int, int], None],
    measurements: MeasurementCache | None = None,
) -> None:
    """Let other processes read records, and take over what they found, made, and measured.

    Args:
        measurements: Take what was measured for entries; without them, none are made.
    """
    base = None if measurements is None else kept.files.base
    by_source: dict[int, list[_Wanted]] = {}
    for record in wanted:
        by_source.setdefault(record.candidate.origin.file.source, []).append(record)
    done = 0
    for source, every in by_source.items():
        order = make_order(config, source, None, kept.values, workers)
        most = count_together(len(every), workers.jobs)
        batches = (every[begin : begin + most] for begin in range(0, len(every), most))

        def find_call(batch: Sequence[_Wanted], order: Order = order) -> Call[_Made] | None:
            sent = _send(batch)
            return partial(_read_batch, order, base, sent) if sent else None

        for batch, made in workers.share(batches, find_call):
            if made is not None:
                kept.groups[source].note_answers(made.answers)
                kept.values.adopt(made.passed)
                if measurements is not None:
                    measurements.adopt(made.measured)
            done += len(batch)
            progress(done, len(wanted))


def _send(batch: Sequence[_Wanted]) -> _Sent:
    """Give the records of a batch a form for another process, of those that it can read."""
    by_file: dict[SourceFile, list[_Wanted]] = {}
    for record in batch:
        by_file.setdefault(record.candidate.origin.file, []).append(record)
    sent = []
    for file, records in by_file.items():
        if (form := send_file(file)) is not None:
            sent.append((form, [_place(record, form.file) for record in records]))
    return sent


def _place(record: _Wanted, file: SourceFile) -> _Wanted:
    """Give a record as one of another form of its file."""
    origin = msgspec.structs.replace(record.candidate.origin, file=file)
    return record._replace(candidate=msgspec.structs.replace(record.candidate, origin=origin))


def _read_batch(order: Order, base: bytes | None, sent: _Sent) -> _Made:
    """Read records in another process; with what entries depend on, make their entries, too."""
    scanner, values = open_scanner(order)
    opened = None if base is None else open_once(_opened, order, partial(_open_maker, order))
    for form, records in sent:
        file = scanner.opened.receive(form)
        wanted = {one.candidate.origin.position: _place(one, file) for one in records}
        kept = KeptEntries(values, base or b"", partial(_find_unit, wanted))
        origins = [wanted[position].candidate.origin for position in sorted(wanted)]
        with contextlib.suppress(*BROKEN):  # who shows the record says why
            for record in scanner.opened.load(file, origins):
                if opened is not None:
                    _make(record, wanted[record.origin.position], opened.maker, kept)
    measured = () if opened is None else opened.measurements.take_new()
    return _Made(values.take(), measured, scanner.opened.place.take_answers())


class _OpenedMaker(NamedTuple):
    """What makes entries, and the measurements that it knows."""

    maker: RecordMaker
    measurements: MeasurementCache


# Of the source that this process made entries of last: what is known of images may be much.
_opened: dict[tuple[int, int], _OpenedMaker] = {}


def _open_maker(order: Order) -> _OpenedMaker:
    measurements = open_cache(order.config, believes=order.believes)
    measurer = make_measurer(order.config, None, measurements)
    return _OpenedMaker(
        RecordMaker(order.config, measurer, LinkDoubts(order.config.site)), measurements
    )


def _find_unit(wanted: Mapping[int, _Wanted], origin: Origin) -> Unit | None:
    return wanted[origin.position].unit


def _make(record: Record, wanted: _Wanted, maker: RecordMaker, kept: KeptEntries) -> None:
    """Make an entry, unless two processes would measure for long what its record names."""
    candidate, placement = wanted.candidate, wanted.placement
    if placement is None or record.failure is not None:
        return
    if maker.media.takes_long(record, candidate, placement.slug):
        return
    made = attempt(partial(maker.make, record, candidate, placement, []))
    if not isinstance(made, Failure):
        kept.keep(candidate, placement, made)
