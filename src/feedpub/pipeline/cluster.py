"""The workers of a dask cluster, which share the work of a run on several machines.

They make the same calls as processes of this machine. They have to run the same program and to see
the same files at the same paths. Each call begins with a check of both, because a file that a
worker does not see must not look like one that is gone.
"""

from __future__ import annotations

import os
import pickle
import platform
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Executor, Future, wait
from contextlib import AbstractContextManager
from functools import partial
from importlib import import_module
from threading import Lock
from typing import Protocol, cast

from feedpub import compile_late
from feedpub.errors import ConfigError, EngineError
from feedpub.files import describe_state, open_regular, read_state
from feedpub.pipeline.repeating import Program, describe_program
from feedpub.pipeline.workers import Call, Needed, R, Workers

_ENGINE = compile_late(r"dask://((?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5})/?")
_PATIENCE = 15.0  # seconds for a scheduler that does not answer, or that has no workers
_GLANCE = 5.0  # seconds from one look at a cluster at work to the next
_GOODBYE = 2.0  # seconds
_MOST_NAMED = 3  # differences between two programs

_SILENT = dict.fromkeys(("distributed", "distributed.client"), "critical")
_LARGE = {"distributed.admin.large-graph-warning-threshold": "1GB"}


class _Client(Protocol):
    """The parts of dask's Client used here."""

    status: str

    def close(self, timeout: float) -> None: ...
    def get_executor(self, *, pure: bool) -> Executor: ...
    def nthreads(self, *, callback_timeout: float) -> dict[str, int]: ...
    def wait_for_workers(self, n_workers: int, timeout: float) -> None: ...


class _Dask(Protocol):
    """The names of dask.distributed used here."""

    KilledWorker: type[Exception]

    def Client(self, address: str, *, timeout: float, set_as_default: bool) -> _Client: ...


class UnseenFileError(Exception):
    """A worker does not see a file as this machine does; the message says how."""


def parse_engine(engine: str) -> str:
    """Read the URL of a cluster, and give the host and the port of its scheduler.

    Raises:
        ConfigError: It is not such a URL.
    """
    found = _ENGINE.fullmatch(engine)
    if found is None:
        raise ConfigError(f'engine: "{engine}" is not valid. Use "dask://HOST:PORT".')
    return found[1]


class ClusterWorkers(Workers):
    """Makes calls on the workers of a cluster.

    dask makes the call of a worker that dies on another one. If it kills several, it is made here.

    Args:
        engine: The URL of the scheduler, such as "dask://10.0.0.1:8786".

    Raises:
        ConfigError: It is not such a URL, or dask is not installed.
        EngineError: The scheduler can't be reached, or has no workers.
    """

    are_elsewhere = True

    def __init__(self, engine: str) -> None:
        address = parse_engine(engine)
        self._engine = engine
        self._dask = _import_dask()
        self._program = describe_program()
        self._client = self._connect(address)
        try:
            # One worker is kept at work, too.
            super().__init__(max(self._count_workers(), 2))
        except BaseException:
            self.close()
            raise
        self._cluster = self._client.get_executor(pure=False)
        self._empty_since: float | None = None

    def close(self) -> None:
        """Leave the cluster; it gives up the calls that nobody waited for."""
        self._client.close(timeout=_GOODBYE)

    def _connect(self, address: str) -> _Client:
        try:
            # Without a scheme, dask's own configuration says whether it is TLS.
            return self._dask.Client(address, timeout=_PATIENCE, set_as_default=False)
        except (OSError, RuntimeError, ValueError) as error:
            raise EngineError(
                f"{self._engine}: can't be reached: {error}. Check that `dask scheduler` runs "
                "there, with the TLS settings of this machine."
            ) from error

    def _count_workers(self) -> int:
        try:
            self._client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError as error:
            raise self._miss_workers() from error
        return len(self._list_workers())

    def _list_workers(self) -> dict[str, int]:
        try:
            return self._client.nthreads(callback_timeout=_PATIENCE)
        except OSError as error:
            raise self._lose_scheduler() from error

    def _begin(self, call: Call[R], needed: Sequence[Needed]) -> Call[R]:
        if self._client.status != "running":
            raise self._lose_scheduler()
        sent = pickle.dumps(_SentCall(self._program, needed, pickle.dumps(call)))
        with _configure(_LARGE):
            begun: Future[R] = self._cluster.submit(pickle.loads, sent)
        return partial(self._wait_for, call, needed, begun)

    def _wait_for(self, call: Call[R], needed: Sequence[Needed], begun: Future[R]) -> R:
        while not wait([begun], timeout=_GLANCE).done:
            self._look_after_workers()
        self._empty_since = None
        try:
            return begun.result()
        except CancelledError as error:
            raise self._lose_scheduler() from error
        except UnseenFileError as error:
            if any(read_state(path) != state for path, state in needed):
                return call()  # it changed after it was listed, as it may in any build
            raise EngineError(
                f"{error}. Give all machines the same folders, mounted at the same paths."
            ) from error
        except ImportError as error:
            raise EngineError(
                f"A worker can't load feedpub: {error}. Install the same versions on all machines."
            ) from error
        except self._dask.KilledWorker:
            return call()

    def _look_after_workers(self) -> None:
        """Look whether there still are workers, which may take a moment to begin anew."""
        if self._list_workers():
            self._empty_since = None
        elif self._empty_since is None:
            self._empty_since = time.monotonic()
        elif time.monotonic() >= self._empty_since + _PATIENCE:
            raise self._miss_workers()

    def _lose_scheduler(self) -> EngineError:
        return EngineError(
            f"{self._engine}: the connection to the scheduler is lost. Try again when it runs."
        )

    def _miss_workers(self) -> EngineError:
        address = parse_engine(self._engine)
        return EngineError(
            f"{self._engine}: the scheduler has no workers. Start some: "
            f"`dask worker {address} --nworkers auto --nthreads 1`."
        )


