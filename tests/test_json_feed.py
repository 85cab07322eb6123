"""SLUG.json: JSON Feed 1.1, member by member, with values that were written by hand."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import msgspec
import pytest

from feedpub.errors import OutputError
from feedpub.feeds.formats import render_feed
from feedpub.model import Entry, Feed, Image
from feedpub.output.changes import read_feed
from support import make_image, make_site, read_tree, run_cli, to_json_lines

CHINA = timezone(timedelta(hours=8))
MORNING = datetime(2020, 5, 25, 10, 32, tzinfo=CHINA)
HERON = Image(
    source="heron.jpg",
    url="https://news.example.com/feeds/media/1.jpg",
    type="image/jpeg",
    length=1234,
    width=800,
    height=600,
    caption="A heron",
    credit="Qi Ruohe",
    alt="A gray bird",
)
MEMBERS = {
    "id": "tag:news.example.com,2020:1",
    "url": "https://news.example.com/1.html",
    "title": "Lock opens",
    "content_html": "<p>Body</p>",
    "summary": "Brief",
    "date_modified": "2020-05-25T10:32:00+08:00",
    "authors": [{"name": "Ru Zhilan"}],
    "tags": ["River"],
    "_feedpub": {"precision": {"date_modified": "minute"}},
}


def make_entry(**fields: Any) -> Entry:
    given: dict[str, Any] = {
        "id": "tag:news.example.com,2020:1",
        "title": "Lock opens",
        "link": "https://news.example.com/1.html",
        "updated": MORNING,
        "published": None,
        "updated_precision": "minute",
        "authors": ("Ru Zhilan",),
        "categories": ("River",),
        "summary": "Brief",
        "content": "<p>Body</p>",
    }
    return Entry(**{**given, **fields})


def make_feed(*entries: Entry, **fields: Any) -> Feed:
    given: dict[str, Any] = {
        "slug": "river",
        "name": "River",
        "id": "tag:news.example.com,2020:feed/river",
        "title": "Example Voice: River",
        "description": "Boats & floods",
        "link": "https://news.example.com/river/",
        "base": "https://news.example.com/feeds/",
        "language": "en",
        "author": "Example Voice",
        "updated": MORNING,
        "entries": entries,
    }
    return Feed(**{**given, **fields})


def render(feed: Feed) -> bytes:
    content = render_feed(feed, "json").content
    assert isinstance(content, bytes)
    return content


def render_item(entry: Entry) -> dict[str, object]:
    (item,) = json.loads(render(make_feed(entry)))["items"]
    assert isinstance(item, dict)
    return item


def test_feed_has_the_members_of_the_specification_in_its_order() -> None:
    feed = make_feed(
        copyright="© 2020",
        contact="desk@news.example.com",
        logo="https://news.example.com/logo.png",
        hub="https://hub.example.com/",
    )
    assert list(json.loads(render(feed)).items()) == [
        ("version", "https://jsonfeed.org/version/1.1"),
        ("title", "Example Voice: River"),
        ("home_page_url", "https://news.example.com/river/"),
        ("feed_url", "https://news.example.com/feeds/river.json"),
        ("description", "Boats & floods"),
        ("icon", "https://news.example.com/logo.png"),
        ("favicon", "https://news.example.com/logo.png"),
        ("authors", [{"name": "Example Voice", "url": "mailto:desk@news.example.com"}]),
        ("language", "en"),
        ("hubs", [{"type": "WebSub", "url": "https://hub.example.com/"}]),
        ("items", []),
    ]


def test_feed_without_logo_contact_and_hub_has_no_member_for_them() -> None:
    feed = json.loads(render(make_feed()))
    assert set(feed) == {
        *("version", "title", "home_page_url", "feed_url", "description"),
        *("authors", "language", "items"),
    }
    assert feed["authors"] == [{"name": "Example Voice"}]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {}),
        # One of content_html and content_text must be there: the summary, or else the title.
        ({"content": None}, {"content_html": None, "content_text": "Brief"}),
        (
            {"content": None, "summary": None},
            {"content_html": None, "summary": None, "content_text": "Lock opens"},
        ),
        ({"summary": None}, {"summary": None}),
        # Published is never invented; times are in whole seconds, with their precision.
        (
            {"published": datetime(2020, 5, 24, tzinfo=UTC), "published_precision": "day"},
            {
                "date_published": "2020-05-24T00:00:00+00:00",
                "_feedpub": {"precision": {"date_published": "day", "date_modified": "minute"}},
            },
        ),
        ({"authors": ("Ru", "Qi")}, {"authors": [{"name": "Ru"}, {"name": "Qi"}]}),
        ({"categories": ("River", "a & b")}, {"tags": ["River", "a & b"]}),
        ({"language": "en"}, {}),
        ({"language": "EN"}, {}),
        ({"language": "zh-CN"}, {"language": "zh-CN"}),
        (
            {"title": "Retracted: Lock", "retracted": True},
            {
                "title": "Retracted: Lock",
                "_feedpub": {"precision": {"date_modified": "minute"}, "retracted": True},
            },
        ),
        # Texts are not HTML: nothing in them is escaped.
        ({"title": "a < b & <new>"}, {"title": "a < b & <new>"}),
    ],
)
def test_item_has_what_is_known_and_nothing_empty(
    given: Mapping[str, object], expected: Mapping[str, object]
) -> None:
    wanted = {name: value for name, value in {**MEMBERS, **expected}.items() if value is not None}
    assert render_item(make_entry(**given)) == wanted


def test_item_s_members_stand_in_one_order() -> None:
    entry = make_entry(
        published=MORNING, published_precision="minute", language="zh", images=(HERON,)
    )
    assert list(render_item(entry)) == [
        *("id", "url", "title", "content_html", "summary", "image"),
        *("date_published", "date_modified", "authors", "tags", "language"),
        *("attachments", "_feedpub"),
    ]


def test_image_is_an_attachment_and_the_item_s_image() -> None:
    item = render_item(make_entry(images=(HERON,)))
    assert item["image"] == HERON.url
    assert item["attachments"] == [
        {
            "url": HERON.url,
            "mime_type": "image/jpeg",
            "title": "A heron",
            "size_in_bytes": 1234,
        }
    ]
    assert item["_feedpub"] == {
        "precision": {"date_modified": "minute"},
        "images": [
            {
                "url": HERON.url,
                "caption": "A heron",
                "credit": "Qi Ruohe",
                "alt": "A gray bird",
                "width": 800,
                "height": 600,
            }
        ],
    }


def test_image_that_was_not_measured_is_no_attachment() -> None:
    item = render_item(
        make_entry(images=(Image(source="x", url="https://h.example/x", caption=""),))
    )
    assert item["image"] == "https://h.example/x"
    assert "attachments" not in item
    extension = item["_feedpub"]
    assert isinstance(extension, dict)
    assert extension["images"] == [{"url": "https://h.example/x"}]


def test_attachments_never_share_a_title_which_would_make_them_forms_of_one_thing() -> None:
    twin = msgspec.structs.replace(HERON, url="https://h.example/2.jpg")
    other = msgspec.structs.replace(HERON, url="https://h.example/3.jpg", caption="A crane")
    attachments = render_item(make_entry(images=(HERON, twin, other)))["attachments"]
    assert isinstance(attachments, list)
    assert [attachment.get("title") for attachment in attachments] == [None, None, "A crane"]


def test_bytes_are_indented_utf_8_that_ends_with_a_line() -> None:
    content = render(make_feed(make_entry(title="茶 𠮷 \u2028")))
    assert content.startswith(b'{\n  "version": "https://jsonfeed.org/version/1.1",\n  "title"')
    assert content.endswith(b"\n  ]\n}\n")
    assert '      "title": "茶 𠮷 \u2028",\n'.encode() in content


# A site whose only feeds are JSON

TOML = """\
[site]
title = "Example Voice"
link = "https://news.example.com/"
timezone = "Asia/Shanghai"
tag = "news.example.com,2020"
formats = {formats}

