"""What several test files need: a site in a folder, and the command line over it."""

from __future__ import annotations

import io
import json
import os
import pty
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, TypeVar

from click.testing import CliRunner
from hypothesis import settings
from PIL import Image as Pictures

from atom_schema import assert_valid_atom
from feedpub.commands.cli import cli
from feedpub.errors import Problem
from feedpub.model import Record
from feedpub.settings import Config
from feedpub.systems import Notes, OpenedSource, scan_file

if TYPE_CHECKING:
    import pytest
    from _typeshed import TraceFunction

T = TypeVar("T")

NOW = datetime(2026, 1, 1, tzinfo=UTC)

STANDARD_TOML = """\
[site]
title = "Example Voice"
link = "https://news.example.com/"
timezone = "Asia/Shanghai"
tag = "news.example.com,2020"

[[source]]
path = "sources"
"""


# How the note ends that a build gives where feeds link to pages that it does not write.
NOTE_OF_PAGES = 'Add "html" to formats in [site], or set link in [section.SLUG] and [[source]].\n'


@dataclass(frozen=True)
class Result:
    """What a run of the command line left."""

    exit_code: int
    stdout: str
    stderr: str


def examples(number: int, *, few: int | None = None) -> settings:
    """Try this many random examples under `make slow`; `few`, or a tenth, under `make test`."""
    share = settings().max_examples / 100
    if few is not None and share < 1:
        return settings(max_examples=few)
    return settings(max_examples=max(int(number * share), 4))


def scan_source(
    config: Config, index: int, notes: Notes | None = None
) -> Iterator[Record | Problem]:
    """Yield the records of a source that count, and the problems of its files."""
    for file in OpenedSource(config, index).list_files(notes):
        if isinstance(file, Problem):
            yield file
            continue
        for item in scan_file(file, notes):
            if isinstance(item, Problem) or item.chosen:
                yield item


def count_steps(call: Callable[[], object]) -> int:
    """Count the lines of Python that a call runs: work, which no slow machine changes.

    A call into C (a regular expression) is one step, however long it takes. A test of these takes
    a text so long that anything but linear work ends in the timeout of pytest.
    """
    steps = 0

    def trace(frame: FrameType, event: str, arg: object) -> TraceFunction:
        nonlocal steps
        steps += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return steps


def count_calls(calls: Counter[str], function: Callable[..., T]) -> Callable[..., T]:
    """Count the calls of a function by its name, and do what it does."""

    @wraps(function)
    def call(*args: object, **options: object) -> T:
        calls[function.__name__] += 1
        return function(*args, **options)

    return call


def require_linear(call: Callable[[int], object], length: int) -> None:
    """Require that a call on twice the length takes no more than twice the steps."""
    call(length)  # what is loaded once, such as a word list, is no part of it
    assert count_steps(lambda: call(2 * length)) < 2.1 * count_steps(lambda: call(length)) + 100


def make_site(tmp_path: Path, files: Mapping[str, str | bytes], toml: str | None = None) -> Path:
    """Write files below a folder, and its feedpub.toml: the standard one unless given."""
    for name, content in {"feedpub.toml": toml or STANDARD_TOML, **files}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return tmp_path


def run_cli(
    site: Path,
    *args: str,
    stdin: bytes | None = None,
    env: Mapping[str, str] | None = None,
) -> Result:
    """Run the command line in a site's folder, at NOW unless `env` says otherwise."""
    before = os.getcwd()
    os.chdir(site)
    fixed = {"SOURCE_DATE_EPOCH": str(int(NOW.timestamp())), "NO_COLOR": "1"}
    try:
        done = CliRunner().invoke(
            cli, args, input=stdin, env={**fixed, **(env or {})}, catch_exceptions=False
        )
    finally:
        os.chdir(before)
    if args[0] == "build" and done.exit_code == 0:
        assert_valid_atom(site / "feeds")
    return Result(done.exit_code, done.stdout, _leave_out_note(done.stderr))


def _leave_out_note(stderr: str) -> str:
    """Leave out the note of pages that are not written, which most sites of tests have none of.

    test_dead_links.py says when it is told.
    """
    lines = stderr.splitlines(keepends=True)
    return "".join(line for line in lines if not line.endswith(NOTE_OF_PAGES))


def run_on_terminal(site: Path, arguments: Sequence[str], environment: Mapping[str, str]) -> bytes:
    """Run Python in a site's folder with a terminal for standard error, and give what it shows."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, *arguments],
        cwd=site,
        env={**{k: v for k, v in os.environ.items() if k != "NO_COLOR"}, **environment},
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        shown = b""
        try:
            while part := os.read(ours, 65536):
                shown += part
        except OSError:  # the terminal is gone with its last process
            pass
        process.wait(timeout=60)
    os.close(ours)
    return shown


def run_feedpub(
    site: Path, *args: str, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run `python -m feedpub` in a site's folder, in a process of its own, at NOW."""
    fixed = {"SOURCE_DATE_EPOCH": str(int(NOW.timestamp()))}
    return subprocess.run(
        [sys.executable, "-m", "feedpub", *args],
        cwd=site,
        env={**os.environ, **fixed, **(env or {})},
        capture_output=True,
        check=False,
    )


def to_json_lines(*records: Mapping[str, object]) -> str:
    """Write records as JSON Lines, all but ASCII escaped."""
    return "".join(json.dumps(record) + "\n" for record in records)


def make_image(kind: str, width: int, height: int, *, shade: int = 0) -> bytes:
    """Make an image file of a kind that Pillow names: other shades, other bytes."""
    held = io.BytesIO()
    Pictures.linear_gradient("L").resize((width, height)).point(
        lambda value: (int(value) + shade) % 256
    ).convert("RGB").save(held, kind)
    return held.getvalue()


def read_tree(folder: Path) -> dict[str, bytes]:
    """Read all regular files below a folder, by their paths below it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def build_like_from_nothing(site: Path, tmp_path: Path) -> None:
    """Build a site, and expect what a build from nothing makes and tells."""
    other = tmp_path / "other"
    shutil.rmtree(other, ignore_errors=True)
    shutil.copytree(site, other, ignore=shutil.ignore_patterns(".feedpub"))
    done, expected = run_cli(site, "build"), run_cli(other, "build")
    assert (done.exit_code, done.stderr) == (expected.exit_code, expected.stderr)
    assert read_tree(site / "feeds") == read_tree(other / "feeds")


def divide_all(patch: pytest.MonkeyPatch) -> None:
    """Divide folders into runs, and JSON Lines files into parts, that are small.

    Files may change during a build.
    """
    patch.setattr("feedpub.files.known_files.USUAL_STEP", 0)
    patch.setattr("feedpub.pipeline.scanning._DIVIDED", 0)
    patch.setattr("feedpub.files.trees._USUAL", 2)
    patch.setattr("feedpub.files.trees._MOST", 3)
    patch.setattr("feedpub.files.trees._FEW", 1)
    patch.setattr("feedpub.sources.json_lines._LEAST", 100)
    patch.setattr("feedpub.sources.json_lines._ENDS", 4)
