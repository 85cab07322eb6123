"""The items of a JSON list, one at a time, from text that comes in pieces."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from itertools import islice

import msgspec

from feedpub import compile_late
from feedpub.errors import UnreadableFile
from feedpub.sources.files import MAX_BYTES, refuse_size
from feedpub.sources.json_values import NotJson, decode_value, try_object

# Where an object may end that stands in a list: before another, or before the list's end.
_LIKELY_END = compile_late(rb"\}(?=\s*+(?:,\s*+\{|\]))")
# Lists inside of an item have such places too. An item of more is measured by its brackets.
_GUESSES = 6
# Guesses that go on missing would each look through all that is held: then no more are made.
_MISSES = 10
_TO_BRACKET = compile_late(
    rb'[^"{}\[\]]*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"[^"{}\[\]]*+)*+[{}\[\]]', re.DOTALL
)
_TEXT = compile_late(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_WORD = compile_late(rb'[^\s,"{}\[\]]++')
_SPACE = compile_late(rb"[ \t\r\n]*+")
_GAP = compile_late(rb"\s*+,\s*+\{")
_OPENING = frozenset(b"{[")


class Item(msgspec.Struct, frozen=True):
    """An item of a list: its text, the line that it begins at, and what it holds.

    `value` is None where the text was not decoded yet, or holds no object.
    """

    content: bytes
    line: int
    value: dict[str, object] | None


def iter_items(pieces: Iterator[bytes]) -> Iterator[Item]:
    """Yield the items of the list that a text is; no more of it is held than one item.

    The end of an object is guessed, and the guess holds if the text before it decodes: no
    beginning of an object is one. So an item costs its decoding and little more.

    Raises:
        UnreadableFile: The text is not a list, or cut, or an item is too large; names the line.
    """
    window = _Window(pieces)
    yield from _take_items(window)
    if window.next_byte():
        raise _refuse(window, "nothing after the list")


def iter_items_at(pieces: Iterator[bytes], steps: Sequence[str | int]) -> Iterator[Item]:
    """Yield the items of a list inside of an object, by the steps of the path to it.

    No more of the text is held than one item, or one value beside the list.

    Raises:
        UnreadableFile: There is no such list, or the text is cut, or a value is too large.
    """
    window = _Window(pieces)
    for step in steps:
        _enter(window, step)
    yield from _take_items(window)
    for step in reversed(steps):
        _leave(window, b"}" if isinstance(step, str) else b"]")
    if window.next_byte():
        raise _refuse(window, "nothing after the object")


def close_head(text: bytes) -> bytes:
    """Make the beginning of a JSON document whole: cut after a value, and close the brackets."""
    open_brackets: list[int] = []
    end, closers = 0, b""
    at = 0
    while bracket := _TO_BRACKET.match(text, at):
        at = bracket.end()
        byte = text[at - 1]
        if byte in _OPENING:
            open_brackets.append(byte)
        elif open_brackets:
            open_brackets.pop()
            end = at
            closers = bytes(0x7D if one == 0x7B else 0x5D for one in reversed(open_brackets))
    return text[:end] + closers


def _enter(window: _Window, step: str | int) -> None:
    """Go into the member of an object, or to the item of a list, that a step names."""
    is_object = isinstance(step, str)
    if window.next_byte() != (b"{" if is_object else b"["):
        raise UnreadableFile(f"has nothing at {step!r} of its records", "malformed", window.line)
    window.pos += 1
    number = 0
    while window.next_byte() not in (b"}", b"]", b""):
        if is_object and _take_name(window) == step:
            return
        if not is_object and number == step:
            return
        number += 1
        _take_value(window)
        if window.next_byte() == b",":
            window.pos += 1
    raise UnreadableFile(f"has nothing at {step!r} of its records", "malformed", window.line)


def _leave(window: _Window, closing: bytes) -> None:
    """Go over the rest of an object or a list."""
    while (byte := window.next_byte()) == b",":
        window.pos += 1
        window.next_byte()
        if closing == b"}":
            _take_name(window)
        _take_value(window)
    if byte != closing:
        raise _refuse(window, f", or {closing.decode()}")
    window.pos += 1


def _take_name(window: _Window) -> object:
    if window.next_byte() != b'"':
        raise _refuse(window, "a name")
    name = decode_value(_take_value(window))
    if window.next_byte() != b":":
        raise _refuse(window, ":")
    window.pos += 1
    return name


def _take_value(window: _Window) -> bytes:
    """Take one value of any kind, by its brackets or quotes."""
    if window.next_byte() in (b"", b",", b":", b"]", b"}"):
        raise _refuse(window, "a value")
    while (end := _find_end(window.text, window.pos)) is None:
        if not window.grow():
            raise _refuse_cut(window)
    content = window.text[window.pos : end]
    window.pos = end
    return content


def _take_items(window: _Window) -> Iterator[Item]:
    if window.next_byte() != b"[":
        raise UnreadableFile("is not a list", "malformed", window.line)
    window.pos += 1
    expected = "a value or ]"
    while True:
        byte = window.next_byte()
        if byte == b"]" and expected != "a value":
            break
        if expected == ", or ]":
            if byte != b",":
                raise _refuse(window, expected)
            window.pos += 1
            expected = "a value"
        elif byte in (b"", b",", b"]", b"}"):
            raise _refuse(window, expected)
        else:
            yield _take_item(window)
            expected = ", or ]"
    window.pos += 1


def _take_item(window: _Window) -> Item:
    value = None
    end = None
    is_object = window.next_byte() == b"{"
    while end is None:
        if is_object and window.misses < _MISSES:
            end, value = _guess_end(window)
        if end is None:
            end = _find_end(window.text, window.pos)
            window.misses += is_object and end is not None
        if end is None and not window.grow():
            raise _refuse_cut(window)
    line = window.line
    content = window.text[window.pos : end]
    window.pos = end
    return Item(content, line, value)


def _guess_end(window: _Window) -> tuple[int | None, dict[str, object] | None]:
    text, start = window.text, window.pos
    for likely in islice(_list_likely_ends(text, start, window.gap), _GUESSES):
        value = try_object(text[start:likely])
        if value is not None:
            gap = _GAP.match(text, likely)
            window.gap = b"" if gap is None else gap[0]
            window.misses = 0
            return likely, value
    return None, None


def _list_likely_ends(text: bytes, start: int, gap: bytes) -> Iterator[int]:
    """List where an object may end, the best guess first: where the gap stands again."""
    found = text.find(b"}" + gap, start) + 1 if gap else 0
    if found:
        yield found
    yield from (likely.end() for likely in _LIKELY_END.finditer(text, start))


def _find_end(text: bytes, start: int) -> int | None:
    """Find where a value ends, by its brackets or quotes; None where it is not whole."""
    if text[start] not in _OPENING:
        found = (_TEXT if text[start] == 0x22 else _WORD).match(text, start)
        # A number that reaches the end may go on.
        return None if found is None or found.end() == len(text) else found.end()
    depth = 0
    while bracket := _TO_BRACKET.match(text, start):
        start = bracket.end()
        depth += 1 if text[start - 1] in _OPENING else -1
        if depth == 0:
            return start
    return None


class _Window:
    """The part of a text that is looked at: `pos` is where in it, `line` the line there.

    `gap` is what stood between the last two objects; in many exports nothing else has it.
    `misses` is how many guesses in a row missed the end of an object.
    """

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.text = b""
        self.pos = 0
        self.gap = b""
        self.misses = 0
        self._pieces = pieces
        self._fault: Exception | None = None
        self._counted = 0  # up to here in the text
        self._line = 1

    @property
    def line(self) -> int:
        self._line += self.text.count(b"\n", self._counted, self.pos)
        self._counted = self.pos
        return self._line

    def next_byte(self) -> bytes:
        """Go over white space to the next byte; empty where the text ends."""
        while True:
            space = _SPACE.match(self.text, self.pos)
            assert space is not None  # noqa: S101  it matches nothing, too
            self.pos = space.end()
            if self.pos < len(self.text):
                return self.text[self.pos : self.pos + 1]
            if not self.grow():
                return b""

    def grow(self) -> bool:
        """Take more of the text, as much as is left to look at: then all is looked at twice.

        Raises:
            UnreadableFile: What is left is too large for an item.
        """
        rest = self.text[self.pos :]
        if len(rest) > MAX_BYTES:
            raise refuse_size("has an item", self.line)
        taken = [rest]
        size = 0
        while size <= len(rest) and self._fault is None:
            try:
                piece = next(self._pieces)
            except StopIteration:
                break
            except (UnreadableFile, OSError, EOFError, zlib.error) as error:
                # First what stands before the fault.
                self._fault = error
                break
            taken.append(piece)
            size += len(piece)
        if not size and self._fault is not None:
            raise self._fault
        self._line, self._counted = self.line, 0
        self.text, self.pos = b"".join(taken), 0
        return size > 0


def _refuse(window: _Window, expected: str) -> UnreadableFile:
    message = f"is not valid JSON, or is cut: expected {expected}"
    return UnreadableFile(message, "malformed", window.line)


def _refuse_cut(window: _Window) -> UnreadableFile:
    try:
        decode_value(window.text[window.pos :])
    except NotJson as error:
        line = None if error.line is None else window.line + error.line - 1
        return UnreadableFile(str(error), "malformed", line)
    return _refuse(window, ", or ]")
