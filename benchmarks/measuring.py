"""Run programs in processes of their own, and measure what they take."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

CHECKOUT = Path(__file__).resolve().parent.parent
FEEDSMITH = CHECKOUT / "suites/interop/node_modules/feedsmith"  # of `make interop`
ERROR_LINES = 20
# Linux counts ru_maxrss in kibibytes, macOS in bytes.
RSS_UNIT = 1 if sys.platform == "darwin" else 1024


class ChildError(Exception):
    """A program that is measured ended with an error."""

    def __init__(self, command: Sequence[str], *, status: int, errors: str) -> None:
        """Keep the end of what the program wrote to standard error."""
        lines = errors.splitlines()
        if len(lines) > ERROR_LINES:
            lines = [f"({len(lines) - ERROR_LINES:,} lines before)", *lines[-ERROR_LINES:]]
        super().__init__("\n".join([f"{' '.join(command)} ended with status {status}", *lines]))


class Cost(NamedTuple):
    """What a process took: wall seconds, processor seconds, and peak resident bytes."""

    seconds: float
    processor: float
    peak: int


class Run(NamedTuple):
    """A command that is measured, and what is done before, unmeasured."""

    command: tuple[str, ...]
    prepare: Callable[[], object] = lambda: None


def run_child(command: Sequence[str]) -> Cost:
    """Run a program to its end and measure that process and those that it ran.

    Of several processes, the peak is that of the largest. On Linux no peak is less than that of
    this process, so it stays small.

    Raises:
        ChildError: Its status is not 0.
    """
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        child = subprocess.Popen(
            command,
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        # Not RUSAGE_CHILDREN: that is the peak of all children so far.
        _, wait_status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(wait_status)
        if child.returncode != 0:
            errors.seek(0)
            text = errors.read().decode(errors="replace")
            raise ChildError(command, status=child.returncode, errors=text)
    return Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * RSS_UNIT)


def find_median(costs: Sequence[Cost]) -> Cost:
    """Find the median of each part of the costs of several runs."""
    return Cost(*(statistics.median(part) for part in zip(*costs, strict=True)))


def compare(runs: Mapping[str, Run], rounds: int) -> dict[str, list[Cost]]:
    """Run programs in turn, some rounds of them, so that a busy minute hits all."""
    costs: dict[str, list[Cost]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            run.prepare()
            costs[name].append(run_child(run.command))
    return costs
