"""feedpub turns article records into an RSS and an Atom feed for every section."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, AnyStr, cast

__version__ = "0.1.0"

__all__ = [
    "ConfigError",
    "FeedpubError",
    "Finding",
    "OutputError",
    "Problem",
    "ReaderFile",
    "RecordError",
    "RecordReader",
    "Report",
    "Source",
    "Timestamp",
    "TimestampError",
    "Where",
    "build",
    "lint_feed",
    "load_config",
    "parse_timestamp",
]


def open_door(package: str, **exports: str) -> Callable[[str], object]:
    """Make the `__getattr__` of a package, which imports each name when it is first used.

    So `feedpub --version` imports only what it needs.

    Args:
        exports: For each module of the package, the names that others may use, separated by
            spaces.
    """
    modules = {name: module for module, names in exports.items() for name in names.split()}

    def find(name: str) -> object:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(f"{package}.{modules[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return find


class LatePattern:
    """A regular expression that is compiled when it is first used.

    Each of its methods is kept here once it is asked for, so that a call costs what it costs on
    the compiled one.
    """

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self.pattern = pattern
        self.late_flags = flags

    def __getattr__(self, name: str) -> object:
        own = vars(self)
        if "compiled" not in own:
            own["compiled"] = re.compile(self.pattern, self.late_flags)
        own[name] = getattr(own["compiled"], name)
        return own[name]


def compile_late(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Make a regular expression of a module, which is compiled when it is first used.

    The patterns of all modules together take longer to compile than a small site takes to build.
    """
    return cast("re.Pattern[AnyStr]", LatePattern(pattern, flags))


if TYPE_CHECKING:
    from feedpub.config import load_config
    from feedpub.errors import (
        ConfigError,
        FeedpubError,
        OutputError,
        Problem,
        RecordError,
        TimestampError,
        Where,
    )
    from feedpub.lint import Finding, lint_feed
    from feedpub.model import Report, Timestamp
    from feedpub.pipeline import build
    from feedpub.settings import Source
    from feedpub.sources import ReaderFile, RecordReader
    from feedpub.timestamps import parse_timestamp
else:
    __getattr__ = open_door(
        __name__,
        config="load_config",
        errors="ConfigError FeedpubError OutputError Problem RecordError TimestampError Where",
        lint="Finding lint_feed",
        model="Report Timestamp",
        pipeline="build",
        settings="Source",
        sources="ReaderFile RecordReader",
        timestamps="parse_timestamp",
    )
