"""Rich-text trees of every build, as lists of nodes: Mobiledoc, Draft.js, Editor.js and others."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence

# How a text begins and what it names that is the JSON of a tree.
_SIGNS = (
    '"root"',
    '"nodeType"',
    '"sections"',
    '"blocks"',
    '"_type"',
    '"children"',
    '"type"',
    '"nodes"',
)
_MAX_TEXT = 20_000_000
_DRAFT_STYLES = {
    "BOLD": "bold",
    "ITALIC": "italic",
    "UNDERLINE": "underline",
    "STRIKETHROUGH": "strikethrough",
    "CODE": "code",
}
_ROOTS = ("root", "document", "json")
_LISTS = ("blocks", "nodes", "components", "children", "content")


def read_tree(value: object) -> list[object] | None:
    """Read the top nodes of a tree, or of the JSON of one; None where the value is none."""
    for _ in range(4):
        if isinstance(value, str):
            value = _decode(value)
        if isinstance(value, list):
            return value if value and all(isinstance(item, Mapping) for item in value) else None
        if not isinstance(value, Mapping):
            return None
        if isinstance(value.get("sections"), list) and ("cards" in value or "markups" in value):
            return _read_mobiledoc(value)
        inner = [value[name] for name in _ROOTS if isinstance(value.get(name), Mapping)]
        if not inner:
            return _read_object(value)
        value = inner[0]
    return None


def _read_object(value: Mapping[str, object]) -> list[object] | None:
    for name in _LISTS:
        items = value.get(name)
        if isinstance(items, list) and items and all(isinstance(item, Mapping) for item in items):
            if name == "blocks" and "entityMap" in value:
                return _read_draft(items, value["entityMap"])
            if name == "blocks" and all("data" in item for item in items):
                return [_read_editor_block(item) for item in items]
            return list(items)
    return None


def _decode(text: str) -> object:
    start = text.lstrip()[:1]
    if start not in ("{", "[") or len(text) > _MAX_TEXT or not any(sign in text for sign in _SIGNS):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _read_mobiledoc(tree: Mapping[str, object]) -> list[object]:
    """Make nodes of the sections of a Mobiledoc.

    Source: Mobiledoc 0.3.1, sections "Sections", "Markers", "Atoms" and "Cards".
    """
    reader = _Mobiledoc(tree)
    sections = tree.get("sections")
    nodes = [reader.read(section) for section in sections] if isinstance(sections, list) else []
    return [node for node in nodes if node is not None]


class _Mobiledoc:
    """The tables of one Mobiledoc: markups, atoms and cards."""

    def __init__(self, tree: Mapping[str, object]) -> None:
        self._markups = _list(tree.get("markups"))
        self._atoms = _list(tree.get("atoms"))
        self._cards = _list(tree.get("cards"))

    def read(self, section: object) -> dict[str, object] | None:
        """Read a section: text, an image, a list or a card."""
        parts = _list(section)
        if len(parts) < 2:
            return None
        kind = parts[0]
        if kind == 1 and len(parts) > 2:
            return {
                "type": _tag_kind(parts[1]),
                "tag": parts[1],
                "children": self._read_markers(parts[2]),
            }
        if kind == 2:
            return {"type": "image", "src": parts[1]}
        if kind == 3 and len(parts) > 2:
            items = [
                {"type": "listItem", "children": self._read_markers(markers)}
                for markers in _list(parts[2])
            ]
            return {"type": str(parts[1]), "children": items}
        if kind == 10:
            return _read_card(_at(self._cards, parts[1]))
        return None

    def _read_markers(self, markers: object) -> list[object]:
        found: list[object] = []
        open_marks: list[Mapping[str, object]] = []
        for marker in _list(markers):
            parts = _list(marker)
            if len(parts) < 4:
                continue
            kind, opened, closed, value = parts[:4]
            open_marks += [self._read_markup(index) for index in _list(opened)]
            if kind == 1:
                atom = _list(_at(self._atoms, value))
                if atom and atom[0] == "soft-return":
                    found.append({"type": "br", "children": []})
                    value = ""
                else:
                    value = atom[1] if len(atom) > 1 else ""
            if isinstance(value, str) and value:
                found.append({"type": "text", "text": value, "marks": list(reversed(open_marks))})
            if isinstance(closed, int) and closed > 0:
                del open_marks[-closed:]
        return found

    def _read_markup(self, index: object) -> Mapping[str, object]:
        markup = _list(_at(self._markups, index))
        if not markup:
            return {}
        pairs = _list(markup[1]) if len(markup) > 1 else []
        attributes = dict(zip(map(str, pairs[::2]), pairs[1::2], strict=False))
        return {"type": {"b": "strong", "i": "em"}.get(str(markup[0]), markup[0]), **attributes}


def _tag_kind(tag: object) -> str:
    return {"p": "paragraph", "pull-quote": "pullquote"}.get(str(tag), str(tag))


def _read_card(card: object) -> dict[str, object] | None:
    parts = _list(card)
    if not parts:
        return None
    payload = parts[1] if len(parts) > 1 and isinstance(parts[1], Mapping) else {}
    return {**{n: v for n, v in payload.items() if n != "type"}, "type": str(parts[0])}


def _read_draft(blocks: Sequence[Mapping[str, object]], entities: object) -> list[object]:
    """Make nodes of the blocks of Draft.js, whose offsets count in units of UTF-16."""
    table = entities if isinstance(entities, Mapping) else {}
    nodes: list[object] = []
    code: list[str] = []
    for block in blocks:
        if block.get("type") == "code-block":
            code.append(str(block.get("text", "")))
            continue
        if code:
            nodes.append({"type": "code", "code": "\n".join(code)})
            code = []
        nodes.append(_read_draft_block(block, table))
    if code:
        nodes.append({"type": "code", "code": "\n".join(code)})
    return nodes


def _read_draft_block(
    block: Mapping[str, object], entities: Mapping[str, object]
) -> dict[str, object]:
    text = str(block.get("text", "")).encode("utf-16-le", "surrogatepass")
    ranges = [
        (*_span(one), {"type": _DRAFT_STYLES.get(str(one.get("style")), "")})
        for one in _list(block.get("inlineStyleRanges"))
        if isinstance(one, Mapping)
    ]
    for one in _list(block.get("entityRanges")):
        entity = entities.get(str(one.get("key"))) if isinstance(one, Mapping) else None
        if isinstance(entity, Mapping) and isinstance(one, Mapping):
            data = entity.get("data")
            node = {
                **(data if isinstance(data, Mapping) else {}),
                "type": str(entity.get("type", "")).lower(),
            }
            if block.get("type") == "atomic":
                return node
            ranges.append((*_span(one), node))
    cuts = sorted({0, len(text) // 2, *(at for start, end, _ in ranges for at in (start, end))})
    children = []
    for start, end in itertools.pairwise(cuts):
        piece = text[start * 2 : end * 2].decode("utf-16-le", "replace")
        marks = [mark for first, last, mark in ranges if first <= start and end <= last]
        children.append({"type": "text", "text": piece, "marks": marks})
    return {
        "type": str(block.get("type", "unstyled")),
        "depth": block.get("depth", 0),
        "children": children,
    }


def _span(one: Mapping[str, object]) -> tuple[int, int]:
    offset, length = one.get("offset"), one.get("length")
    start = offset if isinstance(offset, int) else 0
    return start, start + (length if isinstance(length, int) else 0)


def _read_editor_block(block: Mapping[str, object]) -> dict[str, object]:
    """Make a node of a block of Editor.js, whose texts are HTML.

    Source: Editor.js, "Saving data".
    """
    kind = str(block.get("type", ""))
    data = block.get("data")
    values = dict(data) if isinstance(data, Mapping) else {}
    text = values.pop("text", None)
    node = {**values, "type": kind}
    if kind == "code" or not isinstance(text, str):
        return {**node, **({"text": text} if text is not None else {})}
    caption = values.get("caption")
    if kind == "quote" and isinstance(caption, str) and caption:
        text = f"<p>{text}</p><p>{caption}</p>"
    return {**node, "html": text}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _at(items: Sequence[object], index: object) -> object:
    return items[index] if isinstance(index, int) and 0 <= index < len(items) else None
