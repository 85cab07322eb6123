"""Servers of images that do not answer or answer nonsense: what they cost, and for how long."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from pathlib import Path

import pytest

from feedpub.errors import ImageError
from feedpub.images import remote
from feedpub.images.failures import RecentFailures
from feedpub.images.remote import RemoteMeasurer
from serving import NOW, Handler, Server, listening_in_silence, redirect, serve
from support import STANDARD_TOML, make_image, make_site, run_cli, to_json_lines

JPEG = make_image("JPEG", 640, 480)
HOUR = 3600
GOOD = {"title": "A headline", "section": "Zhejiang Voice", "updated": "2020-05-25"}


def measure_many(
    cache: Path, urls: Iterable[str], *, now: int = NOW, timeout: float = 30
) -> dict[str, str]:
    """Measure images as one run does; gives the message of each, empty if it is measured.

    A server that answers gets all the time that a loaded machine needs.
    """
    measurer = RemoteMeasurer(cache, now=now, allow_loopback=True, timeout=timeout)
    found = measurer.measure_all(urls)
    return {url: str(got) if isinstance(got, ImageError) else "" for url, got in found.items()}


def find_closed_port() -> int:
    """Find a port of loopback that refuses connections."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


NONSENSE = {
    "Content-Length": ("9" * 5000, "-1", "+9", "٣", "0x10", "1e3", "9" * 19, "\xff", "", ","),
    "Content-Range": ("bytes " + "9" * 5000 + "-1/2", "bytes 0-٣/9", "\xff", "bytes 0-0/0"),
    "Content-Type": ("\xff" * 3000, ";;;=", ""),
    "Content-Encoding": ("\xff", "gzip, gzip, gzip", "zstd"),
    "Transfer-Encoding": ("chunked, chunked", "\xff", "9" * 5000),
    "ETag": ("\xff", "9" * 5000, '"'),
    "Last-Modified": ("Thu, 99 Foo 99999 99:99:99 GMT", "9" * 5000),
    "Location": ("http://[", "//[x/", "http://a:99999999/", "http://\xff/", "9" * 5000),
    "Retry-After": ("9" * 5000,),
    "Connection": ("\xff" * 99, "upgrade"),
}


@pytest.mark.parametrize("status", [200, 206, 301, 304])
@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_in_a_header_costs_at_most_the_image(
    server: Server, tmp_path: Path, name: str, status: int
) -> None:
    server.routes["/good"] = serve(JPEG)
    urls = [server.url("/good")]
    for number, value in enumerate(NONSENSE[name]):

        def answer(handler: Handler, value: str = value) -> None:
            headers = {"Content-Length": len(JPEG), "Content-Type": "image/jpeg", name: value}
            handler.answer(status, headers, JPEG)
            handler.close_connection = True

        server.routes[f"/{number}"] = answer
        urls.append(server.url(f"/{number}"))
    told = measure_many(tmp_path / "images.json", urls)
    assert told[urls[0]] == ""
    assert len(told) == len(urls)
    assert not any("report" in message for message in told.values())


