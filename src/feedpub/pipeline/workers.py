"""Processes that share the work of a run, a piece at a time; or this one alone."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor
from functools import partial
from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    from pathlib import Path

    from feedpub.files import FileState

_log = logging.getLogger(__name__)

I = TypeVar("I")  # noqa: E741 -- an item
R = TypeVar("R")

Call: TypeAlias = "partial[R]"
"""A function of a module with its arguments, which depends on nothing else."""

Needed: TypeAlias = "tuple[Path, FileState]"
"""A file that a call reads, and its state as this process sees it."""

# What a system says that has no shared memory, or lets this process begin no other.
_NO_PROCESSES = (OSError, ImportError, NotImplementedError)

# Enough that no process waits for work, and few enough that little is held in memory.
_WAITING_EACH = 3

_SHARES = 8  # that a process takes of all items, at the least
MOST_TOGETHER = 256  # items that a process takes at once


class Workers:
    """Does calls in other processes, and gives what they return in order.

    The processes begin with the first call, write nothing, and end when this is closed. A call
    whose process dies is made once more, and then here; so are all where none can begin.

    Args:
        jobs: The number of processes; 1 is this one alone.
    """

    # Whether calls are made on other machines, which may see other files.
    are_elsewhere = False

    def __init__(self, jobs: int = 1) -> None:
        self.jobs = jobs
        self._executor: Executor | None = None
        self._is_alone = False

    def close(self) -> None:
        """End the processes."""
        self._leave(self._executor)

    @property
    def are_several(self) -> bool:
        """Whether calls are made in other processes."""
        return self.jobs > 1

    def share(
        self,
        items: Iterable[I],
        find_call: Callable[[I], Call[R] | None],
        list_needed: Callable[[I], Sequence[Needed]] = lambda item: (),
    ) -> Iterator[tuple[I, R | None]]:
        """Yield each item with what its call returns; None where it has no call.

        Items are taken ahead of those that are yielded.

        Args:
            list_needed: Lists the files without which the call of an item can't be made.
        """
        waiting: deque[tuple[I, Callable[[], R] | None]] = deque()
        for item in items:
            call = find_call(item)
            begun = None if call is None else self._begin(call, list_needed(item))
            waiting.append((item, begun))
            if len(waiting) >= self.jobs * _WAITING_EACH:
                yield _finish(*waiting.popleft())
        while waiting:
            yield _finish(*waiting.popleft())

    def _begin(self, call: Call[R], needed: Sequence[Needed]) -> Callable[[], R]:
        """Begin a call, and give what waits for its end."""
        if self._is_alone:
            return call
        try:
            executor = self._open()
        except _NO_PROCESSES as error:
            return self._stay_alone(call, error)
        try:
            begun = executor.submit(call)
        except BrokenExecutor:
            return partial(self._repeat, call, executor)
        except _NO_PROCESSES as error:
            self._leave(executor)
            return self._stay_alone(call, error)

        def wait_for() -> R:
            try:
                return begun.result()
            except BrokenExecutor:
                return self._repeat(call, executor)

        return wait_for

    def _stay_alone(self, call: Call[R], error: Exception) -> Call[R]:
        _log.info("no other process can begin (%s), so this one does all work", error)
        self._is_alone = True
        return call

    def _repeat(self, call: Call[R], broken: Executor) -> R:
        """Do the work of a process that died, in another and then here."""
        _log.info("a process ended early, so its work is done again")
        self._leave(broken)
        try:
            executor = self._open()
            again = executor.submit(call)
        except (BrokenExecutor, *_NO_PROCESSES):
            return call()
        try:
            return again.result()
        except BrokenExecutor:
            self._leave(executor)
            return call()

    def _open(self) -> Executor:
        if self._executor is None:
            import multiprocessing
            from concurrent.futures import ProcessPoolExecutor

            context = multiprocessing.get_context(_choose_start())
            self._executor = ProcessPoolExecutor(self.jobs, context, _prepare)
        return self._executor

    def _leave(self, executor: Executor | None) -> None:
        if executor is not None:
            executor.shutdown(cancel_futures=True)
        if executor is self._executor:
            self._executor = None


def count_together(items: int, jobs: int) -> int:
    """Say how many of some items a process takes at once."""
    return min(max(items // (jobs * _SHARES), 1), MOST_TOGETHER)


def open_workers(jobs: int = 1, engine: str | None = None) -> Workers:
    """Open the processes of this machine, or the workers of a cluster.

    Args:
        engine: The URL of the cluster's scheduler; `jobs` then does not count.

    Raises:
        ConfigError, EngineError: As ClusterWorkers does.
    """
    if engine is None:
        return Workers(jobs)
    from feedpub.pipeline.cluster import ClusterWorkers

    return ClusterWorkers(engine)


def _finish(item: I, wait_for: Callable[[], R] | None) -> tuple[I, R | None]:
    return item, None if wait_for is None else wait_for()


def _choose_start() -> str:
    """Choose how processes begin: as copies of this one where that is safe."""
    is_safe = sys.platform == "linux" and threading.active_count() == 1
    return "fork" if is_safe else "spawn"


def _prepare() -> None:
    """Leave signals to the process that began this one, and end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    from multiprocessing.connection import wait

    wait([sentinel])
    os._exit(1)
