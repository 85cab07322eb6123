"""Send the output to where readers poll it: what differs, in phases, each file whole."""

from __future__ import annotations

import contextlib
import logging
import os
import stat
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from fnmatch import fnmatch
from itertools import groupby
from pathlib import Path
from typing import TypeVar

from feedpub.errors import ConfigError, OutputError, Problem, Where
from feedpub.files import TEMPORARY, digest_bytes, locate, read_regular
from feedpub.model import Progress, Report, tell_nobody
from feedpub.output import (
    FEED_TYPES,
    MANIFEST,
    TYPES,
    ManifestError,
    ManifestLine,
    MediaDigests,
    format_manifest,
    hold_lock,
    is_media,
    open_media_digests,
    parse_manifest,
    read_manifest,
    resembles_manifest,
)
from feedpub.publish.addresses import Address
from feedpub.publish.opening import TriedStore
from feedpub.publish.plan import Lines, Plan, doubt_all, make_headers, make_plan
from feedpub.publish.stores import Listing
from feedpub.publish.websub import Topic, find_topic, ping
from feedpub.settings import STATE, Config
from feedpub.sources import find_source_above
from feedpub.text import count

_log = logging.getLogger(__name__)

Work = TypeVar("Work")

_PINGS_AT_ONCE = 8


def publish(
    config: Config,
    target: str,
    *,
    prune: bool = False,
    prune_media: bool = False,
    dry_run: bool = False,
    pings: bool = True,
    waits: bool = True,
    progress: Progress = tell_nobody,
) -> Report:
    """Send what differs between the output and a target, and tell the hub that the feeds name.

    Args:
        target: A folder, or a URL that fsspec supports.
        prune: Remove what the target's manifest lists and the output does not contain.
        prune_media: The same for media.
        dry_run: Send, remove, and ping nothing; the report says what would be done.
        waits: Wait for a build of the same output that is running.
        progress: Is told how many files are done, of how many.

    Raises:
        ConfigError: There is no output, or `target` is not a place to publish to.
        OutputError: The output differs from its manifest, the target can't be read or written,
            or somebody else published there in the meantime.
    """
    address = Address(target)
    _check_place(config, address)
    # A build in the meantime would mix old and new files.
    holding = hold_lock(config.folder / STATE, config.output, waits=waits)
    with contextlib.nullcontext() if dry_run else holding:
        output = _Output(config.output, open_media_digests(config.folder / STATE, config.output))
        run = _Run(output, address, TriedStore(address), progress)
        plan = run.prepare(prune=prune, prune_media=prune_media, writes=not dry_run)
        problems = [_describe_foreign(path, plan, address) for path in plan.foreign]
        problems += run.problems
        if not dry_run:
            loopback = config.site.allow_loopback
            run.send(
                plan,
                lambda: problems.extend(
                    _notify(run.topics, address, pings=pings, allow_loopback=loopback)
                ),
            )
    return Report(
        written=tuple(sorted(line.path for line in plan.uploads)),
        unchanged=plan.unchanged,
        removed=plan.removed,
        problems=tuple(problems),
    )


