"""Feeds and pages are rendered again only where what they are made of changed."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from feedpub.feeds import render_article, render_feed, render_list
from support import (
    STANDARD_TOML,
    count_calls,
    make_image,
    make_site,
    read_tree,
    run_cli,
    to_json_lines,
)

TOML = STANDARD_TOML.replace("[site]\n", '[site]\nformats = ["rss", "atom", "json", "html"]\n')
RECORDS = [
    {
        "id": str(number),
        "title": f"Boat {number}",
        "section": ("River", "Lake", "Tea")[number % 3],
        "updated": f"2025-12-{number + 1:02} 08:00",
        "content_html": f"<p>The boat of day {number} is here.</p>",
        "image": "boat.png",
    }
    for number in range(24)
]
ADDED = RECORDS[0] | {"id": "24", "title": "Boat 24", "updated": "2025-12-25 08:00"}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    files: dict[str, str | bytes] = {
        "sources/a.jsonl": to_json_lines(*RECORDS),
        "sources/boat.png": make_image("PNG", 500, 300),
    }
    made = make_site(tmp_path / "site", files, TOML)
    assert run_cli(made, "build").exit_code == 0
    return made


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count what is rendered."""
    counted = Counter[str]()
    for module, render in (
        ("page_staging", render_article),
        ("page_staging", render_list),
        ("staging", render_feed),
    ):
        place = f"feedpub.pipeline.{module}.{render.__name__}"
        monkeypatch.setattr(place, count_calls(counted, render))
    return counted


def write_records(site: Path, *records: dict[str, str]) -> None:
    (site / "sources/a.jsonl").write_text(to_json_lines(*records))


def build(site: Path, *options: str) -> None:
    done = run_cli(site, "build", "--accept-loss", *options)
    assert done.exit_code == 0, done


def test_one_article_more_renders_its_neighbors_alone(site: Path, rendered: Counter[str]) -> None:
    write_records(site, *RECORDS, ADDED)
    build(site)
    # Its own page, and that of the story before it, which now has a next one.
    assert rendered["render_article"] == 2
    # The lists of its section and of all, whose last pages it is on; the feeds of both.
    assert rendered["render_list"] <= 2 * 2 + 1
    assert rendered["render_feed"] == 2 * 3


# What stays of the 24 records, in another form, and a line of [site].
CHANGES: dict[str, tuple[Sequence[dict[str, str]], str]] = {
    "a title": ([*RECORDS[:5], RECORDS[5] | {"title": "Raft 5"}, *RECORDS[6:]], ""),
    "a text": ([*RECORDS[:5], RECORDS[5] | {"content_html": "<p>Gone.</p>"}, *RECORDS[6:]], ""),
    "a section more": ([*RECORDS, ADDED | {"section": "Bridge"}], ""),
    "a page of lists more": (
        [*RECORDS, *(ADDED | {"id": str(number)} for number in range(30, 50))],
        "",
    ),
    "a section that moves": ([RECORDS[0] | {"section": "Tea"}, *RECORDS[1:]], ""),
    "an article that is gone": (RECORDS[:-1], ""),
    "an article that is retracted": ([*RECORDS[:-1], RECORDS[-1] | {"status": "retracted"}], ""),
    "an order": (RECORDS[::-1], ""),
    "a setting": (RECORDS, 'author = "Anders"'),
    "nothing but a smaller limit": (RECORDS, "limit = 3"),
    "the widths of images": (RECORDS, "image_width = 300"),
}


@pytest.mark.parametrize(("records", "line"), CHANGES.values(), ids=CHANGES)
def test_files_are_those_of_a_build_from_nothing(
    site: Path, tmp_path: Path, records: Sequence[dict[str, str]], line: str
) -> None:
    write_records(site, *records)
    (site / "feedpub.toml").write_text(TOML.replace("[site]\n", f"[site]\n{line}\n"))
    shutil.copytree(site, tmp_path / "other")
    build(site)
    build(tmp_path / "other", "--no-cache")
    assert read_tree(site / "feeds") == read_tree(tmp_path / "other" / "feeds")


def test_pages_are_rendered_again_with_other_templates(site: Path) -> None:
    template = site / "templates" / "article.html"
    template.parent.mkdir()
    (site / "feedpub.toml").write_text(TOML.replace("[site]", '[site]\ntemplates = "templates"'))
    for words in ("Kept by the river", "Kept by the lake"):
        template.write_text(
            '{% extends "feedpub/article.html" %}{% block content %}' + words + "{% endblock %}"
        )
        build(site)
        pages = [page.read_text() for page in (site / "feeds/articles").iterdir()]
        assert len(pages) == 24 and all(words in page for page in pages)


def test_a_file_that_something_else_changed_is_rendered(site: Path, rendered: Counter[str]) -> None:
    before = read_tree(site / "feeds")
    for path in ("river.rss", "river.html"):
        content = (site / "feeds" / path).read_bytes()
        (site / "feeds" / path).write_bytes(content.replace(b"River", b"Rover"))
    build(site)
    assert read_tree(site / "feeds") == before
    assert rendered == {"render_list": 1, "render_feed": 1}
