"""What subscribers would lose by a build: sources, sections, and entries that are gone."""

from __future__ import annotations

import os
from collections.abc import Iterable, Set
from pathlib import Path

from feedpub.articles import Choice, Versions
from feedpub.errors import LOSS, Problem, Severity, Where
from feedpub.feeds import FORMATS
from feedpub.model import Document
from feedpub.output.changes import (
    FeedChange,
    ShownEntry,
    compare_feeds,
    find_losses,
    find_placeholders,
    is_archive,
    read_feed,
)
from feedpub.output.folder import FolderTarget
from feedpub.output.manifest import MEDIA
from feedpub.settings import ALL, RESERVED_SLUGS, Config


class LossGuard:
    """Compares what a build would show with what the output shows, section by section.

    `losses` are errors, or warnings if they are accepted; `changes` is everything that
    subscribers would see; `retracted_media` are the published images of retracted entries.
    """

    def __init__(self, config: Config, versions: Versions, *, accepts: bool) -> None:
        self.losses: list[Problem] = []
        self.changes: list[FeedChange] = []
        self.retracted_media: set[str] = set()
        self._config = config
        self._versions = versions
        self._severity: Severity = "warning" if accepts else "error"

    def guard_sources(self, empty: Iterable[int]) -> None:
        """Note the sources, by their indexes, that yield no record but should."""
        for index in empty:
            path = self._config.sources[index].path
            message = "yields no record. If that is right, set allow_empty = true"
            self._add_loss(path, message, below_output=False)

    def compare(
        self,
        slug: str,
        document: Document,
        before: bytes | None,
        summarized: Set[str] = frozenset(),
    ) -> None:
        """Compare a document with the bytes that it would replace; None if there are none.

        Args:
            summarized: Ids of entries that it shows without their content.
        """
        old = () if before is None else read_feed(before)
        after = document.content if isinstance(document.content, bytes) else b""
        new = read_feed(after)
        change = compare_feeds(slug, old, new)
        self.changes.append(change)
        self._note_retracted_media(old)
        losses = find_losses(change, len(old))
        if old:
            told = [entry for entry in new if not self._is_retracted(entry)]
            losses += find_placeholders(old, told, summarized)
        for loss in losses:
            self._add_loss(document.path, loss)

    def note_archive(self, before: bytes) -> None:
        """Note the images of retracted entries in a month of an archive that is replaced.

        Nobody subscribes to it, so nothing in it can be lost.
        """
        self._note_retracted_media(read_feed(before))

    def guard_sections(self, target: FolderTarget, choices: list[Choice]) -> None:
        """Note the feeds and aliases of the output that would be removed."""
        types = {form.type for form in FORMATS.values()}
        kept = {choice.slug for choice in choices}
        vanished: dict[str, str] = {}
        for path, line in target.old.items():
            slug = slug_of(path)
            if path in target.new or slug in kept or not target.may_be(path, line):
                continue
            if slug is not None or line.type in types:  # a section's, or an alias
                vanished.setdefault(slug or path, path)
        for slug, path in sorted(vanished.items()):
            content = target.read_old(path) or b""
            old = read_feed(content)
            self._note_retracted_media(old)
            if is_archive(content):
                continue
            self.changes.append(FeedChange(slug, removed=old))
            entries = "entry" if len(old) == 1 else f"{len(old)} entries"
            self._add_loss(path, f"would be removed with its {entries}")

    def _note_retracted_media(self, old: tuple[ShownEntry, ...]) -> None:
        # A retraction removes its images at once; all other media stay for readers' pages.
        for entry in old:
            if self._is_retracted(entry):
                self.retracted_media.update(map(name_media, entry.images))

    def _is_retracted(self, entry: ShownEntry) -> bool:
        newest = self._versions.find(entry.id)
        return newest is not None and newest.status == "retracted"

    def _add_loss(self, path: str, message: str, *, below_output: bool = True) -> None:
        message += ". To build anyway, pass --accept-loss." if self._severity == "error" else "."
        where = locate_output(self._config, path) if below_output else Where(path)
        self.losses.append(Problem(self._severity, where, None, None, LOSS, message))


def locate_output(config: Config, path: str, line: int | None = None) -> Where:
    """Name a place in a file of the output as problems do: relative to the configuration."""
    output = os.path.relpath(config.output / path, config.folder)
    return Where(Path(output).as_posix(), line)


def name_media(url: str) -> str:
    """Give the path of an image in the output, by its URL."""
    # By its name alone, which depends on its content: the output may have had another URL.
    return f"{MEDIA}/{url.rpartition('/')[2]}"


def slug_of(path: str) -> str | None:
    """Give the slug of the section whose feed a file of the output is; None if it is not one."""
    slug, _, suffix = path.rpartition(".")
    if "/" in path or suffix not in {form.suffix for form in FORMATS.values()}:
        return None
    # index, feeds, and manifest belong to the whole site: no section has these names.
    return None if slug in RESERVED_SLUGS and slug != ALL else slug
