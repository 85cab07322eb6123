"""JSON values as CMSs write them: fast where sound, the standard library's reading else."""

from __future__ import annotations

import json

import msgspec

from feedpub.text import Choice, describe_bad_byte, describe_damage, nests_too_deep

_TOO_DEEP = "is nested too deep"
_decode_any = msgspec.json.Decoder().decode


class NotJson(ValueError):
    """A text is not JSON; the message says why, and `line` in which line, where known."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class DamagedJson(NotJson):
    """A text holds a byte that is not in its encoding."""


class NestedTooDeep(NotJson):
    """A text may be JSON, but nests its values deeper than can be read."""


def try_object(content: bytes) -> dict[str, object] | None:
    """Decode an object in UTF-8; None where the content may not be one."""
    if nests_too_deep(content):
        return None
    try:
        value = _decode_any(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def decode_value(content: bytes) -> object:
    """Decode any JSON value.

    Raises:
        NotJson: It is not JSON.
    """
    _refuse_deep(content)
    try:
        return _decode_any(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return decode_leniently(content)


def decode_object(content: bytes) -> dict[str, object]:
    """Decode a JSON object.

    Raises:
        NotJson: It is not JSON, or not an object.
    """
    value = decode_value(content)
    if not isinstance(value, dict):
        raise NotJson("is not a JSON object")
    return value


def _refuse_deep(content: bytes) -> None:
    if nests_too_deep(content):
        raise NestedTooDeep(_TOO_DEEP)


def decode_leniently(content: bytes) -> object:
    """Decode with the standard library, which takes the lone surrogates that msgspec refuses.

    Raises:
        NotJson: It is not JSON, or not in UTF-8.
    """
    try:
        value: object = _LENIENT.decode(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = find_damage(content) or describe_bad_byte(content, error.start)
        raise DamagedJson(message, line) from error
    except json.JSONDecodeError as error:
        message = f"is not valid JSON, or is cut: {error.msg} (column {error.colno})"
        raise NotJson(message, error.lineno) from error
    except (RecursionError, ValueError) as error:
        raise NestedTooDeep(_TOO_DEEP) from error
    return value


def find_damage(content: bytes, *choice: Choice) -> str | None:
    """Say which byte of an encoded part of a TextStream is not in the encoding that was chosen."""
    try:
        return describe_damage(content.decode("utf-8", "surrogatepass"), *choice)
    except UnicodeDecodeError:
        return None


def _read_integer(digits: str) -> int | str:
    # One of more digits than int() takes stays text: where a scan skips it, a load must not fail.
    try:
        return int(digits)
    except ValueError:
        return digits


_LENIENT = json.JSONDecoder(parse_int=_read_integer)
