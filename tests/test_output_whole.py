"""Every file of the output is whole, old or new, whatever happens to the build (section 6)."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from feedpub import build, load_config
from feedpub.output.manifest import ManifestLine, format_manifest, read_manifest
from support import (
    NOTE_OF_PAGES,
    NOW,
    make_image,
    make_site,
    read_tree,
    run_cli,
    run_feedpub,
    to_json_lines,
)

OLD_RECORDS = (
    {"id": "1", "title": "Lock", "section": "River", "updated": "2020-05-25", "images": "1.png"},
    {"id": "2", "title": "Fog", "section": "River", "updated": "2020-05-24", "images": "2.png"},
    {"id": "3", "title": "Leaves", "section": "Tea", "updated": "2020-05-23"},
    {"id": "4", "title": "Goal", "section": "Sport", "updated": "2020-05-22"},
)
# One headline is corrected, one article retracted with its image, a section comes, one goes.
NEW_RECORDS = (
    {"id": "1", "title": "A lock", "section": "River", "updated": "2020-05-26", "images": "1.png"},
    {
        "id": "2",
        "title": "Fog",
        "section": "River",
        "images": "2.png",
        "published": "2020-05-24",
        "updated": "2020-05-26",
        "status": "retracted",
    },
    {"id": "3", "title": "Leaves", "section": "Tea", "updated": "2020-05-23"},
    {"id": "5", "title": "Opera", "section": "Stage", "updated": "2020-05-26", "images": "5.png"},
)
IMAGES: dict[str, str | bytes] = {
    f"sources/{number}.png": make_image("PNG", 90, 60, shade=number) for number in (1, 2, 5)
}
Records = tuple[Mapping[str, object], ...]


def write_site(folder: Path, records: Records) -> Path:
    return make_site(folder, {**IMAGES, "sources/a.jsonl": to_json_lines(*records)})


@dataclass(frozen=True)
class States:
    """A site whose sources are the new ones, and its output as it was, and as it is to be."""

    site: Path
    old: dict[str, bytes]
    new: dict[str, bytes]

    def restore(self) -> None:
        """Put the old output back."""
        shutil.rmtree(self.site / "feeds", ignore_errors=True)
        for path, content in self.old.items():
            target = self.site / "feeds" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)

    def build(self) -> None:
        """Build; the vanishing section is accepted."""
        build(load_config(self.site / "feedpub.toml"), NOW, accept_loss=True)


def make_states(folder: Path) -> States:
    site = write_site(folder, OLD_RECORDS)
    assert run_cli(site, "build").exit_code == 0
    old = read_tree(site / "feeds")
    write_site(folder, NEW_RECORDS)
    assert run_cli(site, "build", "--accept-loss").exit_code == 0
    states = States(site, old, read_tree(site / "feeds"))
    only_old, only_new = old.keys() - states.new.keys(), states.new.keys() - old.keys()
    assert {"sport.rss", "sport.atom"} < only_old  # and the image of what is retracted
    assert {"stage.rss", "stage.atom"} < only_new
    assert (len(only_old), len(only_new)) == (3, 3)
    return states


@pytest.mark.slow
def test_three_builds_at_once_end_well(tmp_path: Path) -> None:
    states = make_states(tmp_path)
    states.restore()
    builds = [
        subprocess.Popen(
            [sys.executable, "-m", "feedpub", "build", "--accept-loss", "--report", "json"],
            cwd=states.site,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(3)
    ]
    done = [(*process.communicate(timeout=60), process.returncode) for process in builds]
    assert [code for _, _, code in done] == [0, 0, 0]
    for _, error, _ in done:
        assert error.decode().endswith(NOTE_OF_PAGES)
        assert error.count(b"\n") == 1
    assert read_tree(states.site / "feeds") == states.new
    written = sorted(len(json.loads(report)["written"]) for report, _, _ in done)
    assert written[:2] == [0, 0]  # the two that had to wait
    assert written[2] > 0


HOLDER = """\
import sys
from pathlib import Path
from feedpub.output import hold_lock
with hold_lock(Path(".feedpub").absolute(), Path("feeds").absolute()):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.mark.slow
def test_build_waits_for_the_lock_and_a_killed_holder_gives_it_up(tmp_path: Path) -> None:
    site = write_site(tmp_path, OLD_RECORDS)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER], cwd=site, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with subprocess.Popen(
            [sys.executable, "-m", "feedpub", "build", "-q"], cwd=site
        ) as waiting:
            with pytest.raises(subprocess.TimeoutExpired):
                waiting.wait(timeout=1.5)
            assert not (site / "feeds").exists()
            holder.kill()
            assert waiting.wait(timeout=60) == 0
    assert (site / "feeds" / "river.rss").exists()


def test_lock_is_kept_beside_the_configuration_and_never_in_the_output(tmp_path: Path) -> None:
    site = write_site(tmp_path / "site", OLD_RECORDS)
    elsewhere = tmp_path / "elsewhere"
    assert run_cli(site, "build").exit_code == 0
    assert run_cli(site, "build", "-o", str(elsewhere)).exit_code == 0
    # What a file says is kept where it did not change just now.
    parts = ("-build", "-files", "-values")
    every = (site / ".feedpub").iterdir()
    kept = [path for path in every if not any(part in path.name for part in parts)]
    names = sorted(path.suffix or path.name for path in kept)
    # For each output a lock, what is known of its media, and what its files were rendered from;
    # and what is known of the images.
    assert names == [".gitignore", *[".json"] * 5, *[".lock"] * 2]
    for output in (site / "feeds", elsewhere):
        assert [path for path in read_tree(output) if "feedpub" in path or "lock" in path] == []
        assert "river.rss" in read_tree(output)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["elsewhere", "site"]


def test_reading_commands_take_no_lock(tmp_path: Path) -> None:
    site = write_site(tmp_path, OLD_RECORDS)
    for command in (["check"], ["diff"], ["sections"], ["explain", "sources"]):
        assert run_cli(site, *command).exit_code in (0, 1)
        assert sorted(path.name for path in site.iterdir()) == ["feedpub.toml", "sources"]


def test_build_removes_leftovers_of_killed_ones(tmp_path: Path) -> None:
    site = write_site(tmp_path, OLD_RECORDS)
    assert run_cli(site, "build").exit_code == 0
    before = read_tree(site / "feeds")
    others = {"notes.tmp": b"mine", ".feedpub-notes": b"mine too"}
    for path, content in {**others, ".feedpub-0a.tmp": b"<", "media/.feedpub-1b.tmp": b"<"}.items():
        (site / "feeds" / path).write_bytes(content)
    assert run_cli(site, "build").exit_code == 0
    assert read_tree(site / "feeds") == {**before, **others}


def test_refused_build_leaves_nothing_behind(tmp_path: Path) -> None:
    site = write_site(tmp_path, OLD_RECORDS)
    assert run_cli(site, "build").exit_code == 0
    before = read_tree(site / "feeds")
    write_site(tmp_path, NEW_RECORDS)
    assert run_cli(site, "build").exit_code == 1
    assert read_tree(site / "feeds") == before


@pytest.mark.parametrize("output", ["feeds", "public/news/feeds"])
def test_refused_first_build_leaves_no_folder(tmp_path: Path, output: str) -> None:
    site = write_site(tmp_path, OLD_RECORDS)
    make_site(site, {"sources/b.jsonl": to_json_lines({"id": "6", "section": "River"})})
    assert run_cli(site, "build", "--strict", "-o", output).exit_code == 1
    assert sorted(path.name for path in site.iterdir()) == [".feedpub", "feedpub.toml", "sources"]
    # A folder that was there stays.
    (site / output).mkdir(parents=True)
    assert run_cli(site, "build", "--strict", "-o", output).exit_code == 1
    assert (site / output).is_dir()


def add_lines(output: Path, *paths: str) -> None:
    """Add lines to a manifest, as a build that wrote these files would have."""
    lines = read_manifest(output)
    more = {path: ManifestLine(path, "0", 7, "application/rss+xml") for path in paths}
    (output / "manifest.json").write_bytes(format_manifest({**lines, **more}))


@pytest.mark.parametrize("path", ["old", "old.rss", "media/deep"])
def test_manifest_line_that_names_a_folder_is_passed_over(tmp_path: Path, path: str) -> None:
    site = write_site(tmp_path, OLD_RECORDS)
    assert run_cli(site, "build").exit_code == 0
    before = read_tree(site / "feeds")
    add_lines(site / "feeds", path)
    (site / "feeds" / path).mkdir(exist_ok=True)
    for command in ("diff", "build"):
        result = run_cli(site, command)
        assert result.exit_code == 0
        assert "vanish" not in result.stderr
    assert (site / "feeds" / path).is_dir()
    assert read_tree(site / "feeds") == before
    assert run_cli(site, "clean", "--media", "--older-than", "0h").exit_code == 0


