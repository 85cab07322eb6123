"""WordPress's SQLite database: links by its settings, drafts, times, and what is beside posts."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest
from xml_support import Found, read_source

GOLDEN = Path(__file__).parent.parent / "golden"
SAMPLE = GOLDEN / "system-sqlite-wordpress" / "sources" / "site.sqlite"
GHOST = GOLDEN / "system-sqlite-ghost" / "sources" / "ghost.db"


def read(tmp_path: Path, *statements: str, sample: Path = SAMPLE) -> Found:
    """Read a sample after statements have changed it."""
    path = tmp_path / "changed.db"
    path.write_bytes(sample.read_bytes())
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return read_source(tmp_path / "site", {"a.sqlite": path.read_bytes()})


def by_title(found: Found) -> Mapping[object, Mapping[str, object]]:
    return {record.fields["title"]: record.fields for record in found.records}


LINKS = [
    ("/%year%/%monthnum%/%day%/%postname%/", "/2024/04/02/herons-return/"),
    ("/index.php/%post_id%", "/index.php/1"),
    ("/%category%/%postname%/", "/nature/river/herons-return/"),
    ("/%author%/%hour%%minute%%second%/", "/anna-berg/093000/"),
    ("", "/?p=1"),
]


@pytest.mark.parametrize(("structure", "link"), LINKS)
def test_makes_links_by_the_permalink_settings(tmp_path: Path, structure: str, link: str) -> None:
    set_it = f"UPDATE rp_options SET option_value = '{structure}' WHERE option_id = 3"
    assert by_title(read(tmp_path, set_it))["Herons return"]["permalink"] == link


def test_a_site_in_a_folder_has_its_links_there(tmp_path: Path) -> None:
    home = "UPDATE rp_options SET option_value = 'https://a.example/blog/' WHERE option_id = 2"
    links = by_title(read(tmp_path, home))
    assert links["The weir"]["permalink"] == "/blog/nature/2024/the-weir/"


def test_takes_posts_alone_and_what_is_published(tmp_path: Path) -> None:
    found = read(tmp_path)
    assert found.titles == ["Herons return", "The weir"]
    assert {note.split(":")[0] for note in found.notes} == {"sources"}
    assert all(word in " ".join(found.notes) for word in ("revision", "page", "attachment"))
    assert [problem.message[:3] for problem in found.problems] == ["are"]


def test_reads_utc_times_else_the_local_one_with_the_offset_of_the_site(tmp_path: Path) -> None:
    zero = "UPDATE rp_posts SET post_date_gmt = '0000-00-00 00:00:00' WHERE ID = 2"
    found = by_title(read(tmp_path, zero))
    assert found["Herons return"]["published"] == "2024-04-02 07:30:00Z"
    assert found["The weir"]["published"] == "2024-04-03 09:30:00+02:00"


def test_a_featured_image_that_is_gone_is_told(tmp_path: Path) -> None:
    found = read(tmp_path, "DELETE FROM rp_posts WHERE ID = 7")
    assert "images" not in by_title(found)["Herons return"]
    assert any("has no lead image" in problem.message for problem in found.problems)


def test_reads_the_tables_of_ghost(tmp_path: Path) -> None:
    found = read(tmp_path, sample=GHOST)
    assert found.titles == ["Herons return", "A fair opens", "For members"]
    herons = by_title(found)["Herons return"]
    assert (herons["author"], herons["section"]) == (["Anna Berg", "Ben Lund"], ["River"])
    assert herons["published"] == "2024-04-02 07:30:00Z"
    assert by_title(found)["A fair opens"]["content_html"] == "<p>It opens at noon.</p>"
    assert "content_html" not in by_title(found)["For members"]


@pytest.mark.parametrize(
    ("table", "column"), [("options", "option_name"), ("users", "display_name"), ("terms", "slug")]
)
def test_a_table_without_its_columns_is_told(tmp_path: Path, table: str, column: str) -> None:
    found = read(tmp_path, f"ALTER TABLE rp_{table} RENAME COLUMN {column} TO other")
    assert found.records == []
    assert [problem.message for problem in found.problems] == [
        f"has no column {column} in its table rp_{table}"
    ]
