"""Links that differ, and lead to one page: what they have in common."""

from __future__ import annotations

from functools import cache
from urllib.parse import unquote_plus

from feedpub.text.word_lists import load_words


def page_key(key: str) -> str:
    """Reduce the path and query of a link to what tells its page from others.

    A slash at the end, the name of an index page, and parameters that track readers don't.
    The result is empty for a home page.
    """
    path, _, query = key.partition("?")
    folder, slash, name = path.rpartition("/")
    if name and name.casefold() in _words("indexes"):
        path = folder + slash
    path = path.rstrip("/")
    if not query:
        return path
    kept = "&".join(part for part in query.split("&") if part and not _is_tracking(part))
    return f"{path}?{kept}" if kept else path


def _is_tracking(parameter: str) -> bool:
    name = unquote_plus(parameter.partition("=")[0]).casefold()
    return name in _words("parameters") or name.startswith(tuple(_words("prefixes")))


@cache
def _words(table: str) -> frozenset[str]:
    return frozenset(load_words("feedpub.text", "tracking")[table])
