"""JSON Lines: one object a line, read by the byte offset of its line."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator, Sequence

from feedpub.errors import EmptyFile, Problem, UnreadableFile, Where, describe_value
from feedpub.model import Origin, SourceFile
from feedpub.settings import Source
from feedpub.sources.files import MAX_BYTES, open_file, refuse_size
from feedpub.sources.json_values import NotJson, decode_object
from feedpub.sources.raw import Raw
from feedpub.text import check_wide_bom, describe_bad_byte

_UNSEPARABLE = "its lines cannot be told apart: convert it to UTF-8"
_BOM = codecs.BOM_UTF8


def scan(file: SourceFile, source: Source) -> Iterator[Raw | Problem]:
    """Yield each line's record; a bad line is one problem."""
    encoding = _line_encoding(source)
    with open_file(file) as stream:
        position, number = 0, 0
        is_empty = True
        while line := stream.readline(MAX_BYTES + 1):
            number += 1
            if len(line) > MAX_BYTES:
                raise refuse_size("has a line", number)
            if number == 1:
                check_wide_bom(line, source, _UNSEPARABLE)
            origin = Origin(file, position, number)
            position += len(line)
            try:
                content = _read_content(line, encoding)
                if not content:
                    continue
                is_empty = False
                raw = decode_object(content)
            except NotJson as error:
                is_empty = False
                where = Where(file.shown, number)
                value = describe_value(line[:200].decode("utf-8", "replace").strip())
                yield Problem("error", where, None, value, "malformed", str(error))
                continue
            yield Raw(origin, raw, zlib.crc32(content))
    if is_empty:
        raise EmptyFile()


def load(file: SourceFile, source: Source, origins: Sequence[Origin]) -> Iterator[Raw]:
    """Yield the records of the lines that begin at the origins."""
    encoding = _line_encoding(source)
    with open_file(file) as stream:
        for origin in origins:
            if isinstance(stream, gzip.GzipFile):
                # As the scan read it: a broken file then fails at the same byte, and not before.
                while stream.tell() < origin.position:
                    stream.readline(MAX_BYTES + 1)
            else:
                stream.seek(origin.position)
            line = stream.readline(MAX_BYTES + 1)
            try:
                content = _read_content(line, encoding)
                raw = decode_object(content)
            except NotJson as error:
                raise UnreadableFile("was changed while it was read") from error
            yield Raw(origin, raw, zlib.crc32(content))


def _line_encoding(source: Source) -> str | None:
    if source.encoding is None:
        return None
    name = codecs.lookup(source.encoding).name
    if name.startswith(("utf-16", "utf-32")):
        raise UnreadableFile(f"is {name.upper()}; {_UNSEPARABLE}", "encoding")
    return None if name in ("utf-8", "utf-8-sig") else name


def _read_content(line: bytes, encoding: str | None) -> bytes:
    if encoding is None:
        return line.removeprefix(_BOM).strip()
    try:
        return line.decode(encoding).encode("utf-8", "surrogatepass").strip()
    except UnicodeDecodeError as error:
        raise NotJson(describe_bad_byte(line, error.start, encoding)) from error
