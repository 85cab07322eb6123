"""Raw records to Records: by the system that wrote them, and by the source's own mapping."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TypeVar

import msgspec
from lxml import etree

from feedpub.errors import Failure, Problem, UnreadableFile, Where, attempt
from feedpub.files import KeptValues
from feedpub.model import Origin, Record, Served, SourceFile
from feedpub.settings import Config, Source
from feedpub.sources import (
    FORMAT_OF_SUFFIX,
    FileRun,
    FrontMatter,
    LinePart,
    PageFields,
    Place,
    Raw,
    list_runs,
    load_guarded,
    looks_beside,
    open_place,
    scan_guarded,
)
from feedpub.systems.bounds import bound_record
from feedpub.systems.hints import list_hints
from feedpub.systems.mapped_bodies import read_mapped_bodies
from feedpub.systems.mapping import Mapper, MappingError
from feedpub.systems.media_fields import add_body_media
from feedpub.systems.notes import Notes
from feedpub.systems.parts import Part
from feedpub.systems.protocol import PassedOver, Proposal, System, Translation
from feedpub.systems.registry import NONE, find_system, list_systems
from feedpub.systems.row_fields import RowFields
from feedpub.systems.table_columns import TableColumns, match_columns, survey_columns
from feedpub.timestamps import show_times

T = TypeVar("T")


def list_sources(config: Config) -> Iterator[SourceFile | Problem]:
    """List the files of all sources."""
    for index in range(len(config.sources)):
        yield from OpenedSource(config, index).list_files()


def open_file(config: Config, file: SourceFile) -> SourceFile:
    """Open one file with the settings of its source, whether or not that names it."""
    return msgspec.structs.replace(file, opened=OpenedSource(config, file.source))


def scan_file(file: SourceFile, notes: Notes | None = None) -> Iterator[Record | Problem]:
    """Yield the records of a file, also those that do not count.

    A fault of the file ends it with one problem. `notes` takes the things that are not articles.
    """
    return _opened(file).scan(file, notes)


def send_file(file: SourceFile) -> SentFile | None:
    """Give a file a form for another process; None if it has to be read in this one."""
    return _opened(file).send(file)


def load_records(file: SourceFile, origins: Iterable[Origin]) -> Iterator[Record]:
    """Read records of a file again by their origins, whole, in the order of the file."""
    return _opened(file).load(file, sorted(origins, key=lambda origin: origin.position))


def seeks(file: SourceFile) -> bool:
    """Say whether a few records of a file are read without reading all of it."""
    return _opened(file).seeks(file)


def _opened(file: SourceFile) -> OpenedSource:
    if not isinstance(file.opened, OpenedSource):
        raise TypeError("a file is read through the source that listed it")
    return file.opened


class SentFile(msgspec.Struct, frozen=True):
    """A file for another process, with the system that it alone was recognized to be of."""

    file: SourceFile
    system: str | None


class OpenedSource:
    """One source at work: its files, the systems that wrote them, and its own mapping."""

    def __init__(
        self,
        config: Config,
        index: int,
        kept: KeptValues | None = None,
    ) -> None:
        self.source = config.sources[index]
        self._config = config
        self._index = index
        self._kept = kept
        self._among = _name_systems(self.source)
        self._parts: dict[str, Part] = {}
        self._mappers: dict[frozenset[str], Mapper] = {}
        self._rows = RowFields(self.source, self._survey_columns)
        self.place = open_place(config, index)
        self.root = self.place.root  # of the files that are in no archive
        self._main = self._open_part(self.place)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, OpenedSource):
            return NotImplemented
        return self is other or (self._config, self._index) == (other._config, other._index)

    def __hash__(self) -> int:
        return self._index

    def list_files(self, notes: Notes | None = None) -> Iterator[SourceFile | Problem]:
        """List the files that hold records; `notes` takes the files that are passed over."""
        for found in self.list_runs(notes):
            for file in found if isinstance(found, FileRun) else [found]:
                yield from self.accept(file, notes)

    def list_runs(self, notes: Notes | None = None) -> Iterator[FileRun | SourceFile | Problem]:
        """List the files that may hold records, in runs; `accept` says which of them do.

        Args:
            notes: Takes the files that are passed over for their names.
        """
        formats = {**FORMAT_OF_SUFFIX, **self._main.formats}
        passed = None if notes is None else partial(notes.add_suffix, self.source.path)
        # What is packed in a site or an export that is known is a part of it.
        opens = self.source.reader is None and not self._main.is_known
        for found in list_runs(
            self._config, self._index, frozenset(formats), passed, opens_archives=opens
        ):
            if isinstance(found, FileRun):
                found.around = msgspec.structs.replace(found.around, opened=self)
            yield found

    def accept(
        self, file: SourceFile | Problem, notes: Notes | None = None
    ) -> Iterator[SourceFile | Problem]:
        """Yield a file, unless it holds no record; `notes` takes one that is passed over."""
        if isinstance(file, Problem):
            yield file
            return
        reason = attempt(partial(self._find_part(file).accepts, file))
        if isinstance(reason, Failure):
            yield reason.tell(Where(file.shown), "file")
        elif reason is None:
            yield file if file.opened is self else msgspec.structs.replace(file, opened=self)
        elif notes is not None and reason:
            notes.add(self.source.path, reason)

    def key_run(self, run: FileRun) -> bytes | None:
        """Give all that the findings in a run of files depend on, but other files and the settings.

        None where a part of it is not known.
        """
        signature = run.signature
        if signature is None or self.source.reader is not None or run.around.root != self.root:
            return None
        return self._main.key_looks(run.names) + signature

    def pass_over(self, run: FileRun, systems: Mapping[str, str]) -> None:
        """Go on after a run of files in which all is known.

        Args:
            systems: The systems of its files, of those that were recognized by themselves.
        """
        self._main.pass_over(run.names, systems)

    def name_system(self, file: SourceFile) -> str | None:
        """Name the system that one file was recognized to be of, but for that of the source."""
        return self._find_part(file).name_system(file)

    def scan(self, file: SourceFile, notes: Notes | None = None) -> Iterator[Record | Problem]:
        """Yield the records of a file with what identifies them, and a problem for a bad one."""

        begun: list[Part] = []

        def scan() -> Iterable[Raw | Problem]:
            part = self._find_part(file)
            reader = part.begin(file)
            begun.append(part)
            return reader.scan(file, self.source)

        for raw in scan_guarded(file, self.source, scan):
            if isinstance(raw, Problem):
                yield raw
                continue
            try:
                record = attempt(partial(self._make_scanned, raw, notes), UnreadableFile)
            except UnreadableFile as error:
                where = Where(file.shown, error.line)
                yield Problem("error", where, None, None, error.kind, str(error))
                return
            if isinstance(record, Failure):
                yield record.tell(raw.origin.where)
            elif isinstance(record, Problem):
                yield record
            elif record is not None:
                yield from self._rows.warn_of_key(record)
                yield record
        for part in begun:
            part.end(file)

    def load(self, file: SourceFile, origins: Sequence[Origin]) -> Iterator[Record]:
        """Yield records of a file again, whole, by origins that ascend."""
        reader = self._find_part(file).begin(file)
        for raw in load_guarded(file, self.source, reader, origins):
            if isinstance(raw, tuple):
                yield Record(raw[0], {}, 0, failure=raw[1])
                continue
            record = attempt(partial(self._make_whole, raw), UnreadableFile)
            if isinstance(record, Failure):
                yield Record(raw.origin, {}, 0, failure=record.tell(raw.origin.where))
            else:
                yield record

    def _make_scanned(self, raw: Raw, notes: Notes | None) -> Record | Problem | None:
        record = self._make(raw, notes, whole=False)
        return None if record is None else bound_record(record)

    def _make_whole(self, raw: Raw) -> Record:
        record = self._make(raw, None, whole=True)
        if record is None or not record.chosen:
            raise ValueError("it was an article when its file was scanned")
        bounded = bound_record(record)
        return (
            Record(raw.origin, {}, 0, failure=bounded) if isinstance(bounded, Problem) else bounded
        )

    def send(self, file: SourceFile) -> SentFile | None:
        """Give a file a form for another process; None if it has to be read in this one."""
        if self.source.reader is not None:
            return None
        system = self._find_part(file).name_system(file)
        return SentFile(msgspec.structs.replace(file, opened=None), system)

    def knows_all_of(self, file: SourceFile) -> bool:
        """Say whether all is known that the records of a file are made of.

        That is the file itself and what `place` answered. Of files in archives, not all is known.
        """
        return self.source.reader is None and self._find_part(file) is self._main

    def looks_beside(self, file: SourceFile) -> bool:
        """Say whether the record of a file may depend on which files are beside it.

        Raises:
            OSError: It can't be read.
        """
        return looks_beside(file, self.source)

    def divide(self, file: SourceFile) -> list[LinePart] | None:
        """Divide a file into parts that are scanned by themselves; None where it is read as one.

        Raises:
            UnreadableFile, OSError: It can't be read.
        """
        divide = self._find_part(file).find_reader(file).divide
        return None if divide is None else divide(file, self.source)

    @property
    def system(self) -> str:
        """The name of the system of the whole source; empty where it has none."""
        return self._main.whole

    def receive(self, sent: SentFile) -> SourceFile:
        """Take a file of another process, as it was recognized there."""
        file = msgspec.structs.replace(sent.file, opened=self)
        self._find_part(file).adopt(file, sent.system)
        return file

    def seeks(self, file: SourceFile) -> bool:
        """Say whether a few records of a file are read without reading all of it."""
        return self._find_part(file).find_reader(file).seeks and not file.path.name.endswith(".gz")

    def find_served(self, file: SourceFile) -> Served:
        """Find the folders whose files the site of a file's records serves as they are."""
        served = self._find_part(file).find_translator(file).served
        home = self._config.site.link if served is None else served.home
        if self.source.static or served is None:
            return Served(home, self.source.static)
        return served

    def count_systems(self) -> list[tuple[str, int]]:
        """List the systems that were recognized so far, and how many files are of each."""
        found = Counter[str]()
        for part in self._parts.values():
            found += part.count_systems()
        return sorted(found.items(), key=lambda item: (-item[1], item[0]))

    def propose(self) -> list[Proposal]:
        """Say what each recognized system wants to be written down, once all files were scanned."""
        proposals = []
        for name, _ in self.count_systems():
            found = (part.propose(name) for part in self._parts.values())
            proposals += [proposal for proposal in found if proposal is not None][:1]
        return proposals

    def _open_part(self, place: Place) -> Part:
        part = Part(place, self.source, self._config.site, self._among, self._kept)
        self._parts[str(place.root)] = part
        return part

    def _find_part(self, file: SourceFile) -> Part:
        """Find the place that a file is in: the source's own, or an archive's."""
        return self._parts.get(str(file.root)) or self._open_part(Place(file.root))

    def _make(self, raw: Raw, notes: Notes | None, *, whole: bool) -> Record | None:
        """Make the Record of a raw one; None where it is not an article."""
        file = raw.origin.file
        translator = self._find_part(file).find_translator(file)
        if isinstance(raw.value, etree._Element) and not translator.elements:
            translated: Translation | PassedOver = PassedOver("XML files of no known kind")
        else:
            translated = translator.translate(raw, whole=whole)
        if isinstance(translated, PassedOver):
            if notes is not None:
                notes.add(self.source.path, translated.reason)
            return None
        return self._apply_mapping(raw, translated, whole=whole)

    def _apply_mapping(self, raw: Raw, translated: Translation, *, whole: bool) -> Record:
        mapper = self._find_mapper(raw)
        mapped = mapper.map(
            _name_values(raw, translated), translated.fields, translated.rules, whole=whole
        )
        if mapped is None:
            return Record(raw.origin, {}, raw.digest, chosen=False)
        if raw.is_row:
            mapped = self._rows.complete(raw, mapped)
        problems = list(translated.problems)
        if whole and not isinstance(raw.value, PageFields):
            mapped, doubts = read_mapped_bodies(raw, self.source, mapped)
            problems += doubts
            line = translated.lines.get("content_html")
            where = raw.origin.where
            where = where if line is None else Where(where.path, line)
            mapped, lost = add_body_media(mapped, where)
            problems += lost
        return Record(
            raw.origin,
            mapped.fields,
            raw.digest,
            lines={n: line for n, line in translated.lines.items() if n not in self.source.fields},
            rules=mapped.rules,
            faults=mapped.faults,
            problems=tuple(problems),
            unused=tuple(name for name in translated.unused if name not in mapper.names),
            hints={} if self.source.fields else _find_hints(raw, mapped.fields),
        )

    def _find_mapper(self, raw: Raw) -> Mapper:
        """Find the mapper of a record: each table of a source may have other columns."""
        row = raw.value if raw.is_row and isinstance(raw.value, Mapping) else {}
        columns = frozenset(text for text in self.source.fields.values() if text in row)
        if columns not in self._mappers:
            try:
                self._mappers[columns] = Mapper(self.source, columns)
            except MappingError as error:
                raise UnreadableFile(str(error), "mapping", raw.header) from error
        return self._mappers[columns]

    def _survey_columns(self, raw: Raw) -> TableColumns:
        """Look at all rows of the table that a row is of."""
        file = raw.origin.file
        part = self._find_part(file)
        translated = part.find_translator(file).translate(raw, whole=True)
        row = raw.value if isinstance(raw.value, Mapping) else {}
        named = {column: field for field, column in self.source.fields.items()}
        if isinstance(translated, Translation):
            named = {**match_columns(row, translated.fields), **named}
        return survey_columns(lambda: part.find_reader(file).scan(file, self.source), named)


def _find_hints(raw: Raw, fields: Mapping[str, object]) -> Mapping[str, str]:
    """Say which values look like the required fields that are missing."""
    missing = [] if "title" in fields else ["title"]
    if "updated" not in fields and "published" not in fields:
        missing.append("updated")
    if not missing or not isinstance(raw.value, Mapping | FrontMatter):
        return {}
    value = raw.value.values if isinstance(raw.value, FrontMatter) else raw.value
    return list_hints(value, missing)


def _name_systems(source: Source) -> Sequence[System]:
    """List the systems that a source's files may be of."""
    names = (source.system,) if isinstance(source.system, str) else source.system
    if source.reader is not None or names == (NONE,):
        return ()
    if names is None:  # a source that maps its fields says itself what they mean
        return () if source.fields else list_systems()
    return [system for name in names if (system := find_system(name)) is not None]


def _name_values(raw: Raw, translated: Translation) -> Mapping[str, object]:
    """Give what the expressions of a source look at: the record as its file has it."""
    value = raw.value
    if isinstance(value, FrontMatter) and value.markup != "html":
        return value.values
    if isinstance(value, FrontMatter | PageFields | etree._Element):
        return show_times(translated.fields)
    return value
