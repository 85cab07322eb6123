"""Reports as text, JSON, GitHub annotations and tables."""

from __future__ import annotations

import json
import os
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from feedpub.commands.console import escape_controls
from feedpub.errors import Problem, Severity, Where
from feedpub.model import Report
from feedpub.text import count

if TYPE_CHECKING:
    # Messages must be printed quickly, and even if lxml is broken.
    from feedpub.lint import Finding
    from feedpub.output import FeedChange, ShownEntry

SHOWN_OF_KIND = 100
"""Number of problems of one kind that people are shown."""


def format_summary(report: Report, *, would: bool = False) -> str:
    """Summarize a report in a line."""
    sections = sum(slug != "all" for slug in report.sections)
    parts = [f"{count(report.records, 'record')} in {count(sections, 'section')}"]
    if report.rejected:
        parts.append(f"{report.rejected:,} rejected")
    if report.withheld:
        parts.append(f"{len(report.withheld):,} withheld")
    return ", ".join([*parts, *_count_files(report, "written", would=would)])


def format_published(report: Report, *, would: bool) -> list[str]:
    """Summarize a publish in a line; for a dry run, list the files before it."""
    listed = [f"+ {path}" for path in report.written] + [f"- {path}" for path in report.removed]
    summary = ", ".join(_count_files(report, "published", would=would)) or "nothing to publish"
    return [*(listed if would else ()), summary]


def format_withheld(report: Report) -> list[str]:
    """Say when each withheld entry is due."""
    return [f"withheld until {entry.until}: {entry.id}" for entry in report.withheld]


def pick_first(
    problems: Iterable[Problem], rest: Counter[tuple[Severity, str]]
) -> Iterator[Problem]:
    """Yield the first hundred problems of each kind, and count the others in `rest`."""
    seen: Counter[tuple[Severity, str]] = Counter()
    for problem in problems:
        kind = problem.severity, problem.kind
        if seen[kind] < SHOWN_OF_KIND:
            seen[kind] += 1
            yield problem
        else:
            rest[kind] += 1


def format_rest(rest: Counter[tuple[Severity, str]]) -> list[str]:
    """Say how many problems of each kind are not shown."""
    return [
        f"and {count(number, f'more {severity}')} of the kind {kind}. To list all, use "
        "--report json."
        for (severity, kind), number in sorted(rest.items())
    ]


def format_json(report: Report) -> Iterator[str]:
    """Format a report as one JSON object, and yield it in pieces."""
    head = json.dumps(
        {
            "written": report.written,
            "unchanged": report.unchanged,
            "removed": report.removed,
            "sections": {
                slug: {"entries": section.entries, "newest": section.newest}
                for slug, section in report.sections.items()
            },
            "rejected": report.rejected,
            "withheld": [{"id": entry.id, "until": entry.until} for entry in report.withheld],
        }
    )
    yield head.removesuffix("}") + ', "problems": ['
    problems, separator = iter(report.problems), ""
    while some := [json.dumps(_problem_object(p)) for p in islice(problems, SHOWN_OF_KIND)]:
        yield separator + ", ".join(some)
        separator = ", "
    yield "]}\n"


def format_annotations(report: Report, folder: Path, workspace: str | None) -> Iterator[str]:
    """Format problems as GitHub workflow commands, with paths relative to the workspace."""
    for problem in report.problems:
        path = problem.where.path
        if workspace:
            path = Path(os.path.relpath(folder / path, workspace)).as_posix()
        line = f",line={problem.where.line}" if problem.where.line is not None else ""
        message = problem.describe().replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        place = escape_controls(path).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
        yield f"::{problem.severity} file={place}{line}::{escape_controls(message)}"


