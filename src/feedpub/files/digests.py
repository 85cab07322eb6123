"""The digest that files are named by, compared by, and checked by: SHA-256, in hexadecimal."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from feedpub.files.opened import open_regular


def digest_bytes(content: bytes) -> str:
    """Compute the digest of some bytes."""
    return hashlib.sha256(content).hexdigest()


def digest_file(path: Path) -> str:
    """Compute the digest of a file's bytes."""
    with open_regular(path) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def digest_parts(*parts: bytes) -> bytes:
    """Compute the digest of parts; the same bytes in other parts have another."""
    digest = begin_digest()
    for part in parts:
        digest.update(b"%d " % len(part) + part)
    return digest.digest()


def begin_digest() -> hashlib._Hash:
    """Begin a digest of bytes that come one after another."""
    return hashlib.sha256()


class DigestedChunks:
    """Chunks of bytes that are passed on; `digest` is of those that passed so far."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self._sum = begin_digest()

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self._sum.update(chunk)
            yield chunk

    @property
    def digest(self) -> str:
        """The digest, in hexadecimal."""
        return self._sum.hexdigest()
