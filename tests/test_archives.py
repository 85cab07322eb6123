"""Archives (RFC 5005): all entries of a section by month, of which a build writes what changed."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import feedparser
import pytest
from lxml import etree

from feedpub.feeds import render_feed
from feedpub.lint import lint_feed
from support import STANDARD_TOML, make_image, make_site, read_tree, run_cli, to_json_lines

HISTORY = "{http://purl.org/syndication/history/1.0}archive"
BASE = "https://news.example.com/feeds/"
HUB = "https://hub.example.com/"
TOML = (
    STANDARD_TOML.replace("[site]\n", f'[site]\nlimit = 2\narchive = "month"\nhub = "{HUB}"\n')
    + "[section.all]\nlimit = 2\n"
)
FORMATS = 'formats = ["rss", "atom", "json"]'
# The articles of each month in the zone of the site. The feed shows two of the last three.
MONTHS = {"2025-01": "12", "2025-02": "34", "2025-03": "5", "2025-04": "678"}


def make_record(id: str, published: str, **fields: str) -> dict[str, str]:
    return {
        "id": id,
        "title": f"Boat {id}",
        "section": "River",
        "published": published,
        "content_html": f"<p>Boat {id} is here.</p>",
        **fields,
    }


RECORDS = [
    make_record("1", "2025-01-05 08:00", image="boat.png"),
    make_record("2", "2025-01-20 08:00"),
    make_record("3", "2025-01-31T16:30:00Z"),  # February in Shanghai
    make_record("4", "2025-02-11 08:00"),
    make_record("5", "2025-03-31T15:30:00Z"),  # March in Shanghai
    make_record("6", "2025-04-01 08:00"),
    make_record("7", "2025-04-02 08:00"),
    make_record("8", "2025-04-03 08:00"),
]


def write_records(site: Path, *records: dict[str, str]) -> None:
    (site / "sources/a.jsonl").write_text(to_json_lines(*records))


@pytest.fixture
def site(tmp_path: Path) -> Path:
    files: dict[str, str | bytes] = {
        "sources/a.jsonl": to_json_lines(*RECORDS),
        "sources/boat.png": make_image("PNG", 50, 30),
    }
    made = make_site(tmp_path / "site", files, TOML.replace("[site]", f"[site]\n{FORMATS}"))
    assert run_cli(made, "build").exit_code == 0
    return made


def read_feeds(site: Path) -> dict[str, bytes]:
    feeds = read_tree(site / "feeds")
    suffixes = (".rss", ".atom", ".json")
    return {
        path: feeds[path] for path in feeds if path.endswith(suffixes) and path != "manifest.json"
    }


def name_files(slug: str, *stems: str) -> set[str]:
    """Name the documents of months, and of the feed: "live", or "link" for those with archives."""
    places = {"live": slug, "link": slug}
    paths = [places.get(stem, f"{slug}/{stem}") for stem in stems]
    json = {f"{slug}.json"} if "live" in stems else set()
    return {f"{path}.{suffix}" for path in paths for suffix in ("rss", "atom")} | json


def read_ids(feed: feedparser.FeedParserDict) -> list[str]:
    return [entry.id.rpartition(":")[2] for entry in feed.entries]


# Documents and links.


@pytest.mark.parametrize("slug", ["river", "all"])
@pytest.mark.parametrize("suffix", ["rss", "atom"])
def test_a_reader_that_walks_back_finds_every_article_in_its_month(
    site: Path, slug: str, suffix: str
) -> None:
    found: dict[str, str] = {}
    url: str | None = f"{BASE}{slug}.{suffix}"
    after: str | None = None
    while url:
        content = (site / "feeds" / url.removeprefix(BASE)).read_bytes()
        assert list(lint_feed(content)) == []
        feed = feedparser.parse(content)
        links = {link.rel: link.href for link in feed.feed.links}
        is_archive = any(element.tag == HISTORY for element in etree.fromstring(content).iter())
        assert links["self"] == url
        assert links.get("next-archive") == after
        assert links.get("current") == (f"{BASE}{slug}.{suffix}" if is_archive else None)
        assert links.get("hub") == (None if is_archive else HUB)
        if is_archive:
            found[url.removeprefix(f"{BASE}{slug}/").removesuffix(f".{suffix}")] = "".join(
                sorted(read_ids(feed))
            )
            after = url
        else:
            assert read_ids(feed) == ["8", "7"]
        url = links.get("prev-archive")
    assert found == MONTHS
    files = {path for path in read_feeds(site) if path.startswith(slug)}
    assert files == name_files(slug, "live", *MONTHS)


def test_entries_are_those_of_the_feed(site: Path) -> None:
    for suffix, path in (("rss", "channel/item"), ("atom", "{http://www.w3.org/2005/Atom}entry")):
        names = (f"river.{suffix}", f"river/2025-04.{suffix}")
        live, month = (etree.parse(site / "feeds" / name).getroot().findall(path) for name in names)
        shown, archived = (
            [etree.tostring(e, method="c14n", exclusive=True, with_tail=False) for e in entries]
            for entries in (live, month)
        )
        assert shown == archived[:2]
        assert len(archived) == 3


def test_a_lone_archive_passes_lint(site: Path) -> None:
    write_records(site, *RECORDS[:2], RECORDS[7])
    assert run_cli(site, "build", "--accept-loss").exit_code == 0
    for path in name_files("river", "2025-01"):
        assert list(lint_feed((site / "feeds" / path).read_bytes())) == []
    assert {path for path in read_feeds(site) if "/" in path} == {
        *name_files("river", "2025-01"),
        *name_files("all", "2025-01"),
    }


def test_lists_of_feeds_name_no_month(site: Path) -> None:
    assert b"2025-" not in (site / "feeds/feeds.opml").read_bytes()
    assert "2025-01." not in run_cli(site, "sections").stdout


def test_a_section_that_keeps_bodies_back_does_so_in_its_months(site: Path) -> None:
    with (site / "feedpub.toml").open("a") as file:
        file.write('[section.river]\nname = "River"\ncontent = "summary"\n')
    assert run_cli(site, "build").exit_code == 0
    for path, content in read_feeds(site).items():
        assert b"&lt;p&gt;" not in content, path


# What a build writes.

CORRECTED = RECORDS[0] | {"title": "Raft 1", "updated": "2025-04-20 08:00"}
WITHDRAWN = {"status": "withdrawn"}
MAY = [make_record(id, f"2025-05-0{day} 08:00") for day, id in enumerate(("9", "10", "11"), 1)]
# The records of the next build, and what it changes.
CHANGES: dict[str, tuple[Sequence[dict[str, str]], Sequence[str]]] = {
    "nothing": (RECORDS, ()),
    "an old article is corrected": ([*RECORDS, CORRECTED], ["2025-01"]),
    "an old article is withdrawn": ([*RECORDS, {"id": "1"} | WITHDRAWN], ["2025-01"]),
    "an old article is retracted": (
        [*RECORDS, RECORDS[0] | {"status": "retracted", "updated": "2025-02-01", "notice": "No."}],
        ["2025-01"],
    ),
    "an article of an old month comes": (
        [*RECORDS, make_record("9", "2025-02-28 08:00")],
        ["2025-02"],
    ),
    "an article of the newest month comes": (
        [*RECORDS, make_record("9", "2025-04-30 08:00")],
        ["live", "2025-04"],
    ),
    "a month begins": ([*RECORDS, MAY[0]], ["live"]),
    "a month outgrows the feed": ([*RECORDS, *MAY], ["live", "2025-05", "2025-04"]),
    "the only article of a month is withdrawn": (
        [*RECORDS, {"id": "5"} | WITHDRAWN],
        ["2025-02", "2025-03", "2025-04"],
    ),
    "the newest month fits the feed again": (
        [*RECORDS, {"id": "6"} | WITHDRAWN],
        ["link", "2025-03", "2025-04"],
    ),
}


@pytest.mark.parametrize(("records", "stems"), CHANGES.values(), ids=CHANGES)
def test_a_build_writes_what_is_new(
    site: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    records: Sequence[dict[str, str]],
    stems: Sequence[str],
) -> None:
    rendered: list[str] = []

    def render(feed: object, name: object) -> object:
        document = render_feed(feed, name)  # type: ignore[arg-type]  # passed on
        rendered.append(document.path)
        return document

    monkeypatch.setattr("feedpub.pipeline.staging.render_feed", render)
    before = read_feeds(site)
    write_records(site, *records)
    shutil.copytree(site, tmp_path / "other")
    assert run_cli(site, "build").exit_code == 0
    after = read_feeds(site)
    changed = {p for p in {*before, *after} if before.get(p) != after.get(p)}
    expected = name_files("river", *stems) | name_files("all", *stems)
    assert changed == expected
    again = [path for path in rendered if not path.endswith(".json")]
    assert sorted(again) == sorted(path for path in expected & after.keys() if "json" not in path)
    assert run_cli(tmp_path / "other", "build", "--no-cache").exit_code == 0
    assert read_tree(tmp_path / "other/feeds") == read_tree(site / "feeds")


def test_a_retraction_stays_in_its_month_with_its_notice(site: Path) -> None:
    write_records(site, *CHANGES["an old article is retracted"][0])
    assert run_cli(site, "build").exit_code == 0
    feed = feedparser.parse((site / "feeds/river/2025-01.rss").read_bytes())
    assert read_ids(feed) == ["2", "1"]
    assert feed.entries[1].title == "Retracted: Boat 1"
    assert "No." in feed.entries[1].content[0].value


# The rest of the output.


def list_images(site: Path) -> list[str]:
    return [path for path in read_tree(site / "feeds") if path.startswith("media/")]


def test_an_image_that_only_a_month_shows_stays(site: Path) -> None:
    (image,) = list_images(site)
    assert image.encode() not in (site / "feeds/river.rss").read_bytes()
    done = run_cli(site, "clean", "--media", "--older-than", "0d", env={"SOURCE_DATE_EPOCH": ""})
    assert done.exit_code == 0, done
    assert list_images(site) == [image]


def test_a_retraction_removes_an_image_that_only_a_month_shows(site: Path) -> None:
    retracted = make_record("1", "2025-01-05 08:00", status="retracted")
    write_records(site, retracted, *RECORDS[1:])
    assert run_cli(site, "build").exit_code == 0
    assert list_images(site) == []


def test_without_the_setting_the_months_go_and_nothing_is_lost(site: Path) -> None:
    text = (site / "feedpub.toml").read_text()
    (site / "feedpub.toml").write_text(text.replace('archive = "month"\n', ""))
    done = run_cli(site, "build")
    assert done.exit_code == 0, done
    assert set(read_feeds(site)) == name_files("river", "live") | name_files("all", "live")
    assert b"archive" not in b"".join(read_feeds(site).values())


def test_the_loss_of_a_section_is_told_once(site: Path) -> None:
    write_records(site, *(record | {"section": "Lake"} for record in RECORDS))
    done = run_cli(site, "build")
    assert done.exit_code == 1
    assert done.stderr.count("would be removed") == 1
