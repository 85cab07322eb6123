"""Where images are asked for: public addresses alone, in time, and 64 kB of them."""

from __future__ import annotations

import os
import socket
import ssl
import threading
import time
from ipaddress import ip_address
from pathlib import Path

import pytest
import trustme

from feedpub.errors import ImageError
from feedpub.images.remote import RemoteMeasurement
from feedpub.net import GuardedClient, KeptConnections, NetError, make_context
from feedpub.net.addresses import is_open
from serving import (
    RANGE,
    Handler,
    Measure,
    Route,
    Server,
    answer_lookups,
    chunk,
    drip,
    make_large,
    record_connections,
    redirect,
    running,
    serve,
)
from support import make_image

JPEG = make_image("JPEG", 640, 480)
LARGE = make_large("JPEG", quality=95)


def test_asks_honestly(server: Server, measure: Measure) -> None:
    server.routes["/a"] = serve(JPEG)
    measure(server.url("/a?w=2#top").replace("//", "//user:secret@"))
    server.routes["/b"] = lambda handler: chunk(handler, JPEG)
    measure.fail(server.url("/b"))
    assert server.methods == ["GET /a?w=2", "GET /b", "HEAD /b"]
    for method, _, headers in server.asked:
        assert headers == {
            "Host": f"127.0.0.1:{server.server_port}",
            "User-Agent": "feedpub",
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            **({"Range": RANGE} if method == "GET" else {}),
        }


def test_fails_with_its_own_kind_of_error(server: Server) -> None:
    with pytest.raises(NetError) as failure:
        GuardedClient(make_context, timeout=1).ask("GET", server.url("/a"), {})
    assert not isinstance(failure.value, ImageError)


def test_uses_no_proxy_of_the_environment(
    server: Server, measure: Measure, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server.routes["/a"] = serve(JPEG)
    assert isinstance(measure(server.url("/a")), RemoteMeasurement)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_follows_five_redirects(server: Server, measure: Measure, status: int) -> None:
    for step in range(6):
        server.routes[f"/{step}"] = redirect(f"{step + 1}", status)
    server.routes["/6"] = serve(JPEG)
    assert measure(server.url("/1")).length == len(JPEG)
    assert server.methods == [f"GET /{step}" for step in range(1, 7)]
    assert measure.fail(server.url("/0")) == "redirects more than 5 times"


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("file:///etc/passwd", "redirects to a URL that is not an http or https URL"),
        ("ftp://127.0.0.1/a.jpg", "redirects to a URL that is not an http or https URL"),
        ("data:image/png;base64,AAAA", "redirects to a URL that is not an http or https URL"),
        ("https://", "redirects to a URL that has no host"),
        ("http://10.0.0.1/a.jpg", "leads to 10.0.0.1, which is not a public address"),
        ("//169.254.169.254/latest", "leads to 169.254.169.254, which is not a public address"),
        ("http://[::ffff:127.0.0.1]/a.jpg", "leads to ::ffff:"),
        ("http://[fd00::1]/a.jpg", "leads to fd00::1, which is not a public address"),
        ("http://0/a.jpg", "leads to 0.0.0.0, which is not a public address"),
        # Names that the system's resolver takes for an address, as it does what DNS says.
        ("http://0xa000001/a.jpg", "leads to 10.0.0.1, which is not a public address"),
        ("http://167772161/a.jpg", "leads to 10.0.0.1, which is not a public address"),
    ],
)
@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_refuses_redirects(
    server: Server,
    measure: Measure,
    monkeypatch: pytest.MonkeyPatch,
    location: str,
    message: str,
    method: str,
) -> None:
    sent = redirect(location)
    server.routes["/a"] = lambda handler: (
        sent(handler) if handler.command == method else chunk(handler, JPEG)
    )
    connected = record_connections(monkeypatch)
    assert measure.fail(server.url("/a")).startswith(message)
    assert set(connected) == {"127.0.0.1"}


