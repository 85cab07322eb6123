"""An HTML file: one article page, identified first and read wholly when it is chosen.

A page takes longer to read than all else about it, so what was read is kept for the next run.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from feedpub.errors import Problem, UnreadableFile
from feedpub.files import KeptValues
from feedpub.model import Origin, SourceFile
from feedpub.settings import Selectors, Source
from feedpub.sources.files import read_page_bytes, warn_of_guess
from feedpub.sources.raw import PageFields, Raw
from feedpub.text import encode_text
from feedpub.timestamps import FoundTime


class _Read(msgspec.Struct, frozen=True):
    """What was read of a page, or why it was refused: the message, the kind, and the line.

    `times` are those of the fields that are found times, where it is kept.
    """

    fields: Mapping[str, object] = {}
    rules: Mapping[str, str] = {}
    doubts: Mapping[str, str] = {}
    times: Mapping[str, FoundTime] = {}
    refusal: tuple[str, str, int | None] | None = None


_decoder = msgspec.json.Decoder(_Read)


def scan(
    file: SourceFile, source: Source, kept: KeptValues | None = None
) -> Iterator[Raw | Problem]:
    """Yield the page's record with its identifying fields, or all where `where` may see them."""
    # Deferred: the rules of pages are many, and not every site has pages.
    from feedpub.pages import decode_html

    content = read_page_bytes(file)
    page = decode_html(content, source.encodings)
    yield from warn_of_guess(file, page.choice)
    identify = _identify if source.fields else _identify_briefly
    read = identify if source.where is None else _read
    fields = _recall(kept, read, page.text, source.selectors).fields
    yield Raw(Origin(file, 0, 1, single=True), PageFields(fields), zlib.crc32(content))


def load(
    file: SourceFile, source: Source, origins: Sequence[Origin], kept: KeptValues | None = None
) -> Iterator[Raw]:
    """Yield the page's record again, whole."""
    from feedpub.pages import decode_html, tell_doubts

    for origin in origins:
        content = read_page_bytes(file)
        page = decode_html(content, source.encodings)
        known = _recall(kept, _read, page.text, source.selectors)
        doubts = tell_doubts(origin.where, known.doubts)
        yield Raw(origin, PageFields(known.fields, {}, known.rules, doubts), zlib.crc32(content))


def _identify(text: str, selectors: Selectors) -> _Read:
    from feedpub.pages import identify_html

    return _Read(identify_html(text, selectors=selectors))


def _identify_briefly(text: str, selectors: Selectors) -> _Read:
    from feedpub.pages import identify_html

    return _Read(identify_html(text, selectors=selectors, any_title=True))


def _read(text: str, selectors: Selectors) -> _Read:
    from feedpub.pages import read_html

    return _Read(*read_html(text, selectors=selectors))


def _recall(
    kept: KeptValues | None,
    read: Callable[[str, Selectors], _Read],
    text: str,
    selectors: Selectors,
) -> _Read:
    """Read a page, unless what it says was kept.

    Raises:
        UnreadableFile: It is refused.
    """
    if kept is None:
        return read(text, selectors)
    name = encode_text(read.__name__)
    key = kept.make_key(name, msgspec.json.encode(selectors), encode_text(text))
    found = kept.find(key)
    known = None if found is None else _unpack(found)
    if known is None:
        try:
            known = read(text, selectors)
        except UnreadableFile as error:
            known = _Read(refusal=(str(error), error.kind, error.line))
        _keep(kept, key, known)
    if known.refusal is not None:
        raise UnreadableFile(*known.refusal)
    return known


def _keep(kept: KeptValues, key: bytes, known: _Read) -> None:
    """Keep what was read, unless it would come back as something else."""
    times = {name: time for name, time in known.fields.items() if isinstance(time, FoundTime)}
    plain = {name: None if name in times else value for name, value in known.fields.items()}
    packed = msgspec.structs.replace(known, fields=plain, times=times)
    try:
        value = msgspec.json.encode(packed)
    except (UnicodeEncodeError, TypeError, OverflowError):  # half a surrogate pair, a large number
        return
    if _unpack(value) == known:
        kept.keep(key, value)


def _unpack(value: bytes) -> _Read:
    packed = _decoder.decode(value)
    return msgspec.structs.replace(packed, fields={**packed.fields, **packed.times}, times={})
