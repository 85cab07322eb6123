"""What stands in a link template, and which table a section name belongs to."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from support import STANDARD_TOML, make_site, run_cli


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
    assert 'section.b: "river" is section.a already' in result.stderr
