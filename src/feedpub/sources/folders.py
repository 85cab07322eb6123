"""Source files: which there are in the folder, or under the glob, that a source names."""

from __future__ import annotations

import fnmatch
import os
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from feedpub.errors import Problem, UnreadableFile, Where
from feedpub.files import FileState, describe_state
from feedpub.model import SourceFile
from feedpub.settings import Config, Source
from feedpub.sources.file_runs import FileRun, RunMaker, join_names, make_file
from feedpub.sources.place import CODE_FOLDERS, Place
from feedpub.sources.suffixes import read_suffix
from feedpub.sources.zip_archive import is_archive, name_is_archive, unpack
from feedpub.text import count

# What records show, and is no record: it is used where a record names it.
_MEDIA_SUFFIXES = frozenset(
    """.png .jpg .jpeg .gif .webp .avif .svg .ico .bmp .tif .tiff .mp3 .mp4 .m4a .ogg .webm .wav
    .mov .pdf .css .js .woff .woff2 .ttf""".split()
)


def open_place(config: Config, index: int) -> Place:
    """Open a look at what lies at a source: its folder, or its one file."""
    root, starts = _find_starts(config, config.sources[index])
    if len(starts) == 1 and is_archive(starts[0]) and config.sources[index].reader is None:
        try:
            return Place(unpack(starts[0]).root)
        except UnreadableFile:
            return Place(root, starts[0].name)  # the list of files says why
    if len(starts) == 1 and starts[0] != root and starts[0].is_file():
        return Place(root, starts[0].name)
    return Place(root)


def list_runs(
    config: Config,
    index: int,
    suffixes: frozenset[str],
    passed: Callable[[str], None] | None = None,
    *,
    opens_archives: bool = False,
) -> Iterator[FileRun | SourceFile | Problem]:
    """List the files of a source, in the order of their names, in runs of some hundreds.

    A `.zip` that the source names is read as the folder that it packs; `opens_archives` says
    that one that lies in the source's folder is too.

    In a folder, other suffixes, hidden files, the output, the configuration and the templates of
    pages are passed over; anything else with a record's name that is not a regular file is a
    problem.

    Args:
        passed: Takes the suffix of each file that is passed over for it, media apart.
    """
    source = config.sources[index]
    root, starts = _find_starts(config, source)
    skipped = [config.output, config.path]
    if config.site.templates is not None:
        skipped.append(config.folder / config.site.templates)
    walk = _Walk(
        suffixes,
        {str(path.resolve()) for path in skipped},
        any_suffix=source.format is not None or source.reader is not None,
        passed=passed,
        archives=opens_archives and source.reader is None,
    )
    # A glob may match a folder and what lies in it.
    seen: set[str] = set()
    is_glob = _is_glob(source.path)
    shown_root = Path(os.path.relpath(root, config.folder)).as_posix()
    around = SourceFile(root, shown_root, "", root, index, config.folder)
    runs = RunMaker(around)
    is_excluded = compile_patterns(source.exclude)
    for start in starts:
        if is_glob and _is_passed_over(start, root, walk):
            continue
        below_start = start.relative_to(root).as_posix()
        # A folder with a record's name is a fault, unless it is the source itself.
        if start.is_dir() and (start == root or not _has_suffix(start.name, suffixes)):
            found = walk.list_below(start)
        else:
            found = iter([("", *_look(start))])
        for name, fault, state in found:
            below = join_names(below_start, name)
            if below in seen or is_excluded(below):
                continue
            if is_glob:
                seen.add(below)
            if fault is not None:
                yield from runs.end()
                where = Where(join_names(shown_root, below))
                yield Problem("error", where, None, None, "unreadable", fault)
            elif source.reader is None and name_is_archive(below):
                yield from runs.end()
                inside = msgspec.structs.replace(walk, archives=False)
                yield from _list_archive(make_file(around, below), inside, is_excluded)
            else:
                yield from runs.add(below, state)
    yield from runs.end()


def _list_archive(
    packed: SourceFile, walk: _Walk, is_excluded: Callable[[str], bool]
) -> Iterator[SourceFile | Problem]:
    """List the files of an archive, as those of the folder that it packs."""
    try:
        archive = unpack(packed.path)
    except UnreadableFile as error:
        yield Problem("error", Where(packed.shown), None, None, error.kind, str(error))
        return
    if archive.refused:
        first, number = archive.refused[0], len(archive.refused)
        message = (
            f"holds {count(number, 'file')} with names that are not safe, or that are links. Each "
            "is left out"
        )
        yield Problem("warning", Where(packed.shown), None, first[:200], "unsafe", message)
    for name, fault, _ in walk.list_below(archive.root):
        inside = f"{archive.inner}/{name}" if archive.inner else name
        names = (name, f"{packed.below}/{inside}")
        if any(map(is_excluded, names)):
            continue
        shown = f"{packed.shown}/{inside}"
        if fault is not None:
            yield Problem("error", Where(shown), None, None, "unreadable", fault)
        else:
            path = archive.root / name
            yield msgspec.structs.replace(
                packed, path=path, shown=shown, below=name, root=archive.root
            )


def find_roots(config: Config) -> Iterator[tuple[Path, Path | None]]:
    """Find what each source begins at: its folder, and its file if it names only one."""
    for source in config.sources:
        root, starts = _find_starts(config, source)
        is_file = not _is_glob(source.path) and starts != [root]
        yield root, starts[0] if is_file else None


def find_source_above(config: Config, folder: Path) -> int | None:
    """Find the source, by its index, that would read the files of a folder as records."""
    place = folder.resolve()
    for index, source in enumerate(config.sources):
        root = (config.folder / source.path).resolve()
        if _is_glob(source.path) or not place.is_relative_to(root):
            continue
        below = place.relative_to(root)
        inside = join_names(below.as_posix(), "any.json")
        if any(part.startswith(".") for part in below.parts):
            continue
        if not compile_patterns(source.exclude)(inside):
            return index
    return None


