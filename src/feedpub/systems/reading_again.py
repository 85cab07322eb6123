"""Records read once more, to tell them apart by what their scan does not give."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import msgspec

from feedpub.model import Origin, Record, SourceFile
from feedpub.sources import BROKEN
from feedpub.systems.reading import load_records
from feedpub.text import encode_text
from feedpub.timestamps import show_times

T = TypeVar("T")


def digest_records(file: SourceFile, origins: Iterable[Origin]) -> Mapping[Origin, int]:
    """Tell records apart by their values: the order of keys and white space between do not count.

    Where the file can no longer be read, what was read is told apart.
    """
    return read_again(file, origins, lambda record: _digest_values(record.fields))


def read_again(
    file: SourceFile, origins: Iterable[Origin], read: Callable[[Record], T]
) -> dict[Origin, T]:
    """Read something of records again, of those that can still be read."""
    found: dict[Origin, T] = {}
    with contextlib.suppress(*BROKEN):
        for record in load_records(file, origins):
            if record.failure is None:
                found[record.origin] = read(record)
    return found


def _digest_values(fields: Mapping[str, object]) -> int:
    fields = show_times(fields)
    try:
        return zlib.crc32(msgspec.json.encode(fields, order="sorted"))
    except (UnicodeEncodeError, ValueError, RecursionError):  # lone surrogates, large numbers
        return zlib.crc32(encode_text(repr(sorted(fields.items()))))
