"""Image files without their GPS position: it is gone, and all else stays byte for byte."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import struct
import time
import zlib
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image as Pictures
from PIL.TiffImagePlugin import IFDRational

from feedpub.errors import ImageError, PositionError
from feedpub.images.position import begins_with_position, remove_position
from feedpub.images.position.exif import find_exif_position
from feedpub.images.position.parts import find_parts
from feedpub.images.position.xmp import find_xmp_position
from position_samples import (
    ATTRIBUTES,
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
    XMP_CLEARED,
    Tag,
    Tiff,
    make_box,
    make_chunk,
    make_exif,
    make_exif_segment,
    make_gif,
    make_items,
    make_jpeg,
    make_png,
    make_png_info,
    make_profile,
    make_segment,
    make_text_png,
    make_xmp,
    make_xmp_segment,
    read_frames,
    read_latitudes,
    save,
)

JPEG, PNG, WEBP, GIF, AVIF = (f"image/{name}" for name in ("jpeg", "png", "webp", "gif", "avif"))


# Made by Pillow, read by Pillow


def save_with_pillow(format: str, exif: Pictures.Exif | bytes, packet: bytes) -> bytes:
    if format == "PNG":
        return save(format, exif=exif, pnginfo=make_png_info(packet, packed=False))
    return save(format, exif=exif, xmp=packet)


def make_pillow_exif() -> Pictures.Exif:
    exif = Pictures.Exif()
    exif[0x0112] = 6
    exif[0x013B] = "Li Bo"
    exif[0x8298] = "Xinhua"
    exif.get_ifd(0x8769)[0x927C] = MAKER_NOTE
    degrees = (IFDRational(30), IFDRational(16), IFDRational(5050, 100))
    exif.get_ifd(0x8825).update({0: b"\2\3\0\0", 1: "N", 2: degrees, 3: "E", 4: degrees})
    return exif


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_removes_position_and_nothing_else(format: str) -> None:
    content = save_with_pillow(format, make_pillow_exif(), XMP)
    cleared = remove_position(content, f"image/{format.lower()}")
    assert cleared is not None
    [(pixels, plain, gps)] = read_frames(content)
    [(pixels_after, plain_after, gps_after)] = read_frames(cleared)
    assert 2 in gps and gps_after == {}
    assert pixels_after == pixels
    assert plain_after == plain
    assert plain_after[0x0112] == 6 and plain_after[0x013B] == "Li Bo"
    assert plain_after[0x8298] == "Xinhua" and plain_after[0x927C] == MAKER_NOTE
    with Pictures.open(io.BytesIO(cleared)) as picture:
        picture.load()
        assert picture.info["icc_profile"] == ICC
        assert picture.info["xmp"] == XMP_CLEARED
    assert len(cleared) == len(content)
    assert remove_position(cleared, f"image/{format.lower()}") is None


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_image_without_metadata_has_no_position(format: str) -> None:
    assert remove_position(save(format), f"image/{format.lower()}") is None


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_image_with_other_metadata_has_no_position(format: str) -> None:
    exif = make_pillow_exif()
    exif.get_ifd(0x8825).clear()
    exif.get_ifd(0x8825)[0] = b"\2\3\0\0"  # the version alone
    content = save_with_pillow(format, exif, make_xmp('exif:GPSVersionID="2.3.0.0"'))
    assert remove_position(content, f"image/{format.lower()}") is None


def test_removes_position_from_every_frame() -> None:
    stream = io.BytesIO()
    frames = [Pictures.new("RGB", (32, 32), color) for color in ("red", "blue")]
    frames[0].save(
        stream, "WEBP", save_all=True, append_images=frames[1:], exif=make_pillow_exif(), xmp=XMP
    )
    content = stream.getvalue()
    cleared = remove_position(content, WEBP)
    assert cleared is not None and len(cleared) == len(content)
    assert [pixels for pixels, _, _ in read_frames(cleared)] == [
        pixels for pixels, _, _ in read_frames(content)
    ]
    assert read_latitudes(content) and not read_latitudes(cleared)


# JPEG: before, after, byte for byte

VERSION_ONLY, _ = make_exif(gps=GPS_TAGS[:1])
NO_COORDINATES, _ = make_exif(gps=(GPS_TAGS[0], GPS_TAGS[5], GPS_TAGS[6]))
HALF = len(EXIF) // 2
BIG_ENDIAN = make_exif(">")
ELEMENT = "<exif:GPSLatitude>30,16.84N</exif:GPSLatitude>"
EXTENDED = make_xmp(elements=ELEMENT + "<dc:x/>" * 99)
EXTENDED_CLEARED = make_xmp(elements=" " * len(ELEMENT) + "<dc:x/>" * 99)


def make_thumbnail_exif(picture: bytes) -> bytes:
    tiff = Tiff()
    first, _ = tiff.add(PLAIN_TAGS)
    link = first + 2 + 12 * len(PLAIN_TAGS)
    start = len(tiff.content)
    tiff.content[link : link + 4] = tiff.pack("I", start)
    at = start + 2 + 24 + 4
    tiff.add((Tag(0x0201, LONG, (at,)), Tag(0x0202, LONG, (len(picture),))))
    return bytes(tiff.content) + picture


def make_extended(main: bytes, packet: bytes, *, pieces: int = 3, guid: str | None = None) -> bytes:
    digest = guid or hashlib.md5(packet).hexdigest().upper()
    size = -(-len(packet) // pieces)
    segments = [
        make_segment(
            b"http://ns.adobe.com/xmp/extension/\0"
            + digest.encode()
            + struct.pack(">II", len(packet), at)
            + packet[at : at + size]
        )
        for at in range(0, len(packet), size)
    ]
    named = main.replace(b"#" * 32, digest.encode())
    return make_jpeg(make_xmp_segment(named), *reversed(segments))


NOTE = make_xmp('xmpNote:HasExtendedXMP="' + "#" * 32 + '"')
THUMBNAIL = b"\xff\xd8" + make_exif_segment(EXIF) + b"\xff\xd9"
THUMBNAIL_CLEARED = b"\xff\xd8" + make_exif_segment(EXIF_CLEARED) + b"\xff\xd9"
JUNK = make_segment(b"", 0xEC) + b"junk\xff\x00\xff\xff"
PACKET_TAG, PACKET_TAG_CLEARED = (
    bytes(tiff.content)
    for packet in (XMP, XMP_CLEARED)
    if (tiff := Tiff()).add((*PLAIN_TAGS, Tag(0x02BC, 1, packet)))
)

JPEGS = {
    "exif": (make_exif_segment(EXIF), make_exif_segment(EXIF_CLEARED)),
    "big-endian": tuple(map(make_exif_segment, BIG_ENDIAN)),
    "pointer in the Exif directory": tuple(map(make_exif_segment, make_exif(pointer_in=0x8769))),
    "pointer in a sub-directory": tuple(map(make_exif_segment, make_exif(pointer_in=0x014A))),
    "pointer beside the thumbnail": tuple(map(make_exif_segment, make_exif(pointer_in=1))),
    "destination alone": tuple(
        map(make_exif_segment, make_exif(gps=(Tag(20, RATIONAL, (30, 1, 0, 1, 0, 1)),)))
    ),
    "exif named twice": (
        make_exif_segment(b"Exif\0\0" + EXIF),
        make_exif_segment(b"Exif\0\0" + EXIF_CLEARED),
    ),
    "exif named oddly": (
        make_segment(b"EXIF\0\xff" + EXIF),
        make_segment(b"EXIF\0\xff" + EXIF_CLEARED),
    ),
    "wrong magic": (
        make_exif_segment(b"II\0*" + EXIF[4:]),
        make_exif_segment(b"II\0*" + EXIF_CLEARED[4:]),
    ),
    "block over two segments": (
        make_exif_segment(EXIF[:HALF]) + make_exif_segment(EXIF[HALF:]),
        make_exif_segment(EXIF_CLEARED[:HALF]) + make_exif_segment(EXIF_CLEARED[HALF:]),
    ),
    "two blocks": (
        make_exif_segment(VERSION_ONLY) + make_exif_segment(BIG_ENDIAN[0]),
        make_exif_segment(VERSION_ONLY) + make_exif_segment(BIG_ENDIAN[1]),
    ),
    "junk between segments": (
        JUNK + make_exif_segment(EXIF[:HALF]) + JUNK + make_exif_segment(EXIF[HALF:]),
        JUNK
        + make_exif_segment(EXIF_CLEARED[:HALF])
        + JUNK
        + make_exif_segment(EXIF_CLEARED[HALF:]),
    ),
    "xmp": (make_xmp_segment(XMP), make_xmp_segment(XMP_CLEARED)),
    "exif and xmp": (
        make_exif_segment(EXIF) + make_xmp_segment(XMP),
        make_exif_segment(EXIF_CLEARED) + make_xmp_segment(XMP_CLEARED),
    ),
    "xmp in exif": (make_exif_segment(PACKET_TAG), make_exif_segment(PACKET_TAG_CLEARED)),
    "thumbnail": (
        make_exif_segment(make_thumbnail_exif(THUMBNAIL)),
        make_exif_segment(make_thumbnail_exif(THUMBNAIL_CLEARED)),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), JPEGS.values(), ids=JPEGS)
def test_clears_jpeg_in_place(before: bytes, after: bytes) -> None:
    content, expected = make_jpeg(before), make_jpeg(after)
    assert remove_position(content, JPEG) == expected
    assert remove_position(expected, JPEG) is None
    assert read_frames(expected)[0][0] == read_frames(content)[0][0]
    assert not read_latitudes(expected)


@pytest.mark.parametrize(
    "segment",
    [
        make_exif_segment(VERSION_ONLY),
        make_exif_segment(NO_COORDINATES),
        make_exif_segment(b""),
        make_exif_segment(bytes(200)),  # emptied by another tool
        make_exif_segment(b"II*\0\x08\0\0\0"),
        make_exif_segment(b"MM\0*\0\0\0"),
        make_xmp_segment(make_xmp()),
        make_xmp_segment(b"<broken"),
        make_segment(b"gps", 0xFE),
        make_exif_segment(bytes(Tiff().content) + b"\1\0\x12\1\3\0\1\0\0\0\6\0\0\0"),  # no link
        make_exif_segment(EXIF[:40]),  # cut in the first directory, before the pointer
    ],
)
def test_jpeg_has_no_position(segment: bytes) -> None:
    assert remove_position(make_jpeg(segment), JPEG) is None


def test_makes_what_pillow_reads() -> None:
    # Else the expectations above would be about nothing.
    for before, _ in (make_exif(), BIG_ENDIAN):
        assert read_latitudes(make_jpeg(make_exif_segment(before)))
    two = make_exif_segment(EXIF[:HALF]) + make_exif_segment(EXIF[HALF:])
    assert read_latitudes(make_jpeg(two))


@pytest.mark.parametrize("block", [EXIF, b"Exif\0\0" + EXIF])
def test_finds_each_part_once(block: bytes) -> None:
    content = make_jpeg(make_exif_segment(block), make_xmp_segment(XMP))
    assert sorted(part.kind for part in find_parts(content, JPEG)) == ["exif", "xmp"]
    assert len(find_parts(make_webp((b"EXIF", block)), WEBP)) == 1


def test_leaves_pixels_that_a_false_offset_points_to() -> None:
    content = make_jpeg(make_exif_segment(place_gps(Tag(2, RATIONAL, (30, 1), offset=900))))
    assert len(content) > 1000
    with pytest.raises(PositionError):
        remove_position(content, JPEG)


def test_clears_pictures_after_the_first() -> None:
    stream = io.BytesIO()
    frames = [Pictures.new("RGB", (32, 32), color) for color in ("red", "green", "blue")]
    frames[0].save(stream, "MPO", save_all=True, append_images=frames[1:], exif=b"Exif\0\0" + EXIF)
    content = stream.getvalue()
    assert content.count(EXIF) == 3
    cleared = remove_position(content, JPEG)
    assert cleared == content.replace(EXIF, EXIF_CLEARED)
    assert len(read_frames(cleared)) == 3
    assert read_latitudes(content) and not read_latitudes(cleared)


def test_clears_picture_after_the_end() -> None:
    inner = make_jpeg(make_exif_segment(EXIF), make_xmp_segment(XMP), color=9)
    after = make_jpeg(make_exif_segment(EXIF_CLEARED), make_xmp_segment(XMP_CLEARED), color=9)
    assert remove_position(make_jpeg() + b"junk" + inner, JPEG) == make_jpeg() + b"junk" + after


def test_clears_exif_block_that_no_structure_names() -> None:
    tail = b"\0\0\0\x10uuidExif\0\0"
    assert remove_position(make_jpeg() + tail + EXIF, JPEG) == make_jpeg() + tail + EXIF_CLEARED


@pytest.mark.parametrize("pieces", [1, 3, 40])
def test_clears_extended_xmp_and_renews_its_digest(pieces: int) -> None:
    # 40 pieces cut the property's very name.
    content = make_extended(NOTE, EXTENDED, pieces=pieces)
    assert remove_position(content, JPEG) == make_extended(NOTE, EXTENDED_CLEARED, pieces=pieces)


def test_leaves_digest_that_was_none() -> None:
    guid = "0123456789ABCDEF" * 2
    content = make_extended(NOTE, EXTENDED, guid=guid)
    assert remove_position(content, JPEG) == make_extended(NOTE, EXTENDED_CLEARED, guid=guid)


@pytest.mark.parametrize("pieces", [1, len(EXTENDED) // 8])
def test_refuses_extended_xmp_that_names_position_elsewhere(pieces: int) -> None:
    packet = EXTENDED_CLEARED.replace(b"<dc:x/>", b"<!-- GPSLatitude -->", 1)
    # Of so many pieces, each is too short for the name.
    with pytest.raises(PositionError):
        remove_position(make_extended(NOTE, packet, pieces=pieces), JPEG)


# XMP: what is written, and what is left

DOUBLE = 'exif:GPSLatitude="1" '
POSITIONS = {
    "attributes": (ATTRIBUTES, ""),
    "single quotes and spaces": ("exif:GPSLatitude = '30,16.84N'", ""),
    "another prefix": ('gps:GPSLatitude="30,16.84N" gps:GPSAltitude="12/1"', ""),
    "whole record": (
        'exif:GPSLatitude="1" exif:GPSAltitude="1" exif:GPSTimeStamp="2020-05-25T00:00:00Z"'
        ' exif:GPSVersionID="2.3.0.0" exif:GPSDestLongitude="120"',
        "",
    ),
    "quote in a value": ('exif:GPSLatitude="30&quot;>N"', ""),
    "drone": ('drone-dji:GpsLatitude="+30.2" drone-dji:GpsLongtitude="+120.1"', ""),
    "geo": ('geo:lat="30.2" geo:long="120.1" geo:alt="12"', ""),
    "element": ("", "<exif:GPSLatitude>30,16.84N</exif:GPSLatitude>"),
    "element of another prefix": ("", "<gps:GPSLatitude>30,16.84N</gps:GPSLatitude>"),
    "default namespace": (
        "",
        '<GPSLatitude xmlns="http://ns.adobe.com/exif/1.0/">30</GPSLatitude>',
    ),
    "empty element": ("", "<exif:GPSLatitude/>"),
    "element with a structure": (
        "",
        '<exif:GPSLatitude rdf:parseType="Resource"><rdf:value>30</rdf:value>'
        "<exif:GPSLatitude>30</exif:GPSLatitude></exif:GPSLatitude >",
    ),
}


@pytest.mark.parametrize(("attributes", "elements"), POSITIONS.values(), ids=POSITIONS)
def test_blanks_xmp_properties(attributes: str, elements: str) -> None:
    before = make_xmp(f"{attributes} dc:format='a'", f"<dc:a/>{elements}<dc:b>c</dc:b>")
    after = make_xmp(
        # Spaces between two attributes, and between two elements, stay what they are.
        " " * len(attributes) + " dc:format='a'", "<dc:a/>" + " " * len(elements) + "<dc:b>c</dc:b>"
    )  # fmt: skip
    assert remove_position(make_jpeg(make_xmp_segment(before)), JPEG) == make_jpeg(
        make_xmp_segment(after)
    )


def test_blanks_position_in_location_created() -> None:
    place = (
        '<Iptc4xmpExt:LocationCreated><rdf:Bag><rdf:li rdf:parseType="Resource">'
        "<Iptc4xmpExt:City>Hangzhou</Iptc4xmpExt:City>{}</rdf:li>"
        '<rdf:li Iptc4xmpExt:City="Ningbo" {}/></rdf:Bag></Iptc4xmpExt:LocationCreated>'
    )
    element, attribute = "<exif:GPSLatitude>30</exif:GPSLatitude>", 'exif:GPSLongitude="120"'
    before = make_xmp(elements=place.format(element, attribute))
    after = make_xmp(elements=place.format(" " * len(element), " " * len(attribute)))
    assert remove_position(make_jpeg(make_xmp_segment(before)), JPEG) == make_jpeg(
        make_xmp_segment(after)
    )


@pytest.mark.parametrize(
    "packet",
    [
        make_xmp(),
        make_xmp('exif:GPSVersionID="2.3.0.0"'),
        make_xmp('exif:GPSAltitude="12/1" exif:GPSTimeStamp="2020"'),
        make_xmp("dc:format='GPS latitude'").replace(b"GPS ", b"no "),
        make_xmp(elements="<dc:description>latitude 30, longitude 120</dc:description>"),
        b"",
        b"gps",
    ],
)
def test_xmp_has_no_position(packet: bytes) -> None:
    assert find_xmp_position(packet) == ()


@pytest.mark.parametrize(
    "packet",
    [
        XMP.decode().encode("utf-16"),
        XMP.decode().encode("utf-16-be"),
        XMP.replace(b"</rdf:RDF>", b""),
        XMP.replace(b'xmlns:exif="http://ns.adobe.com/exif/1.0/"', b""),
        XMP[: len(XMP) // 2] + b"GPSLatitude",
        make_xmp(elements="<!-- exif:GPSLatitude='30' -->"),
        make_xmp(elements="<dc:x>GPSLatitude: 30</dc:x>"),
        XMP.replace(b"<x:", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x:", 1),
        XMP.replace(b"\xe6\x96\xb0", b"\xff\xfe\xfd"),
    ],
    ids="utf-16 utf-16-be unclosed unbound cut comment text doctype bytes".split(),
)
def test_refuses_xmp_that_cannot_be_cleared(packet: bytes) -> None:
    with pytest.raises(PositionError, match="GPS position"):
        remove_position(make_jpeg(make_xmp_segment(packet)), JPEG)


def test_reads_padded_xmp() -> None:
    for lead, trail in ((b"\0\n ", b"\0" * 9), (b"\xef\xbb\xbf", b"\xff\x00")):
        assert remove_position(make_jpeg(make_xmp_segment(lead + XMP + trail)), JPEG) == make_jpeg(
            make_xmp_segment(lead + XMP_CLEARED + trail)
        )


# PNG


def list_chunks(content: bytes) -> list[tuple[bytes, bytes]]:
    """List a PNG's chunks; every checksum is true."""
    chunks = []
    at = 8
    while at < len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        payload = content[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack_from(">I", content, at + 8 + length)
        assert checksum == zlib.crc32(kind + payload)
        chunks.append((kind, payload))
        at += 12 + length
    return chunks


APP1 = b"http://ns.adobe.com/xap/1.0/\0"
PNGS = {
    "eXIf": tuple(make_png(make_chunk(b"eXIf", block)) for block in (EXIF, EXIF_CLEARED)),
    "eXIf with a name": tuple(
        make_png(make_chunk(b"eXIf", b"Exif\0\0" + block)) for block in (EXIF, EXIF_CLEARED)
    ),
    "iTXt": tuple(
        make_text_png(b"iTXt", b"XML:com.adobe.xmp", packet) for packet in (XMP, XMP_CLEARED)
    ),
    "exif in a text": tuple(
        make_text_png(b"tEXt", b"exif", block) for block in (EXIF, EXIF_CLEARED)
    ),
    "exif profile": tuple(
        make_text_png(b"tEXt", b"Raw profile type exif", make_profile("exif", b"Exif\0\0" + block))
        for block in (EXIF, EXIF_CLEARED)
    ),
    "exif profile in capitals": tuple(
        make_text_png(b"tEXt", b"Raw profile type exif", make_profile("exif", block).upper())
        for block in (EXIF, EXIF_CLEARED)
    ),
    "app1 profile of exif": tuple(
        make_text_png(b"tEXt", b"Raw profile type APP1", make_profile("generic", block))
        for block in (EXIF, EXIF_CLEARED)
    ),
    "app1 profile of xmp": tuple(
        make_text_png(b"tEXt", b"Raw profile type APP1", make_profile("app1", APP1 + packet))
        for packet in (XMP, XMP_CLEARED)
    ),
    "xmp profile": tuple(
        make_text_png(b"tEXt", b"Raw profile type xmp", make_profile("xmp", packet))
        for packet in (XMP, XMP_CLEARED)
    ),
    "thumbnail": tuple(
        make_png(make_chunk(b"eXIf", make_thumbnail_exif(picture)))
        for picture in (THUMBNAIL, THUMBNAIL_CLEARED)
    ),
    "tail": tuple(make_png(tail=b"junk" + picture) for picture in (THUMBNAIL, THUMBNAIL_CLEARED)),
}


@pytest.mark.parametrize(("before", "after"), PNGS.values(), ids=PNGS)
def test_clears_png_in_place(before: bytes, after: bytes) -> None:
    assert remove_position(before, PNG) == after
    assert remove_position(after, PNG) is None
    assert read_frames(after)[0][0] == read_frames(before)[0][0]
    assert not read_latitudes(after)


PACKED = {
    "iTXt": (b"iTXz", b"XML:com.adobe.xmp", XMP, XMP_CLEARED),
    "exif profile": (
        b"zTXt",
        b"Raw profile type exif",
        make_profile("exif", EXIF),
        make_profile("exif", EXIF_CLEARED),
    ),
    "long text": (
        b"iTXz",
        b"XML:com.adobe.xmp",
        XMP + b" " * 200_000,
        XMP_CLEARED + b" " * 200_000,
    ),
}


@pytest.mark.parametrize(("kind", "keyword", "before", "after"), PACKED.values(), ids=PACKED)
def test_writes_compressed_text_anew(
    kind: bytes, keyword: bytes, before: bytes, after: bytes
) -> None:
    content = make_text_png(kind, keyword, before)
    cleared = remove_position(content, PNG)
    assert cleared is not None and not read_latitudes(cleared)
    changed = [
        (was, now)
        for was, now in zip(list_chunks(content), list_chunks(cleared), strict=True)
        if was != now
    ]
    [((name, was), (name_after, now))] = changed
    head = len(keyword) + (2 if kind == b"zTXt" else 5)
    assert (name, was[:head]) == (name_after, now[:head])
    assert (zlib.decompress(was[head:]), zlib.decompress(now[head:])) == (before, after)
    # The same on every host: zlib's own output changes with its version.
    assert now[head : head + 2] == b"\x78\x01" and after[:99] in now
    assert read_frames(cleared)[0][0] == read_frames(content)[0][0]


def test_drops_texts_that_imagemagick_makes_of_exif() -> None:
    artist = make_chunk(b"tEXt", b"exif:Artist\0Li Bo")
    texts = [
        make_chunk(b"tEXt", b"exif:GPSLatitude\x0030/1, 16/1, 5050/100"),
        make_chunk(b"zTXt", b"exif:GPSAltitude\0\0" + zlib.compress(b"12/1")),
    ]
    assert remove_position(make_png(texts[0], artist, texts[1]), PNG) == make_png(artist)
    assert remove_position(make_png(texts[1], artist), PNG) is None


@pytest.mark.parametrize(
    "content",
    [
        make_png(make_chunk(b"zxIf", b"\0\0\0\0\0x")),
        make_text_png(b"tEXt", b"Raw profile type exif", b"\nexif\n    4\n4x"),
        make_text_png(b"tEXt", b"Raw profile type exif", make_profile("exif", b"something")),
        make_png(make_chunk(b"zTXt", b"Raw profile type exif\0\0broken")),
        make_png(make_chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\7\0\0broken")),
        make_text_png(b"tEXt", b"Comment", b"GPS Latitude 30.2"),
        make_text_png(b"zTXt", b"Comment", b"GPS Latitude 30.2"),
        make_text_png(b"zTXt", b"Comment", b" " * 2**22),
        make_png(*[make_chunk(b"zTXt", b"x\0\0" + zlib.compress(b" " * 2**20))] * 65),
    ],
)
def test_refuses_png_that_cannot_be_cleared(content: bytes) -> None:
    with pytest.raises(PositionError, match="GPS position"):
        remove_position(content, PNG)


@pytest.mark.parametrize(
    "chunk",
    [
        make_chunk(b"tEXt", b"no zero byte"),
        make_chunk(b"tEXt", b"Comment\0latitude and longitude"),
        make_chunk(b"zTXt", b"Comment\0\0broken"),
        make_chunk(b"zTXt", b"Comment"),
        make_chunk(b"iTXt", b"Comment"),
        make_chunk(b"iTXt", b"Comment\0\0\0en\0no second zero byte"),
        make_chunk(b"tEXt", b"Raw profile type icc\0" + make_profile("icc", ICC)),
        make_chunk(b"tEXt", b"Raw profile type exif\0"),
    ],
)
def test_png_has_no_position(chunk: bytes) -> None:
    assert remove_position(make_png(chunk), PNG) is None


# WebP, GIF, AVIF


def make_webp(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"WEBP" + b"".join(
        name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
        for name, content in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize("prefix", [b"", b"Exif\0\0"])
def test_clears_webp_in_place(prefix: bytes) -> None:
    def make(block: bytes, packet: bytes) -> bytes:
        return make_webp((b"VP8 ", b"odd"), (b"EXIF", prefix + block), (b"XMP ", packet))

    assert remove_position(make(EXIF, XMP), WEBP) == make(EXIF_CLEARED, XMP_CLEARED)


@pytest.mark.parametrize("blocked", [False, True], ids=["as it is", "in blocks"])
def test_clears_gif_in_place(blocked: bool) -> None:
    content = make_gif(XMP, blocked=blocked)
    cleared = remove_position(content, GIF)
    assert cleared == make_gif(XMP_CLEARED, blocked=blocked)
    assert read_frames(cleared)[0][0] == read_frames(content)[0][0]


def test_gif_of_many_frames_has_no_position() -> None:
    stream = io.BytesIO()
    frames = [Pictures.effect_noise((64, 64), 50).quantize(16) for _ in range(5)]
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:], comment=b"gps")
    assert remove_position(stream.getvalue(), GIF) is None


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("version", [0, 1, 2])
def test_clears_avif_items_in_place(version: int, inside: bool) -> None:
    def make(block: bytes, packet: bytes) -> bytes:
        exif = bytes(4) + block
        items = {
            7: (b"Exif", (exif[:3], exif[3:50], exif[50:])),
            8: (b"mime", (packet,)),
        }
        return make_items(items, version=version, inside=inside)

    if inside and not version:
        pytest.skip("version 0 knows no place but the file")
    assert remove_position(make(EXIF, XMP), AVIF) == make(EXIF_CLEARED, XMP_CLEARED)


def test_clears_avif_whose_tiff_header_stands_further_in() -> None:
    def make(block: bytes) -> bytes:
        return make_items({1: (b"Exif", (struct.pack(">I", 6) + b"Exif\0\0" + block,))})

    assert remove_position(make(EXIF), AVIF) == make(EXIF_CLEARED)
    odd = [
        make_items({1: (b"Exif", (struct.pack(">I", 9) + b"something" + block,))})
        for block in (EXIF, EXIF_CLEARED)
    ]
    assert remove_position(odd[0], AVIF) == odd[1]


def test_clears_xmp_box_of_avif() -> None:
    uuid = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
    before, after = (
        save("AVIF") + make_box(b"uuid", uuid + packet) for packet in (XMP, XMP_CLEARED)
    )
    assert remove_position(before, AVIF) == after


# What is refused

ENCODED = base64.b64encode(make_jpeg(make_exif_segment(EXIF))).decode()


@pytest.mark.parametrize(
    "content",
    [
        make_jpeg(make_segment(b'{"exif:GPSLatitude": "30,16N"}', 0xEB)),
        make_jpeg(make_segment(b"GPS latitude: 30.2", 0xFE)),
        make_jpeg() + b"\0\0\0\x20free\0\0\0\x1e\xa9xyz\0\x12\x15\xc7+30.2806+120.1500/",
        make_jpeg(make_xmp_segment(make_xmp(elements=f"<dc:d>{ENCODED}</dc:d>"))),
        make_jpeg(*[make_exif_segment(EXIF)] * 65),
        make_jpeg(*[make_segment(b"", 0xE5)] * 20_001),
        make_jpeg(make_exif_segment(b"\xff\xff\xff\xff" + EXIF[4:])),
        make_jpeg(make_exif_segment(b"II+\0\x08\0\0\0" + EXIF[8:])),
    ],
    ids="json comment video base64 blocks segments header BigTIFF".split(),
)
def test_refuses_position_elsewhere(content: bytes) -> None:
    with pytest.raises(PositionError, match="GPS position"):
        remove_position(content, JPEG)


def test_refuses_other_type() -> None:
    with pytest.raises(PositionError):
        remove_position(b"<svg/>", "image/svg+xml")


def test_refusal_is_an_image_error() -> None:
    assert issubclass(PositionError, ImageError)


# The first bytes of a file


@pytest.mark.parametrize(
    ("type", "content"),
    [
        (JPEG, make_jpeg(make_exif_segment(EXIF))),
        (JPEG, make_jpeg(make_xmp_segment(XMP))),
        (PNG, make_png(make_chunk(b"eXIf", EXIF))),
        (PNG, make_text_png(b"iTXz", b"XML:com.adobe.xmp", XMP)),
        (PNG, make_text_png(b"tEXt", b"Raw profile type exif", make_profile("exif", EXIF))),
        (AVIF, save("AVIF", exif=EXIF, xmp=XMP)),
        (GIF, make_gif(XMP)),
    ],
)
def test_first_bytes_tell_of_position(type: str, content: bytes) -> None:
    assert begins_with_position(content[:-100], type)


def test_first_bytes_that_end_in_exif_are_no_clean_bill() -> None:
    for type, content in (
        (JPEG, make_jpeg(make_exif_segment(EXIF))),
        (PNG, make_png(make_chunk(b"eXIf", EXIF))),
    ):
        end = content.index(EXIF) + len(EXIF)
        assert begins_with_position(content[:end], type)
        with pytest.raises(PositionError):  # the pointer is there, and its directory is not
            begins_with_position(content[: content.index(EXIF) + 100], type)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_first_bytes_hold_no_position(format: str) -> None:
    content = save(format)
    for end in (40, len(content) // 2, len(content)):
        assert not begins_with_position(content[:end], f"image/{format.lower()}")


# Hostile structures


def make_tiff(*directories: tuple[Tag, ...]) -> bytes:
    tiff = Tiff()
    for directory in directories:
        tiff.add(directory)
    return bytes(tiff.content)


def place_gps(tag: Tag) -> bytes:
    """Make a block of a first directory of one GPS pointer, and a GPS directory."""
    return make_tiff((Tag(0x8825, LONG, (26,)),), (tag,))


HUGE = 2**32 - 1
REFUSED = {
    "latitude out of reach": place_gps(Tag(2, RATIONAL, b"", false_count=3, offset=10**6)),
    "count of 2^32": place_gps(Tag(2, RATIONAL, b"", false_count=HUGE, offset=44)),
    "size of 2^35": place_gps(Tag(2, RATIONAL, b"", false_count=HUGE, offset=HUGE)),
    "unknown type": place_gps(Tag(2, 99, b"\1\2\3\4", false_count=1)),
    "value in the header": place_gps(Tag(2, RATIONAL, b"", false_count=1, offset=0)),
    "value in the first directory": place_gps(Tag(2, RATIONAL, b"", false_count=1, offset=12)),
    "value is another's": make_tiff(
        (Tag(0x013B, 2, b"", false_count=24, offset=56), Tag(0x8825, LONG, (38,))),
        (Tag(2, RATIONAL, (30, 1, 16, 1, 5, 1)),),
    ),
    "value in a picture": make_tiff(
        (Tag(0x0201, LONG, (68,)), Tag(0x0202, LONG, (9,)), Tag(0x8825, LONG, (50,))),
        (Tag(2, RATIONAL, (30, 1, 16, 1, 5, 1)),),
    ),
    "directory out of reach": make_tiff((Tag(0x8825, LONG, (HUGE,)),)),
    "directory at the end": make_tiff((Tag(0x8825, LONG, (25,)),)),
    "pointer of an odd type": make_tiff((Tag(0x8825, UNDEFINED, b"\xff\xff\xff\xff"),)),
    "pointers out of reach": make_tiff((Tag(0x8825, LONG, b"", false_count=2, offset=10**6),)),
    "directory is the first": make_tiff((Tag(2, LONG, (1,)), Tag(0x8825, LONG, (8,)))),
    "directory is cut": make_tiff((Tag(0x8825, LONG, (26,)),)) + b"\2\0\2\0\5\0\1" + bytes(7),
    "first directory out of reach": b"II*\0\xff\xff\0\0" + EXIF[8:],
    "many directories": b"II*\0\x08\0\0\0"
    + b"".join(struct.pack("<HI", 0, 14 + 6 * index) for index in range(300)),
    "many entries": b"II*\0\x08\0\0\0\xff\xff" + bytes(12 * 65_535),
}  # fmt: skip


@pytest.mark.parametrize("block", REFUSED.values(), ids=REFUSED)
def test_refuses_hostile_exif(block: bytes) -> None:
    with pytest.raises(PositionError, match="GPS position"):
        find_exif_position(block)


LOOP = bytearray(make_tiff((Tag(0x8769, LONG, (8,)), Tag(0xA005, LONG, (8,)))))
LOOP[-4:] = b"\x08\0\0\0"
SAFE = {
    "loop of directories": bytes(LOOP),
    "GPS directory is the first": make_tiff((Tag(0x8825, LONG, (8,)),)),
    "GPS directory is empty": make_tiff((Tag(0x8825, LONG, (26,)),)) + bytes(6),
    "Exif directory out of reach": make_tiff((Tag(0x8769, LONG, (HUGE,)),)),
    "next directory out of reach": make_tiff((Tag(0x0112, SHORT, (1,)),))[:-4] + b"\xff" * 4,
    "count of 65535": b"II*\0\x08\0\0\0\xff\xff" + bytes(100),
    "tags of all kinds": make_tiff(tuple(Tag(tag, tag % 20, b"\1\2\3\4") for tag in range(300))),
}


@pytest.mark.parametrize("block", SAFE.values(), ids=SAFE)
def test_hostile_exif_without_position(block: bytes) -> None:
    assert find_exif_position(block).position == ()


def test_gps_values_may_overlap_each_other() -> None:
    first = Tag(2, RATIONAL, b"", false_count=3, offset=56)
    block = make_tiff((Tag(0x8825, LONG, (26,)),), (first, first._replace(tag=4))) + LATITUDE
    [*spans] = find_exif_position(block).position
    assert all(block[start:end] for start, end in spans)
    content = make_jpeg(make_exif_segment(block))
    cleared = remove_position(content, JPEG)
    assert cleared is not None and LATITUDE not in cleared and not read_latitudes(cleared)


@pytest.mark.parametrize(
    ("type", "content"),
    [
        (JPEG, b"\xff\xd8\xff" * 100_000),
        (JPEG, b"\xff\xd8" + b"\xff\xe1\x00\x08Exif\0\0" * 100_000),
        (JPEG, b"\xff\xd8\xff\xe1\xff\xffExif\0\0II*\0" * 5_000),
        (JPEG, b"Exif\0\0II*\0" * 50_000),
        (JPEG, b"\xff" * 2_000_000),
        (JPEG, b"gps" * 700_000),
        (JPEG, make_jpeg(make_xmp_segment(b"<gps" * 15_000))),
        (PNG, make_png(*[make_chunk(b"tEXt", b"x\0y")] * 10_000)),
        (PNG, make_png(*[make_chunk(b"none", b"")] * 100_000)),
        (PNG, make_text_png(b"tEXt", b"Raw profile type exif", b"\n\n\n" + b"00 " * 600_000)),
        (WEBP, make_webp(*[(b"ANMF", b"")] * 100_000)),
        (GIF, make_gif(XMP)[:-1] + b"!\xf9\0" * 200_000),
        (GIF, make_gif(XMP)[:-1] + b"!\xff" + b"\1x" * 500_000),
        (AVIF, make_box(b"ftyp", b"avif") * 100_000),
        (AVIF, make_box(b"moov", b"") * 100_000),
        (AVIF, b"\0\0\0\0meta" * 100_000),
    ],
)
def test_hostile_file_is_done_with_soon(type: str, content: bytes) -> None:
    began = time.process_time()
    with contextlib.suppress(PositionError):
        remove_position(content, type)
    assert time.process_time() - began < 5


# Whatever is broken: a right result or PositionError, and nothing that Pillow could read


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
    (PNG, lambda block: make_text_png(b"zTXt", b"Raw profile type exif", make_profile("", block))),
]


def require_no_position(content: bytes, type: str) -> None:
    try:
        cleared = remove_position(content, type)
    except PositionError:
        return
    accepted = content if cleared is None else cleared
    assert read_latitudes(accepted) == []
    if cleared is not None:
        assert remove_position(cleared, type) is None


@given(
    st.sampled_from([EXIF, BIG_ENDIAN[0], make_exif(pointer_in=0x8769)[0], PACKET_TAG]),
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


FILES = [
    (JPEG, make_jpeg(make_exif_segment(EXIF), make_xmp_segment(XMP))),
    (JPEG, make_extended(NOTE, EXTENDED)),
    (PNG, make_png(make_chunk(b"eXIf", EXIF), pnginfo=make_png_info(XMP, packed=True))),
    (WEBP, save("WEBP", exif=EXIF, xmp=XMP)),
    (GIF, make_gif(XMP)),
    (AVIF, save("AVIF", exif=EXIF, xmp=XMP)),
    (AVIF, make_items({1: (b"Exif", (bytes(4) + EXIF,)), 2: (b"mime", (XMP,))}, inside=True)),
]


@given(st.sampled_from(FILES), CHANGES, st.integers(0, 10_000))
def test_broken_file_leaves_no_position(
    file: tuple[str, bytes], changes: list[tuple[int, bytes]], end: int
) -> None:
    type, content = file
    require_no_position(change(content, changes)[: max(end, 40)], type)


@given(st.binary(max_size=300), CHANGES)
def test_broken_xmp_is_cleared_or_refused(junk: bytes, changes: list[tuple[int, bytes]]) -> None:
    for packet in (change(XMP, changes), XMP[:200] + junk, junk):
        content = make_jpeg(make_xmp_segment(packet))
        try:
            cleared = remove_position(content, JPEG)
        except PositionError:
            continue
        assert b"GPSLatitude=" not in (content if cleared is None else cleared)


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
