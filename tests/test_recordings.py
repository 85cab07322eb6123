"""Sounds and films: what feeds say of them, whatever names them."""

from __future__ import annotations

import hashlib
import io
import json
import wave
from collections.abc import Mapping
from pathlib import Path

import pytest
from lxml import etree

from feedpub.images.recorded import find_type
from feedpub.lint import lint_feed
from feedpub.systems.values import read_duration
from serving import Server, serve
from support import STANDARD_TOML, make_image, make_site, run_cli, to_json_lines

MEDIA = "{http://search.yahoo.com/mrss/}"
ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = "https://news.example.com/feeds/"
GOOD = {"id": "good", "title": "Good", "section": "Good", "updated": "2020-05-24"}
MP3 = b"ID3\x03\0\0\0\0\0\0" + bytes(500)
MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(500)
TALK = {
    "src": "https://cdn.example.com/talk.mp3",
    "type": "audio/mpeg",
    "length": 990,
    "duration": "1:02:03",
    "title": "The talk",
    "caption": "Two keepers talk.",
}
SHOWN = {
    "url": "https://cdn.example.com/talk.mp3",
    "medium": "audio",
    "type": "audio/mpeg",
    "fileSize": "990",
    "duration": "3723",
}


def build(
    tmp_path: Path, files: Mapping[str, str | bytes], site: str = ""
) -> tuple[Path, list[str]]:
    """Build a site in every format; gives it, and the warnings."""
    formats = f'formats = ["rss", "atom", "json", "html"]\n{site}\n[[source]]'
    toml = STANDARD_TOML.replace("[[source]]", formats) + 'section = "Good"\n'
    folder = make_site(tmp_path, {f"sources/{name}": text for name, text in files.items()}, toml)
    result = run_cli(folder, "build", "--report", "json")
    assert result.exit_code == 0, result
    for name in ("good.rss", "good.atom", "good.json"):
        faults = lint_feed((folder / "feeds" / name).read_bytes())
        assert [fault for fault in faults if fault.severity == "error"] == []
    problems = json.loads(result.stdout)["problems"]
    return folder, [f"{p['field']}: {p['value']} {p['message']}" for p in problems]


def read_contents(site: Path) -> list[dict[str, str]]:
    """Read the media of the RSS feed, which are those of the Atom feed."""
    rss, atom = (
        [
            {str(name): str(value) for name, value in one.items()}
            for one in etree.parse(site / f"feeds/good.{suffix}").iter(f"{MEDIA}content")
        ]
        for suffix in ("rss", "atom")
    )
    assert rss == atom
    return rss


def read_enclosures(site: Path) -> tuple[list[str], list[str], list[str]]:
    """Read the addresses of what RSS, Atom and JSON Feed enclose."""
    rss = etree.parse(site / "feeds/good.rss").iterfind("channel/item/enclosure")
    atom = etree.parse(site / "feeds/good.atom").iterfind(f".//{ATOM}link[@rel='enclosure']")
    items = json.loads((site / "feeds/good.json").read_text())["items"]
    return (
        [one.get("url", "") for one in rss],
        [one.get("href", "") for one in atom],
        [one["url"] for item in items for one in item.get("attachments", [])],
    )


@pytest.mark.parametrize("field", ["audio", "podcast", "enclosure", "enclosures", "images"])
def test_a_declared_sound_is_enclosed_as_one(tmp_path: Path, field: str) -> None:
    site, warnings = build(tmp_path, {"a.jsonl": to_json_lines({**GOOD, field: [TALK]})})
    told = (
        "images: https://cdn.example.com/talk.mp3 is audio and not an image, and is published as "
        "that. Name it audio."
    )
    assert warnings == ([told] if field == "images" else [])
    assert read_contents(site) == [SHOWN]
    assert read_enclosures(site) == ([SHOWN["url"]],) * 3
    item = json.loads((site / "feeds/good.json").read_text())["items"][0]
    assert item["attachments"] == [
        {
            "url": SHOWN["url"],
            "mime_type": "audio/mpeg",
            "title": "The talk",
            "size_in_bytes": 990,
            "duration_in_seconds": 3723,
        }
    ]
    assert (
        f'<a href="{SHOWN["url"]}" type="audio/mpeg">The talk</a>'
        in next(site.glob("feeds/articles/*.html")).read_text()
    )


