"""Images that hold a GPS position, made with Pillow, and by hand where Pillow cannot."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from PIL import Image as Pictures
from PIL import ImageCms, PngImagePlugin

LATITUDE = struct.pack("<6I", 30, 1, 16, 1, 5050, 100)
MAKER_NOTE = b"MAKERNOTE\0" + bytes(range(200))
ICC = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

ASCII, SHORT, LONG, RATIONAL, UNDEFINED = 2, 3, 4, 5, 7
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 13: 4}


class Tag(NamedTuple):
    """A directory entry: its value's bytes, or its numbers as the type has them."""

    tag: int
    type: int
    value: bytes | Sequence[int]
    false_count: int | None = None
    offset: int | None = None


class Tiff:
    """Lays directories out as a camera does, and remembers where each came to lie."""

    def __init__(self, order: str = "<") -> None:
        self.order = order
        magic = b"II*\0" if order == "<" else b"MM\0*"
        self.content = bytearray(magic + self.pack("I", 8))

    def pack(self, form: str, *values: int) -> bytes:
        return struct.pack(self.order + form, *values)

    def add(self, tags: Iterable[Tag], following: int = 0) -> tuple[int, int]:
        """Add a directory with its values after it, and give its range."""
        rows = sorted(tags)
        start = len(self.content)
        at = start + 2 + 12 * len(rows) + 4
        table = bytearray(self.pack("H", len(rows)))
        values = bytearray()
        for tag in rows:
            form = {SHORT: "H", LONG: "I", RATIONAL: "I", 13: "I"}.get(tag.type, "B")
            content = tag.value
            if not isinstance(content, bytes):
                content = self.pack(f"{len(content)}{form}", *content)
            count = tag.false_count
            if count is None:
                count = len(content) // _SIZES.get(tag.type, 1)
            table += self.pack("HHI", tag.tag, tag.type, count)
            if len(content) <= 4 and tag.offset is None:
                table += content.ljust(4, b"\0")
            else:
                table += self.pack("I", at + len(values) if tag.offset is None else tag.offset)
                values += content if tag.offset is None else b""
                values += b"\0" * (len(values) % 2)
        self.content += table + self.pack("I", following) + values
        return start, len(self.content)

    def point(self, where: int, tag: int, to: int) -> None:
        """Let a pointer of the directory at `where` point to another."""
        (count,) = struct.unpack_from(self.order + "H", self.content, where)
        for at in range(where + 2, where + 2 + 12 * count, 12):
            if struct.unpack_from(self.order + "H", self.content, at)[0] == tag:
                self.content[at + 8 : at + 12] = self.pack("I", to)
                return
        raise KeyError(tag)


GPS_TAGS = (
    Tag(0, 1, b"\2\3\0\0"),
    Tag(1, ASCII, b"N\0"),
    Tag(2, RATIONAL, (30, 1, 16, 1, 5050, 100)),
    Tag(3, ASCII, b"E\0"),
    Tag(4, RATIONAL, (120, 1, 9, 1, 0, 1)),
    Tag(6, RATIONAL, (12, 1)),
    Tag(29, ASCII, b"2020:05:25\0"),
)
PLAIN_TAGS = (
    Tag(0x010F, ASCII, b"Canon\0"),
    Tag(0x0112, SHORT, (6,)),
    Tag(0x013B, ASCII, b"Li Bo, Hangzhou\0"),
    Tag(0x8298, ASCII, b"Xinhua News Agency\0"),
)
EXIF_TAGS = (
    Tag(0x9003, ASCII, b"2020:05:25 10:00:00\0"),
    Tag(0x927C, UNDEFINED, MAKER_NOTE),
)


def make_exif(
    order: str = "<", gps: Iterable[Tag] = GPS_TAGS, *, pointer_in: int = 0
) -> tuple[bytes, bytes]:
    """Make an EXIF block, and what it is to be without its position.

    `pointer_in` is the directory that the GPS pointer stands in: 0 (the first), 1 (the one of
    the thumbnail) or the tag of another, which the first points to.
    """
    tiff = Tiff(order)
    pointer = (Tag(0x8825, LONG, (0,)),)
    own = pointer_in if pointer_in > 1 else 0x8769
    first, _ = tiff.add((*PLAIN_TAGS, Tag(own, LONG, (0,)), *(pointer if pointer_in == 0 else ())))
    inner, _ = tiff.add((*EXIF_TAGS, *(pointer if pointer_in > 1 else ())))
    tiff.point(first, own, inner)
    start, end = tiff.add(gps)
    last, _ = tiff.add((Tag(0x0103, SHORT, (6,)), *(pointer if pointer_in == 1 else ())))
    link = first + 2 + 12 * (len(PLAIN_TAGS) + (2 if pointer_in == 0 else 1))
    tiff.content[link : link + 4] = tiff.pack("I", last)
    tiff.point({0: first, 1: last}.get(pointer_in, inner), 0x8825, start)
    before = bytes(tiff.content)
    tiff.content[start:end] = bytes(end - start)
    return before, bytes(tiff.content)


EXIF, EXIF_CLEARED = make_exif()

_NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "gps": "http://ns.adobe.com/exif/1.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "drone-dji": "http://www.dji.com/drone-dji/1.0/",
    "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "xmpNote": "http://ns.adobe.com/xmp/note/",
}


def make_xmp(attributes: str = "", elements: str = "") -> bytes:
    """Make an XMP packet with a credit, and what is given."""
    names = "".join(f' xmlns:{prefix}="{name}"' for prefix, name in _NAMESPACES.items())
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF{names[: names.index(" xmlns:exif")]}>\n'
        f'<rdf:Description rdf:about=""{names[names.index(" xmlns:exif") :]}'
        f' photoshop:Credit="新华社 &lt;Xinhua&gt;" {attributes}>\n'
        f"<dc:title>A lake</dc:title>{elements}\n</rdf:Description></rdf:RDF></x:xmpmeta>\n"
        + " " * 64
        + '\n<?xpacket end="w"?>'
    ).encode()


ATTRIBUTES = 'exif:GPSLatitude="30,16.84N" exif:GPSLongitude="120,9.0E"'
XMP = make_xmp(ATTRIBUTES)
XMP_CLEARED = make_xmp(" " * len(ATTRIBUTES))


def make_picture(color: int = 0) -> Pictures.Image:
    """Make a picture with enough in it to tell it from another."""
    picture = Pictures.linear_gradient("L").resize((64, 48))
    return Pictures.merge("RGB", (picture, picture.rotate(180), picture.point(lambda _: color)))


def save(format: str, **options: Any) -> bytes:
    """Save the picture with Pillow."""
    stream = io.BytesIO()
    make_picture().save(stream, format, icc_profile=ICC, **options)
    return stream.getvalue()


def make_jpeg(*segments: bytes, color: int = 0) -> bytes:
    """Make a JPEG with segments of our own (marker and payload) before Pillow's."""
    stream = io.BytesIO()
    make_picture(color).save(stream, "JPEG", icc_profile=ICC)
    content = stream.getvalue()
    return content[:2] + b"".join(segments) + content[2:]


def make_segment(payload: bytes, marker: int = 0xE1) -> bytes:
    """Make a JPEG segment."""
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def make_exif_segment(block: bytes) -> bytes:
    """Make an APP1 of an EXIF block."""
    return make_segment(b"Exif\0\0" + block)


def make_xmp_segment(packet: bytes) -> bytes:
    """Make an APP1 of an XMP packet."""
    return make_segment(b"http://ns.adobe.com/xap/1.0/\0" + packet)


def make_chunk(kind: bytes, content: bytes) -> bytes:
    """Make a PNG chunk."""
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def make_png(*chunks: bytes, tail: bytes = b"", **options: Any) -> bytes:
    """Make a PNG with chunks of our own after its header, and a tail after its end."""
    content = save("PNG", **options)
    return content[:33] + b"".join(chunks) + content[33:] + tail


def make_profile(name: str, profile: bytes) -> bytes:
    """Make the text that ImageMagick keeps a profile in."""
    digits = profile.hex()
    lines = [digits[at : at + 72] for at in range(0, len(digits), 72)]
    return "\n".join(["", name, f"{len(profile):8}", *lines, ""]).encode()


def make_text_png(kind: bytes, keyword: bytes, text: bytes) -> bytes:
    """Make a PNG with a text: tEXt, zTXt, iTXt, or iTXz for an iTXt that is compressed."""
    packed = zlib.compress(text) if kind in (b"zTXt", b"iTXz") else text
    head = {b"tEXt": b"", b"zTXt": b"\0", b"iTXt": b"\0\0\0\0", b"iTXz": b"\1\0\0\0"}[kind]
    return make_png(make_chunk(kind.replace(b"z", b"t"), keyword + b"\0" + head + packed)
                    if kind == b"iTXz"
                    else make_chunk(kind, keyword + b"\0" + head + packed))  # fmt: skip


def make_gif(packet: bytes, *, blocked: bool = False) -> bytes:
    """Make a GIF with XMP, unblocked and with the trailer that ends it, or in blocks."""
    stream = io.BytesIO()
    make_picture().quantize(16).save(stream, "GIF")
    content = stream.getvalue()
    if blocked:
        pieces = [packet[at : at + 255] for at in range(0, len(packet), 255)]
        body = b"".join(bytes([len(piece)]) + piece for piece in pieces) + b"\0"
    else:
        body = packet + b"\1" + bytes(range(255, -1, -1)) + b"\0"
    extension = b"!\xff\x0bXMP DataXMP" + body
    at = 13 + (3 << (content[10] & 7) + 1)
    return content[:at] + extension + content[at:]


def make_box(kind: bytes, content: bytes) -> bytes:
    """Make a box of an AVIF file."""
    return struct.pack(">I", len(content) + 8) + kind + content


def make_items(
    items: Mapping[int, tuple[bytes, Sequence[bytes]]], *, version: int = 1, inside: bool = False
) -> bytes:
    """Make a file of AVIF's structure with items (their type, their pieces) and no picture.

    The pieces stand in the file, or `inside` its meta box; version is that of the item list.
    """
    entries = b""
    for item, (kind, _) in items.items():
        number = struct.pack(">I" if version == 2 else ">H", item)
        rest = b"Exif\0" if kind == b"Exif" else b"mime\0application/rdf+xml\0"
        head = b"\3\0\0\0" if version == 2 else b"\2\0\0\0"
        entries += make_box(b"infe", head + number + b"\0\0" + rest)
    iinf = make_box(b"iinf", struct.pack(">IH", 0, len(items)) + entries)
    store = b"".join(b"##" + piece for _, pieces in items.values() for piece in pieces)

    def locate(base: int) -> bytes:
        number = ">I" if version == 2 else ">H"
        rows = struct.pack(number, len(items))
        at = base
        for item, (_, pieces) in items.items():
            rows += struct.pack(number, item)
            rows += struct.pack(">H", 1 if inside else 0) if version else b""
            rows += struct.pack(">HH", 0, len(pieces))
            for piece in pieces:
                rows += struct.pack(">II", at + 2, len(piece))
                at += 2 + len(piece)
        return make_box(b"iloc", bytes([version, 0, 0, 0, 0x44, 0x00]) + rows)

    ftyp = make_box(b"ftyp", b"avif\0\0\0\0avifmif1")
    if inside:
        inner = iinf + locate(0) + make_box(b"idat", store)
        return ftyp + make_box(b"meta", bytes(4) + inner)
    head = ftyp + make_box(b"meta", bytes(4) + iinf + locate(0))
    return ftyp + make_box(b"meta", bytes(4) + iinf + locate(len(head) + 8)) + make_box(
        b"mdat", store
    )  # fmt: skip


def make_png_info(packet: bytes, *, packed: bool) -> PngImagePlugin.PngInfo:
    """Make what Pillow saves as a PNG's XMP."""
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", packet.decode(), zip=packed)
    return info


def read_frames(content: bytes) -> list[tuple[bytes, dict[int, Any], dict[int, Any]]]:
    """Read pixels, EXIF and GPS of every picture in a file, as Pillow does."""
    frames = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Pictures.open(io.BytesIO(content)) as picture:
            for number in range(getattr(picture, "n_frames", 1)):
                picture.seek(number)
                picture.load()
                exif = picture.getexif()
                plain = {**exif, **exif.get_ifd(0x8769)}
                frames.append((picture.tobytes(), plain, exif.get_ifd(0x8825)))
    return frames


def read_latitudes(content: bytes) -> list[object]:
    """Read every latitude that Pillow finds; a file or EXIF that it refuses has none."""
    found: list[object] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Pictures.open(io.BytesIO(content)) as picture:
                for number in range(getattr(picture, "n_frames", 1)):
                    picture.seek(number)
                    try:
                        gps = picture.getexif().get_ifd(0x8825)
                    except Exception:  # noqa: BLE001  # of many kinds; then it reads no position
                        continue
                    found += [gps[tag] for tag in (2, 4) if tag in gps]
        except Exception:  # noqa: BLE001
            return found
    return found