def _import_dask() -> _Dask:
    try:
        # It would print what the errors here say, with tracebacks.
        with _configure({"logging": _SILENT}):
            return cast(_Dask, import_module("distributed"))
    except ImportError as error:
        raise ConfigError(
            'engine: dask is not installed. Run `pip install "feedpub[cluster]"`.'
        ) from error


def _configure(settings: Mapping[str, object]) -> AbstractContextManager[object]:
    """Set values of dask's configuration for a while."""
    change: AbstractContextManager[object] = import_module("dask.config").set(settings)
    return change


def _require_same(run: Program, here: Program, name: str) -> None:
    """Require that this machine runs the program of a run.

    Raises:
        EngineError: It does not, and feeds could come out otherwise.
    """
    differences = list(_find_differences(run, here))
    if differences:
        told = ", ".join(differences[:_MOST_NAMED])
        raise EngineError(
            f"{name} has {told}. Feeds could differ. Install the same versions on all machines, "
            "and start the workers again."
        )


def _find_differences(run: Program, here: Program) -> Iterator[str]:
    """Say what of this program is otherwise; a library that one machine lacks is not used."""
    if here.python != run.python:
        yield f"Python {here.python}, not {run.python}"
    known = dict(map(_read_library, run.libraries))
    for name, version in map(_read_library, here.libraries):
        if known.get(name, version) != version:
            yield f"{name} {version}, not {known[name]}"
    if here.code != run.code:
        yield "other files of feedpub"


def _read_library(folder: str) -> tuple[str, str]:
    name, _, version = folder.removesuffix(".dist-info").rpartition("-")
    return name, version


# Calls share what was opened for their run, so a worker of several threads makes one at a time.
_turn = Lock()


class _SentCall:
    """A call that is made where it is unpickled, so that dask itself loads nothing of feedpub.

    A worker that can't load it would end, and the scheduler does without it.
    """

    def __init__(self, program: Program, needed: Sequence[Needed], packed: bytes) -> None:
        self._parts = program, needed, packed

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return _make_call, self._parts


def _make_call(program: Program, needed: Sequence[Needed], packed: bytes) -> object:
    """Make a call on a worker.

    Raises:
        EngineError: Another program runs here.
        UnseenFileError: A file is not seen here as it is there.
    """
    name = f"The worker on {platform.node()}"
    _require_same(program, describe_program(), name)
    for path, state in needed:
        try:
            with open_regular(path) as stream:
                seen = describe_state(os.fstat(stream.fileno()))
        except OSError as error:
            raise UnseenFileError(f"{name} can't read {path}: {error.strerror}") from error
        # Inodes, and the times at which they change, differ between machines.
        if seen[1:3] != state[1:3]:
            raise UnseenFileError(f"{name} sees another size or time of {path}")
    with _turn:
        made: object = pickle.loads(packed)()  # noqa: S301 -- of the run that dask trusts anyway
        return made
