"""Tiny News: the articles of a site of the Tiny News Collective."""

from __future__ import annotations

from collections.abc import Mapping

from feedpub.settings import Site, Source
from feedpub.sources import JsonDocument, Place, Raw
from feedpub.systems.found_fields import FoundFields, Watched, as_object, as_objects
from feedpub.systems.json_systems import JsonObject, JsonSystem, JsonTranslator, find_list
from feedpub.systems.protocol import (
    PassedOver,
    Proposal,
    Translation,
    Translator,
)
from feedpub.systems.shapes import find_image, find_name, text_at

_NOT_READ = frozenset({"slug", "organization_id", "article_translations"})


class TinyNews(JsonSystem):
    """Articles of Tiny News."""

    name = "tiny-news"
    title = "Tiny News"
    records = "articles of Tiny News"

    def is_record(self, value: JsonObject) -> bool:
        """Know articles by their translations, each with a headline."""
        return _is_article(value)

    def propose(self, place: Place, site: Site) -> Proposal:
        """Say what was found."""
        return Proposal(f"{self.title}; sections from categories; links as the articles have them")

    def open(self, place: Place, source: Source, site: Site) -> Translator:
        """Begin to read articles."""
        return TinyNewsTranslator(site)


class TinyNewsTranslator(JsonTranslator):
    """Reads articles, each in one of its languages."""

    def __init__(self, site: Site) -> None:
        self._home = site.link
        self._language = (site.language or "").partition("-")[0].casefold()

    def find_records(self, document: JsonDocument) -> str | None:
        """Find the articles of a list."""
        return find_list(document, _is_article)

    def read(self, raw: Raw, value: JsonObject, *, whole: bool) -> Translation | PassedOver:
        """Give the fields of an article."""
        translations = as_objects(value.get("translations") or value.get("article_translations"))
        if not translations:
            return PassedOver("records of another kind")
        article = Watched(value)
        article.get("translations")
        text = self._choose(translations)
        found = FoundFields(raw, self._home)
        found.put("id", article.get("id"), "id")
        found.put("title", text.get("headline"), "headline")
        found.put("link", article.get("live_url"), "live_url")
        found.put("published", text.get("first_published_at"), "first_published_at")
        found.put("updated", text.get("last_published_at"), "last_published_at")
        found.put_status("draft" if text.get("published") is False else "published", "published")
        category = as_object(article.get("category"))
        found.put("section", _read_title(category), "category")
        if whole:
            self._add_rest(found, article, text)
            found.unused = tuple(n for n in article.list_unused() if n not in _NOT_READ)
        return found.finish()

    def _choose(self, translations: list[Mapping[str, object]]) -> Mapping[str, object]:
        """Choose the translation that is published, in the site's language where there is one."""

        def rank(one: Mapping[str, object]) -> tuple[bool, bool]:
            is_own = text_at(one, "locale_code").partition("-")[0].casefold() == self._language
            return one.get("published") is False, not is_own

        return min(translations, key=rank)

    def _add_rest(
        self, found: FoundFields, article: Mapping[str, object], text: Mapping[str, object]
    ) -> None:
        found.put("author", text_at(text, "custom_byline").strip(), "custom_byline")
        rows = as_objects(article.get("author") or article.get("author_articles"))
        authors = [as_object(row.get("author")) or row for row in rows]
        names = [name for name in map(find_name, authors) if name]
        found.put("author", names, "author")
        found.put("summary", text_at(text, "search_description"), "search_description")
        found.put("language", text_at(text, "locale_code"), "locale_code")
        tags = [as_object(one.get("tag")) or one for one in as_objects(article.get("tags"))]
        found.put("tags", [name for tag in tags if (name := _read_title(tag))], "tags")
        main = as_objects(as_object(text.get("main_image")).get("children"))
        main_images = [("main_image", one) for one in main[:1]]
        for name, value in (("featured_image", article.get("featured_image")), *main_images):
            image = find_image(value)
            found.put("images", [image] if image else [], name)
        found.put_body(text.get("content"), "content")


def _read_title(value: Mapping[str, object]) -> str:
    """Read the title of a category or a tag: its own, that of a translation, or its slug."""
    if title := text_at(value, "title", "name"):
        return title
    for name in ("category_translations", "tag_translations"):
        for one in as_objects(value.get(name)):
            if title := text_at(one, "title"):
                return title
    return text_at(value, "slug")


def _is_article(value: JsonObject) -> bool:
    texts = as_objects(value.get("translations") or value.get("article_translations"))
    return bool(texts) and "headline" in texts[0]


SYSTEMS = (TinyNews(),)
