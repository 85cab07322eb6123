"""Which images could not be reached a short time ago: the next build does not wait for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from feedpub.errors import ImageError
from feedpub.files import load_values, save_values

REMEMBERED = 3600  # seconds
_NAME = "remote-failures.json"
_VERSION = "remote-failures 1"
_MAX_KEPT = 50_000
_Text = Annotated[str, Meta(max_length=1000)]


class _Failure(msgspec.Struct, frozen=True):
    """What was wrong, and when, in seconds since 1970."""

    message: _Text
    noted: int


class RecentFailures:
    """The failures of the last hour, by URL, and those of servers that were given up, by host.

    A URL always has a path, so it is never taken for the name and port of a server. `now` is in
    seconds since 1970; without a clock, at 0, nothing is remembered. With `asks_again`, those of
    earlier runs are forgotten.
    """

    def __init__(self, folder: Path, *, now: int, asks_again: bool = False) -> None:
        self._path = folder / _NAME
        self._now = now
        kept = {} if asks_again else load_values(self._path, _Failure, version=_VERSION)
        # An older one is kept in mind: what it is about is asked for last.
        self._kept = {key: failure for key, failure in kept.items() if failure.noted <= now}
        self._new: dict[str, _Failure] = {}

    @property
    def given_up(self) -> Mapping[str, str]:
        """The servers that are still given up, each with its last failure."""
        return {
            key: failure.message
            for key, failure in self._kept.items()
            if "/" not in key and self._is_recent(failure)
        }

    def find(self, url: str) -> ImageError | None:
        """Find the recent failure of a URL."""
        failure = self._kept.get(url)
        if failure is None or not self._is_recent(failure):
            return None
        return ImageError(
            f"{failure.message}. This was less than an hour ago, so feedpub did not ask again. "
            f"To ask at once, remove {self._path.parent.name}/{_NAME}"
        )

    def order(self, urls: Iterable[str]) -> list[str]:
        """Order URLs: first those that did not fail when they were last asked for."""
        return sorted(urls, key=lambda url: url in self._kept)

    def note(self, key: str, message: str) -> None:
        """Note the failure of a URL, or of a server that is given up; a recent one stays."""
        if (kept := self._kept.get(key)) is None or not self._is_recent(kept):
            self._new[key] = _Failure(message[:1000], self._now)

    def save(self) -> None:
        """Save the failures that are recent, and the new ones."""
        if not self._now:
            return
        kept = {key: value for key, value in self._kept.items() if self._is_recent(value)}
        if self._new or kept != self._kept:
            newest = list({**kept, **self._new}.items())[-_MAX_KEPT:]
            save_values(self._path, dict(newest), version=_VERSION)

    def _is_recent(self, failure: _Failure) -> bool:
        return 0 < self._now < failure.noted + REMEMBERED
