"""Templates of links, names of two sections, and formats that change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lxml import etree

from support import STANDARD_TOML, make_image, make_site, run_cli


@pytest.mark.parametrize(
    ("name", "link"),
    [
        ("a#b?c.json", "https://news.example.com/a%23b%3Fc.html"),
        ("茶.json", "https://news.example.com/%E8%8C%B6.html"),
        ("100%.json", "https://news.example.com/100%25.html"),
        ("river/a b.json", "https://news.example.com/river/a%20b.html"),
    ],
)
def test_a_path_stands_escaped_in_a_link(tmp_path: Path, name: str, link: str) -> None:
    toml = STANDARD_TOML + 'link = "https://news.example.com/{path}.html"\nsection = "River"\n'
    record = '{"title": "Title", "updated": "2020-05-25"}'
    site = make_site(tmp_path, {f"sources/{name}": record}, toml)
    assert run_cli(site, "build").exit_code == 0
    assert etree.parse(site / "feeds/river.rss").findtext("channel/item/link") == link


def test_a_name_of_two_section_tables_is_a_configuration_error(tmp_path: Path) -> None:
    toml = STANDARD_TOML + '[section.a]\nmatch = ["River"]\n[section.b]\nname = "RIVER"\n'
    site = make_site(tmp_path, {"sources/a.txt": "x"}, toml)
    result = run_cli(site, "build")
    assert result.exit_code == 2
    assert 'section.b: "river" is a name of section.a, too. Remove one.' in result.stderr


def test_a_change_of_format_does_not_get_past_the_loss_guard(tmp_path: Path) -> None:
    def write(count: int) -> str:
        lines = (
            f'{{"id": {n}, "title": "T{n}", "section": "River", "updated": "2020-05-25"}}\n'
            for n in range(count)
        )
        return "".join(lines)

    toml = STANDARD_TOML.replace("[[source]]", 'formats = ["rss"]\n\n[[source]]')
    site = make_site(tmp_path, {"sources/a.jsonl": write(4)}, toml)
    assert run_cli(site, "build").exit_code == 0
    make_site(tmp_path, {"sources/a.jsonl": write(1)}, toml.replace('"rss"', '"atom"'))
    result = run_cli(site, "build")
    assert result.exit_code == 1
    assert "would lose 3 of 4 entries" in result.stderr
    make_site(tmp_path, {"sources/a.jsonl": write(4)}, toml.replace('"rss"', '"atom"'))
    assert run_cli(site, "build").exit_code == 0


def test_section_and_author_of_a_source_are_plain_text(tmp_path: Path) -> None:
    toml = STANDARD_TOML + 'section = " <b>R&amp;D</b>  News"\nauthor = "The <i>Desk</i>"\n'
    record = '{"title": "Title", "updated": "2020-05-25"}'
    site = make_site(tmp_path, {"sources/a.json": record}, toml)
    assert run_cli(site, "build").exit_code == 0
    item = etree.parse(site / "feeds/r-d-news.rss").find("channel/item")
    assert item is not None
    assert item.findtext("category") == "R&D News"
    assert item.findtext("{http://purl.org/dc/elements/1.1/}creator") == "The Desk"


def test_a_bad_caption_is_left_out_and_every_image_stays(tmp_path: Path) -> None:
    images = [{"src": "a.png", "caption": ["Cup"], "alt": "A cup"}, {"src": "b.png"}]
    record = {"title": "T", "updated": "2020-05-25", "section": "River", "images": images}
    files: dict[str, str | bytes] = {
        "sources/a.json": json.dumps(record),
        "sources/a.png": make_image("PNG", 600, 400),
        "sources/b.png": make_image("PNG", 600, 400, shade=1),
    }
    site = make_site(tmp_path, files)
    result = run_cli(site, "build")
    assert result.exit_code == 0
    assert result.stderr == (
        "sources/a.json:1: warning: images: \"['Cup']\" is not text; "
        'expected the caption of "a.png"; it is left out\n'
    )
    media = etree.parse(site / "feeds/river.rss").findall(
        "channel/item/{http://search.yahoo.com/mrss/}content"
    )
    assert len(media) == 2
