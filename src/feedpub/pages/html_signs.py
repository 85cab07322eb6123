"""What is nowhere on a page, known before its tree is searched for it again and again."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from feedpub.markup import may_embed


class Signs:
    """Says what may be on a page, by its text and its elements; where it says no, nothing is."""

    def __init__(self, text: str, elements: Iterable[etree._Element]) -> None:
        # The name of an attribute is written out, but its value may be written by references.
        self._text = text.lower()
        self._classes = {names for element in elements if (names := element.get("class"))}

    @property
    def entries(self) -> bool:
        """Whether an element may have the class of an entry."""
        return any("entry" in names for names in self._classes)

    @property
    def types(self) -> bool:
        """Whether an element may have a type of microdata."""
        return "itemtype" in self._text

    def may_embed(self, root: etree._Element) -> bool:
        """Say whether an element may show something from elsewhere."""
        return may_embed(root, self._text, self._classes)
