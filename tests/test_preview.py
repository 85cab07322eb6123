"""feedpub serve: what it answers over HTTP, and what it never gives away."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import lxml.html
import pytest
from lxml import etree

from feedpub.commands.preview import Preview, open_preview
from feedpub.errors import OutputError
from support import make_image, make_site, run_cli, to_json_lines

TOML = """\
[site]
title = "Example Voice"
link = "https://news.example.com/"
timezone = "Asia/Shanghai"
tag = "news.example.com,2020"
formats = ["rss", "atom", "json"]

[[source]]
path = "sources"
"""
SHANGHAI = ZoneInfo("Asia/Shanghai")
BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"
RECORD = {
    "id": "1",
    "title": "Lock opens",
    "section": "River",
    "updated": "2020-05-25",
    "images": "a.png",
}


def read_text(element: etree._Element) -> str:
    """Read the text inside an element."""
    return "".join(map(str, element.itertext()))


class Answer:
    """What a server answered."""

    def __init__(self, port: int, target: str, method: str = "GET", **headers: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, target, headers=given)
        response = connection.getresponse()
        self.status, self.headers, self.body = response.status, response.headers, response.read()
        connection.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = tmp_path_factory.mktemp("site")
    picture = make_image("PNG", 800, 600)
    make_site(site, {"sources/a.jsonl": to_json_lines(RECORD), "sources/a.png": picture}, TOML)
    assert run_cli(site, "build").exit_code == 0
    feeds = site / "feeds"
    (site / "secret.txt").write_text("secret")
    (feeds / ".hidden").write_text("secret")
    (feeds / ".git").mkdir()
    (feeds / ".git" / "config").write_text("secret")
    (feeds / "link.txt").symlink_to(site / "secret.txt")
    (feeds / "linked").symlink_to(site)
    (feeds / "own").mkdir()
    (feeds / "own" / "index.html").write_text("<!doctype html><title>Own</title>")
    (feeds / "notes.txt").write_text("notes")
    (feeds / "blob").write_bytes(b"\0")
    os.mkfifo(feeds / "pipe")
    return site


@pytest.fixture(scope="module")
def port(site: Path) -> Iterator[int]:
    with serving(Preview(site / "feeds", SHANGHAI)) as port:
        yield port


@contextmanager
def serving(preview: Preview) -> Iterator[int]:
    """Serve at a free port."""
    server = open_preview(preview, 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("river.rss", "application/rss+xml; charset=utf-8"),
        ("river.atom", "application/atom+xml; charset=utf-8"),
        ("river.json", "application/feed+json; charset=utf-8"),
        ("feeds.opml", "text/x-opml; charset=utf-8"),
        ("manifest.json", "application/json; charset=utf-8"),
        ("own/index.html", "text/html; charset=utf-8"),
        ("notes.txt", "text/plain; charset=utf-8"),
        ("blob", "application/octet-stream"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_serves_files_with_their_media_types(
    site: Path, port: int, method: str, path: str, kind: str
) -> None:
    answer = Answer(port, f"/{path}?a=%2F", method)
    content = (site / "feeds" / path).read_bytes()
    assert (answer.status, answer.headers["Content-Type"]) == (200, kind)
    assert answer.headers["Content-Length"] == str(len(content))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.body == (content if method == "GET" else b"")


def test_serves_media_by_the_type_of_the_manifest(site: Path, port: int) -> None:
    (path,) = (site / "feeds" / "media").iterdir()
    answer = Answer(port, f"/media/{path.name}")
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.body == path.read_bytes()


def test_answers_304_for_what_a_reader_has(site: Path, port: int) -> None:
    first = Answer(port, "/river.rss")
    etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    for headers in (
        {"If_None_Match": etag},
        {"If_None_Match": f'"other", {etag}'},
        {"If_Modified_Since": modified},
    ):
        answer = Answer(port, "/river.rss", **headers)
        assert (answer.status, answer.body, answer.headers["ETag"]) == (304, b"", etag)
    assert Answer(port, "/river.rss", If_None_Match='"other"').status == 200
    older = "Mon, 01 Jan 2001 00:00:00 GMT"
    assert Answer(port, "/river.rss", If_Modified_Since=older).status == 200


def test_a_feed_that_changes_has_another_etag(site: Path, port: int) -> None:
    path = site / "feeds" / "notes.txt"
    before = Answer(port, "/notes.txt").headers["ETag"]
    path.with_name(".new").write_text("other")
    os.replace(path.with_name(".new"), path)
    assert Answer(port, "/notes.txt", If_None_Match=before).body == b"other"


@pytest.mark.parametrize(
    "target",
    [
        "/missing.rss",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/..%5csecret.txt",
        "/media/../river.rss",
        "/media%2fx.png",
        "/./river.rss",
        "/.hidden",
        "/%2ehidden",
        "/.git/config",
        "/link.txt",
        "/linked/secret.txt",
        "/linked/",
        "/media",
        "/media/",
        "/own",
        "/pipe",
        "/river.rss/",
        "/river.rss%00",
        "/river.rss%00.png",
        "/\\secret.txt",
        "/" + "a" * 5000,
        "/%ff%fe",
    ],
)
def test_gives_nothing_hidden_or_outside_away(port: int, target: str) -> None:
    answer = Answer(port, target)
    assert (answer.status, answer.body) == (404, b"404 Not Found\n")


def test_takes_no_absolute_target_for_a_file(port: int) -> None:
    assert Answer(port, "http://127.0.0.1/../secret.txt").status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PROPFIND"])
def test_changes_nothing(port: int, method: str) -> None:
    answer = Answer(port, "/river.rss", method)
    assert answer.status == 405
    assert sorted(answer.headers["Allow"].split(", ")) == ["GET", "HEAD"]


def test_answers_to_no_other_name_than_its_own(port: int) -> None:
    assert Answer(port, "/river.rss", Host="rebound.example:80").status == 400
    assert Answer(port, "/river.rss", Host=f"localhost:{port}").status == 200


def test_root_lists_the_feeds_where_there_is_no_page(site: Path, port: int) -> None:
    page = Answer(port, "/")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    shown = lxml.html.fromstring(page.body)
    assert [read_text(one) for one in shown.iter("h2")] == [
        *("Example Voice", "Example Voice: River", "Other files"),
    ]
    assert [link.get("href") for link in shown.iter("a")] == [
        *("/all.atom", "/all.atom", "/all.json", "/all.rss"),
        *("/river.atom", "/river.atom", "/river.json", "/river.rss", "/feeds.opml"),
    ]
    assert "Lock opens 2020-05-25 00:00" in " ".join(read_text(shown).split())
    assert "script" not in page.headers["Content-Security-Policy"].replace("script-src 'self'", "")


@pytest.mark.parametrize("path", ["/river.rss", "/river.atom", "/river.json"])
def test_browser_gets_a_feed_as_a_list(site: Path, port: int, path: str) -> None:
    page = Answer(port, path, Accept=BROWSER)
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert page.headers["Vary"] == "Accept"
    shown = lxml.html.fromstring(page.body)
    (headline,) = shown.iter("h2")
    assert read_text(headline) == "Lock opens"
    assert [time.get("datetime") for time in shown.iter("time")] == ["2020-05-25T00:00:00+08:00"]
    assert [link.get("href") for link in shown.iter("a")] == [
        *("/", f"{path}?raw", "https://news.example.com/feeds/river.html#ffe453cf91ba"),
    ]
    assert Answer(port, f"{path}?raw", Accept=BROWSER).body == (site / f"feeds{path}").read_bytes()


def test_list_of_a_feed_runs_nothing_and_leads_nowhere_bad(tmp_path: Path) -> None:
    bad = {
        "id": "x<script>",
        "title": 'A <new> & </h2> "story"',
        "summary": "1 < 2 & <img src=x onerror=alert(1)>",
        "section": "<b>River</b>",
        "updated": "2020-05-25",
    }
    site = make_site(tmp_path, {"sources/a.jsonl": to_json_lines(bad)}, TOML)
    assert run_cli(site, "build").exit_code == 0
    feed = site / "feeds" / "river.json"
    content = json.loads(feed.read_text())
    content["items"][0] |= {"url": "javascript:alert(1)", "summary": "<script>alert(1)</script>"}
    content["title"] = "</title><script>alert(1)</script>"
    feed.write_text(json.dumps(content))
    (site / "feeds" / "all.rss").write_text("<rss><channel><title>&x;")
    with serving(Preview(site / "feeds", SHANGHAI)) as port:
        for path in ("/", "/river.json", "/river.rss", "/all.rss"):
            page = Answer(port, path, Accept=BROWSER)
            shown = lxml.html.fromstring(page.body)
            assert not [*shown.iter("script"), *shown.iter("img"), *shown.iter("b")], path
            assert b"javascript:" not in page.body, path
        assert "This feed is broken" in Answer(port, "/all.rss", Accept=BROWSER).body.decode()
        headline = lxml.html.fromstring(Answer(port, "/river.rss", Accept=BROWSER).body).find(
            ".//h2"
        )
        assert headline is not None
        assert read_text(headline) == 'A <new> & "story"'


def test_browser_gets_a_feed_itself_where_the_site_has_pages(site: Path, port: int) -> None:
    own = site / "feeds" / "index.html"
    own.write_text("<!doctype html><title>Home</title>")
    try:
        answer = Answer(port, "/river.rss", Accept=BROWSER)
        assert answer.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    finally:
        own.unlink()


def test_a_folder_s_page_is_its_index(site: Path, port: int) -> None:
    assert Answer(port, "/own/").body == (site / "feeds/own/index.html").read_bytes()
    own = site / "feeds" / "index.html"
    own.write_text("<!doctype html><title>Home</title>")
    try:
        assert b"Home" in Answer(port, "/").body
    finally:
        own.unlink()


def test_says_that_a_port_cannot_be_served(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OutputError, match=f"127.0.0.1:{port}: .*pass --port 0"):
            open_preview(Preview(tmp_path, SHANGHAI), port)


def test_without_a_sound_manifest_types_go_by_suffixes(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{")
    (tmp_path / "a.rss").write_text("<rss/>")
    server = open_preview(Preview(tmp_path, SHANGHAI), 0)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    answer = Answer(server.port, "/a.rss")
    assert (answer.status, answer.body) == (200, b"<rss/>")
    thread.join()
    server.server_close()


def test_command_prints_its_address_and_ends_quietly(site: Path) -> None:
    command = [sys.executable, "-m", "feedpub", "serve", "--port", "0"]
    with subprocess.Popen(
        command, cwd=site, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline().decode()
            found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/\n", line)
            assert found is not None, line
            assert Answer(int(found[1]), "/river.rss").status == 200
        finally:
            process.send_signal(signal.SIGINT)
            rest = process.communicate()
        assert (process.returncode, rest) == (0, (b"", b""))


def test_command_without_an_output_exits_3(tmp_path: Path) -> None:
    make_site(tmp_path, {"sources/a.jsonl": to_json_lines(RECORD)}, TOML)
    result = run_cli(tmp_path, "serve", "--port", "0")
    assert result.exit_code == 3
    assert "feeds: does not exist. To make it, run `feedpub build`." in result.stderr
