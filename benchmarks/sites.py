"""Write the sites that are measured; run as `python -m benchmarks.sites KIND FOLDER COUNT`.

A process of its own writes them: Linux counts the peak of a process as that of its children, too.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from benchmarks.corpus import CONFIG_NAME, RECORDS_NAME, SITE, make_articles, write_corpus
from benchmarks.floor import parse_time

HTML = 'formats = ["rss", "atom", "html"]\n'
SENTENCE = "The harbor wall was mended again this week. "
REMOTE = 'remote_images = "measure"\nallow_loopback = true\n'
HOSTS = 16
SHOWN_PAGES = 500  # in ten sections of fifty
PAGE = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title} | Example Voice</title>
<link rel="canonical" href="https://news.example.com/{number}.html">
<meta property="og:type" content="article"><meta property="og:title" content="{title}">
<meta property="article:section" content="Harbor {section}">
<meta property="article:published_time" content="{time}">
<meta name="author" content="{author}">
</head><body><header><nav><ul>{links}</ul></nav></header>
<main><article><h1>{title}</h1><p class="byline">By {author}</p>
<time datetime="{time}">{time}</time>
{body}
</article><aside><h2>More from the harbor</h2><ul>{links}</ul></aside></main>
<footer><p>Example Voice is written in a town by the sea.</p></footer></body></html>
"""
WXR_HEAD = """\
<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Example Voice</title><link>https://news.example.com</link>
<wp:author><wp:author_login>anna</wp:author_login>
<wp:author_display_name>Anna Berg</wp:author_display_name></wp:author>
"""
WXR_POST = """\
<item><title><![CDATA[Article {number}]]></title>
<link>https://news.example.com/2020/05/article-{number}/</link>
<pubDate>Mon, 25 May 2020 02:32:00 +0000</pubDate><dc:creator><![CDATA[anna]]></dc:creator>
<guid isPermaLink="false">https://news.example.com/?p={number}</guid>
<content:encoded><![CDATA[{body}]]></content:encoded><excerpt:encoded><![CDATA[]]></excerpt:encoded>
<wp:post_id>{number}</wp:post_id><wp:post_date_gmt>2020-05-25 02:{minute:02}:00</wp:post_date_gmt>
<wp:post_name>article-{number}</wp:post_name><wp:status>publish</wp:status>
<wp:post_type>post</wp:post_type>
<category domain="category" nicename="s"><![CDATA[Section {section}]]></category>
<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key>
<wp:meta_value>{picture}</wp:meta_value></wp:postmeta></item>
"""
WXR_PICTURE = """\
<item><title>picture</title><link>https://news.example.com/picture-{number}/</link>
<wp:post_id>{number}</wp:post_id><wp:status>inherit</wp:status>
<wp:post_type>attachment</wp:post_type>
<wp:attachment_url>https://news.example.com/wp-content/uploads/2020/05/{number}.jpg</wp:attachment_url>
</item>
"""

HUGO = """\
baseURL = "https://news.example.com/"
title = "Example Voice"
disableKinds = ["taxonomy", "term", "robotsTXT", "sitemap", "404"]
services.rss.limit = 50
[outputs]
home = ["RSS", "ATOM"]
section = ["RSS", "ATOM"]
page = []
[outputFormats.ATOM]
mediaType = "application/atom+xml"
baseName = "index"
[mediaTypes."application/atom+xml"]
suffixes = ["atom"]
"""
HUGO_ATOM = """\
{{ printf "<?xml version=\\"1.0\\" encoding=\\"utf-8\\"?>" | safeHTML }}
<feed xmlns="http://www.w3.org/2005/Atom"><id>{{ .Permalink }}</id>
<title>{{ .Title }}</title><updated>{{ .Lastmod.Format "2006-01-02T15:04:05Z07:00" }}</updated>
{{ range first 50 .RegularPages.ByDate.Reverse }}<entry><id>{{ .Permalink }}</id>
<title>{{ .Title }}</title><link href="{{ .Permalink }}"/>
<updated>{{ .Lastmod.Format "2006-01-02T15:04:05Z07:00" }}</updated>
<author><name>{{ .Params.author }}</name></author><summary>{{ .Params.summary }}</summary>
<content type="html">{{ .Content | html }}</content></entry>
{{ end }}</feed>
"""


def write_config(folder: Path, settings: str = "", path: str = "sources") -> Path:
    """Write the configuration of a site, and make the folder of its sources."""
    (folder / "sources").mkdir(parents=True, exist_ok=True)
    text = f'{SITE}{settings}\n[[source]]\npath = "{path}"\nallow_empty = true\n'
    (folder / CONFIG_NAME).write_text(text, encoding="utf-8")
    return folder / "sources"


def write_article(folder: Path, number: int, text: str = SENTENCE * 70) -> None:
    """Write an article as a file of JSON, in one of 100 folders; a later one is newer."""
    day, minute = divmod(number % 40_000, 1440)
    record = {
        "id": str(number),
        "title": f"Wall report {number}",
        "section": f"Harbor {number % 20}",
        "updated": f"2020-05-{1 + day:02d}T{minute // 60:02d}:{minute % 60:02d}:00+08:00",
        "content_text": text,
    }
    path = folder / "sources" / f"{number % 100:02d}" / f"{number}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record))


def write_records(folder: Path, count: int) -> None:
    """Write one file of JSON Lines."""
    write_corpus(folder, count=count)


