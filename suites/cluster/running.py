"""A scheduler and workers of dask on free ports of loopback, which end with the test."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import feedpub

SOURCE = Path(feedpub.__file__).parent.parent
_PATIENCE = 60.0  # seconds


class Cluster:
    """A scheduler and its workers, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workers: list[subprocess.Popen[bytes]] = []
        self.scheduler = self._start("scheduler", "--port", "0", "--scheduler-file", "address.json")
        place = folder / "address.json"
        wait_until(place.exists, "the scheduler does not begin")
        self.address = json.loads(place.read_text())["address"].removeprefix("tcp://")
        self.url = f"dask://{self.address}"

    def add_worker(self, folder: Path | None = None, source: Path = SOURCE) -> None:
        """Start a worker that works in a folder; no nanny begins it anew."""
        options = (self.address, "--nthreads", "1", "--no-nanny")
        self.workers.append(self._start("worker", *options, folder=folder, source=source))

    def kill_worker(self) -> None:
        """Kill the worker that began first."""
        kill(self.workers.pop(0))

    def _start(
        self, kind: str, *options: str, folder: Path | None = None, source: Path = SOURCE
    ) -> subprocess.Popen[bytes]:
        program = (sys.executable, "-m", f"distributed.cli.dask_{kind}")
        env = {**os.environ, "PYTHONPATH": str(source), "TMPDIR": str(self.folder)}
        with (self.folder / f"{kind}.log").open("ab") as log:
            return subprocess.Popen(
                (*program, *options, "--host", "127.0.0.1", "--no-dashboard"),
                stdout=log,
                stderr=log,
                cwd=folder or self.folder,
                env=env,
            )

    def end(self) -> None:
        """End all processes."""
        for process in (*self.workers, self.scheduler):
            kill(process)


@contextlib.contextmanager
def run_cluster(folder: Path, workers: int = 3) -> Iterator[Cluster]:
    """Run a cluster whose workers are ready."""
    folder.mkdir()
    cluster = Cluster(folder)
    try:
        for _ in range(workers):
            cluster.add_worker()
        if workers:
            with ask(cluster) as client:
                client.wait_for_workers(workers, timeout=_PATIENCE)
        yield cluster
    finally:
        cluster.end()


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process, whatever it does."""
    process.kill()
    process.wait()


@contextlib.contextmanager
def ask(cluster: Cluster) -> Iterator[Any]:  # dask's client, for questions alone
    """Open another client of a cluster."""
    from distributed import Client

    with Client(cluster.address, timeout=_PATIENCE, set_as_default=False) as client:
        yield client


@contextlib.contextmanager
def hold_workers(cluster: Cluster) -> Iterator[Callable[[], None]]:
    """Stop the workers, and give what waits until each has a call that it can't make."""
    with ask(cluster) as client:
        for worker in cluster.workers:
            worker.send_signal(signal.SIGSTOP)

        def is_full() -> bool:
            return sum(map(bool, client.processing().values())) == len(cluster.workers)

        yield lambda: wait_until(is_full, "the workers have nothing to do")


def wait_until(is_so: Callable[[], bool], message: str) -> None:
    """Wait until something is so."""
    end = time.monotonic() + _PATIENCE
    while not is_so():
        if time.monotonic() > end:
            raise RuntimeError(message)
        time.sleep(0.05)
