"""JSON with the line of every value, read within bounds (RFC 8259)."""

from __future__ import annotations

import json
import re
from bisect import bisect_right

import msgspec

from feedpub import compile_late

_SPACE = compile_late(r"[ \t\r\n]*")
_NUMBER = compile_late(r"-?(?:0|[1-9][0-9]{0,400})(?:\.[0-9]{1,400})?(?:[eE][+-]?[0-9]{1,4})?")
_WORDS: tuple[tuple[str, bool | None], ...] = (("true", True), ("false", False), ("null", None))
_DEEPEST = 64
_DECODER = json.JSONDecoder()


class Value(msgspec.Struct, frozen=True):
    """A value of JSON, and the line on which it begins."""

    line: int
    content: object  # None, bool, float, str, list[Value] or Members


class Members(msgspec.Struct, frozen=True):
    """The members of an object, and its repeated names with their lines."""

    by_name: dict[str, Value]
    repeated: tuple[tuple[str, int], ...] = ()


class JsonError(Exception):
    """The text is not JSON; `line` says where."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def read_json(text: str) -> Value:
    """Read a document of JSON.

    Raises:
        JsonError: The text is not JSON, or is nested too deeply.
    """
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._breaks = [found.start() for found in re.finditer("\n", text)]

    def read(self) -> Value:
        value, end = self._read_value(self._skip(0), 0)
        if self._skip(end) != len(self._text):
            raise self._error("there is more text after the value", self._skip(end))
        return value

    def _read_value(self, start: int, depth: int) -> tuple[Value, int]:
        if depth > _DEEPEST:
            raise self._error("it is nested too deeply", start)
        line = self._line(start)
        char = self._text[start : start + 1]
        if char == "{":
            members, end = self._read_object(start + 1, depth)
            return Value(line, members), end
        if char == "[":
            items, end = self._read_list(start + 1, depth)
            return Value(line, items), end
        if char == '"':
            text, end = self._read_string(start)
            return Value(line, text), end
        for word, meaning in _WORDS:
            if self._text.startswith(word, start):
                return Value(line, meaning), start + len(word)
        number = _NUMBER.match(self._text, start)
        if number is None:
            raise self._error("a value is expected", start)
        return Value(line, float(number[0])), number.end()

    def _read_object(self, start: int, depth: int) -> tuple[Members, int]:
        members: dict[str, Value] = {}
        repeated = []
        place = self._skip(start)
        if self._text.startswith("}", place):
            return Members(members), place + 1
        while True:
            if not self._text.startswith('"', place):
                raise self._error("a name in quotes is expected", place)
            line = self._line(place)
            name, place = self._read_string(place)
            place = self._skip(place)
            if not self._text.startswith(":", place):
                raise self._error("a colon is expected", place)
            value, place = self._read_value(self._skip(place + 1), depth + 1)
            if name in members:
                repeated.append((name, line))
            members[name] = value
            place = self._skip(place)
            if self._text.startswith("}", place):
                return Members(members, tuple(repeated)), place + 1
            if not self._text.startswith(",", place):
                raise self._error("a comma or } is expected", place)
            place = self._skip(place + 1)

    def _read_list(self, start: int, depth: int) -> tuple[list[Value], int]:
        items: list[Value] = []
        place = self._skip(start)
        if self._text.startswith("]", place):
            return items, place + 1
        while True:
            value, place = self._read_value(place, depth + 1)
            items.append(value)
            place = self._skip(place)
            if self._text.startswith("]", place):
                return items, place + 1
            if not self._text.startswith(",", place):
                raise self._error("a comma or ] is expected", place)
            place = self._skip(place + 1)

    def _read_string(self, start: int) -> tuple[str, int]:
        try:
            text, end = _DECODER.raw_decode(self._text, start)
        except json.JSONDecodeError as error:
            raise self._error(error.msg.lower(), error.pos) from error
        return str(text), end

    def _skip(self, start: int) -> int:
        found = _SPACE.match(self._text, start)
        return found.end() if found else start

    def _line(self, place: int) -> int:
        return bisect_right(self._breaks, place - 1) + 1

    def _error(self, message: str, place: int) -> JsonError:
        return JsonError(message, self._line(min(place, len(self._text))))