[[source]]
path = "sources"
"""


def write(site: Path, *records: Mapping[str, object], formats: str = '["json"]') -> Path:
    files = {"sources/a.jsonl": to_json_lines(*records)}
    return make_site(site, files, TOML.format(formats=formats))


def make_record(number: int, **fields: object) -> Mapping[str, object]:
    day = {"updated": f"2020-05-{number + 1:02}", "section": "River"}
    return {"id": str(number), "title": f"Story {number}", **day, **fields}


def build(site: Path) -> dict[str, bytes]:
    result = run_cli(site, "build")
    assert (result.exit_code, result.stderr) == (0, "")
    return read_tree(site / "feeds")


def walk(value: object) -> Iterator[object]:
    """Yield all values in a JSON value, and the value."""
    yield value
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in below:
        yield from walk(part)


def test_writes_json_alone_without_null_or_empty_members(tmp_path: Path) -> None:
    pictures = {"sources/a.png": make_image("PNG", 800, 600)}
    make_site(tmp_path, pictures)
    hostile = "a\x00b\ud800 ]]> \uffff &amp;lt; 𠮷"
    tree = build(
        write(
            tmp_path,
            make_record(1, title=hostile, content_html=f"<p>{hostile}</p>", images="a.png"),
            make_record(2, language="zh_CN", summary="", tags=[]),
        )
    )
    assert [path for path in tree if not path.startswith("media/")] == [
        *("all.json", "feeds.opml", "manifest.json", "river.json"),
    ]
    feed = json.loads(tree["river.json"])
    assert all(value not in (None, "", [], {}) for value in walk(feed))
    later, first = feed["items"]
    assert first["title"] == "ab ]]> < 𠮷"
    assert first["content_html"] == "<p>ab ]]&gt;  &amp;lt; 𠮷</p>"
    assert (later["language"], later["content_text"]) == ("zh-CN", "Story 2")


@pytest.mark.parametrize(
    ("language", "meant"),
    [
        ("jp", ', but "ja" is'),
        ("CN", ', but "zh" is'),
        ("ua_UA", ', but "uk" is'),
        ("english", ', but "en" is'),
        ("Deutsch (Schweiz)", ', but "de" is'),
        ("en US", ""),
        ("klingon", ""),
    ],
)
def test_feed_language_stands_in_for_what_is_not_one(
    tmp_path: Path, language: str, meant: str
) -> None:
    result = run_cli(write(tmp_path, make_record(1, language=language)), "build")
    assert result.exit_code == 0
    assert result.stderr == (
        f'sources/a.jsonl:1: warning: language: "{language}" is not a registered language{meant}; '
        "the language of its feed stands in\n"
    )
    (item,) = json.loads((tmp_path / "feeds/river.json").read_bytes())["items"]
    assert "language" not in item


@pytest.mark.parametrize("locale", ["zh_CN", "zh_CN.UTF-8", "zh_CN@stroke"])
def test_locale_is_read_as_a_language(tmp_path: Path, locale: str) -> None:
    result = run_cli(write(tmp_path, make_record(1, language=locale)), "build")
    assert (result.exit_code, result.stderr) == (0, "")
    (item,) = json.loads((tmp_path / "feeds/river.json").read_bytes())["items"]
    assert item["language"] == "zh-CN"


def test_guards_against_loss_where_json_is_the_only_format(tmp_path: Path) -> None:
    before = build(write(tmp_path, *map(make_record, range(10))))
    result = run_cli(write(tmp_path, make_record(0)), "build")
    assert result.exit_code == 1
    assert result.stderr.startswith("feeds/all.json: would lose 9 of 10 entries")
    assert read_tree(tmp_path / "feeds") == before


def test_guards_against_a_section_s_end_where_json_is_the_only_format(tmp_path: Path) -> None:
    build(write(tmp_path, make_record(1), make_record(2, section="Tea")))
    result = run_cli(write(tmp_path, make_record(1)), "diff")
    assert result.stderr == (
        "feeds/tea.json: would be removed with its entry. To build anyway, pass --accept-loss.\n"
    )


def test_diff_tells_of_changed_entries(tmp_path: Path) -> None:
    build(write(tmp_path, make_record(1), make_record(2)))
    assert run_cli(tmp_path, "diff").exit_code == 0
    write(tmp_path, make_record(1), make_record(2, title="Corrected"), make_record(3))
    assert run_cli(tmp_path, "diff").stdout.splitlines()[:3] == [
        "river",
        "  + Story 3  (tag:news.example.com,2020:3)",
        "  ~ Story 2 → Corrected  (tag:news.example.com,2020:2)",
    ]


def test_one_more_format_changes_no_entry(tmp_path: Path) -> None:
    build(write(tmp_path, make_record(1), formats='["rss"]'))
    write(tmp_path, make_record(1), formats='["rss", "json"]')
    assert run_cli(tmp_path, "diff").stdout.splitlines()[:-1] == ["+ all.json", "+ river.json"]


def test_guards_against_loss_in_another_format_than_before(tmp_path: Path) -> None:
    build(write(tmp_path, *map(make_record, range(10)), formats='["rss"]'))
    result = run_cli(write(tmp_path, make_record(0)), "build")
    assert result.stderr.startswith("feeds/all.json: would lose 9 of 10 entries")


def test_retraction_takes_the_images_away_that_a_json_feed_named(tmp_path: Path) -> None:
    make_site(tmp_path, {"sources/a.png": make_image("PNG", 800, 600)})
    tree = build(write(tmp_path, make_record(1, images="a.png"), make_record(2)))
    assert sum(path.startswith("media/") for path in tree) == 1
    tree = build(write(tmp_path, make_record(1, status="retracted", notice="No."), make_record(2)))
    assert sum(path.startswith("media/") for path in tree) == 0


def test_clean_keeps_the_media_that_a_json_feed_names(tmp_path: Path) -> None:
    make_site(tmp_path, {f"sources/{n}.png": make_image("PNG", 800, 600 + n) for n in (1, 2)})
    records = [make_record(n, images=f"{n}.png") for n in (1, 2)]
    tree = build(write(tmp_path, *records))
    assert sum(path.startswith("media/") for path in tree) == 2
    build(write(tmp_path, records[0], {**records[1], "images": []}))
    for path in (tmp_path / "feeds" / "media").iterdir():
        os.utime(path, (0, 0))
    result = run_cli(tmp_path, "clean", "--media")
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "1 file removed")
    (tmp_path / "feeds" / "river.json").write_text('{"items": [{"id": 1}]}')
    assert run_cli(tmp_path, "clean", "--media").exit_code == 3


@pytest.mark.parametrize("broken", [b"{", b'{"items": [{}]}', b'{"items": 1}', b" {]", b'{"a": 1}'])
def test_broken_json_feed_has_no_entries(broken: bytes) -> None:
    assert read_feed(broken) == ()
    with pytest.raises(OutputError, match="can't be read"):
        read_feed(broken, strict=True)
