"""Findings are few and short, however much is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

import pytest

from feedpub.lint.findings import Findings
from feedpub.lint.linting import lint_feed
from feedpub.lint.rules import load_rules
from support import NOW, count_steps

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


def make_atom(entries: int) -> bytes:
    """Make a feed whose entries lack what they could only find elsewhere in it."""
    made = (
        f"<entry><id>tag:h.example,2020:{number // 2}</id><title/>"
        "<updated>9999-12-31T23:59:59-12:00</updated><source/><category/>"
        "<link rel='self' href='x'/></entry>"
        for number in range(entries)
    )
    return f"<feed xmlns='http://www.w3.org/2005/Atom'><id>a:b</id>{''.join(made)}</feed>".encode()


def make_rss(entries: int) -> bytes:
    made = (
        f"<item><guid>{number // 2}</guid><pubDate>Mon, 01 Jan 0001 00:00:00 +1400</pubDate>"
        "<enclosure url='x'/><enclosure/><author>x</author></item>"
        for number in range(entries)
    )
    return f"<rss version='2.0'><channel>{''.join(made)}</channel></rss>".encode()


def make_json(entries: int) -> bytes:
    made = (
        {"id": str(number // 2), "authors": [{}], "date_modified": "0001-01-01T00:00:00+14:00"}
        for number in range(entries)
    )
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [*made]}).encode()


@pytest.mark.parametrize("make", [make_atom, make_rss, make_json])
def test_steps_grow_as_the_entries_do(make: Callable[[int], bytes]) -> None:
    few, many = (count_steps(partial(lint_feed, make(number), now=NOW)) for number in (1000, 4000))
    assert many < 4.4 * few
