"""The one writer, and the one cache: whole files, and what is kept that may be lost at any time."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import feedpub
from feedpub.files import create_file, digest_bytes, load_values, replace_file, save_values
from feedpub.images.cache import MeasurementCache
from feedpub.images.files import Measurement
from feedpub.images.remote import RemoteMeasurement
from feedpub.output.lock import locate_state
from support import STANDARD_TOML, make_image, make_site, read_tree, run_cli, to_json_lines

MEASUREMENT = Measurement("image/jpeg", "jpg", 640, 480, "0" * 64, 1234, False)
REMOTE = RemoteMeasurement("image/jpeg", 1234, 640, 480, '"1"', None, 0, False)
FILES: dict[str, str | bytes] = {
    "sources/a.jsonl": to_json_lines(
        {"id": "a", "title": "A", "section": "S", "updated": "2020-05-24", "images": "a.jpg"}
    ),
    "sources/a.jpg": make_image("JPEG", 640, 480),
}


# Writing


def test_replaces_a_file_whole(tmp_path: Path) -> None:
    path = tmp_path / "a"
    for content in (b"old", b"new"):
        replace_file(path, content)
        assert read_tree(tmp_path) == {"a": content}
    path.unlink()
    path.mkdir()
    with pytest.raises(OSError, match="directory"):
        replace_file(path, b"")
    assert list(tmp_path.iterdir()) == [path]


def test_creates_a_file_only_where_there_is_none(tmp_path: Path) -> None:
    create_file(tmp_path / "a", b"first")
    (tmp_path / "b").symlink_to("nowhere")
    for name in "ab":
        with pytest.raises(FileExistsError):
            create_file(tmp_path / name, b"second")
    assert read_tree(tmp_path) == {"a": b"first"}
    assert sorted(os.listdir(tmp_path)) == ["a", "b"]


CORE = ("text", "markup", "timestamps", "pages", "systems", "articles", "feeds", "lint")


def test_only_one_room_writes_and_digests() -> None:
    # The core opens no file and cannot import this room; output/ puts in place what it wrote.
    owners = {
        "os.replace(": {"files/whole_files.py", "output/folder.py"},
        "os.O_CREAT": {"files/whole_files.py"},
        "hashlib": {"files/digests.py"},
        ".write_bytes(": {"commands/explaining.py"},  # a copy of standard input
        ".write_text(": set(),
    }
    root = Path(feedpub.__file__).parent
    sources = {path.relative_to(root).as_posix(): path.read_text() for path in root.rglob("*.py")}
    outside = {path: text for path, text in sources.items() if not path.startswith(CORE)}
    for used, expected in owners.items():
        assert {path for path, text in outside.items() if used in text} == expected


# What is kept


def save_measurement(path: Path) -> bytes:
    save_values(path, {"b": MEASUREMENT, "a": MEASUREMENT}, version="test 1")
    return path.read_bytes()


def test_keeps_values_sorted(tmp_path: Path) -> None:
    path = tmp_path / "below" / "kept.json"
    first = save_measurement(path)
    kept = load_values(path, Measurement, version="test 1")
    assert list(kept.items()) == [("a", MEASUREMENT), ("b", MEASUREMENT)]
    assert first == save_measurement(path)
    assert load_values(path, Measurement, version="test 2") == {}
    assert load_values(tmp_path / "none.json", Measurement, version="test 1") == {}


@given(bit=st.integers(0, 10_000), cut=st.booleans())
def test_sees_every_flipped_bit_and_every_cut(
    tmp_path_factory: pytest.TempPathFactory, bit: int, cut: bool
) -> None:
    path = tmp_path_factory.mktemp("kept") / "kept.json"
    content = bytearray(save_measurement(path))
    if cut:
        del content[bit % len(content) :]
    else:
        content[bit % len(content)] ^= 1 << bit % 8
    path.write_bytes(content)
    assert load_values(path, Measurement, version="test 1") == {}


@pytest.mark.parametrize(
    ("known", "field", "value"),
    [
        (MEASUREMENT, "type", "text/html"),
        (MEASUREMENT, "suffix", "../../x"),
        (MEASUREMENT, "suffix", "png"),
        (MEASUREMENT, "width", None),
        (MEASUREMENT, "width", 90_000_000),
        (MEASUREMENT, "length", 2**40),
        (MEASUREMENT, "width", 0),
        (MEASUREMENT, "height", -1),
        (MEASUREMENT, "height", 10**12),
        (MEASUREMENT, "sha256", "0" * 63),
        (MEASUREMENT, "sha256", "0" * 64 + "\n"),
        (MEASUREMENT, "sha256", "G" * 64),
        (MEASUREMENT, "length", 0),
        (MEASUREMENT, "length", "12"),
        (MEASUREMENT, "length", None),
        (MEASUREMENT, "has_position", 1),
        (REMOTE, "type", "image/svg+xml"),
        (REMOTE, "length", 0),
        (REMOTE, "width", 0),
        (REMOTE, "etag", '"1"\r\nHost: example.com'),
        (REMOTE, "etag", '"1"\n'),
        (REMOTE, "last_modified", ""),
        (REMOTE, "measured", "now"),
        (REMOTE, "measured", -1),
        (REMOTE, "measured", 10**12),
        (REMOTE, "height", None),
    ],
)
def test_takes_no_value_out_of_range(
    tmp_path: Path, known: Measurement | RemoteMeasurement, field: str, value: object
) -> None:
    path = tmp_path / "kept.json"
    fields = msgspec.to_builtins(known)
    for changed, count in (({}, 1), ({field: value}, 0)):
        save_values(path, {"a": {**fields, **changed}}, version="test 1")
        assert len(load_values(path, type(known), version="test 1")) == count


@pytest.mark.parametrize(
    "body", [b'{"a": {"x": ' + b"[" * 100_000, b"\xff", b"null", b'{"a": 1}', b'{"a": {}}']
)
def test_takes_no_other_body(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "kept.json"
    path.write_bytes(b"feedpub test 1 " + digest_bytes(body).encode() + b"\n" + body)
    assert load_values(path, Measurement, version="test 1") == {}


# A state folder that cannot be read or written costs time and a warning, and nothing else


def make_pipe(state: Path) -> None:
    state.mkdir()
    os.mkfifo(state / "images.json")


def locate_digests(state: Path) -> Path:
    return locate_state(state, state.parent / "feeds", ".json")


# What is done to the folder, and how many warnings a build and a publish then log.
STATES: dict[str, tuple[Callable[[Path], object], int, int]] = {
    "sound": (lambda state: None, 0, 0),
    "file": (lambda state: state.write_bytes(b"a file"), 1, 1),
    "dead link": (lambda state: state.symlink_to("nowhere"), 1, 1),
    "folder for images.json": (lambda state: (state / "images.json").mkdir(parents=True), 1, 0),
    "pipe for images.json": (make_pipe, 0, 0),
    "folder for digests": (lambda state: locate_digests(state).mkdir(parents=True), 1, 0),
    "folder for the lock": (
        lambda state: locate_digests(state).with_suffix(".lock").mkdir(parents=True),
        1,
        1,
    ),
    "folder for .gitignore": (lambda state: (state / ".gitignore").mkdir(parents=True), 0, 0),
}


@pytest.mark.parametrize(("change", "built", "published"), STATES.values(), ids=STATES)
def test_state_that_cannot_be_written_costs_one_warning(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    change: Callable[[Path], object],
    built: int,
    published: int,
) -> None:
    toml = STANDARD_TOML.replace("tag = ", 'formats = ["rss", "atom", "html"]\ntag = ')
    site = make_site(tmp_path / "site", FILES, toml)
    sound = make_site(tmp_path / "sound", FILES, toml)
    assert run_cli(sound, "build").exit_code == 0
    change(site / ".feedpub")
    commands = {
        "build": built,
        "build -q --no-cache": built,
        "check": 0,
        "diff": 0,
        "publish web": published,
    }
    for command, warnings in commands.items():
        caplog.clear()
        result = run_cli(site, *command.split())
        assert (result.exit_code, result.stderr) == (0, ""), command
        told = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
        assert len(told) == warnings, command
        assert all("can't be written" in message for message in told)
    assert read_tree(site / "feeds") == read_tree(sound / "feeds") == read_tree(site / "web")
    assert not list(tmp_path.rglob(".feedpub-*.tmp"))


def test_state_of_an_older_version_is_measured_again(tmp_path: Path) -> None:
    site = make_site(tmp_path, FILES)
    assert run_cli(site, "build").exit_code == 0
    before = read_tree(site / "feeds")
    old = {"/a.jpg": {"state": [0, 0, 0, 0], "keeps_position": False, "measurement": {}}}
    (site / ".feedpub/images.json").write_text(json.dumps(old))
    (site / "sources/new.css").write_bytes(b"")  # so that the build reads the records again
    assert run_cli(site, "build").exit_code == 0
    assert read_tree(site / "feeds") == before
    assert (site / ".feedpub/images.json").read_bytes().startswith(b"feedpub images 1 ")


def test_measurement_of_a_changed_file_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(make_image("JPEG", 640, 480))
    cache = MeasurementCache(tmp_path, keeps_position=False)
    first = cache.measure(path)
    cache.save()
    assert MeasurementCache(tmp_path, keeps_position=False).measure(path) == first
    path.write_bytes(make_image("PNG", 640, 480))
    assert MeasurementCache(tmp_path, keeps_position=False).measure(path).suffix == "png"
