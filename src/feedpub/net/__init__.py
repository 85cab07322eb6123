"""The HTTP client.

In: a URL that anyone may have written. Out: a reply from a public address, within limits of size
and time, or a NetError.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedpub import open_door

if TYPE_CHECKING:
    from feedpub.net.guarded import GuardedClient, KeptConnections, Reply, ReplyError, make_context
    from feedpub.net.silent import PATIENCE, NetError, SilentHosts, UnreachableError
else:
    __getattr__ = open_door(
        __name__,
        guarded="GuardedClient KeptConnections Reply ReplyError make_context",
        silent="PATIENCE NetError SilentHosts UnreachableError",
    )
