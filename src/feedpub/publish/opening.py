"""A place to publish to: failed calls are repeated, and messages don't contain secrets."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from threading import Event
from typing import TypeVar

from feedpub.errors import ConfigError, FeedpubError, OutputError
from feedpub.files import NotRegularError
from feedpub.publish.addresses import Address
from feedpub.publish.folder_store import FolderStore
from feedpub.publish.stores import Headers, Listing, Store

_log = logging.getLogger(__name__)

DELAYS = (0.5, 2.0, 6.0)
"""Seconds to wait before each further attempt."""

# What another attempt would not change. FileNotFoundError is not among them: another publish may
# have taken a temporary file for a leftover.
_FINAL = (
    *(FeedpubError, PermissionError, NotADirectoryError, IsADirectoryError, NotRegularError),
    *(NotImplementedError, TypeError, ValueError),
)
# By name: their packages may not be installed.
_REMEDIES = {
    "HostKeyNotVerifiable": "Compare the server's fingerprint, and add its key to "
    "~/.ssh/known_hosts, for example with `ssh-keyscan`.",
    "NoCredentialsError": "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile.",
    "PermissionDenied": "Check the user name, and the key in ~/.ssh or the agent.",
    "PermissionError": "Check that the credentials allow reading, listing, writing, and removing.",
    "NotImplementedError": "Choose another kind of store: this one can't be written to.",
}

Answer = TypeVar("Answer")


class TriedStore:
    """A store whose failed calls are repeated where that may help.

    Raises:
        OutputError: From each method, if the last attempt fails; the message contains no secret.
    """

    def __init__(self, address: Address, *, delays: Sequence[float] = DELAYS) -> None:
        self._address = address
        self._delays = delays
        self._stopped = Event()
        self._renew: Callable[[], None] = lambda: None
        self._store = self._try("", lambda: _open(address))
        self._renew = self._store.renew
        self.at_once = self._store.at_once

    def read(self, path: str) -> bytes | None:
        """Read a file; None if there is none."""
        return self._try(path, lambda: self._store.read(path))

    def list_top(self) -> Listing:
        """List the files and folders in the topmost folder."""
        return self._try("", lambda: self._store.list_top())

    def holds(self, path: str, length: int, top: Listing) -> bool:
        """Tell whether a file below a folder is there, as far as that takes no request."""
        return self._try(path, lambda: self._store.holds(path, length, top))

    def put(self, path: str, content: bytes, headers: Headers) -> None:
        """Put a file in its place, whole or not at all."""
        self._try(path, lambda: self._store.put(path, content, headers))

    def remove(self, path: str) -> None:
        """Remove a file, if it is there."""
        self._try(path, lambda: self._store.remove(path))

    def stop(self) -> None:
        """Repeat no call from now on."""
        self._stopped.set()

    def _try(self, path: str, call: Callable[[], Answer]) -> Answer:
        for delay in (*self._delays, None):
            try:
                return call()
            except ConfigError:
                raise
            except Exception as error:  # noqa: BLE001  # the store may be any library's
                failure = self._describe(path, error)
                if delay is None or _is_final(error) or self._stopped.wait(delay):
                    # Not chained: a traceback would show the message of the library in full.
                    raise OutputError(failure) from None
                _log.debug("%s Trying again.", failure)
            try:
                self._renew()
            except Exception as error:  # noqa: BLE001  # the next attempt fails, and says why
                _log.debug("%s", self._describe("", error))
        raise AssertionError("unreachable")

    def _describe(self, path: str, error: Exception) -> str:
        name = type(error).__name__
        said = self._address.redact(" ".join(str(error).split()) or name)
        if isinstance(error, OSError) and error.strerror:
            said = self._address.redact(error.strerror)
        remedy = f" {_REMEDIES[name]}" if name in _REMEDIES else ""
        place = f"{self._address.shown.rstrip('/')}/{path}" if path else self._address.shown
        return f"{place}: {said[:300].rstrip('.')}.{remedy}"


def _is_final(error: Exception) -> bool:
    return isinstance(error, _FINAL) or type(error).__name__ in _REMEDIES


def _open(address: Address) -> Store:
    if address.folder is not None:
        return FolderStore(address.folder)
    from feedpub.publish.fsspec_store import FsspecStore

    return FsspecStore(address)
