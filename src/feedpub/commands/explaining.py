"""How a record was read: each field's raw value, what it became, and which rule decided."""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from feedpub.articles import Identifier, KnownSections, Rejection, SectionNames
from feedpub.entries import EntryMaker
from feedpub.errors import ConfigError, Problem, TimestampError, Where, describe_value, quote_value
from feedpub.images import ImageMeasurer, open_cache
from feedpub.model import SHOWN, Candidate, Entry, Image, Origin, Record, SourceFile
from feedpub.pipeline import Clock, refuse_future
from feedpub.settings import Config, Source
from feedpub.systems import list_sources, load_records, open_file, scan_file
from feedpub.timestamps import show_times

# What makes up a field of an entry, the first that a record has.
_RAW_NAMES = {"content": ("content_html", "content_text"), "author": ("author", "source")}


class FieldExplanation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a field was, what it became, and why; `details` are those of a timestamp.

    `found` says what found the raw value in its file, `rule` how the value came of it.
    """

    field: str
    raw: str | None
    value: str | list[str] | None
    rule: str
    found: str = ""
    details: Mapping[str, object] = {}


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """How one record was read.

    `result` is published, retracted, left out, withdrawn, withheld until a time, rejected or
    passed over.
    """

    where: Where
    result: str
    fields: list[FieldExplanation] = []
    problems: list[Problem] = []


def explain_path(config: Config, path: str, now: datetime | None = None) -> Iterator[Explanation]:
    """Explain every record at a path: a file, a folder of them, or - for standard input.

    `now` tells which are not due yet; without it, none is.

    Raises:
        ConfigError: There is nothing at the path.
    """
    if path == "-":
        content = sys.stdin.buffer.read()
        with tempfile.TemporaryDirectory() as folder:
            held = Path(folder) / f"stdin.{_guess_suffix(content)}"
            held.write_bytes(content)
            yield from explain_file(config, held, "-", now=now)
        return
    place = Path(path)
    if place.is_dir():
        inside = place.resolve()
        for file in list_sources(config):
            if isinstance(file, SourceFile) and file.path.resolve().is_relative_to(inside):
                yield from explain_file(config, file.path, file.shown, now=now)
    elif place.exists():
        yield from explain_file(config, place, path, now=now)
    else:
        raise ConfigError(f"{path}: does not exist")


def explain_texts(config: Config, path: str) -> Iterator[Explanation]:
    """Explain bare texts, one a line, as the timestamps of a record.

    They are read with the settings of the one source, or of the first.

    Raises:
        ConfigError: There is no file at the path, or it is no UTF-8.
    """
    try:
        content = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    except OSError as error:
        raise ConfigError(
            f'"{path}": cannot be read: {error.strerror}; '
            "expected a file of timestamps, one a line, or - for standard input"
        ) from error
    file = SourceFile(Path(path), path, path, Path(), 0)
    identifier = Identifier(config.site, config.sources[0])
    for number, line in enumerate(lines, 1):
        if line.strip():
            record = Record(Origin(file, number, number), {"updated": line}, 0)
            field = _explain_time(config, identifier, record, "updated")
            result = "read" if field.value is not None else "rejected"
            yield Explanation(where=record.origin.where, result=result, fields=[field])


def explain_file(
    config: Config, path: Path, shown: str, *, now: datetime | None = None
) -> Iterator[Explanation]:
    """Explain every record of a file, with the settings of the source that names it."""
    config, file = _find_source(config, path, shown)
    source = config.sources[file.source]
    scanned = list(scan_file(file))
    origins = [item.origin for item in scanned if isinstance(item, Record) and item.chosen]
    whole = load_records(file, origins) if origins else iter(())
    identifier = Identifier(config.site, source, KnownSections(config))
    clock = Clock(config, now)
    warnings: list[Problem] = []  # of the file, which are told with its first record
    for item in scanned:
        if isinstance(item, Problem) and item.severity == "warning":
            warnings.append(item)
            continue
        if isinstance(item, Problem):
            told = Explanation(where=item.where, result="rejected", problems=[item])
        elif not item.chosen:
            told = _explain_passed_over(item.origin.where, source)
        else:
            told = _explain_record(config, identifier, clock, next(whole))
        yield msgspec.structs.replace(told, problems=[*warnings, *told.problems])
        warnings = []


def format_explanation(explanation: Explanation) -> list[str]:
    """Write an explanation for a person."""
    lines = [f"{explanation.where}: {explanation.result}"]
    for field in explanation.fields:
        value = field.value if isinstance(field.value, list) else [field.value or "none"]
        lines.append(f"  {field.field:<10} {'; '.join(value)}")
        if field.raw is not None and [field.raw] != value:
            lines.append(f"  {'':<10}   from {quote_value(field.raw)}")
        if field.found:
            lines.append(f"  {'':<10}   found by: {field.found}")
        if field.rule:
            lines.append(f"  {'':<10}   {field.rule}")
        lines += [f"  {'':<10}   {line}" for line in _format_details(field.details)]
    lines += [f"  {problem.severity}: {problem.describe()}" for problem in explanation.problems]
    return lines


def _format_details(details: Mapping[str, object]) -> Iterator[str]:
    if details.get("text"):
        yield f'read from "{details["text"]}", precise to the {details["precision"]}'
    flags = details.get("flags")
    if isinstance(flags, list) and flags:
        yield f"flags: {', '.join(flags)}"
    readings = details.get("readings")
    if isinstance(readings, list) and readings:
        yield f"it could be {' or '.join(readings)}"
    if details.get("zone"):
        yield f"zone of times that name none: {details['zone']} ({details['zone_from']})"


def format_explanation_json(explanation: Explanation) -> str:
    """Write an explanation as one line of JSON, in ASCII: a raw value may hold anything."""
    return json.dumps(msgspec.to_builtins(explanation))


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


def _find_source(config: Config, path: Path, shown: str) -> tuple[Config, SourceFile]:
    resolved = path.resolve()
    for file in list_sources(config):
        if isinstance(file, SourceFile) and file.path.resolve() == resolved:
            return config, file
    # In no source: the site's settings alone.
    lone = Source(path=str(path), section="(none)")
    config = msgspec.structs.replace(config, sources=(*config.sources, lone))
    index = len(config.sources) - 1
    return config, open_file(config, SourceFile(path, shown, path.name, path.parent, index))


def _explain_passed_over(where: Where, source: Source) -> Explanation:
    rule = "the source's where, which is not true of this record"
    field = FieldExplanation(field="where", raw=None, value=source.where, rule=rule)
    return Explanation(where=where, result="passed over", fields=[field])


def _explain_record(
    config: Config, identifier: Identifier, clock: Clock, record: Record
) -> Explanation:
    problems: list[Problem] = []
    candidate = identifier.identify(record, problems)
    fields = [
        _explain_id(identifier, record),
        _explain_section(config, identifier, record),
        _explain_time(config, identifier, record, "updated"),
        _explain_time(config, identifier, record, "published"),
    ]
    if "status" in record.fields or "status" in record.faults:
        fields.append(_explain_status(identifier, record))
    try:
        result: str = identifier.read_status(record, [])
    except Rejection:
        result = "rejected"
    if candidate is None:
        result = result if result == "left out" else "rejected"
    elif candidate.status in SHOWN:
        fields = [*_explain_entry(config, record, candidate, problems), *fields]
    order = ("title", "id", "link", "section", "updated", "published")
    fields.sort(key=lambda f: order.index(f.field) if f.field in order else len(order))
    retracted = result == "retracted"
    fields = [
        msgspec.structs.replace(field, found=_name_finder(record, field.field, retracted=retracted))
        for field in fields
    ]
    until = None if candidate is None else clock.find_due(candidate)
    if candidate is not None and until is not None:
        if config.site.future == "reject":
            problems.append(refuse_future(candidate, until))
            result = "rejected"
        else:
            result = f"withheld until {until}"
    return Explanation(where=record.origin.where, result=result, fields=fields, problems=problems)


def _explain_entry(
    config: Config, record: Record, candidate: Candidate, problems: list[Problem]
) -> list[FieldExplanation]:
    names = SectionNames(config.sections)
    names.learn([candidate])
    maker = EntryMaker(config, names, ImageMeasurer(config, open_cache(config)))
    entry = maker.make(record, candidate)
    problems.extend(maker.problems)
    rules = {**_name_own_fields(record, entry), **maker.explain(record, candidate)}
    values: dict[str, str | list[str] | None] = {
        "title": entry.title,
        "link": entry.link,
        "author": list(entry.authors),
        "tags": list(entry.categories),
        "summary": entry.summary,
        "content": None if entry.content is None else f"{len(entry.content):,} characters of HTML",
        "images": [_describe_image(image) for image in entry.images],
    }
    return [
        FieldExplanation(
            field=name, raw=_show_raw(record, name), value=value, rule=rules.get(name, "")
        )
        for name, value in values.items()
        if value
    ]


def _name_own_fields(record: Record, entry: Entry) -> dict[str, str]:
    body = next((name for name in ("content_html", "content_text") if name in record.fields), "")
    return {
        "title": "the record's title",
        "tags": "section names, then the record's tags",
        "summary": "the record's summary" if "summary" in record.fields else "from the body",
        "content": f"the record's {body}" if not entry.retracted else "the record's notice",
        "images": "measured, or as the record declares them",
    }


def _explain_id(identifier: Identifier, record: Record) -> FieldExplanation:
    try:
        id, rule = identifier.make_id(record)
    except Rejection as rejection:
        return _explain_rejection(rejection)
    return FieldExplanation(field="id", raw=_show_raw(record, "id"), value=id, rule=rule)


def _explain_status(identifier: Identifier, record: Record) -> FieldExplanation:
    try:
        status = identifier.read_status(record, [])
    except Rejection as rejection:
        return _explain_rejection(rejection)
    rule = "the record's status"
    return FieldExplanation(
        field="status", raw=_show_raw(record, "status"), value=status, rule=rule
    )


def _explain_section(config: Config, identifier: Identifier, record: Record) -> FieldExplanation:
    try:
        found, rule = identifier.read_sections(record)
    except Rejection as rejection:
        return _explain_rejection(rejection)
    names = SectionNames(config.sections)
    shown = [f"{name} ({names.slug_of(name)})" for name in found]
    raw = _show_raw(record, "section")
    return FieldExplanation(field="section", raw=raw, value=shown, rule=rule)


def _explain_time(
    config: Config, identifier: Identifier, record: Record, name: str
) -> FieldExplanation:
    raw = _show_raw(record, name)
    try:
        stamp = identifier.read_time(record, name)
    except Rejection as rejection:
        return _explain_rejection(rejection, _name_zone(config, record))
    if stamp is None:
        return FieldExplanation(field=name, raw=None, value=None, rule="the record has none")
    return FieldExplanation(
        field=name,
        raw=raw,
        value=stamp.value.isoformat(),
        rule=stamp.rule.replace("the given zone", _name_whose(config, record)),
        details={
            "text": stamp.text,
            "precision": stamp.precision,
            "flags": list(stamp.flags),
            **_name_zone(config, record),
        },
    )


def _name_finder(record: Record, field: str, *, retracted: bool) -> str:
    """Say what found a field's raw value in its file, where the reader tells."""
    names: Sequence[str] = _RAW_NAMES.get(field, (field,))
    if field == "content" and retracted:
        names = ("notice",)
    names = sorted(names, key=lambda name: name not in record.fields)
    return next((record.rules[name] for name in names if name in record.rules), "")


