"""What is withdrawn leaves a tombstone, what is retracted its notice, and no image stays."""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import feedparser
import pytest
from lxml import etree

from feedpub import OutputError
from feedpub.articles.versions import Versions
from feedpub.model import Candidate, Origin, SourceFile, Status
from support import STANDARD_TOML, Result, make_image, make_site, read_tree, run_cli, to_json_lines

ATOM = "{http://www.w3.org/2005/Atom}"
TOMBSTONE = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
TAG = "tag:news.example.com,2020:"
Record = Mapping[str, object]
NEW = {"id": "new", "title": "Newest", "section": ["River", "Tea"], "updated": "2020-05-25 12:00"}
GONE = {"id": "gone", "title": "Gone", "section": "River", "updated": "2020-05-20"}
WITHDRAWAL = {"id": "gone", "status": "withdrawn", "updated": "2020-05-24T01:00:00Z"}


def build(tmp_path: Path, *records: Record, toml: str = "", accept: bool = False) -> Result:
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines(*records)}, STANDARD_TOML + toml)
    result = run_cli(site, "build", *(["--accept-loss"] if accept else []))
    assert result.exit_code == 0
    return result


def read_tombstones(tmp_path: Path, slug: str) -> list[tuple[str | None, str | None]]:
    root = etree.parse(tmp_path / "feeds" / f"{slug}.atom").getroot()
    return [(gone.get("ref"), gone.get("when")) for gone in root.findall(TOMBSTONE)]


def list_graves(tmp_path: Path) -> list[str]:
    feeds = sorted(path.stem for path in (tmp_path / "feeds").glob("*.atom"))
    return [slug for slug in feeds if read_tombstones(tmp_path, slug)]


# Withdrawn: removed from every feed, with a tombstone in Atom.


def test_a_withdrawn_article_leaves_a_tombstone_in_atom(tmp_path: Path) -> None:
    build(tmp_path, NEW, GONE, WITHDRAWAL)
    expected = [(f"{TAG}gone", "2020-05-24T09:00:00+08:00")]
    assert read_tombstones(tmp_path, "river") == expected
    assert read_tombstones(tmp_path, "all") == expected
    assert read_tombstones(tmp_path, "tea") == []
    for path in (tmp_path / "feeds").glob("*.rss"):
        assert b"tombstone" not in path.read_bytes()
    # The entry itself is nowhere, and it is no newer than the feed's entries.
    root = etree.parse(tmp_path / "feeds" / "river.atom").getroot()
    assert root.findtext(f"{ATOM}updated") == "2020-05-25T12:00:00+08:00"
    assert [entry.findtext(f"{ATOM}title") for entry in root.findall(f"{ATOM}entry")] == ["Newest"]


def test_a_feed_without_tombstones_does_not_name_their_namespace(tmp_path: Path) -> None:
    build(tmp_path, NEW, GONE, WITHDRAWAL)
    assert b"tombstones" in (tmp_path / "feeds" / "river.atom").read_bytes()
    assert b"tombstones" not in (tmp_path / "feeds" / "tea.atom").read_bytes()


def test_readers_read_a_feed_with_tombstones_as_one_without(tmp_path: Path) -> None:
    build(tmp_path / "one", NEW, GONE, WITHDRAWAL)
    build(tmp_path / "other", NEW)
    read = []
    for name in ("one", "other"):
        parsed = feedparser.parse(io.BytesIO((tmp_path / name / "feeds/river.atom").read_bytes()))
        assert not parsed.bozo
        known = {key: value for key, value in parsed.feed.items() if not key.startswith("at_")}
        read.append((parsed.version, known, parsed.entries))
    assert read[0] == read[1]


