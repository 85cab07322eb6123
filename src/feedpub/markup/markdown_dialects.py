"""What Markdown has beyond CommonMark: footnotes, task lists, asides, attributes of blocks.

Attributes in braces and tables of contents are meant for a page. They are dropped, and so are
the links between a footnote and its mark, because a feed keeps no ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from feedpub import compile_late

_ATTRIBUTE = r"(?:[.#][\w:-]+|[A-Za-z][\w:-]*=(?:\"[^\"]*\"|'[^']*'|[^\s\"'{}]+))"
# Kramdown's begin with a colon, and stand for nothing else; others look like text in braces.
_COLON = compile_late(r"\s?\{:[^{}\n]*+\}")
_BRACES = rf"\{{\s*{_ATTRIBUTE}(?:\s+{_ATTRIBUTE})*\s*\}}"
_AT_END = compile_late(rf"(?<!\s)\s*+{_BRACES}\s*+$")
_AT_START = compile_late(rf"^{_BRACES}")
_TABLE_OF_CONTENTS = compile_late(r"\[\[?_?toc_?\]\]?", re.IGNORECASE)
_TOC_MARK = compile_late(r"\{:\s*toc\b")
# `*[HTML]: Hyper Text Markup Language` explains a word to the readers of a page.
_ABBREVIATIONS = compile_late(r"(?:\*\[[^\]\n]+\]:[^\n]*(?:\n|$))+")
_TASK = compile_late(r"\[([ xX])\][ \t]")
_ALERT = compile_late(r"\[!(note|tip|important|warning|caution)\][+-]?[ \t]*(.*)", re.IGNORECASE)
_ASIDE = compile_late(r"\s*\{?\.?([A-Za-z][\w-]*)\}?[ \t]*(?:\[(.*)\])?([^\[\]{}]*)(?:\{.*\})?\s*$")
_ATTRIBUTE_TITLE = compile_late(r"\btitle=\"([^\"]*)\"")
_EMPHASIS = compile_late(r"[*_`]")
_ATTACHED = frozenset(
    "image code_inline link_close strong_close em_close s_close html_inline".split()
)


def add_dialects(parser: MarkdownIt) -> None:
    """Let a parser read what Markdown has beyond CommonMark."""
    parser.use(footnote_plugin).use(deflist_plugin).use(admon_plugin)
    parser.use(container_plugin, "aside", validate=_is_aside)
    parser.core.ruler.push("dialects", _adapt)


def _is_aside(params: str, *_: object) -> bool:
    return _ASIDE.match(params) is not None


def _adapt(state: StateCore) -> None:
    """Make plain tokens of those that a feed cannot show."""
    state.tokens = list(_write_asides(state.tokens))
    _write_tasks(state.tokens)
    _write_alerts(state.tokens)
    for token in state.tokens:
        if token.type == "inline" and token.children is not None:
            _strip_attributes(token)
            token.children = [_write_footnote(child) for child in token.children]
    state.tokens = [token for token in state.tokens if token.type != "footnote_anchor"]
    state.tokens = _drop_empty(state.tokens)


def _write_asides(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        if token.type == "container_aside_open":
            found = _ASIDE.match(token.info)
            named = _ATTRIBUTE_TITLE.search(token.info)
            title = named[1] if named else ""
            if found is not None:
                title = title or found[2] or found[3].strip() or found[1].capitalize()
            yield from _write_title(_EMPHASIS.sub("", title))


def _write_title(title: str) -> Iterator[Token]:
    yield Token("paragraph_open", "p", 1, block=True)
    yield Token("inline", "", 0, content=title, children=_strong(title), block=True)
    yield Token("paragraph_close", "p", -1, block=True)


def _strong(text: str) -> list[Token]:
    return [
        Token("strong_open", "strong", 1),
        Token("text", "", 0, content=text),
        Token("strong_close", "strong", -1),
    ]


def _write_tasks(tokens: list[Token]) -> None:
    """Write the box of a task as a character, because forms are left out of feeds."""
    for item, paragraph, inline in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if item.type != "list_item_open" or paragraph.type != "paragraph_open":
            continue
        first = next(iter(inline.children or ()), None)
        if first is not None and first.type == "text" and (box := _TASK.match(first.content)):
            mark = "☐" if box[1] == " " else "☑"
            first.content = f"{mark} {first.content[box.end() :]}"


def _write_alerts(tokens: list[Token]) -> None:
    """Write the kind of an alert, `[!NOTE]`, as its title."""
    for quote, paragraph, inline in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if quote.type != "blockquote_open" or paragraph.type != "paragraph_open":
            continue
        first = next(iter(inline.children or ()), None)
        if first is not None and first.type == "text" and (found := _ALERT.match(first.content)):
            title = found[2].strip() or found[1].capitalize()
            inline.children = [*_strong(title), *(inline.children or [])[1:]]


def _write_footnote(child: Token) -> Token:
    if child.type != "footnote_ref":
        return child
    before: int = child.meta["id"]
    return Token("html_inline", "", 0, content=f"<sup>[{before + 1}]</sup>")


def _strip_attributes(inline: Token) -> None:
    """Strip attributes from the text of a block; code keeps its braces."""
    children = inline.children or []
    if _ABBREVIATIONS.fullmatch(inline.content):
        inline.children, inline.content = [], ""
        return
    if "{" not in inline.content and not _TABLE_OF_CONTENTS.fullmatch(inline.content.strip()):
        return
    if _TOC_MARK.search(inline.content) or _TABLE_OF_CONTENTS.fullmatch(inline.content.strip()):
        inline.children, inline.content = [], ""
        return
    for place, child in enumerate(children):
        if child.type != "text":
            continue
        text = _COLON.sub("", child.content)
        if place and children[place - 1].type in _ATTACHED:
            text = _AT_START.sub("", text)
        if place == len(children) - 1:
            text = _AT_END.sub("", text)
        child.content = text
    while children and (
        children[-1].type in ("softbreak", "hardbreak")
        or (children[-1].type == "text" and not children[-1].content.strip())
    ):
        children.pop()
    if not children:
        inline.content = ""


def _drop_empty(tokens: list[Token]) -> list[Token]:
    """Drop the paragraphs, items and rows that only held attributes."""
    kept: list[Token] = []
    for token in tokens:
        kept.append(token)
        if token.type == "paragraph_close" and len(kept) >= 3:
            inline = kept[-2]
            if inline.type == "inline" and not inline.content and not inline.children:
                del kept[-3:]
        elif token.type == "tr_close":
            start = max(at for at, other in enumerate(kept) if other.type == "tr_open")
            cells = [other for other in kept[start:] if other.type == "inline"]
            if cells and not any(cell.content.strip() for cell in cells):
                del kept[start:]
        elif token.type in ("list_item_close", "bullet_list_close", "ordered_list_close"):
            opening = token.type.replace("_close", "_open")
            if len(kept) >= 2 and kept[-2].type == opening:
                del kept[-2:]
    return kept
