"""The findings in a source file, and a form of them that another process or run can take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from feedpub.errors import Problem, Where
from feedpub.files import JsonForm
from feedpub.model import Candidate, Origin, Precision, SourceFile, Status


class Scanned(msgspec.Struct):
    """What was found in a file, or in a part of it.

    `records` counts all records, `rejected` the rejected ones, `unnamed` those in the section
    named for the site. `passed_over` counts the things that are not articles, by kind.
    `new_sections` are names that the configuration does not have, and where each is first.
    `new_pages` are the candidates of pages that another process read, and that no earlier run had.
    """

    candidates: list[Candidate] = []
    problems: list[Problem] = []
    records: int = 0
    rejected: int = 0
    unnamed: int = 0
    passed_over: Mapping[str, int] = {}
    new_sections: list[tuple[str, Where]] = []
    new_pages: list[Candidate] = []


class _PackedCandidate(msgspec.Struct, array_like=True, gc=False):
    """A candidate without its file."""

    id: str
    sections: tuple[str, ...]
    updated: int
    published: int | None
    status: Status
    digest: int
    updated_precision: Precision
    published_precision: Precision | None
    expires: int | None
    position: int
    line: int | None
    single: bool


class _Packed(msgspec.Struct, array_like=True):
    """What was found in a file, whichever that is."""

    candidates: list[_PackedCandidate]
    problems: list[Problem]
    records: int
    rejected: int
    unnamed: int
    passed_over: dict[str, int]
    new_sections: list[tuple[str, Where]]


_FORM = JsonForm(list[_Packed])


def pack(found: Iterable[Scanned], begin: int = 0) -> bytes:
    """Pack the findings in a file, or in a part that begins at a byte, whichever it is."""
    return _FORM.pack([_pack(scanned, begin) for scanned in found])


def unpack(content: bytes, file: SourceFile, begin: int = 0, lines: int = 0) -> Iterator[Scanned]:
    """Yield the findings in a file that were packed.

    Args:
        begin: The byte where the part of the file begins that they are of.
        lines: The number of lines before that.
    """
    for packed in _FORM.unpack(content):
        scanned = _unpack(packed, file, begin, lines)
        if lines:
            scanned.problems = [problem.move(lines) for problem in scanned.problems]
            sections = scanned.new_sections
            scanned.new_sections = [(name, where.move(lines)) for name, where in sections]
        yield scanned


def _pack(scanned: Scanned, begin: int) -> _Packed:
    candidates = [
        _PackedCandidate(
            *(c.id, c.sections, c.updated, c.published, c.status, c.digest),
            *(c.updated_precision, c.published_precision, c.expires),
            *(c.origin.position - begin, c.origin.line, c.origin.single),
        )
        for c in scanned.candidates
    ]
    return _Packed(
        candidates,
        scanned.problems,
        scanned.records,
        scanned.rejected,
        scanned.unnamed,
        dict(scanned.passed_over),
        scanned.new_sections,
    )


def _unpack(packed: _Packed, file: SourceFile, begin: int, lines: int) -> Scanned:
    return Scanned(
        candidates=[
            Candidate(
                *(c.id, c.sections, c.updated, c.published, c.status),
                Origin(
                    file,
                    c.position + begin,
                    None if c.line is None else c.line + lines,
                    c.single,
                ),
                *(c.digest, c.updated_precision, c.published_precision, c.expires),
            )
            for c in packed.candidates
        ],
        problems=packed.problems,
        records=packed.records,
        rejected=packed.rejected,
        unnamed=packed.unnamed,
        passed_over=packed.passed_over,
        new_sections=packed.new_sections,
    )
