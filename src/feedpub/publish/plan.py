"""What a publish sends and removes: an output compared with the manifest of its target."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

import msgspec

from feedpub.output import FEED_TYPES, MANIFEST, ManifestLine, doubt, is_media, phase_of
from feedpub.publish.stores import Headers

Lines = Mapping[str, ManifestLine]

_YEAR = 365 * 86400  # seconds


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a publish does: media, then `phases`, the manifest, and the files `removed`.

    `foreign` are files that differ from the target's manifest, and `left` are those of them that
    are not part of the output. `during` is the target's manifest from the first feed on: what it
    lists without a digest may be old or new. `after` is the manifest at the end, with the
    files that are still to be removed.
    """

    media: tuple[ManifestLine, ...]
    feeds: tuple[ManifestLine, ...]
    pages: tuple[ManifestLine, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    foreign: tuple[str, ...]
    left: tuple[str, ...]
    during: Lines
    after: Lines

    @property
    def uploads(self) -> tuple[ManifestLine, ...]:
        """Everything that is sent, except the manifest."""
        return self.media + self.feeds + self.pages

    @property
    def phases(self) -> list[tuple[ManifestLine, ...]]:
        """The feeds and pages, in the order in which they are sent."""
        lines = sorted(self.feeds + self.pages, key=lambda line: self._phase_of(line.path))
        groups = groupby(lines, key=lambda line: self._phase_of(line.path))
        return [tuple(group) for _, group in groups]

    @property
    def removals(self) -> list[tuple[str, ...]]:
        """The files that are removed, in the opposite order."""
        paths = sorted(self.removed, key=lambda path: -self._phase_of(path))
        return [tuple(group) for _, group in groupby(paths, key=self._phase_of)]

    def _phase_of(self, path: str) -> int:
        return phase_of(path, self.after)

    @property
    def at_end(self) -> Lines:
        """The manifest after everything is done."""
        return {path: line for path, line in self.after.items() if path not in self.removed}


def make_plan(
    local: Lines,
    remote: Lines,
    sizes: Mapping[str, int],
    *,
    prune: bool = False,
    prune_media: bool = False,
) -> Plan:
    """Compare an output with what its target's manifest lists.

    Args:
        sizes: Sizes, in bytes, of the files in the target's topmost folder, by name.
        prune: Remove what the target's manifest lists and the output does not contain.
        prune_media: The same for media.
    """
    foreign = _find_foreign(local, remote, sizes)
    left = {path for path in foreign if path not in local}
    changed = [line for path, line in local.items() if line != remote.get(path) or path in foreign]
    obsolete = [path for path in remote if path not in local and path not in left]
    phases: dict[str, list[ManifestLine]] = {"media": [], "feeds": [], "pages": []}
    for line in sorted(changed, key=lambda line: line.path):
        phases[_name_phase(line, local)].append(line)
    doubtful = {line.path: doubt(line) for line in changed if not is_media(line.path)}
    kept = {path: remote[path] for path in obsolete}
    removed = [path for path in obsolete if (prune_media if is_media(path) else prune)]
    return Plan(
        media=tuple(phases["media"]),
        feeds=tuple(phases["feeds"]),
        pages=tuple(phases["pages"]),
        unchanged=tuple(sorted(local.keys() - {line.path for line in changed})),
        removed=tuple(sorted(removed)),
        foreign=tuple(sorted(foreign)),
        left=tuple(sorted(left)),
        during={**kept, **local, **doubtful},
        after={**kept, **local},
    )


def doubt_all(lines: Lines) -> Lines:
    """List files without their digests, because nobody knows what they contain; media keep them."""
    return {path: line if is_media(path) else doubt(line) for path, line in lines.items()}


def make_headers(line: ManifestLine) -> Headers:
    """Make the HTTP headers of a file: media never change, everything else may change soon."""
    if is_media(line.path):
        return Headers(line.type, f"public, max-age={_YEAR}, immutable")
    is_text = line.type.startswith("text/") or line.type.endswith("xml")
    content_type = f"{line.type}; charset=utf-8" if is_text else line.type
    return Headers(content_type, "no-cache" if line.path == MANIFEST else "public, max-age=300")


def _find_foreign(local: Lines, remote: Lines, sizes: Mapping[str, int]) -> set[str]:
    """Find files that are neither as the target's manifest says nor as this publish sends them."""
    foreign = set()
    for path in remote.keys() | local.keys():
        line = remote.get(path)
        # Without a digest, a publish was cut off: the file may be old or new.
        if "/" in path or (line is not None and not line.sha256):
            continue
        fitting = {None if known is None else known.bytes for known in (line, local.get(path))}
        if sizes.get(path) not in fitting:
            foreign.add(path)
    return foreign


def _name_phase(line: ManifestLine, local: Lines) -> str:
    if is_media(line.path):
        return "media"
    original = local.get(line.path.removesuffix(".gz"), line)
    return "feeds" if original.type in FEED_TYPES else "pages"
