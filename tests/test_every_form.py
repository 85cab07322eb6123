"""One article in every form that a newsroom may have it in: one and the same entry."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from feedpub.config.loading import load_config
from feedpub.entries.making import EntryMaker
from feedpub.files import sort_problems
from feedpub.images.measuring import make_measurer
from feedpub.model import Entry, Image
from feedpub.pipeline.collecting import collect
from support import NOW, make_image, make_site

# What every form must give, written by hand.
PICTURE = make_image("JPEG", 640, 480)
TITLE = "Suyin River gets 212 gauges"
CAPTION = "A gauge stands in the shallows below Yeting."
CREDIT = "WeChat account: suyinwater"
FIRST = "Every five minutes a post in the Suyin River measures the water."
SECOND = "A bird on a sensor looks exactly like a flood, said Cen Haiyue."
THIRD = "Willow Sill < Duck Ferry, say the boards."
CONTENT = (
    '<figure><img src="https://img.example.com/gauge.jpg" width="640" height="480" alt="">'
    "<figcaption>A gauge stands in the shallows below Yeting. (WeChat account: suyinwater)"
    "</figcaption></figure>\n"
    "<p>Every five minutes a post in the Suyin River measures the water.</p>\n"
    "<p>A bird on a sensor looks exactly like a flood, said Cen Haiyue.</p>\n"
    "<p>Willow Sill &lt; Duck Ferry, say the boards.</p>"
)
EXPECTED = Entry(
    id="tag:news.example.com,2020:gauges",
    title="Suyin River gets 212 gauges",
    link="https://news.example.com/river/gauges.htm",
    updated=datetime.fromisoformat("2020-05-25T10:32:00+08:00"),
    updated_precision="minute",
    published=None,
    authors=("news.example.com",),
    categories=("River Voice",),
    summary=(
        "Every five minutes a post in the Suyin River measures the water. "
        "A bird on a sensor looks exactly like a flood, said Cen Haiyue. "
        "Willow Sill < Duck Ferry, say the boards."
    ),
    content=CONTENT,
    images=(
        Image(
            source="gauge.jpg",
            url="https://img.example.com/gauge.jpg",
            type="image/jpeg",
            length=len(PICTURE),
            width=640,
            height=480,
            caption="A gauge stands in the shallows below Yeting.",
            credit="WeChat account: suyinwater",
        ),
    ),
)

TOML = """\
[site]
title = "Example Voice"
link = "https://news.example.com/"
timezone = "Asia/Shanghai"
tag = "news.example.com,2020"

[[source]]
path = "sources"
id = "{stem}"
link = "https://news.example.com/river/{stem}.htm"
images = {folder = "pictures", url = "https://img.example.com/"}
"""

TEXT = f"""\
Home>River Voice

{TITLE}

(news.example.com) Updated : 2020-05-25 10:32

gauge.jpg

{CAPTION} [Photo/{CREDIT}]

{FIRST}

{SECOND}

{THIRD}
"""
CHINESE_MARKS = TEXT.replace(">River", "＞River").replace("Updated : ", "Updated：\u00a0")
ESCAPED = THIRD.replace("<", "&lt;")
HTML = f"""\
<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{TITLE} - Example Voice</title>
<link rel="canonical" href="https://news.example.com/river/gauges.htm"></head>
<body><div id="bread-nav"><a href="/">Home</a> &gt; <a href="/river/">River Voice</a></div>
<h1>{TITLE}</h1>
<div class="info">(news.example.com) Updated : 2020-05-25 10:32</div>
<div id="Content"><p><img src="gauge.jpg"></p>
<p>{CAPTION} [Photo/{CREDIT}]</p>
<p>{FIRST}</p><p>{SECOND}</p><p>{ESCAPED}</p></div>
<div class="footer">© Example Voice. All rights reserved.</div></body></html>
"""
LINKED_DATA = f"""\
<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{TITLE} - Example Voice</title>
<link rel="canonical" href="https://news.example.com/river/gauges.htm">
<script type="application/ld+json">{{"@context": "https://schema.org", "@graph": [
{{"@type": "NewsArticle", "headline": {json.dumps(TITLE)}, "articleSection": "River Voice",
"dateModified": "2020-05-25T10:32+08:00", "author": {{"@type": "Organization",
"name": "news.example.com"}},}}]}}</script></head>
<body><article><h1>{TITLE}</h1>
<figure><img data-src="gauge.jpg" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">
<figcaption>{CAPTION} [Photo/{CREDIT}]</figcaption></figure>
<p>{FIRST}</p><p>{SECOND}</p><p>{ESCAPED}</p></article></body></html>
"""
BODY = f'<figure><img src="gauge.jpg"></figure>\n<p>{FIRST}</p>\n<p>{SECOND}</p>\n<p>{ESCAPED}</p>'
OBJECT = {
    "id": "gauges",
    "headline": TITLE,
    "link": "https://news.example.com/river/gauges.htm",
    "breadcrumb": "Home>River Voice",
    "dateModified": "2020-05-25 10:32",
    "source": "news.example.com",
    "content_html": BODY,
    "image": {"src": "gauge.jpg", "caption": f"{CAPTION} [Photo/{CREDIT}]"},
}
MARKDOWN = f"""\
![](gauge.jpg "{CAPTION} [Photo/{CREDIT}]")

{FIRST}

{SECOND}