def test_sends_no_cookie_and_no_credentials_on(server: Server, measure: Measure) -> None:
    location = server.url("/b").replace("//", "//user:secret@")
    server.routes["/a"] = lambda handler: handler.answer(
        302, {"Location": location, "Set-Cookie": "a=1", "Content-Length": 0}
    )
    server.routes["/b"] = serve(JPEG)
    assert measure(server.url("/a")).length == len(JPEG)
    sent = {name for _, _, headers in server.asked for name in headers}
    assert sent.isdisjoint({"Cookie", "Authorization"})


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "0x7f.1"])
def test_refuses_loopback(server: Server, measure: Measure, host: str) -> None:
    server.routes["/a"] = serve(JPEG)
    assert measure.fail(server.url("/a", host), allow_loopback=False).endswith(
        "is not a public address"
    )
    assert server.asked == []


OPEN = ["93.184.215.14", "8.8.8.8", "2606:4700::1111", "64:ff9b::8.8.8.8"]
CLOSED = """0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.100.100.200 127.0.0.1 127.9.9.9 169.254.169.254
168.63.129.16 172.16.0.1 172.31.255.255 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1
198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 :: ::1 ::7f00:1
::ffff:8.8.8.8 ::ffff:10.0.0.1 64:ff9b::10.0.0.1 64:ff9b::127.0.0.1 64:ff9b:1::1 100::1 2001::1
2001:db8::1 2002:a00:1::1 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%1 fec0::1
ff02::1 4000::1""".split()


@pytest.mark.parametrize("text", OPEN + CLOSED)
def test_opens_public_addresses_alone(text: str) -> None:
    address = ip_address(text)
    assert is_open(address) == (text in OPEN)
    loopback = text in ("127.0.0.1", "127.9.9.9", "::1")
    assert is_open(address, allow_loopback=True) == (text in OPEN or loopback)


