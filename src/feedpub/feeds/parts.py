"""What several formats write alike: times and enclosures."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

import msgspec

from feedpub.model import Entry, Precision
from feedpub.settings import EnclosureKind

EPOCH = datetime.fromtimestamp(0, UTC)  # dates a feed that has no entries yet


def split_tag(language: str) -> list[str]:
    """Split a language tag into its subtags, in small letters."""
    return language.lower().replace("_", "-").split("-")


class Enclosure(msgspec.Struct, frozen=True):
    """A file that a reader can download; `length` is bytes, `duration` seconds."""

    url: str
    type: str
    length: int
    caption: str | None
    duration: int | None = None


def list_enclosures(entry: Entry, first: EnclosureKind) -> list[Enclosure]:
    """List the files whose type and length are known, those of the kind `first` before others."""
    images = [
        Enclosure(image.url, image.type, image.length, image.caption)
        for image in entry.images
        if image.type is not None and image.length is not None
    ]
    recordings = [
        Enclosure(one.url, one.type, one.length, one.title or one.caption, one.duration)
        for one in entry.recordings
        if one.type is not None and one.length is not None
    ]
    files = [*images, *recordings]
    return sorted(files, key=lambda file: not file.type.startswith(f"{first}/"))


def format_rfc822(moment: datetime) -> str:
    """Write a time as RSS has it (RFC 822 section 5, with a year of four digits)."""
    return format_datetime(moment)


def format_rfc3339(moment: datetime) -> str:
    """Write a time as Atom and JSON Feed have it (RFC 3339 section 5.6)."""
    return moment.isoformat()


def format_html_time(moment: datetime, precision: Precision) -> str:
    """Write a time for a `datetime` attribute: only the day where no time was given."""
    return moment.date().isoformat() if precision == "day" else format_rfc3339(moment)
