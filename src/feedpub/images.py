"""Image files to Images: media type, bytes and pixels from the file, never from its name."""

from __future__ import annotations

import hashlib
import os
import stat
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from feedpub.errors import ImageError
from feedpub.fields import ImageReference
from feedpub.model import Image, MediaFile
from feedpub.urls import UrlError, absolute_url

MAX_PIXELS = 100_000_000
MAX_BYTES = 256 * 1024 * 1024


class _Type(NamedTuple):
    type: str
    suffix: str


# Pillow's names. MPO is a JPEG that carries further pictures.
_TYPES: Mapping[str, _Type] = {
    "JPEG": _Type("image/jpeg", "jpg"),
    "MPO": _Type("image/jpeg", "jpg"),
    "PNG": _Type("image/png", "png"),
    "GIF": _Type("image/gif", "gif"),
    "WEBP": _Type("image/webp", "webp"),
    "AVIF": _Type("image/avif", "avif"),
}


# MPO is no format to open: Pillow finds it inside a JPEG.
_OPENED = [name for name in _TYPES if name != "MPO"]


class Measurement(msgspec.Struct, frozen=True):
    """What an image file is: its media type, pixels, and the file as it was measured."""

    type: str
    suffix: str
    width: int
    height: int
    file: MediaFile

    @property
    def name(self) -> str:
        """The name that the file is published under: content hash and true suffix."""
        return f"{self.file.sha256[:16]}.{self.suffix}"


class ImageMeasurer:
    """Measures the images of records, each file once."""

    def __init__(self, media_url: str) -> None:
        self._media_url = media_url
        self._measured: dict[Path, Measurement | ImageError] = {}

    def measure(self, reference: ImageReference, folder: Path, root: Path) -> Image:
        """Measure an image that a record names; a relative source is a file in `folder`.

        An image elsewhere is not asked for: without a declared type and length it is one
        without these.

        Raises:
            ImageError: It is no image that can be published, or lies outside `root`.
        """
        source = reference.source
        if source.startswith("//") or "://" in source[:20]:
            return self._describe_remote(reference)
        if ":" in source.partition("/")[0]:
            raise ImageError("is neither a file beside the record nor an http or https URL")
        path = locate_file(source, folder, root)
        found = self._measured.get(path)
        if found is None:
            try:
                found = measure_file(path)
            except ImageError as error:
                found = error
            self._measured[path] = found
        if isinstance(found, ImageError):
            raise found
        return _to_image(reference, self._media_url + found.name, found)

    def _describe_remote(self, reference: ImageReference) -> Image:
        try:
            url = absolute_url(reference.source, "https:")
        except UrlError as error:
            raise ImageError(str(error)) from error
        declared = reference.type is not None and reference.length is not None
        return Image(
            source=reference.source,
            url=url,
            type=reference.type if declared else None,
            length=reference.length if declared else None,
            caption=reference.caption,
            credit=reference.credit,
            alt=reference.alt,
        )


def locate_file(source: str, folder: Path, root: Path) -> Path:
    """Find the file that a relative source names.

    Raises:
        ImageError: It would leave `root`, by an absolute path, `..` or a symbolic link.
    """
    if source.startswith("/") or "\\" in source or "\0" in source:
        raise ImageError("is no relative path of a file beside the record")
    try:
        path = (folder / source).resolve()
        inside = path.is_relative_to(root.resolve())
    except (OSError, RuntimeError, ValueError) as error:
        raise ImageError("is no path that can be followed") from error
    if not inside:
        raise ImageError("leaves the folder of the source")
    return path


def measure_file(path: Path) -> Measurement:
    """Measure an image file; it is decoded whole, because only that finds a cut one.

    Raises:
        ImageError: It is missing, empty, cut, too large, or no image of a known type.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ImageError("is missing") from error
    except (OSError, ValueError) as error:
        raise ImageError("cannot be read") from error
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise ImageError("is no regular file")
    with os.fdopen(descriptor, "rb") as stream:
        if status.st_size == 0:
            raise ImageError("is empty")
        if status.st_size > MAX_BYTES:
            raise ImageError(f"is larger than {MAX_BYTES // 2**20} MiB")
        content = stream.read()
    kind, width, height = _decode(content)
    file = MediaFile(path, hashlib.sha256(content).hexdigest(), len(content))
    return Measurement(kind.type, kind.suffix, width, height, file)


def _decode(content: bytes) -> tuple[_Type, int, int]:
    # Deferred: not every build has images, and Pillow takes long to import.
    import io

    from PIL import Image as Pictures
    from PIL import UnidentifiedImageError

    with warnings.catch_warnings():
        # Pillow warns of odd metadata and of sizes below its own limit; ours is checked here.
        warnings.simplefilter("ignore")
        try:
            with Pictures.open(io.BytesIO(content), formats=_OPENED) as picture:
                width, height = picture.size
                if width * height > MAX_PIXELS:
                    raise ImageError(f"has more than {MAX_PIXELS // 10**6} megapixels")
                kind = _TYPES[picture.format or ""]
                picture.load()
        except (UnidentifiedImageError, KeyError) as error:
            raise ImageError("is no JPEG, PNG, GIF, WebP or AVIF image") from error
        except Pictures.DecompressionBombError as error:
            raise ImageError(f"has more than {MAX_PIXELS // 10**6} megapixels") from error
        except ImageError:
            raise
        except Exception as error:  # Pillow's decoders raise kinds of many modules
            raise ImageError(f"is cut or broken ({error})") from error
    return kind, width, height


def _to_image(reference: ImageReference, url: str, measured: Measurement) -> Image:
    return Image(
        source=reference.source,
        url=url,
        type=measured.type,
        length=measured.file.length,
        width=measured.width,
        height=measured.height,
        caption=reference.caption,
        credit=reference.credit,
        alt=reference.alt,
        file=measured.file,
    )
