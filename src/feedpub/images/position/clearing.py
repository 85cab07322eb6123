"""A file whose GPS position is zeroed or blanked, one pass: the parts found, then cleared."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable

from feedpub.errors import PositionError
from feedpub.images.position.exif import find_exif_position
from feedpub.images.position.parts import Part, find_parts, find_pictures
from feedpub.images.position.png_chunks import Chunk, ChunkReader, Payload, write_chunk
from feedpub.images.position.spans import Span, join_spans, locate_span
from feedpub.images.position.xmp import find_xmp_position, mentions_position

_TYPES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"})
LEFT = "holds a GPS position where it cannot be removed without loss"

_GPS_KEYWORD = re.compile(rb"(?:[\w.]+[:.])?gps", re.IGNORECASE)
_ENCODED_JPEG = re.compile(rb"/9j/[A-Za-z0-9+/]{100,}")
# A video inside, as telephones append one: QuickTime's location, in ISO 6709.
_VIDEO_BOX = b"\xa9xyz"
_VIDEO_KEY = b"com.apple.quicktime.location."
_VIDEO_POSITION = re.compile(rb"\xa9xyz.{0,8}?[+-]\d{1,3}(?:\.\d+)?[+-]\d", re.DOTALL)


def clear_position(content: bytes, type: str) -> bytes | None:
    """Clear what is found of a file's position; None: nothing was.

    Raises:
        PositionError: There is or may be more than can be cleared.
    """
    if type not in _TYPES:
        raise PositionError("is of a type in which no GPS position can be looked for")
    cleared = _clear_png(content) if type == "image/png" else _clear_file(content, type)
    _require_none_left(content if cleared is None else cleared)
    return cleared


def _require_none_left(content: bytes) -> None:
    """Refuse what names a position in a place that was not cleared, whatever that place is."""
    in_video = _VIDEO_KEY in content or (
        _VIDEO_BOX in content and _VIDEO_POSITION.search(content) is not None
    )
    if in_video or mentions_position(content):
        raise PositionError(LEFT)


def _clear_file(content: bytes, type: str) -> bytes | None:
    """Clear a file whose parts stand in it as they are."""
    parts = find_parts(content, type)
    return _clear_parts(content, parts) if parts else None


def _clear_parts(content: bytes, parts: Iterable[Part]) -> bytes | None:
    """Clear the parts of some bytes, whose length stays; None: there was nothing to clear."""
    buffer = bytearray(content)
    for part in parts:
        _clear_part(buffer, part)
    return None if buffer == content else bytes(buffer)


def _clear_part(buffer: bytearray, part: Part) -> None:
    block = join_spans(buffer, part.spans)
    if part.kind == "exif":
        found = find_exif_position(block)
        _fill(buffer, part, found.position, b"\0")
        for inner in found.packets:
            _clear_part(buffer, Part("xmp", locate_span(part.spans, inner)))
        return
    _require_no_picture(block)
    position = find_xmp_position(block)
    _fill(buffer, part, position, b" ")
    packet = join_spans(buffer, part.spans)
    if mentions_position(packet):  # in a comment, or between two segments
        raise PositionError(LEFT)
    if position and part.digest is not None:
        _renew_digest(buffer, part.digest, block, packet)


def _require_no_picture(packet: bytes) -> None:
    """Refuse a packet with a picture in base64 that has a position of its own, as GImage has."""
    for picture in _ENCODED_JPEG.finditer(packet):
        decoded = base64.b64decode(picture[0][: len(picture[0]) // 4 * 4])
        if _clear_parts(decoded, find_pictures(decoded)) is not None:
            raise PositionError(LEFT)


def _fill(buffer: bytearray, part: Part, position: Iterable[Span], filler: bytes) -> None:
    for span in position:
        for start, end in locate_span(part.spans, span):
            buffer[start:end] = filler * (end - start)


def _renew_digest(buffer: bytearray, digest: bytes, before: bytes, after: bytes) -> None:
    """Give an extended packet the digest that it goes by, where it was a true one.

    Source: XMP specification part 3 section 1.1.3.1.
    """
    if _digest(before) == digest.upper():
        buffer[:] = buffer.replace(digest, _digest(after))


def _digest(packet: bytes) -> bytes:
    return hashlib.md5(packet, usedforsecurity=False).hexdigest().upper().encode()


# PNG: every chunk has a checksum, and texts may be compressed


def _clear_png(content: bytes) -> bytes | None:
    reader = ChunkReader(content)
    chunks = list(reader.read())
    has_named_position = any(mentions_position(chunk.keyword) for chunk in chunks)
    pieces = [reader.signature]
    for chunk in chunks:
        # ImageMagick writes each EXIF field as a text of its own.
        if has_named_position and _GPS_KEYWORD.match(chunk.keyword):
            continue
        pieces.append(_clear_chunk(chunk))
    tail = reader.tail
    pieces.append(_clear_parts(tail, find_pictures(tail)) or tail)
    cleared = b"".join(pieces)
    return None if cleared == content else cleared


def _clear_chunk(chunk: Chunk) -> bytes:
    payload = chunk.unpack()
    if payload is None:
        return chunk.raw
    cleared = _clear_payload(payload)
    _require_none_left(payload.content if cleared is None else cleared)
    return chunk.raw if cleared is None else write_chunk(chunk.type, payload.pack(cleared))


def _clear_payload(payload: Payload) -> bytes | None:
    whole = Part(payload.kind, (Span(0, len(payload.content)),))
    pictures = find_pictures(payload.content, [whole]) if payload.kind == "exif" else []
    return _clear_parts(payload.content, [whole, *pictures])
