"""An HTML file as it is: its text, for a system that reads its markup itself."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

from feedpub.errors import Problem
from feedpub.model import Origin, SourceFile
from feedpub.settings import Source
from feedpub.sources.files import read_page_bytes, warn_of_guess
from feedpub.sources.raw import FrontMatter, Raw


def scan(file: SourceFile, source: Source) -> Iterator[Raw | Problem]:
    """Yield the file's text as the body of a record without values."""
    # Deferred: the rules of pages are many, and not every site has pages.
    from feedpub.pages import decode_html

    content = read_page_bytes(file)
    page = decode_html(content, source.encodings)
    yield from warn_of_guess(file, page.choice)
    body = FrontMatter({}, {}, page.text, 1, markup="html")
    yield Raw(Origin(file, 0, 1, single=True), body, zlib.crc32(content))


def load(file: SourceFile, source: Source, origins: Sequence[Origin]) -> Iterator[Raw]:
    """Yield the file's text again, whole."""
    yield from (item for item in scan(file, source) if isinstance(item, Raw))
