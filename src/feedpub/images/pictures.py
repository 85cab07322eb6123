"""The media type and the pixels of a picture, from a whole file or the beginning of one."""

from __future__ import annotations

import io
import re
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from msgspec import Meta

from feedpub import compile_late
from feedpub.errors import ImageError

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

MAX_PIXELS = 100_000_000

ImageType = Literal["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"]
Suffix = Literal["jpg", "png", "gif", "webp", "avif"]
Pixels = Annotated[int, Meta(gt=0, le=MAX_PIXELS)]

# Pillow's names. MPO, a JPEG that carries further pictures, is found when a JPEG is opened.
_TYPES: Mapping[str, tuple[ImageType, Suffix]] = {
    "JPEG": ("image/jpeg", "jpg"),
    "MPO": ("image/jpeg", "jpg"),
    "PNG": ("image/png", "png"),
    "GIF": ("image/gif", "gif"),
    "WEBP": ("image/webp", "webp"),
    "AVIF": ("image/avif", "avif"),
}
SUFFIXES: Mapping[ImageType, Suffix] = dict(_TYPES.values())
"""The suffix of each type's files."""

_OPENED = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
_OPENED_CUT = ("JPEG", "PNG", "GIF")  # Pillow needs the whole file to open the others

_UNKNOWN = "is not a JPEG, PNG, GIF, WebP, or AVIF image"
_TOO_LARGE = f"has more than {MAX_PIXELS // 10**6} megapixels"

_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_AVIF_SIZE = compile_late(rb"\0\0\0\x14ispe\0{4}(.{4})(.{4})", re.DOTALL)

# Markers of tables, application data, and comments.
_JPEG_LEADING = frozenset({0xC4, 0xDB, 0xDD, 0xFE, *range(0xE0, 0xF0)})


class Picture(NamedTuple):
    """What a picture is; its pixels are None if its beginning does not tell them."""

    type: ImageType
    suffix: Suffix
    width: int | None
    height: int | None


def check_size(width: int | None, height: int | None) -> None:
    """Refuse a size that no measured picture has.

    Raises:
        ValueError: One of the two is missing, or there are too many pixels.
    """
    if (width is None) != (height is None) or (width or 0) * (height or 0) > MAX_PIXELS:
        raise ValueError("has an impossible size")


def read_whole(content: bytes) -> Picture:
    """Identify a whole file; it is decoded, because only that finds a cut one.

    Raises:
        ImageError: It is cut, too large, or not an image of a known type.
    """
    with open_whole(content) as picture:
        described = _describe(picture.format or "", *picture.size)
        picture.load()
        return described


def read_metadata(content: bytes) -> tuple[bytes, bytes]:
    """Read the EXIF block and the XMP packet of a whole file; empty where it has none.

    Raises:
        ImageError: The file can't be opened.
    """
    with open_whole(content) as picture:
        return picture.info.get("exif", b""), picture.info.get("xmp", b"")


def is_same_picture(first: bytes, second: bytes) -> bool:
    """Tell whether two whole files decode to the same pixels; of an animation, its first frame.

    Raises:
        ImageError: One of them can't be decoded.
    """
    with open_whole(first) as one, open_whole(second) as other:
        return one.tobytes() == other.tobytes()


def read_beginning(content: bytes) -> Picture:
    """Identify a file by its first bytes; nothing is decoded.

    Raises:
        ImageError: It is too large, or not an image of a known type.
    """
    from PIL import Image as Pictures

    try:
        with (
            _ignoring_warnings,
            Pictures.open(io.BytesIO(content), formats=_OPENED_CUT) as picture,
        ):
            return _describe(picture.format or "", *picture.size)
    except ImageError:
        raise
    except Pictures.DecompressionBombError as error:
        raise ImageError(_TOO_LARGE) from error
    except Exception as error:  # cut in the middle of its header, or of another type
        header = _read_header(content)
        if header is None:
            raise ImageError(_name_unknown(content)) from error
    return _describe(*header)


