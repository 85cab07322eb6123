"""A store that fsspec supports: S3, SFTP, and others that have a package for it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import PurePosixPath
from threading import Lock
from typing import Protocol, cast
from urllib.parse import unquote

from feedpub.errors import ConfigError
from feedpub.files import name_temporary
from feedpub.publish.addresses import Address
from feedpub.publish.stores import Headers, Listing

_SFTP = frozenset({"sftp", "ssh"})
_EXTRAS = {"s3": "s3", "s3a": "s3", "sftp": "sftp", "ssh": "sftp"}
_OPTIONS: Mapping[str, Mapping[str, object]] = {
    # One request for a whole file: s3fs would ask for its length first.
    "s3": {"max_concurrency": 1},
    "s3a": {"max_concurrency": 1},
}


def _azure_settings(headers: Headers) -> Mapping[str, object]:
    settings = {"content_type": headers.content_type, "cache_control": headers.cache_control}
    return {"content_settings": settings}


def _google_settings(headers: Headers) -> Mapping[str, object]:
    fixed = {"cache_control": headers.cache_control}
    return {"content_type": headers.content_type, "fixed_key_metadata": fixed}


def _s3_settings(headers: Headers) -> Mapping[str, object]:
    return {"ContentType": headers.content_type, "CacheControl": headers.cache_control}


# Object stores: a put shows nothing before it is whole. All others get a temporary file and a
# rename.
_SINGLE_PUT: Mapping[str, Callable[[Headers], Mapping[str, object]]] = {
    "s3": _s3_settings,
    "s3a": _s3_settings,
    "gs": _google_settings,
    "gcs": _google_settings,
    "az": _azure_settings,
    "abfs": _azure_settings,
}


class _FileSystem(Protocol):
    """The methods of fsspec's AbstractFileSystem used here; it has no annotations itself."""

    async_impl: bool

    def cat_file(self, path: str) -> bytes: ...
    def ls(self, path: str, detail: bool) -> list[dict[str, object]]: ...
    def makedirs(self, path: str, exist_ok: bool) -> None: ...
    def pipe_file(self, path: str, value: bytes, **settings: object) -> object: ...
    def mv(self, path1: str, path2: str) -> object: ...
    def rm_file(self, path: str) -> object: ...


class FsspecStore:
    """A store by its URL; credentials come from where the store's own tools look for them.

    Raises:
        ConfigError: The package for its scheme is not installed.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._settings = _SINGLE_PUT.get(address.scheme)
        self._renewal = Lock()
        self._fs, self._base = self._connect()
        # A file system that is not asynchronous might not be safe to use from two threads.
        self.at_once = 8 if self._fs.async_impl else 1

    def read(self, path: str) -> bytes | None:
        """Read a file; None if there is none."""
        try:
            return self._fs.cat_file(self._locate(path))
        except FileNotFoundError:
            return None

    def list_top(self) -> Listing:
        """List the files and folders in the topmost folder."""
        try:
            found = self._fs.ls(self._base, detail=True)
        except FileNotFoundError:
            return Listing({})
        sizes = {
            PurePosixPath(str(entry["name"])).name: size
            for entry in found
            if entry["type"] == "file" and isinstance(size := entry["size"], int)
        }
        names = {PurePosixPath(str(entry["name"])).name for entry in found}
        return Listing(sizes, frozenset(names - sizes.keys()))

    def holds(self, path: str, length: int, top: Listing) -> bool:
        """Tell whether the folder of a file is there."""
        return path.partition("/")[0] in top.folders

    def put(self, path: str, content: bytes, headers: Headers) -> None:
        """Put a file in its place, whole or not at all."""
        fs, place = self._fs, self._locate(path)
        if self._settings is not None:
            fs.pipe_file(place, content, **self._settings(headers))
            return
        # In the topmost folder, which is listed, so that the next publish finds leftovers.
        temporary = self._locate(name_temporary())
        fs.makedirs(place.rpartition("/")[0], exist_ok=True)
        try:
            fs.pipe_file(temporary, content)
            fs.mv(temporary, place)
        except BaseException:
            with contextlib.suppress(Exception):  # the first failure is reported
                fs.rm_file(temporary)
            raise

    def remove(self, path: str) -> None:
        """Remove a file, if it is there."""
        with contextlib.suppress(FileNotFoundError):
            self._fs.rm_file(self._locate(path))

    def renew(self) -> None:
        """Connect again, if the connection was lost."""
        with self._renewal:
            connection = getattr(self._fs, "client", None)
            if self._address.scheme in _SFTP and connection is not None and connection.is_closed():
                self._fs, self._base = self._connect()

    def _locate(self, path: str) -> str:
        return f"{self._base}/{path}"

    def _connect(self) -> tuple[_FileSystem, str]:
        scheme = self._address.scheme
        try:
            if scheme in _SFTP:  # not fsspec's own, which trusts any host key
                kind = import_module("sshfs").SSHFileSystem
            else:
                kind = import_module("fsspec").get_filesystem_class(scheme)
        except (ImportError, ValueError) as error:
            extra = _EXTRAS.get(scheme)
            fault = (
                f"needs another package. Install feedpub[{extra}]."
                if extra
                else "is not a scheme that is supported here. Use a folder, s3:// (install "
                "feedpub[s3]), sftp:// (install feedpub[sftp]), or install its fsspec package."
            )
            raise ConfigError(f'TARGET: "{scheme}" {fault}') from error
        if scheme in _SFTP:
            return self._connect_sftp(kind)
        from fsspec.core import url_to_fs

        options = _OPTIONS.get(scheme, {})
        fs, base = url_to_fs(self._address.target, skip_instance_cache=True, **options)
        return cast(_FileSystem, fs), base.rstrip("/")

    def _connect_sftp(self, kind: Callable[..., object]) -> tuple[_FileSystem, str]:
        parts = self._address.parts
        given = {"port": parts.port, "username": parts.username, "password": parts.password}
        options = {
            name: unquote(value) if isinstance(value, str) else value
            for name, value in given.items()
            if value is not None
        }
        if not parts.hostname:
            raise ConfigError('TARGET: names no host. Use "sftp://www.example.com/srv/feeds".')
        fs = kind(
            parts.hostname,
            # ~/.ssh/known_hosts decides; sshfs would trust any host key.
            known_hosts=(),
            connect_timeout=30,
            login_timeout=60,
            keepalive_interval=15,
            skip_instance_cache=True,
            **options,
        )
        return cast(_FileSystem, fs), unquote(parts.path).rstrip("/")
