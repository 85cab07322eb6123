"""Image files without their GPS position: it is gone, and all else stays byte for byte."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import struct
import sys
import zlib
from collections.abc import Callable, Mapping

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image as Pictures
from PIL.TiffImagePlugin import IFDRational

from feedpub.errors import ImageError, PositionError
from feedpub.images.position import begins_with_position, remove_position
from position_samples import (
    EXIF,
    EXIF_CLEARED,
    EXIF_TAGS,
    GPS_TAGS,
    ICC,
    LATITUDE,
    LONG,
    MAKER_NOTE,
    PLAIN_TAGS,
    RATIONAL,
    SHORT,
    UNDEFINED,
    XMP,
    Tag,
    Tiff,
    blank,
    make_chunk,
    make_exif,
    make_exif_segment,
    make_gif,
    make_jpeg,
    make_png,
    make_profile,
    make_segment,
    make_xmp,
    make_xmp_segment,
    read_frames,
    read_latitudes,
    save,
)

JPEG, PNG, WEBP, GIF, AVIF = (f"image/{name}" for name in ("jpeg", "png", "webp", "gif", "avif"))
FORMATS = ["JPEG", "PNG", "WEBP", "AVIF"]
DEGREES = (IFDRational(30), IFDRational(16), IFDRational(5050, 100))
POSITION = {0: b"\2\3\0\0", 1: "N", 2: DEGREES, 3: "E", 4: DEGREES}


def make_pillow_exif(gps: Mapping[int, object]) -> Pictures.Exif:
    exif = Pictures.Exif()
    exif.update({0x0112: 6, 0x013B: "Li Bo", 0x8298: "Xinhua"})
    exif.get_ifd(0x8769)[0x927C] = MAKER_NOTE
    exif.get_ifd(0x8825).update(gps)
    return exif


def find_changes(before: bytes, after: bytes) -> list[int]:
    return [at for at, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]]


# Made by Pillow, read by Pillow


@pytest.mark.parametrize("format", FORMATS)
def test_removes_position_and_nothing_else(format: str) -> None:
    content = save(format, exif=make_pillow_exif(POSITION), xmp=XMP)
    cleared = remove_position(content, f"image/{format.lower()}")
    assert cleared is not None
    [(pixels, plain, gps)] = read_frames(content)
    assert 2 in gps and gps[2] == gps[4]
    assert read_frames(cleared) == [(pixels, plain, {})]
    assert plain[0x0112] == 6 and plain[0x8298] == "Xinhua" and plain[0x927C] == MAKER_NOTE
    coordinates = [b"30,16.84N", b"GPSLatitude", LATITUDE, struct.pack(">6I", 30, 1, 16, 1, 101, 2)]
    coordinates.append(struct.pack("<6I", 30, 1, 16, 1, 101, 2))
    assert sum(content.count(text) for text in coordinates) >= 4
    assert sum(cleared.count(text) for text in coordinates) == 0
    with Pictures.open(io.BytesIO(cleared)) as picture:
        picture.load()
        assert picture.info["icc_profile"] == ICC
        assert picture.info.get("xmp") == (None if format == "PNG" else blank(XMP))
    if format != "PNG":  # its chunks are compared below
        changes = find_changes(content, cleared)
        packet = content.index(XMP)
        exif = [at for at in changes if not packet <= at < packet + len(XMP)]
        assert exif[-1] - exif[0] < 200  # the one GPS directory
    assert remove_position(cleared, f"image/{format.lower()}") is None


@pytest.mark.parametrize("format", [*FORMATS, "GIF"])
def test_image_without_metadata_has_no_position(format: str) -> None:
    type = f"image/{format.lower()}"
    content = save(format)
    assert remove_position(content, type) is None
    assert not any(begins_with_position(content[:end], type) for end in (40, len(content) // 2))


@pytest.mark.parametrize("gps", [{}, {0: b"\2\3\0\0"}, {6: IFDRational(12), 29: "2020:05:25"}])
@pytest.mark.parametrize("format", FORMATS)
def test_image_with_other_metadata_has_no_position(format: str, gps: Mapping[int, object]) -> None:
    packet = make_xmp('exif:GPSVersionID="2.3.0.0" exif:GPSAltitude="12/1"')
    content = save(format, exif=make_pillow_exif(gps), xmp=packet)
    assert remove_position(content, f"image/{format.lower()}") is None


def test_removes_position_from_every_picture() -> None:
    frames = [Pictures.new("RGB", (32, 32), color) for color in ("red", "green", "blue")]
    for format, type, block in (("MPO", JPEG, EXIF), ("WEBP", WEBP, EXIF)):
        stream = io.BytesIO()
        exif = b"Exif\0\0" + block if format == "MPO" else block
        frames[0].save(stream, format, save_all=True, append_images=frames[1:], exif=exif)
        content = stream.getvalue()
        assert content.count(EXIF) == (3 if format == "MPO" else 1)
        cleared = remove_position(content, type)
        assert cleared == content.replace(EXIF, EXIF_CLEARED)
        assert len(read_frames(cleared)) == 3
        assert read_latitudes(content) and not read_latitudes(cleared)


@pytest.mark.parametrize("blocked", [False, True], ids=["as it is", "in blocks"])
def test_clears_gif_in_place(blocked: bool) -> None:
    content = make_gif(XMP, blocked=blocked)
    cleared = remove_position(content, GIF)
    assert cleared == make_gif(blank(XMP), blocked=blocked)
    assert read_frames(cleared) == read_frames(content)


# JPEG: before, after, byte for byte

BIG_ENDIAN = make_exif(">")
HALF = len(EXIF) // 2
THUMBNAIL, THUMBNAIL_CLEARED = (
    b"\xff\xd8" + make_exif_segment(block) + b"\xff\xd9" for block in (EXIF, EXIF_CLEARED)
)


def make_thumbnail_exif(picture: bytes) -> bytes:
    tiff = Tiff()
    first, _ = tiff.add(PLAIN_TAGS)
    link = first + 2 + 12 * len(PLAIN_TAGS)
    start = len(tiff.content)
    tiff.content[link : link + 4] = tiff.pack("I", start)
    at = start + 2 + 24 + 4
    tiff.add((Tag(0x0201, LONG, (at,)), Tag(0x0202, LONG, (len(picture),))))
    return bytes(tiff.content) + picture


JPEGS = {
    "exif": (make_exif_segment(EXIF), make_exif_segment(EXIF_CLEARED)),
    "big-endian": tuple(map(make_exif_segment, BIG_ENDIAN)),
    "pointer in the Exif directory": tuple(map(make_exif_segment, make_exif(pointer_in=0x8769))),
    "pointer in a sub-directory": tuple(map(make_exif_segment, make_exif(pointer_in=0x014A))),
    "pointer beside the thumbnail": tuple(map(make_exif_segment, make_exif(pointer_in=1))),
    "destination alone": tuple(
        map(make_exif_segment, make_exif(gps=(Tag(20, RATIONAL, (30, 1, 0, 1, 0, 1)),)))
    ),
    "exif named twice": tuple(make_exif_segment(b"Exif\0\0" + b) for b in (EXIF, EXIF_CLEARED)),
    "exif named oddly": tuple(make_segment(b"EXIF\0\xff" + b) for b in (EXIF, EXIF_CLEARED)),
    "wrong magic": tuple(make_exif_segment(b"II\0*" + b[4:]) for b in (EXIF, EXIF_CLEARED)),
    "wrong magic, big-endian": tuple(make_exif_segment(b"MM*\0" + b[4:]) for b in BIG_ENDIAN),
    "xmp": (make_xmp_segment(XMP), make_xmp_segment(blank(XMP))),
    "exif and xmp": (
        make_exif_segment(EXIF) + make_xmp_segment(XMP),
        make_exif_segment(EXIF_CLEARED) + make_xmp_segment(blank(XMP)),
    ),
    "thumbnail": tuple(
        make_exif_segment(make_thumbnail_exif(b)) for b in (THUMBNAIL, THUMBNAIL_CLEARED)
    ),
}


@pytest.mark.parametrize(("before", "after"), JPEGS.values(), ids=JPEGS)
def test_clears_jpeg_in_place(before: bytes, after: bytes) -> None:
    content, expected = make_jpeg(before), make_jpeg(after)
    assert remove_position(content, JPEG) == expected
    assert remove_position(expected, JPEG) is None
    assert read_frames(expected)[0][0] == read_frames(content)[0][0]
    assert not read_latitudes(expected)


def test_clears_picture_after_the_end() -> None:
    inner = make_jpeg(make_exif_segment(EXIF), make_xmp_segment(XMP), color=9)
    after = make_jpeg(make_exif_segment(EXIF_CLEARED), make_xmp_segment(blank(XMP)), color=9)
    assert remove_position(make_jpeg() + b"junk" + inner, JPEG) == make_jpeg() + b"junk" + after


def make_extended(packet: bytes, pieces: int, guid: bytes) -> bytes:
    size = -(-len(packet) // pieces)
    segments = [
        make_segment(
            b"http://ns.adobe.com/xmp/extension/\0"
            + guid
            + struct.pack(">II", len(packet), at)
            + packet[at : at + size]
        )
        for at in range(0, len(packet), size)
    ]
    note = make_xmp(f'xmpNote:HasExtendedXMP="{guid.decode()}"')
    return make_jpeg(make_xmp_segment(note), *reversed(segments))


@pytest.mark.parametrize("pieces", [1, 3, 40])
def test_clears_extended_xmp(pieces: int) -> None:
    # 40 pieces cut the property's very name.
    packet = make_xmp(elements="<exif:GPSLatitude>30,16.84N</exif:GPSLatitude>" + "<dc:x/>" * 99)
    guid = hashlib.md5(packet).hexdigest().upper().encode()
    content = make_extended(packet, pieces, guid)
    assert remove_position(content, JPEG) == make_extended(blank(packet), pieces, guid)


@pytest.mark.parametrize(
    "segment",
    [
        make_exif_segment(make_exif(gps=GPS_TAGS[:1])[0]),
        make_exif_segment(make_exif(gps=(GPS_TAGS[0], GPS_TAGS[5], GPS_TAGS[6]))[0]),
        make_exif_segment(b""),
        make_exif_segment(bytes(200)),  # emptied by another tool
        make_exif_segment(b"II*\0\x08\0\0\0"),
        make_exif_segment(b"MM\0*\0\0\0"),
        make_exif_segment(bytes(Tiff().content) + b"\1\0\x12\1\3\0\1\0\0\0\6\0\0\0"),  # no link
        make_exif_segment(EXIF[:40]),  # cut in the first directory, before the pointer
        make_xmp_segment(make_xmp()),
        make_xmp_segment(b"<broken"),
        make_segment(b"gps", 0xFE),
    ],
)
def test_jpeg_has_no_position(segment: bytes) -> None:
    assert remove_position(make_jpeg(segment), JPEG) is None


# XMP


@pytest.mark.parametrize(
    "packet",
    [
        make_xmp("exif:GPSLatitude = '30,16.84N'"),
        make_xmp('exif:GPSDestLongitude="120"'),
        make_xmp('drone-dji:GpsLatitude="+30.2" drone-dji:GpsLongtitude="+120.1"'),
        make_xmp('drone-dji:Latitude="+30.2"'),
        make_xmp('xmlns:geo="http://www.w3.org/2003/01/geo/wgs84_pos#" geo:lat="30.2"'),
        make_xmp(elements="<exif:GPSLatitude>30,16.84N</exif:GPSLatitude>"),
        make_xmp(elements='<GPSLatitude xmlns="http://ns.adobe.com/exif/1.0/">30</GPSLatitude>'),
        make_xmp(elements='<dc:longitude rdf:parseType="Resource"><rdf:value>1</rdf:value></dc:x>'),
        make_xmp(elements="<dc:x>GPSLatitude: 30</dc:x><!-- exif:GPSLatitude='30' -->"),
        XMP.decode().encode("utf-16"),
        XMP[: len(XMP) // 2] + b"GPSLatitude",
        b"\0\n " + XMP + b"\0" * 9,
        make_xmp(elements="<dc:x>" + base64.b64encode(THUMBNAIL + bytes(99)).decode() + "</dc:x>"),
    ],
)
def test_puts_an_empty_packet_in_place_of_one_that_names_a_position(packet: bytes) -> None:
    content = make_jpeg(make_xmp_segment(packet))
    assert remove_position(content, JPEG) == make_jpeg(make_xmp_segment(blank(packet)))


@pytest.mark.parametrize(
    "packet",
    [
        make_xmp('exif:GPSAltitude="12/1" exif:GPSTimeStamp="2020"'),
        make_xmp(elements="<dc:description>latitude 30, longitude 120</dc:description>"),
        make_xmp(elements="<dc:x>" + base64.b64encode(save("JPEG")).decode() + "</dc:x>"),
        b"gps",
    ],
)
def test_leaves_a_packet_that_names_no_position(packet: bytes) -> None:
    assert remove_position(make_jpeg(make_xmp_segment(packet)), JPEG) is None


# PNG


def make_text(kind: bytes, keyword: bytes, text: bytes) -> bytes:
    """Make a text chunk: tEXt, zTXt, iTXt, or iTXz for an iTXt that is compressed."""
    packed = zlib.compress(text) if kind in (b"zTXt", b"iTXz") else text
    head = {b"tEXt": b"", b"zTXt": b"\0", b"iTXt": b"\0\0\0\0", b"iTXz": b"\1\0\0\0"}[kind]
    return make_chunk(kind.replace(b"Xz", b"Xt"), keyword + b"\0" + head + packed)


ARTIST = make_text(b"tEXt", b"exif:Artist", b"Li Bo")
APP1 = b"http://ns.adobe.com/xap/1.0/\0"


@pytest.mark.parametrize("prefix", [b"", b"Exif\0\0"])
def test_clears_png_in_place(prefix: bytes) -> None:
    before, after = (
        make_png(ARTIST, make_chunk(b"eXIf", prefix + make_thumbnail_exif(picture)),
                 make_chunk(b"eXIf", block), tail=b"junk")
        for picture, block in ((THUMBNAIL_CLEARED, EXIF), (THUMBNAIL_CLEARED, EXIF_CLEARED))
    )  # fmt: skip
    assert remove_position(before, PNG) == after
    assert remove_position(after, PNG) is None
    assert read_latitudes(before) or prefix
    assert not read_latitudes(after)


@pytest.mark.parametrize(
    "chunk",
    [
        make_text(b"iTXt", b"XML:com.adobe.xmp", XMP),
        make_text(b"iTXz", b"XML:com.adobe.xmp", XMP + b" " * 200_000),
        make_text(b"tEXt", b"exif", EXIF),
        make_text(b"tEXt", b"Raw profile type exif", make_profile(b"Exif\0\0" + EXIF)),
        make_text(b"zTXt", b"Raw profile type exif", make_profile(EXIF).upper()),
        make_text(b"tEXt", b"Raw profile type APP1", make_profile(APP1 + XMP)),
        make_text(b"tEXt", b"exif:GPSLatitude", b"30/1") + make_text(b"zTXt", b"exif:GPSInfo", b""),
        make_text(b"zTXt", b"Comment", b"GPS Latitude 30.2"),
    ],
)
def test_drops_texts_of_png_that_contain_a_position(chunk: bytes) -> None:
    assert remove_position(make_png(chunk, ARTIST), PNG) == make_png(ARTIST)


@pytest.mark.parametrize(
    "chunk",
    [
        make_chunk(b"tEXt", b"no zero byte"),
        make_text(b"tEXt", b"Comment", b"latitude and longitude"),
        make_text(b"zTXt", b"exif:GPSAltitude", b"12/1"),
        make_chunk(b"iTXt", b"Comment\0\0\0en\0no second zero byte"),
        make_text(b"tEXt", b"Raw profile type icc", make_profile(ICC)),
        make_text(b"tEXt", b"Raw profile type exif", b""),
        make_text(b"tEXt", b"Comment", b"longitude") + make_text(b"tEXt", b"Comment", b"a > b"),
    ],
)
def test_png_has_no_position(chunk: bytes) -> None:
    assert remove_position(make_png(chunk), PNG) is None


# What is refused

HUGE = 2**32 - 1


def make_tiff(*directories: tuple[Tag, ...]) -> bytes:
    tiff = Tiff()
    for directory in directories:
        tiff.add(directory)
    return bytes(tiff.content)


def place_gps(tag: Tag) -> bytes:
    """Make a block of a first directory of one GPS pointer, and a GPS directory."""
    return make_tiff((Tag(0x8825, LONG, (26,)),), (tag,))


REFUSED = {
    "no header": b"\xff\xff\xff\xff" + EXIF[4:],
    "BigTIFF": b"II+\0\x08\0\0\0" + EXIF[8:],
    "latitude out of reach": place_gps(Tag(2, RATIONAL, b"", false_count=3, offset=10**6)),
    "latitude in the pixels": place_gps(Tag(2, RATIONAL, b"", false_count=1, offset=900)),
    "count of 2^32": place_gps(Tag(2, RATIONAL, b"", false_count=HUGE, offset=44)),
    "size of 2^35": place_gps(Tag(2, RATIONAL, b"", false_count=HUGE, offset=HUGE)),
    "unknown type": place_gps(Tag(2, 99, b"\1\2\3\4", false_count=1)),
    "value in the header": place_gps(Tag(2, RATIONAL, b"", false_count=1, offset=0)),
    "value in the first directory": place_gps(Tag(2, RATIONAL, b"", false_count=1, offset=12)),
    "value is another's": make_tiff(
        (Tag(0x013B, 2, b"", false_count=24, offset=56), Tag(0x8825, LONG, (38,))),
        (Tag(2, RATIONAL, (30, 1, 16, 1, 5, 1)),),
    ),
    "directory out of reach": make_tiff((Tag(0x8825, LONG, (HUGE,)),)),
    "directory at the end": make_tiff((Tag(0x8825, LONG, (25,)),)),
    "directory in the header": make_tiff((Tag(0x8825, LONG, (0,)),)),
    "pointer of an odd type": make_tiff((Tag(0x8825, UNDEFINED, b"\xff\xff\xff\xff"),)),
    "pointers out of reach": make_tiff((Tag(0x8825, LONG, b"", false_count=2, offset=10**6),)),
    "directory is the first": make_tiff((Tag(2, LONG, (1,)), Tag(0x8825, LONG, (8,)))),
    "directory is cut": make_tiff((Tag(0x8825, LONG, (26,)),)) + b"\2\0\2\0\5\0\1" + bytes(7),
    "many directories": b"II*\0\x08\0\0\0"
    + b"".join(struct.pack("<HI", 0, 14 + 6 * index) for index in range(300)),
    "many entries": b"II*\0\x08\0\0\0\xff\xff" + bytes(12 * 5_001),
}


@pytest.mark.parametrize("block", REFUSED.values(), ids=REFUSED)
def test_refuses_hostile_exif(block: bytes) -> None:
    with pytest.raises(PositionError, match="GPS position"):
        remove_position(make_jpeg(make_exif_segment(block)), JPEG)


LOOP = bytearray(make_tiff((Tag(0x8769, LONG, (8,)), Tag(0xA005, LONG, (8,)))))
LOOP[-4:] = b"\x08\0\0\0"


@pytest.mark.parametrize(
    "block",
    [
        bytes(LOOP),
        make_tiff((Tag(0x8825, LONG, (26,)),)) + bytes(6),  # an empty GPS directory
        make_tiff((Tag(0x8769, LONG, (HUGE,)),)),
        make_tiff((Tag(0x0112, SHORT, (1,)),))[:-4] + b"\xff" * 4,
        make_tiff(tuple(Tag(tag, tag % 20, b"\1\2\3\4") for tag in range(300))),
    ],
)
def test_hostile_exif_without_position(block: bytes) -> None:
    assert remove_position(make_jpeg(make_exif_segment(block)), JPEG) is None


def test_gps_values_may_overlap_each_other() -> None:
    first = Tag(2, RATIONAL, b"", false_count=3, offset=56)
    block = make_tiff((Tag(0x8825, LONG, (26,)),), (first, first._replace(tag=4))) + LATITUDE
    cleared = remove_position(make_jpeg(make_exif_segment(block)), JPEG)
    assert cleared is not None and LATITUDE not in cleared and not read_latitudes(cleared)


def make_joined() -> bytes:
    """Make a JPEG of two EXIF segments whose blocks hold no position, unless one joins them."""
    first = b"II*\0\x08\0\0\0\3\0" + struct.pack("<HHII", 0x0112, SHORT, 1, 1)
    pointer = struct.pack("<HHII", 0x8825, LONG, 1, len(first) + 28)
    table = struct.pack("<HHHIII", 1, 2, RATIONAL, 3, len(first) + 46, 0)
    content = make_jpeg(
        make_exif_segment(first),
        make_exif_segment(b"II*\0" + bytes(8) + pointer + bytes(4) + table + LATITUDE),
    )
    assert read_latitudes(content)
    return content


# The pixels follow the EXIF block of an AVIF, and nothing tells where that ends.
IN_THE_PIXELS = place_gps(Tag(2, RATIONAL, b"", false_count=8, offset=48))
VIDEO = b"\0\0\0\x20free\0\0\0\x1e"


@pytest.mark.parametrize(
    ("type", "content"),
    [
        (JPEG, make_jpeg(make_segment(b'{"exif:GPSLatitude": "30,16N"}', 0xEB))),
        (JPEG, make_jpeg(make_segment(b"GPS latitude: 30.2", 0xFE))),
        (JPEG, make_jpeg(make_segment("GPSLatitude".encode("utf-16"), 0xFE))),
        (JPEG, make_jpeg(make_segment(EXIF, 0xE3))),
        (JPEG, make_jpeg() + VIDEO + b"\xa9xyz\0\x12\x15\xc7+30.2806+120.1500/"),
        (JPEG, make_jpeg() + VIDEO + b"com.apple.quicktime.location.ISO6709"),
        (JPEG, make_jpeg() + b"\0\0\0\x10uuidExif\0\0" + EXIF),
        (JPEG, make_jpeg(make_exif_segment(EXIF[:HALF]) + make_exif_segment(EXIF[HALF:]))),
        (JPEG, make_jpeg(*[make_exif_segment(b"")] * 1_001)),
        (JPEG, make_joined()),
        (AVIF, save("AVIF", exif=IN_THE_PIXELS)),
        (PNG, make_png(tail=THUMBNAIL)),
        (PNG, make_png(tail=b"II*\0" * 201)),
        (PNG, make_png(make_chunk(b"zxIf", b"\0\0\0\0\0x"))),
        (PNG, make_png(make_text(b"tEXt", b"Raw profile type exif", b"\nexif\n    4\n4x"))),
        (PNG, make_png(make_chunk(b"zTXt", b"Comment\0\0broken"))),
        (PNG, make_png(make_chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\7\0\0broken"))),
        (PNG, make_png(make_text(b"zTXt", b"Comment", b" " * 2**25))),
        (PNG, make_png(*[make_text(b"zTXt", b"x", b" " * 2**20)] * 33)),
        (GIF, make_gif(XMP)[:-1] + b"!\xff\x0bXMP DataXMP"),
        (AVIF, save("AVIF") + XMP),
        (AVIF, save("AVIF") + b"application/rdf+xml\0deflate"),
        ("image/svg+xml", b"<svg/>"),
    ],
)
def test_refuses_position_elsewhere(type: str, content: bytes) -> None:
    with pytest.raises(PositionError, match="GPS position"):
        remove_position(content, type)


# The first bytes of a file


@pytest.mark.parametrize(
    ("type", "content"),
    [
        (JPEG, make_jpeg(make_exif_segment(EXIF))),
        (JPEG, make_jpeg(make_xmp_segment(XMP))),
        (PNG, make_png(make_chunk(b"eXIf", EXIF))),
        (PNG, make_png(make_text(b"iTXz", b"XML:com.adobe.xmp", XMP))),
        (AVIF, save("AVIF", exif=EXIF)),
        (AVIF, save("AVIF", xmp=XMP)),
        (GIF, make_gif(XMP)),
    ],
)
def test_first_bytes_tell_of_position(type: str, content: bytes) -> None:
    assert begins_with_position(content[:-100], type)
    if EXIF in content:  # the pointer is there, and its directory is not
        assert begins_with_position(content[: content.index(EXIF) + 100], type)


# Whatever is broken: a right result or a refusal, soon, and nothing that Pillow could read


def count_calls(work: Callable[[], object]) -> int:
    """Count the functions that are called, in Python and in C."""
    calls = 0

    def note(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        with contextlib.suppress(ImageError):
            work()
    finally:
        sys.setprofile(before)
    return calls


GIF_BLOCKS = b"GIF89a" + bytes(7) + b"!\xff\x0bXMP DataXMP" + b"\1<" * 500_000


@pytest.mark.parametrize(
    ("type", "content"),
    [
        (JPEG, b"\xff\xd8\xff" * 100_000),
        (JPEG, b"\xff\xd8" + b"\xff\xe1\x00\x08Exif\0\0" * 100_000),
        (JPEG, b"\xff\xd8\xff\xe1\xff\xffExif\0\0II*\0" * 5_000),
        (JPEG, b"II*\0\x08\0\0\0\x88\x13" * 500_000),
        (JPEG, b"gps latitude <" * 100_000),
        (JPEG, make_jpeg(make_xmp_segment(b"<gps" * 15_000))),
        (PNG, make_png(*[make_chunk(b"tEXt", b"x\0y")] * 10_000)),
        (PNG, make_png(*[make_chunk(b"none", b"")] * 200_001)),
        (PNG, make_png(make_text(b"tEXt", b"Raw profile type exif", b"\n\n\n" + b"00 " * 600_000))),
        (
            PNG,
            make_png(make_chunk(b"eXIf", make_tiff((Tag(0x014A, LONG, b"\x08\0\0\0" * 500_000),)))),
        ),
        (WEBP, b"RIFF\0\0\0\0WEBP" + b"ANMF\0\0\0\0" * 100_000),
        (GIF, GIF_BLOCKS),
        (AVIF, b"\0\0\0\0meta" * 100_000),
        (AVIF, save("AVIF") + EXIF * 201),
    ],
)
def test_hostile_file_is_done_with_soon(type: str, content: bytes) -> None:
    assert count_calls(lambda: remove_position(content, type)) < 1_500_000


def change(content: bytes, changes: list[tuple[int, bytes]]) -> bytes:
    changed = bytearray(content)
    for at, value in changes:
        start = at % (len(changed) or 1)
        changed[start : start + len(value)] = value[: len(changed) - start]
    return bytes(changed)


VALUES = st.one_of(
    st.binary(min_size=1, max_size=4),
    st.integers(0, 700).map(lambda value: struct.pack("<I", value)),
    st.integers(0, 700).map(lambda value: struct.pack(">I", value)),
    st.sampled_from([b"\x25\x88", b"\x88\x25", b"\x02\x00\x05\x00", b"\x69\x87", b"\xff" * 4]),
)
CHANGES = st.lists(st.tuples(st.integers(0, 2000), VALUES), min_size=1, max_size=6)
WRAPPERS: list[tuple[str, Callable[[bytes], bytes]]] = [
    (JPEG, lambda block: make_jpeg(make_exif_segment(block))),
    (JPEG, lambda block: make_jpeg(make_exif_segment(block[:99]) + make_exif_segment(block[99:]))),
    (PNG, lambda block: make_png(make_chunk(b"eXIf", block))),
    (PNG, lambda block: make_png(make_text(b"zTXt", b"raw profile type x", make_profile(block)))),
]
FILES = [
    (JPEG, make_jpeg(make_exif_segment(EXIF), make_xmp_segment(XMP))),
    (JPEG, make_extended(XMP, 3, b"0123456789ABCDEF" * 2)),
    (PNG, make_png(make_chunk(b"eXIf", EXIF), make_text(b"iTXz", b"XML:com.adobe.xmp", XMP))),
    (WEBP, save("WEBP", exif=EXIF, xmp=XMP)),
    (GIF, make_gif(XMP)),
    (AVIF, save("AVIF", exif=EXIF, xmp=XMP)),
]


def require_no_position(content: bytes, type: str) -> None:
    begins_with_position(content, type)
    try:
        cleared = remove_position(content, type)
    except PositionError:
        return
    accepted = content if cleared is None else cleared
    assert read_latitudes(accepted) == []
    assert b"GPSLatitude=" not in accepted
    assert remove_position(accepted, type) is None


@given(
    st.sampled_from([EXIF, BIG_ENDIAN[0], make_exif(pointer_in=0x8769)[0]]),
    CHANGES,
    st.integers(0, 2000),
    st.sampled_from(WRAPPERS),
)
@example(EXIF, [(0, b"I")], 2000, WRAPPERS[0])
def test_broken_exif_leaves_no_position(
    block: bytes,
    changes: list[tuple[int, bytes]],
    end: int,
    wrapper: tuple[str, Callable[[bytes], bytes]],
) -> None:
    type, wrap = wrapper
    require_no_position(wrap(change(block, changes)[:end]), type)


@given(st.sampled_from(FILES), CHANGES, st.integers(0, 10_000))
def test_broken_file_leaves_no_position(
    file: tuple[str, bytes], changes: list[tuple[int, bytes]], end: int
) -> None:
    type, content = file
    require_no_position(change(content, changes)[: max(end, 40)], type)


@given(st.sampled_from([JPEG, PNG, WEBP, GIF, AVIF]), st.binary(max_size=200))
def test_any_bytes_raise_nothing_else(type: str, content: bytes) -> None:
    heads = {PNG: b"\x89PNG\r\n\x1a\n", GIF: b"GIF89a", JPEG: b"\xff\xd8\xff\xe1"}
    require_no_position(heads.get(type, b"") + content, type)


@given(st.sampled_from("<>"), st.sampled_from(EXIF_TAGS), st.integers(0, 12))
def test_clears_every_layout(order: str, tag: Tag, count: int) -> None:
    before, after = make_exif(order, (*GPS_TAGS, *(tag._replace(tag=40 + n) for n in range(count))))
    assert remove_position(make_jpeg(make_exif_segment(before)), JPEG) == make_jpeg(
        make_exif_segment(after)
    )
