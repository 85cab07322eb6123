"""What a reader shows of a feed, and the readers: an adapter of its own file drives each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

ALL_FIELDS = (
    *("id", "title", "link", "instant"),
    *("enclosure_url", "enclosure_type", "enclosure_length"),
)


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as a reader tells it; `instant` is in seconds since 1970.

    `instant` is when it was published, else updated. The enclosure is the first.
    """

    id: str | None = None
    title: str | None = None
    link: str | None = None
    instant: int | None = None
    enclosure_url: str | None = None
    enclosure_type: str | None = None
    enclosure_length: int | None = None


class Reader(msgspec.Struct, frozen=True):
    """A reader: which fields it can tell of which format, and what reads a URL with it.

    `read` takes the URL and a folder of its own. What a reader cannot tell at all is not among
    its fields; what it tells is compared to the letter.
    """

    name: str
    fields: Mapping[str, tuple[str, ...]]
    read: Callable[[str, Path], list[Shown]]


def choose_fields(shown: Shown, fields: tuple[str, ...]) -> dict[str, object]:
    """Take what a reader can tell from all that is to be told."""
    return {field: getattr(shown, field) for field in fields}
