"""PNG chunks that hold metadata: EXIF, XMP and texts, read and written."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from feedpub.errors import PositionError

_SIGNATURE_LENGTH = 8
_TEXT_TYPES = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_EXIF_TYPES = frozenset({b"eXIf", b"exIf"})
# ImageMagick's profiles: a name, a length, and hexadecimal digits, on lines.
_PROFILE = b"raw profile type "
_PROFILE_HEAD = re.compile(rb"[^\n]*\n[^\n]*\n[^\n]*\n")
_HEX_DIGIT = re.compile(rb"[0-9A-Fa-f]")
_XMP_HEAD = re.compile(rb"\s*(?:http://ns\.adobe\.com/xap/1\.0/\0|<)")
_EXIF_HEAD = re.compile(rb"exif\0|II|MM", re.IGNORECASE)
_XMP_KEYWORD = b"xml:com.adobe.xmp"

# Pillow refuses texts of more than 1 MiB, and more than 64 MiB of them.
_MAX_TEXT = 2**21
_MAX_TEXTS = 2**26
_MAX_TEXT_CHUNKS = 10_000
_MAX_CHUNKS = 500_000
_STORED_LENGTH = 0xFFFF


class Payload(NamedTuple):
    """The metadata in a chunk, decoded; `pack` makes the chunk's content of it again."""

    kind: Literal["exif", "xmp"]
    content: bytes
    pack: Callable[[bytes], bytes]


class Text(NamedTuple):
    """A text as a chunk has it; `head` is what stands before it there."""

    keyword: bytes
    content: bytes
    head: bytes
    is_compressed: bool

    def pack(self, content: bytes) -> bytes:
        """Make the chunk's content of a changed text."""
        return self.head + (_store(content) if self.is_compressed else content)


class Chunk(NamedTuple):
    """A chunk: its bytes from length to checksum, and the text in it."""

    type: bytes
    raw: bytes
    text: Text | None

    @property
    def keyword(self) -> bytes:
        """What its text is called; empty where it has none."""
        return self.text.keyword if self.text else b""

    def unpack(self) -> Payload | None:
        """Decode the metadata that the chunk holds, if it is of a kind that may.

        Raises:
            PositionError: It is of such a kind and cannot be decoded.
        """
        if self.type in _EXIF_TYPES:
            return Payload("exif", self.raw[8:-4], bytes)
        if self.text is None:
            return None
        keyword = self.keyword.lower()
        if keyword.startswith(_PROFILE):
            return _unpack_profile(self.text)
        # Pillow takes a text of this name for EXIF.
        kind: Literal["exif", "xmp"] = "exif" if keyword == b"exif" else "xmp"
        return Payload(kind, self.text.content, self.text.pack)


def _unpack_profile(text: Text) -> Payload | None:
    head = _PROFILE_HEAD.match(text.content)
    start = head.end() if head else 0
    try:
        profile = bytes.fromhex(text.content[start:].decode("ascii"))
    except ValueError as error:
        raise PositionError("may hold a GPS position, in a profile that is broken") from error

    def pack(changed: bytes) -> bytes:
        content = bytearray(text.content)
        places = (found.start() for found in _HEX_DIGIT.finditer(content, start))
        for place, before, after in zip(places, profile.hex(), changed.hex(), strict=True):
            if before != after:
                content[place] = ord(after)
        return text.pack(bytes(content))

    if _XMP_HEAD.match(profile):
        # What stands before the XML is the name that the packet has in JPEG.
        lead = profile.index(b"<") if b"<" in profile else 0
        return Payload("xmp", profile[lead:], lambda packet: pack(profile[:lead] + packet))
    kind = text.keyword[len(_PROFILE) :].strip().lower()
    is_exif = kind in {b"exif", b"app1"} or _EXIF_HEAD.match(profile)
    return Payload("exif", profile, pack) if is_exif and profile else None


class ChunkReader:
    """Reads a file's chunks; what follows the last one is its tail."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._texts = 0
        self._chunks = 0
        self._text_chunks = 0
        self.signature = content[:_SIGNATURE_LENGTH]
        self.tail = b""

    def read(self) -> Iterator[Chunk]:
        """Yield each chunk (PNG section 5.3).

        Raises:
            PositionError: A text is too long, or compressed in a way that cannot be undone.
        """
        at = _SIGNATURE_LENGTH
        content = self._content
        kind = b""
        while at + 12 <= len(content) and kind != b"IEND":
            length = int.from_bytes(content[at : at + 4], "big")
            end = at + 12 + length
            if end > len(content):
                break
            kind = content[at + 4 : at + 8]
            yield self._read_chunk(kind, content[at:end])
            at = end
        self.tail = content[at:]

    def _read_chunk(self, kind: bytes, raw: bytes) -> Chunk:
        self._chunks += 1
        self._text_chunks += kind in _TEXT_TYPES or kind in _EXIF_TYPES
        if self._chunks > _MAX_CHUNKS or self._text_chunks > _MAX_TEXT_CHUNKS:
            raise PositionError("may hold a GPS position: it has too many parts to look through")
        if kind == b"zxIf":
            raise PositionError("may hold a GPS position, in EXIF that is compressed")
        return Chunk(kind, raw, self._read_text(kind, raw[8:-4]) if kind in _TEXT_TYPES else None)

    def _read_text(self, kind: bytes, content: bytes) -> Text:
        keyword, _, rest = content.partition(b"\0")
        is_compressed = kind == b"zTXt"
        method = rest[:1]
        if kind == b"zTXt":
            rest = rest[1:]
        elif kind == b"iTXt":  # a flag, the method, a language, the keyword in that language
            is_compressed = rest[:1] not in (b"", b"\0")
            method = rest[1:2]
            rest = rest[2:].partition(b"\0")[2].partition(b"\0")[2]
        head = content[: len(content) - len(rest)]
        text = self._inflate(keyword, method, rest) if is_compressed else rest
        return Text(keyword, text, head, is_compressed)

    def _inflate(self, keyword: bytes, method: bytes, packed: bytes) -> bytes:
        text = b""
        stream = zlib.decompressobj()
        try:
            text = stream.decompress(packed, _MAX_TEXT + 1)
            is_readable = method in (b"", b"\0")
        except zlib.error:
            is_readable = False
        lowered = keyword.lower()
        if not is_readable and (lowered.startswith(_PROFILE) or lowered == _XMP_KEYWORD):
            raise PositionError("may hold a GPS position, in a text that cannot be unpacked")
        self._texts += len(text)
        if len(text) > _MAX_TEXT or self._texts > _MAX_TEXTS:
            raise PositionError("may hold a GPS position, in texts too long to look through")
        return text


def write_chunk(type: bytes, content: bytes) -> bytes:
    """Write a chunk with its length and checksum."""
    checksum = zlib.crc32(type + content)
    return struct.pack(">I", len(content)) + type + content + struct.pack(">I", checksum)


def _store(text: bytes) -> bytes:
    """Write a zlib stream that is not compressed (RFC 1950, RFC 1951 section 3.2.4).

    zlib itself makes other bytes in every version, and the host's would show in the output.
    """
    pieces = [b"\x78\x01"]
    for at in range(0, len(text) or 1, _STORED_LENGTH):
        block = text[at : at + _STORED_LENGTH]
        is_last = at + _STORED_LENGTH >= len(text)
        pieces.append(struct.pack("<BHH", is_last, len(block), len(block) ^ 0xFFFF) + block)
    pieces.append(struct.pack(">I", zlib.adler32(text)))
    return b"".join(pieces)
