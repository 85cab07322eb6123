"""The problems of a run: in order, each once, and flat in memory, however many there are."""

from __future__ import annotations

import json
import random
import tempfile
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import pytest

from feedpub.errors import Problem, Where
from feedpub.files.problem_log import ProblemLog, has_errors, sort_problems
from support import make_site, run_cli, to_json_lines


def make_problem(line: int | None, message: str = "is odd", *, path: str = "a.jsonl") -> Problem:
    return Problem("warning", Where(path, line), "title", None, "malformed", message)


def fill(problems: Sequence[Problem], most_held: int) -> ProblemLog:
    log = ProblemLog(most_held)
    log.extend(problems)
    return log


ODD = [
    *(make_problem(line) for line in (7, 3, 3, None, 9)),
    *(make_problem(5, message) for message in ("z", "a", "z", "\ud800 \n \x1b")),
    Problem("error", Where("b.json", None, 12), None, "x\ny", "bug", "is unusual"),
    Problem("error", Where("b.json", None, 2), "id", "\udcff", "bug", "is unusual"),
]


@pytest.mark.parametrize("most_held", [1, 2, 3, 5, 100])
def test_problems_are_the_same_wherever_they_wait(most_held: int) -> None:
    expected = sort_problems(ODD, ODD[:3], [make_problem(1)])
    assert isinstance(expected, tuple)
    assert [p.where.line for p in expected] == [None, 1, 3, 5, 5, 5, 7, 9, None, None]
    assert [p.message for p in expected[3:6]] == ["z", "a", "\ud800 \n \x1b"]
    found = sort_problems(fill(ODD, most_held), fill(ODD[:3], most_held), [make_problem(1)])
    assert tuple(found) == expected == tuple(found)
    assert len(found) == len(expected) and bool(found)
    assert (found[0], found[-1], found[2:4]) == (expected[0], expected[-1], expected[2:4])
    with pytest.raises(IndexError):
        found[len(expected)]
    assert has_errors(found, "bug") and not has_errors(found, "malformed")


def test_iterations_do_not_disturb_each_other() -> None:
    problems = [make_problem(random.Random(line).randrange(10**6)) for line in range(3000)]
    found = sort_problems(fill(problems, 10))
    assert list(zip(found, found, strict=True)) == [(p, p) for p in sort_problems(problems)]


def test_problems_stay_in_memory_where_no_file_can_be_made(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    assert sort_problems(fill(ODD, 2)) == sort_problems(ODD)


def test_no_file_is_left(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    found = sort_problems(fill(ODD, 2))
    assert len(found) > 0
    del found
    assert list(tmp_path.iterdir()) == []


def test_memory_does_not_grow_with_the_number_of_problems() -> None:
    def measure(number: int) -> int:
        tracemalloc.start()
        log = ProblemLog(500)
        for line in range(number):
            log.append(make_problem(line, f"is odd in {line}"))
        assert sum(1 for _ in sort_problems(log)) == number
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    measure(1)  # what is made once
    assert measure(20_000) < 2 * measure(2_000)


ROWS = [{"id": str(n), "title": "", "section": "Tea", "updated": "2020-05-25"} for n in range(250)]
GOOD = {"id": "good", "title": "Good", "section": "Tea", "updated": "2020-05-25"}


@pytest.mark.parametrize("most_held", [20, 4_000])
def test_people_are_shown_a_hundred_of_each_kind_and_programs_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most_held: int
) -> None:
    monkeypatch.setattr(ProblemLog.__init__, "__defaults__", (most_held,))
    text = to_json_lines(*ROWS, GOOD) + "x\n" * 101 + '"y"\n'
    site = make_site(tmp_path, {"sources/a.jsonl": text})
    result = run_cli(site, "build")
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert lines[:100] == [
        f"sources/a.jsonl:{number}: title: is missing" for number in range(1, 101)
    ]
    assert lines[100].startswith("sources/a.jsonl:252: ")
    assert lines[200:] == [
        "and 2 more errors of the kind malformed. To list all, use --report json.",
        "and 150 more errors of the kind missing. To list all, use --report json.",
    ]
    report = json.loads(run_cli(site, "build", "--report", "json").stdout)
    assert [p["where"]["line"] for p in report["problems"]] == [*range(1, 251), *range(252, 354)]
    assert report["rejected"] == 352
    summary = site / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    github = run_cli(site, "build", "--report", "github")
    assert github.stdout.count("::error ") == 352
    told = summary.read_text("utf-8").splitlines()
    assert sum(line.startswith("| error |") for line in told) == 200
    assert told[-2:] == lines[200:]


@pytest.mark.parametrize("most_held", [1, 2, 100])
def test_what_refers_to_nothing_is_told_once_of_a_folder_and_field(most_held: int) -> None:
    def refer(path: str, line: int, field: str = "author", message: str = "is lost") -> Problem:
        return Problem("warning", Where(path, line), field, str(line), "join", message)

    first = [
        *(refer("a/b.json", 2), refer("a/b.json", 2, "tags"), refer("b/a.json", 1)),
        refer("a/b.json", 4, message="is gone"),
    ]
    later = [refer("a/b.json", 3), refer("a/c.json", 1), refer("a/d.json", 7, message="is gone")]
    logs = fill([*later, make_problem(1), *first[::-1]], most_held), fill(first + later, most_held)
    told = sort_problems(*logs, later)
    assert [problem for problem in told if problem.kind == "join"] == sorted(
        first, key=lambda problem: (problem.where.path, problem.where.line, problem.field)
    )
    assert len(told) == len(first) + 1
