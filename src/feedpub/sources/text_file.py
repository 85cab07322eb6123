"""A text file: one article page, read wholly when it is identified."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from feedpub.errors import Problem, UnreadableFile, Where, describe_value
from feedpub.model import Origin, SourceFile
from feedpub.settings import Source
from feedpub.sources.files import read_page_bytes, warn_of_guess
from feedpub.sources.raw import PageFields, Raw
from feedpub.text import count, decode

# What a field is on the page, for `explain`.
_PARTS = {
    "link": "the address above the page,",
    "section": "the breadcrumb,",
    "title": "the headline,",
    **dict.fromkeys(("source", "author", "updated", "published"), "the byline,"),
    "images": "file names alone on a line, the first in",
    **dict.fromkeys(("content_html", "content_text"), "the paragraphs from"),
}


def scan(file: SourceFile, source: Source) -> Iterator[Raw | Problem]:
    """Yield the page's record."""
    # Deferred: the grammar of bylines and captions is large, and not every site has pages.
    from feedpub.pages import read_text_page

    content = read_page_bytes(file)
    decoded = decode(content, source.encodings)
    yield from warn_of_guess(file, decoded.choice)
    found = read_text_page(decoded.text, partial(_has_file, file.path.parent))
    rules = {field: f"{_PARTS[field]} line {line}" for field, line in found.lines.items()}
    problems = (_warn_of_list(file, *other) for other in found.lists)
    page = PageFields(found.fields, found.lines, rules, tuple(problems))
    yield Raw(Origin(file, 0, 1, single=True), page, zlib.crc32(content))


def looks_beside(file: SourceFile, source: Source) -> bool:
    """Say whether the record of a page depends on the files beside it, or may do so.

    Raises:
        OSError: It can't be read.
    """
    from feedpub.pages import asks_for_files

    try:
        content = read_page_bytes(file)
        return asks_for_files(decode(content, source.encodings).text)
    except (UnreadableFile, EOFError, zlib.error):
        return True


def _warn_of_list(file: SourceFile, line: int, heading: str, items: int) -> Problem:
    message = "leads to other stories. It is left out."
    if items:
        below = f"{count(items, 'title')} below it"
        message = f"begins a list of other stories. It is left out, and so is the list: {below}."
    shown = describe_value(heading)
    return Problem("warning", Where(file.shown, line), "content_text", shown, "related", message)


def load(file: SourceFile, source: Source, origins: Sequence[Origin]) -> Iterator[Raw]:
    """Yield the page's record again."""
    return (raw for raw in scan(file, source) if isinstance(raw, Raw))


def _has_file(folder: Path, name: str) -> bool:
    try:
        return (folder / name).is_file()
    except (OSError, ValueError):
        return False
