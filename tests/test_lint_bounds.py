"""Findings are few and short, however much is wrong."""

from __future__ import annotations

import pytest

from feedpub.lint.findings import Findings
from feedpub.lint.linting import lint_feed
from feedpub.lint.rules import load_rules

ATTRIBUTES = " ".join(f"a{number}=''" for number in range(1000))


def test_lists_a_rule_a_hundred_times_and_others_all_the_same() -> None:
    findings = Findings()
    for line in range(1, 151):
        findings.add("xml-version", line, value="2.0")
    findings.add("xml-encoding-rare", 150, value="big5")
    found = findings.list("")
    assert [finding.rule for finding in found].count("xml-version") == 100
    assert found[-1].rule == "xml-encoding-rare"


def test_lists_each_finding_once_by_line_and_from_line_one() -> None:
    findings = Findings()
    for line in (3, 0, 3, 2):
        findings.add("xml-version", line, value="2.0")
    assert [finding.line for finding in findings.list("")] == [1, 2, 3]


@pytest.mark.parametrize(
    ("line", "excerpt"),
    [
        ("x" * 120, "x" * 120),
        (f"  {'x' * 120}  ", "x" * 120),
        ("x" * 121, "x" * 119 + "…"),
        (" " * 3999 + "xyz", "x"),
    ],
)
def test_excerpt_has_at_most_120_characters(line: str, excerpt: str) -> None:
    findings = Findings()
    findings.add("xml-version", 2, value="2.0")
    findings.add("xml-version", 4, value="2.0")
    assert [found.excerpt for found in findings.list(f"one\n{line}\nthree")] == [excerpt, ""]


def test_reads_a_thousand_attributes_and_no_more() -> None:
    assert "xml-attributes-many" in load_rules()
    for more, refused in (("", False), (" b=''", True)):
        rules = {finding.rule for finding in lint_feed(f"\n<rss {ATTRIBUTES}{more}/>".encode())}
        assert ("xml-attributes-many" in rules) == refused


def test_refused_feed_has_one_finding_at_its_first_line() -> None:
    (found,) = lint_feed(b" " * 32_000_001)
    assert (found.rule, found.line, found.severity) == ("feed-refused", 1, "error")
    assert "32,000,001" in found.message
