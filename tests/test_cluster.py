"""What a cluster is told and asked; `make cluster` builds with a real one."""

from __future__ import annotations

import os
import pickle
import sys
import threading
import time
import zipfile
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import closing, nullcontext
from functools import partial
from io import BufferedReader
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from feedpub import build, load_config, pipeline
from feedpub.errors import ConfigError, EngineError, Problem, Where
from feedpub.files import FileState, open_regular, read_state
from feedpub.model import Record, Report, SourceFile
from feedpub.pipeline import cluster, parse_engine, scanner, scanning, staging
from feedpub.pipeline.cluster import ClusterWorkers
from feedpub.pipeline.keeping import pass_values
from feedpub.pipeline.repeating import Program, describe_program
from feedpub.pipeline.scanner import Scanner
from feedpub.systems import Notes, OpenedSource
from support import NOW, make_site, read_tree, run_cli, to_json_lines

URL = "dask://10.0.0.1:8786"
RECORDS = [
    {"id": n, "title": f"Lock {n}", "section": "River", "updated": f"2020-05-{n % 28 + 1:02d}"}
    for n in range(60)
]


class KilledWorker(Exception):
    """A call that killed several workers."""


class Dask:
    """A cluster without a network: its workers are threads of this process."""

    KilledWorker = KilledWorker
    status = "running"

    def __init__(self) -> None:
        self.workers = {"tcp://10.0.0.2:1": 1, "tcp://10.0.0.3:1": 1}
        self.fault: BaseException | None = None  # of every call
        self.answers = True
        self.is_open = False
        self._threads = ThreadPoolExecutor(2)

    def Client(self, address: str, *, timeout: float, set_as_default: bool) -> Dask:
        if not self.answers:
            raise OSError(f"Timed out trying to connect to tcp://{address} after {timeout} s")
        assert address == "10.0.0.1:8786"
        self.is_open = True
        return self

    def close(self, timeout: float) -> None:
        self.is_open = False
        self._threads.shutdown(cancel_futures=True)

    def get_executor(self, *, pure: bool) -> Executor:
        assert not pure
        return self  # type: ignore[return-value]

    def submit(self, function: object, sent: bytes) -> Future[object]:
        if self.fault is None:
            return self._threads.submit(function, sent)  # type: ignore[arg-type]
        given: Future[object] = Future()
        if isinstance(self.fault, TimeoutError):
            return given  # nobody makes it
        given.set_exception(self.fault)
        return given

    def nthreads(self, *, callback_timeout: float) -> Mapping[str, int]:
        if not self.answers:
            raise TimeoutError
        return self.workers

    def wait_for_workers(self, n_workers: int, timeout: float) -> None:
        if len(self.workers) < n_workers:
            raise TimeoutError


@pytest.fixture
def dask(monkeypatch: pytest.MonkeyPatch) -> Iterator[Dask]:
    """Put a cluster without a network in the place of dask."""
    made = Dask()
    config = ModuleType("dask.config")
    config.set = nullcontext  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "dask.config", config)
    monkeypatch.setitem(sys.modules, "distributed", made)
    monkeypatch.setattr(scanning, "_FEWEST_BYTES", 0)
    monkeypatch.setattr(staging, "_FEWEST_SHARED", 0)
    monkeypatch.setattr(cluster, "_GLANCE", 0.01)
    monkeypatch.setattr(cluster, "_PATIENCE", 0.05)
    yield made
    assert not made.is_open


@pytest.fixture
def site(tmp_path: Path) -> Path:
    shards = {f"sources/{n}.jsonl": to_json_lines(*RECORDS[n::7], RECORDS[n]) for n in range(9)}
    return make_site(tmp_path, {**shards, "sources/cut.jsonl.gz": "\x1f"})


def build_with(site: Path, engine: str | None = None) -> tuple[Report, dict[str, bytes]]:
    report = build(load_config(site / "feedpub.toml"), NOW, cache=False, engine=engine)
    return report, read_tree(site / "feeds")


def double(number: int) -> int:
    return number * 2


@pytest.mark.parametrize(
    ("engine", "address"),
    [
        ("dask://10.0.0.1:8786", "10.0.0.1:8786"),
        ("dask://scheduler.example.com:1/", "scheduler.example.com:1"),
        ("dask://[2001:db8::1]:8786", "[2001:db8::1]:8786"),
    ],
)
def test_url_of_a_scheduler_is_read(engine: str, address: str) -> None:
    assert parse_engine(engine) == address


