"""The output folder: every file is whole, old or new; only what the manifest lists is removed."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile
from pathlib import Path, PurePosixPath

from feedpub.errors import OutputError
from feedpub.files import (
    TEMPORARY,
    DigestedChunks,
    digest_bytes,
    locate,
    name_temporary,
    replace_file,
    reporting_failures,
    write_file,
)
from feedpub.images import read_without_position
from feedpub.model import Document, MediaFile
from feedpub.output import packing
from feedpub.output.manifest import (
    MANIFEST,
    MEDIA,
    ManifestLine,
    format_manifest,
    is_media,
    parse_manifest,
)

_CHUNK = 1 << 20


class FolderTarget:
    """An output folder that is being built.

    Documents are staged beside the files that they replace; nothing else changes before
    `commit`. Use it as a context manager, which removes uncommitted files at the end.
    `compresses` is whether each document is also written with gzip.
    """

    def __init__(self, folder: Path, *, writes: bool, compresses: bool = False) -> None:
        self.folder = folder
        self.old = _read_manifest(folder)
        self.new: dict[str, ManifestLine] = {}
        self.written: list[str] = []
        self.unchanged: list[str] = []
        self.writes = writes
        self._compresses = compresses
        self._staged: dict[str, Path] = {}
        self._made: list[Path] = []
        self._swept: set[Path] = set()

    def __enter__(self) -> FolderTarget:
        if self.writes:
            with reporting_failures(self.folder):
                self._make_folder(self.folder)
                for below in {".", MEDIA, *(str(PurePosixPath(path).parent) for path in self.old)}:
                    # The output itself may be a link; what is behind another link is not ours.
                    with contextlib.suppress(OutputError):
                        self._sweep(locate(self.folder, f"{below}/{MANIFEST}").parent)
        return self

    def __exit__(self, *exception: object) -> None:
        for temporary in self._staged.values():
            temporary.unlink(missing_ok=True)
        _remove_empty(reversed(self._made))

    def stage(self, document: Document) -> bytes | None:
        """Stage a document; give the bytes that it would replace, if it is a changed feed."""
        if self._compresses and isinstance(document.content, bytes):
            path = document.path + packing.SUFFIX
            packed = packing.pack(document.content, self.read_old(path))
            self._stage(Document(path, packing.MEDIA_TYPE, packed))
        return self._stage(document)

    def _stage(self, document: Document) -> bytes | None:
        line = _describe(document)
        known = self.new.get(line.path)
        if known is not None:
            if known.sha256 != line.sha256:
                raise OutputError(f"{line.path}: two different files would have this name")
            return None
        self.new[line.path] = line
        with reporting_failures(self.folder / line.path):
            path = locate(self.folder, line.path)
            if _is_same(path, document.content):
                self.unchanged.append(line.path)
                return None
            self.written.append(line.path)
            before = None
            if isinstance(document.content, bytes) and path.is_file() and not path.is_symlink():
                before = path.read_bytes()
            if self.writes:
                self._write_beside(path, document.content, line)
            return before

    def keep_old(self, path: str) -> None:
        """Keep a file as it is on disk, whether or not another was staged in its place."""
        for name in (path, path + packing.SUFFIX):
            if name in self._staged:
                self._staged.pop(name).unlink(missing_ok=True)
            for listed in (self.written, self.unchanged):
                if name in listed:
                    listed.remove(name)
            self.new.pop(name, None)
            if name in self.old:
                self.new[name] = self.old[name]

    def read_old(self, path: str) -> bytes | None:
        """Read a file of the output as it is now; None if it can't be read."""
        try:
            return (self.folder / path).read_bytes()
        except OSError:
            return None

    def list_obsolete(self, retracted_media: Iterable[str] = ()) -> list[str]:
        """List the paths that only the old manifest lists; of media, only retracted ones."""
        retracted = set(retracted_media)
        return sorted(
            path
            for path in self.old
            if path not in self.new
            and path != MANIFEST
            and (path in retracted or not is_media(path))
        )

    def list_old_media(self, named: Iterable[str], before: float) -> list[str]:
        """List the media files of the manifest that no feed names and that are old enough.

        Args:
            before: Time that they must not have changed since, in seconds since 1970.
        """
        kept = set(named)
        unnamed = [path for path in self.old if is_media(path) and path not in kept]
        return sorted(path for path in unnamed if _is_older(self.folder / path, before))

    def remove_old(self, paths: Iterable[str]) -> None:
        """Remove files that the old manifest lists, and write it without them."""
        removed = set(paths)
        if removed:
            self._remove(removed)
            self._write_manifest(
                {path: line for path, line in self.old.items() if path not in removed}
            )

    def commit(self, removed: Iterable[str], urgent: Iterable[str] = ()) -> None:
        """Put the staged files in place, remove files, and write the manifest.

        In between, the manifest lists old and new files alike.

        Args:
            urgent: Those of the removed files that go first. While a feed on disk still names
                them, the next build makes good for one that is cut off here.
        """
        removed = set(removed)
        # A build that was cut off may have removed a file, and not its line.
        kept_media = {
            path: line
            for path, line in self.old.items()
            if is_media(path) and path not in removed and (self.folder / path).exists()
        }
        final = kept_media | self.new
        if self._staged or removed:
            self._write_manifest(self.old | self.new)
        self._remove(removed.intersection(urgent))
        for path, temporary in list(self._staged.items()):
            with reporting_failures(self.folder / path):
                os.replace(temporary, locate(self.folder, path))
                del self._staged[path]
        self._remove(removed.difference(urgent))
        self._write_manifest(final)

    def _remove(self, paths: Iterable[str]) -> None:
        emptied: set[Path] = set()
        for path in sorted(paths):
            with reporting_failures(self.folder / path):
                locate(self.folder, path).unlink(missing_ok=True)
            emptied.update(self.folder / above for above in PurePosixPath(path).parents)
        _remove_empty(sorted(emptied - {self.folder}, reverse=True))

    def _make_folder(self, folder: Path) -> None:
        """Make a folder and those above it; those that stay empty are removed at the end."""
        missing = list(takewhile(lambda above: not above.exists(), (folder, *folder.parents)))
        for above in reversed(missing):
            above.mkdir()
            self._made.append(above)

    def _sweep(self, folder: Path) -> None:
        """Remove what killed builds left in a folder."""
        if folder not in self._swept:
            self._swept.add(folder)
            for leftover in folder.glob(TEMPORARY):
                leftover.unlink(missing_ok=True)

    def _write_manifest(self, lines: Mapping[str, ManifestLine]) -> None:
        content = format_manifest(lines)
        path = self.folder / MANIFEST
        with reporting_failures(path):
            if not _is_same(path, content):
                replace_file(path, content)

    def _write_beside(self, path: Path, content: bytes | MediaFile, line: ManifestLine) -> None:
        self._make_folder(path.parent)
        self._sweep(path.parent)
        # Known before it exists: a signal may end the run at any point.
        temporary = self._staged[line.path] = path.parent / name_temporary()
        chunks = DigestedChunks(_iter_chunks(content))
        write_file(temporary, chunks)
        if chunks.digest != line.sha256:
            raise OutputError(f"{path.name}: its image changed while it was copied. Build again.")


