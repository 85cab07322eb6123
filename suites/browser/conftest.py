"""The browser, the sites that it looks at, and what no page may ever do in it."""

from __future__ import annotations

import functools
import json
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any  # what a page gives back

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from suites.browser import sites

FOLDER = Path(__file__).parent
_FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
    # Whatever a page asks for elsewhere is not found, and the test that looks for it sees it.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that keeps pictures."""
    parser.addoption("--pictures", action="store_true", help="keep pictures of the pages")


@dataclass(frozen=True)
class Site:
    """A built site: its folder, and where it is served."""

    folder: Path
    url: str

    @property
    def pages(self) -> list[str]:
        """The paths of its pages, the front page first."""
        paths = self.folder.rglob("*.html")
        names = sorted(path.relative_to(self.folder).as_posix() for path in paths)
        return sorted(names, key=lambda name: name != "index.html")

    @property
    def types(self) -> Mapping[str, str]:
        """The media type of each file, as its manifest has them."""
        return read_types(self.folder)


@functools.cache
def read_types(folder: Path) -> dict[str, str]:
    """Read the media types of a site's files."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return {file["path"]: file["type"] for file in manifest["files"]}


class _Handler(SimpleHTTPRequestHandler):
    """Serves a folder with the types that its manifest has."""

    def guess_type(self, path: str | Any) -> str:
        folder = Path(self.directory)
        below = Path(path).relative_to(folder).as_posix()
        return read_types(folder).get(below, "application/octet-stream")

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Site]]:
    """Every site, built and served on loopback."""
    found, servers = {}, []
    for name, build in (
        ("sample", sites.build_sample),
        ("right-to-left", sites.build_right_to_left),
        ("languages", sites.build_languages),
        ("hard", sites.build_hard),
        ("whole", sites.build_whole),
        ("words", sites.build_words),
        ("own", sites.build_own),
        ("chinese", sites.build_chinese),
        ("many", sites.build_many),
        ("plain", sites.build_plain),
        ("six", sites.build_six),
    ):
        folder = build(tmp_path_factory.mktemp(name))
        handler = functools.partial(_Handler, directory=str(folder))
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        found[name] = Site(folder, f"http://127.0.0.1:{server.server_port}/")
    yield found
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium; Playwright's own is never downloaded."""
    path = shutil.which("chromium")
    assert path is not None, "there is no chromium; .ci/debian.txt lists what to install"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        yield browser
        browser.close()


@dataclass
class Visitor:
    """Opens pages in a browser that knows nothing, and keeps what they complain of."""

    browser: Browser
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(self, url: str, *, width: int = 1280, **options: Any) -> Page:
        """Open a page in a window of a width; `options` are those of a browser context."""
        height = 900 if width > 500 else 740
        context = self.browser.new_context(viewport={"width": width, "height": height}, **options)
        self.contexts.append(context)
        page = context.new_page()
        # A violation of the content security policy is an error in the console.
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"{url}: {error}"))
        page.on("request", lambda request: self.asked.append(request.url))
        page.goto(url)
        return page

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.location['url']}: {message.text}")


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[Visitor]:
    """What opens pages; at the end none complained, and none asked for anything elsewhere."""
    visitor = Visitor(chromium)
    yield visitor
    for context in visitor.contexts:
        context.close()
    own = ("http://127.0.0.1:", "data:")
    assert [url for url in visitor.asked if not url.startswith(own)] == []
    assert visitor.complaints == []


@pytest.fixture(scope="session")
def axe() -> str:
    """The code that looks for what people cannot use."""
    return (FOLDER / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def keep(pytestconfig: pytest.Config) -> Callable[[Page, str], None]:
    """What keeps a picture of a page for people to look at, if any are wanted."""
    folder = FOLDER / "screenshots"
    folder.mkdir(exist_ok=True)
    is_wanted = pytestconfig.getoption("--pictures")

    def keep_picture(page: Page, name: str) -> None:
        if is_wanted:
            page.screenshot(path=folder / f"{name}.png", full_page=True)

    return keep_picture
