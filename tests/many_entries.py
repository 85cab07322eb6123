"""Feeds of many entries that are written alike, and values that make them odd or wrong."""

from __future__ import annotations

import re

import pytest

from feedpub.lint import Finding, lint_feed, xml_feed

DECLARATION = "<?xml version='1.0' encoding='UTF-8'?>\n"
COUNT = 40
RSS = (
    DECLARATION + '<rss xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" version="2.0">\n<channel>\n'
    "<!-- For readers of <feeds>. --><title>Lighthouse</title><link>https://l.example/</link>\n"
    "<description>Lights &amp; lamps</description><language>en</language>\n{}</channel>\n</rss>\n"
)
ITEM = """<item><title>Lamp {n} &amp; oil</title><link>https://l.example/{n}?a=1&amp;b=2</link>
<description>&lt;p&gt;&lt;a href="/lamp/{n}"&gt;Lamp&lt;/a&gt; {n}&lt;/p&gt;</description>
<content:encoded>&lt;img src="https://l.example/{n}.png"&gt;</content:encoded>
<guid isPermaLink="false">tag:l.example,2020:{n}</guid><category>Lamps</category>
<enclosure url="https://l.example/{n}.mp3" length="{n}1" type="audio/mpeg"/>
<dc:creator>Mira Tallow</dc:creator><pubDate>Mon, 25 May 2020 02:{n:02}:00 +0800</pubDate>
<atom:updated>2020-05-25T02:{n:02}:00+08:00</atom:updated><itunes:duration>1:{n:02}</itunes:duration>
<media:content url="https://l.example/{n}.jpg" medium="image" fileSize="{n}7" width="40">
<media:description type="plain">Lamp {n}</media:description>
<media:credit role="reporter">Bo</media:credit>
</media:content><media:hash algo="md5">dfdec888b72151965a34b4b59031290a</media:hash></item>
"""
ATOM = (
    DECLARATION + '<feed xmlns="http://www.w3.org/2005/Atom" '
    'xmlns:media="http://search.yahoo.com/mrss/" xml:lang="en">\n'
    "<id>tag:l.example,2020:feed</id><title>Lighthouse</title>"
    "<updated>2020-05-25T02:00:00Z</updated><author><name>Lighthouse</name></author>\n{}</feed>\n"
)
ENTRY = """<entry><id>tag:l.example,2020:{n}</id><title>Lamp {n}</title>
<updated>2020-05-25T02:{n:02}:00+08:00</updated><author><name>Mira &lt;Tallow&gt;</name></author>
<content type="html">&lt;p&gt;Lamp {n}&lt;/p&gt;</content><summary>Lamp {n}</summary>
<link href="https://l.example/{n}" rel="alternate" type="text/html"/><category term="Lamps"/>
<link href="https://l.example/{n}.jpg" rel="enclosure" type="image/jpeg" length="{n}9"/>
<published>2020-05-24T02:{n:02}:00Z</published><rights type="text">Mira {n}</rights>
<media:content url="https://l.example/{n}.jpg" medium="image" type="image/jpeg"/></entry>
"""
FEEDS = {"rss": (RSS, ITEM), "atom": (ATOM, ENTRY)}
# What the texts and attributes of an entry become. Some have an error in one place, and some in
# none: they are odd to who reads them without a parser.
VALUES = """
https://l.example/2|http://|/lamp|l.example|a:[|isbn:12[3|tag:l.example,2020:2|tag:x|urn:uuid:1
https://l.example/%|https://l.example/é|https://l.example/a b|ftp://l.example|false|true|other
2020-05-25T02:00:00Z|2020-02-30T02:00:00Z|2020-05-31T02:00:00Z|2020-05-25|0000-01-01T00:00:00Z
2020-05-25T24:00:00Z|2020-05-25T02:00:60Z|Tue, 25 May 2020 02:00:00 +0800|Lamp
Mon, 25 May 2020 02:00:00 +0800|Mon, 25 May 2020 25:00:00 +0800|Mon, 31 Feb 2020 02:00:00 GMT
25 May 2020 02:00 EST|Mon, 25 May 2020 02:00:00 +0899|Mon, 25 May 2020 02:00:00 +2400
-1|0|12|1e5|9999999999999999999|en|jp|image|image/jpeg|image/|text/html|html|xhtml|text
&lt;a href="/a b"&gt;|&lt;a href="/a"&gt;|&amp;amp;|&amp;lt;|&#32;|&#10;|&nbsp;|&|&amp|&#0;|&lt
]]>|>|a > b|'|<![CDATA[Lamp]]>|<!-- Lamp -->|<?lamp?>|<b/>|<b>Lamp</b>|</b>|xmlns|<item>|<entry/>
alternate|enclosure|self|replies|related|http://www.iana.org/assignments/relation/self
md5|sha-1|aaaa|dfdec888b72151965a34b4b590312900|reporter|Author|plain|1:02:03|1:2:3:4|100%
"""
ODD = ("", " ", "\n", "\t", "\r\n", "\r", " Lamp", "Lamp\n", "\x85", "\u3000", "\ufeff", "\x01")
POOL = (
    *re.split(r"[|\n]", VALUES.strip()),
    *ODD,
    "\ufffe",
    "\U0001f4a7",
    '"',
    '" a="',
    "<",
    "x" * 300,
)


def make_feed(form: str, count: int = COUNT) -> tuple[str, list[str]]:
    """Make the frame of a feed, and entries that differ in their values alone."""
    frame, entry = FEEDS[form]
    return frame, [entry.format(n=number) for number in range(10, 10 + count)]


def fill(frame: str, entries: list[str]) -> bytes:
    return frame.replace("{}", "".join(entries)).encode("utf-8", "surrogatepass")


def lint_wholly(content: bytes) -> tuple[Finding, ...]:
    """Find the errors of a feed by walking all of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xml_feed, "cut_known", lambda *_: None)
        return lint_feed(content, errors_alone=True)
