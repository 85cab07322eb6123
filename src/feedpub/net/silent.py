"""How servers are asked: few times at once, and not again after some failures in a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Condition

from feedpub.errors import FeedpubError

PATIENCE = 3
"""Failures in a row after which a server is given up."""


AT_ONCE = 4
"""Requests to one server at a time."""


class NetError(FeedpubError):
    """A request got no answer; the message is what is wrong with its URL or server."""


class UnreachableError(NetError):
    """A server can't be reached, or is too slow; `host` is its name and port."""

    host = ""


class GivenUpError(UnreachableError):
    """A server was not asked, because it is given up; the message is its last failure."""


class SilentHosts:
    """The servers that are given up, for the threads of one run.

    `given_up` has the last failure of each by its name and port, and begins with those of an
    earlier run. An answer of any kind clears the failures before it: a few slow addresses do
    not condemn a server that answers at others.
    """

    def __init__(self, given_up: Mapping[str, str] | None = None) -> None:
        self.given_up = dict(given_up or {})
        self._failures: Counter[str] = Counter()
        self._asked: Counter[str] = Counter()  # requests under way
        self._changed = Condition()

    @contextmanager
    def asking(self, host: str) -> Iterator[None]:
        """Note whether the block, which asks a server, reaches it.

        This waits while the server is asked often enough. While one that failed is being asked, it
        waits for the outcome, because every further request might take its whole time limit.

        Raises:
            GivenUpError: The server is given up.
        """
        with self._changed:
            self._changed.wait_for(lambda: host in self.given_up or not self._is_busy(host))
            if host in self.given_up:
                error = GivenUpError(self.given_up[host])
                error.host = host
                raise error
            self._asked[host] += 1
        failure: str | None = ""
        try:
            yield
            failure = None
        except UnreachableError as error:
            error.host = host
            failure = str(error)
            raise
        finally:
            with self._changed:
                self._asked[host] -= 1
                self._note(host, failure)
                self._changed.notify_all()

    def _is_busy(self, host: str) -> bool:
        return self._asked[host] >= (1 if self._failures[host] else AT_ONCE)

    def _note(self, host: str, failure: str | None) -> None:
        """Note an outcome: None for an answer, a message, or "" for anything else."""
        if failure is None:
            del self._failures[host]
        elif failure:
            self._failures[host] += 1
            if self._failures[host] >= PATIENCE:
                self.given_up.setdefault(host, failure)