FILM = "https://cdn.example.com/film.mp4"


@pytest.mark.parametrize(
    ("value", "attributes", "told"),
    [
        # Nothing that is named like a film is an image, whatever is declared.
        ({"src": FILM, "type": "video/mp4", "length": 99}, {"type": "video/mp4"}, ""),
        (FILM, {}, "its type is unknown and its length is unknown"),
        ({"src": FILM, "type": "image/jpeg", "length": 99}, {}, "is not that of audio or video"),
        (
            {"src": FILM, "type": "video/mp4", "length": 9.5},
            {"type": "video/mp4"},
            'its length, "9.5", is not a number of bytes',
        ),
    ],
)
@pytest.mark.parametrize("field", ["video", "images"])
def test_a_film_is_never_an_image(
    tmp_path: Path, field: str, value: object, attributes: Mapping[str, str], told: str
) -> None:
    site, warnings = build(tmp_path, {"a.jsonl": to_json_lines({**GOOD, field: value})})
    (content,) = read_contents(site)
    assert content["medium"] == "video"
    assert content.items() >= attributes.items()
    assert told in " ".join(warnings)
    assert bool(read_enclosures(site)[0]) == (not told)


@pytest.mark.parametrize("first", ["image", "audio", "video"])
def test_an_rss_item_encloses_the_kind_that_the_site_asks_for(tmp_path: Path, first: str) -> None:
    photo = {"src": "https://cdn.example.com/a.jpg", "type": "image/jpeg", "length": 5}
    film = {"src": FILM, "type": "video/mp4", "length": 99}
    row = {**GOOD, "image": photo, "audio": TALK, "video": film}
    site, _ = build(tmp_path, {"a.jsonl": to_json_lines(row)}, f'enclosure = "{first}"')
    urls = {"image": str(photo["src"]), "audio": SHOWN["url"], "video": FILM}
    rss, atom, attachments = read_enclosures(site)
    assert rss == [urls[first]]
    assert atom == attachments == [urls[first], *(u for k, u in urls.items() if k != first)]


def test_files_beside_the_record_are_copied_with_their_true_type_and_length(
    tmp_path: Path,
) -> None:
    body = '<p>One</p><video src="clip.mp4" poster="p.jpg" title="Dusk"></video>'
    row = {**GOOD, "audio": {"src": "talk.m4a", "type": "audio/mp4"}, "content_html": body}
    files: dict[str, str | bytes] = {
        "talk.m4a": MP3,
        "clip.mp4": MP4,
        "p.jpg": make_image("JPEG", 640, 480),
    }
    site, warnings = build(tmp_path, {"a.jsonl": to_json_lines(row), **files})
    assert warnings == [
        "audio: talk.m4a is declared as audio/mp4, but is audio/mpeg. That is what feeds say."
    ]
    talk, clip = (
        f"media/{hashlib.sha256(content).hexdigest()[:16]}.{suffix}"
        for content, suffix in ((MP3, "mp3"), (MP4, "mp4"))
    )
    assert (site / "feeds" / talk).read_bytes() == MP3
    assert (site / "feeds" / clip).read_bytes() == MP4
    kinds = [(one["medium"], one["url"], one["fileSize"]) for one in read_contents(site)[1:]]
    assert kinds == [
        ("audio", FEEDS + talk, str(len(MP3))),
        ("video", FEEDS + clip, str(len(MP4))),
    ]
    text = (site / "feeds/good.rss").read_text()
    assert f'&lt;a href="{FEEDS}{clip}"&gt;Dusk&lt;/a&gt;' in text
    # A retraction takes them away at once.
    (site / "sources/a.jsonl").write_text(to_json_lines({**row, "status": "retracted"}))
    assert run_cli(site, "build").exit_code == 0
    assert not (site / "feeds/media").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"<html></html>", "is not an audio or video file of a known type"),
        (MP4 + b"\xa9xyz\0\x12\x15\xc7+30.1500+120.0900/", "contains a position"),
        (MP4 + b"com.apple.quicktime.location.ISO6709", "contains a position"),
        (MP4 + bytes(2**20) + b"\xa9xyz\0\x12\x15\xc7-33.8600+151.2000/", "contains a position"),
    ],
)
def test_a_file_that_cannot_be_published_is_left_out(
    tmp_path: Path, content: bytes, message: str
) -> None:
    files: dict[str, str | bytes] = {
        "a.jsonl": to_json_lines({**GOOD, "video": "clip.mp4"}),
        "clip.mp4": content,
    }
    site, warnings = build(tmp_path, files)
    (warning,) = warnings
    assert warning.startswith(f"video: clip.mp4 {message}") and "it is left out" in warning
    assert not (site / "feeds/media").exists()


