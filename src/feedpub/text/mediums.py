"""Which medium a file is of, by its declared type or the suffix of its name."""

from __future__ import annotations

import re

from feedpub import compile_late
from feedpub.model import RecordedMedium

_SOUND = compile_late(r"\.(?:mp3|m4a|m4b|aac|oga|ogg|opus|wav|flac|weba)(?:$|[?#])", re.IGNORECASE)
_FILM = compile_late(r"\.(?:mp4|m4v|mov|webm|ogv|mkv|3gp)(?:$|[?#])", re.IGNORECASE)

_IMAGE = compile_late(r"\.(?:jpe?g|png|gif|webp|avif|svg|bmp|tiff?)(?:$|[?#&])", re.IGNORECASE)


def names_image(address: str) -> bool:
    """Say whether an address ends with the name of an image file, before its query."""
    return _IMAGE.search(address) is not None


def find_medium(address: str, type: str | None) -> RecordedMedium | None:
    """Find the medium of a sound or a film; None where it is neither, as far as one can say.

    The name wins: nothing that is named like a sound or a film is an image.
    """
    medium = (type or "").partition("/")[0].strip().lower()
    if medium == "audio":
        return "audio"
    if medium == "video":
        return "video"
    if _SOUND.search(address):
        return "audio"
    return "video" if _FILM.search(address) else None
