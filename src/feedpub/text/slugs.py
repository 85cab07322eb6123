"""Section names: which are one, and the slug that a name gets."""

from __future__ import annotations

import hashlib
import unicodedata
from functools import lru_cache

from feedpub.settings import RESERVED_SLUGS

MAX_LENGTH = 60


@lru_cache(maxsize=4096)
def section_key(name: str) -> str:
    """Fold a section name: names with one key are one section."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def tell_slug_apart(slug: str, key: str) -> str:
    """Make the slug of a name whose own slug is another name's, by four digits of a digest."""
    digest = hashlib.sha256(key.encode()).hexdigest()[:4]
    return f"{slug[: MAX_LENGTH - 5].rstrip('-')}-{digest}"


def make_slug(name: str) -> str:
    """Transliterate a section name to its slug; the same for all names with one key."""
    # Deferred: the transliteration tables are not free, and few sections need them.
    from slugify import slugify

    key = section_key(name)
    slug: str = slugify(key, max_length=MAX_LENGTH)
    if slug in RESERVED_SLUGS:
        return f"section-{slug}"
    # Nothing to transliterate, as in a name of emoji alone: a digest keeps such names apart.
    return slug or f"section-{hashlib.sha256(key.encode()).hexdigest()[:8]}"