def _name_whose(config: Config, record: Record) -> str:
    own = config.sources[record.origin.file.source].timezone
    return "the site's zone" if own is None else "the source's zone"


def _name_zone(config: Config, record: Record) -> dict[str, object]:
    index = record.origin.file.source
    own = config.sources[index].timezone
    if own is not None:
        return {"zone": own, "zone_from": f"source[{index}].timezone"}
    return {"zone": config.site.timezone, "zone_from": "site.timezone"}


def _explain_rejection(
    rejection: Rejection, details: Mapping[str, object] | None = None
) -> FieldExplanation:
    cause = rejection.__cause__
    competing: dict[str, object] = {}
    if isinstance(cause, TimestampError):
        competing = {"readings": list(cause.readings), "remedy": cause.remedy}
    return FieldExplanation(
        field=rejection.field,
        raw=None if rejection.value is None else describe_value(rejection.value),
        value=None,
        rule=f"refused: {rejection.message}",
        details={"kind": rejection.kind, **competing, **(details or {})},
    )


def _describe_image(image: Image) -> str:
    measured = (
        f"{image.type}, {image.length:,} bytes" if image.length is not None else "not measured"
    )
    size = f", {image.width} x {image.height}" if image.width is not None else ""
    return f"{image.url} ({measured}{size})"


def _show_raw(record: Record, field: str) -> str | None:
    value = show_times(record.fields).get(field)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = "; ".join(value)
    elif isinstance(value, list | Mapping):
        with contextlib.suppress(
            RecursionError, TypeError, ValueError
        ):  # nested too deep, or a date
            value = json.dumps(value, ensure_ascii=False)
    return None if value is None else describe_value(value)
