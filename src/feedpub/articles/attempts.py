"""The reading of a record's fields, with every rejection and, where asked, the evidence."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from feedpub.errors import Rejection
from feedpub.model import Reading, Record

T = TypeVar("T")


class Attempts:
    """Reads the fields of one record, and collects every rejection, not only the first."""

    __slots__ = ("record", "rejections")

    def __init__(self, record: Record) -> None:
        self.record = record
        self.rejections: list[Rejection] = []

    def read(self, field: str, read: Callable[[Record, str], tuple[T, str]]) -> T | None:
        """Read a field; None if it rejects the record."""
        try:
            return read(self.record, field)[0]
        except Rejection as rejection:
            self.rejections.append(rejection)
            return None


class RecordedAttempts(Attempts):
    """Records how each field was read, too, to explain it."""

    __slots__ = ("readings",)

    def __init__(self, record: Record, readings: dict[str, Reading]) -> None:
        super().__init__(record)
        self.readings = readings

    def read(self, field: str, read: Callable[[Record, str], tuple[T, str]]) -> T | None:
        """Read a field; None if it rejects the record."""
        try:
            value, rule = read(self.record, field)
        except Rejection as rejection:
            self.rejections.append(rejection)
            self.readings[rejection.field] = Reading(
                field=rejection.field, raw=rejection.value, refusal=rejection
            )
            return None
        raw = self.record.fields.get(field)
        self.readings[field] = Reading(field=field, raw=raw, value=value, rule=rule)
        return value
