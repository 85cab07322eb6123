"""Elements and attributes by the names that the tables have for them, and messages."""

from __future__ import annotations

from lxml import etree

from feedpub.lint.nodes import PREFIXES, XML, find_meant, iter_elements, split_name

Children = list[tuple[str, etree._Element]]


class Names:
    """Names the elements and attributes of one feed of a known format.

    Args:
        form: "rss", "atom", or "rdf".
        own: The namespaces of the format's own elements.
    """

    def __init__(self, form: str, own: frozenset[str]) -> None:
        self.form = form
        self.own = own
        self._names: dict[str, str] = {}

    def name(self, node: etree._Element) -> str:
        """Name an element as the tables do: title, dc:creator, or ?name in an unknown namespace."""
        return self._names.get(node.tag) or self._learn(str(node.tag))

    def name_children(self, node: etree._Element) -> Children:
        """Name the child elements of an element."""
        known = self._names.get
        return [
            (known(child.tag) or self._learn(str(child.tag)), child)
            for child in iter_elements(node)
        ]

    def _learn(self, tag: str) -> str:
        name = self._names[tag] = self._name_tag(tag)
        return name

    def _name_tag(self, tag: str) -> str:
        namespace, local = split_name(tag)
        if namespace in self.own:
            return local
        if not namespace:
            return local if self.form == "rss" else f"?{local}"
        meant = find_meant(namespace)
        return f"{PREFIXES[meant]}:{local}" if meant else f"?{local}"

    def name_attribute(self, key: str) -> str:
        """Name an attribute as the tables do."""
        namespace, local = split_name(key)
        if not namespace:
            return local
        meant = namespace if namespace == XML else find_meant(namespace)
        return f"{PREFIXES[meant]}:{local}" if meant else f"?{local}"

    def show(self, node: etree._Element) -> str:
        """Write an element for a message."""
        return f"<{self.name(node).removeprefix('?')}>"

    def show_place(self, node: etree._Element, key: str | None = None) -> str:
        """Write an element, or its attribute, for a message."""
        shown = self.show(node)
        return shown if key is None else f"{self.name_attribute(key)} of {shown}"
