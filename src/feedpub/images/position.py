"""Image files without their GPS position: it alone is removed, and nothing is encoded again.

A GPS directory of EXIF is zeroed and an XMP packet that names a position is blanked where they
stand; a text of a PNG that names one is dropped. All other bytes stay. A file that names a
position anywhere else is refused.
"""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Callable, Mapping, Sequence

from feedpub import compile_late
from feedpub.errors import ImageError, PositionError
from feedpub.images.exif import Span, clear_block, clear_structures, doubt
from feedpub.images.pictures import is_same_picture, read_metadata

# EXIF as ExifTool finds it, XMP, and a portion of extended XMP (XMP part 3, section 1.1.3.1), in
# the thumbnails and the further pictures of a file too.
_APP1 = compile_late(
    rb"\xff\xe1(?P<length>..)(?:(?P<exif>(?i:exif)\0.)|http://ns\.adobe\.com/xap/1\.0/\0|"
    rb"http://ns\.adobe\.com/xmp/extension/\0(?P<digest>.{32}).{4}(?P<place>.{4}))",
    re.DOTALL,
)
_GIF_XMP = compile_late(rb"!\xff\x0bXMP DataXMP", re.IGNORECASE)
_GIF_TRAILER = b"\x01\xff\xfe\xfd"
_PNG_TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_PNG_EXIF = frozenset({b"eXIf", b"exIf", b"zxIf"})  # the last is compressed: refused
# ImageMagick writes each EXIF field as a text of its own, and profiles as hexadecimal digits.
_PNG_GPS_FIELD = compile_late(rb"(?:[\w.]+[:.])?gps", re.IGNORECASE)
_PNG_PROFILE = compile_late(rb"raw profile type [^\0]*\0+\n[^\n]*\n[^\n]*\n", re.IGNORECASE)

_EMPTY_PACKET = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"/>'
_ENCODED_JPEG = compile_late(rb"/9j/[A-Za-z0-9+/]{100,}")

# In lower case. Drones write drone-dji:GpsLatitude, and once wrote GpsLongtitude; other
# namespaces have a latitude.
_GPS_NAME = compile_late(rb"gps[ _:.-]?(?:dest)?[ _:.-]?(?:lat|lon)")
_OTHER_NAME = compile_late(rb"l(?:at|ongt?)itude(?:\s*=|[^<>\0-\x08\x0e-\x1f]{0,200}>)|wgs84_pos#")
_OTHER_WORDS = (b"itude", b"wgs84_pos#")
_ELSEWHERE = (
    # Of a video inside, as telephones append one: QuickTime's location, in ISO 6709.
    compile_late(rb"\xa9xyz.{0,8}?[+-]\d{1,3}(?:\.\d+)?[+-]\d", re.DOTALL),
    compile_late(rb"com\.apple\.quicktime\.location"),
    # XMP that is encoded (ISO/IEC 14496-12 section 8.11.6).
    compile_late(rb"application/rdf\+xml\0[a-z]"),
)

# A file beyond these was made to keep us busy.
_MAX_JPEG_PARTS = 1_000
_MAX_PIECES = 200_000  # chunks of a PNG, blocks of a GIF's XMP
_MAX_TEXTS = 2**25  # bytes of a PNG's texts, unpacked

_LEFT = "contains a GPS position that can't be removed without changing the rest of the file"


def remove_position(content: bytes, type: str) -> bytes | None:
    """Remove the GPS position from an image file, and nothing else; None where it has none.

    Args:
        type: The media type, as it was read from the bytes.

    Raises:
        PositionError: There is or may be a position that cannot be removed without loss.
    """
    if type not in _CLEARINGS:
        raise doubt(f"feedpub can't look for one in {type}")
    try:
        cleared = _CLEARINGS[type](content)
        _require_none_left(cleared)
        # Pillow joins an EXIF block that is cut into several segments.
        _require_none_left(b"".join(read_metadata(cleared)))
        is_exact = type in ("image/jpeg", "image/png")  # which tell where each part ends
        if not is_exact and cleared != content and not is_same_picture(cleared, content):
            raise PositionError(_LEFT)
    except PositionError:
        raise
    except ImageError as error:
        raise doubt(f"the file {error}") from error
    return None if cleared == content else cleared


def begins_with_position(content: bytes, type: str) -> bool:
    """Tell whether the first bytes of an image file contain a GPS position, or might.

    They do not include data after the pixels, such as the EXIF of WebP.
    """
    try:
        cleared = content if type in _CLEARED_WHOLE else _CLEARINGS[type](content)
        _require_none_left(cleared)
    except PositionError:
        return True
    return cleared != content


def _require_none_left(content: bytes) -> None:
    """Refuse what contains a position that was not cleared, wherever it stands."""
    if _contains_position(content) or any(found.search(content) for found in _ELSEWHERE):
        raise PositionError(_LEFT)


def _contains_position(content: bytes) -> bool:
    return _names_position(content) or clear_structures(content) != content


def _names_position(text: bytes) -> bool:
    lowered = text.lower()
    if _GPS_NAME.search(lowered.replace(b"\0", b"")):  # UTF-16 too
        return True
    is_worth_while = any(word in lowered for word in _OTHER_WORDS)
    return is_worth_while and _OTHER_NAME.search(lowered) is not None