@pytest.mark.parametrize(
    "engine",
    [
        *("", "dask", "dask://", "dask://10.0.0.1", "10.0.0.1:8786", "ray://10.0.0.1:8786"),
        *("dask://10.0.0.1:port", "dask://10.0.0.1:8786/x", "dask://a b:1", "dask://1.1.1.1:1\n"),
    ],
)
def test_other_engines_are_usage_errors(site: Path, engine: str) -> None:
    run_cli(site, "build")  # another has nothing to do
    for command in ("build", "check", "diff"):
        done = run_cli(site, command, "--engine", engine)
        assert done.exit_code == 2
        assert 'Use "dask://HOST:PORT"' in done.stderr


def test_password_in_the_url_is_not_told(site: Path) -> None:
    done = run_cli(site, "build", "--engine", "dask://desk:topsecret@10.0.0.1:8786")
    assert done.exit_code == 2
    assert "topsecret" not in done.stderr


def test_jobs_beside_an_engine_are_a_usage_error(site: Path) -> None:
    done = run_cli(site, "build", "--engine", URL, "-j", "2")
    assert done.exit_code == 2
    assert "Leave one of them out" in done.stderr


def test_missing_package_names_the_extra(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("dask.config", "distributed"):
        monkeypatch.setitem(sys.modules, name, None)
    done = run_cli(site, "build", "--engine", URL)
    assert done.exit_code == 2
    assert 'pip install "feedpub[cluster]"' in done.stderr


def test_workers_of_a_cluster_build_what_this_machine_does(site: Path, dask: Dask) -> None:
    alone = build_with(site)
    shared = build_with(site, URL)
    assert shared[1] == alone[1]
    assert shared[0].problems == alone[0].problems
    assert [problem.kind for problem in alone[0].problems] == ["unreadable"]


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"answers": False}, "10.0.0.1:8786 after 0.05 s. Check that `dask scheduler` runs"),
        ({"workers": {}}, "no workers. Start some: `dask worker 10.0.0.1:8786"),
        ({"fault": ModuleNotFoundError("no feedpub")}, "A worker can't load feedpub: no feedpub"),
    ],
)
def test_cluster_that_can_do_nothing_is_an_error_that_writes_nothing(
    site: Path, dask: Dask, fault: Mapping[str, object], message: str
) -> None:
    for name, value in fault.items():
        setattr(dask, name, value)
    done = run_cli(site, "build", "--engine", URL)
    assert (done.exit_code, done.stdout) == (3, "")
    assert message in done.stderr
    assert not (site / "feeds").exists()


def test_connection_that_is_lost_is_an_error(dask: Dask) -> None:
    dask.fault = TimeoutError()
    with closing(ClusterWorkers(URL)) as workers:
        wait_for = workers._begin(partial(double, 2), ())
        dask.answers = False
        with pytest.raises(EngineError, match="the connection to the scheduler is lost"):
            wait_for()
        given: Future[int] = Future()
        given.cancel()
        given.set_running_or_notify_cancel()
        with pytest.raises(EngineError, match="the connection to the scheduler is lost"):
            workers._wait_for(partial(double, 2), (), given)
        dask.status = "closed"
        with pytest.raises(EngineError, match="the connection to the scheduler is lost"):
            workers._begin(partial(double, 2), ())


def test_workers_may_be_away_for_a_moment(dask: Dask, monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter([0.0] * 1000)
    monkeypatch.setattr(cluster, "time", SimpleNamespace(monotonic=lambda: next(now)))
    with closing(ClusterWorkers(URL)) as workers:
        given: Future[int] = Future()
        dask.workers = {}
        come_back = threading.Timer(0.03, given.set_result, (4,))
        come_back.start()
        assert workers._wait_for(partial(double, 2), (), given) == 4
        now = iter([0.0, 0.04, 0.06])
        with pytest.raises(EngineError, match="the scheduler has no workers"):
            workers._wait_for(partial(double, 2), (), Future())
        assert next(now, None) is None


def test_call_that_kills_workers_is_made_here(dask: Dask) -> None:
    dask.fault = KilledWorker("it")
    with closing(ClusterWorkers(URL)) as workers:
        assert workers._begin(partial(double, 2), ())() == 4


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"python": "3.9.1"}, r"The worker on .* has Python 3\.\d+\.\d+, not 3\.9\.1\. Feeds"),
        ({"libraries": ("lxml-1.0.dist-info",)}, r"has lxml \d.*, not 1\.0\. Feeds could"),
        ({"code": "0"}, "has other files of feedpub"),
        ({"libraries": ("other-1.0.dist-info",)}, None),
    ],
)
def test_worker_with_another_program_is_refused(
    site: Path,
    dask: Dask,
    monkeypatch: pytest.MonkeyPatch,
    change: Mapping[str, object],
    message: str | None,
) -> None:
    ours: Program = describe_program()._replace(**change)  # type: ignore[arg-type]
    with closing(ClusterWorkers(URL)) as workers:
        workers._program = ours
        wait_for = workers._begin(partial(double, 2), ())
        if message is None:  # a library that one machine lacks
            assert wait_for() == 4
            return
        with pytest.raises(EngineError, match=message):
            wait_for()


