"""What kind of thing a record is: kinds that are known not to be articles are passed over."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from feedpub.systems.names import fold_name, read_table

_NAMES = ("type", "post_type", "postType", "content_type", "contentType", "_type", "kind")


@cache
def _read() -> Mapping[str, str]:
    table = read_table("kinds.toml")["not_articles"]
    return {fold_name(name): str(noun) for name, noun in table.items()}


def name_kind(kind: object) -> str | None:
    """Name what a kind is, in the plural; None where it may be an article."""
    return _read().get(fold_name(kind)) if isinstance(kind, str) else None


def find_other_kind(record: Mapping[str, object]) -> str | None:
    """Name the kind of a record that is not an article, in the plural; None if it may be one."""
    for name in _NAMES:
        if name in record and (found := name_kind(record[name])) is not None:
            return found
    return None
