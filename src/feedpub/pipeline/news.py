"""The sitemap of the newest articles, which sites with pages have, or which is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from feedpub.articles import Recent, SectionNames, choose_recent
from feedpub.entries import EntryShelf, EntryStore
from feedpub.feeds import MOST_NEWS, NEWS_DAYS, NEWS_PATH, render_news_sitemap
from feedpub.model import Candidate, Document, Entry
from feedpub.output import FolderTarget
from feedpub.settings import Config


class News:
    """The articles of the news sitemap.

    Args:
        candidates: Of all articles that are published.
    """

    def __init__(
        self,
        config: Config,
        candidates: Iterable[Candidate],
        names: SectionNames,
        now: datetime | None,
    ) -> None:
        self._config = config
        self._names = names
        self._formats = config.site.formats
        self._recent = Recent()
        if not {"html", "news-sitemap"}.isdisjoint(self._formats):
            clock = None if now is None else int(now.timestamp())
            self._recent = choose_recent(
                candidates, now=clock, seconds=NEWS_DAYS * 86_400, limit=MOST_NEWS
            )
        self.candidates = self._recent.candidates
        self.until = self._recent.until

    def render(self, store: EntryStore | EntryShelf) -> list[Document]:
        """Render the sitemap, if it lists anything."""
        candidates = {candidate.id: candidate for candidate in self.candidates}
        entries = store.take(self.candidates)
        languages = [self._find_language(entry, candidates[entry.id]) for entry in entries]
        listed = zip(entries, languages, strict=True)
        return render_news_sitemap(self._config.site, listed, is_news=self._recent.is_news)

    def tell_none(self, target: FolderTarget) -> str | None:
        """Say that the sitemap that the configuration asks for lists nothing."""
        if "news-sitemap" not in self._formats or NEWS_PATH in target.new:
            return None
        return (
            f"{NEWS_PATH} is not written, because none of the newest articles has a page on a host "
            'of the site. Add "html" to formats in [site], or set link in [[source]].'
        )

    def _find_language(self, entry: Entry, candidate: Candidate) -> str:
        section = self._config.sections.get(self._names.slugs_of(candidate.sections)[0])
        own = None if section is None else section.language
        return entry.language or own or self._config.site.language
