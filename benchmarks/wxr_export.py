"""Measure a build of a large WordPress export; run as `python -m benchmarks.wxr_export`.

Beside it stands lxml's iterparse over the same file, which finds the items and does nothing with
them. Nothing is asserted.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import click

from benchmarks.corpus import SITE
from benchmarks.run import Cost, run_child

CONFIG = f'{SITE}\n[[source]]\npath = "export.xml"\n'
HEAD = """\
<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Example Voice</title><link>https://news.example.com</link>
<wp:author><wp:author_login>anna</wp:author_login>
<wp:author_display_name>Anna Berg</wp:author_display_name></wp:author>
"""
POST = """\
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
PICTURE = """\
<item><title>picture</title><link>https://news.example.com/picture-{number}/</link>
<wp:post_id>{number}</wp:post_id><wp:status>inherit</wp:status>
<wp:post_type>attachment</wp:post_type>
<wp:attachment_url>https://news.example.com/wp-content/uploads/2020/05/{number}.jpg</wp:attachment_url>
</item>
"""
BODY = "\n\n".join(
    "Words of a paragraph that goes on for a while, as they do. " * 4 for _ in range(6)
)
ITERPARSE = """\
import sys
from lxml import etree
for _, element in etree.iterparse(sys.argv[1], tag="item", huge_tree=True):
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]
"""


def write_export(folder: Path, count: int) -> Path:
    """Write an export of posts, each with a picture that follows all of them."""
    folder.joinpath("feedpub.toml").write_text(CONFIG, encoding="utf-8")
    path = folder / "export.xml"
    with path.open("w", encoding="utf-8") as stream:
        stream.write(HEAD)
        for number in range(count):
            stream.write(
                POST.format(
                    number=number,
                    minute=number % 60,
                    section=number % 200,
                    picture=count + number,
                    body=BODY,
                )
            )
        for number in range(count, 2 * count):
            stream.write(PICTURE.format(number=number))
        stream.write("</channel></rss>\n")
    return path


def tell(label: str, cost: Cost, beside: Cost) -> None:
    """Print the cost of a program, and its seconds beside those of another."""
    ratio = cost.seconds / beside.seconds
    click.echo(f"{label:<18}{cost.seconds:>8.2f} s{cost.peak / 1e6:>7.0f} MB{ratio:>7.1f} x")


@click.command()
@click.option("--articles", default=100_000, show_default=True)
def main(articles: int) -> None:
    """Build an export, and print the seconds and peak MB beside iterparse."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # By a child, to keep this process small: Linux counts its peak as that of its children.
        code = (
            "import sys; from pathlib import Path; from benchmarks.wxr_export import write_export"
        )
        run = f"{code}; write_export(Path(sys.argv[1]), int(sys.argv[2]))"
        run_child((sys.executable, "-c", run, str(folder), str(articles)))
        path = folder / "export.xml"
        click.echo(f"{2 * articles:,} items, {path.stat().st_size / 1e6:,.0f} MB")
        plain = run_child((sys.executable, "-c", ITERPARSE, str(path)))
        tell("iterparse alone", plain, plain)
        toml = str(folder / "feedpub.toml")
        build = run_child((sys.executable, "-m", "feedpub", "build", "-q", "-c", toml))
        tell("build", build, plain)


if __name__ == "__main__":
    main()
