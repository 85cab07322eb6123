"""A preview of the output folder over HTTP, only for this computer."""

from __future__ import annotations

import mimetypes
import os
import socket
import stat
from collections.abc import Iterable, Mapping
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.utils import send_file
from werkzeug.wrappers import Request, Response

from feedpub.commands.readable import POLICY, render_feed_list, render_index
from feedpub.commands.reloading import SCRIPT, SCRIPT_PATH, STATE_PATH, Changes, add_script
from feedpub.errors import OutputError
from feedpub.feeds import FORMATS
from feedpub.files import read_regular
from feedpub.output import (
    FEED_TYPES,
    MANIFEST,
    ManifestError,
    ManifestLine,
    is_archive,
    read_manifest,
    slug_of,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HOST = "127.0.0.1"
_INDEX = "index.html"
_HTML = "text/html; charset=utf-8"
_WAIT = 20.0  # seconds that a page waits for a change before it asks again
_OWN_TYPES = {f".{form.suffix}": form.type for form in FORMATS.values()} | {".opml": "text/x-opml"}


class Preview:
    """A WSGI application that serves the files of an output folder.

    In a folder without pages, a browser gets lists that people can read. With `changes`, each page
    reloads when the output is another.
    """

    def __init__(self, folder: Path, zone: tzinfo, changes: Changes | None = None) -> None:
        self.folder = folder
        self._zone = zone
        self._changes = changes
        # An instance has only Python's own table, not the host's.
        self._types = mimetypes.MimeTypes()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        # Otherwise a page elsewhere could read these files by a name that points here.
        request.trusted_hosts = [HOST, "localhost"]
        try:
            response = self._answer(request)
        except HTTPException as error:
            response = Response(f"{error.code} {error.name}\n", error.code)
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        _ = request.host  # raises if the host is not trusted
        if request.method not in ("GET", "HEAD"):
            return Response("405 Method Not Allowed\n", 405, headers={"Allow": "GET, HEAD"})
        # The path as it was sent, because an encoded slash is not a separator.
        sent = str(request.environ["REQUEST_URI"]).partition("?")[0].lower()
        if "%2f" in sent or "%5c" in sent:
            raise NotFound
        path = request.path.removeprefix("/")
        if path.endswith("/") or not path:
            path += _INDEX
        if self._changes is not None and path in (SCRIPT_PATH, STATE_PATH):
            return self._tell_of_changes(self._changes, path, request)
        found = self._find(path)
        if found is None and path != _INDEX:
            raise NotFound
        kind = self._type_of(path)
        if (page := self._make_page(request, path, found)) is not None:
            return page
        if found is None:
            raise NotFound
        if self._changes is not None and kind == _HTML:
            return self._answer_page(read_regular(found))
        response = send_file(found, request.environ, mimetype=kind)
        response.headers["Content-Type"] = kind  # exactly, because werkzeug changes charsets
        return response

    def _tell_of_changes(self, changes: Changes, path: str, request: Request) -> Response:
        if path == SCRIPT_PATH:
            return Response(SCRIPT, mimetype="text/javascript")
        return Response(changes.wait(request.args.get("seen", ""), _WAIT), mimetype="text/plain")

    def _make_page(self, request: Request, path: str, found: Path | None) -> Response | None:
        """Make the list of all feeds, or of one feed's headlines, where the site has no pages.

        Feed readers, which don't ask for HTML, get the feed itself.
        """
        if self._find(_INDEX) is not None:
            return None
        if path == _INDEX:
            return self._answer_list(self._list_feeds())
        is_browser = request.headers.get("Accept", "").startswith("text/html")
        if found is None or not is_browser or "raw" in request.args or slug_of(path) is None:
            return None
        response = self._answer_list(render_feed_list(path, read_regular(found), self._zone))
        response.headers["Vary"] = "Accept"
        return response

    def _answer_list(self, page: str) -> Response:
        response = self._answer_page(page.encode("utf-8", "replace"))
        response.headers["Content-Security-Policy"] = POLICY
        return response

    def _answer_page(self, page: bytes) -> Response:
        if self._changes is not None:
            page = add_script(page, self._changes.state)
        return Response(page, mimetype="text/html", headers={"Cache-Control": "no-store"})

    def _find(self, path: str) -> Path | None:
        """Find a regular file in the folder that is not hidden and not behind a symbolic link."""
        found, mode = self.folder, stat.S_IFDIR
        for part in path.split("/"):
            if not part or part.startswith(".") or "\\" in part or "\0" in part:
                return None
            found = found / part
            try:
                mode = os.lstat(found).st_mode
            except OSError:  # missing, below a file, or with too long a name
                return None
            if stat.S_ISLNK(mode):
                return None
        return found if stat.S_ISREG(mode) else None

    def _type_of(self, path: str) -> str:
        line = self._read_manifest().get(path)
        suffix = os.path.splitext(path)[1]
        if line is not None:
            kind = line.type
        elif path == MANIFEST:
            kind = "application/json"
        else:
            guessed = self._types.guess_type(path)[0] or "application/octet-stream"
            kind = _OWN_TYPES.get(suffix, guessed)
        is_text = kind.startswith("text/") or kind.endswith(("+xml", "json"))
        return f"{kind}; charset=utf-8" if is_text else kind

    def _list_feeds(self) -> str:
        """List the files in the manifest."""
        contents: dict[str, bytes] = {}
        others: list[str] = []
        for path, line in self._read_manifest().items():
            found = self._find(path) if line.type in FEED_TYPES else None
            content = None if found is None else read_regular(found)
            if content is None or is_archive(content):
                others.append(path)
            else:
                contents[path] = content
        return render_index(contents, others, self._zone)

    def _read_manifest(self) -> Mapping[str, ManifestLine]:
        try:
            return read_manifest(self.folder)
        except ManifestError:  # the next build writes it again
            return {}


class _QuietHandler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Log nothing."""


def open_preview(preview: Preview, port: int) -> BaseWSGIServer:
    """Listen on this computer for requests of an output folder; port 0 picks a free one.

    Raises:
        OutputError: The port is taken.
    """
    try:
        listening = socket.create_server((HOST, port))
    except OSError as error:
        message = f"{HOST}:{port}: {error.strerror}. To use a free port, pass --port 0."
        raise OutputError(message) from error
    # werkzeug gets a socket, because its own code ends the process if the port is taken.
    with listening:
        return make_server(
            HOST,
            port,
            preview,
            threaded=True,
            request_handler=_QuietHandler,
            fd=listening.fileno(),
        )
