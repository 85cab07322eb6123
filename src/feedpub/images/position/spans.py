"""Ranges of bytes: those that lie apart, and several read and written as one."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import NamedTuple


class Span(NamedTuple):
    """A range of bytes, its end excluded."""

    start: int
    end: int


class SpanSet:
    """The bytes that any of some spans covers."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(spans):
            if start >= end:
                continue
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)

    def overlaps(self, span: Span) -> bool:
        """Tell whether a byte of a span is among them."""
        # The last range that begins before the span ends must have ended before it begins.
        before = bisect_left(self._starts, span.end) - 1
        return before >= 0 and self._ends[before] > span.start


def cut_spans(spans: Iterable[Span], count: int) -> tuple[Span, ...]:
    """Cut bytes from the front of several spans."""
    kept = []
    for start, end in spans:
        cut = min(count, end - start)
        count -= cut
        if start + cut < end:
            kept.append(Span(start + cut, end))
    return tuple(kept)


def locate_span(spans: Iterable[Span], span: Span) -> tuple[Span, ...]:
    """Find where a span of the bytes that several spans make up lies."""
    found = []
    at = 0
    for start, end in spans:
        first = max(span.start - at, 0)
        last = min(span.end - at, end - start)
        if first < last:
            found.append(Span(start + first, start + last))
        at += end - start
    return tuple(found)


def join_spans(content: bytes | bytearray, spans: Iterable[Span]) -> bytes:
    """Read the bytes that several spans make up."""
    return b"".join(content[start:end] for start, end in spans)
