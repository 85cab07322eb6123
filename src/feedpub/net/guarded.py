"""HTTP to servers that nobody vouches for: to public addresses alone, and only for so long.

urllib3 speaks the HTTP. The sockets are opened here, because no library's timeout spans a whole
request, and because the connection has to go to the very address that was checked.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from http.client import HTTPException
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple, cast
from urllib.parse import urlsplit

from urllib3 import BaseHTTPResponse
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError, InvalidHeader, ProtocolError, ReadTimeoutError

from feedpub.errors import ImageError
from feedpub.text import UrlError, absolute_url

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

Address = IPv4Address | IPv6Address

MAX_REDIRECTS = 5

_BROKEN_OFF = (ConnectionResetError, ConnectionAbortedError, BrokenPipeError)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PORTS = {"http": 80, "https": 443}
_FAMILIES = {4: socket.AF_INET, 6: socket.AF_INET6}
_RECEIVE_BUFFER = 65536  # bytes that a server can push at us unread
_MAX_HEADERS = 65536  # bytes; http.client lets 6 MB pass

_LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1"))
_UNICAST = ip_network("2000::/3")
_NAT64 = ip_network("64:ff9b::/96")
# What `is_global` lets pass, always or before Python 3.11.10.
_CLOSED = tuple(
    ip_network(network)
    for network in (
        "168.63.129.16/32",  # Azure's own services, in every virtual machine there
        "192.0.0.0/24",  # protocol assignments; clouds' metadata answer here too
        "192.88.99.0/24",  # relays of 6to4
        "2001::/23",  # protocol assignments, Teredo
        "2002::/16",  # 6to4: any IPv4 address
        "3fff::/20",  # documentation
    )
)


class ReplyError(ImageError):
    """A server was reached and gave no answer that can be read."""


class Reply(NamedTuple):
    """An answer, after redirects: `content` is the beginning of its body."""

    url: str
    status: int
    headers: Mapping[str, str]
    content: bytes


def is_open(address: Address, *, allow_loopback: bool = False) -> bool:
    """Say whether an address may be connected to: it is public, or an allowed loopback."""
    if any(address in network for network in _LOOPBACK):
        return allow_loopback
    if isinstance(address, IPv6Address) and address not in _UNICAST:
        # Left out: mapped, unique local, link-local, site-local and what is reserved.
        return address in _NAT64 and is_open(IPv4Address(int(address) & 0xFFFFFFFF))
    return (
        address.is_global
        and not address.is_private
        and not address.is_multicast
        and not address.is_reserved
        and not any(address in network for network in _CLOSED)
    )


def make_context() -> ssl.SSLContext:
    """Make a TLS context that verifies certificate and host, for all requests of a run."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    context.sslsocket_class = _TimedTlsSocket
    return context