def test_connects_to_the_address_that_was_checked(
    measure: Measure, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answer_lookups(monkeypatch, ["127.0.0.2"], ["127.0.0.1"], ["10.0.0.1"])
    connected = record_connections(monkeypatch)
    assert measure.fail("http://www.example.com:9/a", timeout=1)  # where nobody listens
    assert (asked, connected) == (["www.example.com"], ["127.0.0.2"])


def test_rebinding_changes_nothing(
    server: Server, measure: Measure, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.routes["/a"] = redirect(server.url("/b", "cdn.example.com"))
    server.routes["/b"] = redirect(server.url("/c", "www.example.com"))
    server.routes["/c"] = serve(JPEG)
    asked = answer_lookups(monkeypatch, ["127.0.0.1"], ["127.0.0.1"], ["10.0.0.1"])
    connected = record_connections(monkeypatch)
    assert measure(server.url("/a", "www.example.com")).length == len(JPEG)
    assert asked == ["www.example.com", "cdn.example.com"]
    assert set(connected) == {"127.0.0.1"}
    hosts = [headers["Host"].partition(":")[0] for _, _, headers in server.asked]
    assert hosts == ["www.example.com", "cdn.example.com", "www.example.com"]


def test_refuses_a_host_with_any_closed_address(
    server: Server, measure: Measure, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_lookups(monkeypatch, ["127.0.0.1", "8.8.8.8", "10.0.0.1"])
    connected = record_connections(monkeypatch)
    found = measure.fail(server.url("/a", "www.example.com"))
    assert (found, connected) == ("leads to 10.0.0.1, which is not a public address", [])


def test_tries_the_next_address(
    server: Server, measure: Measure, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.routes["/a"] = serve(JPEG)
    answer_lookups(monkeypatch, ["127.0.0.2", "127.0.0.1"])
    assert measure(server.url("/a", "www.example.com")).length == len(JPEG)


def answer_and_stay(handler: Handler) -> None:
    handler.answer(200, {"Content-Length": len(JPEG)}, JPEG)


def answer_more(handler: Handler) -> None:
    """Send what is not asked for, as the answer to the next question."""
    answer_and_stay(handler)
    answer_and_stay(handler)


def answer_in_part(handler: Handler) -> None:
    """Send a whole image with more behind it, which is not read."""
    handler.answer(200, {"Content-Length": len(LARGE)}, LARGE)


def answer_and_end(handler: Handler) -> None:
    answer_and_stay(handler)
    handler.close_connection = True


@pytest.mark.parametrize(
    ("route", "connections"),
    [(answer_and_stay, 1), (answer_in_part, 3), (answer_and_end, 3), (answer_more, 3)],
)
def test_asks_again_on_a_connection_with_nothing_left_to_read(
    server: Server, monkeypatch: pytest.MonkeyPatch, route: Route, connections: int
) -> None:
    server.routes["/a"] = route
    kept = KeptConnections()
    connected = record_connections(monkeypatch)
    for _ in range(3):
        client = GuardedClient(make_context, timeout=5, allow_loopback=True, kept=kept)
        client.ask("GET", server.url("/a"), {}, limit=65536)
        time.sleep(0.1)  # until the server has sent or ended what it does beside the answer
    kept.end()
    assert len(connected) == connections


def test_asks_anew_where_a_kept_connection_breaks(server: Server) -> None:
    server.routes["/a"] = answer_and_stay
    broken: list[str] = []

    def answer_once(handler: Handler) -> None:
        if broken:
            answer_and_stay(handler)
        else:
            broken.append(handler.path)
            handler.close_connection = True

    server.routes["/b"] = answer_once
    kept = KeptConnections()
    for path in "ab":
        client = GuardedClient(make_context, timeout=5, allow_loopback=True, kept=kept)
        assert client.ask("GET", server.url(f"/{path}"), {}, limit=65536).content == JPEG
    kept.end()
    assert server.methods == ["GET /a", "GET /b", "GET /b"]


def drip_headers(handler: Handler) -> None:
    drip(handler, b"HTTP/1.1 200 OK\r\n" + b"X-Header: 1\r\n" * 200 + b"\r\n")


def drip_continues(handler: Handler) -> None:
    drip(handler, b"HTTP/1.1 100 Continue\r\n\r\n" * 100)


def drip_body(handler: Handler) -> None:
    handler.answer(200, {"Content-Length": len(JPEG)})
    if handler.command == "GET":
        drip(handler, JPEG)


def drip_chunks(handler: Handler) -> None:
    if handler.command == "GET":
        handler.answer(200, {"Transfer-Encoding": "chunked"})
        drip(handler, b"1\r\na\r\n" * 100)


def drip_redirects(handler: Handler) -> None:
    time.sleep(0.15)
    handler.answer(302, {"Location": handler.path, "Content-Length": 0})


@pytest.mark.parametrize(
    "route",
    [drip_headers, drip_continues, drip_body, drip_chunks, drip_redirects, lambda _: time.sleep(3)],
)
def test_ends_in_time(server: Server, measure: Measure, route: Route) -> None:
    server.routes["/a"] = route
    assert measure.fail(server.url("/a"), timeout=0.5) == "takes longer than 0.5 seconds"
    assert server.dripped < 500  # of thousands: it did not wait for the rest


def test_ends_in_time_where_the_resolver_hangs(
    measure: Measure, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: released.wait(5) and [])
    assert measure.fail("http://www.example.com/", timeout=0.3) == "takes longer than 0.3 seconds"
    assert not released.is_set()
    released.set()


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_ends_in_time_where_nobody_answers(measure: Measure, scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"{scheme}://127.0.0.1:{silent.getsockname()[1]}/"
        assert measure.fail(url, timeout=0.3) == "takes longer than 0.3 seconds"


@pytest.mark.parametrize("chunked", [False, True])
def test_reads_64_kb_of_an_endless_body(server: Server, measure: Measure, chunked: bool) -> None:
    sent: list[int] = []
    ended = threading.Event()
    length = {"Transfer-Encoding": "chunked"} if chunked else {"Content-Length": 10**9}

    def route(handler: Handler) -> None:
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16384)
        handler.answer(200, {"Content-Length": 10**9} if handler.command == "HEAD" else length)
        if handler.command == "HEAD":
            return
        piece = LARGE[:65536]
        try:
            while sum(sent) < 10**8:
                handler.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
                sent.append(len(piece))
                piece = bytes(8192)
        finally:
            ended.set()

    server.routes["/a"] = route
    found = measure(server.url("/a"))
    assert (found.length, found.width) == (10**9, 500)
    assert ended.wait(2)
    assert sum(sent) < 512 * 1024


@pytest.mark.parametrize("chunked", [False, True])
def test_reads_no_byte_beyond_64_kb(server: Server, measure: Measure, chunked: bool) -> None:
    def route(handler: Handler) -> None:
        if handler.command == "HEAD" or not chunked:
            handler.answer(200, {"Content-Length": len(LARGE)}, LARGE[:65536])
        else:
            handler.answer(200, {"Transfer-Encoding": "chunked"}, b"10000\r\n" + LARGE[:65536])
        if handler.command == "GET":
            time.sleep(4)  # what waits for more is late

    server.routes["/a"] = route
    assert measure(server.url("/a"), timeout=3).width == 500


def test_reads_no_endless_headers(server: Server, measure: Measure) -> None:
    def route(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for _ in range(90):
            handler.wfile.write(b"X-Header: " + b"a" * 60_000 + b"\r\n")
        handler.wfile.write(b"\r\n")

    server.routes["/a"] = route
    assert measure.fail(server.url("/a")) == "is not answered with valid HTTP"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Make a certificate of localhost with its key, and that of the authority that signed it."""
    folder = tmp_path_factory.mktemp("tls")
    key, signed = folder / "key.pem", folder / "certificate.pem"
    authority = trustme.CA()
    issued = authority.issue_cert("localhost")
    issued.private_key_and_cert_chain_pem.write_to_path(key)
    authority.cert_pem.write_to_path(signed)
    return key, signed


def secure_server(certificate: tuple[Path, Path], route: Route) -> Server:
    """Make a server that speaks TLS."""
    key, _ = certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(key)
    server = Server({"/a": route})
    server.socket = context.wrap_socket(server.socket, server_side=True)
    return server


@pytest.mark.parametrize(
    ("host", "trusted", "message"),
    [
        ("localhost", True, None),
        ("localhost", False, "is served with a certificate that is not trusted"),
        ("127.0.0.1", True, "is served with a certificate that is not trusted"),
    ],
)
def test_verifies_tls(
    server: Server,
    measure: Measure,
    monkeypatch: pytest.MonkeyPatch,
    certificate: tuple[Path, Path],
    host: str,
    trusted: bool,
    message: str | None,
) -> None:
    with running(secure_server(certificate, serve(LARGE))) as secure:
        server.routes["/a"] = redirect(secure.url("/a", host, "https"))
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[1]) if trusted else os.devnull)
        if message is None:
            assert measure(server.url("/a")).length == len(LARGE)
        else:
            assert measure.fail(server.url("/a")).startswith(message)
            assert secure.asked == []


def test_ends_in_time_over_tls(
    measure: Measure,
    monkeypatch: pytest.MonkeyPatch,
    certificate: tuple[Path, Path],
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[1]))
    with running(secure_server(certificate, drip_headers)) as secure:
        found = measure.fail(secure.url("/a", "localhost", "https"), timeout=0.5)
        assert found == "takes longer than 0.5 seconds"
        assert secure.dripped < 500


def test_speaks_no_plain_text_where_tls_is_asked_for(server: Server, measure: Measure) -> None:
    found = measure.fail(server.url("/a", scheme="https"))
    assert found.startswith("can't be reached over TLS (")
    assert server.asked == []
