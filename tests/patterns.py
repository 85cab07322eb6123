"""The compiled patterns of feedpub, how its code uses them, and texts that may take them long.

`python -m tests.patterns` builds the golden sites, and prints each pattern that was compiled by
then, also those that are compiled when they are needed.
"""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import feedpub

PACKAGE = Path(feedpub.__file__).parent
GOLDEN = Path(__file__).parent / "golden"
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
# How `re` reads a pattern has no public interface.
_parser: Any = importlib.import_module("re._parser")
_codes: Any = importlib.import_module("re._constants")
_SAMPLES = " a\n<>\"'=/&;0-.,:([{#!A\té字@_"
_LARGE = 100  # from so many times on, a bounded repeat counts as one without bounds
# What texts of anyone are full of.
_USUAL = (
    *("<b ", "<b>", "<!--", " ", "\n", "\t", "&", "&amp;", "[", "(", "{", "{{", "a@", "a.", "a/"),
    *("a ", "A ", "1", "0-", "a,", ",", "字", '"', "'", "=", "*", "_", "`", "#", "|", "\\", "<"),
)


class Compiled(NamedTuple):
    """A pattern, and where its module compiles it."""

    module: str
    line: int
    text: str
    flags: int

    @property
    def name(self) -> str | None:
        """The name that the module gives to it; None for one that a function makes."""
        return _name_patterns(self.module).get(self.line)

    @property
    def is_searched(self) -> bool:
        """Whether it may begin anywhere in a text."""
        return self.name is None or _is_searched(self.module, self.name)


@cache
def list_patterns() -> tuple[Compiled, ...]:
    """List the patterns, from a process of its own: this one has compiled some already."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.patterns"],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(Compiled(*row) for row in json.loads(done.stdout.splitlines()[-1]))


def list_attacks(text: str, flags: int) -> tuple[tuple[str, str], ...]:
    """List beginnings, and pieces to repeat after them, at which a pattern may take long."""
    found: list[tuple[str, str]] = []
    _add_attacks(_parser.parse(text, flags), "", found)
    own = list(dict.fromkeys(found))
    again = [("", begin + piece) for begin, piece in own if begin]
    again += [("", begin) for begin, _ in own if begin]
    return tuple(dict.fromkeys([*own, *again, *(("", piece) for piece in _USUAL)]))


def _is_repeat(code: object) -> bool:
    return code in (_codes.MAX_REPEAT, _codes.MIN_REPEAT, _codes.POSSESSIVE_REPEAT)


def _add_attacks(parts: Sequence[Any], begin: str, found: list[tuple[str, str]]) -> None:
    """Add what leads to each repeat in the parts of a pattern, and what it repeats."""
    for code, value in parts:
        if _is_repeat(code):
            _, most, inner = value
            if most is _codes.MAXREPEAT or most >= _LARGE:
                found += [(begin, piece) for piece in _list_pieces(inner) if piece]
            _add_attacks(inner, begin, found)
        elif code is _codes.SUBPATTERN:
            _add_attacks(value[3], begin, found)
        elif code is _codes.ATOMIC_GROUP:
            _add_attacks(value, begin, found)
        elif code is _codes.BRANCH:
            for branch in value[1][:12]:
                _add_attacks(branch, begin, found)
        begin += _sample(code, value)


def _list_pieces(parts: Sequence[Any]) -> list[str]:
    """List texts that the inside of a repeat matches."""
    if len(parts) == 1:
        code, value = parts[0]
        if code is _codes.IN:
            return _pick(value)[:4]
        if code is _codes.BRANCH:
            return [_sample_all(branch) for branch in value[1][:6]]
        if code is _codes.SUBPATTERN:
            return _list_pieces(value[3])
    full = "".join(
        _sample_all(value[2]) if _is_repeat(code) else _sample(code, value) for code, value in parts
    )
    return [_sample_all(parts), full]


def _sample_all(parts: Sequence[Any]) -> str:
    return "".join(_sample(code, value) for code, value in parts)


def _sample(code: object, value: Any) -> str:
    """Write the shortest text that a part of a pattern matches."""
    if code is _codes.LITERAL:
        return chr(value)
    if code is _codes.NOT_LITERAL:
        return "a" if value != ord("a") else "b"
    if code is _codes.ANY:
        return "a"
    if code is _codes.IN:
        return _pick(value)[0]
    if code is _codes.BRANCH:
        return _sample_all(value[1][0])
    if code is _codes.SUBPATTERN:
        return _sample_all(value[3])
    if code is _codes.ATOMIC_GROUP:
        return _sample_all(value)
    if _is_repeat(code):
        least: int = value[0]
        return _sample_all(value[2]) * least
    return ""


def _pick(members: Sequence[Any]) -> list[str]:
    """Pick characters of a set."""
    is_negated = any(code is _codes.NEGATE for code, _ in members)
    picked = [char for char in _SAMPLES if _has(members, char) != is_negated]
    literal = [chr(value) for code, value in members if code is _codes.LITERAL]
    first = [chr(value[0]) for code, value in members if code is _codes.RANGE]
    return picked or literal or first or ["a"]


def _has(members: Sequence[Any], char: str) -> bool:
    for code, value in members:
        if code is _codes.LITERAL and value == ord(char):
            return True
        if code is _codes.RANGE and value[0] <= ord(char) <= value[1]:
            return True
        if code is _codes.CATEGORY:
            kind = str(value).removeprefix("CATEGORY_")
            base = kind.removeprefix("NOT_")
            is_in = {
                "SPACE": char.isspace(),
                "DIGIT": char.isdigit(),
                "WORD": char.isalnum() or char == "_",
            }[base]
            if is_in != kind.startswith("NOT_"):
                return True
    return False


@cache
def _parse_module(module: str) -> ast.Module:
    return ast.parse((PACKAGE / module).read_text(encoding="utf-8"))


@cache
def _name_patterns(module: str) -> dict[int, str]:
    """Map each line of a module's assignments to the name that is assigned."""
    return {
        line: ast.unparse(node.targets[0])
        for node in ast.walk(_parse_module(module))
        if isinstance(node, ast.Assign)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }


