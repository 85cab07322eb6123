"""How far a long run is: a line on a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from feedpub.commands.console import Options

_PATIENCE = 1.0  # seconds that a run may take without a word
_PAUSE = 0.1  # seconds between two lines


@contextmanager
def show_progress(options: Options) -> Iterator[ProgressLine]:
    """Show on a terminal how far the block is; it prints nothing else, so it may log nothing."""
    is_shown = sys.stderr.isatty() and not (options.quiet or options.verbose)
    line = ProgressLine(_write if is_shown else None, time.monotonic)
    try:
        yield line
    finally:
        line.end()


class ProgressLine:
    """A line that is written again and again; without `write`, none."""

    def __init__(self, write: Callable[[str], None] | None, clock: Callable[[], float]) -> None:
        self._write = write
        self._clock = clock
        self._next = clock() + _PATIENCE
        self._is_written = False
        self._doing = ""
        self._began = 0.0
        self._first = 0

    def __call__(self, doing: str, done: int, total: int | None = None) -> None:
        """Say what the run does, and how many of how many, if that is known."""
        if self._write is None:
            return
        now = self._clock()
        if doing != self._doing:
            self._doing, self._began, self._first = doing, now, done
        if now < self._next:
            return
        self._next = now + _PAUSE
        self._is_written = True
        seconds = now - self._began
        rate = (done - self._first) / seconds if seconds > 0 else 0.0
        self._write(f"\r\x1b[K{format_progress(doing, done, total, rate)}")

    def end(self) -> None:
        """Remove the line."""
        if self._write is not None and self._is_written:
            self._write("\r\x1b[K")


def format_progress(doing: str, done: int, total: int | None, rate: float) -> str:
    """Say how far something is; `rate` is a second."""
    text = f"{doing}: {done:,}" + ("" if total is None else f" of {total:,}")
    if rate <= 0:
        return text
    facts = [f"{rate:,.0f} a second" if rate >= 1 else f"{rate * 60:,.0f} a minute"]
    if total is not None and total > done:
        facts.append(f"{_format_seconds((total - done) / rate)} left")
    return f"{text} ({', '.join(facts)})"


def _format_seconds(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _write(text: str) -> None:
    click.echo(text, err=True, nl=False)
