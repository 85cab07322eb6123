"""The benchmark of real pages: its rules are those of the reader, and its figures add up."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.article_pages import format_figures, is_apart, measure

ROOT = Path(__file__).parent.parent
LEAVE_OUT_ALL = """
from benchmarks.article_pages import RULES, Rule, leave_out
for rule in RULES:
    leave_out(rule)
for place in ("html_body:no_such_rule", "words:times.no_such_list"):
    try:
        leave_out(Rule("none", place))
    except LookupError:
        print("no rule")
"""


def grade_page(id: str, title: str, found: int) -> dict[str, object]:
    grades = {
        "title": title,
        "date": "zone",
        "body": [found / 4, 1.0, found / 4],
        "with": found,
        "with_of": 4,
        "refused": None,
    }
    return {"id": id, "systems": {"feedpub": grades}}


def test_every_rule_can_be_left_out() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", LEAVE_OUT_ALL], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (ran.stdout, ran.returncode) == ("no rule\nno rule\n", 0), ran.stderr


def test_measures_shares_with_their_errors() -> None:
    rows = [grade_page("a", "right", 4), grade_page("b", "wrong", 2)]
    figures = measure(rows)
    assert tuple(figures["title right"]) == pytest.approx((50.0, 35.36, 2), abs=0.01)
    assert tuple(figures["date right"]) == (100.0, 0.0, 2)
    assert figures["body, token F1"].value == 75.0
    assert tuple(figures["wanted segments"]) == pytest.approx((75.0, 17.68, 8), abs=0.01)
    assert "author right" not in figures


def test_grades_a_third_apart() -> None:
    rows = [grade_page(str(number), "right", 3) for number in range(300)]
    assert 70 < sum(is_apart(str(row["id"])) for row in rows) < 130
    assert "| title right | 100.0 ± 0.0 | 300 | 100.0 ± 0.0 |" in "\n".join(format_figures(rows))
