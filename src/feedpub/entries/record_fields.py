"""A record's raw fields for its entry, and the warnings about them."""

from __future__ import annotations

import msgspec

from feedpub.errors import Problem, describe_value
from feedpub.model import Record


def take_field(record: Record, field: str, problems: list[Problem]) -> object:
    """Take a field's raw value; if its mapping failed, warn and leave it out."""
    if record.faults and (fault := record.faults.get(field)) is not None:
        message = f"fails: {fault.message}; the field is left out"
        problem = warn_of_field(record, field, fault.expression, message)
        problems.append(msgspec.structs.replace(problem, kind="mapping"))
        return None
    return record.fields.get(field)


def warn_of_field(record: Record, field: str, value: object, message: str) -> Problem:
    """Make a warning about the value of a field."""
    where = record.where(field)
    return Problem("warning", where, field, describe_value(value), "malformed", message)