def test_a_bug_costs_one_image(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.routes |= {"/a": serve(JPEG), "/b": serve(JPEG[:-2] + b"  ")}

    def fail(content: bytes) -> object:
        if content != JPEG:
            raise KeyError("made up")
        return read(content)

    read = remote.read_whole
    monkeypatch.setattr(remote, "read_whole", fail)
    a, b = server.url("/a"), server.url("/b")
    bug = "feedpub failed on this image (KeyError: 'made up'). Please report it, with the image"
    assert measure_many(tmp_path / "images.json", [a, b]) == {a: "", b: bug}


def test_a_silent_server_is_given_up(tmp_path: Path) -> None:
    with listening_in_silence() as (port, accepted):
        urls = [f"http://127.0.0.1:{port}/{number}.jpg" for number in range(40)]
        told = measure_many(tmp_path / "images.json", urls, timeout=0.4)
        assert set(told.values()) == {
            f"is on 127.0.0.1:{port}, which failed 3 times in a row (takes longer than 0.4 "
            "seconds), so feedpub asks it again only after an hour"
        }
        first = len(accepted)
        assert first == 4
        later = [f"http://127.0.0.1:{port}/later.jpg"]
        assert measure_many(
            tmp_path / "images.json", [*urls, *later], now=NOW + HOUR - 1, timeout=0.4
        ) == {
            **told,
            later[0]: told[urls[0]],
        }
        assert len(accepted) == first
        measure_many(tmp_path / "images.json", urls, now=NOW + HOUR, timeout=0.4)
        assert len(accepted) > first


def test_a_server_that_refuses_is_given_up(server: Server, tmp_path: Path) -> None:
    port = find_closed_port()
    urls = [f"http://127.0.0.1:{port}/{number}.jpg" for number in range(9)]
    server.routes["/good"] = serve(JPEG)
    told = measure_many(tmp_path / "images.json", [*urls, server.url("/good")])
    assert told.pop(server.url("/good")) == ""
    assert {message.partition("(")[0] for message in told.values()} == {
        f"is on 127.0.0.1:{port}, which failed 3 times in a row "
    }


def test_two_failures_are_remembered_one_by_one(server: Server, tmp_path: Path) -> None:
    with listening_in_silence() as (port, accepted):
        slow = [f"http://127.0.0.1:{port}/{number}" for number in range(2)]
        cache = tmp_path / ".feedpub" / "images.json"
        told = measure_many(cache, slow, timeout=0.4)
        assert set(told.values()) == {"takes longer than 0.4 seconds"}
        assert set(measure_many(cache, slow, now=NOW + 9, timeout=0.4).values()) == {
            "takes longer than 0.4 seconds. This was less than an hour ago, so feedpub did not "
            "ask again. To ask at once, remove .feedpub/remote-failures.json"
        }
        assert len(accepted) == 2
        (tmp_path / ".feedpub/remote-failures.json").unlink()
        measure_many(cache, slow, now=NOW + 9, timeout=0.4)
        assert len(accepted) == 4


def test_an_answer_clears_the_failures_before_it(server: Server, tmp_path: Path) -> None:
    with listening_in_silence() as (port, accepted):
        silent = f"http://127.0.0.1:{port}/"
        server.routes |= {"/good": serve(JPEG), "/bad": redirect(silent)}
        cache = tmp_path / "images.json"
        urls = [server.url(f"/bad?{number}") for number in range(20)]
        told = measure_many(cache, [*urls, server.url("/good")], timeout=0.4)
        # The server that redirects answers; the one that it leads to is given up.
        assert told.pop(server.url("/good")) == ""
        assert {message.partition(",")[0] for message in told.values()} == {
            f"is on 127.0.0.1:{port}"
        }
        assert len(accepted) <= 8


@pytest.mark.parametrize("content", [b"", b"{}", b"feedpub remote-failures 1 0\n{}", b"\xff" * 99])
def test_a_broken_memory_is_no_memory(server: Server, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "remote-failures.json").write_bytes(content)
    server.routes["/a"] = serve(JPEG)
    assert measure_many(tmp_path / "images.json", [server.url("/a")]) == {server.url("/a"): ""}


def test_without_a_clock_nothing_is_remembered(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{find_closed_port()}/"
    for _ in range(2):
        told = measure_many(tmp_path / "images.json", [url], now=0)
        assert told[url].startswith("can't be reached")
    assert not (tmp_path / "remote-failures.json").exists()


def test_images_that_failed_are_asked_for_last(tmp_path: Path) -> None:
    bad = f"http://127.0.0.1:{find_closed_port()}/"
    measure_many(tmp_path / "images.json", [bad])
    failures = RecentFailures(tmp_path, now=NOW + HOUR)
    assert failures.find(bad) is None
    assert failures.order([bad, "http://127.0.0.1/z"]) == ["http://127.0.0.1/z", bad]


def test_one_warning_tells_of_a_server(tmp_path: Path) -> None:
    port = find_closed_port()
    rows = [
        {**GOOD, "id": str(n), "images": [f"http://127.0.0.1:{port}/{n}.jpg"]} for n in range(30)
    ]
    toml = STANDARD_TOML.replace("[[source]]", "allow_loopback = true\n\n[[source]]")
    toml += 'remote_images = "measure"\n'
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines(*rows)}, toml)
    result = run_cli(site, "build")
    assert result.exit_code == 0
    (warning,) = result.stderr.splitlines()
    assert warning.startswith("sources/a.jsonl:1: warning: images: ")
    assert warning.endswith(
        "so feedpub asks it again only after an hour; it is left out, and so is every other image "
        "there that is not measured yet"
    )
    assert run_cli(site, "build").stderr == result.stderr
