"""A feed without the entries that are known to have no error.

The rest of it is parsed and walked: the frame of the feed, and the other entries. Nothing here
says that anything is wrong. The whole feed is walked if the rest has an error, if two entries have
something that only one may have, or if it takes a parser to tell where the entries are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from lxml import etree

from feedpub import compile_late
from feedpub.lint.templates import TEMPLATES, Notes

# The declaration, other processing instructions, and the tag of the root as it is written.
_ROOT = compile_late(
    r"<\?xml version=[\"']1\.0[\"'] encoding=[\"'](?:utf-8|UTF-8)[\"']\s*\?>\s*"
    r"(?:<\?[^<>]*\?>\s*)*(<(rss|feed)\s[^<>]*>)"
)
_COMMENT = compile_late(r"<!--.*?-->", re.DOTALL)
_NO_TAG = compile_late("<[!?]")
_ODD_REFERENCE = compile_late("&(?!(?:amp|lt|gt|quot|apos);)")
# Bytes of UTF-8 but those of characters that XML does not have, or reads as other ones.
_USUAL_BYTES = bytes((*b"\t\n", *range(32, 256)))
_MOST_BYTES = 8_000_000  # libxml2 refuses a text of 10,000,000
_AUTHOR = "<author>"


class Cut(NamedTuple):
    """The rest of a feed.

    Attributes:
        above: What the walk of an entry depends on beyond the entry itself.
        has_stub: Whether the tags of the first entry are left, and nothing between them.
        entries: The texts between the tags of the other entries that are left, in order, up to
            the first entry that something else follows.
        new: What each entry that was cut out must be the only one to have, such as its id.
    """

    text: str
    name: str
    above: tuple[str, bool]
    has_stub: bool
    entries: list[str]
    new: set[tuple[str, str]]

    @property
    def has_author(self) -> bool:
        """Whether the feed seems to have an author, which its entries then need not have."""
        return self.above[1]

    def find_entries(self, root: etree._Element) -> list[etree._Element]:
        """Find the elements of these entries, after the stub if there is one."""
        return list(islice(root.iter(f"{{*}}{self.name}"), self.has_stub + len(self.entries)))

    def learn(self, nodes: Sequence[etree._Element], learned: Iterable[Notes]) -> None:
        """Remember those of the entries in which the walk found no error."""
        texts = dict(zip(nodes[self.has_stub :], self.entries, strict=True))
        for notes in learned:
            if notes.node in texts:
                TEMPLATES.learn(self.above, texts[notes.node], notes)


def cut_known(content: bytes, text: str) -> Cut | None:
    """Cut the entries that are known to have no error out of a document.

    None is a document whose entries it takes a parser to tell.
    """
    root = _ROOT.match(text)
    if root is None or not _is_plain(content, text):
        return None
    name = "item" if root[2] == "rss" else "entry"
    start, end = f"<{name}>", f"</{name}>"
    before, *parts = text.split(start)
    frame = _COMMENT.sub("", before[root.end() :])
    if f"<{name}" in frame or f":{name}" in frame or any(map(_NO_TAG.search, (frame, *parts))):
        return None
    above = (root[1], _AUTHOR in frame)
    kept, entries, has_stub, is_run = [before], list[str](), False, True
    new: set[tuple[str, str]] = set()
    for number, part in enumerate(parts):
        entry, closed, after = part.partition(end)
        is_run = is_run and bool(closed)
        own = TEMPLATES.find_new(above, entry) if is_run else None
        if own is None or not own.isdisjoint(new):
            kept += (start, part)
            entries += [entry] if is_run else []
        else:
            new |= own
            has_stub = has_stub or not number
            kept += (after,) if number else (start, end, after)
        is_run = is_run and not after.strip()
    left = "".join(kept)
    if left.count("xmlns") > root[1].count("xmlns"):
        return None
    return Cut(left, name, above, has_stub, entries, new)


def _is_plain(content: bytes, text: str) -> bool:
    """Say whether a document of UTF-8 has only characters and references that need no parser."""
    return (
        len(content) <= _MOST_BYTES
        and not content.translate(None, _USUAL_BYTES)
        and not any(odd in text for odd in ("\ufffe", "\uffff", "]]>"))
        and _ODD_REFERENCE.search(text) is None
    )
