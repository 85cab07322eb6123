"""No crash tears or loses a file, or leaves a feed that names a missing one; the next run mends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from suites.crash.trials import OTHERS, SHARES

ROOT = Path(__file__).parent.parent.parent
# A share of the trials of a kind that at least end so: killed, or with an error.
KILLED = {"changes": 0.9, "random": 0.3}
FAILED = {"failures": 0.3, "disks": 0.2, "read-only": 0.3}
MOUNTING = ("disks", "read-only")


def run_trials(kind: str, number: int, *, within: tuple[str, ...] = ()) -> list[dict[str, object]]:
    """Run trials in a process of their own, which has no threads and may fork."""
    done = subprocess.run(
        [*within, sys.executable, "-m", "suites.crash.trials", kind, str(number)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def find_namespace() -> tuple[str, ...] | None:
    """Find how to run a program that may mount; None if that is not possible here."""
    own = ("unshare", "--mount") if os.geteuid() == 0 else ("unshare", "-r", "--mount")
    try:
        probe = [*own, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
        done = subprocess.run(probe, capture_output=True, check=False)
    except FileNotFoundError:
        return None
    return own if done.returncode == 0 else None


@pytest.mark.parametrize("kind", [*SHARES, *OTHERS])
def test_crash_costs_nothing(kind: str, request: pytest.FixtureRequest) -> None:
    shares: Mapping[str, int] = {**SHARES, **OTHERS}
    number = max(request.config.getoption("--crashes") * shares[kind] // 1000, 12)
    within: tuple[str, ...] | None = ()
    if kind in MOUNTING:
        within = find_namespace()
        if within is None:
            pytest.skip("needs a namespace in which it may mount")
    trials = run_trials(kind, number, within=within or ())
    assert [trial for trial in trials if trial["faults"]] == []
    assert len(trials) >= number * 0.9
    assert sum(trial["code"] == -9 for trial in trials) >= len(trials) * KILLED.get(kind, 0)
    assert sum(trial["code"] == 3 for trial in trials) >= len(trials) * FAILED.get(kind, 0)