@contextmanager
def open_whole(content: bytes) -> Iterator[ImageFile]:
    """Open a whole file of a known type; what goes wrong inside is an ImageError."""
    # Deferred: not every build has images, and Pillow takes long to import.
    from PIL import Image as Pictures
    from PIL import UnidentifiedImageError

    try:
        with _ignoring_warnings, Pictures.open(io.BytesIO(content), formats=_OPENED) as picture:
            yield picture
    except ImageError:
        raise
    except Pictures.DecompressionBombError as error:
        raise ImageError(_TOO_LARGE) from error
    except UnidentifiedImageError as error:
        raise ImageError(_name_unknown(content)) from error
    except Exception as error:  # Pillow's decoders raise exceptions of many modules
        raise ImageError(f"is truncated or corrupt ({error})") from error


def _name_unknown(content: bytes) -> str:
    is_svg = b"<svg" in content[:4096].lower()
    return "is an SVG image, which might contain scripts" if is_svg else _UNKNOWN


class _IgnoringWarnings:
    """Ignores warnings as long as at least one thread is inside, because filters are of all."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._held: warnings.catch_warnings[None] | None = None

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            if self._held is None:
                self._held = warnings.catch_warnings()
                self._held.__enter__()
                warnings.simplefilter("ignore")

    def __exit__(self, *exception: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0 and self._held is not None:
                self._held.__exit__(None, None, None)
                self._held = None


# Pillow warns of odd metadata and of sizes below its own limit; this module checks ours.
_ignoring_warnings = _IgnoringWarnings()


def _describe(name: str, width: int | None, height: int | None) -> Picture:
    if width == 0 or height == 0:
        raise ImageError(_UNKNOWN)
    if width is not None and height is not None and width * height > MAX_PIXELS:
        raise ImageError(_TOO_LARGE)
    return Picture(*_TYPES[name], width, height)


def _read_header(content: bytes) -> tuple[str, int | None, int | None] | None:
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        size = _read_webp_size(content)
        return None if size is None else ("WEBP", *size)
    if content[4:8] == b"ftyp":
        brands = content[8 : int.from_bytes(content[:4])]
        if not _AVIF_BRANDS.isdisjoint(brands[at : at + 4] for at in range(0, len(brands), 4)):
            return "AVIF", *_read_avif_size(content)
    if content[:8] == b"\x89PNG\r\n\x1a\n" and content[12:16] == b"IHDR" and _is_cut_png(content):
        return "PNG", int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
    if content[:3] == b"\xff\xd8\xff" and _is_cut_jpeg(content):
        return "JPEG", None, None
    return None


def _read_webp_size(content: bytes) -> tuple[int, int] | None:
    """Read the size of the canvas.

    Source: RFC 9649 sections 2.7 and 3.4, RFC 6386 section 9.1.
    """
    kind, body = content[12:16], content[20:30]
    if len(body) < 10:
        return None
    if kind == b"VP8X":
        return _read_little(body[4:7]) + 1, _read_little(body[7:10]) + 1
    if kind == b"VP8L" and body[:1] == b"\x2f":
        bits = _read_little(body[1:5])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        return _read_little(body[6:8]) & 0x3FFF, _read_little(body[8:10]) & 0x3FFF
    return None


def _read_little(content: bytes) -> int:
    return int.from_bytes(content, "little")


def _read_avif_size(content: bytes) -> tuple[int | None, int | None]:
    """Read the size if all images in the file have the same one.

    Source: ISO 23008-12 section 6.5.3.
    """
    sizes = {
        (int.from_bytes(match[1]), int.from_bytes(match[2]))
        for match in _AVIF_SIZE.finditer(content)
    }
    if len(sizes) == 1:
        return sizes.pop()
    for width, height in sizes:  # tiles, a thumbnail: nothing here tells which is the image's own
        _describe("AVIF", width, height)
    return None, None


def _is_cut_png(content: bytes) -> bool:
    """Tell whether chunks run from the signature past the end, before the picture begins."""
    at = 8
    while at + 8 <= len(content):
        if content[at + 4 : at + 8] == b"IDAT" or not content[at + 4 : at + 8].isalpha():
            return False
        at += 12 + int.from_bytes(content[at : at + 4])
    return True


def _is_cut_jpeg(content: bytes) -> bool:
    """Tell whether segments run from the start past the end, without one that tells the size.

    Photo desks write previews, profiles, and captions of more than 64 kB before it.
    """
    at = 2
    while at + 4 <= len(content):
        if content[at] != 0xFF or content[at + 1] not in _JPEG_LEADING:
            return False
        at += 2 + int.from_bytes(content[at + 2 : at + 4])
    return True
