"""What Atom asks of a feed and of an entry as a whole (RFC 4287 section 4.1)."""

from __future__ import annotations

from lxml import etree

from feedpub.lint.links import check_alternates, check_history, check_self, get_relation
from feedpub.lint.modules import check_podcast
from feedpub.lint.naming import Children
from feedpub.lint.nodes import find_meant, get_namespace, has_text, iter_elements
from feedpub.lint.walking import Walk

# More entries than this with one id are not revisions of one entry, but the fault of a template.
_FEW = 9


def check_feed(walk: Walk, node: etree._Element) -> None:
    """Check a feed's links and the order of its children; note what its entries depend on."""
    children = walk.list_children(node)
    names = {name for name, _ in children}
    links = [child for name, child in children if name == "link"]
    walk.has_entries, walk.has_author = "entry" in names, "author" in names
    check_self(walk, node, links)
    check_alternates(walk, links)
    check_history(walk, node, links)
    _check_order(walk, children)
    check_podcast(walk, node)


def check_source(walk: Walk, node: etree._Element) -> None:
    """Check that the source of an entry says which feed it is."""
    children = walk.list_children(node)
    names = {name for name, _ in children}
    for name in ("id", "title", "updated"):
        if name not in names:
            walk.add("atom-source-incomplete", node, name=name)
    check_alternates(walk, [child for name, child in children if name == "link"])


def check_entry(walk: Walk, node: etree._Element) -> None:
    """Check what an entry needs beyond its own children."""
    children = walk.list_children(node)
    by_name = dict(children)
    links = [child for name, child in children if name == "link"]
    check_alternates(walk, links)
    if not (walk.has_author or "author" in by_name or _has_author(walk, by_name.get("source"))):
        walk.add("atom-author-missing", node)
    content = by_name.get("content")
    if content is None:
        if not any(get_relation(link) == "alternate" for link in links):
            walk.add("atom-content-missing", node)
    elif "summary" not in by_name and _needs_summary(content):
        walk.add("atom-summary-missing", node)
    if "id" in by_name:
        walk.note_id(by_name["id"])


def check_ids(walk: Walk) -> None:
    """Check that no two entries of a feed have one id."""
    repeated = [(text, node) for text, node in walk.ids if not walk.is_new("id", text, node)]
    if len(walk.ids) > _FEW and len(repeated) == len(walk.ids) - 1:
        walk.add("atom-ids-all-equal", repeated[0][1])
        return
    for text, node in repeated:
        walk.findings.entry = walk.find_entry(node)
        walk.add("atom-id-repeated", node, value=text)


def check_category(walk: Walk, node: etree._Element) -> bool:
    """Check that a category holds nothing."""
    if has_text(node):
        walk.add("text-unexpected", node, parent=walk.show(node))
    for child in iter_elements(node):
        if get_namespace(child) in walk.own or find_meant(get_namespace(child)):
            walk.add("element-unknown", child, name=walk.name(child), parent=walk.show(node))
        walk.visit_any(child)
    return True


def _has_author(walk: Walk, source: etree._Element | None) -> bool:
    children = () if source is None else iter_elements(source)
    return any(walk.name(child) == "author" for child in children)


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
