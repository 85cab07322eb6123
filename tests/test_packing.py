"""`compress = true`: each document packed beside itself, and kept in step with it."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

import pytest

from feedpub.output.packing import pack
from support import STANDARD_TOML, make_image, make_site, read_tree, run_cli, to_json_lines

PACKED = STANDARD_TOML.replace("[[source]]", "compress = true\n[[source]]")
RECORDS = (
    {"id": "1", "title": "Lock", "section": "River", "updated": "2020-05-25", "images": "1.png"},
    {"id": "2", "title": "Leaves", "section": "Tea", "updated": "2020-05-23"},
)


def build(site: Path, *records: object, toml: str = PACKED) -> dict[str, bytes]:
    files: dict[str, str | bytes] = {"sources/1.png": make_image("PNG", 90, 60)}
    make_site(site, {**files, "sources/a.jsonl": to_json_lines(*RECORDS[: len(records)])}, toml)
    assert run_cli(site, "build", "--accept-loss").exit_code == 0
    return read_tree(site / "feeds")


def test_packs_every_document_and_no_image(tmp_path: Path) -> None:
    built = build(tmp_path, *RECORDS)
    plain = {path for path in built if not path.endswith((".gz", ".png", "manifest.json"))}
    assert plain >= {"all.rss", "tea.atom", "river.rss", "feeds.opml"}
    assert {path for path in built if path.endswith(".gz")} == {f"{path}.gz" for path in plain}
    for path in plain:
        assert gzip.decompress(built[f"{path}.gz"]) == built[path]
    assert b'"path": "river.rss.gz"' in built["manifest.json"]
    # No time, no name, no system.
    assert {built[f"{path}.gz"][:10] for path in plain} == {
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
    }


def test_packed_copies_go_and_change_with_their_originals(tmp_path: Path) -> None:
    before = build(tmp_path, *RECORDS)
    after = build(tmp_path, RECORDS[0])
    gone = {path for path in before if path.startswith("tea.")}
    assert gone == {"tea.rss", "tea.rss.gz", "tea.atom", "tea.atom.gz"}
    assert after.keys() == before.keys() - gone
    assert gzip.decompress(after["all.rss.gz"]) == after["all.rss"] != before["all.rss"]
    plain = build(tmp_path, RECORDS[0], toml=STANDARD_TOML)
    assert plain.keys() == {path for path in after if not path.endswith(".gz")}


def test_packed_copies_are_no_loss_and_no_other_feed(tmp_path: Path) -> None:
    build(tmp_path, *RECORDS)
    shown = run_cli(tmp_path, "diff")
    assert (shown.exit_code, "would" in shown.stderr) == (0, False)
    make_site(tmp_path, {}, STANDARD_TOML)
    assert run_cli(tmp_path, "build").exit_code == 0


@pytest.mark.parametrize(
    ("kept", "stays"),
    [
        (gzip.compress(b"<rss/>", 1, mtime=7), True),  # as another host packs it
        (None, False),
        (b"", False),
        (b"no gzip", False),
        (gzip.compress(b"<rss>", mtime=1), False),
        (gzip.compress(b"<rss/>", mtime=1)[:-1], False),
        (gzip.compress(b"<rss/>", mtime=1) + b"more", False),
        (gzip.compress(b"<rss/>" + bytes(1 << 20), mtime=1), False),
        (zlib.compress(b"<rss/>"), False),
    ],
)
def test_packed_bytes_stay_where_they_hold_the_same(kept: bytes | None, stays: bool) -> None:
    packed = pack(b"<rss/>", kept)
    assert (packed == kept) is stays
    assert gzip.decompress(packed) == b"<rss/>"
