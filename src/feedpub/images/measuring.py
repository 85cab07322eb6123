"""The images that records name, as Images: files measured, others as declared or asked for."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, unquote

import msgspec

from feedpub.errors import ImageError
from feedpub.images.cache import MeasurementCache
from feedpub.images.files import Measurement, locate_file
from feedpub.images.remote import LINKED_POSITION, RemoteMeasurement, RemoteMeasurer
from feedpub.model import Image, ImageReference, SourceFile
from feedpub.settings import STATE, Config, ImageFolder
from feedpub.text import UrlError, absolute_url

MIN_WIDTH = 400
MAX_COMFORTABLE_BYTES = 5_000_000

Progress = Callable[[int, int], None]
Ask = Callable[[Iterable[str]], Mapping[str, RemoteMeasurement | ImageError]]

_REMOVED_POSITION = "contains a GPS position. It is removed from the published copy."
_DECLARABLE = re.compile(r"image/(?!svg)[a-z0-9.+-]+")
_HAS_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def open_cache(config: Config) -> MeasurementCache:
    """Open the known measurements of the image files of a site."""
    return MeasurementCache(config.folder / STATE, keeps_position=config.site.gps == "keep")


def make_measurer(
    config: Config,
    now: datetime | None,
    cache: MeasurementCache | None = None,
    progress: Progress | None = None,
) -> ImageMeasurer:
    """Make the measurer of a site; it uses the network only if it is configured to."""
    wanted = {source.remote_images or config.site.remote_images for source in config.sources}
    ask: Ask | None = None
    if "measure" in wanted:
        remote = RemoteMeasurer(
            config.folder / STATE / "remote-images.json",
            now=int(now.timestamp()) if now is not None else 0,
            keeps_position=config.site.gps == "keep",
            allow_loopback=config.site.allow_loopback,
            progress=progress,
        )
        ask = remote.measure_all
    return ImageMeasurer(config, cache or open_cache(config), ask)


class MeasuredImage(msgspec.Struct, frozen=True):
    """An image, and warnings about it."""

    image: Image
    warnings: tuple[str, ...] = ()


class ImageMeasurer:
    """Measures the images of records, each file and each URL once.

    `ask` measures URLs, many at once; without it, no server is asked.
    """

    def __init__(self, config: Config, cache: MeasurementCache, ask: Ask | None = None) -> None:
        self._config = config
        self._cache = cache
        self._ask = ask
        self._refused: dict[Path, ImageError] = {}
        self._answers: dict[str, RemoteMeasurement | ImageError] = {}

    @property
    def asks(self) -> bool:
        """Whether servers are asked for images at all."""
        return self._ask is not None

    def ask_for(self, references: Iterable[tuple[ImageReference, SourceFile]]) -> None:
        """Ask for all remote images of some records at once, if the configuration says so."""
        if self._ask is None:
            return
        wanted = set()
        for reference, file in references:
            if self._asks(file):
                with contextlib.suppress(ImageError):  # reported when the image is measured
                    wanted.add(self._find_address(reference, file))
        wanted -= {None, *self._answers}
        if wanted:
            self._answers.update(self._ask(sorted(filter(None, wanted))))

    def measure(self, reference: ImageReference, file: SourceFile) -> MeasuredImage:
        """Measure an image that a record of `file` names.

        Raises:
            ImageError: It is not an image that can be published, or is outside the source.
        """
        url = self._find_address(reference, file)
        folder = self._config.sources[file.source].images
        if url is not None:
            if isinstance(folder, ImageFolder) and url.startswith(folder.url):
                return self._measure_linked(reference, folder, unquote(url[len(folder.url) :]))
            return self._describe_remote(reference, url, file)
        if _HAS_SCHEME.match(reference.source):
            raise ImageError("is neither a file beside the record nor an http or https URL")
        if isinstance(folder, ImageFolder):
            place = self._config.folder / folder.folder
            if locate_file(reference.source, place, place) is not None:
                return self._measure_linked(reference, folder, reference.source)
        elif folder is not None:
            place = self._config.folder / folder
            path = locate_file(reference.source, place, place)
            if path is not None:
                return self._measure_copied(reference, path)
        if reference.source.startswith("/") and self._config.sources[file.source].static:
            return self._measure_served(reference, file)
        path = locate_file(reference.source, file.path.parent, file.root)
        if path is None:
            raise ImageError("is missing")
        return self._measure_copied(reference, path)

    def _measure_served(self, reference: ImageReference, file: SourceFile) -> MeasuredImage:
        """Measure an image by its path on the site, in a `static` folder.

        It is linked at its URL on the site and not copied, like one that is in none of them.
        """
        url = absolute_url(reference.source, self._config.site.link)
        source = self._config.sources[file.source]
        below = unquote(reference.source.partition("?")[0].partition("#")[0]).lstrip("/")
        for folder in source.static:
            place = file.root / folder
            path = locate_file(below, place, file.root) if below else None
            if path is not None:
                found = self._measure_file(path)
                if found.has_position:
                    raise ImageError(LINKED_POSITION)
                image = _describe(reference, url, found)
                return MeasuredImage(image, _find_doubts(image))
        return self._describe_remote(reference, url, file)

    def _find_address(self, reference: ImageReference, file: SourceFile) -> str | None:
        """Find the URL of a remote image; None if the image is a file, or should be."""
        if (url := _read_address(reference.source)) is not None:
            return url
        if reference.elsewhere is None or self._is_file(reference.source, file):
            return None
        return _read_address(reference.elsewhere)

    def _is_file(self, source: str, file: SourceFile) -> bool:
        """Tell whether a relative source names a file that may be read."""
        folder = self._config.sources[file.source].images
        places = [(file.path.parent, file.root)]
        if folder is not None:
            inside = folder.folder if isinstance(folder, ImageFolder) else folder
            places.append((self._config.folder / inside, self._config.folder / inside))
        for place, root in places:
            with contextlib.suppress(ImageError):  # on a web page, ../ and / are common
                if locate_file(source, place, root) is not None:
                    return True
        return False

    def _measure_copied(self, reference: ImageReference, path: Path) -> MeasuredImage:
        found = self._measure_file(path)
        notes = [_REMOVED_POSITION] if found.has_position else []
        image = msgspec.structs.replace(
            _describe(reference, f"{self._config.site.feeds}media/{found.name}", found),
            file=found.to_media_file(path),
        )
        return MeasuredImage(image, (*notes, *_find_doubts(image)))

    def _measure_linked(
        self, reference: ImageReference, folder: ImageFolder, name: str
    ) -> MeasuredImage:
        place = self._config.folder / folder.folder
        path = locate_file(name, place, place)
        if path is None:
            raise ImageError("is missing")
        found = self._measure_file(path)
        if found.has_position:
            raise ImageError(LINKED_POSITION)
        below = path.relative_to(place.resolve()).as_posix()
        base = folder.url if folder.url.endswith("/") else folder.url + "/"
        image = _describe(reference, absolute_url(base + quote(below)), found)
        return MeasuredImage(image, _find_doubts(image))

    def _measure_file(self, path: Path) -> Measurement:
        refused = self._refused.get(path)
        if refused is not None:
            raise refused
        try:
            return self._cache.measure(path)
        except ImageError as error:
            self._refused[path] = error
            raise

    def _describe_remote(
        self, reference: ImageReference, url: str, file: SourceFile
    ) -> MeasuredImage:
        if self._asks(file):
            answer = self._answers.get(url)
            if isinstance(answer, ImageError):
                raise answer
            if answer is not None:
                image = _describe(reference, url, answer)
                return MeasuredImage(image, _find_doubts(image))
        type = reference.type or ""
        if reference.length is not None and _DECLARABLE.fullmatch(type):
            image = _describe(reference, url, None)
            return MeasuredImage(msgspec.structs.replace(image, type=type, length=reference.length))
        image = _describe(reference, url, None)
        note = (
            "is linked, but not enclosed, because its type and length are unknown. "
            'Declare both, or set remote_images = "measure".'
        )
        return MeasuredImage(image, (note,))

    def _asks(self, file: SourceFile) -> bool:
        own = self._config.sources[file.source].remote_images
        return (own or self._config.site.remote_images) == "measure"


def _read_address(source: str) -> str | None:
    """Read the URL of a remote image; None if the source is not a URL."""
    if not source.startswith("//") and source[:8].lower().split("//")[0] not in ("http:", "https:"):
        return None
    try:
        return absolute_url(source, "https:")
    except UrlError as error:
        raise ImageError(str(error)) from error


def _describe(
    reference: ImageReference, url: str, found: Measurement | RemoteMeasurement | None
) -> Image:
    return Image(
        source=reference.source,
        url=url,
        type=None if found is None else found.type,
        length=None if found is None else found.length,
        width=None if found is None else found.width,
        height=None if found is None else found.height,
        caption=reference.caption,
        credit=reference.credit,
        alt=reference.alt,
    )


def _find_doubts(image: Image) -> tuple[str, ...]:
    doubts = []
    if image.width is not None and image.width < MIN_WIDTH:
        doubts.append(f"is {image.width} px wide. Partners expect at least {MIN_WIDTH} px.")
    if image.length is not None and image.length > MAX_COMFORTABLE_BYTES:
        doubts.append(f"is {image.length / 1e6:.1f} MB. Mobile readers expect less than 5 MB.")
    return tuple(doubts)
