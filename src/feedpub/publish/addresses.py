"""TARGET of the command line: a folder, or the URL of a store, whose secrets are never shown."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

from feedpub.errors import ConfigError

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
# Schemes whose user name is a name, and not a token.
_LOGINS = frozenset({"sftp", "ssh", "ftp", "smb"})


_EXPECTED = "TARGET: is neither a folder nor a URL. Use a path, or a URL like s3://bucket/feeds."


# Another host, as scp and rsync write it, or a URL that lacks a slash: never a folder by chance.
_REMOTE = re.compile(
    r"(?:(?P<user>[^/:@]*)(?::[^/@]*)?@)?(?P<host>[\w.-]{2,}):(?P<path>.*)", re.DOTALL
)
_SCHEMES = frozenset(
    {"s3", "gs", "gcs", "az", "abfs", "sftp", "ssh", "ftp", "file", "http", "https"}
)


def _refuse_remote(remote: re.Match[str]) -> str:
    """Say how to write a target that looks like another host; its password is not repeated."""
    path = remote["path"].lstrip("/")
    if remote["user"] is None and remote["host"].lower() in _SCHEMES:
        url = f"{remote['host'].lower()}://{path}"
    else:
        user = f"{remote['user']}@" if remote["user"] else ""
        url = f"sftp://{user}{remote['host']}/{path}"
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
            if remote := _REMOTE.fullmatch(target):
                raise ConfigError(_refuse_remote(remote))
            return
        parts = self.parts
        self.scheme = parts.scheme
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
        if self.scheme not in ("file", "local"):
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
