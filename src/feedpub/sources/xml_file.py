"""An XML file: its records are the elements that its system names, read one at a time.

Nothing is held but the record that is read, so a file of any size costs the memory of one.
Entities are not expanded beyond those of HTML, and nothing outside of the file is looked up.
"""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Iterator, Sequence
from functools import partial
from typing import IO

from lxml import etree

from feedpub import compile_late
from feedpub.errors import EmptyFile, Failure, Problem, UnreadableFile, Where, attempt_each
from feedpub.model import Origin, SourceFile
from feedpub.settings import Source
from feedpub.sources.files import open_file
from feedpub.sources.raw import Raw
from feedpub.sources.xml_repair import NotXml, parse_fragment, parse_head
from feedpub.sources.xml_text import Fragment, XmlSplitter
from feedpub.text import DAMAGE, choose_encoding, encode_text

_CHUNK = 256 * 1024
_DECLARED = compile_late(rb"""<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]{2,40})["']""")


def scan(
    file: SourceFile, source: Source, elements: frozenset[str] = frozenset()
) -> Iterator[Raw | Problem]:
    """Yield the records of a file; one that is not well-formed is a problem, and others are read.

    Where no elements are named, the root stands for the file.
    """
    for _, found in _read(file, source, elements, None):
        yield found


def load(
    file: SourceFile,
    source: Source,
    origins: Sequence[Origin],
    elements: frozenset[str] = frozenset(),
) -> Iterator[Raw]:
    """Yield the records at the origins."""
    wanted = {origin.position for origin in origins}
    for position, found in _read(file, source, elements, wanted):
        if position in wanted and isinstance(found, Raw):
            yield found
            wanted.remove(position)
            if not wanted:
                return  # what follows may be broken: the scan named it


def _read(
    file: SourceFile, source: Source, elements: frozenset[str], wanted: set[int] | None
) -> Iterator[tuple[int, Raw | Problem]]:
    with open_file(file) as stream:
        splitter = XmlSplitter(iter_xml_text(stream, source), elements)
        head: etree._Element | None = None
        position = -1
        for position, fragment in enumerate(splitter.take()):
            if position == 0:
                head = parse_head("".join(splitter.head), splitter.head_around)
            if wanted is None or position in wanted:
                make = partial(_make_raw, file, fragment, position, head)
                # Who loads a record goes on with the next one.
                for found in make() if wanted else attempt_each(make):
                    if isinstance(found, Failure):
                        yield position, found.tell(Where(file.shown, fragment.line))
                    else:
                        yield position, found
        if splitter.root is None:
            if splitter.is_blank:
                raise EmptyFile()
            raise UnreadableFile("is not XML: it has no element", "malformed", 1)
        if position < 0 and not elements:
            root = parse_head(splitter.root.rstrip("/>") + "/>", ())
            if root is not None:
                yield 0, Raw(Origin(file, 0, 1, single=True), root, 0)
        if splitter.unclosed is not None and wanted is None and elements:
            yield position + 1, _tell_end(file, splitter)


def _tell_end(file: SourceFile, splitter: XmlSplitter) -> Problem:
    message = (
        f"ends inside <{splitter.unclosed}>, so records at its end may be missing. "
        "Export the file again"
    )
    return Problem("error", Where(file.shown, splitter.line), None, None, "malformed", message)


def _make_raw(
    file: SourceFile, fragment: Fragment, position: int, head: etree._Element | None
) -> Iterator[Raw | Problem]:
    where = Where(file.shown, fragment.line)
    if fragment.flaw is not None:
        yield Problem("error", where, None, None, "malformed", f"{fragment.flaw}. Export it again")
        return
    try:
        element = parse_fragment(fragment)
    except NotXml as error:
        where = Where(file.shown, fragment.line + error.line - 1)
        message = f"is not well-formed XML: {error}. Export it again, or mend the line"
        yield Problem("error", where, None, None, "malformed", message)
        return
    if DAMAGE.search(fragment.text):
        message = "holds bytes that are not in its encoding; each is shown as �. Export it again"
        yield Problem("warning", where, None, None, "encoding", message)
    digest = zlib.crc32(encode_text(fragment.text))
    yield Raw(Origin(file, position, fragment.line), element, digest, head=head)


def iter_xml_text(stream: IO[bytes], source: Source) -> Iterator[str]:
    """Decode a stream piece by piece; a byte that is not in its encoding becomes a surrogate."""
    content = stream.read(_CHUNK)
    codec = _choose_codec(content, source)
    # Of wide characters, no single byte can be kept.
    errors = "replace" if codec.startswith(("utf-16", "utf-32")) else "surrogateescape"
    decoder = codecs.getincrementaldecoder(codec)(errors)
    while content:
        if text := decoder.decode(content):
            yield text.removeprefix("\ufeff")
        content = stream.read(_CHUNK)
    if text := decoder.decode(b"", final=True):
        yield text


def _choose_codec(content: bytes, source: Source) -> str:
    """Choose the encoding by the beginning of a file."""
    declared = _DECLARED.search(content[:1024])
    label = declared[1].decode("ascii") if declared else None
    return choose_encoding(content, source.encodings, declared=label, is_cut=True).codec
