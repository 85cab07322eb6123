"""The findings in a source file, and a form of them that another process or run can take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from feedpub.articles import CandidateTable, tabulate
from feedpub.errors import Problem, Where
from feedpub.files import JsonForm
from feedpub.model import Candidate, SourceFile


class Scanned(msgspec.Struct):
    """What was found in a file, or in a part of it.

    `records` counts all records, `rejected` the rejected ones, `unnamed` those in the section
    named for the site. `passed_over` counts the things that are not articles, by kind.
    `new_sections` are names that the configuration does not have, and where each is first.
    `new_pages` are the candidates of pages that another process read, and that no earlier run had.
    Where it was packed, `table` has the candidates instead, and the files that they are in.
    """

    candidates: list[Candidate] = []
    table: tuple[CandidateTable, Sequence[SourceFile]] | None = None
    problems: list[Problem] = []
    records: int = 0
    rejected: int = 0
    unnamed: int = 0
    passed_over: Mapping[str, int] = {}
    new_sections: list[tuple[str, Where]] = []
    new_pages: list[Candidate] = []

    def list_candidates(self) -> list[Candidate]:
        """List the candidates, however they are given."""
        if self.table is None:
            return self.candidates
        table, files = self.table
        return table.list_candidates(files)


class _Packed(msgspec.Struct, array_like=True):
    """What was found in files, whichever they are."""

    table: CandidateTable
    problems: list[Problem]
    records: int
    rejected: int
    unnamed: int
    passed_over: dict[str, int]
    new_sections: list[tuple[str, Where]]


_FORM = JsonForm(_Packed)


def pack(
    found: Sequence[tuple[int, Scanned]], passed_over: Mapping[str, int], begin: int = 0
) -> bytes:
    """Pack the findings in files, each with the number of its file.

    Args:
        passed_over: The numbers of files that hold no article, by kind.
        begin: The byte where the part of the only file begins that they are of.
    """
    candidates: list[tuple[int, Candidate]] = []
    problems: list[Problem] = []
    records = rejected = unnamed = 0
    reasons = dict(passed_over)
    sections: dict[str, Where] = {}
    for number, scanned in found:
        candidates += [(number, candidate) for candidate in scanned.list_candidates()]
        problems += scanned.problems
        records += scanned.records
        rejected += scanned.rejected
        unnamed += scanned.unnamed
        for reason, things in scanned.passed_over.items():
            reasons[reason] = reasons.get(reason, 0) + things
        for name, where in scanned.new_sections:
            sections.setdefault(name, where)
    table = tabulate(candidates)
    if begin:
        table = table.move(-begin, 0)
    return _FORM.pack(
        _Packed(table, problems, records, rejected, unnamed, reasons, list(sections.items()))
    )


def pack_file(found: Iterable[Scanned], begin: int = 0) -> bytes:
    """Pack the findings in a file, or in a part that begins at a byte, whichever it is."""
    return pack([(0, scanned) for scanned in found], {}, begin)


def unpack(content: bytes, files: Sequence[SourceFile], begin: int = 0, lines: int = 0) -> Scanned:
    """Give the findings in files that were packed.

    Args:
        begin: The byte where the part of the only file begins that they are of.
        lines: The number of lines before that.
    """
    packed = _FORM.unpack(content)
    table, problems, sections = packed.table, packed.problems, packed.new_sections
    if begin or lines:
        table = table.move(begin, lines)
        problems = [problem.move(lines) for problem in problems]
        sections = [(name, where.move(lines)) for name, where in sections]
    return Scanned(
        table=(table, files),
        problems=problems,
        records=packed.records,
        rejected=packed.rejected,
        unnamed=packed.unnamed,
        passed_over=packed.passed_over,
        new_sections=sections,
    )