def test_removes_only_what_the_manifest_lists(tmp_path: Path) -> None:
    site = write_site(tmp_path, OLD_RECORDS)
    assert run_cli(site, "build").exit_code == 0
    foreign = {
        "robots.txt": b"User-agent: *\n",
        "ballet.rss": b"<rss/>",
        "media/poster.jpg": b"JPEG",
        "deep/er/page.html": b"<p>",
    }
    make_site(site / "feeds", dict(foreign))
    (site / "feeds" / "feedpub.toml").unlink()
    # Nothing but Tea is left: River goes with its two images, and Sport.
    write_site(tmp_path, OLD_RECORDS[2:3])
    result = run_cli(site, "build", "--accept-loss", "--report", "json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["removed"] == [
        "river.atom",
        "river.rss",
        "sport.atom",
        "sport.rss",
    ]
    after = read_tree(site / "feeds")
    assert {path: after.get(path) for path in foreign} == foreign
    # Readers keep pages that point at images: they stay, and in the manifest too.
    assert len(list((site / "feeds" / "media").glob("*.png"))) == 2
    listed = [file["path"] for file in json.loads(after["manifest.json"])["files"]]
    assert sum(path.startswith("media/") for path in listed) == 2
    assert not set(listed) & set(foreign)


@pytest.mark.parametrize(
    "path",
    [
        "../victim.txt",
        "{outside}/victim.txt",
        "media/../../victim.txt",
        "./../victim.txt",
        "..",
        "{outside}",
    ],
)
def test_manifest_that_leads_outside_removes_nothing_there(tmp_path: Path, path: str) -> None:
    site = write_site(tmp_path / "site", OLD_RECORDS)
    output = tmp_path / "out" / "feeds"
    victim = tmp_path / "out" / "victim.txt"
    assert run_cli(site, "build", "-o", str(output)).exit_code == 0
    victim.write_text("keep me")
    add_lines(output, path.format(outside=victim.parent), "gone.rss")
    (output / "gone.rss").write_text("<rss><channel/></rss>")
    result = run_cli(site, "build", "-o", str(output), "--accept-loss", "--report", "json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["removed"] == ["gone.rss"]  # what is inside is removed
    assert victim.read_text() == "keep me"
    assert b"victim" not in (output / "manifest.json").read_bytes()


def test_writes_nothing_through_a_symlinked_media_folder(tmp_path: Path) -> None:
    site = write_site(tmp_path / "site", OLD_RECORDS)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / ".feedpub-0a.tmp").write_text("not ours")
    (site / "feeds").mkdir()
    (site / "feeds" / "media").symlink_to(elsewhere)
    result = run_cli(site, "build")
    assert result.exit_code == 3
    assert "is a symbolic link" in result.stderr
    assert read_tree(elsewhere) == {".feedpub-0a.tmp": b"not ours"}
    assert read_tree(site / "feeds") == {}


@pytest.mark.parametrize("records", [OLD_RECORDS, NEW_RECORDS])
def test_replaces_a_symlinked_feed_and_not_what_it_points_at(
    tmp_path: Path, records: Records
) -> None:
    site = write_site(tmp_path / "site", OLD_RECORDS)
    assert run_cli(site, "build").exit_code == 0
    feed, elsewhere = site / "feeds" / "river.rss", tmp_path / "elsewhere.rss"
    content = feed.read_bytes()
    elsewhere.write_bytes(content)
    feed.unlink()
    feed.symlink_to(elsewhere)
    write_site(site, records)
    assert run_cli(site, "build", "--accept-loss").exit_code == 0
    assert not feed.is_symlink()
    assert (feed.read_bytes() == content) is (records is OLD_RECORDS)
    assert elsewhere.read_bytes() == content


def test_image_that_a_correction_replaces_stays_for_pages_that_readers_keep(
    tmp_path: Path,
) -> None:
    site = write_site(tmp_path, OLD_RECORDS)
    assert run_cli(site, "build").exit_code == 0
    old = read_tree(site / "feeds" / "media")
    corrected = {**OLD_RECORDS[0], "updated": "2020-05-27", "images": "5.png"}
    write_site(site, (corrected, *OLD_RECORDS[1:]))
    assert run_cli(site, "build").exit_code == 0
    new = read_tree(site / "feeds" / "media")
    assert old.items() < new.items()
    assert len(new) == len(old) + 1


def test_failure_leaves_every_file_as_it_was(tmp_path: Path) -> None:
    site = write_site(tmp_path, OLD_RECORDS)
    assert run_cli(site, "build").exit_code == 0
    before = read_tree(site / "feeds")
    # The last feed in the order of names cannot be replaced: a folder with a file stands there.
    write_site(tmp_path, NEW_RECORDS)
    (site / "feeds" / "stage.rss" / "mine").mkdir(parents=True)
    done = run_feedpub(site, "build", "--accept-loss")
    assert done.returncode == 3
    assert b"stage.rss" in done.stderr
    after = read_tree(site / "feeds")
    shutil.rmtree(site / "feeds" / "stage.rss")
    assert run_cli(site, "build", "--accept-loss").exit_code == 0
    new = read_tree(site / "feeds")
    for path, content in after.items():
        if path != "manifest.json":
            assert content in (before.get(path), new.get(path)), path
    assert not [path for path in after if ".feedpub-" in path]