def test_positions_are_kept_where_the_site_says_so(tmp_path: Path) -> None:
    content = MP4 + b"\xa9xyz\0\x12\x15\xc7+30.1500+120.0900/"
    files: dict[str, str | bytes] = {
        "a.jsonl": to_json_lines({**GOOD, "video": "clip.mp4"}),
        "clip.mp4": content,
    }
    site, warnings = build(tmp_path, files, 'gps = "keep"')
    assert (warnings, len(read_contents(site))) == ([], 1)


ITEM = (
    "<title>Good</title><guid isPermaLink='false'>g</guid>"
    "<pubDate>Fri, 22 May 2020 00:00:00 GMT</pubDate>"
    '<enclosure url="https://cdn.example.com/talk.mp3" type="audio/mpeg" length="990"/>'
    "<itunes:duration>01:02:03</itunes:duration>"
)
HEAD = (
    '<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    'xmlns:wp="http://wordpress.org/export/1.2/"><channel><link>https://w.example/</link><item>'
)
TAIL = "</item></channel></rss>"
WORDPRESS = (
    "<wp:post_id>1</wp:post_id><wp:post_type>post</wp:post_type><wp:status>publish</wp:status>"
    "<wp:post_date_gmt>2020-05-22 00:00:00</wp:post_date_gmt>"
)
FORMS = {
    "podcast.xml": HEAD.replace("wordpress.org/export", "w.example") + ITEM + TAIL,
    "export.xml": HEAD
    + "<title>Good</title>"
    + WORDPRESS
    + "<wp:postmeta><wp:meta_key>enclosure</wp:meta_key><wp:meta_value>"
    "https://cdn.example.com/talk.mp3\n990\naudio/mpeg\n</wp:meta_value></wp:postmeta>" + TAIL,
    "feed.xml": '<feed xmlns="http://www.w3.org/2005/Atom"><id>f</id><title>W</title>'
    "<updated>2020-05-22T00:00:00Z</updated><entry><id>tag:w.example,2020:1</id><title>Good</title>"
    "<updated>2020-05-22T00:00:00Z</updated><link rel='enclosure' type='audio/mpeg' length='990' "
    "href='https://cdn.example.com/talk.mp3'/></entry></feed>",
    "feed.json": json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "W",
            "items": [
                {
                    "id": "1",
                    "title": "Good",
                    "date_published": "2020-05-22T00:00:00Z",
                    "content_text": "One",
                    "attachments": [
                        {
                            "url": "https://cdn.example.com/talk.mp3",
                            "mime_type": "audio/mpeg",
                            "size_in_bytes": 990,
                            "duration_in_seconds": 3723,
                        }
                    ],
                }
            ],
        }
    ),
    "a.md": "---\ntitle: Good\nupdated: 2020-05-22\naudio:\n"
    "  src: https://cdn.example.com/talk.mp3\n  type: audio/mpeg\n  length: 990\n"
    "  duration: PT1H2M3S\n---\nOne.\n",
}


@pytest.mark.parametrize("name", FORMS)
def test_enclosures_of_every_form_are_enclosures_again(tmp_path: Path, name: str) -> None:
    site, warnings = build(tmp_path, {name: FORMS[name]})
    assert warnings == []
    (content,) = read_contents(site)
    known = {n: v for n, v in SHOWN.items() if n != "duration" or "duration" in content}
    assert content == known
    assert ("duration" in content) == (name not in ("export.xml", "feed.xml"))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (90, 90),
        ("90", 90),
        ("90.4", 90),
        ("1:30", 90),
        ("01:02:03", 3723),
        ("PT1M30S", 90),
        ("PT1.6S", 2),
        ("PT", None),
        ("soon", None),
        (True, None),
        (-3, None),
        (float("nan"), None),
        ("9" * 5000, None),
    ],
)
def test_reads_durations(value: object, seconds: int | None) -> None:
    assert read_duration(value) == seconds


