"""TARGET of the command line: a folder, or the URL of a store, whose secrets are never shown."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

from feedpub import compile_late
from feedpub.errors import ConfigError

_URL = compile_late(r"([A-Za-z][A-Za-z0-9+.-]*)://")
# Schemes whose user name is a name, and not a token.
_LOGINS = frozenset({"sftp", "ssh", "ftp", "ftps", "smb"})
# Those whose first part is a bucket, or a container.
_BUCKETS = frozenset({"s3", "s3a", "gs", "gcs", "az", "abfs"})
_FOLDERS = frozenset({"file", "local"})
# What fsspec knows, but nothing is published by.
_NOT_STORES = {
    "memory": "keeps nothing when the command ends",
    "http": "is read from, and not written to",
    "https": "is read from, and not written to",
}
_READ_AS = {"rsync": "sftp", "scp": "sftp"}
_SCHEMES = _LOGINS | _BUCKETS | _FOLDERS | _NOT_STORES.keys() | _READ_AS.keys()

_EXPECTED = "TARGET: is neither a folder nor a URL. Use a path, or a URL like s3://bucket/feeds."
_STORES = "Use a folder, or a URL like s3://bucket/feeds or sftp://www.example.com/srv/feeds."

# A URL that lacks a colon or a slash; another host, as scp and rsync write it; a login.
_NEAR_URL = compile_late(
    rf"(?P<scheme>{'|'.join(sorted(_SCHEMES))})(?::/?|//)(?P<rest>[^/].*)",
    re.DOTALL | re.IGNORECASE,
)
_REMOTE = compile_late(
    r"(?:[^/:@]*@)?[\w.-]{2,}:.*|(?![A-Za-z]:[\\/])(?://)?[^/:@]*:.*@.*", re.DOTALL
)


def _refuse_remote(target: str) -> str | None:
    """Say how to write a target that looks like another host; its secrets are not repeated.

    None if it is the path of a folder, which is never taken for another host's.
    """
    near = _NEAR_URL.fullmatch(target)
    if near is None and _REMOTE.fullmatch(target) is None:
        return None
    scheme, rest = (near["scheme"].lower(), near["rest"]) if near else ("sftp", target)
    scheme = _READ_AS.get(scheme, scheme)
    if scheme in _NOT_STORES:
        return f'TARGET: "{scheme}" {_NOT_STORES[scheme]}. {_STORES}'
    login, _, place = rest.lstrip("/").rpartition("@")
    host, *path = re.split("[/:]+", place, maxsplit=1)
    if scheme in _FOLDERS:
        url = f"file:///{place}"
    elif login and scheme in _LOGINS:  # elsewhere, what is before the @ is a key
        url = f"{scheme}://{login.partition(':')[0]}@{'/'.join([host, *path])}"
    else:
        url = f"{scheme}://{'/'.join([host, *path])}"
    return f"TARGET: names another host, but is not a URL. Use {url}, or ./NAME for a folder."


class Address:
    """Where to publish: `shown` is safe to print, and `scheme` is "" for the path of a folder.

    Raises:
        ConfigError: It is neither a path nor a URL.
    """

    def __init__(self, target: str) -> None:
        self.target = target
        self.scheme = ""
        self.shown = target
        self._secrets: tuple[str, ...] = ()
        if "://" not in target:
            if not target.strip() or "\0" in target:
                raise ConfigError(_EXPECTED)
            if (refusal := _refuse_remote(target)) is not None:
                raise ConfigError(refusal)
            return
        parts = self.parts
        self.scheme = parts.scheme
        if self.scheme in _NOT_STORES:
            raise ConfigError(f'TARGET: "{self.scheme}" {_NOT_STORES[self.scheme]}. {_STORES}')
        if self.scheme in _BUCKETS and not parts.netloc.rpartition("@")[2]:
            example = f"{self.scheme}://bucket/feeds"
            raise ConfigError(f'TARGET: names no bucket. Use a URL like "{example}".')
        login = parts.netloc.rpartition("@")[0]
        self.shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
        name, colon, password = login.partition(":")
        secrets = {login, password} if colon or self.scheme not in _LOGINS else {""}
        if self.scheme not in _LOGINS:
            secrets.add(name)
        secrets.update(value for _, value in parse_qsl(parts.query))
        secrets |= {unquote(secret) for secret in secrets}
        secrets |= {quote(secret, safe=safe) for secret in secrets for safe in ("", "/")}
        self._secrets = tuple(sorted(secrets - {""}, key=len, reverse=True))

    @property
    def folder(self) -> Path | None:
        """The folder of this computer that it names; None if it is a store."""
        if not self.scheme:
            return Path(self.target)
        if self.scheme not in _FOLDERS:
            return None
        if self.parts.netloc not in ("", "localhost"):
            raise ConfigError("TARGET: names another host. Use a URL like file:///srv/feeds.")
        return Path(unquote(self.parts.path))

    @property
    def parts(self) -> SplitResult:
        """The parts of the URL."""
        found = _URL.match(self.target)
        place = self.target[found.end() :] if found else ""
        try:
            parts = urlsplit(self.target)
            _ = parts.port
        except ValueError as error:
            raise ConfigError("TARGET: is not a valid URL. Check its host and port.") from error
        if not found or parts.fragment or "\0" in place:
            raise ConfigError(_EXPECTED)
        if "@" not in parts.netloc and ":" in place.rpartition("@")[0]:
            raise ConfigError(
                "TARGET: its password and host can't be told apart. Percent-encode the special "
                "characters of the password, or keep it in the store's own configuration."
            )
        return parts

    def redact(self, text: str) -> str:
        """Replace the secrets of the address with *** in a message of any library."""
        text = text.replace(self.target, self.shown)
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text
