"""What RSS, and its Advisory Board's profile, ask of a channel and an item as a whole."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from feedpub.linting.addresses import check_permalink
from feedpub.linting.atom_links import check_self
from feedpub.linting.podcasts import check_podcast
from feedpub.linting.vocabulary import Kind
from feedpub.linting.walking import Walk, get_text, iter_elements

# Two elements that say the same, for readers to choose from.
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


def check_channel(walk: Walk, node: etree._Element, kind: Kind) -> bool:
    """Check a channel's links and order, and the guids of its items."""
    children = list(iter_elements(node))
    names = [walk.name(child) for child in children]
    items = [child for child in children if walk.name(child) == "item"]
    walk.has_entries = bool(items)
    if walk.version.startswith("2."):
        check_self(walk, node, [c for c in children if walk.name(c) == "atom:link"])
        _check_guids_there(walk, items)
    _check_order(walk, children)
    _check_same(walk, children, _SAME_OF_CHANNEL)
    _check_guids(walk, items)
    if "textInput" in names:
        walk.add("rss-text-input", children[names.index("textInput")])
    check_podcast(walk, node)
    return False


def check_item(walk: Walk, node: etree._Element, kind: Kind) -> bool:
    """Check that an item says anything, and nothing twice."""
    children = list(iter_elements(node))
    names = [walk.name(child) for child in children]
    if "title" not in names and "description" not in names:
        walk.add("rss-item-empty", node)
    if "content:encoded" in names:
        place = names.index("content:encoded")
        if "description" not in names[:place]:
            walk.add("rss-content-before-description", children[place])
    _check_same(walk, children, _SAME_OF_ITEM)
    return False


def check_rdf_item(walk: Walk, node: etree._Element, kind: Kind) -> bool:
    """Check that no two items of RSS 1.0 are about one thing."""
    walk.note_about(node)
    return False


def check_guid(walk: Walk, node: etree._Element, kind: Kind) -> bool:
    """Check a guid as the permanent link that it is unless it says not."""
    text = get_text(node).strip()
    where = walk.show(node)
    if node.get("isPermaLink", "true") == "true":
        for rule, detail in check_permalink(text):
            walk.add(rule, node, where=where, value=text, detail=detail)
    elif text.isdigit() and len(text) < 9:
        walk.add("guid-short", node, value=text)
    return False


def check_image(walk: Walk, node: etree._Element, kind: Kind) -> bool:
    """Check that a channel's image has the channel's title and link."""
    channel = node.getparent()
    for name in ("title", "link") if channel is not None else ():
        own, above = _find_text(walk, node, name), _find_text(walk, channel, name)
        if own and above and own != above:
            walk.add("rss-image-other", node, name=name, value=own)
    return False


def check_skip(walk: Walk, node: etree._Element, kind: Kind) -> bool:
    """Check that no hour or day is skipped twice."""
    seen: set[str] = set()
    children = list(iter_elements(node))
    for child in children:
        text = get_text(child).strip()
        key = text.lstrip("0") or "0"
        key = "0" if key == "24" else key
        if key in seen:
            walk.add("rss-skip-repeated", child, value=text)
        seen.add(key)
    return False


def _check_order(walk: Walk, children: list[etree._Element]) -> None:
    after = False
    for child in children:
        name = walk.name(child)
        if name == "item":
            after = True
        elif after and (":" not in name or name == "atom:link") and not name.startswith("?"):
            walk.add("rss-item-misplaced", child, name=name)
            return


def _check_same(walk: Walk, children: Iterable[etree._Element], same: dict[str, str]) -> None:
    names: set[str] = set()
    nodes = list(children)
    names.update(walk.name(child) for child in nodes)
    for child in nodes:
        name = walk.name(child)
        if name in same and same[name] in names:
            walk.add("meaning-repeated", child, name=name, other=same[name])


def _check_guids(walk: Walk, items: list[etree._Element]) -> None:
    seen: set[str] = set()
    for item in items:
        for child in iter_elements(item):
            if walk.name(child) == "guid":
                text = get_text(child).strip()
                if text in seen:
                    walk.add("guid-repeated", child, value=text)
                if text:
                    seen.add(text)


def _check_guids_there(walk: Walk, items: list[etree._Element]) -> None:
    for item in items:
        if not any(walk.name(child) == "guid" for child in iter_elements(item)):
            walk.add("guid-missing", item)


def _find_text(walk: Walk, node: etree._Element | None, name: str) -> str:
    if node is None:
        return ""
    return next((get_text(c).strip() for c in iter_elements(node) if walk.name(c) == name), "")
