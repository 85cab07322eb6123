"""The promises of the design to a newsroom: a test for each that fails if it breaks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import feedparser
import pytest

from support import make_image, make_site, read_tree, run_cli, to_json_lines

TOML = """\
[site]
title = "Example Voice"
link = "https://news.example.com/"
timezone = "Asia/Shanghai"
tag = "news.example.com,2020"

[[source]]
path = "sources"
"""
Record = Mapping[str, object]


def make_records(number: int = 5) -> list[dict[str, object]]:
    """Make articles that have a link and no id, as most exports do."""
    return [
        {
            "title": f"Story {index}",
            "section": "River" if index % 2 else "Tea",
            "link": f"http://news.example.com/2020-05/2{index}/c_{1000 + index}.htm?x=1",
            "updated": f"2020-05-2{index % 10} 10:{index // 10 % 60:02}",
        }
        for index in range(number)
    ]


def write(site: Path, records: Iterable[Record], toml: str = TOML) -> Path:
    return make_site(site, {"sources/export.jsonl": to_json_lines(*records)}, toml)


def build(site: Path) -> dict[str, bytes]:
    result = run_cli(site, "build")
    assert (result.exit_code, result.stderr) == (0, "")
    return read_tree(site / "feeds")


def list_ids(site: Path, slug: str = "all", suffix: str = "rss") -> list[str]:
    """List the ids of a feed's entries, as a feed reader has them, in their order."""
    content = (site / "feeds" / f"{slug}.{suffix}").read_bytes()
    return [entry.id for entry in feedparser.parse(content).entries]


# If the CMS exports nothing tonight, feedpub changes nothing and says so.


def remove_export(site: Path) -> None:
    (site / "sources" / "export.jsonl").unlink()


def empty_export(site: Path) -> None:
    (site / "sources" / "export.jsonl").write_bytes(b"")


def cut_export(site: Path) -> None:
    (site / "sources" / "export.jsonl").write_bytes(b'{"title": "Sto')


