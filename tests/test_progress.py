"""The line on a terminal that says how far a long run is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from feedpub import pipeline
from feedpub.commands.progress import ProgressLine, format_progress
from feedpub.config import load_config
from support import NOW, make_site, run_cli, run_on_terminal, to_json_lines

CLEARED = "\r\x1b[K"
# Runs feedpub, which says how far it is at once and at every step.
IMPATIENT = """\
from feedpub.commands import cli, progress
progress._PATIENCE = progress._PAUSE = 0
cli.cli()
"""


def follow(steps: Sequence[tuple[float, str, int, int | None]]) -> list[str]:
    """Give what is written, for steps at times."""
    times = iter([0.0, *(time for time, *_ in steps)])
    written: list[str] = []
    line = ProgressLine(written.append, lambda: next(times))
    for _, doing, done, total in steps:
        line(doing, done, total)
    line.end()
    return written


def test_a_run_of_a_second_says_nothing() -> None:
    assert follow([(0.2, "reading", 5, None), (0.99, "reading", 90, 100)]) == []


def test_says_what_of_how_many_how_fast_and_how_long() -> None:
    steps = [
        (0.5, "reading records", 100, None),
        (1.5, "reading records", 4_100, None),
        (1.55, "reading records", 4_200, None),  # too soon after the last
        (2.0, "making feeds", 1, 9),
        (6.0, "making feeds", 3, 9),
    ]
    assert follow(steps) == [
        f"{CLEARED}reading records: 4,100 (4,000 a second)",
        f"{CLEARED}making feeds: 1 of 9",
        f"{CLEARED}making feeds: 3 of 9 (30 a minute, 12 s left)",
        CLEARED,
    ]


@pytest.mark.parametrize(
    ("done", "total", "rate", "shown"),
    [
        (5, None, 0.0, "x: 5"),
        (9, 9, 2.5, "x: 9 of 9 (2 a second)"),
        (10, 1_210, 10.0, "x: 10 of 1,210 (10 a second, 2 min left)"),
        (0, 45_000, 5.0, "x: 0 of 45,000 (5 a second, 2 h 30 min left)"),
    ],
)
def test_formats(done: int, total: int | None, rate: float, shown: str) -> None:
    assert format_progress("x", done, total, rate) == shown


def write_site(folder: Path) -> Path:
    """Write a site of 130 records, more than are told of at once, with pages."""
    records = [
        {
            "id": number,
            "title": f"Tea {number}",
            "section": f"River {number % 3}",
            "updated": "2020-05-25",
        }
        for number in range(130)
    ]
    toml = """\
[site]
title = "Example Voice"
link = "https://news.example.com/"
timezone = "Asia/Shanghai"
tag = "news.example.com,2020"
formats = ["rss", "html"]

[[source]]
path = "sources"
"""
    return make_site(folder, {"sources/a.jsonl": to_json_lines(*records)}, toml)


def test_every_stage_tells_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedpub.files.known_files.USUAL_STEP", 0)
    site = write_site(tmp_path)
    told: list[tuple[str, int, int | None]] = []

    def tell(doing: str, done: int, total: int | None = None) -> None:
        told.append((doing, done, total))

    config = load_config(site / "feedpub.toml")
    # What is kept is kept by the file.
    reading = [("reading records", 130, None)]
    pipeline.build(config, NOW, progress=tell)
    assert told == [
        *reading,
        *(("making feeds of sections", number, 4) for number in range(1, 5)),
        *(("making pages of articles", number, 130) for number in range(1, 131)),
    ]
    for command, rest in (
        (pipeline.check, [*reading, ("checking records", 130, 130)]),
        (pipeline.diff, list(told)),
        (pipeline.list_sections, reading),
    ):
        told.clear()
        command(config, NOW, progress=tell)
        assert told == rest
    told.clear()
    pipeline.preview(config, NOW, shown=5, progress=tell)  # keeps nothing
    assert told == [("reading records", number, None) for number in (64, 128)]
    told.clear()
    pipeline.clean_media(config, NOW, timedelta(), progress=tell)
    assert told[0][0] == "reading feeds and pages"
    assert [done for _, done, _ in told] == list(range(1, len(told) + 1))
    assert {total for *_, total in told} == {len(told)}


@pytest.mark.parametrize(
    ("command", "doing"),
    [
        (["build"], "making feeds of sections: 4 of 4"),
        (["check"], "checking records: 130 of 130"),
        pytest.param(["diff"], "reading records: 1", marks=pytest.mark.slow),
        pytest.param(["sections"], "reading records: 1", marks=pytest.mark.slow),
        pytest.param(["lint", "feeds"], "checking feeds: 4 of 4", marks=pytest.mark.slow),
        (["clean", "--media"], "reading feeds and pages: 1 of"),
        pytest.param(["publish", "copy"], "publishing files: 1 of", marks=pytest.mark.slow),
        pytest.param(
            ["init", "sources", "--link", "https://example.org/", "--force"],
            "reading records: 128",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_commands_show_it_on_a_terminal_and_leave_nothing(
    tmp_path: Path, command: Sequence[str], doing: str
) -> None:
    site = write_site(tmp_path)
    if command != ["build"]:
        assert run_cli(site, "build").exit_code == 0
    shown = run_on_terminal(site, ["-c", IMPATIENT, *command], {}).decode()
    first, *lines = shown.split(CLEARED)
    assert any(line.startswith(doing) for line in lines)
    assert first == "" and not any("\n" in line for line in lines[:-1])


@pytest.mark.parametrize("option", ["-q", "-v"])
def test_a_run_that_is_quiet_or_logs_shows_none(tmp_path: Path, option: str) -> None:
    site = write_site(tmp_path)
    shown = run_on_terminal(site, ["-c", IMPATIENT, "check", option], {}).decode()
    assert CLEARED not in shown
