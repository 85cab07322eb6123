"""stale_after: a section whose newest entry is too old is told of, and nothing in feeds changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from feedpub import build, load_config
from support import make_site, read_tree, run_cli, to_json_lines

# NOW is 2026-01-01T00:00:00Z, which is 08:00 in Shanghai.
RECORDS = (
    {"id": "1", "title": "Lock opens", "section": "River", "updated": "2025-12-31 08:00"},
    {"id": "2", "title": "First leaves", "section": "Tea", "updated": "2025-12-23 07:59:59"},
)
TOML = """\
[site]
title = "Example Voice"
link = "https://news.example.com/"
timezone = "Asia/Shanghai"
tag = "news.example.com,2020"
{site}

[[source]]
path = "sources"
"""
TEA = 'feedpub.toml: warning: section.tea: "Tea" is stale: its newest entry is from '
RIVER = 'feedpub.toml: warning: section.river: "River" is stale: its newest entry is from '


def write(tmp_path: Path, site: str) -> Path:
    return make_site(tmp_path, {"sources/a.jsonl": to_json_lines(*RECORDS)}, TOML.format(site=site))


@pytest.mark.parametrize(
    ("site", "warnings"),
    [
        ("", []),
        ('stale_after = "9d"', [TEA + '9 days ago, and stale_after is "9d"']),
        ('stale_after = "10d"', []),
        # Not older than a day is not yet old.
        ('stale_after = "24h"', [TEA + '9 days ago, and stale_after is "24h"']),
        (
            'stale_after = "23h"',
            [
                RIVER + '1 day ago, and stale_after is "23h"',
                TEA + '9 days ago, and stale_after is "23h"',
            ],
        ),
        # A section's own stands before the site's.
        ('stale_after = "1d"\n[section.tea]\nstale_after = "never"', []),
        ('stale_after = "1d"\n[section.tea]\nstale_after = "30d"', []),
        ('[section.river]\nstale_after = "1h"', [RIVER + '1 day ago, and stale_after is "1h"']),
        # The feed of all has only its own.
        (
            '[section.all]\nstale_after = "1h"',
            [
                'feedpub.toml: warning: section.all: "Example Voice" is stale: '
                'its newest entry is from 1 day ago, and stale_after is "1h"'
            ],
        ),
        (
            '[section.stage]\nname = "Stage"\nstale_after = "30d"',
            [
                'feedpub.toml: warning: section.stage: "Stage" is stale: '
                'it has no entries, and stale_after is "30d"'
            ],
        ),
    ],
)
@pytest.mark.parametrize("command", ["build", "check", "sections"])
def test_warns_of_a_section_without_news(
    tmp_path: Path, command: str, site: str, warnings: list[str]
) -> None:
    result = run_cli(write(tmp_path, site), command)
    assert (result.exit_code, result.stderr.splitlines()) == (0, warnings)


def test_is_not_seen_in_feeds(tmp_path: Path) -> None:
    quiet, warned = tmp_path / "a", tmp_path / "b"
    run_cli(write(quiet, ""), "build")
    run_cli(write(warned, 'stale_after = "1h"'), "build")
    assert read_tree(quiet / "feeds") == read_tree(warned / "feeds")


def test_is_a_problem_to_strict(tmp_path: Path) -> None:
    result = run_cli(write(tmp_path, 'stale_after = "9d"'), "build", "--strict")
    assert result.exit_code == 1
    assert read_tree(tmp_path / "feeds") == {}


def test_is_no_matter_without_a_clock(tmp_path: Path) -> None:
    site = write(tmp_path, 'stale_after = "1h"\nfuture = "publish"')
    assert build(load_config(site / "feedpub.toml")).problems == ()


@pytest.mark.parametrize(
    ("key", "site"),
    [
        ("site.stale_after", 'stale_after = "{}"'),
        ("section.tea.stale_after", '[section.tea]\nstale_after = "{}"'),
    ],
)
@pytest.mark.parametrize("age", ["", "7", "7w", "-1d", "d", "7 d", "123456d"])
def test_refuses_what_is_no_age(tmp_path: Path, key: str, site: str, age: str) -> None:
    result = run_cli(write(tmp_path, site.format(age)), "check")
    assert result.exit_code == 2
    assert result.stderr.startswith(f'feedpub.toml: {key}: "{age}" is not an age ')
    assert result.stderr.count("\n") == 1


def test_only_a_section_is_never_stale(tmp_path: Path) -> None:
    assert run_cli(write(tmp_path, 'stale_after = "never"'), "check").exit_code == 2
