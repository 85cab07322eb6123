"""Links: Atom's (RFC 4287 section 4.2.7), those of paging (RFC 5005), the self link of any feed."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import urljoin, urlsplit

from lxml import etree

from feedpub import compile_late
from feedpub.lint.loading import load_words
from feedpub.lint.nodes import XML, has_text
from feedpub.lint.walking import Walk

_IANA = "http://www.iana.org/assignments/relation/"
_RELATIONS = load_words("link_relations")
_PAGING = load_words("link_relations", "paging")
_EXTENSION = compile_late(r"[A-Za-z][0-9A-Za-z+.\-]*:\S+")
# Where no address is known, the suffix may show that the link leads to another format.
_OTHER_SUFFIXES = {"atom": ("rss", "json", "html"), "rss": ("atom", "json", "html"), "rdf": ()}
_FEED_TYPES = {
    "atom": ("application/atom+xml",),
    "rss": ("application/rss+xml",),
    "rdf": ("application/rss+xml", "application/rdf+xml"),
}


def check_link(walk: Walk, node: etree._Element) -> bool:
    """Check one link beyond what its table says."""
    relation = get_relation(node)
    if relation and relation not in _RELATIONS and not _EXTENSION.fullmatch(relation):
        walk.add("atom-link-relation-unknown", node, value=relation)
    parent = node.getparent()
    if relation in _PAGING and parent is not None and walk.name(parent) == "entry":
        walk.add("history-link-in-entry", node, value=relation)
    if has_text(node):
        walk.add("atom-link-not-empty", node)
    for key in node.keys():  # noqa: SIM118 -- an element is not a mapping
        name = walk.name_attribute(str(key)) if "{" in str(key) else ""
        if name == "thr:when":
            walk.add("thread-when", node)
        elif name in ("thr:count", "thr:updated") and relation != "replies":
            walk.add("thread-attribute-misplaced", node, name=name)
    if relation == "enclosure" and parent is not None and node.get("length") == "0":
        walk.add("enclosure-length-zero", node, where="length of <link>", value="0", detail="")
    if relation == "alternate" and node.get("href") is not None:
        _note_relative(walk, node)
    walk.visit_any_children(node)
    return True


def get_relation(node: etree._Element) -> str:
    """Get the relation of a link; a link that names none is an alternate."""
    return str(node.get("rel", "alternate")).removeprefix(_IANA)


def check_alternates(walk: Walk, links: Iterable[etree._Element]) -> None:
    """Check that no two alternates have one type and language."""
    seen: set[tuple[str, str]] = set()
    for link in links:
        if get_relation(link) != "alternate":
            continue
        media_type, language = str(link.get("type", "")), str(link.get("hreflang", ""))
        if (media_type, language) in seen:
            walk.add(
                "atom-alternate-repeated",
                link,
                type=media_type or "none",
                language=language or "none",
            )
        seen.add((media_type, language))


def check_self(walk: Walk, node: etree._Element, links: list[etree._Element]) -> None:
    """Check that a feed says, correctly, where it is published."""
    own = [link for link in links if get_relation(link) == "self"]
    if not own:
        walk.add("self-link-missing", node)
        return
    if len(own) > 1:
        walk.add("self-link-repeated", own[1])
    href, media_type = str(own[0].get("href", "")), str(own[0].get("type", ""))
    others = {str(link.get("href")) for link in links if get_relation(link) == "alternate"}
    if not _has_host(own[0], href):
        walk.add("self-link-relative", own[0], value=href)
    elif media_type and media_type not in _FEED_TYPES[walk.form]:
        walk.add("self-link-type", own[0], value=media_type)
    elif href in others or _is_elsewhere(walk, href):
        walk.add("self-link-elsewhere", own[0], value=href)


def _is_elsewhere(walk: Walk, href: str) -> bool:
    if walk.options.url is not None:
        return href != walk.options.url
    suffix = href.rpartition(".")[2].lower()
    return suffix in _OTHER_SUFFIXES[walk.form]


def check_history(walk: Walk, node: etree._Element, links: list[etree._Element]) -> None:
    """Check the links of paged and archived feeds (RFC 5005)."""
    hrefs = {get_relation(link): link for link in links}
    marks = dict(walk.list_children(node))
    own = str(hrefs["self"].get("href")) if "self" in hrefs else None
    if "fh:complete" in marks:
        for link in links:
            relation = get_relation(link)
            if relation in _PAGING and not (relation == "current" and link.get("href") == own):
                walk.add("history-complete-paged", link, value=relation)
    elif "fh:archive" in marks and "current" not in hrefs:
        walk.add("history-archive-without-current", marks["fh:archive"])
    for end, beyond in (("first", "previous"), ("last", "next")):
        if end in hrefs and own is not None and hrefs[end].get("href") == own and beyond in hrefs:
            walk.add("history-past-end", hrefs[beyond], value=beyond, end=end)


def _note_relative(walk: Walk, node: etree._Element) -> None:
    href = str(node.get("href"))
    if href.startswith(("https://", "http://")):
        return
    if not _has_host(node, href) and ":" not in href:
        walk.add("link-relative", node, where=f"href of {walk.show(node)}", value=href)


def _has_host(node: etree._Element, href: str) -> bool:
    """Say whether a reference names a host, itself or by the xml:base of its element."""
    for element in (node, *node.iterancestors()):
        with suppress(ValueError):  # the base, or the reference, is not a URL
            href = urljoin(str(element.get(f"{{{XML}}}base", "")), href)
    with suppress(ValueError):
        return bool(urlsplit(href).netloc)
    return False
