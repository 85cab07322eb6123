"""Write feeds of a corpus as fast as Python can: two fields, a heap a section, string templates.

Run as `python -m benchmarks.floor FOLDER`; the feeds go to FOLDER/floor. Nothing is checked: the
section and the time are decoded, and the winners wholly. It is what no program that reads every
record is faster than.
"""

from __future__ import annotations

import heapq
import sys
from collections import defaultdict
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from html import escape
from pathlib import Path

import msgspec

from benchmarks.corpus import RECORDS_NAME, SITE_ZONE

SITE_LINK = "https://news.example.com/"
TAG = "tag:news.example.com,2020:"
SECTION_LIMIT, ALL_LIMIT = 50, 100
RSS = """<item><title>{title}</title><link>{link}</link><guid isPermaLink="false">{id}</guid>\
<pubDate>{date}</pubDate><dc:creator>{author}</dc:creator><description>{summary}</description>\
<content:encoded>{content}</content:encoded>\
<enclosure url="{image}" length="{length}" type="{type}"/></item>
"""
RSS_FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>{name}</title>
<link>{link}</link><description>{name}</description>
{entries}</channel></rss>
"""
ATOM = """<entry><id>{id}</id><title>{title}</title><link href="{link}"/><updated>{iso}</updated>\
<author><name>{author}</name></author><summary>{summary}</summary>\
<content type="html">{content}</content>\
<link rel="enclosure" href="{image}" length="{length}" type="{type}"/></entry>
"""
ATOM_FEED = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>{id}</id><title>{name}</title>
<updated>{iso}</updated><author><name>{site}</name></author>
{entries}</feed>
"""


class Head(msgspec.Struct):
    """What the choice of an article needs."""

    section: str | list[str]
    dateModified: str
    datePublished: str = ""


def parse_time(text: str) -> datetime:
    """Read a time in one of the forms of the corpus."""
    text = text.removeprefix("Updated : ")
    value = datetime.fromisoformat(text) if text[0].isdigit() else parsedate_to_datetime(text)
    return value if value.tzinfo else value.replace(tzinfo=SITE_ZONE)


def write_feed(output: Path, name: str, lines: list[tuple[float, int, bytes]]) -> None:
    """Write the two feeds of a section, its newest articles first."""
    entries = []
    for stamp, _, line in sorted(lines, reverse=True):
        article, date = msgspec.json.decode(line), datetime.fromtimestamp(stamp, SITE_ZONE)
        link, image = f"{SITE_LINK}articles/{article['id']}.html", article["image"]
        texts = {"title": article["headline"], "author": article["author"]}
        texts |= {"summary": article["description"], "content": article["content_html"]}
        texts |= {"image": image["src"], "id": TAG + article["id"], "link": link}
        values: dict[str, object] = {key: escape(text) for key, text in texts.items()}
        values |= {"length": image["length"], "type": image["type"]}
        entries.append({**values, "date": format_datetime(date), "iso": date.isoformat()})
    slug = name.lower().replace(" ", "-")
    feed = {"name": f"Example Voice: {name}", "link": SITE_LINK, "site": "Example Voice"}
    feed["id"] = f"{TAG}feed/{slug}"
    for suffix, entry, frame in (("rss", RSS, RSS_FEED), ("atom", ATOM, ATOM_FEED)):
        body = "".join(entry.format_map(values) for values in entries)
        text = frame.format_map({**feed, "iso": entries[0]["iso"], "entries": body})
        (output / f"{slug}.{suffix}").write_text(text, encoding="utf-8")


def write_feeds(folder: Path) -> None:
    """Write the feeds of all sections, and of the newest articles of any."""
    heaps: defaultdict[str, list[tuple[float, int, bytes]]] = defaultdict(list)
    decode = msgspec.json.Decoder(Head).decode
    with (folder / RECORDS_NAME).open("rb") as file:
        for number, line in enumerate(file):
            head = decode(line)
            stamp = parse_time(head.datePublished or head.dateModified).timestamp()
            names = [head.section] if isinstance(head.section, str) else head.section
            for name in ("all", *names):
                heap, most = heaps[name], ALL_LIMIT if name == "all" else SECTION_LIMIT
                if len(heap) < most:
                    heapq.heappush(heap, (stamp, number, line))
                elif stamp >= heap[0][0]:
                    heapq.heapreplace(heap, (stamp, number, line))
    output = folder / "floor"
    output.mkdir(exist_ok=True)
    for name, heap in heaps.items():
        write_feed(output, name, heap)


if __name__ == "__main__":
    write_feeds(Path(sys.argv[1]))
