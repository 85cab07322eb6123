"""The problems of a run, however many there are: beyond some thousands they wait in a file."""

from __future__ import annotations

import os
import tempfile
import weakref
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from heapq import merge
from itertools import groupby, islice
from typing import IO, NamedTuple, overload

from feedpub.errors import Problem, Severity
from feedpub.files.json_form import JsonForm

MOST_HELD = 4_000
# Of these kinds, only the first with the same words is told in a folder and of a field.
_TOLD_ONCE = frozenset({"join"})
_FORM = JsonForm(Problem)
_CHUNK = 32 * 1024  # bytes that are read at once

Order = tuple[str, int, int, str]


class _Run(NamedTuple):
    """Problems that lie in order in the file, from a byte to another."""

    begin: int
    end: int
    last: Order


class ProblemLog:
    """Takes the problems of a run, and holds no more than some thousands of them in memory."""

    def __init__(self, most_held: int = MOST_HELD) -> None:
        self._most_held = most_held
        self._held: list[Problem] = []
        self._once: dict[tuple[str, ...], Problem] = {}
        self._counts: Counter[tuple[Severity, str]] = Counter()
        self._file: IO[bytes] | None = None
        self._runs: list[_Run] = []

    def append(self, problem: Problem) -> None:
        """Add a problem."""
        self._counts[problem.severity, problem.kind] += 1
        if problem.kind in _TOLD_ONCE:
            key = _key_once(problem)
            self._once[key] = min(problem, self._once.get(key, problem), key=order_problem)
            return
        self._held.append(problem)
        if len(self._held) >= self._most_held:
            self._put_away()

    def extend(self, problems: Iterable[Problem]) -> None:
        """Add several problems."""
        for problem in problems:
            self.append(problem)

    def count(self, kind: str, severity: Severity = "error") -> int:
        """Count the problems of a kind that were added."""
        return self._counts[severity, kind]

    @property
    def is_spread(self) -> bool:
        """Whether some of the problems are in a file."""
        return bool(self._runs)

    def iter_runs(self) -> Iterator[Iterator[Problem]]:
        """Yield iterators over the problems, each in order."""
        for run in self._runs:
            yield self._read(run)
        yield iter(sorted((*self._held, *self._once.values()), key=order_problem))

    def _put_away(self) -> None:
        problems = sorted(dict.fromkeys(self._held), key=order_problem)
        try:
            file = self._open()
            begin = file.seek(0, os.SEEK_END)
            file.writelines(_FORM.pack(problem) + b"\n" for problem in problems)
            file.flush()
        except OSError:  # no space there, so they stay in memory
            self._most_held *= 2
            return
        run = _Run(begin, file.tell(), order_problem(problems[-1]))
        if self._runs and self._runs[-1].last <= order_problem(problems[0]):
            run = run._replace(begin=self._runs.pop().begin)
        self._runs.append(run)
        self._held.clear()

    def _open(self) -> IO[bytes]:
        if self._file is None:
            # It has no name, so that it is gone however the process ends; closed below.
            self._file = tempfile.TemporaryFile(prefix="feedpub-")  # noqa: SIM115
            weakref.finalize(self, self._file.close)
        return self._file

    def _read(self, run: _Run) -> Iterator[Problem]:
        file = self._open()
        rest, at = b"", run.begin
        while at < run.end:
            file.seek(at)
            chunk = file.read(min(_CHUNK, run.end - at))
            at += len(chunk)
            *lines, rest = (rest + chunk).split(b"\n")
            yield from map(_FORM.unpack, lines)


class _SpreadProblems(Sequence[Problem]):
    """The problems of several logs in order, each once, read anew for each iteration."""

    def __init__(self, logs: Sequence[ProblemLog]) -> None:
        self._logs = logs

    def __iter__(self) -> Iterator[Problem]:
        runs = (run for log in self._logs for run in log.iter_runs())
        yield from _tell_once(merge(*runs, key=order_problem))

    def __bool__(self) -> bool:
        return True

    def count_errors(self, kind: str) -> int:
        return sum(log.count(kind) for log in self._logs)

    def __len__(self) -> int:
        return self._length

    @cached_property
    def _length(self) -> int:
        return sum(1 for _ in self)

    @overload
    def __getitem__(self, index: int) -> Problem: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Problem]: ...
    def __getitem__(self, index: int | slice) -> Problem | Sequence[Problem]:
        if isinstance(index, slice):
            return tuple(self)[index]
        return next(islice(self, range(len(self))[index], None))


def order_problem(problem: Problem) -> Order:
    """Give what problems are ordered by: their place, then their field."""
    where = problem.where
    return where.path, where.line or 0, where.record or 0, problem.field or ""


def sort_problems(*logs: ProblemLog | Iterable[Problem]) -> Sequence[Problem]:
    """Give the problems of several logs in order, each once; a tuple, if they are few."""
    every = [log if isinstance(log, ProblemLog) else _log_all(log) for log in logs]
    if any(log.is_spread for log in every):
        return _SpreadProblems(every)
    runs = [problem for log in every for run in log.iter_runs() for problem in run]
    return tuple(_tell_once(sorted(runs, key=order_problem)))


def _tell_once(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Yield problems in their order, each once, and of some kinds the first alone."""
    told: set[tuple[str, ...]] = set()
    for _, group in groupby(problems, key=order_problem):
        for problem in dict.fromkeys(group):
            if problem.kind in _TOLD_ONCE:
                key = _key_once(problem)
                if key in told:
                    continue
                told.add(key)
            yield problem


def _key_once(problem: Problem) -> tuple[str, ...]:
    folder = problem.where.path.rpartition("/")[0]
    return folder, problem.kind, problem.field or "", problem.message


def has_errors(problems: Sequence[Problem], kind: str) -> bool:
    """Tell whether there are errors of a kind among sorted problems."""
    if isinstance(problems, _SpreadProblems):
        return problems.count_errors(kind) > 0
    return any(p.kind == kind and p.severity == "error" for p in problems)


def _log_all(problems: Iterable[Problem]) -> ProblemLog:
    log = ProblemLog()
    log.extend(problems)
    return log
