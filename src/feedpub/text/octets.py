"""Text as bytes, whatever it holds."""

from __future__ import annotations


def encode_text(text: str) -> bytes:
    """Encode a text in UTF-8; lone surrogates, which UTF-8 has no bytes for, stay what they are."""
    return text.encode("utf-8", "surrogatepass")
