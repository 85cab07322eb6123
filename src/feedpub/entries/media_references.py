"""The images, sounds and films that a record names, with what places them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence

import msgspec

from feedpub.entries.record_fields import take_field, warn_of_field
from feedpub.errors import Problem
from feedpub.model import (
    ImageFault,
    ImageReference,
    Record,
    RecordedMedium,
    RecordingReference,
)
from feedpub.systems import read_images, read_recordings
from feedpub.text import UrlError, absolute_url, find_medium


def read_image_references(
    record: Record, problems: list[Problem], *, find_page: Callable[[], str | None]
) -> list[ImageReference]:
    """Read the images that a record names, with captions and credits separated.

    Args:
        find_page: Finds the URL of the page that the record's body stands in.
    """
    value = take_field(record, "images", problems)
    if value is None:
        return []
    faults: list[ImageFault] = []
    value = [item for item in _list_items(value) if _find_medium_of(item) is None]
    references = read_images(value, faults)
    for fault in faults:
        problem = warn_of_field(record, "images", fault.value, f"{fault.message}; it is left out")
        if fault.line is not None:
            where = msgspec.structs.replace(problem.where, line=fault.line)
            problem = msgspec.structs.replace(problem, where=where)
        problems.append(problem)
    places = [_find_on_page(reference) for reference in references]
    page = find_page() if any(places) else None
    pairs = zip(references, places, strict=True)
    return [_with_credit(_with_address(reference, place, page)) for reference, place in pairs]


def read_recording_references(
    record: Record, problems: list[Problem], *, find_page: Callable[[], str | None]
) -> list[RecordingReference]:
    """Read the sounds and films that a record names, among its images too."""
    references: list[RecordingReference] = []
    for field, medium in (("audio", "audio"), ("video", "video"), ("images", None)):
        value = take_field(record, field, problems if medium else [])
        faults: list[ImageFault] = []
        if medium is None:  # other images are read, and told of, as images
            value = [item for item in _list_items(value) if _find_medium_of(item) is not None]
        named: RecordedMedium = "video" if medium == "video" else "audio"
        references += read_recordings(value, field, named, faults)
        for fault in faults:
            message = f"{fault.message}; it is left out"
            problems.append(warn_of_field(record, field, fault.value, message))
    page = find_page() if any(reference.inline for reference in references) else None
    once = {reference.source: reference for reference in reversed(references)}
    return [_at_page(reference, page) for reference in reversed(once.values())]


def _list_items(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else () if value is None else (value,)


def _find_medium_of(item: object) -> RecordedMedium | None:
    """Find the medium of a sound or a film that stands among images."""
    values = item if isinstance(item, Mapping) else {"src": item}
    source, type = values.get("src") or values.get("url"), values.get("type")
    if not isinstance(source, str):
        return None
    return find_medium(source, type if isinstance(type, str) else None)


def _at_page(reference: RecordingReference, page: str | None) -> RecordingReference:
    """Give a relative recording of a body the URL that it has on the page of its record."""
    if page is None or not reference.inline or reference.elsewhere is not None:
        return reference
    with contextlib.suppress(UrlError):  # reported where it is measured
        return msgspec.structs.replace(reference, elsewhere=absolute_url(reference.source, page))
    return reference


def _find_on_page(reference: ImageReference) -> str | None:
    """Find the address that an image has on the page of its record; None if it is on none."""
    return reference.elsewhere or (reference.source if reference.inline else None)


def _with_address(reference: ImageReference, place: str | None, page: str | None) -> ImageReference:
    """Give an image of a page or a body the URL that it has on the page of its record."""
    if place is None:
        return reference
    with contextlib.suppress(UrlError):  # reported where the image is measured
        place = absolute_url(place, page)
    return msgspec.structs.replace(reference, elsewhere=place)


def _with_credit(reference: ImageReference) -> ImageReference:
    if reference.credit is not None or reference.caption is None:
        return reference
    # Deferred, because the words of captions are many, and not every site has captions.
    from feedpub.pages import split_caption

    caption, credit = split_caption(reference.caption)
    return msgspec.structs.replace(reference, caption=caption, credit=credit)
