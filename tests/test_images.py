"""Images through the whole build: what is enclosed, what is told, and what lies on the disk."""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from lxml import etree
from PIL import Image as Pictures

from feedpub.images import cache as image_cache
from feedpub.images.files import measure_file
from serving import Server, redirect, serve
from support import STANDARD_TOML, make_image, make_site, run_cli, to_json_lines

MEDIA = "{http://search.yahoo.com/mrss/}"
ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = "https://news.example.com/feeds/"
GOOD = {"id": "good", "title": "Good", "section": "Good", "updated": "2020-05-24"}
CUP = make_image("JPEG", 640, 480)


LINKED_POSITION = "contains a GPS position, which feedpub can't remove from a linked image"


def make_located(kind: str = "JPEG") -> bytes:
    """Make an image that says where it was taken, and by whom."""
    picture = Pictures.new("RGB", (640, 480), "#456")
    exif = Pictures.Exif()
    exif[0x0112] = 1
    exif[0x8298] = "The desk"
    exif[0x8825] = {1: "N", 2: (30.0, 15.0, 0.0), 3: "E", 4: (120.0, 9.0, 0.0)}
    held = io.BytesIO()
    picture.save(held, kind, exif=exif)
    return held.getvalue()


def name_media(content: bytes, suffix: str) -> str:
    return f"media/{hashlib.sha256(content).hexdigest()[:16]}.{suffix}"


def build_images(
    tmp_path: Path, images: object, files: Mapping[str, str | bytes], toml: str = STANDARD_TOML
) -> tuple[Path, list[str]]:
    """Build one article with images; gives the site and the warnings' fields and messages."""
    row = {**GOOD, "images": images}
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines(row), **files}, toml)
    result = run_cli(site, "build", "--report", "json")
    assert result.exit_code == 0, result
    problems = json.loads(result.stdout)["problems"]
    assert {(p["severity"], p["field"]) for p in problems} <= {("warning", "images")}
    return site, [f"{p['value']} {p['message']}" for p in problems]


def read_enclosures(site: Path) -> list[tuple[str, str, str]]:
    """Read the enclosures of the Atom feed; an RSS item has the first of its entry's."""
    entries = [
        [
            (link.get("href", ""), link.get("type", ""), link.get("length", ""))
            for link in entry.iterfind(f"{ATOM}link[@rel='enclosure']")
        ]
        for entry in etree.parse(site / "feeds/good.atom").iterfind(f"{ATOM}entry")
    ]
    enclosures = [
        (link.get("url", ""), link.get("type", ""), link.get("length", ""))
        for link in etree.parse(site / "feeds/good.rss").iterfind("channel/item/enclosure")
    ]
    assert enclosures == [links[0] for links in entries if links]
    return [link for links in entries for link in links]


@pytest.mark.parametrize(
    ("kind", "type", "suffix"),
    [
        ("JPEG", "image/jpeg", "jpg"),
        ("PNG", "image/png", "png"),
        ("GIF", "image/gif", "gif"),
        ("WEBP", "image/webp", "webp"),
        ("AVIF", "image/avif", "avif"),
    ],
)
def test_type_and_suffix_are_the_bytes_own(
    tmp_path: Path, kind: str, type: str, suffix: str
) -> None:
    content = make_image(kind, 640, 480)
    site, warnings = build_images(
        tmp_path, "cup.tiff.txt.bmp", {"sources/cup.tiff.txt.bmp": content}
    )
    assert warnings == []
    path = name_media(content, suffix)
    assert read_enclosures(site) == [(FEEDS + path, type, str(len(content)))]
    assert (site / "feeds" / path).read_bytes() == content


def test_one_image_of_many_articles_is_one_file(tmp_path: Path) -> None:
    rows = [{**GOOD, "id": str(n), "images": f"{n}.jpg"} for n in range(3)]
    files = {f"sources/{n}.jpg": CUP for n in range(3)}
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines(*rows), **files})
    assert run_cli(site, "build").exit_code == 0
    assert os.listdir(site / "feeds/media") == [name_media(CUP, "jpg").removeprefix("media/")]
    assert len(read_enclosures(site)) == 3


