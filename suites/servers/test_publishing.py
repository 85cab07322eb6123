"""Publishes to an S3 and an SFTP server: what is sent and asked, and what readers see meanwhile."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from suites.servers.polling import Reader
from suites.servers.running import Place, open_s3
from suites.servers.sites import build_site, run_feedpub

TRIALS = 50


def read_published(place: Place) -> dict[str, bytes]:
    """Read what is there, by another program than the one that put it."""
    if place.target.startswith("s3:"):
        client = open_s3(place)
        pages = client.get_paginator("list_objects_v2").paginate(Bucket="web")
        keys = [entry["Key"] for page in pages for entry in page.get("Contents", ())]
        return {
            key.removeprefix("feeds/"): client.get_object(Bucket="web", Key=key)["Body"].read()
            for key in keys
        }
    return read_tree(Path("/" + place.target.split("/", 3)[3]))


def read_tree(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def list_requests(place: Place, since: int) -> list[str]:
    """List what a server was asked: HTTP's methods, or the files that SFTP opened and so on."""
    lines = place.log.read_text().splitlines()[since:]
    if place.target.startswith("s3:"):
        return re.findall(r"\b(GET|HEAD|PUT|POST|DELETE) /", "\n".join(lines))
    # Each is logged once more when it is done.
    words = (
        "open ",
        "opendir ",
        "rename ",
        "posix-rename ",
        "remove ",
        "mkdir ",
        "lstat ",
        "stat ",
    )
    return [line for line in lines if line.startswith(words)]


def count_lines(place: Place) -> int:
    return len(place.log.read_text().splitlines())


def test_publishing_again_sends_nothing_and_asks_twice(place: Place, tmp_path: Path) -> None:
    feeds = build_site(tmp_path / "site", base=place.base)
    run_feedpub(feeds.parent, "publish", place.target, env=place.env)
    assert read_published(place) == read_tree(feeds)
    before = count_lines(place)
    done = run_feedpub(feeds.parent, "publish", place.target, "--prune", env=place.env)
    files = len(read_tree(feeds)) - 1
    assert done.stdout == f"{files} files unchanged\n"
    asked = list_requests(place, before)
    # The manifest is read, and the topmost folder listed.
    assert len(asked) == 2, asked
    assert not [line for line in asked if "WRITE" in line or line in ("PUT", "POST", "DELETE")]


def test_s3_is_told_types_and_how_long_to_keep(s3: Place, tmp_path: Path) -> None:
    feeds = build_site(tmp_path / "site", base=s3.base)
    run_feedpub(feeds.parent, "publish", s3.target, env=s3.env)
    client = open_s3(s3)
    media = next(path for path in read_tree(feeds) if path.startswith("media/"))
    expected = {
        "all.rss": ("application/rss+xml; charset=utf-8", "public, max-age=300"),
        "all.atom": ("application/atom+xml; charset=utf-8", "public, max-age=300"),
        media: ("image/png", "public, max-age=31536000, immutable"),
        "manifest.json": ("application/json", "no-cache"),
    }
    for path, headers in expected.items():
        found = client.head_object(Bucket="web", Key=f"feeds/{path}")
        assert (found["ContentType"], found["CacheControl"]) == headers


def test_publish_that_is_killed_at_any_moment_shows_readers_whole_files_and_is_finished_by_the_next(
    place: Place, tmp_path: Path
) -> None:
    sites = [
        build_site(tmp_path / name, base=place.base, changed=name == "after")
        for name in ("before", "after")
    ]
    states = [read_tree(feeds) for feeds in sites]
    assert states[0].keys() - states[1].keys() > {"stage.rss", "stage.atom"}
    assert states[1].keys() - states[0].keys() > {"harbor.rss", "harbor.atom"}
    configs = [str(feeds.parent / "feedpub.toml") for feeds in sites]
    command = [sys.executable, "-m", "suites.servers.killing", place.target, str(TRIALS), *configs]
    killed = 0
    with (
        Reader(place.base, *states) as reader,
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **place.env},
            text=True,
        ) as killing,
    ):
        assert killing.stdout is not None
        assert killing.stdin is not None
        for number, line in enumerate(killing.stdout):
            trial = json.loads(line)
            killed += trial["killed"]
            assert (number, trial["code"]) == (number, 0)
            check_published(read_published(place), states[trial["at"]], states[1 - trial["at"]])
            killing.stdin.write("\n")
            killing.stdin.flush()
        assert killing.wait(60) == 0
        assert number == TRIALS - 1
    assert reader.faults == []
    assert reader.polls > 5 * TRIALS
    assert reader.media > 5 * TRIALS
    assert killed > TRIALS / 2


def check_published(
    there: dict[str, bytes], state: dict[str, bytes], other: dict[str, bytes]
) -> None:
    """Check that one of the sites is there, with media that the other had, and no litter."""
    manifest = json.loads(there.pop("manifest.json"))
    assert [line["path"] for line in manifest["files"]] == sorted(there)
    assert all(line["sha256"] for line in manifest["files"])
    wanted = {path: content for path, content in state.items() if path != "manifest.json"}
    kept = {path: content for path, content in other.items() if path.startswith("media/")}
    assert wanted.items() <= there.items()
    assert there.items() <= {**kept, **wanted}.items()


def test_server_whose_key_is_not_known_is_not_published_to(sftp: Place, tmp_path: Path) -> None:
    feeds = build_site(tmp_path / "site", base=sftp.base)
    known = Path(sftp.env["HOME"]) / ".ssh" / "known_hosts"
    kept = known.read_text()
    for text in ("", kept[:-20] + "A" * 19 + "\n"):
        known.write_text(text)
        done = subprocess.run(
            [sys.executable, "-m", "feedpub", "publish", sftp.target],
            cwd=feeds.parent,
            env={**os.environ, **sftp.env},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 3
        assert "known_hosts" in done.stderr
        assert read_published(sftp) == {}


def test_secrets_of_a_target_are_shown_nowhere(place: Place, tmp_path: Path) -> None:
    feeds = build_site(tmp_path / "site", base=place.base)
    scheme, _, rest = place.target.partition("://")
    done = subprocess.run(
        [sys.executable, "-m", "feedpub", "publish", "-v", f"{scheme}://ann:hunter2@{rest}"],
        cwd=feeds.parent,
        # Without what else would let it in.
        env={**os.environ, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert done.stderr
    assert "hunter2" not in done.stdout + done.stderr
