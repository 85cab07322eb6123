"""Articles that break careless feeds, and what every reader is to show of them, by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from suites.interop.readers import Shown

TAG = "tag:news.example.com,2020:"
SITE = "https://news.example.com/"
NOON = "2020-05-25T12:00:00+08:00"
LONG_WORD = "Überlänge "
# 100 kB of text and of markup, in paragraphs with all that XML and HTML escape.
LONG_BODY = "<p>Tea &amp; <em>silk</em> ]]&gt; 𠮷 👩‍👩‍👧‍👦 &lt;b&gt;</p>" * 1600

# A title as a record has it, and as it is to be shown.
_TITLES: tuple[tuple[str, str], ...] = (
    ("Fish &amp; chips: <b>half</b> price", "Fish & chips: half price"),
    ("Fish &amp;amp;amp; chips", "Fish & chips"),
    ("1 < 2, 3 > 2 & 4 != 5", "1 < 2, 3 > 2 & 4 != 5"),
    ("A <new> era, <i>so</i> to say </new>", "A <new> era, so to say </new>"),
    ("AT&T, R&D, &c; and &unknown;", "AT&T, R&D, &c; and &unknown;"),
    ("\"Quoted\" 'twice' ]]> and on", "\"Quoted\" 'twice' ]]> and on"),
    ("<script>alert(1)</script> & co", "alert(1) & co"),
    ("Bell\x07 \x00tab\tnew\nline \ud800lone\udc00 \ufffe\uffff end", "Bell tab new line lone end"),
    ("Spaces   \u3000 of   many kinds  ", "Spaces of many kinds"),
    ("𠮷野家 𪚥 龘 \U00020bb7\U0002a6a5", "𠮷野家 𪚥 龘 𠮷𪚥"),
    ("👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 🇨🇳 ☕️", "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 🇨🇳 ☕️"),
    ("שלום עולם, 2020", "שלום עולם, 2020"),
    ("مرحبا \u200fبالعالم\u200f (تجربة)", "مرحبا \u200fبالعالم\u200f (تجربة)"),
    ("\U0001fffe noncharacter beyond \U0010ffff", "noncharacter beyond"),
    ("Cafe\u0301 and café", "Cafe\u0301 and café"),
    (LONG_WORD * 1000, (LONG_WORD * 1000).strip()),
    ("%s {0} $x \\n `id`", "%s {0} $x \\n `id`"),
)
# A link as a record has it, and as it is to be shown.
_LINKS: tuple[tuple[str, str], ...] = (
    ("/a?p=1&q=2;r=3#top", f"{SITE}a?p=1&q=2;r=3#top"),
    ("/a?x=1&copy=2&lt=3&not=4&amp=5", f"{SITE}a?x=1&copy=2&lt=3&not=4&amp=5"),
    ("https://news.example.com:443/a", f"{SITE}a"),
    ("https://news.example.com/a&amp;b?c=1&lt;d=2", f"{SITE}a&amp%3Bb?c=1&lt%3Bd=2"),
    ("//cdn.example.com/新闻/茶", "https://cdn.example.com/%E6%96%B0%E9%97%BB/%E8%8C%B6"),
    ("https://例え.example/a b?c d", "https://xn--r8jz45g.example/a%20b?c%20d"),
    ("HTTP://News.Example.COM:8080/Q'(x)'!*", "http://news.example.com:8080/Q'(x)'!*"),
    ('/"<>^`{|}', f"{SITE}%22%3C%3E%5E%60%7B%7C%7D"),
    ("/100%/%zz/%41/%E8%8C%B6", f"{SITE}100%25/%25zz/%41/%E8%8C%B6"),
    ("http://[::1]:8080/a", "http://[::1]:8080/a"),
    ("/" + "long/" * 400, SITE + "long/" * 400),
    ("?p=12", f"{SITE}?p=12"),
)
# An id as a record has it, and as it is to be shown.
_IDS: tuple[tuple[str, str], ...] = (
    ("a b/茶?#&<", f"{TAG}a%20b/%E8%8C%B6%3F%23%26%3C"),
    ("urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a",) * 2,
    ("https://old.example.com/?p=12&q=3", "https://old.example.com/?p=12&q=3"),
    ("tag:old.example.com,2001:x", "tag:old.example.com,2001:x"),
)
# Published and updated as a record has them, and the instant that is to be shown.
_TIMES: tuple[tuple[str | None, str, str], ...] = (
    (None, "2020-05-25", "2020-05-24T16:00:00Z"),
    ("2020-05-24", "2020-05-25 09:00", "2020-05-23T16:00:00Z"),
    ("2020-05-24T23:59:59-11:00", "2020-05-25T12:00:00Z", "2020-05-25T10:59:59Z"),
    (None, "1970-01-01T00:00:01Z", "1970-01-01T00:00:01Z"),
    (None, "2020-02-29T23:59:59.999Z", "2020-02-29T23:59:59Z"),
    (None, "2025-12-31T23:59:59Z", "2025-12-31T23:59:59Z"),
    (None, "1986-05-04T02:30:00+08:00", "1986-05-03T18:30:00Z"),  # summer time in Shanghai
)
# An image elsewhere as a record declares it, and where it is to be shown.
_IMAGES: tuple[tuple[str, str], ...] = (
    ("https://img.example.com/a b.jpg?x=1&y=2", "https://img.example.com/a%20b.jpg?x=1&y=2"),
    ("https://img.example.com/图.jpg", "https://img.example.com/%E5%9B%BE.jpg"),
    ("//img.example.com/'q'.jpg", "https://img.example.com/'q'.jpg"),
)


def list_articles() -> list[tuple[Mapping[str, object], Shown]]:
    """List the records, and what is to be shown of each."""
    articles = []
    for number, (given, title) in enumerate(_TITLES):
        articles.append(_make(f"title-{number}", {"title": given}, title=title))
    for number, (given, link) in enumerate(_LINKS):
        articles.append(_make(f"link-{number}", {"link": given}, link=link))
    for number, (given, id) in enumerate(_IDS):
        articles.append(_make(f"id-{number}", {"id": given}, id=id))
    for number, (published, updated, instant) in enumerate(_TIMES):
        times = {"published": published, "updated": updated}
        articles.append(_make(f"time-{number}", times, instant=_seconds(instant)))
    for number, (source, url) in enumerate(_IMAGES):
        image = {"src": source, "type": "image/jpeg", "length": 1234, "caption": "<b> & ]]>"}
        articles.append(
            _make(
                f"image-{number}",
                {"images": [image, {**image, "src": f"https://img.example.com/{number}.jpg"}]},
                enclosure_url=url,
                enclosure_type="image/jpeg",
                enclosure_length=1234,
            )
        )
    articles.append(_make("body", {"content_html": LONG_BODY}))
    return articles


def _make(
    key: str, given: Mapping[str, object], **shown: str | int
) -> tuple[Mapping[str, object], Shown]:
    record: dict[str, object] = {
        "id": key,
        "title": f"Story {key}",
        "link": f"/{key}.html",
        "section": "Hard",
        "updated": NOON,
        "content_html": "<p>Tea &amp; silk ]]&gt;</p>",
        **given,
    }
    usual: dict[str, str | int] = {
        "id": TAG + key,
        "title": f"Story {key}",
        "link": f"{SITE}{key}.html",
        "instant": _seconds(NOON),
    }
    return record, msgspec.convert({**usual, **shown}, Shown)


def _seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())
