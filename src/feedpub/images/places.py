"""Where an image is that a record names: a file to copy, a file that is served, or a URL alone."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote

import msgspec

from feedpub import compile_late
from feedpub.errors import ImageError
from feedpub.images.files import list_spellings, locate_file
from feedpub.model import Served, SourceFile
from feedpub.settings import Config, ImageFolder
from feedpub.text import UrlError, absolute_url, split_url

_HAS_SCHEME = compile_late(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)

_NO_PAGE = (
    "is missing beside its page, and the page does not say at which URL it stood. To link the "
    "image there, set link in the source to that URL or to a template of it"
)


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where an image is. A file without a URL is copied to the output.

    `is_own` is whether the site serves the file itself, as it is. `searched` names the folders
    that do not have the file.
    """

    path: Path | None = None
    url: str | None = None
    is_own: bool = False
    searched: tuple[str, ...] = ()


class Places:
    """Finds the images of a site's records."""

    def __init__(self, config: Config) -> None:
        self._config = config
        # The files that were found, and those that were looked for outside the records' folders.
        self.looked_for: set[Path] = set()

    def find(self, source: str, elsewhere: str | None, file: SourceFile) -> Place:
        """Find an image that a record of `file` names.

        Args:
            elsewhere: Address of a relative source on the page that contains it: a URL, unless
                nothing says where that page is.

        Raises:
            ImageError: It is neither a file that may be read nor a URL.
        """
        url = _read_address(source)
        if url is None and elsewhere is not None and self._find_copied(source, file) is None:
            url = _read_address(elsewhere)
        if url is not None:
            return self._find_remote(url, file)
        if _HAS_SCHEME.match(source):
            raise ImageError("is neither a file beside the record nor an http or https URL")
        place = self._find_in_folder(source, file)
        if place is not None:
            return place
        if source.startswith("/"):
            return self._find_on_site(source, file)
        path = self._locate(source, file.path.parent, file.root, file)
        if path is None:
            raise ImageError("is missing" if elsewhere is None else _NO_PAGE)
        return Place(path=path)

    def _find_remote(self, url: str, file: SourceFile) -> Place:
        folder = self._config.sources[file.source].images
        if isinstance(folder, ImageFolder) and url.startswith(folder.url):
            place = self._config.folder / folder.folder
            path = self._locate(unquote(url[len(folder.url) :]), place, place, file)
            if path is None:
                raise ImageError("is missing")
            return _link_below(folder, path, place)
        served = self._find_served(file)
        if served.folders and _has_same_host(url, served.home):
            with contextlib.suppress(ImageError):  # what leads elsewhere may be there all the same
                path = self._find_file(split_url(url).path, served, file)
                return Place(path=path, url=url, is_own=path is not None)
        return Place(url=url)

    def _find_on_site(self, source: str, file: SourceFile) -> Place:
        """Find an image by its path on the site: in a folder that it serves, else there alone."""
        url = absolute_url(source, self._config.site.link)
        served = self._find_served(file)
        path = self._find_file(re.split(r"[?#]", source, maxsplit=1)[0], served, file)
        if path is not None:
            return Place(path=path, url=url, is_own=True)
        return Place(url=url, searched=served.folders)

    def _find_served(self, file: SourceFile) -> Served:
        if file.opened is not None:
            return file.opened.find_served(file)
        return Served(self._config.site.link, self._config.sources[file.source].static)

    def _find_file(self, path: str, served: Served, file: SourceFile) -> Path | None:
        """Find the file that the site serves at a path."""
        home = split_url(served.home).path.rstrip("/") + "/"
        names = dict.fromkeys((path.removeprefix(home), path))
        for folder in served.folders:
            for base in (file.root, self._config.folder):
                place = base / folder
                for name in names:
                    below = unquote(name).lstrip("/")
                    found = self._locate(below, place, place, file) if below else None
                    if found is not None and found.is_file():
                        return found
        return None

    def _find_in_folder(self, source: str, file: SourceFile) -> Place | None:
        """Find an image in the folder that the source names for its images."""
        folder = self._config.sources[file.source].images
        if folder is None or source.startswith("/"):
            return None
        inside = folder.folder if isinstance(folder, ImageFolder) else folder
        place = self._config.folder / inside
        path = self._locate(source, place, place, file)
        if path is None:
            return None
        return (
            _link_below(folder, path, place)
            if isinstance(folder, ImageFolder)
            else Place(path=path)
        )

    def _find_copied(self, source: str, file: SourceFile) -> Path | None:
        """Find the file of a relative source, on a page where `../` and `/` are common."""
        for place, root in self._list_roots(file):
            with contextlib.suppress(ImageError):
                path = self._locate(source, place, root, file)
                if path is not None:
                    return path
        return None

    def _locate(self, source: str, folder: Path, root: Path, file: SourceFile) -> Path | None:
        """Find the file that a relative source of a record of `file` names."""
        if not root.is_relative_to(file.root):
            self.looked_for.update(folder / name for name in list_spellings(source))
        path = locate_file(source, folder, root)
        if path is not None:
            self.looked_for.add(path)
        return path

    def _list_roots(self, file: SourceFile) -> Iterator[tuple[Path, Path]]:
        yield file.path.parent, file.root
        folder = self._config.sources[file.source].images
        if folder is not None:
            inside = folder.folder if isinstance(folder, ImageFolder) else folder
            yield self._config.folder / inside, self._config.folder / inside


def _link_below(folder: ImageFolder, path: Path, place: Path) -> Place:
    below = path.relative_to(place.resolve()).as_posix()
    base = folder.url if folder.url.endswith("/") else folder.url + "/"
    return Place(path=path, url=absolute_url(base + quote(below, errors="surrogateescape")))


def _has_same_host(url: str, home: str) -> bool:
    return split_url(url).netloc == split_url(home).netloc


def _read_address(source: str) -> str | None:
    """Read the URL of a remote image; None if the source is not a URL."""
    if not source.startswith("//") and source[:8].lower().split("//")[0] not in ("http:", "https:"):
        return None
    try:
        return absolute_url(source, "https:")
    except UrlError as error:
        raise ImageError(str(error)) from error
