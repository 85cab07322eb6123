"""Records without ids: one page under several links, and several stories under one link."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from support import STANDARD_TOML, make_site, run_cli, to_json_lines

HOST = "https://news.example.com"
TAG = "tag:news.example.com,2020:"
Record = Mapping[str, object]


def make(link: str, day: int, title: str = "Tea at four", **fields: object) -> Record:
    return {
        "url": HOST + link,
        "title": title,
        "section": "River",
        "updated": f"2020-05-{day:02} 10:00",
        "body": f"Written on day {day}.",
        **fields,
    }


def build(tmp_path: Path, records: Sequence[Record]) -> tuple[list[Record], list[str]]:
    """Build records, and give the entries of the JSON feed and the messages."""
    toml = STANDARD_TOML.replace("[site]", '[site]\nformats = ["rss", "atom", "json"]')
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines(*records)}, toml)
    done = run_cli(site, "build")
    assert done.exit_code == 0, done.stderr
    entries = json.loads((site / "feeds/all.json").read_bytes())["items"]
    return entries, done.stderr.splitlines()


@pytest.mark.parametrize(
    "link",
    [
        "/a/1/",
        "/a/1/index.html",
        "/a/1?utm_source=feed&utm_medium=rss",
        "/a/1/?fbclid=x",
        "/a/1?gclid=1#top",
    ],
)
def test_links_to_one_page_with_equal_titles_are_one_article(tmp_path: Path, link: str) -> None:
    records = [make("/a/1", 1), make(link, 2, " Tea  at FOUR")]
    (entry,), (warning,) = build(tmp_path, records)
    # The newest counts, under the id that was published first.
    assert (entry["id"], entry["url"]) == (f"{TAG}/a/1", HOST + link)
    assert entry["content_html"] == "<p>Written on day 2.</p>"
    assert warning == (
        "sources/a.jsonl:2: warning: link: leads to the same page as in sources/a.jsonl:1, and the "
        f"titles are equal, so they are one article, with the id {TAG}/a/1. This record is used. "
        "If they are different articles, give each record an id."
    )


@pytest.mark.parametrize(
    ("records", "id", "day"),
    [
        # Published decides, then updated, then the plainest link.
        ([make("/a/", 1, published="2020-04-02"), make("/a", 2, published="2020-04-01")], "/a", 2),
        ([make("/a/", 3, published="2020-04-01"), make("/a", 2, published="2020-04-02")], "/a/", 3),
        ([make("/a/", 1, published="2020-04-01"), make("/a", 2, published="2020-04-01")], "/a/", 2),
        ([make("/a/?utm_id=1", 2), make("/a/", 2)], "/a/", 2),
        # An earlier version of one of them counts, too.
        ([make("/a", 4), make("/a/", 5), make("/a/", 1)], "/a/", 5),
        ([make("/a", 2), make("/a/", 3), make("/a/index.php", 4)], "/a", 4),
    ],
)
def test_keeps_the_id_that_was_published_first(
    tmp_path: Path, records: Sequence[Record], id: str, day: int
) -> None:
    (entry,), (warning,) = build(tmp_path, records)
    assert (entry["id"], entry["content_html"]) == (TAG + id, f"<p>Written on day {day}.</p>")
    assert "leads to the same page" in warning


@pytest.mark.parametrize(
    "records",
    [
        [make("/a", 1), make("/a/", 2, "Tea at five")],
        [make("/a", 1), make("/b/", 2)],
        [make("/a?id=1", 1), make("/a?id=2&utm_source=x", 2)],
        [make("/a", 1, id="1"), make("/a/", 2, id="2")],
        [make("/a", 1, id="/a"), make("/a/", 2, id="/a/")],
        [make("/a", 1), make("/a/", 2, id="2")],
        # Home pages, and stories of a CMS that gives all of them one link.
        [make("/?utm_content=1", 1), make("/?utm_content=2", 2, "Rice at one")],
        [make("/news", 1, f"Story {n}", id=n) for n in range(2)],
        [make("/news", 1, id=n) for n in range(2)],
    ],
)
def test_other_records_stay_articles_of_their_own(tmp_path: Path, records: list[Record]) -> None:
    entries, warnings = build(tmp_path, records)
    assert (len(entries), warnings) == (2, [])


@pytest.mark.parametrize(
    "records",
    [
        # A column has one title each week, and its page shows other stories, too.
        [make("/news?utm_id=1", 1), make("/news?utm_id=2", 2), make("/news/", 3, "Rice at one")],
        # The newest story under "/news" has the title of one under "/news/".
        [
            make("/news", 1, "Rice at one", published="2020-04-01"),
            make("/news", 2, published="2020-04-02"),
            make("/news/", 3, published="2020-04-03"),
            make("/other", 4),
        ],
    ],
)
def test_page_of_several_stories_merges_none(tmp_path: Path, records: list[Record]) -> None:
    entries, warnings = build(tmp_path, records)
    assert len(entries) == 3
    assert not any("leads to the same page" in warning for warning in warnings)


def test_a_draft_or_a_withdrawal_is_merged_with_nothing(tmp_path: Path) -> None:
    others = [make("/a/", 2, status="draft"), make("/a/index.html", 3, status="withdrawn")]
    entries, warnings = build(tmp_path, [make("/a", 1), *others])
    assert ([entry["id"] for entry in entries], warnings) == ([f"{TAG}/a"], [])


def test_tells_of_stories_under_one_link_that_replace_each_other(tmp_path: Path) -> None:
    records = [make("/news", n, f"Story {n}", published=f"2020-04-0{n}") for n in (1, 2, 3)]
    (entry,), (warning,) = build(tmp_path, records)
    assert entry["title"] == "Story 3"
    assert warning == (
        'sources/a.jsonl:3: warning: link: "/news" is the link of 3 records with different titles '
        "and published times, so only the newest of them is published. Give each record an id."
    )


@pytest.mark.parametrize(
    "changes",
    [
        # Versions of one article: its title changes, or the time of its publishing.
        {"title": "Story 2"},
        {"published": "2020-04-02"},
        {"title": "Story 2", "published": "2020-04-02", "id": "1"},
    ],
)
def test_versions_of_an_article_replace_each_other_silently(
    tmp_path: Path, changes: Record
) -> None:
    own = {"id": "1"} if "id" in changes else {}
    records = [make("/news", n, "Story 1", published="2020-04-01", **own) for n in (1, 2)]
    entries, warnings = build(tmp_path, [records[0], {**records[1], **changes}])
    assert (len(entries), warnings) == (1, [])


def test_reads_no_record_again_where_no_link_can_be_merged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[object] = []
    monkeypatch.setattr("feedpub.systems.read_again", lambda *args: read.append(args))
    build(tmp_path, [make(f"/a/{n}", n) for n in range(1, 9)])
    assert read == []


PAGE = """<html><head><link rel="canonical" href="https://news.example.com/tea">
<meta property="article:published_time" content="2020-05-25T10:00:00Z"></head><body><article>
<h1>Tea at four</h1><p>{} The warden of the lock pours tea at four, as her
mother did before her.</p></article></body></html>"""


@pytest.mark.parametrize("twin", ["amp/tea.html", "tea-amp.html", "tea/print.html", "z/AMP/a.htm"])
def test_a_page_wins_over_its_amp_or_print_page(tmp_path: Path, twin: str) -> None:
    files = {"sources/m.html": PAGE.format("Whole."), f"sources/{twin}": PAGE.format("Short.")}
    site = make_site(tmp_path, files, f'{STANDARD_TOML}\nsection = "River"')
    done = run_cli(site, "build")
    assert done.exit_code == 0, done.stderr
    assert "Whole." in (site / "feeds/all.atom").read_text(encoding="utf-8")
    assert "Short." not in (site / "feeds/all.atom").read_text(encoding="utf-8")
    (told,) = [line for line in done.stderr.splitlines() if "AMP or print page" in line]
    assert told.startswith("sources/m.html:1: warning: id:")
    assert f"is also in sources/{twin}:1" in told


def test_a_story_of_print_wins_by_its_time(tmp_path: Path) -> None:
    newer = PAGE.format("Short.").replace("2020-05-25", "2020-05-26")
    files = {"sources/m.html": PAGE.format("Whole."), "sources/print.html": newer}
    site = make_site(tmp_path, files, f'{STANDARD_TOML}\nsection = "River"')
    assert run_cli(site, "build").stderr == ""
    assert "Short." in (site / "feeds/all.atom").read_text(encoding="utf-8")