def test_images_lie_in_the_source_s_folder_too(tmp_path: Path) -> None:
    toml = STANDARD_TOML + 'images = "pictures"\n'
    files = {"pictures/2020/cup.jpg": CUP}
    site, warnings = build_images(tmp_path, "2020/cup.jpg", files, toml)
    assert warnings == []
    assert read_enclosures(site)[0][0] == FEEDS + name_media(CUP, "jpg")


def test_images_served_elsewhere_are_measured_here_and_linked_there(tmp_path: Path) -> None:
    toml = STANDARD_TOML + 'images = {folder = "pictures", url = "https://img.example.com/p/"}\n'
    files = {"pictures/茶 cup.jpg": CUP, "pictures/where.jpg": make_located()}
    images = ["茶 cup.jpg", "https://img.example.com/p/%E8%8C%B6%20cup.jpg", "where.jpg", "no.jpg"]
    site, warnings = build_images(tmp_path, images, files, toml)
    url = "https://img.example.com/p/%E8%8C%B6%20cup.jpg"
    assert read_enclosures(site) == [(url, "image/jpeg", str(len(CUP)))]  # once, by either name
    assert not (site / "feeds/media").exists()
    assert warnings == [
        f"where.jpg {LINKED_POSITION}; it is left out",
        "no.jpg is missing; it is left out",
    ]


SITE = "https://news.example.com"


def test_images_of_a_static_folder_are_measured_there_and_linked_at_the_site(
    tmp_path: Path,
) -> None:
    toml = STANDARD_TOML + 'static = ["static", "public"]\n'
    files: dict[str, str | bytes] = {
        "sources/static/images/cup.jpg": CUP,
        "public/茶 jug.jpg": make_image("PNG", 640, 480),  # beside the configuration
        "sources/static/drawing.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "secret.jpg": CUP,
    }
    images = ["/images/cup.jpg?v=2", f"{SITE}/茶 jug.jpg", "/images/none.jpg", "/drawing.svg"]
    site, warnings = build_images(tmp_path, [*images, "/../../secret.jpg"], files, toml)
    assert [url for url, _, _ in read_enclosures(site)] == [
        f"{SITE}/images/cup.jpg?v=2",
        f"{SITE}/%E8%8C%B6%20jug.jpg",
    ]
    assert not (site / "feeds/media").exists()
    # One that is in none of the folders is linked alone, and nothing outside is looked at.
    assert warnings == [
        f"/images/none.jpg is missing in static, public. It is linked at {SITE}/images/none.jpg.",
        "/drawing.svg is an SVG image, which might contain scripts. "
        f"It is linked at {SITE}/drawing.svg, but not enclosed.",
        "/../../secret.jpg is outside the folder of the source; it is left out",
    ]


def test_an_image_of_a_static_folder_that_tells_a_position_is_copied_without_it(
    tmp_path: Path,
) -> None:
    toml = STANDARD_TOML + 'static = ["static"]\n'
    site, warnings = build_images(
        tmp_path, "/where.jpg", {"sources/static/where.jpg": make_located()}, toml
    )
    assert warnings == [
        "/where.jpg contains a GPS position. It is removed from the published copy."
    ]
    ((url, _, length),) = read_enclosures(site)
    assert url.startswith(FEEDS + "media/") and length == str(len(make_located()))


def test_an_image_of_the_site_whose_file_is_unknown_is_linked_and_stays_in_the_body(
    tmp_path: Path,
) -> None:
    row = {**GOOD, "images": "/a.jpg", "content_html": "<p>One</p><img src='/b.jpg' alt='B'>"}
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines(row)})
    result = run_cli(site, "build")
    assert '"/a.jpg" is linked, but not enclosed, because its file' in result.stderr
    assert "Set static to the folder" in result.stderr
    assert "1 image in bodies not measured" in result.stderr
    item = etree.parse(site / "feeds/good.rss").find("channel/item")
    assert item is not None
    assert [one.get("url") for one in item.iter(f"{MEDIA}content")] == [
        f"{SITE}/a.jpg",
        f"{SITE}/b.jpg",
    ]
    body = item.findtext("{http://purl.org/rss/1.0/modules/content/}encoded") or ""
    assert f'<img src="{SITE}/b.jpg" alt="B">' in body


