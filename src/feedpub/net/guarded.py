"""HTTP to servers that nobody vouches for: only to public addresses, and within a time limit.

urllib3 speaks the HTTP. This module opens the sockets, because no library's timeout spans a
whole request, and because the connection has to go to the very address that was checked. It keeps
those that a server leaves open for the next request to that server.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from http.client import HTTPException
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple, cast

from urllib3 import BaseHTTPResponse
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError, InvalidHeader, ProtocolError, ReadTimeoutError

from feedpub.net.addresses import Address, is_open, look_up
from feedpub.net.silent import NetError, SilentHosts, UnreachableError
from feedpub.text import DEFAULT_PORTS, UrlError, absolute_url, split_url

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

MAX_REDIRECTS = 5

_BROKEN_OFF = (ConnectionResetError, ConnectionAbortedError, BrokenPipeError)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FAMILIES = {4: socket.AF_INET, 6: socket.AF_INET6}
_RECEIVE_BUFFER = 65536  # bytes that a server can push at us unread
_MAX_HEADERS = 65536  # bytes; http.client lets 6 MB pass


class ReplyError(NetError):
    """A server was reached, and its answer can't be read."""


class Reply(NamedTuple):
    """A reply, after redirects: `content` is the beginning of its body."""

    url: str
    status: int
    headers: Mapping[str, str]
    content: bytes


def make_context() -> ssl.SSLContext:
    """Make a TLS context that verifies certificate and host, for all requests of a run."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    context.sslsocket_class = _TimedTlsSocket
    return context


class GuardedClient:
    """Asks for one resource: all requests for it share `timeout`, in seconds, and the redirects.

    `context` makes the TLS context when one is needed, because reading the system's
    certificates is slow. Every host is resolved once. The client sends only the headers that it
    is given: no cookies, and no credentials from the URL. It ignores proxy settings. `silent`
    has the servers that it does not ask, also after a redirect, and notes those that fail.
    `kept` has the connections that other clients of the run left open, and takes those of this one.
    """

    def __init__(
        self,
        context: Callable[[], ssl.SSLContext],
        *,
        timeout: float,
        allow_loopback: bool = False,
        silent: SilentHosts | None = None,
        kept: KeptConnections | None = None,
    ) -> None:
        self._silent = SilentHosts() if silent is None else silent
        self._kept = kept
        self._context = context
        self._timeout = timeout
        self._deadline = _Deadline(timeout)
        self._allow_loopback = allow_loopback
        self._redirects_left = MAX_REDIRECTS
        self._resolved: dict[str, Sequence[Address]] = {}

    def ask(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        *,
        limit: int = 0,
        body: bytes | None = None,
    ) -> Reply:
        """Send a request and follow redirects; read the body of a reply with status 200 or 206.

        Args:
            limit: Number of bytes of the body to read at most.
            body: Body to send, also to the targets of redirects.

        Raises:
            ReplyError: The server broke off, or what it sent is not HTTP.
            GivenUpError: The server is given up.
            UnreachableError: The server can't be reached, or takes too long.
            NetError: No public address was reached, there were too many redirects, or the
                request took too long.
        """
        while True:
            with self._reporting_failures():
                url = absolute_url(url)
            parts = split_url(url)
            server = _Server(
                parts.scheme, parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme]
            )
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            sent = {**headers, "Host": parts.netloc}
            if self._kept is None:
                sent["Connection"] = "close"
            waited = time.monotonic()
            with self._silent.asking(server.name), self._reporting_failures():
                # The time is for the server, not for its other requests.
                self._deadline.extend(time.monotonic() - waited)
                reply = self._ask_once(server, url, _Request(method, target, sent, body, limit))
            if reply.status not in _REDIRECTS:
                return reply
            if not self._redirects_left:
                raise NetError(f"redirects more than {MAX_REDIRECTS} times")
            self._redirects_left -= 1
            url = _read_location(reply)

    def _ask_once(self, server: _Server, url: str, request: _Request) -> Reply:
        if self._kept is not None and (left := self._kept.take(server)) is not None:
            # The server may be ending it just now, and is then asked anew.
            with suppress(*_BROKEN_OFF):
                return self._send(left, server, url, request)
        return self._send(self._open_connection(server), server, url, request)

    def _open_connection(self, server: _Server) -> HTTPConnection:
        addresses = self._resolve(server.host)
        opened = self._connect(addresses, server.port)
        try:
            if server.scheme == "https":
                opened = self._secure(opened, server.host.rstrip("."))
        except BaseException:
            opened.end()
            raise
        # Named by the address, so that it could go nowhere else if it opened a socket itself.
        connection = HTTPConnection(str(addresses[0]), server.port, timeout=self._timeout)
        connection.sock = opened
        return connection

    def _send(
        self, connection: HTTPConnection, server: _Server, url: str, request: _Request
    ) -> Reply:
        opened = cast(_TimedSocket, connection.sock)
        opened.deadline, opened.allowance = self._deadline, _MAX_HEADERS + request.limit
        is_at_end = False
        try:
            connection.request(
                request.method,
                request.target,
                body=request.body,
                headers=request.headers,
                preload_content=False,
                decode_content=False,
            )
            with closing(connection.getresponse()) as response:
                is_read = response.status in (200, 206)
                content = _read_body(response, request.limit) if is_read else b""
                is_at_end = _is_at_end(response)
                return Reply(url, response.status, response.headers, content)
        finally:
            if is_at_end and self._kept is not None and connection.sock is opened:
                self._kept.put(server, connection)
            else:
                opened.end()

    def _resolve(self, host: str) -> Sequence[Address]:
        if host not in self._resolved:
            addresses = look_up(host, self._deadline.remaining())
            # All of them: which one is connected to may be left to chance.
            for address in addresses:
                if not is_open(address, allow_loopback=self._allow_loopback):
                    raise NetError(f"leads to {address}, which is not a public address")
            self._resolved[host] = addresses
        return self._resolved[host]

    def _connect(self, addresses: Sequence[Address], port: int) -> _TimedSocket:
        for left in range(len(addresses), 1, -1):
            try:
                return self._open(addresses[-left], port, self._deadline.remaining() / left)
            except OSError:
                continue
        return self._open(addresses[-1], port, self._deadline.remaining())

    def _open(self, address: Address, port: int, seconds: float) -> _TimedSocket:
        opened = _TimedSocket(_FAMILIES[address.version], socket.SOCK_STREAM)
        try:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            opened.settimeout(seconds)
            opened.connect((str(address), port))
        except BaseException:
            opened.close()
            raise
        return opened

    def _secure(self, opened: _TimedSocket, host: str) -> _TimedSocket:
        opened.settimeout(self._deadline.remaining())  # of the whole handshake
        return cast(_TimedTlsSocket, self._context().wrap_socket(opened, server_hostname=host))

    @contextmanager
    def _reporting_failures(self) -> Iterator[None]:
        try:
            yield
        except UrlError as error:
            raise NetError(str(error)) from error
        except (TimeoutError, ReadTimeoutError) as error:
            raise UnreachableError(f"takes longer than {self._timeout:g} seconds") from error
        except ssl.SSLCertVerificationError as error:
            raise UnreachableError(
                f"is served with a certificate that is not trusted ({error.verify_message})"
            ) from error
        except InvalidHeader as error:
            raise ReplyError("is sent with two different lengths") from error
        except (HTTPException, HTTPError, ValueError, *_BROKEN_OFF) as error:
            raise ReplyError("is not answered with valid HTTP") from error
        except ssl.SSLError as error:
            reason = (error.reason or "broken off").replace("_", " ").lower()
            raise UnreachableError(f"can't be reached over TLS ({reason})") from error
        except OSError as error:
            raise UnreachableError(f"can't be reached ({error.strerror or error})") from error


class _Server(NamedTuple):
    """Where a connection leads."""

    scheme: str
    host: str
    port: int

    @property
    def name(self) -> str:
        """Its name and port, by which it is given up."""
        return f"{self.host}:{self.port}"


class _Request(NamedTuple):
    """What is sent, and the number of bytes of the reply's body to read at most."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes | None
    limit: int


