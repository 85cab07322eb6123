"""Values as JSON, also where they hold a path or half a surrogate pair."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from feedpub.text import encode_text

T = TypeVar("T")


class JsonForm(Generic[T]):
    """The values of a type as JSON that comes back as the same."""

    def __init__(self, type: type[T]) -> None:
        self._type = type
        self._decoder = msgspec.json.Decoder(type, dec_hook=_to_path)

    def pack(self, value: T) -> bytes:
        """Write a value as one line."""
        return encode_json(value)

    def unpack(self, content: bytes) -> T:
        """Read a value that was written."""
        try:
            return self._decoder.decode(content)
        except msgspec.DecodeError:  # half a surrogate pair
            return msgspec.convert(json.loads(content), self._type, dec_hook=_to_path)


def encode_json(value: object) -> bytes:
    """Write any value of structs, texts, numbers and paths as one line."""
    try:
        return _encode(value)
    except UnicodeEncodeError:  # half a surrogate pair
        return encode_text(json.dumps(msgspec.to_builtins(value, enc_hook=_to_text)))


def _to_text(value: object) -> str:
    if isinstance(value, Path):
        return str(value)
    raise NotImplementedError(type(value))


def _to_path(kind: type, value: object) -> object:
    if issubclass(kind, Path):
        return Path(str(value))
    raise NotImplementedError(kind)


_encode = msgspec.json.Encoder(enc_hook=_to_text).encode
