"""JMESPath expressions: checked wholly before any record, compiled once, evaluated safely."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

import jmespath
from jmespath.exceptions import (
    ArityError,
    EmptyExpressionError,
    JMESPathTypeError,
    LexerError,
    ParseError,
    VariadictArityError,
)
from jmespath.functions import Functions
from jmespath.visitor import TreeInterpreter

from feedpub.errors import EvaluationError, ExpressionError

# What evaluation may raise: functions check the types of their arguments, but not all of them.
_FAILURES = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
_SHOWN = 200
# How many parts of a node look at the value itself; of other nodes, all do.
_OWN_PARTS = {
    "expref": 0,
    "subexpression": 1,
    "index_expression": 1,
    "pipe": 1,
    "projection": 1,
    "value_projection": 1,
    "filter_projection": 1,
}
_Tree = Any  # jmespath's own: dicts with a type, children and a value


class Expression:
    """A compiled expression: `text` is what it was compiled from."""

    def __init__(self, text: str) -> None:
        """Compile a text.

        Raises:
            ExpressionError: It is not valid JMESPath, or calls an unknown function.
        """
        self.text = text
        self._tree = _parse(text)
        self._path = _list_names(self._tree)
        self._interpreter = TreeInterpreter()

    @cached_property
    def names(self) -> frozenset[str]:
        """The names that it reads of the value itself, not of the objects inside it."""
        return frozenset(_list_roots(self._tree))

    def evaluate(self, value: object) -> object:
        """Evaluate over a value of JSON.

        Raises:
            EvaluationError: A function was given what it does not take.
        """
        if self._path is not None:
            return _descend(value, self._path)
        try:
            return self._interpreter.visit(self._tree, value)
        except JMESPathTypeError as error:
            expected = " or ".join(error.expected_types)
            raise EvaluationError(
                f"{error.function_name}() expects {expected}, and got {error.actual_type}"
            ) from error
        except _FAILURES as error:
            raise EvaluationError(_describe(error)) from error

    def holds(self, value: object) -> bool:
        """Say whether the result is true: all but false, null and empty values are, also 0.

        Raises:
            EvaluationError: As `evaluate`.
        """
        result = self.evaluate(value)
        return not (result is None or result is False or result in ("", [], {}))


@lru_cache(maxsize=256)
def compile_expression(text: str) -> Expression:
    """Compile a text, once.

    Raises:
        ExpressionError: It is not valid JMESPath.
    """
    return Expression(text)


def _parse(text: str) -> _Tree:
    try:
        tree: _Tree = jmespath.compile(text).parsed
    except ParseError as error:
        raise ExpressionError(f"is not valid JMESPath: {_locate(error)}") from error
    except EmptyExpressionError as error:
        raise ExpressionError("is empty; expected JMESPath") from error
    except (ValueError, RecursionError) as error:
        raise ExpressionError(f"is not valid JMESPath: {_describe(error)}") from error
    for node in _walk(tree):
        if node["type"] == "function_expression":
            _check_call(text, node["value"], node["children"])
    return tree


def _locate(error: ParseError) -> str:
    if isinstance(error, LexerError):
        reason = error.message
    elif not error.token_value:
        reason = "it is cut"
    else:
        reason = f'unexpected "{error.token_value}"'
    return f"{reason[:1].lower()}{reason[1:]} (column {error.lex_position + 1})"


def _check_call(text: str, name: str, arguments: Sequence[object]) -> None:
    """Check a call as evaluation would, which finds its faults only where a record comes by."""
    found = re.search(rf"\b{re.escape(name)}\s*\(", text)
    column = f"(column {found.start() + 1})" if found else ""
    function = Functions.FUNCTION_TABLE.get(name)
    if function is None:
        raise ExpressionError(f"is not valid JMESPath: there is no function {name}() {column}")
    signature = function["signature"]
    variadic = bool(signature) and signature[-1].get("variadic", False)
    expected, given = len(signature), len(arguments)
    if given < expected or (given > expected and not variadic):
        kind = VariadictArityError if variadic else ArityError
        raise ExpressionError(
            f"is not valid JMESPath: {_describe(kind(expected, given, name))} {column}"
        )


def _walk(tree: _Tree) -> Iterator[_Tree]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [child for child in node.get("children", ()) if isinstance(child, Mapping)]


def _list_names(tree: _Tree) -> tuple[str, ...] | None:
    """List the names of an expression that is nothing else, like `headlines.basic`.

    Most are, and the interpreter takes twenty times as long over them.
    """
    parts = tree["children"] if tree["type"] == "subexpression" else [tree]
    if any(part["type"] != "field" for part in parts):
        return None
    return tuple(part["value"] for part in parts)


def _list_roots(tree: _Tree) -> Iterator[str]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if node["type"] == "field":
            yield node["value"]
        parts = node.get("children", ())[: _OWN_PARTS.get(node["type"])]
        waiting += [part for part in parts if isinstance(part, Mapping)]


def _descend(value: object, names: tuple[str, ...]) -> object:
    for name in names:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def _describe(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deep"
    text = " ".join(str(error).split()) or type(error).__name__
    text = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    return text[:1].lower() + text[1:]
