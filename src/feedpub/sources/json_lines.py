"""JSON Lines: one object a line, read by the byte offset of its line."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Sequence
from functools import partial
from typing import IO, NamedTuple

from feedpub.errors import EmptyFile, Failure, Problem, UnreadableFile, attempt, describe_value
from feedpub.files import digest_bytes
from feedpub.model import Origin, SourceFile
from feedpub.settings import Source
from feedpub.sources.files import (
    MAX_BYTES,
    open_file,
    refuse_size,
    skip_blank_lines,
    skip_to,
    warn_of_guess,
)
from feedpub.sources.json_values import NotJson, decode_object
from feedpub.sources.raw import Raw
from feedpub.text import Choice, TextStream, describe_bad_byte, encode_text

# Bytes of a part; beyond the fewest, one line of some dozens ends it.
_LEAST, _MOST = 64 * 1024, 4 * 2**20
_ENDS = 64


def scan(file: SourceFile, source: Source) -> Iterator[Raw | Problem]:
    """Yield each line's record; a bad line is one problem.

    Of a part of a file, lines are counted from its beginning.
    """
    with open_file(file) as stream:
        choice = _choose_encoding(stream, source)
        yield from warn_of_guess(file, choice)
        position, end = file.part or (0, None)
        if position:
            stream.seek(position)
        number = 0
        is_empty = file.part is None
        while (end is None or position < end) and (line := stream.readline(MAX_BYTES + 1)):
            number += 1
            if len(line) > MAX_BYTES:
                raise refuse_size("has a line", number)
            origin = Origin(file, position, number)
            position += len(line)
            if line.isspace():
                skipped = skip_blank_lines(stream)
                position += len(skipped)
                number += skipped.count(b"\n")
                continue
            found = attempt(partial(_read_line, origin, line, choice))
            if isinstance(found, Failure):
                found = found.tell(origin.where)
            if found is not None:
                is_empty = False
                yield found
    if is_empty:
        raise EmptyFile()


class LinePart(NamedTuple):
    """A part of a file: the digest of its bytes, and how many bytes and lines it has."""

    digest: str
    size: int
    lines: int


def divide_lines(file: SourceFile, source: Source) -> list[LinePart] | None:
    """Divide a file into parts of whole lines; None where it is read as one.

    Where a part ends depends on its last line, so that a change leaves the parts after it as
    they are.
    """
    if file.path.name.endswith(".gz"):
        return None
    parts: list[LinePart] = []
    with open_file(file) as stream:
        choice = _choose_encoding(stream, source)
        if choice.codec != "utf-8" or choice.warning is not None:
            return None
        part, lines = bytearray(), 0
        while line := stream.readline(MAX_BYTES + 1):
            if len(line) > MAX_BYTES:
                return None
            part += line
            lines += 1
            is_end = len(part) > _LEAST and zlib.crc32(line) % _ENDS == 0
            if is_end or len(part) > _MOST:
                parts.append(LinePart(digest_bytes(bytes(part)), len(part), lines))
                part, lines = bytearray(), 0
        if part:
            parts.append(LinePart(digest_bytes(bytes(part)), len(part), lines))
    return parts


def _read_line(origin: Origin, line: bytes, choice: Choice) -> Raw | Problem | None:
    """Read the record of a line; None if the line is empty."""
    try:
        content = _read_content(line, choice)
        return Raw(origin, decode_object(content), zlib.crc32(content)) if content else None
    except NotJson as error:
        value = describe_value(line[:200].decode("utf-8", "replace").strip())
        return Problem("error", origin.where, None, value, "malformed", str(error))


def load(file: SourceFile, source: Source, origins: Sequence[Origin]) -> Iterator[Raw]:
    """Yield the records of the lines that begin at the origins."""
    with open_file(file) as stream:
        choice = _choose_encoding(stream, source)
        for origin in origins:
            if isinstance(stream, gzip.GzipFile):
                # As the scan read it: a broken file then fails at the same byte, and not before.
                skip_to(stream, origin.position)
            else:
                stream.seek(origin.position)
            line = stream.readline(MAX_BYTES + 1)
            try:
                content = _read_content(line, choice)
                raw = decode_object(content)
            except NotJson as error:
                raise UnreadableFile("was changed while it was read") from error
            yield Raw(origin, raw, zlib.crc32(content))


def _choose_encoding(stream: IO[bytes], source: Source) -> Choice:
    """Choose the encoding by the beginning of a stream, and go back there."""
    choice = TextStream(stream, source.encodings).choice
    if choice.codec.startswith(("utf-16", "utf-32")):
        raise UnreadableFile(
            f"is {choice.name}, whose lines cannot be told apart. Save the file as UTF-8.",
            "encoding",
        )
    stream.seek(0)
    return choice


def _read_content(line: bytes, choice: Choice) -> bytes:
    """Give a line in UTF-8."""
    if line.isascii() and choice.codec == "utf-8":
        return line.strip()
    try:
        text = line.decode(choice.codec).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise NotJson(describe_bad_byte(line, error.start, choice)) from error
    return encode_text(text).strip()
