"""A source's own mapping: which of its records count, and where in them our fields are."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Protocol

import msgspec

from feedpub.errors import EvaluationError, ExpressionError, quote_value
from feedpub.model import IDENTIFYING, Fault
from feedpub.settings import Source
from feedpub.sources import read_suffix
from feedpub.systems.names import field_names, find_field
from feedpub.systems.registry import NONE, find_system, suggest_system

if TYPE_CHECKING:
    from feedpub.sources import Expression


# Formats whose records are pages, and those that have columns.
_PAGES = frozenset({"txt", "html"})
_TABLES = frozenset({"csv", "tsv", "xlsx", "xlsm", "xls", "ods", "sqlite", "sqlite3", "db"})


class MappingError(ValueError):
    """What maps a field is neither a column of a table nor JMESPath; the message says so."""


class Mapped(msgspec.Struct, frozen=True):
    """The fields of a record after its source's own mapping, what found each, and its faults."""

    fields: Mapping[str, object]
    rules: Mapping[str, str]
    faults: Mapping[str, Fault]


class _Rule(Protocol):
    """What gives a field's value: an expression, or a column of a table."""

    @property
    def text(self) -> str: ...

    @property
    def names(self) -> frozenset[str]: ...

    def evaluate(self, value: object) -> object: ...


class Mapper:
    """What a source's own [source.fields] and `where` say of its records.

    A mapped field is what its expression gives, and nothing else. What an expression fails on
    is the field's fault, and does as much harm as a value of the wrong type would. `names` are
    those of the values of a record that it reads.
    """

    def __init__(self, source: Source, columns: Collection[str] = ()) -> None:
        """Compile the expressions of a source; `columns` are those that are columns of a table.

        Raises:
            MappingError: A mapping of a table is neither a column nor valid JMESPath.
        """
        self._where = None if source.where is None else _compile(source.where)
        self._rules = {
            field: _make_rule(field, text, columns) for field, text in source.fields.items()
        }
        rules = [*self._rules.values(), *([] if self._where is None else [self._where])]
        self.names = frozenset[str]().union(*(rule.names for rule in rules))

    def map(
        self,
        raw: Mapping[str, object],
        fields: Mapping[str, object],
        rules: Mapping[str, str],
        *,
        whole: bool,
    ) -> Mapped | None:
        """Put the mapped fields in place of those that were found; None does not count.

        Args:
            raw: What the expressions look at.
            whole: Map all fields, and tell what found them; else those that identify a record.
        """
        faults = self._judge(raw)
        if faults is None:
            return None
        if not self._rules:
            return Mapped(fields, rules, faults)
        mapped = {name: value for name, value in fields.items() if name not in self._rules}
        told = {name: rule for name, rule in rules.items() if name not in self._rules}
        for field, rule in self._rules.items():
            if not whole and field not in IDENTIFYING:
                continue
            value, fault = _evaluate(rule, raw)
            if fault is not None:
                faults[field] = fault
            elif value is not None and value not in ("", [], {}):
                mapped[field] = value
            if whole:
                nothing = "" if field in mapped else ", which gives nothing here"
                told[field] = f'[source.fields], {field} = "{rule.text}"{nothing}'
        return Mapped(mapped, told, faults)

    def _judge(self, raw: Mapping[str, object]) -> dict[str, Fault] | None:
        """Evaluate `where`: None is a record that does not count, else its fault, if any."""
        if self._where is None:
            return {}
        try:
            return {} if self._where.holds(raw) else None
        except EvaluationError as error:
            return {"where": Fault(self._where.text, str(error))}


class _Column:
    """A column of a table, by the name in its header."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.names = frozenset({text})

    def evaluate(self, value: object) -> object:
        return value.get(self.text) if isinstance(value, Mapping) else None


def _compile(text: str) -> Expression:
    # Deferred: most sources map nothing, and need no JMESPath.
    from feedpub.sources import compile_expression

    return compile_expression(text)


def _make_rule(field: str, text: str, columns: Collection[str]) -> _Rule:
    if text in columns:
        return _Column(text)
    try:
        return _compile(text)
    except ExpressionError as error:
        message = f'has no column "{text}", which [source.fields] names for {field}; and it {error}'
        raise MappingError(message) from error


def _evaluate(rule: _Rule, raw: Mapping[str, object]) -> tuple[object, Fault | None]:
    try:
        return rule.evaluate(raw), None
    except EvaluationError as error:
        return None, Fault(rule.text, str(error))


def check_mapping(source: Source) -> list[str]:
    """Give a message for each fault of a source's fields and where, for the configuration's."""
    messages = []
    if source.fields and source.format in _PAGES:
        messages.append(f"fields: is for data; the fields of {source.format} pages are ours")
    for field, text in source.fields.items():
        if field not in field_names():
            messages.append(f"fields.{field}: is not a field; {_suggest_field(field)}")
        if not _is_table(source):
            hint = '; if it is a column, set format = "csv"'
            messages += [f"fields.{field}: {fault}{hint}" for fault in _check_expression(text)]
        elif not text.strip():
            messages.append(f"fields.{field}: is empty")
    names = (source.system,) if isinstance(source.system, str) else source.system or ()
    for name in names:
        if name != NONE and find_system(name) is None:
            messages.append(f"system: {quote_value(name)} is not known. {suggest_system(name)}")
    if source.records is not None and not _is_table(source):
        messages += [f"records: {fault}" for fault in _check_expression(source.records)]
    if source.where is not None:
        messages += [f"where: {fault}" for fault in _check_expression(source.where)]
    return messages


def _check_expression(text: str) -> list[str]:
    try:
        _compile(text)
    except ExpressionError as error:
        return [f"{quote_value(text)} {error}"]
    return []


def _suggest_field(name: str) -> str:
    known = find_field(name)
    close = [known[0]] if known else difflib.get_close_matches(name, field_names(), n=1)
    return f"did you mean {close[0]}?" if close else f"known are {', '.join(field_names())}"


def _is_table(source: Source) -> bool:
    """Say whether all files of a source are tables, by its settings alone."""
    return (source.format or read_suffix(source.path)) in _TABLES