@cache
def _is_searched(module: str, name: str) -> bool:
    """Say whether a module searches a text for a pattern, or passes it on to who may."""
    tree = _parse_module(module)
    uses = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == name]
    owners = [
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == name
    ]
    passed = len(uses) - 1 - len(owners)  # one is the assignment
    return bool(passed) or not set(owners) <= {"match", "fullmatch"}


def _record_patterns() -> dict[tuple[str, int], Compiled]:
    """Record each pattern of texts that a module of feedpub compiles from now on."""
    found: dict[tuple[str, int], Compiled] = {}
    compile_pattern = re.compile

    def record(pattern: Any, flags: Any = 0) -> Any:
        compiled = compile_pattern(pattern, flags)
        caller = sys._getframe(1)
        path = Path(caller.f_code.co_filename)
        if path.is_relative_to(PACKAGE) and isinstance(compiled.pattern, str):
            place = Compiled(
                path.relative_to(PACKAGE).as_posix(),
                caller.f_lineno,
                compiled.pattern,
                compiled.flags,
            )
            found.setdefault((compiled.pattern, compiled.flags), place)
        return compiled

    re.compile = record  # in the process of `main` alone
    return found


def _iter_modules() -> Iterator[ModuleType]:
    for module in pkgutil.walk_packages(feedpub.__path__, "feedpub."):
        if not module.name.endswith("__main__"):
            yield importlib.import_module(module.name)


def main() -> None:
    """Print the patterns as JSON."""
    found = _record_patterns()
    list(_iter_modules())
    for site in sorted(GOLDEN.iterdir()):
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "site"
            shutil.copytree(site, folder)
            feedpub.build(feedpub.load_config(folder / "feedpub.toml"), _NOW, accept_loss=True)
    print(json.dumps(sorted(found.values())))


if __name__ == "__main__":
    main()
