"""What is wanted of lint."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Reader(msgspec.Struct, frozen=True):
    """The date to doubt later ones by, the address of the feed, and whether errors count alone."""

    now: datetime | None = None
    url: str | None = None
    errors_alone: bool = False