def format_step_summary(report: Report) -> str:
    """Format a report as Markdown, for the summary page of a GitHub job."""
    lines = ["### feedpub", "", format_summary(report), ""]
    lines += ["| section | entries | newest |", "| --- | ---: | --- |"]
    lines += [
        f"| {slug} | {section.entries} | {section.newest or ''} |"
        for slug, section in report.sections.items()
    ]
    if report.problems:
        rest: Counter[tuple[Severity, str]] = Counter()
        lines += ["", "| problem | where | what |", "| --- | --- | --- |"]
        lines += [
            f"| {problem.severity} | {_cell(str(problem.where))} | {_cell(problem.describe())} |"
            for problem in pick_first(report.problems, rest)
        ]
        lines += ["", *format_rest(rest)] if rest else []
    return "\n".join(lines) + "\n"


def format_changes(changes: Iterable[FeedChange], report: Report) -> list[str]:
    """List the changes of a build by section and entry."""
    lines = []
    for change in changes:
        if not (change.added or change.removed or change.changed):
            continue
        lines.append(change.slug)
        lines += [f"  + {_describe_entry(entry)}" for entry in change.added]
        lines += [f"  - {_describe_entry(entry)}" for entry in change.removed]
        for before, after in change.changed:
            title = (
                before.title if before.title == after.title else f"{before.title} → {after.title}"
            )
            lines.append(f"  ~ {title}  ({after.id})")
    for mark, paths in (("+", report.written), ("-", report.removed)):
        lines += [f"{mark} {path}" for path in paths]
    return [escape_controls(line) for line in lines]


def format_finding(path: str, finding: Finding) -> str:
    """Format a finding of lint as a line: place, severity, rule, message."""
    return f"{path}:{finding.line}: {finding.severity} {finding.rule}: {finding.message}"


def format_lint_summary(found: Sequence[tuple[str, Finding]], files: int) -> str:
    """Summarize the findings of lint."""
    errors = sum(finding.severity == "error" for _, finding in found)
    warnings = len(found) - errors
    return f"{count(files, 'file')}, {count(errors, 'error')}, {count(warnings, 'warning')}"


def report_findings(found: Iterable[tuple[str, Finding]]) -> Report:
    """Make a report of findings; each is a problem whose kind is the rule."""
    return Report(
        problems=tuple(
            Problem(
                finding.severity,
                Where(path, finding.line),
                None,
                None,
                finding.rule,
                finding.message,
            )
            for path, finding in found
        )
    )


def format_lint_step_summary(found: Sequence[tuple[str, Finding]], files: int) -> str:
    """Format findings as Markdown, for the summary page of a GitHub job."""
    lines = ["### feedpub lint", "", format_lint_summary(found, files)]
    if found:
        lines += ["", "| severity | where | rule | what |", "| --- | --- | --- | --- |"]
        lines += [
            f"| {finding.severity} | {_cell(f'{path}:{finding.line}')} "
            f"| {finding.rule} | {_cell(finding.message)} |"
            for path, finding in found
        ]
    return "\n".join(lines) + "\n"


def format_table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Align cells in columns; a wide character, such as a Chinese one, takes two."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def _count_files(report: Report, written: str, *, would: bool) -> list[str]:
    files = [
        (report.written, written),
        (report.unchanged, "unchanged"),
        (report.removed, "removed"),
    ]
    verb = "would be " if would else ""
    return [
        count(len(paths), "file") + f" {verb if word != 'unchanged' else ''}{word}"
        for paths, word in files
        if paths
    ]


def _problem_object(problem: Problem) -> dict[str, object]:
    where: dict[str, object] = {"path": problem.where.path, "line": problem.where.line}
    if problem.where.record is not None:
        where["record"] = problem.where.record
    return {
        "severity": problem.severity,
        "where": where,
        "field": problem.field,
        "value": problem.value,
        "kind": problem.kind,
        "message": problem.message,
    }


def _describe_entry(entry: ShownEntry) -> str:
    return f"{entry.title}  ({entry.id})"


def _cell(text: str) -> str:
    escaped = escape_controls(text).replace("\\", "\\\\").replace("|", "\\|")
    return escaped.replace("<", "&lt;").replace("`", "\\`")


def _width(text: str) -> int:
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )
