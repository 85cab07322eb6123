"""What Atom asks of a feed and of an entry as a whole (RFC 4287 section 4.1)."""

from __future__ import annotations

from lxml import etree

from feedpub.lint.atom_links import check_alternates, check_history, check_self, get_relation
from feedpub.lint.namespaces import find_meant
from feedpub.lint.nodes import get_namespace, get_text, has_text, iter_elements
from feedpub.lint.podcasts import check_podcast
from feedpub.lint.vocabulary import Kind
from feedpub.lint.walking import Children, Walk

# So many entries with one id are no revisions of one entry, but a template's fault.
_FEW = 9


def check_feed(walk: Walk, node: etree._Element, kind: Kind) -> bool:
    """Check a feed's links, the order of its children, and the ids of its entries."""
    children = walk.list_children(node)
    links = [child for name, child in children if name == "link"]
    walk.has_entries = any(name == "entry" for name, _ in children)
    check_self(walk, node, links)
    check_alternates(walk, links)
    check_history(walk, node, links)
    _check_order(walk, children)
    check_podcast(walk, node)
    walk.visit_children(node, kind)
    _check_ids(walk)
    return True


def check_source(walk: Walk, node: etree._Element, kind: Kind) -> bool:
    """Check the source of an entry, which should say whence it comes."""
    children = walk.list_children(node)
    names = {name for name, _ in children}
    for name in ("id", "title", "updated"):
        if name not in names:
            walk.add("atom-source-incomplete", node, name=name)
    check_alternates(walk, [child for name, child in children if name == "link"])
    return False


def check_entry(walk: Walk, node: etree._Element, kind: Kind) -> bool:
    """Check what an entry needs beyond its own children."""
    children = walk.list_children(node)
    by_name = dict(children)
    links = [child for name, child in children if name == "link"]
    check_alternates(walk, links)
    if "author" not in by_name and not _has_author_elsewhere(walk, node, by_name):
        walk.add("atom-author-missing", node)
    content = by_name.get("content")
    if content is None:
        if not any(get_relation(link) == "alternate" for link in links):
            walk.add("atom-content-missing", node)
    elif "summary" not in by_name and _needs_summary(content):
        walk.add("atom-summary-missing", node)
    if "id" in by_name:
        walk.ids.append((get_text(by_name["id"]).strip(), by_name["id"]))
    return False


def check_deleted_entry(walk: Walk, node: etree._Element, kind: Kind) -> bool:
    """Leave the children of a tombstone (RFC 6721) to whoever reads them."""
    return True


def check_in_reply_to(walk: Walk, node: etree._Element, kind: Kind) -> bool:
    """Check that an answer says to what (RFC 4685)."""
    if node.get("ref") is None:
        walk.add("thread-ref-missing", node)
    for child in iter_elements(node):
        walk.visit_any(child)
    return True


def check_empty(walk: Walk, node: etree._Element, kind: Kind) -> bool:
    """Check that a category holds no text."""
    if has_text(node):
        walk.add("text-unexpected", node, parent=walk.show(node))
    for child in iter_elements(node):
        if get_namespace(child) in walk.own or find_meant(get_namespace(child)):
            walk.add("element-unknown", child, name=walk.name(child), parent=walk.show(node))
        walk.visit_any(child)
    return True


def _has_author_elsewhere(
    walk: Walk, node: etree._Element, by_name: dict[str, etree._Element]
) -> bool:
    return any(
        walk.name(child) == "author"
        for place in (by_name.get("source"), node.getparent())
        if place is not None
        for child in iter_elements(place)
    )


def _needs_summary(content: etree._Element) -> bool:
    if content.get("src") is not None:
        return True
    media_type = str(content.get("type", ""))
    is_text = media_type.startswith("text/") or media_type.endswith(("+xml", "/xml"))
    return "/" in media_type and not is_text


def _check_order(walk: Walk, children: Children) -> None:
    after = False
    for name, child in children:
        if name == "entry":
            after = True
        elif after and ":" not in name and not name.startswith("?"):
            walk.add("atom-metadata-after-entry", child, name=name)


def _check_ids(walk: Walk) -> None:
    repeated = [(text, node) for text, node in walk.ids if not walk.is_new("id", text)]
    if len(walk.ids) > _FEW and len(repeated) == len(walk.ids) - 1:
        walk.add("atom-ids-all-equal", repeated[0][1])
        return
    for text, node in repeated:
        walk.add("atom-id-repeated", node, value=text)