class _Output:
    """The output folder, as its manifest lists it; `digests` are known ones of its media."""

    def __init__(self, folder: Path, digests: MediaDigests) -> None:
        self._folder = folder
        self._place = folder / MANIFEST
        self._digests = digests
        if not os.path.lexists(self._place):
            raise ConfigError(f"{self._place}: there is no such file. Run `feedpub build` first.")
        try:
            self.lines = read_manifest(folder)
        except ManifestError as error:
            raise OutputError(f"{error}. Run `feedpub build` again.") from error
        for path, line in self.lines.items():
            is_hidden = any(part.startswith(".") for part in path.split("/"))
            if path == MANIFEST or is_hidden or line.type not in TYPES:
                raise OutputError(
                    f'{self._place}: lists "{path}", which a build never writes. '
                    "Run `feedpub build` again."
                )

    def check(self, sent: Iterable[ManifestLine]) -> None:
        """Check that all files are as the manifest says; unchanged media, only by their length."""
        hashed = {line.path for line in sent}
        for path, line in self.lines.items():
            if path in hashed or not is_media(path):
                self.read(line)
            elif self._measure(path) != line.bytes:
                raise self._refuse(path)

    def read(self, line: ManifestLine) -> bytes:
        """Read a file, which must be as the manifest says."""
        # Its length first, so that a file of another size is not read.
        if self._measure(line.path) == line.bytes:
            content = read_regular(locate(self._folder, line.path))
            if digest_bytes(content) == line.sha256:
                return content
            # The next build would believe what it knows.
            self._digests.forget([self._folder / line.path])
        raise self._refuse(line.path)

    def _measure(self, path: str) -> int | None:
        try:
            state = locate(self._folder, path).lstat()
        except FileNotFoundError:
            return None
        return state.st_size if stat.S_ISREG(state.st_mode) else None

    def _refuse(self, path: str) -> OutputError:
        return OutputError(
            f"{self._folder / path}: differs from {MANIFEST}. Run `feedpub build` again."
        )


class _Run:
    """One publish to one place."""

    def __init__(
        self, output: _Output, address: Address, store: TriedStore, progress: Progress
    ) -> None:
        self._output = output
        self._address = address
        self._store = store
        self._progress = progress
        self._done = self._total = 0
        self._manifest: bytes | None = None  # as it is at the target, as far as this run knows
        self.topics: set[Topic] = set()  # of the feeds that were sent
        self.problems: list[Problem] = []

    def prepare(self, *, prune: bool, prune_media: bool, writes: bool) -> Plan:
        """Compare output and target; if the manifests agree, this takes two requests."""
        self._manifest = self._store.read(MANIFEST)
        remote = {} if self._manifest is None else self._parse_manifest(self._manifest)
        there = self._store.list_top()
        for name in there.sizes if writes else ():
            if fnmatch(name, TEMPORARY):  # of a publish that was killed
                self._store.remove(name)
        # Of a damaged manifest, nothing is known.
        sizes = {} if self.problems else there.sizes
        remote = self._forget_lost(remote, there)
        plan = make_plan(self._output.lines, remote, sizes, prune=prune, prune_media=prune_media)
        self._output.check(plan.uploads)
        self._total = len(plan.uploads) + len(plan.removed)
        _log.debug(
            "%s: %d of %d files to send", self._address.shown, len(plan.uploads), self._total
        )
        return plan

    def _forget_lost(self, remote: Lines, there: Listing) -> Lines:
        """Leave out the files below folders that somebody else removed or changed."""
        lost = {
            path: path.rpartition("/")[0]
            for path, line in remote.items()
            if "/" in path and line.is_sure and not self._store.holds(path, line.bytes, there)
        }
        for folder, number in sorted(Counter(lost.values()).items()):
            message = f"lacks {count(number, 'file')}, or has others in their place, because "
            message += "somebody else changed it. They are published again if they are built."
            where = Where(self._place(folder))
            self.problems.append(Problem("warning", where, None, None, "foreign", message))
        return {path: line for path, line in remote.items() if path not in lost}

    def send(self, plan: Plan, notify: Callable[[], None]) -> None:
        """Carry out a plan; the next publish finishes one that is cut off.

        `notify` is called before the manifest is final, so that it is repeated after a cut.
        """
        self._put_all(plan.media)
        if plan.phases:
            self._put_manifest(plan.during)
        for phase in plan.phases:
            self._put_all(phase)
        notify()
        self._put_manifest(plan.after, plan.after)
        for paths in plan.removals:
            self._do_all(paths, self._store.remove)
        if plan.removed:
            self._put_manifest(plan.at_end, plan.after)

    def _put_all(self, lines: Iterable[ManifestLine]) -> None:
        self._do_all(lines, self._put)

    def _put(self, line: ManifestLine) -> None:
        content = self._output.read(line)
        self._store.put(line.path, content, make_headers(line))
        if line.type in FEED_TYPES and (topic := find_topic(content)):
            self.topics.add(topic)
        _log.debug("%s: sent", self._place(line.path))

    def _put_manifest(self, lines: Lines, mixed: Lines | None = None) -> None:
        """Put the manifest, unless somebody else put another since it was read.

        `mixed` is what may then be theirs or ours; the next publish sends all of it again.
        """
        content = format_manifest(lines)
        if content == self._manifest:
            return
        found = self._store.read(MANIFEST)
        if found not in (self._manifest, content):
            if mixed is not None:
                others = {} if found is None else self._parse_manifest(found)
                self._write_manifest(format_manifest(doubt_all({**others, **mixed})))
            raise OutputError(
                f"{self._place(MANIFEST)}: changed in the meantime, because somebody else "
                "published there. Publish again."
            )
        if found != content:
            self._write_manifest(content)
        self._manifest = content

    def _parse_manifest(self, content: bytes) -> Lines:
        try:
            return parse_manifest(content, self._place(MANIFEST))
        except ManifestError as error:
            if not resembles_manifest(content):
                raise OutputError(
                    f"{error}. If another program wrote it, publish to another place."
                ) from error
            message = "is damaged. Every file is sent again, and no other file is removed."
            where = Where(self._place(MANIFEST))
            self.problems.append(Problem("warning", where, None, None, "damaged", message))
            return {}

    def _write_manifest(self, content: bytes) -> None:
        line = ManifestLine(MANIFEST, "", len(content), "application/json")
        self._store.put(MANIFEST, content, make_headers(line))

    def _do_all(self, work: Iterable[Work], call: Callable[[Work], None]) -> None:
        """Make a call for each, several at once; the first failure lets running calls finish."""
        with ThreadPoolExecutor(self._store.at_once) as pool:
            try:
                for future in as_completed([pool.submit(call, item) for item in work]):
                    future.result()
                    self._done += 1
                    self._progress("publishing files", self._done, self._total)
            except BaseException:
                self._store.stop()
                pool.shutdown(cancel_futures=True)
                raise

    def _place(self, path: str) -> str:
        return f"{self._address.shown.rstrip('/')}/{path}"