class GuardedClient:
    """Asks for one resource: its requests share `timeout` in seconds, and the redirects.

    `context` makes the TLS context where one is needed: reading the system's certificates
    takes long. Every host is resolved once. Nothing is sent but the headers passed: no cookies, no
    credentials that a URL holds; proxies of the environment are passed over.
    """

    def __init__(
        self,
        context: Callable[[], ssl.SSLContext],
        *,
        timeout: float,
        allow_loopback: bool = False,
    ) -> None:
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
        """Send a request, and follow redirects; of status 200 and 206, the body is read.

        Args:
            limit: Bytes of a body that are read at most.
            body: What is sent, to where a redirect leads too.

        Raises:
            ReplyError: The server broke off, or what it sent is no HTTP.
            ImageError: No open address was reached, it redirects too often, or time is up.
        """
        while True:
            with self._reporting_failures():
                reply = self._ask_once(method, absolute_url(url), headers, limit, body)
            if reply.status not in _REDIRECTS:
                return reply
            if not self._redirects_left:
                raise ImageError(f"redirects more than {MAX_REDIRECTS} times")
            self._redirects_left -= 1
            url = _read_location(reply)

    def _ask_once(
        self, method: str, url: str, headers: Mapping[str, str], limit: int, body: bytes | None
    ) -> Reply:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        addresses = self._resolve(host)
        opened = self._connect(addresses, port)
        try:
            if parts.scheme == "https":
                opened = self._secure(opened, host.rstrip("."))
            opened.deadline, opened.allowance = self._deadline, _MAX_HEADERS + limit
            # Named by the address, so that it could go nowhere else if it opened a socket itself.
            connection = HTTPConnection(str(addresses[0]), port, timeout=self._timeout)
            connection.sock = opened
            connection.request(
                method,
                target,
                body=body,
                headers={**headers, "Host": parts.netloc, "Connection": "close"},
                preload_content=False,
                decode_content=False,
            )
            with closing(connection.getresponse()) as response:
                content = _read_body(response, limit) if response.status in (200, 206) else b""
                return Reply(url, response.status, response.headers, content)
        finally:
            opened.end()

    def _resolve(self, host: str) -> Sequence[Address]:
        if host not in self._resolved:
            addresses = _look_up(host, self._deadline)
            for address in addresses:  # every one: which is connected to may be left to chance
                if not is_open(address, allow_loopback=self._allow_loopback):
                    raise ImageError(f"leads to {address}, which is no public address")
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
            raise ImageError(str(error)) from error
        except (TimeoutError, ReadTimeoutError) as error:
            raise ImageError(f"takes longer than {self._timeout:g} seconds") from error
        except ssl.SSLCertVerificationError as error:
            raise ImageError(
                f"is served with a certificate that is not trusted ({error.verify_message})"
            ) from error
        except InvalidHeader as error:
            raise ReplyError("is given two lengths by its server") from error
        except (HTTPException, HTTPError, ValueError, *_BROKEN_OFF) as error:
            raise ReplyError("is answered with nothing that is HTTP") from error
        except ssl.SSLError as error:
            reason = (error.reason or "broken off").replace("_", " ").lower()
            raise ImageError(f"cannot be reached by TLS ({reason})") from error
        except OSError as error:
            raise ImageError(f"cannot be reached ({error.strerror or error})") from error


class _Deadline:
    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Give the seconds left; none are a TimeoutError."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _TimedSocket(socket.socket):
    """A socket that ends at a deadline, however slowly bytes drip, and at a count of them."""

    deadline: _Deadline | None = None
    allowance = 0

    def recv_into(self, buffer: WriteableBuffer, nbytes: int | None = None, flags: int = 0) -> int:
        self._set_time()
        count = super().recv_into(buffer, nbytes or 0, flags)
        self.allowance -= count
        if self.allowance < 0:
            raise ConnectionAbortedError("more headers were sent than are read")
        return count

    def send(self, data: ReadableBuffer, flags: int = 0) -> int:
        self._set_time()
        return super().send(data, flags)

    def sendall(self, data: ReadableBuffer, flags: int = 0) -> None:
        self._set_time()
        super().sendall(data, flags)

    def end(self) -> None:
        """Close it, even where a response that was not finished holds on to it."""
        self.close()
        if self.fileno() >= 0:
            socket.close(self.detach())

    def _set_time(self) -> None:
        if self.deadline is not None:
            self.settimeout(self.deadline.remaining())


class _TimedTlsSocket(_TimedSocket, ssl.SSLSocket):
    """The same under TLS, whose sockets are made by their context."""


def _look_up(host: str, deadline: _Deadline) -> Sequence[Address]:
    # The system's resolver knows no time limit: a thread waits for it, and is left behind.
    answers: SimpleQueue[Sequence[Address] | None] = SimpleQueue()

    def resolve() -> None:
        try:
            found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
            answers.put([ip_address(place[4][0]) for place in found])
        except (OSError, ValueError):
            answers.put(None)

    Thread(target=resolve, name="feedpub-resolver", daemon=True).start()
    try:
        addresses = answers.get(timeout=deadline.remaining())
    except Empty:
        raise TimeoutError from None
    if not addresses:
        raise ImageError("names a host that has no address")
    return tuple(dict.fromkeys(addresses))


def _read_location(reply: Reply) -> str:
    location = reply.headers.get("Location", "")
    with suppress(UnicodeError):  # no standard, but servers write it
        location = location.encode("latin-1").decode()
    try:
        return absolute_url(location, reply.url)
    except UrlError as error:
        raise ImageError(f"redirects to what {error}") from error


def _read_body(response: BaseHTTPResponse, limit: int) -> bytes:
    content = b""
    try:
        while len(content) < limit and (part := response.read(limit - len(content))):
            content += part
    except ProtocolError as error:
        raise ImageError("ends before its length") from error
    return content
