"""A look at what lies at a source: names, and the beginnings of files, within bounds."""

from __future__ import annotations

import fnmatch
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from feedpub.files import (
    digest_bytes,
    digest_file,
    is_settled,
    open_regular,
    read_regular,
    read_state,
)
from feedpub.text import encode_text

if TYPE_CHECKING:
    from feedpub.sources.json_document import JsonDocument
    from feedpub.sources.raw import Raw
    from feedpub.sources.tables import NamedTables
    from feedpub.sources.xml_head import XmlHead

MOST_NAMES = 20_000
MOST_BYTES = 4_000_000
_MAX_DEPTH = 8
# Folders of other people's code.
CODE_FOLDERS = frozenset("node_modules bower_components venv site-packages __pycache__".split())
_CHANGED = ""  # in place of the digest of an answer that is never as before

T = TypeVar("T")


class Peek(Protocol):
    """What shows the beginning of one file."""

    def list_samples(self) -> tuple[Raw, ...]:
        """List the first raw records."""

    def read_document(self) -> JsonDocument | None:
        """Read the JSON document that the file is, if it is one object."""

    def read_tables(self) -> NamedTables | None:
        """Read the tables of the database that the file is."""

    def read_xml_head(self) -> XmlHead | None:
        """Read the root of the XML document that the file is."""