@pytest.mark.parametrize(
    ("link", "url"),
    [
        # As a browser has it: relative to the page.
        ("https://news.example.com/2020/story/", f"{SITE}/2020/story/figs/b.jpg"),
        ("https://news.example.com/2020/story.htm", f"{SITE}/2020/figs/b.jpg"),
        ("/2020/story/", f"{SITE}/2020/story/figs/b.jpg"),
        (None, None),
    ],
)
def test_a_relative_image_of_a_body_without_a_file_is_at_the_link_of_its_record(
    tmp_path: Path, link: str | None, url: str | None
) -> None:
    row = {**GOOD, "url": link, "content_html": "<p>One</p><img src='figs/b.jpg'>"}
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines(row)})
    result = run_cli(site, "build")
    found = [one.get("url") for one in etree.parse(site / "feeds/good.rss").iter(f"{MEDIA}content")]
    assert found == ([] if url is None else [url])
    assert ('"figs/b.jpg" is missing beside its page' in result.stderr) == (url is None)


@pytest.mark.parametrize(
    "name", ["b c.jpg", "茶.jpg", "%E8%8C%B6.jpg", "100%.jpg", "cafe\u0301.jpg", "a&b'c.jpg"]
)
def test_any_name_is_found_and_makes_one_valid_url(tmp_path: Path, name: str) -> None:
    stored = {"%E8%8C%B6.jpg": "茶.jpg", "cafe\u0301.jpg": "caf\u00e9.jpg"}.get(name, name)
    site, warnings = build_images(tmp_path, name, {f"sources/{stored}": CUP})
    assert warnings == []
    assert read_enclosures(site)[0][0] == FEEDS + name_media(CUP, "jpg")


@pytest.mark.parametrize(
    ("source", "url"),
    [
        ("//cdn.example.com/a b.jpg", "https://cdn.example.com/a%20b.jpg"),
        ("https://cdn.example.com/茶.jpg", "https://cdn.example.com/%E8%8C%B6.jpg"),
        ("https://cdn.example.com/%E8%8C%B6.jpg", "https://cdn.example.com/%E8%8C%B6.jpg"),
        ("HTTP://CDN.example.com/a.jpg?x=1&y=2", "http://cdn.example.com/a.jpg?x=1&y=2"),
    ],
)
def test_declared_images_are_enclosed_at_a_valid_url(tmp_path: Path, source: str, url: str) -> None:
    image = {"src": source, "type": "image/jpeg", "length": 1234}
    site, warnings = build_images(tmp_path, image, {})
    assert warnings == []
    assert read_enclosures(site) == [(url, "image/jpeg", "1234")]


@pytest.mark.parametrize(
    ("declared", "reason"),
    [
        ({}, "its type and length are unknown. Declare both"),
        ({"type": "image/jpeg"}, "its length is unknown. Declare it"),
        ({"length": 5}, "its type is unknown. Declare it"),
        ({"type": "image/jpeg", "length": 0}, "its length is unknown. Declare it"),
        (
            {"type": "image/jpeg", "length": 123.45},
            'its length, "123.45", is not a number of bytes. Correct it',
        ),
        (
            {"type": "image/jpeg", "length": "4 KB"},
            'its length, "4 KB", is not a number of bytes. Correct it',
        ),
        (
            {"type": "text/html", "length": 5},
            'its type, "text/html", is not that of an image. Correct it',
        ),
        (
            {"type": "text/html", "length": "x"},
            'its type, "text/html", is not that of an image and its length, "x", is not a number '
            "of bytes. Correct both",
        ),
        ({"type": "image/svg+xml", "length": 5}, "an SVG image might contain scripts"),
    ],
)
def test_undeclared_images_are_linked_and_not_enclosed(
    tmp_path: Path, declared: Mapping[str, object], reason: str
) -> None:
    image = {"src": "https://cdn.example.com/a.jpg", **declared}
    site, warnings = build_images(tmp_path, image, {})
    remedy = ', or set remote_images = "measure".' if reason.endswith(("it", "both")) else "."
    assert warnings == [
        "https://cdn.example.com/a.jpg is linked, but not enclosed, because " + reason + remedy
    ]
    assert read_enclosures(site) == []
    (content,) = etree.parse(site / "feeds/good.rss").iter(f"{MEDIA}content")
    assert dict(content.items()) == {"url": "https://cdn.example.com/a.jpg", "medium": "image"}