def make_version(updated: int, status: Status, *sections: str) -> Candidate:
    file = SourceFile(Path("a.jsonl"), "a.jsonl", "a.jsonl", Path(), 0)
    return Candidate("gone", sections, updated, None, status, Origin(file, updated, updated), 0)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_the_last_version_that_was_shown_says_where_whatever_the_order(
    order: Sequence[int],
) -> None:
    found = [
        make_version(1, "published", "Tea"),
        make_version(2, "published", "River"),
        make_version(3, "left out"),
        make_version(4, "withdrawn", "Quiet"),
    ]
    versions = Versions()
    for number in order:
        versions.add(found[number])
    versions.place_withdrawals()
    assert versions["gone"].sections == ("Quiet", "River")


@pytest.mark.parametrize(
    ("withdrawal", "graves"),
    [
        ({"section": "Tea"}, ["all", "tea"]),
        ({"section": ["RIVER", "Tea"]}, ["all", "river", "tea"]),
        ({}, ["all"]),
        ({"section": "Unknown"}, ["all"]),  # opens no feed
        ({"section": ["River", 3.5, None]}, ["all", "river"]),
        ({"section": {"odd": 1}}, ["all"]),
    ],
)
def test_a_withdrawal_may_name_its_sections(
    tmp_path: Path, withdrawal: Record, graves: list[str]
) -> None:
    build(tmp_path, NEW, {**WITHDRAWAL, **withdrawal})
    assert list_graves(tmp_path) == graves


def test_a_withdrawal_without_a_time_leaves_no_tombstone(tmp_path: Path) -> None:
    build(tmp_path, NEW, GONE, {"id": "gone", "status": "withdrawn"})
    assert list_graves(tmp_path) == []
    assert b"Gone" not in (tmp_path / "feeds" / "river.rss").read_bytes()


@pytest.mark.parametrize(
    ("when", "shown"),
    [
        ("2020-05-25 12:00", True),
        ("2020-04-25 12:00", True),  # 30 days before the newest entry
        ("2020-04-25 11:59", False),
        ("2020-06-30", True),
    ],
)
def test_a_tombstone_stands_for_30_days_of_feed_time(
    tmp_path: Path, when: str, shown: bool
) -> None:
    build(tmp_path, NEW, {**WITHDRAWAL, "section": "River", "updated": when})
    assert bool(read_tombstones(tmp_path, "river")) is shown
    assert bool(read_tombstones(tmp_path, "all")) is shown


def test_feed_time_of_a_tombstone_is_that_of_each_feed(tmp_path: Path) -> None:
    old = {"id": "old", "title": "Old", "section": "Old", "updated": "2020-01-02"}
    build(tmp_path, NEW, old, {**WITHDRAWAL, "section": "Old", "updated": "2020-01-01"})
    assert list_graves(tmp_path) == ["old"]


def test_a_section_without_entries_counts_by_its_newest_withdrawal(tmp_path: Path) -> None:
    late = {**WITHDRAWAL, "section": "Quiet"}
    early = {**late, "id": "early", "updated": "2020-01-01"}
    build(tmp_path, NEW, late, early, toml='[section.quiet]\nname = "Quiet"\n')
    assert [ref for ref, _ in read_tombstones(tmp_path, "quiet")] == [f"{TAG}gone"]


def test_tombstones_are_no_more_than_a_feed_s_limit_the_last_first(tmp_path: Path) -> None:
    gone = [
        {"id": str(n), "status": "withdrawn", "section": "River", "updated": f"2020-05-{n:02}"}
        for n in (3, 1, 4, 2)
    ]
    build(tmp_path, NEW, *gone, toml="[section.river]\nname = 'River'\nlimit = 3\n")
    assert [ref for ref, _ in read_tombstones(tmp_path, "river")] == [
        f"{TAG}{n}" for n in (4, 3, 2)
    ]


def test_an_article_that_is_published_anew_has_no_tombstone(tmp_path: Path) -> None:
    build(tmp_path, NEW, GONE, WITHDRAWAL, {**GONE, "updated": "2020-05-25"})
    assert list_graves(tmp_path) == []


