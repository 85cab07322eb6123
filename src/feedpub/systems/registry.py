"""Which systems there are, and which of them wrote what lies at a place."""

from __future__ import annotations

import contextlib
import difflib
import importlib
import pkgutil
from collections.abc import Iterable, Sequence
from functools import cache

import msgspec

from feedpub.sources import NotJson, Place
from feedpub.systems.protocol import Sign, System

# The name of records under usual names, of no system.
NONE = "none"
_SURE_ENOUGH = 0.5


class Recognized(msgspec.Struct, frozen=True):
    """A system that may have written what lies at a place, and by what sign."""

    system: System
    sign: Sign


@cache
def list_systems() -> tuple[System, ...]:
    """List all systems: each module of `known` that defines SYSTEM, or several SYSTEMS."""
    from feedpub.systems import known

    found: list[System] = []
    for module in sorted(pkgutil.iter_modules(known.__path__), key=lambda module: module.name):
        loaded = importlib.import_module(f"{known.__name__}.{module.name}")
        found.extend(getattr(loaded, "SYSTEMS", ()))
    return tuple(found)


def find_system(name: str) -> System | None:
    """Find a system by its name."""
    return next((system for system in list_systems() if system.name == name), None)


def suggest_system(name: str) -> str:
    """Say which system a wrong name may mean."""
    names = [NONE, *(system.name for system in list_systems())]
    close = difflib.get_close_matches(name, names, n=1)
    return f'Did you mean "{close[0]}"?' if close else f"Known systems: {', '.join(names)}."


def recognize(place: Place, among: Iterable[System] | None = None) -> Sequence[Recognized]:
    """List the systems that may have written what lies at a place, the surest first."""
    found = []
    for system in list_systems() if among is None else among:
        sign = None
        with contextlib.suppress(NotJson):  # the scan says why
            sign = system.recognize(place)
        if sign is not None and sign.weight >= _SURE_ENOUGH:
            found.append(Recognized(system, sign))
    return sorted(found, key=lambda one: (-one.sign.weight, one.system.name))
