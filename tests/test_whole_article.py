"""One article with everything in it: the same to a reader from each form that it may have."""

from __future__ import annotations

import io
import json
import wave
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from lxml import etree, html

from feedpub.markup import read_body_text
from support import STANDARD_TOML, make_image, make_site, run_cli

TITLE = "The crane of Pilot Quay turns again"
MEDIA = "{http://search.yahoo.com/mrss/}"
PLACE = "https://news.example.com/quay/crane/"
TOML = STANDARD_TOML.replace(
    "[[source]]", 'formats = ["rss", "atom", "json", "html"]\n\n[[source]]'
).replace("Asia/Shanghai", "Europe/Lisbon")
FILM = "https://www.youtube.com/watch?v=abcDEF_1234"


def make_sound(seconds: int) -> bytes:
    held = io.BytesIO()
    with wave.open(held, "wb") as sound:
        sound.setparams((1, 1, 8_000, 0, "NONE", ""))
        sound.writeframes(bytes(8_000 * seconds))
    return held.getvalue()


# What lies beside the article: four pictures of different kinds, and a sound.
FILES = {
    "bell.wav": make_sound(7),
    "crane.png": make_image("PNG", 640, 400),
    "quay.jpg": make_image("JPEG", 800, 500, shade=40),
    "rope.webp": make_image("WEBP", 480, 320, shade=80),
    "hook.gif": make_image("GIF", 420, 280, shade=120),
}
LEAD = "The old crane of Pilot Quay turned on Friday for the first time in nine years."
HEAD = {
    "title": TITLE,
    "section": "Quay",
    "published": "2020-05-22T10:00:00+01:00",
    "link": PLACE,
}
MARKDOWN = f"""\
---
title: {TITLE}
section: Quay
published: 2020-05-22T10:00:00+01:00
link: {PLACE}
---

{LEAD}

![The crane at dawn](crane.png "It weighs 40 tons.")

Its rope[^1] is new, says the [harbor office](https://harbor.example/office).

{{{{< youtube abcDEF_1234 >}}}}

<audio controls src="bell.wav" title="The bell of the quay"></audio>

## What it lifts

| Load | Tons |
| --- | --- |
| Stone | 12 |
| Cork | 3 |

![The quay](quay.jpg "Boats wait below.")

- first the stone
- then the cork

```
turn("left") < 90 && stop()
```

![A rope](rope.webp "The rope is of hemp.")

<p dir="rtl">الرافعة القديمة تدور من جديد.</p>

![The hook](hook.gif "The hook holds.")

It turns on Sundays too.

[^1]: Made in Yeting.
"""


def figure(name: str, alt: str, caption: str) -> str:
    return f'<figure><img src="{name}" alt="{alt}"><figcaption>{caption}</figcaption></figure>'


def write_markup(footnote: str, notes: str, film: str, late: str) -> str:
    """Write the body as HTML, with a mark, notes, a film and a late image as a system has them."""
    return "\n".join(
        (
            f"<p>{LEAD}</p>",
            figure("crane.png", "The crane at dawn", "It weighs 40 tons."),
            f"<p>Its rope{footnote} is new, says the "
            '<a href="https://harbor.example/office">harbor office</a>.</p>',
            film,
            '<audio controls src="bell.wav" title="The bell of the quay"></audio>',
            "<h2>What it lifts</h2>",
            "<table><thead><tr><th>Load</th><th>Tons</th></tr></thead><tbody>"
            "<tr><td>Stone</td><td>12</td></tr><tr><td>Cork</td><td>3</td></tr></tbody></table>",
            figure("quay.jpg", "The quay", "Boats wait below."),
            "<ul><li>first the stone</li><li>then the cork</li></ul>",
            '<pre><code>turn("left") &lt; 90 &amp;&amp; stop()\n</code></pre>',
            late.format("rope.webp", "A rope", "The rope is of hemp."),
            '<p dir="rtl">الرافعة القديمة تدور من جديد.</p>',
            figure("hook.gif", "The hook", "The hook holds."),
            "<p>It turns on Sundays too.</p>",
            notes,
        )
    )


