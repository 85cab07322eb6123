"""The HTML that rich-text trees are written as: blocks, figures, and lists in lists."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from feedpub import compile_late
from feedpub.markup import write_embed
from feedpub.systems.html_bodies import write_figure
from feedpub.systems.xml_elements import escape_text
from feedpub.text import has_markup


def wrap(element: str, inner: str, *, keep: bool = False) -> str:
    """Wrap what an element holds; empty where that is nothing, unless it is kept."""
    return f"<{element}>{inner}</{element}>" if keep or inner.strip() else ""


def write_image(image: Mapping[str, object]) -> str:
    """Write an image, with its caption, as a figure."""
    alt, caption = image.get("alt"), image.get("caption")
    text = caption if isinstance(caption, str) and caption.strip() else ""
    return write_figure(
        str(image["src"]),
        alt=alt if isinstance(alt, str) else None,
        caption=text if has_markup(text) else escape_text(text),
    )


_BLOCK = compile_late(
    r"\s*<(?:p|div|h[1-6]|ul|ol|li|blockquote|figure|table|tr|td|th|pre|hr|iframe|section|img)\b",
    re.IGNORECASE,
)


def starts_block(markup: str) -> bool:
    """Say whether markup begins with a block."""
    return _BLOCK.match(markup) is not None


def drop_paragraph(markup: str) -> str:
    """Take the one paragraph off that a heading or an item holds."""
    if markup.startswith("<p>") and markup.count("<p>") == 1 and markup.endswith("</p>"):
        return markup[3:-4]
    if markup.startswith("<p>") and markup.count("<p>") == 1 and "</p><" in markup:
        return markup[3:].replace("</p>", "", 1)
    return markup


def nest_items(items: Sequence[tuple[int, bool, str]]) -> str:
    """Write items of several levels as lists in lists."""
    written: list[str] = []
    open_lists: list[str] = []
    for level, is_ordered, inner in items:
        element = "ol" if is_ordered else "ul"
        while len(open_lists) > level:
            written.append(f"</li></{open_lists.pop()}>")
        if len(open_lists) == level:
            written.append("</li>")
            if open_lists[-1] != element:
                written.append(f"</{open_lists.pop()}><{element}>")
                open_lists.append(element)
        while len(open_lists) < level:
            if open_lists and written[-1].startswith(("<ul>", "<ol>")):
                written.append("<li>")
            written.append(f"<{element}>")
            open_lists.append(element)
        written.append(f"<li>{drop_paragraph(inner)}")
    while open_lists:
        written.append(f"</li></{open_lists.pop()}>")
    return "".join(written)


def write_link_line(url: str, label: str) -> str:
    """Write a paragraph that links to a player."""
    return f"<p>{write_embed(url, label)}</p>"