class KeptConnections:
    """The connections that servers left open, for the threads of one run."""

    def __init__(self) -> None:
        self._open: dict[_Server, list[HTTPConnection]] = {}
        self._lock = Lock()

    def end(self) -> None:
        """End them all."""
        with self._lock:
            while self._open:
                for connection in self._open.popitem()[1]:
                    cast(_TimedSocket, connection.sock).end()

    def take(self, server: _Server) -> HTTPConnection | None:
        """Take a connection that the server has neither ended nor sent more on."""
        with self._lock:
            left = self._open.get(server, [])
            while left:
                connection = left.pop()
                if connection.is_connected:
                    return connection
                cast(_TimedSocket, connection.sock).end()
        return None

    def put(self, server: _Server, connection: HTTPConnection) -> None:
        """Keep a connection on which nothing is left to read."""
        with self._lock:
            self._open.setdefault(server, []).append(connection)


class _Deadline:
    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def extend(self, seconds: float) -> None:
        """Give more time."""
        self._end += seconds

    def remaining(self) -> float:
        """Give the seconds left; raise TimeoutError when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _TimedSocket(socket.socket):
    """A socket that ends at a deadline, however slowly bytes drip, and after a number of bytes."""

    deadline: _Deadline | None = None
    allowance = 0

    def recv_into(self, buffer: WriteableBuffer, nbytes: int | None = None, flags: int = 0) -> int:
        self._set_time()
        count = super().recv_into(buffer, nbytes or 0, flags)
        self.allowance -= count
        if self.allowance < 0:
            raise ConnectionAbortedError("the headers are too long")
        return count

    def send(self, data: ReadableBuffer, flags: int = 0) -> int:
        self._set_time()
        return super().send(data, flags)

    def sendall(self, data: ReadableBuffer, flags: int = 0) -> None:
        self._set_time()
        super().sendall(data, flags)

    def end(self) -> None:
        """Close the socket, even if a response that was not finished still refers to it."""
        self.close()
        if self.fileno() >= 0:
            socket.close(self.detach())

    def _set_time(self) -> None:
        if self.deadline is not None:
            self.settimeout(self.deadline.remaining())


class _TimedTlsSocket(_TimedSocket, ssl.SSLSocket):
    """The same under TLS, whose context makes its sockets."""


def _read_location(reply: Reply) -> str:
    location = reply.headers.get("Location", "")
    with suppress(UnicodeError):  # not in any standard, but servers write it
        location = location.encode("latin-1").decode()
    try:
        return absolute_url(location, reply.url)
    except UrlError as error:
        raise NetError(f"redirects to a URL that {error}") from error


def _is_at_end(response: BaseHTTPResponse) -> bool:
    """Say whether nothing of a reply is left to read, without waiting for more."""
    if response.length_remaining == 0:
        response.read(1)  # which tells the reader of HTTP that it is at the end
    return response.closed


def _read_body(response: BaseHTTPResponse, limit: int) -> bytes:
    content = b""
    try:
        while len(content) < limit and (part := response.read(limit - len(content))):
            content += part
    except ProtocolError as error:
        raise NetError("ends before its declared length") from error
    return content
