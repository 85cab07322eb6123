"""What the bytes of a sound or a film say: its type, and whether they hold a position."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from feedpub import compile_late

RecordedType = Literal[
    "audio/mpeg",
    "audio/mp4",
    "audio/aac",
    "audio/ogg",
    "audio/wav",
    "audio/flac",
    "video/mp4",
    "video/quicktime",
    "video/webm",
    "video/ogg",
]
SUFFIXES: Mapping[RecordedType, str] = {
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/aac": "aac",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/flac": "flac",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
    "video/ogg": "ogv",
}
# Where a film says where it was taken: QuickTime's location, 3GPP's, and XMP.
_POSITION = compile_late(
    rb"\xa9xyz.{0,8}?[+-]\d{1,3}\.?\d*[+-]\d|com\.apple\.quicktime\.location|loci\0\0\0\0"
    rb"|gps(?:latitude|longitude)",
    re.DOTALL | re.IGNORECASE,
)


def holds_position(content: bytes) -> bool:
    """Say whether some bytes of a recording hold a position, or may."""
    return _POSITION.search(content) is not None


def find_type(head: bytes, name: str) -> RecordedType | None:
    """Find the media type of a recording by its first bytes; None where it is of no known one.

    Source: ISO/IEC 14496-12 section 4.3; RFC 3533; Matroska (RFC 9559); ID3v2; RFC 3003.
    """
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand in (b"M4A ", b"M4B ", b"M4P "):
            return "audio/mp4"
        if brand == b"qt  ":
            return "video/quicktime"
        is_image = brand in (b"avif", b"avis", b"heic", b"heix", b"mif1")
        is_named_sound = name.lower().endswith((".m4a", ".m4b"))
        return None if is_image else "audio/mp4" if is_named_sound else "video/mp4"
    if head[:4] == b"OggS":
        return "video/ogg" if b"theora" in head[:256] else "audio/ogg"
    if head[:4] == b"\x1a\x45\xdf\xa3" and b"webm" in head[:64]:
        return "video/webm"
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    if head[:4] == b"fLaC":
        return "audio/flac"
    if head[:3] == b"ID3":
        return "audio/mpeg"
    if len(head) > 3 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        if head[1] & 0xF6 == 0xF0:
            return "audio/aac"
        is_frame = head[1] & 0x18 != 0x08 and head[1] & 0x06 != 0 and head[2] >> 4 not in (0, 15)
        return "audio/mpeg" if is_frame and head[2] & 0x0C != 0x0C else None
    return None
