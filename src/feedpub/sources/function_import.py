"""A function that the configuration names, `package.module:function`, imported."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

from feedpub import compile_late

_NAME = compile_late(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*:[^\W\d]\w*")

# Modules that were imported from the folder of a configuration, and which.
_owners: dict[str, Path] = {}


class FunctionError(ValueError):
    """A name leads to no function; the message says why."""


@lru_cache(maxsize=64)
def import_function(name: str, folder: Path) -> Callable[..., Any]:
    """Import what `package.module:function` names, from the installed packages or a folder.

    The folder is searched last, so that a module in it hides no other.

    Raises:
        FunctionError: It is no such name, cannot be imported, or can not be called.
    """
    if not _NAME.fullmatch(name):
        raise FunctionError('expected a name like "package.module:function"')
    module_name, _, attribute = name.partition(":")
    _forget_others(folder)
    try:
        with _importable(folder):
            module = importlib.import_module(module_name)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # it may raise anything, and exit too
        raise FunctionError(f"cannot be imported: {type(error).__name__}: {error}") from error
    function = getattr(module, attribute, None)
    if function is None:
        raise FunctionError(f"cannot be imported: {module_name} has no {attribute}")
    if not callable(function):
        raise FunctionError(f"can not be called: {attribute} is of type {type(function).__name__}")
    called: Callable[..., Any] = function
    return called


@contextmanager
def _importable(folder: Path) -> Iterator[None]:
    """Let modules of a folder be imported for as long as it takes, and leave no file in it."""
    entry = str(folder)
    before = set(sys.modules)
    wrote_none = sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    added = entry not in sys.path
    if added:
        sys.path.append(entry)
    importlib.invalidate_caches()  # a file may be younger than the last look at its folder
    try:
        yield
    finally:
        sys.dont_write_bytecode = wrote_none
        if added and entry in sys.path:
            sys.path.remove(entry)
        for name in set(sys.modules) - before:
            if _lies_in(folder, sys.modules[name]):
                _owners[name] = folder


def _lies_in(folder: Path, module: ModuleType) -> bool:
    # A package without an __init__.py has folders, and no file.
    places = [getattr(module, "__file__", None), *getattr(module, "__path__", ())]
    # An environment of Python may lie in the folder too; what it holds is installed.
    others = [other for other in map(Path, sys.path) if other != folder]
    inner = [other for other in others if other.is_absolute() and other.is_relative_to(folder)]
    return any(
        Path(place).is_relative_to(folder) and not any(map(Path(place).is_relative_to, inner))
        for place in places
        if place is not None
    )


def _forget_others(folder: Path) -> None:
    """Forget the modules of other configurations: another site's may have the same names."""
    for name in [name for name, owner in _owners.items() if owner != folder]:
        del _owners[name]
        sys.modules.pop(name, None)
