"""Bodies that a source maps itself: read by what they are, as those of usual names are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from feedpub.errors import Problem
from feedpub.settings import Source
from feedpub.sources import Raw
from feedpub.systems.found_fields import FoundFields
from feedpub.systems.mapping import Mapped
from feedpub.systems.usual_fields import Manner, put_body

T = TypeVar("T")

_BODIES = ("content_html", "content_text")


def read_mapped_bodies(raw: Raw, source: Source, mapped: Mapped) -> tuple[Mapped, list[Problem]]:
    """Read the bodies that [source.fields] maps: HTML, Markdown, a rich-text tree or text."""
    own = [name for name in _BODIES if name in source.fields and name in mapped.fields]
    if not own:
        return mapped, []
    found = FoundFields(raw)
    found.put("title", mapped.fields.get("title"), "")
    for name in own:
        put_body(found, name, mapped.fields[name], mapped.rules[name], Manner(markup=source.markup))
    fields = _join(mapped.fields, found.fields, own)
    rules = _join(mapped.rules, found.rules, own)
    return msgspec.structs.replace(mapped, fields=fields, rules=rules), found.problems


def _join(values: Mapping[str, T], found: Mapping[str, T], own: list[str]) -> dict[str, T]:
    """Put the bodies that were found in the place of those that were mapped."""
    rest = {name: value for name, value in values.items() if name not in own}
    return {**rest, **{name: found[name] for name in _BODIES if name in found}}
