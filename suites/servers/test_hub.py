"""A hub that does as hubs do: told of a feed, it fetches it from where readers do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs
from urllib.request import urlopen

import pytest

from suites.servers.running import run_nginx
from suites.servers.sites import build_site, run_feedpub


class Told(NamedTuple):
    """What a hub was told of, and what it found there at that moment."""

    mode: str
    url: str
    content: bytes


class Hub(ThreadingHTTPServer):
    """A hub on loopback."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.told: list[Told] = []
        self.url = f"http://127.0.0.1:{self.server_port}/"


class _Handler(BaseHTTPRequestHandler):
    server: Hub

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode("ascii")
        form = parse_qs(body, strict_parsing=True)
        ((mode,), (url,)) = form.pop("hub.mode"), form.pop("hub.url")
        with urlopen(url) as answer:
            self.server.told.append(Told(mode, url, answer.read()))
        self.send_response(202 if not form else 400)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def hub() -> Iterator[Hub]:
    server = Hub()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_hub_finds_what_it_is_told_of_where_readers_look(hub: Hub, tmp_path: Path) -> None:
    served = tmp_path / "served"
    served.mkdir()
    settings = f'hub = "{hub.url}"\nallow_loopback = true\n'
    with run_nginx(tmp_path, served) as web:
        for name in ("before", "after"):
            feeds = build_site(
                tmp_path / name, base=f"{web}/feeds", changed=name == "after", site=settings
            )
            done = run_feedpub(feeds.parent, "publish", str(served / "feeds"))
            assert done.stderr == ""
            told = {entry.url.removeprefix(f"{web}/feeds/"): entry.content for entry in hub.told}
            assert {entry.mode for entry in hub.told} == {"publish"}
            assert len(hub.told) == len(told)  # each once
            assert told == {path: (feeds / path).read_bytes() for path in told}
            sections = {"all", "river", "tea", "harbor" if name == "after" else "stage"}
            assert {path.partition(".")[0] for path in told} == sections
            hub.told.clear()
            run_feedpub(feeds.parent, "publish", str(served / "feeds"))
            assert hub.told == []
