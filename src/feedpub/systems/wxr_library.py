"""What the posts of a WordPress export refer to: attachments, and the names of authors."""

from __future__ import annotations

from lxml import etree

from feedpub.sources import Raw
from feedpub.systems.wordpress_markup import Attachment
from feedpub.systems.xml_elements import Children, child_text, find_child, find_children

_PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif")
_ALT = "_wp_attachment_image_alt"


class Library:
    """What the records of one file refer to: attachments, and names of authors by login.

    An attachment is one text, so that 100,000 of them take little memory.
    """

    def __init__(self) -> None:
        self.attachments: dict[str, str] = {}
        self.children: dict[str, list[str]] = {}
        self.authors: dict[str, str] = {}
        self.base = ""
        self.language: str | None = None
        self.is_whole = False
        self._has_head = False

    def add(self, raw: Raw) -> None:
        """Take the head before the first item, and an item that others refer to."""
        if raw.head is not None and not self._has_head:
            self._has_head = True
            self._add_head(raw.head)
        if isinstance(raw.value, etree._Element):
            self._add_item(Children(raw.value))

    def _add_head(self, head: etree._Element) -> None:
        """Take the values before the first item."""
        channel = find_child(head, "channel")
        channel = head if channel is None else channel
        self.base = child_text(channel, "link", "wp:base_blog_url")
        self.language = child_text(channel, "language") or None
        for author in find_children(channel, "wp:author"):
            name = child_text(author, "wp:author_display_name") or " ".join(
                filter(
                    None,
                    (
                        child_text(author, "wp:author_first_name"),
                        child_text(author, "wp:author_last_name"),
                    ),
                )
            )
            for key in ("wp:author_login", "wp:author_email"):
                if name and (value := child_text(author, key)):
                    self.authors.setdefault(value, name)

    def _add_item(self, item: Children) -> None:
        """Take an attachment or a guest author."""
        kind = item.text("wp:post_type")
        if kind == "guest-author":
            meta = read_meta(item)
            name = meta.get("cap-display_name") or item.text("title")
            for login in (meta.get("cap-user_login"), item.text("wp:post_name")):
                if login and name:
                    self.authors.setdefault(login.removeprefix("cap-"), name)
        if kind != "attachment":
            return
        id, url = item.text("wp:post_id"), item.text("wp:attachment_url", "guid")
        if not id or not url:
            return
        texts = (item.text("excerpt:encoded"), read_meta(item).get(_ALT, ""))
        self.attachments[id] = "\0".join((url, *texts)) if any(texts) else url
        parent = item.text("wp:post_parent")
        if parent not in ("", "0") and url.lower().endswith(_PICTURES):
            self.children.setdefault(parent, []).append(id)

    def find(self, id: str) -> Attachment | None:
        """Find an attachment by its id."""
        found = self.attachments.get(id)
        return None if found is None else Attachment(*found.split("\0"))


def read_meta(item: Children) -> dict[str, str]:
    """Read the values that plugins and WordPress itself keep with an item."""
    return {
        child_text(meta, "wp:meta_key"): child_text(meta, "wp:meta_value")
        for meta in item.find("wp:postmeta")
    }
