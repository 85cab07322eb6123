"""Whether a page is an article, not an index, an error page, or a login page."""

from __future__ import annotations

import re
from itertools import islice

from lxml import etree

from feedpub.errors import UnreadableFile
from feedpub.pages.html_blocks import Block
from feedpub.pages.html_body import Article
from feedpub.pages.html_head import Head
from feedpub.pages.html_linked_data import LinkedData
from feedpub.pages.html_names import name_tokens
from feedpub.pages.html_tree import all_text
from feedpub.pages.html_words import compile_words

_SENTENCE = re.compile(r".{8,}[.!?。！？؟…:：;”\"'»)\]]$|.{60,}", re.DOTALL)
_MAX_CARDS = 3  # linked headlines; that many beside little text of its own is a list


class Evidence:
    """The evidence that a page is an article; where it `is_strong`, the text need not be read."""

    def __init__(
        self, root: etree._Element, head: Head, data: LinkedData, *, has_node: bool
    ) -> None:
        self._root = root
        self._head = head
        self._data = data
        self._has_node = has_node
        self._h1 = next(iter(root.iter("h1")), None)

    @property
    def is_strong(self) -> bool:
        """Say whether the page's data calls it an article."""
        metas = self._head.metas
        return self._has_node or "article:published_time" in metas or "parsely-pub-date" in metas

    def check_head(self, title: str) -> None:
        """Refuse a page whose title says that it is an error page, a list, or a login page.

        Raises:
            UnreadableFile: The title says so.
        """
        shown = "" if self._h1 is None else " ".join(all_text(self._h1).split())
        names = [name for name in (title, shown, self._head.title) if name]
        names += [part.strip() for part in re.split(r" [|–—-] ", self._head.title)[:1]]
        if not self._has_node:
            for name in names:
                if compile_words("refusal", "errors").fullmatch(name.strip()):
                    raise _refuse(f'an error page ("{name[:60]}")')
        if self.is_strong:
            return
        for name in names:
            if compile_words("refusal", "logins").fullmatch(name.strip()):
                raise _refuse(f'a login page ("{name[:60]}")')
            if compile_words("refusal", "lists").fullmatch(name.strip()):
                raise _refuse(f'a list of articles ("{name[:60]}")')
        if self._data.is_listing():
            raise _refuse("a list of articles, by its JSON-LD")
        body = self._root.find("body")
        if body is not None:
            classes = set((body.get("class") or "").lower().split())
            is_list = any(map(compile_words("refusal", "list_classes").fullmatch, classes))
            if is_list and not {"single", "postid"} & classes:
                raise _refuse("a list of articles, by the class of its body")

    def check_article(self, article: Article) -> None:
        """Refuse a page that has no text of its own.

        Raises:
            UnreadableFile: The page has none.
        """
        sentences = [text for text in article.paragraphs if _SENTENCE.match(text)]
        asks = any(
            field.get("type", "").lower() == "password" for field in self._root.iter("input")
        )
        if asks and sum(map(len, sentences)) < 600 and not self._is_login_in_margin():
            raise _refuse("a login page, with a field for a password")
        if not sentences:
            raise _refuse("not an article: all its sentences are in links")

    def _is_login_in_margin(self) -> bool:
        """Say whether the login form is in a header or a dialog, as on every page of a site."""
        for field in self._root.iter("input"):
            if (field.get("type") or "").lower() != "password":
                continue
            place = field.getparent()
            while place is not None and place.tag != "body":
                names = " ".join(name_tokens(place)).lower()
                if place.tag in ("header", "nav", "footer", "aside", "dialog") or re.search(
                    r"header|modal|dialog|popup|top|side|menu|nav", names
                ):
                    break
                place = place.getparent()
            if place is None or place.tag == "body":
                return False
        return True


def drop_cards(blocks: list[Block]) -> list[Block]:
    """Drop the linked headlines of other articles, with the texts beside them."""
    cards = [
        _card_of(block)
        for block in blocks
        if block.kind == "h" and block.linked * 10 >= len(block.text) * 8
    ]
    places = {place for place in cards if place is not None}
    if len(places) < _MAX_CARDS:
        return blocks
    return [block for block in blocks if not _stands_in(block.element, places)]


def _card_of(block: Block) -> etree._Element | None:
    """Find the box of a linked headline: the outermost element with no other headline."""
    place: etree._Element | None = block.element
    while place is not None:
        parent = place.getparent()
        if parent is None or parent.tag in ("body", "html", "main"):
            return place if place.tag not in ("h1", "h2", "h3", "h4") else None
        headings = sum(1 for _ in islice(parent.iter("h1", "h2", "h3", "h4", "h5"), 2))
        if headings > 1:
            return place
        place = parent
    return None


def _stands_in(element: etree._Element, places: set[etree._Element]) -> bool:
    place: etree._Element | None = element
    while place is not None:
        if place in places:
            return True
        place = place.getparent()
    return False


def _refuse(what: str) -> UnreadableFile:
    remedy = "Exclude it from the source, or set selectors that find its article"
    return UnreadableFile(f"is {what}. {remedy}", "malformed")