def write_hugo(folder: Path, count: int) -> None:
    """Write the articles of the corpus as Hugo reads them, a file each."""
    layouts = folder / "layouts" / "_default"
    layouts.mkdir(parents=True)
    (folder / "hugo.toml").write_text(HUGO)
    (layouts / "list.atom.atom").write_text(HUGO_ATOM)
    for article in make_articles(count):
        section = article["section"]
        name = section[0] if isinstance(section, list) else str(section)
        written = str(article.get("datePublished", article["dateModified"]))
        head = {
            "title": article["headline"],
            "date": parse_time(written).isoformat(),
            "author": article["author"],
            "summary": article["description"],
            "categories": article["keywords"],
        }
        place = folder / "content" / name.lower().replace(" ", "-")
        place.mkdir(parents=True, exist_ok=True)
        text = f"{json.dumps(head)}\n\n{article['content_html']}\n"
        (place / f"{article['id']}.html").write_text(text, encoding="utf-8")


def write_nothing(folder: Path, count: int) -> None:
    """Write a site without articles."""
    del count
    write_config(folder)


def write_files(folder: Path, count: int, settings: str = "") -> None:
    """Write a file of JSON an article."""
    write_config(folder, settings)
    for number in range(count):
        write_article(folder, number)


def write_site_of_pages(folder: Path, count: int) -> None:
    """Write files of JSON, each of which gets a page of its own."""
    write_files(folder, count, HTML)


def write_html(folder: Path, count: int) -> None:
    """Write HTML pages of 7 kB."""
    sources = write_config(folder)
    links = "".join(
        f'<li class="item"><a href="/harbor/{n}.html">What the harbor told us, part {n}</a></li>\n'
        for n in range(20)
    )
    for number, article in enumerate(make_articles(count)):
        minutes = number % 40_000
        values = {
            "number": number,
            "section": number % 10,
            "title": article["headline"],
            "author": article["author"],
            "body": article["content_html"],
            "time": f"2020-{1 + minutes // 20_160:02d}-{1 + minutes // 1440 % 14:02d}"
            f"T{minutes // 60 % 24:02d}:{minutes % 60:02d}:00+08:00",
            "links": links,
        }
        path = sources / f"{number % 100:02d}" / f"{number}.html"
        path.parent.mkdir(exist_ok=True)
        path.write_text(PAGE.format_map(values), encoding="utf-8")


def write_markdown(folder: Path, count: int) -> None:
    """Write files of Markdown with a head, a thousand in each folder."""
    sources = write_config(folder)
    for number in range(count):
        place = sources / str(number // 1000)
        place.mkdir(exist_ok=True)
        day = f"2020-{number % 12 + 1:02}-{number % 28 + 1:02}T10:{number % 60:02}:00Z"
        head = f"---\ntitle: Lock story {number}\nsection: S{number % 200}\ndate: {day}\n---\n"
        (place / f"s{number}.md").write_text(f"{head}{SENTENCE * 40}\n", encoding="utf-8")


def write_wxr(folder: Path, count: int) -> None:
    """Write an export of WordPress: posts, each with a picture that follows all of them."""
    write_config(folder, path="export.xml")
    body = "\n\n".join([SENTENCE * 5] * 6)
    with (folder / "export.xml").open("w", encoding="utf-8") as stream:
        stream.write(WXR_HEAD)
        for number in range(count):
            values = {"number": number, "minute": number % 60, "section": number % 200}
            stream.write(WXR_POST.format(picture=count + number, body=body, **values))
        for number in range(count, 2 * count):
            stream.write(WXR_PICTURE.format(number=number))
        stream.write("</channel></rss>\n")


def write_images(folder: Path, images: Iterable[str], settings: str = "") -> None:
    """Write short articles with an image each, all of them shown."""
    sources = write_config(folder, f"{settings}limit = 100000\n")
    with (sources / RECORDS_NAME).open("w", encoding="utf-8") as stream:
        for number, image in enumerate(images):
            record = {
                "id": number,
                "title": f"Article {number}",
                "section": f"Section {number % 20}",
                "updated": "2020-05-25",
                "content_text": "A line.",
                "image": image,
            }
            stream.write(json.dumps(record) + "\n")


def write_local_images(folder: Path, count: int) -> None:
    """Write articles with an image beside them, each image another."""

    from PIL import Image as Pictures

    def list_images() -> Iterator[str]:
        for number in range(count):
            shade = (number % 256, number // 256 % 256, 77)
            held = io.BytesIO()
            Pictures.new("RGB", (400, 300), shade).save(held, "JPEG")
            (folder / "sources" / f"{number}.jpg").write_bytes(held.getvalue())
            yield f"{number}.jpg"

    write_images(folder, list_images())


def write_remote_images(folder: Path, count: int) -> None:
    """Write articles whose images servers have; their port is in the file `port` of the folder."""
    port = (folder / "port").read_text()
    urls = (f"http://127.0.0.{n % HOSTS + 1}:{port}/{n}.jpg" for n in range(count))
    write_images(folder, urls, REMOTE)


KINDS: Mapping[str, Callable[[Path, int], None]] = {
    "records": write_records,
    "hugo": write_hugo,
    "nothing": write_nothing,
    "files": write_files,
    "site-pages": write_site_of_pages,
    "html": write_html,
    "markdown": write_markdown,
    "wxr": write_wxr,
    "local-images": write_local_images,
    "remote-images": write_remote_images,
}


if __name__ == "__main__":
    KINDS[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))