@pytest.mark.parametrize(
    ("head", "type"),
    [
        (MP3, "audio/mpeg"),
        (b"\xff\xfb\x90\x64" + bytes(99), "audio/mpeg"),
        (b"\xff\xf1\x50\x80" + bytes(99), "audio/aac"),
        (MP4, "video/mp4"),
        (b"\0\0\0\x18ftypM4A \0\0\0\0", "audio/mp4"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0", "video/quicktime"),
        (b"\0\0\0\x18ftypavif\0\0\0\0", None),
        (b"OggS" + bytes(24) + b"\x01vorbis", "audio/ogg"),
        (b"OggS" + bytes(24) + b"\x80theora", "video/ogg"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"fLaC\0\0\0\x22", "audio/flac"),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm", "video/webm"),
        (b"\xff\xff\xff\xff" + bytes(99), None),
        (b"\xff\xd8\xff\xe0" + bytes(99), None),
        (b"", None),
    ],
)
def test_tells_a_recording_by_its_bytes(head: bytes, type: str | None) -> None:
    assert find_type(head, "a.mp4") == type


PAGE = (
    '<title>Good</title><meta property="article:modified_time" content="2020-05-24">'
    "<body><nav><audio src='https://cdn.example.com/ad.mp3'></audio></nav><article><h1>Good</h1>"
    + "<p>The keepers sing at the lock, and a boat waits for the end of the song.</p>" * 3
    + "{}</article>"
)
NINJS = {
    "uri": "tag:news.example.com,2020:good",
    "type": "text",
    "headline": "Good",
    "versioncreated": "2020-05-24T00:00:00Z",
    "body_text": "One.",
    "associations": {
        "a": {
            "type": "audio",
            "headline": "The song",
            "renditions": {
                "low": {"href": "https://cdn.example.com/low.mp3", "sizeinbytes": 9},
                "main": {
                    "href": "https://cdn.example.com/song.mp3",
                    "mimetype": "audio/mpeg",
                    "sizeinbytes": 990,
                    "duration": 75,
                },
            },
        }
    },
}


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (
            '<figure><audio controls src="https://cdn.example.com/song.mp3" title="The song">'
            "</audio><figcaption>Sung at dusk</figcaption></figure>",
            {"url": "https://cdn.example.com/song.mp3", "medium": "audio"},
        ),
        (
            '<video><source src="https://cdn.example.com/v?a=5&amp;b=2" type="video/webm"></video>',
            {
                "url": "https://cdn.example.com/v?a=5&b=2",
                "medium": "video",
                "type": "video/webm",
            },
        ),
        (
            "<p>Before.</p><amp-audio src='/song.ogg'></amp-audio>",
            {"url": "https://news.example.com/song.ogg", "medium": "audio"},
        ),
        ("<audio controls></audio>", None),
        ("<div hidden><video src='https://cdn.example.com/v.mp4'></video></div>", None),
    ],
)
def test_the_recordings_of_a_page_s_text_are_those_of_its_article(
    tmp_path: Path, markup: str, expected: Mapping[str, str] | None
) -> None:
    site, _ = build(tmp_path, {"a.html": PAGE.format(markup)})
    assert read_contents(site) == ([] if expected is None else [expected])
    told = run_cli(site, "explain", "sources/a.html", "--json").stdout
    fields = {field["field"]: field for field in json.loads(told)["fields"]}
    if expected is None:
        assert "recordings" not in fields
    else:
        (shown,) = fields["recordings"]["value"]
        assert shown.items() >= expected.items()


def test_a_file_that_a_page_plays_is_copied_with_its_seconds(tmp_path: Path) -> None:
    held = io.BytesIO()
    with wave.open(held, "wb") as sound:
        sound.setparams((1, 1, 8_000, 0, "NONE", ""))
        sound.writeframes(bytes(8_000 * 75))
    page = PAGE.format("<audio src='song.wav'></audio>")
    site, _ = build(tmp_path, {"a.html": page, "song.wav": held.getvalue()})
    (content,) = read_contents(site)
    assert (content["type"], content["duration"]) == ("audio/wav", "75")
    assert (site / "feeds" / content["url"].removeprefix(FEEDS)).read_bytes() == held.getvalue()
    text = (site / "feeds/good.rss").read_text()
    assert text.count(content["url"]) == 3  # in the body, the enclosure and the media
    shown = run_cli(site, "explain", "sources/a.html").stdout
    assert f"{content['url']} (audio/wav, {len(held.getvalue()):,} bytes, 75 seconds)" in shown


