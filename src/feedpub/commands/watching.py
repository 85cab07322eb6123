"""Builds that follow each change of what a site is made of, while a preview shows the last one."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from threading import Event

import msgspec
from watchfiles import watch

from feedpub import pipeline
from feedpub.commands.console import Options, print_error, print_report, read_clock
from feedpub.errors import ConfigError, FeedpubError
from feedpub.settings import STATE, Config, ImageFolder
from feedpub.sources import find_roots

_GLANCE = 500  # milliseconds between two looks at single files, which editors replace


class Places(msgspec.Struct, frozen=True):
    """What a site is made of: folders with all below them, and single files."""

    folders: tuple[Path, ...]
    files: tuple[Path, ...]
    output: Path

    def shows(self, path: Path) -> bool:
        """Say whether a build reads a path: it is not hidden, and not what builds write."""
        if path.is_relative_to(self.output) or path.name.endswith("~"):
            return False
        return any(
            not any(part.startswith(".") for part in path.relative_to(folder).parts)
            for folder in self.folders
            if path.is_relative_to(folder)
        )

    def look(self) -> Mapping[Path, tuple[int, int]]:
        """Look at the single files: their times and sizes."""
        return dict(_look(self.files))

    def look_at_all(self) -> Mapping[Path, tuple[int, int]]:
        """Look at all files."""
        return {**self.look(), **dict(_look(self._walk()))}

    def _walk(self) -> Iterator[Path]:
        for top in self.folders:
            for name, below, names in os.walk(top):
                folder = Path(name)
                below[:] = [each for each in below if self.shows(folder / each)]
                yield from (folder / each for each in names if self.shows(folder / each))


def _look(paths: Iterable[Path]) -> Iterator[tuple[Path, tuple[int, int]]]:
    for path in paths:
        try:
            state = os.stat(path)
        except OSError:
            continue
        yield path, (state.st_mtime_ns, state.st_size)


def list_places(config: Config) -> Places:
    """List what a site is made of."""
    folders, files = set[Path](), {config.path}
    for folder, file in find_roots(config):
        if file is None:
            folders.add(folder)
        else:
            files.add(file)
    for source in config.sources:
        images = source.images.folder if isinstance(source.images, ImageFolder) else source.images
        folders.update(config.folder / name for name in (*source.static, images or ".feedpub"))
    if config.site.templates is not None:
        folders.add(config.folder / config.site.templates)
    if config.site.style is not None:
        files.add(config.folder / config.site.style)
    resolved = {folder.resolve() for folder in folders if folder.is_dir()}
    resolved.discard((config.folder / STATE).resolve())
    return Places(tuple(sorted(resolved)), tuple(sorted(files)), config.output.resolve())


def follow_changes(
    options: Options, config: Config, show: Callable[[Config], None], stop: Event
) -> None:
    """Build now and after each change, until `stop`, and show what a build changed.

    A fault is told on standard error, and the output stays what it was.
    """
    places = list_places(config)
    while not stop.is_set():
        seen = places.look_at_all()
        config = _build(options, config, show)
        places = list_places(config)
        _wait_for_change(places, seen, stop)


def _wait_for_change(places: Places, seen: Mapping[Path, tuple[int, int]], stop: Event) -> None:
    """Return when something is not as it was seen, or on `stop`."""
    if places.look_at_all() != seen:
        return
    single = places.look()
    looks = watch(
        *places.folders,
        watch_filter=lambda change, path: places.shows(Path(path)),
        rust_timeout=_GLANCE,
        yield_on_timeout=True,
        stop_event=stop,
        debounce=_GLANCE,
        raise_interrupt=False,
    )
    for number, found in enumerate(looks):
        if found or places.look() != single:
            return
        # What changed before the watch began.
        if number == 0 and places.look_at_all() != seen:
            return


def _build(options: Options, config: Config, show: Callable[[Config], None]) -> Config:
    """Build with the configuration as it is now; give it, or the last good one."""
    try:
        config = options.load_config()
        report = pipeline.build(config, read_clock())
    except ConfigError as error:
        _tell_fault(error.messages)
    except (FeedpubError, OSError) as error:
        _tell_fault([str(error)])
    except Exception as error:
        logging.getLogger("feedpub").debug("The traceback:", exc_info=True)
        _tell_fault([f"feedpub failed: {type(error).__name__}: {error}. Please report it."])
    else:
        print_report(report, config, "text", options, refused=pipeline.is_refused(report))
        if report.written or report.removed:
            show(config)
    return config


def _tell_fault(messages: Iterable[str]) -> None:
    for message in messages:
        print_error(message)
    print_error("The preview still shows the last good output. Correct the fault to go on.")
