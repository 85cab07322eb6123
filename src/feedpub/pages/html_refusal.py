"""Whether a page is an article, not an index, an error page, or a login page."""

from __future__ import annotations

import re

from lxml import etree

from feedpub.errors import UnreadableFile
from feedpub.pages.html_body import Article
from feedpub.pages.html_head import Head
from feedpub.pages.html_linked_data import LinkedData
from feedpub.pages.html_words import compile_words

_SENTENCE = re.compile(r".{8,}[.!?。！？؟…:：;”\"'»)\]]$|.{60,}", re.DOTALL)
_ENOUGH = 600  # characters of sentences, which no list and no login page has
_CARDS = 3  # linked headlines; that many beside no text are a list
_SOME = 200  # characters of anything else, such as verses


class Evidence:
    """The evidence that a page is an article; where it `is_strong`, the text need not be read."""

    def __init__(
        self, root: etree._Element, head: Head, data: LinkedData, *, has_node: bool
    ) -> None:
        self._root = root
        self._head = head
        self._data = data
        self._has_node = has_node

    @property
    def is_strong(self) -> bool:
        """Say whether the page's data calls it an article."""
        metas = self._head.metas
        return self._has_node or "article:published_time" in metas or "parsely-pub-date" in metas

    def check_title(self, title: str) -> None:
        """Refuse a page whose title says that it is an error page.

        Raises:
            UnreadableFile: The title says so.
        """
        if not self._has_node and (name := self._find_name(title, "errors")):
            raise _refuse(f'an error page ("{name[:60]}")')

    def has_text(self, article: Article) -> bool:
        """Say whether a page has so much text of its own that it must be an article."""
        return _count_said(article) >= _ENOUGH

    def check_article(self, title: str, article: Article, *, is_dated: bool) -> None:
        """Refuse a page that has little text of its own, and another sign of something else.

        Raises:
            UnreadableFile: It is not an article.
        """
        if self.is_strong or self.has_text(article):
            return
        said = _count_said(article)
        if name := self._find_name(title, "logins"):
            raise _refuse(f'a login page ("{name[:60]}")')
        if name := self._find_name(title, "lists"):
            raise _refuse(f'a list of articles ("{name[:60]}")')
        if self._data.is_listing():
            raise _refuse("a list of articles, by its JSON-LD")
        body = self._root.find("body")
        classes = set() if body is None else set((body.get("class") or "").lower().split())
        is_list = any(map(compile_words("refusal", "list_classes").fullmatch, classes))
        if is_list and not {"single", "postid"} & classes:
            raise _refuse("a list of articles, by the class of its body")
        is_told = self._head.read("og:type").lower() == "article"
        is_dated = is_dated and self._count_cards() < _CARDS
        shown = sum(len(block.text) for block in article.blocks)
        if not (said or is_told or is_dated) and shown < _SOME:
            raise _refuse("not an article: it has almost no text outside of links")

    def _count_cards(self) -> int:
        """Count the headlines that are links, as those of other articles are."""
        return sum(
            headline.find(".//a") is not None or next(headline.iterancestors("a"), None) is not None
            for headline in self._root.iter("h2", "h3", "h4")
        )

    def _find_name(self, title: str, table: str) -> str | None:
        """Find a name of the page that a word list has."""
        parts = re.split(r" [|–—-] ", self._head.title)[:1]
        names = (name.strip() for name in (title, self._head.title, *parts))
        return next(filter(compile_words("refusal", table).fullmatch, names), None)


def _count_said(article: Article) -> int:
    return sum(len(text) for text in article.paragraphs if _SENTENCE.match(text))


def _refuse(what: str) -> UnreadableFile:
    remedy = "Exclude it from the source, or set selectors that find its article"
    return UnreadableFile(f"is {what}. {remedy}", "malformed")
