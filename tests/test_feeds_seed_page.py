"""The article page that the project began with: a page of exactly its form, read back from feeds.

All text here is invented; only the form, the source, the section, the time and the file name
are those of the first page.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import feedparser
import pytest
from lxml import etree, html

from support import make_image, make_site, read_tree, run_cli

MEDIA = "{http://search.yahoo.com/mrss/}"
BREADCRUMB = "Home>Zhejiang Voice"
HEADLINE = "Lu Qing: teahouse orchestras deserve a roof of their own"
BYLINE = "(chinadaily.com.cn) Updated : 2020-05-25"
PICTURE_NAME = "微信图片_20200525074447.jpg"
CAPTION = "Lu Qing, who leads the teahouse orchestra of Jiashan, asks for a hall without leaks."
CREDIT = "WeChat account: jxfabu"
PARAGRAPHS = (
    # It begins as the caption does, as on the first page; it is body all the same.
    "Lu Qing, who leads the teahouse orchestra of Jiashan, asked for a hall that does not leak, "
    "the Wetland Courier reported on May 24.",
    "Lu spoke at the yearly meeting of the county's amateur musicians.",
    "She also suggested that the ferry company lend its winter boathouse.",
    "This would keep the drums dry for now, and the players together for longer, according to Lu.",
    "A drum that has been wet twice is one of the county's oldest sorrows, and it sounds like a "
    "wardrobe falling downstairs, she continued.",
    "Lu also read from the minutes of 1962, which promised the orchestra a stove, a store room "
    "and a proper door.",
    "She thanked the authors of those minutes.",
    "The stove arrived in 1971 & is still warm, noted Lu.",
    "The boathouse at Reed Lock, built in 1934, is the largest dry floor between the market and "
    "the canal.",
    "With the help of its caretaker, the orchestra has already moved 17 instruments there, "
    "including the great gong.",
    "Lu said that rehearsals begin at 7, and that three neighbors have bought earplugs this year.",
)
PAGE = "\n\n".join((BREADCRUMB, HEADLINE, BYLINE, PICTURE_NAME, f"{CAPTION} [Photo/{CREDIT}]"))
PAGE = "\n\n".join((PAGE, *PARAGRAPHS))

ID = "tag:news.example.com,2020:pages/teahouse"
# 12 hex digits of the id's SHA-256 (contract, section 5).
ANCHOR = hashlib.sha256(ID.encode()).hexdigest()[:12]
LINK = f"https://news.example.com/feeds/zhejiang-voice.html#{ANCHOR}"


@pytest.fixture(scope="module")
def picture() -> bytes:
    return make_image("JPEG", 800, 500)


@pytest.fixture(scope="module")
def feeds(tmp_path_factory: pytest.TempPathFactory, picture: bytes) -> Path:
    """Build the site of the one page, and give its output."""
    files: dict[str, str | bytes] = {
        "sources/pages/teahouse.txt": PAGE,
        f"sources/pages/{PICTURE_NAME}": picture,
    }
    site = make_site(tmp_path_factory.mktemp("seed"), files)
    result = run_cli(site, "build")
    assert (result.exit_code, result.stderr) == (0, "")
    return site / "feeds"


@pytest.fixture(scope="module", params=["rss", "atom"])
def feed(request: pytest.FixtureRequest, feeds: Path) -> feedparser.FeedParserDict:
    parsed = feedparser.parse((feeds / f"zhejiang-voice.{request.param}").read_bytes())
    assert not parsed.bozo
    return parsed


@pytest.fixture
def entry(feed: feedparser.FeedParserDict) -> feedparser.FeedParserDict:
    (only,) = feed.entries
    return only


def test_writes_both_feeds_of_the_section_and_the_image(feeds: Path, picture: bytes) -> None:
    digest = hashlib.sha256(picture).hexdigest()
    tree = read_tree(feeds)
    assert sorted(tree) == [
        "all.atom",
        "all.rss",
        "feeds.opml",
        "manifest.json",
        f"media/{digest[:16]}.jpg",
        "zhejiang-voice.atom",
        "zhejiang-voice.rss",
    ]
    assert tree[f"media/{digest[:16]}.jpg"] == picture


def test_feed_is_the_section_s(feed: feedparser.FeedParserDict) -> None:
    assert feed.feed.title == "Example Voice: Zhejiang Voice"
    assert feed.feed.link == "https://news.example.com/feeds/zhejiang-voice.html"


def test_entry_carries_the_page_s_fields(entry: feedparser.FeedParserDict) -> None:
    assert entry.title == "Lu Qing: teahouse orchestras deserve a roof of their own"
    assert entry.id == ID
    assert entry.link == LINK
    assert [author.name for author in entry.authors] == ["chinadaily.com.cn"]
    assert [tag.term for tag in entry.tags] == ["Zhejiang Voice"]


def test_time_is_the_day_s_midnight_in_the_site_s_zone(feed: feedparser.FeedParserDict) -> None:
    (entry,) = feed.entries
    if feed.version == "atom10":
        assert entry.updated == "2020-05-25T00:00:00+08:00"
        assert "published" not in entry  # the page says when it was updated, and no more
        assert feed.feed.updated == "2020-05-25T00:00:00+08:00"
        return
    assert feed.version == "rss20"
    assert entry.published == "Mon, 25 May 2020 00:00:00 +0800"
    assert tuple(entry.published_parsed)[:6] == (2020, 5, 24, 16, 0, 0)
    assert feed.feed.updated == "Mon, 25 May 2020 00:00:00 +0800"


def test_encloses_the_picture_once_with_its_true_length(
    entry: feedparser.FeedParserDict, picture: bytes
) -> None:
    (enclosure,) = entry.enclosures
    name = hashlib.sha256(picture).hexdigest()[:16] + ".jpg"
    assert enclosure.href == f"https://news.example.com/feeds/media/{name}"
    assert enclosure.type == "image/jpeg"
    assert enclosure.length == str(len(picture))


def test_media_says_what_the_picture_shows_and_whose_it_is(
    entry: feedparser.FeedParserDict, picture: bytes
) -> None:
    (content,) = entry.media_content
    name = hashlib.sha256(picture).hexdigest()[:16] + ".jpg"
    assert content == {
        "url": f"https://news.example.com/feeds/media/{name}",
        "medium": "image",
        "type": "image/jpeg",
        "filesize": str(len(picture)),
        "width": "800",
        "height": "500",
    }
    (credit,) = entry.media_credit
    assert credit["content"] == "WeChat account: jxfabu"


@pytest.mark.parametrize("suffix", ["rss", "atom"])
def test_caption_is_told_from_its_credit(feeds: Path, suffix: str) -> None:
    # feedparser gives the caption of an image as the entry's, so this is read by hand.
    root = etree.fromstring((feeds / f"zhejiang-voice.{suffix}").read_bytes())
    (content,) = root.iter(f"{MEDIA}content")
    assert [(part.tag, part.text) for part in content] == [
        (f"{MEDIA}description", CAPTION),
        (f"{MEDIA}credit", CREDIT),
    ]


def test_body_is_the_eleven_paragraphs_and_the_picture(entry: feedparser.FeedParserDict) -> None:
    (content,) = entry.content
    figure, *body = html.fragments_fromstring(content.value)
    assert figure.tag == "figure"
    assert [element.tag for element in body] == ["p"] * 11
    assert tuple(str(element.xpath("string()")) for element in body) == PARAGRAPHS


def test_body_shows_the_picture_where_the_page_had_it(entry: feedparser.FeedParserDict) -> None:
    figure = html.fragments_fromstring(entry.content[0].value)[0]
    (picture,) = figure.iterfind("img")
    assert dict(picture.items()) == {
        "src": entry.enclosures[0].href,
        "width": "800",
        "height": "500",
        "alt": "",
    }
    assert figure.findtext("figcaption") == f"{CAPTION} ({CREDIT})"


def test_summary_is_cut_from_the_body(entry: feedparser.FeedParserDict) -> None:
    assert entry.summary == (
        "Lu Qing, who leads the teahouse orchestra of Jiashan, asked for a hall that does not "
        "leak, the Wetland Courier reported on May 24. Lu spoke at the yearly meeting of the "
        "county's amateur musicians. She also suggested that the ferry company lend its winter "
        "boathouse. This would keep the drums dry for now, and the players together for longer, "
        "according to Lu. A drum that has been wet twice is one of…"
    )
