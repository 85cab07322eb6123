"""A text file: one article page, read wholly when it is identified."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import msgspec

from feedpub.errors import Problem
from feedpub.model import Origin, Record, SourceFile
from feedpub.pages import read_text_page
from feedpub.settings import Source
from feedpub.sources.files import read_page_bytes, warn_of_guess
from feedpub.systems import Mapper
from feedpub.text import decode

# What a field is on the page, for `explain`.
_PARTS = {
    "section": "the breadcrumb,",
    "title": "the headline,",
    **dict.fromkeys(("source", "author", "updated", "published"), "the byline,"),
    "images": "file names alone on a line, the first in",
    **dict.fromkeys(("content_html", "content_text"), "the paragraphs from"),
}


def scan(file: SourceFile, source: Source) -> Iterator[Record | Problem]:
    """Yield the page's record."""
    content = read_page_bytes(file)
    decoded = decode(content, source.encodings)
    yield from warn_of_guess(file, decoded.choice)
    fields, lines = read_text_page(decoded.text, partial(_has_file, file.path.parent))
    record = Record(Origin(file, 0, 1, single=True), fields, zlib.crc32(content), lines)
    yield Mapper(source).choose(record)


def load(file: SourceFile, source: Source, origins: Sequence[Origin]) -> Iterator[Record]:
    """Yield the page's record again, and where on the page each field was found."""
    for record in scan(file, source):
        if isinstance(record, Problem):
            continue
        rules = {field: f"{_PARTS[field]} line {line}" for field, line in record.lines.items()}
        yield msgspec.structs.replace(record, rules=rules)


def _has_file(folder: Path, name: str) -> bool:
    try:
        return (folder / name).is_file()
    except (OSError, ValueError):
        return False
