"""A newsroom's whole day: after each step, which entries a subscriber sees as new.

A subscriber polls every feed of the site and remembers the ids that it has shown, as feed
readers do; what it sees as new is what it never saw in that feed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import feedparser
import pytest

from feedpub import build, load_config
from feedpub.model import Report
from feedpub.pipeline import diff, is_refused
from support import NOW, make_image, to_json_lines

TOML = """\
[site]
title = "Lumei Voice"
link = "https://news.example.com/"
timezone = "Asia/Shanghai"
tag = "news.example.com,2020"
limit = 4

[[source]]
path = "export.jsonl"

[[source]]
path = "desk"
allow_empty = true

[section.river]
name = "River"

[section.tea]
name = "Tea"
"""
Fields = dict[str, object]
New = Mapping[str, set[str]]


class Newsroom:
    """What the newsroom holds: the CMS's articles by their number, the desk's export, settings."""

    def __init__(self, site: Path) -> None:
        self.site = site
        self.toml = TOML
        self.articles: dict[int, Fields] = {
            number: {
                "id": number,
                "title": f"Story {number}",
                "section": "River" if number % 2 else "Tea",
                "link": f"http://news.example.com/2020/{number}.htm",
                "published": f"2020-05-{10 + number} 08:00",
                "updated": f"2020-05-{10 + number} 08:00",
                "articleBody": f"What story {number} tells.",
            }
            for number in range(1, 9)
        }
        self.articles[8]["image"] = {"src": "gauge.png", "caption": "A gauge."}
        self.desk: dict[int, Fields] = {}
        self.exports_nothing = False

    def write(self) -> None:
        (self.site / "desk").mkdir(exist_ok=True)
        (self.site / "gauge.png").write_bytes(make_image("PNG", 640, 480))
        (self.site / "feedpub.toml").write_text(self.toml)
        exported = () if self.exports_nothing else self.articles.values()
        (self.site / "export.jsonl").write_text(to_json_lines(*exported))
        if self.desk:
            (self.site / "desk" / "desk.jsonl").write_text(to_json_lines(*self.desk.values()))


class Subscriber:
    """Remembers, for each feed, the ids that it has shown."""

    def __init__(self, suffix: str) -> None:
        self.suffix = suffix
        self.seen: dict[str, set[str]] = {}

    def poll(self, folder: Path) -> dict[str, set[str]]:
        """Give, by feed, the ids that are new since the last poll."""
        new: dict[str, set[str]] = {}
        for path in sorted(folder.glob(f"*.{self.suffix}")):
            parsed = feedparser.parse(path.read_bytes())
            assert not parsed.bozo, path
            seen = self.seen.setdefault(path.stem, set())
            ids = {entry.id.rpartition(":")[2] for entry in parsed.entries}
            if ids - seen:
                new[path.stem] = ids - seen
            seen |= ids
        return new


def publish_one_more(newsroom: Newsroom) -> None:
    newsroom.articles[9] = newsroom.articles[7] | {
        "id": 9,
        "title": "Story 9",
        "link": "http://news.example.com/2020/9.htm",
        "published": "2020-05-19 08:00",
        "updated": "2020-05-19 08:00",
    }


def correct_headline_and_text(newsroom: Newsroom) -> None:
    newsroom.articles[7] |= {
        "title": "Story seven, corrected",
        "articleBody": "What it should have told.",
        "updated": "2020-05-19 09:00",
    }


def retract_article_with_image(newsroom: Newsroom) -> None:
    newsroom.articles[8] |= {
        "status": "retracted",
        "notice": "It was not so.",
        "updated": "2020-05-19 10:00",
    }


def withdraw_article(newsroom: Newsroom) -> None:
    # The entry that its leaving lets in again was shown on the first day.
    newsroom.articles[6] = {"id": 6, "status": "withdrawn", "updated": "2020-05-19 11:00"}


def rename_section(newsroom: Newsroom) -> None:
    newsroom.toml = newsroom.toml.replace(
        'name = "River"', 'name = "Along the River"\nmatch = ["River"]'
    )
    for article in newsroom.articles.values():
        if article.get("section") == "River":
            article["section"] = "Along the River"


def move_article(newsroom: Newsroom) -> None:
    newsroom.articles[9] |= {"section": "Tea", "updated": "2020-05-19 12:00"}


def resave_everything(newsroom: Newsroom) -> None:
    for minute, article in enumerate(newsroom.articles.values()):
        if article.get("status") != "withdrawn":
            article["updated"] = f"2020-05-19 13:{minute:02}"


def resave_without_published(newsroom: Newsroom) -> None:
    # Some exports have one time alone; then what is saved last stands first.
    for minute, article in enumerate(reversed(newsroom.articles.values())):
        article.pop("published", None)
        if article.get("status") != "withdrawn":
            article["updated"] = f"2020-05-19 14:{minute:02}"


def export_nothing(newsroom: Newsroom) -> None:
    newsroom.exports_nothing = True


def export_again(newsroom: Newsroom) -> None:
    newsroom.exports_nothing = False


def add_overlapping_export(newsroom: Newsroom) -> None:
    """Let the desk export what the CMS does, in its own way, and one article more."""
    for number, article in newsroom.articles.items():
        if article.get("status") != "withdrawn":
            newsroom.desk[number] = dict(reversed(article.items()))
    newsroom.desk[10] = newsroom.desk[9] | {
        "id": 10,
        "title": "Story 10",
        "link": "http://news.example.com/2020/10.htm",
        "updated": "2020-05-19 15:00",
    }


def change_addresses(newsroom: Newsroom) -> None:
    newsroom.toml = newsroom.toml.replace("news.example.com/", "www.lumei.example/")
    for article in [*newsroom.articles.values(), *newsroom.desk.values()]:
        if "link" in article:
            article["link"] = str(article["link"]).replace("http://news.", "https://www.lumei.")


# What happens, and what a subscriber of each feed then sees as new.
DAY: list[tuple[Callable[[Newsroom], None], New]] = [
    (publish_one_more, {"river": {"9"}, "all": {"9"}}),
    (correct_headline_and_text, {}),
    (retract_article_with_image, {}),
    (withdraw_article, {}),
    (rename_section, {}),
    # Who reads of tea alone has not seen it yet.
    (move_article, {"tea": {"9"}}),
    (resave_everything, {}),
    (resave_without_published, {}),
    (export_nothing, {}),
    (export_again, {}),
    (add_overlapping_export, {"tea": {"10"}, "all": {"10"}}),
    (change_addresses, {}),
]


def build_or_refuse(site: Path) -> tuple[Report, dict[str, set[str]]]:
    """Build as the command does, and say what `diff` told of it before: by feed, what is new."""
    config = load_config(site / "feedpub.toml")
    _, changes = diff(config, NOW)
    told = {
        change.slug: {entry.id.rpartition(":")[2] for entry in change.added}
        for change in changes
        if change.added
    }
    return build(config, NOW), told


@pytest.mark.parametrize("suffix", ["rss", "atom"])
def test_subscriber_sees_as_new_only_what_is(tmp_path: Path, suffix: str) -> None:
    newsroom, subscriber = Newsroom(tmp_path), Subscriber(suffix)
    newsroom.write()
    build_or_refuse(tmp_path)
    assert subscriber.poll(tmp_path / "feeds") == {
        "river": {"1", "3", "5", "7"},
        "tea": {"2", "4", "6", "8"},
        "all": {"1", "2", "3", "4", "5", "6", "7", "8"},
    }
    for happen, new in DAY:
        happen(newsroom)
        newsroom.write()
        report, told = build_or_refuse(tmp_path)
        assert subscriber.poll(tmp_path / "feeds") == new, happen.__name__
        # What diff tells beforehand is all that anybody can see as new, and never less.
        assert all(new[slug] <= told.get(slug, set()) for slug in new), happen.__name__
        assert is_refused(report) == (happen is export_nothing), happen.__name__
        assert {p.severity for p in report.problems} <= {"error"}, happen.__name__


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    """A newsroom whose first day is published."""
    started = Newsroom(tmp_path)
    started.write()
    build_or_refuse(tmp_path)
    return started


def read_entry(site: Path, slug: str, number: int) -> feedparser.FeedParserDict:
    parsed = feedparser.parse((site / "feeds" / f"{slug}.atom").read_bytes())
    (entry,) = (entry for entry in parsed.entries if entry.id.endswith(f":{number}"))
    return entry


def test_correction_stands_where_the_article_stood(newsroom: Newsroom) -> None:
    correct_headline_and_text(newsroom)
    newsroom.write()
    build_or_refuse(newsroom.site)
    entry = read_entry(newsroom.site, "river", 7)
    assert entry.title == "Story seven, corrected"
    assert entry.published == "2020-05-17T08:00:00+08:00"
    assert entry.updated == "2020-05-19T09:00:00+08:00"


def test_retraction_takes_text_and_image_from_every_feed(newsroom: Newsroom) -> None:
    media = list((newsroom.site / "feeds" / "media").iterdir())
    assert len(media) == 1
    retract_article_with_image(newsroom)
    newsroom.write()
    build_or_refuse(newsroom.site)
    for slug in ("tea", "all"):
        entry = read_entry(newsroom.site, slug, 8)
        assert entry.title == "Retracted: Story 8"
        assert entry.content[0].value == "<p>It was not so.</p>"
    assert not media[0].exists()


def test_section_renamed_in_the_records_alone_writes_nothing(newsroom: Newsroom) -> None:
    # Its feed has subscribers, and would lose every entry to a feed that nobody has.
    for article in newsroom.articles.values():
        if article["section"] == "River":
            article["section"] = "Along the River"
    newsroom.write()
    report, told = build_or_refuse(newsroom.site)
    assert is_refused(report)
    assert told == {"along-the-river": {"1", "3", "5", "7"}}


def test_empty_export_writes_nothing(newsroom: Newsroom) -> None:
    before = {path: path.read_bytes() for path in (newsroom.site / "feeds").glob("*.*")}
    export_nothing(newsroom)
    newsroom.write()
    report, _ = build_or_refuse(newsroom.site)
    assert is_refused(report)
    assert report.written == ()
    assert {path: path.read_bytes() for path in (newsroom.site / "feeds").glob("*.*")} == before
