"""Where image files keep EXIF and XMP: the parts of a JPEG, WebP, GIF or AVIF file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from feedpub.errors import PositionError
from feedpub.images.position.exif import has_tiff_header
from feedpub.images.position.spans import Span, SpanSet, cut_spans, join_spans


class Part(NamedTuple):
    """An EXIF block or an XMP packet: the ranges of the file that make it up, in order.

    `digest` is the MD5 that an extended XMP packet goes by.
    """

    kind: Literal["exif", "xmp"]
    spans: tuple[Span, ...]
    digest: bytes | None = None


_JPEG_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_JPEG_EXTENSION = b"http://ns.adobe.com/xmp/extension/\0"
# As ExifTool reads it; Exif itself says `Exif\0\0`.
_JPEG_EXIF = re.compile(rb".{0,4}?exif\0.", re.IGNORECASE | re.DOTALL)
_START_OF_IMAGE = b"\xff\xd8\xff"
_WITHOUT_LENGTH = frozenset({0x00, 0x01, 0xC8, *range(0xD0, 0xD9), *range(0xF0, 0xFE), 0xFF})
_END_OF_HEADER = frozenset({0xD9, 0xDA})

_GIF_XMP = b"\x0bXMP DATAXMP"  # its length first

_BOXES_OF_BOXES = frozenset({b"moov", b"trak", b"mdia", b"minf", b"udta", b"meta"})
_XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_WHOLE_BOX_HEADER = 4  # version and flags

# A file that would keep us longer than this is no photograph.
_MAX_STEPS = 20_000
_MAX_GIF_STEPS = 2_000_000  # its pixels come in blocks of 255 bytes
_MAX_BLOCKS = 64
_MAX_STRAY_LENGTH = 2**20  # of an EXIF block whose end nothing tells


def find_parts(content: bytes, type: str) -> list[Part]:
    """Find the EXIF blocks and XMP packets of a file, also those of the pictures inside it.

    Raises:
        PositionError: The file's structure cannot be followed.
    """
    parts: list[Part] = []
    if type == "image/webp":
        parts += _find_webp_parts(content)
    elif type == "image/gif":
        parts += _find_gif_parts(content)
    elif type == "image/avif":
        parts += _find_avif_parts(content)
    return parts + find_pictures(content, parts)


# JPEG, alone or inside something else


def find_pictures(content: bytes, known: Sequence[Part] = ()) -> list[Part]:
    """Find the parts of every JPEG picture in some bytes, wherever it begins.

    So the pictures are found that a multi-picture file (CIPA DC-007) has after the first,
    and thumbnails, and previews in maker notes. EXIF blocks outside of all that count too.
    """
    parts: list[Part] = []
    steps = _Steps()
    visited: set[int] = set()
    for start in _find_all(content, _START_OF_IMAGE):
        steps.count()
        segments = list(_read_segments(content, start + 2, visited, steps))
        parts += _list_segment_parts(content, segments)
    covered = SpanSet(span for part in (*known, *parts) for span in part.spans)
    strays = [
        Span(start + 6, min(start + 6 + _MAX_STRAY_LENGTH, len(content)))
        for start in _find_all(content, b"Exif\0\0")
        if has_tiff_header(content[start + 6 : start + 10])
        and not covered.overlaps(Span(start, start + 7))
    ]
    _require_few(strays)
    return parts + [Part("exif", (stray,)) for stray in strays]


def _find_all(content: bytes, sought: bytes) -> Iterator[int]:
    at = content.find(sought)
    while at >= 0:
        yield at
        at = content.find(sought, at + len(sought))


def _read_segments(
    content: bytes, at: int, visited: set[int], steps: _Steps
) -> Iterator[tuple[int, Span]]:
    """Yield marker and payload of a picture's segments before its pixels.

    Junk between segments is passed over as Pillow does it. What was walked before is left.
    """
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            return
        steps.count()
        marker = content[at + 1]
        if marker in _WITHOUT_LENGTH:
            at += 1 if marker == 0xFF else 2
            continue
        if marker < 0xC0 or marker in _END_OF_HEADER or at in visited:
            return
        visited.add(at)
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        end = min(max(at + 4, at + 2 + length), len(content))
        yield marker, Span(at + 4, end)
        at = end


def _list_segment_parts(content: bytes, segments: Iterable[tuple[int, Span]]) -> Iterator[Part]:
    blocks: list[Span] = []
    extensions: dict[bytes, list[tuple[int, Span]]] = {}
    for marker, (start, end) in segments:
        if marker != 0xE1:
            continue
        if content.startswith(b"Exif\0\0", start, end):
            blocks.append(Span(start + 6, end))
        elif odd := _JPEG_EXIF.match(content, start, end):
            yield Part("exif", (Span(odd.end(), end),))
        elif content.startswith(_JPEG_XMP, start, end):
            yield Part("xmp", (Span(start + len(_JPEG_XMP), end),))
        elif content.startswith(_JPEG_EXTENSION, start, end):
            # A digest of 32 digits, the length of the whole, the place in it: XMP part 3, 1.1.3.1.
            at = start + len(_JPEG_EXTENSION)
            place = int.from_bytes(content[at + 36 : at + 40], "big")
            digest = content[at : at + 32]
            extensions.setdefault(digest, []).append((place, Span(min(at + 40, end), end)))
    yield from _list_blocks(content, blocks)
    for digest, portions in extensions.items():
        yield Part("xmp", tuple(span for _, span in sorted(portions)), digest)


def _list_blocks(content: bytes, blocks: list[Span]) -> Iterator[Part]:
    """List the EXIF blocks of one picture.

    A large block goes on in the segments that follow; a segment that has a header of its own
    is another block to some readers, and the first one's continuation to others.
    """
    _require_few(blocks)
    for index, block in enumerate(blocks):
        if index == 0 or has_tiff_header(content[block.start : block.end]):
            yield Part("exif", tuple(blocks[index:]))


def _require_few(blocks: Sequence[Span]) -> None:
    if len(blocks) > _MAX_BLOCKS:
        raise PositionError("may hold a GPS position: it has too many EXIF blocks")


# WebP


def _find_webp_parts(content: bytes) -> Iterator[Part]:
    at = 12
    steps = _Steps()
    while at + 8 <= len(content):
        steps.count()
        name = content[at : at + 4]
        size = int.from_bytes(content[at + 4 : at + 8], "little")
        payload = Span(at + 8, min(at + 8 + size, len(content)))
        if name == b"EXIF":
            yield Part("exif", (payload,))
        elif name == b"XMP ":
            yield Part("xmp", (payload,))
        at += 8 + size + size % 2


# GIF


def _find_gif_parts(content: bytes) -> Iterator[Part]:
    """Find XMP in application extensions (XMP part 3, 1.1.2)."""
    steps = _Steps(_MAX_GIF_STEPS)
    at = 13 + _measure_table(content, 10)
    while at < len(content) and content[at] != 0x3B:
        steps.count()
        start = at
        if content[at] == 0x21:
            at = _skip_sub_blocks(content, at + 2, steps)
            if content[start + 2 : start + 14].upper() == _GIF_XMP:
                yield Part("xmp", _list_gif_packet(content, Span(start + 14, at)))
        elif content[at] == 0x2C:
            at = _skip_sub_blocks(content, at + 11 + _measure_table(content, at + 9), steps)
        else:
            at += 1


def _measure_table(content: bytes, at: int) -> int:
    """Measure the color table that the flags at a place announce."""
    flags = content[at] if at < len(content) else 0
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _skip_sub_blocks(content: bytes, at: int, steps: _Steps) -> int:
    count = 0
    while at < len(content) and (size := content[at]):
        at += 1 + size
        count += 1
    steps.count(count)
    return min(at + 1, len(content))


def _list_gif_packet(content: bytes, within: Span) -> tuple[Span, ...]:
    """List where a packet stands: in one piece, and to those who skip it in sub-blocks.

    Its characters are the lengths then, until a trailer ends that. Some software makes
    blocks of it as of all else.
    """
    at, end = within
    if content[at + 1 : at + 2] != b"<":
        return (within,)
    spans = []
    while at < end and (size := content[at]):
        spans.append(Span(at + 1, min(at + 1 + size, end)))
        at += 1 + size
    return tuple(spans)


# AVIF


def _find_avif_parts(content: bytes) -> list[Part]:
    parts: list[Part] = []
    steps = _Steps()
    pending = [Span(0, len(content))]
    while pending:
        for name, payload in _read_boxes(content, pending.pop(), steps):
            if name == b"meta":
                body = Span(min(payload.start + _WHOLE_BOX_HEADER, payload.end), payload.end)
                parts += _Items(content, body, steps).find_parts()
                pending.append(body)
            elif name in _BOXES_OF_BOXES:
                pending.append(payload)
            elif name == b"uuid" and content.startswith(_XMP_UUID, payload.start, payload.end):
                parts.append(Part("xmp", (Span(payload.start + 16, payload.end),)))
    return parts


def _read_boxes(content: bytes, within: Span, steps: _Steps) -> Iterator[tuple[bytes, Span]]:
    """Yield name and payload of each box (ISO/IEC 14496-12 section 4.2)."""
    at, end = within
    while at + 8 <= end:
        steps.count()
        size = int.from_bytes(content[at : at + 4], "big")
        header = 8
        if size == 1:
            size = int.from_bytes(content[at + 8 : at + 16], "big")
            header = 16
        elif size == 0:
            size = end - at
        if size < header:
            return
        yield content[at + 4 : at + 8], Span(min(at + header, end), min(at + size, end))
        at += size


class _Items:
    """The items of a meta box, and where each lies (ISO/IEC 14496-12 section 8.11)."""

    def __init__(self, content: bytes, body: Span, steps: _Steps) -> None:
        self._content = content
        self._steps = steps
        self._boxes = dict(_read_boxes(content, body, steps))

    def find_parts(self) -> list[Part]:
        kinds = self._read_kinds()
        if not kinds:
            return []
        parts: list[Part] = []
        for item, spans in self._read_places(frozenset(kinds)):
            if kinds[item] == "xmp":
                parts.append(Part("xmp", spans))
                continue
            # ISO/IEC 23008-12 annex A.2.1: the place of the TIFF header, counted from behind it.
            lead = join_spans(self._content, spans)[:4]
            parts.append(Part("exif", cut_spans(spans, 4)))
            place = int.from_bytes(lead, "big")
            if place:
                parts.append(Part("exif", cut_spans(spans, 4 + place)))
        return [part for part in parts if part.spans]

    def _read_kinds(self) -> dict[int, Literal["exif", "xmp"]]:
        box = self._boxes.get(b"iinf")
        if box is None:
            return {}
        reader = _Reader(self._content, box)
        reader.read(2 if reader.read_version() == 0 else 4)
        kinds: dict[int, Literal["exif", "xmp"]] = {}
        rest = Span(reader.at, box.end)
        for name, payload in _read_boxes(self._content, rest, self._steps):
            if name != b"infe":
                continue
            entry = _Reader(self._content, payload)
            version = entry.read_version()
            if version < 2:
                continue
            item = entry.read(2 if version == 2 else 4)
            entry.read(2)
            kind = entry.read_bytes(4)
            # A name, a content type and an encoding, where there is one.
            texts = self._content[entry.at : payload.end].split(b"\0")
            if kind == b"Exif":
                kinds[item] = "exif"
            elif kind == b"mime" and texts[1:2] == [b"application/rdf+xml"]:
                if len(texts) > 2 and texts[2]:
                    raise PositionError("may hold a GPS position, in XMP that is encoded")
                kinds[item] = "xmp"
        return kinds

    def _read_places(self, wanted: frozenset[int]) -> Iterator[tuple[int, tuple[Span, ...]]]:
        box = self._boxes.get(b"iloc")
        if box is None:
            return
        reader = _Reader(self._content, box)
        version = reader.read_version()
        sizes = reader.read(2)
        offset_size, length_size = sizes >> 12, sizes >> 8 & 15
        base_size, index_size = sizes >> 4 & 15, sizes & 15 if version else 0
        for _ in range(reader.read(2 if version < 2 else 4)):
            self._steps.count()
            item = reader.read(2 if version < 2 else 4)
            method = reader.read(2) & 15 if version else 0
            source = reader.read(2)
            base = reader.read(base_size)
            count = reader.read(2)
            if item not in wanted:
                reader.at += count * (index_size + offset_size + length_size)
                continue
            if method > 1 or source:
                raise PositionError("may hold a GPS position, in an item that cannot be found")
            whole = self._boxes.get(b"idat", Span(0, 0)) if method else Span(0, len(self._content))
            spans = []
            for _ in range(count):
                self._steps.count()
                reader.read(index_size)
                start = min(whole.start + base + reader.read(offset_size), whole.end)
                length = reader.read(length_size) or whole.end - start
                spans.append(Span(start, min(start + length, whole.end)))
            yield item, tuple(spans)


class _Reader:
    """Reads numbers of a box one after another."""

    def __init__(self, content: bytes, box: Span) -> None:
        self._content = content
        self._end = box.end
        self.at = box.start

    def read_version(self) -> int:
        return self.read(_WHOLE_BOX_HEADER) >> 24

    def read(self, size: int) -> int:
        return int.from_bytes(self.read_bytes(size), "big")

    def read_bytes(self, size: int) -> bytes:
        start, self.at = self.at, self.at + size
        if self.at > self._end:
            raise PositionError("may hold a GPS position, in an item list that is cut")
        return self._content[start : self.at]


class _Steps:
    """Counts steps, so that a file made to keep us busy is refused."""

    def __init__(self, limit: int = _MAX_STEPS) -> None:
        self._left = limit

    def count(self, steps: int = 1) -> None:
        self._left -= steps
        if self._left < 0:
            raise PositionError("may hold a GPS position: it has too many parts to look through")
