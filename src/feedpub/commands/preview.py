"""A preview of the output folder over HTTP, only for this computer."""

from __future__ import annotations

import html
import mimetypes
import os
import socket
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.utils import send_file
from werkzeug.wrappers import Request, Response

from feedpub.errors import OutputError
from feedpub.feeds import FORMATS
from feedpub.output import MANIFEST, MEDIA, ManifestError, ManifestLine, read_manifest

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HOST = "127.0.0.1"
_INDEX = "index.html"
_OWN_TYPES = {f".{form.suffix}": form.type for form in FORMATS.values()} | {".opml": "text/x-opml"}


class Preview:
    """A WSGI application that serves the files of an output folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
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
        found = self._find(path)
        if found is None and path == _INDEX:
            return Response(self._list(), mimetype="text/html")
        if found is None:
            raise NotFound
        kind = self._type_of(path)
        response = send_file(found, request.environ, mimetype=kind)
        response.headers["Content-Type"] = kind  # exactly, because werkzeug changes charsets
        return response

    def _find(self, path: str) -> Path | None:
        """Find a regular file in the folder that is not hidden and not behind a symbolic link."""
        found, mode = self._folder, stat.S_IFDIR
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

    def _list(self) -> str:
        """List the files in the manifest except media, for a folder without an index page."""
        names = [name for name in self._read_manifest() if not name.startswith(f"{MEDIA}/")]
        links = (f'<li><a href="{quote(name)}">{html.escape(name)}</a></li>' for name in names)
        head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>feedpub</title>'
        return f"{head}<h1>Feeds</h1><ul>{''.join(links)}</ul>"

    def _read_manifest(self) -> Mapping[str, ManifestLine]:
        try:
            return read_manifest(self._folder)
        except ManifestError:  # the next build writes it again
            return {}


class _QuietHandler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Log nothing."""


def open_preview(folder: Path, port: int) -> BaseWSGIServer:
    """Listen on this computer for requests of an output folder; port 0 picks a free one.

    Raises:
        OutputError: The folder does not exist, or the port is taken.
    """
    if not folder.is_dir():
        raise OutputError(f"{folder}: does not exist. To make it, run `feedpub build`.")
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
            Preview(folder),
            threaded=True,
            request_handler=_QuietHandler,
            fd=listening.fileno(),
        )
