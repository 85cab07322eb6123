"""How records were read: finds the records at a path, and reads them with evidence."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path

import msgspec

from feedpub.articles import Identifier, KnownSections, SectionNames
from feedpub.commands.explanations import Explanation, FieldExplanation, describe_readings
from feedpub.entries import EntryMaker
from feedpub.errors import ConfigError, Problem, Where, guard_record
from feedpub.files import read_regular, read_state
from feedpub.images import ImageMeasurer, open_cache
from feedpub.model import (
    ALWAYS,
    SHOWN,
    Candidate,
    Origin,
    Reading,
    Record,
    SourceFile,
    Timestamp,
)
from feedpub.pipeline import Clock, refuse_future
from feedpub.settings import Config, Source
from feedpub.systems import list_sources, load_records, open_file, scan_file

_LARGEST = 4 * 2**20  # bytes of a file that is explained as a whole


class Explainer:
    """Explains records as a configuration reads them.

    `now` decides which are in the future; without it, none is.
    """

    def __init__(self, config: Config, now: datetime | None = None) -> None:
        self._config = config
        self._now = now
        self._clock = Clock(config, now)
        self._known_sections = KnownSections(config)
        self._measurer = ImageMeasurer(config, open_cache(config))
        self._begin()

    def _begin(self) -> None:
        """Begin anew: explanations of a path do not depend on those before."""
        self._names = SectionNames(self._config.sections)
        self._maker = EntryMaker(self._config, self._names, self._measurer)

    def explain_path(self, path: str) -> Iterator[Explanation]:
        """Explain every record at a path: a file, a folder of them, or - for standard input.

        Raises:
            ConfigError: There is nothing at the path.
        """
        self._begin()
        place = Path(path)
        if path == "-":
            content = sys.stdin.buffer.read()
            with tempfile.TemporaryDirectory() as folder:
                held = Path(folder) / f"stdin.{_guess_suffix(content)}"
                held.write_bytes(content)
                yield from self._explain_lone(held, "-")
        elif place.is_dir():
            inside = place.resolve()
            for resolved, file in self._files.items():
                if resolved.is_relative_to(inside):
                    yield from self._explain_file(file)
        elif not place.exists():
            raise ConfigError(f"{path}: does not exist")
        elif (named := self._files.get(place.resolve())) is not None:
            yield from self._explain_file(named)
        else:
            yield from self._explain_lone(place, path)

    def explain_texts(self, path: str) -> Iterator[Explanation]:
        """Explain bare texts, one per line, as the timestamps of a record.

        The settings are those of the first source.

        Raises:
            ConfigError: There is no file at the path, or it is not UTF-8.
        """
        try:
            content = sys.stdin.buffer.read() if path == "-" else read_regular(path)
            lines = content.decode("utf-8-sig").splitlines()
        except UnicodeDecodeError as error:
            raise ConfigError(f"{path}: can't be read: {error}") from error
        except OSError as error:
            raise ConfigError(
                f'"{path}": can\'t be read: {error.strerror}. '
                "Pass a file of timestamps, one per line, or - for standard input."
            ) from error
        file = SourceFile(Path(path), path, path, Path(), 0)
        identifier = Identifier(self._config.site, self._config.sources[0], now=self._now)
        for number, line in enumerate(lines, 1):
            if line.strip():
                record = Record(Origin(file, number, number), {"updated": line}, 0)
                readings: dict[str, Reading] = {}
                identifier.identify(record, [], readings)  # only its time matters
                fields = describe_readings(self._config, record, [readings["updated"]])
                result = "read" if fields[0].value is not None else "rejected"
                yield Explanation(where=record.origin.where, result=result, fields=fields)

    @cached_property
    def _files(self) -> Mapping[Path, SourceFile]:
        """The files of all sources, by their resolved paths."""
        files: dict[Path, SourceFile] = {}
        for file in list_sources(self._config):
            if isinstance(file, SourceFile):
                files.setdefault(file.path.resolve(), file)
        return files

    def _explain_lone(self, path: Path, shown: str) -> Iterator[Explanation]:
        """Explain a file that no source names: only the settings of the site apply."""
        sources = (*self._config.sources, Source(path=str(path), section="(none)"))
        config = msgspec.structs.replace(self._config, sources=sources)
        file = SourceFile(path, shown, path.name, path.parent, len(sources) - 1)
        yield from Explainer(config, self._now)._explain_file(open_file(config, file))

    def _explain_file(self, file: SourceFile) -> Iterator[Explanation]:
        """Explain every record of a file, with the settings of its source."""
        source = self._config.sources[file.source]
        scanned = list(scan_file(file))
        origins = [item.origin for item in scanned if isinstance(item, Record) and item.chosen]
        whole = load_records(file, origins) if origins else iter(())
        identifier = Identifier(self._config.site, source, self._known_sections, now=self._now)
        warnings: list[Problem] = []  # about the file; its first record shows them
        for item in scanned:
            if isinstance(item, Problem) and item.severity == "warning":
                warnings.append(item)
                continue
            if isinstance(item, Problem):
                told = Explanation(where=item.where, result="rejected", problems=[item])
            elif not item.chosen:
                told = _explain_passed_over(item.origin.where, source)
            else:
                told = self._explain_guarded(identifier, next(whole))
            yield msgspec.structs.replace(told, problems=[*warnings, *told.problems])
            warnings = []

    def _explain_guarded(self, identifier: Identifier, record: Record) -> Explanation:
        """Explain a record; a bug of ours costs that record."""
        where = record.origin.where
        if record.failure is not None:
            return Explanation(where=where, result="rejected", problems=[record.failure])
        bugs: list[Problem] = []
        explained = guard_record(where, partial(self._explain, identifier, record), bugs)
        return explained or Explanation(where=where, result="rejected", problems=bugs)

    def _explain(self, identifier: Identifier, record: Record) -> Explanation:
        problems = list(record.problems)
        readings: dict[str, Reading] = {}
        candidate = identifier.identify(record, problems, readings)
        status = str(readings["status"].value) if "status" in readings else "published"
        result = status if candidate is not None or status == "left out" else "rejected"
        if result in (*SHOWN, "rejected"):
            shown = candidate or _stand_in(record, readings)
            for reading in self._read_entry(record, shown, problems):
                if reading.field not in readings or readings[reading.field].refusal is None:
                    readings[reading.field] = reading
        until = None if candidate is None else self._clock.find_due(candidate)
        if candidate is not None and until is None:
            problems.extend(self._clock.warn_of_update(candidate))
        if candidate is not None and until is not None:
            result = f"withheld until {until}"
            if self._config.site.future == "reject":
                problems.append(refuse_future(candidate, until))
                result = "rejected"
        fields = describe_readings(self._config, record, readings.values())
        where = record.origin.where
        return Explanation(
            where=where,
            result=result,
            fields=fields,
            problems=list(dict.fromkeys(problems)),
            unused=list(record.unused),
        )

    def _read_entry(
        self, record: Record, candidate: Candidate, problems: list[Problem]
    ) -> list[Reading]:
        """Read the values of an entry; a field that was refused gets no second problem."""
        self._names.learn([(candidate, 1)])
        refused = {problem.field for problem in problems if problem.severity == "error"}
        self._maker.problems.clear()
        readings = self._maker.explain(record, candidate)
        problems.extend(p for p in self._maker.problems if p.field not in refused)
        return readings


def is_small(path: str) -> bool:
    """Say whether all that is said of a path can be held in memory."""
    state = None if path == "-" or Path(path).is_dir() else read_state(Path(path))
    return state is not None and state[1] <= _LARGEST


def explain_elsewhere(config: Config, now: datetime, path: str) -> list[Explanation]:
    """Explain every record at a path, in a process of its own that explains one run's paths.

    Raises:
        ConfigError: There is nothing at the path.
    """
    run = (config.path, now)
    if run not in _opened:
        _opened.clear()
        _opened[run] = Explainer(config, now)
    return list(_opened[run].explain_path(path))


_opened: dict[tuple[Path, datetime], Explainer] = {}  # of the run that this process is for


def _explain_passed_over(where: Where, source: Source) -> Explanation:
    rule = "the source's where, which is not true for this record"
    field = FieldExplanation(field="where", raw=None, value=source.where, rule=rule)
    return Explanation(where=where, result="passed over", fields=[field])


def _stand_in(record: Record, readings: Mapping[str, Reading]) -> Candidate:
    """Make a candidate from the known fields of a rejected record, to explain its entry."""
    values = {field: reading.value for field, reading in readings.items()}
    id, sections = values.get("id"), values.get("section")
    published, updated = (_read_instant(values.get(field)) for field in ("published", "updated"))
    return Candidate(
        id=id if isinstance(id, str) else "",
        sections=sections if isinstance(sections, tuple) else (),
        updated=updated or published or ALWAYS,
        published=published,
        status="retracted" if values.get("status") == "retracted" else "published",
        origin=record.origin,
        digest=record.digest,
    )


def _read_instant(value: object) -> int | None:
    return int(value.value.timestamp()) if isinstance(value, Timestamp) else None


def _guess_suffix(content: bytes) -> str:
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.partition(b"\n")[0].rstrip() in (b"---", b"+++"):
        return "md"
    if start.startswith(b"["):
        return "json"
    if not start.startswith(b"{"):
        return "txt"
    lines = start.splitlines()
    return "jsonl" if len(lines) > 1 and lines[0].rstrip().endswith(b"}") else "json"
