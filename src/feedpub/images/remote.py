"""Images and recordings by their URLs, measured by asking their servers.

feedpub asks for the first bytes of every one, which tell the type, the pixels of an image, and
often the seconds of a recording. Where the reply does not tell the length, it asks for that, too.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import msgspec
from msgspec import Meta

from feedpub import compile_late
from feedpub.errors import Failure, ImageError, PositionError, SilentHostError, Where, attempt
from feedpub.files import load_values, save_values
from feedpub.images.durations import measure_duration
from feedpub.images.failures import RecentFailures
from feedpub.images.pictures import ImageType, Pixels, check_size, read_beginning, read_whole
from feedpub.images.position import begins_with_position, remove_position
from feedpub.images.recorded import RecordedType, holds_position
from feedpub.images.recorded import find_type as find_recorded
from feedpub.model import Progress, tell_nobody
from feedpub.text import UrlError, absolute_url, read_number, split_url

if TYPE_CHECKING:
    import ssl

    from feedpub.net import GuardedClient, KeptConnections, Reply, SilentHosts, UnreachableError

AT_ONCE = 32
_DOING = "asking for images"
TIMEOUT = 10.0  # seconds
MAX_READ = 65536  # bytes
FRESH = 30 * 86400  # seconds
_KEPT = 3 * FRESH  # an older image is asked for by its validators, and then forgotten
_MAX_KEPT = 50_000
_LAST = 253_402_300_799  # seconds since 1970, the last of the year 9999
LINKED_POSITION = "contains a GPS position, which feedpub can't remove from a linked image"
RECORDED_POSITION = "contains a position, which feedpub can't remove from audio and video"
_VERSION = "remote-images 4"

_HEADERS = {"User-Agent": "feedpub", "Accept": "*/*", "Accept-Encoding": "identity"}
_LENGTH = compile_late(r"\d{1,18}", re.ASCII)
_CONTENT_RANGE = compile_late(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)", re.ASCII)
_PRINTABLE = r"[\x20-\x7e]{1,500}"
_VALIDATOR = compile_late(_PRINTABLE)
_Validator = Annotated[str, Meta(pattern=rf"\A{_PRINTABLE}\Z")]


class RemoteMeasurement(msgspec.Struct, frozen=True):
    """What a server sends: length in bytes, `measured` in seconds since 1970.

    Pixels are None if the first bytes do not tell them. `has_position` is whether these
    contain a GPS position, or might.
    """

    type: ImageType | RecordedType
    length: Annotated[int, Meta(gt=0)]
    width: Pixels | None
    height: Pixels | None
    etag: _Validator | None
    last_modified: _Validator | None
    measured: Annotated[int, Meta(ge=0, le=_LAST)]
    has_position: bool
    duration: Annotated[int, Meta(gt=0)] | None = None  # seconds, of a recording

    def __post_init__(self) -> None:
        """Refuse what no image can be, because it may come from a broken file."""
        check_size(self.width, self.height)


class _Beginning(NamedTuple):
    """The first bytes of an image, of `length` in all."""

    content: bytes
    length: int
    etag: str | None
    last_modified: str | None


class RemoteMeasurer:
    """Measures images by their URLs, and keeps what it measured in the file `cache`.

    `now` is in seconds since 1970; `timeout` is in seconds, for one image with its redirects.
    `keeps_position` accepts images that contain a GPS position. `progress` is told how many of
    how many images are done. `allow_loopback` opens 127.0.0.0/8 and ::1, for tests. `asks_again`
    goes by no earlier answer, and no earlier failure.
    """

    def __init__(
        self,
        cache: Path,
        *,
        now: int,
        keeps_position: bool = False,
        allow_loopback: bool = False,
        progress: Progress = tell_nobody,
        timeout: float = TIMEOUT,
        asks_again: bool = False,
    ) -> None:
        self._cache = cache
        self._now = now
        self._keeps_position = keeps_position
        self._allow_loopback = allow_loopback
        self._progress = progress
        self._timeout = timeout
        self._known: dict[str, RemoteMeasurement] = {}
        if not asks_again:
            self._known = load_values(cache, RemoteMeasurement, version=_VERSION)
        self._failures = RecentFailures(cache.parent, now=now, asks_again=asks_again)

    def measure_all(self, urls: Iterable[str]) -> dict[str, RemoteMeasurement | ImageError]:
        """Measure images, each once; what can't be measured is an ImageError that says why."""
        cleaned = {url: _clean(url) for url in urls}
        targets = dict.fromkeys(target for target in cleaned.values() if isinstance(target, str))
        stale = [target for target in targets if not self._is_fresh(target)]
        failed = {url: error for url in stale if (error := self._failures.find(url)) is not None}
        asked = self._failures.order(url for url in stale if url not in failed)
        measured = self._known | failed | (self._ask_all(asked) if asked else {})
        return {
            url: self._judge(measured[target]) if isinstance(target, str) else target
            for url, target in cleaned.items()
        }

    @functools.cached_property
    def _silent(self) -> SilentHosts:
        from feedpub.net import SilentHosts

        return SilentHosts(self._failures.given_up)

    def _judge(self, answer: RemoteMeasurement | ImageError) -> RemoteMeasurement | ImageError:
        # Not when it is measured: what is known outlives a change of the setting.
        if isinstance(answer, ImageError) or self._keeps_position or not answer.has_position:
            return answer
        return ImageError(
            LINKED_POSITION if answer.type.startswith("image/") else RECORDED_POSITION
        )

    def _is_fresh(self, url: str) -> bool:
        known = self._known.get(url)
        # A time in the future counts too: builds at a fixed time follow builds at the clock's.
        return known is not None and abs(self._now - known.measured) < FRESH

    def _ask_all(self, urls: list[str]) -> dict[str, RemoteMeasurement | ImageError]:
        # Deferred: if everything is known, no HTTP is needed.
        from feedpub.net import KeptConnections, UnreachableError, make_context

        context = functools.cache(make_context)
        measured: dict[str, RemoteMeasurement | ImageError] = {}
        unreached: dict[str, UnreachableError] = {}
        self._progress(_DOING, 0, len(urls))
        kept = KeptConnections()
        pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="feedpub-images")
        try:
            ask = partial(self._ask, context=context, kept=kept)
            futures = {pool.submit(ask, url): url for url in _alternate(urls)}
            for future in as_completed(list(futures)):
                url = futures.pop(future)  # and frees its bytes
                got = attempt(partial(self._conclude, future))
                if isinstance(got, RemoteMeasurement):
                    measured[url] = self._known[url] = got
                else:
                    measured[url] = _explain(url, got)
                    if isinstance(got.error, UnreachableError):
                        unreached[url] = got.error.with_traceback(None)
                self._progress(_DOING, len(measured), len(urls))
        finally:
            pool.shutdown(cancel_futures=True)
            kept.end()
            self._save()
        return measured | self._give_up(unreached)

    def _give_up(self, unreached: Mapping[str, UnreachableError]) -> dict[str, ImageError]:
        """Note what was not reached; give the errors of the images on servers that are given up."""
        given_up = self._silent.given_up
        lost: dict[str, ImageError] = {}
        for url, error in unreached.items():
            if error.host in given_up:
                lost[url] = _explain_silence(error.host, given_up[error.host])
                self._failures.note(error.host, given_up[error.host])
            else:
                self._failures.note(url, str(error))
        self._failures.save()
        return lost

    def _save(self) -> None:
        ages = {url: abs(self._now - known.measured) for url, known in self._known.items()}
        newest = sorted((age, url) for url, age in ages.items() if age < _KEPT)[:_MAX_KEPT]
        save_values(self._cache, {url: self._known[url] for _, url in newest}, version=_VERSION)

    def _ask(
        self, url: str, context: Callable[[], ssl.SSLContext], kept: KeptConnections
    ) -> _Beginning | RemoteMeasurement:
        from feedpub.net import GuardedClient

        client = GuardedClient(
            context,
            timeout=self._timeout,
            allow_loopback=self._allow_loopback,
            silent=self._silent,
            kept=kept,
        )
        known = self._known.get(url)
        if known is not None and known.etag is None and known.last_modified is None:
            known = None  # nothing to ask by
        return _fetch_beginning(client, url, known)

    def _conclude(self, future: Future[_Beginning | RemoteMeasurement]) -> RemoteMeasurement:
        # Not in the threads: Pillow's warnings are silenced for the whole process, and one
        # decoded image at a time is enough in memory.
        got = future.result()
        if isinstance(got, RemoteMeasurement):
            return msgspec.structs.replace(got, measured=self._now)
        width = height = duration = None
        type: ImageType | RecordedType | None = find_recorded(got.content, "")
        if type is not None:
            has_position = holds_position(got.content)
            duration = measure_duration(partial(_read_part, got.content), type, got.length)
        else:
            whole = len(got.content) == got.length
            picture = read_whole(got.content) if whole else read_beginning(got.content)
            type, width, height = picture.type, picture.width, picture.height
            has_position = _holds_position(got.content, type, whole=whole)
        return RemoteMeasurement(
            type=type,
            length=got.length,
            width=width,
            height=height,
            etag=got.etag,
            last_modified=got.last_modified,
            measured=self._now,
            has_position=has_position,
            duration=duration,
        )


