"""Sounds and films that records name: files copied with their true type, others as declared."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

import msgspec

from feedpub import compile_late
from feedpub.errors import ImageError, quote_value
from feedpub.files import DigestedChunks, NotRegularError, open_regular
from feedpub.images.answers import Answers
from feedpub.images.declared import doubt_type, find_length_gaps, read_type
from feedpub.images.durations import measure_duration
from feedpub.images.places import Place, Places
from feedpub.images.recorded import SUFFIXES, RecordedType, find_type, holds_position
from feedpub.images.remote import RECORDED_POSITION, RemoteMeasurement
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
_TYPE = compile_late(r"(?:audio|video)/[a-z0-9.+-]+")


class _Measured(msgspec.Struct, frozen=True):
    """What a file's bytes say: its type, its digest and length, and its seconds."""

    type: RecordedType
    file: MediaFile
    duration: int | None


class MeasuredRecording(msgspec.Struct, frozen=True):
    """A recording, and warnings about it.

    `is_elsewhere` is whether a body alone names it, and nothing was looked at.
    """

    recording: Recording
    warnings: tuple[str, ...] = ()
    is_elsewhere: bool = False


class RecordingMeasurer:
    """Measures the recordings of records, each file once."""

    def __init__(self, config: Config, places: Places, answers: Answers) -> None:
        self._feeds = config.site.feeds
        self._keeps_position = config.site.gps == "keep"
        self._places = places
        self._answers = answers
        self._known: dict[Path, _Measured] = {}

    def measure(self, reference: RecordingReference, file: SourceFile) -> MeasuredRecording:
        """Measure a recording that a record of `file` names.

        Raises:
            ImageError: It is not a recording that can be published.
        """
        place = self._places.find(reference.source, reference.elsewhere, file)
        if place.path is None:
            answer = self._answers.find(place.url or "", file)
            if answer is None:
                return self._describe_remote(reference, place)
            return self._describe_answer(reference, answer, place.url or "")
        if place.path not in self._known:
            self._known[place.path] = _measure_file(place.path, keeps=self._keeps_position)
        found = self._known[place.path]
        url, copied = place.url, None
        if url is None:
            url = f"{self._feeds}media/{found.file.sha256[:16]}.{SUFFIXES[found.type]}"
            copied = found.file
        recording = _describe(
            reference,
            url,
            type=found.type,
            length=found.file.length,
            duration=found.duration,
            file=copied,
        )
        return MeasuredRecording(recording, doubt_type(reference.type, found.type))

    def _describe_answer(
        self, reference: RecordingReference, answer: RemoteMeasurement, url: str
    ) -> MeasuredRecording:
        """Describe a recording elsewhere as its server answers."""
        if answer.type.startswith("image/"):
            raise ImageError(f"is {answer.type}, and neither audio nor video")
        recording = _describe(
            reference, url, type=answer.type, length=answer.length, duration=answer.duration
        )
        return MeasuredRecording(recording, doubt_type(reference.type, answer.type))

    def _describe_remote(self, reference: RecordingReference, place: Place) -> MeasuredRecording:
        url, type = place.url or "", read_type(reference.type)
        gaps = []
        if type is None:
            gaps.append("its type is unknown")
        elif not _TYPE.fullmatch(type):
            gaps.append(f"its type, {quote_value(type)}, is not that of audio or video")
            type = None
        gaps += find_length_gaps(reference)
        recording = _describe(reference, url, type=type, length=reference.length)
        if not gaps or reference.inline:
            return MeasuredRecording(recording, is_elsewhere=bool(gaps))
        note = (
            f"is linked, but not enclosed, because {' and '.join(gaps)}. "
            'Declare type and length, or set remote_images = "measure".'
        )
        return MeasuredRecording(recording, (note,))


def _describe(
    reference: RecordingReference,
    url: str,
    *,
    type: str | None,
    length: int | None,
    duration: int | None = None,
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
        duration=reference.duration or duration,
        title=reference.title,
        caption=reference.caption,
        credit=reference.credit,
        file=file,
    )


def _measure_file(path: Path, *, keeps: bool) -> _Measured:
    """Measure a file: its type by its content, its digest, its length, and its seconds."""
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
                has_position |= not keeps and holds_position(tail + chunk)
                tail = chunk[-_OVERLAP:]
                yield chunk

        chunks = DigestedChunks(read())
        for _ in chunks:
            pass
        duration = measure_duration(partial(_read_at, stream), type, length)
    if has_position:
        raise ImageError(RECORDED_POSITION)
    return _Measured(type, MediaFile(path, chunks.digest, length), duration)


def _read_at(stream: BinaryIO, offset: int, most: int) -> bytes:
    stream.seek(min(offset, 2**62))
    return stream.read(most)
