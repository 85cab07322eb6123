"""Sounds and films that records name: files copied with their true type, others as declared."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from feedpub.errors import ImageError, quote_value
from feedpub.files import DigestedChunks, NotRegularError, open_regular
from feedpub.images.places import Place, Places
from feedpub.model import (
    MediaFile,
    RecordedMedium,
    Recording,
    RecordingReference,
    SourceFile,
)
from feedpub.settings import Config

_CHUNK = 1 << 20
_OVERLAP = 200  # bytes, more than what names a position
_HEAD = 4096  # bytes
# Where a film says where it was taken: QuickTime's location, 3GPP's, and XMP.
_POSITION = re.compile(
    rb"\xa9xyz.{0,8}?[+-]\d{1,3}\.?\d*[+-]\d|com\.apple\.quicktime\.location|loci\0\0\0\0"
    rb"|gps(?:latitude|longitude)",
    re.DOTALL | re.IGNORECASE,
)
_SUFFIXES: Mapping[str, str] = {
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/aac": "aac",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/flac": "flac",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
    "video/ogg": "ogv",
}
_TYPE = re.compile(r"(?:audio|video)/[a-z0-9.+-]+")


class MeasuredRecording(msgspec.Struct, frozen=True):
    """A recording, and warnings about it."""

    recording: Recording
    warnings: tuple[str, ...] = ()


class RecordingMeasurer:
    """Measures the recordings of records, each file once."""

    def __init__(self, config: Config) -> None:
        self._feeds = config.site.feeds
        self._keeps_position = config.site.gps == "keep"
        self._places = Places(config)
        self._known: dict[Path, tuple[str, MediaFile]] = {}

    @property
    def looked_for(self) -> frozenset[Path]:
        """The files that were found, and those looked for outside the folders of records."""
        return frozenset(self._places.looked_for)

    def measure(self, reference: RecordingReference, file: SourceFile) -> MeasuredRecording:
        """Measure a recording that a record of `file` names.

        Raises:
            ImageError: It is not a recording that can be published.
        """
        place = self._places.find(reference.source, reference.elsewhere, file)
        if place.path is None:
            return self._describe_remote(reference, place)
        if place.path not in self._known:
            self._known[place.path] = _measure_file(place.path, keeps=self._keeps_position)
        type, copied = self._known[place.path]
        url = place.url
        if url is None:
            url = f"{self._feeds}media/{copied.sha256[:16]}.{_SUFFIXES[type]}"
        recording = _describe(
            reference,
            url,
            type=type,
            length=copied.length,
            file=copied if place.url is None else None,
        )
        declared = _read_type(reference)
        if declared is not None and declared != type:
            note = f"is declared as {declared}, but is {type}. That is what feeds say."
            return MeasuredRecording(recording, (note,))
        return MeasuredRecording(recording)

    def _describe_remote(self, reference: RecordingReference, place: Place) -> MeasuredRecording:
        url, type = place.url or "", _read_type(reference)
        gaps = []
        if type is None:
            gaps.append("its type is unknown")
        elif not _TYPE.fullmatch(type):
            gaps.append(f"its type, {quote_value(type)}, is not that of audio or video")
            type = None
        if reference.unusable_length is not None:
            length = quote_value(reference.unusable_length)
            gaps.append(f"its length, {length}, is not a number of bytes")
        elif reference.length is None:
            gaps.append("its length is unknown")
        recording = _describe(reference, url, type=type, length=reference.length)
        if not gaps or reference.inline:
            return MeasuredRecording(recording)
        note = (
            f"is linked, but not enclosed, because {' and '.join(gaps)}. Declare type and length."
        )
        return MeasuredRecording(recording, (note,))


def _read_type(reference: RecordingReference) -> str | None:
    return (reference.type or "").partition(";")[0].strip().lower() or None


def _describe(
    reference: RecordingReference,
    url: str,
    *,
    type: str | None,
    length: int | None,
    file: MediaFile | None = None,
) -> Recording:
    medium: RecordedMedium = reference.medium
    if type is not None:
        medium = "audio" if type.startswith("audio/") else "video"
    return Recording(
        source=reference.source,
        url=url,
        medium=medium,
        type=type,
        length=length,
        duration=reference.duration,
        title=reference.title,
        caption=reference.caption,
        credit=reference.credit,
        file=file,
    )


def _measure_file(path: Path, *, keeps: bool) -> tuple[str, MediaFile]:
    """Measure a file: its type by its content, its digest, and its length."""
    try:
        stream = open_regular(path)
    except (NotRegularError, IsADirectoryError) as error:
        raise ImageError("is not a regular file") from error
    except OSError as error:
        raise ImageError("can't be read") from error
    with stream:
        if os.fstat(stream.fileno()).st_size == 0:
            raise ImageError("is empty")
        head = stream.read(_HEAD)
        type = find_type(head, path.name)
        if type is None:
            raise ImageError("is not an audio or video file of a known type")
        stream.seek(0)
        length = 0
        has_position = False
        tail = b""

        def read() -> Iterator[bytes]:
            nonlocal length, has_position, tail
            while chunk := stream.read(_CHUNK):
                length += len(chunk)
                has_position |= not keeps and _POSITION.search(tail + chunk) is not None
                tail = chunk[-_OVERLAP:]
                yield chunk

        chunks = DigestedChunks(read())
        for _ in chunks:
            pass
    if has_position:
        raise ImageError("contains a position, which feedpub can't remove from audio and video")
    return type, MediaFile(path, chunks.digest, length)


def find_type(head: bytes, name: str) -> str | None:
    """Find the media type of a recording by its first bytes; None where it is of no known one.

    Source: ISO/IEC 14496-12 section 4.3; RFC 3533; Matroska (RFC 9559); ID3v2; RFC 3003.
    """
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand in (b"M4A ", b"M4B ", b"M4P "):
            return "audio/mp4"
        if brand == b"qt  ":
            return "video/quicktime"
        is_image = brand in (b"avif", b"avis", b"heic", b"heix", b"mif1")
        is_named_sound = name.lower().endswith((".m4a", ".m4b"))
        return None if is_image else "audio/mp4" if is_named_sound else "video/mp4"
    if head[:4] == b"OggS":
        return "video/ogg" if b"theora" in head[:256] else "audio/ogg"
    if head[:4] == b"\x1a\x45\xdf\xa3" and b"webm" in head[:64]:
        return "video/webm"
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    if head[:4] == b"fLaC":
        return "audio/flac"
    if head[:3] == b"ID3":
        return "audio/mpeg"
    if len(head) > 3 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        if head[1] & 0xF6 == 0xF0:
            return "audio/aac"
        is_frame = head[1] & 0x18 != 0x08 and head[1] & 0x06 != 0 and head[2] >> 4 not in (0, 15)
        return "audio/mpeg" if is_frame and head[2] & 0x0C != 0x0C else None
    return None