def _read_part(content: bytes, offset: int, most: int) -> bytes:
    return content[offset : offset + most]


def _holds_position(content: bytes, type: str, *, whole: bool) -> bool:
    if not whole:
        return begins_with_position(content, type)
    try:
        return remove_position(content, type) is not None
    except PositionError:
        return True  # or might


def _alternate(urls: Iterable[str]) -> list[str]:
    """Order URLs so that those of one server stand apart, and its limit holds up no other."""
    numbers: Counter[str] = Counter()
    rounds: list[tuple[int, str]] = []
    for url in urls:
        host = split_url(url).netloc
        rounds.append((numbers[host], url))
        numbers[host] += 1
    return [url for _, url in sorted(rounds, key=itemgetter(0))]


def _explain(url: str, failure: Failure) -> ImageError:
    from feedpub.net import NetError

    # A new error, because the first refers to bytes and sockets.
    if isinstance(failure.error, ImageError | NetError):
        return ImageError(str(failure.error))
    return ImageError(failure.describe(Where(url), "image").removesuffix("."))


def _explain_silence(host: str, failure: str) -> SilentHostError:
    from feedpub.net import PATIENCE

    message = (
        f"is on {host}, which failed {PATIENCE} times in a row ({failure}), so feedpub asks it "
        "again only after an hour"
    )
    return SilentHostError(message, host)


