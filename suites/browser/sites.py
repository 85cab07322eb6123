"""The sites that the browser looks at: the sample, and others.

One reads from right to left, one is hard to show, and one has an article with everything in it.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from PIL import Image as Pictures

from feedpub import build, load_config
from test_whole_article import FILES, FORMS, TOML

PROJECT = Path(__file__).parents[2]
NOW = datetime(2026, 1, 1, tzinfo=UTC)

_TOML = """\
[site]
title = "{title}"
link = "https://news.example.com/"
timezone = "{zone}"
tag = "news.example.com,2020"
language = "{language}"
description = "{description}"
author = "{title}"
formats = ["rss", "atom", "json", "html"]

[[source]]
path = "sources"
images = "pictures"
{more}"""

_ARABIC = (
    {
        "id": "ar/1",
        "title": "جسر الكركي القديم يعود إلى الناس حجرًا حجرًا",
        "section": "أخبار النهر",
        "updated": "2020-05-24 16:40",
        "author": "ليان دو",
        "content_html": "<p>في السادسة من صباح الأحد دفعت خبازة عربة من كعك السمسم فوق الجسر "
        "القديم، وكانت أول من يعبره منذ أربعة عشر شهرًا.</p><h2>كيف رُفع القوس</h2><blockquote>"
        "إذا استقر الحجر فلا شيء يُقال.</blockquote><ul><li>386 حجرًا مرقّمًا</li>"
        "<li>قوس واحد</li></ul><p>The foreman said: <q>It fits</q>.</p>",
        "images": [
            {"src": "bridge.png", "caption": "الجسر قبل رفع السقالات", "credit": "جي لانشي"}
        ],
    },
    {
        "id": "ar/2",
        "title": "العبّارة الجديدة تصل الجزيرة في 38 دقيقة",
        "section": "أخبار النهر",
        "published": "2020-05-22",
        "updated": "2020-05-23 09:05",
        "link": "https://news.example.com/ferry.html",
        "summary": "حملت الرحلة الأولى 214 راكبًا وإحدى عشرة دراجة وكعكة زفاف، ووصلت كلها سالمة.",
        "images": [{"src": "ferry.png", "caption": "العبّارة عند الرصيف"}],
    },
    {
        "id": "ar/3",
        "title": "مدرسة البحر تفتح ثمانين مقعدًا لتعليم السباحة",
        "section": "المدارس",
        "updated": "2020-05-20",
        "content_text": "يتعلم كل طفل من أطفال الساحل السباحة قبل أن يتم التاسعة.",
    },
    {
        "id": "he/1",
        "title": "לוטרות בשוק הדגים, ונשארות לארוחת בוקר",
        "section": "חדשות הנמל",
        "updated": "2020-05-19 07:30",
        "content_text": "הגנבת הגיעה בארבע ועשר דקות, לקחה קרפיון אחד ויצאה דרך הביוב.",
    },
)

OWN_LOOK = """
accent = "#ffe14d"
style = "own.css"
templates = "templates"
footer = { Imprint = "/imprint" }
"""
OWN_FRAME = """{% extends "feedpub/frame.html" %}
{% block head %}
<style>.own { letter-spacing: 7px; }</style>
<script>document.documentElement.dataset.ran = "own";</script>
{% endblock %}
{% block end %}
<aside aria-label="Own"><p class="own" data-title="{{ site.title }}">Own</p></aside>
<script>document.documentElement.dataset.value = "{{ site.title }}";</script>
{% endblock %}
"""

_LANGUAGES = (
    {
        "id": "de",
        "title": "Schleusenwärterhäuschen wird Binnenschifffahrtsmuseum mit Hochwasserschutzanlage",
        "section": "Wasserstraßenangelegenheiten und Hafenwirtschaft",
        "published": "2020-01-24 16:40",
        "updated": "2020-01-24 18:05",
        "author": "Lian Duo",
        "summary": "Die Geschwindigkeitsbegrenzung für Fahrgastschifffahrtsunternehmen bleibt.",
        "content_text": "Der Vizebürgermeister eröffnete das Häuschen am Sonntag.\n\n"
        "Die Rindfleischetikettierungsüberwachungsaufgabenübertragung war kein Thema.",
    },
    {
        "id": "ja",
        "title": "古い水門が「水の博物館」に、川沿いの町で日曜日に公開",
        "section": "港のたより",
        "published": "2020-05-24 09:05",
        "updated": "2020-05-25 18:05",
        "author": "蘭汀新聞",
        "summary": "川沿いの町にある築百年の水門が改修を終え、日曜日から一般に公開される。",
        "content_html": "<p>川沿いの町にある築百年の水門が改修を終え、日曜日から公開される。</p>"
        "<h2>三年がかりの工事</h2><blockquote>石が収まれば、何も言うことはない。</blockquote>",
        "images": [{"src": "bridge.png", "caption": "改修を終えた水門", "credit": "写真：蘭汀"}],
    },
    {
        "id": "hant",
        "title": "古鎮的水上戲臺今晚開演，河邊人家都來聽",
        "section": "河口消息",
        "updated": "2020-05-25 18:05",
        "content_text": "今晚八點，水上戲臺重新開演。",
    },
)

_LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
_TABLE = (
    "<table><caption>Levels</caption><tr>"
    + "".join(f"<th scope='col'>Gauge {number}</th>" for number in range(12))
    + "</tr><tr>"
    + "".join(f"<td>{number * 137} cm</td>" for number in range(12))
    + "</tr></table>"
)
# What sources hold, and what must neither run nor break a page out of its width.
_HARD = (
    {
        "id": "hard/1",
        "title": "Quotes \" and ' and &amp;lt;/script&amp;gt;&amp;lt;script&amp;gt;alert(1)",
        "section": "Wide & Long",
        "updated": "2020-05-24 16:40",
        "author": "\u202eAn author \"onfocus='alert(1)'",
        "content_html": "<h1>A first</h1><p>Text</p><h4>A fourth</h4><p>More</p><h2>A second</h2>"
        f"<p>{_LONG}</p><p><a href='https://example.com/{'long' * 60}'>https://example.com/"
        f"{'long' * 60}</a></p><pre>{'x = ' * 90}</pre>{_TABLE}<img src='wide.png'>"
        "<script>alert(1)</script><p onclick='alert(1)' style='position:fixed'>Plain</p>"
        "<a href='javascript:alert(1)'>a link</a><svg onload='alert(1)'></svg>",
        "images": [{"src": "wide.png"}],
    },
    {
        "id": "hard/2",
        "title": _LONG,
        "section": "Wide & Long",
        "updated": "2020-05-23",
        "link": "https://news.example.com/feeds/javascript:alert(1)",
        "summary": _LONG,
        "images": [{"src": "tall.png", "caption": _LONG, "credit": _LONG}],
        "tags": ["'><script>alert(1)</script>"],
    },
    {
        "id": "hard/3",
        "title": "Kept for subscribers",
        "section": ["Summaries", "Wide & Long"],
        "updated": "2020-05-22",
        "content_text": "The whole of it is not told here.",
    },
)


def build_sample(folder: Path) -> Path:
    """Build the sample site into a folder, and give the folder of its output."""
    config = load_config(PROJECT / "feedpub.toml")
    output = folder / "feeds"
    site = msgspec.structs.replace(config.site, output=str(output))
    build(
        msgspec.structs.replace(
            config,
            path=folder / "feedpub.toml",
            site=site,
            sources=tuple(
                msgspec.structs.replace(source, path=str(config.folder / source.path))
                for source in config.sources
            ),
        ),
        NOW,
    )
    return output


def build_right_to_left(folder: Path) -> Path:
    """Build a site in Arabic with a section in Hebrew."""
    toml = _TOML.format(
        title="صوت الميناء",
        zone="Asia/Dubai",
        language="ar",
        description="أخبار الساحل والنهر وتلال الشاي",
        more='\n[section.harbor]\nname = "חדשות הנמל"\nlanguage = "he"\n',
    )
    pictures = {"bridge.png": (1200, 675), "ferry.png": (900, 1200)}
    return _build(folder, toml, _ARABIC, pictures)


def build_hard(folder: Path) -> Path:
    """Build a site of what is hostile, long and wide."""
    toml = _TOML.format(
        title="Wide </title><b>Voice",
        zone="UTC",
        language="en",
        description="Everything that is too long",
        more='\n[section.summaries]\ncontent = "summary"\n',
    )
    return _build(folder, toml, _HARD, {"wide.png": (2400, 500), "tall.png": (500, 1900)})


def build_words(folder: Path) -> Path:
    """Build a site whose title is a host, with a Chinese and a Japanese headline."""
    toml = _TOML.format(
        title="news.river-voice.example.com",
        zone="Asia/Shanghai",
        language="zh",
        description="Words that must not break",
        more='\n[section.minato]\nname = "港のたより"\nlanguage = "ja"\n',
    )
    record = {
        "id": "1",
        "title": "古镇的水上戏台今晚开演，河边人家都来听",
        "section": "文化",
        "updated": "2020-05-25",
        "content_text": "今晚。",
    }
    return _build(folder, toml, [record, _LANGUAGES[1]], {"bridge.png": (600, 400)})


def build_languages(folder: Path) -> Path:
    """Build a site in German with long words, and sections in Japanese and traditional Chinese."""
    toml = _TOML.format(
        title="Donaudampfschifffahrtsbote",
        zone="Europe/Vienna",
        language="de-AT",
        description="Nachrichten von Fluss und Hafen",
        more="".join(
            f'\n[section.{slug}]\nname = "{name}"\nlanguage = "{language}"\n'
            for slug, name, language in (
                ("minato", "港のたより", "ja"),
                ("hekou", "河口消息", "zh-TW"),
            )
        ),
    )
    stories = [{**_LANGUAGES[0], "id": f"de/{number}"} for number in range(45)]
    pictures = {"bridge.png": (1200, 675)}
    return _build(folder, toml, [*_LANGUAGES, *stories], pictures)


def build_own(folder: Path) -> Path:
    """Build a site with its own colors, style, and templates."""
    toml = _TOML.format(
        title="Harbor Voice",
        zone="UTC",
        language="en",
        description="A look of its own",
        more="",
    ).replace("[[source]]", OWN_LOOK + "\n[[source]]", 1)
    (folder / "templates").mkdir()
    (folder / "templates/frame.html").write_text(OWN_FRAME, encoding="utf-8")
    (folder / "own.css").write_text("footer { border-block-start-width: 7px; }", encoding="utf-8")
    return _build(folder, toml, [_LANGUAGES[1]], {"bridge.png": (600, 400)})


def build_whole(folder: Path) -> Path:
    """Build a site of one article with everything in it: images, a film, a sound, a table."""
    (folder / "sources").mkdir()
    for name, text in FORMS["HTML page"].items():
        # Without a page of its own, the story stands whole on that of its section.
        (folder / name).write_text(text.replace('rel="canonical"', ""), encoding="utf-8")
    for name, content in FILES.items():
        (folder / "sources" / name).write_bytes(content)
    (folder / "feedpub.toml").write_text(TOML, encoding="utf-8")
    report = build(load_config(folder / "feedpub.toml"), NOW)
    assert report.rejected == 0, report.problems
    return folder / "feeds"


def _build(
    folder: Path,
    toml: str,
    records: Sequence[Mapping[str, object]],
    pictures: Mapping[str, tuple[int, int]],
) -> Path:
    (folder / "sources").mkdir()
    (folder / "pictures").mkdir()
    (folder / "feedpub.toml").write_text(toml, encoding="utf-8")
    lines = "".join(json.dumps(record) + "\n" for record in records)
    (folder / "sources" / "records.jsonl").write_text(lines, encoding="utf-8")
    for name, size in pictures.items():
        held = io.BytesIO()
        Pictures.linear_gradient("L").resize(size).convert("RGB").save(held, "PNG")
        (folder / "pictures" / name).write_bytes(held.getvalue())
    report = build(load_config(folder / "feedpub.toml"), NOW)
    assert report.rejected == 0, report.problems
    return folder / "feeds"