def test_file_that_a_worker_does_not_see_is_an_error(
    site: Path, dask: Dask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise FileNotFoundError(2, "No such file or directory", str(path))

    monkeypatch.setattr(cluster, "open_regular", refuse)
    with pytest.raises(EngineError) as refusal:
        build_with(site, URL)
    assert f"can't read {site}/sources/0.jsonl: No such file" in str(refusal.value)
    assert "Give all machines the same folders" in str(refusal.value)
    assert not (site / "feeds").exists()


def test_file_that_is_another_on_a_worker_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text("old")
    state = read_state(file)
    assert state is not None
    inode, size, changed, altered = state
    # Another machine has other inodes.
    packed = pickle.dumps(partial(double, 2))
    same = (inode + 1, size, changed, altered + 1)
    assert cluster._make_call(describe_program(), [(file, same)], packed) == 4
    for other in ((inode, size + 1, changed, altered), (inode, size, changed + 1, altered)):
        with pytest.raises(cluster.UnseenFileError, match="sees another size or time of"):
            cluster._make_call(describe_program(), [(file, other)], b"")


def test_file_that_changes_during_a_build_is_read_here(tmp_path: Path, dask: Dask) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text("old")
    state = read_state(file)
    assert state is not None
    file.unlink()
    with closing(ClusterWorkers(URL)) as workers:
        assert workers._begin(partial(double, 2), [(file, state)])() == 4


def is_worker() -> bool:
    return threading.current_thread() is not threading.main_thread()


def test_file_that_a_worker_fails_to_read_is_read_here(
    site: Path, dask: Dask, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = build_with(site)
    scan = OpenedSource.scan

    def fail(
        self: OpenedSource, file: SourceFile, notes: Notes | None = None
    ) -> Iterator[Record | Problem]:
        yield from scan(self, file, notes)
        if is_worker() and file.path.name == "3.jsonl":
            where = Where(file.shown)
            yield Problem("error", where, None, None, "unreadable", "cannot be read: stale")

    monkeypatch.setattr(OpenedSource, "scan", fail)
    shared = build_with(site, URL)
    assert shared[1] == alone[1]
    assert shared[0].problems == alone[0].problems


def test_what_a_worker_found_is_kept_for_this_machine(
    site: Path, dask: Dask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_elsewhere(path: Path) -> FileState | None:
        state = read_state(path)
        return (state[0] + 1, *state[1:]) if state and is_worker() else state

    monkeypatch.setattr("feedpub.files.kept_files.read_state", read_elsewhere)
    monkeypatch.setattr(scanning, "read_state", read_elsewhere)
    monkeypatch.setattr(scanner, "read_state", read_elsewhere)
    monkeypatch.setattr("feedpub.files.known_files.USUAL_STEP", 0)
    (site / "sources" / "cut.jsonl.gz").unlink()
    config = load_config(site / "feedpub.toml")
    pipeline.build(config, NOW, engine=URL)
    for owner, name in ((Scanner, "scan"), (scanner, "know_file")):
        monkeypatch.setattr(owner, name, partial(pytest.fail, "read again"))
    assert pipeline.check(config, NOW).records > len(RECORDS)


def test_what_is_in_an_archive_is_read_here(
    site: Path, dask: Dask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(site / "sources" / "packed.zip", "w") as archive:
        archive.writestr("packed.jsonl", to_json_lines({**RECORDS[0], "id": "packed"}))
    alone = build_with(site)

    def open_below(path: Path) -> BufferedReader:
        assert path.is_relative_to(site), "another machine does not have it"
        return open_regular(path)

    monkeypatch.setattr(cluster, "open_regular", open_below)
    assert build_with(site, URL)[1] == alone[1]


def test_worker_leaves_the_database_of_pages_alone(site: Path) -> None:
    config = load_config(site / "feedpub.toml")
    pages = pass_values(config, program="the run's")
    assert (pages.believes, pages.base) == (False, b"the run's")
    assert pass_values(config).believes


def note_turn(place: Path) -> bool:
    """Say whether another call is made at the same time."""
    try:
        descriptor = os.open(place, os.O_CREAT | os.O_EXCL)
    except FileExistsError:
        return True
    os.close(descriptor)
    time.sleep(0.01)
    place.unlink()
    return False


def test_worker_of_several_threads_makes_one_call_at_a_time(tmp_path: Path, dask: Dask) -> None:
    with closing(ClusterWorkers(URL)) as workers:
        call = partial(note_turn, tmp_path / "turn")
        assert not any(met for _, met in workers.share(range(8), lambda _: call))


def test_engine_of_the_library_is_checked(site: Path) -> None:
    with pytest.raises(ConfigError, match="HOST:PORT"):
        build_with(site, "ray://10.0.0.1:8786")
