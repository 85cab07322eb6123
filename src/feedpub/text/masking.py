"""Secrets in texts that people see: logins and tokens in URLs, as libraries repeat them."""

from __future__ import annotations

import re

from feedpub import compile_late

_MASK = "***"
# What is before the host in a URL. A password may hold what no URL may, up to the next space;
# a port and a path with an @ are not one. The bound keeps the time linear.
_LOGIN = compile_late(
    r"""(?<=://)((?:[^\s/?#"'<>\\]|\\.){0,300}"""
    r"""|[^\s/:@"'<>]{0,300}:(?!\d+[/?#])[^\s"'<>]{0,300})@"""
)
# Of these, a name alone is not a secret.
_NAMED = ("sftp", "ssh", "ftp", "ftps", "smb")
_NAMES = (
    r"(?:x-amz-)?(?:access[_-]?token|api[_-]?key|auth(?:orization)?|credential|key|pass(?:word|wd)?"
    r"|pwd|secret|security-token|sig(?:nature)?|token)"
)
_QUERY = compile_late(rf"""(?<=[?&;])({_NAMES}=)[^&;\s"'<>#\\]+""", re.IGNORECASE)
_HEADER = compile_late(r"(?i)\b((?:basic|bearer) )[a-z0-9+/=._~-]{6,}")
_SCP = compile_late(r"""(?<![^\s"'<>()])[^\s"'<>():]*+:[^\s"'<>]{0,300}@""")


def mask_secrets(text: str) -> str:
    """Replace logins in URLs, and what a query says under the names of secrets, with ***."""
    if "://" not in text and "asic " not in text and "earer " not in text:
        return text
    text = _LOGIN.sub(_mask_login, text)
    return _HEADER.sub(rf"\1{_MASK}", _QUERY.sub(rf"\1{_MASK}", text))


def _mask_login(login: re.Match[str]) -> str:
    is_name = ":" not in login[1] and login.string.endswith(_NAMED, 0, login.start() - 3)
    return login[0] if is_name else f"{_MASK}@"


def mask_argument(text: str) -> str:
    """Mask the secrets of what was written on a command line, and logins outside of URLs, too."""
    return _SCP.sub(f"{_MASK}@", mask_secrets(text))
