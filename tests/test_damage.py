"""What is damaged costs time and not output: caches, the manifest, and every file of the output."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from damage import GROSS, Site, at_random, cut, flip, make_sample_site, make_small_site, put
from feedpub.files import KnownFiles, digest_bytes, digest_file, read_state
from feedpub.output.lock import locate_state
from feedpub.output.manifest import FEED_TYPES, TYPES, format_manifest, read_manifest
from feedpub.output.recovery import find_own_files
from serving import Server, running
from support import STANDARD_TOML, make_image, make_site, read_tree, run_cli, to_json_lines

OLD = {"id": "1", "title": "Lock", "section": "River", "updated": "2020-05-25", "images": "1.png"}
TEA = {"id": "2", "title": "Leaves", "section": "Tea", "updated": "2020-05-23"}
PICTURE = make_image("PNG", 400, 30)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(Server({})) as server:
        yield make_small_site(tmp_path_factory.mktemp("small"), server)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return make_sample_site(tmp_path_factory.mktemp("sample"))


def damage_everything(
    site: Site, number: int, gross: int, *, part: int = 0, parts: int = 1
) -> tuple[int, list[str]]:
    """Damage files that are kept or written; count the damages, and list what they cost."""
    paths = sorted([*site.state.glob("*.json"), *(site.output / path for path in site.sound)])
    tried = 0
    costs: list[str] = []
    for place, path in enumerate(paths[part::parts]):
        site.settle()
        few = [*GROSS.items()]
        few = [few[(place + step) % len(few)] for step in range(gross)]
        content = path.read_bytes()
        outcome = site.damage(path, [*at_random(content, number, path.name), *few])
        tried += outcome.tried
        costs += outcome.failed + outcome.wrong
    return tried, costs


def test_damage_costs_nothing(small: Site) -> None:
    tried, costs = damage_everything(small, 1, 2, parts=3)
    assert costs == []
    assert tried > 30


def test_damage_of_the_sample_costs_nothing(sample: Site) -> None:
    tried, costs = damage_everything(sample, 1, 1, parts=16)
    assert costs == []
    assert tried > 15


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_much_damage_costs_nothing(small: Site, sample: Site, part: int) -> None:
    for site, number in ((small, 40), (sample, 3)):
        _, costs = damage_everything(site, number, len(GROSS), part=part, parts=4)
        assert costs == []


# Caches


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sha256", "0" * 64),
        ("length", 7),
        ("type", "image/gif"),
        ("suffix", "../../../evil"),
        ("width", 10**8),
        ("has_position", True),
    ],
)
def test_false_measurement_is_not_believed(tmp_path: Path, field: str, value: object) -> None:
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines(OLD), "sources/1.png": PICTURE})
    assert run_cli(site, "build").exit_code == 0
    sound = read_tree(site / "feeds")
    path = site / ".feedpub" / "images.json"
    head, body = path.read_bytes().split(b"\n", 1)
    known = json.loads(body)
    for one in known.values():
        one["value"]["measurement"][field] = value
    false = json.dumps(known).encode()
    name = b" ".join(head.split(b" ")[:-1])
    path.write_bytes(name + b" " + digest_bytes(false).encode() + b"\n" + false)
    # Only where nothing is there to compare with is it seen that the image is another one.
    shutil.rmtree(site / "feeds")
    assert run_cli(site, "build").exit_code == 0
    assert read_tree(site / "feeds") == sound


def test_image_that_vanishes_while_it_is_copied_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines(OLD), "sources/1.png": PICTURE})

    def vanish(self: object, path: Path) -> None:
        (site / "sources" / "1.png").unlink(missing_ok=True)

    monkeypatch.setattr("feedpub.output.folder.FolderTarget._sweep", vanish)
    result = run_cli(site, "build")
    assert (result.exit_code, "1.png" in result.stderr) == (0, True)
    assert b"Lock" in (site / "feeds" / "river.rss").read_bytes()
    assert not (site / "feeds" / "media").exists()


def test_file_that_changed_just_before_it_was_saved_is_new(tmp_path: Path) -> None:
    def open_known(settling: int) -> KnownFiles[str]:
        return KnownFiles(tmp_path / "kept.json", str, version="test 1", settling=settling)

    path = tmp_path / "a"
    path.write_bytes(b"a")
    state = read_state(path)
    assert state is not None
    known = open_known(0)
    known.keep(path, state, "kept")
    known.save()
    assert open_known(0).find(path, state) == "kept"
    assert open_known(3600 * 10**9).find(path, state) is None
    # A change may keep the length and both times that a program can set, but not all of them.
    path.write_bytes(b"b")
    changed = read_state(path)
    assert changed is not None
    assert open_known(0).find(path, changed) is None
    open_known(0).forget([path])
    assert open_known(0).find(path, state) is None


# The manifest


def write_site(folder: Path, *records: dict[str, str]) -> Path:
    files: dict[str, str | bytes] = {"sources/1.png": PICTURE}
    return make_site(folder, {**files, "sources/a.jsonl": to_json_lines(*records)})


@pytest.fixture
def site(tmp_path: Path) -> Path:
    site = write_site(tmp_path / "site", OLD, TEA)
    assert run_cli(site, "build").exit_code == 0
    return site


BROKEN: dict[str, Callable[[bytes], bytes | None]] = {
    "empty": lambda content: b"",
    "cut": cut(100),
    "noise": GROSS["noise"],
    "deep": GROSS["deep JSON"],
    "a folder": lambda content: None,
    "not text": put(40, b"\xff"),
    "a key": lambda content: content.replace(b'"files"', b'"fides"'),
}


def break_manifest(feeds: Path, change: Callable[[bytes], bytes | None]) -> None:
    path = feeds / "manifest.json"
    broken = change(path.read_bytes())
    path.unlink()
    if broken is None:
        path.mkdir()
    else:
        path.write_bytes(broken)


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_broken_manifest_stops_no_command(
    site: Path, caplog: pytest.LogCaptureFixture, change: Callable[[bytes], bytes | None]
) -> None:
    sound = read_tree(site / "feeds")
    break_manifest(site / "feeds", change)
    for command in ("sections", "clean --media", "diff", "check"):
        caplog.clear()
        result = run_cli(site, *command.split())
        assert result.exit_code == (command == "diff" and 0), command
        told = result.stderr + caplog.text
        assert ("manifest.json" in told) == (command != "sections"), command
    publish = run_cli(site, "publish", "web")
    assert (publish.exit_code, "Run `feedpub build` again" in publish.stderr) == (3, True)
    caplog.clear()
    assert run_cli(site, "build", "--strict").exit_code == 0
    assert len([record for record in caplog.records if record.levelno == logging.WARNING]) == 1
    assert read_tree(site / "feeds") == sound
    assert run_cli(site, "publish", "web").exit_code == 0
    assert read_tree(site / "web") == sound


@pytest.mark.parametrize("change", [*BROKEN.values(), None], ids=[*BROKEN, "missing"])
def test_without_a_manifest_what_is_feedpub_s_is_guarded_and_removed_and_nothing_else(
    site: Path, change: Callable[[bytes], bytes | None] | None
) -> None:
    feeds = site / "feeds"
    foreign = {
        "copy.rss": (feeds / "tea.rss").read_bytes(),
        "old/tea.rss": (feeds / "tea.rss").read_bytes(),
        "ballet.rss": b"<rss/>",
        "index.html": b"<title>feedpub</title>",
        "data.json": b'{"feed_url": "https://news.example.com/data.json", "items": []}',
        "media/0123456789abcdef.png": b"PNG",
        "media/poster.png": PICTURE,
    }
    make_site(feeds, dict(foreign))
    (feeds / "feedpub.toml").unlink()
    media = [path for path in read_tree(feeds) if path.startswith("media/")]
    if change is None:
        (feeds / "manifest.json").unlink()
    else:
        break_manifest(feeds, change)
    write_site(site, OLD)
    refused = run_cli(site, "build")
    assert (refused.exit_code, "tea" in refused.stderr) == (1, True)
    result = run_cli(site, "build", "--accept-loss", "--report", "json")
    assert json.loads(result.stdout)["removed"] == ["tea.atom", "tea.rss"]
    after = read_tree(feeds)
    assert {path: after.get(path) for path in foreign} == foreign
    assert [path for path in after if path.startswith("media/")] == media
    assert not set(read_manifest(feeds)) & set(foreign)


def test_finds_feeds_media_and_packed_files_again(small: Site) -> None:
    listed = read_manifest(small.output)
    found = find_own_files(small.output)
    assert found.items() < listed.items()
    left = {path.partition(".gz")[0] for path in listed.keys() - found.keys()}
    names = {"feeds.opml", "old/river.xml", "robots.txt", "sitemap.xml", "sitemap-news.xml"}
    names |= {path for path in left if path.endswith(".html")}
    scaled = {path for path in listed if path.endswith("-200.jpg")}  # not named by its content
    assert left == {*names, *scaled}
    assert (len(scaled), len(names)) == (1, 12)


def test_line_of_media_that_no_feed_names_is_mended(site: Path) -> None:
    write_site(site, {**OLD, "images": ""}, TEA)
    assert run_cli(site, "build").exit_code == 0
    path = site / "feeds" / "manifest.json"
    sound = path.read_bytes()
    at = sound.index(b"media/")
    for change in (*(flip(at + step, 1) for step in range(6, 300, 7)), flip(at + 1, 1)):
        path.write_bytes(change(sound) or b"")
        assert run_cli(site, "build").exit_code == 0
        assert path.read_bytes() == sound


def test_line_that_leads_to_a_strange_file_does_not_remove_it(site: Path) -> None:
    feeds = site / "feeds"
    lines = read_manifest(feeds)
    (feeds / "ballet.rss").write_bytes(b"<rss><channel/></rss>")
    lines["ballet.rss"] = lines["tea.rss"]
    content = format_manifest(lines).replace(b'"path": "tea.rss"', b'"path": "ballet.rss"', 1)
    (feeds / "manifest.json").write_bytes(content)
    assert run_cli(site, "build").exit_code == 0
    assert (feeds / "ballet.rss").read_bytes() == b"<rss><channel/></rss>"
    assert set(read_manifest(feeds)) == lines.keys() - {"ballet.rss"}


def test_manifest_knows_the_types_of_all_files() -> None:
    found = set()
    for path in Path(__file__).parent.glob("golden/*/expected/manifest.json"):
        found |= {line["type"] for line in json.loads(path.read_bytes())["files"]}
    assert FEED_TYPES < found <= TYPES


# Files of the output


def test_altered_file_is_told_and_written_again(
    site: Path, caplog: pytest.LogCaptureFixture
) -> None:
    feeds = site / "feeds"
    sound = read_tree(feeds)
    (media,) = (feeds / "media").iterdir()
    for path in (feeds / "river.rss", media, feeds / "feeds.opml"):
        path.write_bytes(path.read_bytes().replace(b"e", b"f", 1) + b" ")
    checked = run_cli(site, "check").stderr
    shown = run_cli(site, "diff")
    caplog.clear()
    result = run_cli(site, "build", "--strict")
    assert result.exit_code == 0
    assert read_tree(feeds) == sound
    (record,) = (record for record in caplog.records if record.levelno == logging.WARNING)
    for name in ("river.rss", f"media/{media.name}", "feeds.opml"):
        assert f"feeds/{name}: warning: differs from manifest.json" in checked
        assert f"+ {name}\n" in shown.stdout
        assert f"'{name}'" in record.getMessage()
    assert "differs" not in run_cli(site, "check").stderr


@pytest.mark.parametrize("change", [flip(700, 1), flip(1500, 4), cut(900), GROSS["zeros"]])
def test_altered_feed_does_not_blind_the_loss_guard(
    site: Path, change: Callable[[bytes], bytes | None]
) -> None:
    path = site / "feeds" / "tea.rss"
    path.write_bytes(change(path.read_bytes()) or b"")
    write_site(site, OLD, {**TEA, "id": "3"})
    result = run_cli(site, "build")
    assert result.exit_code == 1
    assert "feeds/tea.atom: would show 1 of 1 entries as new" in result.stderr


def test_reads_media_again_only_if_they_are_new_or_changed(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def count(path: Path) -> str:
        read.append(path.name)
        return digest_file(path)

    monkeypatch.setattr("feedpub.output.media_digests.digest_file", count)
    (media,) = (site / "feeds" / "media").iterdir()
    (site / "sources" / "new.css").write_bytes(b"")  # so that the build does not repeat the last
    assert run_cli(site, "build").exit_code == 0
    assert read == [media.name]  # it was written just before its state was saved
    Site(site, {}).settle()
    for command in ("build", "diff", "publish web"):
        assert run_cli(site, *command.split()).exit_code == 0
    assert read == [media.name]
    media.touch()
    assert run_cli(site, "diff").exit_code == 0
    assert read == [media.name] * 2
    shutil.rmtree(site / ".feedpub")
    assert run_cli(site, "build").exit_code == 0
    assert read == [media.name] * 3


def test_publish_and_build_agree_about_media_that_rot(site: Path) -> None:
    """A bit may flip on the disk, and the state of the file is the same."""
    (media,) = (site / "feeds" / "media").iterdir()
    sound = read_tree(site / "feeds")
    path = locate_state(site / ".feedpub", site / "feeds", ".json")
    for notice in ("publish web", "check"):
        media.write_bytes(flip(9, 1)(media.read_bytes()) or b"")
        state = read_state(media)
        body = json.dumps({str(media): {"state": state, "value": digest_bytes(PICTURE)}}).encode()
        digest = digest_bytes(body).encode()
        path.write_bytes(b"feedpub output 1 " + digest + b"\n" + body)
        Site(site, {}).settle()
        assert run_cli(site, "build").exit_code == 0
        assert read_tree(site / "feeds") != sound  # nothing told of it yet
        told = run_cli(site, *notice.split())
        assert "feedpub build" in told.stderr
        assert run_cli(site, "build").exit_code == 0
        assert read_tree(site / "feeds") == sound
        assert run_cli(site, "publish", "web").exit_code == 0


def test_media_that_nothing_can_restore_stay_and_are_not_published(
    site: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (media,) = (site / "feeds" / "media").iterdir()
    write_site(site, {**OLD, "images": ""}, TEA)
    media.write_bytes(b"rotten")
    caplog.clear()
    assert run_cli(site, "build").exit_code == 0
    assert f"{media}: is damaged, and no article has this image anymore" in caplog.text
    assert media.read_bytes() == b"rotten"
    assert run_cli(site, "publish", "web").exit_code == 0
    assert not (site / "web" / "media").exists()
    # If an article has the image again, it is written again.
    write_site(site, OLD, TEA)
    assert run_cli(site, "build").exit_code == 0
    assert media.read_bytes() == PICTURE


def test_scaled_media_that_no_feed_names_stay_while_they_are_as_they_were(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """They are named by the digest of their source, which may be gone."""
    site = write_site(tmp_path, OLD, TEA)
    toml = STANDARD_TOML.replace("[[source]]", "image_width = 200\n\n[[source]]")
    (site / "feedpub.toml").write_text(toml)
    (site / "sources" / "1.png").write_bytes(make_image("PNG", 3200, 30))
    assert run_cli(site, "build").exit_code == 0
    (media,) = (site / "feeds" / "media").iterdir()
    make_site(site, {"sources/a.jsonl": to_json_lines({**OLD, "images": ""}, TEA)}, toml)
    for content, listed in ((media.read_bytes(), True), (b"rotten", False)):
        media.write_bytes(content)
        caplog.clear()
        assert run_cli(site, "build").exit_code == 0
        assert (f"media/{media.name}" in read_manifest(site / "feeds")) == listed
        assert ("is damaged, and no article has this image anymore" in caplog.text) != listed
        assert media.read_bytes() == content


def test_clean_does_not_go_by_a_feed_that_was_altered(site: Path) -> None:
    path = site / "feeds" / "river.rss"
    path.write_bytes(path.read_bytes().replace(b"media/", b"medio/"))
    refused = run_cli(site, "clean", "--media", "--older-than", "0h")
    assert (refused.exit_code, "Run `feedpub build`" in refused.stderr) == (3, True)
    assert run_cli(site, "build").exit_code == 0
    assert run_cli(site, "clean", "--media", "--older-than", "0h").stdout == "0 files removed\n"


def test_folder_in_the_place_of_a_file_goes_only_if_it_is_empty(site: Path) -> None:
    sound = read_tree(site / "feeds")
    path = site / "feeds" / "all.rss"
    path.unlink()
    make_site(path, {"notes.txt": "mine"})
    refused = run_cli(site, "build")
    assert refused.exit_code == 3
    assert "all.rss: is a folder, and feedpub writes a file there. Remove it." in refused.stderr
    assert (path / "notes.txt").read_text() == "mine"
    shutil.rmtree(path)
    path.mkdir()
    assert run_cli(site, "build").exit_code == 0
    assert read_tree(site / "feeds") == sound


# What was published


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_broken_manifest_of_a_target_costs_sending_all(
    site: Path, change: Callable[[bytes], bytes | None]
) -> None:
    web = site / "web"
    assert run_cli(site, "publish", "web").exit_code == 0
    if change(b"") is None:
        return  # a folder there is somebody else's
    break_manifest(web, change)
    (web / "tea.rss").write_bytes(b"old")
    own = change is not BROKEN["noise"] and change is not BROKEN["deep"]
    result = run_cli(site, "publish", "web", "--prune")
    assert result.exit_code == (0 if own else 3)
    assert ("manifest.json: warning: is damaged. Every file" in result.stderr) == own
    assert (read_tree(web) == read_tree(site / "feeds")) == own
