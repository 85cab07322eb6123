"""A text file of markup: front matter holds the fields of one record, the rest is its body.

The markup is Markdown, reStructuredText or HTML, by the suffix.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

from feedpub.errors import Problem, UnreadableFile
from feedpub.model import Origin, SourceFile
from feedpub.settings import Source
from feedpub.sources.files import read_page_bytes, warn_of_guess
from feedpub.sources.raw import Raw
from feedpub.sources.suffixes import read_suffix
from feedpub.text import decode

# Characters. More is no article, and 100,000 brackets take two seconds to render.
MAX_BODY = 500_000

_MARKUPS = {
    **dict.fromkeys(("html", "htm", "xhtml", "njk", "liquid", "hbs"), "html"),
    "rst": "rst",
}


def scan(file: SourceFile, source: Source) -> Iterator[Raw | Problem]:
    """Yield the file's record; its body is not rendered."""
    # Deferred: the parsers are many, and not every site has such files.
    from feedpub.sources.front_matter import read_front_matter
    from feedpub.sources.restructured_head import read_restructured_head

    content = read_page_bytes(file)
    decoded = decode(content, source.encodings)
    yield from warn_of_guess(file, decoded.choice)
    markup = _MARKUPS.get(read_suffix(file.path.name), "markdown")
    head = (
        read_restructured_head(decoded.text)
        if markup == "rst"
        else read_front_matter(decoded.text, markup)
    )
    if len(head.body) > MAX_BODY:
        message = f"has a body of more than {MAX_BODY:,} characters, the limit of Markdown"
        raise UnreadableFile(message, "too-large", head.body_line)
    yield Raw(Origin(file, 0, 1, single=True), head, zlib.crc32(content))


def load(file: SourceFile, source: Source, origins: Sequence[Origin]) -> Iterator[Raw]:
    """Yield the file's record again."""
    return (raw for raw in scan(file, source) if isinstance(raw, Raw))
