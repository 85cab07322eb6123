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
    toml = _configure(
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
    toml = _configure(
        title="Wide </title><b>Voice",
        description="Everything that is too long",
        more='\n[section.summaries]\ncontent = "summary"\n',
    )
    return _build(folder, toml, _HARD, {"wide.png": (2400, 500), "tall.png": (500, 1900)})


def build_words(folder: Path) -> Path:
    """Build a site whose title is a host, with a Chinese and a Japanese headline."""
    toml = _configure(
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
    toml = _configure(title="Harbor Voice", description="A look of its own").replace(
        "[[source]]", OWN_LOOK + "\n[[source]]", 1
    )
    (folder / "templates").mkdir()
    (folder / "templates/frame.html").write_text(OWN_FRAME, encoding="utf-8")
    (folder / "own.css").write_text("footer { border-block-start-width: 7px; }", encoding="utf-8")
    return _build(folder, toml, [_LANGUAGES[1]], {"bridge.png": (600, 400)})


_CHINESE = tuple(
    {
        "id": f"zh/{number}",
        "title": title,
        "section": section,
        "updated": f"2020-05-{24 - number} 09:05",
        "author": "林晓帆",
        "summary": "第一班渡轮载着二百一十四名乘客、十一辆自行车和一只婚礼蛋糕准时靠岸，无一损坏。",
        "content_text": "清晨六点，卖芝麻饼的人推着车第一个走过古桥。\n\n桥上十四个月没有人。",
        "images": [{"src": "bridge.png", "caption": "古桥拆去脚手架之前", "credit": "季岚石"}],
    }
    for number, (title, section) in enumerate(
        (
            ("古镇的水上戏台今晚开演，河边人家都来听", "文化"),
            ("新渡轮三十八分钟到岛，第一班座无虚席", "河口消息"),
            ("海边小学开出八十个学游泳的名额", "学校"),
            ("茶山上的旧索道修好了", "文化"),
        )
    )
)
# A headline of 200 characters, which a newsroom does write.
_LONG_HEADLINE = (
    "After fourteen months of scaffolding, three floods and one lawsuit, the old crane bridge of "
    "Pilot Quay is open again to bakers, bicycles and everybody else who has missed it, stone by "
    "numbered stone"
)


def build_chinese(folder: Path) -> Path:
    """Build a site in Chinese."""
    toml = _configure(
        title="河口之声",
        zone="Asia/Shanghai",
        language="zh",
        description="河、海与茶山的新闻",
    )
    return _build(folder, toml, _CHINESE, {"bridge.png": (1200, 675)})


def _tell(number: int, section: str, **more: object) -> dict[str, object]:
    """Make the record of a story in English."""
    return {
        "id": f"en/{number}",
        "title": f"The ferry of pier {number} runs early",
        "section": section,
        "updated": f"2020-05-{24 - number % 20} 09:05",
        "summary": "The first crossing had 214 people, eleven bicycles and a cake on board.",
        "content_text": "It left at six.\n\nIt came back at eight.",
        **more,
    }


def build_many(folder: Path) -> Path:
    """Build a site of 66 sections."""
    toml = _configure(title="Sixty-Six", description="A section a day")
    records = [_tell(number, f"District {number}") for number in range(66)]
    return _build(folder, toml, records, {})


def build_plain(folder: Path) -> Path:
    """Build a site without any image, with a long headline."""
    toml = _configure(title="Plain Voice", description="Words alone")
    records = [_tell(number, "River" if number % 2 else "Town") for number in range(8)]
    return _build(folder, toml, [*records, _tell(9, "River", title=_LONG_HEADLINE)], {})


def build_six(folder: Path) -> Path:
    """Build a site of six stories, each with a photograph of its own as a camera writes it."""
    toml = _configure(title="Six Voice", description="Six stories")
    records = [_tell(number, "River", images=[f"{number}.jpg"]) for number in range(6)]
    photographs = {f"{number}.jpg": _take_photograph(number) for number in range(6)}
    return _build(folder, toml, records, {}, photographs)


def _take_photograph(number: int) -> bytes:
    """Make an image that is as hard to pack as a photograph: shapes, edges, grain."""
    picture = Pictures.effect_mandelbrot((2400, 1600), (-2.0 + number / 9, -1.2, 0.9, 1.1), 90)
    grain = Pictures.effect_noise((2400, 1600), 40 + number)
    held = io.BytesIO()
    bands = [Pictures.blend(picture, grain, share) for share in (0.15, 0.25, 0.35)]
    Pictures.merge("RGB", bands).save(held, "JPEG", quality=90)
    return held.getvalue()


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


def _configure(
    *, title: str, description: str, zone: str = "UTC", language: str = "en", more: str = ""
) -> str:
    """Write the configuration of a site; `more` is the end of it."""
    return _TOML.format(
        title=title, description=description, zone=zone, language=language, more=more
    )


def _build(
    folder: Path,
    toml: str,
    records: Sequence[Mapping[str, object]],
    pictures: Mapping[str, tuple[int, int]],
    photographs: Mapping[str, bytes] = {},
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
    for name, content in photographs.items():
        (folder / "pictures" / name).write_bytes(content)
    report = build(load_config(folder / "feedpub.toml"), NOW)
    assert report.rejected == 0, report.problems
    return folder / "feeds"