{THIRD}
"""
YAML = f"""\
---
title: {TITLE}
section: River Voice
updated: 2020-05-25 10:32
source: news.example.com
---
"""
FRONT_TOML = f"""\
+++
title = "{TITLE}"
section = "River Voice"
updated = "2020-05-25 10:32"
source = "news.example.com"
+++
"""
CMS = {
    "_id": "gauges",
    "type": "story",
    "headlines": {"basic": TITLE},
    "taxonomy": {"primary_section": {"name": "River Voice"}},
    "display_date": "2020-05-25T10:32+08:00",
    "distributor": {"name": "news.example.com"},
    "canonical_url": "/river/gauges.htm",
    "content_elements": [{"type": "raw_html", "content": BODY}],
    "promo_items": {"basic": {"url": "gauge.jpg", "caption": CAPTION, "credits": CREDIT}},
}
CMS_FIELDS = """
[source.fields]
id = "_id"
title = "headlines.basic"
section = "taxonomy.primary_section.name"
updated = "display_date"
source = "distributor.name"
link = "canonical_url"
content_html = "content_elements[0].content"
images = "promo_items.*.{src: url, caption: caption, credit: credits}"
"""
SHEET_FIELDS = """
format = "{}"
[source.fields]
title = "Story title"
images = "[{{src: picture, caption: caption}}]"
"""


def make_sheet(separator: str) -> str:
    """Write the article as a spreadsheet, with the columns that a desk thinks of."""
    cells = {
        "id": "gauges",
        "Story title": TITLE,
        "Section": "River Voice",
        "Updated": "2020-05-25 10:32",
        "link": "https://news.example.com/river/gauges.htm",
        "source": "news.example.com",
        "picture": "gauge.jpg",
        "caption": f"{CAPTION} [Photo/{CREDIT}]",
        "content_html": '"' + BODY.replace('"', '""') + '"',
    }
    return separator.join(cells) + "\r\n" + separator.join(cells.values()) + "\r\n"


READER = """\
def read(stream, file):
    for block in stream.read().decode("utf-8").split("==\\n"):
        yield dict(line.replace("|", "\\n").split(": ", 1) for line in block.splitlines())
"""
ARCHIVE = f"""\
id: gauges
headline: {TITLE}
section: River Voice
updated: 2020-05-25 10:32
source: news.example.com
picture: gauge.jpg
caption: {CAPTION} [Photo/{CREDIT}]
content_html: {BODY.replace(chr(10), "|")}
"""
ARCHIVE_SETTINGS = """
reader = "archive_reader:read"
[source.fields]
images = "[{src: picture, caption: caption}]"
"""

FORMS: Mapping[str, tuple[str, str | bytes, str]] = {
    "page as text": ("gauges.txt", TEXT, ""),
    "page as text with CRLF and BOM": (
        "gauges.txt",
        b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode(),
        "",
    ),
    "page as text with Chinese marks": ("gauges.txt", CHINESE_MARKS, ""),
    "page as text in gb18030": (
        "gauges.txt",
        CHINESE_MARKS.encode("gb18030"),
        'encoding = "gb18030"',
    ),
    "page": ("gauges.html", HTML, ""),
    "page with linked data": ("gauges.htm", LINKED_DATA, ""),
    "object": ("gauges.json", json.dumps(OBJECT), ""),
    "list": ("export.json", json.dumps([OBJECT], indent=1), ""),
    "line": ("export.jsonl", json.dumps(OBJECT), ""),
    "line of ndjson, packed": ("export.ndjson.gz", gzip.compress(json.dumps(OBJECT).encode()), ""),
    "object of a CMS": ("export.json", json.dumps([CMS]), CMS_FIELDS),
    "line of a CMS": (
        "export.jsonl",
        json.dumps(CMS) + "\n" + json.dumps(CMS | {"type": "ad", "_id": "ad"}),
        "where = \"type == 'story'\"" + CMS_FIELDS,
    ),
    "row of commas": ("sheet.csv", make_sheet(","), SHEET_FIELDS.format("csv")),
    "row of tabs": ("sheet.tsv", make_sheet("\t"), SHEET_FIELDS.format("tsv")),
    "Markdown with YAML": ("gauges.md", YAML + MARKDOWN, ""),
    "Markdown with TOML": ("gauges.md", FRONT_TOML + MARKDOWN, ""),
    "lines of a reader of one's own": ("gauges.arc", ARCHIVE, ARCHIVE_SETTINGS),
    "Markdown, packed": ("gauges.md.gz", gzip.compress((YAML + MARKDOWN).encode()), ""),
}


def read_entries(site: Path) -> list[Entry]:
    """Make the entries of all records of a site, and assert that nothing is wrong with them."""
    config = load_config(site / "feedpub.toml")
    collection = collect(config, NOW)
    maker = EntryMaker(config, collection.names, make_measurer(config, NOW))
    entries = [
        entry
        for candidate in collection.versions
        for _, entry in maker.make_all(
            candidate.origin.file, {candidate.origin.position: candidate}
        )
        if entry is not None
    ]
    assert sort_problems(collection.problems, maker.log) == ()
    return entries


@pytest.mark.parametrize("form", FORMS)
def test_article_gives_the_same_entry_in_every_form(tmp_path: Path, form: str) -> None:
    name, content, settings = FORMS[form]
    files = {
        f"sources/{name}": content,
        "pictures/gauge.jpg": PICTURE,
        "archive_reader.py": READER,
    }
    site = make_site(tmp_path, files, TOML + settings)
    (entry,) = read_entries(site)
    found, expected = msgspec.structs.asdict(entry), msgspec.structs.asdict(EXPECTED)
    for field in expected:
        assert found[field] == expected[field], field
