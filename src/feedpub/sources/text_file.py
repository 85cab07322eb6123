"""A text file: one article page, read wholly when it is identified."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from feedpub.model import Origin, SourceFile
from feedpub.settings import Source
from feedpub.sources.files import read_page_bytes
from feedpub.sources.raw import PageFields, Raw
from feedpub.text import decode

# What a field is on the page, for `explain`.
_PARTS = {
    "section": "the breadcrumb,",
    "title": "the headline,",
    **dict.fromkeys(("source", "author", "updated", "published"), "the byline,"),
    "images": "file names alone on a line, the first in",
    **dict.fromkeys(("content_html", "content_text"), "the paragraphs from"),
}


def scan(file: SourceFile, source: Source) -> Iterator[Raw]:
    """Yield the page's record."""
    # Deferred: the grammar of bylines and captions is large, and not every site has pages.
    from feedpub.pages import read_text_page

    content = read_page_bytes(file)
    text = decode(content, source)
    fields, lines = read_text_page(text, partial(_has_file, file.path.parent))
    rules = {field: f"{_PARTS[field]} line {line}" for field, line in lines.items()}
    page = PageFields(fields, lines, rules)
    yield Raw(Origin(file, 0, 1, single=True), page, zlib.crc32(content))


def load(file: SourceFile, source: Source, origins: Sequence[Origin]) -> Iterator[Raw]:
    """Yield the page's record again."""
    return scan(file, source)


def _has_file(folder: Path, name: str) -> bool:
    try:
        return (folder / name).is_file()
    except (OSError, ValueError):
        return False
