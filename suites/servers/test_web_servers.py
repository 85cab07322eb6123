"""nginx and Caddy with the example configurations: types, 304, gzip, caching, CORS."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from lxml import etree
from lxml import html as markup

from suites.servers.running import run_caddy, run_nginx
from suites.servers.sites import build_site

FEEDS = Path(__file__).parent.parent.parent / "feeds"
UTF8 = "; charset=utf-8"


class Answer(NamedTuple):
    """What a web server answers."""

    status: int
    headers: http.client.HTTPMessage
    content: bytes


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def base(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the sample, with what it does not have yet; gives the URL of the output folder."""
    folder = tmp_path_factory.mktemp("web")
    served = folder / "served"
    feeds = shutil.copytree(FEEDS, served / "feeds")
    write_missing(feeds)
    packed = build_site(folder / "packed", base="http://127.0.0.1/packed", site="compress = true")
    shutil.copytree(packed, feeds / "packed")
    run = run_nginx if request.param == "nginx" else run_caddy
    with run(folder, served) as url:
        yield f"{url}/feeds"


def write_missing(feeds: Path) -> None:
    """Write what the sample may not have: pages, JSON, an old name, a temporary file."""
    for name in ("page.html", "section.json", "index.opml", "rss_old.xml", ".feedpub-0a.tmp"):
        (feeds / name).write_text("ä" * 2000, encoding="utf-8")


