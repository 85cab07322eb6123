"""How many inputs the suite tries, and from which seed on."""

from __future__ import annotations

import os

import pytest

from suites.fuzz.targets import TARGETS

CHUNK = 250


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the suite."""
    parser.addoption("--inputs", type=int, default=10_000, help="number of mutated inputs")
    parser.addoption("--first-seed", type=int, default=0, help="seed of the first input")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Share the inputs among the targets by their weights, in chunks that workers take."""
    if "seeds" not in metafunc.fixturenames:
        return
    inputs = metafunc.config.getoption("--inputs")
    first = metafunc.config.getoption("--first-seed")
    total = sum(target.weight for target in TARGETS.values())
    chunks = []
    for name, target in TARGETS.items():
        end = first + max(inputs * target.weight // total, 1)
        chunks += [
            pytest.param(name, range(start, min(start + CHUNK, end)), id=f"{name}-{start}")
            for start in range(first, end, CHUNK)
        ]
    metafunc.parametrize(("name", "seeds"), chunks)


@pytest.fixture(autouse=True)
def _flush_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Flush nothing to the disk, which takes half of the time: `make crash` looks at that."""
    monkeypatch.setattr(os, "fsync", lambda file: None)
