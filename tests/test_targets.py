"""Addresses without their secrets, stores that are tried again, and files put whole."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from feedpub.errors import ConfigError, OutputError
from feedpub.publish.addresses import Address
from feedpub.publish.folder_store import FolderStore
from feedpub.publish.opening import TriedStore
from feedpub.publish.stores import Headers
from support import make_site, read_tree, run_cli, to_json_lines

HEADERS = Headers("text/plain", "no-cache")


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("web/feeds", "web/feeds"),
        ("s3://bucket/feeds", "s3://bucket/feeds"),
        ("sftp://ann@www.example.com:2222/srv", "sftp://www.example.com:2222/srv"),
        ("sftp://ann:hunter2@www.example.com/srv", "sftp://www.example.com/srv"),
        ("ftp://ann:p%40ss%2Fword@www.example.com/", "ftp://www.example.com/"),
        ("github://ghp_token@/x", "github:///x"),
        ("s3://bucket/feeds?token=hunter2", "s3://bucket/feeds"),
    ],
)
def test_address_is_shown_without_its_secrets(target: str, shown: str) -> None:
    assert Address(target).shown == shown


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("sftp://ann:hunter2@h/x", "no route to sftp://ann:hunter2@h/x"),
        ("sftp://ann:hunter2@h/x", "login of ann with hunter2 failed"),
        ("sftp://ann:p%40ss%2Fword@h/x", "p@ss/word and p%40ss%2Fword and p%40ss/word"),
        ("s3://KEY:hunter2@bucket/x", 'bucket "KEY:hunter2@bucket" has a name of hunter2'),
        ("github://hunter2@h/x", "bad credentials hunter2"),
        ("webdav://h/x?sig=hunter2%3D", "403 for sig hunter2= or hunter2%3D"),
    ],
)
def test_no_message_of_a_library_shows_a_secret(target: str, said: str) -> None:
    shown = Address(target).redact(said)
    assert "hunter2" not in shown
    assert "word" not in shown
    assert shown != said


@pytest.mark.parametrize(
    "target", ["sftp://ann:hunter/2@h/x", "sftp://ann:hunter#2@h/x", "sftp://ann:hunter?2@h/x"]
)
def test_password_that_breaks_the_url_is_refused_unseen(tmp_path: Path, target: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        Address(target)
    assert "hunter" not in str(refusal.value)
    site = make_site(tmp_path, {"sources/a.jsonl": ""})
    result = run_cli(site, "publish", target, "-v")
    assert result.exit_code == 2
    assert "hunter" not in result.stdout + result.stderr


class Failing:
    """A place whose first calls fail."""

    at_once = 1

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.renewed = 0

    def read(self, path: str) -> bytes | None:
        if self.failures:
            raise self.failures.pop(0)
        return b"here"

    def renew(self) -> None:
        self.renewed += 1


class NoCredentialsError(Exception):
    """Named as botocore's."""


@pytest.mark.parametrize(
    ("failures", "message", "left"),
    [
        ([], None, 0),
        ([ConnectionResetError("reset"), TimeoutError()], None, 0),
        ([RuntimeError("a"), RuntimeError("b"), RuntimeError("c")], None, 0),
        ([OSError(5, "Input/output error")] * 9, "mem://h/x/a.rss: Input/output error", 5),
        ([RuntimeError("no\n  answer")] * 9, "mem://h/x/a.rss: no answer", 5),
        ([RuntimeError()] * 9, "mem://h/x/a.rss: RuntimeError", 5),
        ([PermissionError(13, "Denied")] * 9, "a.rss: Denied. Check that the credentials", 8),
        ([NotImplementedError()] * 9, "this one can't be written to", 8),
        ([OutputError("a: is a symbolic link")] * 9, "a: is a symbolic link", 8),
        ([NoCredentialsError("none")] * 9, "none. Set AWS_ACCESS_KEY_ID", 8),
        ([RuntimeError("for ann:hunter2 no")] * 9, "a.rss: for *** no", 5),
    ],
)
def test_calls_are_tried_again_where_that_may_help(
    monkeypatch: pytest.MonkeyPatch, failures: list[Exception], message: str | None, left: int
) -> None:
    place = Failing(*failures)
    monkeypatch.setattr("feedpub.publish.opening._open", lambda address: place)
    store = TriedStore(Address("mem://ann:hunter2@h/x"), delays=(0, 0, 0))
    if message is None:
        assert store.read("a.rss") == b"here"
    else:
        with pytest.raises(OutputError) as failure:
            store.read("a.rss")
        assert message in str(failure.value)
        # A traceback, as -v prints one, must not show what the library said either.
        assert failure.value.__suppress_context__
    assert len(place.failures) == left
    assert place.renewed == len(failures) - left - (message is not None)


