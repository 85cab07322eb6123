"""How records were read: the raw value of each field, its final value, and the rule."""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path

import msgspec

from feedpub.articles import Identifier, KnownSections, SectionNames
from feedpub.entries import EntryMaker
from feedpub.errors import ConfigError, Problem, Where, describe_value, guard_record, quote_value
from feedpub.images import ImageMeasurer, open_cache
from feedpub.model import (
    ALWAYS,
    SHOWN,
    Candidate,
    Image,
    ImageReference,
    Origin,
    Reading,
    Record,
    SourceFile,
    Timestamp,
)
from feedpub.pipeline import Clock, refuse_future
from feedpub.settings import Config, Source
from feedpub.systems import list_sources, load_records, open_file, scan_file

_ORDER = (
    *("title", "id", "link", "section", "updated", "published"),
    *("author", "tags", "summary", "content", "images", "status"),
)
_TIMES = ("updated", "published")


class FieldExplanation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The raw value of a field, its final value, and why.

    `found` says what found the raw value in its file, `rule` which rule gave the final value.
    `details` describe a timestamp or a refusal, or contain the HTML of the content.
    """

    field: str
    raw: str | None
    value: str | list[str] | list[dict[str, object]] | None
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

    `now` decides which are in the future; without it, none is.

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
    """Explain bare texts, one per line, as the timestamps of a record.

    The settings are those of the first source.

    Raises:
        ConfigError: There is no file at the path, or it is not UTF-8.
    """
    try:
        content = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: can't be read: {error}") from error
    except OSError as error:
        raise ConfigError(
            f'"{path}": can\'t be read: {error.strerror}. '
            "Pass a file of timestamps, one per line, or - for standard input."
        ) from error
    file = SourceFile(Path(path), path, path, Path(), 0)
    identifier = Identifier(config.site, config.sources[0])
    for number, line in enumerate(lines, 1):
        if line.strip():
            record = Record(Origin(file, number, number), {"updated": line}, 0)
            readings: dict[str, Reading] = {}
            identifier.identify(record, [], readings)  # only its time matters
            field = _describe_reading(config, record, readings["updated"])
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
    for item in scanned:
        if isinstance(item, Problem):
            yield Explanation(where=item.where, result="rejected", problems=[item])
        elif not item.chosen:
            yield _explain_passed_over(item.origin.where, source)
        else:
            record, bugs = next(whole), list[Problem]()
            where = record.origin.where
            explain = partial(_explain_record, config, identifier, clock, record)
            explained = guard_record(where, explain, bugs)
            yield explained or Explanation(where=where, result="rejected", problems=bugs)


def format_explanation(explanation: Explanation) -> list[str]:
    """Format an explanation as text."""
    lines = [f"{explanation.where}: {explanation.result}"]
    for field in explanation.fields:
        values = field.value if isinstance(field.value, list) else [field.value or "none"]
        told = (value if isinstance(value, str) else _describe_image(value) for value in values)
        texts = list(dict.fromkeys(text for text in told if text))
        if not texts:
            continue
        lines.append(f"  {field.field:<10} {'; '.join(texts)}")
        if field.raw is not None and [field.raw] != texts:
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
        yield f"time zone of texts without one: {details['zone']} ({details['zone_from']})"


def format_explanation_json(explanation: Explanation) -> str:
    """Format an explanation as one line of JSON, in ASCII because a value may contain anything."""
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
    # No source names the file, so only the settings of the site apply.
    lone = Source(path=str(path), section="(none)")
    config = msgspec.structs.replace(config, sources=(*config.sources, lone))
    index = len(config.sources) - 1
    return config, open_file(config, SourceFile(path, shown, path.name, path.parent, index))


def _explain_passed_over(where: Where, source: Source) -> Explanation:
    rule = "the source's where, which is not true for this record"
    field = FieldExplanation(field="where", raw=None, value=source.where, rule=rule)
    return Explanation(where=where, result="passed over", fields=[field])


def _explain_record(
    config: Config, identifier: Identifier, clock: Clock, record: Record
) -> Explanation:
    problems: list[Problem] = []
    readings: dict[str, Reading] = {}
    candidate = identifier.identify(record, problems, readings)
    status = _read_status(readings)
    result = status if candidate is not None or status == "left out" else "rejected"
    if result in (*SHOWN, "rejected"):
        shown = candidate or _stand_in(record, readings)
        for reading in _explain_entry(config, record, shown, problems):
            refused = reading.field in readings and readings[reading.field].refusal is not None
            if not refused:
                readings[reading.field] = reading
    until = None if candidate is None else clock.find_due(candidate)
    if candidate is not None and until is not None:
        if config.site.future == "reject":
            problems.append(refuse_future(candidate, until))
            result = "rejected"
        else:
            result = f"withheld until {until}"
    fields = [
        _describe_reading(config, record, reading)
        for reading in sorted(readings.values(), key=lambda reading: _ORDER.index(reading.field))
        if _is_told(reading)
    ]
    return Explanation(where=record.origin.where, result=result, fields=fields, problems=problems)


def _read_status(readings: Mapping[str, Reading]) -> str:
    return str(readings["status"].value) if "status" in readings else "published"


def _stand_in(record: Record, readings: Mapping[str, Reading]) -> Candidate:
    """Make a candidate from what is known of a rejected record, to explain its entry."""
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


def _explain_entry(
    config: Config, record: Record, candidate: Candidate, problems: list[Problem]
) -> list[Reading]:
    names = SectionNames(config.sections)
    names.learn([candidate])
    maker = EntryMaker(config, names, ImageMeasurer(config, open_cache(config)))
    readings = maker.explain(record, candidate)
    refused = {problem.field for problem in problems if problem.severity == "error"}
    problems.extend(problem for problem in maker.problems if problem.field not in refused)
    return readings


def _is_told(reading: Reading) -> bool:
    """Say whether there is anything to show of a field; some are always shown."""
    always = reading.field in ("id", "section", *_TIMES)
    return always or reading.refusal is not None or bool(reading.value)


def _describe_reading(config: Config, record: Record, reading: Reading) -> FieldExplanation:
    """Describe how a field was read."""
    refusal = reading.refusal
    details: dict[str, object] = {}
    value: str | list[str] | list[dict[str, object]] | None = None
    if refusal is not None:
        details = {"kind": refusal.kind}
        if refusal.readings or refusal.remedy or reading.field in _TIMES:
            details |= {"readings": list(refusal.readings), "remedy": refusal.remedy}
    elif isinstance(reading.value, Timestamp):
        stamp = reading.value
        value = stamp.value.isoformat()
        details = {"text": stamp.text, "precision": stamp.precision, "flags": list(stamp.flags)}
    elif reading.field == "section" and isinstance(reading.value, tuple):
        names = SectionNames(config.sections)
        value = [f"{name} ({names.slug_of(name)})" for name in reading.value]
    elif reading.field == "images" and isinstance(reading.value, list):
        value = [_list_members(reference, image) for reference, image in reading.value]
    elif reading.field == "content":
        value = f"{len(str(reading.value)):,} characters of HTML"
        details = {"html": reading.value}
    elif isinstance(reading.value, tuple):
        value = list(reading.value)
    elif reading.value is not None:
        value = str(reading.value)
    if reading.field in _TIMES and (refusal is not None or value is not None):
        details |= _name_zone(config, record)
    return FieldExplanation(
        field=reading.field,
        raw=None if reading.field == "content" else _show_raw(reading.raw),
        value=value,
        rule=reading.rule if refusal is None else f"refused: {refusal.message}",
        found=reading.found or record.rules.get(reading.field, ""),
        details=details,
    )


def _name_zone(config: Config, record: Record) -> dict[str, object]:
    """Name the time zone of texts without one, and the setting that gives it."""
    index = record.origin.file.source
    own = config.sources[index].timezone
    if own is not None:
        return {"zone": own, "zone_from": f"source[{index}].timezone"}
    if "zone" in record.fields:
        return {"zone": record.fields["zone"], "zone_from": "its system"}
    return {"zone": config.site.timezone, "zone_from": "site.timezone"}


def _list_members(reference: ImageReference, image: Image | None) -> dict[str, object]:
    """List the members of an image; one that is left out has no URL."""
    members: dict[str, object] = {
        "src": reference.source,
        "elsewhere": reference.elsewhere,
        "caption": reference.caption,
        "credit": reference.credit,
        "alt": reference.alt,
    }
    if image is not None:
        names = ("url", "type", "length", "width", "height")
        members |= {name: getattr(image, name) for name in names}
    return {name: value for name, value in members.items() if value is not None}


def _describe_image(image: Mapping[str, object]) -> str | None:
    """Describe a measured image; None if it is left out."""
    if "url" not in image:
        return None
    length = image.get("length")
    measured = f"{image['type']}, {length:,} bytes" if length is not None else "not measured"
    size = f", {image['width']} x {image['height']}" if "width" in image else ""
    return f"{image['url']} ({measured}{size})"


def _show_raw(value: object) -> str | None:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = "; ".join(value)
    elif isinstance(value, list | Mapping):
        # Nested too deep, or a date.
        with contextlib.suppress(RecursionError, TypeError, ValueError):
            value = json.dumps(value, ensure_ascii=False)
    return None if value is None else describe_value(value)
