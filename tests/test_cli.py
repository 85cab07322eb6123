"""The command line: commands, options, reports and exit codes (design, section 3)."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from lxml import html

from feedpub import __version__
from feedpub.commands.cli import COMMANDS
from support import (
    NOTE_OF_PAGES,
    NOW,
    STANDARD_TOML,
    make_site,
    read_tree,
    run_cli,
    run_feedpub,
    run_on_terminal,
    to_json_lines,
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
GOOD: tuple[Mapping[str, object], ...] = (
    {"id": "1", "title": "Lock opens", "section": "River", "updated": "2020-05-25 10:32"},
    {"id": "2", "title": "First leaves", "section": "Tea", "updated": "2020-05-24"},
)
BAD: Mapping[str, object] = {"id": "3", "title": "Undated", "section": "Tea"}
DOUBTFUL: Mapping[str, object] = {**GOOD[1], "images": "lost.png"}
FUTURE: Mapping[str, object] = {
    "id": "later",
    "title": "Later",
    "section": "Tea",
    "updated": "2026-01-02 08:00",
}
BAD_LINE = "sources/a.jsonl:3: updated: is missing, and so is published"
DOUBT_LINE = 'sources/a.jsonl:2: warning: images: "lost.png" is missing; it is left out'
OF_ALL = ("all.atom", "all.rss", "feeds.opml")


def write(folder: Path, *records: Mapping[str, object], site: str = "") -> Path:
    """Write a site whose records stand in one file, a line each."""
    files = {"sources/a.jsonl": to_json_lines(*records)}
    return make_site(folder, files, TOML.format(site=site))


def list_folder(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# build


def test_build_writes_feeds_and_says_so(tmp_path: Path) -> None:
    result = run_cli(write(tmp_path, *GOOD), "build")
    assert result.exit_code == 0
    assert result.stdout == "2 records in 2 sections, 7 files written\n"
    assert result.stderr == ""
    assert sorted(read_tree(tmp_path / "feeds")) == [
        *(*OF_ALL, "manifest.json"),
        *("river.atom", "river.rss", "tea.atom", "tea.rss"),
    ]


def test_build_publishes_the_others_and_exits_1_for_a_rejected_record(tmp_path: Path) -> None:
    result = run_cli(write(tmp_path, *GOOD, BAD), "build")
    assert result.exit_code == 1
    assert result.stderr == BAD_LINE + "\n"
    assert result.stdout == "3 records in 2 sections, 1 rejected, 7 files written\n"
    assert (tmp_path / "feeds" / "tea.rss").exists()


def test_warnings_alone_exit_0(tmp_path: Path) -> None:
    result = run_cli(write(tmp_path, GOOD[0], DOUBTFUL), "build")
    assert (result.exit_code, result.stderr) == (0, DOUBT_LINE + "\n")


def test_what_is_no_problem_says_nothing(tmp_path: Path) -> None:
    bare = {"id": "3", "title": "Title and time alone", "section": "Tea", "updated": "2020-05-24"}
    quiet = (
        bare,
        {**GOOD[0], "updated": "2020-05-01"},  # superseded
        {**bare, "id": "4", "status": "withheld"},
        {"id": "5", "status": "withdrawn"},
    )
    result = run_cli(write(tmp_path, *GOOD, *quiet), "build", "--strict")
    assert (result.exit_code, result.stderr) == (0, "")


@pytest.mark.parametrize("records", [(*GOOD, BAD), (GOOD[0], DOUBTFUL)])
def test_strict_writes_nothing_for_any_problem(
    tmp_path: Path, records: tuple[Mapping[str, object], ...]
) -> None:
    site = write(tmp_path, *records)
    result = run_cli(site, "build", "--strict")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == "nothing was written"
    assert read_tree(site / "feeds") == {}


@pytest.mark.parametrize(
    ("limit", "code"), [("0", 1), ("1", 1), ("2", 0), ("3.9%", 1), ("4%", 0), ("100%", 0)]
)
@pytest.mark.parametrize("command", ["build", "check"])
def test_max_rejected_lets_pass_a_count_or_a_share(
    tmp_path: Path, command: str, limit: str, code: int
) -> None:
    records = [{**GOOD[0], "id": f"{number}"} for number in range(48)]
    site = write(tmp_path, *records, BAD, {**BAD, "id": "4"})
    result = run_cli(site, command, "--max-rejected", limit)
    assert result.exit_code == code
    assert ", 2 rejected" in result.stdout
    # It is in the configuration too.
    configured = limit if limit.isdigit() else f'"{limit}"'
    site = write(tmp_path, *records, BAD, {**BAD, "id": "4"}, site=f"max_rejected = {configured}")
    assert run_cli(site, command).exit_code == code
    assert run_cli(site, command, "--max-rejected", "0").exit_code == 1  # the option wins


def test_max_rejected_may_be_a_count_in_quotes(tmp_path: Path) -> None:
    for limit, code in (("1", 1), ("2", 0)):
        records = (*GOOD, BAD, {**BAD, "id": "4"})
        site = write(tmp_path / limit, *records, site=f'max_rejected = "{limit}"')
        assert run_cli(site, "check").exit_code == code


@pytest.mark.parametrize("command", ["build", "diff"])
def test_output_option_never_names_a_source(tmp_path: Path, command: str) -> None:
    site = write(tmp_path, *GOOD)
    before = read_tree(site)
    result = run_cli(site, command, "-o", "sources")
    assert result.exit_code == 2
    assert "is source[0]. Choose another folder." in result.stderr
    assert read_tree(site) == before


def test_output_option_is_relative_to_the_working_folder(tmp_path: Path) -> None:
    site = write(tmp_path / "site", *GOOD)
    work = tmp_path / "work"
    work.mkdir()
    result = run_cli(work, "build", "-c", "../site/feedpub.toml", "-o", "out")
    assert result.exit_code == 0
    assert "tea.rss" in read_tree(work / "out")
    assert list_folder(site) == [".feedpub", "feedpub.toml", "sources"]
    # The configured output is relative to the configuration.
    assert run_cli(work, "build", "--config", "../site/feedpub.toml").exit_code == 0
    assert "tea.rss" in read_tree(site / "feeds")


def test_config_stands_before_or_after_the_command(tmp_path: Path) -> None:
    site = write(tmp_path, *GOOD)
    (site / "feedpub.toml").rename(site / "other.toml")
    assert run_cli(site, "check").exit_code == 2
    assert run_cli(site, "-c", "other.toml", "check").exit_code == 0
    assert run_cli(site, "check", "-c", "other.toml").exit_code == 0
    assert run_cli(site, "-c", "none.toml", "check", "-c", "other.toml").exit_code == 0
    assert run_cli(site, "-c", "other.toml", "check", "-c", "none.toml").exit_code == 2


@pytest.mark.parametrize("place", ["before", "after"])
def test_quiet_prints_problems_alone(tmp_path: Path, place: str) -> None:
    site = write(tmp_path, *GOOD, BAD, FUTURE)
    result = run_cli(site, *(("-q", "build") if place == "before" else ("build", "--quiet")))
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", BAD_LINE + "\n")


def test_verbose_logs_to_standard_error(tmp_path: Path) -> None:
    site = write(tmp_path, *GOOD)
    for arguments in (["-v", "build"], ["build", "--verbose"]):
        done = run_feedpub(site, *arguments)
        assert done.returncode == 0
        assert done.stdout.startswith(b"2 records in 2 sections, 7 files ")
        assert b"feedpub" in done.stderr
    (note,) = run_feedpub(site, "build").stderr.decode().splitlines(keepends=True)
    assert note.endswith(NOTE_OF_PAGES)


def test_jobs_option_is_known(tmp_path: Path) -> None:
    assert run_cli(write(tmp_path, *GOOD), "build", "-j", "1").exit_code == 0
    assert run_cli(tmp_path, "build", "--jobs", "0").exit_code == 2


def test_source_date_epoch_stands_in_for_the_clock(tmp_path: Path) -> None:
    site = write(tmp_path, *GOOD)
    for moment, exit_code, withheld in (
        ("1590373919", 0, 1),  # 2020-05-25T10:31:59+08:00, a second too early
        ("1590373920", 0, 0),
    ):
        result = run_cli(site, "check", "--report", "json", env={"SOURCE_DATE_EPOCH": moment})
        assert result.exit_code == exit_code
        assert len(json.loads(result.stdout)["withheld"]) == withheld


def test_clock_is_read_where_no_epoch_is_set(tmp_path: Path) -> None:
    future = {**FUTURE, "updated": "2090-01-01"}
    site = write(tmp_path, *GOOD, future, site="years = [1600, 2100]")
    result = run_cli(site, "check", "--report", "json", env={"SOURCE_DATE_EPOCH": ""})
    assert [entry["until"] for entry in json.loads(result.stdout)["withheld"]] == [
        "2090-01-01T00:00:00+08:00"
    ]


# What is not due yet


def test_future_entries_are_withheld_and_said(tmp_path: Path) -> None:
    site = write(tmp_path, *GOOD, FUTURE)
    result = run_cli(site, "build")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "withheld until 2026-01-02T08:00:00+08:00: tag:news.example.com,2020:later",
        "3 records in 2 sections, 1 withheld, 7 files written",
    ]
    assert b"Later" not in (site / "feeds" / "tea.rss").read_bytes()
    report = json.loads(run_cli(site, "build", "--report", "json").stdout)
    assert report["withheld"] == [
        {"id": "tag:news.example.com,2020:later", "until": "2026-01-02T08:00:00+08:00"}
    ]
    assert (report["rejected"], report["problems"]) == (0, [])


@pytest.mark.parametrize(
    ("times", "until", "warned"),
    [
        # Published decides, and updated where there is no published.
        ({"published": "2025-12-31", "updated": "2026-01-01T00:05:00Z"}, None, False),
        ({"published": "2025-12-31", "updated": "2026-01-01T23:00:00Z"}, None, False),
        ({"published": "2025-12-31", "updated": "2026-01-03"}, None, True),
        ({"published": "2025-12-31", "updated": "2027-01-01"}, None, True),
        ({"published": "2026-01-01T00:05:00Z"}, "2026-01-01T08:05:00+08:00", False),
        (
            {"published": "2026-01-01T00:05:00Z", "updated": "2027-01-01"},
            "2026-01-01T08:05:00+08:00",
            False,
        ),
        ({"updated": "2026-01-01T00:05:00Z"}, "2026-01-01T08:05:00+08:00", False),
    ],
)
def test_published_decides_what_is_withheld(
    tmp_path: Path, times: Mapping[str, str], until: str | None, warned: bool
) -> None:
    site = write(tmp_path, *GOOD, {"id": "3", "title": "Third", "section": "Tea", **times})
    report = json.loads(run_cli(site, "build", "--report", "json").stdout)
    assert [one["until"] for one in report["withheld"]] == ([until] if until else [])
    assert (b"Third" in (site / "feeds" / "tea.rss").read_bytes()) is (until is None)
    assert [problem["field"] for problem in report["problems"]] == ["updated"] * warned
    explained = run_cli(site, "explain", "sources/a.jsonl").stdout
    assert ("is more than a day in the future" in explained) is warned


def test_a_time_that_cannot_be_true_takes_nothing_from_other_entries(tmp_path: Path) -> None:
    retracted = {**GOOD[1], "status": "retracted", "notice": "It was not so."}
    typo = {"id": "3", "title": "T", "section": "Tea", "published": "2020-05-24"}
    site = write(tmp_path, retracted, {**typo, "updated": "2027-01-01"}, site='stale_after = "9d"')
    result = run_cli(site, "build")
    assert b"It was not so." in (site / "feeds" / "tea.rss").read_bytes()
    assert 'section.tea: "Tea" is stale' in result.stderr


def test_future_entries_may_be_published(tmp_path: Path) -> None:
    site = write(tmp_path, *GOOD, FUTURE, site='future = "publish"')
    assert run_cli(site, "build").stdout == "3 records in 2 sections, 7 files written\n"
    assert b"Later" in (site / "feeds" / "tea.rss").read_bytes()


def test_future_entries_may_be_rejected(tmp_path: Path) -> None:
    site = write(tmp_path, *GOOD, FUTURE, site='future = "reject"')
    result = run_cli(site, "build")
    assert result.exit_code == 1
    assert result.stderr.startswith("sources/a.jsonl:3: updated: ")
    assert b"Later" not in (site / "feeds" / "tea.rss").read_bytes()


# check


def test_check_reports_and_writes_nothing(tmp_path: Path) -> None:
    # The superseded version is at fault too: a build never looks at its image.
    older = {**GOOD[0], "updated": "2020-05-01", "images": "lost.png"}
    site = write(tmp_path, *GOOD, BAD, older)
    before = read_tree(site)
    result = run_cli(site, "check")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        BAD_LINE,
        'sources/a.jsonl:4: warning: images: "lost.png" is missing; it is left out',
    ]
    assert read_tree(site) == before
    assert run_cli(site, "build").stderr == BAD_LINE + "\n"


def test_check_of_a_sound_site_exits_0(tmp_path: Path) -> None:
    result = run_cli(write(tmp_path, *GOOD), "check")
    assert (result.exit_code, result.stderr) == (0, "")
    assert list_folder(tmp_path) == ["feedpub.toml", "sources"]


def test_strict_check_exits_1_for_a_warning(tmp_path: Path) -> None:
    site = write(tmp_path, GOOD[0], DOUBTFUL)
    assert run_cli(site, "check").exit_code == 0
    assert run_cli(site, "check", "--strict").exit_code == 1


# diff


def test_diff_before_the_first_build_lists_what_would_be_written(tmp_path: Path) -> None:
    site = write(tmp_path, *GOOD)
    result = run_cli(site, "diff")
    assert result.exit_code == 1
    names = [*OF_ALL, "river.atom", "river.rss", "tea.atom", "tea.rss"]
    assert [line for line in result.stdout.splitlines() if line.startswith("+ ")] == [
        f"+ {name}" for name in names
    ]
    assert list_folder(site) == ["feedpub.toml", "sources"]


def test_diff_says_what_a_build_would_change_per_section_and_entry(tmp_path: Path) -> None:
    site = write(tmp_path, *GOOD, {**GOOD[1], "id": "old", "title": "Old story"})
    run_cli(site, "build")
    before = read_tree(site)
    corrected = {**GOOD[0], "title": "Lock is open"}
    come = {**GOOD[1], "id": "new", "title": "Second leaves", "updated": "2020-05-26"}
    write(site, corrected, GOOD[1], come)
    sources = {path: c for path, c in read_tree(site).items() if path.startswith("sources/")}
    result = run_cli(site, "diff")
    assert (result.exit_code, result.stderr) == (1, "")
    blocks = result.stdout.splitlines()
    assert blocks[:-1] == [
        "river",
        "  ~ Lock opens → Lock is open  (tag:news.example.com,2020:1)",
        "tea",
        "  + Second leaves  (tag:news.example.com,2020:new)",
        "  - Old story  (tag:news.example.com,2020:old)",
        "all",
        "  + Second leaves  (tag:news.example.com,2020:new)",
        "  - Old story  (tag:news.example.com,2020:old)",
        "  ~ Lock opens → Lock is open  (tag:news.example.com,2020:1)",
        *(f"+ {slug}.{suffix}" for slug in ("all", "river", "tea") for suffix in ("atom", "rss")),
    ]
    assert blocks[-1] == "3 records in 2 sections, 6 files would be written, 1 file unchanged"
    assert read_tree(site) == {**before, **sources}


def test_diff_after_a_build_finds_nothing(tmp_path: Path) -> None:
    site = write(tmp_path, *GOOD, BAD)
    run_cli(site, "build")
    result = run_cli(site, "diff")
    assert (result.exit_code, result.stderr) == (0, BAD_LINE + "\n")
    assert result.stdout == "3 records in 2 sections, 1 rejected, 7 files unchanged\n"


def test_quiet_diff_prints_problems_alone(tmp_path: Path) -> None:
    site = write(tmp_path, *GOOD, BAD)
    result = run_cli(site, "diff", "-q")
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", BAD_LINE + "\n")


def test_diff_compares_with_another_output(tmp_path: Path) -> None:
    site = write(tmp_path, *GOOD)
    run_cli(site, "build", "-o", "elsewhere")
    assert run_cli(site, "diff").exit_code == 1
    assert run_cli(site, "diff", "-o", "elsewhere").exit_code == 0


# --report json


def test_json_report_is_one_object_of_the_contract_s_keys(tmp_path: Path) -> None:
    site = write(tmp_path, GOOD[0], DOUBTFUL, BAD, FUTURE)
    listed = '[{"id": "x", "title": "Bad", "section": [true]}, "text"]'
    (site / "sources" / "list.json").write_text(listed)
    result = run_cli(site, "build", "--report", "json")
    assert (result.exit_code, result.stderr) == (1, "")
    report = json.loads(result.stdout)
    assert list(report) == [
        *("written", "unchanged", "removed", "sections", "rejected", "withheld", "problems"),
    ]
    assert report == {
        "written": [*OF_ALL, "river.atom", "river.rss", "tea.atom", "tea.rss"],
        "unchanged": [],
        "removed": [],
        "sections": {
            "river": {"entries": 1, "newest": "2020-05-25T10:32:00+08:00"},
            "tea": {"entries": 1, "newest": "2020-05-24T00:00:00+08:00"},
            "all": {"entries": 2, "newest": "2020-05-25T10:32:00+08:00"},
        },
        "rejected": 3,
        "withheld": [
            {"id": "tag:news.example.com,2020:later", "until": "2026-01-02T08:00:00+08:00"}
        ],
        "problems": report["problems"],
    }
    assert {tuple(sorted(problem)) for problem in report["problems"]} == {
        ("field", "kind", "message", "severity", "value", "where")
    }
    assert report["problems"][:2] == [
        {
            "severity": "warning",
            "where": {"path": "sources/a.jsonl", "line": 2},
            "field": "images",
            "value": "lost.png",
            "kind": "image",
            "message": "is missing; it is left out",
        },
        {
            "severity": "error",
            "where": {"path": "sources/a.jsonl", "line": 3},
            "field": "updated",
            "value": None,
            "kind": "missing",
            "message": "is missing, and so is published",
        },
    ]
    places = [(p["where"], p["field"]) for p in report["problems"][2:]]
    assert places == [
        ({"path": "sources/list.json", "line": None, "record": 0}, "section"),
        ({"path": "sources/list.json", "line": None, "record": 0}, "updated"),
        ({"path": "sources/list.json", "line": None, "record": 1}, None),
    ]


def test_json_report_lists_files_unchanged_and_removed(tmp_path: Path) -> None:
    site = write(tmp_path, *GOOD)
    run_cli(site, "build")
    write(site, GOOD[0])
    options = ("--accept-loss", "--report", "json")
    report = json.loads(run_cli(site, "build", *options).stdout)
    assert (report["written"], report["unchanged"], report["removed"]) == (
        ["all.atom", "all.rss", "feeds.opml"],
        ["river.atom", "river.rss"],
        ["tea.atom", "tea.rss"],
    )


def test_json_report_of_an_empty_section_has_no_newest(tmp_path: Path) -> None:
    site = write(tmp_path, *GOOD, site='[section.stage]\nname = "Stage"')
    report = json.loads(run_cli(site, "check", "--report", "json").stdout)
    assert report["sections"]["stage"] == {"entries": 0, "newest": None}


@pytest.mark.parametrize("command", ["check", "diff"])
def test_other_commands_report_in_json_alone(tmp_path: Path, command: str) -> None:
    site = write(tmp_path, *GOOD, BAD)
    result = run_cli(site, command, "--report", "json")
    assert (result.exit_code, result.stderr) == (1, "")
    report = json.loads(result.stdout)
    assert report["rejected"] == 1
    assert len(report["written"]) == (7 if command == "diff" else 0)


def test_problem_s_path_is_relative_to_the_configuration(tmp_path: Path) -> None:
    site = write(tmp_path / "deep" / "site", *GOOD, BAD)
    arguments = ("check", "-c", str(site / "feedpub.toml"), "--report", "json")
    report = json.loads(run_cli(tmp_path, *arguments).stdout)
    assert [problem["where"]["path"] for problem in report["problems"]] == ["sources/a.jsonl"]


# --report github


def test_github_report_is_annotations_and_a_summary(tmp_path: Path) -> None:
    site = write(tmp_path / "repository" / "site", GOOD[0], DOUBTFUL, BAD)
    (site / "sources" / "100%, cut: up.json").write_text("[1]")
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    environment = {
        "GITHUB_WORKSPACE": str(tmp_path / "repository"),
        "GITHUB_STEP_SUMMARY": str(summary),
        "GITHUB_OUTPUT": str(tmp_path / "outputs"),
    }
    result = run_cli(site, "build", "--report", "github", env=environment)
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.splitlines() == [
        '::error file=site/sources/100%25%2C cut%3A up.json::"1" is not a JSON object',
        '::warning file=site/sources/a.jsonl,line=2::images: "lost.png" is missing; it is left out',
        "::error file=site/sources/a.jsonl,line=3::updated: is missing, and so is published",
    ]
    files = len(read_tree(site / "feeds")) - 1
    assert (tmp_path / "outputs").read_text() == f"written={files}\nrejected=2\n"
    written = summary.read_text()
    assert written.startswith("before\n")
    assert "| tea | 1 | 2020-05-24T00:00:00+08:00 |" in written.splitlines()
    assert "| river | 1 | 2020-05-25T10:32:00+08:00 |" in written.splitlines()


def test_github_report_without_a_workspace_is_relative_to_the_configuration(
    tmp_path: Path,
) -> None:
    site = write(tmp_path, *GOOD, BAD)
    result = run_cli(site, "check", "--report", "github")
    assert result.stdout == (
        "::error file=sources/a.jsonl,line=3::updated: is missing, and so is published\n"
    )


def test_github_report_escapes_what_ends_a_message(tmp_path: Path) -> None:
    site = write(tmp_path, *GOOD, {**BAD, "updated": "100% a\r\nb\x1b[31m"})
    result = run_cli(site, "check", "--report", "github")
    (line,) = result.stdout.splitlines()
    assert '"100%25 a%0D%0Ab\\x1b[31m"' in line


# explain


def test_explain_shows_each_field_and_its_rule(tmp_path: Path) -> None:
    site = write(tmp_path, *GOOD, BAD)
    result = run_cli(site, "explain", "sources/a.jsonl")
    assert result.exit_code == 1  # one of the records is rejected
    lines = result.stdout.splitlines()
    heads = [line for line in lines if not line.startswith(" ")]
    assert heads == [
        "sources/a.jsonl:1: published",
        "sources/a.jsonl:2: published",
        "sources/a.jsonl:3: rejected",
    ]
    first = lines[: lines.index(heads[1])]
    assert "  updated    2020-05-25T10:32:00+08:00" in first
    assert '               from "2020-05-25 10:32"' in first
    assert "  id         tag:news.example.com,2020:1" in first
    assert "  section    River (river)" in first
    assert "  error: updated: is missing, and so is published" in lines


def test_explain_prints_one_json_object_a_line(tmp_path: Path) -> None:
    odd = {**GOOD[0], "id": "odd", "title": "A\ud800 \x7f 𠮷"}
    site = write(tmp_path, *GOOD, odd)
    result = run_cli(site, "explain", "--json", "sources")
    assert (result.exit_code, result.stderr) == (0, "")
    explained = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(e["where"]["path"], e["where"]["line"]) for e in explained] == [
        ("sources/a.jsonl", 1),
        ("sources/a.jsonl", 2),
        ("sources/a.jsonl", 3),
    ]
    fields = {field["field"]: field for field in explained[0]["fields"]}
    updated = fields["updated"]
    assert (updated["raw"], updated["value"]) == ("2020-05-25 10:32", "2020-05-25T10:32:00+08:00")
    assert updated["details"]["precision"] == "minute"
    titles = [f["raw"] for f in explained[2]["fields"] if f["field"] == "title"]
    assert titles == ["A\ud800 \x7f 𠮷"]


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (json.dumps(GOOD[0]), "-:1"),
        (json.dumps([GOOD[0]]), "-[0]"),
        (to_json_lines(GOOD[0], GOOD[1]), "-:1"),
        ("Home>River\n\nLock opens\n\n(x.example) Updated : 2020-05-25 10:32\n\nBody.", "-:1"),
    ],
)
def test_explain_reads_standard_input(tmp_path: Path, content: str, where: str) -> None:
    site = write(tmp_path, *GOOD)
    result = run_cli(site, "explain", "-", stdin=content.encode())
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0] == f"{where}: published"
    assert "  title      Lock opens" in lines
    assert "  updated    2020-05-25T10:32:00+08:00" in lines


def test_explain_uses_the_settings_of_the_source_that_holds_the_file(tmp_path: Path) -> None:
    site = write(tmp_path, *GOOD)
    more = '[[source]]\npath = "pages"\ntimezone = "America/New_York"\nid_prefix = "p-"\n'
    toml = TOML.format(site="") + more
    make_site(site, {"pages/b.json": json.dumps([GOOD[0]])}, toml)
    lines = run_cli(site, "explain", "pages/b.json").stdout.splitlines()
    assert "  updated    2020-05-25T10:32:00-04:00" in lines
    assert "  id         tag:news.example.com,2020:p-1" in lines


# sections


def test_sections_lists_them_in_a_table(tmp_path: Path) -> None:
    chinese = {**GOOD[1], "id": "3", "section": "文化", "updated": "2025-12-31 22:00"}
    result = run_cli(write(tmp_path, *GOOD, chinese), "sections")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "slug     name           entries  newest                     age             files",
        "river    River          1        2020-05-25T10:32:00+08:00  2,046 days ago  "
        "river.rss river.atom",
        "tea      Tea            1        2020-05-24T00:00:00+08:00  2,048 days ago  "
        "tea.rss tea.atom",
        "wen-hua  文化           1        2025-12-31T22:00:00+08:00  10 hours ago    "
        "wen-hua.rss wen-hua.atom",
        "all      Example Voice  3        2025-12-31T22:00:00+08:00  10 hours ago    "
        "all.rss all.atom",
    ]
    assert list_folder(tmp_path) == ["feedpub.toml", "sources"]


def test_sections_prints_link_tags(tmp_path: Path) -> None:
    quoted = {**GOOD[0], "section": 'River "& Lock'}
    result = run_cli(write(tmp_path, quoted), "sections", "--html")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == (
        '<link rel="alternate" type="application/rss+xml" '
        'title="Example Voice: River &quot;&amp; Lock (RSS)" '
        'href="https://news.example.com/feeds/river-lock.rss">'
    )
    lines = result.stdout.splitlines()
    assert (len(lines), lines[4]) == (4 + 1 + 2, "")


@pytest.mark.parametrize(("language", "word"), [("en", "Subscribe"), ("zh-CN", "订阅")])
def test_sections_prints_a_subscribe_button_that_is_a_link(
    tmp_path: Path, language: str, word: str
) -> None:
    quoted = {**GOOD[0], "section": 'River "& Lock'}
    site = write(tmp_path, quoted, site=f'language = "{language}"')
    first, _ = run_cli(site, "sections", "--html").stdout.splitlines()[5:]
    button = html.fragment_fromstring(first)
    assert (button.tag, button.get("href"), button.get("type")) == (
        "a",
        "https://news.example.com/feeds/river-lock.rss",
        "application/rss+xml",
    )
    # Its name for those who hear it is the text alone: the picture is hidden from them.
    assert button.text_content() == f'{word}: Example Voice: River "& Lock'
    assert button[0].get("aria-hidden") == "true"
    assert {element.tag for element in button.iter()} == {"a", "svg", "path", "circle"}


# init


def test_init_writes_a_configuration_that_builds(tmp_path: Path) -> None:
    site = write(tmp_path, *GOOD, {**GOOD[0], "id": "3", "link": "https://voice.example/3"})
    (site / "feedpub.toml").unlink()
    result = run_cli(site, "init", "--timezone", "Asia/Shanghai")
    assert (result.exit_code, result.stderr) == (0, "")
    written = tomllib.loads((site / "feedpub.toml").read_text(encoding="utf-8"))
    assert written["site"] == {
        "title": "voice.example",
        "link": "https://voice.example/",
        "timezone": "Asia/Shanghai",
        "tag": f"voice.example,{NOW.year}",
        "language": "en",
        "formats": ["rss", "atom", "html"],
    }
    assert written["source"] == [{"path": "sources"}]
    assert "#" in (site / "feedpub.toml").read_text(encoding="utf-8")
    assert run_cli(site, "build").exit_code == 0
    assert "river.rss" in read_tree(site / "feeds")


def test_init_shows_the_first_entries_as_they_will_be(tmp_path: Path) -> None:
    site = write(tmp_path, *GOOD, {**GOOD[0], "id": "4", "status": "draft"})
    (site / "feedpub.toml").unlink()
    arguments = ("--link", "https://voice.example/", "--timezone", "Asia/Shanghai")
    result = run_cli(site, "init", *arguments)
    lines = result.stdout.splitlines()
    assert lines[0] == (
        "Found records under usual names: 2 articles, 1 not to be published, in 2 sections."
    )
    assert lines[2].split() == ["title", "section", "time", "link", "image"]
    assert all(str(row["title"]) in result.stdout for row in GOOD)
    assert lines[-1] == "Wrote feedpub.toml. Next: feedpub check, then feedpub build"


def test_init_without_a_record_says_so_and_exits_1(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "a.xyz").touch()
    arguments = ("--link", "https://voice.example/", "--timezone", "UTC")
    result = run_cli(tmp_path, "init", *arguments)
    assert result.exit_code == 1
    assert "sources: holds no record that feedpub can read" in result.stderr
    assert "note: sources: passed over 1 file of no known format: .xyz 1" in result.stderr


def test_init_names_what_is_at_fault_where_nothing_can_be_published(tmp_path: Path) -> None:
    site = write(tmp_path, *({**row, "updated": "soon"} for row in GOOD))
    (site / "feedpub.toml").unlink()
    result = run_cli(site, "init", "--link", "https://voice.example/", "--timezone", "UTC")
    assert result.exit_code == 1
    assert "None of 2 records can be published:" in result.stderr
    assert "(and 1 more like it)" in result.stderr


def test_init_finds_sections_of_records_later_than_its_clock(tmp_path: Path) -> None:
    site = write(tmp_path, *GOOD)
    (site / "feedpub.toml").unlink()
    arguments = ("--link", "https://voice.example/", "--timezone", "UTC")
    result = run_cli(site, "init", *arguments, env={"SOURCE_DATE_EPOCH": "1546300800"})
    assert "2 not due yet" in result.stdout


@pytest.mark.parametrize(
    ("days", "order"),
    [(["25/05/2020", "01/02/2020"], "DMY"), (["05/25/2020", "01/02/2020"], "MDY")],
)
def test_init_decides_the_order_of_day_and_month_from_the_whole_column(
    tmp_path: Path, days: list[str], order: str
) -> None:
    rows = [{**GOOD[0], "id": str(n), "updated": day} for n, day in enumerate(days)]
    site = write(tmp_path, *rows)
    (site / "feedpub.toml").unlink()
    result = run_cli(site, "init", "--link", "https://voice.example/", "--timezone", "UTC")
    assert result.exit_code == 0
    written = tomllib.loads((site / "feedpub.toml").read_text(encoding="utf-8"))
    assert written["source"][0]["date_order"] == order


def test_init_leaves_the_order_open_where_values_disagree(tmp_path: Path) -> None:
    days = ["25/05/2020", "05/25/2020"]
    site = write(tmp_path, *({**GOOD[0], "id": day, "updated": day} for day in days))
    (site / "feedpub.toml").unlink()
    run_cli(site, "init", "--link", "https://voice.example/", "--timezone", "UTC")
    written = tomllib.loads((site / "feedpub.toml").read_text(encoding="utf-8"))
    assert "date_order" not in written["source"][0]


def test_init_takes_a_path_a_link_and_a_title(tmp_path: Path) -> None:
    linked = {**GOOD[0], "link": "https://elsewhere.example/1"}  # the option wins
    make_site(tmp_path, {"exports/a.jsonl": to_json_lines(linked, GOOD[1])})
    (tmp_path / "feedpub.toml").unlink()
    site = ("--link", "https://www.voice.example", "--title", 'My "Voice"')
    assert run_cli(tmp_path, "init", "exports", *site, "-c", "new.toml").exit_code == 0
    written = tomllib.loads((tmp_path / "new.toml").read_text(encoding="utf-8"))
    assert written["site"]["title"] == 'My "Voice"'
    assert written["site"]["link"] == "https://www.voice.example/"
    assert written["source"] == [{"path": "exports"}]
    assert run_cli(tmp_path, "-c", "new.toml", "build").exit_code == 0


def test_init_keeps_a_configuration_that_is_there(tmp_path: Path) -> None:
    site = write(tmp_path, *GOOD)
    before = read_tree(site)
    result = run_cli(site, "init", "--link", "https://voice.example/")
    assert result.exit_code == 2
    assert result.stderr == "feedpub.toml: exists already. To replace it, pass --force.\n"
    assert read_tree(site) == before


def test_init_replaces_a_configuration_only_by_force_and_a_dry_run_writes_none(
    tmp_path: Path,
) -> None:
    site = write(tmp_path, *GOOD)
    before = read_tree(site)
    arguments = ("--link", "https://voice.example/", "--timezone", "UTC")
    dry = run_cli(site, "init", *arguments, "--dry-run")
    assert dry.exit_code == 0
    assert tomllib.loads(dry.stdout)["site"]["link"] == "https://voice.example/"
    assert read_tree(site) == before
    assert run_cli(site, "init", *arguments, "--force").exit_code == 0
    assert (site / "feedpub.toml").read_text(encoding="utf-8") == dry.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "nowhere: does not exist"),
        (["sources"], "--link"),
        (["sources", "--link", "ftp://voice.example/"], "--link"),
        (["sources", "--link", "foo"], "has no dot"),
        (["sources", "--link", "https://voice.example/", "--system", "hugoo"], "--system"),
        (["sources", "--link", "https://voice.example/", "--timezone", "Mars/Base"], "Mars/Base"),
    ],
)
def test_init_refuses_what_it_cannot_know(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    site = write(tmp_path, *GOOD)
    (site / "feedpub.toml").unlink()
    result = run_cli(site, "init", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert list_folder(site) == ["sources"]


# Exit code 2: usage and configuration


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["publsh"], "publsh"),
        (["build", "--fast"], "--fast"),
        (["build", "surplus"], "surplus"),
        (["build", "--report", "xml"], "xml"),
        (["build", "--max-rejected", "some"], "--max-rejected"),
        (["build", "--max-rejected", "101%"], "--max-rejected"),
        (["build", "--max-rejected", "-1"], "--max-rejected"),
        (["build", "-c", "none.toml"], "none.toml"),
        (["explain"], "PATH"),
        (["explain", "none.json"], "none.json: does not exist"),
    ],
)
def test_usage_error_exits_2_and_writes_nothing(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    site = write(tmp_path, *GOOD)
    before = read_tree(site)
    result = run_cli(site, *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert read_tree(site) == before


@pytest.mark.parametrize("epoch", ["yesterday", "1e9", "99999999999999999999"])
def test_senseless_epoch_exits_2(tmp_path: Path, epoch: str) -> None:
    site = write(tmp_path, *GOOD)
    result = run_cli(site, "build", env={"SOURCE_DATE_EPOCH": epoch})
    assert result.exit_code == 2
    assert "SOURCE_DATE_EPOCH" in result.stderr
    assert list_folder(site) == ["feedpub.toml", "sources"]


@pytest.mark.parametrize("report", ["text", "json", "github"])
def test_configuration_s_faults_are_all_named_on_standard_error(
    tmp_path: Path, report: str
) -> None:
    site = write(tmp_path, *GOOD, site='limit = "many"\ncolour = "red"')
    result = run_cli(site, "build", "--report", report)
    assert (result.exit_code, result.stdout) == (2, "")
    faults = result.stderr.splitlines()
    assert len(faults) == 2
    assert any(fault.startswith("feedpub.toml: site.limit: ") for fault in faults)
    assert any(fault.startswith("feedpub.toml: site.colour: ") for fault in faults)
    assert list_folder(site) == ["feedpub.toml", "sources"]


def test_two_sections_of_one_slug_are_both_published_and_both_named(tmp_path: Path) -> None:
    rivals = ({**GOOD[0], "section": "R&D"}, {**GOOD[1], "section": "R D"})
    site = write(tmp_path, *rivals)
    result = run_cli(site, "build")
    assert result.exit_code == 0
    assert '"R D"' in result.stderr
    assert '"R&D"' in result.stderr
    assert len(list((site / "feeds").glob("r-d*.rss"))) == 2


# Exit code 3: input and output that fails


def test_output_that_is_a_file_exits_3(tmp_path: Path) -> None:
    site = write(tmp_path, *GOOD)
    (site / "feeds").write_text("a file")
    result = run_cli(site, "build")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "feeds" in result.stderr
    assert (site / "feeds").read_text() == "a file"


def test_step_summary_that_cannot_be_written_exits_3(tmp_path: Path) -> None:
    site = write(tmp_path, *GOOD)
    environment = {"GITHUB_STEP_SUMMARY": str(tmp_path)}
    result = run_cli(site, "build", "--report", "github", env=environment)
    assert (result.exit_code, result.stderr) == (3, f"{tmp_path}: Is a directory\n")


# What is printed


def test_control_characters_are_escaped(tmp_path: Path) -> None:
    # A color, a bell, a line end, text turned around, a lone surrogate.
    nasty = "\x1b[31m\x07\r\n\u202e\ud800\x9b"
    site = write(tmp_path, *GOOD, {**BAD, "updated": f"x{nasty}"})
    result = run_cli(site, "check")
    (line,) = result.stderr.splitlines()
    assert r'"x\x1b[31m\x07\r\n\u202e\ud800\x9b"' in line
    explained = run_cli(site, "explain", "sources/a.jsonl").stdout
    assert set(explained) & (set(nasty) - set("[31m\n")) == set()
    assert r"\x1b[31m\x07\r\n\u202e\ud800\x9b" in explained


def test_control_characters_in_titles_are_escaped_in_diff_and_sections(tmp_path: Path) -> None:
    # Only what has a partner is in titles at all.
    bell = {**GOOD[0], "title": "A \u202ebell\u202c", "section": "\u202eRiver\u202c"}
    site = write(tmp_path, bell)
    run_cli(site, "build")
    write(site, {**bell, "title": "Two \u202ebells\u202c"})
    diff = run_cli(site, "diff").stdout
    assert r"~ A \u202ebell\u202c → Two \u202ebells\u202c" in diff
    for text in (
        diff,
        run_cli(site, "sections").stdout,
        run_cli(site, "sections", "--html").stdout,
    ):
        assert set(text) & set("\u202e\u202c\x1b") == set()


def test_colors_are_for_a_terminal_and_no_color_is_respected(tmp_path: Path) -> None:
    site = write(tmp_path, *GOOD, BAD)
    for env, shown in (
        ({}, f"\x1b[31m{BAD_LINE}\x1b[0m\r\n"),
        ({"NO_COLOR": "1"}, f"{BAD_LINE}\r\n"),
    ):
        said = run_on_terminal(site, ("-m", "feedpub", "check"), env)
        # A slow machine shows before how far the check is, and removes that.
        assert said.rpartition(b"\r\x1b[K")[2] == shown.encode()
    assert run_feedpub(site, "check", env={"NO_COLOR": ""}).stderr == BAD_LINE.encode() + b"\n"


def test_titles_are_printed_in_any_host_s_encoding(tmp_path: Path) -> None:
    site = write(tmp_path, {**GOOD[0], "title": "昨天"})
    done = run_feedpub(site, "explain", "sources", env={"PYTHONIOENCODING": "latin-1"})
    assert (done.returncode, done.stderr) == (0, b"")
    assert rb"  title      \u6628\u5929" in done.stdout.splitlines()


def test_version_and_help(tmp_path: Path) -> None:
    assert run_cli(tmp_path, "--version").stdout == f"feedpub, version {__version__}\n"
    overview = run_cli(tmp_path, "--help")
    assert overview.exit_code == 0
    assert "..." not in overview.stdout.partition("Commands:")[2]
    for command in ("init", "build", "check", "diff", "explain", "sections"):
        assert f"\n  {command} " in overview.stdout
        described = run_cli(tmp_path, command, "-h")
        assert described.exit_code == 0
        assert "--config" in described.stdout


@pytest.mark.parametrize(
    ("arguments", "commands"), [("--version", set()), ("diff --help", {"diff"}), ("--help", None)]
)
def test_imports_only_what_a_call_needs(
    tmp_path: Path, arguments: str, commands: set[str] | None
) -> None:
    program = (
        "import sys\nfrom feedpub.commands.cli import COMMANDS, cli\n"
        f"cli({arguments.split()}, standalone_mode=False)\n"
        "loaded = [name for name in COMMANDS if f'feedpub.commands.{name}' in sys.modules]\n"
        "print(*sorted({'lxml', 'PIL', 'werkzeug'} & set(sys.modules)), *loaded)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, check=True
    )
    loaded = done.stdout.decode().splitlines()[-1].split()
    assert loaded == sorted(COMMANDS if commands is None else commands)


def test_check_of_an_empty_site_imports_little(tmp_path: Path) -> None:
    site = make_site(tmp_path, {}, STANDARD_TOML + "allow_empty = true\n")
    (site / "sources").mkdir(exist_ok=True)
    program = (
        "import sys\nfrom feedpub.commands.cli import cli\n"
        "try: cli(['check', '-q'])\n"
        "except SystemExit as end: print(end.code, *sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=site, capture_output=True, check=True, text=True
    )
    code, *modules = done.stdout.split()
    assert code == "0"
    libraries = {name.partition(".")[0] for name in modules}
    unneeded = """PIL charset_normalizer dask dateutil distributed docutils feedgen jinja2 lxml
        markdown_it multiprocessing nh3 slugify urllib3 werkzeug yaml"""
    assert libraries.isdisjoint(unneeded.split())
    own = [name for name in modules if name.startswith("feedpub")]
    rooms = {name.split(".")[1] for name in own if name.count(".") == 2}
    assert rooms.isdisjoint({"markup", "pages", "sources", "images", "entries", "feeds", "net"})
    assert len(own) <= 85


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("init", "--link"),
        ("build", "-o --output --strict --max-rejected --accept-loss -j --jobs --engine --report"),
        ("check", "--report"),
        ("diff", "--report"),
        ("explain", "--json"),
        ("sections", "--html"),
    ],
)
def test_every_command_knows_its_options(tmp_path: Path, command: str, options: str) -> None:
    described = run_cli(tmp_path, command, "--help").stdout.replace(",", " ").split()
    for option in (*options.split(), "-c", "--config", "-v", "-q"):
        assert option in described


@pytest.mark.parametrize("library", ["lxml", "nh3"])
def test_failure_of_the_program_is_one_line_and_no_traceback(tmp_path: Path, library: str) -> None:
    # A damaged installation: a library is gone.
    site = write(tmp_path / "site", *GOOD)
    program = (
        f"import sys; sys.modules[{library!r}] = None; sys.argv = ['feedpub', 'build']; "
        "from feedpub.commands import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=site, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout) == (3, b"")
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("feedpub failed: ModuleNotFoundError: ")
    assert "-v" in line
