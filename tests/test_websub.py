"""WebSub: which feeds a hub is told of, what it is sent, and what happens where it is down."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from feedpub.errors import OutputError
from feedpub.publish.websub import Topic, find_topic, ping
from serving import Handler, Route, Server
from support import Result, make_site, run_cli, to_json_lines

ATOM = 'xmlns="http://www.w3.org/2005/Atom"'
RECORDS = (
    {"id": "1", "title": "Lock", "section": "River", "updated": "2020-05-25"},
    {"id": "2", "title": "Leaves", "section": "Tea", "updated": "2020-05-23"},
)
HUB, SELF = "https://hub.example.com/", "https://news.example.com/feeds/a.atom"


@pytest.mark.parametrize(
    ("content", "topic"),
    [
        (
            f'<feed {ATOM}><link rel="self" href="{SELF}"/><link rel="hub" href="{HUB}"/></feed>',
            Topic(HUB, SELF),
        ),
        (
            f'<rss xmlns:a="http://www.w3.org/2005/Atom"><channel><a:link rel="hub" href="{HUB}"/>'
            f'<a:link rel="self" href="{SELF}"/></channel></rss>',
            Topic(HUB, SELF),
        ),
        (
            json.dumps({"feed_url": SELF, "hubs": [{"type": "WebSub", "url": HUB}]}),
            Topic(HUB, SELF),
        ),
        (f'<feed {ATOM}><link rel="self" href="{SELF}"/></feed>', None),
        (f'<feed {ATOM}><link rel="hub" href="{HUB}"/></feed>', None),
        (
            f'<feed {ATOM}><link rel="self" href="{SELF}"/><entry><link rel="hub" href="{HUB}"/>'
            "</entry></feed>",
            None,
        ),
        (json.dumps({"feed_url": SELF, "hubs": [{"type": "rssCloud", "url": HUB}]}), None),
        (json.dumps({"feed_url": SELF}), None),
        ("<rss/>", None),
        ("<rss>", None),
        ("{", None),
        ("", None),
    ],
)
def test_finds_the_hub_that_a_feed_names(content: str, topic: Topic | None) -> None:
    assert find_topic(content.encode()) == topic


def answer(*statuses: int, told: list[Mapping[str, list[str]]] | None = None) -> Route:
    """Answer with one status after the other, the last for ever, and note what is sent."""
    left = list(statuses)

    def route(handler: Handler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"])).decode()
        assert handler.headers["Content-Type"] == "application/x-www-form-urlencoded"
        if told is not None:
            told.append(parse_qs(body, strict_parsing=True))
        handler.answer(left.pop(0) if len(left) > 1 else left[0], {"Content-Length": 0})

    return route


@pytest.mark.parametrize(
    ("statuses", "asked", "failure"),
    [
        ((204,), 1, None),
        ((202,), 1, None),
        ((200,), 1, None),
        ((503, 429, 204), 3, None),
        ((503,), 3, "answers with status 503"),
        ((404,), 1, "answers with status 404"),
        ((400,), 1, "answers with status 400"),
    ],
)
def test_hub_is_asked_again_where_that_may_help(
    server: Server, statuses: tuple[int, ...], asked: int, failure: str | None
) -> None:
    told: list[Mapping[str, list[str]]] = []
    server.routes["/hub"] = answer(*statuses, told=told)
    topic = Topic(server.url("/hub"), "https://news.example.com/feeds/a.rss?x=1&y=ä")
    if failure is None:
        ping(topic, allow_loopback=True, delays=(0, 0))
    else:
        with pytest.raises(OutputError, match=failure):
            ping(topic, allow_loopback=True, delays=(0, 0))
    assert told == [{"hub.mode": ["publish"], "hub.url": [topic.url]}] * asked


def test_hub_on_this_computer_is_told_only_where_that_is_allowed(server: Server) -> None:
    with pytest.raises(OutputError, match="which is not a public address"):
        ping(Topic(server.url("/hub"), SELF), delays=())
    assert server.asked == []


@pytest.fixture(autouse=True)
def no_delays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedpub.publish.websub.time.sleep", lambda seconds: None)


def publish(site: Path, hub: str, *records: Mapping[str, object], options: str = "") -> Result:
    toml = (
        '[site]\ntitle = "Example Voice"\nlink = "https://news.example.com/"\n'
        f'timezone = "Asia/Shanghai"\ntag = "news.example.com,2020"\nhub = "{hub}"\n'
        'allow_loopback = true\n[[source]]\npath = "sources"\n'
        '[section.river]\naliases = ["old.rss"]\n'
    )
    make_site(site, {"sources/a.jsonl": to_json_lines(*records)}, toml)
    assert run_cli(site, "build").exit_code == 0
    return run_cli(site, "publish", "web", *options.split())


def test_hub_is_told_once_of_each_feed_that_changed(tmp_path: Path, server: Server) -> None:
    told: list[Mapping[str, list[str]]] = []
    server.routes["/hub"] = answer(204, told=told)
    hub = server.url("/hub")

    def list_told() -> list[str]:
        urls = sorted(body["hub.url"][0] for body in told)
        told.clear()
        return [url.removeprefix("https://news.example.com/feeds/") for url in urls]

    publish(tmp_path, hub, *RECORDS, options="--dry-run")
    assert list_told() == []
    result = publish(tmp_path, hub, *RECORDS)
    assert (result.exit_code, result.stderr) == (0, "")
    # An alias is no feed of its own: it has the address of the feed that it is a copy of.
    every = [f"{slug}.{suffix}" for slug in ("all", "river", "tea") for suffix in ("atom", "rss")]
    assert list_told() == every
    publish(tmp_path, hub, *RECORDS)
    assert list_told() == []
    publish(tmp_path, hub, {**RECORDS[0], "title": "A lock"}, RECORDS[1])
    assert list_told() == ["all.atom", "all.rss", "river.atom", "river.rss"]


def test_hub_that_is_down_is_a_warning_and_asked_for_one_feed_alone(
    tmp_path: Path, server: Server
) -> None:
    server.routes["/hub"] = answer(503)
    result = publish(tmp_path, server.url("/hub"), *RECORDS)
    assert result.exit_code == 0
    (warning,) = result.stderr.splitlines()
    assert warning.startswith("web: warning: hub: ")
    assert "was not told of every feed that changed: it answers with status 503" in warning
    assert len(server.asked) == 3
    assert (tmp_path / "web" / "manifest.json").read_bytes() == (
        tmp_path / "feeds" / "manifest.json"
    ).read_bytes()


def test_no_ping_tells_nothing_and_says_that_feeds_promise_otherwise(
    tmp_path: Path, server: Server
) -> None:
    result = publish(tmp_path, server.url("/hub"), *RECORDS, options="--no-ping")
    assert result.exit_code == 0
    assert "is the hub of these feeds, and wasn't told that they changed" in result.stderr
    assert server.asked == []
    again = publish(tmp_path, server.url("/hub"), *RECORDS, options="--no-ping")
    assert again.stderr == ""
