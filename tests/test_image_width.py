"""Images in a web size: what is scaled, how it looks, and which bytes stay."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from lxml import etree
from PIL import Image as Pictures
from PIL import ImageCms

from feedpub.images import measuring
from feedpub.images.scaling import choose_type, scale
from support import STANDARD_TOML, make_image, make_site, read_tree, run_cli, to_json_lines

TOML = STANDARD_TOML.replace("[[source]]", 'image_width = 200\ngps = "{}"\n[[source]]')
ROW = {"id": "1", "title": "A", "section": "Good", "updated": "2020-05-24"}
MEDIA = "{http://search.yahoo.com/mrss/}"


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


def test_a_wider_image_is_scaled_and_named_by_its_source_and_width(tmp_path: Path) -> None:
    site, media = build(tmp_path, make_image("JPEG", 640, 480))
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
        make_image("PNG", 120, 90),
        encode(
            Pictures.new("RGB", (640, 480), "red"),
            "WEBP",
            save_all=True,
            append_images=[Pictures.new("RGB", (640, 480), "blue")],
        ),
        make_image("GIF", 640, 480),
    ],
    ids=["as wide", "small", "moving", "GIF"],
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
    picture = Pictures.new("RGB", (480, 640), "#c00")
    picture.paste("#00c", (0, 0, 480, 320))  # the upper half of the sensor's picture
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
        assert (media["width"], media["height"]) == ("200", "150") == tuple(map(str, shown.size))
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
    site, media = build(tmp_path, make_image("JPEG", 640, 480))
    before = read_tree(site / "feeds")

    def encode_otherwise(content: bytes, width: int, type: object) -> object:
        raise AssertionError("was encoded again")

    monkeypatch.setattr(measuring, "scale", encode_otherwise)
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
