"""A JSON document whose records stand in a list somewhere inside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TypeAlias

import msgspec

from feedpub import compile_late
from feedpub.sources.json_values import NotJson, decode_value
from feedpub.text import encode_text, read_number

_STEP = compile_late(r"\.?(?:([A-Za-z_][\w-]*)|\"([^\"]+)\"|\[(\d+)\])")
_Part: TypeAlias = bytes | msgspec.Raw  # a part that was not decoded yet
_MAX_DEPTH = 5
_decode_object = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_list = msgspec.json.Decoder(list[msgspec.Raw]).decode


class JsonDocument:
    """The parts of a document, each decoded when it is asked for.

    Paths are plain: `data.posts`, `db[0].data.posts`.
    """

    def __init__(self, content: bytes) -> None:
        self._content: _Part = content.strip()

    @property
    def is_object(self) -> bool:
        """Whether the document is an object."""
        return _starts_object(self._content)

    def list_names(self) -> list[str]:
        """List the names of the object's values; none where the document is not an object.

        Raises:
            NotJson: The document is not JSON.
        """
        return list(_split_object(self._content))

    def read(self, path: str) -> object:
        """Decode the value at a path; None where there is none.

        Raises:
            NotJson: The document is not JSON.
        """
        part = self._find(path)
        return None if part is None else decode_value(bytes(part))

    def list_items(self, path: str) -> list[bytes]:
        """List the items of the list at a path, as text; none where there is no list.

        Raises:
            NotJson: The document is not JSON.
        """
        part = self._find(path)
        return [] if part is None else [bytes(item) for item in _split_list(part) or ()]

    def find_lists(self) -> Iterator[tuple[str, list[bytes]]]:
        """Yield each list that begins with an object, by its path, those outside first.

        Raises:
            NotJson: The document is not JSON.
        """
        waiting: list[tuple[str, _Part, int]] = [("", self._content, 0)]
        while waiting:
            path, part, depth = waiting.pop(0)
            items = _split_list(part)
            if items is not None:
                if items and _starts_object(items[0]):
                    yield path, list(map(bytes, items))
                    if len(items) == 1:
                        waiting.append((f"{path}[0]", items[0], depth + 1))
                continue
            if depth < _MAX_DEPTH:
                for name, value in _split_object(part).items():
                    below = f"{path}.{_quote(name)}" if path else _quote(name)
                    if _first(value) in b"{[":
                        waiting.append((below, value, depth + 1))

    def _find(self, path: str) -> _Part | None:
        part = self._content
        for step in split_path(path) or ():
            if isinstance(step, int):
                items = _split_list(part) or []
                if step >= len(items):
                    return None
                part = items[step]
            else:
                found = _split_object(part).get(step)
                if found is None:
                    return None
                part = found
        return part


def decode_items(items: Iterable[bytes]) -> Iterator[object]:
    """Decode items of a list; items that are not JSON are passed over."""
    for item in items:
        with suppress(NotJson):
            yield decode_value(item)


def split_path(path: str) -> list[str | int] | None:
    """Split a plain path into its steps; None where it is not plain."""
    steps: list[str | int] = []
    at = 0
    while at < len(path):
        step = _STEP.match(path, at)
        if step is None:
            return None
        number = read_number(step[3])
        if step[3] is not None and number is None:
            return None
        steps.append(step[1] or step[2] if number is None else number)
        at = step.end()
    return steps


def _quote(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_][\w-]*", name) else f'"{name}"'


def _first(part: _Part) -> bytes:
    return bytes(memoryview(part)[:1])


def _starts_object(part: _Part) -> bool:
    return _first(part) == b"{"


def _split_object(content: _Part) -> Mapping[str, _Part]:
    if not _starts_object(content):
        return {}
    try:
        return _decode_object(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _encode_parts(decode_value(bytes(content)))


def _split_list(content: _Part) -> Sequence[_Part] | None:
    if _first(content) != b"[":
        return None
    try:
        return _decode_list(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        value = decode_value(bytes(content))
        return [_encode(item) for item in value] if isinstance(value, list) else None


def _encode_parts(value: object) -> Mapping[str, _Part]:
    # What msgspec refuses, such as a lone surrogate, the standard library may read.
    return {name: _encode(part) for name, part in value.items()} if isinstance(value, dict) else {}


def _encode(value: object) -> bytes:
    import json

    try:
        return encode_text(json.dumps(value))
    except (RecursionError, ValueError) as error:
        raise NotJson("is nested too deep") from error
