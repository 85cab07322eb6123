"""What lint finds: a broken rule, its line, and what to do."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import NamedTuple

import msgspec

from feedpub import compile_late
from feedpub.errors import Severity, quote_value
from feedpub.lint.rules import load_rules

# What is wrong with a value: the rules that it breaks, each with a detail for its message.
Faults = tuple[tuple[str, str], ...]

# A hostile feed must not fill the memory with its faults.
_MOST_OF_ONE_RULE = 100
_LONGEST_LINE = 4000
_LONGEST_EXCERPT = 120
_LINE_END = compile_late("\r\n|\r|\n")


class Finding(msgspec.Struct, frozen=True):
    """One fault of a feed: the rule, its severity, the line (from 1), what to do, and the line.

    `entry` is the index of the entry that has the fault, in the order of the document; None is
    the feed itself. The notice of a deleted entry counts as one.
    """

    rule: str
    severity: Severity
    line: int
    message: str
    excerpt: str = ""
    entry: int | None = None


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for: `now` dates the check, `url` is the address of the feed."""

    now: datetime | None = None
    url: str | None = None
    errors_alone: bool = False


class Findings:
    """Collects the faults of one document.

    With `errors_alone`, it takes only errors, and the first of each rule in each entry, however
    many entries are at fault.
    """

    def __init__(self, *, errors_alone: bool = False) -> None:
        self._found: list[_Found] = []
        self._counts: Counter[tuple[str, int | None]] = Counter()
        self._errors_alone = errors_alone
        self._entries = 0
        self.entry: int | None = None  # the one that is being checked

    @property
    def count(self) -> int:
        """The number of faults that were taken."""
        return len(self._found)

    def begin_entry(self) -> int:
        """Begin the next entry of the document, and give its index."""
        self.entry = self._entries
        self._entries += 1
        return self.entry

    def add(self, rule: str, line: int, **details: str) -> None:
        """Note that a rule is broken at a line; `details` fill its message."""
        if self._errors_alone and load_rules()[rule].severity != "error":
            return
        key = (rule, self.entry if self._errors_alone else None)
        self._counts[key] += 1
        if self._counts[key] > (1 if self._errors_alone else _MOST_OF_ONE_RULE):
            return
        if "value" in details:
            details["value"] = quote_value(details["value"])
        self._found.append(_Found(rule, max(line, 1), self.entry, details))

    def list(self, text: str) -> tuple[Finding, ...]:
        """List the faults by line, each once, with its line of the document."""
        lines = _LINE_END.split(text) if self._found else []
        written = (_write(found, _cut_line(lines, found.line)) for found in self._found)
        return tuple(sorted(dict.fromkeys(written), key=lambda finding: finding.line))


class _Found(NamedTuple):
    rule: str
    line: int
    entry: int | None
    details: dict[str, str]


def _write(found: _Found, excerpt: str) -> Finding:
    known = load_rules()[found.rule]
    message = known.message.format_map(found.details) + " " + known.remedy.format_map(found.details)
    return Finding(found.rule, known.severity, found.line, message, excerpt, found.entry)


def _cut_line(lines: list[str], line: int) -> str:
    if line > len(lines):
        return ""
    text = lines[line - 1][:_LONGEST_LINE].strip()
    return text if len(text) <= _LONGEST_EXCERPT else text[: _LONGEST_EXCERPT - 1] + "…"
