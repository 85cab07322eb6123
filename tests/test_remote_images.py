"""Images by their URLs: measured by what a server sends, never by what it says of it."""

from __future__ import annotations

import gzip
import struct
import threading
import time
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from PIL import Image as Pictures

from feedpub.files import load_values
from feedpub.images.pictures import ImageType
from feedpub.images.remote import RemoteMeasurement, RemoteMeasurer
from serving import (
    NOW,
    Handler,
    Measure,
    Route,
    Server,
    answer_lookups,
    chunk,
    drip,
    make_large,
    serve,
)
from support import make_image

DAY = 86_400


def make_png_header(width: int, height: int) -> bytes:
    """Make a PNG that names a size and holds nothing of it."""

    def frame(kind: bytes, body: bytes) -> bytes:
        check = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = frame(b"IHDR", header) + frame(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + body + frame(b"IEND", b"")


def make_long_jpeg() -> bytes:
    """Make a JPEG with 120 kB of a program's data before its size, as photo desks do."""
    segment = b"\xff\xed" + (60_000).to_bytes(2) + bytes(59_998)
    jpeg = make_image("JPEG", 640, 480)
    return jpeg[:2] + segment * 2 + jpeg[2:]


def make_long_png() -> bytes:
    """Make a PNG with 120 kB of text before its picture."""
    png = make_image("PNG", 640, 480)
    body = b"iTXtXML\0" + bytes(120_000)
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return png[:33] + chunk + png[33:]


JPEG = make_image("JPEG", 640, 480)
LARGE = make_large("JPEG", quality=95)
IMAGES: Mapping[str, tuple[Callable[[], bytes], ImageType, tuple[int | None, int | None]]] = {
    "JPEG": (lambda: JPEG, "image/jpeg", (640, 480)),
    "PNG": (lambda: make_image("PNG", 640, 480), "image/png", (640, 480)),
    "GIF": (lambda: make_image("GIF", 64, 48), "image/gif", (64, 48)),
    "WebP": (lambda: make_image("WEBP", 640, 480), "image/webp", (640, 480)),
    "AVIF": (lambda: make_image("AVIF", 640, 480), "image/avif", (640, 480)),
    "large JPEG": (lambda: LARGE, "image/jpeg", (500, 400)),
    "large PNG": (lambda: make_large("PNG"), "image/png", (500, 400)),
    "large GIF": (lambda: make_large("GIF", (320, 240)), "image/gif", (320, 240)),
    "large WebP": (lambda: make_large("WEBP", quality=98), "image/webp", (500, 400)),
    "lossless WebP": (lambda: make_large("WEBP", lossless=True), "image/webp", (500, 400)),
    "extended WebP": (
        lambda: make_large("WEBP", quality=98, icc_profile=bytes(999)),
        "image/webp",
        (500, 400),
    ),
    "large AVIF": (lambda: make_large("AVIF", speed=10), "image/avif", (500, 400)),
    "JPEG of several": (
        lambda: make_large("MPO", save_all=True, append_images=[Pictures.new("RGB", (9, 9))]),
        "image/jpeg",
        (500, 400),
    ),
    "JPEG with a long head": (make_long_jpeg, "image/jpeg", (None, None)),
    "PNG with a long head": (make_long_png, "image/png", (640, 480)),
}


@pytest.mark.parametrize("ranges", [True, False], ids=["part", "whole"])
@pytest.mark.parametrize("name", IMAGES)
def test_measures(server: Server, measure: Measure, name: str, ranges: bool) -> None:
    make, type, size = IMAGES[name]
    content = make()
    server.routes["/a"] = serve(content, ranges=ranges, ETag='"1"', Content_Type="text/plain")
    expected = RemoteMeasurement(type, len(content), *size, '"1"', None, NOW, False)
    assert measure(server.url("/a")) == expected


@pytest.mark.parametrize("status", [403, 404, 405, 501])
def test_a_length_is_missing_where_head_is_refused(
    server: Server, measure: Measure, status: int
) -> None:
    def route(handler: Handler) -> None:
        if handler.command == "HEAD":
            handler.answer(status, {"Content-Length": len(JPEG)})
        else:
            chunk(handler, JPEG)

    server.routes["/a"] = route
    assert measure.fail(server.url("/a")) == NO_LENGTH


def test_a_length_is_missing_where_head_breaks_off(server: Server, measure: Measure) -> None:
    def route(handler: Handler) -> None:
        if handler.command == "GET":
            chunk(handler, JPEG)
        handler.close_connection = True

    server.routes["/a"] = route
    server.routes["/b"] = lambda handler: drip(handler, b"220 mail ready\r\n", seconds=0)
    assert measure.fail(server.url("/a")) == NO_LENGTH
    assert measure.fail(server.url("/b")) == "is not answered with valid HTTP"


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


HTML = b"<!doctype html><title>Not found</title>"


UNKNOWN = "is not a JPEG, PNG, GIF, WebP, or AVIF image"


TWO = "is sent with two different lengths"


PIXELS = "has more than 100 megapixels"
ENDS = "ends before its declared length"
NO_LENGTH = "is sent without a length"
OTHER_PART = "is answered with a part that is not its beginning"


@pytest.mark.parametrize(
    ("route", "message"),
    [
        (serve(SVG, Content_Type="image/svg+xml"), "is an SVG image, which might contain scripts"),
        (serve(HTML), UNKNOWN),
        (serve(HTML * 9000), UNKNOWN),
        (serve(b"RIFF....WEBPVP8 " + bytes(90_000)), UNKNOWN),
        (serve(b"RIFF....WEBPVP8 .......\x9d\x01\x2a" + bytes(90_000)), UNKNOWN),  # 0 by 0
        (serve(b"\xff\xd8\xff\xe0" + bytes(90_000)), UNKNOWN),
        (serve(b"\xff\xd8\xff\xda\xff\xff" + bytes(90_000)), UNKNOWN),
        (serve(make_png_header(9, 9)[:29] + b"sums\xff\xff\xff\xffIDAT" + bytes(90_000)), UNKNOWN),
        (serve(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(90_000)), UNKNOWN),
        (serve(b"", ranges=False), "is empty"),
        (lambda handler: handler.answer(204, {}), "is empty"),
        (lambda handler: handler.answer(416, {"Content-Range": "bytes */0"}), "is empty"),
        (lambda handler: handler.answer(404, {"Content-Length": 0}), "is missing"),
        (lambda handler: handler.answer(410, {"Content-Length": 0}), "is missing"),
        (lambda handler: handler.answer(503, {"Content-Length": 0}), "is answered with status 503"),
        (lambda handler: handler.answer(304, {}), "is answered with status 304"),
        (serve(make_png_header(20_000, 20_000)), PIXELS),
        (serve(make_png_header(20_000, 5_001) + bytes(90_000)), PIXELS),
        (serve(JPEG[:-200]), "is truncated or corrupt"),
        (serve(JPEG[:-200], ranges=False), "is truncated or corrupt"),
        # Lies about the length.
        (serve(LARGE, get={"Content-Range": "bytes 0-65535/65536"}), "is truncated or corrupt"),
        (serve(LARGE, get={"Content-Range": f"bytes 0-65534/{len(LARGE)}"}), TWO),
        (serve(LARGE, get={"Content-Length": 65537}), TWO),
        (serve(LARGE, get={"Content-Length": "65536, 9"}), TWO),
        (
            serve(JPEG, head={"Content-Length": None}, ranges=False, Content_Length=99),
            "is truncated",
        ),
        # Ends early.
        (
            serve(JPEG, Content_Length=len(JPEG) + 9, ranges=False),
            ENDS,
        ),
        (
            serve(LARGE[:99], Content_Length=len(LARGE), ranges=False),
            ENDS,
        ),
        (
            serve(
                LARGE[:60_000],
                head={"Content-Length": 90_000},
                get={"Content-Length": None, "Content-Range": "bytes 0-65535/90000"},
            ),
            ENDS,
        ),
        # Tells no length, or another part.
        (serve(JPEG, Content_Length=None, ranges=False), NO_LENGTH),
        (serve(JPEG, Content_Length="many", ranges=False), NO_LENGTH),
        (
            serve(LARGE, head={"Content-Length": None}, get={"Content-Range": "bytes 0-65535/*"}),
            NO_LENGTH,
        ),
        (
            serve(LARGE, get={"Content-Range": "bytes 1-65536/99999"}),
            OTHER_PART,
        ),
        (serve(LARGE, get={"Content-Range": None}), OTHER_PART),
        (
            serve(gzip.compress(JPEG), Content_Encoding="gzip", ranges=False),
            "is compressed by its server, so its length is unknown",
        ),
    ],
)
def test_refuses(server: Server, measure: Measure, route: Route, message: str) -> None:
    server.routes["/a"] = route
    assert measure.fail(server.url("/a")).startswith(message)


@pytest.mark.parametrize(
    ("head", "whole", "message"),
    [
        ({}, True, NO_LENGTH),
        ({"Content-Length": len(JPEG)}, True, None),
        ({"Content-Length": len(JPEG) - 1}, True, TWO),
        ({"Content-Length": len(JPEG) + 1}, True, ENDS),
        ({"Content-Length": len(JPEG)}, False, ENDS),
        (
            {"Content-Length": len(JPEG), "Content-Encoding": "gzip"},
            True,
            NO_LENGTH,
        ),
    ],
)
def test_believes_a_chunked_body_where_head_tells_its_length(
    server: Server,
    measure: Measure,
    head: Mapping[str, object],
    whole: bool,
    message: str | None,
) -> None:
    server.routes["/a"] = lambda handler: (
        handler.answer(200, head)
        if handler.command == "HEAD"
        else chunk(handler, JPEG, whole=whole)
    )
    if message is None:
        assert measure(server.url("/a")).length == len(JPEG)
    else:
        assert measure.fail(server.url("/a")).startswith(message)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("javascript:alert(1)", "is not an http or https URL"),
        ("data:image/png;base64,AAAA", "is not an http or https URL"),
        ("file:///etc/passwd", "is not an http or https URL"),
        ("http://no-such-host.invalid/a.jpg", "names a host that has no address"),
        (f"http://{'a' * 64}.example.com/a.jpg", "names a host that has no address"),
    ],
)
def test_refuses_urls(
    measure: Measure, monkeypatch: pytest.MonkeyPatch, url: str, message: str
) -> None:
    if "invalid" in url:  # tests run without network
        answer_lookups(monkeypatch, [])
    assert measure.fail(url).startswith(message)


