"""The sizes of images that pages show: smaller copies of image files, each made once."""

from __future__ import annotations

import logging
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from itertools import chain
from typing import Annotated

import msgspec
from msgspec import Meta

from feedpub.errors import ImageError
from feedpub.files import digest_bytes, load_values, save_values
from feedpub.images.files import read_image
from feedpub.images.pictures import Pixels, read_whole
from feedpub.images.scaling import (
    SCALABLE,
    Scaled,
    ScaledType,
    choose_type,
    name_scaled,
    read_upright_size,
    scale_all,
)
from feedpub.model import Document, Image, ImageCopy, ImageSizes, MediaFile
from feedpub.settings import STATE, Config

WIDTHS = (400, 800, 1600)  # pixels

_NAME = "image-sizes.json"
_VERSION = "image sizes 1"
_TYPES: tuple[ScaledType, ...] = ("image/webp", "image/jpeg")
_MEDIA = "media/"
_MOST_THREADS = 4
_AHEAD = 16  # images
_LARGE = 20_000_000  # pixels; larger pictures are decoded one at a time, for their memory

_log = logging.getLogger(__name__)


class _Copy(msgspec.Struct, frozen=True):
    """What is known of a copy; its name follows from its source, width, and type."""

    type: ScaledType
    width: Pixels
    sha256: Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
    length: Annotated[int, Meta(gt=0)]


class _Known(msgspec.Struct, frozen=True):
    """What is known of an image: its pixels when upright, and its copies."""

    width: Pixels
    height: Pixels
    copies: tuple[_Copy, ...]


class PageSizes:
    """Makes the copies that the pages of a site need, and knows those of earlier builds.

    What was known is lost with its file; then the published copies tell it again.

    Args:
        find_published: Gives the bytes of a media file that is in the output as it was written.
        believes: Go by what earlier builds knew.
    """

    def __init__(
        self, config: Config, find_published: Callable[[str], bytes | None], *, believes: bool
    ) -> None:
        self._base = config.site.feeds
        self._place = config.folder / STATE / _NAME
        self._find_published = find_published
        self._known = load_values(self._place, _Known, version=_VERSION) if believes else {}
        self._used: dict[str, _Known] = {}
        self._alone = threading.Lock()

    def find_all(
        self, images: Iterable[Image]
    ) -> Iterator[tuple[Image, ImageSizes, list[Document]]]:
        """Yield the images that need copies, with these; several are made at once."""
        threads = min(_MOST_THREADS, os.cpu_count() or 1)
        waiting: deque[tuple[Image, Future[tuple[ImageSizes, list[Document]] | None]]] = deque()
        with ThreadPoolExecutor(threads) as pool:
            for image in chain(images, [None] * _AHEAD):
                if image is not None:
                    waiting.append((image, pool.submit(self._find, image)))
                if waiting and (image is None or len(waiting) > _AHEAD):
                    first, future = waiting.popleft()
                    if (found := future.result()) is not None:
                        yield first, *found

    def save(self) -> None:
        """Save what was used; the rest is forgotten."""
        if self._used != self._known:
            save_values(self._place, self._used, version=_VERSION)

    def _find(self, image: Image) -> tuple[ImageSizes, list[Document]] | None:
        file, width = image.file, image.width or 0
        if file is None or image.type not in SCALABLE or width <= WIDTHS[0]:
            return None
        name = image.url.rpartition("/")[2]
        made: dict[str, bytes] = {}
        known = self._used.get(name) or self._known.get(name)
        if known is None:
            is_large = width * (image.height or 0) > _LARGE
            try:
                with self._alone if is_large else nullcontext():
                    known, made = self._make(image, file)
            except ImageError as error:  # the page shows the file as it is
                _log.info("%s: no other sizes: %s", file.path, error)
                return None
        self._used[name] = known
        copies, documents = [], []
        for one in known.copies:
            path = f"{_MEDIA}{name_scaled(name, one.width, one.type)}"
            again = MediaFile(
                file.path, one.sha256, one.length, scaled_to=one.width, scaled_type=one.type
            )
            copies.append(ImageCopy(f"{self._base}{path}", one.type, one.width))
            documents.append(Document(path, one.type, made.get(one.sha256, again)))
        return ImageSizes(known.width, known.height, tuple(copies)), documents

    def _make(self, image: Image, file: MediaFile) -> tuple[_Known, dict[str, bytes]]:
        """Make the copies of a file, or find them published; only those that take fewer bytes."""
        content = read_image(file.path)
        width, height = read_upright_size(content)
        best = choose_type(content)
        if best is None:  # it moves
            return _Known(width, height, ()), {}
        widths = sorted({*(one for one in WIDTHS if one < width), min(width, WIDTHS[-1])})
        types = _TYPES if best == "image/jpeg" else (best,)
        wanted = [(one, type) for type in types for one in widths]
        made = self._find_or_scale(content, image.url.rpartition("/")[2], wanted)
        kept: list[Scaled] = []
        for type in types:
            small = [
                one
                for one in made
                if one.type == type and len(one.content) < (image.length or file.length)
            ]
            # A list of one type has to reach the full width, with the file itself if not a copy.
            is_whole = bool(small) and small[-1].width == widths[-1]
            if type != "image/webp" or image.type == type or is_whole:
                kept += small
        copies = tuple(
            _Copy(one.type, one.width, digest_bytes(one.content), len(one.content)) for one in kept
        )
        contents = {copy.sha256: one.content for copy, one in zip(copies, kept, strict=True)}
        return _Known(width, height, copies), contents

    def _find_or_scale(
        self, content: bytes, name: str, wanted: Sequence[tuple[int, ScaledType]]
    ) -> list[Scaled]:
        """Find the copies of a file in the output, or scale it, in the order of those wanted.

        What another version of the encoder made is as good, and keeps its bytes.
        """
        found: dict[tuple[int, ScaledType], Scaled] = {}
        for width, type in wanted:
            published = self._find_published(name_scaled(name, width, type))
            if published is not None:
                picture = read_whole(published)
                size = (picture.width or width, picture.height or width)
                found[width, type] = Scaled(published, type, *size)
        missing = [key for key in wanted if key not in found]
        found.update(zip(missing, scale_all(content, missing), strict=True))
        return [found[key] for key in wanted]
