"""Image files without their GPS position: it alone is removed, and nothing else moves.

1. `parts` finds the EXIF blocks and XMP packets of a JPEG, WebP, GIF or AVIF file;
   `png_chunks` decodes those of a PNG,
2. `exif` and `xmp` find the bytes of such a part that make its position up,
3. `clearing` zeroes or blanks them, and refuses a file that names a position elsewhere.

`spans` does the sums with ranges of bytes.
"""

from __future__ import annotations

from feedpub.errors import PositionError
from feedpub.images.position.clearing import LEFT, clear_position
from feedpub.images.position.exif import find_exif_position

__all__ = ["PositionError", "begins_with_position", "remove_position"]


def remove_position(content: bytes, type: str) -> bytes | None:
    """Remove the GPS position from an image file, and nothing else; None: it has none.

    GPS directories of EXIF are zeroed and XMP properties are blanked where they stand, so
    that all else stays byte for byte in its place; in PNG, text chunks that are compressed
    are written anew. A position is a latitude or longitude; with it goes its whole GPS
    record: altitude, direction and time as well.

    Args:
        type: The media type, as it was read from the bytes.

    Raises:
        PositionError: There is or may be a position that cannot be removed without loss.
    """
    cleared = clear_position(content, type)
    if cleared is not None and clear_position(cleared, type) is not None:
        # Structures that overlap in a way that was not foreseen.
        raise PositionError(LEFT)
    return cleared


def begins_with_position(content: bytes, type: str) -> bool:
    """Say whether the first bytes of an image file hold a GPS position.

    They do not tell of what stands behind the pixels, as the EXIF of WebP does.

    Raises:
        PositionError: There may be a position.
    """
    if clear_position(content, type) is not None:
        return True
    # A chunk that the bytes end in is none yet.
    at = content.rfind(b"eXIf") if type == "image/png" else -1
    return at >= 0 and bool(find_exif_position(content[at + 4 :]).position)
