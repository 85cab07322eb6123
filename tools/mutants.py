"""Break the code in one place after another, and list the breaks that no test sees.

A plugin of pytest, for `make mutants`: it notes which tests run which functions, then for each
mutant forks, replaces the code of one function, and runs the tests of that function until one
fails. Whatever stands at the top of a module (tables, patterns) is not mutated.
"""

from __future__ import annotations

import ast
import gc
import os
import random
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import CodeType, FrameType, FunctionType

import msgspec
import pytest

_SECONDS = 30  # of one mutant; one that takes longer hangs, and counts as killed
_SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}


class Mutant(msgspec.Struct, frozen=True):
    """One change to one function: the `choice`th of those possible at the `index`th node."""

    path: str
    function: str
    line: int
    index: int
    choice: int
    change: str


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that `make mutants` sets."""
    parser.addoption("--mutate", action="append", default=[], help="a file, or a folder of files")
    parser.addoption("--mutants", type=int, default=200, help="how many mutants to try")


def pytest_runtestloop(session: pytest.Session) -> bool:
    """Run the tests once, and those of each mutant's function for each mutant."""
    places = [Path(name).resolve() for name in session.config.getoption("--mutate")]
    files = {str(file) for place in places for file in (place, *place.rglob("*.py"))}
    tests = _list_tests(session, {file for file in files if file.endswith(".py")})
    mutants = [
        mutant
        for file in sorted({file for file, _ in tests})
        for mutant in _list_mutants(file)
        if (file, mutant.function) in tests
    ]
    number = min(len(mutants), session.config.getoption("mutants"))
    chosen = random.Random(0).sample(mutants, number)  # noqa: S311
    counts: dict[str, int] = defaultdict(int)
    for mutant in sorted(chosen, key=lambda mutant: (mutant.path, mutant.line)):
        result = _try(mutant, tests)
        counts[result] += 1
        if result != "killed":
            shown = Path(mutant.path).relative_to(Path.cwd())
            print(f"{result}: {shown}:{mutant.line}: {mutant.change}", flush=True)
    told = ", ".join(f"{number} {result}" for result, number in sorted(counts.items()))
    print(f"{len(chosen)} of {len(mutants)} mutants tried: {told}")
    return True


def _list_tests(
    session: pytest.Session, files: set[str]
) -> dict[tuple[str, str], list[pytest.Item]]:
    """Run all tests, and list those that call each function, the fastest first."""
    called: dict[tuple[str, str], dict[pytest.Item, float]] = defaultdict(dict)
    for item in session.items:
        seen: set[CodeType] = set()

        def note(frame: FrameType, event: str, _: object, seen: set[CodeType] = seen) -> None:
            if event == "call":
                seen.add(frame.f_code)

        begun = time.perf_counter()
        sys.setprofile(note)
        try:
            if not _passes(item):
                pytest.exit(f"{item.nodeid} fails without any mutant", returncode=2)
        finally:
            sys.setprofile(None)
        for code in seen:
            if code.co_filename in files:
                called[code.co_filename, _identify(code)][item] = time.perf_counter() - begun
    return {place: sorted(items, key=items.__getitem__) for place, items in called.items()}


def _passes(item: pytest.Item) -> bool:
    failed = False

    class Watch:
        def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
            nonlocal failed
            failed |= report.failed

    watch = Watch()
    item.config.pluginmanager.register(watch)
    try:
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
    finally:
        item.config.pluginmanager.unregister(watch)
    return not failed


def _try(mutant: Mutant, tests: Mapping[tuple[str, str], list[pytest.Item]]) -> str:
    """Run the tests of a mutant's function in a fork, until one fails."""
    child = os.fork()
    if child == 0:
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(_SECONDS)
        code = 1
        try:
            _replace_code(mutant)
            if all(_passes(item) for item in tests[mutant.path, mutant.function]):
                code = 0
        finally:
            os._exit(code)
    return "survived" if os.waitpid(child, 0)[1] == 0 else "killed"


def _replace_code(mutant: Mutant) -> None:
    """Give the function that a mutant changes its new code, wherever it is referred to."""
    tree = ast.parse(Path(mutant.path).read_bytes())
    node = list(_iter_function_nodes(tree))[mutant.index][1]
    _list_changes(node)[mutant.choice][1]()
    module = compile(ast.fix_missing_locations(tree), mutant.path, "exec")
    (code,) = (code for code in _iter_code(module) if _identify(code) == mutant.function)
    for function in gc.get_objects():
        if isinstance(function, FunctionType):
            old = function.__code__
            if (old.co_filename, _identify(old)) == (mutant.path, mutant.function):
                function.__code__ = code


def _iter_code(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType) and "<locals>" not in constant.co_qualname:
            yield from _iter_code(constant)


def _identify(code: CodeType) -> str:
    return f"{code.co_qualname}:{code.co_firstlineno}"


def _list_mutants(path: str) -> Iterator[Mutant]:
    tree = ast.parse(Path(path).read_bytes())
    for index, (function, node) in enumerate(_iter_function_nodes(tree)):
        for choice, (change, _) in enumerate(_list_changes(node)):
            line = getattr(node, "lineno", 0)
            yield Mutant(path, function, line, index, choice, change)


def _iter_function_nodes(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Yield the nodes in the bodies of functions, each with its outermost function."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.ClassDef):
            yield from _iter_function_nodes(child, f"{prefix}{child.name}.")
        elif isinstance(child, ast.FunctionDef):
            first = min([child.lineno, *(place.lineno for place in child.decorator_list)])
            for statement in child.body:
                for node in ast.walk(statement):
                    yield f"{prefix}{child.name}:{first}", node


def _list_changes(node: ast.AST) -> list[tuple[str, Callable[[], None]]]:
    """List the changes that can be made to a node: what each does, and what makes it."""
    match node:
        case ast.Compare(ops=[op]) | ast.BoolOp(op=op) | ast.BinOp(op=op) | ast.AugAssign(op=op):
            new = _SWAPPED.get(type(op))
            if new is None:
                return []
            value: object = [new()] if isinstance(node, ast.Compare) else new()
            field = "ops" if isinstance(node, ast.Compare) else "op"
            shown = f"{new.__name__} in {ast.unparse(node)}"
            return [(shown, partial(setattr, node, field, value))]
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            positive = ast.UnaryOp(ast.Not(), operand)
            return [(f"no {ast.unparse(node)}", partial(setattr, node, "operand", positive))]
        case ast.Constant(value=bool(flag)):
            return [(f"{not flag}", partial(setattr, node, "value", not flag))]
        case ast.Constant(value=int(number)):
            return [(f"{number + 1}", partial(setattr, node, "value", number + 1))]
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            shown = ast.unparse(test)
            return [
                (f"{flag} for {shown}", partial(setattr, node, "test", ast.Constant(flag)))
                for flag in (True, False)
            ]
        case ast.Expr(value=ast.Call()):
            nothing = partial(setattr, node, "value", ast.Constant(None))
            return [(f"without {ast.unparse(node)}", nothing)]
    return []
