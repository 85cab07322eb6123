"""What Apple's podcast module asks of a feed as a whole."""

from __future__ import annotations

from lxml import etree

from feedpub.lint.namespaces import XML
from feedpub.lint.vocabulary import Kind
from feedpub.lint.walking import Walk
from feedpub.lint.words import FORMER_PODCAST_CATEGORIES, PODCAST_CATEGORIES

_WANTED = ("itunes:category", "itunes:explicit", "itunes:owner")


def check_podcast(walk: Walk, node: etree._Element) -> None:
    """Check that a feed of podcasts has what directories ask for."""
    names = {name for name, _ in walk.list_children(node)}
    if not any(name.startswith("itunes:") for name in names):
        return
    for name in _WANTED:
        if name not in names:
            walk.add("podcast-element-missing", node, name=name)
    if "language" not in names and node.get(f"{{{XML}}}lang") is None and walk.form == "rss":
        walk.add("podcast-element-missing", node, name="language")


def check_category(walk: Walk, node: etree._Element, kind: Kind) -> bool:
    """Check that a category of podcasts is one of Apple's."""
    name = str(node.get("text", ""))
    parent = node.getparent()
    known, former = set(PODCAST_CATEGORIES), set(FORMER_PODCAST_CATEGORIES)
    if parent is not None and walk.name(parent) == "itunes:category":
        above = str(parent.get("text", ""))
        if not above:
            return False
        known = set(PODCAST_CATEGORIES.get(above, ()))
        former = set(FORMER_PODCAST_CATEGORIES.get(above, ()))
    if node.get("text") is not None and name not in known:
        rule = "podcast-category-former" if name in former else "podcast-category-unknown"
        walk.add(rule, node, value=name)
    return False
