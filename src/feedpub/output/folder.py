"""The output folder: every file is whole, old or new; only what the manifest lists is removed."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile
from pathlib import Path, PurePosixPath
from typing import Literal

from feedpub.errors import ImageChangedError, ImageError, OutputError
from feedpub.files import (
    DigestedChunks,
    digest_bytes,
    locate,
    name_temporary,
    open_regular,
    read_regular,
    read_state,
    remove_leftovers,
    replace_file,
    reporting_failures,
    write_file,
)
from feedpub.images import read_scaled, read_without_position
from feedpub.model import Document, MediaFile
from feedpub.output import packing
from feedpub.output.manifest import (
    MANIFEST,
    MEDIA,
    ManifestLine,
    doubt,
    format_manifest,
    is_copy_of,
    is_media,
    phase_of,
)
from feedpub.output.media_digests import MediaDigests
from feedpub.output.recovery import describe_media, list_old_files

_log = logging.getLogger(__name__)

_CHUNK = 1 << 20
_NAMED = 5  # files in a message


class FolderTarget:
    """An output folder that is being built.

    Documents are staged beside the files that they replace; nothing else changes before
    `commit`. Use it as a context manager, which removes uncommitted files at the end.
    `compresses` is whether each document is also written with gzip.
    """

    def __init__(
        self,
        folder: Path,
        *,
        writes: bool,
        compresses: bool = False,
        digests: MediaDigests | None = None,
    ) -> None:
        self.folder = folder
        self.old, self._fault = list_old_files(folder)
        self.new: dict[str, ManifestLine] = {}
        self.written: list[str] = []
        self.unchanged: list[str] = []
        self.altered: list[str] = []
        self.writes = writes
        self._compresses = compresses
        self._digests = digests or MediaDigests()
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
        """Stage a document; give the bytes that it would replace, if it is a changed feed.

        Bytes that something else changed are not given, because no subscriber is sure to have
        seen them.
        """
        if self._compresses and isinstance(document.content, bytes) and not is_media(document.path):
            path = document.path + packing.SUFFIX
            packed = packing.pack(document.content, self.read_sound(path))
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
            if self._is_current(path, document.content):
                self.unchanged.append(line.path)
                return None
            self.written.append(line.path)
            before = self._read_before(path, line)
            if self.writes:
                _make_way(path, really=False)
                self._write_beside(path, document.content, line)
            return before

    def keep_old(self, path: str) -> None:
        """Keep a file as it is on disk, whether or not another was staged in its place."""
        for name in (path, path + packing.SUFFIX):
            if name in self._staged:
                self._staged.pop(name).unlink(missing_ok=True)
            for listed in (self.written, self.unchanged, self.altered):
                if name in listed:
                    listed.remove(name)
            self.new.pop(name, None)
            if name in self.old:
                self.new[name] = self.old[name]

    def read_old(self, path: str) -> bytes | None:
        """Read a file of the output as it is now; None if it can't be read."""
        try:
            return read_regular(self.folder / path)
        except OSError:
            return None

    def read_listed(self, path: str) -> bytes | None:
        """Read a file that the old manifest lists; None if something else changed it.

        A build that was cut off leaves files whose digest the manifest does not say.
        """
        content, line = self.read_old(path), self.old[path]
        if content is None or (line.is_sure and digest_bytes(content) != line.sha256):
            return None
        return content

    def warn_of_damages(self) -> None:
        """Log a warning of a damaged manifest, and one of the files that something changed."""
        if self._fault is not None:
            _log.warning(
                "%s. feedpub goes by the files that are certainly its own (%d). A build writes the "
                "manifest again. Files that may be anyone's stay.",
                self._fault,
                len(self.old),
            )
        if self.altered:
            shown = ", ".join(map(ascii, self.altered[:_NAMED]))
            more = f" and {len(self.altered) - _NAMED} more" if self.altered[_NAMED:] else ""
            _log.warning(
                "%s: something other than feedpub changed %s%s. A build writes these files again, "
                "and doesn't compare them with what they contained.",
                self.folder,
                shown,
                more,
            )

    def list_obsolete(self, retracted_media: Iterable[str] = ()) -> list[str]:
        """List the files that only the old manifest lists; of media, only retracted ones.

        A file that is certainly another one than the manifest lists stays.
        """
        retracted = set(retracted_media)
        obsolete = []
        for path, line in self.old.items():
            if path in self.new or path == MANIFEST:
                continue
            if is_media(path):
                # Without a digest, a build that was cut off began to remove it.
                if path in retracted or is_copy_of(path, retracted) or not line.sha256:
                    obsolete.append(path)
            elif self.may_be(path, line):
                obsolete.append(path)
            else:
                _log.warning(
                    "%s: is not the file that %s lists. It stays, and feedpub forgets it.",
                    self.folder / path,
                    MANIFEST,
                )
        return sorted(obsolete)

    def may_be(self, path: str, line: ManifestLine) -> bool:
        """Tell whether a file may be what a line lists, even if a bit of either was flipped."""
        state = read_state(self.folder / path)
        same_length = state is None or state[1] == line.bytes
        return not line.is_sure or same_length or self.read_listed(path) is not None

    def list_old_media(self, named: Iterable[str], before: float) -> list[str]:
        """List the media files of the manifest that are not named and that are old enough.

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
            if self._fault is None:  # the lines that are known might not be all
                kept = {path: line for path, line in self.old.items() if path not in removed}
                self._write_manifest(kept)

    def commit(self, removed: Iterable[str]) -> None:
        """Put the staged files in place, remove files, and write the manifest.

        In between, the manifest lists old and new files alike, and doubts those that change. If
        the build is cut off, the next one finishes what this one began to remove.
        """
        removed = set(removed)
        final = self._list_kept_media(removed) | self.new
        if self._staged or removed:
            doubted = removed | {path for path in self._staged if not is_media(path)}
            both = (self.old | self.new).items()
            self._write_manifest(
                {path: doubt(line) if path in doubted else line for path, line in both}
            )
        for path in sorted(self._staged, key=lambda path: phase_of(path, self.new)):
            place = locate(self.folder, path)
            with reporting_failures(place):
                _make_way(place, really=True)
                os.replace(self._staged[path], place)
                del self._staged[path]
            if is_media(path):
                self._digests.keep(place, self.new[path].sha256)
        self._remove(removed)
        self._write_manifest(final)
        self._digests.save()

    def _list_kept_media(self, removed: set[str]) -> dict[str, ManifestLine]:
        """List the media that stay although no feed names them; log those that are damaged."""
        kept: dict[str, ManifestLine] = {}
        for path, line in self.old.items():
            if path in removed or path in self.new or not is_media(path):
                continue
            place = locate(self.folder, path)
            digest = self._digests.read(place)
            if found := describe_media(place, digest):
                kept[path] = found
            elif digest == line.sha256:  # a scaled one, which is not named by its own content
                kept[path] = line
            else:
                _log.warning(
                    "%s: is damaged, and no article has this image anymore. It stays there, but "
                    "feedpub no longer publishes it. Restore it from a copy, or remove it.",
                    self.folder / path,
                )
        return kept

    def _is_current(self, path: Path, content: bytes | MediaFile) -> bool:
        length = content.length if isinstance(content, MediaFile) else len(content)
        try:
            if path.is_symlink() or path.stat().st_size != length:
                return False
            if isinstance(content, MediaFile):
                return self._digests.read(path) == content.sha256
            return read_regular(path) == content
        except OSError:
            return False

    def _read_before(self, path: Path, line: ManifestLine) -> bytes | None:
        if not os.path.lexists(path):
            return None
        content = None
        if not is_media(line.path) and not path.is_symlink():
            listed = line.path in self.old
            content = self.read_listed(line.path) if listed else self.read_old(line.path)
        if content is None:
            self.altered.append(line.path)
        return content

    def read_sound(self, path: str) -> bytes | None:
        """Read a file that is what the old manifest says; None if it is not, or not for sure."""
        line = self.old.get(path)
        return self.read_listed(path) if line is not None and line.is_sure else None

    def _remove(self, paths: Iterable[str]) -> None:
        """Remove files in the opposite order of that in which they are put in their places."""
        emptied: set[Path] = set()
        for path in sorted(paths, key=lambda path: (-phase_of(path, self.old), path)):
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
            remove_leftovers(folder)

    def _write_manifest(self, lines: Mapping[str, ManifestLine]) -> None:
        content = format_manifest(lines)
        path = self.folder / MANIFEST
        with reporting_failures(path):
            if self.read_old(MANIFEST) != content or path.is_symlink():
                _make_way(path, really=True)
                replace_file(path, content)

    def _write_beside(self, path: Path, content: bytes | MediaFile, line: ManifestLine) -> None:
        self._make_folder(path.parent)
        self._sweep(path.parent)
        chunks = DigestedChunks(_iter_chunks(content))
        # Known before it exists: a signal may end the run at any point.
        temporary = self._staged[line.path] = path.parent / name_temporary()
        write_file(temporary, chunks)
        if chunks.digest != line.sha256 or temporary.stat().st_size != line.bytes:
            raise ImageChangedError(f"{path.name}: its image changed in the meantime. Build again.")


def _make_way(path: Path, *, really: bool) -> None:
    """Remove an empty folder that is in the place of a file, or see whether that is possible.

    Raises:
        OutputError: The folder is not empty, and what it contains may be anyone's.
    """
    if path.is_symlink() or not path.is_dir():
        return
    if any(path.iterdir()):
        raise OutputError(f"{path}: is a folder, and feedpub writes a file there. Remove it.")
    if really:
        path.rmdir()


def _remove_empty(folders: Iterable[Path]) -> None:
    for folder in folders:
        with contextlib.suppress(OSError):  # not empty, or gone
            folder.rmdir()


def _describe(document: Document) -> ManifestLine:
    content = document.content
    if isinstance(content, MediaFile):
        return ManifestLine(document.path, content.sha256, content.length, document.type)
    return ManifestLine(document.path, digest_bytes(content), len(content), document.type)


def _is_older(path: Path, before: float) -> bool:
    try:
        return path.stat(follow_symlinks=False).st_mtime < before
    except FileNotFoundError:
        return True


def _iter_chunks(content: bytes | MediaFile) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    try:
        if content.scaled_to is not None:
            kind: Literal["image/jpeg", "image/webp"] = (
                "image/webp" if content.scaled_type == "image/webp" else "image/jpeg"
            )
            yield read_scaled(content.path, content.scaled_to, kind).content
            return
        if content.has_position:
            yield read_without_position(content.path)
            return
        with open_regular(content.path) as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk
    except (OSError, ImageError) as error:
        raise ImageChangedError(f"{content.path}: can no longer be read. Build again.") from error
