"""How long recordings are, by their bytes."""

from __future__ import annotations

import io
import struct
import wave
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.images.durations import measure_duration
from feedpub.images.recorded import SUFFIXES
from support import count_steps


def read_part(content: bytes, offset: int, most: int) -> bytes:
    return content[offset : offset + most]


def measure(type: str, content: bytes, length: int | None = None) -> int | None:
    return measure_duration(
        partial(read_part, content), type, len(content) if length is None else length
    )


def make_wav(seconds: int) -> bytes:
    held = io.BytesIO()
    with wave.open(held, "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(8_000)
        sound.writeframes(bytes(8_000 * 4 * seconds))
    return held.getvalue()


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def make_mp4(seconds: int, *, is_long: bool = False, is_last: bool = False) -> bytes:
    head = bytes([int(is_long), 0, 0, 0])
    times = (
        struct.pack(">QQIQ", 0, 0, 600, seconds * 600)
        if is_long
        else struct.pack(">IIII", 0, 0, 600, seconds * 600)
    )
    moov = box(b"moov", box(b"udta", bytes(9)) + box(b"mvhd", head + times + bytes(80)))
    large = struct.pack(">I4sQ", 1, b"mdat", 16 + 5_000) + bytes(5_000)
    kind = box(b"ftyp", b"mp42\0\0\0\0mp42isom")
    return kind + (large + moov if is_last else moov + large)


# MPEG 1 layer III, 128 kbit/s, 44,100 samples a second, stereo: 417 bytes a frame.
FRAME = b"\xff\xfb\x90\x00" + bytes(413)
TAG = b"ID3\x04\0\0\0\0\x01\x00" + bytes(128)


def make_counted(name: bytes, frames: int) -> bytes:
    count = struct.pack(">4sII", name, 1, frames)
    return b"\xff\xfb\x90\x00" + bytes(32) + count + bytes(413 - 32 - len(count))


VBRI = b"\xff\xfb\x90\x00" + bytes(32) + b"VBRI" + bytes(10) + struct.pack(">I", 3_829) + bytes(399)
FLAC = b"fLaC\0\0\0\x22" + bytes(10) + (44_100 << 44 | 44_100 * 75).to_bytes(8, "big") + bytes(20)


def make_ogg(head: bytes, samples: int) -> bytes:
    page = b"OggS\0\x02" + bytes(20) + b"\x01\x1e" + head
    return page + bytes(70_000) + b"OggS\0\x04" + struct.pack("<q", samples) + bytes(20)


VORBIS = make_ogg(b"\x01vorbis" + bytes(4) + b"\x02" + struct.pack("<I", 44_100), 44_100 * 75)
OPUS = make_ogg(b"OpusHead\x01\x02" + struct.pack("<H", 312), 48_000 * 75 + 312)


def element(id: int, content: bytes) -> bytes:
    name = id.to_bytes((id.bit_length() + 7) // 8, "big")
    return name + struct.pack(">Q", 1 << 56 | len(content)) + content


SCALE = element(0x2AD7B1, b"\x0f\x42\x40")
SCALE = element(0x2AD7B1, b"\x0f\x42\x40")
WEBM = element(0x1A45DFA3, element(0x4282, b"webm")) + element(
    0x18538067,
    element(0xEC, bytes(50))
    + element(0x1549A966, SCALE + element(0x4489, struct.pack(">d", 75_000))),
)


@pytest.mark.parametrize(
    ("type", "content"),
    [
        ("audio/wav", make_wav(75)),
        ("video/mp4", make_mp4(75)),
        ("audio/mp4", make_mp4(75, is_long=True)),
        ("video/quicktime", make_mp4(75, is_last=True)),
        ("audio/mpeg", TAG + FRAME * 2_871),
        ("audio/mpeg", TAG + make_counted(b"Xing", 2_871) + FRAME * 9),
        ("audio/mpeg", make_counted(b"Info", 2_871)),
        ("audio/mpeg", VBRI),
        ("audio/flac", FLAC),
        ("audio/ogg", VORBIS),
        ("audio/ogg", OPUS),
        ("video/webm", WEBM),
    ],
)
def test_measures_seconds(type: str, content: bytes) -> None:
    assert measure(type, content) == (100 if content is VBRI else 75)


def test_measures_by_the_first_bytes_where_these_tell() -> None:
    assert measure("audio/mpeg", (TAG + FRAME * 99)[:9_000], 138 + 417 * 2_871) == 75
    assert measure("audio/wav", make_wav(1)[:100], 44 + 32_000 * 75) == 1
    assert measure("video/mp4", make_mp4(75)[:300], 50_000) == 75
    assert measure("video/mp4", make_mp4(75, is_last=True)[:3_000], 90_000) is None
    assert measure("audio/ogg", VORBIS[:3_000], 90_000) is None
    assert measure("audio/mpeg", TAG, 90_000) is None


@pytest.mark.parametrize(
    ("type", "content"),
    [
        ("audio/mpeg", FRAME + b"\xff\xfb\x50\x00" + bytes(200) + FRAME * 20),  # of two sizes
        ("audio/mpeg", b"\xff\xfb\xf0\x00" + bytes(900)),
        (
            "video/mp4",
            box(b"moov", box(b"mvhd", bytes(12) + b"\0\0\2\x58" + b"\xff" * 4 + bytes(80))),
        ),
        ("video/mp4", box(b"moov", box(b"mvhd", bytes(100)))),
        ("video/mp4", struct.pack(">I4s", 4, b"moov") * 99),
        ("audio/flac", b"fLaC\0\0\0\x22" + bytes(34)),
        ("audio/ogg", b"OggS" + bytes(99)),
        ("video/webm", element(0x1A45DFA3, b"") + bytes(20)),
        ("audio/aac", bytes(99)),
    ],
)
def test_says_nothing_where_the_bytes_are_not_sure(type: str, content: bytes) -> None:
    assert measure(type, content) is None


@given(
    type=st.sampled_from(sorted(SUFFIXES)), content=st.binary(max_size=200), at=st.integers(0, 99)
)
def test_reads_any_bytes_without_a_failure(type: str, content: bytes, at: int) -> None:
    whole = {"video/webm": WEBM, "audio/ogg": OPUS, "audio/mpeg": FRAME, "audio/flac": FLAC}
    start = whole.get(type, make_mp4(9))[:at]
    seconds = measure(type, start + content, 10**9)
    assert seconds is None or seconds > 0


def test_work_is_bounded() -> None:
    boxes = struct.pack(">I4s", 8, b"free") * 50_000
    assert count_steps(lambda: measure("video/mp4", boxes)) < 10_000
    assert count_steps(lambda: measure("video/webm", element(0xEC, b"") * 9_000)) < 10_000
