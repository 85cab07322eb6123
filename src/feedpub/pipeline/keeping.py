"""The knowledge of the sources of a site, kept for the next run beside its measurements."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache, cached_property, partial
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from feedpub.files import JsonForm, KeptFile, KeptFiles, KeptValues, PassedValues, Unit, read_state
from feedpub.pipeline.kept_answers import KeptAnswers
from feedpub.pipeline.repeating import FILES, digest_making, digest_program, locate_kept
from feedpub.settings import Config
from feedpub.text import encode_text
from feedpub.timestamps import usual_years

if TYPE_CHECKING:
    from pathlib import Path

    from feedpub.entries import KeptEntries
    from feedpub.model import Origin, SourceFile
    from feedpub.sources import FileRun
    from feedpub.systems import OpenedSource

_PARTS, _VALUES = "-parts.sqlite", "-values.sqlite"
_SAVED_TOGETHER = 1_000  # files
_SYSTEMS = JsonForm(dict[str, str])


class Kept(NamedTuple):
    """What was found in files and in parts of them, read of article pages, and made of records.

    `by_path` are the files that this run looked at, without their values, `groups` those of each
    source. `folder` is that of the site.
    """

    files: KeptFiles
    parts: KeptValues
    values: KeptValues
    by_path: dict[str, KeptFile]
    groups: dict[int, FileGroup]
    folder: Path

    def open_entries(self) -> KeptEntries:
        """Open the entries of the records whose files this run knows."""
        # Deferred: what makes entries is much, and not every run makes some.
        from feedpub.entries import KeptEntries

        return KeptEntries(self.values, self.files.base, self.find_unit)

    def find_unit(self, origin: Origin) -> Unit | None:
        """Find what a record is made of; None where others add to it, or it is not known."""
        group = self.groups.get(origin.file.source)
        return None if group is None else group.find_unit(origin)

    def find_file(self, path: str) -> KeptFile | None:
        """Find a file by its path, with its state and its digest."""
        return self.by_path.get(path) or self.files.find_digest(self.groups, self.folder, path)

    def forget_unused(self) -> None:
        """Forget what this run did not use."""
        self.parts.forget_unused()
        self.values.forget_unused()


@contextmanager
def open_kept(
    config: Config, now: datetime | None, *, writes: bool = False, believes: bool = True
) -> Iterator[Kept]:
    """Open the findings in the sources of a site.

    Args:
        now: The time of the run, which bounds the years that articles can be from.
        writes: Keep what this run reads; only one that holds the lock of the output does.
        believes: Go by what was kept before.
    """
    base = cache(partial(_find_base, config, now))
    place = partial(locate_kept, config)
    with (
        KeptFiles(place(FILES), base, writes=writes, believes=believes) as files,
        KeptValues(place(_PARTS), base, writes=writes, believes=believes) as parts,
        KeptValues(place(_VALUES), digest_program, writes=writes, believes=believes) as values,
    ):
        yield Kept(files, parts, values, {}, {}, config.folder.resolve())


class FileGroup:
    """The files of a source, as the last run kept them, and as this one found them."""

    def __init__(self, kept: Kept | None, index: int, opened: OpenedSource) -> None:
        self._kept = kept
        self._opened = opened
        files = None if kept is None else kept.files
        self._answers = KeptAnswers(files, index, opened.system, opened.place)
        self._key = index, f"{opened.system} {self._answers.key}"
        self._notes = opened.place.answers is not None
        self._root = opened.root
        self._resolved = opened.root.resolve()
        self._before: dict[str, KeptFile | None] = {}  # of those that were asked for
        self._present: list[FileRun] = []
        self._same: list[FileRun] = []  # in which nothing changed
        self._changed: dict[str, dict[str, KeptFile]] = {}  # by what they depend on
        self._waiting = 0
        self._of_entries: dict[str, str | None] = {}  # what the entries of files depend on
        self._runs: dict[bytes, bytes] = {}
        self._units: dict[str, Sequence[Unit]] = {}  # of files that are scanned in parts
        if kept is not None:
            kept.groups[index] = self

    @property
    def keeps(self) -> bool:
        """Whether the findings of this run are kept for the next."""
        return self._kept is not None and self._kept.files.writes

    def find(self, file: SourceFile) -> KeptFile | None:
        """Find the knowledge of a file, which may have changed since."""
        if self._kept is None or not self._kept.files.knows_any:
            return None
        if file.shown not in self._before:
            beside = self._find_beside(file)
            self._before[file.shown] = self._kept.files.find(self._key[0], beside, file.shown)
        return self._before[file.shown]

    def put(self, file: SourceFile, found: KeptFile, units: Sequence[Unit] = ()) -> None:
        """Put in the present knowledge of a file, and of its parts if it has some."""
        if units:
            self._units[file.below] = units
        if self._kept is not None and found.digest:
            self._kept.by_path[f"{self._resolved}/{file.below}"] = found._replace(value=b"")
        if self._before.get(file.shown) != found:
            self._changed.setdefault(self._find_beside(file), {})[file.shown] = found
            self._waiting += 1
            if self._waiting >= _SAVED_TOGETHER:
                self._save()

    def _find_beside(self, file: SourceFile) -> str:
        """Find all that the findings in a file depend on, but the file and the settings."""
        system = self._opened.name_system(file)
        return self._key[1] if system is None else f"{self._key[1]} {system}"

    def find_part(self, file: SourceFile, digest: str) -> bytes | None:
        """Find the findings in a part of a file; None if they are not known."""
        if self._kept is None:
            return None
        return self._kept.parts.find(self._key_part(self._kept, file, digest))

    def put_part(self, file: SourceFile, digest: str, found: bytes) -> None:
        """Put in the findings in a part of a file."""
        if self._kept is not None:
            self._kept.parts.keep(self._key_part(self._kept, file, digest), found)

    def _key_part(self, kept: Kept, file: SourceFile, digest: str) -> bytes:
        about = (str(self._key[0]), self._find_beside(file), file.shown, digest)
        return kept.parts.make_key(*map(encode_text, about))

    def key_run(self, run: FileRun) -> bytes | None:
        """Give the key of the findings in a run of files; None if they can't be kept."""
        if self._kept is None or len(run) == 1 or (key := self._opened.key_run(run)) is None:
            return None
        index, beside = self._key
        return self._kept.parts.make_key(b"run", b"%d" % index, encode_text(beside), key)

    def find_run(self, run: FileRun, key: bytes | None) -> bytes | None:
        """Find the findings in a run of files that is there; None if they are not known.

        Its files are then taken for what they were recognized as.
        """
        self._present.append(run)
        if self._kept is None or key is None:
            return None
        found = self._kept.parts.find(key)
        if found is None:
            return None
        self._same.append(run)
        systems, _, packed = found.partition(b"\n")
        self._opened.pass_over(run, _SYSTEMS.unpack(systems))
        return packed

    def put_run(self, run: FileRun, key: bytes, found: bytes) -> None:
        """Put in the findings in a run of files, each of which was put in."""
        named = ((file.below, self._opened.name_system(file)) for file in run)
        systems = {name: system for name, system in named if system is not None}
        self._runs[key] = _SYSTEMS.pack(systems) + b"\n" + found

    def find_unit(self, origin: Origin) -> Unit | None:
        """Find what a record is made of; None where others add to it, or it is not known."""
        file = origin.file
        if self._kept is None or file.root != self._root:
            return None
        if file.below not in self._of_entries:
            self._of_entries[file.below] = self._find_beside_entries(file)
        beside = self._of_entries[file.below]
        if beside is None:
            return None
        if (units := self._units.get(file.below)) is not None:
            number = bisect_right(units, origin.position, key=attrgetter("begin")) - 1
            return units[number]._replace(digest=beside + units[number].digest)
        found = self._kept.by_path.get(f"{self._resolved}/{file.below}")
        before = self.find(file)
        if found is None and file.below in self._in_same:
            is_same = before is not None and before.state == read_state(file.path)
            found = before if is_same else None
        if found is None:
            return None
        is_new = before is None or before.digest != found.digest or self._entry_answers.is_new
        return Unit(beside + found.digest, found.state, is_new=is_new)

    def _find_beside_entries(self, file: SourceFile) -> str | None:
        """Find all that the entries of a file depend on, but the file, the settings, and images.

        None where it is not known.
        """
        if not self._notes or not self._opened.knows_all_of(file):
            return None
        # An entry has more from elsewhere than what identifies its record.
        return f"{self._find_beside(file)} {self._entry_answers.key}"

    @cached_property
    def _entry_answers(self) -> KeptAnswers:
        """What the folder of the source answered to those who made entries."""
        kept, place = self._kept, self._opened.place
        files = None if kept is None else kept.files
        answers = KeptAnswers(files, *self._key, place, self._answers)
        if kept is not None:
            kept.values.prepare(answers.save)
        return answers

    def note_answers(self, answers: Mapping[str, str]) -> None:
        """Note what the folder of the source answered to those who made entries elsewhere."""
        self._opened.place.add_answers(answers)

    @cached_property
    def _in_same(self) -> frozenset[str]:
        """The files of runs in which nothing changed."""
        return frozenset(name for run in self._same for name in run.names)

    def save(self) -> None:
        """Keep what was put in, and nothing else; no file of the source is scanned any more."""
        self._save()
        if self._kept is not None and self._kept.files.writes:
            gone = set(self._kept.files.list_names(self._key[0]))
            gone.difference_update(*(run.show() for run in self._present))
            self._kept.files.save(*self._key, {}, gone)
        if self._notes:
            self._opened.place.note_answers()  # to those who make entries

    def _save(self) -> None:
        if self._kept is not None:
            self._answers.save()
            for beside, files in self._changed.items():
                self._kept.files.save(self._key[0], beside, files, ())
            self._changed, self._waiting = {}, 0
            for key, found in self._runs.items():
                self._kept.parts.keep(key, found)
            self._runs = {}


def pass_values(
    config: Config, *, believes: bool = True, program: str | None = None
) -> PassedValues:
    """Open what was read of the pages of a site in another process than the one that keeps it.

    Args:
        program: What `digest_program` gives where that is another machine. Its database is then
            left alone, because SQLite's locks do not reach over a network.
    """
    place = locate_kept(config, _VALUES)
    if program is not None:
        return PassedValues(place, lambda: program, believes=False)
    return PassedValues(place, digest_program, believes=believes)


def _find_base(config: Config, now: datetime | None) -> str | None:
    making = digest_making(config)
    years = config.site.years or usual_years(now)
    return None if making is None else f"{making} {years}"
