"""Places to publish to, and what is published: each server is of one test, or of one file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from suites.servers.running import Place, run_s3, run_sshd


@pytest.fixture(autouse=True, scope="session")
def no_credentials() -> Iterator[None]:
    """Forget the credentials, proxies and reports of whoever runs the tests."""
    forgotten = ("AWS_", "SSH_", "GITHUB_", "SOURCE_DATE_EPOCH")
    with pytest.MonkeyPatch.context() as patch:
        for name in [*os.environ]:
            if name.startswith(forgotten) or name.lower().endswith("_proxy"):
                patch.delenv(name)
        yield


@pytest.fixture
def s3(tmp_path: Path) -> Iterator[Place]:
    """Give a bucket of an S3 server."""
    folder = tmp_path / "s3"
    folder.mkdir()
    with run_s3(folder) as place:
        yield place


@pytest.fixture
def sftp(tmp_path: Path) -> Iterator[Place]:
    """Give a folder of an SFTP server, which nginx shows to readers."""
    folder, served = tmp_path / "sftp", tmp_path / "served"
    folder.mkdir(mode=0o700)
    served.mkdir()
    with run_sshd(folder, served) as place:
        yield place


@pytest.fixture(params=["s3", "sftp"])
def place(request: pytest.FixtureRequest) -> Place:
    """Give each of them in turn."""
    given: Place = request.getfixturevalue(request.param)
    return given
