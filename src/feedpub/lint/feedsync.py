"""What FeedSync asks of its elements beyond the tables."""

from __future__ import annotations

from lxml import etree

from feedpub.lint.vocabulary import Kind
from feedpub.lint.walking import Walk


def check_sharing(walk: Walk, node: etree._Element, kind: Kind) -> bool:
    """Check that a period has both its ends, and in their order."""
    since, until = node.get("since"), node.get("until")
    for name, value, other in (("since", since, until), ("until", until, since)):
        if value is None and other is not None:
            walk.add("attribute-missing", node, name=name, parent=walk.show(node))
    if since is not None and until is not None and since > until:
        walk.add("sync-since-after-until", node, value=str(since))
    return False


def check_sync(walk: Walk, node: etree._Element, kind: Kind) -> bool:
    """Check that the id of an item that is kept in step is its own."""
    own = str(node.get("id", ""))
    if own and not walk.is_new("sync", own):
        walk.add("sync-id-repeated", node, value=own)
    return False


def check_history(walk: Walk, node: etree._Element, kind: Kind) -> bool:
    """Check that a change says by whom or when."""
    if node.get("by") is None and node.get("when") is None:
        walk.add("attribute-missing", node, name="by", parent=walk.show(node))
    return False
