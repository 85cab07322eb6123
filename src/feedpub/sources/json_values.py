"""JSON values as CMSs write them: fast where sound, the standard library's reading else."""

from __future__ import annotations

import json
from typing import TypedDict

import msgspec

from feedpub.text import describe_bad_byte


class Identifying(TypedDict, total=False):
    """The fields that identify an article, under every name; the rest is skipped unread."""

    id: object
    title: object
    headline: object
    name: object
    link: object
    url: object
    mainEntityOfPage: object
    section: object
    sections: object
    articleSection: object
    breadcrumb: object
    updated: object
    dateModified: object
    modified: object
    published: object
    datePublished: object
    status: object


_decode_identifying = msgspec.json.Decoder(Identifying).decode
_decode_any = msgspec.json.Decoder().decode


class NotJson(ValueError):
    """A text is no JSON; the message says why, and `line` in which of its lines, where known."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class NestedTooDeep(NotJson):
    """A text may be JSON, but nests its values deeper than can be read."""


def try_identifying(content: bytes) -> dict[str, object] | None:
    """Decode the identifying fields of an object in UTF-8; None where it may be no object.

    What is skipped is not checked to be UTF-8.
    """
    try:
        return dict(_decode_identifying(content))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def decode_identifying(content: bytes) -> dict[str, object]:
    """Decode the identifying fields of an object, or, where that fails, all of it.

    Raises:
        NotJson: It is no JSON, or no object.
    """
    try:
        if not content.isascii():
            content.decode()  # what msgspec skips, it does not check
        return dict(_decode_identifying(content))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        value = decode_leniently(content)
    if not isinstance(value, dict):
        raise NotJson("is no JSON object")
    return value


def decode_value(content: bytes) -> object:
    """Decode any JSON value.

    Raises:
        NotJson: It is no JSON.
    """
    try:
        return _decode_any(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return decode_leniently(content)


def decode_object(content: bytes) -> dict[str, object]:
    """Decode a JSON object.

    Raises:
        NotJson: It is no JSON, or no object.
    """
    value = decode_value(content)
    if not isinstance(value, dict):
        raise NotJson("is no JSON object")
    return value


def decode_leniently(content: bytes) -> object:
    """Decode with the standard library, which takes the lone surrogates that msgspec refuses.

    Raises:
        NotJson: It is no JSON, or not in UTF-8.
    """
    try:
        value: object = json.loads(content.decode("utf-8-sig"), parse_int=_read_integer)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise NotJson(describe_bad_byte(content, error.start), line) from error
    except json.JSONDecodeError as error:
        message = f"is no JSON, or cut: {error.msg} (column {error.colno})"
        raise NotJson(message, error.lineno) from error
    except (RecursionError, ValueError) as error:
        raise NestedTooDeep("is nested too deep") from error
    return value


def _read_integer(digits: str) -> int | str:
    # One of more digits than int() takes stays text: where a scan skips it, a load must not fail.
    try:
        return int(digits)
    except ValueError:
        return digits