@pytest.mark.parametrize("spoil", [remove_export, empty_export, cut_export])
def test_empty_export_changes_nothing_and_says_so(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    site = write(tmp_path, make_records())
    before = build(site)
    times = {path: (site / "feeds" / path).stat().st_mtime_ns for path in before}
    spoil(site)
    result = run_cli(site, "build")
    assert result.exit_code == 1
    assert "sources: yields no record" in result.stderr
    assert "nothing was written" in result.stderr
    assert read_tree(site / "feeds") == before
    assert {path: (site / "feeds" / path).stat().st_mtime_ns for path in before} == times


# Change a headline, a section, the domain or the URL scheme: no article turns up as new …


def change_headline(records: list[dict[str, object]]) -> str:
    for record in records:
        record["title"] = f"Corrected: {record['title']}"
    return TOML


def change_section(records: list[dict[str, object]]) -> str:
    for record in records:
        record["section"] = ["Tea", "River"]
    return TOML


def rename_section(records: list[dict[str, object]]) -> str:
    for record in records:
        record["section"] = str(record["section"]).upper()
    return TOML


def change_domain(records: list[dict[str, object]]) -> str:
    for record in records:
        record["link"] = str(record["link"]).replace("news.example.com", "www.voice.example")
    return TOML.replace("https://news.example.com/", "https://www.voice.example/")


def change_scheme(records: list[dict[str, object]]) -> str:
    for record in records:
        record["link"] = str(record["link"]).replace("http:", "https:")
    return TOML


def change_time(records: list[dict[str, object]]) -> str:
    for record in records:
        record["updated"] = "2020-05-30 07:00"
    return TOML


CHANGES = [
    change_headline,
    change_section,
    rename_section,
    change_domain,
    change_scheme,
    change_time,
]


@pytest.mark.parametrize("change", CHANGES)
def test_change_makes_no_article_new(
    tmp_path: Path, change: Callable[[list[dict[str, object]]], str]
) -> None:
    site = write(tmp_path, make_records())
    build(site)
    before = {suffix: set(list_ids(site, "all", suffix)) for suffix in ("rss", "atom")}
    assert len(before["rss"]) == 5
    records = make_records()
    write(site, records, change(records))
    build(site)
    for suffix, ids in before.items():
        assert set(list_ids(site, "all", suffix)) == ids


@pytest.mark.parametrize("name", ["id", "path"])
def test_change_of_the_link_template_makes_no_article_new(tmp_path: Path, name: str) -> None:
    # A record with an id, and a page of which the path is all there is.
    page = "Home>River\n\nA page\n\n(news.example.com) Updated : 2020-05-25\n\nBody.\n"
    records = [{"id": "a/1", "title": "A record", "section": "Tea", "updated": "2020-05-25"}]
    files = {"sources/pages/one.txt": page, "sources/export.jsonl": to_json_lines(*records)}
    old = TOML + 'link = "http://old.example.com/{section}/{path}.html"\n'
    new = TOML + f'link = "https://new.example.com/read/{{{name}}}"\n'
    site = make_site(tmp_path, files, old)
    build(site)
    before = list_ids(site)
    assert before == ["tag:news.example.com,2020:pages/one", "tag:news.example.com,2020:a/1"]
    make_site(site, files, new)
    build(site)
    assert list_ids(site) == before
    parsed = feedparser.parse((site / "feeds" / "all.rss").read_bytes())
    assert all(entry.link.startswith("https://new.example.com/read/") for entry in parsed.entries)


# … and if one would, `feedpub diff` tells you before your readers do.


def test_diff_tells_of_articles_that_would_turn_up_as_new(tmp_path: Path) -> None:
    site = write(tmp_path, make_records())
    before = build(site)
    moved = [
        {**record, "link": str(record["link"]).replace("/2020-05/", "/archive/")}
        for record in make_records()
    ]
    write(site, moved)
    result = run_cli(site, "diff")
    assert result.exit_code == 1
    for index in range(5):
        key = f"2{index}/c_{1000 + index}.htm%3Fx%3D1"
        new = f"  + Story {index}  (tag:news.example.com,2020:/archive/{key})"
        old = f"  - Story {index}  (tag:news.example.com,2020:/2020-05/{key})"
        assert {new, old} <= set(result.stdout.splitlines())
    assert "feeds/all.rss: would show 5 of 5 entries as new" in result.stderr
    refused = run_cli(site, "build")
    assert refused.exit_code == 1
    assert "feeds/all.rss: would show 5 of 5 entries as new" in refused.stderr
    assert read_tree(site / "feeds") == before


# A time that cannot be read for certain is refused, and the other 999 are published.


def test_one_ambiguous_time_of_a_thousand_is_refused_with_its_place_and_setting(
    tmp_path: Path,
) -> None:
    records = make_records(1000)
    records[631]["updated"] = "05/06/2020"
    limits = "limit = 2000\n\n[section.all]\nlimit = 2000\n\n[[source]]"
    toml = TOML.replace("[[source]]", limits)
    site = write(tmp_path, records, toml)
    result = run_cli(site, "build")
    assert result.exit_code == 1
    (problem,) = result.stderr.splitlines()
    assert problem.startswith('sources/export.jsonl:632: updated: "05/06/2020" ')
    assert "date_order" in problem
    assert len(list_ids(site)) == 999
    assert len(list_ids(site, "river")) == 499
    assert len(list_ids(site, "tea")) == 500
    # The setting that it names decides it.
    write(site, records, toml + 'date_order = "DMY"\n')
    assert run_cli(site, "build").exit_code == 0
    assert len(list_ids(site)) == 1000


# Already have feeds? Keep their URLs and guids: two lines of configuration.


def test_guids_of_old_feeds_are_kept_by_a_prefix(tmp_path: Path) -> None:
    records = [{**record, "id": 1000 + i} for i, record in enumerate(make_records(3))]
    site = write(tmp_path, records, TOML + 'id_prefix = "post-"\n')
    build(site)
    assert list_ids(site) == [
        "tag:news.example.com,2020:post-1002",
        "tag:news.example.com,2020:post-1001",
        "tag:news.example.com,2020:post-1000",
    ]


def test_guids_of_old_feeds_are_kept_as_a_part_of_the_link(tmp_path: Path) -> None:
    site = write(tmp_path, make_records(3), TOML + 'id = {from = "link", match = "c_([0-9]+)"}\n')
    build(site)
    assert list_ids(site) == [
        "tag:news.example.com,2020:1002",
        "tag:news.example.com,2020:1001",
        "tag:news.example.com,2020:1000",
    ]


def test_guids_of_old_feeds_are_kept_that_are_uris(tmp_path: Path) -> None:
    guids = ["https://old.example.com/?p=12", "urn:uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427"]
    records = [{**record, "id": guids[i]} for i, record in enumerate(make_records(2))]
    site = write(tmp_path, records)
    build(site)
    for suffix in ("rss", "atom"):
        assert list_ids(site, "all", suffix) == guids[::-1]


def test_urls_of_old_feeds_are_kept_by_output_and_slug(tmp_path: Path) -> None:
    toml = TOML.replace(
        "[[source]]",
        'feeds = "https://news.example.com/rss/"\noutput = "public/rss"\n\n[[source]]',
    )
    site = write(tmp_path, make_records(), toml + '[section.old_river]\nname = "River"\n')
    assert run_cli(site, "build").exit_code == 0
    parsed = feedparser.parse((site / "public" / "rss" / "old_river.rss").read_bytes())
    own = [link.href for link in parsed.feed.links if link.rel == "self"]
    assert own == ["https://news.example.com/rss/old_river.rss"]


# A correction updates the story where it stands.


def test_correction_updates_the_entry_where_it_stands(tmp_path: Path) -> None:
    records: list[dict[str, object]] = [
        {
            "id": f"s/{index}",
            "title": f"Story {index}",
            "section": "River",
            "published": f"2020-05-2{index}",
            "updated": f"2020-05-2{index}",
            "content_text": f"Body {index}.",
        }
        for index in range(5)
    ]
    site = write(tmp_path, records)
    build(site)
    order = list_ids(site)
    assert order == [f"tag:news.example.com,2020:s/{index}" for index in (4, 3, 2, 1, 0)]
    correction = {
        **records[1],
        "title": "Story one",
        "updated": "2020-05-29 09:00",
        "content_text": "Better.",
    }
    write(site, [*records, correction])
    build(site)
    for suffix in ("rss", "atom"):
        parsed = feedparser.parse((site / "feeds" / f"river.{suffix}").read_bytes())
        assert [entry.id for entry in parsed.entries] == order
        corrected = parsed.entries[3]
        assert corrected.title == "Story one"
        assert corrected.content[0].value == "<p>Better.</p>"
        assert corrected.updated == "2020-05-29T09:00:00+08:00"
        assert corrected.published in (
            "2020-05-21T00:00:00+08:00",
            "Thu, 21 May 2020 00:00:00 +0800",
        )
        assert [entry.title for entry in parsed.entries if entry is not corrected] == [
            *("Story 4", "Story 3", "Story 2", "Story 0")
        ]


# A retraction replaces its text in every reader that still polls.


def test_retraction_replaces_the_text_and_removes_the_images_at_once(tmp_path: Path) -> None:
    kept, gone = make_image("PNG", 400, 200), make_image("PNG", 400, 200, shade=99)
    records: list[dict[str, object]] = [
        {
            "id": "a",
            "title": "True",
            "section": "River",
            "updated": "2020-05-25",
            "images": ["kept.png"],
        },
        {
            "id": "b",
            "title": "False",
            "section": "River",
            "published": "2020-05-24",
            "updated": "2020-05-24",
            "summary": "A false summary.",
            "content_html": '<p>A false body. <img src="gone.png"></p>',
            # One is its own, one another article shows too.
            "images": ["gone.png", "kept.png"],
        },
    ]
    files: dict[str, str | bytes] = {
        "sources/kept.png": kept,
        "sources/gone.png": gone,
        "sources/export.jsonl": to_json_lines(*records),
    }
    site = make_site(tmp_path, files, TOML)
    build(site)
    assert sorted(path.read_bytes() for path in media(site)) == sorted([kept, gone])
    # The CMS keeps the old text and images in the record: they must not come out again.
    retraction = {
        **records[1],
        "status": "retracted",
        "updated": "2020-05-26",
        "notice": "It was not so.",
    }
    write(site, [records[0], retraction])
    result = run_cli(site, "build", "--report", "json")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["problems"]) == (0, [])
    assert [path.startswith("media/") for path in report["removed"]] == [True]
    assert [path.read_bytes() for path in media(site)] == [kept]
    for slug, suffix in ((s, f) for s in ("river", "all") for f in ("rss", "atom")):
        content = (site / "feeds" / f"{slug}.{suffix}").read_bytes()
        assert b"alse body" not in content
        assert b"alse summary" not in content
        true, false = feedparser.parse(content).entries
        assert (true.id, true.title) == ("tag:news.example.com,2020:a", "True")
        assert false.id == "tag:news.example.com,2020:b"  # as it was, and in its place
        assert false.title == "Retracted: False"
        assert false.content[0].value == "<p>It was not so.</p>"
        assert false.summary == "It was not so."
        assert false.enclosures == []
        assert "media_content" not in false


def media(site: Path) -> list[Path]:
    return list((site / "feeds" / "media").iterdir())