FRAME = '<iframe src="https://www.youtube.com/embed/abcDEF_1234" title="{}"></iframe>'
NOTES = '<hr><ol><li id="fn1"><p>Made in Yeting. <a href="#ref1">↩︎</a></p></li></ol>'
LATE = (
    '<figure><img src="data:image/gif;base64,R0" data-src="{0}" alt="{1}">'
    '<noscript><img src="{0}" alt="{1}"></noscript><figcaption>{2}</figcaption></figure>'
)
MARK = '<sup id="ref1"><a href="#fn1">1</a></sup>'
UNSEEN = '<p hidden>Not for readers.</p><span class="sr-only">Skip this.</span>'
MARKUP = write_markup(MARK, UNSEEN + NOTES, FRAME.format(""), LATE)
PAGE = f"""\
<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{TITLE} - Example Voice</title>
<link rel="canonical" href="{PLACE}">
<meta property="article:section" content="Quay">
<meta property="article:published_time" content="2020-05-22T10:00:00+01:00"></head>
<body><nav><a href="/">Home</a></nav><article><h1>{TITLE}</h1>
{MARKUP}
</article><footer>© Example Voice</footer></body></html>
"""
WORDPRESS = [
    {
        "id": 7,
        "date": "2020-05-22T10:00:00",
        "date_gmt": "2020-05-22T09:00:00",
        "modified_gmt": "2020-05-22T09:00:00",
        "guid": {"rendered": f"{PLACE}?p=7"},
        "slug": "crane",
        "status": "publish",
        "type": "post",
        "link": PLACE,
        "title": {"rendered": TITLE},
        "content": {"rendered": MARKUP, "protected": False},
        "excerpt": {"rendered": "", "protected": False},
        "_embedded": {
            "wp:term": [[{"id": 2, "name": "Quay", "slug": "quay", "taxonomy": "category"}]]
        },
    }
]
FORMS = {
    "Markdown": {"sources/crane.md": MARKDOWN},
    "JSON": {"sources/crane.json": json.dumps({"id": "crane", **HEAD, "content_html": MARKUP})},
    "HTML page": {"sources/crane.html": PAGE},
    "WordPress": {"sources/posts.json": json.dumps(WORDPRESS)},
}


class Article(NamedTuple):
    """What a reader of a feed sees of an article."""

    title: str
    url: str
    summary: str
    text: str
    links: list[tuple[str | None, str]]
    images: list[tuple[str | None, list[str]]]
    recordings: list[tuple[str | None, str | None]]
    code: list[str]
    rows: list[list[str]]
    right_to_left: list[str]


def read_article(folder: Path, files: Mapping[str, str]) -> Article:
    """Build the article, and list what a reader of its feed sees."""
    beside = {f"sources/{name}": content for name, content in FILES.items()}
    site = make_site(folder, {**files, **beside}, TOML)
    done = run_cli(site, "build")
    assert done.exit_code == 0 and "warning" not in done.stderr
    (item,) = json.loads((site / "feeds" / "all.json").read_text())["items"]
    body = html.fragment_fromstring(item["content_html"], create_parent="div")
    return Article(
        title=item["title"],
        url=item["url"],
        summary=item["summary"],
        text=read_body_text(item["content_html"]),
        links=[(_name_place(link), str(link.text_content())) for link in body.iter("a")],
        images=[
            (image.get("alt"), [str(one.text_content()) for one in figure.iter("figcaption")])
            for figure in body.iter("figure")
            for image in figure.iter("img")
        ],
        recordings=[
            (media.get("medium"), media.findtext(f"{MEDIA}title"))
            for media in etree.parse(site / "feeds" / "all.rss").iter(f"{MEDIA}content")
            if media.get("medium") != "image"
        ],
        code=[str(code.text_content()).strip() for code in body.iter("pre")],
        rows=[[str(cell.text_content()) for cell in row] for row in body.iter("tr")],
        right_to_left=[str(one.text_content()) for one in body.iter("p") if one.get("dir")],
    )


def _name_place(link: html.HtmlElement) -> str | None:
    """Name where a link leads; WordPress names files by their addresses, and others lie beside."""
    href = link.get("href") or ""
    is_own = href.startswith("https://news.example.com/") and href.endswith(".wav")
    return "a sound of the site" if is_own else href


@pytest.mark.parametrize("form", ["JSON", "HTML page", "WordPress"])
def test_an_article_is_the_same_from_each_form(tmp_path: Path, form: str) -> None:
    expected = read_article(tmp_path / "markdown", FORMS["Markdown"])
    found = read_article(tmp_path / "other", FORMS[form])
    for name, value, wanted in zip(found._fields, found, expected, strict=True):
        assert value == wanted, name


def test_nothing_of_the_article_is_lost(tmp_path: Path) -> None:
    found = read_article(tmp_path, FORMS["Markdown"])
    assert (found.title, found.url) == (TITLE, PLACE)
    assert found.summary.startswith(f"{LEAD} Its rope[1] is new")
    office, film, bell = found.links
    assert [office[0], film[0]] == ["https://harbor.example/office", FILM]
    assert bell == ("a sound of the site", "The bell of the quay")
    assert found.recordings == [("audio", "The bell of the quay")]
    enclosed = json.loads((tmp_path / "feeds" / "all.json").read_text())["items"][0]["attachments"]
    assert [(one["mime_type"], one.get("duration_in_seconds")) for one in enclosed] == [
        ("image/png", None),
        ("image/jpeg", None),
        ("image/webp", None),
        ("image/gif", None),
        ("audio/wav", 7),
    ]
    assert found.images == [
        ("The crane at dawn", ["It weighs 40 tons."]),
        ("The quay", ["Boats wait below."]),
        ("A rope", ["The rope is of hemp."]),
        ("The hook", ["The hook holds."]),
    ]
    assert found.code == ['turn("left") < 90 && stop()']
    assert found.rows == [["Load", "Tons"], ["Stone", "12"], ["Cork", "3"]]
    assert found.right_to_left == ["الرافعة القديمة تدور من جديد."]
    assert "Made in Yeting." in found.text