def test_reads_the_recordings_of_ninjs(tmp_path: Path) -> None:
    site, warnings = build(tmp_path, {"a.json": json.dumps(NINJS)})
    assert warnings == []
    url, title = "https://cdn.example.com/song.mp3", "The song"
    assert read_contents(site) == [{**SHOWN, "url": url, "duration": "75"}]
    assert json.loads((site / "feeds/good.json").read_text())["items"][0]["attachments"] == [
        {
            "url": url,
            "mime_type": "audio/mpeg",
            "title": title,
            "size_in_bytes": 990,
            "duration_in_seconds": 75,
        }
    ]


@pytest.mark.parametrize(
    ("content", "declared", "type", "told"),
    [
        (MP4, "video/mp4", "video/mp4", ""),
        (MP4, "video/webm", "video/mp4", "is declared as video/webm, but is video/mp4"),
        (MP3, "video/mp4", "audio/mpeg", "is declared as video/mp4, but is audio/mpeg"),
        (
            MP4 + b"\xa9xyz\0\x12\x15\xc7+30.1500+120.0900/",
            "video/mp4",
            None,
            "contains a position",
        ),
        (make_image("JPEG", 640, 480), "video/mp4", None, "is image/jpeg, and neither audio nor"),
        (b"<html></html>", "video/mp4", None, "is not"),
        (None, "video/mp4", None, "is missing"),
    ],
)
@pytest.mark.parametrize("is_inline", [False, True])
def test_a_server_is_asked_what_a_recording_is(
    server: Server,
    tmp_path: Path,
    content: bytes | None,
    declared: str,
    type: str | None,
    told: str,
    is_inline: bool,
) -> None:
    film = {"src": server.url("/film.mp4"), "type": declared, "length": 5}
    row = {**GOOD, "video": film}
    if is_inline:
        body = f"<p>One</p><video><source src='{film['src']}' type='{declared}'></video>"
        row = {**GOOD, "content_html": body}
    server.routes["/film.mp4"] = (
        (lambda handler: handler.answer(404, {"Content-Length": 0}))
        if content is None
        else serve(content)
    )
    setting = 'remote_images = "measure"\nallow_loopback = true'
    site, warnings = build(tmp_path, {"a.jsonl": to_json_lines(row)}, setting)
    assert told in " ".join(warnings) and len(warnings) == bool(told)
    contents = read_contents(site)
    assert [(one["type"], one["fileSize"]) for one in contents] == (
        [] if type is None else [(type, str(len(content or b"")))]
    )
    assert len(server.asked) == 1
    assert run_cli(site, "build").exit_code == 0
    assert len(server.asked) == (2 if content is None or content[:1] == b"<" else 1)


def test_a_sound_that_is_named_as_an_image_by_its_type_alone_is_told_of(
    server: Server, tmp_path: Path
) -> None:
    server.routes["/a"] = serve(MP3)
    row = {**GOOD, "image": server.url("/a")}
    setting = 'remote_images = "measure"\nallow_loopback = true'
    site, warnings = build(tmp_path, {"a.jsonl": to_json_lines(row)}, setting)
    assert warnings == [f"images: {row['image']} is audio/mpeg, and not an image; it is left out"]
    assert read_contents(site) == []


def test_recordings_of_bodies_that_nothing_measured_are_counted(tmp_path: Path) -> None:
    base = "https://cdn.example.com/a"
    body = f'<audio src="{base}.mp3"></audio><img src="{base}.jpg">'
    site, warnings = build(tmp_path, {"a.jsonl": to_json_lines({**GOOD, "content_html": body})})
    assert warnings == []
    told = run_cli(site, "build").stderr
    for kind in ("image", "recording"):
        assert f"note: sources: 1 {kind} in bodies not measured" in told
