"""The sizes of images on pages: which there are, what pages say of them, and when they are made."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from lxml import html as markup
from PIL import Image as Pictures

from feedpub.images import page_sizes, pictures
from feedpub.images.scaling import Scaled, ScaledType
from support import STANDARD_TOML, make_image, make_site, read_tree, run_cli, to_json_lines

TOML = STANDARD_TOML.replace("[site]", '[site]\nformats = ["rss", "html"]')
ROW = {"id": "1", "title": "A", "section": "Good", "updated": "2020-05-24", "image": "a.img"}


def make_photo(width: int, height: int, kind: str = "JPEG", **more: object) -> bytes:
    """Make a picture in which no pixel is like the next, as photos are."""
    tile = Pictures.radial_gradient("L").resize((61, 47))
    picture = Pictures.new("L", (width, height))
    for left in range(0, width, 61):
        for top in range(0, height, 47):
            picture.paste(tile.rotate(left * 7 + top), (left, top))
    turned = picture.transpose(Pictures.Transpose.FLIP_LEFT_RIGHT)
    photo = Pictures.merge("RGB", (picture, turned, picture.point(lambda value: 255 - value)))
    held = io.BytesIO()
    photo.save(held, kind, **({"quality": 97} | more))
    return held.getvalue()


def make_see_through() -> bytes:
    held = io.BytesIO()
    photo = Pictures.open(io.BytesIO(make_photo(900, 600))).convert("RGBA")
    photo.putalpha(90)
    photo.save(held, "PNG")
    return held.getvalue()


def make_turned() -> bytes:
    exif = Pictures.Exif()
    exif[0x0112] = 6
    return make_photo(1000, 700, exif=exif)


def make_moving() -> bytes:
    held = io.BytesIO()
    second = Pictures.new("RGB", (900, 20), "blue")
    first = Pictures.new("RGB", (900, 20), "red")
    first.save(held, "WEBP", save_all=True, append_images=[second])
    return held.getvalue()


def make_plain() -> bytes:
    held = io.BytesIO()
    Pictures.new("RGB", (500, 300), "#9d2a1c").save(held, "PNG")
    return held.getvalue()


def decode(content: bytes) -> Pictures.Image:
    picture = Pictures.open(io.BytesIO(content))
    picture.load()
    return picture


def build(folder: Path, content: bytes, row: Mapping[str, object] = ROW) -> Path:
    files: dict[str, str | bytes] = {
        "sources/a.jsonl": to_json_lines(row),
        "sources/a.img": content,
    }
    site = make_site(folder, files, TOML)
    done = run_cli(site, "build")
    assert done.exit_code == 0, done.stderr
    return site


def list_copies(site: Path) -> dict[str, tuple[int, int]]:
    """List the copies of the image by what their names say of them, with their pixels."""
    found = {}
    for path in (site / "feeds/media").iterdir():
        if "-" in path.name:
            found[path.name[17:]] = decode(path.read_bytes()).size
    return found


@pytest.mark.parametrize(
    ("content", "copies"),
    [
        (
            make_photo(2000, 1500),
            {
                f"{width}.{kind}": (width, width * 3 // 4)
                for width in (400, 800, 1600)
                for kind in ("webp", "jpg")
            },
        ),
        (
            make_photo(1000, 500),
            {
                f"{width}.{kind}": (width, width // 2)
                for width in (400, 800, 1000)
                for kind in ("webp", "jpg")
            },
        ),
        (
            make_see_through(),
            {"400.webp": (400, 267), "800.webp": (800, 533), "900.webp": (900, 600)},
        ),
        (
            make_turned(),
            {
                f"{width}.{kind}": (width, height)
                for width, height in ((400, 571), (700, 1000))
                for kind in ("webp", "jpg")
            },
        ),
        (make_photo(400, 300), {}),
        (make_moving(), {}),
        (make_plain(), {"400.webp": (400, 240), "500.webp": (500, 300)}),  # JPEG takes more bytes
        (make_image("GIF", 900, 600), {}),
    ],
    ids=["large", "middle", "see-through", "turned", "small", "moving", "plain", "GIF"],
)
def test_copies_are_never_wider_or_longer_than_the_file(
    tmp_path: Path, content: bytes, copies: dict[str, tuple[int, int]]
) -> None:
    site = build(tmp_path, content)
    assert list_copies(site) == copies
    for path in (site / "feeds/media").iterdir():
        assert path.stat().st_size <= len(content)
    # Feeds name the file itself, as they did.
    assert "-" not in re.findall(r"media/[^\"<&]+", (site / "feeds/good.rss").read_text())[0]


@pytest.mark.parametrize(
    ("content", "src"),
    [
        (make_photo(2000, 1500), "-800.jpg"),
        (make_photo(1000, 500), "-800.jpg"),
        (make_photo(500, 500), ".jpg"),
        (make_see_through(), ".png"),
        (make_turned(), ".jpg"),
        (make_plain(), ".png"),
        (make_photo(1200, 800, quality=30), ".jpg"),
        (make_photo(1200, 800, "WEBP", quality=30), ".webp"),
    ],
    ids=["large", "middle", "narrow", "see-through", "turned", "plain", "terse", "terse WebP"],
)
@pytest.mark.parametrize("in_body", [False, True])
def test_pages_name_copies_that_are_there_by_their_true_widths(
    tmp_path: Path, content: bytes, src: str, in_body: bool
) -> None:
    row: dict[str, object] = {**ROW}
    if in_body:  # below another image
        text = '<p>Text</p><p><img src="a.img" alt="A"></p>'
        row |= {"image": "b.img", "content_html": text}
        make_site(tmp_path, {"sources/b.img": make_photo(300, 200)})
    site = build(tmp_path, content, row)
    (page,) = (site / "feeds/articles").iterdir()
    root = markup.parse(str(page)).getroot()
    image = root.xpath("//article//img")[-1]
    own = decode(content)
    turned = own.getexif().get(0x0112) == 6
    width, height = own.size[::-1] if turned else own.size
    assert (image.get("width"), image.get("height")) == (str(width), str(height))
    assert image.get("src").endswith(src)
    assert image.get("loading") == ("lazy" if in_body else None)
    lists = [(image.get("srcset"), None)]
    lists += [(one.get("srcset"), one.get("type")) for one in root.xpath("//picture/source")]
    names = set()
    for listed, type in lists:
        for candidate in filter(None, (listed or "").split(", ")):
            name, _, told = candidate.partition(" ")
            file = page.parent / name
            shown = decode(file.read_bytes())
            assert told == f"{shown.width}w" or (turned and "-" not in name)
            assert type in (None, "image/webp") and (type is None or shown.format == "WEBP")
            names.add(file.name)
    # What is copied is used, on this page.
    assert {path.name for path in (site / "feeds/media").iterdir() if "-" in path.name} <= names
    (shared,) = root.xpath("//meta[@property='og:image']/@content")
    assert (site / "feeds" / shared.removeprefix("https://news.example.com/feeds/")).is_file()


def test_each_copy_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[int, ScaledType]] = []

    def count(content: bytes, wanted: Sequence[tuple[int, ScaledType]]) -> list[Scaled]:
        made.extend(wanted)
        return scale_all(content, wanted)

    scale_all = page_sizes.scale_all
    monkeypatch.setattr(page_sizes, "scale_all", count)
    content = make_photo(900, 600)
    site = build(tmp_path, content)
    assert len(made) == 6
    before = read_tree(site / "feeds")
    build(tmp_path, content, {**ROW, "title": "B"})
    (site / ".feedpub/image-sizes.json").unlink()
    build(tmp_path, content, {**ROW, "title": "C"})
    assert run_cli(site, "build", "--no-cache").exit_code == 0
    after = read_tree(site / "feeds")
    assert len(made) == 6
    assert {p: c for p, c in after.items() if "media/" in p} == {
        p: c for p, c in before.items() if "media/" in p
    }
    # A copy that something else changed, or removed, is made again.
    webp, jpeg = sorted((site / "feeds/media").glob("*-400.*"))
    webp.write_bytes(b"")
    jpeg.unlink()
    build(tmp_path, content, {**ROW, "title": "C", "tags": ["x"]})
    assert read_tree(site / "feeds").keys() == after.keys()
    assert webp.read_bytes() == after[f"media/{webp.name}"]


def test_a_retraction_takes_the_copies_away(tmp_path: Path) -> None:
    content = make_photo(900, 600)
    site = build(tmp_path, content)
    assert len(list_copies(site)) == 6
    build(tmp_path, content, {**ROW, "status": "retracted", "updated": "2020-05-25"})
    assert not (site / "feeds/media").exists()


def test_a_site_without_pages_gets_no_copies(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "sources/a.jsonl": to_json_lines(ROW),
        "sources/a.img": make_photo(900, 600),
    }
    site = make_site(tmp_path, files, STANDARD_TOML)
    assert run_cli(site, "build").exit_code == 0
    assert list_copies(site) == {}


def test_warnings_are_heard_again_after_several_threads_ignored_them() -> None:
    ignoring = pictures._ignoring_warnings
    before = list(warnings.filters)
    ignoring.__enter__()
    ignoring.__enter__()
    ignoring.__exit__()
    warnings.warn("ignored", stacklevel=1)
    ignoring.__exit__()
    assert warnings.filters == before
    with pytest.raises(UserWarning):
        warnings.warn("heard", stacklevel=1)
