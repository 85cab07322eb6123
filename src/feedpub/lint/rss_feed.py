"""What RSS, and its Advisory Board's profile, ask of a channel and an item as a whole."""

from __future__ import annotations

from lxml import etree

from feedpub.lint.links import check_self
from feedpub.lint.modules import check_podcast
from feedpub.lint.naming import Children
from feedpub.lint.nodes import get_text, iter_elements
from feedpub.lint.walking import Walk

# Two elements that say the same; a reader takes either.
_SAME_OF_CHANNEL = {
    "dc:creator": "managingEditor",
    "dc:publisher": "webMaster",
    "dc:subject": "category",
    "dc:date": "pubDate",
    "dc:language": "language",
    "dc:rights": "copyright",
    "dcterms:modified": "lastBuildDate",
    "admin:generatorAgent": "generator",
}
_SAME_OF_ITEM = {
    "dc:creator": "author",
    "dc:subject": "category",
    "dc:date": "pubDate",
    "dc:source": "source",
    "atom:id": "guid",
    "atom:published": "pubDate",
}


def check_channel(walk: Walk, node: etree._Element) -> None:
    """Check a channel's links and order."""
    children = walk.list_children(node)
    walk.has_entries = any(name == "item" for name, _ in children)
    if walk.version.startswith("2."):
        check_self(walk, node, [child for name, child in children if name == "atom:link"])
    _check_order(walk, children)
    _check_same(walk, children, _SAME_OF_CHANNEL)
    for name, child in children:
        if name == "textInput":
            walk.add("rss-text-input", child)
    check_podcast(walk, node)


def check_item(walk: Walk, node: etree._Element) -> None:
    """Check that an item says something, and nothing twice."""
    children = walk.list_children(node)
    names = [name for name, _ in children]
    if "title" not in names and "description" not in names:
        walk.add("rss-item-empty", node)
    if "content:encoded" in names:
        place = names.index("content:encoded")
        if "description" not in names[:place]:
            walk.add("rss-content-before-description", children[place][1])
    if "guid" not in names and walk.version.startswith("2."):
        walk.add("guid-missing", node)
    _check_same(walk, children, _SAME_OF_ITEM)


def check_rdf_item(walk: Walk, node: etree._Element) -> None:
    """Check that no two items of RSS 1.0 are about one thing."""
    walk.note_about(node)


def check_guid(walk: Walk, node: etree._Element) -> None:
    """Check a guid, which is a permanent link unless it says otherwise."""
    text = get_text(node).strip()
    if node.get("isPermaLink", "true") == "true":
        walk.check_value(text, ("permalink",), node)
    elif text.isdigit() and len(text) < 9:
        walk.add("guid-short", node, value=text)
    if text and not walk.is_new("guid", text, node):
        walk.add("guid-repeated", node, value=text)


def check_image(walk: Walk, node: etree._Element) -> None:
    """Check that a channel's image has the channel's title and link."""
    channel = node.getparent()
    if channel is None:
        return
    for name in ("title", "link"):
        own, above = walk.find_text(node, name), walk.find_text(channel, name)
        if own and above and own != above:
            walk.add("rss-image-other", node, name=name, value=own)


def check_skip(walk: Walk, node: etree._Element) -> None:
    """Check that no hour or day is skipped twice."""
    seen: set[str] = set()
    for child in iter_elements(node):
        text = get_text(child).strip()
        key = text.lstrip("0") or "0"
        key = "0" if key == "24" else key
        if key in seen:
            walk.add("rss-skip-repeated", child, value=text)
        seen.add(key)


def _check_order(walk: Walk, children: Children) -> None:
    after = False
    for name, child in children:
        if name == "item":
            after = True
        elif after and (":" not in name or name == "atom:link") and not name.startswith("?"):
            walk.add("rss-item-misplaced", child, name=name)
            return


def _check_same(walk: Walk, children: Children, same: dict[str, str]) -> None:
    names = {name for name, _ in children}
    if names.isdisjoint(same):
        return
    for name, child in children:
        if name in same and same[name] in names:
            walk.add("meaning-repeated", child, name=name, other=same[name])