@pytest.mark.parametrize(
    ("declared", "type"),
    [("image/jpeg", "image/jpeg"), ("image/jpg", "image/jpeg"), ("IMAGE/PNG; q=1", "image/png")],
)
def test_whole_declared_values_are_enclosed_and_not_warned_of(
    tmp_path: Path, declared: str, type: str
) -> None:
    image = {"src": "https://cdn.example.com/a.jpg", "type": declared, "length": "1234"}
    site, warnings = build_images(tmp_path, image, {})
    assert warnings == []
    assert read_enclosures(site) == [("https://cdn.example.com/a.jpg", type, "1234")]


def test_a_declared_type_that_is_not_the_file_s_is_told(tmp_path: Path) -> None:
    image = {"src": "cup.png", "type": "image/png", "length": 5}
    site, warnings = build_images(tmp_path, image, {"sources/cup.png": CUP})
    assert warnings == [
        "cup.png is declared as image/png, but is image/jpeg. That is what feeds say."
    ]
    assert read_enclosures(site)[0][1:] == ("image/jpeg", str(len(CUP)))


def test_small_and_heavy_images_are_told_and_published(tmp_path: Path) -> None:
    small = make_image("PNG", 399, 300)
    heavy = CUP + b"\0" * 5_000_001
    files = {"sources/small.png": small, "sources/heavy.jpg": heavy}
    site, warnings = build_images(tmp_path, ["small.png", "heavy.jpg"], files)
    assert [warning.partition(". ")[0] for warning in warnings] == [
        "small.png is 399 px wide",
        "heavy.jpg is 5.0 MB",
    ]
    assert [length for _, _, length in read_enclosures(site)] == [str(len(small)), str(len(heavy))]


def test_a_bomb_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    held = io.BytesIO()
    Pictures.new("1", (20_000, 20_000)).save(held, "PNG")
    site, warnings = build_images(tmp_path, "bomb.png", {"sources/bomb.png": held.getvalue()})
    assert warnings == ["bomb.png has more than 100 megapixels; it is left out"]
    assert read_enclosures(site) == []


def test_the_copy_of_an_image_names_no_position(tmp_path: Path) -> None:
    located = make_located()
    site, warnings = build_images(tmp_path, "a.jpg", {"sources/a.jpg": located})
    assert warnings == ["a.jpg contains a GPS position. It is removed from the published copy."]
    (copy,) = (site / "feeds/media").iterdir()
    assert read_enclosures(site) == [
        (f"{FEEDS}media/{copy.name}", "image/jpeg", str(copy.stat().st_size))
    ]
    assert copy.name.startswith(hashlib.sha256(copy.read_bytes()).hexdigest()[:16])
    with Pictures.open(copy) as after, Pictures.open(io.BytesIO(located)) as before:
        assert not {2, 4} & set(after.getexif().get_ifd(0x8825))
        assert after.getexif()[0x8298] == "The desk"
        assert after.tobytes() == before.tobytes()
    assert (site / "sources/a.jpg").read_bytes() == located
    again = run_cli(site, "build", "--report", "json")
    assert json.loads(again.stdout)["written"] == []


def test_gps_keep_publishes_the_image_as_it_is(tmp_path: Path) -> None:
    located = make_located()
    toml = STANDARD_TOML.replace("[[source]]", 'gps = "keep"\n\n[[source]]')
    site, warnings = build_images(tmp_path, "a.jpg", {"sources/a.jpg": located}, toml)
    assert warnings == []
    assert (site / "feeds" / name_media(located, "jpg")).read_bytes() == located


def test_caption_credit_and_alt_stand_in_both_feeds(tmp_path: Path) -> None:
    image = {"src": "a.jpg", "caption": "Tea (hot). [Photo/IC]", "alt": "A cup"}
    site, _ = build_images(tmp_path, image, {"sources/a.jpg": CUP})
    for feed in ("good.rss", "good.atom"):
        (content,) = etree.parse(site / "feeds" / feed).iter(f"{MEDIA}content")
        assert dict(content.items()) == {
            "url": FEEDS + name_media(CUP, "jpg"),
            "medium": "image",
            "type": "image/jpeg",
            "fileSize": str(len(CUP)),
            "width": "640",
            "height": "480",
        }
        assert [(part.tag, part.text) for part in content] == [
            (f"{MEDIA}title", "A cup"),
            (f"{MEDIA}description", "Tea (hot)."),
            (f"{MEDIA}credit", "IC"),
        ]


