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


@pytest.fixture(params=["s3", "sftp"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Give an S3 server and an SFTP server in turn, and where readers see what is there."""
    folder = tmp_path / "server"
    folder.mkdir(mode=0o700)
    if request.param == "s3":
        with run_s3(folder) as started:
            yield started
    else:
        served = tmp_path / "served"
        served.mkdir()
        with run_sshd(folder, served) as started:
            yield started
