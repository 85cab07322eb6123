"""How long a sound or a film is, by what its bytes say; nothing is decoded.

Sources: ISO/IEC 14496-12 section 8.2.2 (MP4); ISO/IEC 11172-3 and the Xing and VBRI headers (MP3);
RFC 9639 section 8.2 (FLAC); RFC 3533 and RFC 7845 (Ogg, Opus); RFC 9559 section 5.1.2 (WebM).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

Read = Callable[[int, int], bytes]  # (offset, most) → bytes, fewer where no more are known

_MOST_BOXES = 200
_MOST_CHUNKS = 100
_LONGEST = 10**7  # seconds
# kbit/s by index: MPEG 1 layer III, and MPEG 2 and 2.5 layer III.
_RATES = (
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
)
_SAMPLES = (44_100, 48_000, 32_000)
_FRAMES_COMPARED = 8
_TAIL = 65_536  # bytes, as long as a page of Ogg can be
_INFO, _SCALE, _DURATION = 0x1549A966, 0x2AD7B1, 0x4489
_SEGMENT = 0x18538067


def measure_duration(read: Read, type: str, length: int) -> int | None:
    """Measure how many seconds a recording takes; None where its bytes do not tell.

    Args:
        length: Of the whole file, in bytes.
    """
    measure = _MEASURES.get(type)
    try:
        seconds = None if measure is None else measure(read, length)
    except (struct.error, IndexError, ZeroDivisionError):  # it is shorter than it says
        return None
    return round(seconds) or None if seconds is not None and 0 < seconds < _LONGEST else None


def _measure_mp4(read: Read, length: int) -> float | None:
    for kind, start, end in _list_boxes(read, 0, length):
        if kind != b"moov":
            continue
        for inner, at, _ in _list_boxes(read, start, end):
            if inner == b"mvhd":
                head = read(at, 32)
                if head[0] == 1:
                    scale, duration = struct.unpack_from(">IQ", head, 20)
                    return float(duration / scale) if duration != 2**64 - 1 else None
                scale, duration = struct.unpack_from(">II", head, 12)
                return float(duration / scale) if duration != 2**32 - 1 else None
    return None


def _list_boxes(read: Read, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield the type of each box with where its content begins and ends."""
    for _ in range(_MOST_BOXES):
        if at + 8 > end:
            return
        size, kind = struct.unpack(">I4s", read(at, 8))
        start = at + 8
        if size == 1:
            (size,) = struct.unpack(">Q", read(start, 8))
            start += 8
        after = end if size == 0 else at + size
        if after < start:
            return
        yield kind, start, min(after, end)
        at = after


def _measure_mp3(read: Read, length: int) -> float | None:
    head, start = read(0, 10), 0
    if head[:3] == b"ID3":
        size = 0
        for byte in head[6:10]:
            size = size << 7 | byte & 0x7F
        start = 10 + size + (10 if head[5] & 0x10 else 0)
    frame = _read_frame(read, start)
    if frame is None:
        return None
    size, rate, samples, side = frame
    content = read(start, 200)
    for name, at, place in ((b"Xing", 4 + side, 8), (b"Info", 4 + side, 8), (b"VBRI", 36, 14)):
        if content[at : at + 4] == name:
            if name != b"VBRI" and not content[at + 7] & 1:
                return None  # it does not count its frames
            (frames,) = struct.unpack_from(">I", content, at + place)
            return float(frames * samples / rate)
    # Without a count, only frames of one size tell how many there are.
    at = start
    for _ in range(_FRAMES_COMPARED):
        following = _read_frame(read, at)
        if following is None or abs(following[0] - size) > 1 or following[1] != rate:
            return None
        at += following[0]
    each = (at - start) / _FRAMES_COMPARED
    return (length - start) / each * samples / rate


def _read_frame(read: Read, at: int) -> tuple[int, int, int, int] | None:
    """Read the head of a frame: its length, samples a second and in it, and its side's length."""
    head = read(at, 4)
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return None
    version, index, place = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or index in (0, 15) or place == 3:
        return None
    is_first = version == 3
    kilobits = _RATES[0 if is_first else 1][index]
    rate = _SAMPLES[place] // {3: 1, 2: 2, 0: 4}[version]
    samples = 1152 if is_first else 576
    is_mono = head[3] >> 6 == 3
    side = (17 if is_mono else 32) if is_first else (9 if is_mono else 17)
    size = samples // 8 * kilobits * 1000 // rate + (head[2] >> 1 & 1)
    return size, rate, samples, side


def _measure_wav(read: Read, length: int) -> float | None:
    at, rate = 12, 0
    for _ in range(_MOST_CHUNKS):
        kind, size = struct.unpack("<4sI", read(at, 8))
        if kind == b"fmt ":
            (rate,) = struct.unpack_from("<I", read(at + 8, 16), 8)
        elif kind == b"data":
            return float(min(size, length - at - 8) / rate)
        at += 8 + size + size % 2
    return None


def _measure_flac(read: Read, length: int) -> float | None:
    bits = int.from_bytes(read(18, 8), "big")
    rate, samples = bits >> 44, bits & (1 << 36) - 1
    return samples / rate


def _measure_ogg(read: Read, length: int) -> float | None:
    head, before = read(0, 100), 0
    if (at := head.find(b"\x01vorbis")) >= 0:
        (rate,) = struct.unpack_from("<I", head, at + 12)
    elif (at := head.find(b"OpusHead")) >= 0:
        (before,) = struct.unpack_from("<H", head, at + 10)
        rate = 48_000
    else:
        return None
    tail = read(max(0, length - _TAIL), _TAIL)
    place = tail.rfind(b"OggS")
    (samples,) = struct.unpack_from("<q", tail, place + 6) if place >= 0 else (0,)
    return float((samples - before) / rate)


def _measure_webm(read: Read, length: int) -> float | None:
    head = read(0, 4096)
    at = 0
    for _ in range(_MOST_CHUNKS):
        id, size, start = _read_element(head, at)
        if id == _INFO:
            values = dict(_list_values(head, start, start + size))
            scale = int.from_bytes(values.get(_SCALE, b"\x0f\x42\x40"), "big")
            number = values.get(_DURATION, b"")
            (duration,) = struct.unpack(">d" if len(number) == 8 else ">f", number)
            return float(duration * scale / 1e9)
        at = start if id == _SEGMENT else start + size
    return None


def _list_values(head: bytes, at: int, end: int) -> Iterator[tuple[int, bytes]]:
    while at < min(end, len(head)):
        id, size, start = _read_element(head, at)
        yield id, head[start : start + size]
        at = start + size


def _read_element(head: bytes, at: int) -> tuple[int, int, int]:
    """Read the id and the length of an element of EBML, and where its content begins."""
    width = 9 - head[at].bit_length()
    id = int.from_bytes(head[at : at + width], "big")
    at += width
    wide = 9 - head[at].bit_length()
    size = int.from_bytes(head[at : at + wide], "big") & (1 << 7 * wide) - 1
    return id, size, at + wide


_MEASURES: dict[str, Callable[[Read, int], float | None]] = {
    "audio/mpeg": _measure_mp3,
    "audio/mp4": _measure_mp4,
    "video/mp4": _measure_mp4,
    "video/quicktime": _measure_mp4,
    "audio/wav": _measure_wav,
    "audio/flac": _measure_flac,
    "audio/ogg": _measure_ogg,
    "video/webm": _measure_webm,
}