def get(url: str, headers: Mapping[str, str] | None = None) -> Answer:
    """Ask as a reader does."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=30)
    connection.request("GET", parts.path, headers=dict(headers or {}))
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return Answer(answer.status, answer.headers, content)


def name_media(suffix: str) -> str:
    return next(f"media/{path.name}" for path in sorted((FEEDS / "media").glob(f"*.{suffix}")))


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("river-voice.rss", "application/rss+xml" + UTF8),
        ("all.atom", "application/atom+xml" + UTF8),
        ("section.json", "application/feed+json"),
        ("page.html", "text/html" + UTF8),
        ("index.opml", "text/x-opml" + UTF8),
        ("rss_old.xml", "application/xml" + UTF8),
        (name_media("jpg"), "image/jpeg"),
        (name_media("png"), "image/png"),
        (name_media("webp"), "image/webp"),
    ],
)
def test_serves_each_file_with_its_type_and_age(base: str, path: str, kind: str) -> None:
    answer = get(f"{base}/{path}")
    assert answer.status == 200
    assert answer.headers.get_all("Content-Type") == [kind]
    age = "max-age=31536000, immutable" if path.startswith("media/") else "max-age=300"
    assert answer.headers.get_all("Cache-Control") == [f"public, {age}"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    allowed = answer.headers["Access-Control-Allow-Origin"]
    assert allowed == ("*" if path.endswith(".json") else None)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("path", ["river-voice.rss", "packed/all.atom", name_media("jpg")])
def test_reader_that_has_a_file_is_told_so(base: str, path: str, packed: bool) -> None:
    accepted = {"Accept-Encoding": "gzip"} if packed else {}
    first = get(f"{base}/{path}", accepted)
    assert first.status == 200
    for header, validator in (
        ("If-None-Match", first.headers["ETag"]),
        ("If-Modified-Since", first.headers["Last-Modified"]),
    ):
        assert validator is not None
        again = get(f"{base}/{path}", {**accepted, header: validator})
        assert (again.status, again.content) == (304, b"")
    assert get(f"{base}/{path}", {"If-None-Match": '"another"'}).status == 200


@pytest.mark.parametrize("path", ["river-voice.rss", "packed/all.rss", "page.html", "index.opml"])
def test_packs_what_is_text_for_readers_that_unpack(base: str, path: str) -> None:
    plain = get(f"{base}/{path}")
    assert plain.headers["Content-Encoding"] is None
    packed = get(f"{base}/{path}", {"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Content-Type"] == plain.headers["Content-Type"]
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content)


def test_sends_the_packed_copy_itself(base: str, tmp_path: Path) -> None:
    packed = get(f"{base}/packed/river.rss", {"Accept-Encoding": "gzip"}).content
    assert packed == get(f"{base}/packed/river.rss.gz").content
    assert packed[:10] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"


def test_images_are_sent_as_they_are(base: str) -> None:
    answer = get(f"{base}/{name_media('jpg')}", {"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] is None
    assert answer.content == (FEEDS / name_media("jpg")).read_bytes()


@pytest.mark.parametrize("agent", ["", "curl/8.0", "Feedly/1.0", "Mozilla/5.0 (bot)"])
def test_serves_any_reader(base: str, agent: str) -> None:
    assert get(f"{base}/all.rss", {"User-Agent": agent}).status == 200


@pytest.mark.parametrize("path", [".feedpub-0a.tmp", "nothing.rss", "media/.x"])
def test_serves_no_temporary_file(base: str, path: str) -> None:
    assert get(f"{base}/{path}").status == 404


def test_every_file_of_the_sample_has_the_type_that_its_manifest_says(base: str) -> None:
    lines = json.loads((FEEDS / "manifest.json").read_text())["files"]
    assert len(lines) > 10
    found = {
        line["path"]: get(f"{base}/{line['path']}").headers.get_content_type() for line in lines
    }
    assert found == {line["path"]: line["type"] for line in lines}


def find_values(root: etree._Element, path: str) -> list[str]:
    """Find the texts and attributes that an XPath names."""
    found = root.xpath(path)
    assert isinstance(found, list)
    return [str(value) for value in found]


def list_links(url: str, answer: Answer) -> set[str]:
    """List the URLs that a page or a feed names, without fragments."""
    kind, content = answer.headers.get_content_type(), answer.content
    if kind == "text/html":
        page = markup.fromstring(content)
        found = find_values(
            page, "//@href | //@src | //@poster | //meta/@content[starts-with(., 'http')]"
        )
        for listed in find_values(page, "//@srcset | //@imagesrcset"):
            found += [copy.split()[0] for copy in listed.split(", ")]
    elif kind.endswith("xml") or kind == "text/x-opml":
        root = etree.fromstring(content)
        found = find_values(root, "//@href | //@url | //@xmlUrl | //@htmlUrl")
        texts = find_values(root, "//text()")
        found += [text for text in texts if text.startswith("http")]
        for body in [text for text in texts if "<" in text]:
            found += find_values(markup.fromstring(body), "//@href | //@src")
    else:
        found = re.findall(r"https?://[^\s\"<>\\]+", content.decode("utf-8", "replace"))
    # A text is a URL, and not a sentence, if it is one word.
    words = [text.strip() for text in found if text.strip() and not re.search(r"\s", text.strip())]
    return {urldefrag(urljoin(url, word)).url for word in words}


def test_crawler_finds_no_dead_link(base: str) -> None:
    """Walk from the feeds and the front page over everything that the sample names as its own."""
    published = "https://news.example.com/feeds/"
    waiting = {f"{base}/{name}" for name in ("index.html", "all.rss", "feeds.opml", "robots.txt")}
    seen: dict[str, int] = {}
    while waiting:
        url = waiting.pop()
        answer = get(url)
        seen[url] = answer.status
        if answer.status != 200 or answer.headers.get_content_maintype() == "image":
            continue
        for link in list_links(url, answer):
            local = link.replace(published, f"{base}/", 1)
            is_ours = local.startswith(f"{base}/") and re.search(r"\.[a-z]+$", local)
            if is_ours and local not in seen:
                waiting.add(local)
    assert {url: status for url, status in seen.items() if status != 200} == {}
    pages = {path.relative_to(FEEDS).as_posix() for path in FEEDS.rglob("*.html")}
    assert {f"{base}/{path}" for path in pages} <= seen.keys()
    assert f"{base}/sitemap.xml" in seen and len(seen) > 50
    # The copies of images that pages offer by their widths.
    copies = {path.relative_to(FEEDS).as_posix() for path in FEEDS.glob("media/*.webp")}
    assert copies
    assert {f"{base}/{path}" for path in copies} <= seen.keys()