@pytest.mark.parametrize(("hosts", "at_once"), [(1, 4), (3, 12), (20, 32)])
def test_asks_many_servers_at_once_and_each_a_little(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hosts: int, at_once: int
) -> None:
    answer_lookups(monkeypatch, ["127.0.0.1"])
    served = serve(JPEG)
    waiting: set[Handler] = set()
    counts: list[int] = []
    full = threading.Event()

    def route(handler: Handler) -> None:
        waiting.add(handler)
        if len(waiting) == at_once:
            full.set()
        full.wait(20)
        time.sleep(0.1)  # for one too many
        counts.append(len(waiting))
        waiting.remove(handler)
        served(handler)

    server.routes["/a"] = route
    told: list[tuple[str, int, int | None]] = []
    measurer = RemoteMeasurer(
        tmp_path / "images.json",
        now=NOW,
        allow_loopback=True,
        progress=lambda doing, done, total=None: told.append((doing, done, total)),
    )
    urls = [
        server.url(f"/a?{number}", f"images{host}.example.com")
        for host in range(hosts)
        for number in range(40 // hosts)
    ]
    found = measurer.measure_all([*urls, *urls, "ftp://example.com/"])
    assert list(found) == [*urls, "ftp://example.com/"]
    assert all(isinstance(found[url], RemoteMeasurement) for url in urls)
    assert max(counts) == at_once
    assert len(server.asked) == len(urls)
    every = range(len(urls) + 1)
    assert told == [("asking for images", done, len(urls)) for done in every]


def test_keeps_what_it_measured_for_30_days(server: Server, measure: Measure) -> None:
    url = server.url("/a")
    server.routes["/a"] = serve(LARGE, ETag='W/"1"', Last_Modified="Thu, 01 Jan 2026 00:00:00 GMT")
    first = measure(url)
    assert measure(url, now=NOW + 30 * DAY - 1) == first
    assert measure(url, now=NOW - 3 * DAY) == first
    assert server.methods == ["GET /a"]

    renewed = measure(url, now=NOW + 30 * DAY)
    assert renewed.measured == NOW + 30 * DAY
    assert (renewed.length, renewed.width, renewed.etag) == (len(LARGE), 500, 'W/"1"')
    assert server.methods[1:] == ["GET /a"]
    conditions = server.asked[1][2]
    assert conditions["If-None-Match"] == 'W/"1"'
    assert conditions["If-Modified-Since"] == "Thu, 01 Jan 2026 00:00:00 GMT"
    assert measure(url, now=NOW + 59 * DAY) == renewed
    assert len(server.asked) == 2

    server.routes["/a"] = serve(JPEG, ETag='"2"')
    assert measure(url, now=NOW + 60 * DAY).width == 640


def test_measures_anew_what_has_no_validator(server: Server, measure: Measure) -> None:
    server.routes["/a"] = serve(LARGE)
    measure(server.url("/a"))
    server.routes["/a"] = lambda handler: handler.answer(304, {})
    assert measure.fail(server.url("/a"), now=NOW + 30 * DAY) == "is answered with status 304"


def test_keeps_no_failure(server: Server, measure: Measure) -> None:
    server.routes["/a"] = lambda handler: handler.answer(404, {"Content-Length": 0})
    assert measure.fail(server.url("/a")) == "is missing"
    server.routes["/a"] = serve(JPEG)
    assert measure(server.url("/a")).length == len(JPEG)
    server.routes["/a"] = lambda handler: handler.answer(404, {"Content-Length": 0})
    assert measure.fail(server.url("/a"), now=NOW + 31 * DAY) == "is missing"


def test_measures_again_where_the_cache_is_of_an_older_version(
    server: Server, measure: Measure
) -> None:
    measure.cache.parent.mkdir()
    measure.cache.write_bytes(b'{"version": 2, "measured": {}}')
    server.routes["/a"] = serve(JPEG)
    assert measure(server.url("/a")) == measure(server.url("/a"))
    assert server.methods == ["GET /a"]


def test_forgets_what_is_old(server: Server, measure: Measure) -> None:
    for name in "cab":
        server.routes[f"/{name}"] = serve(JPEG)
    measure(server.url("/b"), now=NOW - 100 * DAY)
    for name in "ca":
        measure(server.url(f"/{name}"))
    known = load_values(measure.cache, RemoteMeasurement, version="remote-images 4")
    assert list(known) == [server.url("/a"), server.url("/c")]
    assert [path.name for path in measure.cache.parent.iterdir()] == ["images.json"]


def test_measures_where_nothing_can_be_kept(server: Server, tmp_path: Path) -> None:
    server.routes["/a"] = serve(JPEG)
    (tmp_path / "file").write_bytes(b"")
    cache = tmp_path / "file" / "images.json"
    url = server.url("/a")
    found = RemoteMeasurer(cache, now=NOW, allow_loopback=True).measure_all([url])
    assert isinstance(found[url], RemoteMeasurement)