class Place:
    """A folder or a file that a source names, looked at but not read.

    `root` is the folder that paths are below; `names` are those of its files, in order. Of a
    place that is one file, `names` holds that file alone, and `samples` and `document` show
    what it holds. `answers` are the digests of what it answered, by the questions, since it
    notes them; those that a file alone decides have its state with them. It notes no more of the
    content of the one file.
    """

    def __init__(self, root: Path, only: str | None = None, peek: Peek | None = None) -> None:
        self.root = root
        self.answers: dict[str, str] | None = None
        self._only = only
        self._peek = peek
        self._learned: dict[str, Callable[[str], object]] = {}
        self._states: dict[str, str] = {}  # of the files that decided answers, by the questions

    def note_answers(self) -> None:
        """Note the answers from now on."""
        self.answers = {}

    def take_answers(self) -> dict[str, str]:
        """Take the answers that were noted since the last time."""
        if self.answers is None:
            return {}
        taken, self.answers = self.answers, {}
        return taken

    def add_answers(self, answers: Mapping[str, str]) -> None:
        """Note answers that were given elsewhere, if any are noted.

        What was answered in two ways never counts as the same.
        """
        if (noted := self.answers) is None:
            return
        for question, answer in answers.items():
            if _digest_of(noted.setdefault(question, answer)) != _digest_of(answer):
                noted[question] = _CHANGED

    @contextmanager
    def unnoted(self) -> Iterator[None]:
        """Ask something whose answer is not noted, because one that is made of it is."""
        noted, self.answers = self.answers, None
        try:
            yield
        finally:
            self.answers = noted

    def learn(
        self, kind: str, answer: Callable[[str], T], *, of_files: bool = False
    ) -> Callable[[str], T]:
        """Learn to answer questions of another kind, and give what asks them.

        Args:
            of_files: Each names a file, whose bytes decide the answer, beside others that are
                noted.
        """

        def ask(argument: str) -> T:
            if of_files:
                return self._note_of_file(kind, argument, answer)
            return self._note(kind, argument, answer(argument))

        self._learned[kind] = ask
        return ask

    def answers_as(self, before: Mapping[str, str]) -> bool:
        """Say whether questions have the answers that they had before.

        Of those that have names of their own, only the ones asked since then are known. No file is
        opened that is in the state that it was in.
        """
        ask: dict[str, Callable[[str], object]] = {
            **self._learned,
            "all": lambda _: self.names,
            "below": self.list_below,
            "digest": self.digest,
            "find": self.find,
            "has": self.has,
            "has below": self.has_below,
            "filled": self.is_filled,
            "holds": self.holds,
            "lists": self.lists,
            "named": self.list_named,
            "read": self.read,
        }
        for question, answer in before.items():
            kind, _, argument = question.partition(": ")
            state = answer.partition(" ")[2]
            if state and self._find_state(argument) == state:
                self._states.setdefault(question, state)
                self.add_answers({question: answer})
            elif kind in ask:
                ask[kind](argument)
        answers = self.answers or {}
        return all(
            answer != _CHANGED and _digest_of(answers.get(question, "")) == _digest_of(answer)
            for question, answer in before.items()
        )

    def _note_of_file(self, kind: str, name: str, answer: Callable[[str], T]) -> T:
        if self.answers is None:
            return answer(name)
        question = f"{kind}: {name}"
        if question not in self._states:  # an answer may be that of an earlier time
            self._states[question] = self._find_state(name)
        found = answer(name)
        self.add_answers({question: f"{_digest(found)} {self._states[question]}".rstrip()})
        return found

    def _find_state(self, name: str) -> str:
        """Find the state of a file below the root; empty if it may change and seem the same."""
        try:
            state = read_state(self.root / name)
        except ValueError:
            return ""
        if state is None or not is_settled(max(state[2:]), time.time_ns()):
            return ""
        return ",".join(map(str, state))

    def _note(self, kind: str, argument: str, answer: T) -> T:
        if self.answers is not None:
            self.add_answers({f"{kind}: {argument}": _digest(answer)})
        return answer

    @property
    def is_file(self) -> bool:
        """Whether the place is one file."""
        return self._only is not None

    @cached_property
    def samples(self) -> tuple[Raw, ...]:
        """The first raw records of a place that is one file; none where it cannot be read."""
        return () if self._peek is None else self._peek.list_samples()

    @cached_property
    def document(self) -> JsonDocument | None:
        """The document of a place that is one JSON file; None where it is not."""
        return None if self._peek is None else self._peek.read_document()

    @cached_property
    def tables(self) -> NamedTables | None:
        """The tables of a place that is one database; None where it is not."""
        return None if self._peek is None else self._peek.read_tables()

    @cached_property
    def xml(self) -> XmlHead | None:
        """The root of a place that is one XML file; None where it is not."""
        return None if self._peek is None else self._peek.read_xml_head()

    @property
    def names(self) -> tuple[str, ...]:
        """The paths of the files, at most 20,000, sorted."""
        return self._note("all", "", self._names)

    @property
    def size(self) -> int:
        """The number of the files, at most 20,000, which is not noted."""
        return len(self._names)

    @cached_property
    def _names(self) -> tuple[str, ...]:
        if self._only is not None:
            return (self._only,)
        return tuple(sorted(_walk(self.root)))

    @cached_property
    def _name_set(self) -> frozenset[str]:
        return frozenset(self._names)

    def lists(self, name: str) -> bool:
        """Say whether a path is one of the files'."""
        return self._note("lists", name, name in self._name_set)

    def find(self, pattern: str) -> list[str]:
        """List the files whose path matches a pattern; `*` crosses folders."""
        found = [name for name in self._names if fnmatch.fnmatchcase(name, pattern)]
        return self._note("find", pattern, found)

    def has(self, pattern: str) -> bool:
        """Say whether there is a file whose path matches a pattern."""
        found = any(fnmatch.fnmatchcase(name, pattern) for name in self._names)
        return self._note("has", pattern, found)

    def list_below(self, start: str) -> list[str]:
        """List the files whose path has a start, such as a folder with its slash."""
        return self._note("below", start, [name for name in self._names if name.startswith(start)])

    def has_below(self, start: str) -> bool:
        """Say whether there is a file whose path has a start."""
        found = any(name.startswith(start) for name in self._names)
        return self._note("has below", start, found)

    def list_named(self, name: str) -> Sequence[str]:
        """List the files of a name, whatever their folder and their case."""
        return self._note("named", name, self._by_name.get(name.casefold(), ()))

    @cached_property
    def _by_name(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = {}
        for name in self._names:
            found.setdefault(name.rpartition("/")[2].casefold(), []).append(name)
        return found

    def ask(self, question: str, answer: Callable[[Sequence[str]], T]) -> T:
        """Answer a question of another kind about the paths of the files."""
        return self._note("of all", question, answer(self._names))

    def holds(self, name: str) -> bool:
        """Say whether there is a file of a name below the root."""
        return self._note("holds", name, self._find_file(name) is not None)

    def is_filled(self, name: str) -> bool:
        """Say whether there is a file of a name below the root that is not empty."""
        path = self._find_file(name)
        state = None if path is None else read_state(path)
        return self._note("filled", name, state is not None and state[1] > 0)

    def _find_file(self, name: str) -> Path | None:
        try:
            path = self.root / name
            is_below = path.is_file() and path.resolve().is_relative_to(self._resolved)
        except (OSError, ValueError):
            return None
        return path if is_below else None

    @cached_property
    def _resolved(self) -> Path:
        return self.root.resolve()

    def read(self, name: str) -> bytes | None:
        """Read the beginning of a file below the root; None where it cannot be read."""
        return self._note_of_file("read", name, self._read)

    def _read(self, name: str) -> bytes | None:
        path = self._find_file(name)
        try:
            return None if path is None else read_regular(path, MOST_BYTES)
        except OSError:
            return None

    def read_lines(self, name: str) -> Iterator[bytes]:
        """Read a file below the root by its lines; one of more than 4 MB ends it."""
        if self.answers is not None:
            self.digest(name)
        path = self._find_file(name)
        if path is None:
            return
        try:
            with open_regular(path) as stream:
                while (line := stream.readline(MOST_BYTES + 1)) and len(line) <= MOST_BYTES:
                    yield line
        except OSError:
            return

    def digest(self, name: str) -> str | None:
        """Digest all of a file below the root; None where it cannot be read."""
        return self._note_of_file("digest", name, self._digest)

    def _digest(self, name: str) -> str | None:
        path = self._find_file(name)
        try:
            return None if path is None else digest_file(path)
        except OSError:
            return None

    def read_beginning(self, name: str) -> str | None:
        """Read the beginning of a text file in UTF-8; None where it cannot be read."""
        content = self.read(name)
        return None if content is None else content.decode("utf-8-sig", "replace")


def _digest_of(answer: str) -> str:
    """Give the digest of an answer without the state of a file."""
    return answer.partition(" ")[0]


def _digest(answer: object) -> str:
    return digest_bytes(answer if isinstance(answer, bytes) else encode_text(repr(answer)))


def _walk(root: Path) -> Iterator[str]:
    waiting = [("", 0)]
    count = 0
    while waiting:
        below, depth = waiting.pop()
        try:
            with os.scandir(root / below) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            name = f"{below}/{entry.name}" if below else entry.name
            if entry.is_symlink():
                continue
            if entry.is_dir(follow_symlinks=False):
                hidden = entry.name.startswith(".")
                if depth < _MAX_DEPTH and not hidden and entry.name not in CODE_FOLDERS:
                    waiting.append((name, depth + 1))
            elif count < MOST_NAMES:
                count += 1
                yield name