@pytest.mark.parametrize("place", ["site", "section"])
def test_lead_image_may_be_left_to_the_enclosure(tmp_path: Path, place: str) -> None:
    blocks = "Home>Good|Title|Updated : 2020-05-24|a.jpg|Tea.|One.|b.jpg|Two.|End."
    page = blocks.replace("|", "\n\n")
    setting = 'lead_image = "enclosure"\n'
    toml = (
        STANDARD_TOML.replace("[[source]]", f"{setting}\n[[source]]")
        if place == "site"
        else f"{STANDARD_TOML}\n[section.good]\n{setting}"
    )
    files: dict[str, str | bytes] = {
        "sources/p.txt": page,
        "sources/a.jpg": CUP,
        "sources/b.jpg": make_image("PNG", 500, 9),
    }
    site = make_site(tmp_path, files, toml)
    assert run_cli(site, "build").exit_code == 0
    content = etree.parse(site / "feeds/good.atom").findtext(f"{ATOM}entry/{ATOM}content") or ""
    assert "Tea." not in content and "<figcaption>Two.</figcaption>" in content
    assert content.count("<figure>") == 1
    assert "End." in content
    assert len(read_enclosures(site)) == 2


def test_measures_an_image_once_and_not_again_where_nothing_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[str] = []

    def count(path: Path, *, keep_position: bool) -> object:
        measured.append(path.name)
        return measure_file(path, keep_position=keep_position)

    monkeypatch.setattr(image_cache, "measure_file", count)
    rows = [{**GOOD, "id": str(n), "images": f"{n % 2}.jpg"} for n in range(6)]
    files = {"sources/0.jpg": CUP, "sources/1.jpg": make_image("JPEG", 640, 480, shade=9)}
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines(*rows), **files})
    assert run_cli(site, "build").exit_code == 0
    assert sorted(measured) == ["0.jpg", "1.jpg"]
    assert run_cli(site, "build").exit_code == 0
    assert len(measured) == 2
    (site / "sources/1.jpg").write_bytes(make_image("JPEG", 640, 480, shade=10))
    assert run_cli(site, "build").exit_code == 0
    assert measured[2:] == ["1.jpg"]
    (site / ".feedpub/images.json").write_text("{broken")
    (site / "sources/new.css").write_bytes(b"")  # so that the build reads the records again
    assert run_cli(site, "build").exit_code == 0
    assert sorted(measured[3:]) == ["0.jpg", "1.jpg"]


def test_remote_images_are_asked_for_where_configured(tmp_path: Path, server: Server) -> None:
    server.routes |= {
        "/a.jpg": serve(CUP, Content_Type="text/plain"),
        "/moved": redirect("/a.jpg"),
        "/page": serve(b"<html>", Content_Type="image/jpeg"),
        "/where.jpg": serve(make_located()),
    }
    images = [server.url(path) for path in ("/a.jpg", "/moved", "/page", "/where.jpg")]
    toml = STANDARD_TOML.replace("[[source]]", "allow_loopback = true\n\n[[source]]")
    toml += 'remote_images = "measure"\n'
    site, warnings = build_images(tmp_path, images, {}, toml)
    assert read_enclosures(site) == [(url, "image/jpeg", str(len(CUP))) for url in images[:2]]
    assert [warning.partition(" ")[2] for warning in warnings] == [
        "is not a JPEG, PNG, GIF, WebP, or AVIF image; it is left out",
        f"{LINKED_POSITION}; it is left out",
    ]
    asked = len(server.asked)
    server.routes.clear()
    again = run_cli(site, "diff")
    assert "page" in again.stderr  # a refusal is asked again, what was measured is not
    assert {path for _, path, _ in server.asked[asked:]} == {"/page"}


