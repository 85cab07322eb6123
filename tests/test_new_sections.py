"""Sections that the configuration does not name, and what counts of a breadcrumb."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from feedpub.articles.known_sections import KnownSections
from feedpub.config.loading import load_config
from support import STANDARD_TOML, make_site, run_cli, to_json_lines

SECTIONS = """
[section.river-voice]
name = "River Voice"
match = ["R Voice", "浙江之声"]

[section.tea]
description = "Leaves"
"""


def write(tmp_path: Path, policy: str, *sections: object, files: Mapping[str, str] = {}) -> Path:
    """Write a site with a record for each section, or list of sections."""
    records = [
        {"id": str(number), "title": f"Story {number}", "section": section, "updated": "2020-05-25"}
        for number, section in enumerate(sections, 1)
    ]
    toml = STANDARD_TOML.replace("[[source]]", f'new_sections = "{policy}"\n\n[[source]]')
    lines = {"sources/a.jsonl": to_json_lines(*records)} if records else {}
    return make_site(tmp_path, {**lines, **files}, toml + SECTIONS)


def list_feeds(site: Path) -> list[str]:
    return sorted(path.stem for path in (site / "feeds").glob("*.rss"))


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("River Voice", True),
        ("ｒｉｖｅｒ　VOICE", True),
        ("R Voice", True),
        ("浙江之声", True),
        ("Tea", True),  # by its slug: the table has no name
        ("TEA!", True),
        ("Notices", True),  # the source's
        ("River", False),
        ("River-Voice", False),  # a slug of a table with names is no name
        ("All", False),
        ("Culture", False),
    ],
)
def test_knows_the_names_of_the_configuration(tmp_path: Path, name: str, known: bool) -> None:
    make_site(tmp_path, {"sources/a.jsonl": ""}, STANDARD_TOML + 'section = "Notices"' + SECTIONS)
    assert KnownSections(load_config(tmp_path / "feedpub.toml")).knows(name) is known


def test_publishes_new_sections_by_default(tmp_path: Path) -> None:
    site = write(tmp_path, "publish", "River Voice", "Rivr Voice")
    result = run_cli(site, "build")
    assert (result.exit_code, result.stderr) == (0, "")
    assert list_feeds(site) == ["all", "river-voice", "rivr-voice", "tea"]


def test_warns_once_of_each_new_name_and_publishes_it(tmp_path: Path) -> None:
    page = "Home>Culture\n\nTea at four\n\nUpdated : 2020-05-25\n\nOne.\n"
    site = write(
        tmp_path,
        "warn",
        "River Voice",
        "Rivr Voice",
        ["RIVR  VOICE", "Tea"],
        files={"sources/page.txt": page},
    )
    result = run_cli(site, "build")
    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        'sources/a.jsonl:2: warning: section: "Rivr Voice" is not a section in the '
        'configuration. It is published. Did you mean "River Voice"?',
        'sources/page.txt:1: warning: section: "Culture" is not a section in the '
        "configuration. It is published. If the name is right, add a [section] table for it.",
    ]
    assert list_feeds(site) == ["all", "culture", "river-voice", "rivr-voice", "tea"]


def test_does_not_warn_of_a_name_that_only_superseded_versions_have(tmp_path: Path) -> None:
    old = {"id": "9", "title": "Lock", "section": "Rivr", "updated": "2020-05-25"}
    new = {**old, "section": "River Voice", "updated": "2020-05-26"}
    site = write(tmp_path, "warn", files={"sources/b.jsonl": to_json_lines(old, new)})
    result = run_cli(site, "build")
    assert (result.exit_code, result.stderr) == (0, "")


def test_rejects_a_record_of_new_sections_alone(tmp_path: Path) -> None:
    site = write(tmp_path, "reject", "River Voice", "Rivr Voice", ["Culture", "Sport"])
    result = run_cli(site, "build", "--report", "json")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert report["rejected"] == 2
    assert [
        (p["severity"], p["where"]["line"], p["field"], p["value"], p["kind"])
        for p in report["problems"]
    ] == [
        ("error", 2, "section", "Rivr Voice", "new-section"),
        ("error", 3, "section", "Culture", "new-section"),
    ]
    assert report["problems"][0]["message"].endswith('Did you mean "River Voice"?')
    assert list_feeds(site) == ["all", "river-voice", "tea"]
    assert sorted(report["sections"]["all"]) == ["entries", "newest"]
    assert report["sections"]["all"]["entries"] == 1


def test_publishes_a_record_in_the_sections_that_are_known(tmp_path: Path) -> None:
    site = write(tmp_path, "reject", ["Rivr Voice", "Tea", "River Voice"])
    result = run_cli(site, "build")
    assert result.exit_code == 0
    assert result.stderr == (
        'sources/a.jsonl:1: warning: section: "Rivr Voice" is not a section in the '
        'configuration. It is left out. Did you mean "River Voice"?\n'
    )
    assert list_feeds(site) == ["all", "river-voice", "tea"]
    feed = (site / "feeds" / "tea.atom").read_text()
    assert '<category term="River Voice"/>' in feed
    assert "Rivr" not in feed


def test_limit_does_not_decide_whether_a_new_section_is_rejected(tmp_path: Path) -> None:
    names = ["River Voice"] * 120 + ["Rivr"]
    site = write(tmp_path, "reject", *names)
    for command in ("build", "check"):
        assert run_cli(site, command).exit_code == 1


@pytest.mark.parametrize(
    ("settings", "feeds"),
    [
        ("", ["green", "locks"]),
        ("section_depth = 1", ["news", "tea"]),
        ("section_depth = 2", ["green", "river"]),
        ("section_depth = 9", ["green", "locks"]),
    ],
)
@pytest.mark.parametrize("place", ["site", "source"])
def test_a_breadcrumb_counts_by_the_label_that_is_configured(
    tmp_path: Path, settings: str, feeds: list[str], place: str
) -> None:
    head, source = STANDARD_TOML.split("[[source]]")
    toml = f"{head}{settings if place == 'site' else 'section_depth = 2'}\n[[source]]{source}"
    if place == "source":
        toml += settings or "section_depth = 9"  # wins over the site's
    page = "Home / News / River / Locks /\n\nA lock\n\nUpdated : 2020-05-25\n\nOne.\n"
    record = {"id": "1", "title": "Leaves", "section": "Home>Tea>Green", "updated": "2020-05-25"}
    site = make_site(
        tmp_path, {"sources/a.txt": page, "sources/b.jsonl": to_json_lines(record)}, toml
    )
    assert run_cli(site, "build").exit_code == 0
    assert list_feeds(site) == sorted(["all", *feeds])


def test_an_html_page_s_breadcrumb_counts_by_its_depth_too(tmp_path: Path) -> None:
    page = (
        "<html><body><div class='breadcrumb'><a href='/'>Home</a> &gt; <a href='/n'>News</a> &gt; "
        "<a href='/n/r'>River</a></div><h1>A lock opens at noon</h1>"
        "<p>Updated: 2020-05-25</p><div><p>The lock opens at noon, and all the boats go in "
        "together, as they always did.</p><p>Then it is closed again.</p></div></body></html>"
    )
    toml = STANDARD_TOML.replace("[[source]]", "section_depth = 1\n[[source]]")
    site = make_site(tmp_path, {"sources/a.html": page}, toml)
    result = run_cli(site, "build")
    assert (result.exit_code, result.stderr) == (0, "")
    assert list_feeds(site) == ["all", "news"]


def test_a_renamed_section_that_matches_its_old_name_keeps_its_feed_and_ids(tmp_path: Path) -> None:
    site = write(tmp_path, "reject", "R Voice", "River Voice", "浙江之声", "ｒ　voice")
    assert run_cli(site, "build").exit_code == 0
    before = (site / "feeds" / "river-voice.atom").read_text()
    assert before.count("<entry>") == 4
    # The desk is renamed in the CMS, for new articles alone.
    toml = (site / "feedpub.toml").read_text()
    renamed = toml.replace('name = "River Voice"', 'name = "Delta Voice"')
    (site / "feedpub.toml").write_text(renamed.replace('["R Voice"', '["River Voice", "R Voice"'))
    line = {"id": "5", "title": "Story 5", "section": "Delta Voice", "updated": "2020-05-26"}
    make_site(site, {"sources/b.jsonl": to_json_lines(line)}, (site / "feedpub.toml").read_text())
    result = run_cli(site, "build")
    assert (result.exit_code, result.stderr) == (0, "")
    assert list_feeds(site) == ["all", "river-voice", "tea"]
    after = (site / "feeds" / "river-voice.atom").read_text()
    for part in ("<id>tag:news.example.com,2020:feed/river-voice</id>", "2020:1</id>"):
        assert part in before
        assert part in after
    assert after.count('<category term="Delta Voice"/>') == 5
