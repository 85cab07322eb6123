"""The addresses of a host, and which of them may be connected to."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from queue import Empty, SimpleQueue
from threading import Thread

from feedpub.net.silent import UnreachableError

Address = IPv4Address | IPv6Address

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


def is_open(address: Address, *, allow_loopback: bool = False) -> bool:
    """Tell whether an address may be connected to: it is public, or an allowed loopback."""
    if any(address in network for network in _LOOPBACK):
        return allow_loopback
    if isinstance(address, IPv6Address) and address not in _UNICAST:
        # Not open: mapped, unique local, link-local, site-local, and reserved addresses.
        return address in _NAT64 and is_open(IPv4Address(address.packed[-4:]))
    return (
        address.is_global
        and not address.is_private
        and not address.is_multicast
        and not address.is_reserved
        and not any(address in network for network in _CLOSED)
    )


def look_up(host: str, seconds: float) -> Sequence[Address]:
    """Look up the addresses of a host.

    Raises:
        UnreachableError: It has none.
        TimeoutError: The resolver takes longer than some seconds.
    """
    # The system's resolver has no time limit: a thread waits for it, and is left behind.
    answers: SimpleQueue[Sequence[Address] | None] = SimpleQueue()

    def resolve() -> None:
        try:
            found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
            answers.put([ip_address(place[4][0]) for place in found])
        except (OSError, ValueError):
            answers.put(None)

    Thread(target=resolve, name="feedpub-resolver", daemon=True).start()
    try:
        addresses = answers.get(timeout=seconds)
    except Empty:
        raise TimeoutError from None
    if not addresses:
        raise UnreachableError("names a host that has no address")
    return tuple(dict.fromkeys(addresses))
