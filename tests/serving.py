"""A real server on loopback that keeps to no rule, and what measures the images it serves."""

from __future__ import annotations

import contextlib
import io
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pictures

from feedpub.errors import ImageError
from feedpub.images.remote import RemoteMeasurement, RemoteMeasurer

NOW = 1_767_225_600  # seconds since 1970
RANGE = "bytes=0-65535"

Route = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Answers as the route of its path says."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append((self.command, self.path, dict(self.headers)))
        self.server.routes[self.path.partition("?")[0]](self)

    do_HEAD = do_POST = do_GET

    def answer(self, status: int, headers: Mapping[str, object], body: bytes = b"") -> None:
        """Send an answer as it is given; a body not to HEAD."""
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, str(value))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """A server on loopback, and what it was asked."""

    request_queue_size = 64

    def __init__(self, routes: dict[str, Route]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.routes = routes
        self.dripped = 0  # bytes
        self.asked: list[tuple[str, str, Mapping[str, str]]] = []

    def url(self, path: str, host: str = "127.0.0.1", scheme: str = "http") -> str:
        """Give the URL of a path here."""
        return f"{scheme}://{host}:{self.server_port}{path}"

    @property
    def methods(self) -> list[str]:
        """The methods and paths that were asked for, in order."""
        return [f"{method} {path}" for method, path, _ in self.asked]

    def handle_error(self, *args: object) -> None:
        """Pass over clients that went away: that is what many of these tests make sure of."""


@contextlib.contextmanager
def running(server: Server) -> Iterator[Server]:
    """Serve in a thread that ends with the block."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Measure:
    """Measures one URL, each time as another run does."""

    def __init__(self, cache: Path) -> None:
        self.cache = cache

    def __call__(self, url: str, **options: Any) -> RemoteMeasurement:
        """Measure what can be measured."""
        found = self._measure(url, options)
        assert isinstance(found, RemoteMeasurement), found
        return found

    def fail(self, url: str, **options: Any) -> str:
        """Give the message of what cannot be measured."""
        found = self._measure(url, options)
        assert isinstance(found, ImageError), found
        return str(found)

    def _measure(self, url: str, options: dict[str, Any]) -> RemoteMeasurement | ImageError:
        options = {"now": NOW, "allow_loopback": True, "timeout": 5.0, **options}
        found = RemoteMeasurer(self.cache, **options).measure_all([url])
        assert list(found) == [url]
        return found[url]


def serve(
    content: bytes,
    *,
    head: Mapping[str, object] | None = None,
    get: Mapping[str, object] | None = None,
    ranges: bool = True,
    **headers: object,
) -> Route:
    """Serve bytes; `head` and `get` replace headers of one method (None takes one away)."""

    def route(handler: Handler) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        etag, since = handler.headers["If-None-Match"], handler.headers["If-Modified-Since"]
        if (etag or since) and (etag, since) == (named.get("ETag"), named.get("Last-Modified")):
            handler.answer(304, named)
            return
        status, body = 200, content
        own: dict[str, object] = {"Content-Type": "image/jpeg", "Content-Length": len(content)}
        if handler.command == "GET" and ranges and handler.headers["Range"] == RANGE:
            status, body = 206, content[:65536]
            own["Content-Range"] = f"bytes 0-{len(body) - 1}/{len(content)}"
            own["Content-Length"] = len(body)
        own |= named | dict((head if handler.command == "HEAD" else get) or {})
        handler.answer(status, {n: v for n, v in own.items() if v is not None}, body)
        handler.close_connection = True

    return route


def redirect(location: str, status: int = 302) -> Route:
    """Send elsewhere."""
    return lambda handler: handler.answer(status, {"Location": location, "Content-Length": 0})


def chunk(handler: Handler, content: bytes, *, whole: bool = True) -> None:
    """Send a chunked body, whose length no header tells."""
    body = b"".join(
        b"%x\r\n%b\r\n" % (len(content[at : at + 1000]), content[at : at + 1000])
        for at in range(0, len(content), 1000)
    )
    handler.answer(200, {"Transfer-Encoding": "chunked"}, body + (b"0\r\n\r\n" if whole else b""))
    handler.close_connection = True


def drip(handler: Handler, content: bytes, *, seconds: float = 0.02) -> None:
    """Send a byte at a time: each comes long before any timeout of a socket."""
    for at in range(len(content)):
        handler.wfile.write(content[at : at + 1])
        handler.server.dripped += 1
        time.sleep(seconds)


def record_connections(patch: pytest.MonkeyPatch) -> list[str]:
    """Note the addresses that any socket of this process connects to."""
    connected = []
    connect = socket.socket.connect

    def note(self: socket.socket, address: tuple[str, int]) -> None:
        connected.append(address[0])
        connect(self, address)

    patch.setattr(socket.socket, "connect", note)
    return connected


def answer_lookups(patch: pytest.MonkeyPatch, *answers: Sequence[str]) -> list[str]:
    """Answer for DNS, in turn; gives the names that are asked for."""
    asked: list[str] = []

    def look_up(host: str, port: object, **options: object) -> list[object]:
        asked.append(host)
        addresses = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (text, 0)) for text in addresses]

    patch.setattr(socket, "getaddrinfo", look_up)
    return asked


def make_large(kind: str, size: tuple[int, int] = (500, 400), **options: Any) -> bytes:
    """Make an image that needs more than 64 kB: noise."""
    held = io.BytesIO()
    pixels = random.Random(4).randbytes(size[0] * size[1] * 3)
    Pictures.frombytes("RGB", size, pixels).save(held, kind, **options)
    assert len(held.getvalue()) > 70_000
    return held.getvalue()


@contextlib.contextmanager
def listening_in_silence() -> Iterator[tuple[int, list[socket.socket]]]:
    """Accept connections and answer none; gives the port, and the connections so far."""
    accepted: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    accepted.append(listener.accept()[0])

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield listener.getsockname()[1], accepted
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
            for connection in accepted:
                connection.close()
