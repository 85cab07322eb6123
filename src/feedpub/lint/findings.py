"""What lint finds: a broken rule, its line, and what to do."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime

import msgspec

from feedpub.errors import Severity, quote_value
from feedpub.lint.rules import load_rules

# What is wrong with a value: the rules that it breaks, each with a detail for its message.
Faults = tuple[tuple[str, str], ...]

# A hostile feed must not fill the memory with its faults.
_MOST_OF_ONE_RULE = 100
_LONGEST_LINE = 4000
_LONGEST_EXCERPT = 120
_LINE_END = re.compile("\r\n|\r|\n")


class Finding(msgspec.Struct, frozen=True):
    """One fault of a feed: the rule, its severity, the line (from 1), what to do, and the line."""

    rule: str
    severity: Severity
    line: int
    message: str
    excerpt: str = ""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for: `now` dates the check, `url` is the address of the feed."""

    now: datetime | None = None
    url: str | None = None
    errors_alone: bool = False


class Findings:
    """Collects the faults of one document."""

    def __init__(self) -> None:
        self._found: list[tuple[str, int, dict[str, str]]] = []
        self._counts: Counter[str] = Counter()

    def add(self, rule: str, line: int, **details: str) -> None:
        """Note that a rule is broken at a line; `details` fill its message."""
        self._counts[rule] += 1
        if self._counts[rule] > _MOST_OF_ONE_RULE:
            return
        if "value" in details:
            details["value"] = quote_value(details["value"])
        self._found.append((rule, max(line, 1), details))

    def list(self, text: str) -> tuple[Finding, ...]:
        """List the faults by line, each once, with its line of the document."""
        lines = _LINE_END.split(text) if self._found else []
        found = (
            _write(rule, line, details, _cut_line(lines, line))
            for rule, line, details in self._found
        )
        return tuple(sorted(dict.fromkeys(found), key=lambda finding: finding.line))


def _write(rule: str, line: int, details: dict[str, str], excerpt: str) -> Finding:
    known = load_rules()[rule]
    message = f"{known.message.format_map(details)} {known.remedy.format_map(details)}"
    return Finding(rule, known.severity, line, message, excerpt)


def _cut_line(lines: list[str], line: int) -> str:
    if line > len(lines):
        return ""
    text = lines[line - 1][:_LONGEST_LINE].strip()
    return text if len(text) <= _LONGEST_EXCERPT else text[: _LONGEST_EXCERPT - 1] + "…"
