"""Write the same feeds as a newsroom's own script would, with feedgen and dateutil.

Run as `python -m benchmarks.plain_feedgen FOLDER`, FOLDER being one that `benchmarks.corpus` wrote;
the feeds go to FOLDER/plain. It is the script of a good afternoon, neither slowed down nor tuned:
feedgen's own extensions, no check of anything, and every record kept until the end.
"""

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NotRequired, TypedDict
from zoneinfo import ZoneInfo

import dateutil.parser
from feedgen.feed import FeedGenerator

SITE_TITLE = "Example Voice"
SITE_LINK = "https://news.example.com/"
SITE_ZONE = ZoneInfo("Asia/Shanghai")
TAG = "tag:news.example.com,2020:"
SECTION_LIMIT = 50
ALL_LIMIT = 100


class Image(TypedDict):
    """The image of an article; length is bytes."""

    src: str
    caption: str
    credit: str
    type: str
    length: int


class Article(TypedDict):
    """A record of the corpus, and its times once they are read."""

    id: str
    headline: str
    section: str | list[str]
    dateModified: str
    datePublished: NotRequired[str]
    author: str
    description: str
    content_html: str
    image: Image
    keywords: list[str]
    updated: NotRequired[datetime]
    published: NotRequired[datetime]


def parse_time(text: str) -> datetime:
    """Read a time; one without a zone is the site's."""
    value = dateutil.parser.parse(text.removeprefix("Updated :"))
    if value.tzinfo is None:
        value = value.replace(tzinfo=SITE_ZONE)
    return value


def read_articles(path: Path) -> list[Article]:
    """Read every article, newest first."""
    articles: list[Article] = []
    with path.open(encoding="utf-8") as file:
        for line in file:
            article: Article = json.loads(line)
            updated = parse_time(article["dateModified"])
            article["updated"] = updated
            if "datePublished" in article:
                article["published"] = parse_time(article["datePublished"])
            else:
                article["published"] = updated
            articles.append(article)
    articles.sort(key=lambda article: article["published"], reverse=True)
    return articles


def list_sections(article: Article) -> list[str]:
    """List the names of an article's sections."""
    section = article["section"]
    return section if isinstance(section, list) else [section]


def add_entry(feed: FeedGenerator, article: Article) -> None:
    """Add an article to a feed."""
    image = article["image"]
    entry = feed.add_entry(order="append")
    entry.id(TAG + article["id"])
    entry.title(article["headline"])
    entry.link(href=f"{SITE_LINK}articles/{article['id']}.html")
    entry.updated(article["updated"])
    entry.published(article["published"])
    entry.author(name=article["author"])
    entry.dc.dc_creator(article["author"])
    entry.summary(article["description"])
    entry.content(article["content_html"], type="html")
    for term in list_sections(article) + article["keywords"]:
        entry.category(term=term)
    entry.enclosure(image["src"], image["length"], image["type"])
    entry.media.content(
        url=image["src"], fileSize=str(image["length"]), type=image["type"], medium="image"
    )


def write_feed(folder: Path, *, name: str, articles: Sequence[Article]) -> None:
    """Write a section's RSS and Atom feed."""
    slug = re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")
    feed = FeedGenerator()
    feed.load_extension("media")
    feed.load_extension("dc", atom=False)
    feed.id(f"{TAG}feed/{slug}")
    feed.title(f"{SITE_TITLE}: {name}")
    feed.description(f"{SITE_TITLE}: {name}")
    feed.link(href=f"{SITE_LINK}feeds/{slug}.atom", rel="self")
    feed.link(href=SITE_LINK, rel="alternate")
    feed.language("en")
    feed.author(name=SITE_TITLE)
    feed.updated(max(article["updated"] for article in articles))
    for article in articles:
        add_entry(feed, article)
    feed.rss_file(str(folder / f"{slug}.rss"))
    feed.atom_file(str(folder / f"{slug}.atom"))


def write_feeds(folder: Path) -> None:
    """Write the feeds of all sections, and of the newest articles of any."""
    articles = read_articles(folder / "articles.jsonl")
    sections: defaultdict[str, list[Article]] = defaultdict(list)
    for article in articles:
        for name in list_sections(article):
            sections[name].append(article)
    output = folder / "plain"
    output.mkdir(exist_ok=True)
    for name, members in sections.items():
        write_feed(output, name=name, articles=members[:SECTION_LIMIT])
    write_feed(output, name="all", articles=articles[:ALL_LIMIT])


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Write a corpus's feeds with feedgen alone.")
    parser.add_argument("folder", type=Path)
    write_feeds(parser.parse_args().folder)


if __name__ == "__main__":
    main()