def test_a_build_without_cache_asks_for_remote_images_again(tmp_path: Path, server: Server) -> None:
    server.routes["/a.jpg"] = serve(CUP)
    toml = STANDARD_TOML.replace("[[source]]", "allow_loopback = true\n\n[[source]]")
    toml += 'remote_images = "measure"\n'
    images = [server.url(path) for path in ("/a.jpg", "/late.jpg")]
    site, _ = build_images(tmp_path, images, {}, toml)
    other = make_image("JPEG", 700, 500)
    server.routes |= {"/a.jpg": serve(other), "/late.jpg": serve(other)}
    assert run_cli(site, "build").exit_code == 0
    assert read_enclosures(site)[0] == (images[0], "image/jpeg", str(len(CUP)))
    assert run_cli(site, "build", "--no-cache").exit_code == 0
    assert read_enclosures(site) == [(url, "image/jpeg", str(len(other))) for url in images]


def test_check_asks_for_remote_images_too(tmp_path: Path, server: Server) -> None:
    server.routes["/a.jpg"] = serve(CUP)
    toml = STANDARD_TOML.replace("[[source]]", "allow_loopback = true\n\n[[source]]")
    toml += 'remote_images = "measure"\n'
    row = {**GOOD, "images": server.url("/a.jpg")}
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines(row)}, toml)
    result = run_cli(site, "check")
    assert (result.exit_code, result.stderr) == (0, "")
    assert server.methods == ["GET /a.jpg"]


def test_a_position_that_was_kept_is_refused_when_the_setting_goes(
    tmp_path: Path, server: Server
) -> None:
    server.routes["/where.jpg"] = serve(make_located())
    url = server.url("/where.jpg")
    opened = STANDARD_TOML.replace("[[source]]", "allow_loopback = true\n\n[[source]]")
    opened += 'remote_images = "measure"\n'
    keeping = opened.replace("allow_loopback", 'gps = "keep"\nallow_loopback')
    site, warnings = build_images(tmp_path, url, {}, keeping)
    assert (warnings, len(read_enclosures(site))) == ([], 1)
    asked = len(server.asked)
    site, warnings = build_images(tmp_path, url, {}, opened)
    assert warnings == [f"{url} {LINKED_POSITION}; it is left out"]
    assert (read_enclosures(site), len(server.asked)) == ([], asked)


def test_without_the_setting_no_network_is_touched(tmp_path: Path, server: Server) -> None:
    toml = STANDARD_TOML.replace("[[source]]", "allow_loopback = true\n\n[[source]]")
    _, warnings = build_images(tmp_path, server.url("/a.jpg"), {}, toml)
    assert len(warnings) == 1
    assert server.asked == []


def test_loopback_is_closed_unless_opened(tmp_path: Path, server: Server) -> None:
    toml = STANDARD_TOML + 'remote_images = "measure"\n'
    site, warnings = build_images(tmp_path, server.url("/a.jpg"), {}, toml)
    assert len(warnings) == 1
    assert server.asked == []
    assert read_enclosures(site) == []


def test_clean_removes_old_media_that_no_feed_names(tmp_path: Path) -> None:
    site, _ = build_images(tmp_path, "a.jpg", {"sources/a.jpg": CUP})
    other = make_image("JPEG", 640, 480, shade=7)
    (site / "sources/a.jpg").write_bytes(other)
    assert run_cli(site, "build").exit_code == 0
    gone, kept = (site / "feeds" / name_media(content, "jpg") for content in (CUP, other))
    foreign = site / "feeds/media/own.jpg"
    foreign.write_bytes(CUP)
    for path in (gone, kept, foreign):
        os.utime(path, (0, 0))
    assert run_cli(site, "clean").exit_code == 2
    assert run_cli(site, "clean", "--media", "--older-than", "99999d").stdout == "0 files removed\n"
    result = run_cli(site, "clean", "--media", "--older-than", "180d")
    assert result.exit_code == 0
    assert (gone.exists(), kept.exists(), foreign.exists()) == (False, True, True)
    listed = json.loads((site / "feeds/manifest.json").read_bytes())["files"]
    assert [line["path"] for line in listed if line["path"].startswith("media/")] == [
        name_media(other, "jpg")
    ]
    (site / "feeds/good.rss").write_bytes(b"<broken")
    assert run_cli(site, "clean", "--media").exit_code == 3
