"""What modules ask beyond the tables: Media RSS, Apple's podcasts, threads, FeedSync."""

from __future__ import annotations

from lxml import etree

from feedpub import compile_late
from feedpub.lint.loading import load_blocks
from feedpub.lint.nodes import XML, get_text
from feedpub.lint.values import make_check
from feedpub.lint.walking import Walk

_DIGITS = {"sha-1": 40, "md5": 32, "": 32}
_ICRA = r"(?:[nsvlocx]z [01]|(?:n[a-c]|s[a-f]|v[a-j]|l[a-c]|o[a-h]|c[ab]|x[a-e]) 1)"
_RATINGS = {
    "urn:simple": compile_late("adult|nonadult"),
    "urn:mpaa": compile_late("g|m|nc-17|pg|pg-13|r|x"),
    "urn:v-chip": compile_late("14\\+|18\\+|c|c8|g|pg|tv-(?:14|g|ma|pg|y|y7|y7-fv)"),
    "urn:icra": compile_late(rf"r \({_ICRA}(?: {_ICRA})*\)"),
}
# Media RSS names these schemes of roles, although they are not well-formed URNs.
_EBU, _YVS = "urn:ebu", "urn:yvs"
_PODCAST_ELEMENTS = ("itunes:category", "itunes:explicit", "itunes:owner")


# --- Media RSS


def check_group(walk: Walk, node: etree._Element) -> None:
    """Check that a group holds a choice."""
    if sum(name == "media:content" for name, _ in walk.list_children(node)) < 2:
        walk.add("media-group-single", node)


def check_credit(walk: Walk, node: etree._Element) -> None:
    """Check the scheme and the role of a credit."""
    role = str(node.get("role", ""))
    scheme = str(node.get("scheme", "")) or _EBU
    if scheme not in (_EBU, _YVS):
        walk.check_value(scheme, ("uri",), node, key="scheme")
    is_unknown = scheme == _EBU and make_check("credit-role")(role)
    if role and (is_unknown or role != role.lower()):
        walk.add("media-role-unknown", node, value=role)


def check_hash(walk: Walk, node: etree._Element) -> None:
    """Check the length of a hash."""
    text = get_text(node).strip()
    expected = _DIGITS.get(str(node.get("algo", "")))
    if expected is not None and text.isalnum() and len(text) != expected:
        walk.add("media-hash-invalid", node, value=text, expected=str(expected))


def check_rating(walk: Walk, node: etree._Element) -> None:
    """Check a rating by its scheme."""
    scheme, text = str(node.get("scheme", "")) or "urn:simple", get_text(node).strip()
    form = _RATINGS.get(scheme)
    if form is None:
        walk.check_value(scheme, ("uri",), node, key="scheme")
    elif not form.fullmatch(text):
        walk.add("media-rating-unknown", node, value=text, scheme=scheme)


def check_restriction(walk: Walk, node: etree._Element) -> None:
    """Check what a restriction names by its type."""
    text, given = get_text(node).strip(), str(node.get("type", ""))
    if given == "country":
        walk.check_value(text, ("countries",), node)
    elif given == "uri":
        walk.check_value(text, ("uri",), node)
    elif text and not given:
        walk.check_value(text, ("words(all|none)",), node)


def check_media_text(walk: Walk, node: etree._Element) -> None:
    """Check a title, a description, or a transcript by its type."""
    check = "html" if node.get("type") == "html" else "plain"
    walk.check_value(get_text(node).strip(), (check,), node)


def check_adult(walk: Walk, node: etree._Element) -> None:
    """Note an element that was replaced."""
    walk.add("media-adult-outdated", node)


# --- Podcasts


def check_podcast(walk: Walk, node: etree._Element) -> None:
    """Check that a podcast has what directories ask for."""
    names = {name for name, _ in walk.list_children(node)}
    if not any(name.startswith("itunes:") for name in names):
        return
    for name in _PODCAST_ELEMENTS:
        if name not in names:
            walk.add("podcast-element-missing", node, name=name)
    if "language" not in names and node.get(f"{{{XML}}}lang") is None and walk.form == "rss":
        walk.add("podcast-element-missing", node, name="language")


def check_podcast_category(walk: Walk, node: etree._Element) -> None:
    """Check that a category, or a subcategory, is one of Apple's."""
    name, parent = str(node.get("text", "")), node.getparent()
    tables = (load_blocks(f"words/{table}podcast_categories") for table in ("", "former_"))
    if parent is not None and walk.name(parent) == "itunes:category":
        above = str(parent.get("text", ""))
        known, former = (table.get(above, ()) for table in tables)
        if not above:
            return
    else:
        known, former = (tuple(table) for table in tables)
    if node.get("text") is not None and name not in known:
        rule = "podcast-category-former" if name in former else "podcast-category-unknown"
        walk.add(rule, node, value=name)


# --- Threads


def check_in_reply_to(walk: Walk, node: etree._Element) -> bool:
    """Check that an answer says what it answers (RFC 4685)."""
    if node.get("ref") is None:
        walk.add("thread-ref-missing", node)
    walk.visit_any_children(node)
    return True


# --- FeedSync


def check_sharing(walk: Walk, node: etree._Element) -> None:
    """Check that a period has both ends, in order."""
    since, until = node.get("since"), node.get("until")
    for name, value, other in (("since", since, until), ("until", until, since)):
        if value is None and other is not None:
            walk.add("attribute-missing", node, name=name, parent=walk.show(node))
    if since is not None and until is not None and since > until:
        walk.add("sync-since-after-until", node, value=str(since))


def check_sync(walk: Walk, node: etree._Element) -> None:
    """Check that no two items have one sync id."""
    own = str(node.get("id", ""))
    if own and not walk.is_new("sync", own, node, "id"):
        walk.add("sync-id-repeated", node, value=own)


def check_history(walk: Walk, node: etree._Element) -> None:
    """Check that a change says who made it, or when."""
    if node.get("by") is None and node.get("when") is None:
        walk.add("attribute-missing", node, name="by", parent=walk.show(node))
