"""A reader that polls all the time, and remembers whatever was not as it should be."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from lxml import etree

_MEDIA = "{http://search.yahoo.com/mrss/}content"
_PAUSE = 0.01  # seconds, so that what it reads from is not kept from its work


class Reader:
    """Polls feeds at a URL in a thread of its own, while it is used as a context manager.

    `states` are the trees that may be published: every file read must be whole in one of them.
    """

    def __init__(self, base: str, *states: Mapping[str, bytes]) -> None:
        self.faults: list[str] = []
        self.polls = self.media = 0
        self._base = base
        self._path = urlsplit(base).path
        self._host = urlsplit(base).netloc
        self._states = states
        self._seen: set[str] = set()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._poll)

    def __enter__(self) -> Reader:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._ended.set()
        self._thread.join()

    def _poll(self) -> None:
        feeds = sorted(
            {path for state in self._states for path in state if path.endswith((".rss", ".atom"))}
        )
        while not self._ended.is_set():
            for path in feeds:
                content = self._read(path)
                if content is not None:
                    self._follow(path, content)
                time.sleep(_PAUSE)
                if self._ended.is_set():
                    return

    def _read(self, path: str) -> bytes | None:
        try:
            connection = HTTPConnection(self._host, timeout=30)
            connection.request("GET", f"{self._path}/{path}")
            answer = connection.getresponse()
            content = answer.read()
            connection.close()
        except (OSError, HTTPException) as error:
            self.faults.append(f"{path}: {error!r}")
            return None
        self.polls += 1
        if answer.status == 404:
            if path in self._seen and all(path in state for state in self._states):
                self.faults.append(f"{path}: is gone")
            return None
        self._seen.add(path)
        whole = [state[path] for state in self._states if path in state]
        if answer.status != 200 or content not in whole:
            self.faults.append(f"{path}: {answer.status}, {len(content)} bytes: {content[:200]!r}")
            return None
        return content

    def _follow(self, path: str, content: bytes) -> None:
        # Each URL once per feed: the same file is asked for again by the next poll.
        urls = {str(element.get("url")) for element in etree.fromstring(content).iter(_MEDIA)}
        for url in sorted(urls):
            self.media += 1
            if self._read(url.removeprefix(f"{self._base}/")) is None:
                self.faults.append(f"{path} names {url}, which is not there")
