"""feedpub turns article records into RSS and Atom feeds, one of each for every section."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    from feedpub.linting import Finding, lint_feed
    from feedpub.model import Report, Timestamp
    from feedpub.pipeline import build
    from feedpub.readers.own_reader import ReaderFile, RecordReader
    from feedpub.settings import Source
    from feedpub.timestamps import parse_timestamp

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

_MODULES = {
    "build": "pipeline",
    "load_config": "config",
    "parse_timestamp": "timestamps",
    "Finding": "linting",
    "lint_feed": "linting",
    "ReaderFile": "readers.own_reader",
    "RecordReader": "readers.own_reader",
    "Report": "model",
    "Source": "settings",
    "Timestamp": "model",
}


def __getattr__(name: str) -> object:
    # Each name is imported when it is first used: `feedpub --version` needs none of them.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    module = importlib.import_module(f"feedpub.{_MODULES.get(name, 'errors')}")
    return getattr(module, name)
