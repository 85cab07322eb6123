"""Section names: which names are one section, and the slug of a name."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Container
from functools import lru_cache

from feedpub.settings import RESERVED_SLUGS
from feedpub.text.octets import encode_text

MAX_LENGTH = 60


@lru_cache(maxsize=4096)
def section_key(name: str) -> str:
    """Fold a section name. Names with the same key are one section."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def tell_slug_apart(slug: str, key: str, taken: Container[str] = ()) -> str:
    """Make the slug of a name whose own slug is another name's, by four digits of a digest.

    It has more digits if that slug is taken, too.
    """
    digest = hashlib.sha256(encode_text(key)).hexdigest()
    candidates = (
        f"{slug[: MAX_LENGTH - 1 - digits].rstrip('-')}-{digest[:digits]}"
        for digits in range(4, len(digest))
    )
    return next(candidate for candidate in candidates if candidate not in taken)


def make_slug(name: str) -> str:
    """Transliterate a section name to its slug, which names with the same key share."""
    # Deferred: the transliteration tables are not free, and few sections need them.
    from slugify import slugify

    key = section_key(name)
    slug: str = slugify(key, max_length=MAX_LENGTH)
    if slug in RESERVED_SLUGS:
        return f"section-{slug}"
    # A name of only emoji has nothing to transliterate: a digest distinguishes such names.
    return slug or f"section-{hashlib.sha256(encode_text(key)).hexdigest()[:8]}"


def slugify_words(text: str) -> str:
    """Transliterate a text to a slug of any length, as site generators do; it may be empty."""
    from slugify import slugify

    slug: str = slugify(text)
    return slug
