"""The engine of Liquid, bounded: no file, no clock, and values that are missing are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import ClassVar

import msgspec
from liquid import Environment, Mode, Undefined
from liquid.exceptions import LiquidError

from feedpub.errors import TimestampError
from feedpub.systems.permalinks import format_day, slug_words
from feedpub.timestamps import parse_timestamp

_MOST_TEXT = 2_000_000
# What a template may fail by: its own faults, and filters that are given what they do not take.
_FAULTS = (
    LiquidError,
    TimestampError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)


class _Page(Environment):
    """An environment whose templates cannot run away."""

    loop_iteration_limit: ClassVar[int | None] = 10_000
    output_stream_limit: ClassVar[int | None] = _MOST_TEXT
    local_namespace_limit: ClassVar[int | None] = 1_000_000


class _Missing(Undefined):
    """A value that nothing is known of: its name is told, and it shows nothing."""

    def __str__(self) -> str:
        _missing.append(self.name)
        return ""

    def __iter__(self) -> Iterator[object]:
        _missing.append(self.name)
        return iter(())


_missing: list[str] = []


@cache
def _make_environment() -> Environment:
    environment = _Page(tolerance=Mode.STRICT, undefined=_Missing, strict_filters=True)
    for name in ("include", "render", "tablerow", "ifchanged", "doc"):
        environment.tags.pop(name, None)
    environment.filters["date"] = _write_date
    environment.filters["replace"] = _replace
    environment.filters["join"] = _join
    environment.filters["slugify"] = lambda value, *_: slug_words(str(value))
    environment.filters["slug"] = lambda value, *_: slug_words(str(value))
    for name in ("safe", "markdownify", "smartify", "normalize_whitespace", "inspect"):
        environment.filters[name] = lambda value, *_: value
    for name in ("xml_escape", "cgi_escape", "uri_escape"):
        environment.filters[name] = environment.filters["escape"]
    return environment


def _write_date(value: object, pattern: object = "%Y-%m-%d") -> str:
    # `now` would read the clock, and no feed may depend on it.
    stamp = parse_timestamp(str(value), zone="UTC")
    return format_day(stamp.value, str(pattern))


def _replace(value: object, old: object, new: object = "") -> str:
    text, part = str(value), str(new)
    _check_size(len(text) * (len(part) + 1))
    return text.replace(str(old), part)


def _join(value: object, separator: object = " ") -> str:
    parts = [str(item) for item in value] if isinstance(value, list) else [str(value)]
    _check_size(sum(map(len, parts)) + len(parts) * len(str(separator)))
    return str(separator).join(parts)


def _check_size(size: int) -> None:
    if size > _MOST_TEXT:
        raise ValueError("is too long")


class Rendered(msgspec.Struct, frozen=True):
    """A template that was rendered, and the names of the values that it lacked."""

    text: str
    missing: tuple[str, ...]


def render(text: str, values: Mapping[str, object], url: Callable[[str], str]) -> Rendered | None:
    """Render a template; None where it cannot be."""
    environment = _make_environment()
    for name in ("relative_url", "absolute_url", "url"):
        environment.filters[name] = lambda value: url(str(value))
    _missing.clear()
    try:
        rendered = environment.from_string(text).render(**values)
    except _FAULTS:
        return None
    return Rendered(rendered, tuple(dict.fromkeys(_missing)))
