"""What servers answered about images and recordings, where the configuration asks them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

from feedpub.errors import ImageError
from feedpub.images.places import Places
from feedpub.images.remote import FRESH, RemoteMeasurement
from feedpub.model import ALWAYS, ImageReference, RecordingReference, SourceFile
from feedpub.settings import Config

Ask: TypeAlias = Callable[[Iterable[str]], Mapping[str, RemoteMeasurement | ImageError]]
Named: TypeAlias = tuple[ImageReference | RecordingReference, SourceFile]


class Answers:
    """The answers about URLs, each asked for once.

    `ask` measures URLs, many at once; without it, no server is asked.
    """

    def __init__(self, config: Config, places: Places, ask: Ask | None = None) -> None:
        self._config = config
        self._places = places
        self._ask = ask
        self._known: dict[str, RemoteMeasurement | ImageError] = {}

    @property
    def asks(self) -> bool:
        """Whether servers are asked at all."""
        return self._ask is not None

    @property
    def fresh_until(self) -> int:
        """When a server is asked again, in seconds since 1970; 0 after a failure."""
        answers = self._known.values()
        ends = (0 if isinstance(one, ImageError) else one.measured + FRESH for one in answers)
        return min(ends, default=ALWAYS)

    def _wants(self, file: SourceFile) -> bool:
        """Say whether servers are asked for what the records of a file name."""
        own = self._config.sources[file.source].remote_images
        return (own or self._config.site.remote_images) == "measure"

    def ask_for(self, references: Iterable[Named]) -> None:
        """Ask at once for all images and recordings elsewhere that records of some files name."""
        wanted = set(self._find_urls(references)) - self._known.keys()
        if wanted and self._ask is not None:
            self._known.update(self._ask(sorted(wanted)))

    def _find_urls(self, references: Iterable[Named]) -> Iterator[str]:
        for reference, file in references:
            if self._wants(file):
                with contextlib.suppress(ImageError):  # reported when it is measured
                    place = self._places.find(reference.source, reference.elsewhere, file)
                    if place.path is None and place.url is not None:
                        yield place.url

    def find(self, url: str, file: SourceFile) -> RemoteMeasurement | None:
        """Find what a server answered about a URL; None where it was not asked.

        Raises:
            ImageError: It did not answer, or not with what can be published.
        """
        answer = self._known.get(url) if self._wants(file) else None
        if isinstance(answer, ImageError):
            raise answer
        return answer
