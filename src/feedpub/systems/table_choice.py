"""Which table of a database or sheet of a workbook holds the articles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from feedpub.sources import NamedTables
from feedpub.systems.names import find_field, fold_name

_TIMES = frozenset({"updated", "published"})
_BODIES = frozenset({"content_html", "content_text"})
_LONG = 200
# Tables of what is no article, though it may have a title, a time and a text.
_OTHERS = frozenset(
    """comments comment revisions revision versions version drafts pages page users user authors
    author tags tag categories category migrations sessions logs log settings options media
    images files attachments redirects subscribers newsletters emails products orders
    events""".split()
)
_ARTICLES = frozenset(
    """articles article posts post news stories story entries entry items records blog blogposts
    content artikel artículos articulos noticias beiträge beitraege notizie статьи новости
    文章 新闻""".split()
)


def find_article_table(tables: NamedTables) -> str | None:
    """Find the table with a title, a time and a long text; None where none has a title."""
    rated = [(rate_table(tables, name), -at, name) for at, name in enumerate(tables.names)]
    best = max(rated, default=(0, 0, ""))
    return best[2] if best[0] > 0 else None


def rate_table(tables: NamedTables, name: str) -> int:
    """Say how much a table is like one of articles: 0 is not at all."""
    fields = {found[0] for column in tables.list_columns(name) if (found := find_field(column))}
    if "title" not in fields:
        return 0
    rate = 10 + 10 * bool(fields & _TIMES) + 5 * bool(fields & _BODIES) + len(fields)
    samples = tables.list_samples(name)
    if not samples:
        rate -= 9
    rate += 5 * _has_long_text(samples)
    word = fold_name(name)
    rate += 5 * (word in _ARTICLES) - 15 * (word in _OTHERS)
    return max(rate, 1)


def _has_long_text(samples: Sequence[Mapping[str, object]]) -> bool:
    return any(
        isinstance(value, str) and len(value) >= _LONG for row in samples for value in row.values()
    )