def test_names_of_withdrawn_articles_name_no_section(tmp_path: Path) -> None:
    # Two names with one slug are an error, but only where both have a feed.
    one, other = {**NEW, "section": "Café"}, {**WITHDRAWAL, "section": "Cafe"}
    build(tmp_path, one, other)
    assert list_graves(tmp_path) == ["all", "cafe"]


# Retracted: every clause of the contract.


def retract(tmp_path: Path, **fields: object) -> dict[str, etree._Element]:
    lines = {"section": ["River", "Tea"], "content_text": "False.", "summary": "False, in short."}
    build(tmp_path, NEW, {**GONE, **lines, "status": "retracted", **fields})
    root = etree.parse(tmp_path / "feeds" / "river.atom").getroot()
    return {entry.findtext(f"{ATOM}id") or "": entry for entry in root.findall(f"{ATOM}entry")}


def test_a_retraction_keeps_id_and_place_and_shows_its_notice(tmp_path: Path) -> None:
    entry = retract(tmp_path, notice="It was not so.\n\nWe regret it.")[f"{TAG}gone"]
    assert entry.findtext(f"{ATOM}title") == "Retracted: Gone"
    assert entry.findtext(f"{ATOM}content") == "<p>It was not so.</p>\n<p>We regret it.</p>"
    assert entry.findtext(f"{ATOM}summary") == "It was not so. We regret it."
    status = entry.find("{http://search.yahoo.com/mrss/}status")
    assert status is not None
    assert status.get("state") == "deleted"
    for path in (tmp_path / "feeds").glob("*.*"):
        assert b"False" not in path.read_bytes()
    for slug in ("river", "tea", "all"):
        rss = etree.parse(tmp_path / "feeds" / f"{slug}.rss")
        assert len(rss.findall("channel/item/{http://search.yahoo.com/mrss/}status")) == 1


def test_a_retraction_without_a_notice_has_no_body(tmp_path: Path) -> None:
    entry = retract(tmp_path)[f"{TAG}gone"]
    assert entry.find(f"{ATOM}content") is None
    assert entry.find(f"{ATOM}summary") is None


def test_a_title_that_says_it_is_retracted_says_it_once(tmp_path: Path) -> None:
    entry = retract(tmp_path, title="Retracted: Gone")[f"{TAG}gone"]
    assert entry.findtext(f"{ATOM}title") == "Retracted: Gone"


def write_pictures(tmp_path: Path) -> dict[str, bytes]:
    pictures = {
        f"{name}.png": make_image("PNG", 400, 300, shade=shade)
        for shade, name in enumerate(("first", "second", "kept"), 1)
    }
    for name, content in pictures.items():
        make_site(tmp_path, {f"sources/{name}": content})
    return pictures


def read_media(tmp_path: Path) -> set[bytes]:
    media = read_tree(tmp_path / "feeds" / "media").values()
    manifest = json.loads((tmp_path / "feeds" / "manifest.json").read_bytes())["files"]
    assert len(media) == sum(line["path"].startswith("media/") for line in manifest)
    return set(media)


SHOWN = {**NEW, "images": "kept.png"}


@pytest.mark.parametrize("names_images", [True, False])
@pytest.mark.parametrize("limit", [1, 50])
def test_retracting_takes_the_images_of_all_versions_away(
    tmp_path: Path, limit: int, names_images: bool
) -> None:
    """Also of an article that no feed shows any more, and in a version that none shows."""
    pictures = write_pictures(tmp_path)
    toml = f"[section.all]\nlimit = {limit}\n[section.river]\nname = 'River'\nlimit = {limit}\n"
    first = {**GONE, "images": "first.png"}
    second = {**GONE, "updated": "2020-05-21", "images": ["second.png", "kept.png"]}
    build(tmp_path, first, toml=toml)
    build(tmp_path, first, second, toml=toml)
    build(tmp_path, first, second, SHOWN, toml=toml)
    assert read_media(tmp_path) == set(pictures.values())
    retraction = {**GONE, "updated": "2020-05-22", "status": "retracted"}
    if names_images:
        retraction["images"] = "second.png"
    build(tmp_path, retraction, second, first, SHOWN, toml=toml)
    assert read_media(tmp_path) == {pictures["kept.png"]}