def test_stopped_store_tries_nothing_again(monkeypatch: pytest.MonkeyPatch) -> None:
    place = Failing(*[RuntimeError("a")] * 3)
    monkeypatch.setattr("feedpub.publish.opening._open", lambda address: place)
    store = TriedStore(Address("mem://h/x"), delays=(60, 60))
    store.stop()
    with pytest.raises(OutputError):
        store.read("a.rss")
    assert len(place.failures) == 2


def test_file_that_cannot_take_its_place_leaves_no_other(tmp_path: Path) -> None:
    (tmp_path / "a.rss").mkdir()
    with pytest.raises(OSError, match="directory"):
        FolderStore(tmp_path).put("a.rss", b"<rss/>", HEADERS)
    assert [path.name for path in tmp_path.iterdir()] == ["a.rss"]


def test_nothing_is_written_or_removed_through_a_link(tmp_path: Path) -> None:
    web, elsewhere = tmp_path / "web", tmp_path / "elsewhere"
    web.mkdir()
    make_site(elsewhere, {"x.png": "mine"})
    (web / "media").symlink_to(elsewhere)
    store = FolderStore(web)
    calls: tuple[Callable[[], object], ...] = (
        lambda: store.put("media/x.png", b"theirs", HEADERS),
        lambda: store.remove("media/x.png"),
        lambda: store.read("media/x.png"),
    )
    for call in calls:
        with pytest.raises(OutputError, match="is a symbolic link"):
            call()
    assert read_tree(elsewhere)["x.png"] == b"mine"


@pytest.mark.parametrize(
    ("target", "package", "message"),
    [
        ("s3://web/feeds", "s3fs", "Install feedpub[s3]"),
        ("sftp://www.example.com/srv", "sshfs", "Install feedpub[sftp]"),
        ("ssh://www.example.com/srv", "sshfs", "Install feedpub[sftp]"),
        ("webdav://web/feeds", "fsspec", "Use a folder, s3:// (install feedpub[s3]), sftp://"),
    ],
)
def test_missing_package_names_the_extra(
    monkeypatch: pytest.MonkeyPatch, target: str, package: str, message: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ConfigError) as refusal:
        TriedStore(Address(target), delays=())
    assert message in str(refusal.value)


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("command", ["build", "publish web"])
def test_signal_ends_a_run_without_litter(
    tmp_path: Path, command: str, number: signal.Signals, code: int
) -> None:
    record = {"id": 1, "title": "Lock", "section": "A", "updated": "2020-05-25"}
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines(record), "held.py": HELD})
    if command != "build":
        assert run_cli(site, "build").exit_code == 0
    with subprocess.Popen(
        [sys.executable, "held.py", *command.split()],
        cwd=site,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == b"at work\n"
        written = site / ("feeds" if command == "build" else "web")
        assert list(written.glob(".feedpub-*.tmp"))
        run.send_signal(number)
        _, error = run.communicate(timeout=60)
    assert (run.returncode, error) == (code, b"")
    left = read_tree(written)
    if command == "build":
        assert left == {}
    else:  # what a thread was sending is sent whole, and the manifest doubts it
        assert b'"sha256": ""' in left.pop("manifest.json")
        assert left
        assert left.items() <= read_tree(site / "feeds").items()


# A build that stays at its first file, or a publish whose threads take their time.
HELD = """\
import os, sys, threading, time
from feedpub.commands import main
from feedpub.files import whole_files
from feedpub.output import folder

def hold(path, chunks, write=whole_files.write_file):
    write(path, chunks)
    if path.parent.name == ".feedpub":
        return
    is_main = threading.current_thread() is threading.main_thread()
    if "build" in sys.argv or not is_main:
        os.write(1, b"at work\\n")  # whole, though several threads write at once
        time.sleep(60 if is_main else 2)

folder.write_file = whole_files.write_file = hold
main()
"""
