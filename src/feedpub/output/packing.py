"""Documents compressed with gzip, for web servers that send such files as they are."""

from __future__ import annotations

import zlib

SUFFIX = ".gz"
MEDIA_TYPE = "application/gzip"

_GZIP = 16 + zlib.MAX_WBITS
_SYSTEM = 9  # index of the byte that names the system; 255 is unknown (RFC 1952 section 2.3.1)


def pack(content: bytes, kept: bytes | None) -> bytes:
    """Pack bytes without a name or a time; `kept` stays if it unpacks to the same bytes.

    Another host's zlib may pack the same bytes differently, which changes nothing for readers.
    """
    if kept is not None and unpacks_to(kept, content):
        return kept
    packer = zlib.compressobj(9, wbits=_GZIP)
    packed = bytearray(packer.compress(content) + packer.flush())
    packed[_SYSTEM] = 255
    return bytes(packed)


def unpacks_to(packed: bytes, content: bytes) -> bool:
    """Tell whether bytes are packed, and others are what they unpack to."""
    unpacker = zlib.decompressobj(wbits=_GZIP)
    try:
        unpacked = unpacker.decompress(packed, len(content) + 1)
    except zlib.error:
        return False
    return unpacked == content and unpacker.eof and not unpacker.unused_data
