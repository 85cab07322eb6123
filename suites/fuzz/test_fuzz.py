"""Mutated inputs: each is read or refused, in time, and costs nothing but itself."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pytest

from suites.fuzz.targets import TARGETS

KEPT = [
    tuple(line.split())
    for line in (Path(__file__).parent / "seeds.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def try_seed(name: str, seed: int) -> str | None:
    """Run one input; tell what went wrong."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "site"
        folder.mkdir()
        try:
            TARGETS[name].run(random.Random(f"{name} {seed}"), folder)
        except Exception as error:  # noqa: BLE001 - what the suite looks for, whatever it is
            return f"{name} {seed}: {type(error).__name__}: {str(error)[:300]}"
    return None


@pytest.mark.parametrize(("name", "seed"), KEPT)
def test_holds_for_a_kept_seed(name: str, seed: str) -> None:
    assert try_seed(name, int(seed)) is None


def test_holds_for_mutated_inputs(name: str, seeds: range) -> None:
    faults = [fault for seed in seeds if (fault := try_seed(name, seed))]
    assert not faults, "\n".join(faults[:10])
