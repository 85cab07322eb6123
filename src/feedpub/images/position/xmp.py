"""XMP packets: where their XML names a GPS position."""

from __future__ import annotations

import re
from xml.parsers import expat

from feedpub.errors import PositionError
from feedpub.images.position.spans import Span

_EXIF = "http://ns.adobe.com/exif/1.0/"
_GEO = "http://www.w3.org/2003/01/geo/wgs84_pos#"
# Of any namespace: drones write drone-dji:GpsLatitude, and once wrote GpsLongtitude.
_POSITION = re.compile(r"gps_?(?:dest)?_?(?:lat|lon)|(?:latitude|longt?itude)$", re.IGNORECASE)
_GEO_POSITION = frozenset({"lat", "long", "lat_long", "location"})

# Beside each what it begins with: to look for that first makes megabytes quick.
_MENTIONS = (
    (b"gps", re.compile(rb"gps[ _:.-]?(?:dest)?[ _:.-]?(?:lat|lon)")),
    (b"g\0p\0s\0", re.compile(rb"g\0p\0s\0(?:d\0e\0s\0t\0)?(?:l\0a\0t|l\0o\0n)")),
)
_WORTH_PARSING = (b"gps", b"latitude", b"longitude", b"longtitude", b"wgs84_pos")

_UNREADABLE = "may hold a GPS position, in XMP that cannot be read"

_TAG = re.compile(rb"""<[^\s/>]+((?:\s+[^\s=>]+\s*=\s*(?:"[^"]*"|'[^']*'))*+)\s*(/?)>""")
_ATTRIBUTE = re.compile(rb"""([^\s=]+)\s*=\s*(?:"[^"]*"|'[^']*')""")


def mentions_position(text: bytes) -> bool:
    """Tell whether a GPS latitude or longitude is named anywhere, in ASCII or UTF-16."""
    lowered = text.lower()
    return any(start in lowered and name.search(lowered) for start, name in _MENTIONS)


def find_xmp_position(packet: bytes) -> tuple[Span, ...]:
    """Find the attributes and elements that make a packet's position up: blank, they are gone.

    With a latitude or a longitude, of any namespace, goes all else that `exif:GPS…` says. A
    packet without either holds no position.

    Raises:
        PositionError: A position is named, and the packet is no XML in UTF-8.

    Source: XMP specification part 1 section 7, part 2 section 3.3 (Exif).
    """
    lowered = packet.lower()
    if not any(word in lowered for word in _WORTH_PARSING):
        if mentions_position(packet):
            raise PositionError("may hold a GPS position, in XMP that is no UTF-8")
        return ()
    try:
        found = _PositionFinder(packet).find()
    except expat.ExpatError as error:
        if mentions_position(packet):
            raise PositionError(
                "may hold a GPS position that cannot be removed without loss"
                f" (XMP: {expat.errors.messages.get(error.code, 'malformed')})"
            ) from error
        return ()
    return found


class _PositionFinder:
    """Notes the places of GPS properties while expat reads a packet."""

    def __init__(self, packet: bytes) -> None:
        # Leading zeros and spaces are padding; before an XML declaration they would be an error.
        self._skipped = len(packet) - len(packet.lstrip(b"\0 \t\r\n"))
        self._packet = packet[self._skipped :]
        self._spans: list[Span] = []
        self._has_position = False
        self._depth = 0
        self._is_read = False
        self._open: tuple[int, int] | None = None  # the depth and the start of a GPS element
        # The encoding is forced: XMP in a file is UTF-8, whatever a declaration says.
        self._parser = expat.ParserCreate("UTF-8", " ")
        self._parser.ordered_attributes = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._refuse

    def find(self) -> tuple[Span, ...]:
        try:
            self._parser.Parse(self._packet, True)
        except expat.ExpatError:
            # Padding after the packet, and the trailer that GIF has there, are no XML.
            if not self._is_read:
                raise
        if not self._has_position:
            return ()
        at = self._skipped
        return tuple(Span(at + span.start, at + span.end) for span in self._spans)

    def _start(self, name: str, attributes: list[str]) -> None:
        self._depth += 1
        if self._open is not None:
            return
        start = self._parser.CurrentByteIndex
        if self._note(name):
            self._open = (self._depth, start)
            return
        if not any(_is_gps(attribute) for attribute in attributes[::2]):
            return
        # expat resolves the names and leaves out the namespace declarations, in this order.
        written = [
            found
            for found in _ATTRIBUTE.finditer(self._packet, *self._match_tag(start).span(1))
            if found[1] != b"xmlns" and not found[1].startswith(b"xmlns:")
        ]
        if 2 * len(written) != len(attributes):
            raise PositionError(_UNREADABLE)
        for attribute, found in zip(attributes[::2], written, strict=True):
            if self._note(attribute):
                self._spans.append(Span(*found.span()))

    def _end(self, name: str) -> None:
        if self._open is not None and self._open[0] == self._depth:
            start = self._open[1]
            tag = self._match_tag(start)
            end = tag.end()
            if not tag[2]:
                end = self._packet.index(b">", self._parser.CurrentByteIndex) + 1
            self._spans.append(Span(start, end))
            self._open = None
        self._depth -= 1
        self._is_read = self._depth == 0

    def _note(self, name: str) -> bool:
        self._has_position = self._has_position or _is_position(name)
        return _is_gps(name)

    def _match_tag(self, start: int) -> re.Match[bytes]:
        tag = _TAG.match(self._packet, start)
        if tag is None:
            raise PositionError(_UNREADABLE)
        return tag

    def _refuse(self, *_: object) -> None:
        raise PositionError("may hold a GPS position, in XMP with a document type")


def _is_position(name: str) -> bool:
    namespace, _, local = name.rpartition(" ")
    if namespace == _GEO:
        return local in _GEO_POSITION
    return _POSITION.match(local) is not None


def _is_gps(name: str) -> bool:
    namespace, _, local = name.rpartition(" ")
    return (
        _is_position(name)
        or (namespace == _EXIF and local.startswith("GPS"))
        or (namespace == _GEO and local == "alt")
    )
