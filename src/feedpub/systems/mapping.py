"""A source's own mapping: which of its records count, and where in them our fields are."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Protocol

import msgspec

from feedpub.errors import EvaluationError, ExpressionError, quote_value
from feedpub.model import IDENTIFYING, Fault, Origin, Record
from feedpub.settings import Source
from feedpub.systems.names import FIELD_NAMES, name_spelling, take_fields
from feedpub.timestamps import show_times

if TYPE_CHECKING:
    from feedpub.systems.expressions import Expression


# Formats whose records are pages, and those that have columns.
_PAGES = frozenset({"txt", "html"})
_TABLES = frozenset({"csv", "tsv"})


class MappingError(ValueError):
    """What maps a field is neither a column of a table nor JMESPath; the message says so."""


class _Rule(Protocol):
    """What gives a field's value: an expression, or a column of a table."""

    @property
    def text(self) -> str: ...

    def evaluate(self, value: object) -> object: ...


class Mapper:
    """Makes the Records of one source, by its [source.fields] and its `where`.

    A mapped field is what its expression gives, and nothing else; all others are found by
    the names that every source may use. What an expression fails on is the field's fault,
    and does as much harm as a value of the wrong type would.
    """

    def __init__(self, source: Source, columns: Collection[str] = ()) -> None:
        """Compile the expressions of a source; of a table, `columns` are what its header names.

        Raises:
            MappingError: What maps a field of a table is no column, and no JMESPath.
        """
        self._where = None if source.where is None else _compile(source.where)
        self._rules = {
            field: _make_rule(field, text, columns) for field, text in source.fields.items()
        }
        # Without either, the identifying fields are all that a scan needs to decode.
        self.is_plain = self._where is None and not self._rules
        self._named = tuple(name for name in FIELD_NAMES if name not in self._rules)
        self._named_identifying = tuple(name for name in IDENTIFYING if name not in self._rules)

    def make_record(
        self,
        origin: Origin,
        raw: Mapping[str, object],
        *,
        digest: int,
        whole: bool = False,
        named: Mapping[str, object] | None = None,
    ) -> Record:
        """Make the Record of a raw one.

        Args:
            whole: Take all fields, and tell what found them; else those that identify it.
            named: The raw record as the names of fields are looked up in it, where that differs.
        """
        named = raw if named is None else named
        if self.is_plain and not whole:
            return Record(origin, take_fields(named, IDENTIFYING), digest)
        faults = self._judge(raw)
        if faults is None:
            return Record(origin, {}, digest, chosen=False)
        fields = take_fields(named, self._named if whole else self._named_identifying)
        rules = _name_spellings(named, fields) if whole else {}
        for field, rule in self._rules.items():
            if not whole and field not in IDENTIFYING:
                continue
            value, fault = _evaluate(rule, raw)
            if fault is not None:
                faults[field] = fault
            elif value is not None and value not in ("", [], {}):
                fields[field] = value
            if whole:
                nothing = "" if field in fields else ", which gives nothing here"
                rules[field] = f'[source.fields], {field} = "{rule.text}"{nothing}'
        return Record(origin, fields, digest, rules=rules, faults=faults)

    def choose(self, page: Record) -> Record:
        """Decide whether a page counts: its fields have our names, and `where` sees these."""
        faults = {} if self._where is None else self._judge(show_times(page.fields))
        if faults is None:
            return msgspec.structs.replace(page, chosen=False)
        return msgspec.structs.replace(page, faults=faults) if faults else page

    def _judge(self, raw: Mapping[str, object]) -> dict[str, Fault] | None:
        """Evaluate `where`: None is a record that does not count, else its fault, if any."""
        if self._where is None:
            return {}
        try:
            return {} if self._where.holds(raw) else None
        except EvaluationError as error:
            return {"where": Fault(self._where.text, str(error))}


def _name_spellings(raw: Mapping[str, object], fields: Iterable[str]) -> dict[str, str]:
    return {field: f"its name, {name_spelling(raw, field)}" for field in fields}


class _Column:
    """A column of a table, by the name in its header."""

    def __init__(self, text: str) -> None:
        self.text = text

    def evaluate(self, value: object) -> object:
        return value.get(self.text) if isinstance(value, Mapping) else None


def _compile(text: str) -> Expression:
    # Deferred: most sources map nothing, and need no JMESPath.
    from feedpub.systems.expressions import compile_expression

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
        if field not in FIELD_NAMES:
            messages.append(f"fields.{field}: is no field; {_suggest_field(field)}")
        if not _is_table(source):
            hint = '; if it is a column, set format = "csv"'
            messages += [f"fields.{field}: {fault}{hint}" for fault in _check_expression(text)]
        elif not text.strip():
            messages.append(f"fields.{field}: is empty")
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
    for field, spellings in FIELD_NAMES.items():
        if name in spellings:
            return f"did you mean {field}?"
    close = difflib.get_close_matches(name, FIELD_NAMES, n=1)
    return f"did you mean {close[0]}?" if close else f"known are {', '.join(FIELD_NAMES)}"


def _is_table(source: Source) -> bool:
    """Say whether all files of a source are tables, by its settings alone."""
    suffix = source.path.removesuffix(".gz").rpartition(".")[2].lower()
    return (source.format or suffix) in _TABLES