def _find_starts(config: Config, source: Source) -> tuple[Path, list[Path]]:
    """Find where a source begins: the folder its paths are below, and files or folders there."""
    if not _is_glob(source.path):
        start = config.folder / source.path
        return (start if start.is_dir() else start.parent), [start]
    literal = list(Path(source.path).parts)
    while _is_glob("/".join(literal)):
        literal.pop()
    return config.folder.joinpath(*literal), list(iter_glob(config.folder, source.path))


def _is_glob(path: str) -> bool:
    return any(mark in path for mark in "*?[")


def _is_passed_over(start: Path, root: Path, walk: _Walk) -> bool:
    """Say whether what a glob matches is passed over, as it would be in a folder."""
    base = root.resolve()
    plain = Path(os.path.normpath(base / start.relative_to(root)))
    if start.resolve() != plain:
        return True  # a symbolic link leads there
    below = plain.relative_to(base).parts if plain.is_relative_to(base) else plain.parts
    return (
        any(part.startswith(".") for part in below)
        or any(str(path) in walk.skipped for path in (plain, *plain.parents)[: len(below)])
        or not (
            start.is_dir()
            or walk.any_suffix
            or _has_suffix(start.name, walk.suffixes)
            or is_archive(start)
        )
    )


class _Walk(msgspec.Struct, frozen=True):
    """What is looked for in folders; `skipped` are paths as `resolve` writes them.

    `archives` says whether archives count that lie in the folder itself.
    """

    suffixes: frozenset[str]
    skipped: set[str]
    any_suffix: bool
    passed: Callable[[str], None] | None = None
    archives: bool = False

    def list_below(self, folder: Path) -> Iterator[tuple[str, str | None, FileState | None]]:
        """List the files in a folder by path below it, in order of names, with faults and states.

        Nothing is asked of the file system but each folder's list and the state of each file.
        """
        # A stack of its own: folders may be nested deeper than calls.
        waiting = [self._list_folder(str(folder.resolve()), "")]
        while waiting:
            for name, found in waiting[-1]:
                if isinstance(found, str):
                    waiting.append(self._list_folder(found, name))
                    break
                yield name, *found
            else:
                waiting.pop()

    def _list_folder(
        self, resolved: str, below: str
    ) -> Iterator[tuple[str, str | tuple[str | None, FileState | None]]]:
        """List a folder's records with faults and states, and paths of folders to be listed."""
        try:
            with os.scandir(resolved) as found:
                entries = sorted(found, key=_name_of)
        except OSError:
            yield below, ("cannot be read", None)
            return
        for entry in entries:
            if entry.name.startswith(".") or entry.is_symlink():
                continue
            is_folder = entry.is_dir(follow_symlinks=False)
            has_name = _has_suffix(entry.name, self.suffixes)
            # No link leads to the entry, and its folder is resolved: so is its path.
            if entry.path in self.skipped or (is_folder and entry.name in CODE_FOLDERS):
                continue
            is_packed = self.archives and not below and name_is_archive(entry.name)
            if not (is_folder or has_name or is_packed or self.any_suffix):
                self._note(entry.name)
                continue
            name = join_names(below or ".", entry.name)
            if is_folder:
                yield name, ("is a folder; expected a file", None) if has_name else entry.path
            elif entry.is_file(follow_symlinks=False):
                yield name, (None, _read_state(entry))
            else:
                yield name, ("is not a regular file", None)

    def _note(self, name: str) -> None:
        suffix = read_suffix(name)
        shown = f".{suffix}" if suffix else "no suffix"
        if self.passed is not None and shown not in _MEDIA_SUFFIXES:
            self.passed(shown)


def _read_state(entry: os.DirEntry[str]) -> FileState | None:
    try:
        return describe_state(entry.stat(follow_symlinks=False))
    except OSError:
        return None


def _name_of(entry: os.DirEntry[str]) -> str:
    return entry.name


def _has_suffix(name: str, suffixes: frozenset[str]) -> bool:
    return read_suffix(name) in suffixes


def compile_patterns(patterns: Sequence[str]) -> Callable[[str], bool]:
    """Compile the patterns of names into a test of whether any of them matches."""
    if not patterns:
        return lambda name: False
    # `drafts/**` is everything in drafts; fnmatch's star crosses slashes.
    match = re.compile("|".join(map(fnmatch.translate, patterns))).match
    return lambda name: match(name) is not None


def _look(path: Path) -> tuple[str | None, FileState | None]:
    """Look for the fault of a file, and for its state."""
    try:
        status = path.stat()
    except OSError as error:
        return f"cannot be read: {error.strerror}", None
    if stat.S_ISDIR(status.st_mode):
        is_readable = os.access(path, os.R_OK)
        return "is a folder; expected a file" if is_readable else "cannot be read", None
    is_regular = stat.S_ISREG(status.st_mode)
    return None if is_regular else "is not a regular file", describe_state(status)


def iter_glob(folder: Path, pattern: str) -> Iterator[Path]:
    """List what a glob matches, in the order of names.

    Raises:
        ValueError: The glob has `**` as a part of a name, like sources/**.json.
    """
    # Python 3.13 would read such a part as *.
    if any("**" in part and part != "**" for part in Path(pattern).parts):
        raise ValueError("** must be the whole name of a folder, as in **/*.json")
    start = Path(pattern).anchor
    base, relative = (Path(start), pattern[len(start) :]) if start else (folder, pattern)
    return iter(sorted(base.glob(relative)))
