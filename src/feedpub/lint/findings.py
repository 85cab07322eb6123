"""What lint finds: a rule broken, at a line, and what to do."""

from __future__ import annotations

import re
from collections import Counter

import msgspec

from feedpub.errors import Severity, quote_value
from feedpub.lint.rules import RULES

# A hostile feed must not fill the memory with what is wrong in it.
_MOST_OF_ONE_RULE = 100
_LONGEST_EXCERPT = 120
_LINE_END = re.compile("\r\n|\r|\n")


class Finding(msgspec.Struct, frozen=True):
    """One fault of a feed: the rule, its severity, the line (from 1), what to do, and the line."""

    rule: str
    severity: Severity
    line: int
    message: str
    excerpt: str = ""


class Findings:
    """Collects what is wrong with one document."""

    def __init__(self) -> None:
        self._found: list[Finding] = []
        self._counts: Counter[str] = Counter()

    def add(self, rule: str, line: int, **details: str) -> None:
        """Note that a rule is broken at a line; `details` fill its message."""
        self._counts[rule] += 1
        if self._counts[rule] > _MOST_OF_ONE_RULE:
            return
        known = RULES[rule]
        if "value" in details:
            details["value"] = quote_value(details["value"])
        message = f"{known.message}; {known.remedy}".format_map(details)
        self._found.append(Finding(rule, known.severity, max(line, 1), message))

    def has_error(self) -> bool:
        """Say whether an error was found so far."""
        return any(finding.severity == "error" for finding in self._found)

    def list(self, text: str) -> tuple[Finding, ...]:
        """List what was found, by line, each once, with its line of the document."""
        lines = _LINE_END.split(text) if self._found else []
        shown = [
            msgspec.structs.replace(finding, excerpt=_cut_line(lines, finding.line))
            for finding in dict.fromkeys(self._found)
        ]
        return tuple(sorted(shown, key=lambda finding: finding.line))


def _cut_line(lines: list[str], line: int) -> str:
    if line > len(lines):
        return ""
    text = lines[line - 1][:4000].strip()
    return text if len(text) <= _LONGEST_EXCERPT else text[: _LONGEST_EXCERPT - 1] + "…"
