"""What Media RSS asks of its elements beyond the tables."""

from __future__ import annotations

import re

from lxml import etree

from feedpub.lint.html_text import check_html, check_plain
from feedpub.lint.nodes import get_text
from feedpub.lint.values import check_countries, check_credit_role
from feedpub.lint.vocabulary import Kind
from feedpub.lint.walking import Walk

_DIGITS = {"sha-1": 40, "md5": 32, "": 32}
_ICRA = r"(?:[nsvlocx]z [01]|(?:n[a-c]|s[a-f]|v[a-j]|l[a-c]|o[a-h]|c[ab]|x[a-e]) 1)"
_RATINGS = {
    "urn:simple": re.compile("adult|nonadult"),
    "urn:mpaa": re.compile("g|m|nc-17|pg|pg-13|r|x"),
    "urn:v-chip": re.compile("14\\+|18\\+|c|c8|g|pg|tv-(?:14|g|ma|pg|y|y7|y7-fv)"),
    "urn:icra": re.compile(rf"r \({_ICRA}(?: {_ICRA})*\)"),
}
_EBU = "urn:ebu"


def check_group(walk: Walk, node: etree._Element, kind: Kind) -> bool:
    """Check that a group holds a choice."""
    if sum(name == "media:content" for name, _ in walk.list_children(node)) < 2:
        walk.add("media-group-single", node)
    return False


def check_credit(walk: Walk, node: etree._Element, kind: Kind) -> bool:
    """Check the role of a credit."""
    role = str(node.get("role", ""))
    scheme = str(node.get("scheme", "")) or _EBU
    if role and ((scheme == _EBU and check_credit_role(role)) or role != role.lower()):
        walk.add("media-role-unknown", node, value=role)
    return False


def check_hash(walk: Walk, node: etree._Element, kind: Kind) -> bool:
    """Check the length of a hash."""
    text = get_text(node).strip()
    expected = _DIGITS.get(str(node.get("algo", "")))
    if expected is not None and text.isalnum() and len(text) != expected:
        walk.add("media-hash-invalid", node, value=text, expected=str(expected))
    return False


def check_rating(walk: Walk, node: etree._Element, kind: Kind) -> bool:
    """Check a rating by its scheme."""
    scheme = str(node.get("scheme", "")) or "urn:simple"
    form = _RATINGS.get(scheme)
    if form is None:
        walk.check_value(scheme, ("uri",), node, key="scheme")
    elif not form.fullmatch(get_text(node).strip()):
        walk.add("media-rating-unknown", node, value=get_text(node).strip(), scheme=scheme)
    return False


def check_restriction(walk: Walk, node: etree._Element, kind: Kind) -> bool:
    """Check what a restriction names by its type."""
    text = get_text(node).strip()
    where = walk.show(node)
    given = str(node.get("type", ""))
    if given == "country":
        for rule, detail in check_countries(text):
            walk.add(rule, node, where=where, value=text, detail=detail)
    elif given == "uri":
        walk.check_value(text, ("uri",), node)
    elif not given and text not in ("", "all", "none"):
        walk.add("word-unknown", node, where=where, value=text, detail="all, none")
    return False


def check_text(walk: Walk, node: etree._Element, kind: Kind) -> bool:
    """Check a title, a description or a transcript by its type."""
    text = get_text(node)
    if walk.reader.errors_alone:
        return False
    faults = check_html(text) if node.get("type") == "html" else check_plain(text)
    for rule, detail in faults:
        walk.add(rule, node, where=walk.show(node), value=text.strip(), detail=detail)
    return False


def check_adult(walk: Walk, node: etree._Element, kind: Kind) -> bool:
    """Check an element that was replaced."""
    walk.add("media-adult-outdated", node)
    return False
