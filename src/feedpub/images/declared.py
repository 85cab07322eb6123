"""What records declare of a file elsewhere: its media type, and its length in bytes."""

from __future__ import annotations

from collections.abc import Sequence

from feedpub import compile_late
from feedpub.errors import quote_value
from feedpub.model import ImageReference, RecordingReference

_TYPE = compile_late(r"[a-z]+/[a-z0-9.+-]+")
# Common names of types that are registered under another.
_REGISTERED = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-png": "image/png",
}
_IS_SVG = "an SVG image might contain scripts"


def read_type(declared: str | None) -> str | None:
    """Read a declared media type as it is registered, without parameters."""
    if declared is None:
        return None
    type = declared.partition(";")[0].strip().lower()
    return _REGISTERED.get(type, type) or None


def doubt_type(declared: str | None, type: str | None) -> tuple[str, ...]:
    """Say of a file whose type is known that another is declared, if that is so."""
    named = read_type(declared)
    if named is None or named == type:
        return ()
    return (f"is declared as {named}, but is {type}. That is what feeds say.",)


def find_gaps(reference: ImageReference) -> list[str]:
    """Say what keeps an image from being enclosed as it is declared; nothing where it can be."""
    gaps = []
    type = read_type(reference.type)
    if type is None:
        gaps.append("its type is unknown")
    elif type.startswith("image/svg"):
        return [_IS_SVG]
    elif not _TYPE.fullmatch(type) or not type.startswith("image/"):
        gaps.append(f"its type, {quote_value(type)}, is not that of an image")
    return [*gaps, *find_length_gaps(reference)]


def find_length_gaps(reference: ImageReference | RecordingReference) -> list[str]:
    """Say why the length that a record declares can't be published; nothing where it can be."""
    if reference.unusable_length is not None:
        return [f"its length, {quote_value(reference.unusable_length)}, is not a number of bytes"]
    return ["its length is unknown"] if reference.length is None else []


def explain_gaps(gaps: Sequence[str]) -> str:
    """Say that an image is not enclosed, why, and how to mend it."""
    if _IS_SVG in gaps:
        return f"is linked, but not enclosed, because {_IS_SVG}."
    is_unknown = all(gap.endswith("unknown") for gap in gaps)
    reason = (
        "its type and length are unknown" if is_unknown and len(gaps) > 1 else " and ".join(gaps)
    )
    mend = "Declare" if is_unknown else "Correct"
    what = "both" if len(gaps) > 1 else "it"
    return (
        f"is linked, but not enclosed, because {reason}. "
        f'{mend} {what}, or set remote_images = "measure".'
    )
