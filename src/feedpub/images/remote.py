"""URLs of images to what their servers serve: media type, bytes and pixels, measured by asking.

Every image is asked for twice, by HEAD for its length and by GET for its first bytes: the type
and the pixels are read from these, and where the two answers differ, neither is believed.
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import msgspec
from msgspec import Meta

from feedpub.errors import ImageError, PositionError
from feedpub.images.pictures import read_beginning, read_whole
from feedpub.images.position import begins_with_position, remove_position
from feedpub.text import UrlError, absolute_url

if TYPE_CHECKING:
    import ssl

    from feedpub.net import GuardedClient, Reply

AT_ONCE = 8
TIMEOUT = 10.0  # seconds
MAX_READ = 65536  # bytes
FRESH = 30 * 86400  # seconds
_KEPT = 3 * FRESH  # an older image is asked for by its validators, and then forgotten
_MAX_KEPT = 50_000

_HEADERS = {"User-Agent": "feedpub", "Accept": "*/*", "Accept-Encoding": "identity"}
_CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)", re.ASCII)
_VALIDATOR = re.compile(r"[\x20-\x7e]{1,500}")


class RemoteMeasurement(msgspec.Struct, frozen=True):
    """What a server serves: length in bytes, `measured` in seconds since 1970.

    Pixels are None where the first bytes do not tell them. `has_position` is whether these
    hold a GPS position, or may.
    """

    type: str
    length: Annotated[int, Meta(gt=0)]
    width: int | None
    height: int | None
    etag: str | None
    last_modified: str | None
    measured: int
    has_position: bool


class _Cache(msgspec.Struct):
    version: Literal[2]
    measured: dict[str, RemoteMeasurement]


class _Beginning(NamedTuple):
    """The first bytes of an image, of `length` in all."""

    content: bytes
    length: int
    etag: str | None
    last_modified: str | None


class RemoteMeasurer:
    """Measures images by their URLs, and keeps what it measured in the file `cache`.

    `now` is in seconds since 1970, `timeout` in seconds for one image, redirects and all.
    `keeps_position` takes images that hold a GPS position too.
    `progress` is told how many of how many images are done. `allow_loopback` opens
    127.0.0.0/8 and ::1, for tests.
    """

    def __init__(
        self,
        cache: Path,
        *,
        now: int,
        keeps_position: bool = False,
        allow_loopback: bool = False,
        progress: Callable[[int, int], None] | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        self._cache = cache
        self._now = now
        self._keeps_position = keeps_position
        self._allow_loopback = allow_loopback
        self._progress = progress
        self._timeout = timeout
        self._known = _load_cache(cache)

    def measure_all(self, urls: Iterable[str]) -> dict[str, RemoteMeasurement | ImageError]:
        """Measure images, each once; one that cannot be measured is its ImageError."""
        cleaned = {url: _clean(url) for url in urls}
        targets = dict.fromkeys(target for target in cleaned.values() if isinstance(target, str))
        asked = [target for target in targets if not self._is_fresh(target)]
        measured = self._known | (self._ask_all(asked) if asked else {})
        return {
            url: self._judge(measured[target]) if isinstance(target, str) else target
            for url, target in cleaned.items()
        }

    def _judge(self, answer: RemoteMeasurement | ImageError) -> RemoteMeasurement | ImageError:
        # Here, not where it is measured: what is known outlives a change of the setting.
        if isinstance(answer, ImageError) or self._keeps_position or not answer.has_position:
            return answer
        return ImageError("holds a GPS position, and is linked where it stands")

    def _is_fresh(self, url: str) -> bool:
        known = self._known.get(url)
        # A time to come counts alike: builds at a fixed time follow builds at the clock's.
        return known is not None and abs(self._now - known.measured) < FRESH

    def _ask_all(self, urls: list[str]) -> dict[str, RemoteMeasurement | ImageError]:
        # Deferred: where all is known, no HTTP is needed.
        from feedpub.net import make_context

        context = functools.cache(make_context)
        measured: dict[str, RemoteMeasurement | ImageError] = {}
        self._tell(0, len(urls))
        pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="feedpub-images")
        try:
            futures = {pool.submit(self._ask, url, context): url for url in urls}
            for future in as_completed(list(futures)):
                url = futures.pop(future)  # its bytes go, too
                try:
                    measured[url] = self._known[url] = self._conclude(future)
                except ImageError as error:
                    measured[url] = ImageError(str(error))  # the other holds bytes and sockets
                self._tell(len(measured), len(urls))
        finally:
            pool.shutdown(cancel_futures=True)
            _save_cache(self._cache, self._known, self._now)
        return measured

    def _tell(self, done: int, total: int) -> None:
        if self._progress is not None:
            self._progress(done, total)

    def _ask(
        self, url: str, context: Callable[[], ssl.SSLContext]
    ) -> _Beginning | RemoteMeasurement:
        from feedpub.net import GuardedClient

        client = GuardedClient(context, timeout=self._timeout, allow_loopback=self._allow_loopback)
        known = self._known.get(url)
        if known is not None and known.etag is None and known.last_modified is None:
            known = None  # nothing to ask by
        return _fetch_beginning(client, url, known)

    def _conclude(self, future: Future[_Beginning | RemoteMeasurement]) -> RemoteMeasurement:
        # Not in the threads: Pillow's warnings are silenced for the whole process, and one
        # image at a time is enough to have decoded in memory.
        got = future.result()
        if isinstance(got, RemoteMeasurement):
            return msgspec.structs.replace(got, measured=self._now)
        whole = len(got.content) == got.length
        picture = read_whole(got.content) if whole else read_beginning(got.content)
        return RemoteMeasurement(
            picture.type,
            got.length,
            picture.width,
            picture.height,
            got.etag,
            got.last_modified,
            self._now,
            _holds_position(got.content, picture.type, whole=whole),
        )


def _holds_position(content: bytes, type: str, *, whole: bool) -> bool:
    try:
        if whole:
            return remove_position(content, type) is not None
        return begins_with_position(content, type)
    except PositionError:
        return True  # or may


def _clean(url: str) -> str | ImageError:
    try:
        return absolute_url(url)
    except UrlError as error:
        return ImageError(str(error))


def _fetch_beginning(
    client: GuardedClient, url: str, known: RemoteMeasurement | None
) -> _Beginning | RemoteMeasurement:
    """Ask for an image; gives what is known where the server says that it still holds."""
    from feedpub.net import ReplyError

    headers = {**_HEADERS, **_list_conditions(known)}
    length = None
    try:
        head = client.ask("HEAD", url, headers)
    except ReplyError:
        pass  # a server that knows GET alone
    else:
        url = head.url
        if head.status == 304 and known is not None:
            return known
        if head.status == 200:
            length = _read_length(head)
    headers["Range"] = f"bytes=0-{MAX_READ - 1}"
    reply = client.ask("GET", url, headers, limit=MAX_READ)
    if reply.status == 304 and known is not None:
        _agree(length, known.length)
        return known
    return _read_beginning_of(reply, length)


def _read_beginning_of(reply: Reply, head_length: int | None) -> _Beginning:
    headers, content = reply.headers, reply.content
    if reply.status not in (200, 206):
        raise ImageError(_describe_status(reply))
    if _is_encoded(reply):
        raise ImageError("is compressed by its server, so that its length is not known")
    length = _read_length(reply)
    expected = MAX_READ
    if reply.status == 206:
        part, total = _read_range(reply)
        _agree(length, part)
        expected, length = min(part, MAX_READ), total
    length = _agree(head_length, length)
    if length is None:
        raise ImageError("is given no length by its server")
    if length == 0 or not content:
        raise ImageError("is empty")
    expected = min(length, expected)
    if len(content) < expected:
        raise ImageError("ends before its length")
    _agree(expected, len(content))
    return _Beginning(
        content, length, _read_validator(headers, "ETag"), _read_validator(headers, "Last-Modified")
    )


def _agree(first: int | None, second: int | None) -> int | None:
    """Take the length that two places tell, or the one that tells it."""
    if first is not None and second is not None and first != second:
        raise ImageError(f"is given two lengths by its server, {first} and {second}")
    return second if first is None else first


def _read_length(reply: Reply) -> int | None:
    """Read the Content-Length of a body that is sent as it is."""
    if "Transfer-Encoding" in reply.headers or _is_encoded(reply):
        return None
    values = {value.strip() for value in reply.headers.get("Content-Length", "").split(",")}
    text = values.pop()
    return int(text) if not values and text.isascii() and text.isdigit() else None


def _is_encoded(reply: Reply) -> bool:
    return reply.headers.get("Content-Encoding", "identity").strip().lower() != "identity"


def _read_range(reply: Reply) -> tuple[int, int | None]:
    """Read how many bytes a part has, and the whole; source: RFC 9110 section 14.4."""
    match = _CONTENT_RANGE.fullmatch(reply.headers.get("Content-Range", "").strip())
    if match is None or int(match[1]) != 0:
        raise ImageError("is answered with another part than its beginning")
    return int(match[2]) + 1, None if match[3] == "*" else int(match[3])


def _describe_status(reply: Reply) -> str:
    if reply.status in (404, 410):
        return "is missing"
    if reply.status == 204 or reply.headers.get("Content-Range") == "bytes */0":
        return "is empty"
    return f"is answered with status {reply.status}"


def _list_conditions(known: RemoteMeasurement | None) -> dict[str, str]:
    if known is None:
        return {}
    conditions = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in conditions.items() if value is not None}


def _read_validator(headers: Mapping[str, str], name: str) -> str | None:
    value = headers.get(name, "").strip()
    return value if _VALIDATOR.fullmatch(value) else None


def _load_cache(path: Path) -> dict[str, RemoteMeasurement]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Cache).measured
    except (OSError, msgspec.MsgspecError, UnicodeError):
        return {}  # all is measured anew


def _save_cache(path: Path, known: Mapping[str, RemoteMeasurement], now: int) -> None:
    def age(url: str) -> int:
        return abs(now - known[url].measured)

    kept = sorted((url for url in known if age(url) < _KEPT), key=lambda url: (age(url), url))
    cache = _Cache(2, {url: known[url] for url in sorted(kept[:_MAX_KEPT])})
    content = msgspec.json.format(msgspec.json.encode(cache), indent=1)
    temporary = path.with_name(f".feedpub-{secrets.token_hex(8)}.tmp")
    # Where it cannot be kept, the next build measures again: no reason for this one to fail.
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("xb") as stream:
                stream.write(content + b"\n")
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
