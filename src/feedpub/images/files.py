"""Image files: where they are, and what their bytes (never their names) say that they are."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote

import msgspec
from msgspec import Meta

from feedpub.errors import ImageError
from feedpub.files import NotRegularError, digest_bytes, open_regular
from feedpub.images.pictures import (
    SUFFIXES,
    ImageType,
    Pixels,
    Suffix,
    check_size,
    read_whole,
)
from feedpub.images.position import remove_position
from feedpub.images.scaling import Scaled, ScaledType, scale
from feedpub.model import MediaFile

MAX_BYTES = 256 * 1024 * 1024


class Measurement(msgspec.Struct, frozen=True):
    """An image file's media type and pixels, and the digest and length of its published form.

    `has_position` is whether the file contains a GPS position, which is not published.
    """

    type: ImageType
    suffix: Suffix
    width: Pixels | None
    height: Pixels | None
    sha256: Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
    length: Annotated[int, Meta(gt=0)]
    has_position: bool

    def __post_init__(self) -> None:
        """Refuse what no image can be, because it may come from a broken file."""
        if SUFFIXES[self.type] != self.suffix:
            raise ValueError("has the suffix of another type")
        check_size(self.width, self.height)
        if self.length > MAX_BYTES:
            raise ValueError("is too long")

    @property
    def name(self) -> str:
        """The name that the file is published under: its digest, and the suffix of its type."""
        return f"{self.sha256[:16]}.{self.suffix}"

    def to_media_file(self, path: Path) -> MediaFile:
        """Name the file to copy."""
        return MediaFile(path, self.sha256, self.length, self.has_position)


def locate_file(source: str, folder: Path, root: Path) -> Path | None:
    """Find the file that a relative source names; None if there is none.

    The name is tried as it is, then percent-decoded, and in both Unicode spellings.

    Raises:
        ImageError: It leads out of `root` by an absolute path, `..`, or a symbolic link.
    """
    if source.startswith("/") or "\\" in source or "\0" in source:
        raise ImageError("is not a relative path")
    inside = root.resolve()
    for name in list_spellings(source):
        try:
            path = (folder / name).resolve()
            exists = path.exists()
        except (OSError, RuntimeError, ValueError) as error:
            raise ImageError("is not a path that can be followed") from error
        if not path.is_relative_to(inside):
            raise ImageError("is outside the folder of the source")
        if exists:
            return path
    return None


def measure_file(path: Path, *, keep_position: bool) -> Measurement:
    """Measure an image file; it is decoded whole, because only that finds a cut one.

    Raises:
        ImageError: It is empty, cut, too large, or not an image of a known type.
    """
    content = read_image(path)
    picture = read_whole(content)
    served = None if keep_position else remove_position(content, picture.type)
    has_position = served is not None
    content = content if served is None else served
    return Measurement(
        type=picture.type,
        suffix=picture.suffix,
        width=picture.width,
        height=picture.height,
        sha256=digest_bytes(content),
        length=len(content),
        has_position=has_position,
    )


def read_scaled(path: Path, width: int, type: ScaledType) -> Scaled:
    """Read an image file in another size, without the GPS position that it contains.

    Raises:
        ImageError: It can no longer be read as it was measured.
    """
    return scale(read_image(path), width, type)


def read_without_position(path: Path) -> bytes:
    """Read an image file without the GPS position that it contains.

    Raises:
        ImageError: It can no longer be read as it was measured.
    """
    content = read_image(path)
    served = remove_position(content, read_whole(content).type)
    return content if served is None else served


def read_image(path: Path) -> bytes:
    """Read an image file whole.

    Raises:
        ImageError: It is missing, empty, too large, or not a regular file.
    """
    try:
        stream = open_regular(path)
    except (NotRegularError, IsADirectoryError) as error:
        raise ImageError("is not a regular file") from error
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ImageError("is missing") from error
    except (OSError, ValueError) as error:
        raise ImageError("can't be read") from error
    with stream:
        size = os.fstat(stream.fileno()).st_size
        if size == 0:
            raise ImageError("is empty")
        if size > MAX_BYTES:
            raise ImageError(f"is larger than {MAX_BYTES // 2**20} MiB")
        return stream.read()


def list_spellings(source: str) -> Iterator[str]:
    """List the names that a relative source may mean, in the order in which they are tried."""
    names = (source, unquote(source), unquote(source.partition("?")[0]))
    composed = (unicodedata.normalize("NFC", name) for name in names)
    decomposed = (unicodedata.normalize("NFD", name) for name in names)
    return iter(dict.fromkeys((*names, *composed, *decomposed)))
