"""The images that records name, as Images: files measured, others as declared or asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from feedpub.errors import ImageError, PositionError, quote_value
from feedpub.images.answers import Answers, Ask
from feedpub.images.cache import MeasurementCache
from feedpub.images.declared import doubt_type, explain_gaps, find_gaps, read_type
from feedpub.images.files import Measurement
from feedpub.images.places import Place, Places
from feedpub.images.remote import LINKED_POSITION, RemoteMeasurement, RemoteMeasurer
from feedpub.images.web_sizes import MAX_COMFORTABLE_BYTES, MAX_COMFORTABLE_WIDTH, WebSizes
from feedpub.model import Image, ImageReference, Progress, SourceFile, Thumbnail, tell_nobody
from feedpub.settings import STATE, Config

MIN_WIDTH = 400
_SCALE = "To publish it in a web size, set image_width."

_NO_FOLDER = (
    "is linked, but not enclosed, because its file on the site is unknown. Set static to the "
    'folder that the site serves at its root, or set remote_images = "measure".'
)
_REMOVED_POSITION = "contains a GPS position. It is removed from the published copy."


def open_cache(config: Config, *, believes: bool = True) -> MeasurementCache:
    """Open the known measurements of the image files of a site; measure all if not `believes`."""
    keeps_position = config.site.gps == "keep"
    return MeasurementCache(config.folder / STATE, keeps_position=keeps_position, believes=believes)


def make_measurer(
    config: Config,
    now: datetime | None,
    cache: MeasurementCache | None = None,
    progress: Progress = tell_nobody,
    find_published: Callable[[str], bytes | None] | None = None,
    *,
    asks_again: bool = False,
) -> ImageMeasurer:
    """Make the measurer of a site; it uses the network only if it is configured to.

    Args:
        asks_again: Ask servers whether or not their answers are known.
    """
    wanted = {source.remote_images or config.site.remote_images for source in config.sources}
    ask: Ask | None = None
    if "measure" in wanted:
        remote = RemoteMeasurer(
            config.folder / STATE / "remote-images.json",
            now=int(now.timestamp()) if now is not None else 0,
            keeps_position=config.site.gps == "keep",
            allow_loopback=config.site.allow_loopback,
            progress=progress,
            asks_again=asks_again,
        )
        ask = remote.measure_all
    return ImageMeasurer(config, cache or open_cache(config), ask, find_published)


class MeasuredImage(msgspec.Struct, frozen=True):
    """An image, and warnings about it.

    `is_elsewhere` is whether a body alone names it, and nothing was looked at.
    """

    image: Image
    warnings: tuple[str, ...] = ()
    is_elsewhere: bool = False


class ImageMeasurer:
    """Measures the images of records, each file and each URL once.

    `ask` measures URLs, as for `Answers`. Recordings are found and asked for by the same `places`
    and `answers`. `find_published` gives the bytes of a media file that is in the output as it was
    written.
    """

    def __init__(
        self,
        config: Config,
        cache: MeasurementCache,
        ask: Ask | None = None,
        find_published: Callable[[str], bytes | None] | None = None,
    ) -> None:
        self._config = config
        self.cache = cache
        self.places = Places(config)
        self.answers = Answers(config, self.places, ask)
        self._sizes = WebSizes(config, find_published)
        self._refused: dict[Path, ImageError] = {}

    def measure(self, reference: ImageReference, file: SourceFile) -> MeasuredImage:
        """Measure an image that a record of `file` names, and its smaller form.

        Raises:
            ImageError: It is not an image that can be published, or is outside the source.
        """
        measured = self._measure(reference, file)
        if reference.thumbnail is None or measured.image.thumbnail is not None:
            return measured
        small = ImageReference(source=reference.thumbnail, inline=True)
        try:
            found = self._measure(small, file).image
        except ImageError as error:
            note = f"has the thumbnail {quote_value(small.source)}, which {error}; it is left out"
            return msgspec.structs.replace(measured, warnings=(*measured.warnings, note))
        names = ("url", "type", "width", "height", "file")
        thumbnail = Thumbnail(**{name: getattr(found, name) for name in names})
        image = msgspec.structs.replace(measured.image, thumbnail=thumbnail)
        return msgspec.structs.replace(measured, image=image)

    def _measure(self, reference: ImageReference, file: SourceFile) -> MeasuredImage:
        place = self.places.find(reference.source, reference.elsewhere, file)
        if place.path is None:
            return self._describe_remote(reference, place, file)
        try:
            found = self._measure_file(place.path)
        except PositionError:
            raise
        except ImageError as error:
            if not place.is_own or place.url is None:
                raise
            note = f"{error}. It is linked at {place.url}, but not enclosed."
            return MeasuredImage(_describe(reference, place.url, None), (note,))
        if place.url is None or (found.has_position and place.is_own):
            return self._copy(reference, found, place.path)
        if found.has_position:
            raise ImageError(LINKED_POSITION)
        image = msgspec.structs.replace(
            _describe(reference, place.url, found), thumbnail=self._sizes.find(found, place.path)
        )
        return MeasuredImage(image, _find_doubts(image, reference))

    def _copy(self, reference: ImageReference, found: Measurement, path: Path) -> MeasuredImage:
        scaled = self._sizes.find(found, path)
        if scaled is not None and scaled.file is not None:
            image = msgspec.structs.replace(
                _describe(reference, scaled.url, None),
                type=scaled.type,
                length=scaled.file.length,
                width=scaled.width,
                height=scaled.height,
                file=scaled.file,
            )
            return MeasuredImage(image, _find_doubts(image, reference))
        notes = [_REMOVED_POSITION] if found.has_position else []
        image = msgspec.structs.replace(
            _describe(reference, f"{self._config.site.feeds}media/{found.name}", found),
            file=found.to_media_file(path),
        )
        return MeasuredImage(image, (*notes, *_find_doubts(image, reference)))

    def _measure_file(self, path: Path) -> Measurement:
        refused = self._refused.get(path)
        if refused is not None:
            raise refused
        try:
            return self.cache.measure(path)
        except ImageError as error:
            self._refused[path] = error
            raise

    def _describe_remote(
        self, reference: ImageReference, place: Place, file: SourceFile
    ) -> MeasuredImage:
        """Describe an image elsewhere: as its server answers, or else as its record declares it."""
        url = place.url or ""
        notes: tuple[str, ...] = ()
        if place.searched:
            folders = ", ".join(folder or "." for folder in place.searched)
            notes = (f"is missing in {folders}. It is linked at {url}.",)
        answer = self.answers.find(url, file)
        if answer is not None:
            if not answer.type.startswith("image/"):
                raise ImageError(f"is {answer.type}, and not an image")
            image = _describe(reference, url, answer)
            return MeasuredImage(image, (*notes, *_find_doubts(image, reference)))
        image = _describe(reference, url, None)
        gaps = find_gaps(reference)
        if not gaps:
            type, length = read_type(reference.type), reference.length
            image = msgspec.structs.replace(image, type=type, length=length)
            return MeasuredImage(image, notes)
        if reference.inline:
            return MeasuredImage(image, notes, is_elsewhere=not notes)
        if not notes:
            is_path = reference.source.startswith("/") and not reference.source.startswith("//")
            notes = (_NO_FOLDER if is_path else explain_gaps(gaps),)
        return MeasuredImage(image, notes)


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


def _find_doubts(image: Image, reference: ImageReference) -> tuple[str, ...]:
    doubts = [*doubt_type(reference.type, image.type)]
    if image.width is not None and image.width < MIN_WIDTH:
        doubts.append(f"is {image.width} px wide. Partners expect at least {MIN_WIDTH} px.")
    if image.thumbnail is not None:
        return tuple(doubts)
    if image.length is not None and image.length > MAX_COMFORTABLE_BYTES:
        size = f"{image.length / 1e6:.1f} MB"
        doubts.append(f"is {size}. Mobile readers expect less than 5 MB. {_SCALE}")
    elif image.width is not None and image.width > MAX_COMFORTABLE_WIDTH:
        doubts.append(f"is {image.width} px wide, more than readers show. {_SCALE}")
    return tuple(doubts)