def test_retracting_takes_images_away_whose_files_and_versions_are_gone(tmp_path: Path) -> None:
    pictures = write_pictures(tmp_path)
    build(tmp_path, {**GONE, "images": "first.png"}, SHOWN)
    (tmp_path / "sources" / "first.png").unlink()
    build(tmp_path, {**GONE, "updated": "2020-05-22", "status": "retracted"}, SHOWN)
    assert read_media(tmp_path) == {pictures["kept.png"]}


def test_retracting_takes_images_away_though_the_output_is_served_elsewhere(
    tmp_path: Path,
) -> None:
    pictures = write_pictures(tmp_path)
    build(tmp_path, {**GONE, "images": "first.png"}, SHOWN)
    (tmp_path / "sources" / "first.png").unlink()
    site = make_site(
        tmp_path,
        {
            "sources/a.jsonl": to_json_lines(
                {**GONE, "updated": "2020-05-22", "status": "retracted"}, SHOWN
            )
        },
        STANDARD_TOML.replace("[[source]]", 'feeds = "https://cdn.example.com/f/"\n[[source]]'),
    )
    assert run_cli(site, "build").exit_code == 0
    assert read_media(tmp_path) == {pictures["kept.png"]}


def test_cleaning_keeps_the_media_of_feeds_that_were_served_elsewhere(tmp_path: Path) -> None:
    pictures = write_pictures(tmp_path)
    build(tmp_path, SHOWN)
    toml = (tmp_path / "feedpub.toml").read_text()
    elsewhere = toml.replace("[[source]]", 'feeds = "https://cdn.example.com/f/"\n[[source]]')
    (tmp_path / "feedpub.toml").write_text(elsewhere)
    assert run_cli(tmp_path, "clean", "--media", "--older-than", "0h").exit_code == 0
    assert read_media(tmp_path) == {pictures["kept.png"]}


def test_a_withdrawal_leaves_images_for_pages_that_readers_keep(tmp_path: Path) -> None:
    write_pictures(tmp_path)
    build(tmp_path, {**GONE, "images": "first.png"}, SHOWN)
    before = read_media(tmp_path)
    build(tmp_path, {**GONE, "images": "first.png"}, WITHDRAWAL, SHOWN)
    assert read_media(tmp_path) == before


def test_tombstones_of_two_builds_are_the_same_bytes(tmp_path: Path) -> None:
    build(tmp_path, NEW, GONE, WITHDRAWAL)
    before = read_tree(tmp_path / "feeds")
    build(tmp_path, WITHDRAWAL, GONE, NEW)
    assert read_tree(tmp_path / "feeds") == before
    assert datetime.fromisoformat(read_tombstones(tmp_path, "all")[0][1] or "").tzinfo


def test_retraction_that_is_cut_off_leaves_no_feed_that_names_a_missing_image(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures = write_pictures(tmp_path)
    build(tmp_path, {**GONE, "images": "first.png"}, SHOWN)
    (tmp_path / "sources" / "first.png").unlink()
    retraction = {**GONE, "updated": "2020-05-22", "status": "retracted"}
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines(retraction, SHOWN)})
    with monkeypatch.context() as patch:
        patch.setattr("feedpub.output.folder.FolderTarget._remove", fail_to_remove)
        assert run_cli(site, "build").exit_code == 3
    # The feeds are new, and the image is still there.
    assert b"Retracted" in (site / "feeds" / "river.rss").read_bytes()
    assert set(read_tree(site / "feeds" / "media").values()) == set(pictures.values()) - {
        pictures["second.png"]
    }
    # Neither the sources nor the feeds know the image anymore.
    assert run_cli(site, "build").exit_code == 0
    assert read_media(tmp_path) == {pictures["kept.png"]}


def fail_to_remove(self: object, paths: object) -> None:
    raise OutputError("cut off")
