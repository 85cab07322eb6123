"""What is said of a record: its fields, how each was read, and the problems, as text or JSON."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from feedpub.articles import SectionNames
from feedpub.errors import Problem, Where, describe_value, quote_value
from feedpub.model import Image, ImageReference, Reading, Record, Recording, Timestamp
from feedpub.settings import Config
from feedpub.timestamps import FoundTime

_ORDER = (
    *("title", "id", "link", "section", "updated", "published"),
    *("author", "tags", "summary", "content", "images", "recordings", "status"),
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
    passed over. `unused` names the fields of the record that nothing read.
    """

    where: Where
    result: str
    fields: list[FieldExplanation] = []
    problems: list[Problem] = []
    unused: list[str] = []


def describe_readings(
    config: Config, record: Record, readings: Iterable[Reading]
) -> list[FieldExplanation]:
    """Describe how the fields of a record were read, in the order in which they are shown."""
    shown = filter(_is_told, sorted(readings, key=lambda reading: _ORDER.index(reading.field)))
    return [_describe_reading(config, record, reading) for reading in shown]


def format_text(explanation: Explanation) -> list[str]:
    """Format an explanation as text."""
    lines = [f"{explanation.where}: {explanation.result}"]
    for field in explanation.fields:
        values = field.value if isinstance(field.value, list) else [field.value or "none"]
        told = (value if isinstance(value, str) else _describe_media(value) for value in values)
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
    if explanation.unused:
        lines.append(f"  {'unused':<10} {', '.join(map(quote_value, explanation.unused))}")
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


def format_json(explanation: Explanation) -> list[str]:
    """Format an explanation as one line of JSON, in ASCII because a value may contain anything."""
    return [json.dumps(msgspec.to_builtins(explanation))]


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
    elif reading.field == "recordings" and isinstance(reading.value, list):
        value = [_list_recorded(recording) for recording in reading.value]
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


def _list_recorded(recording: Recording) -> dict[str, object]:
    """List the members of a recording."""
    names = ("url", "medium", "type", "length", "duration", "title", "caption", "credit")
    members = {"src": recording.source} | {name: getattr(recording, name) for name in names}
    return {name: value for name, value in members.items() if value is not None}


def _describe_media(members: Mapping[str, object]) -> str | None:
    """Describe a measured image or recording by its members; None if it is left out."""
    if "url" not in members:
        return None
    length = members.get("length")
    parts = [f"{members.get('type')}, {length:,} bytes" if length is not None else "not measured"]
    if "width" in members:
        parts.append(f"{members['width']} x {members['height']}")
    if "duration" in members:
        parts.append(f"{members['duration']} seconds")
    return f"{members['url']} ({', '.join(parts)})"


def _show_raw(value: object) -> str | None:
    if isinstance(value, FoundTime):
        value = str(value)
    elif isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = "; ".join(value)
    elif isinstance(value, list | Mapping):
        # Nested too deep, or a date.
        with contextlib.suppress(RecursionError, TypeError, ValueError):
            value = json.dumps(value, ensure_ascii=False)
    return None if value is None else describe_value(value)
