"""What Atom asks of a feed and of an entry as a whole (RFC 4287 section 4.1)."""

from __future__ import annotations

from lxml import etree

from feedpub.linting.atom_links import check_alternates, check_history, check_self, get_relation
from feedpub.linting.namespaces import find_meant
from feedpub.linting.podcasts import check_podcast
from feedpub.linting.vocabulary import Kind
from feedpub.linting.walking import Walk, get_namespace, get_text, has_text, iter_elements

# So many entries with one id are no revisions of one entry, but a template's fault.
_FEW = 9


def check_feed(walk: Walk, node: etree._Element, kind: Kind) -> bool:
    """Check a feed's links, the order of its children, and the ids of its entries."""
    links = _list_named(walk, node, "link")
    entries = _list_named(walk, node, "entry")
    walk.has_entries = bool(entries)
    check_self(walk, node, links)
    check_alternates(walk, links)
    check_history(walk, node, links)
    _check_order(walk, node)
    _check_ids(walk, entries)
    check_podcast(walk, node)
    return False


def check_source(walk: Walk, node: etree._Element, kind: Kind) -> bool:
    """Check the source of an entry, which should say whence it comes."""
    names = {walk.name(child) for child in iter_elements(node)}
    for name in ("id", "title", "updated"):
        if name not in names:
            walk.add("atom-source-incomplete", node, name=name)
    check_alternates(walk, _list_named(walk, node, "link"))
    return False


def check_entry(walk: Walk, node: etree._Element, kind: Kind) -> bool:
    """Check what an entry needs beyond its own children."""
    children = {walk.name(child): child for child in iter_elements(node)}
    links = _list_named(walk, node, "link")
    check_alternates(walk, links)
    if not _has_author(walk, node, children):
        walk.add("atom-author-missing", node)
    content = children.get("content")
    if content is None:
        if not any(get_relation(link) == "alternate" for link in links):
            walk.add("atom-content-missing", node)
    elif "summary" not in children and _needs_summary(content):
        walk.add("atom-summary-missing", node)
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


def _has_author(walk: Walk, node: etree._Element, children: dict[str, etree._Element]) -> bool:
    parent = node.getparent()
    source = children.get("source")
    return any(
        bool(_list_named(walk, place, "author"))
        for place in (node, source, parent)
        if place is not None
    )


def _needs_summary(content: etree._Element) -> bool:
    if content.get("src") is not None:
        return True
    media_type = str(content.get("type", ""))
    is_text = media_type.startswith("text/") or media_type.endswith(("+xml", "/xml"))
    return "/" in media_type and not is_text


def _check_order(walk: Walk, node: etree._Element) -> None:
    after = False
    for child in iter_elements(node):
        name = walk.name(child)
        if name == "entry":
            after = True
        elif after and ":" not in name and not name.startswith("?"):
            walk.add("atom-metadata-after-entry", child, name=name)


def _check_ids(walk: Walk, entries: list[etree._Element]) -> None:
    seen: set[str] = set()
    repeated = []
    for entry in entries:
        for node in _list_named(walk, entry, "id")[:1]:
            text = get_text(node).strip()
            if text in seen:
                repeated.append(node)
            seen.add(text)
    if len(entries) > _FEW and len(repeated) == len(entries) - 1:
        walk.add("atom-ids-all-equal", repeated[0])
        return
    for node in repeated:
        walk.add("atom-id-repeated", node, value=get_text(node).strip())


def _list_named(walk: Walk, node: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in iter_elements(node) if walk.name(child) == name]