def _clear_packet(buffer: bytearray, spans: Sequence[Span]) -> None:
    """Put an empty XMP packet, padded with spaces, in place of one that names a position."""
    packet = b"".join(buffer[start:end] for start, end in spans)
    pictures = (found[0] for found in _ENCODED_JPEG.finditer(packet))  # as GImage has one
    decoded = (base64.b64decode(text[: len(text) // 4 * 4]) for text in pictures)
    if not _names_position(packet) and not any(map(_contains_position, decoded)):
        return
    blank = _EMPTY_PACKET.ljust(len(packet))[: len(packet)]
    at = 0
    for start, end in spans:
        buffer[start:end] = blank[at : at + end - start]
        at += end - start


def _clear_jpeg(content: bytes) -> bytes:
    buffer = bytearray(content)
    extended: dict[bytes, list[tuple[bytes, Span]]] = {}
    for number, found in enumerate(_APP1.finditer(content)):
        if number == _MAX_JPEG_PARTS:
            raise doubt("it contains too many EXIF and XMP parts")
        length = int.from_bytes(found["length"], "big")
        start, end = found.end(), max(found.end(), found.start() + 2 + length)
        span = (start, min(end, len(content)))
        if found["exif"] is not None:
            buffer[slice(*span)] = clear_block(bytes(buffer[slice(*span)]))
        elif found["digest"] is None:
            _clear_packet(buffer, [span])
        else:
            extended.setdefault(found["digest"], []).append((found["place"], span))
    for portions in extended.values():
        _clear_packet(buffer, [span for _, span in sorted(portions)])
    return bytes(buffer)


def _clear_gif(content: bytes) -> bytes:
    """Clear the XMP of a GIF (XMP part 3, section 1.1.2).

    It stands there in one piece up to a trailer. Some software makes blocks of it.
    """
    buffer = bytearray(content)
    for number, found in enumerate(_GIF_XMP.finditer(content)):
        if number > 0:
            raise doubt("it contains more than one XMP packet")
        at = found.end()
        end = content.find(_GIF_TRAILER, at)
        is_blocked = end < 0 or content[at + 1 : at + 2] == b"<"
        spans = [] if is_blocked else [(at, end)]
        while is_blocked and at < len(content) and (size := content[at]):
            spans.append((at + 1, min(at + 1 + size, len(content))))
            at += 1 + size
            if len(spans) > _MAX_PIECES:
                raise doubt("its XMP is too long")
        _clear_packet(buffer, spans)
    return bytes(buffer)


def _clear_png(content: bytes) -> bytes:
    """Clear the EXIF chunks of a PNG, and drop its texts that contain a position."""
    pieces = [content[:8]]
    has_named = _names_position(content)
    at, kind, left = 8, b"", _MAX_TEXTS
    for _ in range(_MAX_PIECES):
        end = at + 12 + int.from_bytes(content[at : at + 4], "big")
        if kind == b"IEND" or end > len(content):
            return b"".join((*pieces, content[at:]))
        kind, body, raw = content[at + 4 : at + 8], content[at + 8 : end - 4], content[at:end]
        if kind in _PNG_EXIF and (cleared := clear_block(body)) != body:
            checksum = zlib.crc32(kind + cleared).to_bytes(4, "big")
            raw = raw[:8] + cleared + checksum
        elif kind in _PNG_TEXTS:
            text = _unpack_text(kind, body, left)
            left -= len(text)
            if _contains_position(text) or (has_named and _PNG_GPS_FIELD.match(body)):
                raw = b""
        pieces.append(raw)
        at = end
    raise doubt("it contains too many chunks")


def _unpack_text(kind: bytes, body: bytes, limit: int) -> bytes:
    """Read a text chunk, keyword and all; a profile is its bytes."""
    keyword, _, rest = body.partition(b"\0")
    packed = rest[1:] if kind == b"zTXt" else None
    if kind == b"iTXt" and rest[:1] not in (b"", b"\0"):
        packed = rest[2:].split(b"\0", 2)[-1]  # after a language, and the keyword in it
    try:
        if packed is not None:
            body = keyword + b"\0" + zlib.decompressobj().decompress(packed, max(limit, 1))
        if len(body) > limit:
            raise doubt("its texts are too long")
        head = _PNG_PROFILE.match(body)
        return bytes.fromhex(body[head.end() :].decode("ascii")) if head else body
    except (zlib.error, ValueError) as error:
        raise doubt("a text of it can't be read") from error


def _clear_chunks(content: bytes) -> bytes:
    """Clear a WebP or an AVIF, whose XMP packet Pillow finds."""
    _, packet = read_metadata(content)
    blank = bytearray(packet)
    _clear_packet(blank, [(0, len(packet))])
    cleared = clear_structures(content)
    return cleared if blank == packet else cleared.replace(packet, blank)


_CLEARINGS: Mapping[str, Callable[[bytes], bytes]] = {
    "image/jpeg": _clear_jpeg,
    "image/png": _clear_png,
    "image/gif": _clear_gif,
    "image/webp": _clear_chunks,
    "image/avif": _clear_chunks,
}
_CLEARED_WHOLE = frozenset({"image/webp", "image/avif"})