def _read_manifest(folder: Path) -> dict[str, ManifestLine]:
    path = folder / MANIFEST
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise OutputError(f"{path}: can't be read: {error}") from error
    lines = parse_manifest(content, str(path))
    # The manifest may have been edited: a folder is not ours.
    return {name: line for name, line in lines.items() if not _is_folder(folder / name)}


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _remove_empty(folders: Iterable[Path]) -> None:
    for folder in folders:
        with contextlib.suppress(OSError):  # not empty, or gone
            folder.rmdir()


def _describe(document: Document) -> ManifestLine:
    content = document.content
    if isinstance(content, MediaFile):
        return ManifestLine(document.path, content.sha256, content.length, document.type)
    return ManifestLine(document.path, digest_bytes(content), len(content), document.type)


def _is_same(path: Path, content: bytes | MediaFile) -> bool:
    length = content.length if isinstance(content, MediaFile) else len(content)
    try:
        if path.is_symlink() or path.stat().st_size != length:
            return False
        # A media file is named by its content and written whole, so its length is enough.
        return isinstance(content, MediaFile) or path.read_bytes() == content
    except OSError:
        return False


def _is_older(path: Path, before: float) -> bool:
    try:
        return path.stat(follow_symlinks=False).st_mtime < before
    except FileNotFoundError:
        return True


def _iter_chunks(content: bytes | MediaFile) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    if content.has_position:
        yield read_without_position(content.path)
        return
    with content.path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk
