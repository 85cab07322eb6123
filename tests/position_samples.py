"""Images that contain a GPS position, made with Pillow, and by hand where Pillow cannot."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from PIL import Image as Pictures
from PIL import ImageCms, PngImagePlugin

LATITUDE = struct.pack("<6I", 30, 1, 16, 1, 5050, 100)
MAKER_NOTE = b"MAKERNOTE\0" + bytes(range(200))
ICC = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

ASCII, SHORT, LONG, RATIONAL, UNDEFINED = 2, 3, 4, 5, 7


class Tag(NamedTuple):
    """A directory entry: its value's bytes, or its numbers; perhaps a false count or offset."""

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

    def add(self, tags: Iterable[Tag]) -> tuple[int, int]:
        """Add a directory with its values after it, and give its range."""
        rows = sorted(tags)
        start = len(self.content)
        at = start + 2 + 12 * len(rows) + 4
        table = bytearray(self.pack("H", len(rows)))
        values = bytearray()
        for tag in rows:
            form, unit = {SHORT: ("H", 2), LONG: ("I", 4), RATIONAL: ("I", 8)}.get(
                tag.type, ("B", 1)
            )
            content = tag.value
            if not isinstance(content, bytes):
                content = self.pack(f"{len(content)}{form}", *content)
            count = len(content) // unit if tag.false_count is None else tag.false_count
            table += self.pack("HHI", tag.tag, tag.type, count)
            if tag.offset is not None:
                table += self.pack("I", tag.offset)
            elif len(content) <= 4:
                table += content.ljust(4, b"\0")
            else:
                table += self.pack("I", at + len(values))
                values += content + b"\0" * (len(content) % 2)
        self.content += table + self.pack("I", 0) + values
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
EXIF_TAGS = (Tag(0x9003, ASCII, b"2020:05:25 10:00:00\0"), Tag(0x927C, UNDEFINED, MAKER_NOTE))


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
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "drone-dji": "http://www.dji.com/drone-dji/1.0/",
}
EMPTY = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"/>'


def make_xmp(attributes: str = "", elements: str = "") -> bytes:
    """Make an XMP packet with a credit, and what is given."""
    names = "".join(f' xmlns:{prefix}="{name}"' for prefix, name in _NAMESPACES.items())
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF{names}><rdf:Description rdf:about=""'
        f' photoshop:Credit="新华社 &lt;Xinhua&gt;" {attributes}>\n'
        f"<dc:title>A lake</dc:title>{elements}\n</rdf:Description></rdf:RDF></x:xmpmeta>\n"
        + " " * 64
        + '\n<?xpacket end="w"?>'
    ).encode()


def blank(packet: bytes) -> bytes:
    """Make what is to stand in a packet's place."""
    return EMPTY.ljust(len(packet))


XMP = make_xmp('exif:GPSLatitude="30,16.84N" exif:GPSLongitude="120,9.0E"')


def make_picture(color: int = 0) -> Pictures.Image:
    """Make a picture with enough in it to tell it from another."""
    picture = Pictures.linear_gradient("L").resize((64, 48))
    return Pictures.merge("RGB", (picture, picture.rotate(180), picture.point(lambda _: color)))


def save(format: str, **options: Any) -> bytes:
    """Save the picture with Pillow."""
    stream = io.BytesIO()
    if format == "PNG" and (packet := options.pop("xmp", None)):
        options["pnginfo"] = PngImagePlugin.PngInfo()
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", packet.decode())
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


def make_png(*chunks: bytes, tail: bytes = b"") -> bytes:
    """Make a PNG with chunks of our own after its header, and a tail after its end."""
    content = save("PNG")
    return content[:33] + b"".join(chunks) + content[33:] + tail


def make_profile(profile: bytes) -> bytes:
    """Make the text that ImageMagick keeps a profile in."""
    digits = profile.hex()
    lines = [digits[at : at + 72] for at in range(0, len(digits), 72)]
    return "\n".join(["", "exif", f"{len(profile):8}", *lines, ""]).encode()


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
    at = 13 + (3 << (content[10] & 7) + 1)
    return content[:at] + b"!\xff\x0bXMP DataXMP" + body + content[at:]


def read_frames(content: bytes) -> list[tuple[bytes, dict[int, Any], dict[int, Any]]]:
    """Read pixels, EXIF and GPS of every picture in a file, as Pillow does."""
    frames = []
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
                    gps = picture.getexif().get_ifd(0x8825)
                    found += [gps[tag] for tag in (2, 4) if tag in gps]
        except Exception:  # noqa: BLE001  # of many kinds; then it reads no position
            return found
    return found
