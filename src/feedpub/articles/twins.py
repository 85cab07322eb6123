"""Pages that show an article again: AMP pages and print pages, by the names of their files."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from feedpub.text import load_words


@lru_cache(maxsize=4096)
def is_twin(path: str) -> bool:
    """Say whether a page's path is named as that of an AMP or a print page."""
    return path.lower().endswith((".html", ".htm")) and _compile().search(path) is not None


@cache
def _compile() -> re.Pattern[str]:
    words = "|".join(map(re.escape, load_words("feedpub.articles", "twins")["twins"]))
    return re.compile(rf"(?<![^\W_])(?:{words})(?![^\W_])", re.IGNORECASE)