def _notify(
    topics: Iterable[Topic], address: Address, *, pings: bool, allow_loopback: bool
) -> list[Problem]:
    """Tell the hubs of the feeds that changed; make a warning for each hub that was not told."""
    problems = []
    for hub, group in groupby(sorted(topics), key=lambda topic: topic.hub):
        message = "is the hub of these feeds, and wasn't told that they changed"
        try:
            if pings:
                first, *rest = group
                # If the hub is down, it is not asked for every feed.
                ping(first, allow_loopback=allow_loopback)
                with ThreadPoolExecutor(_PINGS_AT_ONCE) as pool:
                    list(pool.map(lambda topic: ping(topic, allow_loopback=allow_loopback), rest))
                continue
        except OutputError as error:
            message = f"was not told of every feed that changed: it {error}"
        problems.append(Problem("warning", Where(address.shown), "hub", hub, "hub", message))
    return problems


def _check_place(config: Config, address: Address) -> None:
    output = config.output.resolve()
    place = None if address.folder is None else address.folder.resolve()
    if place is not None and (place == output or output in place.parents):
        raise ConfigError(
            f"TARGET: {address.shown} is the output folder, or below it. Use another folder."
        )
    index = None if place is None else find_source_above(config, place)
    if index is not None:
        raise ConfigError(
            f"TARGET: {address.shown} is part of source[{index}], which would read published files "
            f"as records. Use another folder, or add it to source[{index}].exclude."
        )


def _describe_foreign(path: str, plan: Plan, address: Address) -> Problem:
    message = "differs from what was published there, because somebody else changed it. "
    message += "It stays as it is." if path in plan.left else "It is published again."
    where = Where(f"{address.shown.rstrip('/')}/{path}")
    return Problem("warning", where, None, None, "foreign", message)
