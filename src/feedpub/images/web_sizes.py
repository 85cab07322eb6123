"""The web sizes of image files: which files get one, and how it is named and kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from feedpub.files import digest_bytes
from feedpub.images.files import Measurement, read_image
from feedpub.images.pictures import read_whole
from feedpub.images.scaling import SCALABLE, choose_type, name_scaled, scale
from feedpub.model import MediaFile, Thumbnail
from feedpub.settings import Config

MAX_COMFORTABLE_BYTES = 5_000_000
MAX_COMFORTABLE_WIDTH = 3_000  # pixels


def _is_large(width: int | None, length: int | None) -> bool:
    """Say whether an image is larger than readers of feeds want."""
    return (width or 0) > MAX_COMFORTABLE_WIDTH or (length or 0) > MAX_COMFORTABLE_BYTES


class WebSizes:
    """Scales the image files of a site that are too large, each once.

    `find_published` gives the bytes of a media file that is in the output as it was written.
    """

    def __init__(
        self, config: Config, find_published: Callable[[str], bytes | None] | None
    ) -> None:
        self._config = config
        self._find_published = find_published
        self._scaled: dict[Path, Thumbnail | None] = {}

    def find(self, found: Measurement, path: Path) -> Thumbnail | None:
        """Find the web size of a file; None where the site wants none, or it stays as it is."""
        width = self._config.site.image_width
        if width is None or not _is_large(found.width, found.length) or found.type not in SCALABLE:
            return None
        if path not in self._scaled:
            self._scaled[path] = self._scale(found, path, width)
        return self._scaled[path]

    def _scale(self, found: Measurement, path: Path, width: int) -> Thumbnail | None:
        content = read_image(path)
        type = choose_type(content)
        if type is None:
            return None
        # The digest of a file that is published as it is may be known from a broken cache.
        digest = found.sha256 if found.has_position else digest_bytes(content)
        name = name_scaled(digest, width, type)
        # What another version of the encoder made is as good, and keeps its bytes.
        published = None if self._find_published is None else self._find_published(name)
        scaled = published or scale(content, width, type).content
        picture = read_whole(scaled)
        if picture.width == found.width and len(scaled) >= found.length:
            return None
        file = MediaFile(path, digest_bytes(scaled), len(scaled), scaled_to=width, scaled_type=type)
        return Thumbnail(
            url=f"{self._config.site.feeds}media/{name}",
            type=picture.type,
            width=picture.width,
            height=picture.height,
            file=file,
        )
