"""Images in a web size: what is scaled, how it looks, and which bytes stay."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from lxml import etree
from PIL import Image as Pictures
from PIL import ImageCms

from feedpub.images import web_sizes
from feedpub.images.scaling import choose_type, scale
from feedpub.lint import lint_feed
from support import STANDARD_TOML, make_image, make_site, read_tree, run_cli, to_json_lines

TOML = STANDARD_TOML.replace("[[source]]", 'image_width = 200\ngps = "{}"\n[[source]]')
ROW = {"id": "1", "title": "A", "section": "Good", "updated": "2020-05-24"}
MEDIA = "{http://search.yahoo.com/mrss/}"
THUMBNAIL = f"{MEDIA}thumbnail"


def encode(picture: Pictures.Image, kind: str, **more: object) -> bytes:
    held = io.BytesIO()
    picture.save(held, kind, **more)
    return held.getvalue()


def decode(content: bytes) -> Pictures.Image:
    picture = Pictures.open(io.BytesIO(content))
    picture.load()
    return picture


def build(tmp_path: Path, content: bytes, gps: str = "remove") -> tuple[Path, dict[str, str]]:
    files: dict[str, str | bytes] = {
        "sources/a.jsonl": to_json_lines({**ROW, "image": "a.img"}),
        "sources/a.img": content,
    }
    site = make_site(tmp_path, files, TOML.format(gps))
    assert run_cli(site, "build").exit_code == 0
    (media,) = etree.parse(site / "feeds/good.rss").iter(f"{MEDIA}content")
    return site, {str(name): str(value) for name, value in media.items()}


def test_a_large_image_is_scaled_and_named_by_its_source_and_width(
    tmp_path: Path,
) -> None:
    site, media = build(tmp_path, make_image("JPEG", 3200, 2400))
    (path,) = (site / "feeds/media").iterdir()
    assert path.name.endswith("-200.jpg") and media["url"].endswith(f"/media/{path.name}")
    assert (media["width"], media["height"], media["type"]) == ("200", "150", "image/jpeg")
    assert media["fileSize"] == str(path.stat().st_size)
    assert decode(path.read_bytes()).size == (200, 150)
    text = (site / "feeds/good.rss").read_text()
    assert text.count(path.name) == 2  # in the enclosure, and in the media


@pytest.mark.parametrize(
    "content",
    [
        make_image("JPEG", 200, 900),
        make_image("JPEG", 3000, 90),
        make_image("PNG", 120, 90),
        encode(
            Pictures.new("RGB", (3200, 20), "red"),
            "WEBP",
            save_all=True,
            append_images=[Pictures.new("RGB", (3200, 20), "blue")],
        ),
        make_image("GIF", 3200, 20),
    ],
    ids=["as wide", "no wider than readers want", "small", "moving", "GIF"],
)
def test_nothing_is_enlarged_and_nothing_that_moves_is_touched(
    tmp_path: Path, content: bytes
) -> None:
    site, _ = build(tmp_path, content)
    (path,) = (site / "feeds/media").iterdir()
    assert path.read_bytes() == content and "-" not in path.name


def test_without_the_setting_no_image_is_scaled(tmp_path: Path) -> None:
    content = make_image("JPEG", 640, 480)
    files: dict[str, str | bytes] = {
        "sources/a.jsonl": to_json_lines({**ROW, "image": "a.jpg"}),
        "sources/a.jpg": content,
    }
    site = make_site(tmp_path, files)
    assert run_cli(site, "build").exit_code == 0
    (path,) = (site / "feeds/media").iterdir()
    assert path.read_bytes() == content


def test_a_scaled_image_is_upright_in_its_own_colors_and_tells_no_position(
    tmp_path: Path,
) -> None:
    picture = Pictures.new("RGB", (3200, 2400), "#c00")
    picture.paste("#00c", (0, 0, 3200, 1200))  # the upper half of the sensor's picture
    exif = Pictures.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise: the upper half is on the right
    exif[0x8298] = "The desk"
    exif[0x8825] = {1: "N", 2: (30.0, 15.0, 0.0), 3: "E", 4: (120.0, 9.0, 0.0)}
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    content = encode(picture, "JPEG", exif=exif, icc_profile=profile, quality=95)
    for gps in ("remove", "keep"):
        site, media = build(tmp_path / gps, content, gps)
        (path,) = (site / "feeds/media").iterdir()
        shown = decode(path.read_bytes())
        assert (media["width"], media["height"]) == ("200", "267") == tuple(map(str, shown.size))
        left, right = shown.getpixel((20, 75)), shown.getpixel((180, 75))
        assert isinstance(left, tuple) and isinstance(right, tuple)
        assert left[0] > 150 > left[2] and right[2] > 150 > right[0]
        assert shown.info["icc_profile"] == profile
        assert dict(shown.getexif()) == {0x8298: "The desk"}


@pytest.mark.parametrize(
    ("mode", "color", "kind", "type"),
    [
        ("RGBA", (200, 0, 0, 90), "PNG", "image/webp"),
        ("LA", (90, 90), "PNG", "image/webp"),
        ("P", 3, "PNG", "image/jpeg"),
        ("L", 90, "PNG", "image/jpeg"),
        ("1", 1, "PNG", "image/jpeg"),
        ("I;16", 40_000, "PNG", "image/jpeg"),
        ("CMYK", (0, 200, 200, 0), "JPEG", "image/jpeg"),
        ("RGB", (1, 2, 3), "WEBP", "image/jpeg"),
        ("RGB", (1, 2, 3), "AVIF", "image/jpeg"),
    ],
)
def test_scales_pictures_of_every_mode(
    mode: str, color: int | tuple[int, ...], kind: str, type: str
) -> None:
    content = encode(Pictures.new(mode, (640, 480), color), kind)
    chosen = choose_type(content)
    assert chosen == type
    first, again = scale(content, 320, chosen), scale(content, 320, chosen)
    assert first == again
    assert decode(first.content).size == (first.width, first.height) == (320, 240)
    assert (decode(first.content).mode == "RGBA") == (type == "image/webp")


def test_sixteen_bits_a_pixel_keep_their_brightness() -> None:
    content = encode(Pictures.new("I;16", (640, 480), 0x8000), "PNG")
    shown = decode(scale(content, 100, "image/jpeg").content)
    assert shown.mode == "L" and shown.getpixel((50, 50)) in range(120, 137)


def test_a_file_of_another_encoder_stays_as_it_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, media = build(tmp_path, make_image("JPEG", 3200, 2400))
    before = read_tree(site / "feeds")

    def encode_otherwise(content: bytes, width: int, type: object) -> object:
        raise AssertionError("was encoded again")

    monkeypatch.setattr(web_sizes, "scale", encode_otherwise)
    (site / "sources/b.jsonl").write_text(to_json_lines({**ROW, "id": "2", "image": "a.img"}))
    assert run_cli(site, "build").exit_code == 0
    (path,) = (site / "feeds/media").iterdir()
    assert before[f"media/{path.name}"] == path.read_bytes()
    monkeypatch.undo()
    # One that is not as it was written is made again.
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert run_cli(site, "build").exit_code == 0
    assert before[f"media/{path.name}"] == path.read_bytes()
    manifest = json.loads((site / "feeds/manifest.json").read_text())
    (line,) = [one for one in manifest["files"] if one["path"].startswith("media/")]
    assert str(line["bytes"]) == media["fileSize"]


def test_a_large_image_is_told_of_with_the_setting_that_scales_it(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "sources/a.jsonl": to_json_lines({**ROW, "image": "a.png"}),
        "sources/a.png": encode(Pictures.new("1", (3001, 10)), "PNG"),
    }
    result = run_cli(make_site(tmp_path, files), "build")
    assert "is 3001 px wide, more than readers show" in result.stderr
    assert "set image_width" in result.stderr


def test_an_image_of_more_bytes_than_readers_want_is_scaled(tmp_path: Path) -> None:
    noise = Pictures.effect_noise((2400, 2400), 99)
    content = encode(noise, "PNG")
    assert 5_000_000 < len(content) < 8_000_000
    site, media = build(tmp_path, content)
    assert (media["width"], media["type"]) == ("200", "image/jpeg")
    (path,) = (site / "feeds/media").iterdir()
    assert path.stat().st_size < 100_000


def list_thumbnails(site: Path) -> list[list[dict[str, str]]]:
    """List the thumbnails of the media of both feeds, which are alike, and lint them."""
    found: list[list[list[dict[str, str]]]] = []
    for name in ("good.rss", "good.atom"):
        content = (site / "feeds" / name).read_bytes()
        assert [one for one in lint_feed(content) if one.severity == "error"] == []
        found.append(
            [
                [
                    {str(k): str(v) for k, v in one.items()}
                    for one in media.iter(f"{MEDIA}thumbnail")
                ]
                for media in etree.fromstring(content).iter(f"{MEDIA}content")
            ]
        )
    assert found[0] == found[1]
    return found[0]


def test_a_large_image_that_is_linked_has_its_web_size_as_its_thumbnail(tmp_path: Path) -> None:
    toml = TOML.format("remove").replace("[[source]]", '[[source]]\nstatic = ["static"]')
    files: dict[str, str | bytes] = {
        "sources/a.jsonl": to_json_lines({**ROW, "image": "/a.jpg"}),
        "static/a.jpg": make_image("JPEG", 3200, 2400),
    }
    site = make_site(tmp_path, files, toml)
    result = run_cli(site, "build")
    assert (result.exit_code, "image_width" in result.stderr) == (0, False)
    (path,) = (site / "feeds/media").iterdir()
    assert decode(path.read_bytes()).size == (200, 150)
    url = f"https://news.example.com/feeds/media/{path.name}"
    assert list_thumbnails(site) == [[{"url": url, "width": "200", "height": "150"}]]
    text = (site / "feeds/good.rss").read_text()
    assert text.count('url="https://news.example.com/a.jpg"') == 2  # enclosure and media


@pytest.mark.parametrize(
    ("thumbnail", "expected", "told"),
    [
        ("small.png", {"width": "90", "height": "60"}, ""),
        ({"url": "small.png"}, {"width": "90", "height": "60"}, ""),
        ("https://cdn.example.com/s.jpg", {"url": "https://cdn.example.com/s.jpg"}, ""),
        ("none.png", None, 'has the thumbnail "none.png", which is missing; it is left out'),
        ("a.jpg", None, ""),
        ("", None, ""),
    ],
)
def test_a_thumbnail_that_a_record_names_is_published(
    tmp_path: Path, thumbnail: object, expected: dict[str, str] | None, told: str
) -> None:
    image = {"url": "a.jpg", "thumbnail": thumbnail}
    files: dict[str, str | bytes] = {
        "sources/a.jsonl": to_json_lines({**ROW, "image": image}),
        "sources/a.jpg": make_image("JPEG", 640, 480),
        "sources/small.png": make_image("PNG", 90, 60),
    }
    site = make_site(tmp_path, files)
    result = run_cli(site, "build")
    assert result.exit_code == 0
    assert told in result.stderr and ("warning" in result.stderr) == bool(told)
    (found,) = list_thumbnails(site)
    assert len(found) == (expected is not None)
    if expected is not None:
        assert found[0].items() >= expected.items()
    if expected is not None and "width" in expected:
        assert (site / found[0]["url"].removeprefix("https://news.example.com/")).exists()
        # What a feed names is not cleaned away.
        assert run_cli(site, "clean", "--media").exit_code == 0
        assert len(list((site / "feeds/media").iterdir())) == 2


def test_a_feed_that_is_read_again_keeps_its_thumbnails(tmp_path: Path) -> None:
    item = (
        "<item><title>Good</title><guid isPermaLink='false'>g</guid>"
        "<pubDate>Fri, 22 May 2020 00:00:00 GMT</pubDate><media:content medium='image' "
        "url='https://w.example/a.jpg'><media:thumbnail url='/s.jpg'/></media:content></item>"
    )
    head = '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel>'
    files = {"sources/a.xml": f"{head}<link>https://w.example/</link>{item}</channel></rss>"}
    site = make_site(tmp_path, files, STANDARD_TOML + 'section = "Good"\n')
    assert run_cli(site, "build").exit_code == 0
    assert list_thumbnails(site) == [[{"url": "https://w.example/s.jpg"}]]
