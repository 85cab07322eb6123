"""Atom's texts and contents: text, html, xhtml, media types (RFC 4287 sections 3.1 and 4.1.3)."""

from __future__ import annotations

import base64
import binascii

from lxml import etree

from feedpub.lint.html_text import ELEMENTS, is_script_attribute, is_unsafe
from feedpub.lint.nodes import PREFIXES, XHTML, get_text, iter_elements, split_name
from feedpub.lint.walking import Walk

_PLAIN_TYPES = ("text", "html", "xhtml")


def check_text_construct(walk: Walk, node: etree._Element) -> bool:
    """Check a title, summary, subtitle, or rights."""
    given = str(node.get("type", "text"))
    is_known = given in (*_PLAIN_TYPES, "")
    if not is_known:
        walk.add("atom-text-type-unknown", node, where=walk.show(node), value=given)
    if is_known or "/" in given:
        _check_content_of(walk, node, given)
    return True


def check_content(walk: Walk, node: etree._Element) -> bool:
    """Check the content of an entry, inline or elsewhere."""
    has_source = node.get("src") is not None
    given = str(node.get("type", "" if has_source else "text"))
    if has_source and node.get("type") is None:
        walk.add("atom-content-type-missing", node)
    if has_source and (get_text(node).strip() or len(node)):
        walk.add("atom-content-twice", node)
        return True
    if given == "multipart/alternative":  # RFC 4287 section 4.1.3.1 excludes composite types
        walk.add("media-type-invalid", node, where=walk.show_place(node, "type"), value=given)
    elif given and (has_source or given not in _PLAIN_TYPES):
        walk.check_value(given, ("media-type",), node, key="type")
    if not has_source:
        _check_content_of(walk, node, given)
    return True


def _check_content_of(walk: Walk, node: etree._Element, given: str) -> None:
    text = get_text(node)
    elements = list(iter_elements(node)) if len(node) else []
    is_xml = given.endswith(("+xml", "/xml"))
    if given == "xhtml":
        _check_xhtml(walk, node, elements)
        return
    for element in elements:
        if not is_xml:
            walk.add("element-in-text", element, name=walk.show(element), parent=walk.show(node))
        walk.visit_any(element)
    if elements:
        if is_xml and any((element.tail or "").strip() for element in elements):
            walk.add("text-unexpected", node, parent=walk.show(node))
        return
    walk.check_characters(text, node)
    if not text.strip():
        walk.add("blank", node, where=walk.show(node))
    elif given in ("html", "text/html"):
        walk.check_value(text.strip(), ("html",), node)
    elif "/" in given and not is_xml and not given.startswith("text/"):
        _check_base64(walk, node, text)
    elif not is_xml:
        walk.check_value(text.strip(), ("plain",), node)


def _check_base64(walk: Walk, node: etree._Element, text: str) -> None:
    try:
        base64.decodebytes(text.encode("ascii"))
    except (binascii.Error, UnicodeEncodeError):
        walk.add("atom-content-not-base64", node)


def _check_xhtml(walk: Walk, node: etree._Element, elements: list[etree._Element]) -> None:
    if not elements:
        rule = "atom-xhtml-div-missing" if get_text(node).strip() else "blank"
        walk.add(rule, node, where=walk.show(node))
        return
    if elements[0].tag != f"{{{XHTML}}}div":
        walk.add("atom-xhtml-div-missing", elements[0], where=walk.show(node))
        return
    if get_text(node).strip():
        walk.add("text-unexpected", node, parent=walk.show(node))
    for other in elements[1:]:
        if other.tag != f"{{{XHTML}}}div":
            walk.add("atom-xhtml-div-missing", other, where=walk.show(node))
    for element in elements:
        for child in iter_elements(element):
            _check_xhtml_element(walk, child, walk.show(node))


def _check_xhtml_element(walk: Walk, node: etree._Element, where: str) -> None:
    namespace, name = split_name(str(node.tag))
    if not namespace:
        walk.add("xhtml-namespace-missing", node, name=name)
    elif namespace == XHTML:
        _check_html_element(walk, node, name, where)
    elif PREFIXES.get(namespace, "svg") not in ("svg", "mathml"):
        parent = node.getparent()
        if parent is None or split_name(str(parent.tag))[1] != "metadata":
            walk.add("element-unknown", node, name=walk.name(node), parent="XHTML")
        walk.visit_any(node)
        return
    walk.check_characters(get_text(node), node)
    for child in iter_elements(node):
        _check_xhtml_element(walk, child, where)


def _check_html_element(walk: Walk, node: etree._Element, name: str, where: str) -> None:
    if name not in ELEMENTS:
        walk.add("html-unknown-element", node, where=where, detail=name)
    elif is_unsafe(name):
        walk.add("html-unsafe", node, where=where, detail=f"<{name}>")
    for key, value in node.attrib.items():
        if not split_name(str(key))[0] and is_script_attribute(str(key), str(value)):
            walk.add("html-unsafe", node, where=where, detail=str(key))