def _clean(url: str) -> str | ImageError:
    try:
        return absolute_url(url)
    except UrlError as error:
        return ImageError(str(error))


def _fetch_beginning(
    client: GuardedClient, url: str, known: RemoteMeasurement | None
) -> _Beginning | RemoteMeasurement:
    """Ask for an image; give `known` if the server says that the image did not change."""

    headers = {**_HEADERS, **_list_conditions(known), "Range": f"bytes=0-{MAX_READ - 1}"}
    reply = client.ask("GET", url, headers, limit=MAX_READ)
    if reply.status == 304 and known is not None:
        return known
    return _read_beginning_of(reply, partial(_ask_length, client, reply.url))


def _ask_length(client: GuardedClient, url: str) -> int | None:
    """Ask for the length alone."""
    from feedpub.net import ReplyError

    try:
        head = client.ask("HEAD", url, _HEADERS)
    except ReplyError:
        return None  # a server that only knows GET
    return _read_length(head) if head.status == 200 else None


def _read_beginning_of(reply: Reply, ask_length: Callable[[], int | None]) -> _Beginning:
    headers, content = reply.headers, reply.content
    if reply.status not in (200, 206):
        raise ImageError(_describe_status(reply))
    if _is_encoded(reply):
        raise ImageError("is compressed by its server, so its length is unknown")
    length = _read_length(reply)
    expected = MAX_READ
    if reply.status == 206:
        part, total = _read_range(reply)
        _agree(length, part)
        expected, length = min(part, MAX_READ), total
    if length is None:
        length = ask_length()
    if length is None:
        raise ImageError("is sent without a length")
    if length == 0 or not content:
        raise ImageError("is empty")
    expected = min(length, expected)
    if len(content) < expected:
        raise ImageError("ends before its declared length")
    _agree(expected, len(content))
    return _Beginning(
        content, length, _read_validator(headers, "ETag"), _read_validator(headers, "Last-Modified")
    )


def _agree(first: int | None, second: int) -> None:
    """Refuse a length that another place tells otherwise."""
    if first is not None and first != second:
        raise ImageError(f"is sent with two different lengths: {first} and {second}")


def _read_length(reply: Reply) -> int | None:
    """Read the Content-Length of a body that is sent as it is."""
    if "Transfer-Encoding" in reply.headers or _is_encoded(reply):
        return None
    values = {value.strip() for value in reply.headers.get("Content-Length", "").split(",")}
    text = values.pop()
    return read_number(text) if not values and _LENGTH.fullmatch(text) else None


def _is_encoded(reply: Reply) -> bool:
    return reply.headers.get("Content-Encoding", "identity").strip().lower() != "identity"


def _read_range(reply: Reply) -> tuple[int, int | None]:
    """Read how many bytes a part has, and the whole.

    Source: RFC 9110 section 14.4.
    """
    match = _CONTENT_RANGE.fullmatch(reply.headers.get("Content-Range", "").strip())
    if match is None or read_number(match[1]) != 0:
        raise ImageError("is answered with a part that is not its beginning")
    return (read_number(match[2]) or 0) + 1, read_number(match[3])


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
