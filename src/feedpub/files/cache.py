"""Values kept from one run to the next, in a file that may be lost or broken at any time."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from feedpub.files.digests import digest_bytes
from feedpub.files.opened import read_regular
from feedpub.files.whole_files import replace_file
from feedpub.text import encode_text

_log = logging.getLogger(__name__)

Value = TypeVar("Value")


def load_values(path: Path, type: type[Value], *, version: str) -> dict[str, Value]:
    """Load the values that a file keeps, by key; none if anything about the file is wrong.

    The first line holds the version, which is of the meaning of the values, and the digest of
    the rest.

    Args:
        type: Type to decode each value as; its constraints are checked.
    """
    try:
        content = read_regular(path) if path.is_file() else b""
        head, _, body = content.partition(b"\n")
        if head == _make_head(body, version):
            return msgspec.json.decode(body, type=dict[str, type])  # type: ignore[valid-type]
    except (OSError, msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        _log.debug("%s: ignored: %s", path, error)
    return {}


def save_values(path: Path, values: Mapping[str, object], *, version: str) -> None:
    """Save values for the next run; log a warning where the file can't be written.

    It costs the next run time, and this one nothing. A folder that can't be written is not
    mentioned: who locks it does that.
    """
    body = msgspec.json.encode(dict(sorted(values.items())))
    content = _make_head(body, version) + b"\n" + body
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            replace_file(path, content)
        except FileNotFoundError:  # a run for another output took the file for a leftover
            replace_file(path, content)
    except OSError as error:
        if is_writable(path.parent):
            reason = error.strerror or error
            message = "%s: can't be written (%s). Until that is fixed, builds work, but slower."
            _log.warning(message, path, reason)


def is_writable(folder: Path) -> bool:
    """Tell whether a folder exists and takes new files."""
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


def _make_head(body: bytes, version: str) -> bytes:
    return encode_text(f"feedpub {version} {digest_bytes(body)}")
