"""What can go wrong: exceptions for a whole run, Problems for one record."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal, TypeVar

import msgspec

T = TypeVar("T")

# The kinds of problems that decide what a run writes, or what the next one has to do.
BUG = "bug"
LOSS = "loss"
STALE = "stale"
INVALID = "invalid-feed"  # lint finds it in a feed, which is then not written
INVALID_ENTRY = "invalid-entry"
UNREADABLE = "unreadable"  # a file, and perhaps on one machine alone
_SHOWN_DEPTH = 500

Severity = Literal["error", "warning"]


class FeedpubError(Exception):
    """An error that a user can cause, with a message that says how to fix it."""


class ConfigError(FeedpubError):
    """The configuration or a call is wrong; nothing was read or written.

    `messages` lists every fault that was found.
    """

    def __init__(self, *messages: str) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages


class OutputError(FeedpubError):
    """The output could not be read or written; each file in it is complete, either old or new."""


class EngineError(FeedpubError):
    """The machines that share the work of a run can't do it; nothing was written."""


class ImageChangedError(OutputError):
    """An image file is no longer what it was, or what a broken cache said, when it was measured."""


class TimestampError(FeedpubError):
    """A text is not a timestamp that can be read for certain.

    `kind` is one of unparseable, incomplete, ambiguous, ambiguous-timezone,
    out-of-range, relative-needs-now, inconsistent. `readings` are the possible values, and
    `remedy` is the setting that decides between them, if there is one.
    """

    def __init__(
        self,
        kind: str,
        message: str,
        *,
        readings: tuple[str, ...] = (),
        remedy: str | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.readings = readings
        self.remedy = remedy


class ImageError(FeedpubError):
    """An image can't be enclosed; the message says why."""


class SilentHostError(ImageError):
    """An image is on a server that does not answer; `host` is its name and port.

    The message is about all images on that server.
    """

    def __init__(self, message: str, host: str) -> None:
        super().__init__(message)
        self.host = host


class PositionError(ImageError):
    """An image may contain a GPS position that can't be removed without loss."""


class ExpressionError(FeedpubError):
    """A text is not valid JMESPath; the message says where and why."""


class EvaluationError(FeedpubError):
    """An expression fails on a record; the message says why."""


class RecordError(FeedpubError):
    """A record can't be read; a custom reader yields this, and continues with the next record.

    `line` is the record's line; `field` and `value` are those at fault. Each is None if unknown.
    """

    def __init__(
        self,
        message: str,
        *,
        line: int | None = None,
        field: str | None = None,
        value: object = None,
    ) -> None:
        super().__init__(message)
        self.line = line
        self.field = field
        self.value = value


class Rejection(Exception):
    """A field rejects its record; becomes a problem of the record.

    `readings` and `remedy` are those of a TimestampError.
    """

    def __init__(
        self,
        field: str,
        value: object,
        kind: str,
        message: str,
        *,
        readings: tuple[str, ...] = (),
        remedy: str | None = None,
    ) -> None:
        super().__init__(message)
        self.field, self.value, self.kind, self.message = field, value, kind, message
        self.readings, self.remedy = readings, remedy


class Where(msgspec.Struct, frozen=True):
    """A place in the input: a path relative to the configuration, and a line or a list index."""

    path: str
    line: int | None = None
    record: int | None = None

    def __str__(self) -> str:
        if self.line is not None:
            return f"{self.path}:{self.line}"
        return self.path if self.record is None else f"{self.path}[{self.record}]"

    def move(self, lines: int) -> Where:
        """Give the place where other lines come before it."""
        return self if self.line is None else Where(self.path, self.line + lines, self.record)


class Problem(msgspec.Struct, frozen=True):
    """One fault of one record: an error rejects the record, a warning does not."""

    severity: Severity
    where: Where
    field: str | None
    value: str | None
    kind: str
    message: str

    def __str__(self) -> str:
        severity = "warning: " if self.severity == "warning" else ""
        return f"{self.where}: {severity}{self.describe()}"

    def move(self, lines: int) -> Problem:
        """Give the problem where other lines come before its place."""
        return msgspec.structs.replace(self, where=self.where.move(lines))

    def describe(self) -> str:
        """Describe the field, the value and the fault, without the place."""
        field = f"{self.field}: " if self.field is not None else ""
        value = f"{quote_value(self.value)} " if self.value is not None else ""
        return field + value + self.message


# What ends a run, even where one record meets it.
_FINAL = (ConfigError, OutputError, OSError, MemoryError)


class Failure(msgspec.Struct, frozen=True):
    """An exception that nobody expected, from a bug in feedpub."""

    error: Exception

    def tell(self, where: Where, what: str = "record", *, kind: str = BUG) -> Problem:
        """Make the problem of what failed, and log the traceback."""
        return Problem("error", where, None, None, kind, self.describe(where, what))

    def describe(self, where: Where, what: str) -> str:
        """Describe what failed, and log the traceback."""
        logging.getLogger(__name__).debug("%s: the traceback:", where, exc_info=self.error)
        told = describe_value(" ".join(f"{type(self.error).__name__}: {self.error}".split()))
        return f"feedpub failed on this {what} ({told}). Please report it, with the {what}."


def attempt(work: Callable[[], T], *expected: type[Exception]) -> T | Failure:
    """Do work that must not end the run; give the unexpected exception that it raises.

    Raises:
        ConfigError, OutputError, OSError, MemoryError: The run can't continue.
        Exception: It is of an `expected` kind.
    """
    final: tuple[type[Exception], ...] = (*_FINAL, *expected)
    try:
        return work()
    except final:
        raise
    except Exception as error:  # noqa: BLE001 -- any bug, here and below alone
        return Failure(error)


def attempt_each(
    work: Callable[[], Iterable[T]], *expected: type[Exception]
) -> Iterator[T | Failure]:
    """Yield each of the items that work gives; an unexpected exception is the last.

    Raises:
        ConfigError, OutputError, OSError, MemoryError: The run can't continue.
        Exception: It is of an `expected` kind.
    """
    final: tuple[type[Exception], ...] = (*_FINAL, *expected)
    try:
        yield from work()
    except final:
        raise
    except Exception as error:  # noqa: BLE001 -- as above
        yield Failure(error)


def guard_record(where: Where, work: Callable[[], T], problems: list[Problem]) -> T | None:
    """Do work on one record; a bug in feedpub then costs only that record.

    Raises:
        ConfigError, OutputError, OSError, MemoryError: The run can't continue.
    """
    done = attempt(work)
    if isinstance(done, Failure):
        problems.append(done.tell(where))
        return None
    return done


def suggest(word: str, known: Iterable[str]) -> str:
    """Ask whether the nearest of the known words is meant; empty where none is near."""
    import difflib

    folded = {name.casefold(): name for name in known}
    close = difflib.get_close_matches(word.casefold(), folded, n=1)
    return f' Did you mean "{folded[close[0]]}"?' if close else ""


def quote_value(value: str, limit: int = 80) -> str:
    """Quote a value for a message, shortened if it is long."""
    return f'"{value}"' if len(value) <= limit else f'"{value[: limit - 1]}…"'


def describe_value(value: object) -> str:
    """Describe any raw value in a short text."""
    try:
        text = value if isinstance(value, str) else _represent(value)
    except ValueError:  # a number of too many digits
        text = type(value).__name__
    return text if len(text) <= 200 else text[:199] + "…"


def _represent(value: object) -> str:
    """Give the `repr` of a value, or its type where it nests so deep that `repr` may fail."""
    level = [value]
    for _ in range(_SHOWN_DEPTH):
        level = [
            item
            for outer in level
            if isinstance(outer, list | tuple | Mapping)
            for item in (outer.values() if isinstance(outer, Mapping) else outer)
        ]
        if not level:
            return repr(value)
    return type(value).__name__


class UnreadableFile(Exception):
    """A file can't be read; becomes one problem of the file."""

    def __init__(self, message: str, kind: str = UNREADABLE, line: int | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.line = line


class EmptyFile(UnreadableFile):
    """A file is empty."""

    def __init__(self) -> None:
        super().__init__("is empty", "missing")
