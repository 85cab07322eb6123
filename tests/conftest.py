"""The environment that every test runs in: a zone that is not UTC, no clock, no runner's report."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from serving import Measure, Server, running

# The same examples in every run, and none is blamed for a slow machine. `make slow` asks for many
# with --hypothesis-profile; a test that wants another number takes support.examples.
settings.register_profile("many", derandomize=True, database=None, deadline=None, max_examples=100)
settings.register_profile("few", settings.get_profile("many"), max_examples=10)
settings.load_profile("few")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that rewrites what tests/golden expects."""
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/golden/*/expected")


def pytest_configure(config: pytest.Config) -> None:
    """Name the markers: `-m "not slow"` leaves out what installs, or starts many processes."""
    config.addinivalue_line("markers", "slow: takes seconds; starts processes of its own")


@pytest.fixture(autouse=True, scope="session")
def host_environment() -> Iterator[None]:
    """Put the host in a zone that no site here is in, and forget what a CI runner sets."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "America/Chicago")
        patch.setenv("NO_COLOR", "1")
        # No test cuts the power, and a thousand builds would each wait for the disk.
        patch.setattr(os, "fsync", lambda descriptor: None)
        forgotten = "SOURCE_DATE_EPOCH GITHUB_WORKSPACE GITHUB_STEP_SUMMARY GITHUB_OUTPUT"
        for name in forgotten.split():
            patch.delenv(name, raising=False)
        time.tzset()
        yield
    time.tzset()


@pytest.fixture
def server() -> Iterator[Server]:
    """A server on loopback that answers as its routes say."""
    with running(Server({})) as started:
        yield started


@pytest.fixture
def measure(tmp_path: Path) -> Measure:
    """What measures images by their URLs."""
    return Measure(tmp_path / ".feedpub" / "images.json")
