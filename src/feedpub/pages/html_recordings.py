"""The sounds and films of a page's article: those that its text shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from feedpub.markup import EMBED
from feedpub.pages.html_body import Article
from feedpub.text import join_url, resolve_references

_LINK = re.compile(rf'<a href="([^"]*)" {EMBED}=')


def list_recordings(
    article: Article, found: Iterable[Mapping[str, object]], base: str
) -> dict[str, list[dict[str, object]]]:
    """List the recordings that were found on a page and that its article shows, by their fields."""
    shown = {
        resolve_references(address)
        for block in article.blocks
        if EMBED in block.markup
        for address in _LINK.findall(block.markup)
    }
    fields: dict[str, list[dict[str, object]]] = {}
    for recording in found:
        source = str(recording["src"])
        source = join_url(base, source) if base else source
        if source in shown:
            fields.setdefault(str(recording["medium"]), []).append({**recording, "src": source})
            shown.remove(source)
    return fields
